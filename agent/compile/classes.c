/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device classes: devices that are in the same of all device sets which rules
 * name cannot be told apart by a decision and share a number. 0 is kept for
 * unknown devices. Knows no applications, services or tables.
 */
#include "compile/compile.h"

struct named {
	const struct zt_set *set;
	uint32_t side; /* 2 * rule + (to) */
	bool all;
};

/* The parser shares the array of a set that many rules name: compare by it. */
static int by_array(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	if (x->all != y->all)
		return x->all - y->all;
	if (x->all)
		return 0;
	if (x->set->v != y->set->v)
		return (uintptr_t)x->set->v < (uintptr_t)y->set->v ? -1 : 1;
	return (x->set->nr > y->set->nr) - (x->set->nr < y->set->nr);
}

static uint32_t name_sides(const struct zt_policy *p, struct named *v)
{
	const struct zt_side *side;
	uint32_t i, nr = 0;

	for (i = 0; i < 2 * p->nr_rules; i++) {
		side = i & 1 ? &p->rules[i / 2].to : &p->rules[i / 2].from;
		if (side->is_apps)
			continue;
		v[nr++] = (struct named){
			.set = &side->devices,
			.side = i,
			.all = side->all_devices || side->devices.nr == p->nr_devices,
		};
	}
	return nr;
}

static int find_sets(struct zt_build *b)
{
	uint32_t i, nr;
	struct named *v = calloc(2 * b->p->nr_rules + 1, sizeof(*v));

	b->side_set = calloc(2 * b->p->nr_rules + 1, sizeof(*b->side_set));
	b->dsets = calloc(2 * b->p->nr_rules + 1, sizeof(*b->dsets));
	if (!v || !b->side_set || !b->dsets) {
		free(v);
		return -ENOMEM;
	}
	nr = name_sides(b->p, v);
	qsort(v, nr, sizeof(*v), by_array);
	for (i = 0; i < nr; i++) {
		if (!i || by_array(&v[i - 1], &v[i]))
			b->dsets[b->nr_dsets++] =
				(struct zt_dset){ .set = v[i].set, .all = v[i].all };
		b->side_set[v[i].side] = b->nr_dsets - 1;
	}
	free(v);
	return 0;
}

/* Numbers from 1 in the order of each class's first device: no trace of the refinement's order. */
static int number_classes(struct zt_build *b, const struct zt_partition *part)
{
	uint32_t *number = calloc(part->nr + 1, sizeof(*number));

	if (!number)
		return -ENOMEM;
	b->image->nr_dclasses = 1;
	for (uint32_t i = 0; i < part->nr_items; i++) {
		if (!number[part->of[i]])
			number[part->of[i]] = b->image->nr_dclasses++;
		b->dclass[i] = number[part->of[i]];
	}
	free(number);
	return 0;
}

static int list_classes(struct zt_build *b)
{
	uint32_t i, k, c, *seen = calloc(b->image->nr_dclasses, sizeof(*seen));
	struct zt_dset *s;
	int err = 0;

	if (!seen)
		return -ENOMEM;
	for (i = 0; i < b->nr_dsets && !err; i++) {
		s = &b->dsets[i];
		for (k = 0; k < s->set->nr && !s->all && !err; k++) {
			c = b->dclass[s->set->v[k]];
			if (seen[c] == i + 1)
				continue;
			seen[c] = i + 1;
			err = zt_u32s_add(&s->classes, c);
		}
		zt_u32s_sort(&s->classes);
	}
	free(seen);
	return err;
}

int zt_build_classes(struct zt_build *b)
{
	struct zt_partition part;
	int err = find_sets(b);

	if (err)
		return err;
	b->dclass = calloc(b->p->nr_devices + 1, sizeof(*b->dclass));
	if (!b->dclass)
		return -ENOMEM;
	err = zt_partition_init(&part, b->p->nr_devices);
	if (err)
		return err;
	for (uint32_t i = 0; i < b->nr_dsets; i++)
		if (!b->dsets[i].all)
			zt_partition_refine(&part, b->dsets[i].set->v, b->dsets[i].set->nr);
	err = number_classes(b, &part);
	zt_partition_free(&part);
	return err ? err : list_classes(b);
}
