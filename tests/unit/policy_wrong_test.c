/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The 64 wrong inputs of the language reference, word for word: each is refused
 * with exactly its line and no other. In the table ` stands for ".
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "compile/image.h"
#include "net/net.h"

struct wrong {
	int nr;
	const char *text;
	const char *expected; /* the whole line */
	const char *second; /* another file, 20-more.json */
	const char *skipped; /* why it is not run here */
	bool by_tests; /* parsed and compiled; its own tests refuse it */
};

#define REFUSED(number, policy, line) { .nr = number, .text = policy, .expected = line }

#define V "{`version`: 1,\n"
#define IFS "`interfaces`: {`lan1`: {`role`: `device`}, `wan0`: {`role`: `uplink`}},\n"
#define SEG "`segments`: {`cctv`: {`mode`: `enforce`, `subnets`: [`10.20.0.0/24`]}},\n"
#define CAM1                                                                                   \
	"`cam-1`: {`segment`: `cctv`, `mac`: `02:00:00:00:20:11`, `ports`: `lan1`, "           \
	"`addresses`: [`10.20.0.11`], `labels`: {`role`: `camera`}}"
#define DEV "`devices`: {\n" CAM1 "},\n"
#define SITE IFS SEG DEV
#define VMS "`applications`: {`vms`: {`hosts`: [`10.9.0.5`], `services`: [`tcp/443`]}},\n"
#define DEVICE(id, n, role)                                                                    \
	"`" id "`: {`segment`: `cctv`, `mac`: `02:00:00:00:00:" n "`, `ports`: `lan1`, "        \
	"`addresses`: [`10.20.0." n "`], `labels`: {`role`: `" role "`}}"
#define CAMERAS                                                                                \
	"`devices`: {" DEVICE("cam-gate", "11", "camera") ",\n" DEVICE("cam-lobby", "12", "camera") "},\n" \
	"`groups`: {`cameras`: {`match`: {`role`: `camera`}}},\n"
#define PLCS                                                                                   \
	"`devices`: {" DEVICE("plc-intake", "11", "plc") ", " DEVICE("plc-dosing", "12", "plc") "},\n" \
	"`groups`: {`plcs`: {`match`: {`role`: `plc`}}},\n"
#define CAM2(rest) "`devices`: {\n" CAM1 ",\n`cam-2`: {`segment`: `cctv`, " rest "}}}"
#define SERVICE(s) V "`applications`: {`vms`: {`hosts`: [`10.9.0.5`], `services`: [`" s "`]}}}"
#define RULE_SERVICE(s)                                                                        \
	V SITE "`rules`: {`p`: {`from`: `cctv`, `to`: `router`, `action`: `deny`, `services`: [`" s "`]}}}"
#define HOST(h) V "`applications`: {`vms`: {`hosts`: [`" h "`], `services`: [`tcp/443`]}}}"
#define IN_SERVICE "p.json:2: applications.vms.services[0]: "
#define IN_HOST "p.json:2: applications.vms.hosts[0]: "
#define LATER "known, but not in this release; remove it or upgrade"

static const struct wrong rows[] = {
	REFUSED(1, "{`version`: 2}", "p.json:1: version: 2 is not supported; this program reads version 1"),
	REFUSED(2, "{`name`: `x`}", "p.json:1: (top): `version` is missing; begin with `version`: 1"),
	REFUSED(3, V SITE VMS "`rules`: {`cam-vms`: {\n`form`: `cam-1`, `from`: `cam-1`, `to`: `vms`, `action`: `allow`}}}",
	  "p.json:8: rules.cam-vms.form: unknown key; did you mean `from`?"),
	REFUSED(4, V "`rule`: {}}", "p.json:2: rule: unknown section; did you mean `rules`?"),
	REFUSED(5, V "`quarantine`: {`to`: `soc`}}", "p.json:2: quarantine: " LATER),
	REFUSED(6, V "`rules`: {`cam-vms`: {},\n`x`: {},\n`cam-vms`: {}}}",
	  "p.json:4: rules.cam-vms: defined twice, first at line 2; rename or remove one"),
	{ .nr = 7, .text = V IFS SEG "`devices`: {`plc-1`: {`segment`: `cctv`, `mac`: `02:00:00:00:00:01`, `ports`: `lan1`, `addresses`: [`10.20.0.1`]}}}",
	  .expected = "20-more.json:3: devices.plc-1: also defined at p.json:4; keep one",
	  .second = V "`devices`: {\n`plc-1`: {`segment`: `cctv`, `mac`: `02:00:00:00:00:02`, `ports`: `lan1`, `addresses`: [`10.20.0.2`]}}}" },
	REFUSED(8, V SITE "`groups`: {`cameras`: {`match`: {`role`: `camera`}},\n`Cameras`: {`match`: {`role`: `camera`}}}}",
	  "p.json:7: groups.Cameras: differs from `cameras` (line 6) only in case; choose one"),
	REFUSED(9, V IFS SEG "`devices`: {\n`vms`: {`segment`: `cctv`, `mac`: `02:00:00:00:00:01`, `ports`: `lan1`, `addresses`: [`10.20.0.1`]}},\n" VMS "`name`: `x`}",
	  "p.json:6: applications.vms: `vms` is already a device (line 5); segments, devices, pools, groups and applications share their ids"),
	REFUSED(10, V IFS SEG "`devices`: {\n`cam lobby`: {`segment`: `cctv`, `mac`: `02:00:00:00:00:01`, `ports`: `lan1`, `addresses`: [`10.20.0.1`]}}}",
	  "p.json:5: devices.`cam lobby`: not an id; use letters, digits, `.`, `_`, `-`, at most 63; readable text goes into `name`"),
	REFUSED(11, V SITE "`groups`: {`internet`: {`match`: {`role`: `camera`}}}}",
	  "p.json:6: groups.internet: the word is reserved; choose another id"),
	REFUSED(12, V "`segments`: {`cctv`: {`mode`: 2}}}",
	  "p.json:2: segments.cctv.mode: expected text, found the number 2; use `learn`, `audit` or `enforce`"),
	REFUSED(13, V "`segments`: {`cctv`: {\n`mode`: `block`}}}",
	  "p.json:3: segments.cctv.mode: `block` is not a mode; use `learn`, `audit` or `enforce`"),
	REFUSED(14, V IFS SEG "`devices`: {`cam-1`: {`segment`: `cctv`, `mac`: `02:00:00:00:00:01`, `ports`: `lan1`, `addresses`: [`10.20.0.1`],\n`vlan`: null}}}",
	  "p.json:5: devices.cam-1.vlan: null is not a value; leave the key out for its default"),
	REFUSED(15, V "`pools`: {`meters`: {`max_devices`: 1.5}}}", "p.json:2: pools: " LATER),
	REFUSED(16, "\xef\xbb\xbf{`version`: 1}",
	  "p.json:1: (file): begins with a byte order mark; save as UTF-8 without BOM"),
	REFUSED(17, "{`version`: 1}\n{`version`: 1}",
	  "p.json:2: (file): text after the end of the policy: `{`; one object per file"),
	REFUSED(18, V "`rules`: {`cam-vms`: {\n`to`: [1,]}}}",
	  "p.json:3: rules.cam-vms.to: comma before `]`; remove it"),
	REFUSED(19, "'a'", "p.json:1: (file): `'` does not start a value; use double quotes"),
	REFUSED(20, V "`segments`: {`ot`: {`mode`: `learn`, `limits`: {\n`flows`: NaN}}}}",
	  "p.json:3: segments.ot.limits.flows: NaN is not a value of JSON; write a number"),
	REFUSED(21, NULL, "p.json:1: (file): nested deeper than 16; no policy needs that, check the file"),
	REFUSED(22, NULL, "p.json:1: (file): 104857600 bytes; the limit is 67108864 for all files together"),
	REFUSED(23, V "`devices`: {`cam-1`: {\n`name`: `\\ud800`}}}",
	  "p.json:3: devices.cam-1.name: `\\ud800` is half a character; write valid UTF-8"),
	REFUSED(24, V "`rules`: {`cam-vms`: {\n`note`: `a\nb`}}}",
	  "p.json:3: rules.cam-vms.note: control character 0x0a; use one line, or a comment"),
	REFUSED(25, SERVICE("tcp/0"), IN_SERVICE "`tcp/0`: ports are 1-65535"),
	REFUSED(26, SERVICE("tcp/4294967739"), IN_SERVICE "`tcp/4294967739`: ports are 1-65535"),
	REFUSED(27, SERVICE("443"), IN_SERVICE "`443` lacks the protocol; write `tcp/443` or `udp/443`"),
	REFUSED(28, SERVICE("tcp/https"), IN_SERVICE "`tcp/https`: service names are not used; write `tcp/443`"),
	REFUSED(29, SERVICE("tcp/90-80"), IN_SERVICE "`tcp/90-80` runs backwards; write `tcp/80-90`"),
	REFUSED(30, SERVICE("tcp/80,443"),
	  IN_SERVICE "`tcp/80,443`: one service per entry; write `tcp/80`, `tcp/443`"),
	REFUSED(31, RULE_SERVICE("icmp4/5"), "p.json:6: rules.p.services[0]: `icmp4/5` (redirect) is never opened by a rule; only requests, usually `icmp/echo`"),
	REFUSED(32, RULE_SERVICE("proto/6"), "p.json:6: rules.p.services[0]: `proto/6` is TCP; write `tcp/PORT` or `tcp/1-65535`"),
	REFUSED(33, RULE_SERVICE("any"), "p.json:6: rules.p.services[0]: `any` opens every protocol and port; say why in `note`, or list services"),
	REFUSED(34, HOST("10.0.0.0/33"), IN_HOST "`10.0.0.0/33`: IPv4 prefixes are /1-/32"),
	REFUSED(35, HOST("010.0.0.1"), IN_HOST "`010.0.0.1`: leading zero, read as 8 or 10 by different programs; write `10.0.0.1`"),
	REFUSED(36, HOST("10.1.2.3/24"), IN_HOST "`10.1.2.3/24` has host bits set; write `10.1.2.0/24` or `10.1.2.3`"),
	REFUSED(37, V "`applications`: {`all`: {`hosts`: [`0.0.0.0/0`]}}}",
	  "p.json:2: applications.all.hosts[0]: `0.0.0.0/0` includes private networks; use `internet` or list prefixes"),
	REFUSED(38, V "`applications`: {`vms`: {`hosts`: []}}}",
	  "p.json:2: applications.vms.hosts: empty list; an application without hosts reaches nothing, remove it or add a host"),
	REFUSED(39, V "`applications`: {`he`: {`hosts`: [`10.8.0.0/16`],\n`except`: [`10.9.0.0/24`]}}}",
	  "p.json:3: applications.he.except[0]: `10.9.0.0/24` is not inside any of its hosts; remove it"),
	REFUSED(40, V "`applications`: {`c`: {`hosts`: [`*.com`]}}}",
	  "p.json:2: applications.c.hosts[0]: `*.com` is a name: " LATER),
	REFUSED(41, V SITE "`applications`: {`historian`: {`hosts`: [`10.50.0.20`]}},\n`rules`: {`hist`: {`from`: `cctv`, `to`: `historian`, `action`: `allow`}}}",
	  "p.json:7: rules.hist.services: missing, and `historian` has none of its own; list what may be opened"),
	REFUSED(42, V SITE VMS "`groups`: {`cameras`: {`match`: {`role`: `camera`}}},\n`rules`: {`cam-vms`: {`from`: `camera`, `to`: `vms`, `action`: `allow`}}}",
	  "p.json:8: rules.cam-vms.from: `camera` is not defined; did you mean the group `cameras`?"),
	REFUSED(43, V SITE VMS "`rules`: {`x`: {`from`: `cam-1`, `to`: [`cctv`, `vms`], `action`: `allow`, `services`: [`tcp/443`]}}}",
	  "p.json:7: rules.x.to: `cctv` is a segment and `vms` an application; make two rules"),
	REFUSED(44, V SITE VMS "`rules`: {`x`: {`from`: `vms`, `to`: `vms`, `action`: `allow`}}}",
	  "p.json:7: rules.x: neither side is a device; traffic between others is not decided here"),
	REFUSED(45, V SITE VMS "`rules`: {`x`: {`from`: `cctv`, `to`: `vms`, `services`: [`tcp/22`], `action`: `allow`}}}",
	  "p.json:7: rules.x.services[0]: `tcp/22` is not among the services of `vms` (tcp/443); add it there or remove it here"),
	REFUSED(46, V SITE VMS "`rules`: {`x`: {`from`: `cctv`, `to`: `vms`}}}",
	  "p.json:7: rules.x.action: missing; write `allow` or `deny`"),
	REFUSED(47, V SITE "`applications`: {`acme-cloud`: {`hosts`: [`fw.acme.example`], `services`: [`tcp/443`]}},\n`rules`: {`x`: {`from`: `cctv`, `to`: `acme-cloud`, `action`: `deny`}}}",
	  "p.json:6: applications.acme-cloud.hosts[0]: `fw.acme.example` is a name: " LATER),
	REFUSED(48, V SITE "`applications`: {`lab`: {`hosts`: [`10.20.0.0/16`], `services`: [`tcp/1-65535`]}},\n`rules`: {`x`: {`from`: `cctv`, `to`: `lab`, `action`: `deny`}}}",
	  "p.json:7: rules.x.to: `10.20.0.0/16` of `lab` holds segment `cctv` (10.20.0.0/24); name the devices or the segment"),
	REFUSED(49, V SITE "`groups`: {`ptz`: {`match`: {`role`: `ptz`}}}}",
	  "p.json:6: groups.ptz: no device has role=ptz; add one, fix the label, or set `may_be_empty`: true"),
	REFUSED(50, V SITE "`groups`: {`a`: {`groups`: [`b`]},\n`b`: {`groups`: [`a`]}}}",
	  "p.json:6: groups.a.groups[0]: a > b > a contains itself; remove one step"),
	REFUSED(51, V SITE VMS "`rules`: {`hmi-poll`: {`from`: `cam-1`, `to`: `vms`, `action`: `allow`},\n`no-modbus`: {`from`: `cctv`, `to`: `vms`, `action`: `deny`}}}",
	  "p.json:7: rules.hmi-poll: can never apply, deny `no-modbus` covers all of it; remove one of the two"),
	REFUSED(52, V IFS SEG CAM2("`mac`: `02:00:00:00:20:11`, `ports`: [`lan1`], `addresses`: [`10.20.0.12`]"),
	  "p.json:6: devices.cam-2.mac: 02:00:00:00:20:11 is already `cam-1` (line 5) on lan1 untagged; a device is one entry"),
	REFUSED(53, V IFS SEG CAM2("`mac`: `01:00:5e:00:00:01`, `ports`: [`lan1`], `addresses`: [`10.20.0.12`]"),
	  "p.json:6: devices.cam-2.mac: `01:00:5e:00:00:01` is a multicast address; no device sends from it"),
	REFUSED(54, V IFS SEG CAM2("`mac`: `02:00:00:00:20:12`, `ports`: [`lan1`], `addresses`: [`10.20.0.11`]"),
	  "p.json:6: devices.cam-2.addresses[0]: 10.20.0.11 is already `cam-1` (line 5)"),
	REFUSED(55, V IFS "`segments`: {`cctv`: {`mode`: `enforce`}},\n" CAM2("`mac`: `02:00:00:00:20:12`, `ports`: [`lan1`], `addresses`: [`dynamic`]"),
	  "p.json:6: devices.cam-2.addresses[0]: `dynamic` needs `subnets` in segment `cctv`; otherwise it could claim any address"),
	REFUSED(56, V IFS SEG CAM2("`mac`: `02:00:00:00:20:12`, `ports`: [`wan0`], `addresses`: [`10.20.0.12`]"),
	  "p.json:6: devices.cam-2.ports[0]: `wan0` is an uplink; name an interface with role `device`"),
	REFUSED(57, V "`interfaces`: {`apn0`: {`role`: `device`, `identity`: `ip`}},\n" SEG "`devices`: {`m1`: {`segment`: `cctv`, `interface`: `apn0`, `mac`: `02:00:00:00:20:12`, `addresses`: [`100.64.3.7`]}}}",
	  "p.json:4: devices.m1.mac: `apn0` identifies by address; use `interface` and `addresses`"),
	REFUSED(58, V "`interfaces`: {`hmi0`: {`role`: `device`, `untagged`: false, `vlans`: [30]}},\n" SEG "`devices`: {`hmi-1`: {`segment`: `cctv`, `mac`: `02:00:00:00:50:30`, `ports`: `hmi0`, `vlan`: 31, `addresses`: [`10.30.2.5`]}}}",
	  "p.json:4: devices.hmi-1.vlan: 31 is not in interfaces.hmi0.vlans (30); add it there or correct it"),
	REFUSED(59, V "`segments`: {`cctv`: {`mode`: `learn`, `subnets`: [`10.20.0.0/24`]},\n`b`: {`mode`: `learn`, `subnets`: [`10.20.0.0/25`]}}}",
	  "p.json:3: segments.b.subnets[0]: 10.20.0.0/25 overlaps segment `cctv` (10.20.0.0/24); an address has one segment"),
	REFUSED(60, V SITE VMS "`rules`: {`x`: {`from`: `cctv`, `to`: `vms`, `action`: `allow`, `hours`: [`Sun 02:00-04:00`]}}}",
	  "p.json:7: rules.x.hours: " LATER),
	{ .nr = 61, .skipped = "capacity is the compiler's: it needs the size of the maps" },
	{ .nr = 62, .by_tests = true, .text = V IFS SEG CAMERAS VMS
	  "`rules`: {`cam-vms`: {`from`: `cameras`, `to`: `vms`, `action`: `allow`},\n"
	  "`no-gate`: {`from`: `cam-gate`, `to`: `vms`, `action`: `deny`}},\n"
	  "`tests`: {`vms-tls`: {`allow`: {`from`: `cameras`, `to`: `vms`}}}}",
	  .expected = "p.json:10: tests.vms-tls: cam-gate > vms (10.9.0.5) tcp/443 expected allow, got deny by rule `no-gate`" },
	{ .nr = 63, .by_tests = true, .text = V IFS SEG PLCS
	  "`rules`: {`cell`: {`from`: `plc-intake`, `to`: `plcs`, `services`: [`tcp/502`], `action`: `allow`}},\n"
	  "`tests`: {`plc-plc`: {`never`: {`from`: `plcs`, `to`: `plcs`}}}}",
	  .expected = "p.json:7: tests.plc-plc: plc-intake > plc-dosing tcp/502 is allowed by rule `cell`; correct the rule or the assertion" },
	{ .nr = 64, .skipped = "grants come in a later release" },
};

