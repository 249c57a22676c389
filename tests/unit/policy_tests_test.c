/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tests a policy carries: what passes, what fails, and the words it fails with
 * (messages 62 and 63 of the language reference).
 */
#include "model.h"

#define HEAD                                                                                     \
	"{'version': 1, 'interfaces': {'lan0': {'role': 'device'}, 'wan0': {'role': 'uplink'}}," \
	"'segments': {'cctv': {'mode': 'learn'}, 'cell': {'mode': 'audit'}},"                    \
	"'devices': {"                                                                           \
	" 'cam-1': {'segment': 'cctv', 'mac': '02:00:00:00:00:11', 'ports': 'lan0',"             \
	"   'addresses': ['10.1.0.11']},"                                                        \
	" 'cam-2': {'segment': 'cctv', 'mac': '02:00:00:00:00:12', 'ports': 'lan0',"             \
	"   'addresses': ['10.1.0.12']},"                                                        \
	" 'cam-gate': {'segment': 'cctv', 'mac': '02:00:00:00:00:13', 'ports': 'lan0',"          \
	"   'addresses': ['10.1.0.13']},"                                                        \
	" 'plc': {'segment': 'cell', 'mac': '02:00:00:00:00:21', 'ports': 'lan0',"               \
	"   'addresses': ['10.2.0.21']}},"                                                       \
	"'groups': {'cams': {'segment': 'cctv', 'match': {'x': 'y'},"                            \
	"   'devices': ['cam-1', 'cam-2', 'cam-gate']}},"                                        \
	"'applications': {'vms': {'hosts': ['10.9.0.5', 'fd09::5'], 'services': ['tcp/443']},"   \
	" 'vms-admin': {'hosts': ['10.9.0.5'], 'services': ['tcp/22']},"                         \
	" 'dmz': {'hosts': ['10.9.0.0/24'], 'services': ['tcp/8000-8100']},"                     \
	" 'cloud': {'hosts': ['internet'], 'services': ['tcp/443', 'udp/443']}},"                \
	"'rules': {"                                                                             \
	" 'cam-vms': {'from': 'cams', 'to': 'vms', 'action': 'allow'},"                          \
	" 'no-gate': {'from': 'cam-gate', 'to': 'vms', 'services': ['tcp/443'], 'action': "      \
	"'deny'},"                                                                               \
	" 'cell': {'from': 'plc', 'to': 'cam-1', 'services': ['tcp/502'], 'action': 'allow'},"   \
	" 'ping': {'from': 'all-devices', 'to': 'router-ping', 'action': 'allow'},"              \
	" 'dns': {'from': ['cams', 'unknown-devices'], 'to': 'router-dns', 'action': 'allow'},"  \
	" 'dmz': {'from': 'plc', 'to': 'dmz', 'action': 'allow'},"                               \
	" 'cloud': {'from': 'cam-1', 'to': 'cloud', 'action': 'allow'},"                         \
	" 'pull': {'from': 'vms', 'to': 'cams', 'services': ['tcp/554'], 'action': 'allow'}},"   \
	"'tests': {'t': "
#define FAILS "; correct the rule or the assertion"

