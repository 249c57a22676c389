/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host twin of the data path's decision: which entries a probe may find, that
 * deny wins, and that an embedded IPv4 address is judged as well. Tables are made
 * by hand where the compiler would not make them.
 */
#include "model.h"
#include "zt_key.h"

/* Entries as { dclass, pclass, svc, dir } and { deny, allow }, sorted by the bytes of the key. */
static struct zt_image_rule entries[] = {
	{ { 1, ZT_PCLASS_DEVICE | 2, 5, 0 }, { 0, 8 } },
	{ { 1, 16, 5, 0 }, { 0, 4 } },
	{ { 1, 16, ZT_NONE, 0 }, { 0, 3 | ZT_RULE_LOG } },
	{ { 1, 17, 5, 0 }, { 2 | ZT_RULE_LOG, 1 } },
	{ { 1, 18, 5, 1 }, { 0, 6 } },
	{ { ZT_NONE, ZT_PCLASS_ANY_DEVICE, ZT_NONE, 0 }, { 9, 0 } },
	{ { ZT_NONE, 18, 5, 0 }, { 0, 7 } },
};

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct zt_rule_key));
}

static const struct {
	uint32_t dclass, pclass, svc, dir;
	uint8_t reason;
	uint32_t rule;
} decisions[] = {
	{ 1, 16, 5, 0, ZT_REASON_ALLOWED, 2 },		/* the smaller of two allows, log or not */
	{ 1, 16, 6, 0, ZT_REASON_ALLOWED, 2 },		/* by the service wildcard */
	{ 1, 16, 0, 0, ZT_REASON_ALLOWED, 2 },		/* also for a service nobody names */
	{ 1, 16, 5, 1, ZT_REASON_NO_RULE, ZT_NO_RULE }, /* the other direction is another key */
	{ 1, 17, 5, 0, ZT_REASON_DENIED, 1 },		/* a smaller allow does not help */
	{ 1, 18, 5, 1, ZT_REASON_ALLOWED, 5 },
	{ 3, 18, 5, 0, ZT_REASON_ALLOWED, 6 },			/* by the device wildcard */
	{ 0, 18, 5, 0, ZT_REASON_UNKNOWN_DEVICE, ZT_NO_RULE },	/* which holds no unknown device */
	{ 1, ZT_PCLASS_DEVICE | 2, 5, 0, ZT_REASON_DENIED, 8 }, /* broad deny, narrow allow */
	{ 1, ZT_PCLASS_ROUTER, 5, 0, ZT_REASON_NO_RULE, ZT_NO_RULE }, /* no device, no wildcard */
	{ 1, ZT_PCLASS_NONE, 5, 0, ZT_REASON_NO_RULE, ZT_NO_RULE },
	{ 1, ZT_PCLASS_GROUP, 5, 0, ZT_REASON_NO_RULE, ZT_NO_RULE },
	{ 2, 16, 5, 0, ZT_REASON_NO_RULE, ZT_NO_RULE },
};

START_TEST(test_decisions)
{
	struct zt_image i = { .rules = entries,
			      .nr_rules = sizeof(entries) / sizeof(entries[0]),
			      .pol.probes =
				      1 | 1 << ZT_WILD_SERVICE | 1 << ZT_WILD_DEVICE | 1 << 7 };
	struct zt_decision d;

	qsort(entries, i.nr_rules, sizeof(entries[0]), by_key);
	d = zt_image_decide(&i, decisions[_i].dclass, decisions[_i].pclass, decisions[_i].svc,
			    decisions[_i].dir);
	ck_assert_uint_eq(d.reason, decisions[_i].reason);
	ck_assert_uint_eq(d.rule, decisions[_i].rule);
	ck_assert_uint_eq(d.allowed, d.reason == ZT_REASON_ALLOWED);
}
END_TEST

/* A form that pol.probes does not announce is not looked up. */
START_TEST(test_probes)
{
	struct zt_image i = { .rules = entries,
			      .nr_rules = sizeof(entries) / sizeof(entries[0]),
			      .pol.probes = 1 };

	qsort(entries, i.nr_rules, sizeof(entries[0]), by_key);
	ck_assert_uint_eq(zt_image_decide(&i, 1, 16, 5, 0).rule, 3);
	ck_assert(!zt_image_decide(&i, 1, 16, 6, 0).allowed);
}
END_TEST

/* ---- embedded addresses ------------------------------------------------------ */

static const char embedded[] =
	"{'version': 1, 'interfaces': {'lan0': {'role': 'device'}, 'wan0': {'role': 'uplink'}},"
	"'segments': {'seg': {'mode': 'enforce'}},"
	"'devices': {"
	" 'cam': {'segment': 'seg', 'mac': '02:00:00:00:00:11', 'ports': 'lan0',"
	"   'addresses': ['10.1.0.11', '2002:a01:b::1']},"
	" 'plc': {'segment': 'seg', 'mac': '02:00:00:00:00:12', 'ports': 'lan0',"
	"   'addresses': ['10.1.0.12', '2002:a01:c::1']}},"
	"'applications': {"
	" 'translated': {'hosts': ['64:ff9b::/96', '2002::/16'], 'services': ['tcp/443']},"
	" 'good': {'hosts': ['198.51.100.0/24'], 'services': ['tcp/443']},"
	" 'bad': {'hosts': ['198.51.100.66'], 'services': ['tcp/443']}},"
	"'rules': {"
	" 'a-deny': {'from': 'all-devices', 'to': 'bad', 'action': 'deny'},"
	" 'b-out': {'from': 'cam', 'to': ['translated', 'good'], 'action': 'allow'},"
	" 'c-in': {'from': ['translated', 'good'], 'to': 'cam', 'services': ['tcp/443'],"
	"   'action': 'allow'},"
	" 'd-dev': {'from': 'plc', 'to': 'cam', 'services': ['tcp/443'], 'action': 'allow'}}}";

