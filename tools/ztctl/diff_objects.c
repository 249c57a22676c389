/* SPDX-License-Identifier: GPL-2.0 */
/* Differences between two policies as people wrote them: ids and keys. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "diff.h"

static void add_change(struct json_object *changes, const char *path, struct json_object *old,
		       struct json_object *new)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "op", !old ? "added" : !new ? "removed" : "changed");
	add_text(o, "path", path);
	if (old)
		json_object_object_add(o, "old", json_object_get(old));
	if (new)
		json_object_object_add(o, "new", json_object_get(new));
	json_object_array_add(changes, o);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of both objects, sorted, each once. Caller frees the array. */
static const char **keys_of(struct json_object *old, struct json_object *new, size_t *ret_nr)
{
	size_t room = json_object_object_length(old) + json_object_object_length(new), nr = 0, i,
	       out;
	const char **keys = calloc(room + 1, sizeof(*keys));

	if (!keys)
		abort();
	json_object_object_foreach(old, old_key, old_value)
	{
		(void)old_value;
		keys[nr++] = old_key;
	}
	json_object_object_foreach(new, new_key, new_value)
	{
		(void)new_value;
		keys[nr++] = new_key;
	}
	qsort(keys, nr, sizeof(*keys), by_text);
	for (i = out = 0; i < nr; i++)
		if (!out || strcmp(keys[out - 1], keys[i]))
			keys[out++] = keys[i];
	*ret_nr = out;
	return keys;
}

/*
 * Go down `depth` levels of objects that both sides have; below that a difference
 * is told as old and new value.
 */
static void compare(struct json_object *changes, const char *path, struct json_object *old,
		    struct json_object *new, int depth)
{
	const char **keys;
	size_t nr, i;

	if (old && new &&json_object_equal(old, new))
		return;
	if (!depth || !json_object_is_type(old, json_type_object) ||
	    !json_object_is_type(new, json_type_object)) {
		add_change(changes, path, old, new);
		return;
	}
	keys = keys_of(old, new, &nr);
	for (i = 0; i < nr; i++) {
		char *below;

		if (asprintf(&below, "%s%s%s", path, *path ? "." : "", keys[i]) < 0)
			abort();
		compare(changes, below, get_member(old, keys[i]), get_member(new, keys[i]),
			depth - 1);
		free(below);
	}
	free(keys);
}

/* A section that is on one side only is told object by object, too. */
static void complete_sections(struct json_object *policy, struct json_object *other)
{
	json_object_object_foreach(other, key,
				   value) if (json_object_is_type(value, json_type_object) &&
					      !get_member(policy, key))
		json_object_object_add(policy, key, json_object_new_object());
}

struct json_object *diff_objects(const struct zt_policy *old, const struct zt_policy *new)
{
	struct json_object *a = json_tokener_parse(old->json), *b = json_tokener_parse(new->json);
	struct json_object *changes = json_object_new_array();

	complete_sections(a, b);
	complete_sections(b, a);
	compare(changes, "", a, b, 3); /* section, id, key */
	json_object_put(a);
	json_object_put(b);
	return changes;
}
