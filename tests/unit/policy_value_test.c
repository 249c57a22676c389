/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses, prefixes and services as text and back; what lies in what. */
#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "policy/parse.h"

static const struct {
	const char *text, *shown; /* shown NULL: no address */
} addresses[] = {
	{ "10.0.0.1", "10.0.0.1" },
	{ "0.0.0.0", "0.0.0.0" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "256.0.0.1", NULL },
	{ "10.0.0", NULL },
	{ "10.0.0.1.2", NULL },
	{ "10.0.0.1 ", NULL },
	{ " 10.0.0.1", NULL },
	{ "010.0.0.1", NULL },
	{ "10.0.0.00", NULL },
	{ "0x0a.0.0.1", NULL },
	{ "10.0.0.-1", NULL },
	{ "167772161", NULL },
	{ "", NULL },
	{ "::", "::" },
	{ "::1", "::1" },
	{ "1::", "1::" },
	{ "2001:DB8:0:0:0:0:0:1", "2001:db8::1" },
	{ "2001:0db8:0001:0000:0000:0000:0000:0001", "2001:db8:1::1" },
	/* RFC 5952: the longest run, the first of equals, never a single group */
	{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
	{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
	{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
	{ "0:0:0:1:0:0:0:0", "0:0:0:1::" },
	{ "64:ff9b::10.0.0.1", "64:ff9b::a00:1" },
	{ "::10.0.0.1", "::a00:1" },
	{ "fe80::1%eth0", NULL },
	{ "::ffff:10.0.0.1", NULL },
	{ "::ffff:a00:1", NULL },
	{ "1:2:3:4:5:6:7", NULL },
	{ "1::2::3", NULL },
	{ "12345::", NULL },
	{ "::010.0.0.1", NULL },
};

START_TEST(address)
{
	uint8_t family = 99;
	struct zt_addr a;
	char buf[64];
	int r = zt_addr_parse(addresses[_i].text, &family, &a);

	if (!addresses[_i].shown) {
		ck_assert_int_eq(r, -EINVAL);
		return;
	}
	ck_assert_int_eq(r, 0);
	ck_assert_int_eq(family, strchr(addresses[_i].text, ':') ? 6 : 4);
	ck_assert_str_eq(zt_addr_format(family, &a, buf, sizeof(buf)), addresses[_i].shown);
	/* what is shown is read as the same */
	ck_assert_int_eq(zt_addr_parse(buf, &family, &a), 0);
}
END_TEST

START_TEST(ipv4_is_mapped)
{
	struct zt_addr a;
	uint8_t family;

	ck_assert_int_eq(zt_addr_parse("10.1.2.3", &family, &a), 0);
	ck_assert_uint_eq(a.w[0], 0);
	ck_assert_uint_eq(a.w[1], 0);
	ck_assert_uint_eq(a.w[2], htonl(0xffff));
	ck_assert_uint_eq(a.w[3], htonl(0x0a010203));
}
END_TEST

static const struct {
	const char *text, *shown, *why; /* one of the two */
} prefixes[] = {
	{ "10.0.0.0/8", "10.0.0.0/8", NULL },
	{ "10.0.0.1/32", "10.0.0.1", NULL },
	{ "128.0.0.0/1", "128.0.0.0/1", NULL },
	{ "2001:db8::/32", "2001:db8::/32", NULL },
	{ "2001:DB8::1/128", "2001:db8::1", NULL },
	{ "8000::/1", "8000::/1", NULL },
	{ "10.0.0.0/0", NULL, "\"10.0.0.0/0\" includes private networks; use \"internet\" or list prefixes" },
	{ "::/0", NULL, "\"::/0\" includes private networks; use \"internet\" or list prefixes" },
	{ "::/129", NULL, "\"::/129\": IPv6 prefixes are /1-/128" },
	{ "10.0.0.0/", NULL, "\"10.0.0.0/\": IPv4 prefixes are /1-/32" },
	{ "10.0.0.0/08", NULL, "\"10.0.0.0/08\": IPv4 prefixes are /1-/32" },
	{ "10.0.0.0/-1", NULL, "\"10.0.0.0/-1\": IPv4 prefixes are /1-/32" },
	{ "10.0.0.0/8/8", NULL, "\"10.0.0.0/8/8\": IPv4 prefixes are /1-/32" },
	{ "10.0.0.0/4294967304", NULL, "\"10.0.0.0/4294967304\": IPv4 prefixes are /1-/32" },
	{ "10.0.0.0/255.0.0.0", NULL, "\"10.0.0.0/255.0.0.0\": IPv4 prefixes are /1-/32" },
	{ "2001:db8::1/32", NULL,
	  "\"2001:db8::1/32\" has host bits set; write \"2001:db8::/32\" or \"2001:db8::1\"" },
	{ "10.0.0.09/32", NULL, "\"10.0.0.09/32\": leading zero; write \"10.0.0.9\"" },
	{ "::ffff:10.0.0.0/104", NULL, "\"::ffff:10.0.0.0/104\" is an IPv4 address; write it as one" },
	{ "/8", NULL, "\"/8\" is not an address" },
	{ "10.0.0.0/8 ", NULL, "\"10.0.0.0/8 \": IPv4 prefixes are /1-/32" },
	{ "::g", NULL, "\"::g\" is not an IPv6 address" },
};

START_TEST(prefix)
{
	char why[ZT_WHY_MAX], buf[64];
	struct zt_prefix p;
	bool good = zt_prefix_read(prefixes[_i].text, ZT_TAKE_ADDRESS | ZT_TAKE_PREFIX, &p, why);

	ck_assert_int_eq(good, prefixes[_i].shown != NULL);
	if (good)
		ck_assert_str_eq(zt_prefix_format(&p, buf, sizeof(buf)), prefixes[_i].shown);
	else
		ck_assert_str_eq(why, prefixes[_i].why);
}
END_TEST

static const struct {
	const char *prefix, *address;
	bool holds;
} held[] = {
	{ "10.0.0.0/8", "10.255.255.255", true }, { "10.0.0.0/8", "11.0.0.0", false },
	{ "10.1.2.3/32", "10.1.2.3", true },	  { "10.1.2.3/32", "10.1.2.2", false },
	{ "10.1.2.0/23", "10.1.3.255", true },	  { "10.1.2.0/23", "10.1.4.0", false },
	{ "128.0.0.0/1", "200.0.0.1", true },	  { "128.0.0.0/1", "127.0.0.1", false },
	{ "fd00::/8", "fd12::1", true },	  { "fd00::/8", "fe00::1", false },
	{ "8000::/1", "ffff::", true },		  { "2001:db8::/127", "2001:db8::1", true },
	{ "2001:db8::/127", "2001:db8::2", false }, { "10.0.0.0/8", "a00::1", false },
};

START_TEST(prefix_holds)
{
	char why[ZT_WHY_MAX];
	struct zt_prefix p;
	struct zt_addr a;
	uint8_t family;

	ck_assert(zt_prefix_read(held[_i].prefix, ZT_TAKE_PREFIX, &p, why));
	ck_assert_int_eq(zt_addr_parse(held[_i].address, &family, &a), 0);
	ck_assert_int_eq(zt_prefix_holds(&p, family, &a), held[_i].holds);
}
END_TEST

static const struct {
	const char *text, *why; /* why NULL: a service, shown as written */
} services[] = {
	{ "tcp/1", NULL }, { "tcp/65535", NULL }, { "udp/53", NULL }, { "tcp/1-65535", NULL },
	{ "udp/5000-5010", NULL }, { "icmp/echo", NULL }, { "icmp4/8", NULL }, { "icmp4/13", NULL },
	{ "icmp6/128", NULL }, { "proto/2", NULL }, { "proto/47", NULL }, { "proto/255", NULL },
	{ "any", NULL },
	{ "tcp/65536", "\"tcp/65536\": ports are 1-65535" },
	{ "tcp/-1", "\"tcp/-1\": ports are 1-65535" },
	{ "tcp/0-5", "\"tcp/0-5\": ports are 1-65535" },
	{ "tcp/5-0", "\"tcp/5-0\": ports are 1-65535" },
	{ "tcp/5-", "\"tcp/5-\": ports are 1-65535" },
	{ "tcp/1-2-3", "\"tcp/1-2-3\": ports are 1-65535" },
	{ "tcp/080", "\"tcp/080\": ports are 1-65535" },
	{ "tcp/0x50", "\"tcp/0x50\": ports are 1-65535" },
	{ "tcp/80 ", "\"tcp/80 \": ports are 1-65535" },
	{ "udp/4294967349", "\"udp/4294967349\": ports are 1-65535" },
	{ "tcp/80-80", "\"tcp/80-80\" is one port; write \"tcp/80\"" },
	{ "udp/domain", "\"udp/domain\": service names are not used; write \"udp/53\"" },
	{ "tcp/", "\"tcp/\": service names are not used; write \"tcp/443\"" },
	{ "80-90", "\"80-90\" lacks the protocol; write \"tcp/80-90\" or \"udp/80-90\"" },
	{ "icmp6/135", "\"icmp6/135\" (neighbour solicitation) is never opened by a rule; only requests, usually \"icmp/echo\"" },
	{ "icmp4/0", "\"icmp4/0\" (echo reply) is never opened by a rule; only requests, usually \"icmp/echo\"" },
	{ "icmp4/200", "\"icmp4/200\" is never opened by a rule; only requests, usually \"icmp/echo\"" },
	{ "icmp4/256", "\"icmp4/256\": ICMP types are 0-255; usually \"icmp/echo\"" },
	{ "proto/17", "\"proto/17\" is UDP; write \"udp/PORT\" or \"udp/1-65535\"" },
	{ "proto/1", "\"proto/1\" is ICMP; write \"icmp/echo\" or \"icmp4/TYPE\"" },
	{ "proto/58", "\"proto/58\" is ICMPv6; write \"icmp/echo\" or \"icmp6/TYPE\"" },
	{ "proto/0", "\"proto/0\" is the IPv6 hop-by-hop header; a rule opens what follows it" },
	{ "proto/44", "\"proto/44\" is the IPv6 fragment header; a rule opens what follows it" },
	{ "proto/256", "\"proto/256\": IP protocols are 2-255" },
	{ "TCP/80", "\"TCP/80\" is not a service; write \"tcp/PORT\", \"udp/PORT\", \"icmp/echo\" or \"proto/NUMBER\"" },
	{ "icmp/8", "\"icmp/8\" is not a service; write \"tcp/PORT\", \"udp/PORT\", \"icmp/echo\" or \"proto/NUMBER\"" },
	{ "anything", "\"anything\" is not a service; write \"tcp/PORT\", \"udp/PORT\", \"icmp/echo\" or \"proto/NUMBER\"" },
};

START_TEST(service)
{
	char why[ZT_WHY_MAX], buf[64];
	struct zt_service s;
	bool good = zt_service_read(services[_i].text, &s, why);

	ck_assert_int_eq(good, !services[_i].why);
	ck_assert_int_eq(zt_service_parse(services[_i].text, &s), good ? 0 : -EINVAL);
	if (good)
		ck_assert_str_eq(zt_service_format(&s, buf, sizeof(buf)), services[_i].text);
	else
		ck_assert_str_eq(why, services[_i].why);
}
END_TEST

static const struct {
	const char *inner, *outer; /* separated by blanks */
	bool inside;
} nested[] = {
	{ "tcp/80", "tcp/80", true },
	{ "tcp/80", "udp/80", false },
	{ "tcp/80-90", "tcp/1-85 tcp/86-100", true },
	{ "tcp/80-90", "tcp/86-100 tcp/1-85", true },
	{ "tcp/80-90", "tcp/1-85 tcp/87-100", false },
	{ "tcp/80-90", "tcp/81-90", false },
	{ "tcp/1-65535", "tcp/1-32768 tcp/32769-65535", true },
	{ "tcp/80 udp/53", "tcp/80", false },
	{ "tcp/80 udp/53 proto/47", "any", true },
	{ "any", "tcp/1-65535 udp/1-65535", false },
	{ "any", "any", true },
	{ "icmp4/8", "icmp/echo", true },
	{ "icmp6/128", "icmp/echo", true },
	{ "icmp4/13", "icmp/echo", false },
	{ "icmp/echo", "icmp4/8", false },
	{ "icmp/echo", "icmp4/8 icmp6/128", true },
	{ "proto/47", "proto/50", false },
	{ "", "tcp/1", true },
	{ "tcp/1", "", false },
};

static struct zt_services read_list(const char *text, struct zt_service *v)
{
	struct zt_services s = { v, 0 };
	char copy[128], *save, *word;

	snprintf(copy, sizeof(copy), "%s", text);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		ck_assert_int_eq(zt_service_parse(word, &v[s.nr++]), 0);
	return s;
}

START_TEST(services_inside)
{
	struct zt_service a[8], b[8];
	struct zt_services inner = read_list(nested[_i].inner, a), outer = read_list(nested[_i].outer, b);

	ck_assert_int_eq(zt_services_inside(&inner, &outer), nested[_i].inside);
}
END_TEST

static const struct {
	const char *service;
	uint8_t family, proto;
	uint16_t what;
	bool holds;
} packets[] = {
	{ "tcp/80-90", 4, 6, 80, true },   { "tcp/80-90", 6, 6, 90, true },
	{ "tcp/80-90", 4, 6, 91, false },  { "tcp/80-90", 4, 17, 80, false },
	{ "udp/53", 6, 17, 53, true },	   { "icmp/echo", 4, 1, 8, true },
	{ "icmp/echo", 6, 58, 128, true }, { "icmp/echo", 6, 58, 8, false },
	{ "icmp/echo", 4, 1, 0, false },   { "icmp/echo", 6, 1, 8, false },
	{ "icmp4/13", 4, 1, 13, true },	   { "icmp4/13", 6, 58, 13, false },
	{ "proto/47", 4, 47, 0, true },	   { "proto/47", 4, 50, 0, false },
	{ "any", 4, 200, 7, true },
};

START_TEST(service_holds)
{
	struct zt_service s;

	ck_assert_int_eq(zt_service_parse(packets[_i].service, &s), 0);
	ck_assert_int_eq(zt_service_holds(&s, packets[_i].family, packets[_i].proto, packets[_i].what),
			 packets[_i].holds);
}
END_TEST

/* What a file holds cannot reach a terminal as it is, and is cut between characters. */
static const struct {
	const char *text, *quoted;
} quotes[] = {
	{ "plain", "\"plain\"" },
	{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "a\nb\x1b[31m\x7f", "\"a\\nb\\u001b[31m\\u007f\"" },
	{ "\xc2\x9b" "31m", "\"\\u009b31m\"" },
	{ "caf\xc3\xa9", "\"caf\xc3\xa9\"" },
	{ "\xe2\x80\xae" "evil", "\"\\u202eevil\"" },
	{ "zero\xe2\x80\x8bwidth", "\"zero\\u200bwidth\"" },
	{ "\xff\xfe", "\"\\xff\\xfe\"" },
	{ "0123456789012345678901234567890123456789012345678901234567890123",
	  "\"0123456789012345678901234567890123456789012345678901234567890123\"" },
	{ "012345678901234567890123456789012345678901234567890123456789012\xc3\xa9x",
	  "\"012345678901234567890123456789012345678901234567890123456789012\xc3\xa9...\"" },
};

START_TEST(quote)
{
	ck_assert_str_eq(Q(quotes[_i].text), quotes[_i].quoted);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof(*(table)))

int main(void)
{
	Suite *s = suite_create("policy_value");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_loop_test(c, address, 0, ROWS(addresses));
	tcase_add_test(c, ipv4_is_mapped);
	tcase_add_loop_test(c, prefix, 0, ROWS(prefixes));
	tcase_add_loop_test(c, prefix_holds, 0, ROWS(held));
	tcase_add_loop_test(c, service, 0, ROWS(services));
	tcase_add_loop_test(c, services_inside, 0, ROWS(nested));
	tcase_add_loop_test(c, service_holds, 0, ROWS(packets));
	tcase_add_loop_test(c, quote, 0, ROWS(quotes));
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
