/* SPDX-License-Identifier: GPL-2.0 */
/* The table of stations, filled frame by frame. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include "stations.h"
#include "zt_key.h"

static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

static uint32_t hash(const uint8_t *mac)
{
	uint64_t v = 0;

	memcpy(&v, mac, 6);
	return (uint32_t)((v * 0x9e3779b97f4a7c15ull) >> 32);
}

static uint32_t slot_of(const struct stations *s, const uint8_t *mac)
{
	uint32_t i = hash(mac) & (s->nr_slots - 1);

	while (s->slots[i] && memcmp(s->v[s->slots[i] - 1].mac, mac, 6))
		i = (i + 1) & (s->nr_slots - 1);
	return i;
}

static void grow(struct stations *s)
{
	uint32_t i;

	free(s->slots);
	s->nr_slots = s->nr_slots ? s->nr_slots * 2 : 256;
	s->slots = must(calloc(s->nr_slots, sizeof(*s->slots)));
	s->v = must(realloc(s->v, s->nr_slots / 2 * sizeof(*s->v)));
	for (i = 0; i < s->nr; i++)
		s->slots[slot_of(s, s->v[i].mac)] = i + 1;
}

static int find_device(const struct zt_policy *p, const uint8_t *mac)
{
	uint32_t i, k;

	for (i = 0; i < p->nr_devices; i++)
		for (k = 0; k < p->devices[i].nr_macs; k++)
			if (!memcmp(p->devices[i].macs[k], mac, 6))
				return i;
	return -1;
}

struct station *stations_get(struct stations *s, const uint8_t *mac)
{
	uint32_t i = slot_of(s, mac);
	struct station *t;

	if (s->slots[i])
		return &s->v[s->slots[i] - 1];
	if (s->nr + 1 > s->nr_slots / 2) {
		grow(s);
		i = slot_of(s, mac);
	}
	t = &s->v[s->nr++];
	*t = (struct station){.device = find_device(s->policy, mac)};
	memcpy(t->mac, mac, 6);
	s->slots[i] = s->nr;
	return t;
}

void stations_init(struct stations *s, const struct zt_policy *p)
{
	*s = (struct stations){.policy = p, .router = -1};
	grow(s);
}

void stations_free(struct stations *s)
{
	free(s->v);
	free(s->slots);
}

struct station *stations_find(const struct stations *s, const uint8_t *mac)
{
	uint32_t i = s->slots[slot_of(s, mac)];

	return i ? &s->v[i - 1] : NULL;
}

static bool is_unicast(uint8_t family, const struct zt_addr *a)
{
	const uint8_t *b = (const uint8_t *)a;

	if (family == 6)
		return b[0] != 0xff && b[0] != 0xfe && (a->w[0] || a->w[1] || a->w[2]);
	return b[12] && b[12] < 224 && b[12] != 127 && !(b[12] == 169 && b[13] == 254);
}

void address_list_add(struct address_list *l, uint8_t family, const struct zt_addr *a)
{
	uint32_t i;

	if (!is_unicast(family, a))
		return;
	for (i = 0; i < l->nr; i++)
		if (l->family[i] == family && !memcmp(&l->v[i], a, sizeof(*a)))
			return;
	if (l->nr == STATION_ADDRESSES)
		return;
	l->v[l->nr] = *a;
	l->family[l->nr++] = family;
}

void stations_note(struct stations *s, const struct frame *f)
{
	uint32_t from = stations_get(s, f->smac) - s->v;
	struct station *a = &s->v[from], *b;

	a->frames++;
	if (f->family)
		address_list_add(&a->seen, f->family, &f->src);
	if (f->proto == ZT_PROTO_UDP && f->has_ports && f->sport == 67)
		a->is_dhcp_server = true;
	if (f->claim)
		address_list_add(&a->claimed, f->claim, &f->claimed);
	if (frame_is_group(f->dmac))
		return;
	b = stations_get(s, f->dmac);
	a = &s->v[from]; /* the table may have moved */
	if (!f->family)
		return;
	address_list_add(&b->seen, f->family, &f->dst);
	if (a->device >= 0)
		b->meets_device = true;
	if (b->device >= 0)
		a->meets_device = true;
}
