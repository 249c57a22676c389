/* SPDX-License-Identifier: GPL-2.0 */
/* A data path of its own maps under a policy of a given size, ready for test runs. */
#ifndef ZT_BENCH_WORLD_H
#define ZT_BENCH_WORLD_H

#include "bpf/state.h"

struct world {
	uint32_t devices, flows; /* flows: capacity of the flow table */
	uint32_t now; /* tick the test entries are told */
	struct zt_maps *maps;
	double parse_s, compile_s, publish_s, text_mib;
	uint32_t rules, entries;
};

/* Ends the program when anything fails. */
void world_open(struct world *w);
void world_close(struct world *w);
/* So much time passes that every record expires, and is swept away. */
void world_age(struct world *w);

/* A UDP frame of device d's flow to the first application; family 4 or 6. Its length. */
uint32_t world_frame(uint8_t frame[64], uint8_t family, uint32_t d, uint16_t sport, uint16_t dport);

#endif
