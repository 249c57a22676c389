/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which index in the data path's arrays belongs to which device: kept from one
 * revision to the next, so that counters, flows and learned addresses stay with
 * their device. Knows no maps; the array sizes come from the environment.
 */
#include "compile/compile.h"

struct zt_numbers *zt_numbers_new(void)
{
	return calloc(1, sizeof(struct zt_numbers));
}

void zt_numbers_free(struct zt_numbers *n)
{
	if (!n)
		return;
	for (uint32_t i = 0; i < n->nr; i++)
		free(n->v[i].id);
	free(n->v);
	free(n);
}

struct zt_numbers *zt_numbers_copy(const struct zt_numbers *n)
{
	struct zt_numbers *c = zt_numbers_new();

	if (!c)
		return NULL;
	c->serial = n->serial;
	c->v = calloc(n->nr + 1, sizeof(*c->v));
	if (!c->v)
		goto err;
	for (; c->nr < n->nr; c->nr++) {
		c->v[c->nr] = n->v[c->nr];
		c->v[c->nr].id = strdup(n->v[c->nr].id);
		if (!c->v[c->nr].id)
			goto err;
	}
	return c;
err:
	zt_numbers_free(c);
	return NULL;
}

void zt_numbers_swap(struct zt_numbers *a, struct zt_numbers *b)
{
	struct zt_numbers t = *a;

	*a = *b;
	*b = t;
}

/*
 * Free indexes, smallest first. What the revision before used counts as taken
 * even when its owner is gone, so that the tables of both revisions can stand
 * side by side; only when nothing else is left, that is given out too.
 */
struct pool {
	uint8_t *taken;		 /* [index]: KEPT, OLD */
	uint32_t len, at, limit; /* limit 0: none */
	bool reuse;
};
#define KEPT 2
#define OLD 1

static int pool_mark(struct pool *p, uint32_t index, uint8_t what)
{
	uint32_t cap = p->len;
	int err;

	if (index >= p->len) {
		err = zt_grow(&p->taken, &p->len, index, 1);
		if (err)
			return err;
		memset(p->taken + cap, 0, p->len - cap);
	}
	if (p->taken[index] < what)
		p->taken[index] = what;
	return 0;
}

static int pool_take(struct pool *p, uint32_t *ret_index)
{
	for (;; p->at++) {
		if (p->limit && p->at >= p->limit && !p->reuse) {
			p->reuse = true;
			p->at = 1;
		}
		if (p->at >= p->len || p->taken[p->at] < (p->reuse ? KEPT : OLD))
			break;
	}
	*ret_index = p->at;
	return pool_mark(p, p->at, KEPT);
}

struct next {
	const struct zt_numbers *old;
	struct zt_numbers *new;
	struct pool devs, binds;
	uint32_t at; /* into old */
};

/* The old entry of this name, or NULL. Both sides are walked in the same order. */
static const struct zt_number *next_find(struct next *n, const char *id, bool is_port)
{
	const struct zt_number *o;
	int order;

	for (; n->at < n->old->nr; n->at++) {
		o = &n->old->v[n->at];
		order = o->is_port != is_port ? (int)o->is_port - is_port : strcmp(o->id, id);
		if (order > 0)
			return NULL;
		if (!order)
			return o;
	}
	return NULL;
}

/* Take over what stays; what is new keeps 0 until all that stays is known. */
static int next_keep(struct next *n, const char *id, bool is_port, const uint8_t (*macs)[6],
		     uint32_t nr_binds)
{
	const struct zt_number *o = next_find(n, id, is_port);
	struct zt_number *e = &n->new->v[n->new->nr];
	uint32_t i, k;
	int err;

	*e = (struct zt_number){ .id = strdup(id), .is_port = is_port, .nr_binds = nr_binds };
	if (!e->id)
		return -ENOMEM;
	n->new->nr++;
	for (i = 0; i < nr_binds && macs; i++)
		memcpy(e->binds[i].mac, macs[i], 6);
	if (!o)
		return 0;
	e->dev = o->dev;
	e->serial = o->serial;
	err = pool_mark(&n->devs, e->dev, KEPT);
	for (i = 0; i < nr_binds && !err; i++)
		for (k = 0; k < o->nr_binds; k++)
			if (!memcmp(o->binds[k].mac, e->binds[i].mac, 6)) {
				e->binds[i].bind = o->binds[k].bind;
				err = pool_mark(&n->binds, e->binds[i].bind, KEPT);
			}
	return err;
}

static int next_give(struct next *n, struct zt_number *e)
{
	int err = 0;

	if (!e->dev) {
		err = pool_take(&n->devs, &e->dev);
		e->serial = ++n->new->serial;
		if (!e->serial)
			e->serial = ++n->new->serial;
	}
	for (uint32_t i = 0; i < e->nr_binds && !err; i++)
		if (!e->binds[i].bind)
			err = pool_take(&n->binds, &e->binds[i].bind);
	return err;
}

static int next_all(struct next *n, const struct zt_policy *p)
{
	const struct zt_device *d;
	uint32_t i, k;
	int err = 0;

	for (i = 0; i < n->old->nr && !err; i++) {
		err = pool_mark(&n->devs, n->old->v[i].dev, OLD);
		for (k = 0; k < n->old->v[i].nr_binds && !err; k++)
			err = pool_mark(&n->binds, n->old->v[i].binds[k].bind, OLD);
	}
	for (i = 0; i < p->nr_devices && !err; i++) {
		d = &p->devices[i];
		err = d->nr_macs ? next_keep(n, d->id, false, d->macs, d->nr_macs) :
				   next_keep(n, d->id, false, NULL, 1);
	}
	for (i = 0; i < p->nr_interfaces && !err; i++)
		if (p->interfaces[i].role == ZT_ROLE_DEVICE)
			err = next_keep(n, p->interfaces[i].id, true, NULL, 1);
	for (i = 0; i < n->new->nr && !err; i++)
		err = next_give(n, &n->new->v[i]);
	return err;
}

int zt_numbers_next(const struct zt_numbers *old, const struct zt_policy *p,
		    const struct zt_env *env, struct zt_numbers **ret)
{
	struct next n = { .old = old, .new = zt_numbers_new() };
	int err = -ENOMEM;

	if (!n.new)
		return err;
	n.devs = (struct pool){ .at = 1, .limit = env->max_devices };
	n.binds = (struct pool){ .at = 1, .limit = env->max_binds };
	n.new->serial = old->serial;
	n.new->v = calloc(p->nr_devices + p->nr_interfaces + 1, sizeof(*n.new->v));
	if (n.new->v)
		err = next_all(&n, p);
	free(n.devs.taken);
	free(n.binds.taken);
	if (err) {
		zt_numbers_free(n.new);
		return err;
	}
	*ret = n.new;
	return 0;
}
