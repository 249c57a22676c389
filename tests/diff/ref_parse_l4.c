/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference reads what follows the IP header: TCP, UDP, ICMP, IGMP, and the
 * shapes that hold a link together (design §4.8, §4.9; RFC 4861, 2131, 8415).
 * Each returns 0 or the reason why the packet cannot be read.
 */
#include <endian.h>
#include <string.h>
#include "ref.h"

static uint32_t cut_short(const struct ref_pkt *p)
{
	return p->first ? ZT_REASON_FRAG_TINY : ZT_REASON_TRUNCATED;
}

/* Are n octets of the packet there from `off`. */
static bool holds(const struct ref_pkt *p, uint32_t off, uint32_t n)
{
	return off + n <= p->end && ref_has(p, off, n);
}

static uint32_t read_tcp(struct ref_pkt *p)
{
	uint32_t header;

	if (!holds(p, p->l4, 20))
		return cut_short(p);
	p->sport = ref_num(p, p->l4, 2);
	p->dport = ref_num(p, p->l4 + 2, 2);
	header = (ref_num(p, p->l4 + 12, 1) >> 4) * 4;
	p->tcp = ref_num(p, p->l4 + 13, 1);
	if (header < 20 || !p->sport || !p->dport)
		return ZT_REASON_BAD_HEADER;
	return p->l4 + header > p->end ? cut_short(p) : 0;
}

/* ---- DHCP -------------------------------------------------------------------- */

/* Of a server's answer: is it an ACK, for how long, by whom. Its first dozen options. */
static void read_dhcp_options(struct ref_pkt *p, uint32_t at)
{
	bool ack = false;
	uint32_t i;

	for (i = 0; i < 12 && holds(p, at, 6); i++) {
		uint32_t option = ref_num(p, at, 1);

		if (option == 255)
			break;
		if (!option) {
			at++;
			continue;
		}
		if (option == 53)
			ack = ref_num(p, at + 2, 1) == 5;
		else if (option == 51)
			p->lease_s = ref_num(p, at + 2, 4);
		else if (option == 54)
			memcpy(&p->server, p->in->octets + at + 2, 4);
		at += 2 + ref_num(p, at + 1, 1);
	}
	p->lease = ack && p->lease_s;
}

/* A whole BOOTP header with our cookie, or it is any UDP packet. */
static void read_dhcp4(struct ref_pkt *p, bool server)
{
	uint32_t at = p->l4 + 8;

	if (!holds(p, at, 240) || ref_num(p, at, 4) >> 8 != (server ? 0x020106 : 0x010106) ||
	    ref_num(p, at + 236, 4) != 0x63825363)
		return;
	p->shape = server ? IS_DHCP_SERVER : IS_DHCP_CLIENT;
	p->has_hw = true;
	memcpy(p->hw, p->in->octets + at + 28, 6);
	p->claims = (struct zt_addr){ { 0, 0, htobe32(0xffff), htobe32(ref_num(p, at + 16, 4)) } };
	if (server && p->in->towards)
		read_dhcp_options(p, at + 240);
}

/* Solicit to information-request, of those that clients send (RFC 8415 §7.3). */
static bool from_dhcp6_client(const struct ref_pkt *p)
{
	static const uint8_t types[] = { 1, 3, 4, 5, 6, 8, 9, 11 };

	return holds(p, p->l4 + 8, 4) && memchr(types, ref_num(p, p->l4 + 8, 1), sizeof(types));
}

static uint32_t read_udp(struct ref_pkt *p)
{
	uint32_t len;

	if (!holds(p, p->l4, 8))
		return cut_short(p);
	p->sport = ref_num(p, p->l4, 2);
	p->dport = ref_num(p, p->l4 + 2, 2);
	len = ref_num(p, p->l4 + 4, 2);
	/* the length of a datagram in fragments goes past the first of them */
	if (len < 8 || (!p->first && p->l4 + len > p->end))
		return ZT_REASON_BAD_LENGTH;
	if (!p->sport || !p->dport)
		return ZT_REASON_BAD_HEADER;
	if (p->first || p->options || p->extension)
		return 0; /* DHCP has one plain shape */
	if (p->family == 4 && p->sport == 68 && p->dport == 67)
		read_dhcp4(p, false);
	else if (p->family == 4 && p->sport == 67 && p->dport == 68)
		read_dhcp4(p, true);
	else if (p->family == 6 && p->sport == 546 && p->dport == 547 && from_dhcp6_client(p))
		p->shape = IS_DHCP_CLIENT;
	else if (p->family == 6 && p->sport == 547 && p->dport == 546)
		p->shape = IS_DHCP_SERVER;
	return 0;
}

