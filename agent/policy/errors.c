/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Collected messages: every one counts, the first few are kept. Must never know
 * what they are about.
 */
#include <stdarg.h>
#include <stdlib.h>
#include "policy/policy.h"
#include "policy/text.h"

void zt_errors_add(struct zt_errors *e, const char *fmt, ...)
{
	va_list args;

	if (!e)
		return;
	e->total++;
	if (e->nr == ZT_ERRORS_SHOWN)
		return;
	va_start(args, fmt);
	if (vasprintf(&e->v[e->nr], fmt, args) >= 0)
		e->nr++;
	va_end(args);
}

void zt_errors_print(const struct zt_errors *e, FILE *to)
{
	for (uint32_t i = 0; i < e->nr; i++)
		fprintf(to, "%s\n", e->v[i]);
	if (e->total > e->nr)
		fprintf(to, "%u more error%s\n", e->total - e->nr, e->total - e->nr > 1 ? "s" : "");
}

void zt_errors_move(struct zt_errors *from, struct zt_errors *to)
{
	for (uint32_t i = 0; i < from->nr; i++)
		zt_errors_add(to, "%s", from->v[i]);
	if (to)
		to->total += from->total - from->nr;
	zt_errors_free(from);
}

void zt_errors_free(struct zt_errors *e)
{
	for (uint32_t i = 0; i < e->nr; i++)
		free(e->v[i]);
	*e = (struct zt_errors){0};
}
