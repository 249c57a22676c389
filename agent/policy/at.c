/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Places and messages: FILE:LINE: PATH: MESSAGE. The line is looked up in the
 * text only for messages that will be shown. Must never know a section.
 */
#include <json-c/json.h>
#include <stdarg.h>
#include <string.h>
#include "policy/parse.h"

struct zt_at zt_at_key(struct zt_parse *ps, const struct zt_at *up, const char *key)
{
	return (struct zt_at){
		.step = { up ? &up->step : NULL, key, strlen(key), 0 }, .ps = ps, .up = up,
	};
}

struct zt_at zt_at_index(struct zt_parse *ps, const struct zt_at *up, uint32_t index)
{
	return (struct zt_at){ .step = { &up->step, NULL, 0, index }, .ps = ps, .up = up };
}

struct zt_at zt_at_section(struct zt_parse *ps, enum zt_section s)
{
	return zt_at_key(ps, NULL, zt_section_words[s].section);
}

struct zt_at zt_at_object(const struct zt_at *section, enum zt_section s, uint32_t i)
{
	const struct zt_entry *e = &section->ps->lists[s].v[i];
	struct zt_at at = zt_at_key(section->ps, section, e->id);

	at.entry = e;
	return at;
}

/* As near as the text allows: 0 nowhere, 1 the value around it, 2 itself. */
static int locate(const struct zt_at *at, const struct zt_scan **ret_file,
		  struct zt_scan_place *ret)
{
	int r;

	if (at->entry && at->entry->file) {
		const struct zt_member *m = at->entry->m;

		*ret_file = at->entry->file;
		*ret = (struct zt_scan_place){
			.text = at->entry->file->text, .pos = m->value, .len = m->value_len,
			.line = m->value_line, .key_line = m->line,
		};
		return 2;
	}
	r = at->up ? locate(at->up, ret_file, ret) : 0;
	if (r == 2 && !zt_scan_find(ret, &at->step))
		return 1;
	return r;
}

static void report(struct zt_errors *to, const struct zt_at *at, const char *fmt, va_list args)
{
	struct zt_scan_place place = { .key_line = 1 };
	const struct zt_scan *file = at->ps->files;
	char text[1024], path[ZT_PATH_MAX];

	if (!to || to->nr == ZT_ERRORS_SHOWN) {
		zt_errors_add(to, "%s", "");
		return;
	}
	locate(at, &file, &place);
	vsnprintf(text, sizeof(text), fmt, args);
	zt_errors_add(to, "%s:%u: %s: %s", file->name, place.key_line,
		      zt_path_text(&at->step, path, sizeof(path)), text);
}

void zt_complain(const struct zt_at *at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(at->ps->errors, at, fmt, args);
	va_end(args);
}

void zt_inform(const struct zt_at *at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(at->ps->infos, at, fmt, args);
	va_end(args);
}

char *zt_line_of(const struct zt_entry *e, const struct zt_entry *seen_from, char *buf)
{
	const char *slash;

	if (!e->file) {
		strcpy(buf, "built in");
	} else if (e->file == seen_from->file) {
		snprintf(buf, ZT_LINE_MAX, "line %u", e->m->line);
	} else {
		slash = strrchr(e->file->name, '/');
		snprintf(buf, ZT_LINE_MAX, "%.250s:%u", slash ? slash + 1 : e->file->name,
			 e->m->line);
	}
	return buf;
}

char *zt_as_written(const struct zt_at *at, char *buf)
{
	const struct zt_scan *file;
	struct zt_scan_place place;
	int n;

	if (json_object_is_type(at->v, json_type_string))
		return zt_quote(json_object_get_string(at->v), json_object_get_string_len(at->v),
				buf);
	if (locate(at, &file, &place) == 2) {
		n = place.len > 64 ? 64 : (int)place.len;
		snprintf(buf, ZT_QUOTE_MAX, "%.*s", n, place.text + place.pos);
	} else {
		snprintf(buf, ZT_QUOTE_MAX, "%.64s", json_object_get_string(at->v) ?: "null");
	}
	return buf;
}

uint32_t zt_written_index(const struct zt_at *list, uint32_t i)
{
	static const char *const words[] = { "\"dynamic", "\"router\"", "\"internet\"", NULL };
	const struct zt_scan *file;
	struct zt_scan_place start, place;
	struct zt_step step = {0};
	bool is_word;

	if (locate(list, &file, &start) < 2)
		return i;
	for (uint32_t left = i; place = start, zt_scan_find(&place, &step); step.index++) {
		is_word = false;
		for (int k = 0; words[k]; k++)
			is_word |= !strncmp(place.text + place.pos, words[k], strlen(words[k]));
		if (!is_word && !left--)
			return step.index;
	}
	return i;
}

struct zt_where zt_where_of(const struct zt_parse *ps, const struct zt_entry *e)
{
	if (!e->file)
		return (struct zt_where){0};
	return (struct zt_where){ e->file - ps->files, e->m->line };
}
