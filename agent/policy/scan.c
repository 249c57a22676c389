/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The structure of a policy file: objects, lists, comments, depth, duplicate
 * keys. One pass, no recursion deeper than the limit. Must never know which keys
 * the language has.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "policy/scanner.h"

static int value(struct zt_scanner *sc, const struct zt_step *at, unsigned int depth);

int zt_scanner_fail(struct zt_scanner *sc, const struct zt_step *at, const char *fmt, ...)
{
	char text[512], path[ZT_PATH_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	zt_errors_add(sc->errors, "%s:%u: %s: %s", sc->out->name, sc->line,
		      at ? zt_path_text(at, path, sizeof(path)) : "(file)", text);
	sc->failed = true;
	return -EINVAL;
}

/* sc->p at the slash. */
static int comment(struct zt_scanner *sc, const struct zt_step *at)
{
	const char *p = sc->p + 1;

	sc->out->has_comments = true;
	if (p < sc->end && *p == '/') {
		while (p < sc->end && *p != '\n')
			p++;
		sc->p = p;
		return 0;
	}
	if (p == sc->end || *p != '*')
		return zt_scanner_fail(sc, at,
				       "\"/\" does not start a value; comments are // and /* */");
	for (p++; p + 1 < sc->end; p++) {
		if (*p == '*' && p[1] == '/') {
			sc->p = p + 2;
			return 0;
		}
		sc->line += *p == '\n';
	}
	return zt_scanner_fail(sc, at, "the file ends inside a comment; close it with */");
}

int zt_scanner_next(struct zt_scanner *sc, const struct zt_step *at)
{
	for (; sc->p < sc->end; sc->p++) {
		switch (*sc->p) {
		case '\n':
			sc->line++;
			break;
		case ' ':
		case '\t':
		case '\r':
			break;
		case '/':
			if (comment(sc, at))
				return -2;
			sc->p--;
			break;
		default:
			return (unsigned char)*sc->p;
		}
	}
	return -1;
}

static int add_member(struct zt_scanner *sc, unsigned int depth, const struct zt_step *key)
{
	struct zt_member **v = depth == 1 ? &sc->out->sections : &sc->out->members;
	uint32_t *nr = depth == 1 ? &sc->out->nr_sections : &sc->out->nr_members;
	uint32_t *size = depth == 1 ? &sc->sections_size : &sc->members_size;

	if (*nr == (depth == 1 ? ZT_SCAN_SECTIONS_MAX : ZT_SCAN_MEMBERS_MAX))
		return zt_scanner_fail(sc, key->up, "more than %u %s", *nr,
				       depth == 1 ? "sections" : "objects");
	if (*nr == *size) {
		*size = *size ? *size + *size / 2 : 32;
		*v = zt_arena_grow(sc->arena, *v, *size * sizeof(**v));
	}
	(*v)[*nr] =
		(struct zt_member){ .key = key->key, .key_len = key->key_len, .line = sc->line };
	++*nr;
	sc->values = 0;
	return 0;
}

/* The value of a key; sections and their members are remembered. */
static int member_value(struct zt_scanner *sc, const struct zt_step *key, unsigned int depth)
{
	uint32_t index = depth == 1 ? sc->out->nr_sections : sc->out->nr_members;
	uint32_t first = sc->out->nr_members, pos, line;
	struct zt_member *m;
	int r;

	if (depth <= 2 && add_member(sc, depth, key))
		return -EINVAL;
	r = zt_scanner_next(sc, key);
	if (r == -2)
		return -EINVAL;
	if (r != ':')
		return zt_scanner_fail(sc, key, "\":\" and a value are missing after the key");
	sc->p++;
	if (zt_scanner_next(sc, key) == -2)
		return -EINVAL;
	pos = sc->p - sc->out->text;
	line = sc->line;
	r = value(sc, key, depth + 1);
	if (r || depth > 2)
		return r;
	m = depth == 1 ? &sc->out->sections[index] : &sc->out->members[index];
	m->value = pos;
	m->value_len = sc->p - sc->out->text - pos;
	m->value_line = line;
	m->first = first;
	m->nr = depth == 1 ? sc->out->nr_members - first : 0;
	return 0;
}

static int member(struct zt_scanner *sc, const struct zt_step *at, unsigned int depth,
		  uint32_t base)
{
	struct zt_step key = { .up = at };
	struct zt_string s;
	uint32_t line;
	int r;

	if (*sc->p != '"') {
		char buf[ZT_QUOTE_MAX];

		return zt_scanner_fail(
			sc, at, "%s does not start a key; use double quotes",
			zt_quote(sc->p, zt_utf8_len(sc->p, sc->end - sc->p) ?: 1, buf));
	}
	r = zt_scanner_string(sc, at, &s);
	if (r)
		return r;
	key.key = zt_scanner_unescape(sc, &s, &key.key_len);
	line = zt_open_keys_add(sc, &key, base);
	if (line)
		zt_scanner_fail(sc, &key, "defined twice, first at line %u; rename or remove one",
				line);
	return member_value(sc, &key, depth);
}

/* Between elements: 1 = another one follows, 0 = the container was closed. */
static int separate(struct zt_scanner *sc, const struct zt_step *at, bool first, char close)
{
	char buf[ZT_QUOTE_MAX];
	int c = zt_scanner_next(sc, at);

	if (c == close) {
		sc->p++;
		return 0;
	}
	if (c >= 0 && !first) {
		if (c != ',')
			return zt_scanner_fail(
				sc, at, "%s where \",\" or \"%c\" is needed",
				zt_quote(sc->p, zt_utf8_len(sc->p, sc->end - sc->p) ?: 1, buf),
				close);
		sc->p++;
		c = zt_scanner_next(sc, at);
		if (c == close)
			return zt_scanner_fail(sc, at, "comma before \"%c\"; remove it", close);
	}
	if (c == -1)
		return zt_scanner_fail(sc, at, "the file ends before the closing \"%c\"", close);
	return c == -2 ? -EINVAL : 1;
}

static int object(struct zt_scanner *sc, const struct zt_step *at, unsigned int depth)
{
	uint32_t base = sc->keys.nr;
	bool first = true;
	int r;

	sc->p++;
	for (;;) {
		r = separate(sc, at, first, '}');
		if (r <= 0)
			break;
		r = member(sc, at, depth, base);
		if (r)
			break;
		first = false;
	}
	zt_open_keys_close(&sc->keys, base);
	return r;
}

static int list(struct zt_scanner *sc, const struct zt_step *at, unsigned int depth)
{
	struct zt_step item = { .up = at };
	int r;

	sc->p++;
	for (;; item.index++) {
		r = separate(sc, at, !item.index, ']');
		if (r <= 0)
			return r;
		r = value(sc, &item, depth + 1);
		if (r)
			return r;
	}
}

/* depth: of this value, from 1; members of depth 2 objects are the last recorded. */
static int value(struct zt_scanner *sc, const struct zt_step *at, unsigned int depth)
{
	struct zt_string s;
	int c = zt_scanner_next(sc, at);

	if (c == -2)
		return -EINVAL;
	if (c == -1)
		return zt_scanner_fail(sc, at, "the file ends where a value is needed");
	if (++sc->values > ZT_SCAN_VALUES_MAX)
		return zt_scanner_fail(sc, at, "more than %u values in one object",
				       ZT_SCAN_VALUES_MAX);
	if (c == '"')
		return zt_scanner_string(sc, at, &s);
	if (c != '{' && c != '[')
		return zt_scanner_word(sc, at);
	if (depth > ZT_POLICY_DEPTH_MAX)
		return zt_scanner_fail(
			sc, NULL, "nested deeper than %u; no policy needs that, check the file",
			ZT_POLICY_DEPTH_MAX);
	return c == '{' ? object(sc, at, depth) : list(sc, at, depth);
}

static int top(struct zt_scanner *sc)
{
	char buf[ZT_QUOTE_MAX];
	int c, r;

	if ((sc->out->len >= 3 && !memcmp(sc->p, "\xef\xbb\xbf", 3)) ||
	    (sc->out->len >= 2 && (!memcmp(sc->p, "\xff\xfe", 2) || !memcmp(sc->p, "\xfe\xff", 2))))
		return zt_scanner_fail(sc, NULL,
				       "begins with a byte order mark; save as UTF-8 without BOM");
	c = zt_scanner_next(sc, NULL);
	if (c == -2)
		return -EINVAL;
	if (c == -1)
		return zt_scanner_fail(sc, NULL, "empty; begin with {\"version\": 1");
	sc->out->line = sc->line;
	r = value(sc, NULL, 1);
	if (r)
		return r;
	if (c != '{')
		return zt_scanner_fail(sc, NULL, "is not an object; begin with {\"version\": 1");
	c = zt_scanner_next(sc, NULL);
	if (c >= 0)
		return zt_scanner_fail(
			sc, NULL, "text after the end of the policy: %s; one object per file",
			zt_quote(sc->p, zt_utf8_len(sc->p, sc->end - sc->p) ?: 1, buf));
	return c == -2 ? -EINVAL : 0;
}

int zt_scan(const struct zt_source *source, struct zt_arena *arena, struct zt_errors *errors,
	    struct zt_scan *ret)
{
	struct zt_scanner sc = {
		.p = source->text, .end = source->text + source->len, .line = 1,
		.out = ret, .arena = arena, .errors = errors,
	};
	int r;

	*ret = (struct zt_scan){ .name = source->name, .text = source->text, .len = source->len };
	if (source->len > ZT_POLICY_BYTES_MAX)
		return zt_scanner_fail(&sc, NULL,
				       "%zu bytes; the limit is %u for all files together",
				       source->len, ZT_POLICY_BYTES_MAX);
	r = top(&sc);
	zt_arena_drop(arena, sc.keys.v);
	zt_arena_drop(arena, sc.keys.heads);
	return r ? r : sc.failed ? -EINVAL : 0;
}