static char *quoted(const char *s)
{
	char *copy = strdup(s);

	ck_assert_ptr_nonnull(copy);
	for (char *p = copy; *p; p++)
		*p = *p == '`' ? '"' : *p;
	return copy;
}

/* 21: opened a hundred thousand times. 22: a hundred MiB of blanks. */
static char *made_text(int nr, size_t *ret_len)
{
	size_t len = nr == 21 ? 100000 : 104857600;
	char *text = malloc(len + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, nr == 21 ? '[' : ' ', len);
	text[len] = 0;
	*ret_len = len;
	return text;
}

/* A good policy by itself; what its tests say is the message. */
static int run_tests(const struct zt_source *source, struct zt_errors *errors)
{
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_image *image = NULL;
	struct zt_policy *p = NULL;
	struct zt_env *env;
	int failed;

	if (zt_policy_parse(source, 1, errors, NULL, &p))
		ck_abort_msg("%s", errors->v[0]);
	env = zt_env_fake(p);
	ck_assert_int_eq(zt_compile(p, env, numbers, errors, &image), 0);
	failed = zt_policy_run_tests(p, image, errors);
	zt_image_free(image);
	zt_env_free(env);
	zt_numbers_free(numbers);
	zt_policy_free(p);
	return failed ? -EINVAL : 0;
}

