/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames: what ztctl builds it also reads back, checksums are right, a frame cut
 * at any octet is read without looking beyond, and is called complete only where
 * all its headers are there.
 */
#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include "../../tools/ztctl/frame.c"
#include "../../tools/ztctl/packet.c"

static const struct {
	uint8_t family, proto;
	uint16_t vlan, what;
	const char *service;
	uint32_t headers; /* octets up to the end of the transport header */
} packets[] = {
	{4, 6, 0, 443, "tcp/443", 54},	  {4, 6, 30, 443, "tcp/443", 58},
	{6, 6, 0, 443, "tcp/443", 74},	  {4, 17, 0, 53, "udp/53", 42},
	{6, 17, 7, 53, "udp/53", 66},	  {4, 1, 0, 8, "icmp/8", 42},
	{6, 58, 0, 128, "icmp6/128", 62}, {4, 47, 0, 0, "proto/47", 34},
	{6, 47, 0, 0, "proto/47", 54},	  {4, 17, 0, 67, "udp/67", 50}, /* DHCP: all of it */
};

static struct packet make(int i)
{
	struct packet p = {.smac = {2, 0, 0, 0, 0, 1},
			   .dmac = {2, 0, 0, 0, 0, 2},
			   .vlan = packets[i].vlan,
			   .family = packets[i].family,
			   .proto = packets[i].proto,
			   .sport = 40000,
			   .what = packets[i].what};

	if (p.family == 4) {
		p.src = (struct zt_addr){{0, 0, htonl(0xffff), htonl(0x0a000001)}};
		p.dst = (struct zt_addr){{0, 0, htonl(0xffff), htonl(0x0a000002)}};
	} else {
		inet_pton(AF_INET6, "fd00::1", &p.src);
		inet_pton(AF_INET6, "fd00::2", &p.dst);
	}
	return p;
}

START_TEST(built_frames_are_read_back)
{
	struct packet p = make(_i);
	uint8_t buf[PACKET_MAX];
	size_t len = packet_build(&p, buf);
	char service[32];
	struct frame f;

	ck_assert_int_eq(frame_parse(buf, len, &f), 0);
	ck_assert_mem_eq(f.smac, p.smac, 6);
	ck_assert_mem_eq(f.dmac, p.dmac, 6);
	ck_assert_uint_eq(f.vlan, p.vlan);
	ck_assert_uint_eq(f.family, p.family);
	ck_assert_mem_eq(&f.src, &p.src, sizeof(p.src));
	ck_assert_mem_eq(&f.dst, &p.dst, sizeof(p.dst));
	ck_assert_uint_eq(f.proto, p.proto);
	ck_assert(f.complete);
	ck_assert_uint_eq(f.needed, packets[_i].headers);
	frame_service(&f, f.dport, service, sizeof(service));
	ck_assert_str_eq(service, packets[_i].service);
}
END_TEST

/* The exact octets on the heap, so that a sanitizer sees a step beyond them. */
START_TEST(cut_frames)
{
	struct packet p = make(_i);
	uint8_t buf[PACKET_MAX];
	uint32_t len = packet_build(&p, buf), cut;

	for (cut = 0; cut < len; cut++) {
		uint8_t *exact = malloc(cut ? cut : 1);
		struct frame f;
		int r;

		memcpy(exact, buf, cut);
		r = frame_parse(exact, cut, &f);
		ck_assert_int_eq(r, cut < FRAME_HEADER ? -EINVAL : 0);
		if (!r)
			ck_assert_int_eq(f.complete, cut >= packets[_i].headers);
		free(exact);
	}
}
END_TEST

