/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IPv6 neighbour discovery (RFC 4861, 6980): the target and the link-layer
 * option. Only the plain shape counts: hop limit 255, code 0, no extension
 * header, not a fragment, no more options than a stack sends.
 */
#ifndef ZT_PARSE_ND_H
#define ZT_PARSE_ND_H

#include "parse_ip.h"

#define ZT_ND_RS 133
#define ZT_ND_RA 134
#define ZT_ND_NS 135
#define ZT_ND_NA 136
#define ZT_ND_REDIRECT 137
#define ZT_ND_OPTIONS_MAX 8 /* all that fit into ZT_ND_OPTIONS_LEN */
#define ZT_ND_OPTIONS_LEN 64u /* of NS, NA and RS, with whatever stands behind the packet */

/*
 * Source (NS, RS) or target (NA) link-layer address option: types 1 and 2. Two of them
 * are none: which one a receiver believes is not for us to guess.
 */
zt_inline int zt_parse_nd_options(struct zt_frame *f, struct zt_pkt *p, __u32 off)
{
	__u32 want = p->op == ZT_ND_NA ? 2 : 1, end = p->l4 + p->l4_len, i;

	ZT_NO_UNROLL
	for (i = 0; i < ZT_ND_OPTIONS_MAX && off < end; i++) {
		__u8 o[8];

		if (off + sizeof(o) > end)
			return ZT_REASON_BAD_LENGTH;
		if (zt_load(f, off, o, sizeof(o)))
			return ZT_REASON_TRUNCATED;
		if (!o[1] || off + (__u32)o[1] * 8 > end)
			return ZT_REASON_BAD_LENGTH;
		if (o[0] == want && o[1] == 1) {
			if (p->flags & ZT_PKT_HAS_HW)
				p->shape = ZT_SHAPE_NONE;
			__builtin_memcpy(p->hw, o + 2, 6);
			p->flags |= ZT_PKT_HAS_HW;
		}
		off += (__u32)o[1] * 8;
	}
	return 0;
}

zt_inline int zt_parse_nd(struct zt_frame *f, struct zt_pkt *p, __u32 code)
{
	__u32 type = p->icmp_type, fixed;

	p->op = type;
	p->fault = type == ZT_ND_RA ? ZT_REASON_ROGUE_RA :
		   type == ZT_ND_REDIRECT ? ZT_REASON_REDIRECT : ZT_REASON_ND_SPOOFED;
	if (type == ZT_ND_REDIRECT) {
		p->shape = ZT_SHAPE_REDIRECT;
		return 0;
	}
	if (p->hops != 255 || code || p->flags & (ZT_PKT_EXTENSION | ZT_PKT_FIRST))
		return 0; /* stays a fault: not the shape a stack accepts */
	fixed = type == ZT_ND_RS ? 8 : type == ZT_ND_RA ? 16 : 24;
	if (p->l4_len < fixed)
		return ZT_REASON_TRUNCATED;
	if (type != ZT_ND_RA && zt_frame_holds(f, p->l4 + fixed + ZT_ND_OPTIONS_LEN + 1))
		return 0; /* a cargo, in options or behind the packet: see zt_parse_arp() */
	if (fixed == 24 && zt_load(f, p->l4 + 8, &p->target, sizeof(p->target)))
		return ZT_REASON_TRUNCATED;
	p->shape = type == ZT_ND_RA ? ZT_SHAPE_RA : ZT_SHAPE_ND;
	/* Nothing depends on the options of an RA: who sent it does. */
	return type == ZT_ND_RA ? 0 : zt_parse_nd_options(f, p, p->l4 + fixed);
}

#endif
