/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sweep: gives places and quota of expired records back, in bounded steps, by
 * a timer of its own, so also with the agent dead. It decides nothing: expired
 * records are misses already.
 */
#ifndef ZT_SWEEP_H
#define ZT_SWEEP_H

#include "frag.h"

#define ZT_SWEEP_NS 100000000ull /* each 100 ms ... */
#define ZT_SWEEP_STEPS 2048 /* ... at most this many records */

struct zt_sweep_state {
	struct bpf_timer timer;
	__u32 armed;
	__u32 bucket; /* where the next sweep of flows begins */
};
ZT_MAP(zt_sweep, BPF_MAP_TYPE_ARRAY, __u32, struct zt_sweep_state, 1, 0);

struct zt_sweep_ctx {
	__u32 now;
	__u32 done;
	__u32 left; /* steps */
	__u32 bucket;
};

zt_inline int zt_sweep_frag_due(const struct zt_frag *f, __u32 now, const struct zt_cfg *cfg)
{
	return zt_age(now, f->seen) >
	       (f->state & ZT_STATE_DEAD ? 0 : (__s32)cfg->idle[ZT_IDLE_FRAG]) + (__s32)cfg->grace;
}

/*
 * One note of a datagram in fragments. These are walked, not queued: a device can
 * finish datagrams faster than a sweep takes their entries out of a queue, which
 * would then be full for everybody.
 */
static long zt_sweep_frag(void *map, const void *key, void *value, void *arg)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_sweep_ctx *c = arg;
	struct zt_frag *f = value;
	__u64 word;
	__u32 dev;

	if (!cfg || !zt_sweep_frag_due(f, c->now, cfg))
		return 0;
	word = ZT_READ_ONCE(f->word);
	if (!ZT_WORD_GEN(word) || __sync_val_compare_and_swap(&f->word, word, 0) != word)
		return 0;
	dev = f->dev;
	if (!bpf_map_delete_elem(&zt_frag, key))
		zt_frag_return(dev);
	return 0;
}

/* A lease or claim that ended: what lives on it is judged again, by the epoch. */
zt_inline void zt_forget(const struct zt_host_key *k, const struct zt_learned *l, __u32 now)
{
	struct zt_event *e;

	zt_bump(l->bind);
	e = bpf_ringbuf_reserve(&zt_ring, sizeof(*e), 0);
	if (!e) {
		zt_lose(ZT_LOST_EVENT);
		return;
	}
	__builtin_memset(e, 0, sizeof(*e));
	e->type = ZT_EVENT_FORGOTTEN;
	e->boot_ns = bpf_ktime_get_boot_ns();
	e->src = k->addr;
	e->family = k->family;
	e->dev = l->dev;
	e->how = l->how;
	e->tick = now;
	e->rule = ZT_NO_RULE;
	bpf_ringbuf_submit(e, 0);
}

zt_inline long zt_sweep_learned(struct zt_sweep_ctx *c)
{
	struct zt_learned *l, copy;
	struct zt_host_key k;

	if (bpf_map_pop_elem(&zt_learnq, &k))
		return 1;
	c->done++;
	l = bpf_map_lookup_elem(&zt_learn, &k);
	if (!l)
		return 0;
	if (zt_age(c->now, l->expires) <= 0) {
		if (zt_flow_asks(l, c->now))
			zt_bump(l->bind);
		if (bpf_map_push_elem(&zt_learnq, &k, 0))
			zt_lose(ZT_LOST_SWEEP);
		return 0;
	}
	copy = *l;
	if (!copy.serial || __sync_val_compare_and_swap(&l->serial, copy.serial, 0) != copy.serial) {
		if (bpf_map_push_elem(&zt_learnq, &k, 0)) /* being taken over just now */
			zt_lose(ZT_LOST_SWEEP);
		return 0;
	}
	if (!bpf_map_delete_elem(&zt_learn, &k)) {
		zt_learn_return(copy.dev, k.family);
		zt_forget(&k, &copy, c->now);
	}
	return 0;
}

#ifndef ZT_HOST
static long zt_sweep_step(__u32 i, void *arg)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_sweep_ctx *c = arg;

	if (!cfg)
		return 1;
	if (i < c->left)
		c->done += zt_flow_sweep(c->now, &c->bucket, cfg);
	return zt_sweep_learned(c) && i >= c->left;
}

/* Returns the number of records looked at. */
zt_inline __u32 zt_sweep_run(__u32 now, __u32 steps)
{
	struct zt_sweep_state *s;
	const struct zt_cfg *cfg = zt_config();
	struct zt_sweep_ctx c = { .now = now };
	__u32 zero = 0;

	s = bpf_map_lookup_elem(&zt_sweep, &zero);
	if (!s || !cfg)
		return 0;
	c.bucket = s->bucket;
	c.left = cfg->buckets[0] + cfg->buckets[1]; /* none twice */
	bpf_for_each_map_elem(&zt_frag, zt_sweep_frag, &c, 0);
	bpf_loop(steps, zt_sweep_step, &c, 0);
	s->bucket = c.bucket;
	return c.done;
}

static int zt_sweep_tick(void *map, __u32 *key, struct zt_sweep_state *s)
{
	const struct zt_cfg *cfg = zt_config();

	if (cfg)
		zt_sweep_run((__u32)(bpf_jiffies64() >> (cfg->tick_shift & 31)), ZT_SWEEP_STEPS);
	bpf_timer_start(&s->timer, ZT_SWEEP_NS, 0);
	return 0;
}

/* Start the timer, or make it run this program's code (after an upgrade). */
zt_inline int zt_sweep_arm(void)
{
	struct zt_sweep_state *s;
	__u32 zero = 0;

	s = bpf_map_lookup_elem(&zt_sweep, &zero);
	if (!s)
		return -1;
	bpf_timer_init(&s->timer, &zt_sweep, 1 /* CLOCK_MONOTONIC */); /* once; later -EBUSY */
	if (bpf_timer_set_callback(&s->timer, zt_sweep_tick))
		return -1;
	s->armed = 1;
	return bpf_timer_start(&s->timer, ZT_SWEEP_NS, 0) ? -1 : 0;
}
#endif

#endif
