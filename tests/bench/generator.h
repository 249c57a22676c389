/* SPDX-License-Identifier: GPL-2.0 */
/* Sends frames made by gen.bpf.c through a router, and counts what comes out. */
#ifndef ZT_BENCH_GENERATOR_H
#define ZT_BENCH_GENERATOR_H

#include "gen.h"
#include "router.h"

struct generator;
struct generator *generator_open(void); /* pins this thread to CPU 0 */
void generator_close(struct generator *g);
int generator_sink(const struct generator *g); /* the program for the routers' far ends */

struct generator_job {
	enum side from;
	enum spin_mode mode;
	uint32_t each; /* flows of each device */
	uint16_t dport; /* 0: the application's */
	bool denied; /* nothing may come out, else all that came in must */
	uint32_t packets; /* at least so many received */
};
/* ns of the router's CPU for each packet it received. */
double generator_run(struct generator *g, struct router *r, const struct generator_job *job);

#endif
