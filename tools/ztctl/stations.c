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

static struct station *get(struct stations *s, const uint8_t *mac)
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

static void add_address(struct address_list *l, uint8_t family, const struct zt_addr *a)
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
	uint32_t from = get(s, f->smac) - s->v;
	struct station *a = &s->v[from], *b;

	a->frames++;
	if (f->family)
		add_address(&a->seen, f->family, &f->src);
	if (f->proto == ZT_PROTO_UDP && f->has_ports && f->sport == 67)
		a->is_dhcp_server = true;
	if (f->claim)
		add_address(&a->claimed, f->claim, &f->claimed);
	if (frame_is_group(f->dmac))
		return;
	b = get(s, f->dmac);
	a = &s->v[from]; /* the table may have moved */
	if (!f->family)
		return;
	add_address(&b->seen, f->family, &f->dst);
	if (a->device >= 0)
		b->meets_device = true;
	if (b->device >= 0)
		a->meets_device = true;
}

static bool is_gateway(const struct zt_policy *p, uint8_t family, const struct zt_addr *a)
{
	uint32_t i;

	for (i = 0; i < p->infra.gateways.nr; i++)
		if (zt_prefix_holds(&p->infra.gateways.v[i], family, a))
			return true;
	return false;
}

static bool answers_for_gateway(const struct zt_policy *p, const struct station *t)
{
	uint32_t i;

	for (i = 0; i < t->claimed.nr; i++)
		if (is_gateway(p, t->claimed.family[i], &t->claimed.v[i]))
			return true;
	return false;
}

/* How many addresses lie behind it, 0 when it can be an ordinary host. */
static uint32_t score(const struct zt_policy *p, const struct station *t)
{
	static const uint8_t none[6]; /* captures of a loopback device */
	uint32_t by_family[2] = {}, i, best;

	if (t->device >= 0 || frame_is_group(t->mac) || !memcmp(t->mac, none, 6))
		return 0;
	if (answers_for_gateway(p, t))
		return STATION_ADDRESSES + 1;
	for (i = 0; i < t->seen.nr; i++)
		by_family[t->seen.family[i] == 6]++;
	best = by_family[0] > by_family[1] ? by_family[0] : by_family[1];
	return best > 1 ? best : t->is_dhcp_server;
}

void stations_choose_router(struct stations *s, const uint8_t *mac)
{
	uint32_t i, best = 0;

	if (mac)
		s->router = get(s, mac) - s->v;
	for (i = 0; !mac && i < s->nr; i++) {
		uint32_t own = score(s->policy, &s->v[i]);

		if (own > best || (own && own == best && s->router >= 0 &&
				   s->v[i].frames > s->v[s->router].frames)) {
			best = own;
			s->router = i;
		}
	}
	s->router_is_gateway = s->router >= 0 && answers_for_gateway(s->policy, &s->v[s->router]);
}

/* Somebody else's by the policy: a device's, a gateway's, a single host of an application. */
static bool is_taken(const struct zt_policy *p, uint8_t family, const struct zt_addr *a)
{
	uint32_t i, k;

	if (is_gateway(p, family, a))
		return true;
	for (i = 0; i < p->nr_devices; i++)
		for (k = 0; k < p->devices[i].addresses.nr; k++)
			if (zt_prefix_holds(&p->devices[i].addresses.v[k], family, a))
				return true;
	for (i = 0; i < p->nr_apps; i++)
		for (k = 0; k < p->apps[i].hosts.nr; k++) {
			const struct zt_prefix *h = &p->apps[i].hosts.v[k];

			if (h->plen == (family == 4 ? 32 : 128) && zt_prefix_holds(h, family, a))
				return true;
		}
	return false;
}

static bool is_inside(const struct zt_policy *p, uint8_t family, const struct zt_addr *a)
{
	uint32_t i, k;

	for (i = 0; i < p->nr_segments; i++)
		for (k = 0; k < p->segments[i].subnets.nr; k++)
			if (zt_prefix_holds(&p->segments[i].subnets.v[k], family, a))
				return true;
	return false;
}

void stations_router_addresses(const struct stations *s, struct address_list *ret)
{
	const struct station *t;
	uint32_t i;

	*ret = (struct address_list){};
	if (s->router < 0)
		return;
	t = &s->v[s->router];
	for (i = 0; i < t->claimed.nr; i++)
		if (!is_taken(s->policy, t->claimed.family[i], &t->claimed.v[i]))
			add_address(ret, t->claimed.family[i], &t->claimed.v[i]);
	for (i = 0; i < t->seen.nr; i++)
		if (is_inside(s->policy, t->seen.family[i], &t->seen.v[i]) &&
		    !is_taken(s->policy, t->seen.family[i], &t->seen.v[i]))
			add_address(ret, t->seen.family[i], &t->seen.v[i]);
}
