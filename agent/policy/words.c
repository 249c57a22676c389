/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Interned texts: labels repeat over a hundred thousand devices, so each text is
 * kept once and compared by address. Must never be asked for anything but texts.
 */
#include <string.h>
#include "policy/parse.h"

struct zt_words {
	const char **v; /* open addressing */
	uint32_t nr, size;
};

static const char **slot_of(const struct zt_parse *ps, const char *s)
{
	const struct zt_words *w = ps->words;
	uint32_t i = zt_hash(s, strlen(s), (uintptr_t)ps);

	while (w->v[i & (w->size - 1)] && strcmp(w->v[i & (w->size - 1)], s))
		i++;
	return &w->v[i & (w->size - 1)];
}

static void widen(struct zt_parse *ps)
{
	struct zt_words old = *ps->words;

	ps->words->size = old.size ? old.size * 2 : 256;
	ps->words->v = zt_arena_grow(ps->tmp, NULL, ps->words->size * sizeof(*old.v));
	memset(ps->words->v, 0, ps->words->size * sizeof(*old.v));
	for (uint32_t i = 0; i < old.size; i++)
		if (old.v[i])
			*slot_of(ps, old.v[i]) = old.v[i];
	zt_arena_drop(ps->tmp, old.v);
}

const char *zt_word(struct zt_parse *ps, const char *s)
{
	const char **slot;

	if (!ps->words)
		ps->words = zt_arena_alloc(ps->tmp, sizeof(*ps->words));
	if (ps->words->nr >= ps->words->size / 2)
		widen(ps);
	slot = slot_of(ps, s);
	if (!*slot) {
		*slot = zt_arena_text(ps->arena, s, strlen(s));
		ps->words->nr++;
	}
	return *slot;
}