/* ---- ICMP -------------------------------------------------------------------- */

/* Extension headers in a quoted packet, of the kinds a flow may have, three at most. */
static bool skip_quoted_extensions(struct ref_pkt *p, uint32_t *at)
{
	for (int i = 0; i < 3 && (p->quoted_proto == 60 || p->quoted_proto == 44); i++) {
		bool fragment = p->quoted_proto == 44;

		if (!holds(p, *at, 8))
			return false;
		p->quoted_proto = ref_num(p, *at, 1);
		if (fragment && ref_num(p, *at + 2, 2) & 0xfff8)
			p->quoted_later = true;
		*at += fragment ? 8 : (ref_num(p, *at + 1, 1) + 1) * 8;
	}
	return true;
}

/* The quoted packet: its addresses, and eight octets of what it carried. */
static uint32_t read_quoted(struct ref_pkt *p)
{
	uint32_t at = p->l4 + 8, data;

	if (p->family == 4) {
		if (!holds(p, at, 20) || ref_num(p, at, 1) >> 4 != 4 || (ref_num(p, at, 1) & 15) < 5)
			return ZT_REASON_TRUNCATED; /* no packet of ours begins so */
		data = at + (ref_num(p, at, 1) & 15) * 4;
		p->quoted_proto = ref_num(p, at + 9, 1);
		p->quoted_later = ref_num(p, at + 6, 2) & 0x1fff;
		p->quoted_src = p->quoted_dst = (struct zt_addr){ { 0, 0, htobe32(0xffff), 0 } };
		memcpy(&p->quoted_src.w[3], p->in->octets + at + 12, 4);
		memcpy(&p->quoted_dst.w[3], p->in->octets + at + 16, 4);
	} else {
		if (!holds(p, at, 48))
			return ZT_REASON_TRUNCATED;
		data = at + 40;
		p->quoted_proto = ref_num(p, at + 6, 1);
		memcpy(&p->quoted_src, p->in->octets + at + 8, 16);
		memcpy(&p->quoted_dst, p->in->octets + at + 24, 16);
		if (!skip_quoted_extensions(p, &data))
			return ZT_REASON_TRUNCATED;
	}
	if (!holds(p, data, 8))
		return ZT_REASON_TRUNCATED;
	p->quoted_type = ref_num(p, data, 1);
	p->quoted_sport = ref_num(p, data, 2);
	p->quoted_dport = ref_num(p, data + 2, 2);
	p->quoted_id = ref_num(p, data + 4, 2);
	return 0;
}

/* No link is so narrow: RFC 1191 §7, RFC 8201 §4. 0 is a router older than the former. */
static bool mtu_is_fake(const struct ref_pkt *p)
{
	uint32_t mtu;

	if (p->family == 4) {
		mtu = ref_num(p, p->l4 + 6, 2);
		return p->icmp == 3 && ref_num(p, p->l4 + 1, 1) == 4 && mtu && mtu < 296;
	}
	return p->icmp == 2 && ref_num(p, p->l4 + 4, 4) < 1280;
}

/*
 * Neighbour discovery has one plain shape: hop limit 255, code 0, no extension header,
 * no fragment, options that are whole, 64 octets to the end of the frame, and one MAC. Anything
 * else keeps its fault. Nothing depends on the options of an RA.
 */
