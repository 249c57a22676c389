/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading the tables of records: learned addresses, aggregates. Whether a record is
 * alive is a property of the record (design §6), judged here by the same comparison as
 * in the programs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/state.h"

/* Not expired, and its device has not changed hands. */
static bool is_held(const struct zt_maps *m, const struct zt_learned *l, uint32_t now)
{
	return (int32_t)(now - l->expires) <= 0 && l->dev < m->max[ZT_MAP_DEV] &&
	       m->dev[l->dev].serial == l->serial;
}

int zt_maps_learned(struct zt_maps *m, uint32_t now, struct zt_learned_entry **ret,
		    uint32_t *ret_nr)
{
	struct zt_learned_entry *out;
	struct zt_dump d;
	uint32_t i, nr = 0;
	int rc;

	rc = zt_dump_map(m->map[ZT_MAP_LEARN], m->max[ZT_MAP_LEARN], sizeof(out->key),
			 sizeof(out->learned), &d);
	if (rc)
		return rc;
	out = calloc(d.nr + 1, sizeof(*out));
	for (i = 0; out && i < d.nr; i++) {
		memcpy(&out[nr].key, d.keys + (size_t)i * d.key_size, d.key_size);
		memcpy(&out[nr].learned, d.values + (size_t)i * d.value_size, d.value_size);
		nr += is_held(m, &out[nr].learned, now);
	}
	zt_dump_free(&d);
	if (!out)
		return -ENOMEM;
	*ret = out;
	*ret_nr = nr;
	return 0;
}

/*
 * The programs move to the other side; once those that were running are done,
 * nobody adds to this one: what is read then is the whole count, and is deleted.
 */
int zt_maps_drain(struct zt_maps *m, struct zt_agg_entry **ret, uint32_t *ret_nr)
{
	uint32_t side = m->gen->side & 1, i, nr = 0;
	struct zt_agg_entry *out;
	struct zt_dump d = { 0 };
	struct zt_agg_key any;
	int rc = 0;

	if (!bpf_map_get_next_key(m->map[ZT_MAP_AGG], NULL, &any)) {
		__atomic_store_n(&m->gen->side, !side, __ATOMIC_SEQ_CST);
		rc = zt_grace(m);
		if (!rc)
			rc = zt_dump_map(m->map[ZT_MAP_AGG], m->max[ZT_MAP_AGG], sizeof(out->key),
					 sizeof(out->agg), &d);
	}
	out = rc ? NULL : calloc(d.nr + 1, sizeof(*out));
	if (!out) {
		zt_dump_free(&d);
		return rc ? rc : -ENOMEM;
	}
	for (i = 0; i < d.nr; i++) {
		struct zt_agg_entry *e = &out[nr];

		memcpy(&e->key, d.keys + (size_t)i * d.key_size, d.key_size);
		memcpy(&e->agg, d.values + (size_t)i * d.value_size, d.value_size);
		if (e->key.side != side || bpf_map_delete_elem(m->map[ZT_MAP_AGG], &e->key))
			continue;
		e->key.side = 0;
		nr++;
	}
	*ret = out;
	*ret_nr = nr;
	zt_dump_free(&d);
	return 0;
}
