/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which prefix lies in which: sorted by first address, wider before narrower, the
 * prefixes around one are exactly those on a stack. Must never know what an
 * overlap means.
 */
#include <stdlib.h>
#include <string.h>
#include "policy/checks.h"

bool zt_prefix_contains(const struct zt_prefix *outer, const struct zt_prefix *inner)
{
	return outer->plen <= inner->plen &&
	       zt_prefix_holds(outer, inner->family, &inner->addr);
}

static int by_prefix(const void *a, const void *b)
{
	const struct zt_span *x = a, *y = b;
	int c = (int)x->prefix->family - y->prefix->family;

	if (!c)
		c = memcmp(&x->prefix->addr, &y->prefix->addr, sizeof(x->prefix->addr));
	if (!c)
		c = (int)x->prefix->plen - y->prefix->plen;
	if (!c)
		c = (int)x->kind - y->kind;
	if (!c)
		c = x->owner < y->owner ? -1 : x->owner > y->owner;
	return c ? c : x->index < y->index ? -1 : x->index > y->index;
}

void zt_spans_walk(struct zt_parse *ps, struct zt_span *v, uint32_t nr, zt_span_fn fn, void *arg)
{
	struct zt_around around = {0};
	uint32_t size[ZT_SPAN_KINDS] = {0};

	qsort(v, nr, sizeof(*v), by_prefix);
	for (uint32_t i = 0; i < nr; i++) {
		const struct zt_span *s = &v[i];

		for (int k = 0; k < ZT_SPAN_KINDS; k++)
			while (around.nr[k] && !zt_prefix_contains(
					around.v[k][around.nr[k] - 1]->prefix, s->prefix))
				around.nr[k]--;
		fn(arg, s, &around);
		if (around.nr[s->kind] == size[s->kind]) {
			size[s->kind] = size[s->kind] * 2 + 16;
			around.v[s->kind] = zt_arena_grow(ps->tmp, around.v[s->kind],
							  size[s->kind] * sizeof(*around.v[0]));
		}
		around.v[s->kind][around.nr[s->kind]++] = s;
	}
}
