/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CEF lines taken apart again by a parser written from the format's description, not
 * from our code, and by liblognorm's where it is installed. Hostile text goes into
 * every field that takes text.
 */
#include <arpa/inet.h>
#include <check.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "event/cef.h"
#include "event/text.h"

/* ---- an independent reader ---- */

struct pair {
	char key[64], value[2048];
};

struct line {
	char header[8][256];
	struct pair pairs[64];
	int nr;
};

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Unescape a value strictly: only \\ \= \n \r exist, "=" and "\" never stand alone. */
static int unescape(const char *from, const char *to, char *out)
{
	for (; from < to; from++) {
		if (*from == '=')
			return -1;
		if (*from != '\\') {
			*out++ = *from;
			continue;
		}
		if (++from == to)
			return -1;
		if (*from == 'n')
			*out++ = '\n';
		else if (*from == 'r')
			*out++ = '\r';
		else if (*from == '\\' || *from == '=')
			*out++ = *from;
		else
			return -1;
	}
	*out = 0;
	return 0;
}

/* The next unescaped "=" preceded by a key preceded by a space; NULL: none. */
static const char *next_key(const char *p, const char **ret_eq)
{
	for (; *p; p++) {
		const char *k;

		if (*p == '\\' && p[1]) {
			p++;
			continue;
		}
		if (*p != '=')
			continue;
		for (k = p; is_key_char(k[-1]); k--)
			;
		*ret_eq = p;
		return k;
	}
	return NULL;
}

static int parse(const char *text, struct line *l)
{
	const char *p = text, *bar, *key, *eq, *end, *next, *next_eq;
	int i;

	memset(l, 0, sizeof(*l));
	for (i = 0; i < 7; i++) {
		bar = strchr(p, '|');
		if (!bar || memchr(p, '\\', (size_t)(bar - p)) || bar - p > 255)
			return -1;
		memcpy(l->header[i], p, (size_t)(bar - p));
		p = bar + 1;
	}
	if (*p != ' ')
		return -2; /* liblognorm eats a letter otherwise */
	for (key = next_key(p, &eq); key; key = next, eq = next_eq) {
		if (key == eq || key[-1] != ' ' || l->nr == 64)
			return -3;
		memcpy(l->pairs[l->nr].key, key, (size_t)(eq - key));
		next = next_key(eq + 1, &next_eq);
		end = next ? next - 1 : eq + strlen(eq);
		if (end <= eq + 1 || unescape(eq + 1, end, l->pairs[l->nr].value))
			return -4;
		l->nr++;
	}
	return 0;
}

static const char *get(const struct line *l, const char *key)
{
	int i;

	for (i = 0; i < l->nr; i++)
		if (!strcmp(l->pairs[i].key, key))
			return l->pairs[i].value;
	return NULL;
}

/* Valid UTF-8 by libc's converter, and nothing a log viewer would act on. */
static void assert_clean(const char *text)
{
	static uint32_t wide[65536];
	iconv_t cd = iconv_open("UCS-4LE", "UTF-8");
	char *in = (char *)text, *out = (char *)wide;
	size_t left = strlen(text), room = sizeof(wide), i, n;

	ck_assert_ptr_ne(cd, (iconv_t)-1);
	ck_assert_uint_eq(iconv(cd, &in, &left, &out, &room), 0);
	iconv_close(cd);
	n = (sizeof(wide) - room) / 4;
	for (i = 0; i < n; i++) {
		ck_assert_uint_ge(wide[i], 0x20);
		ck_assert(wide[i] < 0x7f || wide[i] > 0x9f);
		ck_assert(wide[i] != 0x2028 && wide[i] != 0x2029 && wide[i] != 0xfeff &&
			  wide[i] != 0x202e);
	}
}

static struct zt_cef full(void)
{
	struct zt_cef e = {
		.signature = "deny",
		.name = "Traffic denied",
		.severity = 5,
		.act = "DROPPED",
		.family = 4,
		.spt = 40000,
		.dpt = 443,
		.proto = "TCP",
		.app = "vms",
		.direction = "1",
		.cnt = 17,
		.device = "cam-lobby",
		.interface = "lan1",
		.smac = "02:00:00:00:20:11",
		.dmac = "02:00:00:00:00:01",
		.rule = "no-gate",
		.revision = "3-1a2b3c4d",
		.segment = "cctv",
		.reason = "denied",
		.msg = "two words",
		.sequence = 1234,
		.rt_ms = 1795000000123ull,
	};

