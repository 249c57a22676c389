/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One MAC, one VLAN, one port: one device. The same MAC behind ports without a
 * common one is two machines (cloned cells have them) and no error here.
 */
#include <string.h>
#include "policy/checks.h"

struct seen {
	uint32_t device, next; /* next: 1 + index, 0 ends */
};
struct table {
	struct zt_parse *ps;
	struct seen *v;
	uint32_t nr;
	uint32_t *heads, size;
};

static uint32_t *head_of(const struct table *t, const uint8_t *mac, uint16_t vlan)
{
	uint8_t key[8];

	memcpy(key, mac, 6);
	memcpy(key + 6, &vlan, 2);
	return &t->heads[zt_hash(key, sizeof(key), (uintptr_t)t->ps) & (t->size - 1)];
}

static bool has_mac(const struct zt_device *d, const uint8_t *mac)
{
	for (uint32_t i = 0; i < d->nr_macs; i++)
		if (!memcmp(d->macs[i], mac, 6))
			return true;
	return false;
}

/* The first port both have, or -1. */
static int common_port(const struct zt_device *a, const struct zt_device *b)
{
	for (uint32_t i = 0, k = 0; i < a->ports.nr && k < b->ports.nr;) {
		if (a->ports.v[i] == b->ports.v[k])
			return a->ports.v[i];
		if (a->ports.v[i] < b->ports.v[k])
			i++;
		else
			k++;
	}
	return -1;
}

static void report(struct zt_parse *ps, uint32_t a, uint32_t b, const uint8_t *mac, int port)
{
	const struct zt_list *l = &ps->lists[ZT_DEVICES];
	struct zt_at section = zt_at_section(ps, ZT_DEVICES), object, at;
	uint32_t first = zt_is_later(&l->v[a], &l->v[b]) ? b : a, last = first == a ? b : a;
	uint16_t vlan = ps->p->devices[a].vlan;
	char tag[16] = "untagged";

	object = zt_at_object(&section, ZT_DEVICES, last);
	at = zt_at_key(ps, &object, "mac");
	if (vlan)
		snprintf(tag, sizeof(tag), "VLAN %u", vlan);
	zt_complain(&at,
		    "%02x:%02x:%02x:%02x:%02x:%02x is already \"%s\" (%s) on %s %s; a device is "
		    "one entry",
		    mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], l->v[first].id,
		    LINE_OF(&l->v[first], &l->v[last]), ps->p->interfaces[port].id, tag);
}

static void check_one(struct table *t, uint32_t device, const uint8_t *mac)
{
	const struct zt_device *d = &t->ps->p->devices[device], *other;
	uint32_t *head = head_of(t, mac, d->vlan);

	for (uint32_t i = *head; i; i = t->v[i - 1].next) {
		other = &t->ps->p->devices[t->v[i - 1].device];
		if (other == d || other->vlan != d->vlan || !has_mac(other, mac) ||
		    common_port(d, other) < 0)
			continue;
		report(t->ps, t->v[i - 1].device, device, mac, common_port(d, other));
		return;
	}
	t->v[t->nr++] = (struct seen){ device, *head };
	*head = t->nr;
}

void zt_check_macs(struct zt_parse *ps)
{
	struct table t = { .ps = ps, .size = 64 };
	uint32_t nr = 0;

	for (uint32_t i = 0; i < ps->p->nr_devices; i++)
		nr += ps->p->devices[i].nr_macs;
	while (t.size < nr)
		t.size *= 2;
	t.v = zt_arena_grow(ps->tmp, NULL, nr * sizeof(*t.v));
	t.heads = zt_arena_grow(ps->tmp, NULL, t.size * sizeof(*t.heads));
	memset(t.heads, 0, t.size * sizeof(*t.heads));
	for (uint32_t i = 0; i < ps->p->nr_devices; i++)
		for (uint32_t k = 0; k < ps->p->devices[i].nr_macs; k++)
			check_one(&t, i, ps->p->devices[i].macs[k]);
	zt_arena_drop(ps->tmp, t.v);
	zt_arena_drop(ps->tmp, t.heads);
}
