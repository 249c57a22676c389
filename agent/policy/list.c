/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of a policy: never empty, never longer than they may be, nothing in them
 * twice. Must never know what the elements mean.
 */
#include <string.h>
#include "policy/parse.h"

static const char *element_text(const struct zt_at *list, uint32_t i)
{
	struct json_object *v = json_object_array_get_idx(list->v, i);

	return json_object_is_type(v, json_type_string) ? json_object_get_string(v) : NULL;
}

static void repeated(const struct zt_at *list, uint32_t i)
{
	struct zt_at item = zt_item(list, i);

	zt_complain(&item, "%s is listed twice; remove one", WRITTEN(&item));
}

static void find_few(const struct zt_at *list, uint32_t nr)
{
	for (uint32_t i = 1; i < nr; i++) {
		const char *s = element_text(list, i);

		for (uint32_t j = 0; s && j < i; j++) {
			const char *other = element_text(list, j);

			if (other && !strcmp(s, other)) {
				repeated(list, i);
				break;
			}
		}
	}
}

static void find_many(const struct zt_at *list, uint32_t nr)
{
	uint32_t size = 64, *seen, slot;

	while (size < nr * 2)
		size *= 2;
	seen = zt_arena_grow(list->ps->tmp, NULL, size * sizeof(*seen));
	memset(seen, 0, size * sizeof(*seen));
	for (uint32_t i = 0; i < nr; i++) {
		const char *s = element_text(list, i);

		if (!s)
			continue;
		slot = zt_hash(s, strlen(s), (uintptr_t)list->ps) & (size - 1);
		while (seen[slot] && strcmp(s, element_text(list, seen[slot] - 1)))
			slot = (slot + 1) & (size - 1);
		if (seen[slot])
			repeated(list, i);
		seen[slot] = i + 1;
	}
	zt_arena_drop(list->ps->tmp, seen);
}

uint32_t zt_items(const struct zt_at *at, uint32_t max, bool or_one)
{
	size_t nr;

	if (or_one && json_object_is_type(at->v, json_type_string))
		return 1;
	if (!json_object_is_type(at->v, json_type_array)) {
		zt_wrong_type(at, or_one ? "text or a list" : "a list", NULL);
		return 0;
	}
	nr = json_object_array_length(at->v);
	if (!nr) {
		zt_complain(at, "empty list; leave the key out, or list something");
		return 0;
	}
	if (nr > max) {
		zt_complain(at, "%zu entries; the limit is %u", nr, max);
		return 0;
	}
	if (nr <= 16)
		find_few(at, nr);
	else
		find_many(at, nr);
	return nr;
}

struct zt_at zt_item(const struct zt_at *list, uint32_t i)
{
	struct zt_at item;

	if (!json_object_is_type(list->v, json_type_array))
		return *list;
	item = zt_at_index(list->ps, list, i);
	item.v = json_object_array_get_idx(list->v, i);
	return item;
}
