// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include "bench.h"
#include "peer.h"
#include "spinner.h"

static int prog(struct bpf_object *o, const char *name)
{
	struct bpf_program *p = bpf_object__find_program_by_name(o, name);

	if (!p)
		bench_die(name, "no such program");
	return bpf_program__fd(p);
}

static void jump_to(struct spinner *s, bool out, uint32_t slot, int fd)
{
	if (bpf_map_update_elem(s->jump[out], &slot, &fd, BPF_ANY))
		bench_die("jump table", NULL);
}

static void open_bare(struct spinner *s, uint32_t flows)
{
	static const char *const maps[] = { "hash4", "hash6", "lru4", "lru6" };

	s->bare = bpf_object__open_file("build/tests/bench/bare.bpf.o", NULL);
	/* LRU: a quarter more, or it forgets some of what it just learned. */
	for (uint32_t i = 0; s->bare && i < 4; i++)
		bpf_map__set_max_entries(bpf_object__find_map_by_name(s->bare, maps[i]),
					 flows + (i >= 2 ? flows / 4 : 0));
	if (!s->bare || bpf_object__load(s->bare))
		bench_die("bare.bpf.o", NULL);
	s->miss = bpf_object__find_map_fd_by_name(s->bare, "bare_miss");
}

static void open_spin(struct spinner *s)
{
	int test_fd = s->world->maps->map[ZT_MAP_TEST];
	struct bpf_map *test;

	s->spin = bpf_object__open_file("build/tests/bench/spin.bpf.o", NULL);
	test = s->spin ? bpf_object__find_map_by_name(s->spin, "zt_test") : NULL;
	if (!test || bpf_map__reuse_fd(test, test_fd) || bpf_object__load(s->spin))
		bench_die("spin.bpf.o", NULL);
	s->prog[0] = prog(s->spin, "spin");
	s->prog[1] = prog(s->spin, "spin_out");
	s->cfg = bpf_object__find_map_fd_by_name(s->spin, "spin_cfg");
	s->jump[0] = bpf_object__find_map_fd_by_name(s->spin, "spin_jump");
	s->jump[1] = bpf_object__find_map_fd_by_name(s->spin, "spin_jump_out");
}

void spinner_open(struct spinner *s, struct world *w, uint32_t flows)
{
	/* As zt_env_fake() numbers the policy's interfaces. */
	*s = (struct spinner){ .world = w, .port = 1, .port_mask = w->shape.ports - 1,
			       .wan = w->shape.ports + 1 };
	open_bare(s, flows);
	open_spin(s);
	jump_to(s, 0, SPIN_EMPTY, prog(s->bare, "bare_empty"));
	jump_to(s, 0, SPIN_HASH, prog(s->bare, "bare_hash"));
	jump_to(s, 0, SPIN_HASH_COUNT, prog(s->bare, "bare_hash_count"));
	jump_to(s, 0, SPIN_HASH_FILL, prog(s->bare, "bare_hash_fill"));
	jump_to(s, 0, SPIN_LRU, prog(s->bare, "bare_lru"));
	jump_to(s, 0, SPIN_LRU_FILL, prog(s->bare, "bare_lru_fill"));
	jump_to(s, 0, SPIN_STAMP, prog(s->bare, "bare_stamp"));
	jump_to(s, 0, SPIN_TEST, w->maps->prog[ZT_PROG_TEST_IN]);
	if (w->attachable)
		jump_to(s, 0, SPIN_REAL, w->maps->prog[ZT_PROG_IN]);
	jump_to(s, 1, SPIN_EMPTY, prog(s->bare, "bare_empty_out"));
	jump_to(s, 1, SPIN_TEST, w->maps->prog[ZT_PROG_TEST_OUT]);
}

void spinner_close(struct spinner *s)
{
	bpf_object__close(s->filter);
	bpf_object__close(s->spin);
	bpf_object__close(s->bare);
}

bool spinner_add_filter(struct spinner *s, uint32_t entries)
{
	int fd;

	s->filter = peer_xdp_filter(entries, &fd);
	if (s->filter)
		jump_to(s, 0, SPIN_FILTER, fd);
	return s->filter;
}

