/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Canonical JSON: keys sorted, one spacing, one spelling of every text and
 * number. Lists keep their order. Must never depend on json-c's own printing,
 * which may change.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "policy/canon.h"

#define FEW 16

void zt_canon_text(struct zt_buf *b, const char *s, size_t len)
{
	const char *end = s + len, *start = s;
	char escape[8];

	zt_buf_add(b, "\"", 1);
	for (; s < end; s++) {
		if ((unsigned char)*s >= 0x20 && *s != '"' && *s != '\\')
			continue;
		zt_buf_add(b, start, s - start);
		start = s + 1;
		if ((unsigned char)*s < 0x20)
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned char)*s);
		else
			snprintf(escape, sizeof(escape), "\\%c", *s);
		zt_buf_text(b, escape);
	}
	zt_buf_add(b, start, s - start);
	zt_buf_add(b, "\"", 1);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Most objects have a handful of keys: no call of qsort() for those. */
static void sort_keys(const char **keys, size_t nr)
{
	if (nr > FEW) {
		qsort(keys, nr, sizeof(*keys), by_text);
		return;
	}
	for (size_t i = 1; i < nr; i++) {
		const char *key = keys[i];
		size_t k = i;

		for (; k && strcmp(keys[k - 1], key) > 0; k--)
			keys[k] = keys[k - 1];
		keys[k] = key;
	}
}

static void object(struct zt_buf *b, struct json_object *v)
{
	size_t nr = json_object_object_length(v), n = 0;
	const char *few[FEW], **keys = few;
	struct json_object *value;

	if (nr > FEW)
		keys = zt_arena_grow(b->arena, NULL, nr * sizeof(*keys));
	json_object_object_foreach(v, name, ignored) {
		(void)ignored;
		keys[n++] = name;
	}
	sort_keys(keys, nr);
	zt_buf_add(b, "{", 1);
	for (n = 0; n < nr; n++) {
		json_object_object_get_ex(v, keys[n], &value);
		if (n)
			zt_buf_add(b, ", ", 2);
		zt_canon_text(b, keys[n], strlen(keys[n]));
		zt_buf_add(b, ": ", 2);
		zt_canon_value(b, value);
	}
	zt_buf_add(b, "}", 1);
	if (keys != few)
		zt_arena_drop(b->arena, keys);
}

void zt_canon_value(struct zt_buf *b, struct json_object *v)
{
	char number[24];

	switch (json_object_get_type(v)) {
	case json_type_object:
		object(b, v);
		break;
	case json_type_array:
		zt_buf_add(b, "[", 1);
		for (size_t i = 0; i < json_object_array_length(v); i++) {
			if (i)
				zt_buf_add(b, ", ", 2);
			zt_canon_value(b, json_object_array_get_idx(v, i));
		}
		zt_buf_add(b, "]", 1);
		break;
	case json_type_string:
		zt_canon_text(b, json_object_get_string(v), json_object_get_string_len(v));
		break;
	case json_type_int:
		snprintf(number, sizeof(number), "%" PRId64, json_object_get_int64(v));
		zt_buf_text(b, number);
		break;
	case json_type_boolean:
		zt_buf_text(b, json_object_get_boolean(v) ? "true" : "false");
		break;
	default: /* null and fractions are refused by every parser */
		zt_buf_text(b, "null");
	}
}
