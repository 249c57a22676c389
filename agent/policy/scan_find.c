/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Walking text the scanner has accepted: where a value lies, on which line, and
 * the same text without comments. Must never be given text that was not scanned.
 */
#include <string.h>
#include "policy/scanner.h"

struct walk {
	const char *p, *end;
	uint32_t line;
};

/* Strings and comments as a whole, anything else one character. */
static void step_over(struct walk *w)
{
	if (*w->p == '"') {
		for (w->p++; *w->p != '"'; w->p++)
			w->p += *w->p == '\\';
	} else if (w->p[0] == '/' && w->p[1] == '/') {
		w->p = memchr(w->p, '\n', w->end - w->p) ?: w->end - 1;
		w->line++;
	} else if (w->p[0] == '/') {
		for (w->p += 2; w->p[0] != '*' || w->p[1] != '/'; w->p++)
			w->line += *w->p == '\n';
		w->p++;
	} else {
		w->line += *w->p == '\n';
	}
	w->p++;
}

static void skip_blank(struct walk *w)
{
	while (*w->p == ' ' || *w->p == '\t' || *w->p == '\r' || *w->p == '\n' || *w->p == '/')
		step_over(w);
}

static void skip_value(struct walk *w)
{
	int open = 0;

	if (*w->p != '{' && *w->p != '[' && *w->p != '"') {
		w->p += strcspn(w->p, " \t\r\n/,]}");
		return;
	}
	do {
		open += *w->p == '{' || *w->p == '[';
		open -= *w->p == '}' || *w->p == ']';
		step_over(w);
	} while (open);
}

static bool is_key(const char *p, const struct zt_step *step)
{
	return !strncmp(p, step->key, step->key_len) && p[step->key_len] == '"';
}

bool zt_scan_find(struct zt_scan_place *place, const struct zt_step *step)
{
	const char *text = place->text + place->pos;
	struct walk w = { text, text + place->len, place->line };
	const char *start;
	bool found;

	if (*w.p != (step->key ? '{' : '['))
		return false;
	w.p++;
	skip_blank(&w);
	for (uint32_t i = 0; *w.p != '}' && *w.p != ']'; i++) {
		uint32_t line = w.line, value_line;

		found = step->key ? is_key(w.p + 1, step) : i == step->index;
		if (step->key) {
			step_over(&w);
			skip_blank(&w);
			w.p++;
			skip_blank(&w);
		}
		start = w.p;
		value_line = w.line;
		skip_value(&w);
		if (found) {
			place->pos = start - place->text;
			place->len = w.p - start;
			place->line = value_line;
			place->key_line = line;
			return true;
		}
		skip_blank(&w);
		if (*w.p == ',')
			w.p++;
		skip_blank(&w);
	}
	return false;
}

void zt_scan_blank(const char *text, uint32_t len, char *ret)
{
	struct walk w = { .p = text, .end = text + len };

	memcpy(ret, text, len);
	while (w.p < text + len) {
		const char *start = w.p;

		step_over(&w);
		if (*start == '/')
			memset(ret + (start - text), ' ', w.p - start);
	}
}
