/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference tells who sent a frame and whom it is for (design §4.4, §4.5;
 * policy-language §3.1): MACs, ports and VLANs, and the addresses bound to them.
 */
#include <endian.h>
#include <string.h>
#include "ref.h"

static bool on_port(const struct ref *r, const struct zt_device *d, uint32_t ifindex, uint32_t zone)
{
	for (uint32_t i = 0; i < d->ports.nr; i++) {
		const char *name = r->policy->interfaces[d->ports.v[i]].id;

		for (uint32_t k = 0; k < r->env->nr_ports; k++) {
			const struct zt_env_port *e = &r->env->ports[k];

			if (!strcmp(e->name, name) && (ifindex ? e->ifindex == ifindex : e->zone == zone))
				return true;
		}
	}
	return false;
}

/* The binding of a device's MAC and VLAN that may be here: on a port, or anywhere in a zone. */
static uint32_t device_mac(const struct ref_pkt *p, const uint8_t mac[6], uint32_t ifindex)
{
	const struct zt_policy *policy = p->r->policy;

	for (uint32_t i = 0; i < policy->nr_devices; i++) {
		const struct zt_device *d = &policy->devices[i];

		for (uint32_t k = 0; k < d->nr_macs; k++)
			if (!memcmp(d->macs[k], mac, 6) && d->vlan == p->vlan &&
			    on_port(p->r, d, ifindex, p->port->zone))
				return i * 4 + k;
	}
	return REF_NOBODY;
}

uint32_t ref_mac_on_port(const struct ref_pkt *p, const uint8_t mac[6])
{
	return device_mac(p, mac, p->port->ifindex);
}

/* Is this VLAN one of the zone: accepted by a port, or of an interface above one. Untagged always. */
static bool zone_has_vlan(const struct ref_pkt *p)
{
	const struct ref *r = p->r;

	if (!p->vlan)
		return true;
	for (uint32_t k = 0; k < r->env->nr_ports; k++) {
		const struct zt_env_port *e = &r->env->ports[k];
		int n = ref_interface(r, e);

		if (e->zone != p->port->zone)
			continue;
		if (e->role == ZT_ROLE_UPPER && e->vlan == p->vlan)
			return true;
		for (uint32_t i = 0; n >= 0 && i < r->policy->interfaces[n].nr_vlans; i++)
			if (r->policy->interfaces[n].vlans[i] == p->vlan)
				return true;
	}
	return false;
}

/* The interfaces that route for this zone have this MAC. */
bool ref_is_router_mac(const struct ref_pkt *p, const uint8_t mac[6])
{
	static const uint8_t none[6];
	const struct ref *r = p->r;

	for (uint32_t k = 0; k < r->env->nr_ports; k++) {
		const struct zt_env_port *e = &r->env->ports[k];
		int n = ref_interface(r, e);
		bool ours = e->role == ZT_ROLE_UPPER ||
			    (n >= 0 && r->policy->interfaces[n].role == ZT_ROLE_DEVICE);

		if (ours && e->zone == p->port->zone && memcmp(e->mac, none, 6) &&
		    !memcmp(e->mac, mac, 6))
			return zone_has_vlan(p);
	}
	return false;
}

uint32_t ref_mac_in_zone(const struct ref_pkt *p, const uint8_t mac[6])
{
	return ref_is_router_mac(p, mac) ? REF_NOBODY : device_mac(p, mac, 0);
}

bool ref_is_gateway_mac(const struct ref_pkt *p, const uint8_t mac[6])
{
	for (uint32_t i = 0; i < p->r->nr_gateways; i++) {
		const struct ref_gateway *g = &p->r->gateways[i];

		if (!memcmp(g->mac, mac, 6) && g->vlan == p->vlan && g->zone == p->port->zone)
			return true;
	}
	return false;
}

/* The device side of the packet is this binding's. */
void ref_take(struct ref_pkt *p, uint32_t bind)
{
	p->bind = bind;
	p->device = bind / 4;
	p->mode = ref_mode_of(p->r, p->device);
}

