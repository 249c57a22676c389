/* SPDX-License-Identifier: GPL-2.0 */
/* A hash table that only grows: a capture holds what it holds. */
#include <stdlib.h>
#include <string.h>
#include "sim_flows.h"

static uint64_t hash(const struct sim_key *key)
{
	const uint8_t *at = (const uint8_t *)key;
	uint64_t h = 0xcbf29ce484222325ull;
	size_t i;

	for (i = 0; i < sizeof(*key); i++)
		h = (h ^ at[i]) * 0x100000001b3ull;
	return h ^ (h >> 29);
}

static uint32_t slot_of(const struct sim_flows *f, const struct sim_key *key)
{
	uint32_t i = (uint32_t)hash(key) & (f->nr_slots - 1);

	while (f->slots[i] && memcmp(&f->v[f->slots[i] - 1].key, key, sizeof(*key)))
		i = (i + 1) & (f->nr_slots - 1);
	return i;
}

static void grow(struct sim_flows *f)
{
	uint32_t i;

	free(f->slots);
	f->nr_slots = f->nr_slots ? f->nr_slots * 2 : 1024;
	f->slots = calloc(f->nr_slots, sizeof(*f->slots));
	f->v = realloc(f->v, f->nr_slots / 2 * sizeof(*f->v));
	if (!f->slots || !f->v)
		abort();
	for (i = 0; i < f->nr; i++)
		f->slots[slot_of(f, &f->v[i].key)] = i + 1;
}

void sim_flows_add(struct sim_flows *f, const struct sim_key *key)
{
	uint32_t i;

	if (f->nr + 1 > f->nr_slots / 2)
		grow(f);
	i = slot_of(f, key);
	if (!f->slots[i]) {
		f->v[f->nr] = (struct sim_flow){.key = *key};
		f->slots[i] = ++f->nr;
	}
	f->v[f->slots[i] - 1].packets++;
}

static int by_interest(const void *a, const void *b)
{
	static const uint8_t rank[ZT_VERDICT_MAX] = {2, 0, 1};
	const struct sim_flow *x = a, *y = b;

	if (x->key.verdict != y->key.verdict)
		return rank[x->key.verdict] - rank[y->key.verdict];
	if (x->packets != y->packets)
		return x->packets < y->packets ? 1 : -1;
	return memcmp(&x->key, &y->key, sizeof(x->key));
}

void sim_flows_sort(struct sim_flows *f)
{
	free(f->slots);
	f->slots = NULL;
	f->nr_slots = 0;
	if (f->nr)
		qsort(f->v, f->nr, sizeof(*f->v), by_interest);
}

void sim_flows_free(struct sim_flows *f)
{
	free(f->v);
	free(f->slots);
	*f = (struct sim_flows){};
}
