/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One session on one side: every step goes to the reference and to the data path, and
 * every answer is compared: verdict, reason, rule, and what became of the flow.
 */
#include <errno.h>
#include <string.h>
#include "../prog/world_policy.h"
#include "diff.h"

#define ETHERNET 14u
#define IPV6 40u

/* Near the wrap of the 32 bits: most sessions cross it. */
#define BEGIN 0xfffff800u

/* What the agent writes at four ticks a second. */
static const struct zt_cfg base_cfg = {
	.abi = ZT_ABI_VERSION, .tick_shift = 8, .tick_ms = 256, .nonce = { 1, 2 },
	.idle = { 118, 29063, 469, 118, 1172, 235, 20 },
	.grace = 4, .events_per_s = 50, .learn_ticks = 337500, .move_ticks = 118,
};

static void tell_limits(const struct zt_cfg *c, struct ref_limits *l)
{
	memcpy(l->idle, c->idle, sizeof(l->idle));
	l->fragment = c->idle[ZT_IDLE_FRAG];
	l->grace = c->grace;
	l->learn = c->learn_ticks;
	l->move = c->move_ticks;
	l->tick_ms = c->tick_ms;
}

/*
 * Every variant of the world; again with limits that are reached in a few frames; and
 * again with rules about every device and every service.
 */
static struct zt_policy *policy(uint32_t n)
{
	static const char broad[] =
		", 'all-all': {'from': 'all-devices', 'to': 'all-devices', 'services': ['udp/5011'],"
		" 'action': 'allow'}"
		", 'hmi-any': {'from': ['hmi', 'cam3'], 'to': 'bad', 'services': ['tcp/80'], 'action': 'allow'}"
		", 'pos-any': {'from': ['pos', 'v30'], 'to': 'plant', 'services': ['any'], 'note': 'all',"
		" 'action': 'allow'}"
		", 'no-plc': {'from': 'all-devices', 'to': 'plc', 'services': ['any'], 'note': 'all',"
		" 'action': 'deny'}"
		", 'host-any': {'from': 'bad', 'to': 'all-devices', 'services': ['any'], 'note': 'all',"
		" 'action': 'allow'}";
	struct world_variant v = world_variants[n % WORLD_NR(world_variants)];
	char *rules, *json, *router;
	struct zt_policy *p;

	if (asprintf(&rules, "%s%s", v.rules, n / WORLD_NR(world_variants) == 2 ? broad : "") < 0)
		abort();
	v.rules = rules;
	if (n / WORLD_NR(world_variants) == 1)
		v.limits = "'flows': 12, 'new_flows_per_s': 6, 'arp_per_s': 3, 'addresses4': 2, 'addresses6': 3";
	json = world_json(&v);
	if (n / WORLD_NR(world_variants) == 2 && (router = strstr(json, "\"router\", \"dhcpd\"")))
		memset(router, ' ', strlen("\"router\",")); /* no DHCP server here */
	p = world_parse(json);
	free(json);
	free(rules);
	return p;
}

/* The reference numbers devices and their MACs as the policy does: they stay the same. */
static bool same_devices(const struct zt_policy *a, const struct zt_policy *b)
{
	if (a->nr_devices != b->nr_devices)
		return false;
	for (uint32_t i = 0; i < a->nr_devices; i++) {
		const struct zt_device *x = &a->devices[i], *y = &b->devices[i];

		if (strcmp(x->id, y->id) || x->nr_macs != y->nr_macs ||
		    memcmp(x->macs, y->macs, x->nr_macs * sizeof(x->macs[0])))
			return false;
	}
	return true;
}

void diff_open(struct diff *d, const struct side *side)
{
	struct ref_limits limits = { 0 };
	size_t i;

	d->side = side;
	d->cfg = base_cfg;
	d->env = world_env();
	d->numbers = zt_numbers_new();
	d->policies = calloc(3 * WORLD_NR(world_variants), sizeof(*d->policies));
	d->names = calloc(3 * WORLD_NR(world_variants), sizeof(*d->names));
	for (i = 0; i < 3 * WORLD_NR(world_variants); i++) {
		struct zt_policy *p = policy(i);

		if (i && !same_devices(p, d->policies[0])) {
			zt_policy_free(p);
			continue;
		}
		d->names[d->nr_policies] = i;
		d->policies[d->nr_policies++] = p;
	}
	tell_limits(&d->cfg, &limits);
	d->ref = ref_new(d->env, &limits);
	side->configure(&d->cfg);
}

void diff_close(struct diff *d)
{
	for (size_t i = 0; i < d->nr_policies; i++)
		zt_policy_free(d->policies[i]);
	free(d->policies);
	free(d->names);
	d->nr_policies = 0;
	ref_free(d->ref);
	zt_numbers_free(d->numbers);
	zt_env_free(d->env);
}

/* What the data path calls the reference's devices. */
static void learn_indexes(struct diff *d, const struct zt_image *i, uint32_t nr_devices)
{
	for (uint32_t k = 0; k < i->nr_devs; k++) {
		const struct zt_image_dev *dev = &i->devs[k];

		d->dev[dev->device == ZT_NONE ? nr_devices + dev->interface : dev->device] = dev->index;
	}
	for (uint32_t k = 0; k < i->nr_binds && k < DIFF_BINDS; k++) {
		d->binds[k].index = i->binds[k].index;
		d->binds[k].dev = i->binds[k].dev;
		d->nr_binds = k + 1;
	}
}

/* People put it into quarantine, or take it out. */
static void quarantine(struct diff *d, uint32_t device, bool on)
{
	d->side->mode(d->dev[device], on ? ZT_MODE_QUARANTINE : ref_segment_mode(d->ref, device));
	ref_quarantine(d->ref, device, on);
}

