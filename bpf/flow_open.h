/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The slow path of flows: who may open, what picks up a running connection, and
 * how a record is made, judged again or taken over. Denied packets never insert.
 */
#ifndef ZT_FLOW_OPEN_H
#define ZT_FLOW_OPEN_H

#include "flow.h"

#define ZT_STATE_TRIES 4

/* ---- writing a record that is ours (zt_take) --------------------------------------- */

/* The epoch a record made or judged by this packet holds. */
zt_inline __u32 zt_pkt_epoch(const struct zt_pkt *p)
{
	return ZT_EPOCH(p->epoch + (p->peer.kind == ZT_KIND_DEVICE ? p->peer_epoch : 0));
}

zt_inline __u32 zt_pkt_flags(const struct zt_pkt *p, __u32 flags)
{
	flags &= ~(ZT_FLOW_PEER_DEVICE | ZT_FLOW_PEER_ROUTER | ZT_FLOW_PEER_UNKNOWN);
	if (p->flags & ZT_PKT_PEER_UNKNOWN)
		flags |= ZT_FLOW_PEER_UNKNOWN;
	if (p->peer.kind == ZT_KIND_DEVICE)
		flags |= ZT_FLOW_PEER_DEVICE;
	if (p->peer.kind == ZT_KIND_ROUTER)
		flags |= ZT_FLOW_PEER_ROUTER;
	return flags;
}

/*
 * Where the device may send. Judged at a packet towards the device, that is not known (any
 * more): a group MAC, which the fast path never takes. An unknown device's MAC is in no
 * table; its answers go to where its question came from.
 */
zt_inline __u64 zt_pkt_hop(const struct zt_pkt *p)
{
	__u64 mac = 0xffffffffffffull;

	if (p->dir == ZT_FROM_DEVICE)
		mac = zt_mac48(p->dmac);
	else if (p->flags & ZT_PKT_PEER_UNKNOWN)
		mac = zt_mac48(p->smac);
	return ZT_HOP(p->key.proto, p->key.icmp, mac);
}

zt_inline __u64 zt_flow_word(const struct zt_pkt *p)
{
	return ZT_WORD(p->gen, p->reason, p->verdict, p->rule);
}

/* What a judgement fixes in a record; counters and times stay. */
zt_inline void zt_flow_judge(struct zt_flow *f, const struct zt_pkt *p)
{
	__u32 was, flags, i;

	f->who = ZT_WHO(p->bind, p->peer_bind, zt_pkt_epoch(p));
	f->hop = zt_pkt_hop(p);
	ZT_NO_UNROLL
	for (i = 0; i < ZT_STATE_TRIES; i++) { /* against a hit that began before the record was taken */
		was = ZT_READ_ONCE(f->state);
		flags = zt_pkt_flags(p, ZT_STATE_FLAGS(was));
		if (__sync_val_compare_and_swap(&f->state, was, (was & 0xffff) | flags << 16) == was)
			break;
	}
}

/* What a record made by this packet will hold. */
zt_inline void zt_pkt_charge(const struct zt_pkt *p, struct zt_charge *ret)
{
	ret->dev = p->dev;
	ret->opener = p->opener;
	ret->half = zt_is_half(&p->core, p->opener, zt_seen_of(&p->core),
			       p->flags & ZT_PKT_PICKED_UP ? ZT_FLOW_PICKED_UP : 0);
}

/* The quota was taken for a record there is no room for. */
zt_inline int zt_flow_unplaced(const struct zt_pkt *p)
{
	struct zt_charge c;

	zt_pkt_charge(p, &c);
	zt_quota_give(&c);
	zt_lose(ZT_LOST_FLOW);
	return ZT_REASON_QUOTA;
}

/*
 * The record is this CPU's to write and the quota taken: from now on it is its packet's flow.
 * was: the word it was taken with. ref 0: there is none.
 */
