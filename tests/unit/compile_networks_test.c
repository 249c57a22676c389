/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses to peer classes: precedence of policy-language §3.2, unions, exceptions,
 * gateways, scopes, and the word `internet`.
 */
#include "model.h"

static const char policy[] =
	"{'version': 1,"
	"'interfaces': {'lan0': {'role': 'device', 'vlans': [7]}, 'lan1': {'role': 'device'},"
	"  'wan0': {'role': 'uplink'}},"
	"'segments': {'seg': {'mode': 'enforce', 'subnets': ['10.20.0.0/24', '9.9.9.0/24', "
	"'fd20::/64']}},"
	"'devices': {"
	"  'cam': {'segment': 'seg', 'mac': '02:00:00:00:00:01', 'ports': ['lan0', 'lan1'],"
	"    'addresses': ['10.20.0.11', 'fd20::11', 'fe80::11']},"
	"  'plc': {'segment': 'seg', 'mac': '02:00:00:00:00:02', 'ports': 'lan0', 'vlan': 7,"
	"    'addresses': ['10.20.0.12', '10.31.0.0/24']}},"
	"'applications': {"
	"  'ten': {'hosts': ['10.0.0.0/8'], 'except': ['10.9.0.0/16', '10.20.0.200', '10.8.8.8'],"
	"     'services': ['tcp/1']},"
	"  'nine': {'hosts': ['10.9.0.0/16', '10.8.8.8', '10.31.0.5', '10.20.0.11', '2600::5'],"
	"     'services': ['tcp/2']},"
	"  'net': {'hosts': ['internet', '10.50.0.0/16', 'router'], 'except': ['8.8.8.8'],"
	"     'services': ['tcp/3']},"
	"  'hidden': {'hosts': ['172.16.0.1', '172.16.0.0/24'], 'except': ['172.16.0.1'],"
	"     'services': ['tcp/4']},"
	"  'link': {'hosts': ['fe80::77'], 'services': ['tcp/5']}},"
	"'infrastructure': {'gateways': ['10.20.0.1', '192.168.7.1', 'fe80::1', '10.8.8.8']},"
	"'rules': {'r': {'from': 'cam', 'to': 'ten', 'action': 'allow'}}}";

static struct model m;

static void setup(void)
{
	m = model(policy);
}

static void teardown(void)
{
	model_free(&m);
}

static const struct {
	const char *addr;
	uint8_t kind;
	const char *who; /* device, or applications joined by "+" */
	uint8_t flags;
	uint16_t segment;
} places[] = {
	{ "10.1.1.1", ZT_KIND_APP, "ten", 0, 0 },
	{ "10.9.0.5", ZT_KIND_APP, "nine", 0, 0 }, /* excepted from one, held by another */
	{ "10.8.8.8", ZT_KIND_APP, "nine", ZT_HOST_GATEWAY, 0 },
	{ "10.8.8.9", ZT_KIND_APP, "ten", 0, 0 },
	{ "10.50.1.1", ZT_KIND_APP, "net+ten", 0, 0 }, /* the union, not the narrower */
	{ "10.20.0.11", ZT_KIND_DEVICE, "cam", 0, 0 }, /* a device wins over applications */
	{ "10.20.0.12", ZT_KIND_DEVICE, "plc", 0, 0 },
	{ "10.31.0.7", ZT_KIND_DEVICE, "plc", 0, 0 }, /* a routed cell */
	{ "10.31.0.5", ZT_KIND_DEVICE, "plc", 0, 0 }, /* an application's host inside of it */
	{ "fd20::11", ZT_KIND_DEVICE, "cam", 0, 0 },
	{ "fe80::11", ZT_KIND_DEVICE, "cam", 0, 0 },
	{ "fe80::77", ZT_KIND_APP, "link", 0, 0 },
	{ "10.20.0.13", ZT_KIND_APP, "ten", 0, 1 }, /* a segment's subnet marks its addresses */
	{ "10.20.0.200", ZT_KIND_NONE, "", 0, 1 },
	{ "10.20.0.1", ZT_KIND_APP, "ten", ZT_HOST_GATEWAY, 0 },
	{ "192.168.7.1", ZT_KIND_NONE, "", ZT_HOST_GATEWAY, 0 },
	{ "fe80::1", ZT_KIND_NONE, "", ZT_HOST_GATEWAY, 0 },
	{ "fd20::99", ZT_KIND_NONE, "", 0, 1 },
	{ "172.16.0.2", ZT_KIND_APP, "hidden", 0, 0 },
	{ "172.16.0.1", ZT_KIND_NONE, "", 0, 0 }, /* its single host is its exception too */
	{ "192.168.7.2", ZT_KIND_NONE, "", 0, 0 },
	{ "2600::5", ZT_KIND_APP, "internet+net+nine", 0, 0 },
	{ "2600::6", ZT_KIND_APP, "internet+net", 0, 0 },
	{ "8.8.8.8", ZT_KIND_APP, "internet", 0, 0 },
	{ "8.8.8.9", ZT_KIND_APP, "internet+net", 0, 0 },
	{ "9.9.9.9", ZT_KIND_NONE, "", 0, 1 },	   /* a segment's subnet is not the internet */
	{ "192.0.2.1", ZT_KIND_ROUTER, "", 0, 0 }, /* zt_env_fake() gives it this one */
	{ "2001:db8:5a54::1", ZT_KIND_ROUTER, "", 0, 0 },
};

