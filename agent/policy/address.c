/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses and prefixes as text, both ways: one spelling is read as one address
 * by every program, or refused. Must never know what an address is used for.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "policy/parse.h"

#define FAIL(why, ...) (snprintf(why, ZT_WHY_MAX, __VA_ARGS__), false)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void set4(struct zt_addr *a, const uint8_t *bytes)
{
	*a = (struct zt_addr){ .w[2] = htonl(0xffff) };
	memcpy(&a->w[3], bytes, 4);
}

static bool is_mapped(const struct zt_addr *a)
{
	return !a->w[0] && !a->w[1] && a->w[2] == htonl(0xffff);
}

/* Four numbers; a leading zero is remembered, not refused. */
static bool octets(const char *s, uint8_t *ret, const char **ret_zero)
{
	*ret_zero = NULL;
	for (int i = 0; i < 4; i++) {
		unsigned int v = 0;
		const char *start = s;

		while (is_digit(*s) && s - start < 4)
			v = v * 10 + *s++ - '0';
		if (s == start || v > 255 || *s != (i < 3 ? '.' : 0))
			return false;
		if (*start == '0' && s - start > 1 && !*ret_zero)
			*ret_zero = start;
		ret[i] = v;
		s++;
	}
	return true;
}

static bool leading_zero(const char *text, const char *zero, const uint8_t *v, char *why)
{
	int octal = -1, decimal = atoi(zero);
	char *end;

	octal = strtol(zero, &end, 8);
	if (*end == '.' || !*end)
		return FAIL(why, "%s: leading zero, read as %d or %d by different programs; write "
			    "\"%u.%u.%u.%u\"", Q(text), octal, decimal, v[0], v[1], v[2], v[3]);
	return FAIL(why, "%s: leading zero; write \"%u.%u.%u.%u\"", Q(text), v[0], v[1], v[2],
		    v[3]);
}

/* The address alone; quoted is what the message shows. */
static bool read_address(const char *text, const char *quoted, uint8_t *ret_family,
			 struct zt_addr *ret, char *why)
{
	const char *zero;
	uint8_t v[4];

	if (strchr(text, ':')) {
		if (inet_pton(AF_INET6, text, ret) != 1)
			return FAIL(why, "%s is not an IPv6 address", Q(quoted));
		if (is_mapped(ret))
			return FAIL(why, "%s is an IPv4 address; write it as one", Q(quoted));
		*ret_family = 6;
		return true;
	}
	if (!octets(text, v, &zero))
		return FAIL(why, "%s is not an address", Q(quoted));
	if (zero)
		return leading_zero(quoted, zero, v, why);
	set4(ret, v);
	*ret_family = 4;
	return true;
}

int zt_addr_parse(const char *text, uint8_t *ret_family, struct zt_addr *ret_addr)
{
	char why[ZT_WHY_MAX];
	struct zt_addr a;

	if (!read_address(text, text, ret_family, &a, why))
		return -EINVAL;
	*ret_addr = a;
	return 0;
}

/* Bits of the address beyond the prefix set to 0; true when one was set. */
static bool clear_host_bits(struct zt_prefix *p)
{
	unsigned int keep = p->plen + (p->family == 4 ? 96 : 0);
	uint8_t *b = (uint8_t *)&p->addr;
	bool was_set = false;

	for (unsigned int bit = keep; bit < 128; bit++) {
		was_set |= b[bit / 8] & (0x80 >> bit % 8);
		b[bit / 8] &= ~(0x80 >> bit % 8);
	}
	return was_set;
}

static bool read_length(const char *text, const char *slash, struct zt_prefix *p, char *why)
{
	unsigned int max = p->family == 4 ? 32 : 128, v = 0;
	const char *s = slash + 1;
	char net[ZT_TEXT_MAX], addr[ZT_TEXT_MAX];
	struct zt_prefix written = *p;

	while (is_digit(*s) && v <= 128)
		v = v * 10 + *s++ - '0';
	if (!*s && v == 0 && s - slash == 2)
		return FAIL(why, "%s includes private networks; use \"internet\" or list prefixes",
			    Q(text));
	if (*s || s == slash + 1 || slash[1] == '0' || v > max)
		return FAIL(why, "%s: IPv%u prefixes are /1-/%u", Q(text), p->family, max);
	p->plen = v;
	if (!clear_host_bits(p))
		return true;
	zt_addr_format(p->family, &written.addr, addr, sizeof(addr));
	return FAIL(why, "%s has host bits set; write \"%s\" or \"%s\"", Q(text),
		    zt_prefix_format(p, net, sizeof(net)), addr);
}

bool zt_prefix_read(const char *text, int take, struct zt_prefix *ret, char *why)
{
	const char *slash = strchr(text, '/');
	struct zt_prefix p = {0};
	char addr[ZT_TEXT_MAX];

	if (slash && !(take & ZT_TAKE_PREFIX))
		return FAIL(why, "%s is a prefix; write one address", Q(text));
	if (!slash && !(take & ZT_TAKE_ADDRESS))
		return FAIL(why, "%s is not a prefix; write \"ADDRESS/LENGTH\"", Q(text));
	snprintf(addr, sizeof(addr), "%.*s", slash ? (int)(slash - text) : ZT_TEXT_MAX, text);
	if (!read_address(addr, text, &p.family, &p.addr, why))
		return false;
	p.plen = p.family == 4 ? 32 : 128;
	if (slash && !read_length(text, slash, &p, why))
		return false;
	*ret = p;
	return true;
}

bool zt_read_prefix(const struct zt_at *at, const char *text, int take, struct zt_prefix *ret)
{
	char why[ZT_WHY_MAX];

	if (zt_prefix_read(text, take, ret, why))
		return true;
	zt_complain(at, "%s", why);
	return false;
}

bool zt_prefix_holds(const struct zt_prefix *p, uint8_t family, const struct zt_addr *a)
{
	unsigned int bits = p->plen + (p->family == 4 ? 96 : 0);
	const uint8_t *x = (const uint8_t *)&p->addr, *y = (const uint8_t *)a;

	if (p->family != family || memcmp(x, y, bits / 8))
		return false;
	return !(bits % 8) || !((x[bits / 8] ^ y[bits / 8]) >> (8 - bits % 8));
}
