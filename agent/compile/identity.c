/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices and their bindings, and one pseudo device per device port that stands
 * for whoever is not listed there.
 */
#include "compile/compile.h"

static bool is_dhcp_server(const struct zt_policy *p, uint32_t device)
{
	for (uint32_t i = 0; i < p->infra.dhcp_devices.nr; i++)
		if (p->infra.dhcp_devices.v[i] == device)
			return true;
	return false;
}

static uint8_t device_flags(const struct zt_policy *p, uint32_t device)
{
	const struct zt_device *d = &p->devices[device];
	uint8_t flags = (d->dynamic4 ? ZT_DEV_DYNAMIC4 : 0) |
			(d->dynamic6 ? ZT_DEV_DYNAMIC6 | ZT_DEV_IPV6 : 0);

	for (uint32_t i = 0; i < d->addresses.nr; i++)
		if (d->addresses.v[i].family == 6)
			flags |= ZT_DEV_IPV6;
	return is_dhcp_server(p, device) ? flags | ZT_DEV_DHCP_SERVER : flags;
}

static uint32_t first_ifindex(const struct zt_build *b, const struct zt_device *d)
{
	for (uint32_t i = 0; i < d->ports.nr; i++)
		if (b->ports[d->ports.v[i]])
			return b->ports[d->ports.v[i]]->ifindex;
	return 0;
}

static void add_device(struct zt_build *b, uint32_t device, struct zt_limits limits)
{
	const struct zt_device *d = &b->p->devices[device];
	const struct zt_number *n = &b->numbers->v[device];
	struct zt_image *i = b->image;

	i->devs[i->nr_devs++] = (struct zt_image_dev){
		.index = n->dev,
		.serial = n->serial,
		.word = { .dclass = b->dclass[device],
			  .segment = d->segment,
			  .mode = b->p->segments[d->segment].mode,
			  .flags = device_flags(b->p, device),
			  .limits = limits },
		.device = device,
		.interface = ZT_NONE,
	};
	for (uint32_t k = 0; k < n->nr_binds; k++) {
		struct zt_image_bind *bind = &i->binds[i->nr_binds++];

		*bind = (struct zt_image_bind){ .index = n->binds[k].bind,
						.vlan = d->vlan,
						.ifindex = first_ifindex(b, d),
						.dev = n->dev,
						.flags = d->nr_macs ? 0 : ZT_BIND_IP };
		memcpy(bind->mac, n->binds[k].mac, 6);
	}
}

/* The unknown devices of a port: class 0, judged in the port's unknown_segment. */
static void add_unknown(struct zt_build *b, uint32_t interface, const struct zt_number *n)
{
	const struct zt_interface *f = &b->p->interfaces[interface];
	const struct zt_env_port *e = b->ports[interface];
	struct zt_image *i = b->image;
	uint32_t k;

	i->devs[i->nr_devs++] = (struct zt_image_dev){
		.index = n->dev,
		.serial = n->serial,
		.word = { .segment = f->unknown_segment,
			  .mode = b->p->segments[f->unknown_segment].mode,
			  .flags = ZT_DEV_UNKNOWN,
			  .limits = zt_segment_limits(b->p, f->unknown_segment) },
		.device = ZT_NONE,
		.interface = interface,
	};
	i->binds[i->nr_binds++] = (struct zt_image_bind){
		.index = n->binds[0].bind,
		.ifindex = e ? e->ifindex : 0,
		.dev = n->dev,
		.flags = ZT_BIND_UNKNOWN | (f->identity_ip ? ZT_BIND_IP : 0),
	};
	for (k = 0; k < i->nr_ports && e; k++)
		if (i->ports[k].ifindex == e->ifindex)
			i->ports[k].unknown_bind = n->binds[0].bind;
}

static int by_dev(const void *a, const void *b)
{
	const struct zt_image_dev *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static int by_bind(const void *a, const void *b)
{
	const struct zt_image_bind *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

int zt_build_devices(struct zt_build *b)
{
	const struct zt_numbers *n = b->numbers;
	struct zt_image *i = b->image;
	uint32_t k, nr_binds = 0, at = b->p->nr_devices;
	struct zt_limits *limits;

	for (k = 0; k < n->nr; k++)
		nr_binds += n->v[k].nr_binds;
	i->devs = calloc(n->nr + 1, sizeof(*i->devs));
	i->binds = calloc(nr_binds + 1, sizeof(*i->binds));
	if (!i->devs || !i->binds || zt_policy_limits(b->p, &limits))
		return -ENOMEM;
	for (k = 0; k < b->p->nr_devices; k++)
		add_device(b, k, limits[k]);
	free(limits);
	for (k = 0; k < b->p->nr_interfaces; k++)
		if (b->p->interfaces[k].role == ZT_ROLE_DEVICE)
			add_unknown(b, k, &n->v[at++]);
	qsort(i->devs, i->nr_devs, sizeof(*i->devs), by_dev);
	qsort(i->binds, i->nr_binds, sizeof(*i->binds), by_bind);
	return 0;
}
