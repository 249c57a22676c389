/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Demanding keys and types of what json-c read: each helper reports what is wrong
 * and where, so that a section's parser only says what it wants. Must never know
 * a section.
 */
#include <string.h>
#include "policy/parse.h"

void zt_wrong_type(const struct zt_at *at, const char *expected, const char *hint)
{
	static const char *const kinds[] = {
		[json_type_double] = "the number ", [json_type_int] = "the number ",
		[json_type_string] = "the text ",
	};
	enum json_type t = json_object_get_type(at->v);
	const char *found = t == json_type_object  ? "an object"
			    : t == json_type_array ? "a list"
						   : "";

	if (t == json_type_null)
		zt_complain(at, "null is not a value; remove it");
	else
		zt_complain(at, "expected %s, found %s%s%s%s", expected,
			t < sizeof(kinds) / sizeof(*kinds) && kinds[t] ? kinds[t] : "",
			*found ? found : WRITTEN(at), hint ? "; " : "", hint ?: "");
}

static void unknown_key(const struct zt_at *at, const struct zt_key *keys)
{
	struct zt_near near = { .word = at->step.key };
	char list[512];
	size_t n = 0;

	for (const struct zt_key *k = keys; k->name; k++)
		zt_near_offer(&near, k->name);
	zt_near_offer(&near, "note");
	if (near.best) {
		zt_complain(at, "unknown key; did you mean \"%s\"?", near.best);
		return;
	}
	for (const struct zt_key *k = keys; k->name && n < sizeof(list); k++)
		if (!k->later)
			n += snprintf(list + n, sizeof(list) - n, "%s\"%s\"", n ? ", " : "",
				      k->name);
	zt_complain(at, "unknown key; use %s", list);
}

bool zt_object(const struct zt_at *at, const struct zt_key *keys)
{
	if (!json_object_is_type(at->v, json_type_object)) {
		zt_wrong_type(at, "an object", NULL);
		return false;
	}
	json_object_object_foreach(at->v, name, value) {
		struct zt_at key = zt_at_key(at->ps, at, name);
		const struct zt_key *k = keys;

		(void)value;
		while (k->name && (*k->name != *name || strcmp(k->name, name)))
			k++;
		if (k->name && k->later)
			zt_complain(&key, "known, but not in this release; remove it or upgrade");
		else if (!k->name && strcmp(name, "note"))
			unknown_key(&key, keys);
	}
	return true;
}

bool zt_child(const struct zt_at *at, const char *key, struct zt_at *ret)
{
	struct json_object *v;

	*ret = zt_at_key(at->ps, at, key);
	if (!json_object_object_get_ex(at->v, key, &v))
		return false;
	ret->v = v;
	if (!v)
		zt_complain(ret, "null is not a value; leave the key out for its default");
	return v != NULL;
}

/* A control character in it, or 0 -> -1. */
static int control_in(const char *s)
{
	for (; *s; s += zt_utf8_len(s, 4) ?: 1)
		if (zt_is_control(s))
			return (unsigned char)(*s == '\xc2' ? s[1] : s[0]);
	return -1;
}

const char *zt_text(const struct zt_at *at, size_t max, const char *hint)
{
	const char *s;
	size_t len;
	int c;

	if (!json_object_is_type(at->v, json_type_string)) {
		zt_wrong_type(at, "text", hint);
		return NULL;
	}
	s = json_object_get_string(at->v);
	len = json_object_get_string_len(at->v);
	c = control_in(s);
	if (!len)
		zt_complain(at, "empty text; leave it out, or write something");
	else if (c >= 0)
		zt_complain(at, "control character 0x%02x; use one line, or a comment", c);
	else if (len > max)
		zt_complain(at, "%zu bytes; the limit is %zu", len, max);
	else
		return s;
	return NULL;
}

const char *zt_keep_text(const struct zt_at *at, const char *key, size_t max)
{
	struct zt_at child;
	const char *s;

	if (!zt_child(at, key, &child))
		return NULL;
	s = zt_text(&child, max, NULL);
	return s ? zt_arena_text(at->ps->arena, s, strlen(s)) : NULL;
}

bool zt_bool(const struct zt_at *at, bool otherwise)
{
	if (json_object_is_type(at->v, json_type_boolean))
		return json_object_get_boolean(at->v);
	zt_wrong_type(at, "true or false", NULL);
	return otherwise;
}

int zt_number(const struct zt_at *at, int lo, int hi)
{
	int64_t n;

	if (json_object_is_type(at->v, json_type_double)) {
		zt_complain(at, "%s is not a plain whole number", WRITTEN(at));
		return -1;
	}
	if (!json_object_is_type(at->v, json_type_int)) {
		zt_wrong_type(at, "a number", NULL);
		return -1;
	}
	n = json_object_get_int64(at->v);
	if (n >= lo && n <= hi)
		return n;
	zt_complain(at, "%s is not in %d-%d", WRITTEN(at), lo, hi);
	return -1;
}

int zt_choice(const struct zt_at *at, const char *const *words, const char *what)
{
	char list[256], hint[280];
	const char *s;

	snprintf(hint, sizeof(hint), "use %s", zt_word_list(words, list, sizeof(list)));
	s = zt_text(at, ZT_SCAN_TEXT_MAX, hint);
	if (!s)
		return -1;
	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], s))
			return i;
	zt_complain(at, "%s is not %s; %s", Q(s), what, hint);
	return -1;
}
