/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The catalogue of attacks (bypass.md §2a-2d, L9) and of the families issue 3 adds
 * (A1-A12), recipe by recipe. Rows name these ids in their `ref`; every id has a row,
 * or says where else it is proved.
 */
#ifndef ZT_CATALOGUE_H
#define ZT_CATALOGUE_H

#include "prove.h"

struct catalogue_id {
	const char *id, *recipe;
	const char *elsewhere; /* NULL: rows prove it */
	uint32_t rows, runs, runs6;
	struct prove_tally tally; /* of its rows' runs */
};

/* Before anything runs: ids that do not exist, twins that are missing. 0, or how many. */
uint32_t catalogue_check(void);
/* A row has run in one family. */
void catalogue_count(const struct row *row, uint8_t family, const struct prove_tally *t);
/* Prints the totals. Returns the number of ids that nothing proves. */
uint32_t catalogue_report(void);

#endif