/* text NULL: the test passes */
static const struct {
	const char *test, *text;
} tests[] = {
	/* allow */
	{ "{'allow': {'from': 'cam-1', 'to': 'vms'}}", NULL },
	{ "{'allow': {'from': 'cams', 'to': 'vms'}}",
	  "cam-gate > vms (10.9.0.5) tcp/443 expected allow, got deny by rule \"no-gate\"" },
	{ "{'allow': {'from': 'plc', 'to': 'vms'}}",
	  "plc > vms (10.9.0.5) tcp/443 expected allow, got deny (no-rule)" },
	{ "{'allow': {'from': 'cam-1', 'to': '10.9.0.5', 'services': ['tcp/443']}}", NULL },
	{ "{'allow': {'from': 'cam-1', 'to': '10.9.0.6', 'services': ['tcp/443']}}",
	  "cam-1 > 10.9.0.6 tcp/443 expected allow, got deny (no-rule)" },
	{ "{'allow': {'from': 'cam-1', 'to': '8.8.8.8', 'services': ['udp/443']}}", NULL },
	{ "{'allow': {'from': 'vms', 'to': 'cams', 'services': ['tcp/554']}}", NULL },
	{ "{'allow': {'from': 'vms', 'to': 'cams', 'services': ['tcp/554-555']}}",
	  "vms (10.9.0.5) > cam-1 tcp/555 expected allow, got deny (no-rule)" },
	{ "{'allow': {'from': 'plc', 'to': 'cam-1', 'services': ['tcp/502']}}", NULL },
	{ "{'allow': {'from': 'plc', 'to': '10.1.0.11', 'services': ['tcp/502']}}", NULL },
	{ "{'allow': {'from': 'plc', 'to': 'dmz'}}", NULL }, /* also where vms overlaps it */
	{ "{'allow': {'from': 'plc', 'to': 'router', 'services': ['icmp/echo']}}", NULL },
	{ "{'allow': {'from': 'unknown-devices', 'to': 'router-dns'}}", NULL },
	{ "{'allow': {'from': 'unknown-devices', 'to': 'router-ping'}}",
	  "unknown-devices > router-ping icmp/echo expected allow, got deny (unknown-device)" },
	{ "{'allow': {'from': 'cams', 'to': ['vms-admin', 'router-ping'], 'services': "
	  "['icmp/echo']}}",
	  "cam-1 > vms-admin (10.9.0.5) icmp/echo expected allow, got deny (no-rule)" },
	/* deny */
	{ "{'deny': {'from': 'cam-gate', 'to': 'vms'}}", NULL },
	{ "{'deny': {'from': 'cam-gate', 'to': 'vms', 'rule': 'no-gate'}}", NULL },
	{ "{'deny': {'from': 'plc', 'to': 'vms', 'rule': 'no-gate'}}",
	  "plc > vms (10.9.0.5) tcp/443 expected deny by rule \"no-gate\", got deny (no-rule)" },
	{ "{'deny': {'from': 'plc', 'to': 'vms', 'reason': 'no-rule'}}", NULL },
	{ "{'deny': {'from': 'cam-gate', 'to': 'vms', 'reason': 'no-rule'}}",
	  "cam-gate > vms (10.9.0.5) tcp/443 expected deny (no-rule), got deny by rule "
	  "\"no-gate\"" },
	{ "{'deny': {'from': 'cams', 'to': 'vms'}}",
	  "cam-1 > vms (10.9.0.5) tcp/443 expected deny, got allow by rule \"cam-vms\"" },
	{ "{'deny': {'from': 'cam-1', 'to': 'vms', 'services': ['tcp/22']}}", NULL },
	{ "{'deny': {'from': 'cam-1', 'to': '192.168.0.1', 'services': ['tcp/443']}}", NULL },
	{ "{'deny': {'from': 'unknown-devices', 'to': 'vms', 'reason': 'unknown-device'}}", NULL },
	/* only a packet can be spoofed: here it is enough that it is denied */
	{ "{'deny': {'from': 'plc', 'to': 'vms', 'reason': 'spoofed'}}", NULL },
	/* never */
	{ "{'never': {'from': 'cams', 'to': 'cams'}}", NULL },
	{ "{'never': {'from': 'plc', 'to': 'all-devices'}}",
	  "plc > cam-1 tcp/502 is allowed by rule \"cell\"" FAILS },
	{ "{'never': {'from': 'plc', 'to': 'all-devices', 'services': ['tcp/1-501', 'udp/502']}}",
	  NULL },
	{ "{'never': {'from': 'plc', 'to': 'cams', 'services': ['tcp/500-600']}}",
	  "plc > cam-1 tcp/502 is allowed by rule \"cell\"" FAILS },
	{ "{'never': {'from': 'plc', 'to': ['cam-2', 'cam-gate']}}", NULL },
	{ "{'never': {'from': 'cam-gate', 'to': 'vms'}}", NULL }, /* the deny holds */
	{ "{'never': {'from': 'cams', 'to': 'vms'}}",
	  "cam-1 > vms (10.9.0.5) tcp/443 is allowed by rule \"cam-vms\"" FAILS },
	{ "{'never': {'from': ['cam-2', 'cam-gate', 'plc'], 'to': 'internet'}}", NULL },
	{ "{'never': {'from': 'all-devices', 'to': 'internet'}}",
	  "cam-1 > internet (1.0.0.0) tcp/443 is allowed by rule \"cloud\"" FAILS },
	{ "{'never': {'from': 'all-devices', 'to': '8.8.8.8'}}",
	  "cam-1 > 8.8.8.8 tcp/443 is allowed by rule \"cloud\"" FAILS },
	/* NAT64 of a private address: the class is allowed, the address inside is not */
	{ "{'never': {'from': 'all-devices', 'to': '64:ff9b::10.2.0.21'}}", NULL },
	{ "{'never': {'from': 'all-devices', 'to': '64:ff9b::8.8.8.8'}}",
	  "cam-1 > 64:ff9b::808:808 tcp/443 is allowed by rule \"cloud\"" FAILS },
	{ "{'never': {'from': 'plc', 'to': 'router', 'services': ['udp/53', 'tcp/53']}}", NULL },
	{ "{'never': {'from': 'plc', 'to': 'router'}}",
	  "plc > router icmp/echo is allowed by rule \"ping\"" FAILS },
	{ "{'never': {'from': 'unknown-devices', 'to': 'router', 'services': ['icmp/echo']}}",
	  NULL },
	{ "{'never': {'from': 'unknown-devices', 'to': 'router'}}",
	  "unknown-devices > router tcp/53 is allowed by rule \"dns\"" FAILS },
	{ "{'never': {'from': 'vms', 'to': 'plc'}}", NULL },
	{ "{'never': {'from': 'vms-admin', 'to': 'all-devices'}}",
	  "vms-admin (10.9.0.5) > cam-1 tcp/554 is allowed by rule \"pull\"" FAILS },
	{ "{'never': {'from': 'router', 'to': 'all-devices'}}", NULL },
	{ "{'never': {'from': 'vms', 'to': 'unknown-devices'}}", NULL },
	/* only: an application is its hosts with its services */
	{ "{'only': {'from': 'cam-2', 'to': ['vms', 'router-dns', 'router-ping']}}", NULL },
	{ "{'only': {'from': 'cam-2', 'to': ['vms', 'router-dns']}}",
	  "cam-2 > router icmp/echo is allowed by rule \"ping\"" FAILS },
	{ "{'only': {'from': 'cam-2', 'to': ['vms', 'router']}}", NULL },
	{ "{'only': {'from': 'cam-2', 'to': ['vms-admin', 'router']}}",
	  "cam-2 > dmz (10.9.0.5) tcp/443 is allowed by rule \"cam-vms\"" FAILS },
	{ "{'only': {'from': 'cam-2', 'to': ['vms-admin', 'router'], 'services': ['udp/1-65535']}}",
	  NULL },
	{ "{'only': {'from': 'cam-2', 'to': ['10.9.0.5', 'router']}}",
	  "cam-2 > vms (fd09::5) tcp/443 is allowed by rule \"cam-vms\"" FAILS },
	{ "{'only': {'from': 'cam-2', 'to': ['10.9.0.5', 'fd09::5', 'router']}}", NULL },
	{ "{'only': {'from': 'plc', 'to': ['dmz', 'router-ping']}}",
	  "plc > cam-1 tcp/502 is allowed by rule \"cell\"" FAILS },
	{ "{'only': {'from': 'plc', 'to': ['dmz', 'router-ping', '10.1.0.11']}}", NULL },
	{ "{'only': {'from': 'plc', 'to': 'cam-1', 'services': ['tcp/502']}}", NULL },
	{ "{'only': {'from': 'plc', 'to': 'cam-2', 'services': ['tcp/502']}}",
	  "plc > cam-1 tcp/502 is allowed by rule \"cell\"" FAILS },
	{ "{'only': {'from': 'vms', 'to': 'cams'}}", NULL },
	{ "{'only': {'from': 'vms', 'to': ['cam-1', 'cam-2']}}",
	  "vms (10.9.0.5) > cam-gate tcp/554 is allowed by rule \"pull\"" FAILS },
};

