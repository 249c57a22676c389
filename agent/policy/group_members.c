/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Members of groups, those of the groups they name first. A member is listed in
 * `devices`, or in a group of `groups`, or fits `match` and `segment`; minus
 * `except`. Must never read text.
 */
#include <string.h>
#include "policy/groups.h"

#define NESTING_MAX 4

enum state { UNSEEN, OPEN, DONE };

struct walk {
	struct zt_parse *ps;
	struct zt_at section;
	uint8_t *state; /* enum state, by group */
	uint8_t *depth; /* groups below it */
	struct {
		uint32_t group;
		int element; /* of its "groups", through which the path goes on; -1: "except" */
	} path[NESTING_MAX + 2];
	uint32_t nr_path;
};

static bool has_segment(const struct zt_group_def *g, uint32_t segment)
{
	for (uint32_t i = 0; i < g->segments.nr; i++)
		if (g->segments.v[i] == segment)
			return true;
	return !g->segments.nr;
}

static bool fits(const struct zt_match *m, const struct zt_device *d)
{
	for (uint32_t k = 0; k < d->nr_labels; k++)
		for (uint32_t i = 0; d->labels[k].key == m->key && i < m->nr_values; i++)
			if (d->labels[k].value == m->values[i])
				return true;
	return false;
}

static bool is_selected(const struct zt_group_def *g, const struct zt_device *d, uint32_t but)
{
	for (uint32_t k = 0; k < g->nr_match; k++)
		if (k != but && !fits(&g->match[k], d))
			return false;
	return has_segment(g, d->segment);
}

static uint32_t nr_labelled(const struct zt_parse *ps, const struct zt_match *m)
{
	uint32_t nr = 0;

	for (uint32_t i = 0; i < m->nr_values; i++)
		nr += zt_labelled(ps, m->key, m->values[i]).nr;
	return nr;
}

/* The label with the fewest devices is walked, the others are asked. */
static void add_matching(struct zt_parse *ps, const struct zt_group_def *g, struct zt_bits *b)
{
	uint32_t best = 0, fewest = UINT32_MAX;

	for (uint32_t k = 0; k < g->nr_match; k++) {
		uint32_t nr = nr_labelled(ps, &g->match[k]);

		if (nr < fewest) {
			fewest = nr;
			best = k;
		}
	}
	for (uint32_t i = 0; i < g->match[best].nr_values; i++) {
		struct zt_set set = zt_labelled(ps, g->match[best].key, g->match[best].values[i]);

		for (uint32_t k = 0; k < set.nr; k++) {
			struct zt_set one = { &set.v[k], 1 };

			if (is_selected(g, &ps->p->devices[set.v[k]], best))
				zt_bits_add(b, &one);
		}
	}
}

static void say_match(const struct zt_group_def *g, char *buf, size_t len)
{
	size_t n = 0;

	buf[0] = 0;
	for (uint32_t k = 0; k < g->nr_match && n < len; k++) {
		n += snprintf(buf + n, len - n, "%s%s=", k ? ", " : "", g->match[k].key);
		for (uint32_t i = 0; i < g->match[k].nr_values && n < len; i++)
			n += snprintf(buf + n, len - n, "%s%s", i ? "|" : "",
				      g->match[k].values[i]);
	}
}

static void report_empty(const struct zt_at *at, const struct zt_group_def *g)
{
	char text[300];

	say_match(g, text, sizeof(text));
	if (g->nr_match && !g->groups.nr && !g->except_devices.nr && !g->except_groups.nr)
		zt_complain(
			at,
			"no device has %s%s; add one, fix the label, or set \"may_be_empty\": true",
			text, g->segments.nr ? " in its segments" : "");
	else
		zt_complain(at, "no device is a member; add one, or set \"may_be_empty\": true");
}

