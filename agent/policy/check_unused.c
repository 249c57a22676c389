/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Information: applications and groups nobody names. Must never refuse anything.
 */
#include "policy/checks.h"
#include "policy/groups.h"

static void mark(const struct zt_parse *ps, const struct zt_side *side, bool *apps, bool *groups)
{
	for (uint32_t i = 0; i < side->apps.nr; i++)
		apps[side->apps.v[i]] = true;
	for (uint32_t i = 0; i < side->nr_words && !side->is_apps; i++) {
		int group = zt_find(ps, ZT_GROUPS, side->words[i]);

		if (group >= 0)
			groups[group] = true;
	}
}

static void mark_groups(const struct zt_set *set, bool *groups)
{
	for (uint32_t i = 0; i < set->nr; i++)
		groups[set->v[i]] = true;
}

static void report(struct zt_parse *ps, enum zt_section s, const bool *used)
{
	struct zt_at section = zt_at_section(ps, s);

	for (uint32_t i = 0; i < ps->lists[s].nr; i++) {
		struct zt_at at = zt_at_object(&section, s, i);

		if (!used[i] && at.entry->file)
			zt_inform(&at, "no rule and no test names it");
	}
}

void zt_check_unused(struct zt_parse *ps)
{
	const struct zt_policy *p = ps->p;
	bool *apps = zt_arena_array(ps->tmp, p->nr_apps, sizeof(*apps));
	bool *groups = zt_arena_array(ps->tmp, p->nr_groups, sizeof(*groups));

	for (uint32_t i = 0; i < p->nr_rules; i++) {
		mark(ps, &p->rules[i].from, apps, groups);
		mark(ps, &p->rules[i].to, apps, groups);
	}
	for (uint32_t i = 0; i < p->nr_tests; i++) {
		mark(ps, &p->tests[i].from, apps, groups);
		mark(ps, &p->tests[i].to, apps, groups);
	}
	for (uint32_t i = 0; i < p->nr_groups; i++) {
		mark_groups(&ps->group_defs[i].groups, groups);
		mark_groups(&ps->group_defs[i].except_groups, groups);
	}
	report(ps, ZT_APPS, apps);
	report(ps, ZT_GROUPS, groups);
}
