/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The prefixes of an image as a search tree over the intervals they cut the addresses
 * into (struct zt_block). First all intervals in order, by one walk over the sorted
 * prefixes; then blocks of up to 81 of them, and blocks of such blocks.
 *
 * An address is 64 upper and 64 lower bits here. Where prefixes longer than 64 bits
 * divide the addresses of one upper half, a tree of its own goes on with the lower.
 */
#include "compile/compile.h"
#include "compile/tables.h"

struct place {
	uint64_t hi, lo;
};

/* From this place on, up to the next interval. */
struct interval {
	struct place from;
	struct zt_host_word word;
};

struct intervals {
	struct interval *v;
	uint32_t nr, cap;
};

/* The same in 64 bits, and then 63, as the blocks have them. */
struct cut {
	uint64_t from;
	struct zt_host_word word;
};

struct cuts {
	struct cut *v;
	uint32_t nr, cap;
};

struct blocks {
	struct zt_block *v;
	uint32_t nr, cap;
	uint32_t shared, group; /* the one that is being shared out, and its next free group */
};

/* ---- prefixes to intervals ------------------------------------------------------ */

static struct place first_of(const struct zt_image_net *n)
{
	uint64_t half[2];

	memcpy(half, &n->key.addr, sizeof(half));
	if (n->key.family == htobe32(4)) /* the address itself, in the upper half */
		return (struct place){ be64toh(half[1]) << 32, 0 };
	return (struct place){ be64toh(half[0]), be64toh(half[1]) };
}

static uint32_t bits_of(const struct zt_image_net *n)
{
	return n->key.plen - (n->key.family == htobe32(4) ? 128 : 32);
}

/* The first place behind a prefix. False: there is none. */
static bool behind(const struct zt_image_net *n, struct place *ret)
{
	uint32_t bits = bits_of(n);
	struct place p = first_of(n);
	uint64_t lo = p.lo;

	if (!bits)
		return false;
	if (bits > 64) {
		p.lo += 1ull << (128 - bits);
		p.hi += p.lo < lo;
		*ret = p;
		return p.lo || p.hi;
	}
	p.hi += 1ull << (64 - bits);
	*ret = p;
	return p.hi;
}

static int order_of(const struct place *x, const struct place *y)
{
	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	return (x->lo > y->lo) - (x->lo < y->lo);
}

static int by_place(const void *a, const void *b)
{
	const struct zt_image_net *x = *(const struct zt_image_net *const *)a;
	const struct zt_image_net *y = *(const struct zt_image_net *const *)b;
	struct place p = first_of(x), q = first_of(y);
	int order = order_of(&p, &q);

	return order ? order : (int)bits_of(x) - (int)bits_of(y);
}

