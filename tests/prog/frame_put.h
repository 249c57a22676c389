/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layers 2 and 3 of the frame language: eth, tag, ip, frag, extension headers,
 * and raw octets.
 */
#ifndef ZT_FRAME_PUT_H
#define ZT_FRAME_PUT_H

#include "frame_put_l4.h"

static inline int put_eth_header(struct frame *f, const uint8_t dst[6], const uint8_t src[6])
{
	f->began = 1;
	if (frame_add(f, dst, 6) || frame_add(f, src, 6))
		return -1;
	f->type_at = f->len;
	return frame_add_be16(f, 0);
}

/* The MAC a group address has on the link, or -1: not a group. */
static inline int put_group_mac(uint8_t family, const struct zt_addr *a, uint8_t mac[6])
{
	const uint8_t *b = (const uint8_t *)a;

	if (family == 6 && b[0] == 0xff)
		memcpy(mac, (uint8_t[]){ 0x33, 0x33, b[12], b[13], b[14], b[15] }, 6);
	else if (family == 4 && (b[12] & 0xf0) == 0xe0)
		memcpy(mac, (uint8_t[]){ 1, 0, 0x5e, b[13] & 0x7f, b[14], b[15] }, 6);
	else if (family == 4 && a->w[3] == 0xffffffff)
		memset(mac, 0xff, 6);
	else
		return -1;
	return 0;
}

/* Who is on the link: a device or guest; everybody else is behind the router. */
static inline int put_link_mac(const char *name, uint8_t mac[6])
{
	const struct world_name *n = world_find(strncmp(name, "ll:", 3) ? name : name + 3);

	if (n && n->mac_low && n->mac_low < 0xe0)
		return world_mac(n->name, mac);
	return world_mac("rtr", mac);
}

static inline int put_default_macs(struct frame *f, uint8_t family, const char *src,
				   const char *dst)
{
	struct zt_addr a;
	uint8_t s[6], d[6];

	if (world_address(dst, family, &a) || put_link_mac(src, s))
		return -1;
	family = !a.w[0] && !a.w[1] && a.w[2] == htobe32(0xffff) ? 4 : 6;
	if (put_group_mac(family, &a, d) &&
	    (f->dir == ZT_TO_DEVICE ? put_link_mac(dst, d) : world_mac("rtr", d)))
		return -1;
	if (f->dir == ZT_TO_DEVICE && world_mac("rtr", s))
		return -1;
	return put_eth_header(f, d, s);
}

/* A row that begins without `eth`: the MACs follow from the first addresses. */
static inline int frame_begin(struct frame *f)
{
	char word[8], second[64], third[64];
	const char *p = f->text;
	uint8_t s[6], d[6];

	f->began = 1;
	if (f->raw)
		return 0;
	for (; p; p = strchr(p, ';') ? strchr(p, ';') + 1 : NULL) {
		if (sscanf(p, " %7s %63s %63[^; ]", word, second, third) != 3)
			continue;
		if (!strcmp(word, "ip"))
			return put_default_macs(f, f->family, second, third);
		if (!strcmp(word, "ip4") || !strcmp(word, "ip6"))
			return put_default_macs(f, word[2] - '0', second, third);
		if (!strcmp(word, "arp"))
			return world_mac(third, s) || world_mac("bcast", d) ||
			       put_eth_header(f, d, s);
	}
	return -1;
}

static inline int put_eth(struct frame *f, int argc, char **argv)
{
	uint8_t s[6], d[6];
	struct zt_addr a;

	if (argc < 3 || world_mac(argv[1], s))
		return -1;
	if (!strncmp(argv[2], "group:", 6)) { /* the MAC of that group's address */
		if (world_address(argv[2] + 6, f->family, &a))
			return -1;
		if (put_group_mac(a.w[2] == htobe32(0xffff) && !a.w[0] ? 4 : 6, &a, d))
			return -1;
	} else if (world_mac(argv[2], d)) {
		return -1;
	}
	if (put_eth_header(f, d, s))
		return -1;
	if (argc > 3)
		frame_type(f, strtoul(argv[3], NULL, 0));
	return 0;
}

