/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which packet comes next: what the programs that make frames are told, and how a flow
 * becomes addresses and ports. A flow is a device and a number q: it goes to one of eight
 * of the device's ten applications, by q & 7, from source port q >> 3.
 */
#ifndef ZT_BENCH_SPIN_H
#define ZT_BENCH_SPIN_H

#include "shape.h"

enum spin_slot {
	SPIN_EMPTY, /* the floor: everything but the work */
	SPIN_HASH, /* one hash lookup with the full key: H */
	SPIN_HASH_COUNT, /* and counters, as a flow table keeps them */
	SPIN_HASH_FILL,
	SPIN_LRU, /* an LRU hash, and counters */
	SPIN_LRU_FILL,
	SPIN_STAMP, /* the guard's stamp alone */
	SPIN_TEST, /* the whole data path, time and port from the caller */
	SPIN_REAL, /* the same as it is attached: zt_in */
	SPIN_FILTER, /* xdp-filter */
	SPIN_SLOTS
};

enum spin_mode {
	SPIN_RANDOM, /* any of the flows, uniformly */
	SPIN_NEXT, /* one after the other, each once: devices `step` apart, then the next q */
	SPIN_FLOOD, /* tuples never seen before, to hosts no policy names */
};

struct spin_cfg {
	struct shape shape;
	__u32 slot; /* enum spin_slot */
	__u32 mode; /* enum spin_mode */
	__u32 nr, each; /* flows are those of devices below nr with q below each */
	__u32 step; /* has no divisor in common with nr */
	__u32 device, q, sent; /* SPIN_NEXT: where it is */
	__u32 l3; /* where the IP header begins */
	__u32 reset; /* take off metadata first, as no driver has to */
	__u32 dport; /* 0: the application's */
	__u32 turns;
	__u32 port, port_mask; /* device d is on ifindex port + (d & port_mask) */
	__u32 pace; /* live frames: ns from one to the next, at least */
	__u32 pad;
	__u64 state; /* xorshift, never 0 */
};

struct spin_tuple {
	__u32 device;
	__u32 app; /* the peer's address: IPv6 host part */
	__u32 peer; /* IPv4 */
	__u16 sport, dport;
};

static inline __attribute__((always_inline)) __u64 spin_random(struct spin_cfg *c)
{
	__u64 x = c->state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	c->state = x;
	return x;
}

static inline __attribute__((always_inline)) void spin_flood(struct spin_cfg *c, struct spin_tuple *t)
{
	__u64 x = spin_random(c), y = spin_random(c);

	t->device = (x >> 32) * c->nr >> 32;
	t->app = 0x80000000u | (__u32)y;
	t->peer = 0x0b000000u | ((__u32)y & 0xffffff);
	t->sport = x;
	t->dport = y >> 40;
}

static inline __attribute__((always_inline)) __u32 spin_next(struct spin_cfg *c, struct spin_tuple *t)
{
	__u32 q = c->q;

	t->device = c->device;
	c->device += c->step;
	if (c->device >= c->nr)
		c->device -= c->nr;
	if (++c->sent == c->nr) {
		c->sent = 0;
		c->q++;
		if (c->q == c->each)
			c->q = 0;
	}
	return q;
}

static inline __attribute__((always_inline)) void spin_pick(struct spin_cfg *c, struct spin_tuple *t)
{
	__u32 q, k, app;
	__u64 x;

	if (c->mode == SPIN_FLOOD) {
		spin_flood(c, t);
		return;
	}
	if (c->mode == SPIN_NEXT) {
		q = spin_next(c, t);
	} else {
		x = spin_random(c);
		t->device = (x >> 32) * c->nr >> 32;
		q = (x & 0xffffffff) * c->each >> 32;
	}
	k = ((t->device * 2654435761u >> 16) * SHAPE_EACH >> 16) + (q & 7);
	if (k >= SHAPE_EACH)
		k -= SHAPE_EACH;
	app = shape_app(&c->shape, t->device, k);
	t->app = app + 1;
	t->peer = SHAPE_APP_NET + app * SHAPE_APP_STEP;
	t->sport = SHAPE_SPORT + (q >> 3);
	t->dport = c->dport ? c->dport : shape_app_port(app);
}

#endif
