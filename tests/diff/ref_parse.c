/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference reads a frame: Ethernet, tags, ARP, IPv4, IPv6 and its extension
 * headers (design §4.1, §4.3). Octets by offset, no structures.
 */
#include <string.h>
#include <endian.h>
#include "ref.h"

#define DEEPEST 768u /* the depth limit: no header begins later in a frame */

bool ref_has(const struct ref_pkt *p, uint32_t off, uint32_t n)
{
	return off <= DEEPEST && off + n <= p->in->len;
}

uint32_t ref_num(const struct ref_pkt *p, uint32_t off, uint32_t n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | p->in->octets[off++];
	return v;
}

static void read_v4(const struct ref_pkt *p, uint32_t off, struct zt_addr *a)
{
	*a = (struct zt_addr){ { 0, 0, htobe32(0xffff), htobe32(ref_num(p, off, 4)) } };
}

static void read_v6(const struct ref_pkt *p, uint32_t off, struct zt_addr *a)
{
	memcpy(a, p->in->octets + off, 16);
}

static bool is_tag(uint32_t type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/* At most one 802.1Q tag and one priority tag, in any order. */
static uint32_t read_tags(struct ref_pkt *p)
{
	uint32_t with_id = 0, without = 0, in_frame = 0;

	if (p->in->tag != ZT_NONE) { /* the outermost one */
		p->vlan = p->in->tag;
		with_id += p->vlan != 0;
		without += !p->vlan;
	}
	while (p->type == 0x8100 && in_frame++ < 2) {
		uint32_t id;

		if (!ref_has(p, p->l3, 4))
			return ZT_REASON_TRUNCATED;
		id = ref_num(p, p->l3, 2) & 0xfff;
		if (id) {
			with_id++;
			p->vlan = id;
		} else {
			without++;
		}
		p->type = ref_num(p, p->l3 + 2, 2);
		p->l3 += 4;
	}
	return is_tag(p->type) || with_id > 1 || without > 1 ? ZT_REASON_VLAN_STACK : 0;
}

static uint32_t read_arp(struct ref_pkt *p)
{
	uint32_t at = p->l3, op;

	if (!ref_has(p, at, 28))
		return ZT_REASON_TRUNCATED;
	op = ref_num(p, at + 6, 2);
	if (ref_num(p, at, 2) != 1 || ref_num(p, at + 2, 2) != 0x0800 ||
	    ref_num(p, at + 4, 1) != 6 || ref_num(p, at + 5, 1) != 4 || (op != 1 && op != 2))
		return ZT_REASON_BAD_HEADER;
	p->op = op;
	p->has_hw = true;
	memcpy(p->hw, p->in->octets + at + 8, 6);
	read_v4(p, at + 14, &p->claims);
	/* with its padding it fills the shortest frame and a little; with a cargo it is no ARP */
	if (p->in->len > at + 64)
		p->fault = ZT_REASON_ARP_SPOOFED;
	else
		p->shape = IS_ARP;
	return 0;
}

/* Neither IP nor ARP: three kinds a port may opt in to, and what a bond speaks. */
static uint32_t read_other(struct ref_pkt *p)
{
	static const uint8_t stp[6] = { 0x01, 0x80, 0xc2, 0, 0, 0 };
	static const uint8_t slow[6] = { 0x01, 0x80, 0xc2, 0, 0, 2 };

	p->fault = ZT_REASON_NON_IP;
	if (p->type == 0x888e || p->type == 0x88cc) {
		p->shape = IS_L2;
		p->op = p->type == 0x888e ? ZT_L2_EAPOL : ZT_L2_LLDP;
	}
	if (p->type == 0x8809 && !memcmp(p->dmac, slow, 6)) {
		if (!ref_has(p, p->l3, 1))
			return ZT_REASON_TRUNCATED;
		if (ref_num(p, p->l3, 1) == 1) {
			p->shape = IS_L2;
			p->op = ZT_L2_LACP;
		}
	}
	if (p->type > 1500)
		return 0;
	/* an 802.3 length, and LLC behind it */
	if (p->l3 + p->type > p->in->len)
		return ZT_REASON_BAD_LENGTH;
	if (!ref_has(p, p->l3, 3))
		return ZT_REASON_TRUNCATED;
	if (ref_num(p, p->l3, 2) == 0x4242 && !memcmp(p->dmac, stp, 6)) {
		p->shape = IS_L2;
		p->op = ZT_L2_STP;
	}
	return 0;
}

/* A header that ends too early: of a first fragment it is an attack (RFC 1858, 7112). */
static uint32_t cut_short(const struct ref_pkt *p)
{
	return p->first ? ZT_REASON_FRAG_TINY : ZT_REASON_TRUNCATED;
}

/* The same for both families: RFC 791, RFC 8200; atomic fragments are whole (RFC 6946). */
static uint32_t read_fragment(struct ref_pkt *p, uint32_t offset, bool more, uint32_t part)
{
	if (!offset && !more)
		return 0;
	if (!part || (more && part % 8) || offset + part > 65535)
		return ZT_REASON_BAD_LENGTH;
	p->offset = offset;
	p->part = part;
	p->more = more;
	p->first = !offset;
	p->later = offset;
	return 0;
}

static uint32_t read_ip4(struct ref_pkt *p)
{
	uint32_t at = p->l3, header, len, frag;

	if (!ref_has(p, at, 20))
		return ZT_REASON_TRUNCATED;
	header = (ref_num(p, at, 1) & 15) * 4;
	len = ref_num(p, at + 2, 2);
	if (ref_num(p, at, 1) >> 4 != 4 || header < 20)
		return ZT_REASON_BAD_HEADER;
	if (len < header || at + len > p->in->len)
		return ZT_REASON_BAD_LENGTH;
	p->family = 4;
	p->l4 = at + header;
	p->end = at + len;
	p->hops = ref_num(p, at + 8, 1);
	p->proto = ref_num(p, at + 9, 1);
	read_v4(p, at + 12, &p->src);
	read_v4(p, at + 16, &p->dst);
	if (ref_is_group(4, &p->src))
		return ZT_REASON_MULTICAST_SOURCE;
	p->options = header > 20;
	p->alert_only = header == 24 && ref_num(p, at + 20, 4) == 0x94040000;
	p->id = ref_num(p, at + 4, 2);
	frag = ref_num(p, at + 6, 2);
	return read_fragment(p, (frag & 0x1fff) * 8, frag & 0x2000, len - header);
}

static bool is_extension(uint32_t next)
{
	return next == 0 || next == 43 || next == 44 || next == 60;
}

/* One extension header at p->l4; *next becomes what follows it. */
static uint32_t read_extension(struct ref_pkt *p, uint32_t *next, bool *fragment_seen)
{
	uint32_t at = p->l4, len, word;

	if (*next == 43)
		return ZT_REASON_HEADER_CHAIN; /* routing headers, RFC 5095 and all others */
	if (at + 8 > p->end || !ref_has(p, at, 8))
		return cut_short(p);
	p->extension = true;
	if (*next == 44) {
		if (*fragment_seen)
			return ZT_REASON_HEADER_CHAIN;
		*fragment_seen = true;
		*next = ref_num(p, at, 1);
		word = ref_num(p, at + 2, 2);
		p->id = ref_num(p, at + 4, 4);
		p->l4 = at + 8;
		return read_fragment(p, word & 0xfff8, word & 1, p->end - p->l4);
	}
	len = (ref_num(p, at + 1, 1) + 1) * 8;
	if (at + len > p->end)
		return cut_short(p);
	if (*next == 0) {
		/* router alert for MLD and two octets of padding (RFC 2711), and nothing else */
		p->alert_only = !p->options && len == 8 && ref_num(p, at + 2, 4) == 0x05020000 &&
				ref_num(p, at + 6, 2) == 0x0100;
		p->options = true;
	}
	*next = ref_num(p, at, 1);
	p->l4 = at + len;
	return 0;
}

static uint32_t read_ip6(struct ref_pkt *p)
{
	uint32_t at = p->l3, len, next, r, walked;
	bool fragment_seen = false;

	if (!ref_has(p, at, 40))
		return ZT_REASON_TRUNCATED;
	if (ref_num(p, at, 1) >> 4 != 6)
		return ZT_REASON_BAD_HEADER;
	len = ref_num(p, at + 4, 2);
	if (!len || at + 40 + len > p->in->len) /* no jumbograms */
		return ZT_REASON_BAD_LENGTH;
	p->family = 6;
	p->l4 = at + 40;
	p->end = at + 40 + len;
	p->hops = ref_num(p, at + 7, 1);
	read_v6(p, at + 8, &p->src);
	read_v6(p, at + 24, &p->dst);
	if (ref_is_group(6, &p->src))
		return ZT_REASON_MULTICAST_SOURCE;
	next = ref_num(p, at + 6, 1);
	for (walked = 0; is_extension(next) && !p->later; walked++) {
		if (walked == 6)
			return ZT_REASON_HEADER_CHAIN;
		r = read_extension(p, &next, &fragment_seen);
		if (r)
			return r;
	}
	p->proto = next;
	return 0;
}

static uint32_t read_ethernet(struct ref_pkt *p)
{
	if (!ref_has(p, 0, 14))
		return ZT_REASON_TRUNCATED;
	memcpy(p->dmac, p->in->octets, 6);
	memcpy(p->smac, p->in->octets + 6, 6);
	if (p->smac[0] & 1)
		return ZT_REASON_MULTICAST_SOURCE;
	p->type = ref_num(p, 12, 2);
	p->l3 = 14;
	return read_tags(p);
}

static uint32_t read_frame(struct ref_pkt *p)
{
	uint32_t r;

	if (p->port->raw_ip) {
		if (!ref_has(p, 0, 1))
			return ZT_REASON_TRUNCATED;
		p->type = ref_num(p, 0, 1) >> 4 == 6 ? 0x86dd : 0x0800;
	} else {
		r = read_ethernet(p);
		if (r)
			return r;
	}
	if (p->type == 0x0806)
		return read_arp(p);
	if (p->type != 0x0800 && p->type != 0x86dd)
		return read_other(p);
	r = p->type == 0x0800 ? read_ip4(p) : read_ip6(p);
	if (r || p->later) /* ports are never read from a later fragment */
		return r;
	ref_read_l4(p);
	return p->unreadable;
}

void ref_read(struct ref_pkt *p)
{
	p->unreadable = read_frame(p);
}
