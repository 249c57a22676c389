/* SPDX-License-Identifier: GPL-2.0 */
/* Where a key belongs: a hash nobody outside can foresee. Knows no record. */
#ifndef ZT_FLOW_HASH_H
#define ZT_FLOW_HASH_H

#include "flow_key.h"
#include "lookup.h"

struct zt_spot {
	__u32 bucket[2];
	__u32 tag; /* 1-255 */
	__u32 way; /* where in a bucket it is looked for first */
	__u32 lock;
};

zt_inline __u32 zt_ports(const struct zt_flow_key *k)
{
	return (__u32)k->dev_port | (__u32)k->peer_port << 16;
}

/* Protocol and ICMP type, as the upper 16 bits of a hop. */
zt_inline __u32 zt_proto(const struct zt_flow_key *k)
{
	return (__u32)k->proto << 8 | k->icmp;
}

/* Two halves as zt_flow4.key has them. */
zt_inline __u64 zt_pair(__u32 first, __u32 second)
{
	union {
		__u32 half[2];
		__u64 both;
	} u = { .half = { first, second } };

	return u.both;
}

zt_inline __u64 zt_addrs4(const struct zt_flow_key *k)
{
	return zt_pair(k->dev.w[3], k->peer.w[3]);
}

zt_inline __u64 zt_where(const struct zt_flow_key *k)
{
	return zt_pair(zt_ports(k), ZT_PLACE(k->zone, k->owner));
}

/*
 * NH (Black et al., UMAC, 1999): two keys of somebody who cannot see the secret meet with
 * probability 2^-32. It is no PRF; what one could do who knew it is to fill buckets with
 * flows a rule allows, up to his quota, and have others refused there (bypass S9).
 */
zt_inline __u64 zt_nh(__u64 pair, const __u32 *secret)
{
	return (__u64)(__u32)((__u32)pair + secret[0]) * (__u32)((__u32)(pair >> 32) + secret[1]);
}

/* where: what tells flows of the same addresses apart, ports and zt_place(). */
zt_inline __u64 zt_hash4(__u64 addrs, __u64 where, __u32 proto, const __u32 *secret)
{
	return zt_nh(addrs, secret) + zt_nh(where ^ proto, secret + 2);
}

zt_inline __u64 zt_hash6(const struct zt_flow_key *k, const __u32 *secret)
{
	const __be32 *d = k->dev.w, *p = k->peer.w;

	return zt_hash4(zt_addrs4(k), zt_where(k), zt_proto(k), secret) +
	       zt_nh(zt_pair(d[0], p[0]), secret + 4) + zt_nh(zt_pair(d[1], p[1]), secret + 6) +
	       zt_nh(zt_pair(d[2], p[2]), secret + 8);
}

/* Bits of a hash, as a number below nr. */
zt_inline __u32 zt_below(__u32 bits, __u32 nr)
{
	return (__u64)bits * nr >> 32;
}

/* The sum of products is even over keys in its upper half; a multiplication carries that on. */
zt_inline void zt_spot(struct zt_spot *ret, __u64 h, __u32 nr)
{
	h = (h ^ h >> 32) * 0x9fb21c651e98df25ull;
	ret->bucket[0] = zt_below(h >> 32, nr);
	ret->bucket[1] = zt_below(h, nr);
	ret->tag = h >> 32 & 0xff ? h >> 32 & 0xff : 1;
	ret->way = h >> 40 & (ZT_WAYS - 1);
	ret->lock = h >> 43;
}

zt_inline void zt_spot_of(struct zt_spot *ret, const struct zt_flow_key *k, const struct zt_cfg *cfg)
{
	if (k->family == 6)
		zt_spot(ret, zt_hash6(k, cfg->hash), cfg->buckets[1]);
	else
		zt_spot(ret, zt_hash4(zt_addrs4(k), zt_where(k), zt_proto(k), cfg->hash),
			cfg->buckets[0]);
}

#endif
