/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accepted policies: what the model holds, its canonical text, several files as
 * one, and what is only information.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "policy/policy.h"

/* ` stands for ". */
static const char plant[] =
	"// the plant\n"
	"{`version`: 1, `name`: `pl\\u00e4nt`, `note`: `a \\`quoted\\` note`,\n"
	"`interfaces`: {`p2`: {`role`: `device`, `untagged`: false, `vlans`: [30, 20]},\n"
	" `p1`: {`role`: `device`, `l2`: [`stp`, `eapol`], `unknown_segment`: `guests`, `fast_forward`: true},\n"
	" `apn`: {`role`: `device`, `identity`: `ip`}, `up`: {`role`: `uplink`, `fast_forward`: true}, `spare`: {`role`: `ignore`}},\n"
	"`segments`: {`ot`: {`mode`: `audit`, `subnets`: [`10.1.0.0/24`, `fd01::/64`]},\n"
	" `guests`: {`mode`: `learn`}},\n"
	"`devices`: {\n"
	" `plc`: {`segment`: `ot`, `mac`: [`02:00:00:00:00:02`, `02:00:00:00:00:01`], `ports`: [`p2`], `vlan`: 30,\n"
	"   `addresses`: [`10.1.0.5`, `10.31.0.0/24`, `dynamic6`, `fd31::/48`], `labels`: {`site`: `a/1`, `role`: `plc`}},\n"
	" `hmi`: {`segment`: `ot`, `mac`: `02:00:00:00:00:03`, `ports`: `p1`, `addresses`: [`dynamic`], `labels`: {`role`: `hmi`}, `name`: `Panel 1`},\n"
	" `cam`: {`segment`: `guests`, `mac`: `02:00:00:00:00:04`, `ports`: [`p1`], `addresses`: [`10.2.0.4`], `labels`: {`role`: `cam`}},\n"
	" `m1`: {`segment`: `guests`, `interface`: `apn`, `addresses`: [`100.64.0.1`],\n"
	"   `inventory`: {`owner`: `x`, `imsi`: `001`, `vendor`: `Acme`}}},\n"
	"`groups`: {\n"
	" `machines`: {`match`: {`role`: [`plc`, `hmi`]}}, `in-ot`: {`segment`: `ot`}, `both`: {`match`: {`role`: [`plc`, `cam`]}, `segment`: `ot`},\n"
	" `listed`: {`devices`: [`m1`, `cam`]}, `nested`: {`groups`: `listed`, `match`: {`role`: `hmi`}},\n"
	" `without`: {`groups`: [`machines`, `listed`], `except`: [`plc`, `listed`]}, `nobody`: {`may_be_empty`: true}},\n"
	"`applications`: {`scada`: {`hosts`: [`10.9.0.0/24`, `2001:db8::5`, `router`], `except`: [`10.9.0.9`], `flags`: [`remote-access`]},\n"
	" `web`: {`hosts`: [`internet`], `services`: [`tcp/443`, `udp/443`]}},\n"
	"`rules`: {\n"
	" `poll`: {`from`: `scada`, `to`: [`machines`, `cam`], `services`: [`tcp/502`], `action`: `allow`, `log`: true},\n"
	" `all`: {`from`: `all-devices`, `to`: [`web`, `router-dns`], `action`: `allow`},\n"
	" `new`: {`from`: [`unknown-devices`, `plc`], `to`: `router-ntp`, `action`: `allow`},\n"
	" `peer`: {`from`: `in-ot`, `to`: `guests`, `services`: [`any`], `action`: `deny`, `note`: `why`},\n"
	" `none`: {`from`: `nobody`, `to`: `web`, `action`: `allow`}},\n"
	"`infrastructure`: {`dhcp`: [`hmi`, `router`], `gateways`: [`10.1.0.1`, `fe80::1`]},\n"
	"`tests`: {`a`: {`deny`: {`from`: `plc`, `to`: `8.8.8.8`, `services`: [`tcp/1`], `reason`: `no-rule`}},\n"
	" `b`: {`only`: {`from`: `hmi`, `to`: [`cam`, `web`, `router-dns`, `10.9.0.77`]}, `note`: `n`},\n"
	" `c`: {`deny`: {`from`: `plc`, `to`: `cam`, `services`: [`tcp/1`], `rule`: `peer`}}}}\n";

