/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 3: IPv4 (RFC 791) and IPv6 (RFC 8200) with extension headers. Lengths
 * come from the IP header and must fit the frame; what follows the packet in the
 * frame is padding and ignored.
 */
#ifndef ZT_PARSE_IP_H
#define ZT_PARSE_IP_H

#include "parse_l2.h"

#define ZT_EXT_MAX 6
#define ZT_NH_HOPOPTS 0
#define ZT_NH_ROUTING 43
#define ZT_NH_FRAGMENT 44
#define ZT_NH_DSTOPTS 60
#define ZT_PROTO_IGMP 2
#define ZT_IP_MAX 65535u
#define ZT_BIG_TCP 65536u /* the kernel's GRO_LEGACY_MAX_SIZE */

struct zt_ip4 {
	__u8 vihl, tos;
	__be16 len, id, frag;
	__u8 ttl, proto;
	__be16 sum;
	__be32 src, dst;
};
struct zt_ip6 {
	__be32 vtf;
	__be16 plen;
	__u8 next, hops;
	struct zt_addr src, dst;
};
struct zt_ext {
	__u8 next, len;
	__u8 opt[6];
};

/* Offset and flag of a fragment, the same rules for both families. */
zt_inline int zt_parse_fragment(struct zt_pkt *p, __u32 off, __u32 more, __u32 payload)
{
	if (!off && !more)
		return 0; /* whole, or an atomic fragment (RFC 6946): as if not there */
	if (!payload || (more && payload % 8) || off + payload > ZT_IP_MAX)
		return ZT_REASON_BAD_LENGTH;
	p->frag_off = off;
	p->frag_len = payload;
	p->flags |= off ? ZT_PKT_LATER : ZT_PKT_FIRST;
	if (more)
		p->flags |= ZT_PKT_MORE;
	return 0;
}

/* Router alert as the only option (RFC 2113): 94 04 00 00. */
zt_inline int zt_parse_ip4_options(struct zt_frame *f, struct zt_pkt *p, __u32 ihl)
{
	__u8 o[4];

	p->flags |= ZT_PKT_OPTIONS;
	if (ihl != 24)
		return 0;
	if (zt_load(f, p->l3 + 20, o, sizeof(o)))
		return ZT_REASON_TRUNCATED;
	if (o[0] == 0x94 && o[1] == 4 && !o[2] && !o[3])
		p->flags |= ZT_PKT_ALERT_ONLY;
	return 0;
}

zt_inline int zt_parse_ip4(struct zt_frame *f, struct zt_pkt *p)
{
	struct zt_ip4 ip;
	__u32 ihl, len, frag;
	int r;

	if (zt_load(f, p->l3, &ip, sizeof(ip)))
		return ZT_REASON_TRUNCATED;
	ihl = (ip.vihl & 0xf) * 4;
	if (ip.vihl >> 4 != 4 || ihl < 20)
		return ZT_REASON_BAD_HEADER;
	len = zt_ntohs(ip.len);
	if (!len && p->flags & ZT_PKT_GSO)
		len = f->len - p->l3;
	if (len < ihl || !zt_frame_holds(f, p->l3 + len))
		return ZT_REASON_BAD_LENGTH;
	p->family = 4;
	p->proto = ip.proto;
	p->hops = ip.ttl;
	p->bytes = len;
	p->l4 = p->l3 + ihl;
	p->l4_len = len - ihl;
	zt_addr_v4(&p->src, ip.src);
	zt_addr_v4(&p->dst, ip.dst);
	if (zt_ntohl(ip.src) >> 28 == 0xe || ip.src == 0xffffffff)
		return ZT_REASON_MULTICAST_SOURCE;
	if (ihl > 20) {
		r = zt_parse_ip4_options(f, p, ihl);
		if (r)
			return r;
	}
	frag = zt_ntohs(ip.frag);
	p->frag_id = ip.id;
	return zt_parse_fragment(p, (frag & 0x1fff) * 8, frag & 0x2000, p->l4_len);
}

/* A header that does not fit: of a first fragment it is an attack (RFC 1858, 7112). */
zt_inline int zt_short(const struct zt_pkt *p)
{
	return p->flags & ZT_PKT_FIRST ? ZT_REASON_FRAG_TINY : ZT_REASON_TRUNCATED;
}

/*
 * One extension header. Sets *next, moves p->l4. RFC 8200 §4.1: at most one
 * fragment header; routing headers are refused (RFC 5095 and every other type).
 */
