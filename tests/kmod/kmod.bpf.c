// SPDX-License-Identifier: GPL-2.0
/*
 * What uses the module's table in its tests: `call` makes one call and leaves what it gave,
 * `from_device` and `to_device` count each packet on one of many flows, as bpf/ does. Nothing here is of the product.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "zt_kfunc.h"
#include "calls.h"

#define MAP(map, map_type, value_type, nr)                                                     \
	struct {                                                                               \
		__uint(type, map_type);                                                        \
		__uint(max_entries, nr);                                                       \
		__type(key, __u32);                                                            \
		__type(value, value_type);                                                     \
	} map SEC(".maps")

MAP(calls, BPF_MAP_TYPE_ARRAY, struct call, 1);
MAP(setup, BPF_MAP_TYPE_ARRAY, struct setup, 1);
MAP(sums_map, BPF_MAP_TYPE_PERCPU_ARRAY, struct sums, 1);

static const __u32 zero;

/* ---- one call ----------------------------------------------------------------------- */

static __always_inline void call_pointer(struct call *c)
{
	__u64 *p = NULL;
	__u32 i;

	if (c->op == CALL_AT)
		p = zt_kflow_at(c->table, c->ref, sizeof(struct zt_flow));
	else if (c->op == CALL_REST)
		p = zt_kflow_rest(c->table, c->ref, sizeof(struct zt_flow_rest));
	c->ret = !!p;
	if (!p)
		return;
	for (i = 0; i < 6; i++) {
		if (c->write)
			p[i] = c->words[i];
		else
			c->words[i] = p[i];
	}
}

static __always_inline void call_held(struct call *c)
{
	__u64 *p = zt_kflow_held(c->table, c->dev, sizeof(struct zt_held));

	c->ret = !!p;
	if (!p)
		return;
	if (c->write) {
		p[0] = c->words[0];
		p[1] = c->words[1];
	} else {
		c->words[0] = p[0];
		c->words[1] = p[1];
	}
}

/* Sizes that are not the one named. */
static __always_inline void call_wrong(struct call *c)
{
	c->ret = zt_kflow_find(c->table, &c->key, sizeof(c->key) - 4) ||
		 zt_kflow_new(c->table, &c->key, sizeof(c->key) - 4) ||
		 zt_kflow_at(c->table, c->ref, sizeof(struct zt_flow) - 8) ||
		 zt_kflow_rest(c->table, c->ref, sizeof(struct zt_flow_rest) + 8) ||
		 zt_kflow_held(c->table, c->dev, 8);
}

SEC("xdp")
int call(struct xdp_md *ctx)
{
	struct call *c = bpf_map_lookup_elem(&calls, &zero);

	if (!c)
		return XDP_ABORTED;
	c->jiffies = bpf_jiffies64();
	switch (c->op) {
	case CALL_FIND:
		c->ret = zt_kflow_find(c->table, &c->key, sizeof(c->key));
		break;
	case CALL_NEW:
		c->ret = zt_kflow_new(c->table, &c->key, sizeof(c->key));
		break;
	case CALL_END:
		c->ret = zt_kflow_end(c->table, c->ref, c->words[0], c->reason);
		break;
	case CALL_REFUSED:
		c->ret = zt_kflow_refused(c->table, c->dev);
		break;
	case CALL_HELD:
		call_held(c);
		break;
	case CALL_WRONG:
		call_wrong(c);
		break;
	default:
		call_pointer(c);
	}
	return XDP_PASS;
}

/* ---- traffic -------------------------------------------------------------------------- */

/* Flow number n, as its device's end sees it. */
static __always_inline void key_of(struct zt_flow_key *k, __u32 n)
{
	__builtin_memset(k, 0, sizeof(*k));
	k->family = 6;
	k->proto = n % 3 ? 6 : 17;
	k->dev.w[0] = 1;
	k->dev.w[3] = n;
	k->peer.w[0] = 2;
	k->dev_port = 1;
	k->peer_port = 2;
	k->zone = 1;
}

static __always_inline int believed(const struct zt_flow *f, const struct setup *s, __u32 now)
{
	__u32 state = f->state;

	return ZT_WORD_GEN(f->word) == s->gen && !(state & ZT_STATE_DEAD) &&
	       (__s32)(now - f->seen) <= (__s32)s->idle[ZT_STATE_IDLE(state)];
}

static __always_inline void count(__u32 table, __u32 ref, struct zt_flow *f, int dir, __u64 bytes, __u32 now)
{
	__u64 packet = ZT_COUNT(1, bytes), had;
	struct zt_flow_rest *rest;

	if (f->seen != now)
		f->seen = now;
	if (!((__sync_fetch_and_add(&f->count[dir], packet) + packet) & ZT_COUNT_FULL))
		return;
	rest = (void *)zt_kflow_rest(table, ref, sizeof(*rest));
	if (!rest)
		return;
	had = __sync_lock_test_and_set(&f->count[dir], 0);
	__sync_fetch_and_add(&rest->packets[dir], ZT_COUNT_PACKETS(had));
	__sync_fetch_and_add(&rest->bytes[dir], ZT_COUNT_BYTES(had));
}

