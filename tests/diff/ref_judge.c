/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference judges a frame: the order of the questions (design §4). Where several
 * things are wrong with a frame the documents leave open which is told; this file has
 * the data path's order, and only this file.
 */
#include <stdlib.h>
#include <string.h>
#include "ref.h"

static bool tag_accepted(const struct ref_pkt *p)
{
	const struct zt_interface *f = &p->r->policy->interfaces[p->interface];

	if (!p->vlan && p->shape == IS_L2 && p->op == ZT_L2_LACP)
		return true; /* it has no tag, whatever the bond carries */
	if (!p->vlan)
		return f->untagged;
	for (uint32_t i = 0; i < f->nr_vlans; i++)
		if (f->vlans[i] == p->vlan)
			return true;
	return false;
}

/* What is readable and yet unwanted, unless it turned out to be infrastructure. */
static uint32_t fault(const struct ref_pkt *p)
{
	return p->fault ? p->fault : p->options ? ZT_REASON_IP_OPTIONS : 0;
}

/* The modes of whom the source names and of the receiver count, whatever is wrong with the frame. */
static void named_modes(struct ref_pkt *p)
{
	struct ref_who to;
	uint32_t bind;

	if (p->family) {
		to = ref_who(p, p->family, &p->src);
		if (to.what == WHAT_DEVICE)
			ref_claimed(p, to.device);
		to = ref_who(p, p->family, &p->dst);
		if (to.what == WHAT_DEVICE)
			ref_claimed(p, to.device);
	}
	bind = p->dmac[0] & 1 ? REF_NOBODY : ref_mac_in_zone(p, p->dmac);
	if (bind != REF_NOBODY)
		ref_claimed(p, bind / 4);
}

/* Who, then what the port takes, then infrastructure, then what is wrong, then whose and whither. */
static uint32_t from_device(struct ref_pkt *p)
{
	uint32_t r = ref_sender(p);

	if (p->unreadable)
		return p->unreadable;
	named_modes(p);
	if (r)
		return r;
	if (!tag_accepted(p))
		return ZT_REASON_UNLISTED_VLAN;
	r = ref_infra_from(p);
	if (!r)
		r = fault(p);
	if (!r)
		r = ref_bound_source(p);
	if (!r)
		r = ref_l2_agrees(p);
	if (r)
		return r;
	ref_find_destination(p);
	if (ref_lacks_route(p))
		return ZT_REASON_NO_ROUTE;
	return ref_flow_part(p);
}

/* A device without any IPv6 entry uses IPv6 for ND only (policy-language §3.9). */
static bool lacks_ipv6(const struct ref_pkt *p)
{
	const struct zt_device *d;

	if (p->family != 6 || p->is_stranger)
		return false;
	d = &p->r->policy->devices[p->device];
	for (uint32_t i = 0; i < d->addresses.nr; i++)
		if (d->addresses.v[i].family == 6)
			return false;
	return !d->dynamic6;
}

/* A device's address from anywhere but a device port or this router: in every mode, whatever it is. */
static bool is_forged(const struct ref_pkt *p)
{
	enum ref_origin from = ref_origin(p);

	return p->family && (from == FROM_OUTSIDE || from == FROM_UNLISTED) &&
	       ref_who(p, p->family, &p->src).what == WHAT_DEVICE;
}

/* Whom it is for, infrastructure, where it came from (a forgery is told as such), then the rest. */
static uint32_t towards_device(struct ref_pkt *p)
{
	uint32_t wrong = ref_receiver(p), r;
	bool early;

	if (p->unreadable)
		return p->unreadable;
	if (is_forged(p))
		return ZT_REASON_SPOOFED_UPLINK;
	if (!tag_accepted(p))
		return ZT_REASON_UNLISTED_VLAN;
	r = ref_infra_towards(p);
	/* a device needs these before it holds the address they are sent to */
	early = p->shape == IS_DHCP_SERVER || (p->shape == IS_ND && ref_origin(p) == FROM_ROUTER);
	if (r && wrong && ref_verdict(r, ZT_MODE_ENFORCE) == ZT_FORWARDED &&
	    !(wrong == ZT_REASON_L2_MISMATCH && early))
		return wrong;
	if (!r)
		r = p->fault;
	if (!r)
		r = ref_find_source(p);
	if (!r)
		r = wrong;
	if (!r)
		r = fault(p);
	if (r)
		return r;
	if (p->dmac[0] & 1 || lacks_ipv6(p))
		return ZT_REASON_NO_RULE;
	return ref_flow_part(p);
}