zt_inline int zt_parse_ext(struct zt_frame *f, struct zt_pkt *p, __u32 end, __u32 *next,
			   __u32 *fragments)
{
	struct zt_ext ext;
	__u32 n;

	if (*next == ZT_NH_ROUTING)
		return ZT_REASON_HEADER_CHAIN;
	if (p->l4 + 8 > end || zt_load(f, p->l4, &ext, sizeof(ext)))
		return zt_short(p);
	p->flags |= ZT_PKT_EXTENSION;
	if (*next == ZT_NH_FRAGMENT) {
		__u32 off = ((__u32)ext.opt[0] << 8 | ext.opt[1]);

		if ((*fragments)++)
			return ZT_REASON_HEADER_CHAIN;
		p->frag_id = (__u32)ext.opt[2] << 24 | (__u32)ext.opt[3] << 16 |
			     (__u32)ext.opt[4] << 8 | ext.opt[5];
		p->l4 += 8;
		*next = ext.next;
		return zt_parse_fragment(p, off & 0xfff8, off & 1, end - p->l4);
	}
	n = ((__u32)ext.len + 1) * 8;
	if (p->l4 + n > end)
		return zt_short(p);
	if (*next == ZT_NH_HOPOPTS) {
		/* Router alert, MLD, and two octets of padding: RFC 2711. */
		if (!(p->flags & ZT_PKT_OPTIONS) && n == 8 && ext.opt[0] == 5 && ext.opt[1] == 2 &&
		    !ext.opt[2] && !ext.opt[3] && ext.opt[4] == 1 && !ext.opt[5])
			p->flags |= ZT_PKT_ALERT_ONLY;
		else
			p->flags &= ~ZT_PKT_ALERT_ONLY;
		p->flags |= ZT_PKT_OPTIONS;
	}
	p->l4 += n;
	*next = ext.next;
	return 0;
}

/*
 * What the kernel puts in front of TCP in a super-packet beyond 64 kB (BIG TCP) and takes
 * out again before the wire: a hop-by-hop header with a jumbo payload option (RFC 2675). The
 * same conditions as there. p->l3 moves with it, so that no segment is charged for it.
 */
zt_inline void zt_skip_jumbo(struct zt_frame *f, struct zt_pkt *p, __u32 *next)
{
	struct zt_ext ext;

	if (p->bytes <= ZT_BIG_TCP || *next != ZT_NH_HOPOPTS || zt_load(f, p->l4, &ext, sizeof(ext)))
		return;
	if (ext.next != ZT_PROTO_TCP || ext.len || ext.opt[0] != 0xc2 || ext.opt[1] != 4)
		return;
	*next = ext.next;
	p->l4 += sizeof(ext);
	p->l3 += sizeof(ext);
	p->bytes -= sizeof(ext);
}

zt_inline int zt_parse_ip6(struct zt_frame *f, struct zt_pkt *p)
{
	__u32 len, end, next, fragments = 0, i;
	struct zt_ip6 ip;
	int r;

	if (zt_load(f, p->l3, &ip, sizeof(ip)))
		return ZT_REASON_TRUNCATED;
	if ((zt_ntohl(ip.vtf) >> 28) != 6)
		return ZT_REASON_BAD_HEADER;
	len = zt_ntohs(ip.plen) + (__u32)sizeof(ip);
	if (!ip.plen) {
		/* A jumbogram (RFC 2675) only as the super-packet of this router's own GSO. */
		if (!(p->flags & ZT_PKT_GSO))
			return ZT_REASON_BAD_LENGTH;
		len = f->len - p->l3;
	}
	if (!zt_frame_holds(f, p->l3 + len))
		return ZT_REASON_BAD_LENGTH;
	p->family = 6;
	p->hops = ip.hops;
	p->bytes = len;
	p->src = ip.src;
	p->dst = ip.dst;
	if ((zt_ntohl(ip.src.w[0]) >> 24) == 0xff)
		return ZT_REASON_MULTICAST_SOURCE;
	p->l4 = p->l3 + sizeof(ip);
	end = p->l3 + len;
	next = ip.next;
	if (!ip.plen)
		zt_skip_jumbo(f, p, &next);
	ZT_NO_UNROLL
	for (i = 0; i <= ZT_EXT_MAX; i++) {
		if (next != ZT_NH_HOPOPTS && next != ZT_NH_ROUTING && next != ZT_NH_FRAGMENT &&
		    next != ZT_NH_DSTOPTS)
			break;
		if (i == ZT_EXT_MAX || p->flags & ZT_PKT_LATER)
			break;
		r = zt_parse_ext(f, p, end, &next, &fragments);
		if (r)
			return r;
	}
	p->proto = next;
	p->l4_len = end - p->l4;
	if (i == ZT_EXT_MAX && !(p->flags & ZT_PKT_LATER) &&
	    (next == ZT_NH_HOPOPTS || next == ZT_NH_ROUTING || next == ZT_NH_FRAGMENT ||
	     next == ZT_NH_DSTOPTS))
		return ZT_REASON_HEADER_CHAIN;
	return 0;
}

#endif
