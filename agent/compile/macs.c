/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The MAC table: where each device's MAC may be, and which MACs are known in a
 * bridge. Knows no addresses and no rules.
 */
#include "compile/compile.h"

struct macs {
	struct zt_build *b;
	uint32_t cap;
};

static int add(struct macs *m, const uint8_t mac[6], uint16_t vlan, uint32_t where, uint32_t kind,
	       uint32_t bind)
{
	struct zt_image *i = m->b->image;
	struct zt_image_mac *e;
	int err = zt_grow(&i->macs, &m->cap, i->nr_macs, sizeof(*i->macs));

	if (err)
		return err;
	e = &i->macs[i->nr_macs++];
	*e = (struct zt_image_mac){ .key = { .vlan = vlan, .where = where },
				    .kind = kind,
				    .bind = bind };
	memcpy(e->key.mac, mac, 6);
	return 0;
}

/* On each of its ports that exist, and in each bridge these are in. */
static int add_device_mac(struct macs *m, uint32_t device, uint32_t k)
{
	const struct zt_build *b = m->b;
	const struct zt_device *d = &b->p->devices[device];
	const struct zt_env_port *e;
	uint32_t i, bind = b->numbers->v[device].binds[k].bind;
	int err = 0;

	for (i = 0; i < d->ports.nr && !err; i++) {
		e = b->ports[d->ports.v[i]];
		if (!e)
			continue;
		err = add(m, d->macs[k], d->vlan, e->ifindex, ZT_MAC_DEVICE, bind);
		if (!err)
			err = add(m, d->macs[k], d->vlan, ZT_IN_ZONE | e->zone, ZT_MAC_DEVICE,
				  bind);
	}
	return err;
}

/*
 * The router's MACs in a zone: of the interface that routes for a device port,
 * and of bridge, VLAN and bond interfaces there, on every VLAN accepted in it.
 */
static int add_router_mac(struct macs *m, const struct zt_env_port *e)
{
	static const uint8_t none[6];
	const struct zt_u32s *zones = &m->b->zones;
	uint32_t i;
	int err;

	if (!memcmp(e->mac, none, 6))
		return 0;
	err = add(m, e->mac, 0, ZT_IN_ZONE | e->zone, ZT_MAC_ROUTER, 0);
	if (!err && e->vlan)
		err = add(m, e->mac, e->vlan, ZT_IN_ZONE | e->zone, ZT_MAC_ROUTER, 0);
	for (i = 0; i < zones->nr && !err; i++)
		if (zones->v[i] >> 12 == e->zone && (zones->v[i] & 0xfff))
			err = add(m, e->mac, zones->v[i] & 0xfff, ZT_IN_ZONE | e->zone,
				  ZT_MAC_ROUTER, 0);
	return err;
}

/* The router before devices, else the smaller binding: the order of settle(). */
static int by_key(const void *a, const void *b)
{
	const struct zt_image_mac *x = a, *y = b;
	int order = memcmp(&x->key, &y->key, sizeof(x->key));

	if (order)
		return order;
	if (x->kind != y->kind)
		return x->kind == ZT_MAC_ROUTER ? -1 : 1;
	return (x->bind > y->bind) - (x->bind < y->bind);
}

static void settle(struct zt_image *i)
{
	uint32_t k, nr = 0;

	if (i->nr_macs)
		qsort(i->macs, i->nr_macs, sizeof(*i->macs), by_key);
	for (k = 0; k < i->nr_macs; k++)
		if (!nr || memcmp(&i->macs[nr - 1].key, &i->macs[k].key, sizeof(i->macs[k].key)))
			i->macs[nr++] = i->macs[k];
	i->nr_macs = nr;
}

int zt_build_macs(struct zt_build *b)
{
	struct macs m = { .b = b };
	const struct zt_env_port *e;
	uint32_t i, k;
	int err = 0;

	for (i = 0; i < b->p->nr_devices && !err; i++)
		for (k = 0; k < b->p->devices[i].nr_macs && !err; k++)
			err = add_device_mac(&m, i, k);
	for (i = 0; i < b->p->nr_interfaces && !err; i++)
		if (b->ports[i])
			err = add_router_mac(&m, b->ports[i]);
	for (i = 0; i < b->env->nr_ports && !err; i++) {
		e = &b->env->ports[i];
		if (e->role == ZT_ROLE_UPPER)
			err = add_router_mac(&m, e);
	}
	if (!err)
		settle(b->image);
	return err;
}
