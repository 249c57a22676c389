/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A finished policy: finding things in it by id, letting it go. Must never change
 * one.
 */
#include <string.h>
#include "policy/arena.h"
#include "policy/policy.h"

void zt_policy_free(struct zt_policy *p)
{
	if (p)
		zt_arena_free(p->arena);
}

/* Every object begins with its id. */
static int find(const void *array, uint32_t nr, size_t size, const char *id)
{
	const char *base = array;
	uint32_t lo = 0, hi = nr;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = strcmp(*(const char *const *)(base + mid * size), id);

		if (!c)
			return mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

#define FIND(p, field, id)                                                                     \
	({                                                                                     \
		_Static_assert(offsetof(typeof(*(p)->field), id) == 0, "id first");            \
		find((p)->field, (p)->nr_##field, sizeof(*(p)->field), id);                    \
	})

int zt_policy_device(const struct zt_policy *p, const char *id)
{
	return FIND(p, devices, id);
}

int zt_policy_rule(const struct zt_policy *p, const char *id)
{
	return FIND(p, rules, id);
}

int zt_policy_app(const struct zt_policy *p, const char *id)
{
	return FIND(p, apps, id);
}

int zt_policy_group(const struct zt_policy *p, const char *id)
{
	return FIND(p, groups, id);
}

int zt_policy_interface(const struct zt_policy *p, const char *id)
{
	return FIND(p, interfaces, id);
}

/* The built-in segment is the last, out of order. */
int zt_policy_segment(const struct zt_policy *p, const char *id)
{
	if (!strcmp(id, p->segments[p->nr_segments - 1].id))
		return p->nr_segments - 1;
	return find(p->segments, p->nr_segments - 1, sizeof(*p->segments), id);
}
