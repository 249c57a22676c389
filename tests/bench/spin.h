/* SPDX-License-Identifier: GPL-2.0 */
/* What spin.bpf.c and the benchmark share. */
#ifndef ZT_BENCH_SPIN_H
#define ZT_BENCH_SPIN_H

#include <linux/types.h>

#define SPIN_PORTS 8 /* device d is on port d % 8 */
#define SPIN_SPORT 10000 /* source port of a device's first flow */

enum spin_slot {
	SPIN_EMPTY, /* the floor: everything but the work */
	SPIN_HASH, /* one hash lookup with the full key: H */
	SPIN_HASH_FILL,
	SPIN_LRU, /* an LRU hash, its counters too */
	SPIN_LRU_FILL,
	SPIN_ZT, /* the whole data path */
	SPIN_FILTER, /* xdp-filter */
	SPIN_SLOTS
};

enum spin_mode {
	SPIN_RANDOM, /* any of the flows, uniformly */
	SPIN_NEXT, /* one after the other */
};

/* Flow n belongs to device n % devices and is its flow n / devices. */
struct spin_cfg {
	__u32 slot; /* enum spin_slot */
	__u32 mode; /* enum spin_mode */
	__u32 devices, flows;
	__u32 next; /* SPIN_NEXT */
	__u32 pad;
	__u64 state; /* xorshift, never 0 */
};

#endif
