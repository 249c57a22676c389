/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Would this policy cut the session of the person who loads it: every way a client
 * may come in, and the advice given. Where it comes in is ours to say here.
 */
#include <arpa/inet.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include "net/net.h"
#include "daemon/session.c"

static struct origin origin;
static int origin_result;

int origin_find(const struct zt_env *env, const struct session *s, struct origin *ret)
{
	*ret = origin;
	return origin_result;
}

#define POLICY(mode, unknown, rules)                                                           \
	"{\"version\":1,\"interfaces\":{\"lan1\":{\"role\":\"device\"" unknown "},"            \
	"\"wan0\":{\"role\":\"uplink\"}},"                                                     \
	"\"segments\":{\"s\":{\"mode\":\"" mode                                                \
	"\",\"subnets\":[\"10.2.0.0/24\"]},\"l\":{\"mode\":\"learn\"}},"                       \
	"\"devices\":{\"laptop\":{\"segment\":\"s\",\"mac\":\"02:00:00:00:00:11\",\"ports\":[" \
	"\"lan1\"],"                                                                           \
	"\"addresses\":[\"10.2.0.11\",\"fd02::11\"]},"                                         \
	"\"roamer\":{\"segment\":\"s\",\"mac\":\"02:00:00:00:00:12\",\"ports\":[\"lan1\"],"    \
	"\"addresses\":[\"dynamic4\"]}},\"rules\":{" rules "}}"
#define NTP "\"ntp\":{\"from\":\"all-devices\",\"to\":\"router-ntp\",\"action\":\"allow\"}"
#define SSH                                                                         \
	",\"ssh\":{\"from\":\"all-devices\",\"to\":\"router\",\"services\":[\"tcp/" \
	"22\"],\"action\":\"allow\"}"
#define NOSSH                                                                 \
	",\"no\":{\"from\":\"laptop\",\"to\":\"router\",\"services\":[\"tcp/" \
	"22\"],\"action\":\"deny\"}"
#define UNK                                                                           \
	",\"u\":{\"from\":\"unknown-devices\",\"to\":\"router\",\"services\":[\"tcp/" \
	"22\"],\"action\":\"allow\"}"

static const char *const enforce = POLICY("enforce", "", NTP);
static const char *const audit = POLICY("audit", "", NTP);
static const char *const allowing = POLICY("enforce", "", NTP SSH);
static const char *const denying = POLICY("enforce", "", NTP SSH NOSSH);
static const char *const learning = POLICY("enforce", ",\"unknown_segment\":\"l\"", NTP);
static const char *const unknowns = POLICY("enforce", "", NTP UNK);

#define LAN 1
#define WAN 2

/* error: part of the refusal, NULL = the session stays. mac: last octet, 0 = not known. */
static const struct {
	const char *const *policy;
	const char *client, *learned;
	int port, mac;
	const char *error;
} rows[] = {
	{&enforce, "10.2.0.11", NULL, LAN, 0x11,
	 "add a rule: from laptop to router services tcp/22"},
	{&enforce, "fd02::11", NULL, LAN, 0x11,
	 "add a rule: from laptop to router services tcp/22"},
	{&enforce, "10.2.0.11", NULL, WAN, 0, NULL},
	{&enforce, "192.0.2.7", NULL, WAN, 0, NULL},
	{&enforce, "127.0.0.1", NULL, LAN, 0, NULL},
	{&enforce, "::1", NULL, LAN, 0, NULL},
	{&enforce, "10.2.0.99", NULL, LAN, 0, "device port lan1 and is no listed device"},
	{&enforce, "10.2.0.99", NULL, LAN, 0x77, "is no listed device"},
	{&enforce, "10.2.0.99", NULL, LAN, 0x11,
	 "its address is not among \"addresses\" of device \"laptop\""},
	{&enforce, "10.2.0.50", "roamer", LAN, 0x12, "add a rule: from roamer"},
	{&enforce, "10.2.0.50", NULL, LAN, 0x12, "add a rule: from roamer"},
	{&enforce, "fe80::1%lan1", NULL, LAN, 0x12, "addresses"},
	{&audit, "10.2.0.11", NULL, LAN, 0x11, NULL},
	{&audit, "10.2.0.99", NULL, LAN, 0x11, NULL},
	{&allowing, "10.2.0.11", NULL, LAN, 0x11, NULL},
	{&allowing, "10.2.0.50", "roamer", LAN, 0x12, NULL},
	{&allowing, "10.2.0.99", NULL, LAN, 0,
	 "is no listed device"}, /* all-devices holds no unknown one */
	{&denying, "10.2.0.11", NULL, LAN, 0x11,
	 "rule \"no\" denies laptop to router services tcp/22"},
	{&learning, "10.2.0.99", NULL, LAN, 0, NULL},
	{&unknowns, "10.2.0.99", NULL, LAN, 0, NULL},
};

static struct session session_of(const char *client)
{
	struct session s = {.proto = 6, .client_port = 5000, .server_port = 22};

	ck_assert_int_eq(session_address(client, &s, &s.client), 0);
	ck_assert_int_eq(session_address(s.family == 4 ? "10.2.0.1" : "fd02::1", &s, &s.server), 0);
	return s;
}

START_TEST(every_way_in)
{
	struct zt_source source = {"p", *rows[_i].policy, strlen(*rows[_i].policy)};
	struct zt_errors errors = {0};
	struct zt_policy *p;
	struct session s = session_of(rows[_i].client);
	struct zt_env *env;
	char *error = NULL;
	int r;

	ck_assert_msg(!zt_policy_parse(&source, 1, &errors, NULL, &p), "%s", errors.v[0]);
	env = zt_env_fake(p);
	origin = (struct origin){.nr_ports = 1,
				 .has_mac = rows[_i].mac != 0,
				 .mac = {2, 0, 0, 0, 0, (uint8_t)rows[_i].mac}};
	for (uint32_t i = 0; i < env->nr_ports; i++)
		if (!strcmp(env->ports[i].name, rows[_i].port == LAN ? "lan1" : "wan0"))
			origin.ports[0] = env->ports[i].ifindex;
	r = session_check(p, env, &s, rows[_i].learned, &error);
	if (rows[_i].error)
		ck_assert_msg(r && error && strstr(error, rows[_i].error), "row %d: %s", _i,
			      error ? error : "stays");
	else
		ck_assert_msg(!r, "row %d: %s", _i, error);
	free(error);
	zt_env_free(env);
	zt_policy_free(p);
	zt_errors_free(&errors);
}
END_TEST

START_TEST(addresses)
{
	struct session s = {0};
	struct zt_addr a;

	ck_assert_int_eq(session_address("fe80::1%lan0", &s, &a), 0);
	ck_assert_str_eq(s.scope, "lan0");
	ck_assert_uint_eq(s.family, 6);
	ck_assert_int_ne(session_address("10.0.0.1", &s, &a), 0); /* the other family */
	ck_assert_int_ne(session_address("fe80::1%averyveryverylongname", &s, &a), 0);
	ck_assert_int_ne(session_address("", &s, &a), 0);
	ck_assert_int_ne(session_address("edge.example", &s, &a), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("daemon session");
	TCase *t = tcase_create("session");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(t, every_way_in, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, addresses);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
