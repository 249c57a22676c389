/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section "tests": what the policy asserts of itself. Only read here; the
 * compiler runs them.
 */
#include <string.h>
#include "policy/parse.h"

static const char *const kinds[] = { "allow", "deny", "never", "only", NULL };
static const struct zt_key keys[] = {
	ZT_KEY("allow"), ZT_KEY("deny"), ZT_KEY("never"), ZT_KEY("only"), ZT_LATER("at"), {}
};
static const struct zt_key body_keys[] = {
	ZT_KEY("from"), ZT_KEY("to"), ZT_KEY("services"), ZT_KEY("rule"), ZT_KEY("reason"), {}
};

static bool is_written(const struct zt_at *at, const char *key)
{
	return json_object_object_get_ex(at->v, key, NULL);
}

/* Reasons that stop a packet, by their word. */
static int find_reason(const char *word)
{
	static const struct {
		uint8_t nr, family;
		const char *word;
	} reasons[] = {
#define X(nr, name, word, family, text) { nr, ZT_FAMILY_##family, word },
		ZT_REASONS(X)
#undef X
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].family != ZT_FAMILY_PASS && !strcmp(reasons[i].word, word))
			return reasons[i].nr;
	return -1;
}

static void read_rule(const struct zt_at *at, struct zt_policy_test *t)
{
	int rule = zt_ref(at, ZT_RULES);

	if (rule < 0)
		return;
	t->rule = at->ps->p->rules[rule].id;
	if (!at->ps->p->rules[rule].deny)
		zt_complain(at, "\"%s\" allows; name the deny that must stop it", t->rule);
}

static void read_reason(const struct zt_at *at, struct zt_policy_test *t)
{
	const char *s = zt_text(at, ZT_SCAN_TEXT_MAX, NULL);
	int reason = s ? find_reason(s) : 0;

	if (reason < 0)
		zt_complain(
			at,
			"%s is not a reason that stops anything; usually \"no-rule\" or \"denied\"",
			Q(s));
	else
		t->reason = reason;
}

static void read_expectation(const struct zt_at *at, struct zt_policy_test *t)
{
	struct zt_at child;

	if (t->kind != ZT_TEST_DENY) {
		for (int i = 0; i < 2; i++) {
			child = zt_at_key(at->ps, at, i ? "reason" : "rule");
			if (is_written(at, child.step.key))
				zt_complain(&child, "only \"deny\" has it; remove it");
		}
		return;
	}
	if (zt_child(at, "rule", &child))
		read_rule(&child, t);
	if (zt_child(at, "reason", &child))
		read_reason(&child, t);
}

static bool read_sides(const struct zt_at *at, struct zt_policy_test *t)
{
	struct zt_side_rules take = { .takes_literals = true, .takes_unknown = true };
	struct zt_at from, to;
	bool has_from = zt_child(at, "from", &from), has_to = zt_child(at, "to", &to), good;

	if (!has_from && !is_written(at, "from"))
		zt_complain(&from, "missing; say who opens");
	if (!has_to && !is_written(at, "to"))
		zt_complain(&to, "missing; say who is opened to");
	good = has_from && zt_read_side(&from, take, &t->from);
	take.takes_unknown = t->kind == ZT_TEST_NEVER;
	take.takes_both = t->kind == ZT_TEST_ONLY;
	return has_to && zt_read_side(&to, take, &t->to) && good;
}

static void read_body(const struct zt_at *at, struct zt_policy_test *t)
{
	struct zt_at services;
	bool has_sides;

	if (!zt_object(at, body_keys))
		return;
	zt_keep_text(at, "note", ZT_NOTE_MAX);
	has_sides = read_sides(at, t);
	if (zt_child(at, "services", &services))
		t->services = zt_read_services(&services, true);
	else if (has_sides && !is_written(at, "services") && t->kind <= ZT_TEST_DENY)
		zt_lacks_services(at, &t->to);
	read_expectation(at, t);
	if (has_sides)
		zt_has_no_device(at, &t->from, &t->to);
}

void zt_parse_test(const struct zt_at *at, uint32_t index)
{
	struct zt_policy_test *t = &at->ps->p->tests[index];
	struct zt_at child;
	int written = 0;

	t->id = at->step.key;
	t->where = zt_where_of(at->ps, at->entry);
	if (!zt_object(at, keys))
		return;
	t->note = zt_keep_text(at, "note", ZT_NOTE_MAX);
	for (int i = 0; kinds[i]; i++) {
		written += is_written(at, kinds[i]);
		if (zt_child(at, kinds[i], &child) && written == 1) {
			t->kind = ZT_TEST_ALLOW + i;
			read_body(&child, t);
		}
	}
	if (written != 1)
		zt_complain(at, "needs exactly one of \"allow\", \"deny\", \"never\" or \"only\"");
}