static void take_stranger(struct ref_pkt *p, const uint8_t mac[6])
{
	ref_take(p, ref_stranger_of(p->r, p->interface) * 4);
	p->is_stranger = true;
	memcpy(p->stranger, mac, 6);
}

/* Identity by address: a device of this port, or an unknown one. */
static void take_by_address(struct ref_pkt *p, uint8_t family, const struct zt_addr *a,
			    const uint8_t mac[6])
{
	struct ref_who w = ref_who(p, family, a);

	if (w.what == WHAT_DEVICE && !p->r->policy->devices[w.device].nr_macs &&
	    on_port(p->r, &p->r->policy->devices[w.device], p->port->ifindex, 0)) {
		ref_take(p, w.device * 4);
		if (!p->in->towards)
			p->r->bind[p->bind].seen = p->in->now;
		return;
	}
	take_stranger(p, mac);
}

/*
 * A device may be on one port at a time: the first stays until it was silent for long
 * enough, or the agent saw its port lose the carrier. Any frame shows where it is, even
 * one that cannot be read further.
 */
static uint32_t settle_port(struct ref_pkt *p)
{
	struct ref_bind *b = &p->r->bind[p->bind];
	bool elsewhere = b->port && !b->released && b->port != p->port->ifindex;

	if (elsewhere && ref_age(p->in->now, b->seen) <= (int32_t)p->r->limits.move)
		return ZT_REASON_SPOOFED_MAC;
	b->port = p->port->ifindex;
	b->released = false;
	b->seen = p->in->now;
	return 0;
}

uint32_t ref_sender(struct ref_pkt *p)
{
	uint32_t bind;

	if (p->r->policy->interfaces[p->interface].identity_ip) {
		if (p->family)
			take_by_address(p, p->family, &p->src, p->smac);
		else if (p->shape == IS_ARP)
			take_by_address(p, 4, &p->claims, p->smac);
		else
			take_stranger(p, p->smac);
		return 0;
	}
	bind = ref_mac_on_port(p, p->smac);
	if (bind != REF_NOBODY) {
		ref_take(p, bind);
		return settle_port(p);
	}
	take_stranger(p, p->smac);
	bind = ref_mac_in_zone(p, p->smac);
	if (bind != REF_NOBODY)
		ref_claimed(p, bind / 4);
	return bind != REF_NOBODY || ref_is_router_mac(p, p->smac) || ref_is_gateway_mac(p, p->smac) ?
		       ZT_REASON_SPOOFED_MAC : 0;
}

/* The strictest mode of the devices listed on a port; without any, its unknown ones'. */
static int group_mode(const struct ref_pkt *p)
{
	const struct zt_policy *policy = p->r->policy;
	int mode = 0;

	for (uint32_t i = 0; i < policy->nr_devices; i++) {
		const struct zt_device *d = &policy->devices[i];

		for (uint32_t k = 0; k < d->ports.nr; k++)
			if ((int)d->ports.v[k] == p->interface && ref_segment_mode(p->r, i) > mode)
				mode = ref_segment_mode(p->r, i);
	}
	return mode ? mode : ref_mode_of(p->r, ref_stranger_of(p->r, p->interface));
}

static uint32_t receiver_by_mac(struct ref_pkt *p)
{
	struct ref_who to = { .segment = -1 };
	uint32_t bind;

	if (p->family)
		to = ref_who(p, p->family, &p->dst);
	bind = ref_mac_on_port(p, p->dmac);
	if (bind != REF_NOBODY) {
		const struct ref_bind *b = &p->r->bind[bind];

		ref_take(p, bind);
		if (b->port && !b->released && b->port != p->port->ifindex)
			return ZT_REASON_WRONG_PORT;
		if (!p->family || (to.what == WHAT_DEVICE && to.device == p->device))
			return 0;
		if (to.what == WHAT_DEVICE)
			ref_claimed(p, to.device);
		return ZT_REASON_L2_MISMATCH;
	}
	take_stranger(p, p->dmac);
	bind = ref_mac_in_zone(p, p->dmac);
	if (bind != REF_NOBODY)
		ref_claimed(p, bind / 4);
	if (to.what == WHAT_DEVICE)
		ref_claimed(p, to.device);
	return bind != REF_NOBODY || to.what == WHAT_DEVICE ? ZT_REASON_WRONG_PORT : 0;
}

