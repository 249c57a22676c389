/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Samples of a benchmark: every cell is measured once a round, all cells of a round
 * one after the other, so that the machine's moods hit all alike. The samples go to a
 * file; tests/bench/report.py makes tables, JSON and plots of them.
 */
#ifndef ZT_BENCH_H
#define ZT_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#define BENCH_ROUNDS_MAX 101

/* Opens build/bench/samples/NAME.tsv; ends the program when that fails. */
void bench_open(const char *name);
void bench_close(void);
uint32_t bench_rounds(void); /* BENCH_ROUNDS in the environment, 9 by default */
bool bench_small(void); /* BENCH_SMALL: sizes for a test of the benchmark itself */

/*
 * One sample. cell: what was measured; x: its size on the plot's axis (devices, entries,
 * flows; 0 none); unit: "ns", "s", "MiB", "B"; floor: the cell of the same x to take off, or NULL.
 */
struct bench_cell {
	const char *name, *unit, *floor;
	double x;
};
void bench_sample(const struct bench_cell *cell, uint32_t round, double value);
/* A figure that cannot be had here, and why: printed, and in the report. */
void bench_missing(const char *cell, const char *why);

/* Ends the program with a message, errno's text when why is NULL. */
void bench_die(const char *what, const char *why) __attribute__((noreturn));
double bench_now(void); /* seconds, CLOCK_MONOTONIC */
double bench_cpu(void); /* seconds this thread ran */
double bench_peak_mib(void); /* of this process */

#endif
