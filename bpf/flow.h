/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flow records: what one says, when it is believed, and how a packet is counted on it
 * (design §4.7, §4.10, §6). Where records lie is behind the seam (flow_seam.h); all here
 * works on the record.
 */
#ifndef ZT_FLOW_STAGE_H
#define ZT_FLOW_STAGE_H

#include "flow_seam.h"
#include "frame.h"
#include "origin.h"

#define ZT_TCP_FLAGS 0x17 /* FIN SYN RST ACK */

/* No stack sends these: nothing, SYN with FIN or RST, FIN with RST, or FIN/PSH/URG alone. */
zt_inline int zt_bad_flags(const struct zt_core *p)
{
	__u32 f = p->tcp & ZT_TCP_FLAGS;

	if (p->proto != ZT_PROTO_TCP)
		return 0;
	if (f & ZT_TCP_SYN)
		return !!(f & (ZT_TCP_FIN | ZT_TCP_RST));
	if (f & ZT_TCP_RST)
		return !!(f & ZT_TCP_FIN);
	return !(f & ZT_TCP_ACK);
}

zt_inline int zt_is_syn(const struct zt_core *p)
{
	return p->proto == ZT_PROTO_TCP && (p->tcp & ZT_TCP_FLAGS) == ZT_TCP_SYN;
}

/* Idle class after what has been seen of both sides. */
zt_inline __u8 zt_idle_of(const struct zt_core *p, __u32 seen, __u32 flags)
{
	if (zt_is_icmp(p))
		return ZT_IDLE_ICMP;
	if (p->proto != ZT_PROTO_TCP)
		return (seen & ZT_SEEN_ACK) && (seen & ZT_SEEN_ACK << 4) ? ZT_IDLE_BOTH :
									   ZT_IDLE_ONE_WAY;
	if (seen & (ZT_SEEN_RST | ZT_SEEN_RST << 4))
		return ZT_IDLE_TCP_CLOSING;
	if ((seen & ZT_SEEN_FIN) && (seen & ZT_SEEN_FIN << 4))
		return ZT_IDLE_TCP_CLOSING;
	if (flags & ZT_FLOW_PICKED_UP)
		return ZT_IDLE_TCP;
	return (seen & ZT_SEEN_ACK) && (seen & ZT_SEEN_ACK << 4) ? ZT_IDLE_TCP : ZT_IDLE_TCP_HALF;
}

zt_inline __u32 zt_seen_of(const struct zt_core *p)
{
	__u32 s = ZT_SEEN_ACK;

	if (p->proto == ZT_PROTO_TCP)
		s = (p->tcp & ZT_TCP_SYN ? ZT_SEEN_SYN : 0) | (p->tcp & ZT_TCP_ACK ? ZT_SEEN_ACK : 0) |
		    (p->tcp & ZT_TCP_FIN ? ZT_SEEN_FIN : 0) | (p->tcp & ZT_TCP_RST ? ZT_SEEN_RST : 0);
	return p->dir == ZT_FROM_DEVICE ? s : s << 4;
}

/*
 * Does a record count as half-open: TCP without a whole handshake, unless the side that
 * was asked refused. What the opener itself does to end it does not help.
 */
zt_inline __u32 zt_is_half(const struct zt_core *p, __u32 opener, __u32 seen, __u32 flags)
{
	__u32 refused = opener == ZT_FROM_DEVICE ? ZT_SEEN_RST << 4 : ZT_SEEN_RST;

	if (p->proto != ZT_PROTO_TCP || flags & ZT_FLOW_PICKED_UP)
		return 0;
	return !((seen & ZT_SEEN_ACK) && (seen & ZT_SEEN_ACK << 4)) && !(seen & refused);
}

/* ---- the fields of a record ------------------------------------------------------ */

zt_inline __u32 zt_flow_bind(const struct zt_flow *f)
{
	return ZT_WHO_BIND(f->who);
}

zt_inline __u32 zt_flow_opener(const struct zt_flow *f)
{
	return ZT_STATE_OPENER(f->state);
}