static inline int put_noeth(struct frame *f, int argc, char **argv)
{
	f->began = 1;
	return 0;
}

/* tag TCI [0xTPID] [times=N] */
static inline int put_tag(struct frame *f, int argc, char **argv)
{
	uint32_t tpid = argc > 2 && !strchr(argv[2], '=') ? strtoul(argv[2], NULL, 0) : 0x8100;

	for (uint32_t n = frame_number(argc, argv, "times", 1); n; n--) {
		if (argc < 2 || !f->type_at)
			return -1;
		frame_be16(f, f->type_at, tpid);
		if (frame_add_be16(f, strtoul(argv[1], NULL, 0)))
			return -1;
		f->type_at = f->len;
		if (frame_add_be16(f, 0))
			return -1;
	}
	return 0;
}

/* len= ver= ihl= ttl= proto= id= off= df mf evil opt=HEX */
static inline int put_ip4(struct frame *f, int argc, char **argv)
{
	struct zt_addr src, dst;
	uint8_t opt[40] = { 0 };
	const char *hex = frame_arg(argc, argv, "opt"), *proto = frame_arg(argc, argv, "proto");
	uint32_t nopt = 0, at = f->len, frag, ihl;

	if (argc < 3 || world_address(argv[1], 4, &src) || world_address(argv[2], 4, &dst))
		return -1;
	for (; hex && hex[2 * nopt] && nopt < sizeof(opt); nopt++)
		sscanf(hex + 2 * nopt, "%2hhx", &opt[nopt]);
	frame_type(f, 0x0800);
	frame_proto(f, 4);
	if (!frame_arg(argc, argv, "len") && frame_open(f, 4))
		return -1;
	ihl = frame_number(argc, argv, "ihl", 5 + (nopt + 3) / 4);
	frag = frame_number(argc, argv, "off", 0) / 8;
	frag |= frame_arg(argc, argv, "mf") ? 0x2000 : 0;
	frag |= frame_arg(argc, argv, "df") ? 0x4000 : 0;
	frag |= frame_arg(argc, argv, "evil") ? 0x8000 : 0;
	if (frame_fill(f, 0, 20 + (nopt + 3) / 4 * 4))
		return -1;
	f->data[at] = frame_number(argc, argv, "ver", 4) << 4 | (ihl & 15);
	frame_be16(f, at + 2, frame_number(argc, argv, "len", 0));
	frame_be16(f, at + 4, frame_number(argc, argv, "id", 1));
	frame_be16(f, at + 6, frag);
	f->data[at + 8] = frame_number(argc, argv, "ttl", 64);
	memcpy(f->data + at + 12, &src.w[3], 4);
	memcpy(f->data + at + 16, &dst.w[3], 4);
	memcpy(f->data + at + 20, opt, nopt);
	f->next_at = proto ? 0 : at + 9;
	f->data[at + 9] = proto ? strtoul(proto, NULL, 0) : 0;
	f->ip_at = at;
	f->at_family = 4;
	return 0;
}

/* len= ver= ttl= proto= */
static inline int put_ip6(struct frame *f, int argc, char **argv)
{
	const char *proto = frame_arg(argc, argv, "proto");
	uint32_t at = f->len;
	struct zt_addr src, dst;

	if (argc < 3 || world_address(argv[1], 6, &src) || world_address(argv[2], 6, &dst))
		return -1;
	frame_type(f, 0x86dd);
	frame_proto(f, 41);
	if ((!frame_arg(argc, argv, "len") && frame_open(f, 6)) || frame_fill(f, 0, 8) ||
	    frame_add(f, &src, 16) || frame_add(f, &dst, 16))
		return -1;
	f->data[at] = frame_number(argc, argv, "ver", 6) << 4;
	frame_be16(f, at + 4, frame_number(argc, argv, "len", 0));
	f->data[at + 6] = proto ? strtoul(proto, NULL, 0) : 59;
	f->data[at + 7] = frame_number(argc, argv, "ttl", 64);
	f->next_at = proto ? 0 : at + 6;
	f->ip_at = at;
	f->at_family = 6;
	return 0;
}

