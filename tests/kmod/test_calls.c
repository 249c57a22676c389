/* SPDX-License-Identifier: GPL-2.0 */
/* What one call gives, and when a record is whose. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "kmod.h"

#define WORD ZT_WORD(7, 1, 1, 5)

static void unknown_table(struct kmod *k)
{
	struct call c = { .op = CALL_REFUSED, .table = 999999, .dev = 1 };

	kmod_fresh(k);
	k->table = 999999;
	check(!kmod_find(k, 1) && !kmod_new(k, 1), "a table nobody has: finds and takes nothing");
	check(kmod_end(k, 1, WORD, 1) == -EINVAL && kmod_call(k, &c) == -EINVAL, "nor ends or counts");
	c.op = CALL_HELD;
	check(!kmod_call(k, &c), "nor holds");
}

static void finding(struct kmod *k)
{
	struct limits l = LIMITS(100);
	struct zt_flow f;
	struct call c = { .op = CALL_WRONG, .key = kmod_key(1), .ref = 1, .dev = 1 };
	uint32_t a, b;

	kmod_table(k, &l);
	check(!kmod_find(k, 1), "an empty table finds nothing");
	a = kmod_new(k, 1);
	b = kmod_new(k, 2);
	check(a && b && a != b, "two keys have two records");
	check(kmod_find(k, 1) == a && kmod_find(k, 2) == b, "each is found by its key");
	check(!kmod_new(k, 1), "a key is not given a second one");
	kmod_read(k, a, &f);
	check(f.word == ZT_WORD_BUSY && !f.seen && !f.count[0], "a new record is busy and empty");
	check(!kmod_call(k, &c), "sizes that are not the one named find nothing");
	c.op = CALL_AT;
	c.ref = 1 << 30;
	check(!kmod_call(k, &c), "nor does a ref that is none");
	c.ref = 0;
	check(!kmod_call(k, &c), "nor does 0");
	c.op = CALL_HELD;
	c.dev = 16;
	check(!kmod_call(k, &c), "nor a device index out of range");
}

static void ending(struct kmod *k)
{
	struct limits l = LIMITS(100);
	struct stats s;
	uint32_t a, n;

	kmod_table(k, &l);
	a = kmod_new(k, 1);
	check(kmod_end(k, a, WORD, 0) == -EINVAL && kmod_end(k, a, WORD, ZT_ENDED_MAX) == -EINVAL,
	      "a reason that is none is refused");
	check(!kmod_end(k, a, 0, ZT_ENDED_POLICY), "a record ends");
	check(kmod_end(k, a, 0, ZT_ENDED_POLICY) == -ENOENT, "once");
	check(!kmod_find(k, 1), "and is not found any more");
	check(kmod_settled(k, &s) && s.unused == 1 && !s.ended_all && !s.live,
	      "one that never was a flow's leaves no end record");
	a = kmod_new(k, 1);
	kmod_end(k, a, WORD, ZT_ENDED_POLICY);
	check(kmod_settled(k, &s) && s.ended[ZT_ENDED_POLICY] == 1 && s.lost == 1,
	      "one that was leaves one, lost where nobody listens");
	check(kmod_end(k, 50, WORD, ZT_ENDED_POLICY) == -ENOENT, "a record nobody has cannot end");
	for (n = 0; n < 1000; n++) { /* many more than there are */
		a = kmod_new(k, n);
		if (!a || kmod_end(k, a, WORD, ZT_ENDED_EVICTED))
			kmod_settled(k, &s);
	}
	check(kmod_settled(k, &s) && s.made + s.refused_full == 1002 && s.live == 0,
	      "records are used over and over: %llu taken", (unsigned long long)s.made);
}

static void full(struct kmod *k)
{
	struct limits l = LIMITS(100);
	uint32_t n, got = 0, first = 0;
	struct stats s;

	kmod_table(k, &l);
	for (n = 0; n < 120; n++) {
		uint32_t ref = kmod_new(k, n);

		got += !!ref;
		first = first ? first : ref;
	}
	kmod_stats(k, &s);
	check(got == 100 && s.live == 100, "a table of 100 takes 100: %u", got);
	check(s.refused_full == 20, "and counts the 20 it refused: %llu", (unsigned long long)s.refused_full);
	kmod_end(k, first, WORD, ZT_ENDED_EVICTED);
	check(kmod_new(k, 1000), "when one has ended there is room at once");
	check(!kmod_new(k, 1001), "for one");
}

/* What a record holds for its device is given back when it ends. */
static void held(struct kmod *k)
{
	struct limits l = LIMITS(100);
	struct zt_flow_rest rest = { .dev = 3 };
	struct zt_flow f = { .word = WORD, .state = ZT_STATE(0, ZT_IDLE_TCP_HALF, ZT_TO_DEVICE, 1, 0) };
	struct zt_held h = { .flows = 5, .flows_in = 4, .half = { 2, 1 } };
	struct call c = { .op = CALL_HELD, .dev = 3, .write = 1 };
	struct stats s;
	uint32_t a;

	kmod_table(k, &l);
	memcpy(c.words, &h, sizeof(h));
	kmod_call(k, &c);
	a = kmod_new(k, 1);
	kmod_write(k, a, &f);
	kmod_write_rest(k, a, &rest);
	kmod_end(k, a, WORD, ZT_ENDED_IDLE);
	kmod_stats_of(k, 3, &s);
	check(s.held.flows == 4 && s.held.flows_in == 3, "an inbound flow gives back its two places");
	check(s.held.half[0] == 2 && s.held.half[1] == 0, "and that it was half-open");
	rest.dev = 12345; /* written wrong */
	a = kmod_new(k, 2);
	kmod_write(k, a, &f);
	kmod_write_rest(k, a, &rest);
	check(!kmod_end(k, a, WORD, ZT_ENDED_IDLE), "a device that is none gives nothing back");
}

static void refused(struct kmod *k)
{
	struct limits l = LIMITS(100);
	struct call c = { .op = CALL_REFUSED, .dev = 2 }, wrong = { .op = CALL_REFUSED, .dev = 16 };
	struct stats s;

	kmod_table(k, &l);
	kmod_call(k, &c);
	kmod_call(k, &c);
	check(kmod_call(k, &wrong) == -EINVAL, "a device that is none is refused nothing");
	kmod_stats_of(k, 2, &s);
	check(s.refused_quota == 2 && s.dev_refused == 2, "refusals count for the table and the device");
	kmod_stats_of(k, 1, &s);
	check(s.refused_quota == 2 && s.dev_refused == 0, "and for no other");
}

void test_calls(struct kmod *k)
{
	unknown_table(k);
	finding(k);
	ending(k);
	full(k);
	held(k);
	refused(k);
}
