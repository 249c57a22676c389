/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plainest packets, read in one go: IPv4 without options, whole, or IPv6 without
 * extension headers; TCP in the middle of a connection, or UDP that is no DHCP; at most one
 * VLAN tag. Nine in ten packets are. What is said of one is what parse.h would say, to the
 * octet (the host build compares them on every frame it is given); in doubt it is not plain,
 * and parse.h reads it from the start.
 */
#ifndef ZT_PARSE_PLAIN_H
#define ZT_PARSE_PLAIN_H

#include "parse.h"

struct zt_plain {
	struct zt_eth eth;
	__u32 l3, vlan, type;
	__u32 len; /* of the IP packet */
	__u32 ip_len; /* of its header */
	__u32 proto;
	__u32 l4_len; /* of the TCP or UDP header */
	__u32 tcp;
	__be16 sport, dport;
};

/* n octets at off are in one piece with what is before. */
zt_inline int zt_linear(const struct zt_frame *f, __u32 off, const __u32 n)
{
	return f->data + off + n <= f->end;
}

zt_inline int zt_plain_l2(const struct zt_frame *f, struct zt_plain *x)
{
	struct zt_tag tag;

	if (!zt_linear(f, 0, sizeof(x->eth) + sizeof(tag)))
		return 0;
	zt_copy(&x->eth, f->data, sizeof(x->eth));
	if ((x->eth.dmac[0] | x->eth.smac[0]) & 1)
		return 0;
	x->l3 = sizeof(x->eth);
	x->type = zt_ntohs(x->eth.type);
	if (x->type != ZT_ETH_VLAN)
		return 1;
	zt_copy(&tag, f->data + sizeof(x->eth), sizeof(tag));
	x->l3 += sizeof(tag);
	x->vlan = zt_ntohs(tag.tci) & 0xfff;
	x->type = zt_ntohs(tag.type);
	return 1;
}

zt_inline int zt_plain_ip4(const struct zt_frame *f, struct zt_plain *x, struct zt_core *p)
{
	struct zt_ip4 ip;

	if (!zt_linear(f, x->l3, sizeof(ip) + sizeof(struct zt_udp)))
		return 0;
	zt_copy(&ip, f->data + x->l3, sizeof(ip));
	if (ip.vihl != 0x45 || ip.frag & zt_htons(0x3fff) || zt_ntohl(ip.src) >> 28 >= 0xe)
		return 0;
	x->len = zt_ntohs(ip.len);
	x->ip_len = sizeof(ip);
	x->proto = ip.proto;
	zt_addr_v4(&p->src, ip.src);
	zt_addr_v4(&p->dst, ip.dst);
	return 1;
}

zt_inline int zt_plain_ip6(const struct zt_frame *f, struct zt_plain *x, struct zt_core *p)
{
	struct zt_ip6 ip;

	if (!zt_linear(f, x->l3, sizeof(ip) + sizeof(struct zt_udp)))
		return 0;
	zt_copy(&ip, f->data + x->l3, sizeof(ip));
	if (zt_ntohl(ip.vtf) >> 28 != 6 || !ip.plen || zt_ntohl(ip.src.w[0]) >> 24 == 0xff)
		return 0;
	x->len = zt_ntohs(ip.plen) + (__u32)sizeof(ip);
	x->ip_len = sizeof(ip);
	x->proto = ip.next;
	p->src = ip.src;
	p->dst = ip.dst;
	return 1;
}

zt_inline int zt_plain_tcp(const struct zt_frame *f, struct zt_plain *x)
{
	struct zt_tcp tcp;

	if (!zt_linear(f, x->l3 + x->ip_len, sizeof(tcp)))
		return 0;
	zt_copy(&tcp, f->data + x->l3 + x->ip_len, sizeof(tcp));
	x->l4_len = (tcp.doff >> 4) * 4;
	x->tcp = tcp.flags;
	x->sport = tcp.sport;
	x->dport = tcp.dport;
	return x->l4_len >= sizeof(tcp) && x->ip_len + x->l4_len <= x->len &&
	       (tcp.flags & (ZT_TCP_SYN | ZT_TCP_RST | ZT_TCP_ACK)) == ZT_TCP_ACK;
}

zt_inline int zt_is_dhcp_port(__be16 port)
{
	__u32 n = zt_ntohs(port);

	return n - 67 <= 1 || n - 546 <= 1;
}

/* (The frame holds it: see zt_plain_ip4.) */
zt_inline int zt_plain_udp(const struct zt_frame *f, struct zt_plain *x)
{
	struct zt_udp udp;
	__u32 len;

	if (!zt_linear(f, x->l3 + x->ip_len, sizeof(udp)))
		return 0;
	zt_copy(&udp, f->data + x->l3 + x->ip_len, sizeof(udp));
	len = zt_ntohs(udp.len);
	x->l4_len = sizeof(udp);
	x->tcp = 0;
	x->sport = udp.sport;
	x->dport = udp.dport;
	return len >= sizeof(udp) && x->ip_len + len <= x->len && !zt_is_dhcp_port(udp.sport) &&
	       !zt_is_dhcp_port(udp.dport);
}

/* 1: plain, and in p; 0: nothing has been said. The kernel has taken off no tag. */
zt_inline int zt_parse_plain(struct zt_frame *f, struct zt_core *p)
{
	struct zt_plain x = {};
	int is;

	if (!zt_plain_l2(f, &x))
		return 0;
	if (x.type == ZT_ETH_IPV4)
		is = zt_plain_ip4(f, &x, p);
	else
		is = x.type == ZT_ETH_IPV6 && zt_plain_ip6(f, &x, p);
	if (!is)
		return 0;
	if (x.proto == ZT_PROTO_TCP)
		is = zt_plain_tcp(f, &x);
	else
		is = x.proto == ZT_PROTO_UDP && zt_plain_udp(f, &x);
	if (!is || !x.sport || !x.dport || !zt_frame_holds(f, x.l3 + x.len))
		return 0;
	__builtin_memcpy(p->dmac, x.eth.dmac, 6);
	__builtin_memcpy(p->smac, x.eth.smac, 6);
	p->vlan = x.vlan;
	p->ethertype = x.type;
	p->family = x.type == ZT_ETH_IPV4 ? 4 : 6;
	p->proto = x.proto;
	p->tcp = x.tcp;
	p->sport = x.sport;
	p->dport = x.dport;
	p->bytes = x.len;
	return 1;
}

#endif
