/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What bpf/env.h takes in place of the BPF helpers when the stages are built for
 * the host (-DZT_HOST): maps, queues, rings, time. One CPU, no concurrency.
 */
#ifndef ZT_HOST_BPF_H
#define ZT_HOST_BPF_H

#include <endian.h>
#include "host/map.h"

#define ZT_GLOBAL static __attribute__((unused))

#define HOST_MAP(name, map_type, key, value, nr)                                               \
	static struct host_map name;                                                           \
	__attribute__((constructor)) static void host_register_##name(void)                    \
	{                                                                                      \
		host_register(&name);                                                          \
	}                                                                                      \
	static struct host_map name = { #name, map_type, key, value, nr, .next = NULL }

#define ZT_MAP(name, map_type, key_type, value_type, nr, flags)                                \
	HOST_MAP(name, map_type, sizeof(key_type), sizeof(value_type), nr)

/* Inner maps are made to fit at publish. */
#define ZT_MAP_PAIR(name, map_type, key_type, value_type, nr, flags)                           \
	HOST_MAP(name##_0, map_type, sizeof(key_type), sizeof(value_type), nr);    \
	HOST_MAP(name##_1, map_type, sizeof(key_type), sizeof(value_type), nr);    \
	static struct host_map name = { #name, BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 2,            \
					.inner = { &name##_0, &name##_1 } }

#define ZT_QUEUE(name, value_type, nr)                                                         \
	HOST_MAP(name, BPF_MAP_TYPE_QUEUE, 0, sizeof(value_type), nr)

/* A ring remembers its last events; `full` makes it refuse, as a slow reader does. */
#define HOST_EVENTS 64u
#define HOST_EVENT_SIZE 128u
struct host_ring {
	uint64_t nr; /* submitted */
	int full, reserved;
	uint8_t event[HOST_EVENTS][HOST_EVENT_SIZE];
};
#define ZT_RING(name, bytes) static struct host_ring name

static inline void *host_reserve(struct host_ring *r, uint64_t size)
{
	assert(size <= HOST_EVENT_SIZE && !r->reserved);
	if (r->full)
		return NULL;
	r->reserved = 1;
	memset(r->event[r->nr % HOST_EVENTS], 0xa5, HOST_EVENT_SIZE); /* rings are not zeroed */
	return r->event[r->nr % HOST_EVENTS];
}

static struct host_ring zt_ring, zt_ringc;

/* The last events of both rings, the newest at host_log_nr - 1. */
static struct {
	int critical;
	uint8_t event[HOST_EVENT_SIZE];
} host_log[HOST_EVENTS];
static uint64_t host_log_nr;
static uint64_t host_told[16]; /* events submitted, by enum zt_event_type: their first word */

static inline void host_submit(void *event)
{
	struct host_ring *r = zt_ring.reserved ? &zt_ring : &zt_ringc;

	assert(r->reserved && event == r->event[r->nr % HOST_EVENTS]);
	r->reserved = 0;
	r->nr++;
	host_log[host_log_nr % HOST_EVENTS].critical = r == &zt_ringc;
	memcpy(host_log[host_log_nr++ % HOST_EVENTS].event, event, HOST_EVENT_SIZE);
	host_told[*(uint32_t *)event & 15]++;
}

static uint64_t host_boot_ns; /* event times; ticks come from the caller */

/*
 * One CPU. Where another may come between reading a word and swapping it, a row can say
 * that it did: of the next swaps the host_races-th finds another value, and so do the
 * ones behind it, host_races_in_row in all.
 */
static uint32_t host_races, host_races_in_row;

static inline int host_race(void)
{
	if (!host_races || --host_races)
		return 0;
	if (host_races_in_row && --host_races_in_row)
		host_races = 1;
	return 1;
}

/* Called before each step that another CPU can see or come between, where a test asks for it. */
static void (*host_hook)(void);

static inline void host_step(void)
{
	if (host_hook)
		host_hook();
}

#define __sync_lock_test_and_set(word, is) (host_step(), __sync_lock_test_and_set(word, is))
#define __sync_fetch_and_add(word, n) (host_step(), __sync_fetch_and_add(word, n))
#define __sync_fetch_and_and(word, n) (host_step(), __sync_fetch_and_and(word, n))
#define __sync_val_compare_and_swap(word, was, is)                                             \
	({                                                                                     \
		typeof(*(word)) was_ = (was);                                                  \
		host_step();                                                                   \
		host_race() ? (typeof(*(word)))(was_ + 1) :                                    \
			      __sync_val_compare_and_swap(word, was_, is);                     \
	})

/*
 * Or that it took a record away: of the next readings of a word the host_takes-th finds 0,
 * and so do the ones behind it, host_takes_in_row in all.
 */
static uint32_t host_takes, host_takes_in_row;

static inline int host_taken(size_t size)
{
	if (size != sizeof(uint64_t) || !host_takes || --host_takes)
		return 0;
	if (host_takes_in_row && --host_takes_in_row)
		host_takes = 1;
	return 1;
}

#define bpf_map_lookup_elem(map, key) host_lookup(map, key)
#define bpf_map_update_elem(map, key, value, flags) host_update(map, key, value, flags)
#define bpf_map_delete_elem(map, key) host_delete(map, key)
#define bpf_map_push_elem(map, value, flags) host_push(map, value, flags)
#define bpf_map_pop_elem(map, value) host_pop(map, value)
#define bpf_for_each_map_elem(map, fn, arg, flags) host_for_each(map, fn, arg)
#define bpf_ringbuf_reserve(ring, size, flags) (assert(!(flags)), host_reserve(ring, size))
#define bpf_ringbuf_submit(event, flags) (assert(!(flags)), host_submit(event))
#define bpf_ktime_get_boot_ns() host_boot_ns

/* In a program this changes nothing; here it says so. */
#define zt_bound(x, mask) assert((x) <= (mask))
#define ZT_NO_UNROLL
#define zt_apart()
#define ZT_READ_ONCE(x)                                                                        \
	(host_step(), host_taken(sizeof(x)) ? (typeof(x))0 : *(const volatile typeof(x) *)&(x))
#define ZT_WRITE_ONCE(x, v) (host_step(), *(volatile typeof(x) *)&(x) = (v))
#define zt_ntohs(x) be16toh(x)
#define zt_ntohl(x) be32toh(x)
#define zt_htons(x) htobe16(x)
#define zt_htonl(x) htobe32(x)

#endif
