// SPDX-License-Identifier: GPL-2.0
/*
 * What a forwarded packet costs the core that routes it: plain forwarding, nftables in its
 * forms, ZT Edge, each a router of its own. tests/bench/forward makes the namespaces and
 * runs this in the middle of them.
 *
 *	forward_bench NAME:ENTRIES...		measure these routers
 *	forward_bench nft NAME ENTRIES		print nftables rules
 *	forward_bench plant ENTRIES		print "ip neigh" lines for the devices
 *	forward_bench missing WHY		nothing can be measured here
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"
#include "generator.h"
#include "policy_text.h"

#define ROUTERS_MAX 16
#define PACKETS 150000
#define EACH 8 /* flows of a device: one to each of eight applications */

static struct router routers[ROUTERS_MAX];
static uint32_t nr_routers;

static bool enforces(const struct router *r)
{
	return r->world.maps;
}

/* Every flow goes by the kernel once, and is then XDP's for as long as it takes to measure. */
static void warm(struct generator *g, struct router *r, const struct generator_job *job)
{
	struct generator_job once = *job;

	once.mode = SPIN_NEXT;
	once.packets = 2 * r->shape.devices * once.each;
	generator_run(g, r, &once);
}

/*
 * How many of 100 packets XDP forwarded. The others are those of flows that the warming, on a
 * busy machine, did not reach or is too long ago for: they make the figure worse, not better.
 */
static void sample_share(const struct router *r, const char *what, uint32_t round, double share)
{
	char cell[64];
	struct bench_cell c = { .name = cell, .unit = "%", .x = r->entries };

	if (share < 75)
		bench_die(r->name, "XDP forwarded fewer than three in four packets");
	snprintf(cell, sizeof(cell), "%s-share/%s", what, r->name);
	bench_sample(&c, round, share);
}

static void measure(struct generator *g, struct router *r, const char *what, uint32_t round,
		    const struct generator_job *job)
{
	char cell[64];
	struct bench_cell c = { .name = cell, .unit = "ns", .x = r->entries };
	bool fast = r->shape.fast && !job->denied;
	uint64_t before, received;
	double ns;

	snprintf(cell, sizeof(cell), "%s/%s", what, r->name);
	if (fast)
		warm(g, r, job);
	before = router_by_xdp(r);
	received = router_load(r, job->from).received;
	ns = generator_run(g, r, job);
	bench_sample(&c, round, ns);
	if (fast)
		sample_share(r, what, round, 100.0 * (router_by_xdp(r) - before) /
			     (router_load(r, job->from).received - received));
}

static void measure_router(struct generator *g, struct router *r, uint32_t round)
{
	struct generator_job job = { .from = SIDE_LAN, .mode = SPIN_RANDOM, .each = EACH,
				     .packets = bench_small() ? PACKETS / 10 : PACKETS };
	bool filters = strcmp(r->name, "plain");

	router_fill(r, EACH);
	measure(g, r, "forward", round, &job);
	if (enforces(r) || !filters) {
		job.from = SIDE_WAN;
		measure(g, r, "forward-back", round, &job);
	}
	if (!filters)
		return;
	job.from = SIDE_LAN;
	job.denied = true;
	job.dport = SHAPE_DENIED;
	measure(g, r, "forward-denied", round, &job);
}

static int measure_all(int nr, char **specs)
{
	struct generator *g = generator_open();
	uint32_t rounds = bench_rounds();

	bench_open("forward");
	for (nr_routers = 0; nr_routers < (uint32_t)nr && nr_routers < ROUTERS_MAX; nr_routers++) {
		struct router *r = &routers[nr_routers];

		router_open(r, nr_routers, specs[nr_routers], generator_sink(g));
		if (!strncmp(r->name, "zt", 2))
			router_enforce(r);
	}
	for (uint32_t round = 0; round < rounds; round++) {
		for (uint32_t i = 0; i < nr_routers; i++)
			measure_router(g, &routers[i], round);
	}
	bench_missing("forward-ipv6", "the generator of live frames makes IPv4 only");
	bench_close();
	generator_close(g);
	return 0;
}

static int print_nft(const char *name, uint32_t entries)
{
	struct shape s = router_shape(entries);
	char *text = nft_text(&s, !strcmp(name, "nft-linear") ? NFT_LINEAR :
				  !strcmp(name, "nft-exact") ? NFT_EXACT : NFT_PREFIX, entries);

	fputs(text, stdout);
	free(text);
	return 0;
}

static int print_plant(uint32_t entries)
{
	uint32_t devices = router_shape(entries).devices;

	for (uint32_t d = 0; d < devices; d++) {
		uint32_t a = SHAPE_NET + d;

		printf("neigh replace %u.%u.%u.%u lladdr 02:00:%02x:%02x:%02x:%02x dev lan0 nud permanent\n",
		       a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255, d >> 24, d >> 16 & 255,
		       d >> 8 & 255, d & 255);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "nft"))
		return print_nft(argv[2], strtoul(argv[3], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "plant"))
		return print_plant(strtoul(argv[2], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "missing")) {
		bench_open("forward");
		bench_missing("forward/", argv[2]);
		bench_close();
		return 0;
	}
	return measure_all(argc - 1, argv + 1);
}
