/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A router in a namespace of its own, between two veth pairs whose far ends are where this
 * process began. What its receiving threads take of the CPU is what forwarding costs.
 */
#ifndef ZT_BENCH_ROUTER_H
#define ZT_BENCH_ROUTER_H

#include "spinner.h"

enum side { SIDE_LAN, SIDE_WAN, SIDE_NR };

struct router {
	char name[32]; /* of the cell and, with "-ENTRIES", of the namespace */
	uint32_t entries;
	int netns; /* fd */
	uint32_t near[SIDE_NR]; /* ifindex of its own ends */
	uint32_t far[SIDE_NR]; /* and of ours */
	int thread[SIDE_NR]; /* the kernel thread that receives there */
	struct world world; /* maps: NULL unless ZT Edge enforces here */
	struct spinner spinner; /* makes flows in it */
	struct shape shape; /* what its rules were made of */
};

/* `index` as the script numbered our ends; sink: the program that takes what arrives there. */
void router_open(struct router *r, uint32_t index, const char *spec, int sink);
/* ZT Edge on it: XDP, guard and tc egress at lan0, as the agent attaches them, and XDP at wan0 if it is fast. */
void router_enforce(struct router *r);
uint64_t router_by_xdp(const struct router *r); /* packets forwarded by XDP so far */
/* All flows of `each` of every device are in ZT Edge's table; elsewhere nothing. */
void router_fill(struct router *r, uint32_t each);
void router_enter(const struct router *r); /* its namespace */
void router_leave(void); /* back to ours */

struct router_load {
	double cpu_s; /* both threads */
	uint64_t received; /* at the side */
	uint64_t dropped_out; /* that the other side's far end had no room for */
};
struct router_load router_load(const struct router *r, enum side from);

/* The plant behind ENTRIES (device, application) pairs. */
struct shape router_shape(uint32_t entries);

#endif
