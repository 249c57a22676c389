/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All maps but the flow table's own (flow_table.h): who writes, who reads, how each is
 * sized. The agent replaces the sizes before loading; what stands here is what plain
 * bpftool gets.
 */
#ifndef ZT_MAPS_H
#define ZT_MAPS_H

#include "pkt.h"

/* Written by the agent, read by the programs. */
ZT_MAP(zt_gen, BPF_MAP_TYPE_ARRAY, __u32, struct zt_gen, 1, BPF_F_MMAPABLE);
ZT_MAP(zt_cfg, BPF_MAP_TYPE_ARRAY, __u32, struct zt_cfg, 1, 0);
ZT_MAP(zt_pol, BPF_MAP_TYPE_ARRAY, __u32, struct zt_pol, 2, 0);
ZT_MAP(zt_fwd, BPF_MAP_TYPE_ARRAY, __u32, struct zt_fwd, 1, BPF_F_MMAPABLE);
ZT_MAP(zt_port, BPF_MAP_TYPE_ARRAY, __u32, struct zt_port, ZT_MAX_IFINDEX, BPF_F_MMAPABLE);
ZT_MAP(zt_dev, BPF_MAP_TYPE_ARRAY, __u32, struct zt_dev, 16384, BPF_F_MMAPABLE);

/* One inner map for each parity, made anew for each generation, sized to fit. */
ZT_MAP_PAIR(zt_net, BPF_MAP_TYPE_ARRAY, __u32, struct zt_block, 1,
	    BPF_F_MMAPABLE | BPF_F_INNER_MAP);
ZT_MAP_PAIR(zt_svc, BPF_MAP_TYPE_ARRAY, __u32, __u32, ZT_SVC_MAX, 0);
ZT_MAP_PAIR(zt_line, BPF_MAP_TYPE_ARRAY, __u32, struct zt_line, 1,
	    BPF_F_MMAPABLE | BPF_F_INNER_MAP);

/* Written by both: see struct zt_bind for the fields; the programs add to zt_gate. */
ZT_MAP(zt_bind, BPF_MAP_TYPE_ARRAY, __u32, struct zt_bind, 32768, BPF_F_MMAPABLE);
ZT_MAP(zt_gate, BPF_MAP_TYPE_HASH, struct zt_mac_key, __u32, 1024, 0);

ZT_MAP(zt_agg, BPF_MAP_TYPE_ARRAY, __u32, struct zt_agg_set, ZT_AGG_SETS, BPF_F_MMAPABLE);
ZT_MAP(zt_seen, BPF_MAP_TYPE_ARRAY, __u32, __u64, 2 * ZT_SEEN_WORDS, BPF_F_MMAPABLE);

/* Written by the programs, read by the agent. */
ZT_MAP(zt_devst, BPF_MAP_TYPE_ARRAY, __u32, struct zt_devst, 16384, 0);
ZT_MAP(zt_devcnt, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct zt_devcnt, 16384, 0);
ZT_MAP(zt_learn, BPF_MAP_TYPE_HASH, struct zt_host_key, struct zt_learned, 32768, 0);
ZT_MAP(zt_frag, BPF_MAP_TYPE_HASH, struct zt_flow_key, struct zt_frag, 4096, 0);
ZT_MAP(zt_count, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct zt_count, ZT_COUNT_MAX, 0);
ZT_MAP(zt_lost, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, __u64, ZT_LOST_MAX, 0);
ZT_MAP(zt_fwdcnt, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct zt_count, 2, 0); /* by enum zt_dir */
ZT_MAP(zt_back, BPF_MAP_TYPE_ARRAY, __u32, __u64, ZT_BACK_MAX, 0);
ZT_RING(zt_ring, 1 << 20);
ZT_RING(zt_ringc, 1 << 18);

/* The lock of a flow's key: 0, or 1 while held. Where records lie is flow_seam.h's. */
#define ZT_FLOW_LOCKS 4096u
ZT_MAP(zt_flow_lock, BPF_MAP_TYPE_ARRAY, __u32, __u32, ZT_FLOW_LOCKS, 0);

/*
 * Ageing: every learned address is also in a queue; the sweep takes some from the front,
 * removes what has expired and puts the rest back. Twice the table's size, so that there
 * is always room. zt_frag is small and walked whole, flows are walked a part at a time.
 */
ZT_QUEUE(zt_learnq, struct zt_host_key, 2 * 32768);

/* The packet record of this CPU: programs run with softirqs off and do not nest. */
ZT_MAP(zt_scratch, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct zt_pkt, 1, 0);

/* Test entries only. */
ZT_MAP(zt_test, BPF_MAP_TYPE_ARRAY, __u32, struct zt_test, 1, 0);
ZT_MAP(zt_result, BPF_MAP_TYPE_ARRAY, __u32, struct zt_result, 1, 0);

/*
 * The record again, in a stage that is a function of its own: Linux 6.1 takes no
 * pointer argument of such a function as a map key, but a map value it does.
 */
zt_inline struct zt_pkt *zt_pkt_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&zt_scratch, &zero);
}

zt_inline void zt_lose_packets(__u32 what, __u32 packets)
{
	__u64 *n = bpf_map_lookup_elem(&zt_lost, &what);

	if (n)
		*n += packets; /* per CPU */
}

zt_inline void zt_lose(__u32 what)
{
	zt_lose_packets(what, 1);
}

#endif
