/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An image in the form packets look it up in: exact tables as lines (struct zt_line),
 * prefixes as a search tree (struct zt_block). Pure: memory in, memory out; whoever
 * calls knows where the lines and blocks go.
 */
#ifndef ZT_COMPILE_TABLES_H
#define ZT_COMPILE_TABLES_H

#include "compile/image.h"

/*
 * Where each table lies, and all else of zt_pol but the generation; returns the number of
 * lines. -E2BIG when a rule's class or service does not fit its field.
 */
int zt_lines_plan(const struct zt_image *i, struct zt_pol *ret_pol, uint32_t *ret_nr);
/*
 * Fill that many zeroed lines. pol->seed is where the search for a seed begins, and
 * afterwards the one that was taken. -ENOSPC: none of many will do.
 */
int zt_lines_fill(const struct zt_image *i, struct zt_pol *pol, struct zt_line *lines);

/* The prefixes; the caller frees. -E2BIG when the tree would be too deep. */
int zt_blocks_make(const struct zt_image *i, struct zt_block **ret, uint32_t *ret_nr);

/* ---- line.c: one table -------------------------------------------------------- */

/* Of entries of `words` words, the last one the value, seldom zero. */
struct zt_line_table {
	struct zt_line *lines; /* of all tables */
	struct zt_line_span span;
	uint32_t words; /* 2 or 4 */
	uint64_t (*hash)(uint64_t seed, const uint64_t *entry);
	uint64_t seed;
};
uint32_t zt_line_need(uint32_t nr_entries, uint32_t words); /* lines */
/*
 * Add an entry whose key is not in the table. Moves others out of the way. -ENOSPC: they
 * went round in circles, and one of them is lost: begin again with another seed.
 */
int zt_line_add(struct zt_line_table *t, const uint64_t *entry);

#endif
