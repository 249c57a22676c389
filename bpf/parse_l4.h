/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 4: TCP (RFC 9293), UDP (RFC 768), ICMP (RFC 792) and ICMPv6 (RFC 4443)
 * as far as a decision needs them. Called for whole packets and first fragments.
 */
#ifndef ZT_PARSE_L4_H
#define ZT_PARSE_L4_H

#include "parse_ip.h"
#include "parse_nd.h"
#include "parse_dhcp.h"

#define ZT_TCP_FIN 0x01
#define ZT_TCP_SYN 0x02
#define ZT_TCP_RST 0x04
#define ZT_TCP_ACK 0x10

struct zt_tcp {
	__be16 sport, dport;
	__be32 seq, ack;
	__u8 doff, flags;
	__be16 win, sum, urg;
};
struct zt_udp {
	__be16 sport, dport, len, sum;
};
struct zt_icmp {
	__u8 type, code;
	__be16 sum, id, seq;
};

zt_inline int zt_parse_tcp(struct zt_frame *f, struct zt_pkt *p)
{
	struct zt_tcp tcp;
	__u32 doff;

	if (p->l4_len < sizeof(tcp) || zt_load(f, p->l4, &tcp, sizeof(tcp)))
		return zt_short(p);
	doff = (tcp.doff >> 4) * 4;
	if (doff < sizeof(tcp) || !tcp.sport || !tcp.dport)
		return ZT_REASON_BAD_HEADER;
	if (doff > p->l4_len)
		return zt_short(p);
	p->sport = tcp.sport;
	p->dport = tcp.dport;
	p->tcp = tcp.flags;
	p->headers = p->l4 - p->l3 + doff;
	return 0;
}

zt_inline int zt_parse_udp(struct zt_frame *f, struct zt_pkt *p)
{
	struct zt_udp udp;
	__u32 len;

	if (p->l4_len < sizeof(udp) || zt_load(f, p->l4, &udp, sizeof(udp)))
		return zt_short(p);
	len = zt_ntohs(udp.len);
	if (!(p->flags & ZT_PKT_GSO) &&
	    (len < sizeof(udp) || (!(p->flags & ZT_PKT_FIRST) && len > p->l4_len)))
		return ZT_REASON_BAD_LENGTH;
	if (!udp.sport || !udp.dport)
		return ZT_REASON_BAD_HEADER;
	p->sport = udp.sport;
	p->dport = udp.dport;
	p->headers = p->l4 - p->l3 + sizeof(udp);
	if (p->flags & (ZT_PKT_FIRST | ZT_PKT_OPTIONS | ZT_PKT_EXTENSION))
		return 0; /* DHCP has one plain shape */
	return zt_parse_dhcp(f, p);
}

/* The packet an ICMP error quotes: addresses and ports. */
zt_inline int zt_parse_inner4(struct zt_frame *f, struct zt_pkt *p)
{
	struct zt_ip4 ip;
	__be16 ports[3]; /* ICMP: type, sum, id */
	__u32 ihl;

	if (p->l4_len < 8 + sizeof(ip) || zt_load(f, p->l4 + 8, &ip, sizeof(ip)))
		return ZT_REASON_TRUNCATED;
	ihl = (ip.vihl & 0xf) * 4;
	if (ip.vihl >> 4 != 4 || ihl < 20 || p->l4_len < 8 + ihl + 8)
		return ZT_REASON_TRUNCATED;
	if (zt_load(f, p->l4 + 8 + ihl, ports, sizeof(ports)))
		return ZT_REASON_TRUNCATED;
	/* A later fragment has no ports: it stays unknown whose it is. */
	if (ip.frag & zt_htons(0x1fff) && (ip.proto == ZT_PROTO_TCP || ip.proto == ZT_PROTO_UDP ||
					   ip.proto == ZT_PROTO_ICMP))
		return 0;
	zt_addr_v4(&p->target, ip.src);
	zt_addr_v4(&p->inner, ip.dst);
	p->inner_proto = ip.proto;
	p->inner_sport = ports[0];
	p->inner_dport = ip.proto == ZT_PROTO_ICMP ? ports[2] : ports[1];
	return 0;
}

