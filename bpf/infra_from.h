/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Infrastructure a device may send: ARP, ND, DHCP, group reports, opted-in layer 2.
 * What it claims must be its own, or free and inside its segment.
 */
#ifndef ZT_INFRA_FROM_H
#define ZT_INFRA_FROM_H

#include "infra.h"

/*
 * A claim of p->target by the sender, in ARP or ND: its own, or free and taken
 * now. Unknown devices may claim what is free inside their segment's subnets.
 */
ZT_GLOBAL int zt_claims(__u32 how, __u32 spoofed)
{
	struct zt_pkt *p = zt_pkt_here();
	__u32 family = how == ZT_HOW_ARP ? 4 : 6;
	struct zt_host_word is = {};

	if (!p)
		return ZT_REASON_INTERNAL;
	if (!zt_claim(how))
		return 0;
	if (zt_address(&p->target, family, &is))
		return ZT_REASON_INTERNAL;
	if (is.kind == ZT_KIND_DEVICE)
		zt_claimed_mode(p, is.id);
	if (is.kind == ZT_KIND_DEVICE || is.kind == ZT_KIND_ROUTER || is.flags & ZT_HOST_GATEWAY) {
		if (zt_event_token(p))
			zt_tell(ZT_EVENT_CONFLICT, how);
		return spoofed;
	}
	if (!(p->flags & ZT_PKT_UNKNOWN))
		return spoofed;
	if (is.segment && is.segment == zt_segment_of(p))
		return 0;
	return ZT_REASON_UNKNOWN_DEVICE;
}

zt_inline int zt_arp_from(struct zt_pkt *p)
{
	int r;

	if (!zt_mac_equal(p->hw, p->smac))
		return ZT_REASON_ARP_SPOOFED;
	if (zt_is_unspecified(&p->target, 4)) /* a probe (RFC 5227) claims nothing yet */
		return ZT_REASON_INFRA_ARP;
	r = zt_claims(ZT_HOW_ARP, ZT_REASON_ARP_SPOOFED);
	return r ? r : ZT_REASON_INFRA_ARP;
}

/*
 * Destinations ND may have: its groups, or a neighbour at its own MAC. Nothing that
 * the router would route on.
 */
zt_inline int zt_nd_scope(struct zt_pkt *p)
{
	struct zt_host_word is = {};
	int r;

	if (p->flags & ZT_PKT_GROUP || zt_is_group(&p->dst, 6))
		return zt_is_group_mac() && (zt_ntohl(p->dst.w[0]) & 0xf0000) == 0x20000 ?
			       0 : ZT_REASON_L2_MISMATCH;
	r = zt_l2_agrees();
	if (r || zt_is_link_local(&p->dst, 6))
		return r;
	if (zt_address(&p->dst, 6, &is))
		return ZT_REASON_INTERNAL;
	if (is.kind == ZT_KIND_ROUTER || is.flags & ZT_HOST_GATEWAY)
		return 0;
	return is.kind == ZT_KIND_DEVICE && !(p->flags & ZT_PKT_TO_ROUTER_MAC) ?
		       0 : ZT_REASON_L2_MISMATCH;
}

zt_inline int zt_nd_from(struct zt_pkt *p)
{
	int unspecified = zt_is_unspecified(&p->src, 6), r;

	r = zt_nd_scope(p);
	if (r)
		return r;
	if (p->flags & ZT_PKT_HAS_HW && !zt_mac_equal(p->hw, p->smac))
		return ZT_REASON_ND_SPOOFED;
	if (p->op == 135 && unspecified) { /* duplicate address detection claims the target */
		r = zt_claims(ZT_HOW_ND, ZT_REASON_ND_SPOOFED);
		return r ? r : ZT_REASON_INFRA_ND;
	}
	if (unspecified)
		return p->op == 133 ? ZT_REASON_INFRA_ND : ZT_REASON_ND_SPOOFED;
	if (p->op == 136) { /* an advertisement claims its target */
		r = zt_claims(ZT_HOW_ND, ZT_REASON_ND_SPOOFED);
		if (r)
			return r;
	}
	p->target = p->src;
	r = zt_claims(ZT_HOW_ND, ZT_REASON_ND_SPOOFED);
	return r ? r : ZT_REASON_INFRA_ND;
}

