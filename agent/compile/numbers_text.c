/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers as text, for the agent to store beside the policy: a first line with
 * the last serial given, then one line per device or port. Reading trusts
 * nothing: a damaged file is refused, and the caller starts afresh.
 */
#include <stdio.h>
#include "compile/compile.h"

#define HEADER "zt-numbers 1 "
#define INDEX_MAX (1u << 24) /* far above any array the agent makes */

char *zt_numbers_save(const struct zt_numbers *n)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	bool failed;

	if (!f)
		return NULL;
	fprintf(f, HEADER "%u\n", n->serial);
	for (uint32_t i = 0; i < n->nr; i++) {
		const struct zt_number *e = &n->v[i];

		fprintf(f, "%s %s %u %u", e->is_port ? "port" : "device", e->id, e->dev, e->serial);
		for (uint32_t k = 0; k < e->nr_binds; k++) {
			const uint8_t *m = e->binds[k].mac;

			fprintf(f, " %02x:%02x:%02x:%02x:%02x:%02x=%u", m[0], m[1], m[2], m[3],
				m[4], m[5], e->binds[k].bind);
		}
		fputc('\n', f);
	}
	failed = ferror(f);
	if (fclose(f) || failed) {
		free(text);
		return NULL;
	}
	return text;
}

static int parse_bind(const char *word, struct zt_number *e)
{
	struct zt_number_bind b;
	int end = 0;

	if (e->nr_binds == 4 ||
	    sscanf(word, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx=%u%n", &b.mac[0], &b.mac[1],
		   &b.mac[2], &b.mac[3], &b.mac[4], &b.mac[5], &b.bind, &end) != 7 ||
	    word[end] || !b.bind || b.bind > INDEX_MAX)
		return -EINVAL;
	e->binds[e->nr_binds++] = b;
	return 0;
}

/* Sorted as zt_numbers_next() walks them, without repeats. */
static bool follows(const struct zt_numbers *n, const struct zt_number *e)
{
	const struct zt_number *last = n->nr ? &n->v[n->nr - 1] : NULL;

	if (!last || last->is_port != e->is_port)
		return !last || e->is_port;
	return strcmp(last->id, e->id) < 0;
}

static int parse_line(char *line, struct zt_numbers *n, uint32_t *cap)
{
	struct zt_number e = { 0 };
	char *save, *word, kind[8], id[64];
	int end = 0, err;

	if (sscanf(line, "%7s %63s %u %u%n", kind, id, &e.dev, &e.serial, &end) != 4 ||
	    (line[end] && line[end] != ' ') || !e.dev || e.dev > INDEX_MAX || !e.serial)
		return -EINVAL;
	e.is_port = !strcmp(kind, "port");
	if (!e.is_port && strcmp(kind, "device"))
		return -EINVAL;
	for (word = strtok_r(line + end, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		err = parse_bind(word, &e);
		if (err)
			return err;
	}
	e.id = id;
	if (!e.nr_binds || !follows(n, &e))
		return -EINVAL;
	err = zt_grow(&n->v, cap, n->nr, sizeof(*n->v));
	if (err)
		return err;
	e.id = strdup(id);
	if (!e.id)
		return -ENOMEM;
	n->v[n->nr++] = e;
	return 0;
}

static bool has_repeats(struct zt_u32s *l)
{
	zt_u32s_sort(l);
	for (uint32_t i = 1; i < l->nr; i++)
		if (l->v[i] == l->v[i - 1])
			return true;
	return false;
}

/* Two owners of one index would share counters, flows and identity. */
static int check_unique(const struct zt_numbers *n)
{
	struct zt_u32s devs = { 0 }, binds = { 0 };
	int err = 0;

	for (uint32_t i = 0; i < n->nr && !err; i++) {
		err = zt_u32s_add(&devs, n->v[i].dev);
		for (uint32_t k = 0; k < n->v[i].nr_binds && !err; k++)
			err = zt_u32s_add(&binds, n->v[i].binds[k].bind);
	}
	if (!err && (has_repeats(&devs) || has_repeats(&binds)))
		err = -EINVAL;
	free(devs.v);
	free(binds.v);
	return err;
}

int zt_numbers_load(const char *text, struct zt_numbers **ret)
{
	struct zt_numbers *n = zt_numbers_new();
	char *copy = strdup(text), *save, *line;
	uint32_t cap = 0;
	int err = n && copy ? 0 : -ENOMEM, end = 0;

	line = err ? NULL : strtok_r(copy, "\n", &save);
	if (!err && (!line || sscanf(line, HEADER "%u%n", &n->serial, &end) != 1 || line[end]))
		err = -EINVAL;
	while (!err && (line = strtok_r(NULL, "\n", &save)))
		err = parse_line(line, n, &cap);
	if (!err)
		err = check_unique(n);
	free(copy);
	if (err) {
		zt_numbers_free(n);
		return err;
	}
	*ret = n;
	return 0;
}
