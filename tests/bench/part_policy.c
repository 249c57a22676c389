// SPDX-License-Identifier: GPL-2.0
/*
 * First, denied and established packets under policies of a size, and xdp-filter with as
 * many entries. Shared: at most 1,024 classes of devices with ten applications each.
 * Distinct: each device has ten applications that no other device has together. There
 * applications have IPv4 addresses only: with both, each counts as two classes of peers.
 */
#include <stdlib.h>
#include "bench.h"
#include "part.h"

#define FIRST 60000 /* new flows of a sample */
#define FILTER_MAX 10000 /* entries xdp-filter's maps hold */
#define TABLE (1 << 17)

static const struct shape shapes[] = {
	{ .devices = 10, .groups = 1, .ports = SHAPE_PORTS },
	{ .devices = 1000, .groups = 128, .ports = SHAPE_PORTS },
	{ .devices = 10000, .groups = 1024, .ports = SHAPE_PORTS },
	{ .devices = 100000, .groups = 1024, .ports = SHAPE_PORTS },
	{ .devices = 100000, .rows = 9, .ports = SHAPE_PORTS, .only4 = 1 },
};
static const struct shape small_shapes[] = {
	{ .devices = 10, .groups = 1, .ports = SHAPE_PORTS },
	{ .devices = 1000, .groups = 128, .ports = SHAPE_PORTS },
	{ .devices = 1000, .rows = 5, .ports = SHAPE_PORTS, .only4 = 1 },
};

struct policy {
	struct world world;
	struct spinner spinner;
	bool has_filter;
};

/* Cells of a distinct policy are told apart by name; their size is the rule table's. */
static const char *name(const struct policy *p, const char *shared, const char *distinct)
{
	return p->world.shape.rows ? distinct : shared;
}

static double size(const struct policy *p)
{
	return p->world.shape.rows ? p->world.entries : p->world.shape.devices;
}

#define STEP 7919 /* a prime: each flow comes once, and neighbours far apart */

static void measure_first(struct policy *p, uint32_t round, uint8_t family)
{
	struct spin_job job = { .mode = SPIN_NEXT, .family = family, .step = STEP, .packets = FIRST,
				.nr = p->world.shape.devices, .each = FIRST };
	const char *floor = name(p, "first-floor", "distinct-first-floor");

	part_measure(&p->spinner, floor, NULL, size(p), round, &job);
	job.slot = SPIN_TEST;
	part_measure(&p->spinner, name(p, "first", "distinct-first"), floor, size(p), round, &job);
	part_expect_flows(&p->world, FIRST, "first packets");
	job.dport = SHAPE_DENIED;
	job.denied = true;
	part_measure(&p->spinner, name(p, "denied", "distinct-denied"), floor, size(p), round, &job);
}

static void measure_filter(struct policy *p, uint32_t round, const char *cell, const char *floor,
			   struct spin_job job)
{
	job.slot = SPIN_FILTER;
	if (p->has_filter && job.family == 4)
		part_measure(&p->spinner, cell, floor, size(p), round, &job);
}

/* One flow, and one of each device. */
static void measure_established(struct policy *p, uint32_t round, uint8_t family)
{
	struct spin_job job = { .mode = SPIN_NEXT, .family = family,
				.nr = 1, .each = 1, .packets = PART_HOT };
	const char *floor = name(p, "policy-floor", "distinct-floor");

	part_fill(&p->spinner, SPIN_TEST, family, 1, 1);
	part_measure(&p->spinner, floor, NULL, size(p), round, &job);
	job.slot = SPIN_TEST;
	part_measure(&p->spinner, name(p, "policy-hot", "distinct-hot"), floor, size(p), round, &job);
	measure_filter(p, round, "xdp-filter-hot", floor, job);
	if (p->world.shape.devices > FILTER_MAX)
		return;
	floor = name(p, "policy-random-floor", "distinct-random-floor");
	job.nr = p->world.shape.devices;
	part_fill(&p->spinner, SPIN_TEST, family, job.nr, 1);
	job.mode = SPIN_RANDOM;
	job.slot = SPIN_EMPTY;
	part_measure(&p->spinner, floor, NULL, size(p), round, &job);
	job.slot = SPIN_TEST;
	part_measure(&p->spinner, name(p, "policy-random", "distinct-random"), floor, size(p), round, &job);
	measure_filter(p, round, "xdp-filter", floor, job);
}

/* And no flow is left for the next. */
static void measure(struct policy *p, uint32_t round, uint8_t family,
		    void (*cells)(struct policy *, uint32_t, uint8_t))
{
	if (family == 6 && p->world.shape.only4)
		return;
	cells(p, round, family);
	world_age(&p->world);
}

static void open_policy(struct policy *p, const struct shape *shape)
{
	p->world.shape = *shape;
	p->world.flows = TABLE;
	world_open(&p->world);
	spinner_open(&p->spinner, &p->world, 64);
	bench_sample(&(struct bench_cell){ .name = name(p, "entries", "distinct-entries"),
					   .unit = "entries", .x = size(p) }, 0, p->world.entries);
	if (!shape->rows)
		world_memory(&p->world, "devices", shape->devices);
	if (shape->rows || shape->devices > FILTER_MAX)
		return;
	p->has_filter = spinner_add_filter(&p->spinner, shape->devices);
	if (!p->has_filter)
		bench_missing("xdp-filter/ipv4", "package xdp-tools is not installed");
}

void part_policy(uint32_t rounds)
{
	const struct shape *of = bench_small() ? small_shapes : shapes;
	uint32_t nr = bench_small() ? sizeof(small_shapes) / sizeof(*of) : sizeof(shapes) / sizeof(*of);
	struct policy *p = calloc(nr, sizeof(*p));

	for (uint32_t i = 0; i < nr; i++)
		open_policy(&p[i], &of[i]);
	for (uint32_t r = 0; r < rounds; r++) {
		for (uint8_t family = 4; family <= 6; family += 2) {
			for (uint32_t i = 0; i < nr; i++)
				measure(&p[i], r, family, measure_first);
			for (uint32_t i = 0; i < nr; i++)
				measure(&p[i], r, family, measure_established);
		}
	}
	for (uint32_t i = 0; i < nr; i++) {
		spinner_close(&p[i].spinner);
		world_close(&p[i].world);
	}
	free(p);
}
