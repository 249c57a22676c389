/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The entries of zt.bpf.c for the host build: the same stages over plain memory.
 * The frame lies in an allocation of exactly its length, so reading one octet too
 * many is seen. Sanitizers and fuzzers reach the data path through here.
 */
#ifndef ZT_HOST_ENGINE_H
#define ZT_HOST_ENGINE_H

#ifndef ZT_HOST
#define ZT_HOST
#endif
#include "host/publish.h"
#include "bpf/maps.h"

/* What the kernel knows of a frame beside its octets (zt_out only). */
struct host_skb {
	uint32_t vlan; /* tag taken off already, or ZT_NONE */
	uint32_t gso_segs, gso_size;
};

/* All maps as after loading. sizes as zt_maps_open_private() takes them, or NULL. */
static inline void host_reset(const struct zt_sizes *sizes)
{
	struct host_map *m;

	for (m = host_maps; m; m = m->next)
		host_clear(m);
	memset(&zt_ring, 0, sizeof(zt_ring));
	memset(&zt_ringc, 0, sizeof(zt_ringc));
	memset(host_told, 0, sizeof(host_told));
	if (sizes && sizes->flows) {
		zt_flow.entries = sizes->flows;
		zt_flowq.entries = 2 * sizes->flows;
	}
	if (sizes && sizes->learned) {
		zt_learn.entries = sizes->learned;
		zt_learnq.entries = 2 * sizes->learned;
	}
}

static inline void host_result(const struct zt_pkt *p, struct zt_result *r)
{
	*r = (struct zt_result){
		.verdict = p->verdict,
		.reason = p->reason,
		.rule = p->rule,
		.dev = p->dev,
		.peer_kind = p->peer.kind,
		.peer_id = p->peer.id,
		.dclass = p->dclass,
		.pclass = p->pclass,
		.svc = zt_service_class(p),
		.mode = p->mode,
		.gen = p->gen,
		.flow = !!(p->flags & ZT_PKT_HIT),
		.created = !!(p->flags & ZT_PKT_CREATED),
		.opener = p->opener,
		.key = p->key,
	};
}

static uint32_t host_route; /* what the routing table says of destinations: ZT_PKT_* or 0 */

static inline void host_judge(struct zt_frame *f, struct zt_pkt *p, const struct host_skb *skb)
{
	zt_read(f, p, skb->vlan);
	if (p->dir == ZT_TO_DEVICE)
		zt_count_segments(p, skb->gso_segs, skb->gso_size);
	if (!zt_fast(p)) {
		if (p->dir == ZT_FROM_DEVICE && p->family && !p->reason && !(p->flags & ZT_PKT_GROUP))
			p->flags |= host_route; /* as ask_fib() */
		zt_slow();
	}
	zt_account(p);
}

static inline void host_run_skb(const struct zt_run *run, const struct host_skb *skb,
				struct zt_result *ret)
{
	struct zt_pkt *p = zt_begin(run->dir, run->ifindex);
	uint8_t *frame = malloc(run->len);
	struct zt_frame f = { .data = frame, .end = frame + run->len };

	assert(p && (frame || !run->len));
	if (run->len)
		memcpy(frame, run->frame, run->len);
	p->now = run->now;
	if (run->dir == ZT_TO_DEVICE) {
		f.len = run->len;
		p->in_ifindex = run->in_ifindex;
		p->mark = run->mark;
		if (skb->gso_size)
			p->flags |= ZT_PKT_GSO;
	}
	host_judge(&f, p, skb);
	host_result(p, ret);
	free(frame);
}

static inline void host_run(const struct zt_run *run, struct zt_result *ret)
{
	static const struct host_skb plain = { .vlan = ZT_NONE };

	host_run_skb(run, &plain, ret);
}

/* As zt_sweep_run(): all fragments, one flow and one address each step. */
static inline uint32_t host_sweep(uint32_t now, uint32_t steps)
{
	struct zt_sweep_ctx c = { .now = now };
	const struct zt_cfg *cfg = zt_config();
	uint32_t i;
	long flows;

	bpf_for_each_map_elem(&zt_frag, zt_sweep_frag, &c, 0);
	for (i = 0; i < steps; i++) {
		flows = zt_sweep_flow(&c, cfg);
		if (zt_sweep_learned(&c) && flows)
			break;
	}
	return c.done;
}

#endif
