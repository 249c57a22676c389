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

/* A 32-bit sum of a flow key, kept in its record: a recycled record shows another. */
static inline __u32 zt_flow_check(const struct zt_flow_key *k)
{
	__u64 h = 0x9e3779b97f4a7c15ull;
	__u32 i;

	for (i = 0; i < 4; i++) {
		h = (h ^ k->dev.w[i]) * 0xff51afd7ed558ccdull;
		h = (h ^ (h >> 29) ^ k->peer.w[i]) * 0xc4ceb9fe1a85ec53ull;
	}
	h ^= ((__u64)k->dev_port << 48) | ((__u64)k->peer_port << 32) | ((__u64)k->proto << 24) |
	     ((__u64)k->family << 16) | k->kind;
	h = (h ^ (h >> 31)) * 0xff51afd7ed558ccdull;
	h ^= ((__u64)k->zone << 32) | k->owner;
	h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ull;
	return (__u32)(h >> 32);
}

#endif
