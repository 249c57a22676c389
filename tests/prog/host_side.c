/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host build of the data path as a side of the case runner.
 */
#include "host/engine.h"
#include "side.h"

static struct zt_image *live;
static uint32_t last_gen; /* while there is no policy */

static int host_open(const struct zt_sizes *sizes, char **ret_why)
{
	host_reset(sizes);
	host_remember(&zt_agg);
	host_remember(&zt_seen);
	return 0;
}

static void host_close(void)
{
	host_reset(NULL);
	zt_image_free(live);
	live = NULL;
}

static void reset(uint32_t now)
{
	struct zt_cfg cfg = *zt_config();

	host_close();
	host_open(NULL, NULL);
	host_configure(&cfg);
}

/* As zt_maps_publish(): an equal image publishes nothing. */
static void publish(struct zt_image *image)
{
	if (!live || !zt_image_equal(live, image))
		host_publish(live, image, (host_gen()->gen ? host_gen()->gen : last_gen) + 1);
	zt_image_free(live);
	live = image;
}

static void no_policy(void)
{
	last_gen = host_gen()->gen;
	host_gen()->gen = 0;
	zt_image_free(live);
	live = NULL;
}

static int run(const struct zt_run *r, struct zt_result *ret)
{
	host_boot_ns = 1000000ull * r->now;
	host_run(r, ret);
	return 0;
}

static int sweep(uint32_t now, uint32_t steps)
{
	host_boot_ns = 1000000ull * now;
	return host_sweep(now, steps);
}

static void bump(uint32_t bind)
{
	((struct zt_bind *)host_lookup(&zt_bind, &bind))->epoch++;
}

/* As zt_maps_mode(). */
static void mode(uint32_t dev, uint8_t mode)
{
	struct zt_dev *d = host_lookup(&zt_dev, &dev);

	zt_image_mode(live, dev, mode);
	d->w[0].mode = d->w[1].mode = mode;
	for (uint32_t k = 0; k < live->nr_binds; k++) {
		if (live->binds[k].dev == dev)
			bump(live->binds[k].index);
	}
}

/* As zt_maps_release_port(). */
static void release(uint32_t ifindex)
{
	struct zt_bind *b = (struct zt_bind *)host_array(&zt_bind);

	for (uint32_t n = 0; n < zt_bind.entries; n++) {
		if (!(b[n].flags & (ZT_BIND_IP | ZT_BIND_UNKNOWN)) && b[n].ifindex == ifindex)
			b[n].ifindex |= ZT_BIND_RELEASED;
	}
}

static void devst(uint32_t dev, struct zt_devst *ret)
{
	*ret = *(struct zt_devst *)host_lookup(&zt_devst, &dev);
}

static void devcnt(uint32_t dev, struct zt_devcnt *ret)
{
	*ret = *(struct zt_devcnt *)host_lookup(&zt_devcnt, &dev);
}

static void counts(struct zt_count ret[ZT_COUNT_MAX])
{
	memcpy(ret, host_array(&zt_count), ZT_COUNT_MAX * sizeof(*ret));
}

static void lost(uint64_t ret[ZT_LOST_MAX])
{
	memcpy(ret, host_array(&zt_lost), ZT_LOST_MAX * sizeof(*ret));
}

static uint64_t is_alive(const struct zt_flow_key *k, const struct zt_flow *f,
			 const struct zt_flow_rest *r, uint64_t now)
{
	const struct zt_pkt at = { .now = now };

	return zt_flow_alive(f, &at.core, zt_config());
}

static uint32_t flows(uint32_t now)
{
	return host_flows(is_alive, now);
}

static uint64_t sum_flow(const struct zt_flow_key *k, const struct zt_flow *f,
			 const struct zt_flow_rest *r, uint64_t arg)
{
	return side_sum(side_sum(side_sum(SIDE_SUM, k, sizeof(*k)), f, sizeof(*f)), r, sizeof(*r));
}

static uint64_t table(void)
{
	return host_flows(sum_flow, 0);
}

static uint64_t holders(void)
{
	uint64_t sum = 0;

	for (uint32_t b = 0; b < HOST_BUCKETS; b++) {
		for (struct host_entry *e = zt_learn.bucket[b]; e; e = e->next)
			sum += side_sum(side_sum(SIDE_SUM, e->key, zt_learn.key_size),
					&((struct zt_learned *)e->value)->dev, sizeof(__u32));
	}
	return sum;
}

static uint32_t learned(const struct zt_host_key *key, uint32_t now)
{
	struct zt_learned *l = host_lookup(&zt_learn, key);

	return l && zt_age(now, l->expires) <= 0 ? l->dev : 0;
}