/* The one that is not, or is: it changes. */
static void toggle(struct diff *d, const char *who)
{
	int device = d->ref->policy ? zt_policy_device(d->ref->policy, who) : -1;

	if (device >= 0)
		quarantine(d, device, !d->ref->quarantined[device]);
}

/* A policy comes without it here; the agent would put it into the image again. */
static void release_all(struct diff *d)
{
	for (uint32_t k = 0; d->ref->policy && k < d->ref->policy->nr_devices; k++)
		if (d->ref->quarantined[k])
			quarantine(d, k, false);
}

static void publish(struct diff *d, uint32_t variant)
{
	struct zt_image *i;

	release_all(d);
	if (variant == ZT_NONE) {
		d->side->no_policy();
		ref_publish(d->ref, NULL);
		return;
	}
	i = world_compile(d->policies[variant], d->env, d->numbers);
	learn_indexes(d, i, d->policies[variant]->nr_devices);
	d->side->publish(i);
	/* the same again moves no generation */
	if (!d->ref->policy || memcmp(d->ref->policy->hash, d->policies[variant]->hash, 32))
		ref_publish(d->ref, d->policies[variant]);
}

/* The agent moves the epochs of a device's bindings. */
static void bump(struct diff *d, const char *who)
{
	int device = d->ref->policy ? zt_policy_device(d->ref->policy, who) : -1;

	if (device < 0)
		return;
	for (uint32_t k = 0; k < d->nr_binds; k++)
		if (d->binds[k].dev == d->dev[device])
			d->side->bump(d->binds[k].index);
	ref_bump(d->ref, device);
}

static void window(struct diff *d, uint32_t until)
{
	d->cfg.pickup_until = until;
	d->side->configure(&d->cfg);
	ref_window(d->ref, until);
}

/* A test run asks no routing table, the host build one that we make up. */
static void route(struct diff *d, enum ref_route route)
{
	static const char *const words[] = { "onward", "local", "none" };

	if (d->side == &host_side)
		host_side_route(words[route]);
	else
		route = ROUTE_ONWARD;
	d->route = route;
}

static void begin(struct diff *d)
{
	route(d, ROUTE_ONWARD);
	d->side->reset(BEGIN + (1u << 24));
	ref_reset(d->ref);
	window(d, BEGIN - 1);
}

static bool same(const struct diff *d, const struct ref_out *a, const struct zt_result *b)
{
	uint32_t effect = b->created ? REF_NEW : b->flow ? REF_HIT : REF_NONE;

	if (b->dev != (a->device == REF_NOBODY ? 0 : d->dev[a->device]) ||
	    (effect && b->opener != (a->device_opened ? ZT_FROM_DEVICE : ZT_TO_DEVICE)))
		return false;
	return a->verdict == b->verdict && a->reason == b->reason && a->effect == effect &&
	       a->rule == b->rule;
}

/* True: they disagree. */
static bool one_frame(struct diff *d, const struct gen_step *s, uint32_t now, struct diff_found *ret)
{
	const struct ref_in in = { s->towards, s->port, s->came_in, s->marked,
				   d->route, s->towards ? s->tag : ZT_NONE, now, s->octets, s->len };
	const struct zt_run run = { s->towards ? ZT_TO_DEVICE : ZT_FROM_DEVICE, s->octets, s->len, now,
				    s->port, s->towards ? s->came_in : 0,
				    s->towards && s->marked ? ZT_MARK : 0 };

	int rc;

	if (in.tag != ZT_NONE && d->side != &host_side)
		return false; /* a test run takes no tag beside the frame */
	rc = 0;
	if (in.tag != ZT_NONE)
		host_side_run_skb(&run, in.tag, 0, 0, &ret->got);
	else
		rc = d->side->run(&run, &ret->got);
	/* a test run takes no frame without Ethernet, and towards a device no part of an IP header */
	if (rc == -EMSGSIZE || (rc == -EINVAL && s->towards && s->len < ETHERNET + IPV6)) {
		d->refused++;
		return false;
	}
	if (rc) {
		fprintf(stderr, "%s: a frame of %u octets cannot be run: %s\n", d->side->name, s->len,
			strerror(-rc));
		abort();
	}
	ref_judge(d->ref, &in, &ret->want);
	d->frames++;
	d->reasons[ret->want.reason % ZT_REASON_MAX]++;
	d->effects[ret->want.effect]++;
	return !same(d, &ret->want, &ret->got);
}

bool diff_run(struct diff *d, const struct gen_session *s, struct diff_found *ret)
{
	uint32_t now = BEGIN;

	begin(d);
	for (uint32_t i = 0; i < s->nr; i++) {
		const struct gen_step *step = &s->steps[i];

		ret->step = i;
		switch (step->kind) {
		case GEN_FRAME:
			if (one_frame(d, step, now, ret))
				return true;
			break;
		case GEN_WAIT:
			now += step->n;
			break;
		case GEN_PUBLISH:
			publish(d, step->n);
			break;
		case GEN_SWEEP:
			d->side->sweep(now, 3000);
			ref_sweep(d->ref, now);
			break;
		case GEN_BUMP:
			bump(d, step->who);
			break;
		case GEN_QUARANTINE:
			toggle(d, step->who);
			break;
		case GEN_RELEASE:
			d->side->release(step->n);
			if (d->ref->policy)
				ref_release(d->ref, step->n);
			break;
		case GEN_ROUTE:
			route(d, step->n);
			break;
		case GEN_WINDOW:
			window(d, now + step->n * 1000 / d->cfg.tick_ms);
			break;
		}
	}
	return false;
}
