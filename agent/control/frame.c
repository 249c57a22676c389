/* SPDX-License-Identifier: GPL-2.0 */
/* Requests taken from a stream of octets: see frame.h. Knows no socket and no command. */
#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "control/frame.h"
#include "policy/policy.h"

#define DEPTH_MAX 8
#define NAME_MAX_LEN 255

static void __attribute__((format(printf, 2, 3))) refuse(struct zt_frame *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->error, sizeof(f->error), fmt, ap);
	va_end(ap);
	f->state = ZT_FRAME_BAD;
}

void zt_frame_next(struct zt_frame *f)
{
	if (f->request)
		json_object_put(f->request);
	free(f->line);
	free(f->sources);
	free(f->files);
	*f = (struct zt_frame){.state = ZT_FRAME_LINE};
}

void zt_frame_free(struct zt_frame *f)
{
	zt_frame_next(f);
}

static int grow_line(struct zt_frame *f, size_t need)
{
	size_t cap = f->line_cap ? f->line_cap : 512;
	char *bigger;

	while (cap < need)
		cap *= 2;
	if (cap == f->line_cap)
		return 0;
	bigger = realloc(f->line, cap);
	if (!bigger)
		return -ENOMEM;
	f->line = bigger;
	f->line_cap = cap;
	return 0;
}

static bool is_plain_name(const char *s, size_t len)
{
	size_t i;

	if (!len || len > NAME_MAX_LEN)
		return false;
	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return true;
}

static int take_source(struct zt_frame *f, struct json_object *entry, size_t i)
{
	struct json_object *name, *bytes;
	int64_t n;

	if (!json_object_is_type(entry, json_type_object) ||
	    json_object_object_length(entry) != 2 ||
	    !json_object_object_get_ex(entry, "name", &name) ||
	    !json_object_object_get_ex(entry, "bytes", &bytes) ||
	    !json_object_is_type(name, json_type_string) ||
	    !json_object_is_type(bytes, json_type_int))
		return -EINVAL;
	if (!is_plain_name(json_object_get_string(name), (size_t)json_object_get_string_len(name)))
		return -EINVAL;
	n = json_object_get_int64(bytes);
	if (n < 0)
		return -EINVAL;
	if ((uint64_t)n > ZT_CONTROL_FILES_MAX - f->files_len)
		return -E2BIG;
	f->sources[i] = (struct zt_source){.name = json_object_get_string(name), .len = (size_t)n};
	f->files_len += (size_t)n;
	return 0;
}

static void take_sources(struct zt_frame *f, struct json_object *list)
{
	size_t i, nr;
	int r;

	if (!json_object_is_type(list, json_type_array)) {
		refuse(f, "sources: expected a list");
		return;
	}
	nr = json_object_array_length(list);
	if (nr > ZT_CONTROL_SOURCES_MAX) {
		refuse(f, "sources: %zu files; the limit is %u", nr, ZT_CONTROL_SOURCES_MAX);
		return;
	}
	f->sources = calloc(nr ? nr : 1, sizeof(*f->sources));
	if (!f->sources) {
		refuse(f, "out of memory");
		return;
	}
	f->nr_sources = nr;
	for (i = 0; i < nr; i++) {
		r = take_source(f, json_object_array_get_idx(list, i), i);
		if (r == -E2BIG)
			refuse(f, "sources: more than %u bytes together", ZT_CONTROL_FILES_MAX);
		else if (r)
			refuse(f, "sources[%zu]: expected {\"name\": text, \"bytes\": number}", i);
		if (r)
			return;
	}
}

static struct json_object *parse_line(const char *line, size_t len)
{
	struct json_tokener *t = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *o = NULL;

	if (!t)
		return NULL;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(t, line, (int)len);
	if (o &&
	    (json_tokener_get_error(t) != json_tokener_success ||
	     json_tokener_get_parse_end(t) != len || !json_object_is_type(o, json_type_object))) {
		json_object_put(o);
		o = NULL;
	}
	json_tokener_free(t);
	return o;
}

/* The line is complete (without newline): what does it say. */
static void take_line(struct zt_frame *f)
{
	struct json_object *schema, *cmd, *list;

	while (f->line_len && strchr(" \t\r", f->line[f->line_len - 1]))
		f->line[--f->line_len] = 0;
	if (f->line_len && !memchr(f->line, 0, f->line_len))
		f->request = parse_line(f->line, f->line_len);
	if (!f->request) {
		refuse(f, "the request is not one JSON object on one line");
		return;
	}
	if (!json_object_object_get_ex(f->request, "schema", &schema) ||
	    !json_object_is_type(schema, json_type_int) ||
	    json_object_get_int64(schema) != ZT_CONTROL_SCHEMA) {
		refuse(f, "schema: this agent speaks schema %d", ZT_CONTROL_SCHEMA);
		return;
	}
	if (!json_object_object_get_ex(f->request, "cmd", &cmd) ||
	    !json_object_is_type(cmd, json_type_string)) {
		refuse(f, "cmd: missing");
		return;
	}
	f->cmd = json_object_get_string(cmd);
	f->state = ZT_FRAME_ADMIT;
	if (json_object_object_get_ex(f->request, "sources", &list))
		take_sources(f, list);
}

static size_t feed_line(struct zt_frame *f, const char *data, size_t len)
{
	const char *end = memchr(data, '\n', len);
	size_t n = end ? (size_t)(end - data) : len;

	if (f->line_len + n >= ZT_CONTROL_LINE_MAX) {
		refuse(f, "the request line is longer than %u octets", ZT_CONTROL_LINE_MAX);
		return 0;
	}
	if (grow_line(f, f->line_len + n + 1)) {
		refuse(f, "out of memory");
		return 0;
	}
	memcpy(f->line + f->line_len, data, n);
	f->line_len += n;
	f->line[f->line_len] = 0;
	if (!end)
		return n;
	take_line(f);
	return n + 1;
}

static void point_sources(struct zt_frame *f)
{
	size_t at = 0, i;

	for (i = 0; i < f->nr_sources; i++) {
		f->sources[i].text = f->files + at;
		at += f->sources[i].len;
	}
	f->state = ZT_FRAME_READY;
}

int zt_frame_admit(struct zt_frame *f)
{
	f->files = malloc(f->files_len + 1);
	if (!f->files) {
		refuse(f, "out of memory");
		return -ENOMEM;
	}
	f->files[f->files_len] = 0;
	f->state = ZT_FRAME_FILES;
	if (!f->files_len)
		point_sources(f);
	return 0;
}

static size_t feed_files(struct zt_frame *f, const char *data, size_t len)
{
	size_t n = f->files_len - f->files_have;

	if (n > len)
		n = len;
	memcpy(f->files + f->files_have, data, n);
	f->files_have += n;
	if (f->files_have == f->files_len)
		point_sources(f);
	return n;
}

size_t zt_frame_feed(struct zt_frame *f, const char *data, size_t len)
{
	if (!len)
		return 0;
	if (f->state == ZT_FRAME_LINE)
		return feed_line(f, data, len);
	if (f->state == ZT_FRAME_FILES)
		return feed_files(f, data, len);
	return 0;
}
