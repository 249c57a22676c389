/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs the tests a policy carries over its compiled tables, every mode read as
 * enforce: `allow` and `deny` once per equivalence class, `never` and `only` over
 * all classes. One message per failed test, naming the first case found.
 */
#include <stdio.h>
#include "compile/tests.h"

static const char *reason_word(uint8_t reason)
{
	switch (reason) {
#define X(nr, name, word, family, text) \
	case nr:                        \
		return word;
		ZT_REASONS(X)
#undef X
	default:
		return "none";
	}
}

static void describe(const struct zt_policy *p, const struct zt_decision *d, char *buf, size_t len)
{
	if (d->rule != ZT_NO_RULE)
		snprintf(buf, len, "%s by rule \"%s\"", d->allowed ? "allow" : "deny",
			 p->rules[d->rule].id);
	else
		snprintf(buf, len, "deny (%s)", reason_word(d->reason));
}

/* Reasons only a packet can have are the packet runner's to check. */
static bool is_table_reason(uint8_t reason)
{
	return reason == ZT_REASON_NO_RULE || reason == ZT_REASON_DENIED ||
	       reason == ZT_REASON_UNKNOWN_DEVICE;
}

static bool as_expected(const struct zt_trial *t, const struct zt_decision *d)
{
	const struct zt_policy_test *x = t->t;

	if (x->kind == ZT_TEST_ALLOW)
		return d->allowed;
	if (d->allowed || (is_table_reason(x->reason) && d->reason != x->reason))
		return false;
	return !x->rule || (d->rule != ZT_NO_RULE && !strcmp(x->rule, t->w->p->rules[d->rule].id));
}

static int tell(const struct zt_trial *t, const struct zt_point *device,
		const struct zt_point *peer, uint32_t index, const struct zt_decision *got)
{
	const struct zt_policy_test *x = t->t;
	char name[400], want[160], have[160], text[800];

	if (x->kind == ZT_TEST_ALLOW)
		snprintf(want, sizeof(want), "allow");
	else if (x->rule)
		snprintf(want, sizeof(want), "deny by rule \"%s\"", x->rule);
	else if (x->reason)
		snprintf(want, sizeof(want), "deny (%s)", reason_word(x->reason));
	else
		snprintf(want, sizeof(want), "deny");
	describe(t->w->p, got, have, sizeof(have));
	snprintf(text, sizeof(text), "%s expected %s, got %s",
		 zt_trial_name(t, device, peer, index, name, sizeof(name)), want, have);
	zt_trial_fail(t, text);
	return 1;
}

static struct zt_decision ask(const struct zt_trial *t, const struct zt_point *device,
			      const struct zt_point *peer, uint32_t svc)
{
	const struct zt_image *i = t->w->i;

	if (peer->literal)
		return zt_image_decide_addr(i, device->class, peer->family, &peer->addr, svc,
					    t->dir);
	return zt_image_decide(i, device->class, peer->class, svc, t->dir);
}

/* One service class of a case, and an index of it for people. */
struct service {
	uint32_t svc, index;
};

/* Services towards a peer: the test's own, else those of the application opened to. */
static uint32_t list_services(const struct zt_trial *t, const struct zt_point *peer,
			      struct service *ret)
{
	const struct zt_services *l = &t->t->services;
	uint32_t svc, nr = 0;

	if (!l->nr && peer->app >= 0)
		l = &t->w->p->apps[peer->app].services;
	zt_indexes_fill(t->w->bits, l);
	for (svc = 0; svc < t->w->i->nr_svc_classes; svc++)
		if (zt_walk_index(t->w, svc, t->w->bits, NULL, zt_point_families(peer),
				  &ret[nr].index))
			ret[nr++].svc = svc;
	return nr;
}

static int try_pair(struct zt_trial *t, struct zt_point device, struct zt_point peer,
		    const struct service *v, uint32_t nr)
{
	struct zt_decision d;

	if (!zt_two_devices(t, &device, &peer))
		return 0;
	for (uint32_t k = 0; k < nr; k++) {
		d = ask(t, &device, &peer, v[k].svc);
		if (!as_expected(t, &d))
			return tell(t, &device, &peer, v[k].index, &d);
	}
	return 0;
}

static int try_pairs(struct zt_trial *t)
{
	struct service *v = calloc(t->w->i->nr_svc_classes, sizeof(*v));
	uint32_t i, k, nr;
	int failed = v ? 0 : -ENOMEM;

	for (k = 0; k < t->peers.nr && !failed; k++) {
		nr = list_services(t, &t->peers.v[k], v);
		for (i = 0; i < t->devices.nr && !failed; i++)
			failed = try_pair(t, t->devices.v[i], t->peers.v[k], v, nr);
	}
	free(v);
	return failed;
}

static int run_trial(struct zt_trial *t)
{
	const struct zt_policy_test *x = t->t;
	int err;

	t->dir = x->from.is_apps ? ZT_TO_DEVICE : ZT_FROM_DEVICE;
	t->device_side = x->from.is_apps ? &x->to : &x->from;
	t->peer_side = x->from.is_apps ? &x->from : &x->to;
	err = x->kind == ZT_TEST_ONLY && x->from.is_apps ?
		      zt_points_others(t->w, t->device_side, &t->devices) :
		      zt_points_devices(t->w, t->device_side, &t->devices);
	if (!err)
		err = zt_points_peers(t->w, t->peer_side, &t->peers);
	if (err)
		return err;
	if (x->kind == ZT_TEST_ALLOW || x->kind == ZT_TEST_DENY)
		return try_pairs(t);
	err = zt_concern_init(t);
	return err ? err : zt_trial_hunt(t);
}

static int run_one(struct zt_walk *w, const struct zt_policy_test *x)
{
	struct zt_trial t = { .w = w, .t = x };
	int got = run_trial(&t);

	free(t.devices.v);
	free(t.peers.v);
	free(t.head);
	free(t.next);
	free(t.inside);
	return got;
}

/* A literal opener that is a device's address is that device (policy-language §3.2). */
static int run(struct zt_walk *w, const struct zt_policy_test *x)
{
	const struct zt_prefixes *l = &x->from.literals;
	struct zt_policy_test apps = *x, devices = *x;
	struct zt_prefix *rest = calloc(l->nr + 1, sizeof(*rest));
	uint32_t k, *v = calloc(l->nr + 1, sizeof(*v));
	int got = rest && v ? 0 : -ENOMEM, device;

	apps.from.literals = (struct zt_prefixes){ rest, 0 };
	devices.from = (struct zt_side){ .devices = { v, 0 } };
	for (k = 0; k < l->nr && !got; k++) {
		device = zt_walk_device(w, &l->v[k]);
		if (device < 0)
			rest[apps.from.literals.nr++] = l->v[k];
		else if (!zt_set_has(&devices.from.devices, device))
			zt_set_put(&devices.from.devices, device);
	}
	if (!got && devices.from.devices.nr)
		got = run_one(w, &devices);
	if (!got && (!x->from.is_apps || apps.from.apps.nr || apps.from.literals.nr))
		got = run_one(w, &apps);
	free(rest);
	free(v);
	return got;
}

int zt_policy_run_tests(const struct zt_policy *p, const struct zt_image *i,
			struct zt_errors *errors)
{
	struct zt_walk w;
	int failed = 0, got = zt_walk_init(&w, p, i, errors);

	for (uint32_t k = 0; k < p->nr_tests && got >= 0; k++) {
		got = run(&w, &p->tests[k]);
		failed += got > 0;
	}
	zt_walk_free(&w);
	return got < 0 ? got : failed;
}
