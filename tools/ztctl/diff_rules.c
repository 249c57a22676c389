/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether a rule still means the same, and whom it reaches. A rule means what its
 * sets hold: a group or an application that changed changes its rules.
 */
#include <string.h>
#include "diff_classes.h"

/* Sets of devices, as far as both policies know them. Both are sorted by id. */
static bool same_devices(const struct zt_set *a, const struct zt_set *b,
			 const struct diff_questions *q)
{
	uint32_t i = 0, k = 0;

	for (;;) {
		while (i < a->nr && q->new_of_old[a->v[i]] == ZT_NONE)
			i++;
		while (k < b->nr && q->class_of[b->v[k]] == ZT_NONE)
			k++;
		if (i == a->nr || k == b->nr)
			return i == a->nr && k == b->nr;
		if (q->new_of_old[a->v[i++]] != b->v[k++])
			return false;
	}
}

static bool same_prefixes(const struct zt_prefixes *a, const struct zt_prefixes *b)
{
	uint32_t i;

	if (a->nr != b->nr)
		return false;
	for (i = 0; i < a->nr; i++)
		if (a->v[i].family != b->v[i].family || a->v[i].plen != b->v[i].plen ||
		    memcmp(&a->v[i].addr, &b->v[i].addr, sizeof(a->v[i].addr)))
			return false;
	return true;
}

static bool same_services(const struct zt_services *a, const struct zt_services *b)
{
	return a->nr == b->nr && zt_services_inside(a, b) && zt_services_inside(b, a);
}

/* "internet" is everything but the segments' subnets. */
static bool same_subnets(const struct zt_policy *a, const struct zt_policy *b)
{
	uint32_t i;

	if (a->nr_segments != b->nr_segments)
		return false;
	for (i = 0; i < a->nr_segments; i++)
		if (!same_prefixes(&a->segments[i].subnets, &b->segments[i].subnets))
			return false;
	return true;
}

static bool same_app(const struct diff_side *old, const struct zt_app *a,
		     const struct diff_side *new, const struct zt_app *b)
{
	return !strcmp(a->id, b->id) && a->is_router == b->is_router &&
	       a->is_internet == b->is_internet && same_prefixes(&a->hosts, &b->hosts) &&
	       same_prefixes(&a->except, &b->except) && same_services(&a->services, &b->services) &&
	       (!a->is_internet || same_subnets(old->policy, new->policy));
}

static bool same_side(const struct diff_side *old, const struct zt_side *a,
		      const struct diff_side *new, const struct zt_side *b,
		      const struct diff_questions *q)
{
	uint32_t i;

	if (a->is_apps != b->is_apps || a->unknown != b->unknown || a->apps.nr != b->apps.nr)
		return false;
	for (i = 0; i < a->apps.nr; i++)
		if (!same_app(old, &old->policy->apps[a->apps.v[i]], new,
			      &new->policy->apps[b->apps.v[i]]))
			return false;
	return same_devices(&a->devices, &b->devices, q);
}

bool diff_rule_same(const struct diff_side *old, const struct zt_policy_rule *a,
		    const struct diff_side *new, const struct zt_policy_rule *b,
		    const struct diff_questions *q)
{
	return a->deny == b->deny && same_services(&a->services, &b->services) &&
	       same_side(old, &a->from, new, &b->from, q) && same_side(old, &a->to, new, &b->to, q);
}

static uint32_t class_in_new(int side, uint32_t device, const struct diff_questions *q)
{
	uint32_t new = side ? device : q->new_of_old[device];

	return new == ZT_NONE ? ZT_NONE : q->class_of[new];
}

static void mark_devices(int side, const struct zt_side *s, const struct diff_questions *q,
			 bool *marks, bool with_unknown)
{
	uint32_t i;

	for (i = 0; i < s->devices.nr; i++) {
		uint32_t class = class_in_new(side, s->devices.v[i], q);

		if (class != ZT_NONE)
			marks[class] = true;
	}
	if (s->unknown && with_unknown)
		marks[q->devices.nr - 1] = true;
}

static bool holds_any(const struct zt_image *image, uint32_t pclass, const struct zt_set *apps)
{
	const struct zt_set *held;
	uint32_t i, k;

	if (pclass < ZT_PCLASS_FIRST || pclass - ZT_PCLASS_FIRST >= image->nr_pclasses)
		return false;
	held = &image->pclass_apps[pclass - ZT_PCLASS_FIRST];
	for (i = 0; i < held->nr; i++)
		for (k = 0; k < apps->nr; k++)
			if (held->v[i] == apps->v[k])
				return true;
	return false;
}

static void mark_apps(const struct diff_side *s, int side, const struct zt_set *apps,
		      const struct diff_questions *q, bool *marks)
{
	bool router = false;
	uint32_t i;

	for (i = 0; i < apps->nr; i++)
		router |= s->policy->apps[apps->v[i]].is_router;
	for (i = q->nr_device_peers; i < q->peers.nr; i++)
		if ((router && q->peers.v[i].of[side] == ZT_PCLASS_ROUTER) ||
		    holds_any(s->image, q->peers.v[i].of[side], apps))
			marks[i] = true;
}

void diff_rule_mark(const struct diff_side *s, int side, const struct zt_policy_rule *rule,
		    const struct diff_questions *q, struct diff_marks *marks)
{
	const struct zt_side *device = rule->from.is_apps ? &rule->to : &rule->from;
	const struct zt_side *peer = rule->from.is_apps ? &rule->from : &rule->to;

	mark_devices(side, device, q, marks->devices, true);
	if (peer->is_apps)
		mark_apps(s, side, &peer->apps, q, marks->peers);
	else
		mark_devices(side, peer, q, marks->peers, false);
}
