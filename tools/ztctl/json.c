/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON out, and reading what the agent sent without trusting its shape. json-c
 * leaves C1 controls and broken UTF-8 in strings as they are; these go out as
 * \uNNNN, which is possible because JSON outside strings is plain ASCII.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "utf8.h"
#include "output.h"

struct json_object *object_new(void)
{
	struct json_object *o = json_object_new_object();

	if (!o)
		abort();
	add_number(o, "schema", ZTCTL_SCHEMA);
	return o;
}

static void print_character(uint32_t code)
{
	if (code > 0xffff)
		printf("\\u%04x\\u%04x", 0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
	else
		printf("\\u%04x", code);
}

void output_json(struct json_object *o, bool pretty)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
		    (pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
			    : JSON_C_TO_STRING_PLAIN);
	const char *text = json_object_to_json_string_ext(o, flags);

	while (*text) {
		uint32_t code;
		size_t n = utf8_next(text, &code);

		if (!n) {
			fputs("\\ufffd", stdout);
			n = 1;
		} else if (code != '\n' && utf8_is_hostile(code)) {
			print_character(code);
		} else {
			fwrite(text, 1, n, stdout);
		}
		text += n;
	}
	putchar('\n');
	json_object_put(o);
}

void add_text(struct json_object *o, const char *key, const char *text)
{
	if (text)
		json_object_object_add(o, key, json_object_new_string(text));
}

void add_number(struct json_object *o, const char *key, int64_t v)
{
	json_object_object_add(o, key, json_object_new_int64(v));
}

void add_bool(struct json_object *o, const char *key, bool v)
{
	json_object_object_add(o, key, json_object_new_boolean(v));
}

struct json_object *get_member(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	if (json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, key, &v);
	return v;
}

const char *get_text(struct json_object *o, const char *key)
{
	struct json_object *v = get_member(o, key);

	return json_object_is_type(v, json_type_string) ? json_object_get_string(v) : "";
}

int64_t get_number(struct json_object *o, const char *key)
{
	struct json_object *v = get_member(o, key);

	return json_object_is_type(v, json_type_int) ? json_object_get_int64(v) : 0;
}

bool get_bool(struct json_object *o, const char *key)
{
	struct json_object *v = get_member(o, key);

	return json_object_is_type(v, json_type_boolean) && json_object_get_boolean(v);
}

size_t get_length(struct json_object *o, const char *key)
{
	struct json_object *v = get_member(o, key);

	return json_object_is_type(v, json_type_array) ? json_object_array_length(v) : 0;
}

struct json_object *get_item(struct json_object *o, const char *key, size_t index)
{
	return index < get_length(o, key) ? json_object_array_get_idx(get_member(o, key), index)
					  : NULL;
}

char *get_joined(struct json_object *o, const char *key)
{
	size_t i, nr = get_length(o, key), len;
	char *buf = NULL;
	FILE *f = open_memstream(&buf, &len);

	if (!f)
		abort();
	for (i = 0; i < nr; i++) {
		const char *text = json_object_get_string(get_item(o, key, i));

		fprintf(f, "%s%s", i ? ", " : "", text ? text : "");
	}
	if (fclose(f))
		abort();
	return buf;
}