START_TEST(every_wrong_input)
{
	const struct wrong *w = &rows[_i];
	struct zt_source sources[2] = { { .name = "p.json" }, { .name = "20-more.json" } };
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;
	char *text, *second, *expected;

	ck_assert_int_eq(w->nr, _i + 1);
	if (w->skipped) {
		printf("%d skipped: %s\n", w->nr, w->skipped);
		return;
	}
	text = w->text ? quoted(w->text) : made_text(w->nr, &sources[0].len);
	second = quoted(w->second ? w->second : "");
	expected = quoted(w->expected);
	sources[0].text = text;
	if (w->text)
		sources[0].len = strlen(text);
	sources[1].text = second;
	sources[1].len = strlen(second);
	if (w->by_tests)
		ck_assert_int_eq(run_tests(sources, &errors), -EINVAL);
	else
		ck_assert_int_eq(zt_policy_parse(sources, w->second ? 2 : 1, &errors, NULL, &p),
				 -EINVAL);
	ck_assert_ptr_null(p);
	ck_assert_uint_ge(errors.nr, 1);
	ck_assert_str_eq(errors.v[0], expected);
	if (errors.total > 1)
		ck_abort_msg("%d: also %s", w->nr, errors.v[1]);
	zt_errors_free(&errors);
	free(text);
	free(second);
	free(expected);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("policy_wrong");
	TCase *c = tcase_create("table");
	SRunner *r;
	int failed;

	tcase_add_loop_test(c, every_wrong_input, 0, sizeof(rows) / sizeof(*rows));
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
