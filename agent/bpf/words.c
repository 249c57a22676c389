/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hash tables that are updated in place: VLANs, MACs, hosts. A value is two words,
 * one for each parity; the word of the live generation is never touched here.
 *
 * What a table holds is read from the table itself, not remembered: a new agent
 * process over running maps takes the same path, and nothing stale can stay.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/state.h"

static int compare(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(const uint32_t *)size);
}

/* Sort entries laid out as key then word (or value), unless they are sorted already. */
static void sort_rows(uint8_t *rows, uint32_t nr, uint32_t key_size, uint32_t row_size)
{
	uint32_t i;

	for (i = 1; i < nr; i++) {
		if (memcmp(rows + (size_t)(i - 1) * row_size, rows + (size_t)i * row_size,
			   key_size) > 0) {
			qsort_r(rows, nr, row_size, compare, &key_size);
			return;
		}
	}
}

/* Rows back into the two arrays the batch calls want. */
static void split_rows(const uint8_t *rows, uint32_t nr, uint32_t key_size, uint32_t rest,
		       uint8_t *keys, uint8_t *values)
{
	uint32_t i;

	for (i = 0; i < nr; i++) {
		const uint8_t *row = rows + (size_t)i * (key_size + rest);

		memcpy(keys + (size_t)i * key_size, row, key_size);
		memcpy(values + (size_t)i * rest, row + key_size, rest);
	}
}

static int sort_dump(struct zt_dump *d)
{
	uint32_t row = d->key_size + d->value_size, i;
	uint8_t *rows;

	if (d->nr < 2)
		return 0;
	rows = malloc((size_t)d->nr * row);
	if (!rows)
		return -ENOMEM;
	for (i = 0; i < d->nr; i++) {
		memcpy(rows + (size_t)i * row, d->keys + (size_t)i * d->key_size, d->key_size);
		memcpy(rows + (size_t)i * row + d->key_size,
		       d->values + (size_t)i * d->value_size, d->value_size);
	}
	sort_rows(rows, d->nr, d->key_size, row);
	split_rows(rows, d->nr, d->key_size, d->value_size, d->keys, d->values);
	free(rows);
	return 0;
}

/* What the image wants: rows, each key then word, as they lie in its array. */
static int want(struct zt_words *w, const void *rows, uint32_t nr)
{
	uint32_t row = w->key_size + w->word_size;
	uint8_t *sorted = malloc((size_t)nr * row + 1);

	w->keys = malloc((size_t)nr * w->key_size + 1);
	w->words = malloc((size_t)nr * w->word_size + 1);
	if (!sorted || !w->keys || !w->words) {
		free(sorted);
		return -ENOMEM;
	}
	if (nr)
		memcpy(sorted, rows, (size_t)nr * row);
	sort_rows(sorted, nr, w->key_size, row);
	split_rows(sorted, nr, w->key_size, w->word_size, w->keys, w->words);
	free(sorted);
	w->nr = nr;
	return 0;
}

int zt_words_compare(const struct zt_words *w, uint32_t now, uint32_t wanted)
{
	if (now >= w->now.nr)
		return 1;
	if (wanted >= w->nr)
		return -1;
	return memcmp(w->now.keys + (size_t)now * w->key_size,
		      w->keys + (size_t)wanted * w->key_size, w->key_size);
}

/* Old and new entries are in the table together until the switch is over. */
static uint32_t together(const struct zt_words *w)
{
	uint32_t now = 0, wanted = 0, nr = 0;
	int c;

	for (; now < w->now.nr || wanted < w->nr; nr++) {
		c = zt_words_compare(w, now, wanted);
		now += c <= 0;
		wanted += c >= 0;
	}
	return nr;
}

