/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sets of devices: by segment, by label, and put together from parts. Must never
 * know why somebody wants one.
 */
#include <string.h>
#include "policy/groups.h"

/* Devices by (key, value): the label index, open addressing on both addresses. */
struct pair {
	const char *key, *value;
	struct zt_set set;
};
struct zt_label_index {
	struct pair *v;
	uint32_t size;
};

static struct pair *pair_of(const struct zt_label_index *x, const char *key, const char *value)
{
	const char *both[2] = { key, value };
	uint32_t i = zt_hash(both, sizeof(both), 0);

	while (x->v[i & (x->size - 1)].key &&
	       (x->v[i & (x->size - 1)].key != key || x->v[i & (x->size - 1)].value != value))
		i++;
	return &x->v[i & (x->size - 1)];
}

/* Room for the pairs that groups ask for; other labels are never looked up. */
static struct zt_label_index *new_index(struct zt_parse *ps)
{
	struct zt_label_index *x = zt_arena_alloc(ps->tmp, sizeof(*x));
	size_t nr = 0;

	for (uint32_t i = 0; i < ps->p->nr_groups; i++)
		for (uint32_t k = 0; k < ps->group_defs[i].nr_match; k++)
			nr += ps->group_defs[i].match[k].nr_values;
	for (x->size = 64; x->size < nr * 2;)
		x->size *= 2;
	x->v = zt_arena_array(ps->tmp, x->size, sizeof(*x->v));
	for (uint32_t i = 0; i < ps->p->nr_groups; i++) {
		for (uint32_t k = 0; k < ps->group_defs[i].nr_match; k++) {
			const struct zt_match *m = &ps->group_defs[i].match[k];

			for (uint32_t n = 0; n < m->nr_values; n++)
				*pair_of(x, m->key, m->values[n]) =
					(struct pair){ .key = m->key, .value = m->values[n] };
		}
	}
	return x;
}

/* Over all labels, counting or filling. */
static void walk_labels(const struct zt_policy *p, struct zt_label_index *x, bool fill)
{
	for (uint32_t d = 0; d < p->nr_devices; d++) {
		for (uint32_t k = 0; k < p->devices[d].nr_labels; k++) {
			const struct zt_label *l = &p->devices[d].labels[k];
			struct pair *pair = pair_of(x, l->key, l->value);

			if (!pair->key)
				continue;
			if (fill)
				pair->set.v[pair->set.nr] = d;
			pair->set.nr++;
		}
	}
}

void zt_index_labels(struct zt_parse *ps)
{
	struct zt_label_index *x = new_index(ps);

	walk_labels(ps->p, x, false);
	for (uint32_t i = 0; i < x->size; i++) {
		x->v[i].set.v = zt_arena_array(ps->tmp, x->v[i].set.nr, sizeof(uint32_t));
		x->v[i].set.nr = 0;
	}
	walk_labels(ps->p, x, true);
	ps->labels = x;
}

struct zt_set zt_labelled(const struct zt_parse *ps, const char *key, const char *value)
{
	return pair_of(ps->labels, key, value)->set;
}

void zt_finish_devices(struct zt_parse *ps)
{
	struct zt_policy *p = ps->p;
	struct zt_set *s = zt_arena_array(ps->arena, p->nr_segments, sizeof(*s));

	for (uint32_t d = 0; d < p->nr_devices; d++)
		s[p->devices[d].segment].nr++;
	for (uint32_t i = 0; i < p->nr_segments; i++) {
		s[i].v = zt_arena_array(ps->arena, s[i].nr, sizeof(*s[i].v));
		s[i].nr = 0;
	}
	for (uint32_t d = 0; d < p->nr_devices; d++) {
		struct zt_set *set = &s[p->devices[d].segment];

		set->v[set->nr++] = d;
	}
	ps->segment_devices = s;
}

struct zt_bits zt_bits_new(struct zt_parse *ps)
{
	uint32_t words = (ps->p->nr_devices + 63) / 64;

	if (!ps->bits)
		ps->bits = zt_arena_array(ps->tmp, words, sizeof(*ps->bits));
	memset(ps->bits, 0, words * sizeof(*ps->bits));
	return (struct zt_bits){ ps->bits, ps->p->nr_devices };
}

void zt_bits_add(struct zt_bits *b, const struct zt_set *set)
{
	for (uint32_t i = 0; i < set->nr; i++)
		b->v[set->v[i] / 64] |= 1ull << set->v[i] % 64;
}

void zt_bits_remove(struct zt_bits *b, const struct zt_set *set)
{
	for (uint32_t i = 0; i < set->nr; i++)
		b->v[set->v[i] / 64] &= ~(1ull << set->v[i] % 64);
}

bool zt_bits_has(const struct zt_bits *b, uint32_t i)
{
	return b->v[i / 64] >> i % 64 & 1;
}

struct zt_set zt_bits_take(struct zt_bits *b, const struct zt_at *at)
{
	struct zt_parse *ps = at->ps;
	struct zt_set set = {0};
	uint32_t words = (b->nr + 63) / 64, nr = 0;

	for (uint32_t w = 0; w < words; w++)
		nr += __builtin_popcountll(b->v[w]);
	ps->set_entries += nr;
	if (ps->set_entries > ZT_SET_ENTRIES_MAX) {
		zt_complain(
			at,
			"all groups and lists of devices together have more than %u members; use "
			"segments or \"all-devices\"",
			ZT_SET_ENTRIES_MAX);
		return set;
	}
	set.v = zt_arena_array(ps->arena, nr, sizeof(*set.v));
	for (uint32_t w = 0; w < words; w++)
		for (uint64_t rest = b->v[w]; rest; rest &= rest - 1)
			set.v[set.nr++] = w * 64 + __builtin_ctzll(rest);
	return set;
}
