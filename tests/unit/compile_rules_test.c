/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rule table: which wildcards stand where, what multiplies out and what must
 * not, and which of several rules stays on one key.
 */
#include "model.h"
#include "zt_key.h"

#define HEAD                                                                                       \
	"{'version': 1, 'interfaces': {'lan0': {'role': 'device'}},"                               \
	"'segments': {'seg': {'mode': 'enforce'}},"                                                \
	"'devices': {"                                                                             \
	" 'c1': {'segment': 'seg', 'mac': '02:00:00:00:00:11', 'ports': 'lan0',"                   \
	"   'addresses': ['10.1.0.11']},"                                                          \
	" 'c2': {'segment': 'seg', 'mac': '02:00:00:00:00:12', 'ports': 'lan0',"                   \
	"   'addresses': ['10.1.0.12']},"                                                          \
	" 'p1': {'segment': 'seg', 'mac': '02:00:00:00:00:13', 'ports': 'lan0',"                   \
	"   'addresses': ['10.1.0.13']}},"                                                         \
	"'groups': {'cams': {'devices': ['c1', 'c2']}, 'every': {'devices': ['c1', 'c2', 'p1']}}," \
	"'applications': {'vms': {'hosts': ['10.9.0.5', '10.9.0.0/24'], 'services': ['tcp/443']}," \
	"  'wide': {'hosts': ['10.9.0.0/16'], 'services': ['tcp/1-65535']}},"                      \
	"'rules': {"

#define ANY "'services': ['any'], 'note': 'x'"
#define WILD_ALL (ZT_WILD_DEVICE | ZT_WILD_PEER | ZT_WILD_SERVICE)

static const struct {
	const char *rules;
	uint32_t nr; /* entries */
	uint32_t probes;
} tables[] = {
	{ "", 0, 0 },
	{ "'r': {'from': 'all-devices', 'to': 'all-devices', " ANY ", 'action': 'deny'}", 1,
	  1 << WILD_ALL },
	/* a set that holds every device says the same as the word */
	{ "'r': {'from': 'every', 'to': 'every', " ANY ", 'action': 'deny'}", 1, 1 << WILD_ALL },
	{ "'r': {'from': 'all-devices', 'to': 'router', 'services': ['udp/53'], 'action': 'allow'}",
	  1, 1 << ZT_WILD_DEVICE },
	{ "'r': {'from': 'all-devices', 'to': 'router', " ANY ", 'action': 'allow'}", 1,
	  1 << (ZT_WILD_DEVICE | ZT_WILD_SERVICE) },
	/* the unknown ones are in no "all": an entry of their own */
	{ "'r': {'from': ['all-devices', 'unknown-devices'], 'to': 'router', 'services': "
	  "['udp/53'],"
	  " 'action': 'allow'}",
	  2, 1 << ZT_WILD_DEVICE | 1 },
	{ "'r': {'from': 'unknown-devices', 'to': 'all-devices', 'services': ['udp/53'],"
	  " 'action': 'deny'}",
	  1, 1 << ZT_WILD_PEER },
	/* vms: one class (its host lies inside its own prefix); wide: also its own */
	{ "'r': {'from': 'cams', 'to': 'vms', 'action': 'allow'}", 1, 1 },
	{ "'r': {'from': 'cams', 'to': 'wide', 'action': 'allow'}", 2, 1 },
	{ "'r': {'from': 'vms', 'to': 'cams', 'services': ['tcp/1', 'udp/7'], 'action': 'allow'}",
	  1, 1 },
	/* each application in `to` with its own services: vms tcp/443, wide both classes */
	{ "'r': {'from': 'cams', 'to': ['vms', 'wide'], 'action': 'allow'}", 4, 1 },
	{ "'r': {'from': 'c1', 'to': 'c2', 'services': ['tcp/1'], 'action': 'allow'},"
	  " 's': {'from': 'cams', 'to': 'cams', 'services': ['tcp/2'], 'action': 'allow'}",
	  5, 1 },
	/* one list, one class: scattered ports do not multiply */
	{ "'r': {'from': 'cams', 'to': 'p1', 'services': ['tcp/1', 'tcp/9-99', 'udp/7', "
	  "'icmp/echo',"
	  " 'proto/47'], 'action': 'allow'}",
	  1, 1 },
	/* the same key from two rules is one entry */
	{ "'r': {'from': ['cams', 'p1'], 'to': 'vms', 'action': 'allow'},"
	  " 's': {'from': 'cams', 'to': 'vms', 'action': 'deny'}",
	  2, 1 | 1 << ZT_WILD_DEVICE },
};

static struct model table(const char *rules)
{
	char text[4096];

	snprintf(text, sizeof(text), "%s%s}}", HEAD, rules);
	return model(text);
}

