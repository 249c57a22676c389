// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet costs, by BPF_PROG_TEST_RUN: the data path at sizes of policy, devices
 * and flows, beside an empty program, a bare hash lookup, an LRU hash and xdp-filter, all
 * with the same frames, one after the other in every round.
 *
 *	packet_bench [hot|vlan|module|flood|policy|flows]    one part only
 */
#include <string.h>
#include "bench.h"
#include "part.h"

static const struct {
	const char *name;
	void (*measure)(uint32_t rounds);
} parts[] = {
	{ "hot", part_hot }, { "vlan", part_vlan }, { "module", part_module },
	{ "flood", part_flood }, { "policy", part_policy }, { "flows", part_flows },
};

int main(int argc, char **argv)
{
	uint32_t measured = 0;

	bench_open("packet");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (argc >= 2 && strcmp(argv[1], parts[i].name))
			continue;
		parts[i].measure(bench_rounds());
		measured++;
	}
	if (!measured)
		bench_die(argv[1], "no such part");
	bench_close();
	return 0;
}
