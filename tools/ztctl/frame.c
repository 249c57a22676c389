/* SPDX-License-Identifier: GPL-2.0 */
/* Reading frames of captures; every step checks what is left. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "frame.h"
#include "zt_key.h"

#define ETH_IP4 0x0800
#define ETH_ARP 0x0806
#define ETH_IP6 0x86dd
#define TAGS_MAX 3
#define EXTENSIONS_MAX 8
#define PROTO_IGMP 2

static uint16_t be16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* The frame from `at` on is judged for so many octets more. */
static bool need(struct frame *f, uint32_t at, uint32_t more, uint32_t len)
{
	f->needed = at + more;
	f->complete = f->needed <= len;
	return f->complete;
}

static void take4(struct zt_addr *a, const uint8_t *at)
{
	a->w[0] = a->w[1] = 0;
	a->w[2] = htonl(0xffff);
	memcpy(&a->w[3], at, 4);
}

/* Whole packets carry the meaning of these: what follows the header counts. */
static bool is_whole(const struct frame *f, const uint8_t *l4)
{
	switch (f->proto) {
	case ZT_PROTO_ICMP:
		return l4[0] != 0 && l4[0] != 8;
	case ZT_PROTO_ICMPV6:
		return l4[0] != 128 && l4[0] != 129;
	case ZT_PROTO_UDP:
		return f->dport == 67 || f->dport == 68 || f->dport == 546 || f->dport == 547;
	default:
		return false;
	}
}

static void parse_l4(struct frame *f, const uint8_t *data, uint32_t at, uint32_t len, uint32_t end)
{
	const uint8_t *l4 = data + at;

	switch (f->proto) {
	case ZT_PROTO_TCP:
		if (!need(f, at, 20, len))
			return;
		f->tcp = l4[13];
		need(f, at, (l4[12] >> 4) * 4 > 20 ? (l4[12] >> 4) * 4 : 20, len);
		break;
	case ZT_PROTO_UDP:
		if (!need(f, at, 8, len))
			return;
		break;
	case ZT_PROTO_ICMP:
	case ZT_PROTO_ICMPV6:
		if (!need(f, at, 8, len))
			return;
		f->has_ports = true;
		f->dport = l4[0];
		if (f->proto == ZT_PROTO_ICMPV6 && l4[0] == 136 && at + 24 <= len) {
			memcpy(&f->claimed, l4 + 8, 16);
			f->claim = 6;
		}
		break;
	default:
		need(f, at, f->proto == PROTO_IGMP && end > at ? end - at : 0, len);
		return;
	}
	if (!f->has_ports) {
		f->has_ports = true;
		f->sport = be16(l4);
		f->dport = be16(l4 + 2);
	}
	if (is_whole(f, l4) && end > at)
		need(f, at, end - at, len);
}

static void parse_ip4(struct frame *f, const uint8_t *data, uint32_t at, uint32_t len)
{
	const uint8_t *ip = data + at;
	uint32_t header;

	if (!need(f, at, 20, len) || ip[0] >> 4 != 4)
		return;
	header = (ip[0] & 0xf) * 4;
	if (header < 20 || !need(f, at, header, len))
		return;
	f->family = 4;
	take4(&f->src, ip + 12);
	take4(&f->dst, ip + 16);
	f->proto = ip[9];
	if (be16(ip + 6) & 0x1fff) /* a later fragment has no transport header */
		return;
	parse_l4(f, data, at + header, len, at + be16(ip + 2));
}

static bool is_extension(uint8_t proto)
{
	return proto == 0 || proto == 43 || proto == 44 || proto == 60 || proto == 51;
}

static void parse_ip6(struct frame *f, const uint8_t *data, uint32_t at, uint32_t len)
{
	const uint8_t *ip = data + at;
	uint32_t end = at + 40 + (len >= at + 6 ? be16(ip + 4) : 0), next = at + 40;
	int i;

	if (!need(f, at, 40, len) || ip[0] >> 4 != 6)
		return;
	f->family = 6;
	memcpy(&f->src, ip + 8, 16);
	memcpy(&f->dst, ip + 24, 16);
	f->proto = ip[6];
	for (i = 0; i < EXTENSIONS_MAX && is_extension(f->proto); i++) {
		const uint8_t *x = data + next;
		bool later;

		if (!need(f, next, 8, len))
			return;
		later = f->proto == 44 && be16(x + 2) & 0xfff8;
		next += f->proto == 44 ? 8 : f->proto == 51 ? (x[1] + 2) * 4 : (x[1] + 1) * 8;
		f->proto = x[0];
		if (!need(f, next, 0, len) || later)
			return;
	}
	parse_l4(f, data, next, len, end);
}

static void parse_arp(struct frame *f, const uint8_t *data, uint32_t at, uint32_t len)
{
	f->is_arp = true;
	if (!need(f, at, 28, len))
		return;
	if (be16(data + at + 2) == ETH_IP4 && data[at + 4] == 6 && data[at + 5] == 4) {
		take4(&f->claimed, data + at + 14);
		f->claim = 4;
	}
}

int frame_parse(const uint8_t *data, uint32_t len, struct frame *ret)
{
	struct frame f = {.dmac = data, .smac = data + 6, .needed = FRAME_HEADER, .complete = true};
	uint32_t at = FRAME_HEADER;
	int i;

	if (len < FRAME_HEADER)
		return -EINVAL;
	f.ethertype = be16(data + 12);
	for (i = 0; i < TAGS_MAX; i++) {
		if (f.ethertype != 0x8100 && f.ethertype != 0x88a8 && f.ethertype != 0x9100)
			break;
		if (!need(&f, at, 4, len)) {
			*ret = f;
			return 0;
		}
		if (!f.vlan)
			f.vlan = be16(data + at) & 0xfff;
		f.ethertype = be16(data + at + 2);
		at += 4;
	}
	f.l3 = at;
	if (f.ethertype == ETH_IP4)
		parse_ip4(&f, data, at, len);
	else if (f.ethertype == ETH_IP6)
		parse_ip6(&f, data, at, len);
	else if (f.ethertype == ETH_ARP)
		parse_arp(&f, data, at, len);
	*ret = f;
	return 0;
}

void frame_service(const struct frame *f, uint16_t port, char *buf, size_t len)
{
	static const char *const names[256] = {
		[1] = "icmp", [6] = "tcp", [17] = "udp", [58] = "icmp6"};

	if (f->is_arp)
		snprintf(buf, len, "arp");
	else if (!f->family)
		snprintf(buf, len, f->ethertype < 0x600 ? "802.3" : "ethertype 0x%04x",
			 f->ethertype);
	else if (!names[f->proto])
		snprintf(buf, len, "proto/%u", f->proto);
	else if (!f->has_ports)
		snprintf(buf, len, "%s", names[f->proto]);
	else
		snprintf(buf, len, "%s/%u", names[f->proto], port);
}

void mac_format(const uint8_t *mac, char buf[18])
{
	snprintf(buf, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		 mac[5]);
}

int mac_parse(const char *text, uint8_t ret[6])
{
	unsigned int v[6];
	int end = 0, i;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &v[0], &v[1], &v[2], &v[3], &v[4], &v[5],
		   &end) != 6 ||
	    text[end] || end != 17)
		return -EINVAL;
	for (i = 0; i < 6; i++)
		ret[i] = v[i];
	return 0;
}
