// SPDX-License-Identifier: GPL-2.0
/*
 * Established packets of many flows, uniformly at random, and of one of them in the same
 * full table. A data path of its own for each number and family, its table made for as
 * many; the flows are there from the start, so that a round is hits alone.
 */
#include <stdlib.h>
#include "bench.h"
#include "part.h"

static const uint32_t each[] = { 4, 32, 256 }; /* of PART_SPREAD devices: 16k, 131k, 1M */
#define SIZES (sizeof(each) / sizeof(each[0]))

struct table {
	struct world world;
	struct spinner spinner;
	uint32_t each, flows;
	uint8_t family;
};

static void open_table(struct table *t)
{
	t->world.shape = (struct shape){ .devices = PART_SPREAD, .groups = 1024, .ports = SHAPE_PORTS };
	t->world.flows = t->flows;
	world_open(&t->world);
	spinner_open(&t->spinner, &t->world, t->flows);
	part_fill(&t->spinner, SPIN_HASH_FILL, t->family, PART_SPREAD, t->each);
	part_fill(&t->spinner, SPIN_LRU_FILL, t->family, PART_SPREAD, t->each);
	part_fill(&t->spinner, SPIN_TEST, t->family, PART_SPREAD, t->each);
	part_expect_flows(&t->world, t->flows, "flows, filled");
	if (t->family == 4)
		world_memory(&t->world, "flows", t->world.flows);
}

static void measure(struct table *t, uint32_t round)
{
	struct spin_job job = { .mode = SPIN_RANDOM, .family = t->family,
				.nr = PART_SPREAD, .each = t->each, .packets = PART_COLD };

	part_measure(&t->spinner, "floor", NULL, t->flows, round, &job);
	job.slot = SPIN_HASH;
	part_measure(&t->spinner, "hash", "floor", t->flows, round, &job);
	job.slot = SPIN_TEST;
	part_measure(&t->spinner, "established", "floor", t->flows, round, &job);
	job.slot = SPIN_LRU;
	part_measure(&t->spinner, "lru", "floor", t->flows, round, &job);
	job.out = true;
	job.slot = SPIN_EMPTY;
	part_measure(&t->spinner, "out-floor", NULL, t->flows, round, &job);
	job.slot = SPIN_TEST;
	part_measure(&t->spinner, "out", "out-floor", t->flows, round, &job);
}

static void measure_hot(struct table *t, uint32_t round)
{
	struct spin_job job = { .mode = SPIN_NEXT, .family = t->family,
				.nr = 1, .each = 1, .packets = PART_HOT };

	part_measure(&t->spinner, "hot-floor", NULL, t->flows, round, &job);
	job.slot = SPIN_HASH;
	part_measure(&t->spinner, "hot-hash", "hot-floor", t->flows, round, &job);
	job.slot = SPIN_TEST;
	part_measure(&t->spinner, "hot", "hot-floor", t->flows, round, &job);
}

void part_flows(uint32_t rounds)
{
	uint32_t nr = 2 * (bench_small() ? 1 : SIZES);
	struct table *t = calloc(nr, sizeof(*t));

	for (uint32_t i = 0; i < nr; i++) {
		t[i].each = each[i / 2];
		t[i].flows = PART_SPREAD * t[i].each;
		t[i].family = i % 2 ? 6 : 4;
		open_table(&t[i]);
	}
	for (uint32_t r = 0; r < rounds; r++) {
		for (uint32_t i = 0; i < nr; i++) {
			measure(&t[i], r);
			measure_hot(&t[i], r);
		}
	}
	for (uint32_t i = 0; i < nr; i++) {
		part_expect_flows(&t[i].world, t[i].flows, "flows, after all rounds");
		spinner_close(&t[i].spinner);
		world_close(&t[i].world);
	}
	free(t);
}
