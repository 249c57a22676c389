/* SPDX-License-Identifier: GPL-2.0 */
/* Every packet is on a record, in an end record, or counted as refused; and so is every flow. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "kmod.h"

static unsigned long long llu(uint64_t v)
{
	return v;
}

/* Both directions on two processors; live records hold all of it. */
static void exact_live(struct kmod *k)
{
	struct limits l = LIMITS(4096);
	struct totals t = {};
	struct setup s;
	struct sums sums;
	struct stats st;
	uint32_t n = kmod_scaled(10000000);

	kmod_table(k, &l);
	s = kmod_setup_of(k, &l);
	s.flows = 1000;
	kmod_setup(k, &s);
	kmod_traffic(k, n);
	kmod_sums(k, &sums);
	kmod_dump(k, &t);
	kmod_stats(k, &st);
	check(sums.packets[0] + sums.packets[1] + sums.refused == n, "%u packets were sent, %llu found no room",
	      n, llu(sums.refused));
	check(t.packets[0] == sums.packets[0] && t.packets[1] == sums.packets[1],
	      "records hold %llu and %llu packets: all that were counted", llu(t.packets[0]), llu(t.packets[1]));
	check(t.bytes[0] == sums.bytes[0] && t.bytes[1] == sums.bytes[1], "and their bytes");
	check(t.flows == 1000 && st.live == 1000 && sums.made == 1000, "in 1000 flows: %llu", llu(t.flows));
	check(st.refused_full == 0 && sums.refused < n / 1000, "the refused met a record that was being made");
	check(!k->nl.inconsistent, "the dump was consistent");
}

/* One flow alone, so that its counts are moved many times. */
static void exact_one(struct kmod *k)
{
	struct limits l = LIMITS(16);
	struct zt_flow full = { .count = { ZT_COUNT(0x7ffff0, 7), ZT_COUNT(0x7ffff8, 9) } }, f;
	struct totals t = {};
	struct setup s;
	struct sums sums;
	uint32_t ref;

	kmod_table(k, &l);
	s = kmod_setup_of(k, &l);
	s.flows = 1;
	kmod_setup(k, &s);
	kmod_traffic(k, 2); /* makes it */
	ref = kmod_find(k, 0);
	kmod_read(k, ref, &f);
	memcpy(f.count, full.count, sizeof(f.count));
	kmod_write(k, ref, &f);
	kmod_setup(k, &s);
	kmod_traffic(k, kmod_scaled(200000));
	kmod_sums(k, &sums);
	kmod_dump(k, &t);
	check(t.packets[0] == sums.packets[0] + 0x7ffff0 && t.packets[1] == sums.packets[1] + 0x7ffff8,
	      "counts that were moved to where there is room are whole");
	check(t.bytes[0] == sums.bytes[0] + 7 && t.bytes[1] == sums.bytes[1] + 9, "and their bytes");
}