static void name_class(const struct model *in, const struct zt_host_word *w, char *buf)
{
	const struct zt_set *apps;

	*buf = 0;
	if (w->kind == ZT_KIND_DEVICE)
		strcpy(buf, in->p->devices[zt_image_device_of(in->i, w->id)].id);
	if (w->kind != ZT_KIND_APP)
		return;
	apps = &in->i->pclass_apps[w->id - ZT_PCLASS_FIRST];
	for (uint32_t k = 0; k < apps->nr; k++) {
		strcat(buf, k ? "+" : "");
		strcat(buf, in->p->apps[apps->v[k]].id);
	}
}

START_TEST(test_places)
{
	struct zt_host_word w = model_lookup(&m, places[_i].addr);
	char who[256];

	name_class(&m, &w, who);
	ck_assert_msg(w.kind == places[_i].kind && !strcmp(who, places[_i].who),
		      "%s: kind %u of \"%s\"", places[_i].addr, w.kind, who);
	ck_assert_msg(w.flags == places[_i].flags && w.segment == places[_i].segment,
		      "%s: flags %u segment %u", places[_i].addr, w.flags, w.segment);
}
END_TEST

/* First and last address of each special range and the ones beside it. */
static const struct {
	const char *addr;
	bool in;
} internet[] = {
	{ "0.255.255.255", false },
	{ "1.0.0.0", true },
	{ "9.255.255.255", true },
	{ "11.0.0.0", true },
	{ "100.63.255.255", true },
	{ "100.64.0.0", false },
	{ "100.127.255.255", false },
	{ "100.128.0.0", true },
	{ "126.255.255.255", true },
	{ "127.0.0.1", false },
	{ "128.0.0.0", true },
	{ "169.253.255.255", true },
	{ "169.254.0.0", false },
	{ "169.255.0.0", true },
	{ "172.15.255.255", true },
	{ "172.31.255.255", false },
	{ "172.32.0.0", true },
	{ "191.255.255.255", true },
	{ "192.0.0.10", false },
	{ "192.0.1.0", true },
	{ "192.0.3.0", true },
	{ "192.31.196.1", false },
	{ "192.31.197.0", true },
	{ "192.52.193.1", false },
	{ "192.88.99.1", false },
	{ "192.88.98.255", true },
	{ "192.168.255.255", false },
	{ "192.169.0.0", true },
	{ "192.175.48.1", false },
	{ "198.17.255.255", true },
	{ "198.18.0.0", false },
	{ "198.19.255.255", false },
	{ "198.20.0.0", true },
	{ "198.51.100.1", false },
	{ "203.0.113.255", false },
	{ "203.0.114.0", true },
	{ "223.255.255.255", true },
	{ "224.0.0.0", false },
	{ "240.0.0.1", false },
	{ "255.255.255.255", false },
	{ "::1", false },
	{ "::", false },
	{ "64:ff9b::8.8.8.8", true },
	{ "64:ff9b:1::1", false },
	{ "100::1", false },
	{ "1fff:ffff::", false },
	{ "2000::", true },
	{ "2001:1ff:ffff::", false },
	{ "2001::1", false },
	{ "2001:200::", true },
	{ "2001:db7:ffff::", true },
	{ "2001:db8::5", false },
	{ "2001:db9::", true },
	{ "2002:808:808::1", false },
	{ "2003::", true },
	{ "2620:4f:8000::1", false },
	{ "2620:4f:8001::", true },
	{ "3ffe:ffff::", true },
	{ "3fff::", false },
	{ "3fff:fff:ffff::", false },
	{ "3fff:1000::", true },
	{ "4000::", false },
	{ "5f00::1", false },
	{ "fc00::1", false },
	{ "fe80::5", false },
	{ "ff0e::1", false },
};