uint32_t ref_receiver(struct ref_pkt *p)
{
	if (p->dmac[0] & 1) {
		take_stranger(p, p->dmac);
		p->mode = group_mode(p);
		if (p->family && ref_who(p, p->family, &p->dst).what == WHAT_DEVICE)
			ref_claimed(p, ref_who(p, p->family, &p->dst).device);
		return 0;
	}
	if (!p->r->policy->interfaces[p->interface].identity_ip)
		return receiver_by_mac(p);
	if (p->family)
		take_by_address(p, p->family, &p->dst, p->dmac);
	else
		take_stranger(p, p->dmac);
	return 0;
}

static bool has_ipv6(const struct zt_device *d)
{
	for (uint32_t i = 0; i < d->addresses.nr; i++)
		if (d->addresses.v[i].family == 6)
			return true;
	return d->dynamic6;
}

/* Is the source address the sender's (policy-language §3.1, §3.7, §3.9). */
uint32_t ref_bound_source(struct ref_pkt *p)
{
	struct ref_who w = ref_who(p, p->family, &p->src);
	int kept;

	if (w.what == WHAT_DEVICE && w.device == p->device) {
		if (p->family == 6 && !has_ipv6(&p->r->policy->devices[p->device]))
			return ZT_REASON_SPOOFED;
		ref_refresh(p);
		return 0;
	}
	if (w.what == WHAT_DEVICE)
		ref_claimed(p, w.device);
	if (!p->is_stranger || w.what != WHAT_OTHER || w.gateway)
		return ZT_REASON_SPOOFED;
	kept = p->r->policy->interfaces[p->interface].unknown_segment;
	return w.segment == kept ? 0 : ZT_REASON_UNKNOWN_DEVICE;
}

/* RFC 1112, RFC 2464. */
bool ref_group_mac(const struct ref_pkt *p)
{
	const uint8_t *a = (const uint8_t *)&p->dst;
	uint8_t mac[6] = { 0x33, 0x33, a[12], a[13], a[14], a[15] };

	if (!ref_is_group(p->family, &p->dst))
		return false;
	if (p->port->raw_ip)
		return true; /* no layer 2 that could disagree */
	if (p->family == 4 && p->dst.w[3] == 0xffffffff)
		memset(mac, 0xff, 6);
	else if (p->family == 4)
		memcpy(mac, (uint8_t[]){ 0x01, 0, 0x5e, a[13] & 0x7f, a[14], a[15] }, 6);
	return !memcmp(mac, p->dmac, 6);
}

/* §4.5: the destination MAC and address name the same receiver. */
uint32_t ref_l2_agrees(struct ref_pkt *p)
{
	struct ref_who to;
	uint32_t bind;

	if (p->port->raw_ip) {
		p->to_router_mac = true;
		return 0;
	}
	if (p->dmac[0] & 1 || ref_is_group(p->family, &p->dst))
		return ref_group_mac(p) ? 0 : ZT_REASON_L2_MISMATCH;
	if (ref_is_router_mac(p, p->dmac)) {
		p->to_router_mac = true;
		return 0;
	}
	bind = ref_mac_in_zone(p, p->dmac);
	if (bind == REF_NOBODY && ref_is_gateway_mac(p, p->dmac))
		return 0;
	to = ref_who(p, p->family, &p->dst);
	if (bind != REF_NOBODY && to.what == WHAT_DEVICE && to.device == bind / 4)
		return 0;
	if (bind != REF_NOBODY)
		ref_claimed(p, bind / 4);
	if (to.what == WHAT_DEVICE)
		ref_claimed(p, to.device);
	return ZT_REASON_L2_MISMATCH;
}
