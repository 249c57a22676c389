/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Infrastructure that may reach a device: claims of those who hold the address, RA of
 * this router and declared gateways, answers of listed DHCP servers.
 */
#ifndef ZT_INFRA_TOWARDS_H
#define ZT_INFRA_TOWARDS_H

#include "infra.h"

#define ZT_GATEWAY_MACS 1024u /* learned since the maps were made */

/* A declared gateway spoke from outside: its MAC is right as a destination from now on. */
zt_inline void zt_learn_gateway(struct zt_pkt *p, const __u8 *mac)
{
	__u32 nobody = 0, bind, yes = 1;
	struct zt_mac_key k = {};
	struct zt_devst *st;

	if (zt_mac_find(p, mac, zt_in_zone(p), &bind) != ZT_MAC_NONE)
		return;
	zt_mac_key(&k, mac, p->vlan, zt_in_zone(p));
	st = bpf_map_lookup_elem(&zt_devst, &nobody);
	/*
	 * Device 0 is nobody: its count bounds what hosts behind an uplink can make us keep.
	 * Where another CPU writes the same MAC first, that one stands.
	 */
	if (st && __sync_fetch_and_add(&st->addresses4, 1) < ZT_GATEWAY_MACS &&
	    !bpf_map_update_elem(&zt_gate, &k, &yes, BPF_NOEXIST))
		return;
	if (st)
		__sync_fetch_and_add(&st->addresses4, -1);
	zt_lose(ZT_LOST_LEARN);
}

/*
 * Towards a device: may the sender of this ARP or ND hold the address it claims.
 * Bound to that MAC, this router's own, or a gateway's.
 */
zt_inline int zt_claim_towards(struct zt_pkt *p, const struct zt_addr *a, __u32 family,
			       __u32 spoofed)
{
	const __u8 *mac = p->flags & ZT_PKT_HAS_HW ? p->hw : p->smac;
	enum zt_origin from = zt_origin(p);
	struct zt_host_word is = {};

	if (from == ZT_ORIGIN_UNLISTED)
		return ZT_REASON_UNLISTED_PORT;
	if (zt_is_unspecified(a, family))
		return from == ZT_ORIGIN_OUTSIDE ? spoofed : 0;
	if (zt_address(a, family, &is))
		return ZT_REASON_INTERNAL;
	if (is.kind == ZT_KIND_DEVICE) {
		zt_claimed_mode(p, is.id);
		if (from == ZT_ORIGIN_OUTSIDE)
			return ZT_REASON_SPOOFED_UPLINK;
		return zt_mac_of(p, mac, is.id) ? 0 : spoofed;
	}
	if (from == ZT_ORIGIN_LOCAL)
		return 0; /* this router, or its proxy */
	if (from == ZT_ORIGIN_OUTSIDE && is.flags & ZT_HOST_GATEWAY) {
		zt_learn_gateway(p, mac);
		return 0;
	}
	return spoofed;
}

/* Towards a device: learn the address a server acknowledges to one of this port. */
zt_inline void zt_dhcp_learn(struct zt_pkt *p)
{
	__u32 dev = p->dev, binding = p->bind, epoch = p->epoch, family = p->family, bind = 0;

	if (!(p->flags & ZT_PKT_ACK) || zt_is_unspecified(&p->target, 4))
		return;
	if (zt_mac_find(p, p->hw, p->ifindex, &bind) != ZT_MAC_DEVICE)
		return;
	/* The claim is the receiver's, whatever MAC the frame is sent to. */
	struct zt_bind *b = bpf_map_lookup_elem(&zt_bind, &bind);

	if (!b)
		return;
	p->dev = b->dev;
	p->bind = bind;
	if (zt_origin(p) == ZT_ORIGIN_OUTSIDE)
		p->flags |= ZT_PKT_OUTSIDE;
	zt_claim(ZT_HOW_DHCP);
	p->dev = dev;
	p->bind = binding;
	p->epoch = epoch;
	p->family = family;
}

zt_inline int zt_dhcp_towards(struct zt_pkt *p)
{
	enum zt_origin from = zt_origin(p);
	struct zt_host_word is = {};
	__u32 par = p->par & 1, bind = 0;
	struct zt_pol *pol;
	struct zt_dev *dev;

	pol = bpf_map_lookup_elem(&zt_pol, &par);
	if (!pol || zt_address(&p->src, p->family, &is))
		return ZT_REASON_INTERNAL;
	zt_dhcp_modes(p);
	if (from == ZT_ORIGIN_UNLISTED)
		return ZT_REASON_UNLISTED_PORT;
	if (from == ZT_ORIGIN_LOCAL && !(pol->flags & ZT_POL_DHCP_ROUTER))
		return ZT_REASON_ROGUE_DHCP;
	if (from == ZT_ORIGIN_OUTSIDE) {
		if (is.kind == ZT_KIND_DEVICE)
			return ZT_REASON_SPOOFED_UPLINK;
		if (is.kind == ZT_KIND_ROUTER || !(pol->flags & ZT_POL_DHCP_UPLINK))
			return ZT_REASON_ROGUE_DHCP;
	}
	if (from == ZT_ORIGIN_DEVICES) {
		dev = is.kind == ZT_KIND_DEVICE ? bpf_map_lookup_elem(&zt_dev, &is.id) : 0;
		if (!dev || !(zt_dev_of(dev, p)->flags & ZT_DEV_DHCP_SERVER) ||
		    !zt_mac_of(p, p->smac, is.id))
			return ZT_REASON_ROGUE_DHCP;
	}
	if (from != ZT_ORIGIN_LOCAL && !zt_infra_token(p, 0))
		return ZT_REASON_INFRA_RATE;
	if (!zt_to_client(p))
		return ZT_REASON_ROGUE_DHCP;
	if (p->family == 6)
		return ZT_REASON_INFRA_DHCP;
	/* To the port where chaddr is bound, or, of an unknown client, to any. */
	if (zt_mac_find(p, p->hw, p->ifindex, &bind) != ZT_MAC_DEVICE &&
	    zt_mac_find(p, p->hw, zt_in_zone(p), &bind) == ZT_MAC_DEVICE)
		return ZT_REASON_WRONG_PORT;
	zt_dhcp_learn(p);
	return ZT_REASON_INFRA_DHCP;
}

