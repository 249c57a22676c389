/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Layer 4 of the frame language, and the protocols that hold a link together:
 * tcp, udp, ICMP, ARP, neighbour discovery, group membership, DHCP.
 */
#ifndef ZT_FRAME_PUT_L4_H
#define ZT_FRAME_PUT_L4_H

#include "frame_base.h"

static inline int put_tcp_flags(const char *text, uint8_t *ret)
{
	static const char letters[] = "FSRPAUEC";

	*ret = 0;
	if (*text >= '0' && *text <= '9') {
		*ret = strtoul(text, NULL, 0);
		return 0;
	}
	for (; *text && *text != '-'; text++) {
		if (!strchr(letters, *text))
			return -1;
		*ret |= 1 << (strchr(letters, *text) - letters);
	}
	return 0;
}

/* tcp SPORT DPORT FLAGS [doff=N]; flags of FSRPAUEC, - for none, or a number */
static inline int put_tcp(struct frame *f, int argc, char **argv)
{
	uint32_t at = f->len;
	uint8_t flags;

	if (argc < 4 || put_tcp_flags(argv[3], &flags))
		return -1;
	frame_proto(f, 6);
	if (frame_add_be16(f, strtoul(argv[1], NULL, 0)) ||
	    frame_add_be16(f, strtoul(argv[2], NULL, 0)) || frame_fill(f, 0, 16))
		return -1;
	f->data[at + 12] = frame_number(argc, argv, "doff", 5) << 4;
	f->data[at + 13] = flags;
	return 0;
}

/* udp SPORT DPORT [len=N] */
static inline int put_udp(struct frame *f, int argc, char **argv)
{
	if (argc < 3)
		return -1;
	frame_proto(f, 17);
	if (!frame_arg(argc, argv, "len") && frame_open(f, 17))
		return -1;
	return frame_add_be16(f, strtoul(argv[1], NULL, 0)) ||
	       frame_add_be16(f, strtoul(argv[2], NULL, 0)) ||
	       frame_add_be16(f, frame_number(argc, argv, "len", 0)) || frame_fill(f, 0, 2);
}

/*
 * echo ID, reply ID, redirect, icmp TYPE CODE [id=N]; and the errors, which an `ip`
 * section follows: unreach, big [mtu=N], exceeded, problem
 */
static inline int put_icmp(struct frame *f, int argc, char **argv)
{
	static const struct {
		const char *word;
		uint8_t v4, v6, code4;
	} types[] = { { "echo", 8, 128, 0 },	  { "reply", 0, 129, 0 }, { "unreach", 3, 1, 1 },
		      { "big", 3, 2, 4 },	  { "exceeded", 11, 3, 0 },
		      { "problem", 12, 4, 0 },	  { "redirect", 5, 137, 0 } };
	uint32_t type = 0, code = 0, id = frame_number(argc, argv, "id", 0);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].word, argv[0]))
			continue;
		type = f->at_family == 4 ? types[i].v4 : types[i].v6;
		code = f->at_family == 4 ? types[i].code4 : 0;
		if (argc > 1)
			id = strtoul(argv[1], NULL, 0);
	}
	if (!strcmp(argv[0], "icmp")) {
		if (argc < 3)
			return -1;
		type = strtoul(argv[1], NULL, 0);
		code = strtoul(argv[2], NULL, 0);
	}
	frame_proto(f, f->at_family == 4 ? 1 : 58);
	return frame_add_be16(f, type << 8 | code) || frame_fill(f, 0, 2) ||
	       frame_add_be16(f, id) ||
	       frame_add_be16(f, frame_number(argc, argv, "mtu", strcmp(argv[0], "big") ? 0 : 1400));
}

/* arp request|reply SHA SPA TPA [hlen=N] [plen=N] [htype=N] [op=N] */
static inline int put_arp(struct frame *f, int argc, char **argv)
{
	struct zt_addr spa, tpa;
	uint8_t sha[6], lens[2] = { frame_number(argc, argv, "hlen", 6),
				    frame_number(argc, argv, "plen", 4) };

	if (argc < 5 || world_mac(argv[2], sha) || world_address(argv[3], 4, &spa) ||
	    world_address(argv[4], 4, &tpa))
		return -1;
	frame_type(f, 0x0806);
	return frame_add_be16(f, frame_number(argc, argv, "htype", 1)) ||
	       frame_add_be16(f, 0x0800) || frame_add(f, lens, 2) ||
	       frame_add_be16(f, frame_number(argc, argv, "op",
					      !strcmp(argv[1], "reply") ? 2 : 1)) ||
	       frame_add(f, sha, 6) || frame_add(f, &spa.w[3], 4) || frame_fill(f, 0, 6) ||
	       frame_add(f, &tpa.w[3], 4);
}

