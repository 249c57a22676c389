/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The image as a value: freeing, comparing, and its small index. What its tables
 * mean is decided in decide.c.
 */
#include "compile/compile.h"

void zt_image_free(struct zt_image *i)
{
	if (!i)
		return;
	for (uint32_t k = 0; k < i->nr_pclasses; k++)
		free(i->pclass_apps[k].v);
	free(i->pclass_apps);
	free(i->ports);
	free(i->vlans);
	free(i->macs);
	free(i->binds);
	free(i->devs);
	free(i->hosts);
	free(i->nets);
	free(i->svc);
	free(i->rules);
	free(i->dev_of);
	free(i);
}

/* dev_of by policy device, and where each prefix length begins in nets. */
int zt_image_make_index(struct zt_build *b)
{
	struct zt_image *i = b->image;
	uint32_t k, bits = 0;

	i->dev_of = calloc(b->p->nr_devices + 1, sizeof(*i->dev_of));
	if (!i->dev_of)
		return -ENOMEM;
	for (k = 0; k < i->nr_devs; k++)
		if (i->devs[k].device != ZT_NONE)
			i->dev_of[i->devs[k].device] = i->devs[k].index;
	for (k = 0; k < i->nr_nets; k++)
		while (bits <= i->nets[k].key.plen - 32)
			i->net_start[bits++] = k;
	while (bits <= 129)
		i->net_start[bits++] = i->nr_nets;
	return 0;
}

uint32_t zt_image_dev_of(const struct zt_image *i, uint32_t device)
{
	return i->dev_of[device];
}

static int by_index(const void *key, const void *dev)
{
	uint32_t index = *(const uint32_t *)key;
	const struct zt_image_dev *d = dev;

	return (index > d->index) - (index < d->index);
}

const struct zt_image_dev *zt_image_dev(const struct zt_image *i, uint32_t dev)
{
	return i->nr_devs ? bsearch(&dev, i->devs, i->nr_devs, sizeof(*i->devs), by_index) : NULL;
}

void zt_image_mode(struct zt_image *i, uint32_t dev, uint8_t mode)
{
	const struct zt_image_dev *d = zt_image_dev(i, dev);

	if (d)
		i->devs[d - i->devs].word.mode = mode;
}

int zt_image_device_of(const struct zt_image *i, uint32_t dev)
{
	const struct zt_image_dev *d = zt_image_dev(i, dev);

	return d && d->device != ZT_NONE ? (int)d->device : -1;
}

static bool same(const void *a, uint32_t nr_a, const void *b, uint32_t nr_b, size_t size)
{
	return nr_a == nr_b && (!nr_a || !memcmp(a, b, nr_a * size));
}

/* devs also say which policy object they came from; packets do not see that. */
static bool same_devs(const struct zt_image *a, const struct zt_image *b)
{
	if (a->nr_devs != b->nr_devs)
		return false;
	for (uint32_t i = 0; i < a->nr_devs; i++)
		if (a->devs[i].index != b->devs[i].index ||
		    a->devs[i].serial != b->devs[i].serial ||
		    memcmp(&a->devs[i].word, &b->devs[i].word, sizeof(a->devs[i].word)))
			return false;
	return true;
}

#define SAME(f) same(a->f, a->nr_##f, b->f, b->nr_##f, sizeof(*a->f))

bool zt_image_equal(const struct zt_image *a, const struct zt_image *b)
{
	return a->pol.flags == b->pol.flags && a->pol.probes == b->pol.probes &&
	       a->pol.nr_rules == b->pol.nr_rules && SAME(ports) && SAME(vlans) && SAME(macs) &&
	       SAME(binds) && same_devs(a, b) && SAME(hosts) && SAME(nets) && SAME(rules) &&
	       !memcmp(a->svc, b->svc, ZT_SVC_MAX * sizeof(*a->svc));
}
