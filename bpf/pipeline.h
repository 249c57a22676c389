/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pipeline as the entries run it, in the kernel and in the host build:
 *
 *   read (parse) -> established? -> identify -> flow -> policy -> account
 */
#ifndef ZT_PIPELINE_H
#define ZT_PIPELINE_H

#include "parse.h"
#include "fast.h"
#include "flow_merge.h"
#include "judge.h"
#include "sweep.h"

/* Begin the record of this CPU's next packet. NULL only if the maps are not there. */
zt_inline struct zt_pkt *zt_begin(__u32 dir, __u32 ifindex)
{
	struct zt_pkt *p = zt_pkt_here();
	__u32 zero = 0;
	struct zt_gen *g;

	g = bpf_map_lookup_elem(&zt_gen, &zero);
	if (!p || !g)
		return 0;
	zt_pkt_start(p, dir, ifindex);
	p->gen = ZT_READ_ONCE(g->gen);
	p->par = p->gen & 1;
	p->side = ZT_READ_ONCE(g->side) & 1;
	return p;
}

/* The frame into the record. have: VLAN the kernel took off already, or ZT_NONE. */
zt_inline void zt_read(struct zt_frame *f, struct zt_pkt *p, __u32 have)
{
	struct zt_port *port = zt_port_of(&p->core);

	p->reason = zt_parse(f, p, have, port && zt_port_now(port, p)->flags & ZT_PORT_RAW_IP);
	zt_port_of(&p->core); /* the zone, now with the VLAN */
	if (!p->family && !p->bytes)
		p->bytes = zt_frame_len(f) + (have == ZT_NONE ? 0 : (__u32)sizeof(struct zt_tag));
}

/* A super-packet stands for its segments, each with the headers of its own. */
zt_inline void zt_count_segments(struct zt_pkt *p, __u32 segments, __u32 size)
{
	if (!size || !p->family)
		return;
	if (!segments && p->bytes > p->headers)
		segments = (p->bytes - p->headers + size - 1) / size;
	if (segments > 1) {
		p->packets = segments;
		p->bytes += (__u64)(segments - 1) * p->headers;
	}
}

/* Does a live record decide it. 1 = decided. */
zt_inline int zt_decided(struct zt_pkt *p)
{
	const struct zt_cfg *cfg = zt_config();

	return cfg && p->gen && !p->reason && zt_established(p, cfg);
}

#endif
