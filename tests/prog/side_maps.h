/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a side of the case runner answers from the maps of a loaded object: shared by
 * the sides that have one (kernel_side.c, live/side.c).
 */
#ifndef ZT_SIDE_MAPS_H
#define ZT_SIDE_MAPS_H

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/state.h"
#include "side.h"

static inline int side_maps_open(const struct zt_sizes *sizes, struct zt_maps **ret, char **ret_why)
{
	int rc = zt_maps_open_private(sizes, ret, ret_why);

	return !rc && zt_maps_configure(*ret, 0) ? -EIO : rc;
}

/* The nonce and what belongs to the flow table stay the maps' own. */
static inline void side_maps_configure(struct zt_maps *m, const struct zt_cfg *cfg)
{
	struct zt_cfg mine = *cfg;
	uint32_t zero = 0;

	memcpy(mine.nonce, m->cfg.nonce, sizeof(mine.nonce));
	mine.buckets[0] = cfg->buckets[0] ? cfg->buckets[0] : m->max[ZT_MAP_FLOW4];
	mine.buckets[1] = cfg->buckets[1] ? cfg->buckets[1] : m->max[ZT_MAP_FLOW6];
	memcpy(mine.hash, m->cfg.hash, sizeof(mine.hash));
	assert(!bpf_map_update_elem(m->map[ZT_MAP_CFG], &zero, &mine, BPF_ANY));
	m->cfg = mine;
}

static inline void side_maps_publish(struct zt_maps *m, struct zt_image *image)
{
	char *error = NULL;
	int rc = zt_maps_publish(m, image, &error);

	if (rc < 0) {
		fprintf(stderr, "cannot publish: %s\n", error ? error : strerror(-rc));
		abort();
	}
}

static inline void side_maps_bump(struct zt_maps *m, uint32_t bind)
{
	__atomic_fetch_add(&m->bind[bind].epoch, 1, __ATOMIC_RELEASE);
}

static inline uint32_t side_maps_flows(struct zt_maps *m, uint32_t now)
{
	struct zt_flow_entry *v = NULL;
	uint32_t nr = 0;

	assert(!zt_maps_flows(m, now, &v, &nr));
	free(v);
	return nr;
}

/* As side_sum() over the flow table; later: ticks to add to its times. */
static inline uint64_t side_maps_table(struct zt_maps *m, uint32_t later)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < m->max[ZT_MAP_FLOW4] * ZT_WAYS; i++) {
		struct zt_flow4 s = m->flow4[i / ZT_WAYS].slot[i % ZT_WAYS];
		struct zt_flow_rest r = m->rest4[i];

		s.f.seen += later;
		r.first += later;
		if (ZT_WORD_GEN(s.f.word))
			sum += side_sum(side_sum(SIDE_SUM, &s, sizeof(s)), &r, sizeof(r));
	}
	for (uint32_t i = 0; i < m->max[ZT_MAP_FLOW6] * ZT_WAYS; i++) {
		struct zt_flow6 s = m->flow6[i / ZT_WAYS].slot[i % ZT_WAYS];
		struct zt_flow_rest r = m->rest6[i];

		s.f.seen += later;
		r.first += later;
		if (ZT_WORD_GEN(s.f.word))
			sum += side_sum(side_sum(SIDE_SUM, &s, sizeof(s)), &r, sizeof(r));
	}
	return sum;
}

static inline uint32_t side_maps_learned(struct zt_maps *m, const struct zt_host_key *key, uint32_t now)
{
	struct zt_learned_entry *v = NULL;
	uint32_t nr = 0, i, dev = 0;

	assert(!zt_maps_learned(m, now, &v, &nr));
	for (i = 0; i < nr; i++) {
		if (!memcmp(&v[i].key, key, sizeof(*key)))
			dev = v[i].learned.dev;
	}
	free(v);
	return dev;
}

static inline uint64_t side_maps_drain(struct zt_maps *m, uint32_t *ret_nr)
{
	struct zt_agg_entry *v = NULL;
	uint64_t packets = 0;
	uint32_t i;

	assert(!zt_maps_drain(m, &v, ret_nr));
	for (i = 0; i < *ret_nr; i++)
		packets += v[i].agg.packets;
	free(v);
	return packets;
}

#endif