static char *quoted(const char *s)
{
	char *copy = strdup(s);

	ck_assert_ptr_nonnull(copy);
	for (char *p = copy; *p; p++)
		*p = *p == '`' ? '"' : *p;
	return copy;
}

static struct zt_policy *parse(const char *const *texts, size_t nr, struct zt_errors *infos)
{
	static const char *const names[] = { "10-a.json", "20-b.json", "30-c.json" };
	struct zt_source sources[3] = {0};
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;

	for (size_t i = 0; i < nr; i++) {
		char *text = quoted(texts[i]);

		sources[i] = (struct zt_source){ names[i], text, strlen(text) };
	}
	if (zt_policy_parse(sources, nr, &errors, infos, &p))
		ck_abort_msg("%s", errors.v[0]);
	for (size_t i = 0; i < nr; i++)
		free((char *)sources[i].text);
	return p;
}

static struct zt_policy *parse_one(const char *text)
{
	return parse(&text, 1, NULL);
}

/* Ids of a set of devices, joined by blanks. */
static const char *names(const struct zt_policy *p, const struct zt_set *s)
{
	static char buf[256];

	buf[0] = 0;
	for (uint32_t i = 0; i < s->nr; i++) {
		strcat(buf, i ? " " : "");
		strcat(buf, p->devices[s->v[i]].id);
	}
	return buf;
}

START_TEST(interfaces_and_segments)
{
	struct zt_policy *p = parse_one(plant);
	const struct zt_interface *i = p->interfaces;

	ck_assert_uint_eq(p->nr_interfaces, 5);
	ck_assert_str_eq(i[0].id, "apn");
	ck_assert(i[0].identity_ip && i[0].untagged && i[0].role == ZT_ROLE_DEVICE);
	ck_assert_uint_eq(i[0].unknown_segment, p->nr_segments - 1);
	ck_assert_uint_eq(i[1].l2, ZT_L2_EAPOL | ZT_L2_STP);
	ck_assert_uint_eq(i[1].unknown_segment, zt_policy_segment(p, "guests"));
	ck_assert(!i[2].untagged);
	ck_assert_uint_eq(i[2].nr_vlans, 2);
	ck_assert_uint_eq(i[2].vlans[0], 20);
	ck_assert_uint_eq(i[2].vlans[1], 30);
	ck_assert(i[1].fast_forward && i[4].fast_forward);
	ck_assert(!i[0].fast_forward && !i[2].fast_forward && !i[3].fast_forward);
	ck_assert_uint_eq(i[3].role, ZT_ROLE_IGNORE);
	ck_assert_uint_eq(i[4].role, ZT_ROLE_UPLINK);
	ck_assert_uint_eq(i[4].where.line, 5);
	ck_assert_uint_eq(p->nr_segments, 3);
	ck_assert_uint_eq(p->segments[0].mode, ZT_MODE_LEARN);
	ck_assert_uint_eq(p->segments[1].mode, ZT_MODE_AUDIT);
	ck_assert_uint_eq(p->segments[1].subnets.nr, 2);
	ck_assert(p->segments[2].builtin);
	ck_assert_str_eq(p->segments[2].id, "unknown");
	ck_assert_uint_eq(p->segments[2].mode, ZT_MODE_ENFORCE);
	ck_assert_int_eq(zt_policy_segment(p, "unknown"), 2);
	ck_assert_int_eq(zt_policy_segment(p, "nope"), -1);
	ck_assert_int_eq(zt_policy_interface(p, "up"), 4);
	zt_policy_free(p);
}
END_TEST

