/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The slow path of flows: who may open, what picks up a running connection, and
 * how a record is made, judged again or taken over. Denied packets never insert.
 */
#ifndef ZT_FLOW_OPEN_H
#define ZT_FLOW_OPEN_H

#include "flow.h"

/* The totals of a flow that is over, for the agent. */
zt_inline void zt_tell_end(const struct zt_flow_key *k, const struct zt_flow *f, __u64 word,
			   __u32 now)
{
	struct zt_event *e = bpf_ringbuf_reserve(&zt_ring, sizeof(*e), 0);
	int by_device = f->opener == ZT_FROM_DEVICE;

	if (!e) {
		zt_lose(ZT_LOST_EVENT);
		return;
	}
	__builtin_memset(e, 0, sizeof(*e));
	e->type = ZT_EVENT_FLOW_END;
	e->gen = ZT_WORD_GEN(word);
	e->boot_ns = bpf_ktime_get_boot_ns();
	e->src = by_device ? k->dev : k->peer;
	e->dst = by_device ? k->peer : k->dev;
	e->sport = by_device ? k->dev_port : k->peer_port;
	e->dport = by_device ? k->peer_port : k->dev_port;
	e->proto = k->proto;
	e->family = k->family;
	e->reason = ZT_WORD_REASON(word);
	e->verdict = ZT_WORD_VERDICT(word);
	e->rule = ZT_WORD_RULE(word);
	e->dir = f->opener;
	e->opener = f->opener;
	e->flags = f->flags;
	e->vlan = k->zone & 0xfff;
	e->dev = f->dev;
	e->tick = now;
	e->packets[0] = f->packets[0];
	e->packets[1] = f->packets[1];
	e->bytes[0] = f->bytes[0];
	e->bytes[1] = f->bytes[1];
	bpf_ringbuf_submit(e, 0);
}

/* What a judgement fixes in a record; counters and times stay. */
zt_inline void zt_flow_judge(struct zt_flow *f, const struct zt_pkt *p)
{
	f->bind = p->bind;
	f->epoch = p->epoch;
	f->flags &= ~(ZT_FLOW_PEER_DEVICE | ZT_FLOW_PEER_ROUTER | ZT_FLOW_PEER_UNKNOWN);
	if (p->flags & ZT_PKT_PEER_UNKNOWN)
		f->flags |= ZT_FLOW_PEER_UNKNOWN;
	if (p->peer.kind == ZT_KIND_DEVICE)
		f->flags |= ZT_FLOW_PEER_DEVICE;
	if (p->peer.kind == ZT_KIND_ROUTER)
		f->flags |= ZT_FLOW_PEER_ROUTER;
	f->peer_bind = p->peer_bind;
	f->peer_epoch = p->peer_epoch;
	/*
	 * Judged at a packet towards the device, where it may send is not known (any more):
	 * a group MAC, which the fast path never takes. An unknown device's MAC is in no
	 * table; its answers go to where its question came from.
	 */
	if (p->dir == ZT_FROM_DEVICE)
		__builtin_memcpy(f->dmac, p->dmac, 6);
	else if (p->flags & ZT_PKT_PEER_UNKNOWN)
		__builtin_memcpy(f->dmac, p->smac, 6);
	else
		__builtin_memset(f->dmac, 0xff, 6);
}

zt_inline __u64 zt_flow_word(const struct zt_pkt *p)
{
	return ZT_WORD(p->gen, p->reason, p->verdict, p->rule);
}

/* What a record holds, from the record; it gives that back once. */
zt_inline void zt_flow_charge(struct zt_flow *f, struct zt_charge *ret)
{
	ret->dev = f->dev;
	ret->opener = f->opener;
	ret->half = __sync_lock_test_and_set(&f->half, 0);
}

/* And what one made by this packet will hold. */
zt_inline void zt_pkt_charge(const struct zt_pkt *p, __u32 picked_up, struct zt_charge *ret)
{
	ret->dev = p->dev;
	ret->opener = p->opener;
	ret->half = zt_is_half(p, p->opener, zt_seen_of(p), picked_up ? ZT_FLOW_PICKED_UP : 0);
}

/*
 * A token for a new record of p->dev. What is picked up in the first minutes after
 * load needs none: whatever was under way goes on at once, up to the quota.
 */