#define ZT_INNER_EXT_MAX 3

/*
 * Extension headers of a quoted packet: those a flow here may have, and no more of them.
 * *later: it is a later fragment.
 */
zt_inline int zt_parse_inner_chain(struct zt_frame *f, struct zt_pkt *p, __u32 *off, __u32 *next,
				   __u32 *later)
{
	struct zt_ext ext;
	__u32 i;

	ZT_NO_UNROLL
	for (i = 0; i < ZT_INNER_EXT_MAX; i++) {
		if (*next != ZT_NH_DSTOPTS && *next != ZT_NH_FRAGMENT)
			break;
		if (*off + 8 > p->l4 + p->l4_len || zt_load(f, *off, &ext, sizeof(ext)))
			return ZT_REASON_TRUNCATED;
		if (*next == ZT_NH_FRAGMENT)
			*later |= ext.opt[0] | (ext.opt[1] & 0xf8);
		*off += *next == ZT_NH_FRAGMENT ? 8 : ((__u32)ext.len + 1) * 8;
		*next = ext.next;
	}
	return 0;
}

zt_inline int zt_parse_inner6(struct zt_frame *f, struct zt_pkt *p)
{
	__u32 off = p->l4 + 8 + sizeof(struct zt_ip6), next, later = 0;
	struct zt_ip6 ip;
	__be16 ports[3]; /* ICMP: type, sum, id */
	int r;

	if (p->l4_len < 8 + sizeof(ip) + 8 || zt_load(f, p->l4 + 8, &ip, sizeof(ip)))
		return ZT_REASON_TRUNCATED;
	next = ip.next;
	r = zt_parse_inner_chain(f, p, &off, &next, &later);
	if (r)
		return r;
	if (off + 8 > p->l4 + p->l4_len || zt_load(f, off, ports, sizeof(ports)))
		return ZT_REASON_TRUNCATED;
	if (later && (next == ZT_PROTO_TCP || next == ZT_PROTO_UDP || next == ZT_PROTO_ICMPV6))
		return 0;
	p->target = ip.src;
	p->inner = ip.dst;
	p->inner_proto = next;
	p->inner_sport = ports[0];
	p->inner_dport = next == ZT_PROTO_ICMPV6 ? ports[2] : ports[1];
	return 0;
}

/*
 * A link of so few octets there is none: 296 is the least of RFC 1191 §7 that ever was
 * one, and RFC 8201 §4 discards what says less than 1280. 0 is a router older than that.
 */
#define ZT_MTU_MIN4 296u
#define ZT_MTU_MIN6 1280u

zt_inline int zt_mtu_is_fake(const struct zt_pkt *p, const struct zt_icmp *icmp)
{
	__u32 mtu = zt_ntohs(icmp->seq);

	if (p->proto == ZT_PROTO_ICMP)
		return icmp->type == 3 && icmp->code == 4 && mtu && mtu < ZT_MTU_MIN4;
	return icmp->type == 2 && !icmp->id && mtu < ZT_MTU_MIN6;
}

zt_inline int zt_parse_icmp4(struct zt_frame *f, struct zt_pkt *p)
{
	switch (p->icmp_type) {
	case 3: /* unreachable */
	case 11: /* time exceeded */
	case 12: /* parameter problem */
		p->shape = ZT_SHAPE_ICMP_ERROR;
		return zt_parse_inner4(f, p);
	case 5:
		p->shape = ZT_SHAPE_REDIRECT;
		return 0;
	case 0: /* answers and the requests of RFC 792, 950 */
	case 8:
	case 13 ... 18:
		return 0;
	default:
		p->fault = ZT_REASON_ICMP_TYPE;
		return 0;
	}
}

