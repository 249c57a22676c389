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
		zt_flow4.entries = zt_tag4.entries = ZT_BUCKETS(sizes->flows);
		zt_flow6.entries = zt_tag6.entries = ZT_BUCKETS(sizes->flows);
		zt_rest4.entries = zt_rest6.entries = zt_path4.entries = ZT_BUCKETS(sizes->flows) * ZT_WAYS;
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

static uint32_t host_sweep_bucket; /* as zt_sweep_state */
static int host_known; /* a live record decided the last frame, and nothing else was asked */
static uint32_t host_route; /* what the routing table says of destinations: ZT_PKT_* or 0 */

/*
 * The fast path beside the stages, in every test of this build: what it reads of a frame must be
 * what they read, and what it would forward they must forward by that record, with the same
 * traces in it and in every counter. So it goes first and what it wrote is taken back.
 */
static inline struct zt_bind *host_fast(struct zt_frame f, const struct zt_pkt *p, const struct host_skb *skb,
			    struct zt_core *ret, struct zt_hit *ret_hit)
{
	*ret = (struct zt_core){ .dir = p->dir, .ifindex = p->ifindex, .in_ifindex = p->in_ifindex,
				 .mark = p->mark, .now = p->now };
	return skb->vlan == ZT_NONE && !skb->gso_size ? zt_fast_find(&f, ret, zt_config(), ret_hit) : NULL;
}

/* All that a packet which follows a record may write, and what else the counters hold. */
struct host_traces {
	struct zt_flow flow;
	struct zt_flow_rest rest;
	struct zt_bind bind;
	struct zt_devst devst;
	struct zt_devcnt devcnt;
	struct zt_count count[ZT_COUNT_MAX];
};

static inline void host_traces_of(const struct zt_hit *h, struct zt_bind *b, struct host_traces *t, int back)
{
	const struct {
		void *is, *copy;
		size_t n;
	} part[] = {
		{ h->flow, &t->flow, sizeof(t->flow) },
		{ flow_rest(h->ref), &t->rest, sizeof(t->rest) },
		{ b, &t->bind, sizeof(t->bind) },
		{ host_lookup(&zt_devst, &b->dev), &t->devst, sizeof(t->devst) },
		{ host_lookup(&zt_devcnt, &b->dev), &t->devcnt, sizeof(t->devcnt) },
		{ host_array(&zt_count), t->count, sizeof(t->count) },
	};

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		memcpy(back ? part[i].is : part[i].copy, back ? part[i].copy : part[i].is, part[i].n);
}

static inline void host_follow(const struct zt_hit *h, struct zt_bind *b, struct zt_core *core,
			       struct host_traces *ret)
{
	static struct host_traces before;

	host_traces_of(h, b, &before, 0);
	zt_fast_follow(h, b, core);
	host_traces_of(h, b, ret, 0);
	host_traces_of(h, b, &before, 1);
}

static inline void host_compare(const struct zt_hit *h, struct zt_bind *b, const struct zt_core *core,
				const struct host_traces *fast, const struct zt_pkt *p)
{
	static struct host_traces stages;

	host_traces_of(h, b, &stages, 0);
	assert(p->flags & ZT_PKT_HIT && !(p->flags & ZT_PKT_CREATED));
	assert(!memcmp(core, &p->core, sizeof(*core)));
	assert(!memcmp(fast, &stages, sizeof(stages)));
}

static inline int host_is_dhcp(__be16 port)
{
	uint32_t n = zt_ntohs(port);

	return n == 67 || n == 68 || n == 546 || n == 547;
}

/* Is the packet one that the fast path knows. */
static inline int host_is_plain(const struct zt_pkt *p, const struct host_skb *skb)
{
	if (skb->vlan != ZT_NONE || skb->gso_size || p->flags & (ZT_PKT_RAW | ZT_PKT_EXTENSION) || p->l3 > 18 ||
	    p->l4 != p->l3 + (p->family == 4 ? 20 : 40) || (p->family == 4 && zt_ntohl(p->src.w[3]) >> 28 >= 0xe))
		return 0;
	if (p->proto == ZT_PROTO_UDP)
		return !host_is_dhcp(p->sport) && !host_is_dhcp(p->dport);
	return p->proto == ZT_PROTO_TCP && (p->tcp & (ZT_TCP_SYN | ZT_TCP_RST | ZT_TCP_ACK)) == ZT_TCP_ACK;
}

