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

/* Classes and services fit their fields below; the agent refuses a policy with more. */
#define ZT_RULE_CLASSES ((1u << 22) - 1)
#define ZT_RULE_SERVICES ((1u << 18) - 1)

/* The wildcards: a field of ones. */
#define ZT_RULE_WILD_DEVICE (0x3fffffull << 42)
#define ZT_RULE_WILD_PEER (0x7fffffull << 19)
#define ZT_RULE_WILD_SERVICE (0x3ffffull << 1)

/* A rule key as one word: device class 22, peer is a device 1, peer class 22, service 18, dir 1. */
static inline __u64 zt_rule_pack(const struct zt_rule_key *k)
{
	__u64 device = k->dclass, peer = k->pclass, svc = k->svc;

	if (k->pclass == ZT_PCLASS_ANY_DEVICE)
		peer = ZT_NONE;
	return (device << 42 & ZT_RULE_WILD_DEVICE) | peer >> 31 << 41 |
	       (peer & 0x3fffff) << 19 | (svc << 1 & ZT_RULE_WILD_SERVICE) | (k->dir & 1);
}

static inline enum zt_peer_kind zt_peer_kind(__u32 pclass)
{
	if (pclass & ZT_PCLASS_DEVICE)
		return ZT_PEER_DEVICE;
	return pclass < ZT_PEER_APP ? (enum zt_peer_kind)pclass : ZT_PEER_APP;
}

/*
 * Where in its table an entry lies: home by the upper half, other by the lower. Keys are
 * the policy's, so nobody outside can make them collide; the seed is for the agent, which
 * takes another one should the entries not fit.
 */
static inline __u64 zt_line_hash(__u64 seed, __u64 x, __u64 y)
{
	__u64 h = (x ^ seed) * 0x9e3779b97f4a7c15ull;

	h = (h ^ h >> 32 ^ y) * 0xbf58476d1ce4e5b9ull;
	return h ^ h >> 32;
}

static inline __u64 zt_vlan_word(const struct zt_vlan_key *k)
{
	return (__u64)k->vlan << 32 | k->ifindex;
}

/* MAC and VLAN as one word. */
static inline __u64 zt_mac_word(const __u8 *mac, __u32 vlan)
{
	return (__u64)(vlan & 0xffff) << 48 | (__u64)mac[5] << 40 | (__u64)mac[4] << 32 |
	       (__u64)mac[3] << 24 | (__u64)mac[2] << 16 | (__u64)mac[1] << 8 | mac[0];
}

/* Of an IPv6 address, 64 bits at a time; no order meant. */
static inline __u64 zt_addr_word(const struct zt_addr *a, __u32 half)
{
	return (__u64)a->w[2 * half + 1] << 32 | a->w[2 * half];
}

static inline __u64 zt_host6_hash(__u64 seed, __u64 first, __u64 second, __u32 scope)
{
	return zt_line_hash(seed, first ^ (__u64)scope << 32, second);
}

static inline __u32 zt_line_home(const struct zt_line_span *s, __u64 hash)
{
	return s->first + (__u32)((hash >> 32) * s->nr >> 32);
}

static inline __u32 zt_line_other(const struct zt_line_span *s, __u64 hash)
{
	return s->first + (__u32)((__u64)(__u32)hash * s->nr >> 32);
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

/*
 * What a reason turns into under this mode. Quarantine takes what a rule, or none, would let
 * pass; what is wrong with a packet beside that stays its reason.
 */
static inline __u32 zt_reason_under(__u32 reason, __u32 mode)
{
	enum zt_family f = zt_family(reason);

	if (mode == ZT_MODE_QUARANTINE && (f == ZT_FAMILY_PASS || f == ZT_FAMILY_POLICY))
		return ZT_REASON_QUARANTINE;
	return reason;
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
