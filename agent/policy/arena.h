/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of one policy. Small pieces are cut from chunks and freed together;
 * blocks can grow and be dropped early. Running out does not return: it jumps to
 * the place given to zt_arena_new(), so no caller carries a check. Knows nothing
 * of policies.
 */
#ifndef ZT_POLICY_ARENA_H
#define ZT_POLICY_ARENA_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

struct zt_arena;

/* NULL when there is no memory; oom must outlive the last allocation. */
struct zt_arena *zt_arena_new(jmp_buf *oom);
void zt_arena_free(struct zt_arena *a);
/* Zeroed, aligned to 8, never NULL. */
void *zt_arena_alloc(struct zt_arena *a, size_t size);
void *zt_arena_array(struct zt_arena *a, size_t nr, size_t size);
char *zt_arena_text(struct zt_arena *a, const char *s, size_t len);
/* Blocks: block NULL makes one; what is added is not zeroed. */
void *zt_arena_grow(struct zt_arena *a, void *block, size_t size);
void zt_arena_drop(struct zt_arena *a, void *block);

/* A growing text. */
struct zt_buf {
	struct zt_arena *arena;
	char *s; /* a block; not terminated */
	size_t nr, size;
};
void zt_buf_add(struct zt_buf *b, const char *s, size_t len);
void zt_buf_text(struct zt_buf *b, const char *s);

#endif
