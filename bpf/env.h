/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The world the stages run in: BPF helpers in the kernel, or their stand-ins in
 * the host build (tests/prog/host/), where sanitizers and fuzzers reach them.
 * Nothing here knows packets or policy.
 */
#ifndef ZT_ENV_H
#define ZT_ENV_H

#include "zt_key.h"

#ifdef ZT_HOST
#include "host/bpf.h"
#else
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

/*
 * A stage that is verified once instead of at every caller (a BPF global
 * function). Its arguments are checked as if anything could come in.
 */
#define ZT_GLOBAL __noinline

#define ZT_MAP(name, map_type, key_type, value_type, entries, flags)                           \
	struct {                                                                               \
		__uint(type, map_type);                                                        \
		__uint(max_entries, entries);                                                  \
		__uint(map_flags, flags);                                                      \
		__type(key, key_type);                                                         \
		__type(value, value_type);                                                     \
	} name SEC(".maps")

/* A pair of inner maps chosen by the generation's parity, and its template. */
#define ZT_MAP_PAIR(name, map_type, key_type, value_type, entries, flags)                      \
	struct name##_inner {                                                                  \
		__uint(type, map_type);                                                        \
		__uint(max_entries, entries);                                                  \
		__uint(map_flags, flags);                                                      \
		__type(key, key_type);                                                         \
		__type(value, value_type);                                                     \
	} name##_0 SEC(".maps");                                                               \
	struct {                                                                               \
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);                                      \
		__uint(max_entries, 2);                                                        \
		__type(key, __u32);                                                            \
		__array(values, struct name##_inner);                                          \
	} name SEC(".maps") = { .values = { &name##_0, &name##_0 } }

#define ZT_QUEUE(name, value_type, entries)                                                    \
	struct {                                                                               \
		__uint(type, BPF_MAP_TYPE_QUEUE);                                              \
		__uint(max_entries, entries);                                                  \
		__type(value, value_type);                                                     \
	} name SEC(".maps")

#define ZT_RING(name, bytes)                                                                   \
	struct {                                                                               \
		__uint(type, BPF_MAP_TYPE_RINGBUF);                                            \
		__uint(max_entries, bytes);                                                    \
	} name SEC(".maps")

/* A mask the compiler cannot drop, for the verifier's sake. */
#define zt_bound(x, mask) asm volatile("%0 &= " #mask : "+r"(x))
#define ZT_NO_UNROLL _Pragma("clang loop unroll(disable)")

/*
 * Keeps the two branches it stands between two: merged into one lookup in one of two maps,
 * a lookup in an array is a call of a function instead of three instructions.
 */
#define zt_apart() asm volatile("")

/* The verifier must not see two reads where one was meant. */
#define ZT_READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define ZT_WRITE_ONCE(x, v) (*(volatile typeof(x) *)&(x) = (v))
#define zt_ntohs(x) bpf_ntohs(x)
#define zt_ntohl(x) bpf_ntohl(x)
#define zt_htons(x) bpf_htons(x)
#define zt_htonl(x) bpf_htonl(x)
#endif

#define zt_likely(x) __builtin_expect(!!(x), 1)
#define zt_inline static inline __attribute__((always_inline))

/*
 * Begin to fetch what a pointer (or NULL) points at; nobody waits for it. Cache misses that
 * do not depend on each other then pass together and not one after the other.
 */
zt_inline void zt_touch(const void *p)
{
	if (p)
		(void)*(const volatile __u32 *)p;
}

/* Signed distance of two ticks. */
zt_inline __s32 zt_age(__u32 now, __u32 then)
{
	return (__s32)(now - then);
}

zt_inline int zt_addr_equal(const struct zt_addr *a, const struct zt_addr *b)
{
	return a->w[0] == b->w[0] && a->w[1] == b->w[1] && a->w[2] == b->w[2] &&
	       a->w[3] == b->w[3];
}

zt_inline int zt_mac_equal(const __u8 *a, const __u8 *b)
{
	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3] && a[4] == b[4] &&
	       a[5] == b[5];
}

#endif