static int host_through; /* let it through, as on a port, in place of the stages */

static inline int host_followed(const struct zt_frame *f, struct zt_pkt *p, const struct host_skb *skb)
{
	struct zt_core core;
	struct zt_bind *b;
	struct zt_hit hit;

	if (!host_through)
		return 0;
	b = host_fast(*f, p, skb, &core, &hit);
	if (!b)
		return 0;
	zt_fast_follow(&hit, b, &core);
	p->core = core;
	p->flags |= ZT_PKT_HIT;
	p->rule = ZT_WORD_RULE(hit.word);
	p->opener = zt_flow_opener(hit.flow);
	return 1;
}

static inline void host_judge(struct zt_frame *f, struct zt_pkt *p, const struct host_skb *skb)
{
	/* Else the two would not see the same. */
	int alone = !host_takes && !host_races && !host_hook && !host_through;
	static struct host_traces traces;
	struct zt_bind *fast;
	struct zt_core core;
	struct zt_hit hit = {};

	if (host_followed(f, p, skb))
		return;
	fast = alone ? host_fast(*f, p, skb, &core, &hit) : NULL;
	if (fast)
		host_follow(&hit, fast, &core, &traces);
	zt_read(f, p, skb->vlan);
	if (p->dir == ZT_TO_DEVICE)
		zt_count_segments(p, skb->gso_segs, skb->gso_size);
	if (hit.missed) { /* as leave_to_stages() */
		p->flags |= hit.missed;
		zt_flow_key_fill(p);
		assert(!p->reason && (p->owner || !zt_flow_find(&p->key)));
	}
	host_known = !hit.missed && zt_decided(p);
	if (host_known) {
		assert(!alone || !fast == !(p->reason == ZT_REASON_ALLOWED && host_is_plain(p, skb)));
	} else {
		assert(!fast);
		if (p->dir == ZT_FROM_DEVICE && p->family && !p->reason && !(p->flags & ZT_PKT_GROUP))
			p->flags |= host_route; /* as ask_fib() */
		zt_slow();
	}
	zt_account(p);
	if (fast)
		host_compare(&hit, fast, &core, &traces, p);
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
	if (run->dir == ZT_TO_DEVICE) { /* in one piece so far as pull() must make it, no further */
		f.len = run->len;
		f.end = frame + (run->len < ZT_READ_BUDGET ? run->len : ZT_READ_BUDGET);
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

/* As zt_sweep_run(): all fragments, one bucket of flows and one address each step. */
static inline uint32_t host_sweep(uint32_t now, uint32_t steps)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_sweep_ctx c = { .now = now, .bucket = host_sweep_bucket };
	uint32_t nr = cfg->buckets[0] + cfg->buckets[1], i;

	bpf_for_each_map_elem(&zt_frag, zt_sweep_frag, &c, 0);
	for (i = 0; i < steps; i++) {
		if (i < nr)
			c.done += zt_flow_sweep(c.now, &c.bucket, cfg);
		if (zt_sweep_learned(&c) && i >= nr)
			break;
	}
	host_sweep_bucket = c.bucket;
	return c.done;
}

/* Every slot that is somebody's: its key, record and the rest, and what fn makes of them summed. */
static inline uint64_t host_flows(uint64_t (*fn)(const struct zt_flow_key *k, const struct zt_flow *f,
						 const struct zt_flow_rest *r, uint64_t arg),
				  uint64_t arg)
{
	uint32_t family, i;
	uint64_t sum = 0;

	for (family = 4; family <= 6; family += 2) {
		uint32_t slots = (family == 4 ? zt_flow4.entries : zt_flow6.entries) * ZT_WAYS;

		for (i = 0; i < slots; i++) {
			uint32_t ref = zt_ref(i / ZT_WAYS, i % ZT_WAYS, family);
			struct zt_flow *f = flow_at(ref);
			struct zt_flow_key k = { 0 };

			if (!ZT_WORD_GEN(f->word))
				continue;
			zt_slot_key(ref, flow_rest(ref), &k);
			sum += fn(&k, f, flow_rest(ref), arg);
		}
	}
	return sum;
}

static inline uint64_t host_one(const struct zt_flow_key *k, const struct zt_flow *f,
				const struct zt_flow_rest *r, uint64_t arg)
{
	return 1;
}

static inline uint32_t host_nr_flows(void)
{
	return host_flows(host_one, 0);
}

#endif
