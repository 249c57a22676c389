// SPDX-License-Identifier: GPL-2.0
/*
 * Devices send tuples never seen before, to hosts and ports no policy names, while other
 * flows live. What such a packet costs beside a hit in the same table, and how many of
 * the flows that were allowed are gone afterwards: none may be.
 */
#include "bench.h"
#include "part.h"

#define DEVICES 1000

static void by_family(struct spinner *s, uint32_t round, uint8_t family, uint32_t each)
{
	struct spin_job job = { .mode = SPIN_FLOOD, .family = family, .nr = DEVICES,
				.packets = PART_HOT };
	struct bench_cell lost = { .name = family == 4 ? "flood-lost/ipv4" : "flood-lost/ipv6",
				   .unit = "flows", .x = DEVICES * each };
	uint32_t flows = DEVICES * each;

	part_measure(s, "flood-floor", NULL, flows, round, &job);
	job.slot = SPIN_TEST;
	job.denied = true;
	part_measure(s, "flood", "flood-floor", flows, round, &job);
	bench_sample(&lost, round, (double)flows - world_live_flows(s->world));

	job = (struct spin_job){ .mode = SPIN_NEXT, .family = family, .nr = 1, .each = 1,
				 .packets = PART_HOT };
	part_measure(s, "flood-hit-floor", NULL, flows, round, &job);
	job.slot = SPIN_TEST;
	part_measure(s, "flood-hit", "flood-hit-floor", flows, round, &job);
	/* All of them are still hits: nobody had to make one anew. */
	job.nr = DEVICES;
	job.each = each;
	job.packets = flows;
	spinner_run(s, &job);
	part_expect_flows(s->world, flows, "flows beside a flood");
}

void part_flood(uint32_t rounds)
{
	uint32_t each = bench_small() ? 1 : 50;

	for (uint8_t family = 4; family <= 6; family += 2) {
		struct world w = { .shape = { .devices = DEVICES, .groups = 128, .ports = SHAPE_PORTS },
				   .flows = 1 << 16 };
		struct spinner s;

		world_open(&w);
		spinner_open(&s, &w, 64);
		part_fill(&s, SPIN_TEST, family, DEVICES, each);
		part_expect_flows(&w, DEVICES * each, "flows before a flood");
		for (uint32_t r = 0; r < rounds; r++)
			by_family(&s, r, family, each);
		spinner_close(&s);
		world_close(&w);
	}
}
