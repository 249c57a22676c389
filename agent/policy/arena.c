/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of one policy: a bump allocator for the many small pieces, a list of
 * plain blocks for the few that grow. Must never know what lies in it.
 */
#include <stdlib.h>
#include <string.h>
#include "policy/arena.h"

#define CHUNK_MIN 4096u
#define CHUNK_MAX (1u << 20)

struct chunk {
	struct chunk *next;
	size_t used, size;
	char data[] __attribute__((aligned(8)));
};

struct block {
	struct block *next, *prev;
	char data[] __attribute__((aligned(16)));
};

struct zt_arena {
	struct chunk *chunks;
	struct block *blocks;
	size_t chunk_size;
	jmp_buf *oom;
};

struct zt_arena *zt_arena_new(jmp_buf *oom)
{
	struct zt_arena *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->oom = oom;
	a->chunk_size = CHUNK_MIN;
	return a;
}

void zt_arena_free(struct zt_arena *a)
{
	if (!a)
		return;
	for (struct chunk *c = a->chunks, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	for (struct block *b = a->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

static struct chunk *add_chunk(struct zt_arena *a, size_t size)
{
	struct chunk *c;

	if (a->chunk_size < CHUNK_MAX)
		a->chunk_size *= 2;
	if (size < a->chunk_size)
		size = a->chunk_size;
	c = malloc(sizeof(*c) + size);
	if (!c)
		longjmp(*a->oom, 1);
	c->used = 0;
	c->size = size;
	c->next = a->chunks;
	a->chunks = c;
	return c;
}

void *zt_arena_alloc(struct zt_arena *a, size_t size)
{
	struct chunk *c = a->chunks;
	void *p;

	if (size > SIZE_MAX / 2)
		longjmp(*a->oom, 1);
	size = (size + 7) & ~(size_t)7;
	if (!c || c->size - c->used < size)
		c = add_chunk(a, size);
	p = c->data + c->used;
	c->used += size;
	return memset(p, 0, size);
}

void *zt_arena_array(struct zt_arena *a, size_t nr, size_t size)
{
	if (size && nr > SIZE_MAX / 2 / size)
		longjmp(*a->oom, 1);
	return zt_arena_alloc(a, nr * size);
}

char *zt_arena_text(struct zt_arena *a, const char *s, size_t len)
{
	char *p = zt_arena_alloc(a, len + 1);

	memcpy(p, s, len);
	return p;
}

void *zt_arena_grow(struct zt_arena *a, void *block, size_t size)
{
	struct block *old = block ? (struct block *)((char *)block - sizeof(*old)) : NULL;
	struct block *b = realloc(old, sizeof(*b) + size);

	if (!b)
		longjmp(*a->oom, 1);
	if (!old) {
		b->prev = NULL;
		b->next = a->blocks;
	}
	if (b->prev)
		b->prev->next = b;
	else
		a->blocks = b;
	if (b->next)
		b->next->prev = b;
	return b->data;
}

void zt_arena_drop(struct zt_arena *a, void *block)
{
	struct block *b = block ? (struct block *)((char *)block - sizeof(*b)) : NULL;

	if (!b)
		return;
	if (b->prev)
		b->prev->next = b->next;
	else
		a->blocks = b->next;
	if (b->next)
		b->next->prev = b->prev;
	free(b);
}

void zt_buf_add(struct zt_buf *b, const char *s, size_t len)
{
	if (b->size - b->nr < len) {
		size_t size = b->size ? b->size : 4096;

		while (size - b->nr < len)
			size += size / 2;
		b->s = zt_arena_grow(b->arena, b->s, size);
		b->size = size;
	}
	memcpy(b->s + b->nr, s, len);
	b->nr += len;
}

void zt_buf_text(struct zt_buf *b, const char *s)
{
	zt_buf_add(b, s, strlen(s));
}
