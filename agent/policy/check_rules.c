/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allow rules that one deny covers wholly. Only what can be told from the rules
 * alone; two denies that together cover a rule are not found. Cheap questions
 * first: most pairs differ in their first device or their applications.
 */
#include "policy/checks.h"

struct search {
	struct zt_parse *ps;
	uint64_t effort; /* steps left */
};
#define EFFORT_MAX 100000000u

static bool spend(struct search *s, uint64_t steps)
{
	s->effort -= s->effort < steps ? s->effort : steps;
	return s->effort > 0;
}

static bool has(const struct zt_set *set, uint32_t x)
{
	uint32_t lo = 0, hi = set->nr;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (set->v[mid] == x)
			return true;
		if (set->v[mid] < x)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

static bool is_subset(struct search *s, const struct zt_set *inner, const struct zt_set *outer)
{
	if (inner->v == outer->v && inner->nr == outer->nr)
		return true;
	if (inner->nr > outer->nr || inner->v[0] < outer->v[0] ||
	    inner->v[inner->nr - 1] > outer->v[outer->nr - 1])
		return false;
	for (uint32_t i = 0; i < inner->nr; i++)
		if (!spend(s, 8) || !has(outer, inner->v[i]))
			return false;
	return true;
}

static bool devices_covered(struct search *s, const struct zt_side *allow,
			    const struct zt_side *deny)
{
	if (allow->unknown && !deny->unknown)
		return false;
	if (!allow->devices.nr)
		return allow->unknown;
	return deny->all_devices || is_subset(s, &allow->devices, &deny->devices);
}

/* Every address of an application inside one prefix of the other, and not excepted there. */
static bool hosts_covered(struct search *s, const struct zt_app *a, const struct zt_app *d)
{
	if (a == d)
		return true;
	if (d->except.nr || (a->is_router && !d->is_router) || (a->is_internet && !d->is_internet))
		return false;
	for (uint32_t i = 0; i < a->hosts.nr; i++) {
		bool found = false;

		for (uint32_t k = 0; !found && k < d->hosts.nr && spend(s, 1); k++)
			found = zt_prefix_contains(&d->hosts.v[k], &a->hosts.v[i]);
		if (!found)
			return false;
	}
	return true;
}

static const struct zt_services *services_of(const struct zt_policy_rule *r,
					     const struct zt_app *app)
{
	return r->services.nr || !app ? &r->services : &app->services;
}

/* One application of the allow inside one of the deny, hosts and services. */
static bool app_covered(struct search *s, const struct zt_policy_rule *allow, uint32_t app,
			const struct zt_policy_rule *deny, bool in_to)
{
	const struct zt_app *apps = s->ps->p->apps, *a = &apps[app];
	const struct zt_side *side = in_to ? &deny->to : &deny->from;

	for (uint32_t i = 0; i < side->apps.nr && spend(s, 4); i++) {
		const struct zt_app *d = &apps[side->apps.v[i]];

		if (hosts_covered(s, a, d) &&
		    zt_services_inside(services_of(allow, in_to ? a : NULL),
				       services_of(deny, in_to ? d : NULL)))
			return true;
	}
	return false;
}

static bool is_covered(struct search *s, const struct zt_policy_rule *allow,
		       const struct zt_policy_rule *deny)
{
	bool in_to = allow->to.is_apps;
	const struct zt_side *apps = in_to ? &allow->to : &allow->from;

	if (allow->from.is_apps != deny->from.is_apps || allow->to.is_apps != deny->to.is_apps)
		return false;
	if (!allow->from.is_apps && !devices_covered(s, &allow->from, &deny->from))
		return false;
	if (!allow->to.is_apps && !devices_covered(s, &allow->to, &deny->to))
		return false;
	if (!apps->is_apps)
		return zt_services_inside(&allow->services, &deny->services);
	for (uint32_t i = 0; i < apps->apps.nr; i++)
		if (!app_covered(s, allow, apps->apps.v[i], deny, in_to))
			return false;
	return true;
}

static void check_rule(struct search *s, const struct zt_at *section, uint32_t i,
		       const uint32_t *denies, uint32_t nr)
{
	const struct zt_policy_rule *rules = s->ps->p->rules;
	struct zt_at at = zt_at_object(section, ZT_RULES, i);

	for (uint32_t k = 0; k < nr && s->effort; k++) {
		if (!is_covered(s, &rules[i], &rules[denies[k]]) || !s->effort)
			continue;
		zt_complain(&at,
			    "can never apply, deny \"%s\" covers all of it; remove one of the two",
			    rules[denies[k]].id);
		return;
	}
}

void zt_check_dead_rules(struct zt_parse *ps)
{
	const struct zt_policy *p = ps->p;
	struct search s = { .ps = ps, .effort = EFFORT_MAX };
	struct zt_at section = zt_at_section(ps, ZT_RULES);
	uint32_t *denies = zt_arena_array(ps->tmp, p->nr_rules, sizeof(*denies)), nr = 0;

	for (uint32_t i = 0; i < p->nr_rules; i++)
		if (p->rules[i].deny)
			denies[nr++] = i;
	for (uint32_t i = 0; i < p->nr_rules; i++)
		if (!p->rules[i].deny)
			check_rule(&s, &section, i, denies, nr);
	if (!s.effort)
		zt_inform(&section,
			  "too many to compare every allow with every deny; some that can "
			  "never apply may not have been found");
}
