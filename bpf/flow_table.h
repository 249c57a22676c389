/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where flow records lie: a set-associative table in plain arrays, of 64-octet slots for
 * IPv4 and 128 for IPv6. A key has two buckets of eight slots; an octet of its hash stands
 * for it in the bucket's tag word, so what is not there is known from two words, and what
 * is there costs its own line. Nothing here knows what a record says.
 *
 * Several CPUs (performance and proofs: tests/prog/table_test.c, tests/model/):
 *  - Who makes a record, or judges one again, holds the lock of its key (zt_lock), so a
 *    key has one live slot at most.
 *  - A slot is taken, from another flow or from nobody, by a compare-and-swap of its word;
 *    the sweep does the same and takes no lock. Whoever won it writes it, and its word last.
 *  - A hit needs last seen + idle time to lie ahead; a slot is given away zt_cfg.grace later
 *    at the earliest, so no CPU is inside a hit then unless it stalled that long. Should one
 *    have, the word's version has moved. (On CPUs that reorder reads only the first holds:
 *    BPF has no read barrier before Linux 6.15.)
 */
#ifndef ZT_FLOW_TABLE_H
#define ZT_FLOW_TABLE_H

#include "flow_own.h"

#define ZT_REF_6 0x80000000u /* the slot is one of zt_flow6 */
#define ZT_LANES 0x0101010101010101ull

/* Mapped memory begins at a page, so a slot is whole cache lines; the agent reads it there. */
ZT_MAP(zt_tag4, BPF_MAP_TYPE_ARRAY, __u32, struct zt_tags, ZT_BUCKETS(65536), BPF_F_MMAPABLE);
ZT_MAP(zt_tag6, BPF_MAP_TYPE_ARRAY, __u32, struct zt_tags, ZT_BUCKETS(65536), BPF_F_MMAPABLE);
ZT_MAP(zt_flow4, BPF_MAP_TYPE_ARRAY, __u32, struct zt_bucket4, ZT_BUCKETS(65536), BPF_F_MMAPABLE);
ZT_MAP(zt_flow6, BPF_MAP_TYPE_ARRAY, __u32, struct zt_bucket6, ZT_BUCKETS(65536), BPF_F_MMAPABLE);
ZT_MAP(zt_rest4, BPF_MAP_TYPE_ARRAY, __u32, struct zt_flow_rest, ZT_BUCKETS(65536) * ZT_WAYS,
       BPF_F_MMAPABLE);
ZT_MAP(zt_rest6, BPF_MAP_TYPE_ARRAY, __u32, struct zt_flow_rest, ZT_BUCKETS(65536) * ZT_WAYS,
       BPF_F_MMAPABLE);
ZT_MAP(zt_path4, BPF_MAP_TYPE_ARRAY, __u32, struct zt_path, ZT_BUCKETS(65536) * ZT_WAYS, 0);

/* ---- tags: eight octets of a word as eight lanes -------------------------------- */

/* Bit 7 of each lane that is `tag`. */
zt_inline __u64 zt_lanes(__u64 tags, __u32 tag)
{
	__u64 x = tags ^ tag * ZT_LANES, low = 0x7f * ZT_LANES;

	return ~(((x & low) + low) | x | low);
}

/* The first lane of some, not none. */
zt_inline __u32 zt_first_lane(__u64 lanes)
{
	return ((lanes & -lanes) >> 7) * 0x0001020304050607ull >> 56;
}

zt_inline __u32 zt_nr_lanes(__u64 lanes)
{
	return (lanes >> 7) * ZT_LANES >> 56;
}

zt_inline struct zt_tags *zt_tags_at(__u32 bucket, __u32 family)
{
	if (family == 6)
		return bpf_map_lookup_elem(&zt_tag6, &bucket);
	zt_apart();
	return bpf_map_lookup_elem(&zt_tag4, &bucket);
}

zt_inline __u64 zt_tag_word(const struct zt_tags *t)
{
	return *(const volatile __u64 *)t;
}

/* ---- slots ---------------------------------------------------------------------- */

zt_inline __u32 zt_ref(__u32 bucket, __u32 way, __u32 family)
{
	return (bucket * ZT_WAYS + way + 1) | (family == 6 ? ZT_REF_6 : 0);
}

