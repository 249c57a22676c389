/* SPDX-License-Identifier: GPL-2.0 */
/* What a list of devices needs from the maps: see live.h. */
#include <stdlib.h>
#include <string.h>
#include "daemon/live.h"

static int by_device(const void *a, const void *b)
{
	const struct zt_learned_entry *x = a, *y = b;

	return (x->learned.dev > y->learned.dev) - (x->learned.dev < y->learned.dev);
}

static int by_owner(const void *a, const void *b)
{
	const struct zt_image_bind *x = *(const struct zt_image_bind *const *)a;
	const struct zt_image_bind *y = *(const struct zt_image_bind *const *)b;

	return (x->dev > y->dev) - (x->dev < y->dev);
}

static bool sort_binds(struct live *l)
{
	uint32_t i;

	l->binds = calloc(l->image->nr_binds + 1, sizeof(*l->binds));
	if (!l->binds)
		return false;
	for (i = 0; i < l->image->nr_binds; i++)
		l->binds[i] = &l->image->binds[i];
	qsort(l->binds, l->image->nr_binds, sizeof(*l->binds), by_owner);
	return true;
}

static void count_flows(struct live *l)
{
	struct zt_flow_entry *v = NULL;
	uint32_t nr = 0, i;

	for (i = 0; i < l->image->nr_devs; i++)
		if (l->image->devs[i].index >= l->nr_flows)
			l->nr_flows = l->image->devs[i].index + 1;
	l->flows = calloc(l->nr_flows + 1, sizeof(*l->flows));
	if (l->flows && !zt_maps_flows(l->e->maps, l->clock.now, &v, &nr))
		for (i = 0; i < nr; i++)
			if (v[i].dev < l->nr_flows)
				l->flows[v[i].dev]++;
	free(v);
}

bool live_read(struct agent *a, struct live *l)
{
	*l = (struct live){.e = &a->engine};
	if (!a->engine.held || zt_maps_clock(a->engine.maps, &l->clock))
		return false;
	l->now = history_find(&a->engine.history, zt_maps_gen(a->engine.maps));
	l->image = zt_maps_image(a->engine.maps);
	if (!l->now || !l->image || !sort_binds(l))
		return false;
	zt_maps_learned(a->engine.maps, l->clock.now, &l->learned, &l->nr_learned);
	if (l->nr_learned)
		qsort(l->learned, l->nr_learned, sizeof(*l->learned), by_device);
	count_flows(l);
	return true;
}

void live_free(struct live *l)
{
	free(l->learned);
	free(l->binds);
	free(l->flows);
}

uint64_t live_ago(const struct live *l, uint32_t tick)
{
	int32_t ago = (int32_t)(l->clock.now - tick);

	return ago > 0 ? (uint64_t)ago * l->clock.tick_ms / 1000 : 0;
}

const char *live_port(struct live *l, uint32_t ifindex)
{
	if (ifindex != l->ifindex) {
		l->ifindex = ifindex;
		if (!if_indextoname(ifindex, l->ifname))
			l->ifname[0] = 0;
	}
	return l->ifname;
}
