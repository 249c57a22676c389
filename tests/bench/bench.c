// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include "bench.h"

static FILE *samples;

void bench_die(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why ? why : strerror(errno));
	exit(1);
}

void bench_open(const char *name)
{
	char path[256];

	mkdir("build", 0755);
	mkdir("build/bench", 0755);
	mkdir("build/bench/samples", 0755);
	snprintf(path, sizeof(path), "build/bench/samples/%s.tsv", name);
	samples = fopen(path, "w");
	if (!samples)
		bench_die(path, NULL);
}

void bench_close(void)
{
	if (samples && fclose(samples))
		bench_die("samples", NULL);
	samples = NULL;
}

uint32_t bench_rounds(void)
{
	const char *text = getenv("BENCH_ROUNDS");
	uint32_t n = text ? strtoul(text, NULL, 10) : 9;

	return n < 1 ? 1 : n > BENCH_ROUNDS_MAX ? BENCH_ROUNDS_MAX : n;
}

bool bench_small(void)
{
	return getenv("BENCH_SMALL");
}

void bench_sample(const struct bench_cell *c, uint32_t round, double value)
{
	fprintf(samples, "%s\t%.0f\t%s\t%u\t%.6g\t%s\n", c->name, c->x, c->unit, round, value,
		c->floor ? c->floor : "-");
}

void bench_missing(const char *cell, const char *why)
{
	fprintf(stderr, "bench: %s: not measured: %s\n", cell, why);
	fprintf(samples, "%s\t0\tmissing\t0\t0\t%s\n", cell, why);
}

double bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

double bench_cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

double bench_peak_mib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss / 1024.0;
}
