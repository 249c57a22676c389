/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What must hold beside verdicts: state a row asks about, counters that equal what
 * was sent, and that nothing is left once everything has expired.
 */
#include "prove.h"

#define LONG_AGO (1u << 20) /* ticks: three days, longer than anything in the rows lives */

/* ---- is WHAT ... NUMBER ----------------------------------------------------- */

static void is_devst(struct prove *p, uint32_t side, const char *what, uint32_t dev, uint32_t want)
{
	struct zt_devst st;
	uint32_t got;

	p->sides[side]->devst(dev, &st);
	got = !strcmp(what, "flows") ? st.held.flows : !strcmp(what, "frags") ? st.frags :
	      !strcmp(what, "in") ? st.held.flows_in : !strcmp(what, "half") ? st.held.half[0] + st.held.half[1] :
	      !strcmp(what, "addresses4") ? st.addresses4 : st.addresses6;
	if (got != want)
		prove_fail(p, "%s: %u %s", p->sides[side]->name, got, what);
}

/* How many, or `some`. */
static void is_lost(struct prove *p, uint32_t side, const char *what, const char *want)
{
	static const char *const names[] = { "event", "critical", "aggregate", "flow", "sweep",
					     "learn", "uncounted" };
	uint64_t now[ZT_LOST_MAX];

	p->sides[side]->lost(now);
	for (uint32_t k = 0; k < WORLD_NR(names); k++) {
		if (strcmp(names[k], what))
			continue;
		p->lost_said |= 1u << k;
		now[k] -= p->lost[side][k];
		if (strcmp(want, "some") ? now[k] != strtoul(want, NULL, 10) : !now[k])
			prove_fail(p, "%s: lost %llu", p->sides[side]->name,
				   (unsigned long long)now[k]);
		return;
	}
	prove_fail(p, "nobody loses %s", what);
}

/* is learned ADDRESS NAME|none [ZONE [VLAN] of a link-local one] */
static void is_learned(struct prove *p, uint32_t side, int argc, char **argv)
{
	struct zt_host_key k = { .family = p->family };
	uint32_t got, want = strcmp(argv[3], "none") ? prove_device(p, argv[3]) : 0;

	if (world_address(argv[2], p->family, &k.addr))
		return prove_fail(p, "no address %s", argv[2]);
	if (argc > 4)
		k.scope = ZT_ZONE(strtoul(argv[4], NULL, 10),
				  argc > 5 ? strtoul(argv[5], NULL, 10) : 0);
	got = p->sides[side]->learned(&k, p->now);
	if (got != want)
		prove_fail(p, "%s: held by device %u", p->sides[side]->name, got);
}

/* is told EVENT NUMBER, on the host: events since the row began, or since `listen` */
static void is_told(struct prove *p, const char *what, uint32_t want)
{
	static const char *const names[] = { "", "packet", "flow-new", "flow-end", "learned",
					     "forgotten", "moved", "conflict" };
	uint32_t k = 1;

	while (k < WORLD_NR(names) && strcmp(names[k], what))
		k++;
	if (k == WORLD_NR(names))
		return prove_fail(p, "no event %s", what);
	if (host_side_told(k) - p->told[k] != want)
		prove_fail(p, "host: told %llu times",
			   (unsigned long long)(host_side_told(k) - p->told[k]));
}

/* is seen DEVICE TICKS, on the host: so long ago it sent a frame */
static void is_seen(struct prove *p, const char *name, uint32_t want)
{
	uint32_t got = p->now - host_side_seen(prove_device(p, name));

	if (got != want)
		prove_fail(p, "host: seen %u ticks ago", got);
}