static struct model of_test(const char *head, const char *test)
{
	char text[8192];

	snprintf(text, sizeof(text), "%s%s}}", head, test);
	return model(text);
}

START_TEST(test_tests)
{
	struct model m = of_test(HEAD, tests[_i].test);
	int failed = zt_policy_run_tests(m.p, m.i, &m.errors);
	char want[512];

	if (!tests[_i].text) {
		ck_assert_msg(!failed, "%s: %s", tests[_i].test, m.errors.nr ? m.errors.v[0] : "");
	} else {
		snprintf(want, sizeof(want), "test.json:1: tests.t: %s", tests[_i].text);
		ck_assert_msg(failed == 1 && m.errors.nr == 1 && !strcmp(m.errors.v[0], want),
			      "%s: %d failed: %s", tests[_i].test, failed,
			      m.errors.nr ? m.errors.v[0] : "");
	}
	model_free(&m);
}
END_TEST

/* Each test that fails is counted and told once. */
START_TEST(test_count)
{
	struct model m = of_test(HEAD, "{'never': {'from': 'cams', 'to': 'vms'}},"
				       "'u': {'allow': {'from': 'cam-1', 'to': 'vms'}},"
				       "'v': {'deny': {'from': 'cams', 'to': 'vms'}}");

	ck_assert_int_eq(zt_policy_run_tests(m.p, m.i, &m.errors), 2);
	ck_assert_uint_eq(m.errors.total, 2);
	model_free(&m);
}
END_TEST