/* The sum over header and data with the checksum in it is zero. */
START_TEST(checksums)
{
	struct packet p = make(_i);
	uint8_t buf[PACKET_MAX];
	size_t at = FRAME_HEADER + (p.vlan ? 4 : 0), header = p.family == 4 ? 20 : 40, l4_len;

	packet_build(&p, buf);
	if (p.family == 4)
		ck_assert_uint_eq(checksum(buf + at, 20, 0), 0);
	l4_len = p.family == 4 ? (size_t)(buf[at + 2] << 8 | buf[at + 3]) - 20
			       : (size_t)(buf[at + 4] << 8 | buf[at + 5]);
	if (p.proto != 47)
		ck_assert_uint_eq(checksum(buf + at + header, l4_len, pseudo_sum(&p, l4_len)), 0);
}
END_TEST

static const uint8_t arp[42] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,	0, 0, 0, 0, 1, 8, 6, /* Ethernet */
	0,    1,    8,	  0,	6,    4,    0,	1,		     /* a request */
	2,    0,    0,	  0,	0,    1,    10, 0, 0, 7,	     /* sender */
	0,    0,    0,	  0,	0,    0,    10, 0, 0, 9,	     /* target */
};

START_TEST(arp_claims)
{
	struct frame f;

	ck_assert_int_eq(frame_parse(arp, sizeof(arp), &f), 0);
	ck_assert(f.is_arp);
	ck_assert(frame_is_group(f.dmac));
	ck_assert_uint_eq(f.claim, 4);
	ck_assert_uint_eq(ntohl(f.claimed.w[3]), 0x0a000007);
	ck_assert_int_eq(frame_parse(arp, 41, &f), 0);
	ck_assert(!f.complete);
	ck_assert_uint_eq(f.claim, 0);
}
END_TEST

START_TEST(later_fragments_have_no_ports)
{
	struct packet p = make(3);
	uint8_t buf[PACKET_MAX];
	struct frame f;

	packet_build(&p, buf);
	buf[20] = 0;
	buf[21] = 100;
	ck_assert_int_eq(frame_parse(buf, 60, &f), 0);
	ck_assert(!f.has_ports);
	ck_assert(f.complete);
}
END_TEST

/* Whatever the octets are, nothing beyond them is read. */
START_TEST(random_octets)
{
	uint32_t seed = 12345 + _i, i, k;

	for (i = 0; i < 20000; i++) {
		uint32_t len = (seed = seed * 1103515245 + 12345) >> 16 & 127;
		uint8_t *exact = malloc(len ? len : 1);
		struct frame f;

		for (k = 0; k < len; k++)
			exact[k] = (seed = seed * 1103515245 + 12345) >> 16;
		if (len > 20) { /* deep into the IP parsers */
			exact[12] = 0x86;
			exact[13] = 0xdd;
			exact[14] = 0x60;
			exact[20] = i & 1 ? 0 : 44;
		}
		if (!frame_parse(exact, len, &f) && f.complete)
			ck_assert_uint_le(f.needed, len);
		free(exact);
	}
}
END_TEST

START_TEST(mac_texts)
{
	uint8_t mac[6];
	char text[18];

	ck_assert_int_eq(mac_parse("02:00:5e:10:aa:FF", mac), 0);
	mac_format(mac, text);
	ck_assert_str_eq(text, "02:00:5e:10:aa:ff");
	ck_assert_int_eq(mac_parse("02:00:5e:10:aa", mac), -EINVAL);
	ck_assert_int_eq(mac_parse("02:00:5e:10:aa:ff:", mac), -EINVAL);
	ck_assert_int_eq(mac_parse("2:0:5e:10:aa:ff", mac), -EINVAL);
	ck_assert_int_eq(mac_parse("", mac), -EINVAL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ztctl frames");
	TCase *t = tcase_create("frames");
	int nr = sizeof(packets) / sizeof(packets[0]), failed;
	SRunner *runner;

	tcase_add_loop_test(t, built_frames_are_read_back, 0, nr);
	tcase_add_loop_test(t, cut_frames, 0, nr);
	tcase_add_loop_test(t, checksums, 0, nr);
	tcase_add_test(t, arp_claims);
	tcase_add_test(t, later_fragments_have_no_ports);
	tcase_add_loop_test(t, random_octets, 0, 4);
	tcase_add_test(t, mac_texts);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
