/* SPDX-License-Identifier: GPL-2.0 */
/* The key of a packet's flow: both directions of a flow have one. Knows no record. */
#ifndef ZT_FLOW_KEY_H
#define ZT_FLOW_KEY_H

#include "pkt.h"

/* The request an ICMP answer belongs to. */
zt_inline __u32 zt_icmp_request(__u32 proto, __u32 type)
{
	if (proto == ZT_PROTO_ICMP) {
		if (type == 0)
			return 8;
		return type == 14 || type == 16 || type == 18 ? type - 1 : type;
	}
	return type == 129 || type == 140 ? type - 1 : type;
}

zt_inline int zt_is_icmp(const struct zt_core *p)
{
	return (p->family == 4 && p->proto == ZT_PROTO_ICMP) ||
	       (p->family == 6 && p->proto == ZT_PROTO_ICMPV6);
}

/* Request (1) or answer (0) of an ICMP exchange; the answer types are the odd ones out. */
zt_inline int zt_icmp_is_request(const struct zt_core *p)
{
	return zt_icmp_request(p->proto, p->icmp_type) == p->icmp_type;
}

/* owner: of an unknown device, else 0. *k is zeroed. */
zt_inline void zt_flow_key_of(const struct zt_core *p, __u32 owner, struct zt_flow_key *k)
{
	if (p->dir == ZT_FROM_DEVICE) {
		k->dev = p->src;
		k->peer = p->dst;
		k->dev_port = p->sport;
		k->peer_port = p->dport;
	} else {
		k->dev = p->dst;
		k->peer = p->src;
		k->dev_port = p->dport;
		k->peer_port = p->sport;
	}
	if (zt_is_icmp(p)) {
		/* The id stands on the side of whoever asked. */
		int by_device = zt_icmp_is_request(p) == (p->dir == ZT_FROM_DEVICE);

		k->dev_port = by_device ? p->sport : 0;
		k->peer_port = by_device ? 0 : p->sport;
		k->icmp = zt_icmp_request(p->proto, p->icmp_type);
	}
	k->proto = p->proto;
	k->family = p->family;
	k->kind = ZT_FLOW;
	k->zone = p->zone;
	k->owner = owner;
}

zt_inline void zt_flow_key_fill(struct zt_pkt *p)
{
	zt_flow_key_of(&p->core, p->owner, &p->key);
}

#endif