	e.src.w[2] = e.dst.w[2] = htonl(0xffff);
	e.src.w[3] = htonl(0x0a14000b);
	e.dst.w[3] = htonl(0x0a090005);
	return e;
}

static size_t frame(const struct zt_cef *e, char *buf, size_t len)
{
	return zt_syslog_format(e, "edge01", 4242, 16, 1795000000123456ull, buf, len);
}

START_TEST(every_key)
{
	static const char *expect[][2] = {
		{"act", "DROPPED"},
		{"src", "10.20.0.11"},
		{"spt", "40000"},
		{"dst", "10.9.0.5"},
		{"dpt", "443"},
		{"proto", "TCP"},
		{"app", "vms"},
		{"deviceDirection", "1"},
		{"cnt", "17"},
		{"deviceExternalId", "cam-lobby"},
		{"deviceInboundInterface", "lan1"},
		{"smac", "02:00:00:00:20:11"},
		{"dmac", "02:00:00:00:00:01"},
		{"cs1Label", "ruleId"},
		{"cs1", "no-gate"},
		{"cs2Label", "policyRev"},
		{"cs2", "3-1a2b3c4d"},
		{"cs3Label", "segment"},
		{"cs3", "cctv"},
		{"cs4Label", "reason"},
		{"cs4", "denied"},
		{"msg", "two words"},
		{"externalId", "1234"},
		{"rt", "1795000000123"},
	};
	static const char *header[] = {"CEF:0", "ZT Edge",	  "ztagentd", ZT_VERSION,
				       "deny",	"Traffic denied", "5"};
	struct zt_cef e = full();
	char buf[4096];
	struct line l;
	size_t i;

	ck_assert_uint_eq(zt_cef_format(&e, buf, ZT_CEF_MAX), strlen(buf));
	ck_assert_int_eq(parse(buf, &l), 0);
	for (i = 0; i < 7; i++)
		ck_assert_str_eq(l.header[i], header[i]);
	for (i = 0; i < sizeof(expect) / sizeof(expect[0]); i++) {
		ck_assert_ptr_nonnull(get(&l, expect[i][0]));
		ck_assert_str_eq(get(&l, expect[i][0]), expect[i][1]);
	}
	ck_assert_int_eq(l.nr, (int)i);
}
END_TEST

START_TEST(ipv6_twin)
{
	struct zt_cef e = full();
	char buf[4096];
	struct line l;

	e.family = 6;
	inet_pton(AF_INET6, "fd20::11", &e.src);
	inet_pton(AF_INET6, "fd09::5", &e.dst);
	zt_cef_format(&e, buf, sizeof(buf));
	ck_assert_int_eq(parse(buf, &l), 0);
	ck_assert_str_eq(get(&l, "src"), "fd20::11");
	ck_assert_str_eq(get(&l, "dst"), "fd09::5");
}
END_TEST

START_TEST(nothing_said)
{
	struct zt_cef e = {.signature = "agent-start",
			   .name = "Agent started",
			   .severity = 3,
			   .app = "",
			   .msg = " \t ",
			   .rule = "",
			   .sequence = 1};
	char buf[4096];
	struct line l;

	zt_cef_format(&e, buf, sizeof(buf));
	ck_assert_int_eq(parse(buf, &l), 0);
	ck_assert_int_eq(l.nr, 1);
	ck_assert_str_eq(get(&l, "externalId"), "1");
}
END_TEST

START_TEST(rfc5424_header)
{
	struct zt_cef e = full();
	char buf[4096];

	frame(&e, buf, sizeof(buf));
	ck_assert_int_eq(strncmp(buf,
				 "<133>1 2026-11-18T11:06:40.123456Z edge01 ztagentd 4242 deny - "
				 "CEF:0|ZT Edge|",
				 76),
			 0);
	e.severity = 10;
	zt_syslog_format(&e, "b a\xc3\xa9\nd", 1, 4, 7, buf, sizeof(buf));
	ck_assert_int_eq(
		strncmp(buf, "<34>1 1970-01-01T00:00:00.000007Z b_a___d ztagentd 1 deny - ", 59),
		0);
	zt_syslog_format(&e, "", 1, 4, 7, buf, sizeof(buf));
	ck_assert_ptr_nonnull(strstr(buf, "Z - ztagentd"));
}
END_TEST

START_TEST(local_header)
{
	struct zt_cef e = full();
	char buf[4096];

	setenv("TZ", "UTC", 1);
	zt_syslog_format_local(&e, 7, 16, 1794222400123456ull, buf, sizeof(buf));
	ck_assert_int_eq(strncmp(buf, "<133>Nov  9 11:06:40 ztagentd[7]: CEF:0|ZT Edge|", 48), 0);
	ck_assert_uint_eq(zt_syslog_format_local(&e, 7, 16, 0, buf, 100), 0);
}
END_TEST