static uint64_t misses(const struct spinner *s)
{
	uint32_t zero = 0;
	uint64_t n = 0;

	if (bpf_map_lookup_elem(s->miss, &zero, &n))
		bench_die("bare_miss", NULL);
	return n;
}

static void configure(struct spinner *s, const struct spin_job *job)
{
	uint32_t zero = 0;
	struct zt_test t = { .now = s->world->now, .quiet = 1, .in_ifindex = job->out ? s->wan : 0 };
	struct spin_cfg c = {
		.shape = s->world->shape,
		.slot = job->slot,
		.mode = job->mode,
		.nr = job->nr,
		.each = job->each,
		.step = job->nr > 1 ? (job->step ? job->step : 1) % job->nr : 0,
		.port = s->port,
		.port_mask = s->port_mask,
		.l3 = world_l3(&s->world->shape),
		.reset = job->reset,
		.dport = job->dport,
		.state = (uint64_t)(bench_now() * 1e9) | 1,
	};

	if (bpf_map_update_elem(s->cfg, &zero, &c, BPF_ANY) ||
	    bpf_map_update_elem(s->world->maps->map[ZT_MAP_TEST], &zero, &t, BPF_ANY))
		bench_die("settings of the test run", NULL);
}

/* What whoever judges packets here has counted so far. */
static struct world_judged judged(struct spinner *s, const struct spin_job *job)
{
	if (job->slot == SPIN_FILTER)
		return (struct world_judged){ .forwarded = peer_passed(s->filter) };
	if (job->slot == SPIN_TEST || job->slot == SPIN_REAL)
		return world_judged(s->world);
	return (struct world_judged){};
}

static bool judges(const struct spin_job *job)
{
	return job->slot == SPIN_FILTER || job->slot == SPIN_TEST || job->slot == SPIN_REAL;
}

/* Every packet must have been judged as the job says. */
static void check_verdicts(const struct spin_job *job, struct world_judged a, struct world_judged b)
{
	uint64_t forwarded = b.forwarded - a.forwarded, dropped = b.dropped - a.dropped;
	char text[160];

	if (!judges(job) || ((job->denied ? dropped : forwarded) == job->packets &&
			     forwarded + dropped == job->packets))
		return;
	snprintf(text, sizeof(text), "of %u packets %llu passed and %llu were dropped; %s should have been",
		 job->packets, (unsigned long long)forwarded, (unsigned long long)dropped,
		 job->denied ? "all dropped" : "all passed");
	bench_die(job->slot == SPIN_FILTER ? "xdp-filter" : "the data path", text);
}

/* An LRU hash may forget a few by design. */
static void check_misses(const struct spin_job *job, uint64_t n)
{
	if (n > (job->slot == SPIN_LRU ? job->packets / 50 : 0))
		bench_die("a yardstick", "did not find the flows it was filled with");
}

double spinner_run(struct spinner *s, const struct spin_job *job)
{
	LIBBPF_OPTS(bpf_test_run_opts, o, .repeat = job->packets);
	uint32_t expect = job->out ? job->denied ? 2 : job->slot == SPIN_EMPTY ? 0 : (uint32_t)-1 :
			  job->denied ? 1 /* XDP_DROP */ : 2 /* XDP_PASS */;
	struct world_judged before = judged(s, job);
	uint64_t missed = misses(s);
	uint8_t frame[80];
	double cpu;

	configure(s, job);
	o.data_in = frame;
	o.data_size_in = world_frame(frame, &s->world->shape, job->family, job->out);
	cpu = bench_cpu();
	if (bpf_prog_test_run_opts(s->prog[job->out], &o))
		bench_die("test run", NULL);
	cpu = bench_cpu() - cpu;
	if (o.retval != expect)
		bench_die("test run", "not the verdict expected: the figure would be of something else");
	check_verdicts(job, before, judged(s, job));
	check_misses(job, misses(s) - missed);
	return cpu * 1e9 / job->packets;
}
