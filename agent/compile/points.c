/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sides of a test as points: one for each class a side has members of, with
 * a device or an address that stands for it.
 */
#include "compile/tests.h"

static int add(struct zt_points *l, struct zt_point point)
{
	int err = zt_grow(&l->v, &l->cap, l->nr, sizeof(*l->v));

	if (!err)
		l->v[l->nr++] = point;
	return err;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

bool zt_side_has(const struct zt_side *side, uint32_t device)
{
	return side->all_devices ||
	       (side->devices.nr &&
		bsearch(&device, side->devices.v, side->devices.nr, sizeof(device), by_number));
}

int zt_walk_member(const struct zt_walk *w, uint32_t class, const struct zt_side *in, int other)
{
	for (uint32_t k = w->member_start[class]; k < w->member_start[class + 1]; k++)
		if ((int)w->members[k] != other && (!in || zt_side_has(in, w->members[k])))
			return w->members[k];
	return -1;
}

/* Device classes of a side, each with its first member there; mark: what class numbers get. */
static int add_classes(struct zt_walk *w, const struct zt_side *side, uint32_t mark,
		       struct zt_points *ret)
{
	uint32_t k, class, nr = side->all_devices ? w->p->nr_devices : side->devices.nr;
	uint8_t *seen = calloc(w->i->nr_dclasses + 1, 1);
	int err = seen ? 0 : -ENOMEM;

	for (k = 0; k < nr && !err; k++) {
		uint32_t device = side->all_devices ? k : side->devices.v[k];

		class = zt_image_dev(w->i, w->i->dev_of[device])->word.dclass;
		if (seen[class])
			continue;
		seen[class] = 1;
		err = add(ret,
			  (struct zt_point){ .class = mark | class, .device = device, .app = -1 });
	}
	free(seen);
	return err;
}

int zt_points_devices(struct zt_walk *w, const struct zt_side *side, struct zt_points *ret)
{
	int err = add_classes(w, side, 0, ret);

	if (!err && side->unknown)
		err = add(ret, (struct zt_point){ .device = -1, .app = -1 });
	return err;
}

int zt_points_others(struct zt_walk *w, const struct zt_side *side, struct zt_points *ret)
{
	uint32_t k, class;
	int err = 0;

	for (class = 1; class < w->i->nr_dclasses && !err; class ++)
		for (k = w->member_start[class]; k < w->member_start[class + 1]; k++)
			if (!zt_side_has(side, w->members[k])) {
				err = add(ret, (struct zt_point){ .class = class,
								  .device = w->members[k],
								  .app = -1 });
				break;
			}
	return err;
}

static int add_place(struct zt_points *ret, uint32_t class, uint32_t app, const struct zt_place *at)
{
	struct zt_point x = { .class = class, .device = -1, .app = app };
	int err = 0;

	if (at->families & ZT_FAMILY_4) {
		x.family = 4;
		x.addr = at->v4;
		err = add(ret, x);
	}
	if (!err && at->families & ZT_FAMILY_6) {
		x.family = 6;
		x.addr = at->v6;
		err = add(ret, x);
	}
	return err;
}

bool zt_set_has(const struct zt_set *s, uint32_t x)
{
	return s->nr && bsearch(&x, s->v, s->nr, sizeof(x), by_number);
}

void zt_set_put(struct zt_set *s, uint32_t x)
{
	uint32_t at = s->nr++;

	for (; at && s->v[at - 1] > x; at--)
		s->v[at] = s->v[at - 1];
	s->v[at] = x;
}

static int add_app(struct zt_walk *w, uint32_t app, struct zt_points *ret)
{
	int err = 0;

	if (w->p->apps[app].is_router)
		err = add(ret,
			  (struct zt_point){ .class = ZT_PCLASS_ROUTER, .device = -1, .app = app });
	for (uint32_t k = 0; k < w->i->nr_pclasses && !err; k++)
		if (zt_set_has(&w->i->pclass_apps[k], app))
			err = add_place(ret, ZT_PCLASS_FIRST + k, app, &w->places[k]);
	return err;
}

int zt_walk_device(const struct zt_walk *w, const struct zt_prefix *a)
{
	struct zt_host_word word = zt_image_lookup(w->i, a->family, &a->addr);

	return word.kind == ZT_KIND_DEVICE ? zt_image_device_of(w->i, word.id) : -1;
}

static int add_literal(struct zt_walk *w, const struct zt_prefix *a, struct zt_points *ret)
{
	return add(ret, (struct zt_point){
				.class = zt_image_pclass(w->i, a->family, &a->addr),
				.device = zt_walk_device(w, a),
				.app = -1,
				.literal = true,
				.family = a->family,
				.addr = a->addr,
			});
}

int zt_points_peers(struct zt_walk *w, const struct zt_side *side, struct zt_points *ret)
{
	int err = 0;
	uint32_t k;

	if (!side->is_apps)
		err = add_classes(w, side, ZT_PCLASS_DEVICE, ret);
	for (k = 0; k < side->apps.nr && !err; k++)
		err = add_app(w, side->apps.v[k], ret);
	for (k = 0; k < side->literals.nr && !err; k++)
		err = add_literal(w, &side->literals.v[k], ret);
	return err;
}

uint8_t zt_class_families(const struct zt_walk *w, uint32_t pclass)
{
	if (pclass >= ZT_PCLASS_FIRST && !(pclass & ZT_PCLASS_DEVICE))
		return w->places[pclass - ZT_PCLASS_FIRST].families;
	return ZT_FAMILY_4 | ZT_FAMILY_6;
}

uint8_t zt_point_families(const struct zt_point *x)
{
	if (!x->family)
		return ZT_FAMILY_4 | ZT_FAMILY_6;
	return x->family == 4 ? ZT_FAMILY_4 : ZT_FAMILY_6;
}