ZT_GLOBAL int zt_flow_begin(__u32 ref, __u64 was)
{
	struct zt_flow_rest *rest = flow_rest(ref);
	struct zt_flow *f = flow_at(ref);
	struct zt_pkt *p = zt_pkt_here();
	__u32 flags, tcp, half;

	if (!p)
		return ZT_REASON_INTERNAL;
	if (!f || !rest)
		return zt_flow_unplaced(p);
	flags = zt_pkt_flags(p, p->flags & ZT_PKT_PICKED_UP ? ZT_FLOW_PICKED_UP : 0);
	tcp = zt_seen_of(&p->core);
	half = zt_is_half(&p->core, p->opener, tcp, flags);
	f->who = ZT_WHO(p->bind, p->peer_bind, zt_pkt_epoch(p));
	f->hop = zt_pkt_hop(p);
	f->seen = p->now;
	f->count[p->dir & 1] = ZT_COUNT(p->packets, p->bytes);
	f->count[!(p->dir & 1)] = 0;
	__builtin_memset(rest, 0, sizeof(*rest));
	rest->first = p->now;
	rest->dev = p->dev;
	rest->zone = p->key.zone;
	rest->owner = p->key.owner;
	ZT_WRITE_ONCE(f->state, ZT_STATE(tcp, zt_idle_of(&p->core, tcp, flags), p->opener, half, flags));
	zt_publish(f, was, zt_flow_word(p));
	p->flags |= ZT_PKT_HIT | ZT_PKT_CREATED;
	return 0;
}

/* ---- making one --------------------------------------------------------------------- */

/*
 * A token for a new record of p->dev. What is picked up in the first minutes after
 * load needs none: whatever was under way goes on at once, up to the quota.
 */
zt_inline int zt_open_token(const struct zt_pkt *p, const struct zt_cfg *cfg)
{
	const struct zt_limits *l = zt_limits_of(p);

	if (p->flags & ZT_PKT_PICKED_UP && zt_age(p->now, cfg->pickup_until) <= 0)
		return 1;
	return l && zt_token(ZT_BUCKET_OPEN + (p->opener & 1), l->new_flows_per_s, 0);
}

/* May there be one more record, old (NULL: none) giving its share back. */
zt_inline int zt_may_open(const struct zt_pkt *p, const struct zt_cfg *cfg, const struct zt_charge *old)
{
	struct zt_charge c;

	zt_pkt_charge(p, &c);
	if (zt_quota_take(p, &c, old)) {
		zt_flow_refused(p->dev);
		return ZT_REASON_QUOTA;
	}
	if (zt_open_token(p, cfg))
		return 0;
	zt_quota_give(&c);
	return ZT_REASON_QUOTA;
}

/*
 * The same tuple again, in the place of its record that is over or belongs to another device.
 * why: enum zt_ended, 0: as its state says.
 */
zt_inline int zt_flow_again_in_place(struct zt_flow *f, __u32 ref, struct zt_pkt *p,
				     const struct zt_cfg *cfg, __u64 was, __u32 why)
{
	__u32 state = zt_flow_held(f);
	struct zt_flow_rest *rest = flow_rest(ref);
	struct zt_charge old;

	if (!rest)
		return ZT_REASON_INTERNAL;
	zt_state_charge(state, rest->dev, &old);
	if (zt_may_open(p, cfg, &old)) {
		if (rest->dev != p->dev)
			state |= ZT_STATE_DEAD;
		ZT_WRITE_ONCE(f->state, state);
		zt_put_back(f, was);
		return ZT_REASON_QUOTA;
	}
	ref = zt_flow_renew(f, ref, &was, state, why ? why : zt_ended_of(state), p);
	return zt_flow_begin(ref, was);
}

zt_inline int zt_flow_anew(struct zt_pkt *p, const struct zt_cfg *cfg)
{
	__u64 was = 0;
	__u32 ref;

	if (zt_may_open(p, cfg, 0))
		return ZT_REASON_QUOTA;
	ref = zt_flow_new(p, cfg, &was);
	return zt_flow_begin(ref, was);
}

/* A record for this packet's flow, whose key has none that is alive. */
zt_inline int zt_flow_make(struct zt_pkt *p, const struct zt_cfg *cfg)
{
	__u32 ref = zt_flow_find(&p->key);
	struct zt_flow *f = flow_at(ref);
	__u64 word;

	if (f) {
		word = ZT_READ_ONCE(f->word);
		if (ZT_WORD_GEN(word) && !zt_take(f, word))
			return zt_flow_again_in_place(f, ref, p, cfg, word, 0);
	}
	return zt_flow_anew(p, cfg); /* none, or the sweep is just taking it away */
}

/* ---- who may open -------------------------------------------------------------------- */

