/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF maps as the host build has them: plain memory with the semantics programs
 * rely on. A hash value keeps its address until it is deleted and is then freed, so
 * that AddressSanitizer sees any use after that. Knows no packets and no policy.
 */
#ifndef ZT_HOST_MAP_H
#define ZT_HOST_MAP_H

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <linux/bpf.h>

#define HOST_BUCKETS 1024u

struct host_entry {
	struct host_entry *next;
	uint8_t *key;
	uint8_t *value; /* malloc'd on its own: its end is guarded too */
};

struct host_map {
	const char *name;
	uint32_t type, key_size, value_size, entries;
	uint8_t *array; /* array, per-CPU array (one CPU), queue */
	struct host_entry *bucket[HOST_BUCKETS]; /* hash; LPM trie: a list in the first */
	uint32_t nr; /* hash, trie: entries held; queue: entries waiting */
	uint32_t head; /* queue */
	struct host_map *inner[2]; /* array of maps */
	struct host_map *next; /* list of all maps */
	/* What host_wipe() zeroes: the entries looked up since, each once. */
	uint8_t *is_touched;
	uint32_t *touched, nr_touched;
};

static struct host_map *host_maps;

static inline void host_register(struct host_map *m)
{
	m->next = host_maps;
	host_maps = m;
}

