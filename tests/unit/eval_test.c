/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The properties that hold the compiler: for random policies and questions, the
 * naive evaluator and the compiled tables give the same decision, reason and
 * rule; a `never` or `only` that passes has no counterexample among the questions,
 * and the counterexample of one that fails is allowed by the rule it names.
 * ZT_PROPERTY_ROUNDS policies (default 400), ZT_PROPERTY_SEED to repeat one.
 */
#include <arpa/inet.h>
#include <check.h>
#include <stdio.h>
#include "random_policy.h"
#include "zt_key.h"

#define QUESTIONS 300

static uint32_t setting(const char *name, uint32_t value)
{
	const char *s = getenv(name);

	return s && *s ? (uint32_t)strtoul(s, NULL, 0) : value;
}

static struct zt_decision ask_image(const struct zt_image *i, const struct zt_question *q)
{
	uint32_t svc = i->svc[zt_svc_index(q->proto, q->what)], dclass = 0, other;

	if (q->device >= 0)
		dclass = zt_image_dev(i, zt_image_dev_of(i, q->device))->word.dclass;
	if (q->peer_router)
		return zt_image_decide(i, dclass, ZT_PCLASS_ROUTER, svc, q->dir);
	if (q->peer_device < 0)
		return zt_image_decide_addr(i, dclass, q->family, &q->peer, svc, q->dir);
	other = zt_image_dev(i, zt_image_dev_of(i, q->peer_device))->word.dclass;
	return zt_image_decide(i, dclass, ZT_PCLASS_DEVICE | other, svc, q->dir);
}

static const char *describe(const struct zt_question *q, char *buf, size_t len)
{
	const uint8_t *a = (const uint8_t *)&q->peer;
	int n = snprintf(buf, len,
			 "device %d dir %u peer_device %d router %d proto %u what %u peer ",
			 q->device, q->dir, q->peer_device, q->peer_router, q->proto, q->what);

	for (int i = 0; i < 16; i++)
		n += snprintf(buf + n, len - n, "%02x%s", a[i], i & 1 ? ":" : "");
	return buf;
}

struct tally {
	uint32_t allowed, denied, no_rule;
};

static void ask_all(const struct zt_random_policy *p, struct zt_random *r, uint64_t seed,
		    struct tally *t)
{
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_errors errors = { 0 };
	struct zt_image *image = NULL;
	char text[256];

	ck_assert_int_eq(zt_compile(&p->policy, &p->env, numbers, &errors, &image), 0);
	for (uint32_t k = 0; k < QUESTIONS; k++) {
		struct zt_question q = zt_random_question(p, r);
		struct zt_decision want = zt_policy_eval(&p->policy, &q);
		struct zt_decision got = ask_image(image, &q);

		ck_assert_msg(want.allowed == got.allowed && want.reason == got.reason &&
				      want.rule == got.rule,
			      "seed %llu question %u: %s: the rules say %d reason %u rule %u, the "
			      "tables %d reason %u rule %u",
			      (unsigned long long)seed, k, describe(&q, text, sizeof(text)),
			      want.allowed, want.reason, want.rule, got.allowed, got.reason,
			      got.rule);
		t->allowed += want.allowed;
		t->denied += want.reason == ZT_REASON_DENIED;
		t->no_rule += !want.allowed && want.reason != ZT_REASON_DENIED;
	}
	zt_image_free(image);
	zt_numbers_free(numbers);
}

START_TEST(test_eval_equals_compiled)
{
	uint64_t first = setting("ZT_PROPERTY_SEED", 1);
	uint32_t rounds = setting("ZT_PROPERTY_ROUNDS", 400);
	static struct zt_random_policy p;
	struct tally t = { 0 };

	for (uint64_t seed = first; seed < first + rounds; seed++) {
		struct zt_random r = { seed * 0x9e3779b97f4a7c15ull };

		zt_random_policy_make(&p, &r);
		ask_all(&p, &r, seed, &t);
		zt_random_policy_free(&p);
	}
	/* the generator is worth something only if all three answers are common */
	if (rounds >= 100) {
		ck_assert_uint_gt(t.allowed, rounds * QUESTIONS / 25);
		ck_assert_uint_gt(t.denied, rounds * QUESTIONS / 25);
		ck_assert_uint_gt(t.no_rule, rounds * QUESTIONS / 25);
	}
}
END_TEST

/* ---- never and only --------------------------------------------------------- */

static struct zt_service any_service = { .kind = ZT_SERVICE_ANY };
static const struct zt_services any = { &any_service, 1 };

