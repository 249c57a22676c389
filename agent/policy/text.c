/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Texts for people: what a policy holds is hostile to a terminal until it went
 * through here. Must never know the policy language.
 */
#include <stdio.h>
#include <string.h>
#include "policy/text.h"

size_t zt_utf8_len(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t need = *p < 0x80	  ? 1
		      : *p < 0xc2 ? 0
		      : *p < 0xe0 ? 2
		      : *p < 0xf0 ? 3
		      : *p < 0xf5 ? 4
				  : 0;

	if (!need || need > len)
		return 0;
	for (size_t i = 1; i < need; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* overlong, surrogate, beyond U+10FFFF */
	if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) ||
	    (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] > 0x8f))
		return 0;
	return need;
}

bool zt_is_control(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	return *p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] < 0xa0);
}

/* Characters that turn or hide the text around them: U+200B-F, 2028-E, 2060-F, FEFF. */
static bool is_deceiving(const unsigned char *p, size_t n)
{
	if (n != 3)
		return false;
	return (p[0] == 0xe2 && p[1] == 0x80 &&
		((p[2] >= 0x8b && p[2] <= 0x8f) || (p[2] >= 0xa8 && p[2] <= 0xae))) ||
	       (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xaf) ||
	       (p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf);
}

static char *escape(const char *s, size_t n, char *to)
{
	const unsigned char *p = (const unsigned char *)s;

	if (!n)
		return to + sprintf(to, "\\x%02x", *p);
	if (*p == '"' || *p == '\\')
		return to + sprintf(to, "\\%c", *p);
	if (*p == '\n' || *p == '\r' || *p == '\t')
		return to + sprintf(to, "\\%c", *p == '\n' ? 'n' : *p == '\r' ? 'r' : 't');
	if (zt_is_control(s))
		return to + sprintf(to, "\\u%04x", n == 2 ? p[1] : *p);
	if (is_deceiving(p, n))
		return to + sprintf(to, "\\u%04x",
				    (p[0] & 0xf) << 12 | (p[1] & 0x3f) << 6 | (p[2] & 0x3f));
	memcpy(to, s, n);
	return to + n;
}

char *zt_quote(const char *s, size_t len, char *buf)
{
	char *to = buf;
	size_t used = 0;

	*to++ = '"';
	for (int chars = 0; used < len && chars < 64; chars++) {
		size_t n = zt_utf8_len(s + used, len - used);

		to = escape(s + used, n, to);
		used += n ? n : 1;
	}
	strcpy(to, used < len ? "...\"" : "\"");
	return buf;
}

/* Not isalnum(): an id is ASCII whatever the locale. */
static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool zt_is_id(const char *s, size_t len)
{
	if (!len || len > 63 || !is_alnum(*s))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!is_alnum(s[i]) && s[i] != '.' && s[i] != '_' && s[i] != '-')
			return false;
	return true;
}

static size_t append_step(const struct zt_step *step, char *buf, size_t len)
{
	char quoted[ZT_QUOTE_MAX];
	size_t used = step->up ? append_step(step->up, buf, len) : 0;
	int n;

	if (used >= len)
		return used;
	if (!step->key)
		n = snprintf(buf + used, len - used, "[%u]", step->index);
	else if (zt_is_id(step->key, step->key_len))
		n = snprintf(buf + used, len - used, "%s%.*s", used ? "." : "",
			     (int)step->key_len, step->key);
	else
		n = snprintf(buf + used, len - used, "%s%s", used ? "." : "",
			     zt_quote(step->key, step->key_len, quoted));
	return used + n;
}

char *zt_path_text(const struct zt_step *step, char *buf, size_t len)
{
	buf[0] = 0;
	if (step)
		append_step(step, buf, len);
	return buf;
}

char *zt_word_list(const char *const *words, char *buf, size_t len)
{
	size_t used = 0;

	buf[0] = 0;
	for (int i = 0; words[i] && used < len; i++)
		used += snprintf(buf + used, len - used, "%s\"%s\"",
				 !i ? "" : words[i + 1] ? ", " : " or ", words[i]);
	return buf;
}

uint32_t zt_hash(const void *data, size_t len, uint64_t seed)
{
	const char *p = data;
	uint64_t h = seed ^ (len * 0x9e3779b97f4a7c15ull), w;

	for (; len; p += sizeof(w)) {
		size_t n = len < sizeof(w) ? len : sizeof(w);

		w = 0;
		memcpy(&w, p, n);
		h = (h ^ w) * 0xff51afd7ed558ccdull;
		h ^= h >> 32;
		len -= n;
	}
	/* once more, so that the last bytes reach the lowest bits: tables use those */
	h *= 0xc4ceb9fe1a85ec53ull;
	return (uint32_t)(h >> 32);
}
