/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ticks and the configuration word: how long a tick is, what time it is, and
 * zt_cfg. The only place where ticks, HZ and seconds meet.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include "bpf/state.h"

#define TICK_MIN_MS 250.0
#define SAMPLE_MS 60
#define ARM_TRIES 25

/* Time-outs in seconds, by enum zt_idle. */
static const uint32_t idle_s[ZT_IDLE_MAX] = {
	[ZT_IDLE_TCP_HALF] = 30, [ZT_IDLE_TCP] = 7440, [ZT_IDLE_TCP_CLOSING] = 120,
	[ZT_IDLE_ONE_WAY] = 30,	 [ZT_IDLE_BOTH] = 300, [ZT_IDLE_ICMP] = 60,
	[ZT_IDLE_FRAG] = 5,
};

struct reading {
	uint64_t jiffies, boot_ns;
};

static int read_clock(struct zt_maps *m, struct reading *ret)
{
	struct zt_test test = { .op = ZT_CTL_CLOCK };
	struct zt_result result;
	int rc = zt_ctl(m, &test, &result);

	if (rc)
		return rc;
	ret->jiffies = result.jiffies;
	ret->boot_ns = result.boot_ns;
	return 0;
}

/* The HZ a kernel is built with is one of few; the nearest within a tenth. */
static uint32_t nearest_hz(double hz)
{
	static const uint32_t usual[] = { 100, 250, 300, 1000 };
	uint32_t best = 0;
	double off = 0.1;
	size_t i;

	for (i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		double d = fabs(hz / usual[i] - 1);

		if (d < off) {
			off = d;
			best = usual[i];
		}
	}
	return best;
}

/* A late timer tick can spoil one sample, so try again, longer each time. */
static int measure_hz(struct zt_maps *m)
{
	struct timespec pause = { .tv_nsec = SAMPLE_MS * 1000000L };
	struct reading a, b;
	int tries, rc;

	for (tries = 0; tries < 4; tries++) {
		rc = read_clock(m, &a);
		if (rc)
			return rc;
		nanosleep(&pause, NULL);
		rc = read_clock(m, &b);
		if (rc)
			return rc;
		m->hz = nearest_hz((b.jiffies - a.jiffies) * 1e9 / (b.boot_ns - a.boot_ns));
		if (m->hz)
			return 0;
		pause.tv_nsec *= 2;
	}
	return -ERANGE;
}

static uint32_t shift_for(uint32_t hz)
{
	uint32_t shift = 0;

	while (((1u << shift) * 1000.0) / hz < TICK_MIN_MS)
		shift++;
	return shift;
}

int zt_maps_clock(struct zt_maps *m, struct zt_clock *ret)
{
	struct reading now;
	struct timespec wall;
	int rc;

	if (!m->hz) {
		rc = measure_hz(m);
		if (rc)
			return rc;
	}
	rc = read_clock(m, &now);
	if (rc)
		return rc;
	clock_gettime(CLOCK_REALTIME, &wall);
	ret->hz = m->hz;
	ret->tick_shift = shift_for(m->hz);
	ret->tick_ms = (uint32_t)lround((1u << ret->tick_shift) * 1000.0 / m->hz);
	ret->now = (uint32_t)(now.jiffies >> ret->tick_shift);
	ret->boot_ns = now.boot_ns;
	ret->wall_s = wall.tv_sec;
	return 0;
}

/* Seconds to ticks, never less than asked. */
static uint32_t ticks(const struct zt_clock *c, uint32_t seconds)
{
	return (uint32_t)(((uint64_t)seconds * 1000 + c->tick_ms - 1) / c->tick_ms);
}

static uint32_t at_least(uint32_t v, uint32_t min)
{
	return v < min ? min : v;
}

static int random_words(uint32_t *v, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		do {
			if (getrandom(&v[i], sizeof(v[i]), 0) != sizeof(v[i]))
				return -EIO;
		} while (!v[i]);
	}
	return 0;
}

int zt_maps_configure(struct zt_maps *m, uint32_t flags)
{
	uint32_t random[4 + ZT_HASH_WORDS], zero = 0, i;
	struct zt_clock c;
	struct zt_cfg cfg;
	int rc;

	rc = zt_maps_clock(m, &c);
	if (!rc)
		rc = random_words(random, 4 + ZT_HASH_WORDS);
	if (rc)
		return rc;
	cfg = (struct zt_cfg){
		.abi = ZT_ABI_VERSION,
		.flags = flags,
		.tick_shift = c.tick_shift,
		.tick_ms = c.tick_ms,
		/* running maps keep what flows and stamps were made with */
		.nonce = { m->cfg.abi ? m->cfg.nonce[0] : random[0],
			   m->cfg.abi ? m->cfg.nonce[1] : random[1] },
		.seed = { m->cfg.abi ? m->cfg.seed[0] : random[2],
			  m->cfg.abi ? m->cfg.seed[1] : random[3] },
		.grace = at_least(ticks(&c, 1), 2),
		.events_per_s = 50,
		.learn_ticks = ticks(&c, 86400),
		.move_ticks = ticks(&c, 30),
		.pickup_until = c.now + ticks(&c, 600),
		.buckets = { m->max[ZT_MAP_FLOW4], m->max[ZT_MAP_FLOW6] },
	};
	for (i = 0; i < ZT_IDLE_MAX; i++)
		cfg.idle[i] = ticks(&c, idle_s[i]);
	memcpy(cfg.hash, m->cfg.abi ? m->cfg.hash : random + 4, sizeof(cfg.hash));
	if (!m->flow4) { /* what is in it was made by other maps, and generations begin anew */
		rc = zt_kmod_table(m, &cfg, &cfg.table, NULL);
		if (!rc)
			rc = zt_kmod_empty(m);
		if (rc)
			return rc;
	}
	if (bpf_map_update_elem(m->map[ZT_MAP_CFG], &zero, &cfg, BPF_ANY))
		return -errno;
	m->cfg = cfg;
	return m->pin_dir ? zt_arm_sweep(m) : 0;
}

/*
 * From 6.18 on the kernel allocates a timer without waiting for a lock (kmalloc_nolock()), and a
 * busy machine may refuse it for no better reason than that: so it is asked again.
 */
int zt_arm_sweep(struct zt_maps *m)
{
	const struct timespec pause = { .tv_nsec = 2000000L };
	struct zt_test test = { .op = ZT_CTL_ARM };
	struct zt_result result;
	int tries, rc = -EIO;

	for (tries = 0; rc == -EIO && tries < ARM_TRIES; tries++) {
		if (tries)
			nanosleep(&pause, NULL);
		rc = zt_ctl(m, &test, &result);
	}
	return rc;
}