START_TEST(devices)
{
	static const uint8_t second[6] = { 2, 0, 0, 0, 0, 1 };
	struct zt_policy *p = parse_one(plant);
	const struct zt_device *cam = &p->devices[0], *hmi = &p->devices[1], *m1 = &p->devices[2],
			       *plc = &p->devices[3];

	ck_assert_uint_eq(p->nr_devices, 4);
	ck_assert_str_eq(cam->id, "cam");
	ck_assert_str_eq(hmi->name, "Panel 1");
	ck_assert(hmi->dynamic4 && hmi->dynamic6 && !hmi->addresses.nr && !hmi->vlan);
	ck_assert(!plc->dynamic4 && plc->dynamic6);
	ck_assert_uint_eq(plc->addresses.nr, 3);
	ck_assert_uint_eq(plc->addresses.v[1].plen, 24);
	ck_assert_uint_eq(plc->addresses.v[2].family, 6);
	ck_assert_uint_eq(plc->vlan, 30);
	ck_assert_uint_eq(plc->nr_macs, 2);
	ck_assert_mem_eq(plc->macs[1], second, 6);
	ck_assert_uint_eq(plc->ports.nr, 1);
	ck_assert_str_eq(p->interfaces[plc->ports.v[0]].id, "p2");
	ck_assert_str_eq(plc->labels[0].key, "role");
	ck_assert_str_eq(plc->labels[1].value, "a/1");
	ck_assert_uint_eq(m1->nr_macs, 0);
	ck_assert_str_eq(p->interfaces[m1->ports.v[0]].id, "apn");
	ck_assert_uint_eq(m1->nr_inventory, 3);
	ck_assert_str_eq(m1->inventory[0].key, "vendor");
	ck_assert_str_eq(m1->inventory[1].key, "imsi");
	ck_assert_str_eq(m1->inventory[2].key, "owner");
	ck_assert_int_eq(zt_policy_device(p, "plc"), 3);
	ck_assert_int_eq(zt_policy_device(p, "plcx"), -1);
	zt_policy_free(p);
}
END_TEST

START_TEST(groups)
{
	static const char *const expected[][2] = {
		{ "both", "plc" },	  { "in-ot", "hmi plc" }, { "listed", "cam m1" },
		{ "machines", "hmi plc" }, { "nested", "cam hmi m1" }, { "nobody", "" },
		{ "without", "hmi" },
	};
	struct zt_policy *p = parse_one(plant);

	ck_assert_uint_eq(p->nr_groups, 7);
	for (int i = 0; i < 7; i++) {
		ck_assert_int_eq(zt_policy_group(p, expected[i][0]), i);
		ck_assert_str_eq(names(p, &p->groups[i].members), expected[i][1]);
	}
	zt_policy_free(p);
}
END_TEST

START_TEST(applications)
{
	static const char *const ids[] = { "internet", "router", "router-dns", "router-ntp", "router-ping",
					   "scada", "web" };
	struct zt_policy *p = parse_one(plant);

	ck_assert_uint_eq(p->nr_apps, 7);
	for (int i = 0; i < 7; i++) {
		ck_assert_str_eq(p->apps[i].id, ids[i]);
		ck_assert_int_eq(p->apps[i].builtin, i < 5);
		ck_assert_int_eq(p->apps[i].is_router, i >= 1 && i <= 5);
		ck_assert_int_eq(p->apps[i].is_internet, i == 0 || i == 6);
		ck_assert_int_eq(zt_policy_app(p, ids[i]), i);
	}
	ck_assert_uint_eq(p->apps[0].services.nr, 0);
	ck_assert_uint_eq(p->apps[1].services.nr, 0);
	ck_assert_uint_eq(p->apps[2].services.nr, 2);
	ck_assert_uint_eq(p->apps[2].services.v[0].kind, ZT_SERVICE_UDP);
	ck_assert_uint_eq(p->apps[3].services.v[0].lo, 123);
	ck_assert_uint_eq(p->apps[4].services.v[0].kind, ZT_SERVICE_ICMP_ECHO);
	ck_assert_uint_eq(p->apps[5].hosts.nr, 2);
	ck_assert_uint_eq(p->apps[5].except.nr, 1);
	ck_assert_uint_eq(p->apps[5].except.v[0].plen, 32);
	ck_assert_uint_eq(p->apps[5].flags, ZT_APP_REMOTE_ACCESS);
	zt_policy_free(p);
}
END_TEST