void prove_is(struct prove *p, int argc, char **argv)
{
	uint32_t i, got, want = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;

	if (argc == 4 && !strcmp(argv[1], "told"))
		return is_told(p, argv[2], want);
	if (argc == 4 && !strcmp(argv[1], "seen"))
		return is_seen(p, argv[2], want);
	for (i = 0; i < prove_sides(p); i++) {
		if (p->sides[i]->loose)
			continue;
		if (argc == 3 && !strcmp(argv[1], "table")) {
			got = p->sides[i]->flows(p->now);
			if (got != strtoul(argv[2], NULL, 10))
				prove_fail(p, "%s: %u live records", p->sides[i]->name, got);
		} else if (argc == 3 && !strcmp(argv[1], "swept")) {
			if (p->swept[i] != (int)strtoul(argv[2], NULL, 10))
				prove_fail(p, "%s: looked at %d records", p->sides[i]->name, p->swept[i]);
		} else if (argc == 3 && !strcmp(argv[1], "gateways")) { /* device 0 is nobody */
			is_devst(p, i, "addresses4", 0, strtoul(argv[2], NULL, 10));
		} else if (argc >= 4 && !strcmp(argv[1], "learned")) {
			is_learned(p, i, argc, argv);
		} else if (argc == 4 && !strcmp(argv[1], "lost")) {
			is_lost(p, i, argv[2], argv[3]);
		} else if (argc == 4 && prove_device(p, argv[2])) {
			is_devst(p, i, argv[1], prove_device(p, argv[2]), want);
		} else {
			prove_fail(p, "no such question");
		}
	}
}

void prove_listen(struct prove *p)
{
	for (uint32_t i = 0; i < 16; i++)
		p->told[i] = host_side_told(i);
}

/* ---- around every row ------------------------------------------------------- */

void prove_row_begins(struct prove *p)
{
	uint32_t i, dev;

	memset(p->sent, 0, sizeof(p->sent));
	memset(p->by_dev, 0, sizeof(p->by_dev));
	p->to_aggregate = 0;
	p->lost_said = 0;
	host_side_route("there");
	for (i = 0; i < p->nr_sides; i++) {
		p->sides[i]->counts(p->counts[i]);
		p->sides[i]->lost(p->lost[i]);
		for (dev = 0; dev < PROVE_DEVICES; dev++)
			p->sides[i]->devcnt(dev, &p->devcnt[i][dev]);
	}
	prove_listen(p);
}

static void check_counts(struct prove *p, uint32_t side)
{
	static struct zt_count now[ZT_COUNT_MAX];
	static uint64_t bytes[ZT_COUNT_MAX];
	uint32_t k;

	p->sides[side]->counts(now);
	for (k = 0; k < ZT_COUNT_MAX; k++) {
		if (now[k].packets - p->counts[side][k].packets != p->sent[k])
			prove_fail(p, "%s: counted %llu of %s %s, not %llu", p->sides[side]->name,
				   (unsigned long long)(now[k].packets - p->counts[side][k].packets),
				   prove_reason(k / 2 / ZT_VERDICT_MAX),
				   prove_verdict(k / 2 % ZT_VERDICT_MAX),
				   (unsigned long long)p->sent[k]);
		if (p->sides[side]->verdict_only && k / 2 / ZT_VERDICT_MAX == ZT_REASON_VLAN_STACK)
			continue; /* a tag the kernel took off is not in the length */
		if (side && now[k].bytes - p->counts[side][k].bytes != bytes[k])
			prove_fail(p, "bytes of %s differ: %llu and %llu",
				   prove_reason(k / 2 / ZT_VERDICT_MAX),
				   (unsigned long long)(now[k].bytes - p->counts[side][k].bytes),
				   (unsigned long long)bytes[k]);
		bytes[k] = now[k].bytes - p->counts[side][k].bytes;
	}
}

static void check_devcnt(struct prove *p, uint32_t side)
{
	struct zt_devcnt now;
	uint32_t dev, v, dir;

	for (dev = 0; dev < PROVE_DEVICES; dev++) {
		p->sides[side]->devcnt(dev, &now);
		for (v = 0; v < ZT_VERDICT_MAX; v++) {
			for (dir = 0; dir < 2; dir++) {
				if (now.c[v][dir].packets -
					    p->devcnt[side][dev].c[v][dir].packets ==
				    p->by_dev[dev][v][dir])
					continue;
				prove_fail(p, "%s: device %u counts wrongly", p->sides[side]->name,
					   dev);
			}
		}
	}
}

