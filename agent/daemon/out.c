/* SPDX-License-Identifier: GPL-2.0 */
/* JSON written straight into one growing text: see out.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/out.h"

void out_raw(struct out *o, const char *text, size_t len)
{
	size_t cap = o->cap ? o->cap : 4096;
	char *bigger;

	if (o->failed)
		return;
	while (cap < o->len + len)
		cap += cap / 2;
	if (cap != o->cap) {
		bigger = realloc(o->s, cap);
		if (!bigger) {
			o->failed = true;
			return;
		}
		o->s = bigger;
		o->cap = cap;
	}
	memcpy(o->s + o->len, text, len);
	o->len += len;
}

/* A string of the policy: valid UTF-8, yet quotes, backslashes and controls need care. */
static void quoted(struct out *o, const char *text)
{
	const char *from = text;
	char escape[8];

	out_raw(o, "\"", 1);
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x20 && *text != '"' && *text != '\\')
			continue;
		out_raw(o, from, (size_t)(text - from));
		snprintf(escape, sizeof(escape), "\\u%04x", (unsigned char)*text);
		out_raw(o, escape, 6);
		from = text + 1;
	}
	out_raw(o, from, (size_t)(text - from));
	out_raw(o, "\"", 1);
}

static void begin(struct out *o, const char *key)
{
	char last = o->len ? o->s[o->len - 1] : '[';

	if (last != '{' && last != '[' && last != ':')
		out_raw(o, ",", 1);
	if (key) {
		quoted(o, key);
		out_raw(o, ":", 1);
	}
}

void out_open(struct out *o, const char *key, char bracket)
{
	begin(o, key);
	out_raw(o, &bracket, 1);
}

void out_close(struct out *o, char bracket)
{
	out_raw(o, &bracket, 1);
}

void out_text(struct out *o, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	begin(o, key);
	quoted(o, text);
}

void out_number(struct out *o, const char *key, uint64_t value)
{
	char text[24];

	begin(o, key);
	out_raw(o, text, (size_t)snprintf(text, sizeof(text), "%" PRIu64, value));
}

void out_bool(struct out *o, const char *key, bool value)
{
	begin(o, key);
	out_raw(o, value ? "true" : "false", value ? 4 : 5);
}
