/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rule table: each rule as the product of its device classes, peer classes
 * and service classes, a wildcard standing for a side only where it says exactly
 * the same. Of the rules on one key the smallest deny and the smallest allow
 * stay; which of the two wins, and between keys, is the data path's business.
 */
#include "compile/compile.h"

/* Entries before merging: more than this is refused, not attempted. */
#define ZT_RULE_ENTRIES_MAX (4u << 20)

/* One side of a product: numbers, each put together with `base`. */
struct axis {
	const uint32_t *v;
	uint32_t nr, base;
};

struct product {
	struct axis device, peer, service;
	uint32_t dir, rule;
};

struct table {
	struct zt_build *b;
	uint64_t wanted;
	bool counting;
};

static const uint32_t wild = ZT_NONE, wild_peer = ZT_PCLASS_ANY_DEVICE;
static const uint32_t router = ZT_PCLASS_ROUTER, zero;

static void emit(struct table *t, const struct product *x)
{
	const struct zt_policy_rule *r = &t->b->p->rules[x->rule];
	uint32_t value = (x->rule + 1) | (r->log ? ZT_RULE_LOG : 0), d, p, s;
	struct zt_image *i = t->b->image;

	t->wanted += (uint64_t)x->device.nr * x->peer.nr * x->service.nr;
	if (t->counting)
		return;
	for (d = 0; d < x->device.nr; d++)
		for (p = 0; p < x->peer.nr; p++)
			for (s = 0; s < x->service.nr; s++)
				i->rules[i->nr_rules++] = (struct zt_image_rule){
					.key = { x->device.v[d], x->peer.v[p] | x->peer.base,
						 x->service.v[s], x->dir },
					.value = { r->deny ? value : 0, r->deny ? 0 : value },
				};
}

/* The device side: listed devices, then unknown ones, which no wildcard holds. */
static void emit_devices(struct table *t, struct product *x, const struct zt_side *side,
			 uint32_t set)
{
	const struct zt_dset *s = &t->b->dsets[set];

	x->device = s->all ? (struct axis){ &wild, 1, 0 } :
			     (struct axis){ s->classes.v, s->classes.nr, 0 };
	emit(t, x);
	if (!side->unknown || x->dir != ZT_FROM_DEVICE)
		return;
	x->device = (struct axis){ &zero, 1, 0 };
	emit(t, x);
}

static struct axis service_axis(const struct zt_slist *l)
{
	return l->any ? (struct axis){ &wild, 1, 0 } :
			(struct axis){ l->classes.v, l->classes.nr, 0 };
}

/* One application as the peer: the classes of its addresses, and the router. */
static void emit_app(struct table *t, struct product *x, uint32_t app, const struct zt_side *side,
		     uint32_t set)
{
	const struct zt_u32s *l = &t->b->app_pclasses[app];

	x->peer = (struct axis){ l->v, l->nr, 0 };
	emit_devices(t, x, side, set);
	if (!t->b->p->apps[app].is_router)
		return;
	x->peer = (struct axis){ &router, 1, 0 };
	emit_devices(t, x, side, set);
}

static void emit_rule(struct table *t, uint32_t rule)
{
	const struct zt_build *b = t->b;
	const struct zt_policy_rule *r = &b->p->rules[rule];
	const struct zt_side *apps = r->from.is_apps ? &r->from : &r->to;
	struct product x = { .rule = rule };
	const struct zt_dset *to;

	x.service = service_axis(&b->rule_services[rule]);
	if (!r->from.is_apps && !r->to.is_apps) {
		to = &b->dsets[b->side_set[2 * rule + 1]];
		x.dir = ZT_FROM_DEVICE;
		x.peer = to->all ? (struct axis){ &wild_peer, 1, 0 } :
				   (struct axis){ to->classes.v, to->classes.nr, ZT_PCLASS_DEVICE };
		emit_devices(t, &x, &r->from, b->side_set[2 * rule]);
		return;
	}
	x.dir = r->from.is_apps ? ZT_TO_DEVICE : ZT_FROM_DEVICE;
	for (uint32_t i = 0; i < apps->apps.nr; i++) {
		if (!r->services.nr && !r->from.is_apps)
			x.service = service_axis(&b->app_services[apps->apps.v[i]]);
		if (r->from.is_apps)
			emit_app(t, &x, apps->apps.v[i], &r->to, b->side_set[2 * rule + 1]);
		else
			emit_app(t, &x, apps->apps.v[i], &r->from, b->side_set[2 * rule]);
	}
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct zt_rule_key));
}

static void smallest(uint32_t *a, uint32_t b)
{
	if (b && (!*a || ZT_RULE_NR(b) < ZT_RULE_NR(*a)))
		*a = b;
}

static uint32_t form(const struct zt_rule_key *k)
{
	return (k->dclass == ZT_NONE ? ZT_WILD_DEVICE : 0) |
	       (k->pclass == ZT_PCLASS_ANY_DEVICE ? ZT_WILD_PEER : 0) |
	       (k->svc == ZT_NONE ? ZT_WILD_SERVICE : 0);
}

static void merge(struct zt_image *i)
{
	struct zt_image_rule *last = NULL;
	uint32_t k, nr = 0;

	if (i->nr_rules)
		qsort(i->rules, i->nr_rules, sizeof(*i->rules), by_key);
	for (k = 0; k < i->nr_rules; k++) {
		if (last && !by_key(last, &i->rules[k])) {
			smallest(&last->value.deny, i->rules[k].value.deny);
			smallest(&last->value.allow, i->rules[k].value.allow);
			continue;
		}
		last = &i->rules[nr++];
		*last = i->rules[k];
		i->pol.probes |= 1u << form(&last->key);
	}
	i->nr_rules = nr;
}

static void emit_all(struct table *t)
{
	for (uint32_t i = 0; i < t->b->p->nr_rules; i++)
		emit_rule(t, i);
}

int zt_build_rules(struct zt_build *b)
{
	struct table t = { .b = b, .counting = true };
	struct zt_image *i = b->image;
	struct zt_image_rule *fit;

	emit_all(&t);
	if (t.wanted > ZT_RULE_ENTRIES_MAX) {
		zt_errors_add(
			b->errors,
			"(policy): needs %llu rule entries, the limit is %u; use all-devices or "
			"\"any\", or fewer overlapping groups; nothing was changed",
			(unsigned long long)t.wanted, ZT_RULE_ENTRIES_MAX);
		return -E2BIG;
	}
	i->rules = calloc(t.wanted + 1, sizeof(*i->rules));
	if (!i->rules)
		return -ENOMEM;
	t.counting = false;
	emit_all(&t);
	merge(i);
	fit = reallocarray(i->rules, i->nr_rules + 1, sizeof(*fit));
	if (fit)
		i->rules = fit;
	return 0;
}
