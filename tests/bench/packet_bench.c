// SPDX-License-Identifier: GPL-2.0
/*
 * Must show 7: what a policy of 10 and of 100,000 devices costs to compile and
 * load, and what a packet costs under it, against a bare XDP program with one hash
 * lookup in the same run. Rounds are interleaved; medians are printed.
 *
 * Usage: packet_bench [DEVICES...]   (default 10 and 100000)
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "bpf/state.h"
#include "net/net.h"
#include "policy_text.h"

#define ROUNDS 9
#define REPEAT 200000
#define FIRSTS 1500 /* new flows per round and size */

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static long peak_mib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss / 1024;
}

static int by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

static double median(double *v, int nr)
{
	qsort(v, nr, sizeof(*v), by_value);
	return v[nr / 2];
}

static void die(const char *what, const char *why)
{
	fprintf(stderr, "packet_bench: %s: %s\n", what, why ? why : strerror(errno));
	exit(1);
}

/* A UDP frame of device d (see policy_text.h) to the first application, from a source port. */
static uint32_t frame_of(uint8_t *f, uint32_t d, uint16_t sport)
{
	static const uint8_t router[6] = { 0x02, 0, 0, 0, 0xff, 1 };
	uint32_t src = htonl(0x0a000000u + 256 + d), dst = htonl(0xcb007100u + 1);
	uint16_t port = htons(sport), dport = htons(5000), ulen = htons(18), len = htons(38);

	memset(f, 0, 64);
	memcpy(f, router, 6);
	device_mac(f + 6, d);
	f[12] = 8;
	f[14] = 0x45;
	memcpy(f + 16, &len, 2);
	f[22] = 64;
	f[23] = 17;
	memcpy(f + 26, &src, 4);
	memcpy(f + 30, &dst, 4);
	memcpy(f + 34, &port, 2);
	memcpy(f + 36, &dport, 2);
	memcpy(f + 38, &ulen, 2);
	return 60;
}

/* ns per packet of `repeat` runs of one program on one frame. */
static double run(int prog, const void *frame, uint32_t len, int repeat, uint32_t *ret_verdict)
{
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = frame, .data_size_in = len, .repeat = repeat);

	if (bpf_prog_test_run_opts(prog, &o))
		die("test run", NULL);
	*ret_verdict = o.retval;
	return o.duration;
}

struct world {
	uint32_t devices;
	struct zt_maps *maps;
	uint32_t now;
	double established[ROUNDS], first[ROUNDS];
};

static struct zt_env *environment(const struct zt_policy *p, uint32_t devices)
{
	static const uint8_t router[6] = { 0x02, 0, 0, 0, 0xff, 1 };
	struct zt_env *env = zt_env_fake(p);
	uint32_t i;

	for (i = 0; i < env->nr_ports; i++)
		memcpy(env->ports[i].mac, router, 6);
	env->max_devices = devices + 64;
	env->max_binds = 2 * env->max_devices;
	env->max_hosts = 4 * devices + 65536;
	env->max_macs = 4 * devices + 1024;
	return env;
}

static void open_world(struct world *w)
{
	struct zt_sizes sizes = { .devices = w->devices + 64, .hosts = 4 * w->devices + 65536, .flows = 1 << 18 };
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_errors errors = {}, infos = {};
	struct zt_source source = { .name = "bench" };
	double t0, t1, t2, t3;
	struct zt_image *image;
	struct zt_policy *p;
	char *why = NULL;
	char *text;

	text = policy_text(w->devices, &source.len);
	source.text = text;
	t0 = now_s();
	if (zt_policy_parse(&source, 1, &errors, &infos, &p)) {
		zt_errors_print(&errors, stderr);
		exit(1);
	}
	t1 = now_s();
	if (zt_compile(p, environment(p, w->devices), numbers, &errors, &image)) {
		zt_errors_print(&errors, stderr);
		exit(1);
	}
	t2 = now_s();
	printf("%7u devices  %5.1f MiB text  %u rules  parse %.3f s  compile %.3f s  "
	       "(%u device classes, %u peer classes, %u rule entries)",
	       w->devices, source.len / 1048576.0, p->nr_rules, t1 - t0, t2 - t1, image->nr_dclasses,
	       image->nr_pclasses, image->nr_rules);
	fflush(stdout);
	if (zt_maps_open_private(&sizes, &w->maps, &why))
		die("open", why);
	if (zt_maps_configure(w->maps, 0))
		die("configure", NULL);
	t2 = now_s();
	if (zt_maps_publish(w->maps, image, &why))
		die("publish", why);
	t3 = now_s();
	printf("  publish %.3f s  peak %ld MiB\n", t3 - t2, peak_mib());
	w->now = 1000;
	free(text);
}

