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

/* Places in use: of one side, or of both (side 2). */
static uint32_t count_places(const struct zt_maps *m, uint32_t side)
{
	uint32_t n, w, nr = 0;

	for (n = 0; n < m->max[ZT_MAP_AGG]; n++) {
		for (w = 0; w < ZT_AGG_WAYS; w++) {
			const struct zt_agg_key *k = &m->agg[n].place[w].key;

			nr += __atomic_load_n(&k->what, __ATOMIC_ACQUIRE) &&
			      (side == 2 || k->side == side);
		}
	}
	return nr;
}

/* Copy one side's out and free their places. */
static uint32_t take_places(struct zt_maps *m, uint32_t side, struct zt_agg_entry *out)
{
	uint32_t n, w, nr = 0;

	for (n = 0; n < m->max[ZT_MAP_AGG]; n++) {
		for (w = 0; w < ZT_AGG_WAYS; w++) {
			struct zt_agg_key *k = &m->agg[n].place[w].key;
			uint32_t what = __atomic_load_n(&k->what, __ATOMIC_ACQUIRE);

			if (!what || what == ZT_AGG_CLAIMED || k->side != side)
				continue;
			out[nr] = (struct zt_agg_entry){ *k, m->agg[n].place[w].agg };
			out[nr++].key.side = 0;
			__atomic_store_n(&k->what, 0, __ATOMIC_RELEASE);
		}
	}
	for (n = 0; n < ZT_SEEN_WORDS; n++)
		__atomic_store_n(&m->seen[side * ZT_SEEN_WORDS + n], 0, __ATOMIC_RELAXED);
	return nr;
}

/*
 * The programs move to the other side; once those that were running are done,
 * nobody adds to this one: what is read then is the whole count, and is taken away.
 */
int zt_maps_drain(struct zt_maps *m, struct zt_agg_entry **ret, uint32_t *ret_nr)
{
	uint32_t side = m->gen->side & 1, any = count_places(m, 2);
	struct zt_agg_entry *out;
	int rc;

	if (any) {
		__atomic_store_n(&m->gen->side, !side, __ATOMIC_SEQ_CST);
		rc = zt_grace(m);
		if (rc)
			return rc;
	}
	out = calloc((any ? count_places(m, side) : 0) + 1, sizeof(*out));
	if (!out)
		return -ENOMEM;
	*ret_nr = any ? take_places(m, side, out) : 0;
	*ret = out;
	return 0;
}
