/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Growing arrays for the compiler. Knows nothing of what they hold.
 */
#include "compile/compile.h"

int zt_grow(void *array, uint32_t *cap, uint32_t nr, size_t size)
{
	uint32_t want = *cap ? *cap : 16;
	void *old, *v;

	if (nr < *cap)
		return 0;
	while (want <= nr)
		want *= 2;
	memcpy(&old, array, sizeof(old));
	v = reallocarray(old, want, size);
	if (!v)
		return -ENOMEM;
	memcpy(array, &v, sizeof(v));
	*cap = want;
	return 0;
}

int zt_u32s_add(struct zt_u32s *l, uint32_t x)
{
	int err = zt_grow(&l->v, &l->cap, l->nr, sizeof(*l->v));

	if (!err)
		l->v[l->nr++] = x;
	return err;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void zt_u32s_sort(struct zt_u32s *l)
{
	if (l->nr > 1)
		qsort(l->v, l->nr, sizeof(*l->v), by_number);
}
