/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Forwarding without the stack, the part that needs no kernel: which frames may go on, what
 * is changed in them, and when a path is believed. What the kernel would do is worked out
 * here once more, octet by octet.
 */
#include <check.h>
#include "host/engine.h"
#include "path.h"

static const uint8_t own[6] = { 2, 0, 0, 0, 0xff, 1 }, out_mac[6] = { 2, 0, 0, 0, 0xff, 2 };
static const uint8_t hop[6] = { 2, 0, 0, 0, 0xfe, 1 };
static uint8_t frame[256] __attribute__((aligned(4)));
static uint32_t frame_len;

/* ---- frames, and sums as RFC 1071 has them ---------------------------------------- */

static uint32_t sum_of(const uint8_t *p, uint32_t len, uint32_t sum)
{
	for (uint32_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static uint32_t ip_len(uint32_t family)
{
	return family == 4 ? 20 : 40;
}

/* Of the pseudo header (RFC 768, RFC 8200). */
static uint32_t pseudo_sum(uint32_t family, uint32_t proto, uint32_t l4_len)
{
	const uint8_t *ip = frame + 14;

	return family == 4 ? sum_of(ip + 12, 8, proto + l4_len) : sum_of(ip + 8, 32, proto + l4_len);
}

static uint8_t *l4_sum(uint32_t family, uint32_t proto)
{
	return frame + 14 + ip_len(family) + (proto == 6 ? 16 : 6);
}

/* A right one of random addresses, its checksums filled in. */
static void make(uint32_t family, uint32_t proto, uint32_t payload)
{
	uint32_t head = proto == 6 ? 20 : 8, l4 = head + payload, i;
	uint8_t *ip = frame + 14, *t = ip + ip_len(family);

	memset(frame, 0, sizeof(frame));
	memcpy(frame, own, 6);
	memcpy(frame + 6, hop, 6);
	put16(frame + 12, family == 4 ? 0x0800 : 0x86dd);
	for (i = 0; i < (family == 4 ? 8u : 32u); i++)
		ip[(family == 4 ? 12 : 8) + i] = 1 + rand() % 200;
	if (family == 4) {
		ip[0] = 0x45;
		put16(ip + 2, 20 + l4);
		ip[8] = 64;
		ip[9] = proto;
		put16(ip + 10, ~sum_of(ip, 20, 0));
	} else {
		ip[0] = 0x60;
		put16(ip + 4, l4);
		ip[6] = proto;
		ip[7] = 64;
	}
	put16(t, 5000);
	put16(t + 2, 7000);
	if (proto == 6) {
		t[12] = 0x50;
		t[13] = 0x10; /* ACK */
	} else {
		put16(t + 4, l4);
	}
	for (i = 0; i < payload; i++)
		t[head + i] = rand();
	put16(l4_sum(family, proto), ~sum_of(t, l4, pseudo_sum(family, proto, l4)));
	frame_len = 14 + ip_len(family) + l4;
}

static struct zt_core parsed;

/* What zt_can_go() says of the frame: its DSCP, -1 for no. */
static int can_go(void)
{
	struct zt_frame f = { .data = frame, .end = frame + frame_len };
	struct zt_port port = {};

	memcpy(port.mac, own, 6);
	parsed = (struct zt_core){};
	ck_assert(zt_parse_plain(&f, &parsed));
	return zt_can_go(&f, &parsed, &port);
}

static void go(void)
{
	struct zt_frame f = { .data = frame, .end = frame + frame_len };

	ck_assert_int_eq(zt_go(&f, parsed.family, parsed.bytes + 14, zt_path_next(7, hop), out_mac), 0);
}

static const uint32_t families[] = { 4, 6 }, protos[] = { 6, 17 };

/* ---- which may go on --------------------------------------------------------------- */

START_TEST(plain_ones_go)
{
	for (int i = 0; i < 4000; i++) {
		uint32_t family = families[i & 1], proto = protos[i >> 1 & 1];

		make(family, proto, rand() % 150);
		ck_assert_int_eq(can_go(), zt_sum_is_due(&(struct zt_frame){ .data = frame, .end = frame + frame_len },
							 &parsed) ? -1 : 0);
	}
}
END_TEST

START_TEST(dscp_is_told)
{
	for (uint32_t tos = 0; tos < 256; tos++) {
		make(4, 17, 10);
		frame[15] = tos;
		put16(frame + 24, 0);
		put16(frame + 24, ~sum_of(frame + 14, 20, 0));
		ck_assert_int_eq(can_go(), tos >> 2);
		make(6, 17, 10);
		frame[14] = 0x60 | tos >> 4;
		frame[15] = tos << 4;
		ck_assert_int_eq(can_go(), tos >> 2);
	}
}
END_TEST

/* One that could go on, changed once. */
static void cut(void)
{
	frame_len += 61 - frame_len % 61; /* octets behind the packet, past the shortest frame */
}

static void other_mac(void)
{
	frame[5] ^= 1;
}

static void last_hop(void)
{
	frame[frame[12] == 8 ? 22 : 21] = 1;
	if (frame[12] == 8) {
		put16(frame + 24, 0);
		put16(frame + 24, ~sum_of(frame + 14, 20, 0));
	}
}

static void no_hop(void)
{
	last_hop();
	frame[frame[12] == 8 ? 22 : 21] = 0;
}

static void wrong_sum(void)
{
	frame[frame[12] == 8 ? 24 : 7] ^= 0x40; /* IPv6 has none */
	if (frame[12] != 8)
		other_mac();
}

static void sum_left_out(void)
{
	uint32_t family = frame[12] == 8 ? 4 : 6, proto = frame[family == 4 ? 23 : 20];

	put16(l4_sum(family, proto), pseudo_sum(family, proto, frame_len - 14 - ip_len(family)));
}

static void (*const changes[])(void) = { cut, other_mac, last_hop, no_hop, wrong_sum, sum_left_out };

START_TEST(others_do_not)
{
	for (int i = 0; i < 400; i++) {
		make(families[i & 1], protos[i >> 1 & 1], 30);
		changes[_i]();
		ck_assert_int_eq(can_go(), -1);
	}
}
END_TEST

/* Tag 0 is a priority only. Short, and so that what lies where an IP header would is one's sum. */
START_TEST(tagged_ones_do_not)
{
	make(4, 17, 8);
	memmove(frame + 16, frame + 12, frame_len - 12);
	put16(frame + 12, 0x8100);
	put16(frame + 14, _i);
	frame_len += 4;
	put16(frame + 22, 0x4000); /* an identification that would do as TTL */
	for (uint32_t id = 0; id < 65536; id++) {
		put16(frame + 36, id); /* of the destination */
		put16(frame + 28, 0);
		put16(frame + 28, ~sum_of(frame + 18, 20, 0));
		if (sum_of(frame + 14, 20, 0) == 0xffff)
			break;
	}
	ck_assert_int_eq(can_go(), -1);
	ck_assert_uint_eq(parsed.vlan, _i);
}
END_TEST

/* ---- what is changed --------------------------------------------------------------- */

START_TEST(one_hop_less_and_nothing_else)
{
	uint8_t want[sizeof(frame)];

	for (int i = 0; i < 100000; i++) {
		uint32_t family = families[i & 1];

		make(family, protos[i >> 1 & 1], 14 + rand() % 50);
		frame[family == 4 ? 22 : 21] = 2 + i % 254;
		if (family == 4) {
			put16(frame + 18, rand()); /* identification: sums near 0xffff as well */
			put16(frame + 24, 0);
			put16(frame + 24, ~sum_of(frame + 14, 20, 0));
		}
		if (can_go() < 0)
			continue;
		memcpy(want, frame, sizeof(frame));
		memcpy(want, hop, 6);
		memcpy(want + 6, out_mac, 6);
		want[family == 4 ? 22 : 21]--;
		if (family == 4) {
			put16(want + 24, 0);
			put16(want + 24, ~sum_of(want + 14, 20, 0));
			ck_assert_uint_eq(sum_of(want + 14, 20, 0), 0xffff);
		}
		go();
		/* 0 and 0xffff are one sum in two spellings; the kernel writes either */
		if (family == 4 && memcmp(frame + 24, want + 24, 2))
			ck_assert_uint_eq(sum_of(frame + 14, 20, 0), 0xffff);
		if (family == 4)
			memcpy(want + 24, frame + 24, 2);
		ck_assert_mem_eq(frame, want, sizeof(frame));
	}
}
END_TEST

START_TEST(padding_is_cleared)
{
	for (uint32_t payload = 0; payload < 22; payload++) {
		make(4, 17, payload);
		memset(frame + frame_len, 0xa5, sizeof(frame) - frame_len);
		uint32_t len = frame_len;

		if (frame_len < ZT_ETH_MIN)
			frame_len = ZT_ETH_MIN;
		if (can_go() < 0)
			continue;
		go();
		for (uint32_t i = len; i < frame_len; i++)
			ck_assert_uint_eq(frame[i], 0);
		ck_assert_uint_eq(frame[frame_len], 0xa5);
	}
}
END_TEST

/* ---- when a path is believed --------------------------------------------------------- */

START_TEST(a_path_and_what_it_is_of)
{
	struct zt_core from = { .dir = ZT_FROM_DEVICE, .now = 4000 }, to = { .dir = ZT_TO_DEVICE, .now = 4000 };
	uint64_t word = ZT_PATH(9, 1500, zt_path_clock(4000), 10 << 6 | 46);

	ck_assert_uint_eq(ZT_PATH_EPOCH(word), 9);
	ck_assert_uint_eq(ZT_PATH_MTU(word), 1500);
	ck_assert(zt_path_holds(word, 9, &from, 10));
	ck_assert(zt_path_holds(word, 9, &to, 46));
	ck_assert(!zt_path_holds(word, 8, &from, 10)); /* routes have changed */
	ck_assert(!zt_path_holds(word, 10, &from, 10));
	ck_assert(!zt_path_holds(word, 9, &from, 46)); /* another way, perhaps */
	ck_assert(!zt_path_holds(word, 9, &to, 10));
	ck_assert(!zt_path_holds(0, 9, &from, 0));
	ck_assert(!zt_path_holds(ZT_PATH_BUSY, 9, &from, 0));
	from.now = 4000 + 4 * ZT_PATH_OLD - 1;
	ck_assert(zt_path_holds(word, 9, &from, 10));
	from.now++; /* too old: the kernel's turn */
	ck_assert(!zt_path_holds(word, 9, &from, 10));
}
END_TEST

START_TEST(each_direction_has_its_dscp)
{
	struct zt_core from = { .dir = ZT_FROM_DEVICE }, to = { .dir = ZT_TO_DEVICE };
	uint64_t word = ZT_PATH(9, 1500, 0, 10 << 6 | 46);

	ck_assert_uint_eq(zt_path_dscps(word, 9, &from, 12), 12 << 6 | 46);
	ck_assert_uint_eq(zt_path_dscps(word, 9, &to, 12), 10 << 6 | 12);
	ck_assert_uint_eq(zt_path_dscps(word, 8, &from, 12), 12 << 6 | 12); /* nothing is known */
	ck_assert_uint_eq(zt_path_dscps(0, 8, &to, 63), 63 << 6 | 63);
}
END_TEST

/* Two CPUs that found a way: the first one's is kept whole. */
START_TEST(one_writes_at_a_time)
{
	struct zt_path p = { .word = 5, .next = 1 };

	zt_path_set(&p, 5, 6, 2);
	ck_assert(p.word == 6 && p.next == 2);
	zt_path_set(&p, 5, 7, 3); /* read before that */
	ck_assert(p.word == 6 && p.next == 2);
	p.word = ZT_PATH_BUSY;
	zt_path_set(&p, ZT_PATH_BUSY, 7, 3); /* in the middle of it */
	ck_assert(p.word == ZT_PATH_BUSY && p.next == 2);
}
END_TEST

START_TEST(another_flow_does_not_take_it_over)
{
	struct zt_flow_key k = { .family = families[_i], .dev_port = 1 };
	uint32_t ref = zt_ref(3, 5, k.family);
	struct zt_path *p;

	host_reset(NULL);
	p = flow_path(ref);
	ck_assert_ptr_nonnull(p);
	p->word = ZT_PATH(1, 1500, 0, 0);
	zt_slot_set_key(ref, &k);
	ck_assert_uint_eq(p->word, 0);
}
END_TEST

/* Off is what zeroes say; on ends at its tick. */
START_TEST(until_then_and_no_longer)
{
	struct zt_fwd *fwd;

	host_reset(NULL);
	fwd = (struct zt_fwd *)host_array(&zt_fwd);
	ck_assert_uint_eq(zt_forward_epoch(0), 0);
	ck_assert_uint_eq(zt_forward_epoch(1u << 31), 0);
	*fwd = (struct zt_fwd){ .epoch = 4, .until = 1000 };
	ck_assert_uint_eq(zt_forward_epoch(999), 4);
	ck_assert_uint_eq(zt_forward_epoch(1000), 0);
	ck_assert_uint_eq(zt_forward_epoch(1001), 0);
	fwd->until = 3; /* ticks come round */
	ck_assert_uint_eq(zt_forward_epoch(0xfffffff0), 4);
	fwd->epoch = 0;
	ck_assert_uint_eq(zt_forward_epoch(0xfffffff0), 0);
}
END_TEST

START_TEST(where_an_uplink_looks)
{
	struct zt_cfg cfg = { .hash = { 3, 5, 7, 11 } };
	__u64 tag, again, *at, *same;

	host_reset(NULL);
	for (int i = 0; i < 10000; i++) {
		struct zt_addr a = { { rand(), rand(), rand(), rand() } };

		at = zt_back_of(&a, 1, &cfg, &tag);
		ck_assert_ptr_nonnull(at);
		ck_assert_uint_eq(tag & 0xffff, 0);
		same = zt_back_of(&a, 1, &cfg, &again);
		ck_assert(at == same && tag == again);
		zt_back_of(&a, 2, &cfg, &again);
		ck_assert(tag != again); /* what was found in another epoch is nothing */
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("paths");
	TCase *t = tcase_create("path");
	SRunner *r = srunner_create(s);
	int failed;

	srand(1);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, plain_ones_go);
	tcase_add_test(t, dscp_is_told);
	tcase_add_loop_test(t, others_do_not, 0, sizeof(changes) / sizeof(changes[0]));
	tcase_add_loop_test(t, tagged_ones_do_not, 0, 3);
	tcase_add_test(t, one_hop_less_and_nothing_else);
	tcase_add_test(t, padding_is_cleared);
	tcase_add_test(t, a_path_and_what_it_is_of);
	tcase_add_test(t, each_direction_has_its_dscp);
	tcase_add_test(t, one_writes_at_a_time);
	tcase_add_loop_test(t, another_flow_does_not_take_it_over, 0, 2);
	tcase_add_test(t, until_then_and_no_longer);
	tcase_add_test(t, where_an_uplink_looks);
	suite_add_tcase(s, t);
	srunner_set_fork_status(r, CK_NOFORK);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
