/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading octets of a frame, bounds-checked, into a local copy. The linear part
 * is read directly; what lies beyond it in a multi-buffer XDP frame through the
 * helper, so a header on the seam reads the same as any other.
 */
#ifndef ZT_FRAME_H
#define ZT_FRAME_H

#include "env.h"

/* No header the parser cares for starts later than this. */
#define ZT_HEADER_BUDGET 768u
/* What must be in one piece for that: the longest read may start there. */
#define ZT_READ_BUDGET (ZT_HEADER_BUDGET + 64u)

struct zt_frame {
	void *data; /* linear part */
	void *end;
	void *xdp; /* the XDP context, or NULL: everything is linear */
	__u32 len; /* whole length, 0: not asked for yet */
};

#ifdef ZT_HOST
#define zt_copy(to, from, n) __builtin_memcpy(to, from, n)
#else
/*
 * A copy of n octets in words. The compiler, not knowing how a packet is aligned, would take
 * it octet by octet; kernels that cannot read across a word refuse to load this.
 */
zt_inline void zt_copy(void *to, const void *from, const __u32 n)
{
	__u32 i;

	for (i = 0; i + 4 <= n; i += 4)
		*(__u32 *)(to + i) = *(const __u32 *)(from + i);
	for (; i + 2 <= n; i += 2)
		*(__u16 *)(to + i) = *(const __u16 *)(from + i);
	if (i < n)
		*(__u8 *)(to + i) = *(const __u8 *)(from + i);
}
#endif

/* Copy n octets at off. 0, or -1 when the frame is shorter. n is a constant. */
zt_inline int zt_load(const struct zt_frame *f, __u32 off, void *to, const __u32 n)
{
	__u64 at = off;

	if (off > ZT_HEADER_BUDGET)
		return -1;
	zt_bound(at, 1023); /* changes nothing: Linux 6.1 forgets the bound of a spilled number */
	if (zt_likely(f->data + at + n <= f->end)) {
		zt_copy(to, f->data + at, n);
		return 0;
	}
#ifndef ZT_HOST
	if (f->xdp)
		return bpf_xdp_load_bytes(f->xdp, at, to, n) ? -1 : 0;
#endif
	return -1;
}

/* The whole length, of all parts. */
zt_inline __u32 zt_frame_len(struct zt_frame *f)
{
	if (!f->len)
		f->len = (__u32)((char *)f->end - (char *)f->data);
#ifndef ZT_HOST
	if (f->xdp)
		f->len = (__u32)bpf_xdp_get_buff_len(f->xdp);
#endif
	return f->len;
}

/* Is the frame at least this long. Asks for the whole length only when it must. */
zt_inline int zt_frame_holds(struct zt_frame *f, __u32 upto)
{
	__u32 linear = (__u32)((char *)f->end - (char *)f->data);

	return upto <= linear || upto <= zt_frame_len(f);
}

#endif