static uint32_t judge(struct ref_pkt *p, struct ref_out *ret)
{
	const struct ref *r = p->r;

	if (p->in->port >= ZT_MAX_IFINDEX)
		return ZT_REASON_INTERNAL; /* the agent refuses such a port */
	if (!r->policy)
		return ZT_REASON_NO_POLICY;
	if (p->port && p->port->role == ZT_ROLE_PART) /* a member of a bond is the bond */
		p->port = ref_port(r, p->port->l3_ifindex);
	p->interface = ref_interface(r, p->port);
	if (!p->port || p->interface < 0 || r->policy->interfaces[p->interface].role != ZT_ROLE_DEVICE)
		return ZT_REASON_UNLISTED_PORT;
	ref_read(p);
	if (ref_established(p, ret))
		return 0;
	return p->in->towards ? towards_device(p) : from_device(p);
}

void ref_judge(struct ref *r, const struct ref_in *in, struct ref_out *ret)
{
	struct ref_pkt p = { .r = r, .in = in, .port = ref_port(r, in->port),
			     .device = REF_NOBODY, .rule = ZT_NO_RULE };
	uint32_t reason = judge(&p, ret);

	if (reason && p.mode == ZT_MODE_QUARANTINE && ref_yields(reason)) {
		reason = ZT_REASON_QUARANTINE;
		p.rule = ZT_NO_RULE;
	}
	if (reason)
		*ret = (struct ref_out){ ref_verdict(reason, p.mode), reason, p.effect, p.rule,
					 p.device, p.device_opened };
}

/* ---- the world around it ------------------------------------------------------------ */

struct ref *ref_new(const struct zt_env *env, const struct ref_limits *limits)
{
	struct ref *r = calloc(1, sizeof(*r));

	r->env = env;
	r->limits = *limits;
	r->plain_env.router = calloc(env->nr_router + 1, sizeof(*env->router));
	for (uint32_t i = 0; i < env->nr_router; i++)
		if (!env->router_scope[i])
			r->plain_env.router[r->plain_env.nr_router++] = env->router[i];
	return r;
}

void ref_reset(struct ref *r)
{
	memset(r->bind, 0, sizeof(r->bind));
	memset(r->infra, 0, sizeof(r->infra));
	memset(r->opened, 0, sizeof(r->opened));
	memset(r->quarantined, 0, sizeof(r->quarantined));
	r->nr_learned = r->nr_gateways = r->nr_flows = r->nr_datagrams = 0;
	r->policy = NULL;
}

void ref_free(struct ref *r)
{
	free(r->plain_env.router);
	free(r->device_limits);
	free(r->learned);
	free(r->gateways);
	free(r->flows);
	free(r->datagrams);
	free(r);
}

/* A device is bound to the first of its ports until it shows itself elsewhere. */
static void bind_first(struct ref *r, uint32_t device, const char *interface)
{
	for (uint32_t i = 0; i < r->env->nr_ports; i++)
		for (int k = 0; k < 4; k++)
			if (!strcmp(r->env->ports[i].name, interface) && !r->bind[device * 4 + k].port)
				r->bind[device * 4 + k].port = r->env->ports[i].ifindex;
}

void ref_publish(struct ref *r, const struct zt_policy *p)
{
	r->policy = p;
	if (!p)
		return;
	r->revision++;
	free(r->device_limits);
	r->device_limits = NULL;
	if (zt_policy_limits(p, &r->device_limits))
		abort();
	for (uint32_t i = 0; i < p->nr_devices; i++)
		bind_first(r, i, p->interfaces[p->devices[i].ports.v[0]].id);
}

void ref_sweep(struct ref *r, uint32_t now)
{
	ref_frag_sweep(r, now);
	ref_flow_sweep(r, now);
	ref_learn_sweep(r, now);
}

void ref_bump(struct ref *r, uint32_t device)
{
	for (int k = 0; k < 4; k++)
		r->bind[device * 4 + k].epoch++;
}

void ref_quarantine(struct ref *r, uint32_t device, bool on)
{
	r->quarantined[device] = on;
	ref_bump(r, device);
}

void ref_release(struct ref *r, uint32_t ifindex)
{
	for (uint32_t i = 0; i < r->policy->nr_devices; i++)
		for (uint32_t k = 0; k < r->policy->devices[i].nr_macs; k++)
			if (r->bind[i * 4 + k].port == ifindex)
				r->bind[i * 4 + k].released = true;
}

void ref_window(struct ref *r, uint32_t until)
{
	r->limits.pickup_until = until;
}