zt_inline __u32 zt_flow_flags(const struct zt_flow *f)
{
	return ZT_STATE_FLAGS(f->state);
}

/* A MAC as a number: only to be compared with another one. */
zt_inline __u64 zt_mac48(const __u8 *mac)
{
	__u16 part[3];

	zt_copy(&part[0], mac, 2);
	zt_copy(&part[1], mac + 2, 2);
	zt_copy(&part[2], mac + 4, 2);
	return part[0] | (__u64)part[1] << 16 | (__u64)part[2] << 32;
}

/* ---- a packet on its record -------------------------------------------------------- */

/* Half of what a count can hold is in it: move all of it to where there is room. */
zt_inline void zt_flow_spill(struct zt_flow *f, __u32 ref, __u32 dir)
{
	struct zt_flow_rest *rest = flow_rest(ref);
	__u64 had;

	if (!rest)
		return;
	had = __sync_lock_test_and_set(&f->count[dir & 1], 0);
	__sync_fetch_and_add(&rest->packets[dir & 1], ZT_COUNT_PACKETS(had));
	__sync_fetch_and_add(&rest->bytes[dir & 1], ZT_COUNT_BYTES(had));
}

/*
 * What this packet shows of both sides, into the state. A tuple opened again keeps its one
 * place and is not half-open a second time. Of two CPUs that change the state at once one
 * goes without: the state lags a packet behind. Half-open is given back by who cleared it.
 */
zt_inline void zt_flow_see(struct zt_flow *f, const struct zt_core *p)
{
	__u32 was = ZT_READ_ONCE(f->state), seen = ZT_STATE_TCP(was), half = was & ZT_STATE_HALF;
	__u32 opener = ZT_STATE_OPENER(was), flags = ZT_STATE_FLAGS(was);

	if (zt_is_syn(p) && ZT_STATE_IDLE(was) == ZT_IDLE_TCP_CLOSING)
		seen = 0; /* the same tuple opened again */
	seen |= zt_seen_of(p);
	if (seen == ZT_STATE_TCP(was))
		return;
	half = half && zt_is_half(p, opener, seen, flags);
	if (__sync_val_compare_and_swap(&f->state, was,
					ZT_STATE(seen, zt_idle_of(p, seen, flags), opener, half, flags)) == was &&
	    was & ZT_STATE_HALF && !half)
		zt_half_give(p->dev, opener);
}

/* Account a packet on its record, p->dev's. Counts are exact. */
zt_inline void zt_flow_touch(struct zt_flow *f, __u32 ref, const struct zt_core *p)
{
	__u64 add = ZT_COUNT(p->packets, p->bytes);

	zt_flow_see(f, p);
	if (f->seen != p->now)
		f->seen = p->now;
	if ((__sync_fetch_and_add(&f->count[p->dir & 1], add) + add) & ZT_COUNT_FULL)
		zt_flow_spill(f, ref, p->dir);
}

/* ---- is it believed ------------------------------------------------------------------ */

/* Ageing is a property of the record: nothing has to come and remove it. */
zt_inline int zt_flow_alive(const struct zt_flow *f, const struct zt_core *p, const struct zt_cfg *cfg)
{
	__u32 state = ZT_READ_ONCE(f->state);

	if (state & ZT_STATE_DEAD || !ZT_WORD_GEN(ZT_READ_ONCE(f->word)))
		return 0;
	return zt_age(p->now, f->seen) <= (__s32)cfg->idle[ZT_STATE_IDLE(state)];
}

/* Did the packet come in where the peer of a flow with these flags is. */
zt_inline int zt_flow_origin_ok(__u32 flags, const struct zt_core *p)
{
	enum zt_origin from = zt_core_origin(p);

	if (flags & (ZT_FLOW_PEER_DEVICE | ZT_FLOW_PEER_UNKNOWN))
		return from == ZT_ORIGIN_DEVICES;
	if (flags & ZT_FLOW_PEER_ROUTER)
		return from == ZT_ORIGIN_LOCAL;
	return from == ZT_ORIGIN_OUTSIDE;
}

