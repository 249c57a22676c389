/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Strings, words and numbers of the scanner. What passes here json-c reads as we
 * do; must never know what a string means.
 */
#include <errno.h>
#include <string.h>
#include "policy/scanner.h"

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static unsigned int hex4(const char *p)
{
	unsigned int v = 0;

	for (int i = 0; i < 4; i++)
		v = v << 4 | (p[i] <= '9' ? p[i] - '0' : (p[i] | 32) - 'a' + 10);
	return v;
}

/* p at the u of \uXXXX: its value, or -1 when it is cut short. */
static int unicode(const struct zt_scanner *sc, const char *p)
{
	if (sc->end - p < 5)
		return -1;
	for (int i = 1; i < 5; i++)
		if (!is_hex(p[i]))
			return -1;
	return hex4(p + 1);
}

static int unicode_escape(struct zt_scanner *sc, const struct zt_step *at)
{
	int v = unicode(sc, sc->p), low;

	if (v < 0)
		return zt_scanner_fail(sc, at, "\"\\u\" needs four hexadecimal digits");
	if (v == 0)
		return zt_scanner_fail(sc, at,
				       "control character 0x00; use one line, or a comment");
	if (v < 0xd800 || v > 0xdfff) {
		sc->p += 5;
		return 0;
	}
	if (v < 0xdc00 && sc->end - sc->p > 6 && sc->p[5] == '\\' && sc->p[6] == 'u') {
		low = unicode(sc, sc->p + 6);
		if (low >= 0xdc00 && low <= 0xdfff) {
			sc->p += 11;
			return 0;
		}
	}
	return zt_scanner_fail(sc, at, "\"\\u%.4s\" is half a character; write valid UTF-8",
			       sc->p + 1);
}

static int escape(struct zt_scanner *sc, const struct zt_step *at)
{
	char buf[ZT_QUOTE_MAX];

	sc->p++;
	if (sc->p < sc->end && *sc->p == 'u')
		return unicode_escape(sc, at);
	if (sc->p < sc->end && *sc->p && strchr("\"\\/bfnrt", *sc->p)) {
		sc->p++;
		return 0;
	}
	return zt_scanner_fail(sc, at,
			       "%s is not an escape of JSON; write \"\\\\\" for a backslash",
			       zt_quote(sc->p - 1, sc->p < sc->end ? 2 : 1, buf));
}

static int special(struct zt_scanner *sc, const struct zt_step *at)
{
	unsigned char c = *sc->p;
	char buf[ZT_QUOTE_MAX];
	size_t n;

	if (c == '\\')
		return escape(sc, at);
	if (c < 0x20)
		return zt_scanner_fail(sc, at,
				       "control character 0x%02x; use one line, or a comment", c);
	n = zt_utf8_len(sc->p, sc->end - sc->p);
	if (!n)
		return zt_scanner_fail(sc, at, "%s is half a character; write valid UTF-8",
				       zt_quote(sc->p, 1, buf));
	sc->p += n;
	return 0;
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

int zt_scanner_string(struct zt_scanner *sc, const struct zt_step *at, struct zt_string *ret)
{
	const char *start = ++sc->p;
	bool escaped = false;
	int r;

	for (;;) {
		while (sc->p < sc->end && is_plain(*sc->p))
			sc->p++;
		if (sc->p - start > ZT_SCAN_TEXT_MAX)
			return zt_scanner_fail(sc, at, "text of more than %u bytes",
					       ZT_SCAN_TEXT_MAX);
		if (sc->p == sc->end)
			return zt_scanner_fail(sc, at,
					       "the file ends inside a text; close it with '\"'");
		if (*sc->p == '"')
			break;
		escaped |= *sc->p == '\\';
		r = special(sc, at);
		if (r)
			return r;
	}
	*ret = (struct zt_string){ start, sc->p - start, escaped };
	sc->p++;
	return 0;
}

static char *put_utf8(char *to, unsigned int c)
{
	if (c < 0x80) {
		*to++ = c;
		return to;
	}
	if (c < 0x800) {
		*to++ = 0xc0 | c >> 6;
	} else {
		if (c < 0x10000) {
			*to++ = 0xe0 | c >> 12;
		} else {
			*to++ = 0xf0 | c >> 18;
			*to++ = 0x80 | (c >> 12 & 0x3f);
		}
		*to++ = 0x80 | (c >> 6 & 0x3f);
	}
	*to++ = 0x80 | (c & 0x3f);
	return to;
}

/* The string was accepted, so every escape is whole. */
const char *zt_scanner_unescape(struct zt_scanner *sc, const struct zt_string *s, uint32_t *ret_len)
{
	static const char from[] = "bfnrt", to_what[] = "\b\f\n\r\t";
	const char *p = s->s, *end = s->s + s->len, *which;
	char *text, *to;
	unsigned int c;

	*ret_len = s->len;
	if (!s->escaped)
		return s->s;
	text = to = zt_arena_alloc(sc->arena, s->len);
	while (p < end) {
		if (*p != '\\') {
			*to++ = *p++;
			continue;
		}
		p++;
		if (*p != 'u') {
			which = strchr(from, *p);
			*to++ = which ? to_what[which - from] : *p;
			p++;
			continue;
		}
		c = hex4(p + 1);
		p += 5;
		if (c >= 0xd800 && c <= 0xdbff) {
			c = 0x10000 + ((c - 0xd800) << 10) + hex4(p + 2) - 0xdc00;
			p += 6;
		}
		to = put_utf8(to, c);
	}
	*ret_len = to - text;
	return text;
}

static bool is_word_char(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '+' ||
	       c == '-' || c == '.' || c == '_';
}

static const char *digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* The grammar of RFC 8259: -? int frac? exp? */
static bool is_number(const char *p, const char *end)
{
	const char *start;

	p += *p == '-';
	start = p;
	p = digits(p, end);
	if (p == start || (*start == '0' && p - start > 1))
		return false;
	if (p < end && *p == '.') {
		start = ++p;
		p = digits(p, end);
		if (p == start)
			return false;
	}
	if (p < end && (*p | 32) == 'e') {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		start = p;
		p = digits(p, end);
		if (p == start)
			return false;
	}
	return p == end;
}

static bool is_one_of(const char *p, size_t n, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == n && !memcmp(p, *words, n))
			return true;
	return false;
}

int zt_scanner_word(struct zt_scanner *sc, const struct zt_step *at)
{
	static const char *const good[] = { "true", "false", "null", NULL };
	static const char *const numbers[] = { "NaN", "-NaN", "Infinity", "-Infinity", "+Infinity",
					       "nan", "inf", NULL };
	const char *start = sc->p;
	char buf[ZT_QUOTE_MAX];
	int n, shown;

	while (sc->p < sc->end && is_word_char(*sc->p))
		sc->p++;
	n = sc->p - start;
	shown = n > 64 ? 64 : n;
	if (!n)
		return zt_scanner_fail(
			sc, at, "%s does not start a value; use double quotes",
			zt_quote(start, zt_utf8_len(start, sc->end - start) ?: 1, buf));
	if (is_one_of(start, n, good) || is_number(start, sc->p))
		return 0;
	sc->p = start;
	if (is_one_of(start, n, numbers))
		return zt_scanner_fail(sc, at, "%.*s is not a value of JSON; write a number", shown,
				       start);
	if (strchr("+-.0123456789", *start))
		return zt_scanner_fail(sc, at, "%.*s is not a plain whole number", shown, start);
	return zt_scanner_fail(sc, at, "%.*s is not a value of JSON; use double quotes for text",
			       shown, start);
}