START_TEST(rules_and_tests)
{
	struct zt_policy *p = parse_one(plant);
	const struct zt_policy_rule *r = p->rules;

	ck_assert_uint_eq(p->nr_rules, 5);
	ck_assert_str_eq(r[0].id, "all");
	ck_assert(r[0].from.all_devices && !r[0].from.is_apps && r[0].to.is_apps);
	ck_assert_uint_eq(r[0].from.devices.nr, 4);
	ck_assert_uint_eq(r[0].to.apps.nr, 2);
	ck_assert(!r[0].log && !r[0].services.nr);
	ck_assert(r[1].from.unknown);
	ck_assert_str_eq(names(p, &r[1].from.devices), "plc");
	ck_assert_uint_eq(r[1].from.nr_words, 2);
	ck_assert_str_eq(r[1].from.words[0], "unknown-devices");
	ck_assert_str_eq(r[2].id, "none");
	ck_assert_uint_eq(r[2].from.devices.nr, 0);
	ck_assert(r[3].deny && r[3].log);
	ck_assert_str_eq(names(p, &r[3].from.devices), "hmi plc");
	ck_assert_str_eq(names(p, &r[3].to.devices), "cam m1");
	ck_assert(r[4].log && r[4].from.is_apps);
	ck_assert_str_eq(names(p, &r[4].to.devices), "cam hmi plc");
	ck_assert_int_eq(zt_policy_rule(p, "poll"), 4);
	ck_assert_uint_eq(p->nr_tests, 3);
	ck_assert_uint_eq(p->tests[0].kind, ZT_TEST_DENY);
	ck_assert_uint_eq(p->tests[0].reason, ZT_REASON_NO_RULE);
	ck_assert_uint_eq(p->tests[0].to.literals.nr, 1);
	ck_assert(p->tests[0].to.is_apps);
	ck_assert_uint_eq(p->tests[1].kind, ZT_TEST_ONLY);
	ck_assert_str_eq(p->tests[1].note, "n");
	ck_assert_uint_eq(p->tests[1].to.apps.nr, 2);
	ck_assert_uint_eq(p->tests[1].to.literals.nr, 1);
	ck_assert_str_eq(names(p, &p->tests[1].to.devices), "cam");
	ck_assert_str_eq(p->tests[2].rule, "peer");
	ck_assert(p->infra.dhcp_router && !p->infra.dhcp_uplink);
	ck_assert_str_eq(names(p, &p->infra.dhcp_devices), "hmi");
	ck_assert_uint_eq(p->infra.gateways.nr, 2);
	zt_policy_free(p);
}
END_TEST

START_TEST(smallest)
{
	struct zt_policy *p = parse_one("{`version`: 1}");

	ck_assert(p->infra.dhcp_router && p->infra.dhcp_uplink);
	ck_assert_uint_eq(p->nr_segments, 1);
	ck_assert_uint_eq(p->nr_apps, 5);
	ck_assert_str_eq(p->json, "{\n\"version\": 1}\n");
	zt_policy_free(p);
	p = parse_one("{`version`: 1, `infrastructure`: {`dhcp`: `off`}}");
	ck_assert(!p->infra.dhcp_router && !p->infra.dhcp_uplink);
	zt_policy_free(p);
}
END_TEST

/* The canonical text: of the whole plant unchanged by a second reading. */
START_TEST(canonical_again)
{
	struct zt_policy *p = parse_one(plant), *again = NULL;
	struct zt_source source = { "again", p->json, strlen(p->json) };
	struct zt_errors errors = {0};

	if (zt_policy_parse(&source, 1, &errors, NULL, &again))
		ck_abort_msg("%s", errors.v[0]);
	ck_assert_str_eq(again->json, p->json);
	ck_assert_mem_eq(again->hash, p->hash, 32);
	ck_assert_ptr_nonnull(strstr(p->json, "\"name\": \"pl\xc3\xa4nt\""));
	ck_assert_ptr_nonnull(strstr(p->json, "\"note\": \"a \\\"quoted\\\" note\""));
	ck_assert_ptr_null(strstr(p->json, "the plant"));
	zt_policy_free(again);
	zt_policy_free(p);
}
END_TEST

/* SHA-256 of "{\n\"version\": 1}\n", computed by sha256sum. */
START_TEST(hash_is_sha256)
{
	struct zt_policy *p = parse_one("// c\n{`version`:1}");
	char hex[65];

	for (int i = 0; i < 32; i++)
		sprintf(hex + 2 * i, "%02x", p->hash[i]);
	ck_assert_str_eq(hex, "f062a682077a85dbc16a4ec8ad1d6352c8f6c1a21b813c53451422e76891fa3b");
	zt_policy_free(p);
}
END_TEST

