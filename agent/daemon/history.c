/* SPDX-License-Identifier: GPL-2.0 */
/* Names for the numbers of the last few generations: see history.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "daemon/history.h"

#define POLICIES_KEPT 3 /* distinct ones: an old policy may be large */

struct held *held_new(struct zt_policy *policy, uint32_t revision)
{
	struct held *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->refs = 1;
	h->policy = policy;
	h->revision = revision;
	snprintf(h->text, sizeof(h->text), "%u-%02x%02x%02x%02x", revision, policy->hash[0],
		 policy->hash[1], policy->hash[2], policy->hash[3]);
	return h;
}

struct held *held_get(struct held *h)
{
	if (h)
		h->refs++;
	return h;
}

void held_put(struct held *h)
{
	if (!h || --h->refs)
		return;
	zt_policy_free(h->policy);
	free(h);
}

static void clear_entry(struct history_entry *e)
{
	held_put(e->held);
	free(e->devs);
	*e = (struct history_entry){0};
}

/* Entries whose policy is not among the last few go, whatever their age. */
static void forget_policies(struct history *h)
{
	const struct held *seen[POLICIES_KEPT] = {NULL};
	struct history_entry *e;
	uint32_t nr = 0, i, k;

	for (i = 0; i < HISTORY_MAX; i++) {
		e = &h->v[(h->next + HISTORY_MAX - 1 - i) % HISTORY_MAX];
		if (!e->gen)
			continue;
		for (k = 0; k < nr && seen[k] != e->held; k++)
			;
		if (k == POLICIES_KEPT)
			clear_entry(e);
		else if (k == nr)
			seen[nr++] = e->held;
	}
}

int history_add(struct history *h, uint32_t gen, struct held *held, const struct zt_image *image)
{
	struct history_entry *e = (struct history_entry *)history_find(h, gen);
	struct history_dev *devs = calloc(image->nr_devs + 1, sizeof(*devs));
	uint32_t i;

	if (!devs)
		return -ENOMEM;
	for (i = 0; i < image->nr_devs; i++)
		devs[i] = (struct history_dev){image->devs[i].index, image->devs[i].serial,
					       image->devs[i].device, image->devs[i].interface};
	if (!e) {
		e = &h->v[h->next];
		h->next = (h->next + 1) % HISTORY_MAX;
	}
	held_get(held);
	clear_entry(e);
	*e = (struct history_entry){gen, held, devs, image->nr_devs};
	forget_policies(h);
	return 0;
}

const struct history_entry *history_find(const struct history *h, uint32_t gen)
{
	uint32_t i;

	for (i = 0; gen && i < HISTORY_MAX; i++)
		if (h->v[i].gen == gen)
			return &h->v[i];
	return NULL;
}

void history_clear(struct history *h)
{
	uint32_t i;

	for (i = 0; i < HISTORY_MAX; i++)
		clear_entry(&h->v[i]);
}

const struct zt_policy_rule *history_rule(const struct history_entry *e, uint32_t rule)
{
	return e && rule < e->held->policy->nr_rules ? &e->held->policy->rules[rule] : NULL;
}

const struct history_dev *history_dev(const struct history_entry *e, uint32_t index)
{
	uint32_t lo = 0, hi = e ? e->nr_devs : 0, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (e->devs[mid].index == index)
			return &e->devs[mid];
		if (e->devs[mid].index < index)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const char *history_dev_id(const struct history_entry *e, uint32_t index, char buf[32])
{
	const struct history_dev *d = history_dev(e, index);

	if (!d)
		return NULL;
	if (d->device != ZT_NONE)
		return e->held->policy->devices[d->device].id;
	snprintf(buf, 32, "unknown@%s", e->held->policy->interfaces[d->interface].id);
	return buf;
}

const struct zt_segment *history_segment(const struct history_entry *e, uint32_t index)
{
	const struct history_dev *d = history_dev(e, index);
	const struct zt_policy *p;

	if (!d)
		return NULL;
	p = e->held->policy;
	if (d->device != ZT_NONE)
		return &p->segments[p->devices[d->device].segment];
	return &p->segments[p->interfaces[d->interface].unknown_segment];
}
