/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DHCPv4 (RFC 2131) and DHCPv6 (RFC 8415) as shapes: ports, BOOTP header, and of
 * a server's ACK the address and lease. A packet on these ports that lacks the
 * shape is an ordinary UDP packet.
 */
#ifndef ZT_PARSE_DHCP_H
#define ZT_PARSE_DHCP_H

#include "parse_ip.h"

#define ZT_BOOTP_LEN 236u
#define ZT_DHCP_OPTIONS_MAX 12
#define ZT_DHCP_ACK 5

struct zt_bootp {
	__u8 op, htype, hlen, hops;
	__be32 xid;
	__be16 secs, flags;
	__be32 ciaddr, yiaddr, siaddr, giaddr;
	__u8 chaddr[16];
};

/*
 * Message type (53), lease time (51) and server (54) of a server's answer. What has been seen, and
 * where the next option is, stands in the record and not in registers: to the verifier one option
 * is then like the other.
 */
zt_inline void zt_parse_dhcp_options(struct zt_frame *f, struct zt_pkt *p, __u32 off)
{
	__u32 end = p->l4 + p->l4_len, i;

	ZT_NO_UNROLL
	for (i = 0; i < ZT_DHCP_OPTIONS_MAX; i++) {
		__u8 o[6];

		if (off + sizeof(o) > end || zt_load(f, off, o, sizeof(o)))
			break;
		if (o[0] == 255)
			break;
		if (o[0] == 53)
			p->flags = o[2] == ZT_DHCP_ACK ? p->flags | ZT_PKT_ACK : p->flags & ~ZT_PKT_ACK;
		if (o[0] == 51)
			p->lease_s = (__u32)o[2] << 24 | (__u32)o[3] << 16 | (__u32)o[4] << 8 | o[5];
		if (o[0] == 54)
			__builtin_memcpy(&p->server, o + 2, 4);
		ZT_WRITE_ONCE(p->option, off + (o[0] ? 2 + o[1] : 1));
		off = ZT_READ_ONCE(p->option);
	}
	if (!p->lease_s)
		p->flags &= ~ZT_PKT_ACK;
}

zt_inline int zt_parse_dhcp4(struct zt_frame *f, struct zt_pkt *p, __u32 server)
{
	__u32 at = p->l4 + 8;
	struct zt_bootp b;
	__be32 cookie;

	if (p->l4_len < 8 + ZT_BOOTP_LEN + 4 || zt_load(f, at, &b, sizeof(b)) ||
	    zt_load(f, at + ZT_BOOTP_LEN, &cookie, sizeof(cookie)))
		return 0;
	if (b.op != (server ? 2 : 1) || b.htype != 1 || b.hlen != 6 ||
	    cookie != zt_htonl(0x63825363))
		return 0;
	p->shape = server ? ZT_SHAPE_DHCP_SERVER : ZT_SHAPE_DHCP_CLIENT;
	p->op = b.op;
	__builtin_memcpy(p->hw, b.chaddr, 6);
	p->flags |= ZT_PKT_HAS_HW;
	zt_addr_v4(&p->target, b.yiaddr);
	if (server && p->dir == ZT_TO_DEVICE)
		zt_parse_dhcp_options(f, p, at + ZT_BOOTP_LEN + 4);
	return 0;
}

/* What a client sends: solicit to information-request, no server's and no relay's message. */
zt_inline int zt_is_dhcp6_client(struct zt_frame *f, const struct zt_pkt *p)
{
	__u8 type;

	if (p->l4_len < 8 + 4 || zt_load(f, p->l4 + 8, &type, 1))
		return 0;
	return type == 1 || (type >= 3 && type <= 6) || type == 8 || type == 9 || type == 11;
}

zt_inline int zt_parse_dhcp(struct zt_frame *f, struct zt_pkt *p)
{
	__u32 s = zt_ntohs(p->sport), d = zt_ntohs(p->dport);

	if (p->family == 4 && s == 68 && d == 67)
		return zt_parse_dhcp4(f, p, 0);
	if (p->family == 4 && s == 67 && d == 68)
		return zt_parse_dhcp4(f, p, 1);
	if (p->family == 6 && s == 546 && d == 547 && zt_is_dhcp6_client(f, p))
		p->shape = ZT_SHAPE_DHCP_CLIENT;
	if (p->family == 6 && s == 547 && d == 546)
		p->shape = ZT_SHAPE_DHCP_SERVER;
	return 0;
}

#endif