/* Order, spacing, comments and the split into files do not matter; texts do. */
START_TEST(same_hash)
{
	static const char *const one[] = {
		"{`version`: 1, `name`: `n`, `segments`: {`a`: {`mode`: `learn`, `note`: `x`}, `b`: {`mode`: `audit`}},\n"
		"`applications`: {`z`: {`hosts`: [`10.0.0.1`], `services`: [`tcp/1`]}, `y`: {`hosts`: [`10.0.0.2`]}}}"
	};
	static const char *const other[] = {
		"{`applications`:{`y`:{`hosts`:[`10.0.0.2`]}},`version`:1,`segments`:{`b`:{`mode`:`audit`}}}",
		"/* x */ {`version`: 1, `segments`: {`a`: {`note`: `\\u0078`, `mode`: `learn`}}, `name`: `n`,\n"
		"`applications`: {`z`: {`services`: [`tcp/1`], `hosts`: [`10.0.0.1`]}}}"
	};
	static const char *const third[] = {
		"{`version`: 1, `name`: `n`, `segments`: {`a`: {`mode`: `learn`, `note`: `X`}, `b`: {`mode`: `audit`}},\n"
		"`applications`: {`z`: {`hosts`: [`10.0.0.1`], `services`: [`tcp/1`]}, `y`: {`hosts`: [`10.0.0.2`]}}}"
	};
	struct zt_policy *a = parse(one, 1, NULL), *b = parse(other, 2, NULL), *c = parse(third, 1, NULL);

	ck_assert_str_eq(a->json, b->json);
	ck_assert_mem_eq(a->hash, b->hash, 32);
	ck_assert_mem_ne(a->hash, c->hash, 32);
	ck_assert_uint_eq(b->nr_files, 2);
	ck_assert_str_eq(b->files[1], "20-b.json");
	ck_assert_uint_eq(b->segments[0].where.file, 1);
	ck_assert_uint_eq(b->segments[1].where.file, 0);
	zt_policy_free(a);
	zt_policy_free(b);
	zt_policy_free(c);
}
END_TEST

static const struct {
	const char *first, *second, *line;
} clashes[] = {
	{ "{`version`: 1,\n`name`: `a`}", "{`version`: 1, `name`: `b`}",
	  "20-b.json:1: name: also defined at 10-a.json:2; keep one" },
	{ "{`version`: 1, `infrastructure`: {}}", "{`version`: 1,\n`infrastructure`: {}}",
	  "20-b.json:2: infrastructure: also defined at 10-a.json:1; keep one" },
	{ "{`version`: 1}", "{`name`: `b`}",
	  "20-b.json:1: (top): `version` is missing; begin with `version`: 1" },
	{ "{`version`: 1, `segments`: {`s`: {`mode`: `learn`}}}", "{`version`: 1,\n`segments`: {`s`: {`mode`: `learn`}}}",
	  "20-b.json:2: segments.s: also defined at 10-a.json:1; keep one" },
	{ "{`version`: 1, `segments`: {`s`: {`mode`: `learn`}}}", "{`version`: 1,\n`groups`: {`s`: {`may_be_empty`: true}}}",
	  "20-b.json:2: groups.s: `s` is already a segment (10-a.json:1); segments, devices, pools, groups and applications share their ids" },
	{ "{`version`: 1, `segments`: {`s`: {`mode`: `learn`}}}", "{`version`: 1, `segments`: {`S`: {`mode`: `learn`}}}",
	  "20-b.json:1: segments.S: differs from `s` (10-a.json:1) only in case; choose one" },
	{ "{`version`: 1, `segments`: {`s`: {`mode`: `learn`, `subnets`: [`10.0.0.0/8`]}}}",
	  "{`version`: 1, `segments`: {`a`: {`mode`: `learn`, `subnets`: [`10.1.0.0/16`]}}}",
	  "20-b.json:1: segments.a.subnets[0]: 10.1.0.0/16 overlaps segment `s` (10.0.0.0/8); an address has one segment" },
};

START_TEST(clash)
{
	char *a = quoted(clashes[_i].first), *b = quoted(clashes[_i].second);
	char *line = quoted(clashes[_i].line);
	struct zt_source sources[] = { { "10-a.json", a, strlen(a) }, { "20-b.json", b, strlen(b) } };
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;

	ck_assert_int_eq(zt_policy_parse(sources, 2, &errors, NULL, &p), -EINVAL);
	ck_assert_uint_eq(errors.total, 1);
	ck_assert_str_eq(errors.v[0], line);
	zt_errors_free(&errors);
	free(a);
	free(b);
	free(line);
}
END_TEST