/* Membership traffic (RFC 2710, 3810): one hop-by-hop header, nothing else before it. */
zt_inline void zt_parse_mld(struct zt_pkt *p)
{
	__u32 type = p->icmp_type;

	p->fault = ZT_REASON_ICMP_TYPE;
	if (p->hops != 1 || !(p->flags & ZT_PKT_ALERT_ONLY) || p->flags & ZT_PKT_FIRST ||
	    p->l4 != p->l3 + sizeof(struct zt_ip6) + 8)
		return;
	if ((type == 131 || type == 132) && p->l4_len != 24)
		return;
	p->shape = type == 130 ? ZT_SHAPE_QUERY : ZT_SHAPE_REPORT;
}

zt_inline int zt_parse_icmp6(struct zt_frame *f, struct zt_pkt *p, __u32 code)
{
	switch (p->icmp_type) {
	case 1 ... 4:
		p->shape = ZT_SHAPE_ICMP_ERROR;
		return zt_parse_inner6(f, p);
	case 128:
	case 129:
	case 139:
	case 140:
		return 0;
	case 130: /* MLD query, report, done, v2 report */
	case 131:
	case 132:
	case 143:
		zt_parse_mld(p);
		return 0;
	case 133 ... 137:
		return zt_parse_nd(f, p, code);
	default:
		p->fault = ZT_REASON_ICMP_TYPE;
		return 0;
	}
}

zt_inline int zt_parse_icmp(struct zt_frame *f, struct zt_pkt *p)
{
	struct zt_icmp icmp;

	if (p->l4_len < sizeof(icmp) || zt_load(f, p->l4, &icmp, sizeof(icmp)))
		return zt_short(p);
	p->icmp_type = icmp.type;
	p->sport = icmp.id;
	p->headers = p->l4 - p->l3 + sizeof(icmp);
	if (zt_mtu_is_fake(p, &icmp)) {
		p->fault = ZT_REASON_ICMP_TYPE;
		return 0;
	}
	return p->proto == ZT_PROTO_ICMP ? zt_parse_icmp4(f, p) :
					    zt_parse_icmp6(f, p, icmp.code);
}

/* IGMP (RFC 2236, 3376): reports and leaves, or a query. */
zt_inline int zt_parse_igmp(struct zt_frame *f, struct zt_pkt *p)
{
	__u8 type;

	if (p->l4_len < 8 || zt_load(f, p->l4, &type, 1))
		return zt_short(p);
	if (p->hops != 1 || p->flags & ZT_PKT_FIRST ||
	    (p->flags & ZT_PKT_OPTIONS && !(p->flags & ZT_PKT_ALERT_ONLY)))
		return 0;
	if (type == 0x11)
		p->shape = ZT_SHAPE_QUERY;
	else if (type == 0x22 ||
		 (p->l4_len == 8 && (type == 0x12 || type == 0x16 || type == 0x17)))
		p->shape = ZT_SHAPE_REPORT;
	return 0;
}

zt_inline int zt_parse_l4(struct zt_frame *f, struct zt_pkt *p)
{
	p->headers = p->l4 - p->l3;
	if (p->flags & ZT_PKT_LATER)
		return 0;
	switch (p->proto) {
	case ZT_PROTO_TCP:
		return zt_parse_tcp(f, p);
	case ZT_PROTO_UDP:
		return zt_parse_udp(f, p);
	case ZT_PROTO_ICMP:
		return p->family == 4 ? zt_parse_icmp(f, p) : 0;
	case ZT_PROTO_ICMPV6:
		return p->family == 6 ? zt_parse_icmp(f, p) : 0;
	case ZT_PROTO_IGMP:
		return p->family == 4 ? zt_parse_igmp(f, p) : 0;
	default:
		return 0;
	}
}

#endif
