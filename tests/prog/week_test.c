/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The agent is dead for a week ("must show" 3): one publish, then seven days of a
 * working plant with nobody to help the programs but their sweep. Simulated time;
 * the ticks wrap on the way. Each side (host build, BPF programs) lives the week.
 *
 *	leases		renewed every half hour at half their time; one in eight devices
 *			leaves, its lease runs out, and another gets the address
 *	privacy		each device takes a new IPv6 address a day and drops an old one
 *	flows		one connection open all week; TCP connections and UDP questions
 *			all the time; bursts up to the quota once an hour
 *	replays		packets of flows and addresses that are over
 *
 * Held: no allowed packet is refused, no expired record or address is honoured, and
 * at the end every count is back at zero. Needs no agent, so none is there.
 */
#include <stdarg.h>
#include "prove.h"

#define TICKS_PER_S(s) ((uint32_t)((uint64_t)(s) * 1000 / 256))
#define WEEK_STEPS (7 * 24 * 60) /* a step is a minute */
#define LEASE_S 3600u

struct dynamic {
	const char *name, *port;
	uint32_t lease_at; /* step of the last ACK */
	uint32_t host; /* last octet of the leased address, 0 none */
	uint32_t privacy[2]; /* the IPv6 addresses of today and yesterday */
};

struct week {
	const struct side *side;
	struct zt_policy *policy;
	struct zt_image *image;
	uint32_t now, start, step;
	uint64_t packets, refused, honoured;
	struct dynamic dev[3];
	struct frame frame;
};

/* ---- one frame, and what must come of it ------------------------------------ */

static void run(struct week *w, uint8_t family, const char *port, const char *in, const char *text,
		struct zt_result *ret)
{
	const struct world_interface *came = in ? world_interface(in) : NULL;
	struct zt_run r = { .dir = in ? ZT_TO_DEVICE : ZT_FROM_DEVICE, .now = w->now,
			    .ifindex = world_interface(port)->ifindex,
			    .in_ifindex = came ? came->ifindex : 0 };

	if (frame_make(&w->frame, text, family, r.dir, 0)) {
		printf("FAIL: cannot be written: %s\n", text);
		abort();
	}
	r.frame = w->frame.data;
	r.len = w->frame.len;
	w->side->run(&r, ret);
	w->packets++;
}

static void complain(struct week *w, const char *what, const char *text, const struct zt_result *r)
{
	if (w->refused + w->honoured <= 10)
		printf("FAIL: %s: %s: day %u minute %u: %s: %s %s\n", w->side->name, what,
		       w->step / 1440, w->step % 1440, text, prove_verdict(r->verdict),
		       prove_reason(r->reason));
}

__attribute__((format(printf, 5, 6))) static void passes(struct week *w, uint8_t family,
							  const char *port, const char *in,
							  const char *fmt, ...)
{
	struct zt_result r;
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	run(w, family, port, in, text, &r);
	if (r.verdict == ZT_FORWARDED)
		return;
	w->refused++;
	complain(w, "refused", text, &r);
}

__attribute__((format(printf, 5, 6))) static void is_dropped(struct week *w, uint8_t family,
							      const char *port, const char *in,
							      const char *fmt, ...)
{
	struct zt_result r;
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	run(w, family, port, in, text, &r);
	if (r.verdict == ZT_DROPPED && !r.flow)
		return;
	w->honoured++;
	complain(w, "honoured", text, &r);
}

/* ---- the week ---------------------------------------------------------------- */

static void ack(struct week *w, struct dynamic *d)
{
	passes(w, 4, d->port, "local", "eth rtr %s; ip4 rtr 10.1.0.%u; dhcp ack %s yi=10.1.0.%u lease=%u",
	       d->name, d->host, d->name, d->host, LEASE_S);
	d->lease_at = w->step;
}

