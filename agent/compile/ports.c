/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports as the data path sees them: the policy's roles joined with the machine's
 * interfaces, their VLANs, and the zones in which devices can be.
 */
#include "compile/compile.h"

/* The built-in mode order makes the greater number the stricter one. */
static uint8_t group_mode(const struct zt_build *b, uint32_t interface, const uint8_t *strictest)
{
	uint32_t unknown = b->p->interfaces[interface].unknown_segment;

	return strictest[interface] ? strictest[interface] : b->p->segments[unknown].mode;
}

static int strictest_modes(const struct zt_policy *p, uint8_t **ret)
{
	uint8_t mode, *v = calloc(p->nr_interfaces + 1, 1);
	uint32_t i, k;

	if (!v)
		return -ENOMEM;
	for (i = 0; i < p->nr_devices; i++) {
		const struct zt_device *d = &p->devices[i];

		mode = p->segments[d->segment].mode;
		for (k = 0; k < d->ports.nr; k++)
			if (v[d->ports.v[k]] < mode)
				v[d->ports.v[k]] = mode;
	}
	*ret = v;
	return 0;
}

static int find_interface(const struct zt_policy *p, const char *name)
{
	for (uint32_t i = 0; i < p->nr_interfaces; i++)
		if (!strcmp(p->interfaces[i].id, name))
			return i;
	return -1;
}

static int by_ifindex(const void *a, const void *b)
{
	const struct zt_image_port *x = a, *y = b;

	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

static int by_vlan_key(const void *a, const void *b)
{
	const struct zt_image_vlan *x = a, *y = b;

	return memcmp(&x->key, &y->key, sizeof(x->key));
}

/* Is a device of infrastructure.dhcp listed on this interface: clients' broadcasts go there. */
static bool has_dhcp_server(const struct zt_policy *p, uint32_t interface)
{
	const struct zt_set *servers = &p->infra.dhcp_devices;
	uint32_t i, k;

	for (i = 0; i < servers->nr; i++) {
		const struct zt_set *ports = &p->devices[servers->v[i]].ports;

		for (k = 0; k < ports->nr; k++)
			if (ports->v[k] == interface)
				return true;
	}
	return false;
}

/* A device port: its VLANs and the zones they put its devices in. */
static int add_device_port(struct zt_build *b, const struct zt_env_port *e,
			   const struct zt_interface *f, uint32_t *cap)
{
	struct zt_image *i = b->image;
	uint32_t k;
	int err = f->untagged ? zt_u32s_add(&b->zones, ZT_ZONE(e->zone, 0)) : 0;

	for (k = 0; k < f->nr_vlans && !err; k++) {
		err = zt_grow(&i->vlans, cap, i->nr_vlans, sizeof(*i->vlans));
		if (err)
			return err;
		i->vlans[i->nr_vlans++] =
			(struct zt_image_vlan){ .key = { e->ifindex, f->vlans[k] } };
		err = zt_u32s_add(&b->zones, ZT_ZONE(e->zone, f->vlans[k]));
	}
	return err;
}

static struct zt_port_word port_word(const struct zt_env_port *e, const struct zt_interface *f)
{
	struct zt_port_word w = { .role = e->role ? e->role : f->role };

	w.flags = (e->mixed ? ZT_PORT_MIXED : 0) | (e->raw_ip ? ZT_PORT_RAW_IP : 0) |
		  (f && f->fast_forward && !e->role && !e->not_fast ? ZT_PORT_FAST : 0);
	if (w.role == ZT_ROLE_DEVICE) {
		w.flags |= (f->untagged ? ZT_PORT_UNTAGGED : 0) |
			   (f->identity_ip ? ZT_PORT_IDENTITY_IP : 0);
		w.l2 = f->l2 | (e->bond ? ZT_L2_LACP : 0);
	}
	return w;
}

static int add_port(struct zt_build *b, const struct zt_env_port *e, const uint8_t *strictest,
		    uint32_t *cap_vlans)
{
	int interface = find_interface(b->p, e->name);
	struct zt_image *i = b->image;
	struct zt_image_port *port = &i->ports[i->nr_ports];

	if (interface < 0 && !e->role)
		return 0;
	*port = (struct zt_image_port){
		.ifindex = e->ifindex,
		.word = port_word(e, interface < 0 ? NULL : &b->p->interfaces[interface]),
		.zone = e->zone,
		.l3_ifindex = e->l3_ifindex,
	};
	if (port->word.flags & ZT_PORT_FAST)
		memcpy(port->mac, e->mac, sizeof(port->mac));
	i->nr_ports++;
	if (port->word.role != ZT_ROLE_DEVICE)
		return 0;
	port->word.group_mode = group_mode(b, interface, strictest);
	if (has_dhcp_server(b->p, interface))
		port->word.flags |= ZT_PORT_DHCP;
	b->ports[interface] = e;
	return add_device_port(b, e, &b->p->interfaces[interface], cap_vlans);
}

static void unique_zones(struct zt_u32s *l)
{
	uint32_t i, nr = 0;

	zt_u32s_sort(l);
	for (i = 0; i < l->nr; i++)
		if (!nr || l->v[nr - 1] != l->v[i])
			l->v[nr++] = l->v[i];
	l->nr = nr;
}

int zt_build_ports(struct zt_build *b)
{
	struct zt_image *i = b->image;
	uint32_t k, cap_vlans = 0;
	uint8_t *strictest;
	int err = strictest_modes(b->p, &strictest);

	if (err)
		return err;
	b->ports = calloc(b->p->nr_interfaces + 1, sizeof(*b->ports));
	i->ports = calloc(b->env->nr_ports + 1, sizeof(*i->ports));
	if (!b->ports || !i->ports)
		err = -ENOMEM;
	for (k = 0; k < b->env->nr_ports && !err; k++)
		err = add_port(b, &b->env->ports[k], strictest, &cap_vlans);
	free(strictest);
	if (err)
		return err;
	qsort(i->ports, i->nr_ports, sizeof(*i->ports), by_ifindex);
	if (i->nr_vlans)
		qsort(i->vlans, i->nr_vlans, sizeof(*i->vlans), by_vlan_key);
	unique_zones(&b->zones);
	return 0;
}