/* Nobody opens to himself: the only device of both sides is no case. */
static const struct {
	const char *test, *text;
} alone[] = {
	{ "{'never': {'from': 'a', 'to': 'a'}}", NULL },
	{ "{'never': {'from': 's', 'to': 'a'}}", "b > a" },
	{ "{'never': {'from': 'a', 'to': 's'}}", "a > b" },
	{ "{'never': {'from': 'a', 'to': '10.1.0.11'}}", NULL },
	{ "{'never': {'from': 's', 'to': '10.1.0.11'}}", "b > 10.1.0.11" },
	{ "{'only': {'from': 'a', 'to': 'b'}}", NULL },
	{ "{'only': {'from': 's', 'to': 'b'}}", "b > a" },
	{ "{'only': {'from': 's', 'to': '10.1.0.12'}}", "b > a" },
	{ "{'allow': {'from': 's', 'to': 's', 'services': ['tcp/1']}}", NULL },
	/* an opener's literal address that is a device's */
	{ "{'never': {'from': '10.1.0.11', 'to': 'a'}}", NULL },
	{ "{'never': {'from': ['9.9.9.9', '10.1.0.11'], 'to': 's'}}", "a > b" },
	{ "{'allow': {'from': '10.1.0.12', 'to': 'a', 'services': ['tcp/1']}}", NULL },
};

