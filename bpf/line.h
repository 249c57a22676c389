/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Look-ups in the exact tables of this generation (struct zt_line): one line, and a
 * second one only where the first says so. Knows no table's meaning.
 */
#ifndef ZT_LINE_H
#define ZT_LINE_H

#include "maps.h"

/* The tables a packet's generation has; both are there, or nothing is. */
struct zt_exact {
	const struct zt_pol *pol;
	void *lines;
};

zt_inline int zt_exact_now(const struct zt_pkt *p, struct zt_exact *ret)
{
	__u32 par = p->par & 1;

	ret->pol = bpf_map_lookup_elem(&zt_pol, &par);
	ret->lines = bpf_map_lookup_elem(&zt_line, &par);
	return ret->pol && ret->lines ? 0 : -1;
}

/* All ones where two words are equal, without a branch: which entry hits is anybody's guess. */
zt_inline __u64 zt_line_equal(__u64 a, __u64 b)
{
	__u64 differ = a ^ b;

	return ((differ | -differ) >> 63) - 1;
}

/* Of these four, `where` is a part of the key in the values' lower half; of others 0. */
zt_inline __u64 zt_line_place(const __u64 *w, __u64 key, __u64 where, __u64 mask)
{
	return w[1] & zt_line_equal(w[0], key) & zt_line_equal(w[1] & mask, where);
}

/* The value of a key among a line's four, 0: none. */
zt_inline __u64 zt_line_value(const struct zt_line *l, __u64 key, __u64 where, __u64 mask)
{
	return zt_line_place(&l->w[0], key, where, mask) | zt_line_place(&l->w[2], key, where, mask) |
	       zt_line_place(&l->w[4], key, where, mask) | zt_line_place(&l->w[6], key, where, mask);
}

zt_inline __u64 zt_line_get(const struct zt_exact *t, enum zt_table table, __u64 key,
			    __u64 where, __u64 mask)
{
	const struct zt_line_span *span = &t->pol->span[table];
	__u64 hash = zt_line_hash(t->pol->seed, key, where), v;
	__u32 at = zt_line_home(span, hash);
	const struct zt_line *l;

	l = bpf_map_lookup_elem(t->lines, &at);
	if (!l)
		return 0;
	v = zt_line_value(l, key, where, mask) & ~ZT_LINE_MORE;
	if (v || !(l->w[1] & ZT_LINE_MORE))
		return v;
	at = zt_line_other(span, hash);
	l = bpf_map_lookup_elem(t->lines, &at);
	return l ? zt_line_value(l, key, where, mask) & ~ZT_LINE_MORE : 0;
}

zt_inline __u64 zt_line_find(const struct zt_exact *t, enum zt_table table, __u64 key)
{
	return zt_line_get(t, table, key, 0, 0);
}

zt_inline __u64 zt_line_find_mac(const struct zt_exact *t, __u64 key, __u32 where)
{
	return zt_line_get(t, ZT_TABLE_MAC, key, where, 0xffffffff);
}

/* The same of a line's two IPv6 hosts. */
zt_inline __u64 zt_line_value6(const struct zt_line *l, __u64 first, __u64 second, __u64 scope)
{
	return (l->w[3] & zt_line_equal(l->w[0], first) & zt_line_equal(l->w[1], second) &
		zt_line_equal(l->w[2], scope)) |
	       (l->w[7] & zt_line_equal(l->w[4], first) & zt_line_equal(l->w[5], second) &
		zt_line_equal(l->w[6], scope));
}

zt_inline __u64 zt_line_find6(const struct zt_exact *t, const struct zt_addr *a, __u32 scope)
{
	const struct zt_line_span *span = &t->pol->span[ZT_TABLE_HOST6];
	__u64 first = zt_addr_word(a, 0), second = zt_addr_word(a, 1), v;
	__u64 hash = zt_host6_hash(t->pol->seed, first, second, scope);
	__u32 at = zt_line_home(span, hash);
	const struct zt_line *l;

	l = bpf_map_lookup_elem(t->lines, &at);
	if (!l)
		return 0;
	v = zt_line_value6(l, first, second, scope) & ~ZT_LINE_MORE;
	if (v || !(l->w[3] & ZT_LINE_MORE))
		return v;
	at = zt_line_other(span, hash);
	l = bpf_map_lookup_elem(t->lines, &at);
	return l ? zt_line_value6(l, first, second, scope) & ~ZT_LINE_MORE : 0;
}

#endif
