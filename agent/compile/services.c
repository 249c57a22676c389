/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Service classes: the index space of zt_svc_index() is cut where a service of a
 * rule or an application in use begins or ends; pieces that the same lists hold
 * share a number. 0 is what no list names; `any` is the wildcard and has none.
 */
#include "compile/compile.h"

/* Indexes lo .. hi - 1 held by a list. */
struct piece {
	uint32_t lo, hi;
	uint32_t list;
};

struct cut {
	struct piece *pieces;
	uint32_t nr_pieces, cap_pieces;
	struct zt_slist **lists;
	uint32_t nr_lists, cap_lists;
	struct zt_u32s bounds; /* sorted, unique; item k is bounds[k] .. bounds[k + 1] - 1 */
	struct zt_u32s items;  /* of the list at hand */
	uint32_t *seen;	       /* [item] = 1 + last list that holds it, 0 none */
};

static int add_piece(struct cut *c, uint32_t lo, uint32_t hi)
{
	int err = zt_grow(&c->pieces, &c->cap_pieces, c->nr_pieces, sizeof(*c->pieces));

	if (err)
		return err;
	c->pieces[c->nr_pieces++] = (struct piece){ lo, hi, c->nr_lists };
	err = zt_u32s_add(&c->bounds, lo);
	return err ? err : zt_u32s_add(&c->bounds, hi);
}

static int add_service(struct cut *c, struct zt_slist *list, const struct zt_service *s)
{
	int err;

	switch (s->kind) {
	case ZT_SERVICE_TCP:
		return add_piece(c, ZT_SVC_TCP + s->lo, ZT_SVC_TCP + s->hi + 1);
	case ZT_SERVICE_UDP:
		return add_piece(c, ZT_SVC_UDP + s->lo, ZT_SVC_UDP + s->hi + 1);
	case ZT_SERVICE_ICMP_ECHO:
		err = add_piece(c, ZT_SVC_ICMP4 + 8, ZT_SVC_ICMP4 + 9);
		return err ? err : add_piece(c, ZT_SVC_ICMP6 + 128, ZT_SVC_ICMP6 + 129);
	case ZT_SERVICE_ICMP4:
		return add_piece(c, ZT_SVC_ICMP4 + s->lo, ZT_SVC_ICMP4 + s->hi + 1);
	case ZT_SERVICE_ICMP6:
		return add_piece(c, ZT_SVC_ICMP6 + s->lo, ZT_SVC_ICMP6 + s->hi + 1);
	case ZT_SERVICE_PROTO:
		return add_piece(c, ZT_SVC_PROTO + s->lo, ZT_SVC_PROTO + s->hi + 1);
	default:
		list->any = true;
		return 0;
	}
}

static int add_list(struct cut *c, struct zt_slist *list, const struct zt_services *from)
{
	int err = zt_grow(&c->lists, &c->cap_lists, c->nr_lists, sizeof(struct zt_slist *));

	if (list->used || err)
		return err;
	list->used = true;
	for (uint32_t i = 0; i < from->nr && !err; i++)
		err = add_service(c, list, &from->v[i]);
	c->lists[c->nr_lists++] = list;
	return err;
}

/* A rule's own list, else those of the applications it opens to. */
static int add_rule(struct zt_build *b, struct cut *c, uint32_t rule)
{
	const struct zt_policy_rule *r = &b->p->rules[rule];
	uint32_t i, app;
	int err = 0;

	if (r->services.nr)
		return add_list(c, &b->rule_services[rule], &r->services);
	for (i = 0; r->to.is_apps && i < r->to.apps.nr && !err; i++) {
		app = r->to.apps.v[i];
		err = add_list(c, &b->app_services[app], &b->p->apps[app].services);
	}
	return err;
}

static void unique(struct zt_u32s *l)
{
	uint32_t i, nr = 0;

	for (i = 0; i < l->nr; i++)
		if (!nr || l->v[nr - 1] != l->v[i])
			l->v[nr++] = l->v[i];
	l->nr = nr;
}

