/* SPDX-License-Identifier: GPL-2.0 */
/* What table.bpf.c and table_test.c share: whose port the next packet has. */
#ifndef ZT_TABLE_KEYS_H
#define ZT_TABLE_KEYS_H

#include <linux/types.h>

struct table_keys {
	__u32 base, nr; /* ports base .. base + nr - 1 */
	__u32 in_turn; /* one after the other; else at random */
	__u32 next;
	__u64 state; /* xorshift, never 0 */
};

#endif
