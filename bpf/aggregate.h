/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often: every packet that is not plainly allowed counts in an aggregate (struct
 * zt_agg_set). What a flood costs is one bit that stays in the cache (zt_seen) and the line
 * of the sum; it takes no lock, and no place but the few its device may open in a second.
 */
#ifndef ZT_AGGREGATE_H
#define ZT_AGGREGATE_H

#include "event.h"

#define ZT_AGG_WAIT 64 /* looks at a place that is being claimed: some tens of ns are enough */

/* A key as words: all of it is compared and hashed. */
struct zt_agg_words {
	__u64 w[5];
};
_Static_assert(sizeof(struct zt_agg_words) == sizeof(struct zt_agg_key), "zt_agg_words");

/* Keyed, so that nobody can choose which others share a set with what he sends. */
zt_inline __u64 zt_agg_hash(const struct zt_agg_key *key)
{
	const struct zt_agg_words *k = (const void *)key;
	const struct zt_cfg *cfg = zt_config();
	__u64 seed = cfg ? (__u64)cfg->seed[1] << 32 | cfg->seed[0] : 0, h;

	h = (k->w[0] ^ seed) * 0x9e3779b97f4a7c15ull + (k->w[1] ^ seed) * 0xbf58476d1ce4e5b9ull +
	    (k->w[2] ^ seed) * 0x94d049bb133111ebull + (k->w[3] ^ seed) * 0xc4ceb9fe1a85ec53ull +
	    (k->w[4] ^ seed) * 0xff51afd7ed558ccdull;
	h = (h ^ h >> 32 ^ seed) * 0xbf58476d1ce4e5b9ull;
	return h ^ h >> 32;
}

/* The upper 12 bits say the set, the lower 16 the bit of zt_seen. */
zt_inline struct zt_agg_set *zt_agg_set_of(__u64 hash)
{
	__u32 set = hash >> 52;

	return bpf_map_lookup_elem(&zt_agg, &set);
}
_Static_assert(ZT_AGG_SETS == 1u << 12, "as many as zt_agg_set_of() can say");

zt_inline __u64 *zt_seen_word(const struct zt_pkt *p, __u64 hash)
{
	__u32 word = (p->side & 1) * ZT_SEEN_WORDS + ((__u32)hash >> 6) % ZT_SEEN_WORDS;

	return bpf_map_lookup_elem(&zt_seen, &word);
}

zt_inline int zt_agg_seen(const struct zt_pkt *p, __u64 hash)
{
	const __u64 *word = zt_seen_word(p, hash);

	return word && ZT_READ_ONCE(*word) >> (hash & 63) & 1;
}

zt_inline void zt_agg_see(const struct zt_pkt *p, __u64 hash)
{
	__u64 *word = zt_seen_word(p, hash);

	if (word)
		__sync_fetch_and_or(word, 1ull << (hash & 63));
}

zt_inline int zt_agg_is(const struct zt_agg_key *place, const struct zt_agg_key *key)
{
	const struct zt_agg_words *a = (const void *)place, *b = (const void *)key;

	return !((a->w[0] ^ b->w[0]) | (a->w[1] ^ b->w[1]) | (a->w[2] ^ b->w[2]) |
		 (a->w[3] ^ b->w[3]) | (a->w[4] ^ b->w[4]));
}

zt_inline void zt_agg_add(struct zt_agg *a, const struct zt_pkt *p)
{
	__sync_fetch_and_add(&a->packets, (__u64)p->packets);
	__sync_fetch_and_add(&a->bytes, p->bytes);
	if (a->last != p->now)
		a->last = p->now;
}

/* Count the packet in an existing aggregate. */
zt_inline int zt_aggregate_hit(__u64 hash, const struct zt_agg_key *k, const struct zt_pkt *p)
{
	struct zt_agg_set *s;
	__u32 i;

	if (!zt_agg_seen(p, hash))
		return 0;
	s = zt_agg_set_of(hash);
	for (i = 0; s && i < ZT_AGG_WAYS; i++) {
		if (zt_agg_is(&s->place[i].key, k)) {
			zt_agg_add(&s->place[i].agg, p);
			return 1;
		}
	}
	return 0;
}