zt_inline struct zt_flow4 *zt_slot4(__u32 bucket, __u32 way)
{
	struct zt_bucket4 *b = bpf_map_lookup_elem(&zt_flow4, &bucket);

	return b ? &b->slot[way & (ZT_WAYS - 1)] : 0;
}

zt_inline struct zt_flow6 *zt_slot6(__u32 bucket, __u32 way)
{
	struct zt_bucket6 *b = bpf_map_lookup_elem(&zt_flow6, &bucket);

	return b ? &b->slot[way & (ZT_WAYS - 1)] : 0;
}

/* The record a ref names; NULL for 0. */
zt_inline struct zt_flow *flow_at(__u32 ref)
{
	__u32 at = (ref & ~ZT_REF_6) - 1;
	struct zt_flow4 *s4;
	struct zt_flow6 *s6;

	if (ref & ZT_REF_6) {
		s6 = zt_slot6(at / ZT_WAYS, at);
		return s6 ? &s6->f : 0;
	}
	zt_apart();
	s4 = zt_slot4(at / ZT_WAYS, at);
	return s4 ? &s4->f : 0;
}

zt_inline struct zt_flow_rest *flow_rest(__u32 ref)
{
	__u32 at = (ref & ~ZT_REF_6) - 1;

	if (ref & ZT_REF_6)
		return bpf_map_lookup_elem(&zt_rest6, &at);
	zt_apart();
	return bpf_map_lookup_elem(&zt_rest4, &at);
}

zt_inline struct zt_path *flow_path(__u32 ref)
{
	__u32 at = (ref & ~ZT_REF_6) - 1;
	struct zt_flow6 *s6;

	if (ref & ZT_REF_6) {
		s6 = zt_slot6(at / ZT_WAYS, at);
		return s6 ? &s6->path : 0;
	}
	zt_apart();
	return bpf_map_lookup_elem(&zt_path4, &at);
}

zt_inline void zt_path_forget(__u32 ref)
{
	struct zt_path *path = flow_path(ref);

	if (path)
		ZT_WRITE_ONCE(path->word, 0);
}

/* Compared without a branch for each field: to the verifier that is one path, not many. */
zt_inline __u64 zt_differs4(const struct zt_flow4 *s, __u64 addrs, __u64 where, __u32 proto)
{
	return (s->key[0] ^ addrs) | (s->key[1] ^ where) | (s->f.hop >> 48 ^ proto);
}

zt_inline __u64 zt_addr_differs(const struct zt_addr *a, const struct zt_addr *b)
{
	return (a->w[0] ^ b->w[0]) | (a->w[1] ^ b->w[1]) | (a->w[2] ^ b->w[2]) | (a->w[3] ^ b->w[3]);
}

zt_inline __u64 zt_differs6(const struct zt_flow6 *s, const struct zt_flow_key *k)
{
	return zt_addr_differs(&s->dev, &k->dev) | zt_addr_differs(&s->peer, &k->peer) |
	       (__u32)(s->dev_port ^ k->dev_port) | (__u32)(s->peer_port ^ k->peer_port) |
	       (s->place ^ ZT_PLACE(k->zone, k->owner)) | (s->f.hop >> 48 ^ zt_proto(k));
}

/* ---- looking for a key ------------------------------------------------------------ */

zt_inline int zt_is4(const struct zt_flow4 *s, __u64 addrs, __u64 where, __u32 proto)
{
	return !zt_differs4(s, addrs, where, proto) && ZT_WORD_GEN(ZT_READ_ONCE(s->f.word));
}

/* A key's slot in one of its buckets, and which it is; NULL for none. One for each family. */
zt_inline struct zt_flow4 *zt_in_bucket4(__u32 bucket, __u32 tag, __u64 addrs, __u64 where, __u32 proto,
					 __u32 *ret_ref)
{
	struct zt_tags *tags = bpf_map_lookup_elem(&zt_tag4, &bucket);
	struct zt_bucket4 *b = bpf_map_lookup_elem(&zt_flow4, &bucket);
	struct zt_flow4 *s;
	__u64 lanes;
	__u32 n, way;

	if (!tags || !b)
		return 0;
	lanes = zt_lanes(zt_tag_word(tags), tag);
	ZT_NO_UNROLL
	for (n = 0; lanes && n < ZT_WAYS; n++) {
		way = zt_first_lane(lanes);
		s = &b->slot[way & (ZT_WAYS - 1)];
		if (zt_is4(s, addrs, where, proto)) {
			*ret_ref = zt_ref(bucket, way, 4);
			return s;
		}
		lanes &= lanes - 1;
	}
	return 0;
}