static inline int host_is_array(const struct host_map *m)
{
	return m->type == BPF_MAP_TYPE_ARRAY || m->type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

static inline uint8_t *host_array(struct host_map *m)
{
	if (!m->array)
		m->array = calloc(m->entries, m->value_size);
	assert(m->array);
	return m->array;
}

static inline struct host_entry **host_bucket(struct host_map *m, const void *key)
{
	const uint8_t *k = key;
	uint32_t h = 2166136261u, i;

	if (m->type == BPF_MAP_TYPE_LPM_TRIE)
		return &m->bucket[0];
	for (i = 0; i < m->key_size; i++)
		h = (h ^ k[i]) * 16777619u;
	return &m->bucket[(h ^ h >> 15) % HOST_BUCKETS];
}

static inline struct host_entry **host_place(struct host_map *m, const void *key)
{
	struct host_entry **e = host_bucket(m, key);

	while (*e && memcmp((*e)->key, key, m->key_size))
		e = &(*e)->next;
	return e;
}

/* Do the first bits of two trie keys agree; both begin with a length in bits. */
static inline int host_prefix_holds(const uint8_t *prefix, const uint8_t *key)
{
	uint32_t plen, i;

	memcpy(&plen, prefix, 4);
	for (i = 0; i < plen; i++) {
		if ((prefix[4 + i / 8] ^ key[4 + i / 8]) & (0x80 >> i % 8))
			return 0;
	}
	return 1;
}

static inline void *host_longest(struct host_map *m, const void *key)
{
	struct host_entry *e, *best = NULL;
	uint32_t plen, longest = 0, asked;

	memcpy(&asked, key, 4);
	if (asked > 8 * (m->key_size - 4))
		return NULL;
	for (e = m->bucket[0]; e; e = e->next) {
		memcpy(&plen, e->key, 4);
		if (plen <= asked && (!best || plen > longest) && host_prefix_holds(e->key, key)) {
			best = e;
			longest = plen;
		}
	}
	return best ? best->value : NULL;
}

/* From now on the map remembers which of its entries are asked for. */
static inline void host_remember(struct host_map *m)
{
	m->is_touched = calloc(m->entries, 1);
	m->touched = calloc(m->entries, sizeof(*m->touched));
	assert(m->is_touched && m->touched);
}

static inline uint8_t *host_entry(struct host_map *m, uint32_t index)
{
	if (m->touched && !m->is_touched[index]) {
		m->is_touched[index] = 1;
		m->touched[m->nr_touched++] = index;
	}
	return host_array(m) + (size_t)index * m->value_size;
}

static inline void *host_lookup(void *map, const void *key)
{
	struct host_map *m = map;
	struct host_entry *e;
	uint32_t index;

	if (m->type == BPF_MAP_TYPE_LPM_TRIE)
		return host_longest(m, key);
	if (m->type == BPF_MAP_TYPE_HASH) {
		e = *host_place(m, key);
		return e ? e->value : NULL;
	}
	memcpy(&index, key, 4);
	if (m->type == BPF_MAP_TYPE_ARRAY_OF_MAPS)
		return index < 2 ? m->inner[index] : NULL;
	assert(host_is_array(m));
	return index < m->entries ? host_entry(m, index) : NULL;
}

static inline int host_insert(struct host_map *m, struct host_entry **at, const void *key,
			      const void *value)
{
	struct host_entry *e;

	if (m->nr >= m->entries)
		return -E2BIG;
	e = calloc(1, sizeof(*e));
	assert(e);
	e->key = malloc(m->key_size);
	e->value = malloc(m->value_size);
	assert(e->key && e->value);
	memcpy(e->key, key, m->key_size);
	memcpy(e->value, value, m->value_size);
	*at = e;
	m->nr++;
	return 0;
}

static inline long host_update(void *map, const void *key, const void *value, uint64_t flags)
{
	struct host_map *m = map;
	struct host_entry **at;
	void *slot;

	assert(flags <= BPF_EXIST);
	if (host_is_array(m)) {
		slot = host_lookup(m, key);
		if (!slot || flags == BPF_NOEXIST)
			return -EINVAL;
		memcpy(slot, value, m->value_size);
		return 0;
	}
	at = host_place(m, key);
	if (!*at)
		return flags == BPF_EXIST ? -ENOENT : host_insert(m, at, key, value);
	if (flags == BPF_NOEXIST)
		return -EEXIST;
	memcpy((*at)->value, value, m->value_size);
	return 0;
}

static inline long host_delete(void *map, const void *key)
{
	struct host_map *m = map;
	struct host_entry **at = host_place(m, key), *e = *at;

	if (!e)
		return -ENOENT;
	*at = e->next;
	free(e->key);
	free(e->value);
	free(e);
	m->nr--;
	return 0;
}

static inline long host_push(void *map, const void *value, uint64_t flags)
{
	struct host_map *m = map;

	assert(m->type == BPF_MAP_TYPE_QUEUE && !flags);
	if (m->nr == m->entries)
		return -E2BIG;
	memcpy(host_array(m) + (size_t)((m->head + m->nr) % m->entries) * m->value_size, value,
	       m->value_size);
	m->nr++;
	return 0;
}

static inline long host_pop(void *map, void *value)
{
	struct host_map *m = map;

	if (!m->nr)
		return -ENOENT;
	memcpy(value, host_array(m) + (size_t)m->head * m->value_size, m->value_size);
	m->head = (m->head + 1) % m->entries;
	m->nr--;
	return 0;
}

/* Walk a hash; the callback may delete the entry it is given. */
static inline long host_for_each(void *map, long (*fn)(void *, const void *, void *, void *), void *arg)
{
	struct host_map *m = map;
	struct host_entry *e, *next;
	uint32_t b;

	for (b = 0; b < HOST_BUCKETS; b++) {
		for (e = m->bucket[b]; e; e = next) {
			next = e->next;
			if (fn(m, e->key, e->value, arg))
				return 0; /* it stops there, as in the kernel */
		}
	}
	return 0;
}

/* As host_clear(), of a large array few of whose entries were used since (host_remember()). */
static inline void host_wipe(struct host_map *m)
{
	while (m->nr_touched) {
		m->is_touched[m->touched[--m->nr_touched]] = 0;
		memset(host_array(m) + (size_t)m->touched[m->nr_touched] * m->value_size, 0, m->value_size);
	}
}

/* Empty a map; arrays go back to zeroes. */
static inline void host_clear(struct host_map *m)
{
	struct host_entry *e;
	uint32_t i;

	for (i = 0; i < HOST_BUCKETS; i++) {
		while ((e = m->bucket[i])) {
			m->bucket[i] = e->next;
			free(e->key);
			free(e->value);
			free(e);
		}
	}
	free(m->array);
	free(m->touched);
	free(m->is_touched);
	m->array = m->is_touched = NULL;
	m->touched = NULL;
	m->nr = m->nr_touched = 0;
	m->head = 0;
}

#endif
