/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section "groups" as written. Who is a member is decided by group_members.c.
 */
#include <string.h>
#include "policy/device.h"
#include "policy/groups.h"

static const struct zt_key keys[] = {
	ZT_KEY("match"), ZT_KEY("segment"), ZT_KEY("devices"), ZT_KEY("groups"), ZT_KEY("except"),
	ZT_KEY("may_be_empty"), ZT_KEY("limits"), {}
};
#define VALUES_MAX 256

static void read_match_values(const struct zt_at *at, struct zt_match *m)
{
	uint32_t nr = zt_items(at, VALUES_MAX, true);

	m->values = zt_arena_array(at->ps->tmp, nr, sizeof(*m->values));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);
		const char *value = zt_read_label_value(&item);

		if (value)
			m->values[m->nr_values++] = value;
	}
}

static void read_match(const struct zt_at *at, struct zt_group_def *g)
{
	uint32_t nr;

	if (!json_object_is_type(at->v, json_type_object)) {
		zt_wrong_type(at, "an object", "label: value");
		return;
	}
	nr = json_object_object_length(at->v);
	if (!nr || nr > ZT_LABELS_MAX) {
		zt_complain(at, "%u labels; at least one, at most %u", nr, ZT_LABELS_MAX);
		return;
	}
	g->match = zt_arena_array(at->ps->tmp, nr, sizeof(*g->match));
	json_object_object_foreach(at->v, name, value) {
		struct zt_at child = zt_at_key(at->ps, at, name);
		struct zt_match *m = &g->match[g->nr_match++];

		child.v = value;
		if (!zt_is_id(name, strlen(name)))
			zt_complain(
				&child,
				"not an id; use letters, digits, \".\", \"_\", \"-\", at most 63");
		m->key = zt_word(at->ps, name);
		read_match_values(&child, m);
	}
}

/* Order kept: a message about a cycle names the element. */
static void read_groups(const struct zt_at *at, struct zt_set *set)
{
	uint32_t nr = zt_items(at, zt_section_words[ZT_GROUPS].max, true);

	set->v = zt_arena_array(at->ps->tmp, nr, sizeof(*set->v));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);
		int ref = zt_ref(&item, ZT_GROUPS);

		if (ref >= 0)
			set->v[set->nr++] = ref;
	}
}

static void read_one_except(const struct zt_at *at, struct zt_group_def *g)
{
	const char *id = zt_text(at, ZT_SCAN_TEXT_MAX, NULL);
	int ref;

	if (!id)
		return;
	ref = zt_find(at->ps, ZT_DEVICES, id);
	if (ref >= 0) {
		g->except_devices.v[g->except_devices.nr++] = ref;
		return;
	}
	ref = zt_find(at->ps, ZT_GROUPS, id);
	if (ref >= 0)
		g->except_groups.v[g->except_groups.nr++] = ref;
	else if (zt_find(at->ps, ZT_SEGMENTS, id) >= 0 || zt_find(at->ps, ZT_APPS, id) >= 0)
		zt_complain(at, "%s is neither a device nor a group; only those can be taken out",
			    Q(id));
	else
		zt_not_defined(at, id);
}

static void read_except(const struct zt_at *at, struct zt_group_def *g)
{
	uint32_t nr = zt_items(at, zt_section_words[ZT_DEVICES].max, true);

	g->except_devices.v = zt_arena_array(at->ps->tmp, nr, sizeof(uint32_t));
	g->except_groups.v = zt_arena_array(at->ps->tmp, nr, sizeof(uint32_t));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);

		read_one_except(&item, g);
	}
}

void zt_parse_group(const struct zt_at *at, uint32_t index)
{
	struct zt_parse *ps = at->ps;
	struct zt_group *group = &ps->p->groups[index];
	struct zt_group_def *g;
	struct zt_at child;

	if (!ps->group_defs)
		ps->group_defs = zt_arena_array(ps->tmp, ps->p->nr_groups, sizeof(*ps->group_defs));
	g = &ps->group_defs[index];
	group->id = at->step.key;
	group->where = zt_where_of(ps, at->entry);
	if (!zt_object(at, keys))
		return;
	group->note = zt_keep_text(at, "note", ZT_NOTE_MAX);
	if (zt_child(at, "match", &child))
		read_match(&child, g);
	if (zt_child(at, "segment", &child))
		g->segments = zt_refs(&child, ZT_SEGMENTS);
	if (zt_child(at, "devices", &child))
		g->devices = zt_refs(&child, ZT_DEVICES);
	if (zt_child(at, "groups", &child))
		read_groups(&child, &g->groups);
	if (zt_child(at, "except", &child))
		read_except(&child, g);
	if (zt_child(at, "may_be_empty", &child))
		g->may_be_empty = zt_bool(&child, false);
	group->is_limited = json_object_object_get_ex(at->v, "limits", NULL);
	zt_read_limits(at, &group->limits);
	g->selects = g->nr_match || g->segments.nr || g->devices.nr || g->groups.nr;
	if (!g->selects && !g->may_be_empty && !ps->errors->total)
		zt_complain(
			at,
			"selects nobody; write \"match\", \"segment\", \"devices\" or \"groups\"");
}
