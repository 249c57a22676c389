/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which station of a capture stands where this router would: the one that others
 * are reached through. A guess, told to the user, who may name it instead.
 */
#include <string.h>
#include "stations.h"

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
		s->router = stations_get(s, mac) - s->v;
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
			address_list_add(ret, t->claimed.family[i], &t->claimed.v[i]);
	for (i = 0; i < t->seen.nr; i++)
		if (is_inside(s->policy, t->seen.family[i], &t->seen.v[i]) &&
		    !is_taken(s->policy, t->seen.family[i], &t->seen.v[i]))
			address_list_add(ret, t->seen.family[i], &t->seen.v[i]);
}
