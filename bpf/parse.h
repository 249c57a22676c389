/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parser: from octets to the packet record. Every exit that is not
 * understood has a reason: an unreadable frame returns one (dropped in every
 * mode), what is readable but unwanted is left in p->fault (follows the mode).
 */
#ifndef ZT_PARSE_H
#define ZT_PARSE_H

#include "parse_l4.h"

/* have: VLAN the kernel took off already, or ZT_NONE. raw: no Ethernet header. */
zt_inline int zt_parse(struct zt_frame *f, struct zt_pkt *p, __u32 have, __u32 raw)
{
	int r;

	if (raw) {
		__u8 version;

		p->flags |= ZT_PKT_RAW;
		if (zt_load(f, 0, &version, 1))
			return ZT_REASON_TRUNCATED;
		p->ethertype = version >> 4 == 6 ? ZT_ETH_IPV6 : ZT_ETH_IPV4;
	} else {
		r = zt_parse_eth(f, p, have);
		if (r)
			return r;
	}
	if (p->ethertype == ZT_ETH_IPV4)
		r = zt_parse_ip4(f, p);
	else if (p->ethertype == ZT_ETH_IPV6)
		r = zt_parse_ip6(f, p);
	else if (p->ethertype == ZT_ETH_ARP)
		return zt_parse_arp(f, p);
	else
		return zt_parse_other(f, p);
	if (r)
		return r;
	return zt_parse_l4(f, p);
}

#endif