/* A client's broadcast, or packet, to a device that is a listed server. */
zt_inline int zt_dhcp_to_server(struct zt_pkt *p, const struct zt_port *port)
{
	struct zt_dev *dev = bpf_map_lookup_elem(&zt_dev, &p->dev);
	int listed;

	if (zt_origin(p) != ZT_ORIGIN_DEVICES)
		return 0;
	if (p->flags & ZT_PKT_GROUP)
		listed = zt_port_now(port, p)->flags & ZT_PORT_DHCP;
	else
		listed = dev && zt_dev_of(dev, p)->flags & ZT_DEV_DHCP_SERVER;
	if (listed)
		return ZT_REASON_INFRA_DHCP;
	/* Flooded: its receiver is elsewhere. */
	return p->flags & ZT_PKT_GROUP ? ZT_REASON_WRONG_PORT : 0;
}

zt_inline int zt_ra_towards(struct zt_pkt *p)
{
	enum zt_origin from = zt_origin(p);
	struct zt_host_word is = {};

	if (from == ZT_ORIGIN_LOCAL)
		return ZT_REASON_INFRA_ND;
	if (zt_address(&p->src, 6, &is))
		return ZT_REASON_INTERNAL;
	if (from == ZT_ORIGIN_OUTSIDE && is.flags & ZT_HOST_GATEWAY &&
	    is.kind != ZT_KIND_DEVICE && is.kind != ZT_KIND_ROUTER) {
		zt_learn_gateway(p, p->smac);
		return ZT_REASON_INFRA_ND;
	}
	return from == ZT_ORIGIN_UNLISTED ? ZT_REASON_UNLISTED_PORT : ZT_REASON_ROGUE_RA;
}

zt_inline int zt_nd_towards(struct zt_pkt *p)
{
	int r;

	if (p->op == 136) {
		r = zt_claim_towards(p, &p->target, 6, ZT_REASON_ND_SPOOFED);
		if (r)
			return r;
	}
	r = zt_claim_towards(p, &p->src, 6, ZT_REASON_ND_SPOOFED);
	return r ? r : ZT_REASON_INFRA_ND;
}

/* Membership is this router's business, and its bridge's: no other device has use for it. */
zt_inline int zt_report_towards(struct zt_pkt *p)
{
	switch (zt_origin(p)) {
	case ZT_ORIGIN_LOCAL:
		return ZT_REASON_INFRA_GROUP;
	case ZT_ORIGIN_DEVICES:
		return ZT_REASON_WRONG_PORT;
	case ZT_ORIGIN_UNLISTED:
		return ZT_REASON_UNLISTED_PORT;
	default:
		return ZT_REASON_NO_RULE;
	}
}

/* Opted-in layer 2 from this router, or from a switch behind an uplink; never from a device. */
zt_inline int zt_l2_towards(struct zt_pkt *p, const struct zt_port *port)
{
	enum zt_origin from = zt_origin(p);

	if (from == ZT_ORIGIN_UNLISTED)
		return ZT_REASON_UNLISTED_PORT;
	return zt_port_now(port, p)->l2 & p->op && from != ZT_ORIGIN_DEVICES ?
		       ZT_REASON_INFRA_L2 : ZT_REASON_NON_IP;
}

/* Towards a device. 0 = not infrastructure. */
ZT_GLOBAL int zt_infra_towards(const struct zt_port *port)
{
	struct zt_pkt *p = zt_pkt_here();
	int r;

	if (!p || !port)
		return ZT_REASON_INTERNAL;
	switch (p->shape) {
	case ZT_SHAPE_ARP:
		r = zt_claim_towards(p, &p->target, 4, ZT_REASON_ARP_SPOOFED);
		return r ? r : ZT_REASON_INFRA_ARP;
	case ZT_SHAPE_ND:
		return zt_nd_towards(p);
	case ZT_SHAPE_RA:
		return zt_ra_towards(p);
	case ZT_SHAPE_REDIRECT:
		return ZT_REASON_REDIRECT;
	case ZT_SHAPE_QUERY: /* made by this router or its bridge */
		return zt_origin(p) == ZT_ORIGIN_LOCAL ? ZT_REASON_INFRA_GROUP : ZT_REASON_NO_RULE;
	case ZT_SHAPE_REPORT:
		return zt_report_towards(p);
	case ZT_SHAPE_DHCP_SERVER:
		return zt_dhcp_towards(p);
	case ZT_SHAPE_DHCP_CLIENT:
		return zt_dhcp_to_server(p, port);
	case ZT_SHAPE_L2:
		return zt_l2_towards(p, port);
	default:
		return 0;
	}
}

#endif