static uint32_t item_at(const struct cut *c, uint32_t bound)
{
	uint32_t lo = 0, hi = c->bounds.nr;

	while (lo + 1 < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (c->bounds.v[mid] <= bound)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* The items of the list that begins at piece i, each once; returns the next list's piece. */
static int list_items(struct cut *c, uint32_t i, uint32_t *ret_next)
{
	uint32_t k, list = c->pieces[i].list;
	int err;

	c->items.nr = 0;
	for (; i < c->nr_pieces && c->pieces[i].list == list; i++)
		for (k = item_at(c, c->pieces[i].lo); c->bounds.v[k] < c->pieces[i].hi; k++) {
			if (c->seen[k] == list + 1)
				continue;
			c->seen[k] = list + 1;
			err = zt_u32s_add(&c->items, k);
			if (err)
				return err;
		}
	*ret_next = i;
	return 0;
}

static int refine(struct cut *c, struct zt_partition *part)
{
	uint32_t i = 0;
	int err = 0;

	while (i < c->nr_pieces && !err) {
		err = list_items(c, i, &i);
		if (!err)
			zt_partition_refine(part, c->items.v, c->items.nr);
	}
	return err;
}

/* Classes from 1 in the order of their first index; fills the svc array and part->of. */
static int number_classes(struct zt_build *b, struct cut *c, struct zt_partition *part)
{
	uint32_t i, k, *number = calloc(part->nr + 1, sizeof(*number));

	if (!number)
		return -ENOMEM;
	b->image->nr_svc_classes = 1;
	for (k = 0; k < part->nr_items; k++) {
		uint32_t class = part->of[k];

		if (!c->seen[k]) {
			part->of[k] = 0;
			continue;
		}
		if (!number[class])
			number[class] = b->image->nr_svc_classes++;
		part->of[k] = number[class];
		for (i = c->bounds.v[k]; i < c->bounds.v[k + 1]; i++)
			b->image->svc[i] = number[class];
	}
	free(number);
	return 0;
}

static int list_classes(struct zt_build *b, struct cut *c, const struct zt_partition *part)
{
	uint32_t i = 0, k, *seen = calloc(b->image->nr_svc_classes, sizeof(*seen));
	struct zt_slist *list;
	int err = seen ? 0 : -ENOMEM;

	memset(c->seen, 0, part->nr_items * sizeof(*c->seen));
	while (i < c->nr_pieces && !err) {
		list = c->lists[c->pieces[i].list];
		err = list_items(c, i, &i);
		for (k = 0; k < c->items.nr && !err; k++) {
			uint32_t class = part->of[c->items.v[k]];

			if (seen[class] != i)
				err = zt_u32s_add(&list->classes, class);
			seen[class] = i;
		}
		zt_u32s_sort(&list->classes);
	}
	free(seen);
	return err;
}

static int classify(struct zt_build *b, struct cut *c)
{
	struct zt_partition part;
	int err;

	if (!c->bounds.nr) {
		b->image->nr_svc_classes = 1;
		return 0;
	}
	zt_u32s_sort(&c->bounds);
	unique(&c->bounds);
	c->seen = calloc(c->bounds.nr, sizeof(*c->seen));
	if (!c->seen)
		return -ENOMEM;
	err = zt_partition_init(&part, c->bounds.nr - 1);
	if (err)
		return err;
	err = refine(c, &part);
	if (!err)
		err = number_classes(b, c, &part);
	if (!err)
		err = list_classes(b, c, &part);
	zt_partition_free(&part);
	return err;
}

int zt_build_services(struct zt_build *b)
{
	struct cut c = { 0 };
	int err = 0;

	b->app_services = calloc(b->p->nr_apps + 1, sizeof(*b->app_services));
	b->rule_services = calloc(b->p->nr_rules + 1, sizeof(*b->rule_services));
	b->image->svc = calloc(ZT_SVC_MAX, sizeof(*b->image->svc));
	if (!b->app_services || !b->rule_services || !b->image->svc)
		return -ENOMEM;
	for (uint32_t i = 0; i < b->p->nr_rules && !err; i++)
		err = add_rule(b, &c, i);
	if (!err)
		err = classify(b, &c);
	free(c.pieces);
	free(c.lists);
	free(c.bounds.v);
	free(c.items.v);
	free(c.seen);
	return err;
}
