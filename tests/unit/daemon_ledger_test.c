/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exact counts: a stand-in data path makes aggregates and first packets as bpf/event.h
 * does, rings lose or delay what they like, and the sum of what is told must be the
 * packets sent. Also the classes a reason leads to.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include "event/class.h"
#include "event/ledger.h"

#define KEYS 8

static struct zt_ledger *ledger;
static uint64_t sent[KEYS], told[KEYS], agg[KEYS];
static bool has_agg[KEYS];
static int nr_lines;
static struct zt_event queue[4096];
static int nr_queue;

static struct zt_event event(int k)
{
	struct zt_event e = {.type = ZT_EVENT_PACKET,
			     .gen = 3,
			     .family = 4,
			     .reason = ZT_REASON_NO_RULE,
			     .verdict = ZT_DROPPED,
			     .dir = ZT_FROM_DEVICE,
			     .dev = 7,
			     .ifindex = 2,
			     .rule = ZT_NO_RULE};

	e.dst.w[3] = (uint32_t)k;
	e.sport = 1000;
	return e;
}

static int key_of(const struct zt_agg_key *key)
{
	return (int)key->peer.w[3];
}

/* A packet: counted in the aggregate, told to the ring when the aggregate is new. */
static void packet(int k, uint64_t n, bool ring_full)
{
	sent[k] += n;
	agg[k] += n;
	if (!has_agg[k] && !ring_full) {
		queue[nr_queue] = event(k);
		queue[nr_queue++].packets[0] = n;
	}
	has_agg[k] = true;
}

static void consume(void)
{
	int i;

	for (i = 0; i < nr_queue; i++) {
		if (zt_ledger_ring(ledger, &queue[i])) {
			struct zt_agg_key key = zt_ledger_key(&queue[i]);

			told[key_of(&key)] += queue[i].packets[0];
			nr_lines++;
		}
	}
	nr_queue = 0;
}

static void count(void *arg, const struct zt_agg_key *key, uint64_t packets,
		  const struct zt_event *first)
{
	ck_assert_uint_gt(packets, 0);
	told[key_of(key)] += packets;
	nr_lines++;
	if (first)
		ck_assert_uint_eq(first->dst.w[3], key->peer.w[3]);
}

static void drain(bool all)
{
	struct zt_event e;
	struct zt_agg_key key;
	int k;

	for (k = 0; k < KEYS; k++) {
		if (!has_agg[k])
			continue;
		e = event(k);
		key = zt_ledger_key(&e);
		ck_assert_int_eq(zt_ledger_drained(ledger, &key, agg[k]), 0);
		has_agg[k] = false;
		agg[k] = 0;
	}
	zt_ledger_tick(ledger, all, count, NULL);
}

static void setup(void)
{
	ledger = zt_ledger_new();
	memset(sent, 0, sizeof(sent));
	memset(told, 0, sizeof(told));
	memset(agg, 0, sizeof(agg));
	memset(has_agg, 0, sizeof(has_agg));
	nr_lines = nr_queue = 0;
}

static void teardown(void)
{
	zt_ledger_free(ledger);
}

START_TEST(first_at_once)
{
	packet(0, 1, false);
	consume();
	ck_assert_uint_eq(told[0], 1);
	packet(0, 1, false);
	packet(0, 1, false);
	consume();
	ck_assert_uint_eq(told[0], 1);
	drain(false);
	ck_assert_uint_eq(told[0], 3);
	drain(false);
	ck_assert_int_eq(nr_lines, 2);
}
END_TEST

START_TEST(single_packet_is_one_line)
{
	packet(0, 1, false);
	consume();
	drain(false);
	drain(true);
	ck_assert_uint_eq(told[0], 1);
	ck_assert_int_eq(nr_lines, 1);
}
END_TEST

START_TEST(ring_lost)
{
	packet(0, 5, true);
	consume();
	drain(false);
	ck_assert_uint_eq(told[0], 5);
}
END_TEST

/* Drained between the count and the ring: the late record is not told again. */
START_TEST(ring_late)
{
	packet(0, 5, false);
	drain(false);
	consume();
	ck_assert_uint_eq(told[0], 5);
	packet(0, 2, false);
	consume();
	drain(false);
	ck_assert_uint_eq(told[0], 7);
}
END_TEST

/* A GSO packet stands for many; the first line says as many. */
START_TEST(first_of_many)
{
	packet(0, 44, false);
	consume();
	ck_assert_uint_eq(told[0], 44);
	drain(true);
	ck_assert_uint_eq(told[0], 44);
}
END_TEST

/* A steady attempt: at once, each second for ten, then every ten. */
START_TEST(calms_down)
{
	int s;

	for (s = 0; s < 600; s++) {
		packet(0, 3, false);
		consume();
		drain(false);
	}
	ck_assert_int_ge(nr_lines, 60);
	ck_assert_int_le(nr_lines, 80);
	drain(true);
	ck_assert_uint_eq(told[0], sent[0]);
}
END_TEST

START_TEST(forgets)
{
	packet(0, 1, false);
	consume();
	for (int i = 0; i < 40; i++)
		drain(false);
	packet(0, 1, false);
	consume();
	ck_assert_int_eq(nr_lines, 2); /* a first again, at once */
	drain(false);
	ck_assert_uint_eq(told[0], 2);
}
END_TEST

