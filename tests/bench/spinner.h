/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs a program on frames made by spin.bpf.c and says what a packet took of this
 * thread's CPU time. Ends the benchmark when the program did not do the work that the
 * figure would be of: verdicts and misses are counted over all packets of a run.
 */
#ifndef ZT_BENCH_SPINNER_H
#define ZT_BENCH_SPINNER_H

#include "spin.h"
#include "world.h"

struct spinner {
	struct world *world;
	struct bpf_object *bare, *spin, *filter;
	uint32_t port, port_mask; /* ifindex of device d's port: port + (d & port_mask) */
	uint32_t wan; /* the uplink's */
	int cfg, miss;
	int jump[2], prog[2]; /* [out] */
};

struct spin_job {
	enum spin_slot slot;
	enum spin_mode mode;
	uint8_t family;
	bool out; /* towards the device, by tc */
	bool reset; /* take off metadata before each packet */
	bool denied; /* every packet must be dropped; else none may be */
	uint16_t dport; /* 0: the application's */
	uint32_t nr, each; /* flows: of so many devices so many each */
	uint32_t step; /* SPIN_NEXT: from device to device, 0: 1 */
	uint32_t packets;
};

/* Yardsticks with room for so many flows. */
void spinner_open(struct spinner *s, struct world *w, uint32_t flows);
void spinner_close(struct spinner *s);
/* xdp-filter with so many entries as well; false when it is not installed. */
bool spinner_add_filter(struct spinner *s, uint32_t entries);
double spinner_run(struct spinner *s, const struct spin_job *job); /* ns a packet */

#endif