/* Does an allow with these sides hold the question: the evaluator as a membership test. */
static bool within(const struct zt_random_policy *p, const struct zt_question *q,
		   const struct zt_side *from, const struct zt_side *to,
		   const struct zt_services *services)
{
	struct zt_policy_rule rule = {
		.id = "w", .from = *from, .to = *to, .services = services->nr ? *services : any
	};
	struct zt_policy one = p->policy;

	one.rules = &rule;
	one.nr_rules = 1;
	return zt_policy_eval(&one, q).allowed;
}

static bool is_embedding(uint8_t family, const struct zt_addr *a)
{
	return family == 6 &&
	       (a->w[0] == htobe32(0x0064ff9b) || !a->w[0] || be32toh(a->w[0]) >> 16 == 0x2002);
}

/* An application in `to` counts with its services. */
static bool inside(const struct zt_random_policy *p, const struct zt_question *q,
		   const struct zt_policy_test *t)
{
	struct zt_side one = { .is_apps = true };

	if (!t->to.is_apps)
		return within(p, q, &t->from, &t->to, &any);
	for (uint32_t k = 0; k < t->to.apps.nr; k++) {
		one.apps = (struct zt_set){ &t->to.apps.v[k], 1 };
		if (within(p, q, &t->from, &one, &p->policy.apps[t->to.apps.v[k]].services))
			return true;
	}
	return false;
}

static bool opens(const struct zt_random_policy *p, const struct zt_question *q,
		  const struct zt_policy_test *t)
{
	struct zt_side everything = { .all_devices = true };

	if (t->from.is_apps)
		return q->dir == ZT_TO_DEVICE && within(p, q, &t->from, &everything, &any);
	if (q->dir != ZT_FROM_DEVICE)
		return false;
	if (q->device < 0)
		return t->from.unknown;
	for (uint32_t k = 0; k < t->from.devices.nr; k++)
		if ((int)t->from.devices.v[k] == q->device)
			return true;
	return t->from.all_devices;
}

static bool is_own_address(const struct zt_random_policy *p, const struct zt_question *q)
{
	const struct zt_prefixes *l =
		q->device < 0 ? NULL : &p->policy.devices[q->device].addresses;

	for (uint32_t k = 0; l && k < l->nr; k++)
		if (zt_prefix_holds(&l->v[k], q->family, &q->peer))
			return true;
	return false;
}

/* Nobody opens to himself; and an `only` does not look inside of addresses. */
static bool is_case(const struct zt_random_policy *p, const struct zt_policy_test *t,
		    const struct zt_question *q)
{
	if (q->peer_router)
		return true;
	if (q->peer_device >= 0)
		return q->device != q->peer_device;
	return !is_own_address(p, q) &&
	       !(t->kind == ZT_TEST_ONLY && is_embedding(q->family, &q->peer));
}

static bool breaks(const struct zt_random_policy *p, const struct zt_question *q,
		   const struct zt_policy_test *t)
{
	if (!is_case(p, t, q) || !zt_policy_eval(&p->policy, q).allowed)
		return false;
	if (t->kind == ZT_TEST_NEVER)
		return within(p, q, &t->from, &t->to, &t->services);
	return opens(p, q, t) && !inside(p, q, t);
}

static int device_named(const struct zt_random_policy *p, const char *name)
{
	for (uint32_t k = 0; k < p->policy.nr_devices; k++)
		if (!strcmp(p->policy.devices[k].id, name))
			return k;
	return -1;
}

/* Mapped ones too, which zt_addr_parse() refuses in a policy. */
static uint8_t read_addr(const char *text, struct zt_addr *ret)
{
	if (inet_pton(AF_INET6, text, ret) == 1)
		return 6;
	*ret = zt_random_v4(0);
	ck_assert_int_eq(inet_pton(AF_INET, text, &ret->w[3]), 1);
	return 4;
}

