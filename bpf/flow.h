/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flow records: found, believed, made (design §4.7, §4.10, §6). flow_get() is the
 * seam behind which the table may change; everything else works on the record.
 */
#ifndef ZT_FLOW_STAGE_H
#define ZT_FLOW_STAGE_H

#include "origin.h"

#define ZT_TCP_FLAGS 0x17 /* FIN SYN RST ACK */

zt_inline struct zt_flow *flow_get(const struct zt_flow_key *k)
{
	return bpf_map_lookup_elem(&zt_flow, k);
}

/*
 * Was the record recycled for another flow meanwhile. A record rests for
 * zt_cfg.grace after its idle time before its place is free, so a packet inside
 * a hit would have to stall that long; then the sum differs.
 */
zt_inline int flow_valid(const struct zt_flow *f, const struct zt_flow_key *k)
{
	return ZT_READ_ONCE(f->check) == zt_flow_check(k);
}

/* Request (1) or answer (0) of an ICMP exchange; the answer types are the odd ones out. */
zt_inline int zt_icmp_is_request(const struct zt_pkt *p)
{
	return zt_icmp_request(p->proto, p->icmp_type) == p->icmp_type;
}

zt_inline void zt_flow_key_fill(struct zt_pkt *p)
{
	struct zt_flow_key *k = &p->key;

	if (p->dir == ZT_FROM_DEVICE) {
		k->dev = p->src;
		k->peer = p->dst;
		k->dev_port = p->sport;
		k->peer_port = p->dport;
	} else {
		k->dev = p->dst;
		k->peer = p->src;
		k->dev_port = p->dport;
		k->peer_port = p->sport;
	}
	if (zt_is_icmp(p)) {
		/* The id stands on the side of whoever asked. */
		int by_device = zt_icmp_is_request(p) == (p->dir == ZT_FROM_DEVICE);

		k->dev_port = by_device ? p->sport : 0;
		k->peer_port = by_device ? 0 : p->sport;
		k->icmp = zt_icmp_request(p->proto, p->icmp_type);
	}
	k->proto = p->proto;
	k->family = p->family;
	k->kind = ZT_FLOW;
	k->zone = p->zone;
	k->owner = p->owner;
}

/* No stack sends these: nothing, SYN with FIN or RST, FIN with RST, or FIN/PSH/URG alone. */
zt_inline int zt_bad_flags(const struct zt_pkt *p)
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

zt_inline int zt_is_syn(const struct zt_pkt *p)
{
	return p->proto == ZT_PROTO_TCP && (p->tcp & ZT_TCP_FLAGS) == ZT_TCP_SYN;
}

/* Idle class after what has been seen of both sides. */
zt_inline __u8 zt_idle_of(const struct zt_pkt *p, __u32 seen, __u32 flags)
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

zt_inline __u32 zt_seen_of(const struct zt_pkt *p)
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
zt_inline __u32 zt_is_half(const struct zt_pkt *p, __u32 opener, __u32 seen, __u32 flags)
{
	__u32 refused = opener == ZT_FROM_DEVICE ? ZT_SEEN_RST << 4 : ZT_SEEN_RST;

	if (p->proto != ZT_PROTO_TCP || flags & ZT_FLOW_PICKED_UP)
		return 0;
	return !((seen & ZT_SEEN_ACK) && (seen & ZT_SEEN_ACK << 4)) && !(seen & refused);
}

/*
 * Account a packet on its record. Two CPUs may both write tcp and idle; the worst
 * outcome is a state that lags one packet behind. Counters are exact. A tuple opened
 * again keeps its one place and is not half-open a second time.
 */
zt_inline void zt_flow_touch(struct zt_flow *f, const struct zt_pkt *p)
{
	__u32 seen = f->tcp, dir = p->dir & 1;

	if (zt_is_syn(p) && f->idle == ZT_IDLE_TCP_CLOSING)
		seen = 0; /* the same tuple opened again */
	seen |= zt_seen_of(p);
	if (seen != f->tcp) {
		f->tcp = seen;
		f->idle = zt_idle_of(p, seen, f->flags);
		if (ZT_READ_ONCE(f->half) && !zt_is_half(p, f->opener, seen, f->flags) &&
		    __sync_lock_test_and_set(&f->half, 0))
			zt_half_give(f->dev, f->opener);
	}
	if (f->seen != p->now)
		f->seen = p->now;
	__sync_fetch_and_add(&f->packets[dir], (__u64)p->packets);
	__sync_fetch_and_add(&f->bytes[dir], p->bytes);
}

