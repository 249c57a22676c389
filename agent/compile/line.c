/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One exact table as lines: each entry in its home line or its other one, where those
 * in the way are moved on to their own other place (cuckoo hashing). Two thirds full,
 * it practically always works out. Knows no table's meaning.
 */
#include <errno.h>
#include <string.h>
#include "compile/tables.h"
#include "zt_key.h"

#define LINE_WORDS 8u
#define MOVES 1000u

uint32_t zt_line_need(uint32_t nr_entries, uint32_t words)
{
	uint32_t per_line = LINE_WORDS / words;

	return 1 + (uint32_t)((uint64_t)nr_entries * 3 / (2 * per_line));
}

/* Keeps what the line's first value says of entries that are elsewhere. */
static void put(struct zt_line_table *t, struct zt_line *l, uint32_t at, const uint64_t *entry)
{
	uint64_t more = l->w[t->words - 1] & ZT_LINE_MORE;

	memcpy(&l->w[at], entry, t->words * sizeof(*entry));
	l->w[t->words - 1] |= more;
}

/* A place is free while its value is. */
static bool put_free(struct zt_line_table *t, struct zt_line *l, const uint64_t *entry)
{
	uint32_t at;

	for (at = 0; at < LINE_WORDS; at += t->words) {
		if (!(l->w[at + t->words - 1] & ~ZT_LINE_MORE)) {
			put(t, l, at, entry);
			return true;
		}
	}
	return false;
}

static void take(const struct zt_line_table *t, const struct zt_line *l, uint32_t at,
		 uint64_t *ret_entry)
{
	memcpy(ret_entry, &l->w[at], t->words * sizeof(*ret_entry));
	ret_entry[t->words - 1] &= ~ZT_LINE_MORE;
}

int zt_line_add(struct zt_line_table *t, const uint64_t *entry)
{
	uint64_t e[4], pushed[4], hash;
	struct zt_line *home, *other;
	uint32_t n, at;

	memcpy(e, entry, t->words * sizeof(*e));
	for (n = 0; n < MOVES; n++) {
		hash = t->hash(t->seed, e);
		home = &t->lines[zt_line_home(&t->span, hash)];
		other = &t->lines[zt_line_other(&t->span, hash)];
		if (put_free(t, home, e))
			return 0;
		home->w[t->words - 1] |= ZT_LINE_MORE;
		if (put_free(t, other, e))
			return 0;
		/* In turn, so that a walk does not push out what it has just put in. */
		at = n % (LINE_WORDS / t->words) * t->words;
		other = n & 1 ? home : other;
		take(t, other, at, pushed);
		put(t, other, at, e);
		memcpy(e, pushed, sizeof(e));
	}
	return -ENOSPC;
}
