/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Partition refinement: items fall into one class until a set holds some of them
 * and not others. Exact, without hashes, in time proportional to the sets. Knows
 * neither devices nor services.
 */
#include "compile/compile.h"

#define NO_TWIN UINT32_MAX

int zt_partition_init(struct zt_partition *p, uint32_t nr_items)
{
	uint32_t n = nr_items ? nr_items : 1;

	*p = (struct zt_partition){ .nr_items = nr_items, .nr = nr_items ? 1 : 0 };
	p->of = calloc(n, sizeof(*p->of));
	p->size = calloc(n, sizeof(*p->size));
	p->hits = calloc(n, sizeof(*p->hits));
	p->twin = malloc(n * sizeof(*p->twin));
	p->touched = malloc(n * sizeof(*p->touched));
	if (!p->of || !p->size || !p->hits || !p->twin || !p->touched) {
		zt_partition_free(p);
		return -ENOMEM;
	}
	p->size[0] = nr_items;
	memset(p->twin, 0xff, n * sizeof(*p->twin));
	return 0;
}

/* A class the set covers whole stays; of the others, the members inside move out. */
void zt_partition_refine(struct zt_partition *p, const uint32_t *set, uint32_t nr)
{
	uint32_t i, c, nr_touched = 0;

	for (i = 0; i < nr; i++)
		if (!p->hits[p->of[set[i]]]++)
			p->touched[nr_touched++] = p->of[set[i]];
	for (i = 0; i < nr; i++) {
		c = p->of[set[i]];
		if (p->hits[c] == p->size[c])
			continue;
		if (p->twin[c] == NO_TWIN) {
			p->twin[c] = p->nr;
			p->size[p->nr++] = 0;
		}
		p->of[set[i]] = p->twin[c];
		p->size[p->twin[c]]++;
	}
	for (i = 0; i < nr_touched; i++) {
		c = p->touched[i];
		if (p->twin[c] != NO_TWIN)
			p->size[c] -= p->hits[c];
		p->twin[c] = NO_TWIN;
		p->hits[c] = 0;
	}
}

void zt_partition_free(struct zt_partition *p)
{
	free(p->of);
	free(p->size);
	free(p->hits);
	free(p->twin);
	free(p->touched);
	*p = (struct zt_partition){ 0 };
}