/* ---- hostile text ---- */

static const char *const hostile[] = {
	"plain",
	"a=b",
	"\\",
	"\\\\",
	"\\=",
	"a\\",
	"=",
	"|",
	"a|b|c",
	"a\nb",
	"a\r\nb",
	"\n",
	"CEF:0|x|y|z|1|n|9| act=FORWARDED",
	"x act=FORWARDED src=1.2.3.4",
	" lead",
	"trail ",
	"tab\tbed",
	"nul\1soh",
	"\x1b[31mred\x1b[0m",
	"\x7f",
	"caf\xc3\xa9",
	"\xe2\x80\xa8line",
	"\xe2\x80\xaertl",
	"\xef\xbb\xbf"
	"bom",
	"\xf0\x9f\x98\x80",
	"\xff\xfe",
	"\xc0\xaf",
	"\xed\xa0\x80",
	"\xf4\x90\x80\x80",
	"half\xe2\x82",
	"\xc2",
	"\xc2\x85nel",
	"a=\\\nb|\r=",
	"<script>alert(1)</script>",
	"'; DROP TABLE x; --",
	"%s%n%x",
	"$(reboot)",
};
#define NR_HOSTILE (sizeof(hostile) / sizeof(hostile[0]))

#define TEXTS(e)                                                                           \
	{                                                                                  \
		&(e).signature, &(e).name, &(e).act, &(e).proto, &(e).app, &(e).direction, \
			&(e).device, &(e).interface, &(e).smac, &(e).dmac, &(e).rule,      \
			&(e).revision, &(e).segment, &(e).reason, &(e).msg                 \
	}
#define NR_TEXTS 15

/* A line is whole, on one line, and the numbers are where they belong. */
static void assert_sound(const char *buf, size_t len, struct line *l)
{
	const char *cef = strstr(buf, "CEF:0|");

	ck_assert_uint_eq(len, strlen(buf));
	ck_assert_uint_le(len, ZT_CEF_MAX);
	assert_clean(buf);
	ck_assert_ptr_nonnull(cef);
	ck_assert_msg(!parse(cef, l), "%s", buf);
	ck_assert_str_eq(l->header[1], "ZT Edge");
	ck_assert_str_eq(l->header[6], "5");
	ck_assert_str_eq(get(l, "externalId"), "1234");
	ck_assert_str_eq(get(l, "src"), "10.20.0.11");
	ck_assert_str_eq(get(l, "dst"), "10.9.0.5");
}

START_TEST(hostile_everywhere)
{
	struct zt_cef e = full();
	const char **texts[] = TEXTS(e);
	char buf[4096];
	struct line l;
	size_t f;

	for (f = 0; f < NR_TEXTS; f++) {
		const char *was = *texts[f];

		*texts[f] = hostile[_i];
		assert_sound(buf, frame(&e, buf, sizeof(buf)), &l);
		*texts[f] = was;
	}
	for (f = 0; f < NR_TEXTS; f++)
		*texts[f] = hostile[_i];
	assert_sound(buf, frame(&e, buf, sizeof(buf)), &l);
}
END_TEST

/* What is harmless comes back exactly; forged keys stay inside their value. */
START_TEST(value_survives)
{
	static const char *const same[] = {"plain",
					   "a=b",
					   "\\",
					   "\\\\",
					   "\\=",
					   "a\\",
					   "=",
					   "|",
					   "a|b|c",
					   "a\nb",
					   "a\r\nb",
					   "caf\xc3\xa9",
					   "x act=FORWARDED src=1.2.3.4",
					   "\xf0\x9f\x98\x80",
					   "a=\\\nb|\r="};
	struct zt_cef e = full();
	char buf[4096];
	struct line l;
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		e.msg = e.device = same[i];
		assert_sound(buf, frame(&e, buf, sizeof(buf)), &l);
		ck_assert_str_eq(get(&l, "msg"), same[i]);
		ck_assert_str_eq(get(&l, "deviceExternalId"), same[i]);
		ck_assert_str_eq(get(&l, "act"), "DROPPED");
	}
}
END_TEST

