// SPDX-License-Identifier: GPL-2.0
/*
 * What a packet costs, by BPF_PROG_TEST_RUN: the data path at sizes of policy, devices
 * and flows, beside an empty program, a bare hash lookup and an LRU hash, all with the
 * same frames made by spin.bpf.c, one after the other in every round.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"
#include "peer.h"
#include "spin.h"
#include "world.h"

#define HOT 300000 /* packets of a sample whose flows are few */
#define COLD 1000000 /* and where they are many */
#define FIRST 60000
#define SPREAD 4096 /* devices, where the number of flows is the question */
#define PORT 5000 /* the first application's */
#define FILTER_MAX 10000 /* entries xdp-filter's maps hold */

struct bench {
	struct bpf_object *bare, *spin, *filter;
	int spin_prog, spin_cfg, jump;
	struct world *world; /* whose data path the jump table holds */
};

static int bare_prog(struct bench *b, const char *name)
{
	struct bpf_program *p = bpf_object__find_program_by_name(b->bare, name);

	if (!p)
		bench_die(name, "no such program");
	return bpf_program__fd(p);
}

static void jump_to(struct bench *b, uint32_t slot, int prog)
{
	if (bpf_map_update_elem(b->jump, &slot, &prog, BPF_ANY))
		bench_die("jump table", NULL);
}

/* Load the yardsticks with room for so many flows. */
static void open_bare(struct bench *b, uint32_t flows)
{
	static const char *const maps[] = { "hash4", "hash6", "lru4", "lru6" };

	b->bare = bpf_object__open_file("build/tests/bench/bare.bpf.o", NULL);
	for (uint32_t i = 0; b->bare && i < 4; i++)
		bpf_map__set_max_entries(bpf_object__find_map_by_name(b->bare, maps[i]), flows);
	if (!b->bare || bpf_object__load(b->bare))
		bench_die("bare.bpf.o", NULL);
}

static void open_spin(struct bench *b, struct world *w)
{
	struct bpf_map *test;

	b->world = w;
	b->spin = bpf_object__open_file("build/tests/bench/spin.bpf.o", NULL);
	test = b->spin ? bpf_object__find_map_by_name(b->spin, "zt_test") : NULL;
	if (!test || bpf_map__reuse_fd(test, w->maps->map[ZT_MAP_TEST]) || bpf_object__load(b->spin))
		bench_die("spin.bpf.o", NULL);
	b->spin_prog = bpf_program__fd(bpf_object__find_program_by_name(b->spin, "spin"));
	b->spin_cfg = bpf_object__find_map_fd_by_name(b->spin, "spin_cfg");
	b->jump = bpf_object__find_map_fd_by_name(b->spin, "spin_jump");
	jump_to(b, SPIN_EMPTY, bare_prog(b, "bare_empty"));
	jump_to(b, SPIN_HASH, bare_prog(b, "bare_hash"));
	jump_to(b, SPIN_HASH_FILL, bare_prog(b, "bare_hash_fill"));
	jump_to(b, SPIN_LRU, bare_prog(b, "bare_lru"));
	jump_to(b, SPIN_LRU_FILL, bare_prog(b, "bare_lru_fill"));
	jump_to(b, SPIN_ZT, w->maps->prog[ZT_PROG_TEST_IN]);
}

/* ns per packet of `packets` test runs; the last one must have ended with `expect`. */
static double spin(struct bench *b, struct spin_cfg c, uint8_t family, uint16_t dport, int packets,
		   uint32_t expect)
{
	struct zt_test t = { .now = b->world->now };
	LIBBPF_OPTS(bpf_test_run_opts, o, .repeat = packets);
	uint32_t zero = 0;
	uint8_t frame[64];

	c.devices = c.devices ? c.devices : b->world->devices;
	c.state = 0x9e3779b97f4a7c15ull;
	o.data_in = frame;
	o.data_size_in = world_frame(frame, family, 0, SPIN_SPORT, dport);
	if (bpf_map_update_elem(b->spin_cfg, &zero, &c, BPF_ANY) ||
	    bpf_map_update_elem(b->world->maps->map[ZT_MAP_TEST], &zero, &t, BPF_ANY) ||
	    bpf_prog_test_run_opts(b->spin_prog, &o))
		bench_die("test run", NULL);
	if (o.retval != expect)
		bench_die("test run", "not the verdict expected: the figure would be of something else");
	return o.duration;
}

static void sample(struct bench *b, const char *what, uint8_t family, double x, uint32_t round, double ns)
{
	char cell[64];

	snprintf(cell, sizeof(cell), "%s/ipv%u", what, family);
	bench_sample(cell, x, "ns", round, ns);
}

/* ---- established packets of few and of many flows ----------------------------- */

static void fill(struct bench *b, uint32_t slot, uint8_t family, uint32_t flows)
{
	spin(b, (struct spin_cfg){ .slot = slot, .mode = SPIN_NEXT, .flows = flows }, family, PORT, flows,
	     XDP_PASS);
}

