/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference on infrastructure that devices send: ARP, ND, DHCP, group reports,
 * opted-in layer 2 (design §4.8, §4.9; policy-language §2 "Built in", §3.7).
 */
#include <endian.h>
#include <string.h>
#include "ref.h"

bool ref_is_dhcp_server(const struct ref *r, uint32_t device)
{
	const struct zt_set *l = &r->policy->infra.dhcp_devices;

	for (uint32_t i = 0; i < l->nr; i++)
		if (l->v[i] == device)
			return true;
	return false;
}

/* An answer goes to the client itself: DHCPv6 to a link-local address, DHCPv4 to all or its MAC. */
bool ref_to_client(const struct ref_pkt *p)
{
	if (p->family == 6)
		return ref_is_link_local(6, &p->dst);
	return p->dmac[0] & 1 || !memcmp(p->hw, p->dmac, 6);
}

/* A forged server: whom it imitates and whom it addresses count with their modes. */
void ref_dhcp_modes(struct ref_pkt *p)
{
	struct ref_who w = ref_who(p, p->family, &p->src);
	uint32_t bind = p->has_hw ? ref_mac_in_zone(p, p->hw) : REF_NOBODY;

	if (w.what == WHAT_DEVICE)
		ref_claimed(p, w.device);
	if (bind != REF_NOBODY)
		ref_claimed(p, bind / 4);
}

/* The sender says that p->claims is its own. */
static uint32_t claims(struct ref_pkt *p, enum ref_how how, uint32_t spoofed)
{
	uint8_t family = how == BY_ARP ? 4 : 6;
	struct ref_who w;

	if (ref_claim(p, how))
		return 0;
	w = ref_who(p, family, &p->claims);
	if (w.what == WHAT_DEVICE)
		ref_claimed(p, w.device);
	if (w.what != WHAT_OTHER || w.gateway || !p->is_stranger)
		return spoofed;
	if (w.segment == (int)p->r->policy->interfaces[p->interface].unknown_segment)
		return 0;
	return ZT_REASON_UNKNOWN_DEVICE;
}

static uint32_t arp(struct ref_pkt *p)
{
	uint32_t r;

	if (memcmp(p->hw, p->smac, 6))
		return ZT_REASON_ARP_SPOOFED;
	if (ref_is_unspecified(4, &p->claims))
		return ZT_REASON_INFRA_ARP; /* a probe, RFC 5227 */
	r = claims(p, BY_ARP, ZT_REASON_ARP_SPOOFED);
	return r ? r : ZT_REASON_INFRA_ARP;
}

/* "In its own scopes": link-scope groups, or a neighbour at its own MAC; nothing that is routed on. */
static uint32_t nd_scope(struct ref_pkt *p)
{
	struct ref_who to;
	uint32_t r;

	if (p->dmac[0] & 1 || ref_is_group(6, &p->dst)) {
		bool link_scope = (be32toh(p->dst.w[0]) >> 16 & 15) == 2;

		return ref_group_mac(p) && link_scope ? 0 : ZT_REASON_L2_MISMATCH;
	}
	r = ref_l2_agrees(p);
	if (r || ref_is_link_local(6, &p->dst))
		return r;
	to = ref_who(p, 6, &p->dst);
	if (to.what == WHAT_ROUTER || to.gateway)
		return 0;
	return to.what == WHAT_DEVICE && !p->to_router_mac ? 0 : ZT_REASON_L2_MISMATCH;
}

static uint32_t nd(struct ref_pkt *p)
{
	bool unspecified = ref_is_unspecified(6, &p->src);
	uint32_t r = nd_scope(p);

	if (r)
		return r;
	if (p->has_hw && memcmp(p->hw, p->smac, 6))
		return ZT_REASON_ND_SPOOFED;
	if (unspecified && p->op == 133)
		return ZT_REASON_INFRA_ND;
	if (unspecified && p->op == 136)
		return ZT_REASON_ND_SPOOFED;
	if (unspecified || p->op == 136) { /* duplicate address detection, advertisement */
		r = claims(p, BY_ND, ZT_REASON_ND_SPOOFED);
		if (r || unspecified)
			return r ? r : ZT_REASON_INFRA_ND;
	}
	p->claims = p->src;
	r = claims(p, BY_ND, ZT_REASON_ND_SPOOFED);
	return r ? r : ZT_REASON_INFRA_ND;
}

/* IPv6 before the address was shown by ND: unspecified, its own, a free link-local one. */
static uint32_t unclaimed_source(struct ref_pkt *p)
{
	struct ref_who w = ref_who(p, 6, &p->src);

	if (ref_is_unspecified(6, &p->src) || (w.what == WHAT_DEVICE && w.device == p->device))
		return 0;
	if (w.what == WHAT_DEVICE)
		ref_claimed(p, w.device);
	return w.what == WHAT_OTHER && !w.gateway && ref_is_link_local(6, &p->src) ?
		       0 : ZT_REASON_SPOOFED;
}