/* 64 KB of one character in every field: at most 1900 octets, nothing split. */
START_TEST(enormous)
{
	static const char *const unit[] = {
		"x", "=", "\\", "\n", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xff", "|"};
	struct zt_cef e = full();
	const char **texts[] = TEXTS(e);
	size_t n = strlen(unit[_i]), f, i;
	char *big = malloc(65536 + 8), buf[4096];
	struct line l;

	for (i = 0; i < 65536 / n; i++)
		memcpy(big + i * n, unit[_i], n);
	big[i * n] = 0;
	for (f = 0; f < NR_TEXTS; f++)
		*texts[f] = big;
	assert_sound(buf, frame(&e, buf, sizeof(buf)), &l);
	ck_assert_ptr_nonnull(get(&l, "deviceExternalId"));
	/* every room smaller than that: still whole or nothing */
	for (i = 0; i < 2200; i += 7) {
		size_t len = zt_cef_format(&e, buf, i);

		ck_assert_uint_lt(len, i + 1);
		if (len)
			ck_assert_int_eq(parse(buf, &l), 0);
	}
	free(big);
}
END_TEST

/* The order in which keys are left out. */
START_TEST(drop_order)
{
	static const char *const order[] = {"dmac", "smac", "msg", "app", "deviceInboundInterface"};
	struct zt_cef e = full();
	char buf[4096], last[4096];
	int gone = 0, i;
	struct line l;
	size_t room;

	zt_cef_format(&e, last, sizeof(last));
	for (room = strlen(last) + 1; room > 280; room--) {
		ck_assert_uint_gt(zt_cef_format(&e, buf, room), 0);
		ck_assert_int_eq(parse(buf, &l), 0);
		for (i = 0; i < 5; i++)
			ck_assert_msg(!!get(&l, order[i]) == (i >= gone) || i == gone,
				      "room %zu: %s", room, buf);
		while (gone < 5 && !get(&l, order[gone]))
			gone++;
		ck_assert_ptr_nonnull(get(&l, "deviceExternalId"));
	}
	ck_assert_int_eq(gone, 5);
}
END_TEST

/* ---- a strict parser in use ---- */

START_TEST(lognormalizer)
{
	struct zt_cef e = full();
	const char **texts[] = TEXTS(e);
	char dir[] = "/tmp/zt-cef-XXXXXX", cmd[256], out[65536], buf[4096];
	size_t f, i, lines = 0, seen = 0;
	FILE *in, *p;

	if (system("command -v lognormalizer >/dev/null 2>&1")) {
		printf("cef_test: lognormalizer: skipped, package liblognorm-utils is not "
		       "installed\n");
		return;
	}
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(cmd, sizeof(cmd), "%s/rb", dir);
	in = fopen(cmd, "w");
	fputs("version=2\nrule=:%f:cef%\n", in);
	fclose(in);
	snprintf(cmd, sizeof(cmd), "%s/in", dir);
	in = fopen(cmd, "w");
	for (i = 0; i < NR_HOSTILE; i++) {
		for (f = 0; f < NR_TEXTS; f++)
			*texts[f] = hostile[i];
		e.signature = "deny";
		zt_cef_format(&e, buf, 1700);
		fprintf(in, "%s\n", buf);
		lines++;
	}
	e = full();
	zt_cef_format(&e, buf, sizeof(buf));
	fprintf(in, "%s\n", buf);
	fclose(in);
	snprintf(cmd, sizeof(cmd), "lognormalizer -r %s/rb < %s/in 2>&1; rm -r %s", dir, dir, dir);
	p = popen(cmd, "r");
	while (fgets(out, sizeof(out), p)) {
		ck_assert_msg(!strstr(out, "unparsed-data"), "%s", out);
		ck_assert_msg(strstr(out, "\"externalId\": \"1234\"") != NULL, "%s", out);
		seen++;
	}
	ck_assert_int_eq(pclose(p), 0);
	ck_assert_uint_eq(seen, lines + 1);
	ck_assert_ptr_nonnull(
		strstr(out, "\"rt\": \"1795000000123\"")); /* the first key is whole */
	ck_assert_ptr_nonnull(strstr(out, "\"cs1\": \"no-gate\""));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cef");
	TCase *t = tcase_create("cef");
	SRunner *runner;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_test(t, every_key);
	tcase_add_test(t, ipv6_twin);
	tcase_add_test(t, nothing_said);
	tcase_add_test(t, rfc5424_header);
	tcase_add_test(t, local_header);
	tcase_add_loop_test(t, hostile_everywhere, 0, NR_HOSTILE);
	tcase_add_test(t, value_survives);
	tcase_add_loop_test(t, enormous, 0, 8);
	tcase_add_test(t, drop_order);
	tcase_add_test(t, lognormalizer);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
