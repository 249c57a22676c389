/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Services: "tcp/443" and its kind, read, shown and compared. Must never know who
 * offers or uses one.
 */
#include <errno.h>
#include <string.h>
#include "policy/parse.h"

#define FAIL(why, ...) (snprintf(why, ZT_WHY_MAX, __VA_ARGS__), false)

struct name {
	unsigned int number;
	const char *name;
};

/* Types a rule can open, and names of some it cannot. */
static const uint8_t requests4[] = { 8, 13, 15, 17 };
static const uint8_t requests6[] = { 128, 139 };
static const struct name types4[] = { { 0, "echo reply" },	     { 3, "unreachable" },
				      { 4, "source quench" },	     { 5, "redirect" },
				      { 9, "router advertisement" }, { 10, "router solicitation" },
				      { 11, "time exceeded" },	     { 12, "parameter problem" },
				      { 14, "timestamp reply" },     { 16, "information reply" },
				      { 18, "address mask reply" },  {} };
static const struct name types6[] = { { 1, "unreachable" },
				      { 2, "packet too big" },
				      { 3, "time exceeded" },
				      { 4, "parameter problem" },
				      { 129, "echo reply" },
				      { 130, "MLD query" },
				      { 131, "MLD report" },
				      { 132, "MLD done" },
				      { 133, "router solicitation" },
				      { 134, "router advertisement" },
				      { 135, "neighbour solicitation" },
				      { 136, "neighbour advertisement" },
				      { 137, "redirect" },
				      { 140, "node information reply" },
				      { 143, "MLD report" },
				      {} };
static const struct name protocols[] = { { 0, "the IPv6 hop-by-hop header" },
					 { 1, "ICMP" },
					 { 6, "TCP" },
					 { 17, "UDP" },
					 { 43, "the IPv6 routing header" },
					 { 44, "the IPv6 fragment header" },
					 { 58, "ICMPv6" },
					 { 59, "\"no next header\"" },
					 { 60, "the IPv6 destination options header" },
					 {} };

static const char *name_of(const struct name *v, unsigned int number)
{
	for (; v->name; v++)
		if (v->number == number)
			return v->name;
	return NULL;
}

/* A plain decimal without leading zero, at most max: its value and the end, or -1. */
static long decimal(const char *s, long max, const char **ret_end)
{
	long v = 0;

	*ret_end = s;
	if (*s == '0' && s[1] >= '0' && s[1] <= '9')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++)
		v = v > max ? v : v * 10 + *s - '0';
	if (s == *ret_end || v > max)
		return -1;
	*ret_end = s;
	return v;
}

static bool has_digit(const char *s)
{
	return s[strcspn(s, "0123456789")] != 0;
}

/* tcp/80,443: say it as two. */
static bool several(const char *text, const char *proto, const char *ports, char *why)
{
	size_t n = strcspn(ports, ","), m = strcspn(ports + n + 1, ",");

	return FAIL(why, "%s: one service per entry; write \"%s/%.*s\", \"%s/%.*s\"", Q(text),
		    proto, n > 16 ? 16 : (int)n, ports, proto, m > 16 ? 16 : (int)m, ports + n + 1);
}

static bool read_ports(const char *text, const char *proto, const char *ports,
		       struct zt_service *ret, char *why)
{
	const char *end;
	long lo, hi;

	if (strchr(ports, ','))
		return several(text, proto, ports, why);
	if (!has_digit(ports))
		return FAIL(why, "%s: service names are not used; write \"%s/%s\"", Q(text), proto,
			    !strcmp(proto, "tcp") ? "443" : "53");
	lo = hi = decimal(ports, 65535, &end);
	if (lo > 0 && *end == '-')
		hi = decimal(end + 1, 65535, &end);
	if (lo <= 0 || hi <= 0 || *end)
		return FAIL(why, "%s: ports are 1-65535", Q(text));
	if (strchr(ports, '-') && lo == hi)
		return FAIL(why, "%s is one port; write \"%s/%ld\"", Q(text), proto, lo);
	if (lo > hi)
		return FAIL(why, "%s runs backwards; write \"%s/%ld-%ld\"", Q(text), proto, hi, lo);
	*ret = (struct zt_service){ !strcmp(proto, "tcp") ? ZT_SERVICE_TCP : ZT_SERVICE_UDP, lo,
				    hi };
	return true;
}