/* "d1 > app0 (10.9.0.5) tcp/443 is allowed by rule "r01"; ..." back to a question. */
static struct zt_question question_of(const struct zt_random_policy *p, const char *text,
				      char *ret_rule)
{
	struct zt_question q = { .device = -1, .peer_device = -1, .family = 4, .env = &p->env };
	char side[2][64], addr[64] = "", service[32], *plain;
	const char *at = strchr(text, ':') + 2, *to = strstr(at, " > ") + 3, *end;
	bool app_first = sscanf(at, "%63s (%63[^)])", side[0], addr) == 2 && strstr(at, ") > ") &&
			 strstr(at, ") > ") < to;

	if (!app_first)
		*addr = 0;
	sscanf(to, "%63s", side[1]);
	if (!app_first)
		sscanf(to, "%*s (%63[^)])", addr);
	end = strstr(to, " is allowed by rule \"");
	ck_assert_msg(!!end, "%s", text);
	sscanf(end, " is allowed by rule \"%31[^\"]", ret_rule);
	for (plain = (char *)end; plain[-1] != ' '; plain--)
		;
	sscanf(plain, "%31s", service);
	q.dir = device_named(p, side[0]) >= 0 || !strcmp(side[0], "unknown-devices") ?
			ZT_FROM_DEVICE :
			ZT_TO_DEVICE;
	q.device = device_named(p, side[q.dir == ZT_TO_DEVICE]);
	if (*addr)
		q.family = read_addr(addr, &q.peer);
	else
		q.peer_device = device_named(p, side[q.dir == ZT_FROM_DEVICE]);
	q.peer_router = !*addr && q.peer_device < 0;
	q.proto = !strncmp(service, "tcp", 3)	    ? 6 :
		  !strncmp(service, "udp", 3)	    ? 17 :
		  !strncmp(service, "icmp4", 5)	    ? 1 :
		  !strncmp(service, "icmp6", 5)	    ? 58 :
		  !strncmp(service, "icmp/echo", 9) ? (q.family == 4 ? 1 : 58) :
						      (uint8_t)atoi(strchr(service, '/') + 1);
	q.what = !strcmp(service, "icmp/echo") ? (q.family == 4 ? 8 : 128) :
						 atoi(strchr(service, '/') + 1);
	return q;
}

static bool is_counterexample(const struct zt_random_policy *p, const struct zt_policy_test *t,
			      const struct zt_question *q, const char *rule)
{
	struct zt_decision d = zt_policy_eval(&p->policy, q);

	return d.allowed && !strcmp(p->policy.rules[d.rule].id, rule) && breaks(p, q, t);
}

static void check_failure(const struct zt_random_policy *p, const struct zt_policy_test *t,
			  const char *text, uint64_t seed)
{
	char rule[32];
	struct zt_question q = question_of(p, text, rule), v6 = q;

	/* told by class: the address inside of this one may still forbid it */
	if (q.peer_device < 0 && !q.peer_router && is_embedding(q.family, &q.peer))
		return;
	if (strstr(text, "icmp/echo")) { /* to the router or a device: of either family */
		v6.proto = 58;
		v6.what = 128;
	}
	ck_assert_msg(is_counterexample(p, t, &q, rule) || is_counterexample(p, t, &v6, rule),
		      "seed %llu: %s", (unsigned long long)seed, text);
}

static uint32_t check_test(const struct zt_random_policy *p, struct zt_random *r, uint64_t seed,
			   const struct zt_image *image)
{
	const struct zt_policy_test *t = &p->policy.tests[0];
	struct zt_errors errors = { 0 };
	int failed = zt_policy_run_tests(&p->policy, image, &errors);
	char text[256];

	ck_assert_int_eq(failed, errors.total);
	if (failed)
		check_failure(p, t, errors.v[0], seed);
	for (uint32_t k = 0; k < QUESTIONS && !failed; k++) {
		struct zt_question q = zt_random_question(p, r);

		ck_assert_msg(!breaks(p, &q, t), "seed %llu question %u: passed, but %s",
			      (unsigned long long)seed, k, describe(&q, text, sizeof(text)));
	}
	zt_errors_free(&errors);
	return failed;
}

START_TEST(test_never_and_only)
{
	uint64_t first = setting("ZT_PROPERTY_SEED", 1);
	uint32_t rounds = setting("ZT_PROPERTY_ROUNDS", 400), failed = 0;
	static struct zt_random_policy p;

	for (uint64_t seed = first; seed < first + rounds; seed++) {
		struct zt_random r = { (seed + 1000000007) * 0x9e3779b97f4a7c15ull };
		struct zt_numbers *numbers = zt_numbers_new();
		struct zt_errors errors = { 0 };
		struct zt_image *image = NULL;

		zt_random_policy_make(&p, &r);
		ck_assert_int_eq(zt_compile(&p.policy, &p.env, numbers, &errors, &image), 0);
		for (uint32_t k = 0; k < 4; k++) {
			zt_random_policy_test(&p, &r);
			failed += check_test(&p, &r, seed, image);
		}
		zt_image_free(image);
		zt_numbers_free(numbers);
		zt_random_policy_free(&p);
	}
	/* both outcomes must be common */
	if (rounds >= 100) {
		ck_assert_uint_gt(failed, rounds);
		ck_assert_uint_lt(failed, rounds * 4 - rounds / 2);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("eval");
	TCase *c = tcase_create("property");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 3600);
	tcase_add_test(c, test_eval_equals_compiled);
	tcase_add_test(c, test_never_and_only);
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