/* Every packet that was not plainly allowed is in an aggregate, or counted as lost. */
static void check_aggregates(struct prove *p, uint32_t side)
{
	uint64_t packets, now[ZT_LOST_MAX];
	uint32_t nr, k;

	packets = p->sides[side]->drain(&nr);
	p->sides[side]->lost(now);
	packets += now[ZT_LOST_AGGREGATE] - p->lost[side][ZT_LOST_AGGREGATE];
	if (packets != p->to_aggregate)
		prove_fail(p, "%s: %llu packets in aggregates, %llu sent", p->sides[side]->name,
			   (unsigned long long)packets, (unsigned long long)p->to_aggregate);
	for (k = ZT_LOST_AGGREGATE; k < ZT_LOST_MAX; k++) {
		if (!(p->lost_said & 1u << k) && now[k] != p->lost[side][k])
			prove_fail(p, "%s: lost %llu of kind %u", p->sides[side]->name,
				   (unsigned long long)(now[k] - p->lost[side][k]), k);
	}
}

static void check_nothing_left(struct prove *p, uint32_t side)
{
	struct zt_devst st;
	uint32_t dev;

	for (dev = 1; dev < PROVE_DEVICES; dev++) { /* 0 is nobody: it counts gateways */
		p->sides[side]->devst(dev, &st);
		if (st.held.flows || st.held.flows_in || st.held.half[0] || st.held.half[1] || st.frags ||
		    st.addresses4 || st.addresses6)
			prove_fail(p, "%s: device %u still holds %u flows, %u of them opened to it, "
				   "%u + %u half open, %u fragments, %u and %u addresses",
				   p->sides[side]->name, dev, st.held.flows, st.held.flows_in, st.held.half[0],
				   st.held.half[1], st.frags, st.addresses4, st.addresses6);
	}
}

void prove_expires(struct prove *p, uint32_t ticks)
{
	p->now += ticks;
	p->table_known = 0;
	p->cfg.pickup_until = p->now - 1;
	for (uint32_t i = 0; i < p->nr_sides; i++) {
		p->sides[i]->configure(&p->cfg);
		p->sides[i]->sweep(p->now, 200000);
	}
}

void prove_row_ends(struct prove *p)
{
	uint32_t i, nr;

	for (i = 0; i < prove_sides(p); i++) {
		if (p->sides[i]->loose) {
			p->sides[i]->drain(&nr);
			continue;
		}
		check_counts(p, i);
		check_devcnt(p, i);
		check_aggregates(p, i);
	}
	prove_expires(p, LONG_AGO);
	for (i = 0; i < p->nr_sides; i++)
		check_nothing_left(p, i);
	if (strcmp(p->variant, "base"))
		prove_publish(p, "base");
}

/* ---- opening and closing ------------------------------------------------------ */

/* What the agent writes, at four ticks a second; addresses are forgotten after a day. */
const struct zt_cfg prove_cfg = {
	.abi = ZT_ABI_VERSION, .tick_shift = 8, .tick_ms = 256, .nonce = { 1, 2 },
	.idle = { 118, 29063, 469, 118, 1172, 235, 20 },
	.grace = 4, .events_per_s = 50, .learn_ticks = 337500, .move_ticks = 118,
	.seed = { 0x5eed5eed, 0x0ddba115 },
};

void prove_open_sides(struct prove *p, const struct side *const *sides, uint32_t nr, char **ret_why)
{
	static const struct zt_sizes sizes = { .flows = 700, .devices = 128, .hosts = 1024,
					       .learned = 64 };
	uint32_t i;

	memset(p, 0, sizeof(*p));
	p->cfg = prove_cfg;
	p->now = 0xffe00000; /* the ticks wrap after some rows */
	p->cfg.pickup_until = p->now - 1;
	p->env = world_env();
	p->numbers = zt_numbers_new();
	for (i = 0; i < nr; i++) {
		char *why = NULL;

		if (sides[i]->open(&sizes, &why)) {
			free(*ret_why); /* the last one is told */
			*ret_why = why;
			continue;
		}
		sides[i]->configure(&p->cfg);
		p->sides[p->nr_sides++] = sides[i];
	}
	prove_publish(p, "base");
}

void prove_open(struct prove *p, bool host_only, char **ret_why_no_kernel)
{
	static const struct side *const all[] = { &host_side, &kernel_side };

	prove_open_sides(p, all, host_only ? 1 : 2, ret_why_no_kernel);
}

void prove_close(struct prove *p)
{
	for (uint32_t i = 0; i < p->nr_sides; i++)
		p->sides[i]->close();
	zt_image_free(p->image);
	zt_policy_free(p->policy);
	zt_numbers_free(p->numbers);
	zt_env_free(p->env);
}
