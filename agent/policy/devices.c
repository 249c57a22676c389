/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section "devices": one physical thing each, its identity and what people know
 * of it. Clashes between devices are checked later, with all of them at hand.
 */
#include <stdlib.h>
#include <string.h>
#include "policy/device.h"

static const struct zt_key keys[] = {
	ZT_KEY("name"), ZT_KEY("segment"), ZT_KEY("mac"), ZT_KEY("ports"), ZT_KEY("vlan"),
	ZT_KEY("addresses"), ZT_KEY("interface"), ZT_KEY("labels"), ZT_KEY("inventory"),
	ZT_KEY("limits"), ZT_LATER("pool"), {}
};

static void read_segment(const struct zt_at *at, struct zt_device *d)
{
	struct zt_at child;
	int segment;

	d->segment = at->ps->p->nr_segments - 1;
	if (zt_child(at, "segment", &child)) {
		segment = zt_ref(&child, ZT_SEGMENTS);
		if (segment >= 0)
			d->segment = segment;
	} else if (!json_object_object_get_ex(at->v, "segment", NULL) &&
		   !json_object_object_get_ex(at->v, "pool", NULL)) {
		zt_complain(&child, "missing; every device is in one segment");
	}
}

/* A port devices can be behind, or a message. */
static const struct zt_interface *port_of(const struct zt_at *at, int *ret_index)
{
	const struct zt_interface *i;

	*ret_index = zt_ref(at, ZT_INTERFACES);
	if (*ret_index < 0)
		return NULL;
	i = &at->ps->p->interfaces[*ret_index];
	if (i->role == ZT_ROLE_DEVICE)
		return i;
	if (i->role)
		zt_complain(at, "\"%s\" is %s; name an interface with role \"device\"", i->id,
			i->role == ZT_ROLE_UPLINK ? "an uplink" : "ignored");
	return NULL;
}

static const struct zt_interface *read_interface(const struct zt_at *at, struct zt_device *d)
{
	const struct zt_interface *i;
	int index;

	i = port_of(at, &index);
	if (!i)
		return NULL;
	if (!i->identity_ip) {
		zt_complain(at, "\"%s\" identifies by MAC; use \"mac\" and \"ports\"", i->id);
		return NULL;
	}
	d->ports.v = zt_arena_array(at->ps->arena, 1, sizeof(*d->ports.v));
	d->ports.v[d->ports.nr++] = index;
	return i;
}

static void read_ports(const struct zt_at *at, struct zt_device *d)
{
	uint32_t nr = zt_items(at, zt_section_words[ZT_INTERFACES].max, true);

	d->ports.v = zt_arena_array(at->ps->arena, nr, sizeof(*d->ports.v));
	for (uint32_t k = 0; k < nr; k++) {
		struct zt_at item = zt_item(at, k);
		int index;

		if (port_of(&item, &index))
			d->ports.v[d->ports.nr++] = index;
	}
	zt_sort_set(&d->ports);
}

/* The first port that goes by address, or NULL. */
static const struct zt_interface *ip_port(const struct zt_at *at, const struct zt_device *d)
{
	for (uint32_t k = 0; k < d->ports.nr; k++)
		if (at->ps->p->interfaces[d->ports.v[k]].identity_ip)
			return &at->ps->p->interfaces[d->ports.v[k]];
	return NULL;
}

static void by_address(const struct zt_at *at, const struct zt_interface *i,
		       const struct zt_at *mac, const struct zt_at *ports)
{
	const struct zt_at *wrong = mac->v ? mac : ports->v ? ports : NULL;

	if (wrong)
		zt_complain(wrong,
			    "\"%s\" identifies by address; use \"interface\" and \"addresses\"",
			    i->id);
}

static void by_mac(const struct zt_at *at, struct zt_device *d, const struct zt_at *mac,
		   const struct zt_at *ports)
{
	if (mac->v)
		zt_read_macs(mac, d);
	else if (!json_object_object_get_ex(at->v, "mac", NULL))
		zt_complain(mac, "missing; a device behind \"ports\" is known by its MAC");
	if (!ports->v && !json_object_object_get_ex(at->v, "ports", NULL))
		zt_complain(ports, "missing; name the interface it is behind");
}