static uint32_t source_or_none(struct ref_pkt *p)
{
	if (p->family == 6)
		return unclaimed_source(p);
	return ref_is_unspecified(4, &p->src) ? 0 : ref_bound_source(p);
}

/* Is the server this is for a listed one. */
static bool to_listed_server(struct ref_pkt *p)
{
	const struct zt_infrastructure *infra = &p->r->policy->infra;
	struct ref_who to = ref_who(p, 4, &p->dst);
	const struct ref_learned *l;

	if (p->dst.w[3] == 0xffffffff)
		return true;
	if (to.what == WHAT_ROUTER || (to.what == WHAT_OTHER && ref_route(p) == ROUTE_LOCAL))
		return infra->dhcp_router;
	if (to.what == WHAT_DEVICE)
		return ref_is_dhcp_server(p->r, to.device);
	/* behind an uplink: only the one that leased this very address */
	l = ref_learned_entry(p, 4, &p->src);
	return infra->dhcp_uplink && l && ref_learned_live(p, l) && l->device == p->device &&
	       l->by_dhcp && l->server == p->dst.w[3];
}

/* 0: an ordinary packet on the ports of DHCP. */
static uint32_t dhcp_client(struct ref_pkt *p)
{
	uint32_t r;

	if (p->family == 4 && memcmp(p->hw, p->smac, 6))
		return ZT_REASON_SPOOFED;
	if (p->family == 6 && !ref_is_link_local(6, &p->src))
		return 0;
	r = source_or_none(p);
	if (!r)
		r = ref_l2_agrees(p);
	if (r)
		return r;
	if (p->family == 6)
		return be32toh(p->dst.w[0]) == 0xff020000 && !p->dst.w[1] && !p->dst.w[2] &&
				       be32toh(p->dst.w[3]) == 0x00010002 ?
			       ZT_REASON_INFRA_DHCP : 0;
	return to_listed_server(p) ? ZT_REASON_INFRA_DHCP : 0;
}

static uint32_t dhcp_server(struct ref_pkt *p)
{
	uint32_t r;

	if (p->is_stranger || !ref_is_dhcp_server(p->r, p->device)) {
		ref_dhcp_modes(p);
		return ZT_REASON_ROGUE_DHCP;
	}
	if (!ref_to_client(p))
		return 0;
	r = p->family == 6 ? unclaimed_source(p) : ref_bound_source(p);
	return r ? r : ZT_REASON_INFRA_DHCP;
}

static uint32_t report(struct ref_pkt *p)
{
	uint32_t r;

	if (p->is_stranger)
		return ZT_REASON_UNKNOWN_DEVICE;
	if (!ref_group_mac(p))
		return ZT_REASON_L2_MISMATCH;
	r = source_or_none(p);
	return r ? r : ZT_REASON_INFRA_GROUP;
}

/* LACP is what a bond speaks, without being asked. */
bool ref_opted_in(const struct ref_pkt *p)
{
	if (p->op == ZT_L2_LACP)
		return p->port->bond;
	return p->r->policy->interfaces[p->interface].l2 & p->op;
}

/* To the groups that no bridge forwards (802.1Q table 8-1), or to this router. */
static uint32_t layer2(struct ref_pkt *p)
{
	static const uint8_t reserved[5] = { 0x01, 0x80, 0xc2, 0, 0 };
	bool to_bridges = !memcmp(p->dmac, reserved, 5) && p->dmac[5] < 0x10;

	return ref_opted_in(p) && (to_bridges || ref_is_router_mac(p, p->dmac)) ?
		       ZT_REASON_INFRA_L2 : ZT_REASON_NON_IP;
}

static uint32_t by_shape(struct ref_pkt *p)
{
	switch (p->shape) {
	case IS_ARP:
		return arp(p);
	case IS_ND:
		return nd(p);
	case IS_RA:
		return ZT_REASON_ROGUE_RA;
	case IS_REDIRECT:
		return ZT_REASON_REDIRECT;
	case IS_REPORT:
		return report(p);
	case IS_QUERY:
		return ZT_REASON_NO_RULE;
	case IS_DHCP_CLIENT:
		return dhcp_client(p);
	case IS_DHCP_SERVER:
		return dhcp_server(p);
	case IS_L2:
		return layer2(p);
	default:
		return 0;
	}
}

uint32_t ref_infra_from(struct ref_pkt *p)
{
	uint32_t r = by_shape(p);

	if (r && ref_verdict(r, ZT_MODE_ENFORCE) == ZT_FORWARDED && !ref_infra_token(p))
		return ZT_REASON_INFRA_RATE;
	return r;
}
