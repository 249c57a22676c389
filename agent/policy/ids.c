/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ids of all sections: what may be one, which words are taken, which two are
 * too alike, and the namespace four sections share. Must never look into objects.
 */
#include <ctype.h>
#include <string.h>
#include "policy/parse.h"

static const char *const reserved[] = { "all-devices", "unknown-devices", "router", "router-dns",
					"router-ntp", "router-ping", "internet", "unknown",
					"any", "dynamic", NULL };
/* In this order: who comes later gives way. */
static const enum zt_section shared[] = { ZT_SEGMENTS, ZT_DEVICES, ZT_GROUPS, ZT_APPS };
#define IFNAME_MAX 15

static struct zt_at object_at(struct zt_parse *ps, enum zt_section s, uint32_t i,
			      struct zt_at *section)
{
	*section = zt_at_section(ps, s);
	return zt_at_object(section, s, i);
}

static void check_form(struct zt_parse *ps, enum zt_section s, uint32_t i)
{
	const char *id = ps->lists[s].v[i].id;
	struct zt_at section, at = object_at(ps, s, i, &section);

	if (!zt_is_id(id, strlen(id)))
		zt_complain(&at, "not an id; use letters, digits, \".\", \"_\", \"-\", at most 63; "
			"readable text goes into \"name\"");
	else if (s == ZT_INTERFACES && strlen(id) > IFNAME_MAX)
		zt_complain(&at, "longer than %u characters; the kernel has no such interface",
			IFNAME_MAX);
}

static void check_shared(struct zt_parse *ps, int rank, uint32_t i)
{
	enum zt_section s = shared[rank];
	const struct zt_entry *e = &ps->lists[s].v[i];
	struct zt_at section, at = object_at(ps, s, i, &section);

	for (int k = 0; reserved[k]; k++) {
		if (!strcmp(reserved[k], e->id)) {
			zt_complain(&at, "the word is reserved; choose another id");
			return;
		}
	}
	for (int k = 0; k < rank; k++) {
		int other = zt_find(ps, shared[k], e->id);

		if (other < 0)
			continue;
		zt_complain(&at, "\"%s\" is already %s (%s); segments, devices, pools, groups and "
			"applications share their ids", e->id, zt_section_words[shared[k]].one,
			LINE_OF(&ps->lists[shared[k]].v[other], e));
		return;
	}
}

static uint32_t hash_folded(const struct zt_parse *ps, const char *id)
{
	char folded[64] = {0};

	for (int i = 0; i < 63 && id[i]; i++)
		folded[i] = tolower((unsigned char)id[i]);
	return zt_hash(folded, strlen(folded), (uintptr_t)ps);
}

/* The one further down in the files is the one to rename. */
static void report_case(struct zt_parse *ps, enum zt_section s, uint32_t a, uint32_t b)
{
	const struct zt_list *l = &ps->lists[s];
	bool swap = l->v[a].file > l->v[b].file ||
		    (l->v[a].file == l->v[b].file && l->v[a].m->line > l->v[b].m->line);
	uint32_t first = swap ? b : a, last = swap ? a : b;
	struct zt_at section, at = object_at(ps, s, last, &section);

	zt_complain(&at, "differs from \"%s\" (%s) only in case; choose one", l->v[first].id,
		LINE_OF(&l->v[first], &l->v[last]));
}

static void check_case(struct zt_parse *ps, enum zt_section s)
{
	const struct zt_list *l = &ps->lists[s];
	uint32_t size = 64, *seen, slot;

	while (size < l->nr * 2)
		size *= 2;
	seen = zt_arena_grow(ps->tmp, NULL, size * sizeof(*seen));
	memset(seen, 0, size * sizeof(*seen));
	for (uint32_t i = 0; i < l->nr; i++) {
		if (!l->v[i].file)
			continue;
		slot = hash_folded(ps, l->v[i].id) & (size - 1);
		while (seen[slot] && strcasecmp(l->v[seen[slot] - 1].id, l->v[i].id))
			slot = (slot + 1) & (size - 1);
		if (seen[slot])
			report_case(ps, s, seen[slot] - 1, i);
		else
			seen[slot] = i + 1;
	}
	zt_arena_drop(ps->tmp, seen);
}

void zt_check_ids(struct zt_parse *ps)
{
	for (int s = 0; s < ZT_SECTIONS; s++) {
		for (uint32_t i = 0; i < ps->lists[s].nr; i++)
			if (ps->lists[s].v[i].file)
				check_form(ps, s, i);
		check_case(ps, s);
	}
	for (int rank = 0; rank < 4; rank++)
		for (uint32_t i = 0; i < ps->lists[shared[rank]].nr; i++)
			if (ps->lists[shared[rank]].v[i].file)
				check_shared(ps, rank, i);
}
