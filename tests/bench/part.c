// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include "bench.h"
#include "part.h"

double part_measure(struct spinner *s, const char *cell, const char *floor, double x, uint32_t round,
		    const struct spin_job *job)
{
	char name[64], under[64];
	struct bench_cell c = { .name = name, .unit = "ns", .floor = floor ? under : NULL, .x = x };
	double ns = spinner_run(s, job);

	snprintf(name, sizeof(name), "%s/ipv%u", cell, job->family);
	snprintf(under, sizeof(under), "%s/ipv%u", floor ? floor : "", job->family);
	bench_sample(&c, round, ns);
	return ns;
}

void part_fill(struct spinner *s, enum spin_slot slot, uint8_t family, uint32_t nr, uint32_t each)
{
	spinner_run(s, &(struct spin_job){ .slot = slot, .mode = SPIN_NEXT, .family = family,
					   .nr = nr, .each = each, .packets = nr * each });
}

void part_expect_flows(struct world *w, uint32_t flows, const char *what)
{
	uint32_t live = world_live_flows(w);
	char text[96];

	if (live == flows)
		return;
	snprintf(text, sizeof(text), "%u flows are live, %u should be", live, flows);
	bench_die(what, text);
}
