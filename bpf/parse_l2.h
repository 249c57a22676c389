/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 2: Ethernet and its VLAN tags, and the frames that are not IP (ARP and
 * the opted-in EAPOL, LLDP and STP). IEEE 802.3, 802.1Q; RFC 826.
 */
#ifndef ZT_PARSE_L2_H
#define ZT_PARSE_L2_H

#include "frame.h"
#include "pkt.h"

#define ZT_ETH_IPV4 0x0800
#define ZT_ETH_ARP 0x0806
#define ZT_ETH_VLAN 0x8100
#define ZT_ETH_IPV6 0x86dd
#define ZT_ETH_EAPOL 0x888e
#define ZT_ETH_SLOW 0x8809 /* IEEE 802.3 annex 57A; LACP is subtype 1 */
#define ZT_ETH_QINQ 0x88a8
#define ZT_ETH_LLDP 0x88cc
#define ZT_ETH_QINQ_OLD 0x9100
#define ZT_ETH_PAYLOAD_MIN 64u /* ARP with its padding: 46 octets, and what some drivers add */
#define ZT_ETH_LENGTH_MAX 1500 /* up to here the field is an 802.3 length */

struct zt_eth {
	__u8 dmac[6], smac[6];
	__be16 type;
};
struct zt_tag {
	__be16 tci, type;
};
struct zt_arp {
	__be16 htype, ptype;
	__u8 hlen, plen;
	__be16 op;
	__u8 sha[6], spa[4], tha[6], tpa[4];
} __attribute__((packed));

zt_inline void zt_addr_v4(struct zt_addr *a, __be32 v4)
{
	a->w[0] = 0;
	a->w[1] = 0;
	a->w[2] = zt_htonl(0xffff);
	a->w[3] = v4;
}

zt_inline int zt_is_tag(__u32 type)
{
	return type == ZT_ETH_VLAN || type == ZT_ETH_QINQ || type == ZT_ETH_QINQ_OLD;
}

/*
 * One 802.1Q tag and one priority tag, in any order. `have`: the tag the kernel
 * already took off (tc), or ZT_NONE. Linux itself strips any number of priority
 * tags, so everything deeper is refused, not passed on.
 */
zt_inline int zt_parse_tags(struct zt_frame *f, struct zt_pkt *p, __u32 have, __u32 type)
{
	__u32 vids = 0, prios = 0, i;

	p->l3 = sizeof(struct zt_eth);
	if (have != ZT_NONE) {
		p->vlan = have & 0xfff;
		if (p->vlan)
			vids++;
		else
			prios++;
	}
	ZT_NO_UNROLL
	for (i = 0; i < 2; i++) {
		struct zt_tag tag;
		__u32 vid;

		if (type != ZT_ETH_VLAN)
			break;
		if (zt_load(f, p->l3, &tag, sizeof(tag)))
			return ZT_REASON_TRUNCATED;
		vid = zt_ntohs(tag.tci) & 0xfff;
		if (vid) {
			p->vlan = vid;
			vids++;
		} else {
			prios++;
		}
		type = zt_ntohs(tag.type);
		p->l3 += sizeof(tag);
	}
	if (zt_is_tag(type) || vids > 1 || prios > 1)
		return ZT_REASON_VLAN_STACK;
	p->ethertype = type;
	return 0;
}

/* 0 or the reason of an unreadable frame. `have` as in zt_parse_tags(). */
zt_inline int zt_parse_eth(struct zt_frame *f, struct zt_pkt *p, __u32 have)
{
	struct zt_eth eth;

	if (zt_load(f, 0, &eth, sizeof(eth)))
		return ZT_REASON_TRUNCATED;
	__builtin_memcpy(p->dmac, eth.dmac, 6);
	__builtin_memcpy(p->smac, eth.smac, 6);
	if (eth.dmac[0] & 1)
		p->flags |= ZT_PKT_GROUP;
	if (eth.smac[0] & 1)
		return ZT_REASON_MULTICAST_SOURCE;
	return zt_parse_tags(f, p, have, zt_ntohs(eth.type));
}

zt_inline int zt_parse_arp(struct zt_frame *f, struct zt_pkt *p)
{
	struct zt_arp arp;
	__be32 spa;

	if (zt_load(f, p->l3, &arp, sizeof(arp)))
		return ZT_REASON_TRUNCATED;
	if (arp.htype != zt_htons(1) || arp.ptype != zt_htons(ZT_ETH_IPV4) || arp.hlen != 6 ||
	    arp.plen != 4)
		return ZT_REASON_BAD_HEADER;
	p->op = zt_ntohs(arp.op) > 255 ? 255 : (__u8)zt_ntohs(arp.op);
	if (p->op != 1 && p->op != 2)
		return ZT_REASON_BAD_HEADER;
	__builtin_memcpy(p->hw, arp.sha, 6);
	p->flags |= ZT_PKT_HAS_HW;
	__builtin_memcpy(&spa, arp.spa, 4);
	zt_addr_v4(&p->target, spa);
	p->bytes = sizeof(arp);
	/* ARP and a cargo is no ARP: what needs no rule is no way around the rules. */
	if (zt_frame_holds(f, p->l3 + ZT_ETH_PAYLOAD_MIN + 1))
		p->fault = ZT_REASON_ARP_SPOOFED;
	else
		p->shape = ZT_SHAPE_ARP;
	return 0;
}

/* What is neither IP nor ARP: recognised if a port may opt in, else a fault. */
zt_inline int zt_parse_other(struct zt_frame *f, struct zt_pkt *p)
{
	static const __u8 bridge_group[6] = { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x00 };
	static const __u8 slow_group[6] = { 0x01, 0x80, 0xc2, 0x00, 0x00, 0x02 };
	__u8 subtype;

	p->fault = ZT_REASON_NON_IP;
	if (p->ethertype <= ZT_ETH_LENGTH_MAX) {
		__u8 llc[3];

		if (!zt_frame_holds(f, p->l3 + p->ethertype))
			return ZT_REASON_BAD_LENGTH;
		if (zt_load(f, p->l3, llc, sizeof(llc)))
			return ZT_REASON_TRUNCATED;
		if (llc[0] == 0x42 && llc[1] == 0x42 && zt_mac_equal(p->dmac, bridge_group))
			p->shape = ZT_SHAPE_L2;
		p->op = ZT_L2_STP;
	} else if (p->ethertype == ZT_ETH_EAPOL) {
		p->shape = ZT_SHAPE_L2;
		p->op = ZT_L2_EAPOL;
	} else if (p->ethertype == ZT_ETH_LLDP) {
		p->shape = ZT_SHAPE_L2;
		p->op = ZT_L2_LLDP;
	} else if (p->ethertype == ZT_ETH_SLOW && zt_mac_equal(p->dmac, slow_group)) {
		if (zt_load(f, p->l3, &subtype, sizeof(subtype)))
			return ZT_REASON_TRUNCATED;
		if (subtype == 1)
			p->shape = ZT_SHAPE_L2;
		p->op = ZT_L2_LACP;
	}
	return 0;
}

#endif
