// SPDX-License-Identifier: GPL-2.0
/*
 * What control.py cannot do by itself: texts of policies and rules, a bare batch insert,
 * and packets through the programs a running agent has pinned (PINS).
 *
 *	control_bench batch N			insert N entries into a bare hash; seconds
 *	control_bench policy shared|distinct DEVICES [CHANGED]	the policy, as text
 *	control_bench nft DEVICES		rules for the same permissions, an exact set
 *	control_bench fill PINS PORT DEVICES EACH	so many flows come to be; how many are live
 *	control_bench live PINS DEVICES		how many are live
 *	control_bench judge PINS PORT DEVICE APP DPORT	"passed" or "dropped"
 *	control_bench until-passed|until-dropped PINS PORT DEVICE APP DPORT	"looking", then
 *						CLOCK_MONOTONIC when it was so
 *
 * PORT: ifindex of lan0, the other ports' follow, wan0's last; APP: number of the application the packet goes to.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bench.h"
#include "part.h"
#include "policy_text.h"

static struct shape shape_of(const char *form, uint32_t devices)
{
	struct shape s = { .devices = devices, .groups = devices < 1024 ? 16 : 1024,
			   .ports = SHAPE_PORTS };

	if (!strcmp(form, "distinct")) {
		s.rows = 9;
		s.only4 = 1;
	}
	return s;
}

/* ---- texts ------------------------------------------------------------------------ */

static void policy(const char *form, uint32_t devices, uint32_t changed)
{
	struct shape s = shape_of(form, devices);
	size_t len;
	char *text = policy_text(&s, changed, &len);

	fwrite(text, 1, len, stdout);
	free(text);
}

static void nft(uint32_t devices)
{
	struct shape s = shape_of("shared", devices);
	char *text = nft_text(&s, NFT_EXACT, devices * SHAPE_EACH);

	fputs(text, stdout);
	free(text);
}

/* ---- the bare insert -------------------------------------------------------------- */

static void batch(uint32_t nr)
{
	LIBBPF_OPTS(bpf_map_batch_opts, o);
	uint32_t (*keys)[4] = calloc(nr, 16), at = 0, n;
	uint8_t (*values)[32] = calloc(nr, 32);
	double start;
	int fd;

	for (uint32_t i = 0; i < nr; i++)
		keys[i][0] = i;
	start = bench_now();
	fd = bpf_map_create(BPF_MAP_TYPE_HASH, "bare", 16, 32, nr, NULL);
	for (; fd >= 0 && at < nr; at += n) {
		n = nr - at < 65536 ? nr - at : 65536;
		if (bpf_map_update_batch(fd, keys[at], values[at], &n, &o))
			bench_die("batch", NULL);
	}
	if (fd < 0)
		bench_die("batch", NULL);
	printf("%.6f\n", bench_now() - start);
}

/* ---- through the programs --------------------------------------------------------- */

static void adopt(struct world *w, const char *pins, uint32_t devices)
{
	*w = (struct world){ .shape = shape_of("shared", devices) };
	world_adopt(w, pins);
}

static void fill(const char *pins, uint32_t devices, uint32_t each, uint32_t port)
{
	struct spinner s;
	struct world w;

	adopt(&w, pins, devices);
	spinner_open(&s, &w, 64);
	s.port = port;
	s.wan = port + SHAPE_PORTS;
	part_fill(&s, SPIN_TEST, 4, devices, each);
	/* Answered, they are kept ten times as long. */
	spinner_run(&s, &(struct spin_job){ .slot = SPIN_TEST, .mode = SPIN_NEXT, .family = 4, .out = true,
					    .nr = devices, .each = each, .packets = devices * each });
	printf("%u\n", world_live_flows(&w));
}

static void live(const char *pins, uint32_t devices)
{
	struct world w;

	adopt(&w, pins, devices);
	printf("%u\n", world_live_flows(&w));
}

struct question {
	uint32_t port, device, app;
	uint16_t dport;
};

static bool passes(struct world *w, const struct question *q)
{
	uint32_t zero = 0, src = htonl(SHAPE_NET + q->device);
	uint32_t dst = htonl(SHAPE_APP_NET + q->app * SHAPE_APP_STEP);
	uint16_t ports[2] = { htons(SHAPE_SPORT - 1), htons(q->dport) };
	struct zt_test t = { .now = w->now, .ifindex = q->port + q->device % SHAPE_PORTS };
	uint8_t frame[80];
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = frame, .repeat = 1);

	o.data_size_in = world_frame(frame, &w->shape, 4, false);
	policy_mac(frame + 6, q->device);
	memcpy(frame + 26, &src, 4);
	memcpy(frame + 30, &dst, 4);
	memcpy(frame + 34, ports, 4);
	if (bpf_map_update_elem(w->maps->map[ZT_MAP_TEST], &zero, &t, BPF_ANY) ||
	    bpf_prog_test_run_opts(w->maps->prog[ZT_PROG_TEST_IN], &o))
		bench_die("test run", NULL);
	return o.retval == 2; /* XDP_PASS */
}

static void judge(const char *pins, const struct question *q)
{
	struct world w;

	adopt(&w, pins, 0);
	puts(passes(&w, q) ? "passed" : "dropped");
}

/* Packet after packet, until one passes or does not: when that was. */
static void watch(bool until, const char *pins, const struct question *q)
{
	struct world w;

	adopt(&w, pins, 0);
	puts("looking");
	fflush(stdout);
	while (passes(&w, q) != until)
		;
	printf("%.6f\n", bench_now());
}

static uint32_t number(const char *text)
{
	return strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "batch") && argc == 3) {
		batch(number(argv[2]));
	} else if (!strcmp(what, "policy") && argc >= 4) {
		policy(argv[2], number(argv[3]), argc > 4 ? number(argv[4]) : ZT_NONE);
	} else if (!strcmp(what, "nft") && argc == 3) {
		nft(number(argv[2]));
	} else if (!strcmp(what, "fill") && argc == 6) {
		fill(argv[2], number(argv[4]), number(argv[5]), number(argv[3]));
	} else if (!strcmp(what, "live") && argc == 4) {
		live(argv[2], number(argv[3]));
	} else if ((!strcmp(what, "judge") || !strncmp(what, "until-", 6)) && argc == 7) {
		struct question q = { number(argv[3]), number(argv[4]), number(argv[5]), number(argv[6]) };

		if (!strcmp(what, "judge"))
			judge(argv[2], &q);
		else
			watch(!strcmp(what, "until-passed"), argv[2], &q);
	} else {
		fprintf(stderr, "usage: see tests/bench/control_bench.c\n");
		return 2;
	}
	return 0;
}
