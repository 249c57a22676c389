/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who stands for whom. Addresses of one peer class are decided alike, so one is
 * enough; where classes begin and end can only be where some prefix does.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include "candidates.h"

void candidates_free(struct candidates *c)
{
	free(c->v);
	*c = (struct candidates){};
}

void candidates_add(struct candidates *c, const struct side *s)
{
	c->v = realloc(c->v, (c->nr + 1) * sizeof(*c->v));
	if (!c->v)
		abort();
	c->v[c->nr++] = *s;
}

static bool holds_app(const struct world *w, uint32_t pclass, uint32_t app)
{
	const struct zt_set *apps;
	uint32_t i;

	if (pclass < ZT_PCLASS_FIRST || pclass - ZT_PCLASS_FIRST >= w->image->nr_pclasses)
		return false;
	apps = &w->image->pclass_apps[pclass - ZT_PCLASS_FIRST];
	for (i = 0; i < apps->nr; i++)
		if (apps->v[i] == app)
			return true;
	return false;
}

/* Is this address of the application, and of a class not among those from `first` on. */
static void try_address(const struct world *w, uint32_t app, uint8_t family,
			const struct zt_addr *a, uint32_t first, struct candidates *c)
{
	struct zt_host_word word = zt_image_lookup(w->image, family, a);
	struct side s = {.kind = SIDE_ADDRESS, .family = family, .addr = *a};
	uint32_t i;

	if (word.kind != ZT_KIND_APP || !holds_app(w, word.id, app))
		return;
	for (i = first; i < c->nr; i++)
		if (c->v[i].kind == SIDE_ADDRESS && c->v[i].family == family &&
		    zt_image_lookup(w->image, family, &c->v[i].addr).id == word.id)
			return;
	candidates_add(c, &s);
}

/* First and last address of a prefix, and their neighbours. */
static void try_prefix(const struct world *w, uint32_t app, const struct zt_prefix *p,
		       uint32_t first, struct candidates *c)
{
	unsigned int bits = (p->family == 4 ? 96 : 0) + p->plen, i;
	struct zt_addr last = p->addr, beside;

	for (i = 0; i < 4; i++)
		if (bits <= 32 * i)
			last.w[i] = 0xffffffff;
		else if (bits < 32 * (i + 1))
			last.w[i] |= htonl(0xffffffffu >> (bits - 32 * i));
	try_address(w, app, p->family, &p->addr, first, c);
	try_address(w, app, p->family, &last, first, c);
	beside = p->addr;
	beside.w[3] = htonl(ntohl(beside.w[3]) + 1);
	try_address(w, app, p->family, &beside, first, c);
	beside = last;
	beside.w[3] = htonl(ntohl(beside.w[3]) + 1);
	try_address(w, app, p->family, &beside, first, c);
}

void candidates_of_app(const struct world *w, uint32_t app, struct candidates *c)
{
	static const char *const anywhere[] = {"8.8.8.8", "2001:4860:4860::8888"};
	const struct zt_policy *p = w->policy;
	uint32_t first = c->nr, i, k;
	struct zt_addr a;
	uint8_t family;

	if (p->apps[app].is_router)
		candidates_add(c, &(struct side){.kind = SIDE_ROUTER});
	for (i = 0; i < p->apps[app].hosts.nr; i++)
		try_prefix(w, app, &p->apps[app].hosts.v[i], first, c);
	for (i = 0; p->apps[app].is_internet && i < 2; i++)
		if (!zt_addr_parse(anywhere[i], &family, &a))
			try_address(w, app, family, &a, first, c);
	for (i = 0; i < p->nr_apps; i++) {
		for (k = 0; k < p->apps[i].hosts.nr; k++)
			try_prefix(w, app, &p->apps[i].hosts.v[k], first, c);
		for (k = 0; k < p->apps[i].except.nr; k++)
			try_prefix(w, app, &p->apps[i].except.v[k], first, c);
	}
}

static uint32_t class_of(const struct world *w, uint32_t device)
{
	const struct zt_image_dev *dev = zt_image_dev(w->image, zt_image_dev_of(w->image, device));

	return dev ? dev->word.dclass : 0;
}

/* Devices of one class may differ in the families they have: those stand apart. */
static uint32_t families_of(const struct zt_device *d)
{
	uint32_t i, mask = (d->dynamic4 ? 1 : 0) | (d->dynamic6 ? 2 : 0);

	for (i = 0; i < d->addresses.nr; i++)
		mask |= d->addresses.v[i].family == 4 ? 1 : 2;
	return mask;
}

void candidates_of_devices(const struct world *w, const struct zt_set *devices,
			   struct candidates *c)
{
	const struct zt_device *v = w->policy->devices;
	uint32_t i, k, first = c->nr;

	for (i = 0; i < devices->nr; i++) {
		uint32_t device = devices->v[i], class = class_of(w, device);

		for (k = first; k < c->nr; k++)
			if (class_of(w, c->v[k].device) == class &&
			    families_of(&v[c->v[k].device]) == families_of(&v[device]))
				break;
		if (k == c->nr)
			candidates_add(c, &(struct side){.kind = SIDE_DEVICE, .device = device});
	}
}

void candidates_of_side(const struct world *w, const struct zt_side *side, struct candidates *c)
{
	uint32_t i;

	if (!side->is_apps)
		candidates_of_devices(w, &side->devices, c);
	if (side->unknown)
		candidates_add(c, &(struct side){.kind = SIDE_UNKNOWN});
	for (i = 0; side->is_apps && i < side->apps.nr; i++)
		candidates_of_app(w, side->apps.v[i], c);
	for (i = 0; i < side->literals.nr; i++)
		candidates_add(c, &(struct side){.kind = SIDE_ADDRESS,
						 .family = side->literals.v[i].family,
						 .addr = side->literals.v[i].addr});
}
