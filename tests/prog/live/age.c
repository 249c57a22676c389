/* SPDX-License-Identifier: GPL-2.0 */
/* Making the maps older. Every field of zt_abi.h that holds a tick is here. */
#include <errno.h>
#include <stdlib.h>
#include "live/age.h"

static uint32_t read_real(struct zt_maps *m)
{
	struct zt_test test = { .op = ZT_CTL_CLOCK };
	struct zt_result r;

	return zt_ctl(m, &test, &r) ? 0 : (uint32_t)(r.jiffies >> LIVE_TICK_SHIFT);
}

/* Change every value of a map. */
static int each_value(int fd, uint32_t max, uint32_t key_size, uint32_t value_size,
		      void (*change)(void *value, uint32_t by), uint32_t by)
{
	struct zt_dump d;
	int rc = zt_dump_map(fd, max, key_size, value_size, &d);

	if (rc)
		return rc;
	for (uint32_t i = 0; i < d.nr; i++)
		change(d.values + (size_t)i * value_size, by);
	rc = zt_write_map(fd, d.keys, d.values, d.nr, key_size, value_size);
	zt_dump_free(&d);
	return rc;
}

static void age_frag(void *value, uint32_t by)
{
	((struct zt_frag *)value)->seen -= by;
}

static void age_flows(struct zt_maps *m, uint32_t by)
{
	for (uint32_t i = 0; i < m->max[ZT_MAP_FLOW4] * ZT_WAYS; i++) {
		m->flow4[i / ZT_WAYS].slot[i % ZT_WAYS].f.seen -= by;
		m->rest4[i].first -= by;
	}
	for (uint32_t i = 0; i < m->max[ZT_MAP_FLOW6] * ZT_WAYS; i++) {
		m->flow6[i / ZT_WAYS].slot[i % ZT_WAYS].f.seen -= by;
		m->rest6[i].first -= by;
	}
}

static void age_learned(void *value, uint32_t by)
{
	((struct zt_learned *)value)->expires -= by;
}

static bool next_second; /* by zt_window(): another number than the current one */

static void age_devst(void *value, uint32_t by)
{
	struct zt_devst *st = value;

	for (int i = 0; i < ZT_BUCKET_MAX; i++)
		st->bucket[i] -= (__u64)by << 32;
	if (next_second)
		st->event_tick--;
}

static int age(struct zt_maps *m, uint32_t by)
{
	int frag = bpf_object__find_map_fd_by_name(m->obj, "zt_frag"), rc;
	uint32_t zero = 0;

	age_flows(m, by);
	rc = each_value(frag, 1u << 20, sizeof(struct zt_flow_key), sizeof(struct zt_frag), age_frag, by);
	if (!rc)
		rc = each_value(m->map[ZT_MAP_LEARN], m->max[ZT_MAP_LEARN],
				sizeof(struct zt_host_key), sizeof(struct zt_learned), age_learned, by);
	if (!rc)
		rc = each_value(m->map[ZT_MAP_DEVST], m->max[ZT_MAP_DEVST], sizeof(uint32_t),
				sizeof(struct zt_devst), age_devst, by);
	for (uint32_t i = 0; i < m->max[ZT_MAP_BIND]; i++)
		m->bind[i].seen -= by;
	m->cfg.pickup_until -= by;
	return rc || bpf_map_update_elem(m->map[ZT_MAP_CFG], &zero, &m->cfg, BPF_ANY) ? -EIO : 0;
}

/* The second of a tick, as the programs reckon it (zt_window()). */
static uint32_t window(const struct zt_maps *m, uint32_t tick)
{
	return tick * m->cfg.tick_ms >> 10;
}

void live_clock_start(struct live_clock *c, struct zt_maps *m, uint32_t now)
{
	*c = (struct live_clock){ m, now, read_real(m) };
}

int live_clock_set(struct live_clock *c, uint32_t now)
{
	uint32_t real, by;
	int rc;

	if (now == c->now)
		return 0;
	real = read_real(c->m);
	by = now - c->now - (real - c->real); /* the real tick may just have moved */

	next_second = window(c->m, now) != window(c->m, c->now);
	rc = age(c->m, by);
	c->now = now;
	c->real = real;
	return rc;
}

uint32_t live_clock_real(const struct live_clock *c, uint32_t tick)
{
	return tick - c->now + c->real;
}
