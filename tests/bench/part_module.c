// SPDX-License-Identifier: GPL-2.0
/*
 * The same packets with their records in maps and in the kernel module, where that is loaded:
 * a record found on the way in and on the way out, one flow and many, and a flow's first packet.
 */
#include <stdio.h>
#include <unistd.h>
#include "bench.h"
#include "part.h"

#define MANY 16 /* flows of each of PART_SPREAD devices */

struct home {
	const char *name;
	struct world world;
	struct spinner spinner;
};

static void cell(struct home *h, const char *what, bool floor, uint32_t round, const struct spin_job *job)
{
	char name[48], under[48];

	snprintf(name, sizeof(name), "%s-%s", h->name, what);
	snprintf(under, sizeof(under), "%s-%s-floor", h->name, job->out ? "out" : "in");
	part_measure(&h->spinner, floor ? under : name, floor ? NULL : under, job->nr * job->each, round, job);
}

static void measure(struct home *h, uint8_t family, uint32_t round, uint32_t nr, uint32_t each)
{
	struct spin_job job = { .mode = nr > 1 ? SPIN_RANDOM : SPIN_NEXT, .family = family, .nr = nr,
				.each = each, .packets = PART_HOT };

	world_real_time(&h->world);
	for (uint32_t out = 0; out < 2; out++) {
		job.out = out;
		job.slot = SPIN_EMPTY;
		cell(h, "", true, round, &job);
		job.slot = SPIN_TEST;
		cell(h, out ? "out" : "established", false, round, &job);
	}
}

static void measure_first(struct home *h, uint8_t family, uint32_t round)
{
	struct spin_job job = { .mode = SPIN_NEXT, .family = family, .nr = PART_SPREAD, .each = 1,
				.packets = PART_SPREAD };

	world_age(&h->world);
	world_real_time(&h->world); /* the module's aging goes by it */
	job.slot = SPIN_EMPTY;
	cell(h, "", true, round, &job);
	job.slot = SPIN_TEST;
	cell(h, "first", false, round, &job);
}

void part_module(uint32_t rounds)
{
	struct home home[2] = { { .name = "map" }, { .name = "module", .world = { .in_module = true } } };

	if (access("/sys/module/zt_flow", F_OK)) {
		bench_missing("module-established", "zt_flow.ko is not loaded");
		return;
	}
	for (uint32_t i = 0; i < 2; i++) {
		home[i].world.shape = (struct shape){ .devices = PART_SPREAD, .groups = 1024,
						      .ports = SHAPE_PORTS };
		home[i].world.flows = 1 << 17;
		world_open(&home[i].world);
		spinner_open(&home[i].spinner, &home[i].world, 64);
	}
	for (uint32_t r = 0; r < rounds; r++) {
		for (uint8_t family = 4; family <= 6; family += 2) {
			for (uint32_t i = 0; i < 2; i++)
				measure_first(&home[i], family, r);
			for (uint32_t i = 0; i < 2; i++)
				measure(&home[i], family, r, 1, 1);
			for (uint32_t i = 0; i < 2; i++) {
				world_real_time(&home[i].world);
				part_fill(&home[i].spinner, SPIN_TEST, family, PART_SPREAD, MANY);
				measure(&home[i], family, r, PART_SPREAD, MANY);
			}
		}
	}
	for (uint32_t i = 0; i < 2; i++) {
		spinner_close(&home[i].spinner);
		world_close(&home[i].world);
	}
}
