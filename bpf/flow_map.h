/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The seam where records lie in maps (flow_table.h, flow_place.h): how one is given to a flow
 * and how one ends. Its end is told by an event, and the sweep of the programs ages it.
 */
#ifndef ZT_FLOW_MAP_H
#define ZT_FLOW_MAP_H

#define ZT_FLOW_MOVES_IN 0

#include "flow_place.h"
#include "charge.h"

/* ---- a flow that is over ----------------------------------------------------------- */

zt_inline void zt_end_counts(struct zt_event *e, const struct zt_flow *f, const struct zt_flow_rest *rest)
{
	__u64 c0 = ZT_READ_ONCE(f->count[0]), c1 = ZT_READ_ONCE(f->count[1]);

	e->packets[0] = rest->packets[0] + ZT_COUNT_PACKETS(c0);
	e->packets[1] = rest->packets[1] + ZT_COUNT_PACKETS(c1);
	e->bytes[0] = rest->bytes[0] + ZT_COUNT_BYTES(c0);
	e->bytes[1] = rest->bytes[1] + ZT_COUNT_BYTES(c1);
}

zt_inline void zt_end_key(struct zt_event *e, __u32 ref, const struct zt_flow_rest *rest, __u32 opener)
{
	struct zt_flow_key k = {};
	int by_device = opener == ZT_FROM_DEVICE;

	zt_slot_key(ref, rest, &k);
	e->src = by_device ? k.dev : k.peer;
	e->dst = by_device ? k.peer : k.dev;
	e->sport = by_device ? k.dev_port : k.peer_port;
	e->dport = by_device ? k.peer_port : k.dev_port;
	e->proto = k.proto;
	e->family = k.family;
	e->vlan = k.zone & 0xfff;
}

/*
 * The flow whose slot was taken is over; `word` and `state` are what it held. Its totals are
 * told, and what it held is given back. why: enum zt_ended.
 */
ZT_GLOBAL int zt_flow_over(__u32 ref, __u64 word, __u32 state, __u32 now, __u32 why)
{
	struct zt_flow_rest *rest = flow_rest(ref);
	struct zt_flow *f = flow_at(ref);
	struct zt_charge c;
	struct zt_event *e;

	if (!rest || !f)
		return -1;
	zt_state_charge(state, rest->dev, &c);
	zt_quota_give(&c);
	e = bpf_ringbuf_reserve(&zt_ring, sizeof(*e), 0);
	if (!e) {
		zt_lose(ZT_LOST_EVENT);
		return 0;
	}
	__builtin_memset(e, 0, sizeof(*e));
	e->type = ZT_EVENT_FLOW_END;
	e->gen = ZT_WORD_GEN(word);
	e->boot_ns = bpf_ktime_get_boot_ns();
	e->reason = ZT_WORD_REASON(word);
	e->verdict = ZT_WORD_VERDICT(word);
	e->rule = ZT_WORD_RULE(word);
	e->dir = c.opener;
	e->opener = c.opener;
	e->flags = ZT_STATE_FLAGS(state);
	e->how = why;
	e->dev = rest->dev;
	e->tick = now;
	e->seen = f->seen;
	e->first = rest->first;
	zt_end_key(e, ref, rest, c.opener);
	zt_end_counts(e, f, rest);
	bpf_ringbuf_submit(e, 0);
	return 0;
}

/* ---- a record for a new one -------------------------------------------------------- */

zt_inline __u32 zt_flow_new(const struct zt_pkt *p, const struct zt_cfg *cfg, __u64 *ret_was)
{
	__u32 ref = zt_place(ret_was), state;
	struct zt_flow *f = flow_at(ref);
	struct zt_spot s;

	if (!f)
		return 0;
	if (ZT_WORD_GEN(*ret_was)) {
		state = zt_flow_held(f);
		zt_flow_over(ref, *ret_was, state, p->now, zt_ended_of(state));
	}
	zt_spot_of(&s, &p->key, cfg);
	zt_set_tag(ref, s.tag);
	zt_slot_set_key(ref, &p->key);
	return ref;
}

zt_inline __u32 zt_flow_renew(struct zt_flow *f, __u32 ref, __u64 *was, __u32 state, __u32 why,
			      const struct zt_pkt *p)
{
	zt_flow_over(ref, *was, state, p->now, why);
	zt_slot_set_key(ref, &p->key);
	return ref;
}

zt_inline void zt_flow_refused(__u32 dev)
{
}

/* ---- ageing ------------------------------------------------------------------------ */

/*
 * A flow in use keeps its learned address: a device with one long connection may
 * send no ARP or ND for days. A lease ends when the server said, and what is over stays
 * over: packets were judged by that already.
 */
zt_inline void zt_sweep_refresh(const struct zt_flow *f, __u32 ref, __u32 now, const struct zt_cfg *cfg)
{
	struct zt_flow_rest *rest = flow_rest(ref);
	__u32 bind = ZT_WHO_BIND(f->who), until;
	struct zt_bind *b = bpf_map_lookup_elem(&zt_bind, &bind);
	struct zt_flow_key k = {};
	struct zt_host_key hk = {};
	struct zt_learned *l;

	if (!b || !rest)
		return;
	zt_slot_key(ref, rest, &k);
	hk.addr = k.dev;
	hk.family = k.family;
	if (zt_is_link_local(&hk.addr, hk.family))
		hk.scope = k.zone;
	until = b->seen + cfg->learn_ticks; /* of the device itself: a peer's packets prove nothing */
	l = bpf_map_lookup_elem(&zt_learn, &hk);
	if (l && l->dev == rest->dev && l->how != ZT_HOW_DHCP && zt_age(now, l->expires) <= 0 &&
	    zt_age(until, l->expires) > 0)
		l->expires = until;
}

/* One slot that is somebody's. Against a packet that takes it over: whoever takes the word owns it. */
ZT_GLOBAL int zt_sweep_slot(__u32 ref, __u32 now)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_flow *f = flow_at(ref);
	__u32 state;
	__u64 word;

	if (!f || !cfg)
		return 0;
	word = ZT_READ_ONCE(f->word);
	if (!ZT_WORD_GEN(word))
		return 0;
	if (!zt_flow_due(f, now, cfg)) {
		zt_sweep_refresh(f, ref, now, cfg);
		return 0;
	}
	if (zt_take(f, word))
		return 0;
	state = zt_flow_held(f);
	zt_flow_over(ref, word, state, now, zt_ended_of(state));
	zt_free(f, ref, word);
	return 1;
}

zt_inline __u32 zt_flow_sweep(__u32 now, __u32 *at_bucket, const struct zt_cfg *cfg)
{
	__u32 four = cfg->buckets[0], nr = four + cfg->buckets[1], at = *at_bucket < nr ? *at_bucket : 0, way;
	__u32 family = at < four ? 4 : 6, bucket = at < four ? at : at - four, done = 0;
	struct zt_tags *tags = zt_tags_at(bucket, family);

	*at_bucket = at + 1 < nr ? at + 1 : 0;
	if (!tags || !zt_tag_word(tags))
		return 0;
	ZT_NO_UNROLL
	for (way = 0; way < ZT_WAYS; way++) {
		if (!ZT_READ_ONCE(tags->way[way]))
			continue;
		zt_sweep_slot(zt_ref(bucket, way, family), now);
		done++;
	}
	return done;
}

/* The sweep goes through the records: see zt_sweep_refresh(). */
zt_inline int zt_flow_asks(struct zt_learned *l, __u32 now)
{
	return 0;
}

#endif