START_TEST(test_internet)
{
	struct zt_host_word w = model_lookup(&m, internet[_i].addr);
	uint32_t app = zt_policy_app(m.p, "internet");
	bool in = false;

	if (w.kind == ZT_KIND_APP)
		for (uint32_t k = 0; k < m.i->pclass_apps[w.id - ZT_PCLASS_FIRST].nr; k++)
			in |= m.i->pclass_apps[w.id - ZT_PCLASS_FIRST].v[k] == app;
	ck_assert_msg(in == internet[_i].in, "%s: %s", internet[_i].addr, in ? "in" : "not in");
}
END_TEST

static uint32_t count_hosts(const char *text, uint32_t *ret_scopes)
{
	uint8_t family;
	struct zt_addr a = model_addr(text, &family);
	uint32_t nr = 0;

	for (uint32_t k = 0; k < m.i->nr_hosts; k++)
		if (!memcmp(&m.i->hosts[k].key.addr, &a, sizeof(a)))
			ret_scopes[nr++] = m.i->hosts[k].key.scope;
	return nr;
}

/* A device's link-local address is bound per zone; one of an application has no scope. */
START_TEST(test_scopes)
{
	uint32_t scopes[16] = { 0 };

	ck_assert_uint_eq(count_hosts("fe80::11", scopes), 2);
	ck_assert_uint_eq(scopes[0], ZT_ZONE(1, 0));
	ck_assert_uint_eq(scopes[1], ZT_ZONE(2, 0));
	ck_assert_uint_eq(count_hosts("fe80::1", scopes), 1);
	ck_assert_uint_eq(scopes[0], 0);
	ck_assert_uint_eq(count_hosts("fe80::77", scopes), 1);
	ck_assert_uint_eq(scopes[0], 0);
}
END_TEST

/* The learn rule reads zt_host: prefixes, exceptions and cells must not be in it. */
START_TEST(test_only_singles_are_hosts)
{
	uint32_t scopes[16];

	ck_assert_uint_eq(count_hosts("10.20.0.200", scopes), 0);
	ck_assert_uint_eq(count_hosts("172.16.0.1", scopes), 0);
	ck_assert_uint_eq(count_hosts("10.31.0.5", scopes), 0);
	ck_assert_uint_eq(count_hosts("10.8.8.8", scopes), 1);
	ck_assert_uint_eq(count_hosts("192.168.7.1", scopes), 1);
}
END_TEST

/* The router's address wins even where a device or an application has it as well. */
START_TEST(test_router_first)
{
	static const char *const addrs[] = { "10.20.0.11", "10.8.8.8", "10.31.0.5", "10.1.2.3" };
	struct model r = model_parse(policy);
	struct zt_host_word w;

	for (uint32_t k = 0; k < 2; k++)
		r.env->router[k].addr = model_addr(addrs[2 * _i + k], &r.env->router[k].family);
	ck_assert_int_eq(model_compile(&r), 0);
	for (uint32_t k = 0; k < 2; k++) {
		w = model_lookup(&r, addrs[2 * _i + k]);
		ck_assert_uint_eq(w.kind, ZT_KIND_ROUTER);
	}
	model_free(&r);
}
END_TEST

/* An address tells the family by its entry: ::ffff:a.b.c.d in IPv6 is not a.b.c.d. */
START_TEST(test_mapped_is_not_ipv4)
{
	uint8_t family;
	struct zt_addr a = model_addr("10.1.1.1", &family);

	ck_assert_uint_eq(zt_image_lookup(m.i, 4, &a).kind, ZT_KIND_APP);
	ck_assert_uint_eq(zt_image_lookup(m.i, 6, &a).kind, ZT_KIND_NONE);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("networks");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, test_places, 0, sizeof(places) / sizeof(places[0]));
	tcase_add_loop_test(c, test_internet, 0, sizeof(internet) / sizeof(internet[0]));
	tcase_add_test(c, test_scopes);
	tcase_add_test(c, test_only_singles_are_hosts);
	tcase_add_loop_test(c, test_router_first, 0, 2);
	tcase_add_test(c, test_mapped_is_not_ipv4);
	return model_run(c, "compile networks");
}
