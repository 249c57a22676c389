/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fragments (design §4.3): the first one is judged like any packet and leaves a
 * note of its verdict and the next offset; the rest must continue exactly there.
 * Ports are never read from a later fragment.
 */
#ifndef ZT_FRAG_H
#define ZT_FRAG_H

#include "flow_open.h"

#define ZT_FRAGS_PER_DEVICE 64u

zt_inline void zt_frag_key(struct zt_flow_key *k, const struct zt_pkt *p)
{
	int from = p->dir == ZT_FROM_DEVICE;

	k->dev = from ? p->src : p->dst;
	k->peer = from ? p->dst : p->src;
	k->dev_port = p->frag_id >> 16;
	k->peer_port = p->frag_id;
	/* As receivers tell datagrams apart: RFC 791 with the protocol, RFC 8200 without. */
	k->proto = p->family == 4 ? p->proto : 0;
	k->family = p->family;
	k->kind = from ? ZT_FLOW_FRAG_FROM : ZT_FLOW_FRAG_TO;
	k->zone = p->zone;
	k->owner = p->owner;
}

zt_inline int zt_frag_charge(__u32 dev)
{
	struct zt_devst *st = bpf_map_lookup_elem(&zt_devst, &dev);

	if (!st)
		return -1;
	if ((__s32)__sync_fetch_and_add(&st->frags, 1) < (__s32)ZT_FRAGS_PER_DEVICE)
		return 0;
	__sync_fetch_and_add(&st->frags, -1);
	return -1;
}

zt_inline void zt_frag_return(__u32 dev)
{
	struct zt_devst *st = bpf_map_lookup_elem(&zt_devst, &dev);

	if (st)
		__sync_fetch_and_add(&st->frags, -1);
}

/* Poisoned: the datagram broke a rule, nothing more of it passes. */
zt_inline void zt_frag_poison(struct zt_frag *f)
{
	f->state |= ZT_STATE_DEAD;
}

zt_inline int zt_frag_alive(const struct zt_frag *f, const struct zt_pkt *p, const struct zt_cfg *cfg)
{
	return zt_age(p->now, f->seen) <= (__s32)cfg->idle[ZT_IDLE_FRAG];
}

/*
 * Before a first fragment is judged: may it begin a datagram at all, and a note for it
 * without a verdict. Asked first, so that one which may not leaves no flow record either.
 */
ZT_GLOBAL int zt_frag_reserve(void)
{
	struct zt_pkt *p = zt_pkt_here();
	const struct zt_cfg *cfg = zt_config();
	struct zt_frag blank = {}, *old;
	struct zt_flow_key k = {};

	if (!p || !cfg)
		return ZT_REASON_INTERNAL;
	zt_frag_key(&k, p);
	old = bpf_map_lookup_elem(&zt_frag, &k);
	if (old && zt_frag_alive(old, p, cfg)) {
		zt_frag_poison(old);
		return ZT_REASON_FRAG_OVERLAP;
	}
	if (old && old->dev != p->dev)
		return ZT_REASON_QUOTA; /* the sweep frees it in a moment */
	blank.dev = p->dev;
	blank.seen = p->now;
	if (old) {
		*old = blank;
		return 0;
	}
	if (zt_frag_charge(p->dev))
		return ZT_REASON_QUOTA;
	if (bpf_map_update_elem(&zt_frag, &k, &blank, BPF_NOEXIST)) {
		zt_frag_return(p->dev);
		zt_lose(ZT_LOST_FLOW);
		return ZT_REASON_QUOTA;
	}
	return 0;
}

/* After the first fragment was judged: its verdict into the note, or the note away. */
ZT_GLOBAL int zt_frag_first(void)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_flow_key k = {};
	struct zt_frag *f;

	if (!p)
		return ZT_REASON_INTERNAL;
	zt_frag_key(&k, p);
	f = bpf_map_lookup_elem(&zt_frag, &k);
	if (!f)
		return ZT_REASON_INTERNAL;
	if (p->verdict == ZT_DROPPED) {
		if (!bpf_map_delete_elem(&zt_frag, &k))
			zt_frag_return(p->dev);
		return 0;
	}
	f->who = ZT_WHO(p->bind, 0, ZT_EPOCH(p->epoch));
	f->hop = zt_pkt_hop(p);
	f->next = p->frag_len;
	f->state |= ZT_STATE(0, ZT_IDLE_FRAG, p->opener, 0, zt_pkt_flags(p, 0));
	ZT_WRITE_ONCE(f->word, zt_flow_word(p)); /* last: until now a later fragment misses */
	return 0;
}

/* A later fragment: only the next expected offset continues the datagram. */
ZT_GLOBAL int zt_frag_later(void)
{
	struct zt_pkt *p = zt_pkt_here();
	const struct zt_cfg *cfg = zt_config();
	struct zt_flow_key k = {};
	struct zt_frag *f;
	__u32 next;

	if (!p || !cfg)
		return ZT_REASON_INTERNAL;
	zt_frag_key(&k, p);
	f = bpf_map_lookup_elem(&zt_frag, &k);
	if (!f || !zt_frag_alive(f, p, cfg) || ZT_WORD_GEN(f->word) != p->gen ||
	    f->who != ZT_WHO(p->bind, 0, ZT_EPOCH(p->epoch)) ||
	    (p->dir == ZT_FROM_DEVICE ? ZT_HOP_MAC(f->hop) != zt_mac48(p->dmac) :
					!zt_flow_origin_ok(ZT_STATE_FLAGS(f->state), &p->core)))
		return ZT_REASON_FRAG_MISS;
	if (f->state & ZT_STATE_DEAD)
		return ZT_REASON_FRAG_OVERLAP;
	next = ZT_READ_ONCE(f->next);
	if (p->frag_off < next) {
		zt_frag_poison(f);
		return ZT_REASON_FRAG_OVERLAP;
	}
	if (p->frag_off > next)
		return ZT_REASON_FRAG_GAP;
	if (__sync_val_compare_and_swap(&f->next, next, next + p->frag_len) != next) {
		zt_frag_poison(f);
		return ZT_REASON_FRAG_OVERLAP;
	}
	f->seen = p->now;
	p->reason = ZT_WORD_REASON(f->word);
	p->rule = ZT_WORD_RULE(f->word);
	p->opener = ZT_STATE_OPENER(f->state);
	if (!(p->flags & ZT_PKT_MORE) && !bpf_map_delete_elem(&zt_frag, &k))
		zt_frag_return(p->dev);
	return p->reason;
}

#endif