/* Ageing is a property of the record: nothing has to come and remove it. */
zt_inline int zt_flow_alive(const struct zt_flow *f, const struct zt_pkt *p, const struct zt_cfg *cfg)
{
	if (f->flags & ZT_FLOW_DEAD || !ZT_WORD_GEN(ZT_READ_ONCE(f->word)))
		return 0;
	return zt_age(p->now, f->seen) <= (__s32)cfg->idle[f->idle & (ZT_IDLE_MAX - 1)];
}

zt_inline int zt_flow_origin_ok(const struct zt_flow *f, const struct zt_pkt *p)
{
	enum zt_origin from = zt_origin(p);

	if (f->flags & (ZT_FLOW_PEER_DEVICE | ZT_FLOW_PEER_UNKNOWN))
		return from == ZT_ORIGIN_DEVICES;
	if (f->flags & ZT_FLOW_PEER_ROUTER)
		return from == ZT_ORIGIN_LOCAL;
	return from == ZT_ORIGIN_OUTSIDE;
}

/* The record's binding proves identity: MAC, port, VLAN and epoch, without a lookup by MAC. */
zt_inline int zt_flow_proves(const struct zt_flow *f, const struct zt_pkt *p)
{
	struct zt_bind *b = bpf_map_lookup_elem(&zt_bind, &f->bind);
	int from = p->dir == ZT_FROM_DEVICE;

	if (!b || b->ifindex != p->ifindex || b->vlan != p->vlan ||
	    ZT_READ_ONCE(b->epoch) != f->epoch)
		return 0;
	if (!(b->flags & ZT_BIND_IP) && !zt_mac_equal(b->mac, from ? p->smac : p->dmac))
		return 0;
	if (from) {
		if (!zt_mac_equal(f->dmac, p->dmac))
			return 0;
		if (b->seen != p->now)
			b->seen = p->now;
	} else if (!zt_flow_origin_ok(f, p)) {
		return 0;
	}
	/* A device as peer: its epoch counts as well. */
	if (f->flags & ZT_FLOW_PEER_DEVICE) {
		b = bpf_map_lookup_elem(&zt_bind, &f->peer_bind);
		return b && ZT_READ_ONCE(b->epoch) == f->peer_epoch;
	}
	return 1;
}

/*
 * The fast path: 1 when a live record of this generation decides the packet
 * (p->reason, rule, verdict set), 0 = ask the slow path.
 */
zt_inline int zt_established(struct zt_pkt *p, const struct zt_cfg *cfg)
{
	struct zt_flow *f;
	__u64 word;

	if (!p->family || p->shape || p->fault || zt_bad_flags(p) ||
	    p->flags & (ZT_PKT_FIRST | ZT_PKT_LATER | ZT_PKT_OPTIONS | ZT_PKT_GROUP))
		return 0;
	zt_flow_key_fill(p);
	f = flow_get(&p->key);
	if (!f)
		return 0;
	word = ZT_READ_ONCE(f->word);
	if (ZT_WORD_GEN(word) != p->gen || !zt_flow_alive(f, p, cfg) || !zt_flow_proves(f, p))
		return 0;
	if (zt_is_syn(p) && f->opener != p->dir)
		return 0;
	if (!flow_valid(f, &p->key) || ZT_READ_ONCE(f->word) != word)
		return 0;
	zt_flow_touch(f, p);
	p->flags |= ZT_PKT_HIT;
	p->dev = f->dev;
	p->opener = f->opener;
	p->reason = ZT_WORD_REASON(word);
	p->verdict = ZT_WORD_VERDICT(word);
	p->rule = ZT_WORD_RULE(word);
	return 1;
}

#endif