/* TCP flows end by their number: FIN both ways, RST, or by time like the rest. */
static __always_inline __u32 state_of(__u32 n, __u32 proto)
{
	__u32 fin = ZT_SEEN_ACK | ZT_SEEN_FIN;

	if (proto != 6)
		return ZT_STATE(0x22, ZT_IDLE_BOTH, 0, 0, 0);
	if (n & 1)
		return ZT_STATE(fin | fin << 4, ZT_IDLE_TCP_CLOSING, n >> 2 & 1, 0, 0);
	if (n & 2)
		return ZT_STATE(0x22 | ZT_SEEN_RST, ZT_IDLE_TCP_CLOSING, n >> 2 & 1, 0, 0);
	return ZT_STATE(ZT_SEEN_SYN, ZT_IDLE_TCP_HALF, n >> 2 & 1, 1, 0);
}

static __always_inline struct zt_flow *open(const struct setup *s, struct sums *sums,
					    const struct zt_flow_key *k, __u32 n, __u32 now, __u32 *ret_ref)
{
	__u32 ref = zt_kflow_new(s->table, k, sizeof(*k)), dev = 1 + n % s->devices;
	struct zt_flow *f = (void *)zt_kflow_at(s->table, ref, sizeof(*f));
	struct zt_flow_rest *rest = (void *)zt_kflow_rest(s->table, ref, sizeof(*rest));
	struct zt_held *held = (void *)zt_kflow_held(s->table, dev, sizeof(*held));
	__u32 state = state_of(n, k->proto);

	if (!f || !rest || !held)
		return NULL;
	rest->first = now;
	rest->dev = dev;
	rest->zone = k->zone;
	f->seen = now;
	f->state = state;
	f->hop = ZT_HOP(k->proto, 0, 0);
	__sync_fetch_and_add(&held->flows, 1);
	if (ZT_STATE_OPENER(state))
		__sync_fetch_and_add(&held->flows_in, 1);
	if (state & ZT_STATE_HALF)
		__sync_fetch_and_add(&held->half[ZT_STATE_OPENER(state)], 1);
	__sync_lock_test_and_set(&f->word, ZT_WORD(s->gen, 1, 1, n & 0xff));
	sums->made++;
	*ret_ref = ref;
	return f;
}

static __always_inline void packet(int dir, __u64 bytes, __u32 n)
{
	struct setup *s = bpf_map_lookup_elem(&setup, &zero);
	struct sums *sums = bpf_map_lookup_elem(&sums_map, &zero);
	struct zt_flow_key k;
	struct zt_flow *f;
	__u64 word;
	__u32 now, ref;

	if (!s || !sums)
		return;
	now = bpf_jiffies64() >> (s->tick_shift & 31);
	key_of(&k, n);
	ref = zt_kflow_find(s->table, &k, sizeof(k));
	f = (void *)zt_kflow_at(s->table, ref, sizeof(*f));
	if (f && !believed(f, s, now)) {
		word = *(volatile __u64 *)&f->word;
		if (ZT_WORD_GEN(word) &&
		    __sync_val_compare_and_swap(&f->word, word, ZT_WORD_BUSY) == word) {
			zt_kflow_end(s->table, ref, word, ZT_ENDED_POLICY);
			sums->over++;
		}
		f = NULL;
	}
	if (!f)
		f = open(s, sums, &k, n, now, &ref);
	if (!f) {
		sums->refused++;
		return;
	}
	count(s->table, ref, f, dir, bytes, now);
	sums->packets[dir]++;
	sums->bytes[dir] += bytes;
	if (s->churn && n >= s->churn) { /* and is over at once */
		word = *(volatile __u64 *)&f->word;
		if (ZT_WORD_GEN(word) && __sync_val_compare_and_swap(&f->word, word, ZT_WORD_BUSY) == word)
			zt_kflow_end(s->table, ref, word, ZT_ENDED_EVICTED);
	}
}

/* Which flow: at random, or in turn. */
static __always_inline __u32 which(void)
{
	struct setup *s = bpf_map_lookup_elem(&setup, &zero);

	if (!s || !s->flows)
		return 0;
	if (s->in_turn)
		return s->from + (__u32)__sync_fetch_and_add(&s->turn, 1) % s->flows;
	return s->from + bpf_get_prandom_u32() % s->flows;
}

SEC("xdp")
int from_device(struct xdp_md *ctx)
{
	long end = ctx->data_end, data = ctx->data;

	packet(ZT_FROM_DEVICE, end - data - 14, which());
	return XDP_DROP;
}

SEC("tc")
int to_device(struct __sk_buff *skb)
{
	packet(ZT_TO_DEVICE, skb->len - 14, which());
	return -1; /* next: who sends would be told of a drop */
}

char LICENSE[] SEC("license") = "GPL";