static void set_test(struct world *w, uint32_t d)
{
	struct zt_test t = { .now = w->now, .ifindex = 1 + d % BENCH_PORTS };
	uint32_t zero = 0;

	if (bpf_map_update_elem(w->maps->map[ZT_MAP_TEST], &zero, &t, BPF_ANY))
		die("zt_test", NULL);
}

static void measure(struct world *w, int round)
{
	int prog = w->maps->prog[ZT_PROG_TEST_IN];
	uint32_t verdict, len, i;
	static double v[FIRSTS];
	uint8_t f[64];

	w->now += 3600;
	zt_maps_sweep(w->maps, w->now, 1 << 20);
	set_test(w, 1);
	len = frame_of(f, 1, 4000);
	run(prog, f, len, 1, &verdict);
	if (verdict != XDP_PASS)
		die("established", "the packet is not allowed");
	w->established[round] = run(prog, f, len, REPEAT, &verdict);
	for (i = 0; i < FIRSTS; i++) {
		uint32_t d = (i * 7919u + round) % w->devices;

		set_test(w, d);
		len = frame_of(f, d, 10000 + i);
		v[i] = run(prog, f, len, 1, &verdict);
		if (verdict != XDP_PASS)
			die("first", "the packet is not allowed");
	}
	w->first[round] = median(v, FIRSTS);
}

int main(int argc, char **argv)
{
	struct world w[8] = { { .devices = 10 }, { .devices = 100000 } };
	double empty[ROUNDS], hash[ROUNDS], single[ROUNDS], one[FIRSTS], floor_ns, h, floor1;
	int nr = 2, i, r, prog_empty, prog_hash;
	struct bpf_object *bare;
	uint64_t zero64 = 0;
	uint32_t verdict;
	uint8_t f[64];

	if (argc > 1) {
		nr = argc - 1 > 8 ? 8 : argc - 1;
		for (i = 0; i < nr; i++)
			w[i].devices = strtoul(argv[1 + i], NULL, 10);
	}
	bare = bpf_object__open_file("build/tests/bench/bare.bpf.o", NULL);
	if (!bare || bpf_object__load(bare))
		die("build/tests/bench/bare.bpf.o", NULL);
	prog_empty = bpf_program__fd(bpf_object__find_program_by_name(bare, "bare_empty"));
	prog_hash = bpf_program__fd(bpf_object__find_program_by_name(bare, "bare_hash"));
	frame_of(f, 1, 4000);
	{
		uint32_t key[4] = { 0, 0, 0, 17 };

		memcpy(key, f + 26, 8);
		memcpy(key + 2, f + 34, 4);
		if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(bare, "bare"), key, &zero64, 0))
			die("bare", NULL);
	}
	for (i = 0; i < nr; i++)
		open_world(&w[i]);
	for (r = 0; r < ROUNDS; r++) {
		int j;

		empty[r] = run(prog_empty, f, 60, REPEAT, &verdict);
		hash[r] = run(prog_hash, f, 60, REPEAT, &verdict);
		if (verdict != XDP_PASS)
			die("bare_hash", "missed");
		for (j = 0; j < FIRSTS; j++)
			one[j] = run(prog_empty, f, 60, 1, &verdict);
		single[r] = median(one, FIRSTS);
		for (i = 0; i < nr; i++)
			measure(&w[i], r);
	}
	floor_ns = median(empty, ROUNDS);
	h = median(hash, ROUNDS) - floor_ns;
	floor1 = median(single, ROUNDS);
	printf("ns per packet, median of %d interleaved rounds; floor (empty program) %.0f, single run %.0f\n",
	       ROUNDS, floor_ns, floor1);
	printf("bare hash lookup (H), net: %.0f\n", h);
	for (i = 0; i < nr; i++) {
		double e = median(w[i].established, ROUNDS) - floor_ns;
		double first = median(w[i].first, ROUNDS) - floor1;

		printf("%7u devices: established %.0f net = %.2f H, first packet %.0f net = %.1f H\n",
		       w[i].devices, e, e / h, first, first / h);
	}
	return 0;
}
