/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fast path: a plain packet of a flow that is open, allowed and proved. One flow lookup
 * and array lookups, and nothing of the packet in memory. It says "forward" or nothing at
 * all; the stages then read the frame from its start.
 */
#ifndef ZT_FAST_H
#define ZT_FAST_H

#include "judge.h"
#include "parse_plain.h"

/* A record that decides a packet, from zt_fast_find(). */
struct zt_hit {
	struct zt_port *port; /* the device port */
	struct zt_flow *flow;
	__u64 word;
	__u32 ref;
	__u32 missed; /* the packet is plain, and no record has its key: ZT_PKT_NO_RECORD, else 0 */
};

/*
 * Is there such a record: the binding it is proved by, NULL for no. dir, ifindex, in_ifindex,
 * mark and now of p are set, the rest is zero. Writes nothing but p and *ret.
 */
zt_inline struct zt_bind *zt_fast_find(struct zt_frame *f, struct zt_core *p, const struct zt_cfg *cfg,
					struct zt_hit *ret)
{
	__u32 zero = 0;
	struct zt_gen *g = bpf_map_lookup_elem(&zt_gen, &zero);
	struct zt_port *port;

	if (!g)
		return 0;
	p->gen = ZT_READ_ONCE(g->gen);
	p->par = p->gen & 1;
	p->packets = 1;
	port = zt_port_of(p);
	if (!port || zt_core_port(port, p)->flags & ZT_PORT_RAW_IP || !zt_parse_plain(f, p))
		return 0;
	ret->port = port;
	p->zone = ZT_ZONE(port->zone, p->vlan);
	ret->flow = zt_flow_fast(p, cfg, &ret->ref);
	if (!ret->flow) {
		ret->missed = ZT_PKT_NO_RECORD;
		return 0;
	}
	ret->word = ZT_READ_ONCE(ret->flow->word);
	if (ZT_WORD_REASON(ret->word) != ZT_REASON_ALLOWED)
		return 0; /* it may have to be told as a deviation */
	return zt_flow_believed(ret->flow, ret->word, p, cfg);
}

/* Then it is forwarded, and counted. */
zt_inline void zt_fast_follow(const struct zt_hit *h, struct zt_bind *b, struct zt_core *p)
{
	zt_flow_follow(h->flow, h->ref, h->word, b, p);
	p->reason = ZT_REASON_ALLOWED; /* as it is: now the compiler knows it, too */
	p->verdict = ZT_FORWARDED;
	zt_count_packet(p);
}

#endif
