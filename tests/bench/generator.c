// SPDX-License-Identifier: GPL-2.0
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include "bench.h"
#include "generator.h"

#define BURST (1 << 16) /* frames of one call: each waits milliseconds for RCU */
#define PROBE (1 << 13) /* frames sent to learn how fast the router is */
#define LIMIT_S 60.0
#define SETTLE_MS 5
#define BEGIN_TRIES 400

struct generator {
	struct bpf_object *object;
	int prog[SIDE_NR], sink, cfg, sunk;
};

static int prog(struct bpf_object *o, const char *name)
{
	struct bpf_program *p = bpf_object__find_program_by_name(o, name);

	return p ? bpf_program__fd(p) : -1;
}

struct generator *generator_open(void)
{
	struct generator *g = calloc(1, sizeof(*g));
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
	g->object = bpf_object__open_file("build/tests/bench/gen.bpf.o", NULL);
	if (!g->object || bpf_object__load(g->object))
		bench_die("gen.bpf.o", NULL);
	g->prog[SIDE_LAN] = prog(g->object, "gen_up");
	g->prog[SIDE_WAN] = prog(g->object, "gen_back");
	g->sink = prog(g->object, "sink");
	g->cfg = bpf_object__find_map_fd_by_name(g->object, "gen_cfg");
	g->sunk = bpf_object__find_map_fd_by_name(g->object, "gen_sunk");
	return g;
}

void generator_close(struct generator *g)
{
	bpf_object__close(g->object);
	free(g);
}

int generator_sink(const struct generator *g)
{
	return g->sink;
}

static uint64_t sunk(const struct generator *g, uint32_t ifindex)
{
	uint64_t n = 0;

	if (bpf_map_lookup_elem(g->sunk, &ifindex, &n))
		bench_die("gen_sunk", NULL);
	return n;
}

static void configure(const struct generator *g, const struct router *r,
		      const struct generator_job *job, uint32_t pace)
{
	struct spin_cfg c = { .shape = r->shape, .mode = job->mode, .nr = r->shape.devices,
			      .each = job->each, .step = 1, .dport = job->dport, .pace = pace,
			      .state = (uint64_t)(bench_now() * 1e9) | 1 };
	uint32_t zero = 0;

	if (bpf_map_update_elem(g->cfg, &zero, &c, BPF_ANY))
		bench_die("gen_cfg", NULL);
}

static void burst(const struct generator *g, const struct router *r, enum side from, int frames)
{
	static uint8_t frame[GEN_LEN];
	struct xdp_md ctx = { .data_end = GEN_LEN, .ingress_ifindex = r->far[from] };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = frame, .data_size_in = GEN_LEN, .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx), .repeat = frames, .batch_size = 64,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES);

	if (bpf_prog_test_run_opts(g->prog[from], &o))
		bench_die("live frames", NULL);
}

static struct router_load later(const struct router *r, enum side from)
{
	struct timespec pause = { .tv_nsec = SETTLE_MS * 1000000L };

	nanosleep(&pause, NULL);
	return router_load(r, from);
}

/* Until nothing moves any more. */
static struct router_load settled(const struct router *r, enum side from)
{
	struct router_load a, b = router_load(r, from);

	do {
		a = b;
		b = later(r, from);
	} while (b.received != a.received);
	return b;
}

/* Until something has moved since then, where the machine has other work first. */
static void begun(const struct router *r, enum side from, const struct router_load *since)
{
	int i;

	for (i = 0; i < BEGIN_TRIES && later(r, from).received == since->received; i++)
		;
}

/* All that came in went out, or nothing did; a few hundredths are the kernel's own traffic. */
static void check(const struct router *r, const struct generator_job *job, uint64_t in, uint64_t out)
{
	char text[160];

	if (job->denied ? out <= in / 1000 : out >= in - in / 1000 && out <= in + in / 1000)
		return;
	snprintf(text, sizeof(text), "of %llu packets in %llu came out; %s should have",
		 (unsigned long long)in, (unsigned long long)out, job->denied ? "none" : "all");
	bench_die(r->name, text);
}

/* ns a packet takes the router, roughly. */
static double probe(struct generator *g, struct router *r, const struct generator_job *job)
{
	struct router_load before = settled(r, job->from), after;

	configure(g, r, job, 0);
	burst(g, r, job->from, PROBE);
	begun(r, job->from, &before);
	after = settled(r, job->from);
	if (after.received == before.received)
		bench_die(r->name, "the frames sent do not arrive");
	return (after.cpu_s - before.cpu_s) * 1e9 / (after.received - before.received);
}

double generator_run(struct generator *g, struct router *r, const struct generator_job *job)
{
	uint32_t pace = probe(g, r, job) * 0.7; /* it must not run out of frames */
	struct router_load before = settled(r, job->from), after = before;
	uint64_t out = sunk(g, r->far[!job->from]), in = 0;
	double start = bench_now();

	configure(g, r, job, pace < 10000 ? pace : 10000);
	while (in < job->packets) {
		if (bench_now() - start > LIMIT_S)
			bench_die(r->name, "not enough of the frames sent arrive");
		burst(g, r, job->from, BURST);
		in = router_load(r, job->from).received - before.received;
	}
	after = settled(r, job->from);
	in = after.received - before.received;
	out = sunk(g, r->far[!job->from]) - out + after.dropped_out - before.dropped_out;
	check(r, job, in, out);
	return (after.cpu_s - before.cpu_s) * 1e9 / in;
}