/* Told, not refused. */
static const struct {
	const char *text, *line;
} told[] = {
	{ "{`version`: 1, `applications`: {\n`wide`: {`hosts`: [`10.0.0.0/8`]},\n`vms`: {`hosts`: [`router`, `10.9.0.5`]}}}",
	  "10-a.json:3: applications.vms.hosts[1]: 10.9.0.5 is in `wide` (line 2) as well; rules of both apply there" },
	{ "{`version`: 1, `applications`: {\n`vms`: {`hosts`: [`10.9.0.5`]}}}",
	  "10-a.json:2: applications.vms: no rule and no test names it" },
	{ "{`version`: 1, `interfaces`: {`p`: {`role`: `device`}}, `segments`: {`s`: {`mode`: `learn`}, `t`: {`mode`: `learn`, `subnets`: [`10.0.0.0/24`]}},\n"
	  "`devices`: {`d`: {`segment`: `s`, `mac`: `02:00:00:00:00:01`, `ports`: `p`, `addresses`: [`10.0.0.7`]}}}",
	  "10-a.json:2: devices.d.addresses[0]: 10.0.0.7 is in the subnets of segment `t`, the device is in `s`" },
	{ "{`version`: 1, `interfaces`: {`p`: {`role`: `device`}}, `segments`: {`s`: {`mode`: `learn`}},\n"
	  "`devices`: {`d`: {`segment`: `s`, `mac`: `02:00:00:00:00:01`, `ports`: `p`, `addresses`: [`10.0.0.7`]}},\n"
	  "`applications`: {`x`: {`hosts`: [`10.0.0.7`]}}}",
	  "10-a.json:3: applications.x.hosts[0]: 10.0.0.7 is device `d`; only rules that name the device open it" },
};

START_TEST(information)
{
	struct zt_errors infos = {0};
	struct zt_policy *p = parse(&told[_i].text, 1, &infos);
	char *line = quoted(told[_i].line);
	bool found = false;

	for (uint32_t i = 0; i < infos.nr; i++)
		found |= !strcmp(infos.v[i], line);
	ck_assert_msg(found, "got %s", infos.nr ? infos.v[0] : "nothing");
	zt_errors_free(&infos);
	zt_policy_free(p);
	free(line);
}
END_TEST

/* Not errors, though near one. */
static const char *const accepted[] = {
	/* a deny by a prefix from which the segment is taken out, and of one host inside it */
	"{`version`: 1, `interfaces`: {`p`: {`role`: `device`}}, `segments`: {`s`: {`mode`: `learn`, `subnets`: [`10.20.0.0/24`]}},\n"
	"`devices`: {`d`: {`segment`: `s`, `mac`: `02:00:00:00:00:01`, `ports`: `p`, `addresses`: [`dynamic4`, `10.20.0.7`]}},\n"
	"`applications`: {`lab`: {`hosts`: [`10.0.0.0/8`, `10.20.0.9`], `except`: [`10.20.0.0/16`]}},\n"
	"`rules`: {`r`: {`from`: `d`, `to`: `lab`, `services`: [`tcp/1`], `action`: `deny`}}}",
	/* one MAC behind ports without a common one, or with another tag: two machines */
	"{`version`: 1, `interfaces`: {`p`: {`role`: `device`, `vlans`: [5]}, `q`: {`role`: `device`}}, `segments`: {`s`: {`mode`: `learn`}},\n"
	"`devices`: {`d`: {`segment`: `s`, `mac`: `02:00:00:00:00:01`, `ports`: `p`, `addresses`: [`10.20.0.7`]},\n"
	"`e`: {`segment`: `s`, `mac`: `02:00:00:00:00:01`, `ports`: `q`, `addresses`: [`10.20.0.8`]},\n"
	"`f`: {`segment`: `s`, `mac`: `02:00:00:00:00:01`, `ports`: `p`, `vlan`: 5, `addresses`: [`10.20.0.9`]}}}",
	/* reserved words and ids of other sections are free for rules, tests and interfaces */
	"{`version`: 1, `interfaces`: {`router`: {`role`: `device`}}, `segments`: {`s`: {`mode`: `learn`}},\n"
	"`devices`: {`d`: {`segment`: `s`, `mac`: `02:00:00:00:00:01`, `ports`: `router`, `addresses`: [`10.20.0.7`]}},\n"
	"`rules`: {`any`: {`from`: `d`, `to`: `router-ping`, `action`: `allow`}}, `tests`: {`d`: {`allow`: {`from`: `d`, `to`: `router-ping`}}}}",
	/* an allow that a deny covers only in part */
	"{`version`: 1, `interfaces`: {`p`: {`role`: `device`}}, `segments`: {`s`: {`mode`: `learn`}},\n"
	"`devices`: {`d`: {`segment`: `s`, `mac`: `02:00:00:00:00:01`, `ports`: `p`, `addresses`: [`10.20.0.7`]},\n"
	"`e`: {`segment`: `s`, `mac`: `02:00:00:00:00:02`, `ports`: `p`, `addresses`: [`10.20.0.8`]}},\n"
	"`applications`: {`w`: {`hosts`: [`192.0.2.0/24`]}, `x`: {`hosts`: [`192.0.2.1`]}, `v`: {`hosts`: [`192.0.2.0/23`], `except`: [`192.0.2.1`]}},\n"
	"`rules`: {`a`: {`from`: `s`, `to`: `w`, `services`: [`tcp/1-9`], `action`: `allow`},\n"
	"`b`: {`from`: `d`, `to`: `w`, `services`: [`tcp/1-9`], `action`: `deny`},\n"
	"`c`: {`from`: `s`, `to`: `x`, `services`: [`tcp/1-9`], `action`: `deny`},\n"
	"`d2`: {`from`: `s`, `to`: `v`, `services`: [`tcp/1-9`], `action`: `deny`},\n"
	"`f`: {`from`: `s`, `to`: `w`, `services`: [`tcp/2-10`], `action`: `deny`},\n"
	"`g`: {`from`: `w`, `to`: `s`, `services`: [`tcp/1-9`], `action`: `deny`}}}",
	/* every section may be empty, and keys may be written with escapes */
	"{`\\u0076ersion`: 1, `devices`: {}, `rules`: {}, `tests`: {}, `groups`: {}, `infrastructure`: {}}",
};