static uint32_t read_nd(struct ref_pkt *p)
{
	uint32_t fixed = p->icmp == 133 ? 8 : p->icmp == 134 ? 16 : 24, at, len;
	uint32_t want = p->icmp == 136 ? 2 : 1, macs = 0;

	p->op = p->icmp;
	p->fault = p->icmp == 134 ? ZT_REASON_ROGUE_RA :
		   p->icmp == 137 ? ZT_REASON_REDIRECT : ZT_REASON_ND_SPOOFED;
	if (p->icmp == 137) {
		p->shape = IS_REDIRECT;
		return 0;
	}
	if (p->hops != 255 || ref_num(p, p->l4 + 1, 1) || p->extension || p->first)
		return 0;
	at = p->l4 + fixed;
	if (at > p->end)
		return ZT_REASON_TRUNCATED;
	if (p->icmp == 134) {
		p->shape = IS_RA;
		return 0;
	}
	if (p->in->len > at + 64)
		return 0;
	if (fixed == 24)
		memcpy(&p->claims, p->in->octets + p->l4 + 8, 16);
	for (; at < p->end; at += len) {
		if (at + 8 > p->end)
			return ZT_REASON_BAD_LENGTH;
		len = ref_num(p, at + 1, 1) * 8;
		if (!len || at + len > p->end)
			return ZT_REASON_BAD_LENGTH;
		if (ref_num(p, at, 1) != want || len != 8)
			continue;
		macs++;
		p->has_hw = true;
		memcpy(p->hw, p->in->octets + at + 2, 6);
	}
	p->shape = macs > 1 ? PLAIN : IS_ND;
	return 0;
}

/* RFC 2710, 3810: behind one hop-by-hop header with the router alert alone, and of its own length. */
static void read_mld(struct ref_pkt *p)
{
	bool old_report = p->icmp == 131 || p->icmp == 132;

	p->fault = ZT_REASON_ICMP_TYPE;
	if (p->hops != 1 || !p->alert_only || p->first || p->l4 != p->l3 + 48 ||
	    (old_report && p->end != p->l4 + 24))
		return;
	p->shape = p->icmp == 130 ? IS_QUERY : IS_REPORT;
}

static uint32_t read_icmp4(struct ref_pkt *p)
{
	switch (p->icmp) {
	case 3: case 11: case 12:
		p->shape = IS_ERROR;
		return read_quoted(p);
	case 5:
		p->shape = IS_REDIRECT;
		return 0;
	case 0: case 8: case 13: case 14: case 15: case 16: case 17: case 18:
		return 0;
	default:
		p->fault = ZT_REASON_ICMP_TYPE;
		return 0;
	}
}

static uint32_t read_icmp6(struct ref_pkt *p)
{
	switch (p->icmp) {
	case 1: case 2: case 3: case 4:
		p->shape = IS_ERROR;
		return read_quoted(p);
	case 128: case 129: case 139: case 140:
		return 0;
	case 130: case 131: case 132: case 143:
		read_mld(p);
		return 0;
	case 133: case 134: case 135: case 136: case 137:
		return read_nd(p);
	default:
		p->fault = ZT_REASON_ICMP_TYPE;
		return 0;
	}
}

static uint32_t read_icmp(struct ref_pkt *p)
{
	if (!holds(p, p->l4, 8))
		return cut_short(p);
	p->icmp = ref_num(p, p->l4, 1);
	p->sport = ref_num(p, p->l4 + 4, 2); /* the id */
	if (mtu_is_fake(p)) {
		p->fault = ZT_REASON_ICMP_TYPE;
		return 0;
	}
	return p->family == 4 ? read_icmp4(p) : read_icmp6(p);
}

static uint32_t read_igmp(struct ref_pkt *p)
{
	uint32_t type;

	if (!holds(p, p->l4, 8))
		return cut_short(p);
	type = ref_num(p, p->l4, 1);
	if (p->hops != 1 || p->first || (p->options && !p->alert_only))
		return 0;
	if (type == 0x11)
		p->shape = IS_QUERY;
	else if (type == 0x22 ||
		 (p->end == p->l4 + 8 && (type == 0x12 || type == 0x16 || type == 0x17)))
		p->shape = IS_REPORT;
	return 0;
}

void ref_read_l4(struct ref_pkt *p)
{
	uint32_t r = 0;

	if (p->proto == 6)
		r = read_tcp(p);
	else if (p->proto == 17)
		r = read_udp(p);
	else if (p->proto == (p->family == 4 ? 1 : 58))
		r = read_icmp(p);
	else if (p->proto == 2 && p->family == 4)
		r = read_igmp(p);
	p->unreadable = r;
}
