/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which way a frame would have taken: by which port it comes in, by which it
 * leaves, and what the programs there say. The first program that drops decides;
 * else the first that would have (AUDIT); else the last.
 */
#include <errno.h>
#include <string.h>
#include "simulate.h"

/* Both ends of a frame, as stations of the capture. */
struct ends {
	const struct frame *f;
	uint32_t len;
	int from, to; /* policy devices, -1 */
	bool is_group;
	bool from_router, to_router, from_beyond, to_beyond;
};

static bool is_router_address(const struct simulation *s, uint8_t family, const struct zt_addr *a)
{
	uint32_t i;

	for (i = 0; i < s->router.nr; i++)
		if (s->router.family[i] == family && !memcmp(&s->router.v[i], a, sizeof(*a)))
			return true;
	return false;
}

/* The device an address belongs to, if devices are known by address there. */
static int device_by_address(const struct simulation *s, const struct frame *f,
			     const struct zt_addr *a)
{
	int device = f->family ? world_device_of(&s->w, f->family, a) : -1;

	return device >= 0 && !s->w.policy->devices[device].nr_macs ? device : -1;
}

static void find_ends(const struct simulation *s, const struct frame *f, struct ends *ret)
{
	const struct station *a = stations_find(&s->stations, f->smac), *b = NULL;
	int router = s->stations.router;

	*ret = (struct ends){.f = f, .from = -1, .to = -1, .is_group = frame_is_group(f->dmac)};
	if (!ret->is_group)
		b = stations_find(&s->stations, f->dmac);
	ret->from = a ? a->device : -1;
	ret->to = b ? b->device : -1;
	if (ret->from < 0)
		ret->from = device_by_address(s, f, &f->src);
	if (ret->to < 0 && !ret->is_group)
		ret->to = device_by_address(s, f, &f->dst);
	ret->from_router = a && router >= 0 && a == &s->stations.v[router];
	ret->to_router = b && router >= 0 && b == &s->stations.v[router];
	ret->from_beyond = ret->from_router || (a && a->meets_device && ret->from < 0);
	ret->to_beyond = ret->to_router || (b && b->meets_device && ret->to < 0);
}

static const struct zt_env_port *port_of(const struct simulation *s, int device)
{
	const struct zt_device *d = &s->w.policy->devices[device];

	return world_port(&s->w, d->ports.v[0]);
}

static int run_in(struct simulation *s, const struct ends *e, const struct zt_env_port *port,
		  struct zt_result *ret)
{
	struct zt_run r = {.dir = ZT_FROM_DEVICE,
			   .frame = s->buf,
			   .len = e->len,
			   .now = s->w.now,
			   .ifindex = port->ifindex};

	return zt_maps_run(s->w.maps, &r, ret);
}

static int run_out(struct simulation *s, const struct ends *e, const struct zt_env_port *port,
		   uint32_t in_ifindex, struct zt_result *ret)
{
	struct zt_run r = {.dir = ZT_TO_DEVICE,
			   .frame = s->buf,
			   .len = e->len,
			   .now = s->w.now,
			   .ifindex = port->ifindex,
			   .in_ifindex = in_ifindex};

	return zt_maps_run(s->w.maps, &r, ret);
}

static bool is_worse(uint32_t verdict, uint32_t than)
{
	static const uint8_t rank[ZT_VERDICT_MAX] = {0, 2, 1};

	return verdict < ZT_VERDICT_MAX && than < ZT_VERDICT_MAX && rank[verdict] > rank[than];
}

/* The answer of a further program: it counts unless an earlier one was as bad or worse. */
static void merge(struct outcome *o, uint8_t dir, const struct zt_result *r)
{
	if (o->result.verdict == ZT_FORWARDED || is_worse(r->verdict, o->result.verdict)) {
		o->result = *r;
		o->dir = dir;
	}
}

/* To every device port but one. What is delivered there does not change the sender's verdict. */
static int deliver_group(struct simulation *s, const struct ends *e,
			 const struct zt_env_port *except, uint32_t in_ifindex,
			 struct outcome *first)
{
	const struct zt_policy *p = s->w.policy;
	bool any = false;
	uint32_t i;

	for (i = 0; i < p->nr_interfaces; i++) {
		const struct zt_env_port *port = world_port(&s->w, i);
		struct zt_result result;
		int r;

		if (p->interfaces[i].role != ZT_ROLE_DEVICE || port == except)
			continue;
		r = run_out(s, e, port, in_ifindex, &result);
		if (r < 0)
			return r;
		if (first && (!any || is_worse(first->result.verdict, result.verdict)))
			first->result = result;
		any = true;
	}
	return any ? 0 : -ENODEV;
}

