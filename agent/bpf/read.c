/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading what the programs keep: counters, device states, bindings. Copies only;
 * changes nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/state.h"

/* All CPUs' values of nr entries of a per-CPU array of 64-bit counters, summed. */
static int sum_cpus(int fd, uint32_t from, uint32_t nr, uint64_t *ret, uint32_t words)
{
	int cpus = libbpf_num_possible_cpus(), c;
	uint64_t *v;
	uint32_t i, w;
	int rc = 0;

	if (cpus < 0)
		return cpus;
	v = calloc((size_t)cpus * words, sizeof(*v));
	if (!v)
		return -ENOMEM;
	memset(ret, 0, sizeof(*ret) * nr * words);
	for (i = 0; i < nr; i++) {
		uint32_t key = from + i;

		if (bpf_map_lookup_elem(fd, &key, v)) {
			rc = -errno;
			break;
		}
		for (c = 0; c < cpus; c++) {
			for (w = 0; w < words; w++)
				ret[i * words + w] += v[c * words + w];
		}
	}
	free(v);
	return rc;
}

int zt_maps_counts(struct zt_maps *m, struct zt_count ret[ZT_COUNT_MAX])
{
	return sum_cpus(m->map[ZT_MAP_COUNT], 0, ZT_COUNT_MAX, (uint64_t *)ret,
			sizeof(*ret) / sizeof(uint64_t));
}

int zt_maps_lost(struct zt_maps *m, uint64_t ret[ZT_LOST_MAX])
{
	return sum_cpus(m->map[ZT_MAP_LOST], 0, ZT_LOST_MAX, ret, 1);
}

int zt_maps_devcnt(struct zt_maps *m, uint32_t dev, struct zt_devcnt *ret)
{
	return sum_cpus(m->map[ZT_MAP_DEVCNT], dev, 1, (uint64_t *)ret,
			sizeof(*ret) / sizeof(uint64_t));
}

int zt_maps_devst(struct zt_maps *m, uint32_t dev, struct zt_devst *ret)
{
	if (bpf_map_lookup_elem(m->map[ZT_MAP_DEVST], &dev, ret))
		return -errno;
	return m->kflow ? zt_kmod_held(m, dev, &ret->held) : 0;
}

int zt_maps_bind(struct zt_maps *m, uint32_t bind, struct zt_bind *ret)
{
	if (bind >= m->max[ZT_MAP_BIND])
		return -ENOENT;
	*ret = *(volatile struct zt_bind *)&m->bind[bind];
	return 0;
}