zt_inline int zt_is6(const struct zt_flow6 *s, const struct zt_flow_key *k)
{
	return !zt_differs6(s, k) && ZT_WORD_GEN(ZT_READ_ONCE(s->f.word));
}

zt_inline __u32 zt_in_bucket6(__u32 bucket, __u32 tag, const struct zt_flow_key *k)
{
	struct zt_tags *tags = bpf_map_lookup_elem(&zt_tag6, &bucket);
	__u64 lanes = tags ? zt_lanes(zt_tag_word(tags), tag) : 0;
	struct zt_flow6 *s;
	__u32 n, way;

	ZT_NO_UNROLL
	for (n = 0; lanes && n < ZT_WAYS; n++) {
		way = zt_first_lane(lanes);
		s = zt_slot6(bucket, way);
		if (s && zt_is6(s, k))
			return zt_ref(bucket, way, 6);
		lanes &= lanes - 1;
	}
	return 0;
}

/*
 * Of the key with these zt_addrs4(), zt_where() and zt_proto(). Most flows lie in their first way
 * of their first bucket; there no tag is read.
 */
zt_inline struct zt_flow4 *zt_look4(__u64 addrs, __u64 where, __u32 proto, const struct zt_cfg *cfg,
				    __u32 *ret_ref)
{
	struct zt_flow4 *f;
	struct zt_spot s;

	zt_spot(&s, zt_hash4(addrs, where, proto, cfg->hash), cfg->buckets[0]);
	f = zt_slot4(s.bucket[0], s.way);
	if (f && zt_is4(f, addrs, where, proto)) {
		*ret_ref = zt_ref(s.bucket[0], s.way, 4);
		return f;
	}
	f = zt_in_bucket4(s.bucket[0], s.tag, addrs, where, proto, ret_ref);
	return f ? f : zt_in_bucket4(s.bucket[1], s.tag, addrs, where, proto, ret_ref);
}

ZT_GLOBAL __u32 zt_find4(__u64 addrs, __u64 where, __u32 proto)
{
	const struct zt_cfg *cfg = zt_config();
	__u32 ref = 0;

	if (cfg)
		zt_look4(addrs, where, proto, cfg, &ref);
	return ref;
}

ZT_GLOBAL __u32 zt_find6(const struct zt_flow_key *k)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_flow6 *f;
	struct zt_spot s;
	__u32 ref;

	if (!cfg || !k)
		return 0;
	zt_spot(&s, zt_hash6(k, cfg->hash), cfg->buckets[1]);
	f = zt_slot6(s.bucket[0], s.way);
	if (f && zt_is6(f, k))
		return zt_ref(s.bucket[0], s.way, 6);
	ref = zt_in_bucket6(s.bucket[0], s.tag, k);
	return ref ? ref : zt_in_bucket6(s.bucket[1], s.tag, k);
}

/* ---- the seam, see flow_seam.h --------------------------------------------------- */

zt_inline __u32 zt_flow_find(const struct zt_flow_key *k)
{
	return k->family == 6 ? zt_find6(k) : zt_find4(zt_addrs4(k), zt_where(k), zt_proto(k));
}

/* In registers, where the packet is IPv4. */
zt_inline struct zt_flow *zt_flow_fast(const struct zt_core *p, const struct zt_cfg *cfg, __u32 *ret_ref)
{
	int from = p->dir == ZT_FROM_DEVICE;
	struct zt_flow_key k = {};
	struct zt_flow4 *s;

	if (p->family == 6) {
		zt_flow_key_of(p, 0, &k);
		*ret_ref = zt_find6(&k);
		return flow_at(*ret_ref);
	}
	s = zt_look4(zt_pair(from ? p->src.w[3] : p->dst.w[3], from ? p->dst.w[3] : p->src.w[3]),
		     zt_pair(from ? p->sport | (__u32)p->dport << 16 : p->dport | (__u32)p->sport << 16,
			     ZT_PLACE(p->zone, 0)),
		     (__u32)p->proto << 8, cfg, ret_ref);
	return s ? &s->f : 0;
}

zt_inline struct zt_held *zt_held_of(__u32 dev)
{
	struct zt_devst *st = bpf_map_lookup_elem(&zt_devst, &dev);

	return st ? &st->held : 0;
}

#endif