/*
 * IPv6 as zt_bound_source() is where a device speaks from an address it may not
 * have shown by ND yet: unspecified, its own, or a link-local one that is free.
 */
zt_inline int zt_unclaimed_source(struct zt_pkt *p)
{
	struct zt_host_word is = {};

	if (zt_is_unspecified(&p->src, 6))
		return 0;
	if (zt_address(&p->src, 6, &is))
		return ZT_REASON_INTERNAL;
	if (is.kind == ZT_KIND_DEVICE && is.id == p->dev)
		return 0;
	if (is.flags & ZT_HOST_GATEWAY)
		return ZT_REASON_SPOOFED;
	return is.kind == ZT_KIND_NONE && zt_is_link_local(&p->src, 6) ? 0 : ZT_REASON_SPOOFED;
}

/* Renewal: to the very server that leased the source address. */
zt_inline int zt_is_lessor(const struct zt_pkt *p)
{
	struct zt_host_key k = {};
	struct zt_learned *l;

	zt_host_key(&k, p, &p->src, 4);
	l = zt_learned_live(p, &k);
	return l && l->dev == p->dev && l->how == ZT_HOW_DHCP && l->server == p->dst.w[3];
}

/* A client's packet: to everyone, or to a server that is listed. */
zt_inline int zt_dhcp_client(struct zt_pkt *p)
{
	struct zt_host_word is = {};
	struct zt_pol *pol;
	struct zt_dev *dev;
	__u32 par = p->par & 1;
	int r;

	if (p->family == 4 && !zt_mac_equal(p->hw, p->smac))
		return ZT_REASON_SPOOFED;
	if (p->family == 4 && !zt_is_unspecified(&p->src, 4)) {
		r = zt_bound_source();
		if (r)
			return r;
	}
	if (p->family == 6) {
		if (!zt_is_link_local(&p->src, 6))
			return 0; /* an ordinary packet */
		r = zt_unclaimed_source(p);
		if (r)
			return r;
	}
	r = zt_l2_agrees();
	if (r)
		return r;
	if (p->family == 6)
		return p->dst.w[0] == zt_htonl(0xff020000) && !p->dst.w[1] && !p->dst.w[2] &&
				       p->dst.w[3] == zt_htonl(0x00010002) ?
			       ZT_REASON_INFRA_DHCP : 0;
	if (p->dst.w[3] == 0xffffffff)
		return ZT_REASON_INFRA_DHCP;
	pol = bpf_map_lookup_elem(&zt_pol, &par);
	if (!pol || zt_address(&p->dst, 4, &is))
		return ZT_REASON_INTERNAL;
	if (is.kind == ZT_KIND_ROUTER || (p->flags & ZT_PKT_LOCAL && is.kind != ZT_KIND_DEVICE))
		return pol->flags & ZT_POL_DHCP_ROUTER ? ZT_REASON_INFRA_DHCP : 0;
	if (is.kind == ZT_KIND_DEVICE) {
		dev = bpf_map_lookup_elem(&zt_dev, &is.id);
		return dev && zt_dev_of(dev, p)->flags & ZT_DEV_DHCP_SERVER ? ZT_REASON_INFRA_DHCP : 0;
	}
	return pol->flags & ZT_POL_DHCP_UPLINK && zt_is_lessor(p) ? ZT_REASON_INFRA_DHCP : 0;
}

