// SPDX-License-Identifier: GPL-2.0
/*
 * One established flow. By the test entry, which is told time and port; by zt_in itself,
 * as attached to a port, with the guard's stamp: the port is the one a test run has,
 * ifindex 1, the time the machine's. The stamp's metadata has to be taken off again
 * before the next packet, so zt_in has a floor of its own that does so too.
 */
#include "bench.h"
#include "part.h"

static void by_family(struct spinner *s, uint32_t round, uint8_t family)
{
	struct spin_job job = { .mode = SPIN_NEXT, .family = family, .nr = 1, .each = 1, .packets = PART_HOT };

	world_real_time(s->world);
	part_fill(s, SPIN_TEST, family, 1, 1);
	part_measure(s, "floor", NULL, 1, round, &job);
	job.slot = SPIN_HASH;
	part_measure(s, "hash", "floor", 1, round, &job);
	job.slot = SPIN_HASH_COUNT;
	part_measure(s, "hash-count", "floor", 1, round, &job);
	job.slot = SPIN_LRU;
	part_measure(s, "lru", "floor", 1, round, &job);
	job.slot = SPIN_TEST;
	part_measure(s, "established", "floor", 1, round, &job);

	job.reset = true;
	job.slot = SPIN_EMPTY;
	part_measure(s, "stamp-floor", NULL, 1, round, &job);
	job.slot = SPIN_STAMP;
	part_measure(s, "stamp", "stamp-floor", 1, round, &job);
	job.slot = SPIN_REAL;
	part_measure(s, "stamped", "stamp-floor", 1, round, &job);

	job.reset = false;
	job.out = true;
	job.slot = SPIN_EMPTY;
	part_measure(s, "out-floor", NULL, 1, round, &job);
	job.slot = SPIN_TEST;
	part_measure(s, "out", "out-floor", 1, round, &job);
}

void part_hot(uint32_t rounds)
{
	struct world w = { .shape = { .devices = PART_SPREAD, .groups = 1024, .ports = SHAPE_PORTS },
			   .flows = 1 << 16, .attachable = true };
	struct spinner s;

	world_open(&w);
	spinner_open(&s, &w, 64);
	for (uint8_t family = 4; family <= 6; family += 2) {
		part_fill(&s, SPIN_HASH_FILL, family, 1, 1);
		part_fill(&s, SPIN_LRU_FILL, family, 1, 1);
	}
	for (uint32_t r = 0; r < rounds; r++) {
		by_family(&s, r, 4);
		by_family(&s, r, 6);
	}
	spinner_close(&s);
	world_close(&w);
}

void part_vlan(uint32_t rounds)
{
	struct world w = { .shape = { .devices = 1000, .groups = 128, .ports = SHAPE_PORTS, .vlan = 30 },
			   .flows = 1 << 16 };
	struct spinner s;

	world_open(&w);
	spinner_open(&s, &w, 64);
	for (uint32_t r = 0; r < rounds; r++) {
		for (uint8_t family = 4; family <= 6; family += 2) {
			struct spin_job job = { .mode = SPIN_NEXT, .family = family,
						.nr = 1, .each = 1, .packets = PART_HOT };

			part_fill(&s, SPIN_TEST, family, 1, 1);
			part_measure(&s, "vlan-floor", NULL, 1, r, &job);
			job.slot = SPIN_TEST;
			part_measure(&s, "vlan", "vlan-floor", 1, r, &job);
		}
	}
	spinner_close(&s);
	world_close(&w);
}
