// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet costs, by BPF_PROG_TEST_RUN: the data path at sizes of policy, devices
 * and flows, beside an empty program, a bare hash lookup, an LRU hash and xdp-filter, all
 * with the same frames, one after the other in every round.
 */
#include "bench.h"
#include "part.h"

int main(void)
{
	uint32_t rounds = bench_rounds();

	bench_open("packet");
	part_hot(rounds);
	part_vlan(rounds);
	part_flood(rounds);
	part_policy(rounds);
	part_flows(rounds);
	bench_close();
	return 0;
}