static bool read_type(const char *text, bool is6, const char *type, struct zt_service *ret,
		      char *why)
{
	const char *end, *name;
	long v = decimal(type, 255, &end);

	if (v < 0 || *end)
		return FAIL(why, "%s: ICMP types are 0-255; usually \"icmp/echo\"", Q(text));
	if (memchr(is6 ? requests6 : requests4, v, is6 ? sizeof(requests6) : sizeof(requests4))) {
		*ret = (struct zt_service){ is6 ? ZT_SERVICE_ICMP6 : ZT_SERVICE_ICMP4, v, v };
		return true;
	}
	name = name_of(is6 ? types6 : types4, v);
	return FAIL(why, "%s%s%s%s is never opened by a rule; only requests, usually \"icmp/echo\"",
		    Q(text), name ? " (" : "", name ?: "", name ? ")" : "");
}

static bool read_protocol(const char *text, const char *number, struct zt_service *ret, char *why)
{
	const char *end, *name;
	long v = decimal(number, 255, &end);

	if (v < 0 || *end)
		return FAIL(why, "%s: IP protocols are 2-255", Q(text));
	name = name_of(protocols, v);
	if (v == 6 || v == 17)
		return FAIL(why, "%s is %s; write \"%s/PORT\" or \"%s/1-65535\"", Q(text), name,
			    v == 6 ? "tcp" : "udp", v == 6 ? "tcp" : "udp");
	if (v == 1 || v == 58)
		return FAIL(why, "%s is %s; write \"icmp/echo\" or \"icmp%d/TYPE\"", Q(text), name,
			    v == 1 ? 4 : 6);
	if (name)
		return FAIL(why, "%s is %s; a rule opens what follows it", Q(text), name);
	*ret = (struct zt_service){ ZT_SERVICE_PROTO, v, v };
	return true;
}

bool zt_service_read(const char *text, struct zt_service *ret, char *why)
{
	const char *slash = strchr(text, '/'), *end;
	size_t n = slash ? (size_t)(slash - text) : 0;

	if (!strcmp(text, "any")) {
		*ret = (struct zt_service){ .kind = ZT_SERVICE_ANY };
		return true;
	}
	if (!slash && decimal(text, 65535, &end) > 0 && (!*end || *end == '-'))
		return FAIL(why, "%s lacks the protocol; write \"tcp/%s\" or \"udp/%s\"", Q(text),
			    text, text);
	if (n == 3 && !memcmp(text, "tcp", 3))
		return read_ports(text, "tcp", slash + 1, ret, why);
	if (n == 3 && !memcmp(text, "udp", 3))
		return read_ports(text, "udp", slash + 1, ret, why);
	if (n == 5 && (!memcmp(text, "icmp4", 5) || !memcmp(text, "icmp6", 5)))
		return read_type(text, text[4] == '6', slash + 1, ret, why);
	if (n == 5 && !memcmp(text, "proto", 5))
		return read_protocol(text, slash + 1, ret, why);
	if (!strcmp(text, "icmp/echo")) {
		*ret = (struct zt_service){ .kind = ZT_SERVICE_ICMP_ECHO };
		return true;
	}
	return FAIL(why, "%s is not a service; write \"tcp/PORT\", \"udp/PORT\", \"icmp/echo\" or "
		    "\"proto/NUMBER\"", Q(text));
}

int zt_service_parse(const char *text, struct zt_service *ret)
{
	char why[ZT_WHY_MAX];

	return zt_service_read(text, ret, why) ? 0 : -EINVAL;
}

struct zt_services zt_read_services(const struct zt_at *at, bool has_note)
{
	uint32_t nr = zt_items(at, 64, false);
	struct zt_services s = {0};
	char why[ZT_WHY_MAX];
	const char *text;

	if (!nr)
		return s;
	s.v = zt_arena_array(at->ps->arena, nr, sizeof(*s.v));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);

		text = zt_text(&item, ZT_SCAN_TEXT_MAX, NULL);
		if (!text)
			continue;
		if (!zt_service_read(text, &s.v[s.nr], why))
			zt_complain(&item, "%s", why);
		else if (s.v[s.nr++].kind == ZT_SERVICE_ANY && !has_note)
			zt_complain(
				&item,
				"\"any\" opens every protocol and port; say why in \"note\", or "
				"list services");
	}
	return s;
}