static bool same_word(const struct zt_host_word *a, const struct zt_host_word *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* From here on another word; at one place the last one counts. */
static int begin(struct intervals *l, struct place from, struct zt_host_word word)
{
	int err = zt_grow(&l->v, &l->cap, l->nr, sizeof(*l->v));

	if (err)
		return err;
	if (l->nr && !order_of(&l->v[l->nr - 1].from, &from))
		l->nr--;
	if (!l->nr || !same_word(&l->v[l->nr - 1].word, &word))
		l->v[l->nr++] = (struct interval){ from, word };
	return 0;
}

struct open {
	struct place behind; /* where it ends */
	bool endless;
	struct zt_host_word word;
};

/* Close what ends before or at a place; NULL: all of it. */
static int close_until(struct intervals *l, struct open *stack, uint32_t *depth,
		       const struct place *until)
{
	int err = 0;

	while (*depth > 1 && !err) {
		struct open *top = &stack[*depth - 1];

		if (until && (top->endless || order_of(&top->behind, until) > 0))
			break;
		--*depth;
		if (!top->endless)
			err = begin(l, top->behind, stack[*depth - 1].word);
	}
	return err;
}

/* All intervals of a family, from 0 on. */
static int cut_family(const struct zt_image *i, uint32_t family, struct intervals *l)
{
	const struct zt_image_net **net = calloc(i->nr_nets + 1, sizeof(*net));
	struct open stack[130] = { { .endless = true } };
	uint32_t n, nr = 0, depth = 1;
	int err = net ? begin(l, (struct place){ 0 }, stack[0].word) : -ENOMEM;

	for (n = 0; n < i->nr_nets && net; n++) {
		if (i->nets[n].key.family == htobe32(family))
			net[nr++] = &i->nets[n];
	}
	if (nr)
		qsort(net, nr, sizeof(*net), by_place);
	for (n = 0; n < nr && !err; n++) {
		struct place from = first_of(net[n]);
		struct open *o;

		err = close_until(l, stack, &depth, &from);
		o = &stack[depth++];
		*o = (struct open){ .word = net[n]->word };
		o->endless = !behind(net[n], &o->behind);
		if (!err)
			err = begin(l, from, o->word);
	}
	if (!err)
		err = close_until(l, stack, &depth, NULL);
	free(net);
	return err;
}

/* ---- intervals to blocks -------------------------------------------------------- */

static int new_block(struct blocks *b, uint32_t *ret)
{
	int err = zt_grow(&b->v, &b->cap, b->nr, sizeof(*b->v));

	if (!err) {
		memset(&b->v[b->nr], 0, sizeof(*b->v));
		*ret = b->nr++;
	}
	return err;
}

/* The q-th beginning of an interval, counted without the first. */
static __u64 *key_of(struct zt_block *b, uint32_t q)
{
	return q % 9 == 8 ? &b->top[q / 9] : &b->key[q / 9][q % 9];
}

static void fill_block(struct zt_block *b, const struct cut *c, uint32_t nr)
{
	uint32_t q;

	for (q = 0; q < ZT_NET_WAYS - 1; q++)
		*key_of(b, q) = q + 1 < nr ? c[q + 1].from : ZT_NET_NEVER;
	for (q = 0; q < nr; q++)
		b->word[q] = c[q].word;
}

/* So many intervals into the tree below a block that is there. */
static int fill_tree(struct blocks *b, uint32_t at, const struct cut *c, uint32_t nr,
		     uint32_t depth)
{
	struct cut way[ZT_NET_WAYS];
	uint32_t n, q, size = 1;
	int err = 0;

	while (nr > (uint64_t)size * ZT_NET_WAYS)
		size *= ZT_NET_WAYS;
	if (size == 1) {
		fill_block(&b->v[at], c, nr);
		return 0;
	}
	if (depth == ZT_NET_STEPS / 2)
		return -E2BIG;
	for (n = 0, q = 0; n < nr && !err; n += size, q++) {
		way[q] = (struct cut){ c[n].from, { .kind = ZT_NET_CHILD } };
		err = new_block(b, &way[q].word.id);
		if (!err)
			err = fill_tree(b, way[q].word.id, &c[n], nr - n < size ? nr - n : size,
					depth + 1);
	}
	if (!err)
		fill_block(&b->v[at], way, q);
	return err;
}

/* So that the upper half of the 64 bits has a first cut, too; returns where it is. */
static int cut_middle(struct cuts *l, uint32_t *ret)
{
	uint32_t half;

	for (half = 0; half < l->nr && l->v[half].from < ZT_NET_NEVER; half++)
		;
	*ret = half;
	if (half < l->nr && l->v[half].from == ZT_NET_NEVER)
		return 0;
	if (zt_grow(&l->v, &l->cap, l->nr, sizeof(*l->v)))
		return -ENOMEM;
	memmove(&l->v[half + 1], &l->v[half], (l->nr++ - half) * sizeof(*l->v));
	l->v[half] = (struct cut){ ZT_NET_NEVER, l->v[half - 1].word };
	return 0;
}

/* Cuts from 0 on into the two trees whose first blocks are at and at + 1. */
static int fill_both(struct blocks *b, uint32_t at, struct cuts *l, uint32_t half)
{
	int err = fill_tree(b, at, l->v, half, 1);
	uint32_t n;

	for (n = half; n < l->nr; n++)
		l->v[n].from &= ~ZT_NET_NEVER;
	return err ? err : fill_tree(b, at + 1, &l->v[half], l->nr - half, 1);
}

static void fill_group(struct zt_block *b, uint32_t group, const struct cut *c, uint32_t nr)
{
	uint32_t q;

	for (q = 0; q < 8; q++)
		b->key[group][q] = q + 1 < nr ? c[q + 1].from & ~ZT_NET_NEVER : ZT_NET_NEVER;
	for (q = 0; q < nr; q++)
		b->word[9 * group + q] = c[q].word;
}

/* Few enough on either side: two groups of a block that others use as well. */
static int fill_few(struct blocks *b, const struct cuts *l, uint32_t half, struct zt_host_word *ret)
{
	int err = 0;

	if (!b->shared || b->group + 2 > ZT_NET_GROUPS) {
		err = new_block(b, &b->shared);
		b->group = 0;
	}
	if (err)
		return err;
	fill_group(&b->v[b->shared], b->group, l->v, half);
	fill_group(&b->v[b->shared], b->group + 1, &l->v[half], l->nr - half);
	*ret = (struct zt_host_word){ ZT_NET_FEW, b->group, 0, b->shared };
	b->group += 2;
	return 0;
}

static int fill_many(struct blocks *b, struct cuts *l, uint32_t half, struct zt_host_word *ret)
{
	uint32_t second;
	int err;

	*ret = (struct zt_host_word){ .kind = ZT_NET_LOWER };
	err = new_block(b, &ret->id);
	if (!err)
		err = new_block(b, &second);
	return err ? err : fill_both(b, ret->id, l, half);
}

static int cut_at(struct cuts *l, uint64_t from, struct zt_host_word word)
{
	int err = zt_grow(&l->v, &l->cap, l->nr, sizeof(*l->v));

	if (!err)
		l->v[l->nr++] = (struct cut){ from, word };
	return err;
}

/*
 * The addresses of one upper half that several intervals share, from the first of them
 * on; `before`: what holds at its beginning, unless one begins right there. *ret: the
 * word that leads there.
 */
static int fill_lower(struct blocks *b, const struct interval *v, uint32_t nr,
		      struct zt_host_word before, struct zt_host_word *ret)
{
	struct cuts l = { 0 };
	uint32_t n, half = 0;
	int err = v[0].from.lo ? cut_at(&l, 0, before) : 0;

	for (n = 0; n < nr && !err; n++)
		err = cut_at(&l, v[n].from.lo, v[n].word);
	if (!err)
		err = cut_middle(&l, &half);
	if (!err)
		err = half <= 9 && l.nr - half <= 9 ? fill_few(b, &l, half, ret) :
						      fill_many(b, &l, half, ret);
	free(l.v);
	return err;
}

static int fill_family(struct blocks *b, uint32_t at, const struct intervals *l)
{
	struct zt_host_word word = { 0 }, lower;
	struct cuts upper = { 0 };
	uint32_t n, same, half = 0;
	int err = 0;

	for (n = 0; n < l->nr && !err; n += same) {
		const struct interval *v = &l->v[n];
		uint64_t hi = v->from.hi;

		for (same = 1; n + same < l->nr && v[same].from.hi == hi; same++)
			;
		if (same == 1 && !v->from.lo) {
			word = v->word;
			err = cut_at(&upper, hi, word);
			continue;
		}
		err = fill_lower(b, v, same, word, &lower);
		if (!err)
			err = cut_at(&upper, hi, lower);
		word = v[same - 1].word;
		if (!err && hi != UINT64_MAX && (n + same == l->nr || v[same].from.hi != hi + 1))
			err = cut_at(&upper, hi + 1, word);
	}
	if (!err)
		err = cut_middle(&upper, &half);
	if (!err)
		err = fill_both(b, at, &upper, half);
	free(upper.v);
	return err;
}

int zt_blocks_make(const struct zt_image *i, struct zt_block **ret, uint32_t *ret_nr)
{
	static const struct {
		uint32_t family, at;
	} row[] = { { 4, ZT_NET_IPV4 }, { 6, ZT_NET_IPV6 } };
	struct blocks b = { 0 };
	uint32_t n, at;
	int err = 0;

	for (n = 0; n < 4 && !err; n++)
		err = new_block(&b, &at);
	for (n = 0; n < 2 && !err; n++) {
		struct intervals l = { 0 };

		err = cut_family(i, row[n].family, &l);
		if (!err)
			err = fill_family(&b, row[n].at, &l);
		free(l.v);
	}
	if (err) {
		free(b.v);
		return err;
	}
	*ret = b.v;
	*ret_nr = b.nr;
	return 0;
}