/* Has neither side moved since the record was judged; b: the device's binding. */
zt_inline int zt_flow_current(const struct zt_flow *f, const struct zt_bind *b)
{
	__u32 epoch = ZT_READ_ONCE(b->epoch), peer = ZT_WHO_PEER(f->who);
	struct zt_bind *other;

	if (zt_flow_flags(f) & ZT_FLOW_PEER_DEVICE) {
		other = bpf_map_lookup_elem(&zt_bind, &peer);
		if (!other)
			return 0;
		epoch += ZT_READ_ONCE(other->epoch);
	}
	return ZT_EPOCH(epoch) == ZT_WHO_EPOCH(f->who);
}

/*
 * The record's binding proves identity: MAC, port, VLAN and epoch, without a lookup by MAC.
 * The binding, or NULL.
 */
zt_inline struct zt_bind *zt_flow_proves(const struct zt_flow *f, const struct zt_core *p)
{
	__u32 bind = zt_flow_bind(f);
	struct zt_bind *b = bpf_map_lookup_elem(&zt_bind, &bind);
	int from = p->dir == ZT_FROM_DEVICE;

	if (!b || b->ifindex != p->ifindex || b->vlan != p->vlan)
		return 0;
	if (!(b->flags & ZT_BIND_IP) && zt_mac48(b->mac) != zt_mac48(from ? p->smac : p->dmac))
		return 0;
	if (from ? ZT_HOP_MAC(f->hop) != zt_mac48(p->dmac) :
		   !zt_flow_origin_ok(zt_flow_flags(f), p))
		return 0;
	return zt_flow_current(f, b) ? b : 0;
}

/*
 * Does this record (its word as read) decide the packet: it is alive, of this generation, and
 * its binding proves whose packet it is. The binding, or NULL: ask the slow path.
 */
zt_inline struct zt_bind *zt_flow_believed(const struct zt_flow *f, __u64 word, const struct zt_core *p,
					   const struct zt_cfg *cfg)
{
	struct zt_bind *b;

	if (ZT_WORD_GEN(word) != p->gen || !zt_flow_alive(f, p, cfg))
		return 0;
	b = zt_flow_proves(f, p);
	if (!b || (zt_is_syn(p) && zt_flow_opener(f) != p->dir))
		return 0;
	if (!flow_valid(f, word))
		return 0;
	zt_apart(); /* else the verifier sees the binding as a number that may be 0 */
	return b;
}

/* Its word is the packet's verdict; the packet is counted on it. */
zt_inline void zt_flow_follow(struct zt_flow *f, __u32 ref, __u64 word, struct zt_bind *b, struct zt_core *p)
{
	p->dev = b->dev;
	p->reason = ZT_WORD_REASON(word);
	p->verdict = ZT_WORD_VERDICT(word);
	if (p->dir == ZT_FROM_DEVICE && b->seen != p->now)
		b->seen = p->now;
	zt_flow_touch(f, ref, p);
}

/* Does a live record decide it, with reason, verdict and rule in p: 1; 0 = ask the slow path. */
zt_inline int zt_established(struct zt_pkt *p, const struct zt_cfg *cfg)
{
	struct zt_bind *b;
	struct zt_flow *f;
	__u64 word;
	__u32 ref;

	if (!p->family || p->shape || p->fault || zt_bad_flags(&p->core) ||
	    p->flags & (ZT_PKT_FIRST | ZT_PKT_LATER | ZT_PKT_OPTIONS | ZT_PKT_GROUP))
		return 0;
	zt_flow_key_fill(p);
	ref = zt_flow_find(&p->key);
	f = flow_at(ref);
	if (!f)
		return 0;
	word = ZT_READ_ONCE(f->word);
	b = zt_flow_believed(f, word, &p->core, cfg);
	if (!b)
		return 0;
	zt_flow_follow(f, ref, word, b, &p->core);
	p->flags |= ZT_PKT_HIT;
	p->opener = zt_flow_opener(f);
	p->rule = ZT_WORD_RULE(word);
	return 1;
}

#endif