int zt_words_read(struct zt_maps *m, struct zt_words *w, const void *rows, uint32_t nr,
		  char **ret_error)
{
	uint32_t need;
	int rc;

	rc = zt_dump_map(m->map[w->map], m->max[w->map], w->key_size, 2 * w->word_size,
			 &w->now);
	if (!rc)
		rc = sort_dump(&w->now);
	if (!rc)
		rc = want(w, rows, nr);
	if (!rc) {
		w->keep = calloc(w->now.nr + 1, sizeof(*w->keep));
		rc = w->keep ? 0 : -ENOMEM;
	}
	if (rc)
		return zt_fail(ret_error, rc, "%s cannot be read: %s; nothing was changed",
			       zt_map_name(w->map), strerror(-rc));
	need = together(w);
	if (need > m->max[w->map])
		return zt_fail(ret_error, -E2BIG,
			       "%s: needs %u entries while the old and the new policy are both in "
			       "place, this router is set up for %u; raise it in the agent's "
			       "configuration; nothing was changed",
			       zt_map_name(w->map), need, m->max[w->map]);
	return 0;
}

bool zt_words_want(const struct zt_words *w, const void *key)
{
	uint32_t lo = 0, hi = w->nr, mid;
	int c;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		c = memcmp(key, w->keys + (size_t)mid * w->key_size, w->key_size);
		if (!c)
			return true;
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

/* Entries to be written, gathered for one batch. */
struct edit {
	uint8_t *keys, *values;
	uint32_t nr;
};

/* before: the entry's value now, or NULL; word: NULL for zero. */
static void add_edit(const struct zt_words *w, struct edit *e, const uint8_t *key,
		     const uint8_t *before, const uint8_t *word, uint32_t parity)
{
	uint8_t *value = e->values + (size_t)e->nr * 2 * w->word_size;

	if (before)
		memcpy(value, before, 2 * w->word_size);
	else
		memset(value, 0, 2 * w->word_size);
	if (word)
		memcpy(value + parity * w->word_size, word, w->word_size);
	else
		memset(value + parity * w->word_size, 0, w->word_size);
	if (before && !memcmp(before, value, 2 * w->word_size))
		return;
	memcpy(e->keys + (size_t)e->nr * w->key_size, key, w->key_size);
	e->nr++;
}

static void collect(const struct zt_words *w, uint32_t parity, struct edit *e)
{
	uint32_t now = 0, wanted = 0;
	int c;

	while (now < w->now.nr || wanted < w->nr) {
		const uint8_t *value, *word;

		c = zt_words_compare(w, now, wanted);
		value = c <= 0 ? w->now.values + (size_t)now * 2 * w->word_size : NULL;
		word = c >= 0 ? w->words + (size_t)wanted * w->word_size : NULL;
		if (c < 0 && w->keep[now])
			word = value + !parity * w->word_size;
		add_edit(w, e, c <= 0 ? w->now.keys + (size_t)now * w->key_size :
					w->keys + (size_t)wanted * w->key_size,
			 value, word, parity);
		now += c <= 0;
		wanted += c >= 0;
	}
}

int zt_words_write(struct zt_maps *m, const struct zt_words *w, uint32_t parity, char **ret_error)
{
	size_t room = (size_t)w->now.nr + w->nr + 1;
	struct edit e = { .keys = malloc(room * w->key_size),
			  .values = malloc(room * 2 * w->word_size) };
	int rc = -ENOMEM;

	if (e.keys && e.values) {
		collect(w, parity, &e);
		rc = zt_write_map(m->map[w->map], e.keys, e.values, e.nr, w->key_size,
				  2 * w->word_size);
	}
	free(e.keys);
	free(e.values);
	if (rc)
		zt_fail(ret_error, rc, "%s cannot be written: %s; the old policy stays in force",
			zt_map_name(w->map), strerror(-rc));
	return rc;
}

int zt_words_clean(struct zt_maps *m, const struct zt_words *w)
{
	uint32_t i;
	int rc = 0, err;

	for (i = 0; i < w->now.nr; i++) {
		const uint8_t *key = w->now.keys + (size_t)i * w->key_size;

		if (w->keep[i] || zt_words_want(w, key))
			continue;
		err = zt_delete_keys(m->map[w->map], key, 1, w->key_size);
		rc = rc ? rc : err;
	}
	return rc;
}

void zt_words_free(struct zt_words *w)
{
	zt_dump_free(&w->now);
	free(w->keys);
	free(w->words);
	free(w->keep);
}