zt_inline int zt_open_token(const struct zt_pkt *p, const struct zt_cfg *cfg, __u32 picked_up)
{
	const struct zt_limits *l = zt_limits_of(p);

	if (picked_up && zt_age(p->now, cfg->pickup_until) <= 0)
		return 1;
	return l && zt_token(ZT_BUCKET_OPEN + (p->opener & 1), l->new_flows_per_s, 0);
}

zt_inline void zt_flow_fill(struct zt_flow *f, const struct zt_pkt *p, __u32 picked_up)
{
	f->dev = p->dev;
	f->seen = p->now;
	f->first = p->now;
	f->opener = p->opener;
	f->flags = picked_up ? ZT_FLOW_PICKED_UP : 0;
	f->tcp = zt_seen_of(p);
	f->half = zt_is_half(p, p->opener, f->tcp, f->flags);
	f->idle = zt_idle_of(p, f->tcp, f->flags);
	f->check = zt_flow_check(&p->key);
	f->packets[p->dir & 1] = p->packets;
	f->packets[!(p->dir & 1)] = 0;
	f->bytes[p->dir & 1] = p->bytes;
	f->bytes[!(p->dir & 1)] = 0;
	zt_flow_judge(f, p);
}

/*
 * Give the place of a record that is over (or whose tuple is opened again) to
 * this packet's flow. Only the CPU that takes the word away writes; another one
 * meanwhile decides its packet alone and leaves the record be.
 */
zt_inline int zt_flow_take_over(struct zt_flow *f, struct zt_pkt *p, const struct zt_cfg *cfg,
				__u32 picked_up)
{
	__u64 word = ZT_READ_ONCE(f->word);
	struct zt_charge old, new;

	if (!ZT_WORD_GEN(word) || __sync_val_compare_and_swap(&f->word, word, 0) != word)
		return 0;
	zt_flow_charge(f, &old);
	zt_pkt_charge(p, picked_up, &new);
	if (zt_quota_take(p, &new, &old))
		goto refuse;
	if (!zt_open_token(p, cfg, picked_up)) {
		zt_quota_give(&new);
		goto refuse;
	}
	zt_quota_give(&old);
	zt_tell_end(&p->key, f, word, p->now);
	zt_flow_fill(f, p, picked_up);
	__sync_lock_test_and_set(&f->word, zt_flow_word(p));
	p->flags |= ZT_PKT_HIT | ZT_PKT_CREATED;
	return 0;
refuse:
	f->half = old.half;
	if (f->dev != p->dev)
		f->flags |= ZT_FLOW_DEAD;
	ZT_WRITE_ONCE(f->word, word);
	return ZT_REASON_QUOTA;
}

zt_inline int zt_flow_insert(struct zt_pkt *p, const struct zt_cfg *cfg, __u32 picked_up)
{
	struct zt_flow f = {}, *other;
	struct zt_charge c;

	zt_pkt_charge(p, picked_up, &c);
	if (zt_quota_take(p, &c, 0))
		return ZT_REASON_QUOTA;
	if (!zt_open_token(p, cfg, picked_up)) {
		zt_quota_give(&c);
		return ZT_REASON_QUOTA;
	}
	zt_flow_fill(&f, p, picked_up);
	f.word = zt_flow_word(p);
	if (!bpf_map_update_elem(&zt_flow, &p->key, &f, BPF_NOEXIST)) {
		if (!bpf_map_push_elem(&zt_flowq, &p->key, 0)) {
			p->flags |= ZT_PKT_HIT | ZT_PKT_CREATED;
			return 0;
		}
		bpf_map_delete_elem(&zt_flow, &p->key);
		zt_quota_give(&c);
		zt_lose(ZT_LOST_SWEEP);
		return ZT_REASON_QUOTA;
	}
	zt_quota_give(&c);
	other = flow_get(&p->key);
	if (!other) {
		zt_lose(ZT_LOST_FLOW);
		return ZT_REASON_QUOTA;
	}
	zt_flow_touch(other, p); /* another CPU made it from a packet of the same flow */
	p->flags |= ZT_PKT_HIT;
	return 0;
}

/*
 * Who opened, for a packet without a live record. TCP in the middle of a
 * connection is picked up where that gains nothing a SYN would not (§4.7).
 * Returns the reason; *ret_opener and *ret_picked_up are set when it may pass.
 */
