/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running the policy's own tests on the programs: each is taken apart into
 * questions, one per class, and each question is a packet.
 */
#include <errno.h>
#include <string.h>
#include "candidates.h"
#include "tests.h"

struct runner {
	struct world *w;
	const struct zt_policy_test *test;
	struct zt_errors *errors;
	struct tests_count *count;
	uint32_t asked; /* of this test */
};

static void name_side(const struct runner *r, const struct side *s, const struct zt_addr *a,
		      uint8_t family, char *buf, size_t len)
{
	char address[64];

	zt_addr_format(family, a, address, sizeof(address));
	switch (s->kind) {
	case SIDE_DEVICE:
		snprintf(buf, len, "%s", r->w->policy->devices[s->device].id);
		break;
	case SIDE_UNKNOWN:
		snprintf(buf, len, "unknown-devices");
		break;
	case SIDE_ROUTER:
		snprintf(buf, len, "router (%s)", address);
		break;
	case SIDE_ADDRESS:
		snprintf(buf, len, "%s", address);
		break;
	}
}

static const char *rule_id(const struct runner *r, uint32_t rule)
{
	return rule < r->w->policy->nr_rules ? r->w->policy->rules[rule].id : NULL;
}

/* What is wrong with the answer, "" when it is as expected. */
static void judge(const struct runner *r, const struct answer *a, char *buf, size_t len)
{
	const struct zt_policy_test *t = r->test;
	const char *rule = rule_id(r, a->result.rule), *reason = reason_name(a->result.reason);
	bool allowed = answer_is_allowed(a);

	*buf = 0;
	if (t->kind == ZT_TEST_ALLOW && !allowed)
		snprintf(buf, len, "expected allow, got deny%s%s%s (%s)", rule ? " by rule \"" : "",
			 rule ? rule : "", rule ? "\"" : "", reason);
	else if (t->kind == ZT_TEST_DENY && a->result.verdict != ZT_DROPPED)
		snprintf(buf, len, "expected deny, got allow%s%s%s", rule ? " by rule \"" : "",
			 rule ? rule : "", rule ? "\"" : "");
	else if (t->kind == ZT_TEST_DENY && t->rule && (!rule || strcmp(rule, t->rule)))
		snprintf(buf, len, "expected deny by rule \"%s\", got %s%s%s", t->rule,
			 rule ? "rule \"" : reason, rule ? rule : "", rule ? "\"" : "");
	else if (t->kind == ZT_TEST_DENY && t->reason && t->reason != a->result.reason)
		snprintf(buf, len, "expected reason %s, got %s", reason_name(t->reason), reason);
}

static int ask(struct runner *r, struct question *q, const struct service_point *p)
{
	char problem[256], from[128], to[128], service[32];
	struct answer a;
	int error;

	q->proto = p->proto;
	q->what = p->what;
	error = question_ask(r->w, q, &a);
	if (error < 0)
		return error;
	r->count->run++;
	r->asked++;
	judge(r, &a, problem, sizeof(problem));
	if (!*problem)
		return 0;
	r->count->failed++;
	name_side(r, &q->from, &a.src, q->family, from, sizeof(from));
	name_side(r, &q->to, &a.dst, q->family, to, sizeof(to));
	service_point_format(p, false, service, sizeof(service));
	zt_errors_add(r->errors, "%s:%u: tests.%s: %s > %s %s %s (as a packet)",
		      r->w->policy->files[r->test->where.file], r->test->where.line, r->test->id,
		      from, to, service, problem);
	return 0;
}

static bool is_same(const struct side *a, const struct side *b)
{
	return a->kind == SIDE_DEVICE && b->kind == SIDE_DEVICE && a->device == b->device;
}

static bool has_device(const struct question *q)
{
	return q->from.kind <= SIDE_UNKNOWN || q->to.kind <= SIDE_UNKNOWN;
}

static int ask_pair(struct runner *r, const struct side *from, const struct side *to,
		    const struct service_points *services)
{
	struct question q = {.from = *from, .to = *to};
	uint32_t i;
	int error = 0;

	if (is_same(from, to) || !has_device(&q))
		return 0;
	for (q.family = 4; q.family <= 6; q.family += 2) {
		if (!question_possible(r->w, &q))
			continue;
		for (i = 0; i < services->nr && !error; i++)
			if (!services->v[i].family || services->v[i].family == q.family)
				error = ask(r, &q, &services->v[i]);
	}
	return error;
}

static int ask_all(struct runner *r, const struct candidates *from, const struct candidates *to,
		   const struct service_points *services)
{
	uint32_t i, k;
	int error = 0;

	for (i = 0; i < from->nr && !error; i++)
		for (k = 0; k < to->nr && !error; k++)
			error = ask_pair(r, &from->v[i], &to->v[k], services);
	return error;
}

/* Without services of its own a test asks each application for its own. */
static int ask_apps(struct runner *r, const struct candidates *from)
{
	const struct zt_policy *p = r->w->policy;
	uint32_t i;
	int error = 0;

	for (i = 0; i < r->test->to.apps.nr && !error; i++) {
		struct service_points services = {};
		struct candidates to = {};

		candidates_of_app(r->w, r->test->to.apps.v[i], &to);
		service_points_add(r->w, &p->apps[r->test->to.apps.v[i]].services, &services);
		error = ask_all(r, from, &to, &services);
		candidates_free(&to);
		service_points_free(&services);
	}
	return error;
}

static int run_test(struct runner *r)
{
	struct service_points services = {};
	struct candidates from = {}, to = {};
	int error;

	r->asked = 0;
	candidates_of_side(r->w, &r->test->from, &from);
	if (r->test->services.nr) {
		candidates_of_side(r->w, &r->test->to, &to);
		service_points_add(r->w, &r->test->services, &services);
		error = ask_all(r, &from, &to, &services);
	} else {
		error = ask_apps(r, &from);
	}
	if (!r->asked)
		r->count->skipped++;
	candidates_free(&from);
	candidates_free(&to);
	service_points_free(&services);
	return error;
}

int tests_run(struct world *w, struct zt_errors *errors, struct tests_count *ret)
{
	struct tests_count count = {};
	struct runner r = {.w = w, .errors = errors, .count = &count};
	uint32_t i;
	int error = 0;

	for (i = 0; i < w->policy->nr_tests && !error; i++) {
		r.test = &w->policy->tests[i];
		if (r.test->kind == ZT_TEST_ALLOW || r.test->kind == ZT_TEST_DENY)
			error = run_test(&r);
	}
	*ret = count;
	return error;
}
