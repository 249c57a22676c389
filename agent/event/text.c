/* SPDX-License-Identifier: GPL-2.0 */
/* Hostile text made safe for a log line: see text.h. Knows no event and no format. */
#include <stdint.h>
#include <string.h>
#include "event/text.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Number of octets a lead octet announces, 0 when it can not lead. */
static size_t announced(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	if (c >= 0xf0 && c <= 0xf4)
		return 4;
	return 0;
}

/*
 * What a terminal or a log viewer would act on instead of showing: C0, DEL, C1, line
 * and paragraph separators, direction marks, byte order mark, noncharacters.
 */
static bool is_safe(uint32_t u)
{
	if (u < 0x20 || (u >= 0x7f && u <= 0x9f))
		return false;
	if (u >= 0x200b && u <= 0x200f)
		return false;
	if (u >= 0x2028 && u <= 0x202e)
		return false;
	if (u >= 0x2060 && u <= 0x206f)
		return false;
	if (u == 0xfeff || (u >= 0xfff9 && u <= 0xfffb) || (u & 0xfffe) == 0xfffe)
		return false;
	return u < 0xe0000 || u > 0xe0fff;
}

size_t zt_text_char(const unsigned char *p, bool *ret_safe)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = announced(p[0]), i;
	uint32_t u;

	*ret_safe = false;
	if (!n)
		return 1;
	u = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		u = (u << 6) | (p[i] & 0x3f);
	}
	if (u < least[n] || u > 0x10ffff || (u >= 0xd800 && u <= 0xdfff))
		return 1;
	*ret_safe = is_safe(u);
	return n;
}

/* The octets that stand for the character at p, at most 4, no NUL. */
static size_t value_piece(const unsigned char *p, char piece[5], size_t *ret_used)
{
	bool safe;

	*ret_used = zt_text_char(p, &safe);
	if (*p == '\n' || *p == '\r')
		return strlen(strcpy(piece, *p == '\n' ? "\\n" : "\\r"));
	if (*p == '\\' || *p == '=') {
		piece[0] = '\\';
		piece[1] = (char)*p;
		return 2;
	}
	if (!safe)
		return strlen(strcpy(piece, *p == '\t' ? " " : REPLACEMENT));
	memcpy(piece, p, *ret_used);
	return *ret_used;
}

static size_t header_piece(const unsigned char *p, char piece[5], size_t *ret_used)
{
	bool safe;

	*ret_used = zt_text_char(p, &safe);
	if (*p == '|' || *p == '\\' || (!safe && *p < 0x80))
		return strlen(strcpy(piece, "_"));
	if (!safe)
		return strlen(strcpy(piece, REPLACEMENT));
	memcpy(piece, p, *ret_used);
	return *ret_used;
}

static size_t convert(const char *in, char *out, size_t cap,
		      size_t (*piece_of)(const unsigned char *, char[5], size_t *))
{
	const unsigned char *p = (const unsigned char *)in;
	size_t len = 0, used, n;
	char piece[5];

	if (!in)
		return 0;
	while (*p == ' ' || *p == '\t')
		p++;
	while (*p) {
		n = piece_of(p, piece, &used);
		if (len + n > cap)
			break;
		memcpy(out + len, piece, n);
		len += n;
		p += used;
	}
	while (len && out[len - 1] == ' ')
		len--;
	return len;
}

size_t zt_text_value(const char *in, char *out, size_t cap)
{
	return convert(in, out, cap, value_piece);
}

size_t zt_text_header(const char *in, char *out, size_t cap)
{
	return convert(in, out, cap, header_piece);
}

size_t zt_text_token(const char *in, char *out, size_t cap)
{
	size_t len = 0;

	for (; in && *in && len < cap; in++)
		out[len++] = *in > 0x20 && *in < 0x7f && *in != '|' ? *in : '_';
	if (!len && cap)
		out[len++] = '-';
	return len;
}