zt_inline int zt_pick_up(struct zt_pkt *p, const struct zt_cfg *cfg, __u32 *ret_opener)
{
	__u32 follow = p->mode != ZT_MODE_ENFORCE, rule, log;
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

/* The opener of a packet without a live record, and whether it may. */
zt_inline int zt_open(struct zt_pkt *p, const struct zt_cfg *cfg, __u32 *ret_opener,
		      __u32 *ret_picked_up)
{
	*ret_opener = p->dir;
	*ret_picked_up = 0;
	if (zt_bad_flags(p))
		return ZT_REASON_BAD_FLAGS;
	if (p->proto == ZT_PROTO_TCP && !zt_is_syn(p)) {
		*ret_picked_up = 1;
		return zt_pick_up(p, cfg, ret_opener);
	}
	if (zt_is_icmp(p) && !zt_icmp_is_request(p))
		return ZT_REASON_NO_FLOW;
	return zt_policy(p->dir);
}

/* Reason and verdict, so that a record can carry them. */
zt_inline void zt_settle(struct zt_pkt *p, __u32 reason)
{
	p->reason = reason;
	p->verdict = zt_verdict_of(reason, p->mode);
}

/* May a packet with this outcome have a record: allowed, or passed by the mode of a policy reason. */
zt_inline int zt_keeps_record(const struct zt_pkt *p)
{
	if (p->verdict == ZT_DROPPED)
		return 0;
	return p->reason == ZT_REASON_ALLOWED || p->reason == ZT_REASON_NO_RULE ||
	       p->reason == ZT_REASON_DENIED || p->reason == ZT_REASON_WRONG_OPENER;
}

/* A live record: judged again for its opener, by the policy of this generation. */
zt_inline int zt_flow_again(struct zt_pkt *p, struct zt_flow *f, const struct zt_cfg *cfg)
{
	__u64 word = ZT_READ_ONCE(f->word);
	int r;

	p->opener = f->opener & 1;
	if (zt_is_syn(p) && p->opener != p->dir) { /* the answering side opens: its own flow */
		p->opener = p->dir;
		r = zt_policy(p->dir);
		if (r == ZT_REASON_NO_RULE || r == ZT_REASON_UNKNOWN_DEVICE)
			r = ZT_REASON_WRONG_OPENER;
		zt_settle(p, r);
		return zt_keeps_record(p) ? zt_flow_take_over(f, p, cfg, 0) : 0;
	}
	if (zt_bad_flags(p)) {
		zt_settle(p, ZT_REASON_BAD_FLAGS);
		return 0;
	}
	/*
	 * An unknown device opened it: only packets towards the device show that, whatever its
	 * address may be to us; what the device answers goes by the record.
	 */
	if (p->dir == ZT_FROM_DEVICE && f->flags & ZT_FLOW_PEER_UNKNOWN &&
	    p->opener == ZT_TO_DEVICE && p->peer.kind != ZT_KIND_DEVICE &&
	    p->peer.kind != ZT_KIND_ROUTER)
		p->flags |= ZT_PKT_PEER_UNKNOWN;
	zt_settle(p, zt_policy(p->opener));
	if (!zt_keeps_record(p))
		return 0;
	if (f->dev != p->dev) /* the address has another owner now */
		return zt_flow_take_over(f, p, cfg, 0);
	zt_flow_judge(f, p);
	__sync_val_compare_and_swap(&f->word, word, zt_flow_word(p));
	zt_flow_touch(f, p);
	p->flags |= ZT_PKT_HIT;
	return 0;
}

/* Identity holds and the other side is known: the flow decides, or is opened. */
ZT_GLOBAL int zt_flow_slow(void)
{
	struct zt_pkt *p = zt_pkt_here();
	const struct zt_cfg *cfg = zt_config();
	__u32 opener = 0, picked_up = 0;
	struct zt_flow *f;
	int r;

	if (!p || !cfg)
		return ZT_REASON_INTERNAL;
	zt_flow_key_fill(p);
	f = flow_get(&p->key);
	if (f && zt_flow_alive(f, p, cfg)) {
		r = zt_flow_again(p, f, cfg);
	} else {
		r = zt_open(p, cfg, &opener, &picked_up);
		p->opener = opener & 1;
		zt_settle(p, r);
		if (!zt_keeps_record(p))
			return r;
		r = f ? zt_flow_take_over(f, p, cfg, picked_up) : zt_flow_insert(p, cfg, picked_up);
	}
	if (r)
		return r;
	if (p->flags & ZT_PKT_CREATED)
		zt_tell(ZT_EVENT_FLOW_NEW, 0);
	return p->reason;
}

#endif
