/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference asks where a frame came from, and who the other side is (design
 * §4.6, policy-language §3.2, §3.4).
 */
#include "ref.h"

enum ref_origin ref_origin(const struct ref_pkt *p)
{
	const struct zt_env_port *e = ref_port(p->r, p->in->came_in);
	int n = ref_interface(p->r, e);

	if (!p->in->came_in)
		return FROM_ROUTER;
	if (!e)
		return FROM_UNLISTED;
	/* a bridge that an uplink is a member of: only the guard's mark tells */
	if (e->role == ZT_ROLE_UPPER)
		return e->mixed && !p->in->marked ? FROM_OUTSIDE : FROM_DEVICES;
	if (n < 0)
		return FROM_UNLISTED;
	return p->r->policy->interfaces[n].role == ZT_ROLE_DEVICE ? FROM_DEVICES : FROM_OUTSIDE;
}

/* It is asked about unicast from devices. */
enum ref_route ref_route(const struct ref_pkt *p)
{
	return p->in->towards || p->dmac[0] & 1 ? ROUTE_ONWARD : p->in->route;
}

static void peer_is_device(struct ref_pkt *p)
{
	p->peer = PEER_DEVICE;
	p->peer_bind = p->other.device * 4;
	p->peer_epoch = p->r->bind[p->peer_bind].epoch;
	ref_claimed(p, p->other.device); /* two segments: the stricter mode */
}

void ref_find_destination(struct ref_pkt *p)
{
	p->other = (struct ref_who){ .segment = -1 };
	if (ref_is_group(p->family, &p->dst))
		return;
	p->other = ref_who(p, p->family, &p->dst);
	/* an own address the agent has not listed yet: the routing table knows it */
	if (p->other.what == WHAT_OTHER && p->to_router_mac && ref_route(p) == ROUTE_LOCAL)
		p->other.what = WHAT_ROUTER;
	if (p->other.what == WHAT_DEVICE)
		peer_is_device(p);
	else if (p->other.what == WHAT_ROUTER)
		p->peer = PEER_ROUTER;
}

/* 0, or why the source cannot be who it says. */
uint32_t ref_find_source(struct ref_pkt *p)
{
	enum ref_origin from = ref_origin(p);

	p->other = ref_who(p, p->family, &p->src);
	if (p->other.what == WHAT_DEVICE) {
		ref_claimed(p, p->other.device);
		if (from != FROM_DEVICES)
			return ZT_REASON_SPOOFED_UPLINK;
		peer_is_device(p);
	} else if (from == FROM_ROUTER) {
		p->peer = PEER_ROUTER; /* what this machine made is the router's, whatever its source */
	} else if (p->other.what == WHAT_ROUTER) {
		return ZT_REASON_UNKNOWN_SOURCE;
	} else if (from == FROM_DEVICES) {
		p->peer = PEER_STRANGER; /* what a device port sends is no application */
	}
	return from == FROM_UNLISTED ? ZT_REASON_UNLISTED_PORT : 0;
}