/* Flows end by time while packets come; then all do, and the end records hold everything. */
static void exact_ended(struct kmod *k)
{
	struct limits l = { 512, 16, 5, { 1, 1, 1, 1, 1, 1, 1, 1 } };
	struct totals t = {};
	struct setup s;
	struct sums sums, all = {};
	struct stats st;
	struct nl ear;
	int round;

	kmod_table(k, &l);
	check(!nl_open(&ear) && !nl_join(&ear, ear.group), "who listens joins the group");
	s = kmod_setup_of(k, &l);
	s.flows = 400;
	for (round = 0; round < 8; round++) { /* others each time, so that the table is full at times */
		s.from = round * 200;
		kmod_setup(k, &s);
		kmod_traffic(k, kmod_scaled(200000));
		kmod_sums(k, &sums);
		all.packets[0] += sums.packets[0];
		all.packets[1] += sums.packets[1];
		all.bytes[0] += sums.bytes[0];
		all.bytes[1] += sums.bytes[1];
		all.made += sums.made;
		all.refused += sums.refused;
		kmod_listen(&ear, &t, 0);
		usleep(300000);
	}
	do {
		kmod_listen(&ear, &t, 1000);
		kmod_stats(k, &st);
	} while (st.live);
	kmod_listen(&ear, &t, 500);
	kmod_settled(k, &st);
	check(all.packets[0] + all.packets[1] + all.refused == 8ull * kmod_scaled(200000), "%llu packets, %llu refused",
	      llu(all.packets[0] + all.packets[1]), llu(all.refused));
	check(t.packets[0] == all.packets[0] && t.packets[1] == all.packets[1],
	      "end records hold %llu and %llu packets: all that were counted", llu(t.packets[0]), llu(t.packets[1]));
	check(t.bytes[0] == all.bytes[0] && t.bytes[1] == all.bytes[1], "and their bytes");
	check(t.flows == all.made && st.ended_all == all.made && st.made == all.made,
	      "one for each of %llu flows", llu(all.made));
	check(!t.gaps && !st.lost && t.last_seq == t.flows, "numbered without a gap, none lost");
	check(t.reason[ZT_ENDED_FIN] && t.reason[ZT_ENDED_RST] && t.reason[ZT_ENDED_IDLE],
	      "by FIN %llu, RST %llu, time %llu", llu(t.reason[ZT_ENDED_FIN]), llu(t.reason[ZT_ENDED_RST]),
	      llu(t.reason[ZT_ENDED_IDLE]));
	for (round = 1; round < 16; round++) {
		kmod_stats_of(k, round, &st);
		if (st.held.flows || st.held.flows_in || st.held.half[0] || st.held.half[1])
			break;
	}
	check(round == 16, "and every device has back what they held");
	nl_close(&ear);
}

/* ---- a dump while flows come and go ----------------------------------------------------- */

struct seen {
	uint8_t *times;
	uint32_t stable;
};

static void mark(const struct zt_flow_key *key, void *arg)
{
	struct seen *s = arg;

	if (key->dev.w[3] < s->stable)
		s->times[key->dev.w[3]]++;
}

struct churn {
	struct kmod *k;
	volatile bool stop;
	uint32_t sent;
};

static void *churn(void *arg)
{
	struct churn *c = arg;

	while (!c->stop) {
		kmod_traffic(c->k, 2000);
		c->sent += 2000;
		usleep(20000);
	}
	return NULL;
}

static void dump_under_churn(struct kmod *k)
{
	uint32_t stable = kmod_scaled(100000), n, missing = 0, twice = 0, dumps;
	struct limits l = LIMITS(150000);
	struct seen seen = { calloc(stable, 1), stable };
	struct timespec t0, t1;
	struct churn c = { .k = k };
	struct setup s;
	struct sums sums;
	pthread_t thread;
	double seconds;

	kmod_table(k, &l);
	s = kmod_setup_of(k, &l);
	s.flows = stable;
	s.in_turn = 1;
	kmod_setup(k, &s);
	kmod_traffic(k, stable + 1000);
	s.turn = 0;
	s.from = s.churn = stable;
	s.flows = 1 << 30;
	kmod_setup(k, &s);
	clock_gettime(CLOCK_MONOTONIC, &t0);
	pthread_create(&thread, NULL, churn, &c);
	for (dumps = 0; dumps < 3; dumps++) {
		struct totals t = { .each = mark, .arg = &seen };

		if (kmod_dump(k, &t) || k->nl.inconsistent)
			break;
	}
	clock_gettime(CLOCK_MONOTONIC, &t1);
	c.stop = true;
	pthread_join(thread, NULL);
	kmod_sums(k, &sums);
	seconds = t1.tv_sec - t0.tv_sec + (t1.tv_nsec - t0.tv_nsec) / 1e9;
	for (n = 0; n < stable; n++) {
		missing += seen.times[n] < dumps;
		twice += seen.times[n] > dumps;
	}
	check(dumps == 3, "three dumps ran while %.0f flows a second came and went", sums.made / seconds);
	check(!missing && !twice, "%u flows that stayed are in each, once: %u missing, %u more often", stable,
	      missing, twice);
	free(seen.times);
}

void test_traffic(struct kmod *k)
{
	exact_live(k);
	exact_one(k);
	exact_ended(k);
	dump_under_churn(k);
}
