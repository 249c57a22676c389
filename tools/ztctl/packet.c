/* SPDX-License-Identifier: GPL-2.0 */
/* Ethernet, one tag, IPv4 or IPv6, and a TCP SYN, a datagram or an ICMP request. */
#include <string.h>
#include "packet.h"
#include "zt_key.h"

#define PAYLOAD 8

static uint8_t *put16(uint8_t *at, uint16_t v)
{
	at[0] = v >> 8;
	at[1] = v & 0xff;
	return at + 2;
}

/* Ones' complement sum over 16-bit words, folded. */
static uint16_t checksum(const uint8_t *at, size_t len, uint32_t sum)
{
	for (; len > 1; at += 2, len -= 2)
		sum += at[0] << 8 | at[1];
	if (len)
		sum += at[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Transport header and payload; the checksum is filled by the caller. */
static size_t build_l4(const struct packet *p, uint8_t *at, size_t *ret_checksum)
{
	memset(at, 0, 20 + PAYLOAD);
	*ret_checksum = 0;
	switch (p->proto) {
	case ZT_PROTO_TCP:
		put16(put16(at, p->sport), p->what);
		at[7] = 1; /* sequence number */
		at[12] = 5 << 4;
		at[13] = 0x02; /* SYN */
		put16(at + 14, 64240);
		*ret_checksum = 16;
		return 20;
	case ZT_PROTO_UDP:
		put16(put16(put16(at, p->sport), p->what), 8 + PAYLOAD);
		*ret_checksum = 6;
		return 8 + PAYLOAD;
	case ZT_PROTO_ICMP:
	case ZT_PROTO_ICMPV6:
		at[0] = p->what;
		put16(put16(at + 4, p->sport), 1);
		*ret_checksum = 2;
		return 8 + PAYLOAD;
	default:
		return PAYLOAD;
	}
}

static uint32_t pseudo_sum(const struct packet *p, size_t l4_len)
{
	size_t from = p->family == 4 ? 12 : 0;
	uint32_t sum = p->proto + l4_len;

	if (p->proto == ZT_PROTO_ICMP)
		return 0;
	sum += (uint16_t)~checksum((const uint8_t *)&p->src + from, 16 - from, 0);
	sum += (uint16_t)~checksum((const uint8_t *)&p->dst + from, 16 - from, 0);
	return sum;
}

static uint8_t *build_ip(const struct packet *p, uint8_t *at, size_t l4_len)
{
	if (p->family == 4) {
		memset(at, 0, 20);
		at[0] = 0x45;
		put16(at + 2, 20 + l4_len);
		put16(at + 6, 0x4000); /* do not fragment */
		at[8] = 64;
		at[9] = p->proto;
		memcpy(at + 12, &p->src.w[3], 4);
		memcpy(at + 16, &p->dst.w[3], 4);
		put16(at + 10, checksum(at, 20, 0));
		return at + 20;
	}
	memset(at, 0, 40);
	at[0] = 0x60;
	put16(at + 4, l4_len);
	at[6] = p->proto;
	at[7] = 64;
	memcpy(at + 8, &p->src, 16);
	memcpy(at + 24, &p->dst, 16);
	return at + 40;
}

size_t packet_build(const struct packet *p, uint8_t buf[PACKET_MAX])
{
	uint8_t *at = buf, l4[20 + PAYLOAD];
	size_t check, l4_len = build_l4(p, l4, &check), len;

	memset(buf, 0, PACKET_MAX);
	memcpy(at, p->dmac, 6);
	memcpy(at + 6, p->smac, 6);
	at += 12;
	if (p->vlan)
		at = put16(put16(at, 0x8100), p->vlan);
	at = put16(at, p->family == 4 ? 0x0800 : 0x86dd);
	at = build_ip(p, at, l4_len);
	if (check)
		put16(l4 + check, checksum(l4, l4_len, pseudo_sum(p, l4_len)));
	memcpy(at, l4, l4_len);
	len = at + l4_len - buf;
	return len < 60 ? 60 : len;
}