/* Leases: renewed at half time; every sixth hour one device leaves and its address moves on. */
static void leases(struct week *w)
{
	struct dynamic *gone = &w->dev[w->step / 360 % 3], *d;
	uint32_t free_host;

	for (d = w->dev; d < w->dev + 3; d++) {
		if (!d->host) {
			d->host = 101 + (d - w->dev);
			ack(w, d);
		} else if (w->step - d->lease_at >= LEASE_S / 60 / 2 &&
			   !(d == gone && w->step % 360 >= 290)) {
			ack(w, d);
		}
	}
	/* by minute 359 of its quarter of a day the lease of minute 289 or before is over */
	if (w->step % 360 != 359)
		return;
	is_dropped(w, 4, gone->port, NULL, "eth %s rtr; ip4 10.1.0.%u vms; tcp 40000 443 S", gone->name,
		   gone->host);
	is_dropped(w, 4, gone->port, "wan0", "eth rtr %s; ip4 vms 10.1.0.%u; tcp 443 30000 A", gone->name,
		   gone->host);
	d = &w->dev[(w->step / 360 + 1) % 3];
	free_host = gone->host;
	d->host = free_host;
	/* one of the others gets it, and the one that left comes back with a new one */
	gone->host = 110 + w->step / 360 % 90;
	ack(w, d);
	ack(w, gone);
}

static void privacy(struct week *w)
{
	for (struct dynamic *d = w->dev; d < w->dev + 3; d++) {
		uint32_t today = 0x1000 + w->step / 1440 * 16 + (d - w->dev);

		if (d->privacy[0] != today) {
			passes(w, 6, d->port, NULL, "eth %s group:sol:fd01::%x; ip6 any sol:fd01::%x ttl=255; "
			       "ns fd01::%x", d->name, today, today, today);
			d->privacy[1] = d->privacy[0];
			d->privacy[0] = today;
		}
		passes(w, 6, d->port, NULL, "eth %s rtr; ip6 fd01::%x vms; udp %u 5000", d->name, today,
		       20000 + w->step % 64);
		/* the day before yesterday's is expired: one day after its last use */
		if (w->step / 1440 >= 3 && w->step % 1440 == 700)
			is_dropped(w, 6, d->port, NULL, "eth %s rtr; ip6 fd01::%x vms; udp 4000 5000",
				   d->name, today - 48);
	}
}

/* A connection open all week, a keep-alive an hour, in both families. */
static void long_connection(struct week *w)
{
	if (w->step == 0) {
		passes(w, 4, "lan1", NULL, "ip4 cam1 vms; tcp 33333 443 S");
		passes(w, 6, "lan1", NULL, "ip6 cam1 vms; tcp 33333 443 S");
		passes(w, 4, "lan1", "wan0", "ip4 vms cam1; tcp 443 33333 SA");
		passes(w, 6, "lan1", "wan0", "ip6 vms cam1; tcp 443 33333 SA");
		passes(w, 4, "lan1", NULL, "ip4 cam1 vms; tcp 33333 443 A");
		passes(w, 6, "lan1", NULL, "ip6 cam1 vms; tcp 33333 443 A");
	}
	if (w->step % 120 == 119) {
		passes(w, 4, "lan1", "wan0", "ip4 vms cam1; tcp 443 33333 A");
		passes(w, 6, "lan1", "wan0", "ip6 vms cam1; tcp 443 33333 A");
	}
}

/* Short connections, opened, answered, closed; then replayed when they are over. */
static void short_flows(struct week *w)
{
	uint32_t port = 10000 + w->step % 4096, old = 10000 + (w->step - 130) % 4096;
	uint8_t family = w->step & 1 ? 6 : 4;

	passes(w, family, "lan1", NULL, "ip cam3 vms; tcp %u 443 S", port);
	passes(w, family, "lan1", "wan0", "ip vms cam3; tcp 443 %u SA", port);
	passes(w, family, "lan1", NULL, "ip cam3 vms; tcp %u 443 A", port);
	if (w->step % 3) { /* one in three just falls silent */
		passes(w, family, "lan1", NULL, "ip cam3 vms; tcp %u 443 FA", port);
		passes(w, family, "lan1", "wan0", "ip vms cam3; tcp 443 %u FA", port);
	}
	passes(w, family, "lan1", NULL, "ip cam3 rtr; udp %u 53", port);
	passes(w, family, "lan1", "local", "ip rtr cam3; udp 53 %u", port);
	passes(w, family, "lan1", "wan0", "ip vms cam3; tcp %u 554 S", port);
	if (w->step < 130)
		return;
	/* 130 minutes later even the silent one is over: 2 h 4 min */
	is_dropped(w, family, "lan1", "wan0", "ip vms cam3; tcp 443 %u A", old);
	is_dropped(w, family, "lan1", "local", "ip rtr cam3; udp 53 %u", old);
	is_dropped(w, family, "lan1", "wan0", "ip vms cam3; tcp %u 554 A", old);
}