/* ns TARGET, na TARGET, rs, ra; [hw=MAC] adds the link-layer option, [opt=HEX] one as it is */
static inline int put_nd(struct frame *f, int argc, char **argv)
{
	static const char *const words[] = { "rs", "ra", "ns", "na" };
	static const uint8_t fixed[] = { 0, 8, 0, 0 };
	const char *hw = frame_arg(argc, argv, "hw"), *opt = frame_arg(argc, argv, "opt");
	struct zt_addr target;
	uint8_t mac[6], octet;
	int k = 0;

	while (k < 3 && strcmp(words[k], argv[0]))
		k++;
	frame_proto(f, 58);
	if (frame_add_be16(f, (133 + k) << 8 | frame_number(argc, argv, "code", 0)) ||
	    frame_fill(f, 0, 6 + fixed[k]))
		return -1;
	if (k >= 2 && (argc < 2 || world_address(argv[1], 6, &target) ||
		       frame_add(f, &target, 16)))
		return -1;
	for (; opt && *opt; opt += 2) {
		if (sscanf(opt, "%2hhx", &octet) != 1 || frame_add(f, &octet, 1))
			return -1;
	}
	if (!hw)
		return 0;
	return world_mac(hw, mac) || frame_add_be16(f, k == 3 ? 0x0201 : 0x0101) ||
	       frame_add(f, mac, 6);
}

/* report, query: IGMP, or MLD behind its hop-by-hop header (write `hbh 0502000001 00`) */
static inline int put_group(struct frame *f, int argc, char **argv)
{
	int report = !strcmp(argv[0], "report");

	if (f->at_family == 6) {
		uint32_t type = frame_number(argc, argv, "type", report ? 143 : 130);

		frame_proto(f, 58);
		return frame_add_be16(f, type << 8) || frame_fill(f, 0, type == 143 ? 6 : 22);
	}
	frame_proto(f, 2);
	return frame_add_be16(f, frame_number(argc, argv, "type", report ? 0x22 : 0x11) << 8) ||
	       frame_fill(f, 0, 6);
}

/*
 * dhcp discover|request|offer|ack CHADDR [yi=ADDR] [lease=SECONDS] [sid=SERVER] [op=N]
 * [htype=N] [hlen=N] [cookie=N] [opts=HEX before lease and server]: the UDP header is part of it
 */
static inline int put_dhcp(struct frame *f, int argc, char **argv)
{
	static const char *const words[] = { "discover", "offer", "request", "", "ack" };
	uint32_t at, kind = 0, lease = frame_number(argc, argv, "lease", 0), server, i;
	const char *yi = frame_arg(argc, argv, "yi"), *sid = frame_arg(argc, argv, "sid");
	const char *opts = frame_arg(argc, argv, "opts");
	char *ports[] = { "udp", "68", "67" }, *back[] = { "udp", "67", "68" };
	uint8_t mac[6], end[8] = { 255 }, octet;
	struct zt_addr a = { { 0 } }, server_id = { { 0 } };

	if (argc < 3 || world_mac(argv[2], mac) || (yi && world_address(yi, 4, &a)) ||
	    (sid && world_address(sid, 4, &server_id)))
		return -1;
	for (i = 0; i < 5; i++) {
		if (!strcmp(words[i], argv[1]))
			kind = i + 1;
	}
	server = kind == 2 || kind == 5;
	if (!kind || put_udp(f, 3, server ? back : ports))
		return -1;
	at = f->len;
	if (frame_fill(f, 0, 236) || frame_add_be32(f, frame_number(argc, argv, "cookie", 0x63825363)))
		return -1;
	memcpy(f->data + at, (uint8_t[]){ frame_number(argc, argv, "op", server ? 2 : 1),
				       frame_number(argc, argv, "htype", 1),
				       frame_number(argc, argv, "hlen", 6), 0 }, 4);
	memcpy(f->data + at + 16, &a.w[3], 4);
	memcpy(f->data + at + 28, mac, 6);
	if (frame_add(f, (uint8_t[]){ 53, 1, kind }, 3))
		return -1;
	for (; opts && *opts; opts += 2) {
		if (sscanf(opts, "%2hhx", &octet) != 1 || frame_add(f, &octet, 1))
			return -1;
	}
	if (lease && (frame_add(f, (uint8_t[]){ 51, 4 }, 2) || frame_add_be32(f, lease)))
		return -1;
	if (sid && (frame_add(f, (uint8_t[]){ 54, 4 }, 2) || frame_add(f, &server_id.w[3], 4)))
		return -1;
	return frame_add(f, end, sizeof(end));
}

#endif