START_TEST(accepts)
{
	zt_policy_free(parse_one(accepted[_i]));
}
END_TEST

/*
 * Among many MACs two of one device share a bucket of the parser's table, about once
 * in each of these rounds: that is no clash with itself.
 */
START_TEST(many_macs)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct zt_policy *p;

	fputs("{`version`: 1, `interfaces`: {`p`: {`role`: `device`}}, `segments`: {`s`: {`mode`: `learn`}}, `devices`: {", f);
	for (int i = 1; i < 200; i++)
		fprintf(f, "%s`d%d`: {`segment`: `s`, `ports`: `p`, `addresses`: [`10.0.0.%d`], "
			"`mac`: [`02:%02x:00:00:%02x:01`, `02:%02x:00:00:%02x:02`, `02:%02x:00:00:%02x:03`, `02:%02x:00:00:%02x:04`]}",
			i > 1 ? "," : "", i, i, _i, i, _i, i, _i, i, _i, i);
	fputs("}}", f);
	fclose(f);
	p = parse_one(text);
	ck_assert_uint_eq(p->nr_devices, 199);
	zt_policy_free(p);
	free(text);
}
END_TEST

/* ---- files ------------------------------------------------------------------- */

static char dir[] = "/tmp/zt-policy-XXXXXX";

static const char *path_of(const char *name)
{
	static char path[200];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	char *q = quoted(text);
	FILE *f = fopen(path_of(name), "w");

	ck_assert_ptr_nonnull(f);
	fputs(q, f);
	fclose(f);
	free(q);
}

