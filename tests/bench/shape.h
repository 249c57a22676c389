/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plant of a benchmark as numbers: which device may reach which application, and
 * the addresses of both. One place for the policy's text, the programs that make frames
 * and the rules of other firewalls, so that all of them ask the same question. Without a
 * division: it is worked out for every packet, and what it takes hides what is measured.
 *
 * Each device may reach SHAPE_EACH applications. Shared: all devices of a group the same
 * ones. Distinct: a device is in a row and in a column, and each gives it half of them;
 * no two devices have the same, so each is a class of its own.
 */
#ifndef ZT_BENCH_SHAPE_H
#define ZT_BENCH_SHAPE_H

#include <linux/types.h>

#define SHAPE_EACH 10
#define SHAPE_HALF (SHAPE_EACH / 2)
#define SHAPE_APPS 1024
#define SHAPE_PORTS 8 /* device d is on lan(d % 8) */
#define SHAPE_NET 0x0a000100u /* device 0's IPv4 address */
#define SHAPE_APP_NET 0xcb000001u /* application 0's; the next one's is SHAPE_APP_STEP on */
#define SHAPE_APP_STEP 16u
#define SHAPE_SPORT 10000
#define SHAPE_DENIED 9 /* a UDP port no rule speaks of */

struct shape {
	__u32 devices;
	__u32 groups; /* shared: a power of two */
	__u32 rows; /* distinct: 1 << rows of them, and as many columns as it takes; 0: shared */
	__u32 vlan; /* of every device, 0 untagged */
	__u32 ports; /* device ports the devices are spread over: SHAPE_PORTS or 1 */
	__u32 prefixes; /* 1: applications are /28 networks, not single hosts */
	__u32 only4; /* 1: applications have no IPv6 address */
	__u32 fast; /* 1: device ports and the uplink forward in XDP */
};

/* The k-th application of device d. */
static inline __attribute__((always_inline)) __u32 shape_app(const struct shape *s, __u32 d, __u32 k)
{
	if (!s->rows)
		return ((d & (s->groups - 1)) * SHAPE_EACH + k) & (SHAPE_APPS - 1);
	if (k < SHAPE_HALF)
		return ((d & ((1u << (s->rows & 31)) - 1)) * SHAPE_HALF + k) & (SHAPE_APPS / 2 - 1);
	return SHAPE_APPS / 2 +
	       (((d >> (s->rows & 31)) * SHAPE_HALF + k - SHAPE_HALF) & (SHAPE_APPS / 2 - 1));
}

static inline __attribute__((always_inline)) __u32 shape_app_port(__u32 app)
{
	return 5000 + (app & 7);
}

#endif
