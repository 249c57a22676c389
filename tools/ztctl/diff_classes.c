/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The classes two compiled policies have in common: every device, address and
 * service falls into one pair (class in the old, class in the new). Two of the
 * same pair are decided alike by both, so one of them stands for all.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include "diff_classes.h"

static void free_classes(struct diff_classes *c)
{
	uint32_t i;

	for (i = 0; i < c->nr; i++)
		free(c->v[i].name);
	free(c->v);
}

void diff_questions_free(struct diff_questions *q)
{
	free_classes(&q->devices);
	free_classes(&q->peers);
	free_classes(&q->services);
	free(q->new_of_old);
	free(q->class_of);
}

struct diff_class *diff_add_class(struct diff_classes *c, uint32_t old, uint32_t new,
				  const char *name)
{
	uint32_t i;

	for (i = 0; i < c->nr; i++)
		if (c->v[i].of[0] == old && c->v[i].of[1] == new) {
			c->v[i].nr++;
			return &c->v[i];
		}
	c->v = diff_must(realloc(c->v, (c->nr + 1) * sizeof(*c->v)));
	c->v[c->nr++] =
		(struct diff_class){.of = {old, new}, .nr = 1, .name = diff_must(strdup(name))};
	return &c->v[c->nr - 1];
}

/* "cam-1 and 3 more". */
static void count_names(struct diff_classes *c)
{
	uint32_t i;

	for (i = 0; i < c->nr; i++) {
		char *text;

		if (c->v[i].nr == 1)
			continue;
		if (asprintf(&text, "%s and %u more like it", c->v[i].name, c->v[i].nr - 1) < 0)
			abort();
		free(c->v[i].name);
		c->v[i].name = text;
	}
}

static uint32_t class_of_device(const struct zt_image *image, uint32_t device)
{
	const struct zt_image_dev *dev = zt_image_dev(image, zt_image_dev_of(image, device));

	return dev ? dev->word.dclass : 0;
}

static void find_devices(const struct diff_side *old, const struct diff_side *new,
			 struct diff_questions *q)
{
	uint32_t i;

	for (i = 0; i < old->policy->nr_devices; i++)
		q->new_of_old[i] = ZT_NONE;
	for (i = 0; i < new->policy->nr_devices; i++) {
		const char *id = new->policy->devices[i].id;
		int before = zt_policy_device(old->policy, id);
		uint32_t a, b;

		q->class_of[i] = ZT_NONE;
		if (before < 0)
			continue;
		q->new_of_old[before] = i;
		a = class_of_device(old->image, before);
		b = class_of_device(new->image, i);
		q->class_of[i] = diff_add_class(&q->devices, a, b, id) - q->devices.v;
		diff_add_class(&q->peers, ZT_PCLASS_DEVICE | a, ZT_PCLASS_DEVICE | b, id);
	}
	q->nr_device_peers = q->peers.nr;
	diff_add_class(&q->devices, 0, 0, "unknown devices");
	count_names(&q->devices);
	count_names(&q->peers);
}

static uint32_t class_of_address(const struct zt_image *image, uint8_t family,
				 const struct zt_addr *a)
{
	struct zt_host_word w = zt_image_lookup(image, family, a);

	switch (w.kind) {
	case ZT_KIND_ROUTER:
		return ZT_PCLASS_ROUTER;
	case ZT_KIND_APP:
		return w.id;
	case ZT_KIND_DEVICE:
		return ZT_NONE;
	default:
		return ZT_PCLASS_NONE;
	}
}

static char *name_of_class(const struct diff_side *s, uint32_t class)
{
	const struct zt_set *apps;
	char *text = NULL;
	size_t len;
	uint32_t i;
	FILE *f;

	if (class < ZT_PCLASS_FIRST || class - ZT_PCLASS_FIRST >= s->image->nr_pclasses)
		return NULL;
	apps = &s->image->pclass_apps[class - ZT_PCLASS_FIRST];
	f = diff_must(open_memstream(&text, &len));
	for (i = 0; i < apps->nr; i++)
		fprintf(f, "%s%s", i ? "+" : "", s->policy->apps[apps->v[i]].id);
	fclose(f);
	return text;
}

static void add_address(const struct diff_side *old, const struct diff_side *new, uint8_t family,
			const struct zt_addr *a, struct diff_classes *peers)
{
	uint32_t was = class_of_address(old->image, family, a);
	uint32_t is = class_of_address(new->image, family, a);
	char address[64], *apps, *name;

	/* A device's address: asked as the device. */
	if (was == ZT_NONE || is == ZT_NONE)
		return;
	apps = name_of_class(new, is);
	if (!apps)
		apps = name_of_class(old, was);
	zt_addr_format(family, a, address, sizeof(address));
	if (asprintf(&name, "%s%s%s%s", apps ? apps : "", apps ? " (" : "", address,
		     apps ? ")" : "") < 0)
		abort();
	diff_add_class(peers, was, is, name);
	free(name);
	free(apps);
}

/* The last address of a prefix plus one: where the next region begins. */
static struct zt_addr after(const struct zt_prefix *p)
{
	unsigned int bits = (p->family == 4 ? 96 : 0) + p->plen;
	struct zt_addr a = p->addr;
	int i = bits ? (int)(bits - 1) / 32 : -1;
	uint32_t step = bits ? 1u << (31 - (bits - 1) % 32) : 0;

	for (; i >= 0; i--) {
		uint32_t v = ntohl(a.w[i]) + step;

		a.w[i] = htonl(v);
		if (v >= step)
			break;
		step = 1;
	}
	return a;
}

static void add_prefixes(const struct diff_side *old, const struct diff_side *new,
			 const struct zt_prefixes *list, struct diff_classes *peers)
{
	uint32_t i;

	for (i = 0; i < list->nr; i++) {
		struct zt_addr next = after(&list->v[i]);

		add_address(old, new, list->v[i].family, &list->v[i].addr, peers);
		if (list->v[i].family == 6 || next.w[2] == htonl(0xffff))
			add_address(old, new, list->v[i].family, &next, peers);
	}
}

static void find_addresses(const struct diff_side *old, const struct diff_side *new,
			   struct diff_classes *peers)
{
	static const char *const anywhere[] = {"8.8.8.8", "2001:4860:4860::8888", "10.255.255.254",
					       "192.168.255.254"};
	const struct diff_side *sides[2] = {old, new};
	uint32_t i;
	int s;

	diff_add_class(peers, ZT_PCLASS_ROUTER, ZT_PCLASS_ROUTER, "router");
	for (s = 0; s < 2; s++)
		for (i = 0; i < sides[s]->policy->nr_apps; i++) {
			add_prefixes(old, new, &sides[s]->policy->apps[i].hosts, peers);
			add_prefixes(old, new, &sides[s]->policy->apps[i].except, peers);
		}
	for (i = 0; i < sizeof(anywhere) / sizeof(anywhere[0]); i++) {
		struct zt_addr a;
		uint8_t family;

		if (!zt_addr_parse(anywhere[i], &family, &a))
			add_address(old, new, family, &a, peers);
	}
}

void diff_questions_find(const struct diff_side *old, const struct diff_side *new,
			 struct diff_questions *ret)
{
	struct diff_questions q = {};

	q.new_of_old = diff_must(calloc(old->policy->nr_devices + 1, sizeof(*q.new_of_old)));
	q.class_of = diff_must(calloc(new->policy->nr_devices + 1, sizeof(*q.class_of)));
	find_devices(old, new, &q);
	find_addresses(old, new, &q.peers);
	diff_find_services(old->image, new->image, &q.services);
	*ret = q;
}
