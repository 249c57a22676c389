/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Samples of a benchmark: every cell is measured once a round, all cells of a round
 * one after the other, so that the machine's moods hit all alike. The samples go to a
 * file; tests/bench/report.py makes tables, JSON and plots of them.
 */
#ifndef ZT_BENCH_H
#define ZT_BENCH_H

#include <stdint.h>

#define BENCH_ROUNDS_MAX 101

/* Opens build/bench/samples/NAME.tsv; ends the program when that fails. */
void bench_open(const char *name);
void bench_close(void);
uint32_t bench_rounds(void); /* BENCH_ROUNDS in the environment, 9 at least by default */

/*
 * One sample. cell: what was measured; x: its size on the plot's axis (devices, rules,
 * flows; 0 none); unit: "ns", "s", "MiB".
 */
void bench_sample(const char *cell, double x, const char *unit, uint32_t round, double value);

/* Ends the program with a message, errno's text when why is NULL. */
void bench_die(const char *what, const char *why) __attribute__((noreturn));
double bench_now(void); /* seconds, CLOCK_MONOTONIC */
double bench_peak_mib(void); /* of this process */

#endif