static const struct {
	const char *device, *addr;
	uint8_t dir, reason;
	const char *rule;
} inner[] = {
	{ "cam", "198.51.100.1", 0, ZT_REASON_ALLOWED, "b-out" },
	{ "cam", "64:ff9b::198.51.100.1", 0, ZT_REASON_ALLOWED, "b-out" },  /* both allowed */
	{ "cam", "64:ff9b::198.51.100.66", 0, ZT_REASON_DENIED, "a-deny" }, /* inner denied */
	{ "cam", "64:ff9b::8.8.8.8", 0, ZT_REASON_NO_RULE, NULL },	    /* inner in no rule */
	{ "cam", "2002:c633:6401::1", 0, ZT_REASON_ALLOWED, "b-out" },
	{ "cam", "2002:c633:6442::1", 0, ZT_REASON_DENIED, "a-deny" },
	{ "cam", "64:ff9b::192.0.2.1", 0, ZT_REASON_NO_RULE, NULL }, /* this router, hidden */
	{ "cam", "64:ff9b::10.1.0.12", 0, ZT_REASON_NO_RULE, NULL }, /* a device, hidden */
	{ "cam", "64:ff9b::224.0.0.1", 0, ZT_REASON_NO_RULE, NULL }, /* a group, hidden */
	{ "cam", "64:ff9b:0:0:0:1:c633:6401", 0, ZT_REASON_NO_RULE, NULL }, /* not in the /96 */
	{ "cam", "64:ff9b::198.51.100.1", 1, ZT_REASON_ALLOWED, "c-in" },
	{ "cam", "64:ff9b::8.8.8.8", 1, ZT_REASON_NO_RULE, NULL },
	{ "cam", "64:ff9b::10.1.0.12", 1, ZT_REASON_ALLOWED, "c-in" }, /* plc may open to cam */
	/* a device's own 6to4 address is that device, nothing is looked for inside of it */
	{ "plc", "2002:a01:b::1", 0, ZT_REASON_ALLOWED, "d-dev" },
	{ "cam", "2002:a01:c::1", 0, ZT_REASON_NO_RULE, NULL },
	{ "cam", "2002:a01:c::1", 1, ZT_REASON_ALLOWED, "d-dev" },
};

START_TEST(test_embedded)
{
	struct model m = model(embedded);
	uint8_t family;
	struct zt_addr a = model_addr(inner[_i].addr, &family);
	uint32_t svc = m.i->svc[zt_svc_index(6, 443)];
	struct zt_question q = { .device = zt_policy_device(m.p, inner[_i].device),
				 .dir = inner[_i].dir,
				 .peer_device = -1,
				 .family = family,
				 .peer = a,
				 .proto = 6,
				 .what = 443,
				 .env = m.env };
	struct zt_decision d = zt_image_decide_addr(
		m.i, model_dev(&m, inner[_i].device)->word.dclass, family, &a, svc, inner[_i].dir);
	struct zt_decision e = zt_policy_eval(m.p, &q);
	uint32_t rule = inner[_i].rule ? (uint32_t)zt_policy_rule(m.p, inner[_i].rule) : ZT_NO_RULE;

	ck_assert_msg(d.reason == inner[_i].reason && d.rule == rule, "%s: reason %u rule %u",
		      inner[_i].addr, d.reason, d.rule);
	ck_assert_msg(e.reason == inner[_i].reason && e.rule == rule,
		      "%s: the rules say reason %u rule %u", inner[_i].addr, e.reason, e.rule);
	model_free(&m);
}
END_TEST

/* A mapped address in an IPv6 header: no application holds it, so nothing allows it. */
START_TEST(test_mapped)
{
	struct model m = model(embedded);
	uint8_t family;
	struct zt_addr a = model_addr("198.51.100.1", &family);
	uint32_t svc = m.i->svc[zt_svc_index(6, 443)];

	ck_assert(zt_image_decide_addr(m.i, model_dev(&m, "cam")->word.dclass, 4, &a, svc, 0)
			  .allowed);
	ck_assert(!zt_image_decide_addr(m.i, model_dev(&m, "cam")->word.dclass, 6, &a, svc, 0)
			   .allowed);
	model_free(&m);
}
END_TEST

#define COUNT(a) (sizeof(a) / sizeof(a[0]))

int main(void)
{
	TCase *c = tcase_create("decide");

	tcase_add_loop_test(c, test_decisions, 0, COUNT(decisions));
	tcase_add_test(c, test_probes);
	tcase_add_loop_test(c, test_embedded, 0, COUNT(inner));
	tcase_add_test(c, test_mapped);
	return model_run(c, "decide");
}