/* What this router does between two of its ports: other MACs, other tag, one hop less. */
static void route_frame(struct simulation *s, struct ends *e, const struct zt_device *to)
{
	uint32_t tag = to->vlan ? 4 : 0, from = e->f->l3, payload = e->len - from;
	uint8_t *at = s->buf;
	const struct zt_env_port *port = world_port(&s->w, to->ports.v[0]);

	memmove(at + FRAME_HEADER + tag, at + from, payload);
	if (to->nr_macs)
		memcpy(at, to->macs[0], 6);
	memcpy(at + 6, port->mac, 6);
	if (tag) {
		at[12] = 0x81;
		at[13] = 0;
		at[14] = to->vlan >> 8;
		at[15] = to->vlan & 0xff;
	}
	at[12 + tag] = e->f->ethertype >> 8;
	at[13 + tag] = e->f->ethertype & 0xff;
	e->len = FRAME_HEADER + tag + payload;
}

/* A frame that came in by a device port and was let through: on to another device? */
static int leave(struct simulation *s, struct ends *e, const struct zt_env_port *in,
		 struct outcome *o)
{
	struct zt_result result;
	int r;

	if (e->is_group) {
		r = deliver_group(s, e, in, in->ifindex, NULL);
		return r == -ENODEV ? 0 : r; /* no other port */
	}
	if (e->to < 0 && e->f->family) {
		e->to = world_device_of(&s->w, e->f->family, &e->f->dst);
		if (e->to >= 0)
			route_frame(s, e, &s->w.policy->devices[e->to]);
	}
	if (e->to < 0)
		return 0;
	r = run_out(s, e, port_of(s, e->to), in->ifindex, &result);
	if (!r)
		merge(o, ZT_TO_DEVICE, &result);
	return r;
}

/*
 * Hosts beside the router in the capture are beyond the uplink in the policy's
 * world, so devices would send to the router's MAC.
 */
static void readdress(struct simulation *s, const struct ends *e, const struct zt_env_port *port)
{
	if (s->keep_macs || e->is_group || e->to >= 0 || e->to_router || !e->f->family)
		return;
	if (world_device_of(&s->w, e->f->family, &e->f->dst) >= 0)
		return;
	memcpy(s->buf, port->mac, 6);
	s->readdressed++;
}

static int from_device(struct simulation *s, struct ends *e, const struct zt_env_port *port,
		       struct outcome *o)
{
	int r;

	readdress(s, e, port);
	r = run_in(s, e, port, &o->result);
	o->dir = ZT_FROM_DEVICE;
	if (r < 0 || o->result.verdict == ZT_DROPPED)
		return r;
	return leave(s, e, port, o);
}

static bool is_link_local(const struct frame *f)
{
	return f->family == 6 && ((const uint8_t *)&f->src)[0] == 0xfe;
}

/* Where a frame that did not come from a device came in: 0 = made by the router. */
static uint32_t origin(const struct simulation *s, const struct ends *e)
{
	const struct frame *f = e->f;
	const struct zt_env_port *uplink = world_role(&s->w, ZT_ROLE_UPLINK);
	int device;

	if (!uplink)
		uplink = world_role(&s->w, ZT_ROLE_IGNORE);
	if (e->from_router && !s->stations.router_is_gateway) {
		if (f->is_arp ? f->claim && is_router_address(s, 4, &f->claimed)
			      : !f->family || is_router_address(s, f->family, &f->src) ||
					is_link_local(f))
			return 0;
	}
	if (e->from_router && f->family) {
		/* A copy the router forwarded from another device port. */
		device = world_device_of(&s->w, f->family, &f->src);
		if (device >= 0)
			return port_of(s, device)->ifindex;
	}
	return uplink ? uplink->ifindex : SIM_NOWHERE;
}

static int from_outside(struct simulation *s, struct ends *e, const struct zt_env_port *first,
			struct outcome *o)
{
	o->dir = ZT_TO_DEVICE;
	if (e->is_group)
		return deliver_group(s, e, NULL, origin(s, e), o);
	return run_out(s, e, e->to >= 0 ? port_of(s, e->to) : first, origin(s, e), &o->result);
}

int sim_walk(struct simulation *s, const struct frame *f, uint32_t len, struct outcome *ret)
{
	const struct zt_env_port *first = world_role(&s->w, ZT_ROLE_DEVICE);
	struct outcome o = {};
	struct ends e;
	int r;

	find_ends(s, f, &e);
	e.len = len;
	if (e.from >= 0) {
		r = from_device(s, &e, port_of(s, e.from), &o);
	} else if (e.to >= 0 || (e.from_beyond && e.is_group)) {
		r = from_outside(s, &e, first, &o);
	} else if (e.from_beyond && e.to_beyond) {
		o.has_skipped = true;
		o.skipped = SKIPPED_ELSEWHERE;
		r = 0;
	} else if (e.from_router) {
		r = from_outside(s, &e, first, &o); /* to a device nobody listed */
	} else {
		r = from_device(s, &e, first, &o); /* from one */
	}
	o.from = e.from;
	o.to = e.to;
	if (r < 0)
		return r;
	*ret = o;
	return 0;
}