zt_inline int zt_dhcp_server_from(struct zt_pkt *p)
{
	struct zt_dev *dev = bpf_map_lookup_elem(&zt_dev, &p->dev);
	int r;

	if (!dev || p->flags & ZT_PKT_UNKNOWN ||
	    !(zt_dev_of(dev, p)->flags & ZT_DEV_DHCP_SERVER)) {
		zt_dhcp_modes(p);
		return ZT_REASON_ROGUE_DHCP;
	}
	if (!zt_to_client(p))
		return 0; /* an ordinary packet */
	r = p->family == 6 ? zt_unclaimed_source(p) : zt_bound_source();
	return r ? r : ZT_REASON_INFRA_DHCP;
}

zt_inline int zt_report_from(struct zt_pkt *p)
{
	int r;

	if (p->flags & ZT_PKT_UNKNOWN)
		return ZT_REASON_UNKNOWN_DEVICE;
	if (!zt_is_group_mac())
		return ZT_REASON_L2_MISMATCH;
	if (p->family == 6)
		r = zt_unclaimed_source(p);
	else
		r = zt_is_unspecified(&p->src, 4) ? 0 : zt_bound_source();
	return r ? r : ZT_REASON_INFRA_GROUP;
}

/*
 * Opted-in layer 2 goes to the groups no bridge forwards (802.1Q table 8-1, the last
 * octet 00 to 0f) or to this router, not to neighbours.
 */
zt_inline int zt_l2_receiver(const struct zt_pkt *p)
{
	__u32 bind;

	if (p->dmac[0] == 0x01 && p->dmac[1] == 0x80 && p->dmac[2] == 0xc2)
		return !p->dmac[3] && !p->dmac[4] && p->dmac[5] < 0x10;
	return zt_mac_find(p, p->dmac, zt_in_zone(p), &bind) == ZT_MAC_ROUTER;
}

zt_inline int zt_infra_shape_from(struct zt_pkt *p, const struct zt_port *port)
{
	switch (p->shape) {
	case ZT_SHAPE_ARP:
		return zt_arp_from(p);
	case ZT_SHAPE_ND:
		return zt_nd_from(p);
	case ZT_SHAPE_RA:
		return ZT_REASON_ROGUE_RA;
	case ZT_SHAPE_REDIRECT:
		return ZT_REASON_REDIRECT;
	case ZT_SHAPE_REPORT:
		return zt_report_from(p);
	case ZT_SHAPE_QUERY:
		return ZT_REASON_NO_RULE;
	case ZT_SHAPE_DHCP_CLIENT:
		return zt_dhcp_client(p);
	case ZT_SHAPE_DHCP_SERVER:
		return zt_dhcp_server_from(p);
	case ZT_SHAPE_L2:
		return zt_port_now(port, p)->l2 & p->op && zt_l2_receiver(p) ? ZT_REASON_INFRA_L2 :
									      ZT_REASON_NON_IP;
	default:
		return 0;
	}
}

/*
 * An answer to another device, which may have asked only to use up the sender's rate.
 * None can ask in the name of this router or of a gateway.
 */
zt_inline int zt_answers_neighbour(const struct zt_pkt *p)
{
	__u32 bind, kind;

	if (p->flags & ZT_PKT_GROUP || !((p->shape == ZT_SHAPE_ARP && p->op == 2) ||
					 (p->shape == ZT_SHAPE_ND && p->op == 136)))
		return 0;
	kind = zt_mac_find(p, p->dmac, zt_in_zone(p), &bind);
	return kind != ZT_MAC_ROUTER && kind != ZT_MAC_GATEWAY;
}

/* From a device. 0 = not infrastructure, judge it like any packet. */
ZT_GLOBAL int zt_infra_from(const struct zt_port *port)
{
	struct zt_pkt *p = zt_pkt_here();
	int r;

	if (!p || !port)
		return ZT_REASON_INTERNAL;
	if (!p->shape)
		return 0;
	r = zt_infra_shape_from(p, port);
	if (zt_family(r) == ZT_FAMILY_PASS && r && !zt_infra_token(p, zt_answers_neighbour(p)))
		return ZT_REASON_INFRA_RATE;
	return r;
}

#endif