/* Any order, any loss: the sums are equal. */
START_TEST(any_order)
{
	uint32_t x = (uint32_t)_i * 2654435761u + 1;
	int i, k;

	for (i = 0; i < 20000; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		k = (int)(x >> 8) % KEYS;
		switch (x % 16) {
		case 0:
			drain(false);
			break;
		case 1:
		case 2:
			consume();
			break;
		default:
			if (nr_queue < 4000)
				packet(k, 1 + (x >> 20) % 3, (x >> 12) % 4 == 0);
		}
	}
	/* what the ring still holds would be told or is counted: both, once */
	consume();
	drain(true);
	for (k = 0; k < KEYS; k++)
		ck_assert_msg(told[k] == sent[k], "seed %d key %d: told %llu, sent %llu", _i, k,
			      (unsigned long long)told[k], (unsigned long long)sent[k]);
}
END_TEST

START_TEST(full)
{
	struct zt_agg_key key = {0};
	uint32_t i;

	for (i = 0; i < ZT_LEDGER_MAX; i++) {
		key.dev = i + 1;
		ck_assert_int_eq(zt_ledger_drained(ledger, &key, 1), 0);
	}
	key.dev = i + 1;
	ck_assert_int_ne(zt_ledger_drained(ledger, &key, 1), 0);
	packet(0, 1, false);
	ck_assert(!zt_ledger_ring(ledger, &queue[0])); /* not told now: the drain tells it */
}
END_TEST

/* ---- classes ---- */

static const struct {
	uint8_t reason, verdict;
	enum zt_class class;
} classes[] = {
	{ZT_REASON_NO_RULE, ZT_DROPPED, ZT_CLASS_DENY},
	{ZT_REASON_DENIED, ZT_DROPPED, ZT_CLASS_DENY},
	{ZT_REASON_NO_POLICY, ZT_DROPPED, ZT_CLASS_DENY},
	{ZT_REASON_UNKNOWN_DEVICE, ZT_DROPPED, ZT_CLASS_DENY},
	{ZT_REASON_NO_RULE, ZT_AUDIT, ZT_CLASS_AUDIT},
	{ZT_REASON_UNKNOWN_DEVICE, ZT_AUDIT, ZT_CLASS_AUDIT},
	{ZT_REASON_NO_RULE, ZT_FORWARDED, ZT_CLASS_LEARN},
	{ZT_REASON_NON_IP, ZT_FORWARDED, ZT_CLASS_LEARN},
	{ZT_REASON_SPOOFED, ZT_DROPPED, ZT_CLASS_SPOOF},
	{ZT_REASON_SPOOFED, ZT_FORWARDED, ZT_CLASS_LEARN}, /* perhaps only not learned yet */
	{ZT_REASON_SPOOFED, ZT_AUDIT, ZT_CLASS_SPOOF},
	{ZT_REASON_ROGUE_DHCP, ZT_FORWARDED, ZT_CLASS_SPOOF},
	{ZT_REASON_ROGUE_RA, ZT_AUDIT, ZT_CLASS_SPOOF},
	{ZT_REASON_TRUNCATED, ZT_DROPPED, ZT_CLASS_MALFORMED},
	{ZT_REASON_MULTICAST_SOURCE, ZT_DROPPED, ZT_CLASS_MALFORMED},
	{ZT_REASON_SPOOFED_UPLINK, ZT_DROPPED, ZT_CLASS_SPOOFED_UPLINK},
	{ZT_REASON_NO_STAMP, ZT_DROPPED, ZT_CLASS_UNJUDGED},
	{ZT_REASON_QUOTA, ZT_DROPPED, ZT_CLASS_QUOTA},
	{ZT_REASON_ALLOWED, ZT_FORWARDED, ZT_CLASS_FLOW_LOG},
};

START_TEST(class_of)
{
	ck_assert_int_eq(zt_class_of_packet(classes[_i].reason, classes[_i].verdict),
			 classes[_i].class);
}
END_TEST

/* Every reason has a word and a family; every class a name that may stand in a header. */
START_TEST(tables)
{
	struct zt_cef e;
	int i;

#define X(nr, name, word, family, text)             \
	ck_assert_str_eq(zt_reason_word(nr), word); \
	ck_assert_uint_eq(zt_reason_family(nr), ZT_FAMILY_##family);
	ZT_REASONS(X)
#undef X
	ck_assert_str_eq(zt_reason_word(200), "unknown");
	ck_assert_str_eq(zt_ended_word(ZT_ENDED_IDLE), "idle");
	ck_assert_str_eq(zt_ended_word(ZT_ENDED_UNLOAD), "unload");
	ck_assert_str_eq(zt_ended_word(0), "unknown");
	ck_assert_str_eq(zt_ended_word(ZT_ENDED_MAX), "unknown");
	for (i = 0; i < ZT_CLASS_MAX; i++) {
		e = zt_class_event((enum zt_class)i);
		ck_assert_uint_le(e.severity, 10);
		ck_assert_ptr_null(strpbrk(e.name, "|\\="));
		ck_assert_uint_le(strlen(e.signature), 31);
		ck_assert_uint_eq(strspn(e.signature, "abcdefghijklmnopqrstuvwxyz-"),
				  strlen(e.signature));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("daemon ledger");
	TCase *t = tcase_create("ledger");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, first_at_once);
	tcase_add_test(t, single_packet_is_one_line);
	tcase_add_test(t, ring_lost);
	tcase_add_test(t, ring_late);
	tcase_add_test(t, first_of_many);
	tcase_add_test(t, calms_down);
	tcase_add_test(t, forgets);
	tcase_add_loop_test(t, any_order, 0, 20);
	tcase_add_test(t, full);
	tcase_add_loop_test(t, class_of, 0, sizeof(classes) / sizeof(classes[0]));
	tcase_add_test(t, tables);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