/* Once an hour a device opens all its quota allows; by the next hour that is over. */
static void bursts(struct week *w)
{
	uint32_t k;

	if (w->step % 60 != 30)
		return;
	for (k = 0; k < 256; k++)
		passes(w, 4, "lan2", NULL, "ip4 cam2 vms; udp %u 5000", 1000 + k);
	is_dropped(w, 4, "lan2", NULL, "ip4 cam2 vms; udp 999 5000");
}

static void live_week(struct week *w)
{
	for (w->step = 0; w->step < WEEK_STEPS; w->step++) {
		w->now = w->start + TICKS_PER_S((uint64_t)w->step * 60);
		leases(w);
		privacy(w);
		long_connection(w);
		short_flows(w);
		bursts(w);
		w->side->sweep(w->now, 4000);
	}
}

static uint32_t left(const struct week *w)
{
	uint32_t sum = 0, dev;
	struct zt_devst st;

	for (dev = 1; dev < PROVE_DEVICES; dev++) {
		w->side->devst(dev, &st);
		sum += st.held.flows + st.held.flows_in + st.held.half[0] + st.held.half[1] + st.frags + st.addresses4 + st.addresses6;
	}
	return sum + w->side->flows(w->now);
}

static uint32_t week_of(const struct side *side, const struct zt_sizes *sizes)
{
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_env *env = world_env();
	static struct week w;
	uint64_t lost[ZT_LOST_MAX];
	struct zt_cfg cfg = prove_cfg;
	uint32_t nr;

	memset(&w, 0, sizeof(w));
	w.side = side;
	w.start = 0u - TICKS_PER_S(3 * 86400 + 4321); /* the ticks wrap on the fourth day */
	w.dev[0] = (struct dynamic){ .name = "dyn1", .port = "lan1" };
	w.dev[1] = (struct dynamic){ .name = "dyn2", .port = "lan2" };
	w.dev[2] = (struct dynamic){ .name = "dyn3", .port = "lan2" };
	cfg.pickup_until = w.start - 1;
	side->configure(&cfg);
	w.policy = world_policy("base");
	side->publish(world_compile(w.policy, env, numbers));
	live_week(&w);
	side->drain(&nr);
	side->lost(lost);
	w.now += TICKS_PER_S(2 * 86400);
	side->sweep(w.now, 100000);
	printf("%s: a week without the agent: %llu packets, %llu allowed ones refused, %llu over and "
	       "honoured, %u of quotas, addresses and records left at the end\n", side->name,
	       (unsigned long long)w.packets, (unsigned long long)w.refused,
	       (unsigned long long)w.honoured, left(&w));
	zt_policy_free(w.policy);
	zt_numbers_free(numbers);
	zt_env_free(env);
	return w.refused || w.honoured || left(&w) || lost[ZT_LOST_FLOW] || lost[ZT_LOST_SWEEP] ||
	       lost[ZT_LOST_LEARN];
}

int main(void)
{
	static const struct zt_sizes sizes = { .flows = 4096, .devices = 128, .hosts = 1024,
					       .learned = 256 };
	const struct side *all[] = { &host_side, &kernel_side };
	uint32_t passed = 0, failed = 0, skipped = 0, i;
	char *why = NULL;

	for (i = 0; i < 2; i++) {
		if (all[i]->open(&sizes, &why)) {
			printf("SKIP: the BPF programs cannot be run here: %.300s\n", why ? why : "?");
			skipped++;
			continue;
		}
		if (week_of(all[i], &sizes))
			failed++;
		else
			passed++;
		all[i]->close();
	}
	free(why);
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return failed || !passed;
}
