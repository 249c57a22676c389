/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Octets that may come from a device, made harmless for a terminal: control
 * characters, the C1 block, bidi overrides and broken UTF-8 are spelled out.
 */
#include <stdlib.h>
#include <string.h>
#include "utf8.h"
#include "output.h"

size_t utf8_next(const char *text, uint32_t *ret_code)
{
	const uint8_t *s = (const uint8_t *)text;
	size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2, i;
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t code;

	if (n == 1) {
		*ret_code = s[0];
		return 1;
	}
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	code = s[0] & (0x7f >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	*ret_code = code;
	return n;
}

bool utf8_is_hostile(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad ||
	       (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
	       (code >= 0xfff0 && code <= 0xfffb) || code >= 0xe0000;
}

static void escape(FILE *to, const char *text)
{
	while (*text) {
		uint32_t code;
		size_t n = utf8_next(text, &code);

		if (!n) {
			fprintf(to, "\\x%02x", (uint8_t)*text);
			n = 1;
		} else if (!utf8_is_hostile(code)) {
			fwrite(text, 1, n, to);
		} else if (code < 0x80) {
			fprintf(to, "\\x%02x", code);
		} else {
			fprintf(to, code > 0xffff ? "\\U%08x" : "\\u%04x", code);
		}
		text += n;
	}
}

void print_safe(FILE *to, const char *text)
{
	escape(to, text);
}

char *safe_text(const char *text)
{
	char *buf = NULL;
	size_t len;
	FILE *f = open_memstream(&buf, &len);

	if (!f)
		abort();
	escape(f, text);
	if (fclose(f))
		abort();
	return buf;
}

/* Every character counts as one column: names here are ids and addresses. */
size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((uint8_t)*text & 0xc0) != 0x80;
	return width;
}
