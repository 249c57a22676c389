/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The property that holds the compiler: for random policies and questions, the
 * naive evaluator and the compiled tables give the same decision, reason and
 * rule. ZT_PROPERTY_ROUNDS policies (default 400), ZT_PROPERTY_SEED to repeat one.
 */
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

int main(void)
{
	Suite *s = suite_create("eval");
	TCase *c = tcase_create("property");
	SRunner *runner;
	int failed;

	tcase_set_timeout(c, 3600);
	tcase_add_test(c, test_eval_equals_compiled);
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