START_TEST(test_nobody_opens_to_himself)
{
	struct model m = of_test(
		"{'version': 1, 'interfaces': {'lan0': {'role': 'device'}},"
		"'segments': {'s': {'mode': 'enforce'}},"
		"'devices': {'a': {'segment': 's', 'mac': '02:00:00:00:00:11', 'ports': 'lan0',"
		"   'addresses': ['10.1.0.11']},"
		"  'b': {'segment': 's', 'mac': '02:00:00:00:00:12', 'ports': 'lan0',"
		"   'addresses': ['10.1.0.12']}},"
		"'rules': {'r': {'from': 's', 'to': 's', 'services': ['tcp/1'], 'action': "
		"'allow'}},"
		"'tests': {'t': ",
		alone[_i].test);
	int failed = zt_policy_run_tests(m.p, m.i, &m.errors);
	char want[256];

	ck_assert_msg(failed == !!alone[_i].text, "%s: %s", alone[_i].test,
		      m.errors.nr ? m.errors.v[0] : "");
	if (alone[_i].text) {
		snprintf(want, sizeof(want),
			 "test.json:1: tests.t: %s tcp/1 is allowed by rule \"r\"%s",
			 alone[_i].text, FAILS);
		ck_assert_str_eq(m.errors.v[0], want);
	}
	model_free(&m);
}
END_TEST

/*
 * A prefix all of whose addresses belong to others is nobody's peer: an allow
 * towards the rest of it that cannot be reached breaks nothing.
 */
START_TEST(test_covered_prefix)
{
	struct model m = model(
		"{'version': 1, 'interfaces': {'lan0': {'role': 'device'}},"
		"'segments': {'s': {'mode': 'enforce'}},"
		"'devices': {'a': {'segment': 's', 'mac': '02:00:00:00:00:11', 'ports': 'lan0',"
		"   'addresses': ['10.1.0.0/31', '10.1.0.2']},"
		"  'b': {'segment': 's', 'mac': '02:00:00:00:00:12', 'ports': 'lan0',"
		"   'addresses': ['10.1.0.3']}},"
		"'applications': {'four': {'hosts': ['10.1.0.0/30'], 'services': ['tcp/1']}},"
		"'rules': {'r': {'from': 'a', 'to': 'four', 'action': 'allow'}},"
		"'tests': {'t': {'never': {'from': 'all-devices', 'to': 'four'}}}}");

	ck_assert_int_eq(zt_policy_run_tests(m.p, m.i, &m.errors), 0);
	model_free(&m);
}
END_TEST

/* An application without IPv6 addresses is never asked with ICMPv6. */
START_TEST(test_families)
{
	struct model m = model(
		"{'version': 1, 'interfaces': {'lan0': {'role': 'device'}},"
		"'segments': {'s': {'mode': 'enforce'}},"
		"'devices': {'a': {'segment': 's', 'mac': '02:00:00:00:00:11', 'ports': 'lan0',"
		"   'addresses': ['10.1.0.1']}},"
		"'applications': {'four': {'hosts': ['10.9.0.5']}, 'both': {'hosts': ['10.9.0.6',"
		"   'fd09::6']}},"
		"'rules': {'r': {'from': 'a', 'to': ['four', 'both'], 'services': ['icmp/echo'],"
		"   'action': 'allow'},"
		"  'd': {'from': 'a', 'to': ['four', 'both'], 'services': ['icmp6/128'],"
		"   'action': 'deny'}},"
		"'tests': {'t4': {'allow': {'from': 'a', 'to': 'four', 'services': ['icmp/echo']}},"
		"  't6': {'allow': {'from': 'a', 'to': 'both', 'services': ['icmp/echo']}}}}");

	ck_assert_int_eq(zt_policy_run_tests(m.p, m.i, &m.errors), 1);
	ck_assert_str_eq(m.errors.v[0],
			 "test.json:1: tests.t6: a > both (fd09::6) icmp/echo expected "
			 "allow, got deny by rule \"d\"");
	model_free(&m);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("tests");

	tcase_add_loop_test(c, test_tests, 0, sizeof(tests) / sizeof(tests[0]));
	tcase_add_test(c, test_count);
	tcase_add_loop_test(c, test_nobody_opens_to_himself, 0, sizeof(alone) / sizeof(alone[0]));
	tcase_add_test(c, test_covered_prefix);
	tcase_add_test(c, test_families);
	return model_run(c, "policy tests");
}