/*
 * Who opened, for a packet without a live record. TCP in the middle of a
 * connection is picked up where that gains nothing a SYN would not (§4.7).
 * Returns the reason; *ret_opener and *ret_picked_up are set when it may pass.
 */
zt_inline int zt_pick_up(struct zt_pkt *p, const struct zt_cfg *cfg, __u32 *ret_opener)
{
	__u32 follow = p->mode < ZT_MODE_ENFORCE, rule, log;
	int window = zt_age(p->now, cfg->pickup_until) <= 0, r;

	if (p->tcp & (ZT_TCP_SYN | ZT_TCP_RST))
		return ZT_REASON_NO_FLOW;
	*ret_opener = p->dir;
	r = zt_policy(p->dir);
	if (r == ZT_REASON_ALLOWED &&
	    (p->dir == ZT_FROM_DEVICE || p->peer.kind == ZT_KIND_DEVICE ||
	     p->flags & ZT_PKT_PEER_UNKNOWN || follow || window))
		return r;
	rule = p->rule;
	log = p->flags & ZT_PKT_LOG;
	if (follow || (window && p->dir == ZT_FROM_DEVICE)) {
		if (zt_policy(!p->dir) == ZT_REASON_ALLOWED) {
			*ret_opener = !p->dir;
			return ZT_REASON_ALLOWED;
		}
	}
	p->rule = rule;
	p->flags = (p->flags & ~ZT_PKT_LOG) | log;
	if (r == ZT_REASON_DENIED || follow)
		return r;
	p->rule = ZT_NO_RULE;
	return ZT_REASON_NO_FLOW;
}

/* Reason and verdict, so that a record can carry them. */
zt_inline void zt_settle(struct zt_pkt *p, __u32 reason)
{
	p->reason = zt_reason_under(reason, p->mode);
	p->verdict = zt_verdict_of(p->reason, p->mode);
	if (p->reason == ZT_REASON_QUARANTINE)
		p->rule = ZT_NO_RULE;
}

/* The opener of a packet without a live record, and whether it may: reason, verdict, opener. */
ZT_GLOBAL int zt_open(void)
{
	struct zt_pkt *p = zt_pkt_here();
	const struct zt_cfg *cfg = zt_config();
	__u32 opener;
	int r;

	if (!p || !cfg)
		return ZT_REASON_INTERNAL;
	opener = p->dir;
	if (zt_bad_flags(&p->core)) {
		r = ZT_REASON_BAD_FLAGS;
	} else if (p->proto == ZT_PROTO_TCP && !zt_is_syn(&p->core)) {
		p->flags |= ZT_PKT_PICKED_UP;
		r = zt_pick_up(p, cfg, &opener);
	} else if (zt_is_icmp(&p->core) && !zt_icmp_is_request(&p->core)) {
		r = ZT_REASON_NO_FLOW;
	} else {
		r = zt_policy(p->dir);
	}
	p->opener = opener & 1;
	zt_settle(p, r);
	return r;
}

/* May a packet with this outcome have a record: allowed, or passed by the mode of a policy reason. */
zt_inline int zt_keeps_record(const struct zt_pkt *p)
{
	if (p->verdict == ZT_DROPPED)
		return 0;
	return p->reason == ZT_REASON_ALLOWED || p->reason == ZT_REASON_NO_RULE ||
	       p->reason == ZT_REASON_DENIED || p->reason == ZT_REASON_WRONG_OPENER;
}

/* ---- a live record, judged again for its opener by the policy of this generation ------ */

/* Whose flow is it now: the side that asks again, or the one that opened it. */
zt_inline void zt_judge_opener(struct zt_pkt *p, __u32 opener, __u32 flags)
{
	int r;

	p->opener = opener;
	if (zt_is_syn(&p->core) && opener != p->dir) { /* the answering side opens: its own flow */
		p->opener = p->dir;
		r = zt_policy(p->dir);
		if (r == ZT_REASON_NO_RULE || r == ZT_REASON_UNKNOWN_DEVICE)
			r = ZT_REASON_WRONG_OPENER;
		zt_settle(p, r);
		return;
	}
	if (zt_bad_flags(&p->core)) {
		zt_settle(p, ZT_REASON_BAD_FLAGS);
		return;
	}
	/*
	 * An unknown device opened it: only packets towards the device show that, whatever its
	 * address may be to us; what the device answers goes by the record.
	 */
	if (p->dir == ZT_FROM_DEVICE && flags & ZT_FLOW_PEER_UNKNOWN && opener == ZT_TO_DEVICE &&
	    p->peer.kind != ZT_KIND_DEVICE && p->peer.kind != ZT_KIND_ROUTER)
		p->flags |= ZT_PKT_PEER_UNKNOWN;
	zt_settle(p, zt_policy(opener));
}

