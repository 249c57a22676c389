/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Key builders shared by the programs that look keys up and the agent that
 * writes them. Pure; no maps, no helpers.
 */
#ifndef ZT_KEY_H
#define ZT_KEY_H

#include "zt_abi.h"

#define ZT_PROTO_ICMP 1
#define ZT_PROTO_TCP 6
#define ZT_PROTO_UDP 17
#define ZT_PROTO_ICMPV6 58

/*
 * Index into the service array. what: destination port in host order for TCP
 * and UDP, type for ICMP and ICMPv6, ignored otherwise.
 */
static inline __u32 zt_svc_index(__u8 proto, __u16 what)
{
	switch (proto) {
	case ZT_PROTO_TCP:
		return ZT_SVC_TCP + what;
	case ZT_PROTO_UDP:
		return ZT_SVC_UDP + what;
	case ZT_PROTO_ICMP:
		return ZT_SVC_ICMP4 + (what & 0xff);
	case ZT_PROTO_ICMPV6:
		return ZT_SVC_ICMP6 + (what & 0xff);
	default:
		return ZT_SVC_PROTO + proto;
	}
}

/*
 * A cheap 32-bit sum of a flow key, kept in its record: a record recycled for
 * another flow shows another sum. Not a hash for tables.
 */
static inline __u32 zt_flow_check(const struct zt_flow_key *k)
{
	__u64 h = ((__u64)k->dev.w[3] << 32 | k->peer.w[3]) * 0x9e3779b97f4a7c15ull;

	h ^= ((__u64)k->dev_port << 48 | (__u64)k->peer_port << 32 | (__u64)k->zone) *
	     0xc4ceb9fe1a85ec53ull;
	h ^= (__u64)k->dev.w[2] << 40 ^ (__u64)k->peer.w[2] << 8 ^ (__u64)k->owner << 16 ^
	     (__u64)k->proto << 24 ^ (__u64)k->icmp << 32 ^ k->kind;
	return (__u32)(h ^ h >> 32);
}

/* The family of a reason: the closed list is numbered in blocks. */
static inline enum zt_family zt_family(__u32 reason)
{
	if (reason >= 60)
		return ZT_FAMILY_IDENTITY;
	if (reason >= 40)
		return ZT_FAMILY_POLICY;
	return reason >= 16 || !reason ? ZT_FAMILY_ALWAYS : ZT_FAMILY_PASS;
}

/* What becomes of a packet with this reason under this mode (policy-language §3.6). */
static inline enum zt_verdict zt_verdict_of(__u32 reason, __u32 mode)
{
	enum zt_family f = zt_family(reason);

	if (f == ZT_FAMILY_PASS)
		return ZT_FORWARDED;
	if (f == ZT_FAMILY_ALWAYS)
		return ZT_DROPPED;
	if (mode == ZT_MODE_LEARN)
		return ZT_FORWARDED;
	return mode == ZT_MODE_AUDIT ? ZT_AUDIT : ZT_DROPPED;
}

#endif
