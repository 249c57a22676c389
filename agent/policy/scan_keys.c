/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which keys the open objects hold already. Objects nest, so the newest keys go
 * first: a chain is cut back by moving its head, and an object sees only entries
 * from its own base up.
 */
#include <string.h>
#include "policy/scanner.h"

static void rehash(struct zt_scanner *sc, uint32_t nr_heads)
{
	struct zt_open_keys *k = &sc->keys;

	k->heads = zt_arena_grow(sc->arena, k->heads, nr_heads * sizeof(*k->heads));
	memset(k->heads, 0, nr_heads * sizeof(*k->heads));
	k->nr_heads = nr_heads;
	for (uint32_t i = 0; i < k->nr; i++) {
		uint32_t *head = &k->heads[k->v[i].hash & (nr_heads - 1)];

		k->v[i].older = *head;
		*head = i + 1;
	}
}

uint32_t zt_open_keys_add(struct zt_scanner *sc, const struct zt_step *key, uint32_t base)
{
	struct zt_open_keys *k = &sc->keys;
	/* the seed keeps a crafted file from filling one bucket; it changes no result */
	uint32_t hash = zt_hash(key->key, key->key_len, (uintptr_t)sc->arena);
	uint32_t *head;

	if (k->nr >= k->nr_heads)
		rehash(sc, k->nr_heads ? k->nr_heads * 2 : 64);
	head = &k->heads[hash & (k->nr_heads - 1)];
	for (uint32_t i = *head; i > base; i = k->v[i - 1].older) {
		const struct zt_open_key *o = &k->v[i - 1];

		if (o->hash == hash && o->len == key->key_len && !memcmp(o->s, key->key, o->len))
			return o->line;
	}
	if (k->nr == k->size) {
		k->size = k->size ? k->size * 2 : 64;
		k->v = zt_arena_grow(sc->arena, k->v, k->size * sizeof(*k->v));
	}
	k->v[k->nr++] = (struct zt_open_key){ key->key, key->key_len, sc->line, hash, *head };
	*head = k->nr;
	return 0;
}

void zt_open_keys_close(struct zt_open_keys *k, uint32_t base)
{
	while (k->nr > base) {
		const struct zt_open_key *o = &k->v[--k->nr];

		k->heads[o->hash & (k->nr_heads - 1)] = o->older;
	}
}
