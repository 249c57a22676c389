/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a new record of the map goes. Knows keys and places, nothing of what a record says but
 * whether its time is over.
 */
#ifndef ZT_FLOW_PLACE_H
#define ZT_FLOW_PLACE_H

#include "flow_table.h"

#define ZT_PLACE_TRIES 6

/* The octet that stands for the slot in its bucket. */
zt_inline void zt_set_tag(__u32 ref, __u32 tag)
{
	__u32 at = (ref & ~ZT_REF_6) - 1;
	struct zt_tags *t = zt_tags_at(at / ZT_WAYS, ref & ZT_REF_6 ? 6 : 4);

	if (t)
		ZT_WRITE_ONCE(t->way[at & (ZT_WAYS - 1)], tag);
}

/* Ours until now, nobody's from now on: the tag goes first, for whoever looks for a place. */
zt_inline void zt_free(struct zt_flow *f, __u32 ref, __u64 was)
{
	zt_set_tag(ref, 0);
	__sync_lock_test_and_set(&f->word, was & ZT_WORD_VERSION);
}

/*
 * The key of a slot, into it or out of it; the hop of the record holds the rest. Which way
 * its packets take is not known yet.
 */
zt_inline void zt_slot_set_key(__u32 ref, const struct zt_flow_key *k)
{
	__u32 at = (ref & ~ZT_REF_6) - 1;
	struct zt_flow4 *s4;
	struct zt_flow6 *s6;

	zt_path_forget(ref);
	if (ref & ZT_REF_6) {
		s6 = zt_slot6(at / ZT_WAYS, at);
		if (!s6)
			return;
		s6->dev = k->dev;
		s6->peer = k->peer;
		s6->dev_port = k->dev_port;
		s6->peer_port = k->peer_port;
		s6->place = ZT_PLACE(k->zone, k->owner);
		return;
	}
	s4 = zt_slot4(at / ZT_WAYS, at);
	if (!s4)
		return;
	s4->dev = k->dev.w[3];
	s4->peer = k->peer.w[3];
	s4->dev_port = k->dev_port;
	s4->peer_port = k->peer_port;
	s4->place = ZT_PLACE(k->zone, k->owner);
}

zt_inline void zt_slot_key(__u32 ref, const struct zt_flow_rest *rest, struct zt_flow_key *ret)
{
	__u32 at = (ref & ~ZT_REF_6) - 1;
	struct zt_flow4 *s4;
	struct zt_flow6 *s6;
	__u64 hop = 0;

	ret->zone = rest->zone;
	ret->owner = rest->owner;
	if (ref & ZT_REF_6) {
		ret->family = 6;
		s6 = zt_slot6(at / ZT_WAYS, at);
		if (!s6)
			return;
		ret->dev = s6->dev;
		ret->peer = s6->peer;
		ret->dev_port = s6->dev_port;
		ret->peer_port = s6->peer_port;
		hop = s6->f.hop;
	} else {
		ret->family = 4;
		s4 = zt_slot4(at / ZT_WAYS, at);
		if (!s4)
			return;
		ret->dev.w[2] = zt_htonl(0xffff);
		ret->dev.w[3] = s4->dev;
		ret->peer.w[2] = zt_htonl(0xffff);
		ret->peer.w[3] = s4->peer;
		ret->dev_port = s4->dev_port;
		ret->peer_port = s4->peer_port;
		hop = s4->f.hop;
	}
	ret->proto = ZT_HOP_PROTO(hop);
	ret->icmp = ZT_HOP_ICMP(hop);
}

/* ---- finding a place ------------------------------------------------------------------ */

/* Has it rested long enough after its time, so that its place may be another's. */
zt_inline int zt_flow_due(const struct zt_flow *f, __u32 now, const struct zt_cfg *cfg)
{
	__u32 state = ZT_READ_ONCE(f->state);
	__s32 limit = cfg->grace;

	if (!(state & ZT_STATE_DEAD))
		limit += cfg->idle[ZT_STATE_IDLE(state)];
	return zt_age(now, f->seen) > limit;
}

/* The slot to take of those that are free: the one its key is looked for first, if it is among them. */
zt_inline __u32 zt_free_way(__u64 lanes, __u32 first)
{
	first &= ZT_WAYS - 1;
	return lanes & 0x80ull << 8 * first ? first : zt_first_lane(lanes);
}

/* A free slot of the home bucket while more than a quarter of it is, else of the emptier one. */
zt_inline __u32 zt_free_slot(const struct zt_spot *s, __u32 family, __u32 tried)
{
	struct zt_tags *home = zt_tags_at(s->bucket[0], family);
	struct zt_tags *other = zt_tags_at(s->bucket[1], family);
	__u64 h, o;

	if (!home || !other)
		return 0;
	h = zt_lanes(zt_tag_word(home), 0);
	o = zt_lanes(zt_tag_word(other), 0);
	if (tried & 1)
		h &= h - 1; /* another CPU is at the first one */
	if (tried & 2)
		o &= o - 1;
	if (h && (zt_nr_lanes(h) > ZT_WAYS / 4 || zt_nr_lanes(h) >= zt_nr_lanes(o)))
		return zt_ref(s->bucket[0], zt_free_way(h, tried ? s->way + tried : s->way), family);
	return o ? zt_ref(s->bucket[1], zt_free_way(o, tried ? s->way + tried : s->way), family) : 0;
}

/* A slot of a bucket whose flow is over, where the sweep has not been yet: a ref, 0 for none. */
ZT_GLOBAL __u32 zt_due_slot(__u32 bucket, __u32 family, __u32 now)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_flow *f;
	__u32 i, ref;

	if (!cfg)
		return 0;
	ZT_NO_UNROLL
	for (i = 0; i < ZT_WAYS; i++) {
		ref = zt_ref(bucket, i, family);
		f = flow_at(ref);
		if (f && ZT_WORD_GEN(ZT_READ_ONCE(f->word)) && zt_flow_due(f, now, cfg))
			return ref;
	}
	return 0;
}

/*
 * A place for the key of this CPU's packet, taken: its ref, 0 for none. *ret_word is whose it
 * was: with a generation, a flow's that is over and has to be told. The lock is held.
 */
ZT_GLOBAL __u32 zt_place(__u64 *ret_word)
{
	struct zt_pkt *p = zt_pkt_here();
	const struct zt_cfg *cfg = zt_config();
	__u32 i, ref, family;
	struct zt_flow *f;
	struct zt_spot s;

	if (!p || !cfg || !ret_word)
		return 0;
	family = p->key.family;
	zt_spot_of(&s, &p->key, cfg);
	ZT_NO_UNROLL
	for (i = 0; i < ZT_PLACE_TRIES; i++) {
		ref = zt_free_slot(&s, family, i);
		if (!ref)
			ref = zt_due_slot(s.bucket[0], family, p->now);
		if (!ref)
			ref = zt_due_slot(s.bucket[1], family, p->now);
		f = flow_at(ref);
		if (!f && i)
			return 0;
		if (!f)
			continue; /* once more: a sweep may just have freed what was over */
		*ret_word = ZT_READ_ONCE(f->word);
		/* Asked again of what the word says: it may be a new flow's by now. */
		if (ZT_WORD_GEN(*ret_word) && !zt_flow_due(f, p->now, cfg))
			continue;
		if (!zt_take(f, *ret_word))
			return ref;
	}
	return 0;
}

#endif