static void read_identity(const struct zt_at *at, struct zt_device *d)
{
	struct zt_at mac, ports, interface;
	bool has_mac = zt_child(at, "mac", &mac), has_ports = zt_child(at, "ports", &ports);
	const struct zt_interface *i = NULL;

	if (zt_child(at, "interface", &interface)) {
		i = read_interface(&interface, d);
		if (i)
			by_address(at, i, &mac, &ports);
		return;
	}
	if (json_object_object_get_ex(at->v, "pool", NULL))
		return;
	if (!has_mac && !has_ports && !json_object_object_get_ex(at->v, "mac", NULL) &&
	    !json_object_object_get_ex(at->v, "ports", NULL)) {
		zt_complain(at, "has no identity; write \"mac\" and \"ports\", or \"interface\"");
		return;
	}
	if (has_ports)
		read_ports(&ports, d);
	i = ip_port(at, d);
	if (i)
		by_address(at, i, &mac, &ports);
	else
		by_mac(at, d, &mac, &ports);
}

static bool takes_vlan(const struct zt_interface *i, uint16_t vlan)
{
	for (uint32_t k = 0; k < i->nr_vlans; k++)
		if (i->vlans[k] == vlan)
			return true;
	return vlan == 0 && i->untagged;
}

static void vlan_list(const struct zt_interface *i, char *buf, size_t len)
{
	size_t n = 0;

	buf[0] = 0;
	for (uint32_t k = 0; k < i->nr_vlans && k < 8; k++)
		n += snprintf(buf + n, len - n, "%s%u", k ? ", " : "", i->vlans[k]);
	if (i->nr_vlans > 8)
		snprintf(buf + n, len - n, " ...");
}

static void check_vlan(const struct zt_at *at, const struct zt_device *d)
{
	char list[80];

	for (uint32_t k = 0; k < d->ports.nr; k++) {
		const struct zt_interface *i = &at->ps->p->interfaces[d->ports.v[k]];

		if (takes_vlan(i, d->vlan))
			continue;
		vlan_list(i, list, sizeof(list));
		if (!d->vlan)
			zt_complain(at,
				    "missing, and interfaces.%s takes only tags (%s); write one of "
				    "them",
				    i->id, list);
		else if (i->nr_vlans)
			zt_complain(
				at,
				"%u is not in interfaces.%s.vlans (%s); add it there or correct it",
				d->vlan, i->id, list);
		else
			zt_complain(
				at,
				"%u: interfaces.%s takes no tags; add \"vlans\" there or leave it "
				"out",
				d->vlan, i->id);
		return;
	}
}

static void read_vlan(const struct zt_at *at, struct zt_device *d)
{
	struct zt_at child;
	int vlan;

	if (zt_child(at, "vlan", &child)) {
		vlan = zt_number(&child, 1, 4094);
		if (vlan < 0)
			return;
		d->vlan = vlan;
	} else if (json_object_object_get_ex(at->v, "vlan", NULL)) {
		return; /* null, reported */
	}
	check_vlan(&child, d);
}

void zt_parse_device(const struct zt_at *at, uint32_t index)
{
	struct zt_device *d = &at->ps->p->devices[index];
	struct zt_at child;

	d->id = at->step.key;
	d->where = zt_where_of(at->ps, at->entry);
	if (!zt_object(at, keys))
		return;
	d->name = zt_keep_text(at, "name", ZT_NAME_MAX);
	d->note = zt_keep_text(at, "note", ZT_NOTE_MAX);
	read_segment(at, d);
	read_identity(at, d);
	read_vlan(at, d);
	if (zt_child(at, "addresses", &child))
		zt_read_addresses(&child, d);
	else if (!json_object_object_get_ex(at->v, "addresses", NULL))
		zt_complain(&child, "missing; list addresses, prefixes or \"dynamic\"");
	if (zt_child(at, "labels", &child))
		zt_read_labels(&child, d);
	if (zt_child(at, "inventory", &child))
		zt_read_inventory(&child, d);
	zt_read_limits(at, &d->limits);
}
