/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of packet_bench: each opens what it needs, measures all rounds, closes it. */
#ifndef ZT_BENCH_PART_H
#define ZT_BENCH_PART_H

#include "spinner.h"

#define PART_HOT 300000 /* packets of a sample whose flows are few */
#define PART_COLD 1000000 /* and where they are many */
#define PART_SPREAD 4096 /* devices, where the number of flows is the question */

void part_hot(uint32_t rounds); /* one flow: G1 */
void part_vlan(uint32_t rounds); /* the same, tagged */
void part_flows(uint32_t rounds); /* 10k to 1M flows: G3 */
void part_policy(uint32_t rounds); /* policies of 10 to 1M entries: G2, G4, G5 */
void part_module(uint32_t rounds); /* records in zt_flow.ko beside records in maps */
void part_flood(uint32_t rounds); /* what nobody allowed, beside flows that live: G15 */

/*
 * One sample named CELL/ipvF, its floor likewise ("" none, ended by the same suffix).
 * Returns it.
 */
double part_measure(struct spinner *s, const char *cell, const char *floor, double x, uint32_t round,
		    const struct spin_job *job);
/* Flows come to be, `each` of `nr` devices, each by its first packet. */
void part_fill(struct spinner *s, enum spin_slot slot, uint8_t family, uint32_t nr, uint32_t each);
/* Ends the benchmark unless so many flows are alive; what: in whose message. */
void part_expect_flows(struct world *w, uint32_t flows, const char *what);

#endif