/* Fill a place that is ours; `what` comes last and shows it to others. */
zt_inline void zt_agg_fill(struct zt_agg_key *to, struct zt_agg *a, const struct zt_agg_key *k,
			   const struct zt_pkt *p)
{
	to->peer = k->peer;
	to->dev = k->dev;
	to->ifindex = k->ifindex;
	to->port = k->port;
	to->proto = k->proto;
	to->family = k->family;
	to->rule = k->rule;
	to->gen = k->gen;
	a->packets = p->packets;
	a->bytes = p->bytes;
	a->first = p->now;
	a->last = p->now;
	__sync_lock_test_and_set(&to->what, k->what);
}

/*
 * A new one, or the one that another CPU made meanwhile: both take the first free place,
 * so the second to come finds it claimed and waits until it can be compared. Were it
 * stopped in between for longer, there are two entries of one key, and their sum is right.
 */
zt_inline int zt_aggregate_new(__u64 hash, const struct zt_agg_key *k, const struct zt_pkt *p)
{
	struct zt_agg_set *s = zt_agg_set_of(hash);
	__u32 i, n, what;

	if (!s)
		return 0;
	zt_agg_see(p, hash);
	ZT_NO_UNROLL
	for (i = 0; i < ZT_AGG_WAYS; i++) {
		struct zt_agg_key *at = &s->place[i].key;

		what = ZT_READ_ONCE(at->what);
		if (!what)
			what = __sync_val_compare_and_swap(&at->what, 0, ZT_AGG_CLAIMED);
		if (!what) {
			zt_agg_fill(at, &s->place[i].agg, k, p);
			return 1;
		}
		ZT_NO_UNROLL
		for (n = 0; n < ZT_AGG_WAIT && what == ZT_AGG_CLAIMED; n++)
			what = ZT_READ_ONCE(at->what);
		if (zt_agg_is(at, k)) {
			zt_agg_add(&s->place[i].agg, p);
			return 1;
		}
	}
	return 0;
}

zt_inline void zt_agg_key_fill(struct zt_agg_key *k, const struct zt_pkt *p)
{
	k->peer = p->dir == ZT_FROM_DEVICE ? p->dst : p->src;
	if (p->ethertype == 0x0806)
		k->peer = p->target;
	k->dev = p->dev;
	k->ifindex = p->ifindex;
	k->port = p->dport;
	k->proto = p->proto;
	k->family = p->family;
	k->reason = p->reason;
	k->verdict = p->verdict;
	k->dir = p->dir;
	k->rule = p->rule;
	k->gen = p->gen;
	k->side = p->side;
}

/*
 * Everything that is not plainly allowed comes here once per packet. The sum of
 * all aggregates plus ZT_LOST_AGGREGATE is the number of such packets, exactly.
 */
ZT_GLOBAL int zt_aggregate(void)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_agg_key k = {};
	__u64 hash;

	if (!p)
		return -1;
	zt_agg_key_fill(&k, p);
	hash = zt_agg_hash(&k);
	if (zt_aggregate_hit(hash, &k, p))
		return 0;
	if (zt_event_token(p) && zt_aggregate_new(hash, &k, p)) {
		zt_tell(ZT_EVENT_PACKET, 0);
		return 0;
	}
	__builtin_memset(&k.peer, 0, sizeof(k.peer));
	k.port = 0;
	k.proto = 0;
	k.family = 0;
	hash = zt_agg_hash(&k);
	if (zt_aggregate_hit(hash, &k, p) || zt_aggregate_new(hash, &k, p))
		return 0;
	zt_lose_packets(ZT_LOST_AGGREGATE, p->packets);
	return 0;
}

#endif
