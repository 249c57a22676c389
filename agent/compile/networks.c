/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Collects every address and prefix of the policy as marks in one sorted array.
 * What a mark means for the tables is the sweep's business.
 */
#include "compile/networks.h"

static int add(struct zt_marks *m, const struct zt_prefix *p, uint8_t kind, uint32_t id)
{
	int err = zt_grow(&m->v, &m->cap, m->nr, sizeof(*m->v));

	if (err)
		return err;
	m->v[m->nr++] = (struct zt_mark){
		.addr = p->addr,
		.family = p->family,
		.bits = p->plen + (p->family == 4 ? 96 : 0),
		.kind = kind,
		.id = id,
	};
	return 0;
}

static int add_all(struct zt_marks *m, const struct zt_prefixes *p, uint8_t kind, uint32_t id)
{
	int err = 0;

	for (uint32_t i = 0; i < p->nr && !err; i++)
		err = add(m, &p->v[i], kind, id);
	return err;
}

static int add_ranges(struct zt_marks *m, const struct zt_range *r, uint32_t nr, uint8_t kind)
{
	int err = 0;

	for (uint32_t i = 0; i < nr && !err; i++) {
		struct zt_prefix p = zt_range_prefix(&r[i]);

		err = add(m, &p, kind, 0);
	}
	return err;
}

static int by_place(const void *a, const void *b)
{
	const struct zt_mark *x = a, *y = b;
	int order;

	if (x->family != y->family)
		return x->family - y->family;
	order = memcmp(&x->addr, &y->addr, sizeof(x->addr));
	if (order)
		return order;
	if (x->bits != y->bits)
		return x->bits - y->bits;
	if (x->kind != y->kind)
		return x->kind - y->kind;
	return (x->id > y->id) - (x->id < y->id);
}

int zt_marks_collect(const struct zt_policy *p, struct zt_marks *ret)
{
	struct zt_marks m = { 0 };
	int err = add_ranges(&m, zt_internet_hosts, zt_internet_nr_hosts, ZT_MARK_INTERNET);
	uint32_t i;

	if (!err)
		err = add_ranges(&m, zt_internet_except, zt_internet_nr_except,
				 ZT_MARK_NOT_INTERNET);
	for (i = 0; i < p->nr_segments && !err; i++) {
		err = add_all(&m, &p->segments[i].subnets, ZT_MARK_SEGMENT, i);
		if (!err)
			err = add_all(&m, &p->segments[i].subnets, ZT_MARK_NOT_INTERNET, 0);
	}
	for (i = 0; i < p->nr_devices && !err; i++)
		err = add_all(&m, &p->devices[i].addresses, ZT_MARK_DEVICE, i);
	for (i = 0; i < p->nr_apps && !err; i++) {
		err = add_all(&m, &p->apps[i].hosts, ZT_MARK_HOST, i);
		if (!err)
			err = add_all(&m, &p->apps[i].except, ZT_MARK_EXCEPT, i);
	}
	if (!err)
		err = add_all(&m, &p->infra.gateways, ZT_MARK_GATEWAY, 0);
	if (err) {
		free(m.v);
		return err;
	}
	qsort(m.v, m.nr, sizeof(*m.v), by_place);
	*ret = m;
	return 0;
}

int zt_build_networks(struct zt_build *b)
{
	struct zt_marks m;
	int err = zt_marks_collect(b->p, &m);

	if (err)
		return err;
	err = zt_marks_sweep(b, &m);
	free(m.v);
	return err;
}
