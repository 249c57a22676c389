/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words that name objects. Ids are known before any object is read, so every
 * reference becomes an index at once. Must never look into the objects.
 */
#include <stdlib.h>
#include <string.h>
#include "policy/parse.h"

const struct zt_section_word zt_section_words[ZT_SECTIONS] = {
	[ZT_INTERFACES] = { "interfaces", "an interface", 256 },
	[ZT_SEGMENTS] = { "segments", "a segment", 256 },
	[ZT_DEVICES] = { "devices", "a device", 100000 },
	[ZT_GROUPS] = { "groups", "a group", 4096 },
	[ZT_APPS] = { "applications", "an application", 4096 },
	[ZT_RULES] = { "rules", "a rule", 16384 },
	[ZT_TESTS] = { "tests", "a test", 10000 },
};

int zt_find(const struct zt_parse *ps, enum zt_section s, const char *id)
{
	const struct zt_list *list = &ps->lists[s];
	uint32_t lo = 0, hi = list->nr;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = strcmp(list->v[mid].id, id);

		if (!c)
			return mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

static void offer_section(const struct zt_parse *ps, enum zt_section s, struct zt_near *near,
			  const char **kind)
{
	for (uint32_t i = 0; i < ps->lists[s].nr; i++)
		if (zt_near_offer(near, ps->lists[s].v[i].id))
			*kind = strchr(zt_section_words[s].one, ' ') + 1;
}

static const char *const device_words[] = { "all-devices", "unknown-devices", NULL };

static void undefined(const struct zt_at *at, const char *id, unsigned int sections)
{
	struct zt_near near = { .word = id };
	const char *kind = NULL;

	if (at->ps->is_incomplete)
		return;
	if (at->ps->errors->nr == ZT_ERRORS_SHOWN) {
		zt_complain(at, "not defined");
		return;
	}
	for (int s = 0; s < ZT_SECTIONS; s++)
		if (sections & 1u << s)
			offer_section(at->ps, s, &near, &kind);
	if (sections & 1u << ZT_GROUPS)
		for (int i = 0; device_words[i]; i++)
			if (zt_near_offer(&near, device_words[i]))
				kind = "word";
	if (near.best)
		zt_complain(at, "%s is not defined; did you mean the %s \"%s\"?", Q(id), kind,
			    near.best);
	else
		zt_complain(at, "%s is not defined; define it, or correct the name", Q(id));
}

void zt_not_defined(const struct zt_at *at, const char *id)
{
	undefined(at, id, 1u << ZT_GROUPS | 1u << ZT_DEVICES | 1u << ZT_SEGMENTS | 1u << ZT_APPS);
}

int zt_ref(const struct zt_at *at, enum zt_section s)
{
	static const enum zt_section shared[] = { ZT_SEGMENTS, ZT_DEVICES, ZT_GROUPS, ZT_APPS };
	const char *id = zt_text(at, ZT_SCAN_TEXT_MAX, NULL);
	int i;

	if (!id)
		return -1;
	i = zt_find(at->ps, s, id);
	if (i >= 0)
		return i;
	for (int k = 0; k < 4 && s != ZT_INTERFACES && s != ZT_RULES; k++) {
		if (zt_find(at->ps, shared[k], id) >= 0) {
			zt_complain(at, "%s is %s; name %s", Q(id), zt_section_words[shared[k]].one,
				zt_section_words[s].one);
			return -1;
		}
	}
	undefined(at, id, 1u << s);
	return -1;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

void zt_sort_set(struct zt_set *set)
{
	if (set->nr)
		qsort(set->v, set->nr, sizeof(*set->v), by_number);
}

struct zt_set zt_refs(const struct zt_at *at, enum zt_section s)
{
	uint32_t nr = zt_items(at, zt_section_words[s].max, true);
	struct zt_set set = {0};

	if (!nr)
		return set;
	set.v = zt_arena_array(at->ps->arena, nr, sizeof(*set.v));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);
		int ref = zt_ref(&item, s);

		if (ref >= 0)
			set.v[set.nr++] = ref;
	}
	zt_sort_set(&set);
	return set;
}