static void make_dir(void)
{
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_dir(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(directory)
{
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;

	write_file("20-b.json", "{`version`: 1, `segments`: {`b`: {`mode`: `learn`}}}");
	write_file("10-a.json", "{`version`: 1, `segments`: {`a`: {`mode`: `learn`}}}");
	write_file(".hidden.json", "not read");
	write_file("notes.txt", "not read");
	write_file("old.json~", "not read");
	ck_assert_int_eq(symlink("notes.txt", path_of("link.json")), 0);
	ck_assert_int_eq(mkdir(path_of("sub.json"), 0700), 0);
	write_file("sub.json/30.json", "not read");
	if (zt_policy_load(dir, &errors, NULL, &p))
		ck_abort_msg("%s", errors.v[0]);
	ck_assert_uint_eq(p->nr_files, 2);
	ck_assert_str_eq(p->files[0], path_of("10-a.json"));
	ck_assert_int_eq(zt_policy_segment(p, "b"), 1);
	zt_policy_free(p);
}
END_TEST

START_TEST(directory_errors)
{
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;
	char *line;

	ck_assert_int_eq(zt_policy_load(dir, &errors, NULL, &p), -ENOENT);
	ck_assert(asprintf(&line, "%s:1: (file): no *.json in this directory", dir) > 0);
	ck_assert_str_eq(errors.v[0], line);
	free(line);
	zt_errors_free(&errors);
	write_file("a.json", "{`version`: 1,\n`name`: `a`}");
	write_file("b.json", "{`version`: 1, `name`: `b`}");
	ck_assert_int_eq(zt_policy_load(dir, &errors, NULL, &p), -EINVAL);
	/* the place is a path to open, the other one only its name */
	ck_assert(asprintf(&line, "%s/b.json:1: name: also defined at a.json:2; keep one", dir) > 0);
	ck_assert_str_eq(errors.v[0], line);
	free(line);
	zt_errors_free(&errors);
	ck_assert_int_eq(zt_policy_load(path_of("none.json"), &errors, NULL, &p), -ENOENT);
	ck_assert(asprintf(&line, "%s/none.json:1: (file): cannot be opened: No such file or directory",
			   dir) > 0);
	ck_assert_str_eq(errors.v[0], line);
	free(line);
	zt_errors_free(&errors);
}
END_TEST

/* A sparse file of 100 MiB is refused by its size, two that are too large together as well. */
START_TEST(too_large)
{
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;
	char *line;

	write_file("a.json", "");
	ck_assert_int_eq(truncate(path_of("a.json"), 104857600), 0);
	ck_assert_int_eq(zt_policy_load(path_of("a.json"), &errors, NULL, &p), -EINVAL);
	ck_assert(asprintf(&line, "%s/a.json:1: (file): 104857600 bytes; the limit is 67108864 for all "
			   "files together", dir) > 0);
	ck_assert_str_eq(errors.v[0], line);
	free(line);
	zt_errors_free(&errors);
	ck_assert_int_eq(truncate(path_of("a.json"), 40 << 20), 0);
	write_file("b.json", "");
	ck_assert_int_eq(truncate(path_of("b.json"), 40 << 20), 0);
	ck_assert_int_eq(zt_policy_load(dir, &errors, NULL, &p), -EINVAL);
	ck_assert(asprintf(&line, "%s/b.json:1: (file): 83886080 bytes; the limit is 67108864 for all "
			   "files together", dir) > 0);
	ck_assert_str_eq(errors.v[0], line);
	free(line);
	zt_errors_free(&errors);
}
END_TEST

/* A pipe has no size and no end that one could wait for: reading stops at the limit. */
START_TEST(endless)
{
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;

	ck_assert_int_eq(zt_policy_load("/dev/zero", &errors, NULL, &p), -EINVAL);
	ck_assert_ptr_nonnull(strstr(errors.v[0], "the limit is 67108864"));
	zt_errors_free(&errors);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof(*(table)))

int main(void)
{
	Suite *s = suite_create("policy_model");
	TCase *c = tcase_create("model"), *f = tcase_create("files");
	SRunner *r;
	int failed;

	tcase_add_test(c, interfaces_and_segments);
	tcase_add_test(c, devices);
	tcase_add_test(c, groups);
	tcase_add_test(c, applications);
	tcase_add_test(c, rules_and_tests);
	tcase_add_test(c, smallest);
	tcase_add_test(c, canonical_again);
	tcase_add_test(c, hash_is_sha256);
	tcase_add_test(c, same_hash);
	tcase_add_loop_test(c, clash, 0, ROWS(clashes));
	tcase_add_loop_test(c, information, 0, ROWS(told));
	tcase_add_loop_test(c, accepts, 0, ROWS(accepted));
	tcase_add_loop_test(c, many_macs, 0, 16);
	tcase_add_checked_fixture(f, make_dir, remove_dir);
	tcase_add_test(f, directory);
	tcase_add_test(f, directory_errors);
	tcase_add_test(f, too_large);
	tcase_add_test(f, endless);
	suite_add_tcase(s, c);
	suite_add_tcase(s, f);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