zt_inline int zt_flow_again(struct zt_pkt *p, struct zt_flow *f, __u32 ref, const struct zt_cfg *cfg)
{
	struct zt_flow_rest *rest = flow_rest(ref);
	__u32 opener = zt_flow_opener(f);
	__u64 word = ZT_READ_ONCE(f->word);

	if (!rest)
		return ZT_REASON_INTERNAL;
	zt_judge_opener(p, opener, zt_flow_flags(f));
	if (!zt_keeps_record(p))
		return 0;
	if (!ZT_WORD_GEN(word) || zt_take(f, word)) /* the sweep, on a packet that stalled */
		return zt_flow_anew(p, cfg);
	/* The address has another owner now, or the tuple another opener. */
	if (rest->dev != p->dev || opener != p->opener)
		return zt_flow_again_in_place(f, ref, p, cfg, word, ZT_ENDED_POLICY);
	zt_flow_judge(f, p);
	zt_publish(f, word, zt_flow_word(p));
	zt_flow_touch(f, ref, &p->core);
	p->flags |= ZT_PKT_HIT;
	return 0;
}

/*
 * Under the lock of the key. opened: this packet may open the flow, as it found no live record;
 * if there is one now, another CPU made it from a packet of the same flow.
 */
zt_inline int zt_flow_locked(struct zt_pkt *p, const struct zt_cfg *cfg, int opened)
{
	__u32 ref = zt_flow_find(&p->key);
	struct zt_flow *f = flow_at(ref);
	int r;

	if (f && zt_flow_alive(f, &p->core, cfg)) {
		if (!opened)
			return zt_flow_again(p, f, ref, cfg);
		zt_flow_touch(f, ref, &p->core);
		p->flags |= ZT_PKT_HIT;
		return 0;
	}
	if (!opened) { /* over meanwhile */
		r = zt_open();
		if (!zt_keeps_record(p))
			return r;
	}
	return zt_flow_make(p, cfg);
}

/*
 * The lock of the key was not to be had: another CPU is at this flow, or stands still in the
 * middle of it. A packet the policy lets pass then goes without a record, and is counted as
 * such; a connection is not cut for it.
 */
zt_inline int zt_flow_alone(struct zt_pkt *p, const struct zt_flow *f)
{
	__u32 state;

	if (f) { /* alive a moment ago, so it is nobody else's yet */
		state = ZT_READ_ONCE(f->state);
		zt_judge_opener(p, ZT_STATE_OPENER(state), ZT_STATE_FLAGS(state));
	}
	if (p->verdict != ZT_DROPPED)
		zt_lose_packets(ZT_LOST_UNCOUNTED, p->packets);
	return p->reason;
}

/* Identity holds and the other side is known: the flow decides, or is opened. */
ZT_GLOBAL int zt_flow_slow(void)
{
	struct zt_pkt *p = zt_pkt_here();
	const struct zt_cfg *cfg = zt_config();
	struct zt_flow *f;
	__u32 *lock;
	int r, opens;

	if (!p || !cfg)
		return ZT_REASON_INTERNAL;
	zt_flow_key_fill(p);
	f = p->flags & ZT_PKT_NO_RECORD && !p->owner ? 0 : flow_at(zt_flow_find(&p->key));
	opens = !f || !zt_flow_alive(f, &p->core, cfg);
	if (opens) {
		r = zt_open();
		if (!zt_keeps_record(p))
			return r;
	}
	lock = zt_lock(&p->key, cfg);
	if (!lock)
		return zt_flow_alone(p, opens ? 0 : f);
	r = zt_flow_locked(p, cfg, opens);
	zt_unlock(lock);
	if (r)
		return r;
	if (p->flags & ZT_PKT_CREATED)
		zt_tell(ZT_EVENT_FLOW_NEW, 0);
	return p->reason;
}

#endif