static void by_flows(struct bench *b, uint32_t round, uint8_t family, uint32_t flows)
{
	struct spin_cfg c = { .mode = SPIN_RANDOM, .flows = flows };
	int packets = flows > 10000 ? COLD : HOT;

	fill(b, SPIN_ZT, family, flows);
	sample(b, "floor", family, flows, round, spin(b, c, family, PORT, packets, XDP_PASS));
	c.slot = SPIN_HASH;
	sample(b, "hash", family, flows, round, spin(b, c, family, PORT, packets, XDP_PASS));
	c.slot = SPIN_LRU;
	sample(b, "lru", family, flows, round, spin(b, c, family, PORT, packets, XDP_PASS));
	c.slot = SPIN_ZT;
	sample(b, "established", family, flows, round, spin(b, c, family, PORT, packets, XDP_PASS));
	world_age(b->world);
}

static void flows_part(uint32_t rounds, uint32_t max_flows)
{
	struct world w = { .devices = SPREAD, .flows = max_flows + max_flows / 4 };
	struct bench b = {};

	world_open(&w);
	open_bare(&b, max_flows + max_flows / 4);
	open_spin(&b, &w);
	for (uint8_t family = 4; family <= 6; family += 2) {
		fill(&b, SPIN_HASH_FILL, family, max_flows);
		fill(&b, SPIN_LRU_FILL, family, max_flows);
	}
	for (uint32_t r = 0; r < rounds; r++) {
		for (uint8_t family = 4; family <= 6; family += 2) {
			for (uint32_t flows = 1; flows <= max_flows; flows = flows == 1 ? 10000 : flows * 10)
				by_flows(&b, r, family, flows);
		}
	}
	bpf_object__close(b.spin);
	bpf_object__close(b.bare);
	world_close(&w);
}

/* ---- first and denied packets under policies of a size, and xdp-filter's - --------------------------- */

/* As many devices as it takes addresses. */
static void add_xdp_filter(struct bench *b)
{
	int prog;

	b->filter = b->world->devices <= FILTER_MAX ? peer_xdp_filter(b->world->devices, &prog) : NULL;
	if (b->filter)
		jump_to(b, SPIN_FILTER, prog);
}

static void by_devices(struct bench *b, uint32_t round)
{
	struct spin_cfg c = { .mode = SPIN_NEXT, .flows = FIRST };
	double x = b->world->devices;

	for (uint8_t family = 4; family <= 6; family += 2) {
		sample(b, "policy-floor", family, x, round, spin(b, c, family, PORT, FIRST, XDP_PASS));
		c.slot = SPIN_ZT;
		sample(b, "first", family, x, round, spin(b, c, family, PORT, FIRST, XDP_PASS));
		sample(b, "denied", family, x, round, spin(b, c, family, 9, FIRST, XDP_DROP));
		c.flows = 1;
		sample(b, "policy-hot", family, x, round, spin(b, c, family, PORT, HOT, XDP_PASS));
		c.slot = SPIN_FILTER;
		if (b->filter && family == 4)
			sample(b, "xdp-filter", 4, x, round, spin(b, c, 4, PORT, HOT, XDP_PASS));
		c.slot = SPIN_EMPTY;
		c.flows = FIRST;
		world_age(b->world);
	}
}

static void policy_part(uint32_t rounds, const uint32_t *devices, uint32_t nr)
{
	struct world *w = calloc(nr, sizeof(*w));
	struct bench *b = calloc(nr, sizeof(*b));

	for (uint32_t i = 0; i < nr; i++) {
		w[i].devices = devices[i];
		w[i].flows = 1 << 17;
		world_open(&w[i]);
		bench_sample("parse", devices[i], "s", 0, w[i].parse_s);
		bench_sample("compile", devices[i], "s", 0, w[i].compile_s);
		bench_sample("publish", devices[i], "s", 0, w[i].publish_s);
		bench_sample("peak-memory", devices[i], "MiB", 0, bench_peak_mib());
		open_bare(&b[i], 16);
		open_spin(&b[i], &w[i]);
		add_xdp_filter(&b[i]);
	}
	for (uint32_t r = 0; r < rounds; r++) {
		for (uint32_t i = 0; i < nr; i++)
			by_devices(&b[i], r);
	}
	for (uint32_t i = 0; i < nr; i++) {
		bpf_object__close(b[i].filter);
		bpf_object__close(b[i].spin);
		bpf_object__close(b[i].bare);
		world_close(&w[i]);
	}
	free(b);
	free(w);
}

/* BENCH_SMALL in the environment: sizes for a test of the benchmark itself. */
int main(void)
{
	static const uint32_t sizes[] = { 10, 1000, 10000, 100000 };
	bool small = getenv("BENCH_SMALL");
	uint32_t rounds = bench_rounds();

	bench_open("packet");
	policy_part(rounds, sizes, small ? 2 : 4);
	flows_part(rounds, small ? 10000 : 1000000);
	bench_close();
	return 0;
}
