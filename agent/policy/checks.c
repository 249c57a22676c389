/* SPDX-License-Identifier: GPL-2.0 */
/* The order of the checks that need the whole policy, nothing else. */
#include <string.h>
#include "policy/checks.h"

void zt_check_all(struct zt_parse *ps)
{
	zt_check_macs(ps);
	zt_check_addresses(ps);
	zt_check_dead_rules(ps);
	zt_check_unused(ps);
}

bool zt_is_later(const struct zt_entry *a, const struct zt_entry *b)
{
	if (a->file != b->file)
		return a->file > b->file;
	if (a->m->line != b->m->line)
		return a->m->line > b->m->line;
	return strcmp(a->id, b->id) > 0;
}