static void resolve(struct walk *w, uint32_t i)
{
	struct zt_parse *ps = w->ps;
	const struct zt_group_def *g = &ps->group_defs[i];
	struct zt_at at = zt_at_object(&w->section, ZT_GROUPS, i);
	struct zt_bits b = zt_bits_new(ps);

	if (g->nr_match)
		add_matching(ps, g, &b);
	for (uint32_t k = 0; !g->nr_match && k < g->segments.nr; k++)
		zt_bits_add(&b, &ps->segment_devices[g->segments.v[k]]);
	zt_bits_add(&b, &g->devices);
	for (uint32_t k = 0; k < g->groups.nr; k++)
		zt_bits_add(&b, &ps->p->groups[g->groups.v[k]].members);
	zt_bits_remove(&b, &g->except_devices);
	for (uint32_t k = 0; k < g->except_groups.nr; k++)
		zt_bits_remove(&b, &ps->p->groups[g->except_groups.v[k]].members);
	ps->p->groups[i].members = zt_bits_take(&b, &at);
	if (!ps->p->groups[i].members.nr && !g->may_be_empty)
		report_empty(&at, g);
}

static void complain(const struct walk *w, uint32_t step, const char *text)
{
	int k = w->path[step].element;
	struct zt_at object = zt_at_object(&w->section, ZT_GROUPS, w->path[step].group);
	struct zt_at list = zt_at_key(w->ps, &object, k < 0 ? "except" : "groups");
	struct zt_at item = zt_at_index(w->ps, &list, k);

	zt_complain(k < 0 ? &list : &item, "%s", text);
}

/* groups.a.groups[0]: a > b > a contains itself */
static void report_cycle(const struct walk *w, uint32_t to)
{
	uint32_t first = 0;
	char text[500];
	size_t n = 0;

	while (w->path[first].group != to)
		first++;
	for (uint32_t i = first; i < w->nr_path; i++)
		n += snprintf(text + n, sizeof(text) - n, "%s > ",
			      w->ps->p->groups[w->path[i].group].id);
	snprintf(text + n, sizeof(text) - n, "%s contains itself; remove one step",
		 w->ps->p->groups[to].id);
	complain(w, first, text);
}

static bool visit(struct walk *w, uint32_t i);

/* One group named by another: the k-th of "groups", or (k < 0) one of "except". */
static bool descend(struct walk *w, uint32_t from, int k, uint32_t to)
{
	w->path[w->nr_path - 1].element = k;
	if (w->state[to] == OPEN) {
		report_cycle(w, to);
		return false;
	}
	if (w->nr_path > NESTING_MAX || w->depth[to] >= NESTING_MAX) {
		complain(w, w->nr_path - 1, "nested more than 4 deep; name the groups further down "
			 "directly");
		return false;
	}
	if (!visit(w, to))
		return false;
	if (w->depth[to] + 1 > w->depth[from])
		w->depth[from] = w->depth[to] + 1;
	return true;
}

static bool visit(struct walk *w, uint32_t i)
{
	const struct zt_group_def *g = &w->ps->group_defs[i];
	bool good = true;

	if (w->state[i] == DONE)
		return true;
	w->state[i] = OPEN;
	w->path[w->nr_path++].group = i;
	for (uint32_t k = 0; good && k < g->groups.nr; k++)
		good = descend(w, i, k, g->groups.v[k]);
	for (uint32_t k = 0; good && k < g->except_groups.nr; k++)
		good = descend(w, i, -1, g->except_groups.v[k]);
	w->nr_path--;
	w->state[i] = DONE;
	if (good)
		resolve(w, i);
	return good;
}

void zt_finish_groups(struct zt_parse *ps)
{
	struct walk w = { .ps = ps, .section = zt_at_section(ps, ZT_GROUPS) };
	uint32_t nr = ps->p->nr_groups;

	if (!nr)
		return;
	zt_index_labels(ps);
	w.state = zt_arena_array(ps->tmp, nr, sizeof(*w.state));
	w.depth = zt_arena_array(ps->tmp, nr, sizeof(*w.depth));
	for (uint32_t i = 0; i < nr; i++)
		if (!visit(&w, i))
			return;
}
