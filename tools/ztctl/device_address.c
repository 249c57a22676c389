/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An address to speak for a device with. Dynamic devices have none in the policy:
 * one of their segment's subnets is bound to them, as DHCP would.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "question.h"

#define TRIES 65536u
#define FOREVER (1u << 29) /* ticks */

static bool is_dynamic(const struct zt_device *d, uint8_t family)
{
	return family == 4 ? d->dynamic4 : d->dynamic6;
}

/* A single address, or one inside the cell behind the device. */
static bool find_static(const struct zt_device *d, uint8_t family, struct zt_addr *ret)
{
	uint32_t i;

	for (i = 0; i < d->addresses.nr; i++) {
		const struct zt_prefix *p = &d->addresses.v[i];

		if (p->family != family)
			continue;
		*ret = p->addr;
		if (p->plen < (family == 4 ? 31 : 127))
			ret->w[3] = htonl(ntohl(ret->w[3]) + 1);
		return true;
	}
	return false;
}

static bool is_learned(const struct zt_learned_entry *v, uint32_t nr, uint8_t family,
		       const struct zt_addr *a)
{
	uint32_t i;

	for (i = 0; i < nr; i++)
		if (v[i].key.family == family && !memcmp(&v[i].key.addr, a, sizeof(*a)))
			return true;
	return false;
}

/* Nobody's: no device, not the router, no single host of an application. */
static bool is_free(const struct world *w, uint8_t family, const struct zt_addr *a)
{
	struct zt_host_word word = zt_image_lookup(w->image, family, a);
	uint32_t i, k;

	if (word.kind == ZT_KIND_DEVICE || word.kind == ZT_KIND_ROUTER)
		return false;
	for (i = 0; i < w->policy->nr_apps; i++)
		for (k = 0; k < w->policy->apps[i].hosts.nr; k++) {
			const struct zt_prefix *p = &w->policy->apps[i].hosts.v[k];

			if (p->plen == (p->family == 4 ? 32 : 128) && zt_prefix_holds(p, family, a))
				return false;
		}
	return true;
}

static bool find_free(const struct world *w, const struct zt_segment *s, uint8_t family,
		      const struct zt_learned_entry *v, uint32_t nr, struct zt_addr *ret)
{
	uint32_t i, k;

	for (i = 0; i < s->subnets.nr; i++) {
		const struct zt_prefix *p = &s->subnets.v[i];

		if (p->family != family)
			continue;
		for (k = 10; k < TRIES; k++) {
			struct zt_addr a = p->addr;

			a.w[3] = htonl(ntohl(a.w[3]) + k);
			if (!zt_prefix_holds(p, family, &a))
				break;
			if (is_free(w, family, &a) && !is_learned(v, nr, family, &a)) {
				*ret = a;
				return true;
			}
		}
	}
	return false;
}

static int learn(struct world *w, uint32_t device, uint8_t family, const struct zt_addr *a)
{
	const struct zt_image_dev *dev = zt_image_dev(w->image, zt_image_dev_of(w->image, device));
	struct zt_learned_entry e = {
		.key = {.addr = *a, .family = family},
		.learned = {.expires = w->now + FOREVER, .how = ZT_HOW_DHCP},
	};
	uint32_t i;

	if (!dev)
		return -EADDRNOTAVAIL;
	e.learned.dev = dev->index;
	e.learned.serial = dev->serial;
	for (i = 0; i < w->image->nr_binds && !e.learned.bind; i++)
		if (w->image->binds[i].dev == dev->index)
			e.learned.bind = w->image->binds[i].index;
	return zt_maps_learn(w->maps, &e);
}

int device_address(struct world *w, uint32_t device, uint8_t family, struct zt_addr *ret)
{
	const struct zt_device *d = &w->policy->devices[device];
	uint32_t dev = zt_image_dev_of(w->image, device), nr = 0, i;
	struct zt_learned_entry *v = NULL;
	int r;

	if (find_static(d, family, ret))
		return 0;
	if (!is_dynamic(d, family))
		return -EADDRNOTAVAIL;
	r = zt_maps_learned(w->maps, w->now, &v, &nr);
	if (r < 0)
		return r;
	for (i = 0; i < nr; i++)
		if (v[i].learned.dev == dev && v[i].key.family == family) {
			*ret = v[i].key.addr;
			free(v);
			return 0;
		}
	r = -EADDRNOTAVAIL;
	if (find_free(w, &w->policy->segments[d->segment], family, v, nr, ret))
		r = learn(w, device, family, ret);
	free(v);
	return r;
}