static inline int put_ip(struct frame *f, int argc, char **argv)
{
	return f->family == 4 ? put_ip4(f, argc, argv) : put_ip6(f, argc, argv);
}

/* frag OFFSET [mf] [id=N] [proto=N]: of the header before it, in either family */
static inline int put_frag(struct frame *f, int argc, char **argv)
{
	uint32_t off, mf = frame_arg(argc, argv, "mf") ? 1 : 0, id, at = f->len;

	if (argc < 2)
		return -1;
	off = strtoul(argv[1], NULL, 0);
	id = frame_number(argc, argv, "id", 7);
	if (f->at_family == 4) {
		frame_be16(f, f->ip_at + 4, id);
		frame_be16(f, f->ip_at + 6, off / 8 | mf << 13);
		if (off || frame_arg(argc, argv, "proto"))
			frame_proto(f, frame_number(argc, argv, "proto", 17));
		return 0;
	}
	frame_proto(f, 44);
	if (frame_fill(f, 0, 2) || frame_add_be16(f, (off & 0xfff8) | mf) || frame_add_be32(f, id))
		return -1;
	off = off || frame_arg(argc, argv, "proto");
	f->data[at] = off ? frame_number(argc, argv, "proto", 17) : 59;
	f->next_at = off ? 0 : at;
	return 0;
}

/* hbh, dst, rh [HEX of 6 octets] [len=units of 8 octets after the first] [room=units put] */
static inline int put_ext_one(struct frame *f, int argc, char **argv)
{
	uint8_t proto = !strcmp(argv[0], "hbh") ? 0 : !strcmp(argv[0], "dst") ? 60 : 43;
	uint32_t at = f->len, len = frame_number(argc, argv, "len", 0), i;
	const char *hex = argc > 1 && !strchr(argv[1], '=') ? argv[1] : "010400000000";

	frame_proto(f, proto);
	if (frame_fill(f, 0, 8 + 8 * frame_number(argc, argv, "room", len)))
		return -1;
	f->data[at] = 59;
	f->data[at + 1] = len;
	for (i = 0; i < 6 && hex[2 * i]; i++)
		sscanf(hex + 2 * i, "%2hhx", &f->data[at + 2 + i]);
	f->next_at = at;
	return 0;
}

/* As above, [times=N] of them. */
static inline int put_ext(struct frame *f, int argc, char **argv)
{
	for (uint32_t n = frame_number(argc, argv, "times", 1); n; n--) {
		if (put_ext_one(f, argc, argv))
			return -1;
	}
	return 0;
}

/* ah [icv=octets of check value]: its length counts in fours, less two (RFC 4302) */
static inline int put_ah(struct frame *f, int argc, char **argv)
{
	uint32_t at = f->len, n = 12 + frame_number(argc, argv, "icv", 12);

	frame_proto(f, 51);
	if (frame_fill(f, 0, n))
		return -1;
	f->data[at] = 59;
	f->data[at + 1] = n / 4 - 2;
	f->next_at = at;
	return 0;
}

static inline int put_pay(struct frame *f, int argc, char **argv)
{
	return argc < 2 ? -1 : frame_fill(f, 0x5a, strtoul(argv[1], NULL, 0));
}

static inline int put_hex(struct frame *f, int argc, char **argv)
{
	uint8_t octet;

	for (int i = 1; i < argc; i++) {
		for (const char *p = argv[i]; *p; p += 2) {
			if (sscanf(p, "%2hhx", &octet) != 1 || frame_add(f, &octet, 1))
				return -1;
		}
	}
	return 0;
}

static inline int put_pad(struct frame *f, int argc, char **argv)
{
	f->pad = argc < 2 ? 0 : strtoul(argv[1], NULL, 0);
	return f->pad ? 0 : -1;
}

static inline int put_cut(struct frame *f, int argc, char **argv)
{
	f->cut = argc < 2 ? 0 : strtoul(argv[1], NULL, 0);
	return f->cut ? 0 : -1;
}

#endif