START_TEST(test_tables)
{
	struct model m = table(tables[_i].rules);

	ck_assert_msg(m.i->nr_rules == tables[_i].nr && m.i->pol.probes == tables[_i].probes,
		      "%s: %u entries, probes %x", tables[_i].rules, m.i->nr_rules,
		      m.i->pol.probes);
	model_free(&m);
}
END_TEST

/* The table is sorted by the bytes of its keys, without repeats: publishing merges by it. */
START_TEST(test_sorted)
{
	struct model m = table(tables[_i].rules);

	for (uint32_t k = 1; k < m.i->nr_rules; k++)
		ck_assert_int_lt(memcmp(&m.i->rules[k - 1].key, &m.i->rules[k].key,
					sizeof(struct zt_rule_key)),
				 0);
	model_free(&m);
}
END_TEST

/* On one key the smallest deny and the smallest allow, each with the log of its own rule. */
START_TEST(test_smallest)
{
	struct model m =
		table("'a9': {'from': ['c1', 'c2'], 'to': 'vms', 'action': 'allow', 'log': true},"
		      "'a1': {'from': ['c1', 'c2'], 'to': 'vms', 'action': 'allow'},"
		      "'d9': {'from': 'c1', 'to': 'vms', 'action': 'deny'},"
		      "'d1': {'from': 'c1', 'to': 'vms', 'action': 'deny', 'log': false}");
	const struct zt_image_rule *denied = NULL;

	ck_assert_uint_eq(m.i->nr_rules, 2);
	for (uint32_t k = 0; k < 2; k++) {
		ck_assert_uint_eq(m.i->rules[k].value.allow, 1u + zt_policy_rule(m.p, "a1"));
		if (m.i->rules[k].key.dclass == model_dev(&m, "c1")->word.dclass)
			denied = &m.i->rules[k];
		else
			ck_assert_uint_eq(m.i->rules[k].value.deny, 0);
	}
	ck_assert_ptr_nonnull(denied);
	ck_assert_uint_eq(denied->value.deny, 1u + zt_policy_rule(m.p, "d1"));
	model_free(&m);
}
END_TEST

START_TEST(test_log)
{
	struct model m = table("'a': {'from': 'cams', 'to': 'vms', 'action': 'allow', 'log': true},"
			       "'d': {'from': 'vms', 'to': 'cams', 'services': ['tcp/1'],"
			       "      'action': 'deny'}");

	ck_assert_uint_eq(m.i->nr_rules, 2);
	for (uint32_t k = 0; k < 2; k++) {
		const struct zt_rule *v = &m.i->rules[k].value;

		ck_assert_uint_eq((v->allow | v->deny) & ZT_RULE_LOG, ZT_RULE_LOG);
		ck_assert_uint_eq(ZT_RULE_NR(v->allow | v->deny), v->allow ? 0 : 1);
	}
	model_free(&m);
}
END_TEST

static const struct {
	uint8_t proto;
	uint16_t what;
	bool named;
} services[] = {
	{ 6, 8, false },  { 6, 9, true },     { 6, 99, true },	   { 6, 100, false },
	{ 17, 9, false }, { 17, 7, true },    { 1, 8, true },	   { 58, 128, true },
	{ 1, 0, false },  { 58, 129, false }, { 47, 0, true },	   { 46, 0, false },
	{ 1, 13, true },  { 6, 65535, true }, { 6, 65534, false }, { 58, 13, false },
};

START_TEST(test_services)
{
	struct model m = table("'r': {'from': 'cams', 'to': 'p1', 'services': ['tcp/9-99', 'udp/7',"
			       " 'icmp/echo', 'proto/47', 'icmp4/13', 'tcp/65535'],"
			       " 'action': 'allow'}");
	uint32_t svc = m.i->svc[zt_svc_index(services[_i].proto, services[_i].what)];

	ck_assert_msg(!svc == !services[_i].named, "%u/%u is class %u", services[_i].proto,
		      services[_i].what, svc);
	model_free(&m);
}
END_TEST

/* Services of applications that no rule opens to make no classes; `any` makes none at all. */
START_TEST(test_unused_services)
{
	struct model m = table("'r': {'from': 'vms', 'to': 'cams', " ANY ", 'action': 'allow'}");

	ck_assert_uint_eq(m.i->nr_svc_classes, 1);
	for (uint32_t k = 0; k < ZT_SVC_MAX; k++)
		ck_assert_uint_eq(m.i->svc[k], 0);
	model_free(&m);
}
END_TEST

#define COUNT(a) (sizeof(a) / sizeof(a[0]))

int main(void)
{
	TCase *c = tcase_create("rules");

	tcase_add_loop_test(c, test_tables, 0, COUNT(tables));
	tcase_add_loop_test(c, test_sorted, 0, COUNT(tables));
	tcase_add_test(c, test_smallest);
	tcase_add_test(c, test_log);
	tcase_add_loop_test(c, test_services, 0, COUNT(services));
	tcase_add_test(c, test_unused_services);
	return model_run(c, "compile rules");
}