static uint64_t drain(uint32_t *ret_nr)
{
	const struct zt_agg_set *all = (struct zt_agg_set *)host_array(&zt_agg);
	uint64_t packets = 0;

	*ret_nr = 0;
	for (uint32_t n = 0; n < zt_agg.nr_touched * ZT_AGG_WAYS; n++) {
		const struct zt_agg_set *s = &all[zt_agg.touched[n / ZT_AGG_WAYS]];

		assert(s->place[n % ZT_AGG_WAYS].key.what != ZT_AGG_CLAIMED);
		*ret_nr += !!s->place[n % ZT_AGG_WAYS].key.what;
		packets += s->place[n % ZT_AGG_WAYS].agg.packets;
	}
	host_wipe(&zt_agg);
	host_wipe(&zt_seen);
	return packets;
}

void host_side_aggregates(bool full)
{
	struct zt_agg_set *s = (struct zt_agg_set *)host_array(&zt_agg);

	for (uint32_t n = 0; n < ZT_AGG_SETS * ZT_AGG_WAYS; n++) {
		struct zt_agg_key *k = &s[n / ZT_AGG_WAYS].place[n % ZT_AGG_WAYS].key;

		if (full && !k->what)
			k->reason = 255; /* somebody's */
		else if (!full && k->reason == 255)
			k->reason = 0;
	}
}

void host_side_places(const char *map, uint32_t places)
{
	for (struct host_map *m = host_maps; m; m = m->next) {
		if (!strcmp(m->name, map))
			m->entries = places;
	}
}

void host_side_race(uint32_t swap, uint32_t nr)
{
	host_races = swap;
	host_races_in_row = nr;
}

void host_side_take(uint32_t reading, uint32_t nr)
{
	host_takes = reading;
	host_takes_in_row = nr;
}

bool host_side_fast(void)
{
	return host_known;
}

int host_side_record(const struct zt_flow_key *key, struct zt_flow *ret, struct zt_flow_rest *ret_rest)
{
	uint32_t ref = zt_flow_find(key);
	const struct zt_flow *f = flow_at(ref);

	if (!f)
		return -1;
	*ret = *f;
	*ret_rest = *flow_rest(ref);
	return 0;
}

bool host_side_last(uint32_t before, struct zt_event *ret)
{
	uint64_t at = (host_log_nr - 1 - before) % HOST_EVENTS;

	memcpy(ret, host_log[at].event, sizeof(*ret));
	return host_log[at].critical;
}

uint32_t host_side_seen(uint32_t dev)
{
	struct zt_dev *d = host_lookup(&zt_dev, &dev);

	return ((struct zt_bind *)host_lookup(&zt_bind, &d->bind))->seen;
}

uint64_t host_side_now(void)
{
	return host_boot_ns;
}

uint32_t host_side_gen(void)
{
	return host_gen()->gen;
}

void host_side_unname(const uint8_t mac[6])
{
	uint32_t par = host_gen()->gen & 1;
	const struct zt_line_span *span = &((struct zt_pol *)host_lookup(&zt_pol, &par))->span[ZT_TABLE_MAC];
	struct zt_line *line = (struct zt_line *)host_array(zt_line.inner[par]) + span->first;

	for (uint32_t i = 0; i < span->nr * 8; i += 2) {
		__u64 *w = &line[i / 8].w[i % 8];

		if (w[0] << 16 == zt_mac_word(mac, 0) << 16)
			w[1] &= ZT_LINE_MORE;
	}
}

void host_side_turn(uint32_t side)
{
	host_gen()->side = side;
}

int host_side_aggregate(const struct zt_agg_key *key, struct zt_agg *ret)
{
	const struct zt_agg_set *s = (const struct zt_agg_set *)host_array(&zt_agg);

	for (uint32_t n = 0; n < ZT_AGG_SETS * ZT_AGG_WAYS; n++) {
		if (!memcmp(&s[n / ZT_AGG_WAYS].place[n % ZT_AGG_WAYS].key, key, sizeof(*key))) {
			*ret = s[n / ZT_AGG_WAYS].place[n % ZT_AGG_WAYS].agg;
			return 0;
		}
	}
	return -1;
}

void host_side_rings(bool full)
{
	zt_ring.full = zt_ringc.full = full;
}

void host_side_route(const char *says)
{
	host_route = !strcmp(says, "none") ? ZT_PKT_NO_ROUTE : !strcmp(says, "local") ? ZT_PKT_LOCAL : 0;
}

uint64_t host_side_told(uint32_t type)
{
	return host_told[type & 15];
}

void host_side_run_skb(const struct zt_run *r, uint32_t vlan, uint32_t gso_segs, uint32_t gso_size,
		       struct zt_result *ret)
{
	const struct host_skb skb = { vlan, gso_segs, gso_size };

	host_run_skb(r, &skb, ret);
}

const struct side host_side = {
	.name = "host", .open = host_open, .close = host_close, .reset = reset, .configure = host_configure,
	.publish = publish, .no_policy = no_policy, .run = run, .sweep = sweep, .bump = bump,
	.mode = mode, .release = release, .devst = devst, .devcnt = devcnt, .counts = counts, .lost = lost, .flows = flows,
	.table = table, .holders = holders, .learned = learned, .drain = drain,
};
