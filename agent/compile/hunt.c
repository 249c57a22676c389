/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looks for a counterexample to a `never` or an `only`. Something is allowed only
 * where an allow entry of the rule table says so; so the allow entries are walked,
 * not the product of all classes, and what they cover is put to the decision.
 */
#include <stdio.h>
#include "compile/tests.h"

static int tell(struct zt_trial *t, const struct zt_point *device, const struct zt_point *peer,
		uint32_t index, uint32_t rule)
{
	char name[400], text[640];

	snprintf(text, sizeof(text),
		 "%s is allowed by rule \"%s\"; correct the rule or the assertion",
		 zt_trial_name(t, device, peer, index, name, sizeof(name)),
		 t->w->p->rules[rule].id);
	zt_trial_fail(t, text);
	return 1;
}

static int try_classes(struct zt_trial *t, const struct zt_point *device, uint32_t pclass,
		       uint32_t svc)
{
	const struct zt_image *i = t->w->i;
	struct zt_point who = *device, peer;
	struct zt_decision d;
	uint32_t index;

	if (!zt_concerns(t, &who, pclass, svc, &peer, &index))
		return 0;
	d = peer.literal ?
		    zt_image_decide_addr(i, device->class, peer.family, &peer.addr, svc, t->dir) :
		    zt_image_decide(i, device->class, pclass, svc, t->dir);
	return d.allowed ? tell(t, &who, &peer, index, d.rule) : 0;
}

static int try_services(struct zt_trial *t, const struct zt_point *device, uint32_t pclass,
			uint32_t svc)
{
	int found = 0;

	if (svc != ZT_NONE)
		return try_classes(t, device, pclass, svc);
	for (uint32_t s = 0; s < t->w->i->nr_svc_classes && !found; s++)
		found = try_classes(t, device, pclass, s);
	return found;
}

static int try_entry(struct zt_trial *t, const struct zt_point *device,
		     const struct zt_rule_key *key)
{
	const struct zt_image *i = t->w->i;
	uint32_t c;
	int found = 0;

	if (!zt_concerns_class(t, key->pclass))
		return 0;
	/* The wildcards taken as classes: denied as a whole by one at least as wide? */
	if (zt_image_decide(i, device->class, key->pclass, key->svc, t->dir).reason ==
	    ZT_REASON_DENIED)
		return 0;
	if (key->pclass != ZT_PCLASS_ANY_DEVICE)
		return try_services(t, device, key->pclass, key->svc);
	for (c = 1; c < i->nr_dclasses && !found; c++)
		found = try_services(t, device, ZT_PCLASS_DEVICE | c, key->svc);
	return found;
}

/* First entry of a device class: keys are sorted by their bytes, the class first. */
static uint32_t first_entry(const struct zt_image *i, uint32_t dclass)
{
	uint32_t lo = 0, hi = i->nr_rules;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (memcmp(&i->rules[mid].key.dclass, &dclass, sizeof(dclass)) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int try_device(struct zt_trial *t, const struct zt_point *device, uint32_t dclass)
{
	const struct zt_image *i = t->w->i;
	int found = 0;

	for (uint32_t k = first_entry(i, dclass); k < i->nr_rules && !found; k++) {
		const struct zt_image_rule *r = &i->rules[k];

		if (r->key.dclass != dclass)
			break;
		if (r->value.allow && r->key.dir == t->dir)
			found = try_entry(t, device, &r->key);
	}
	return found;
}

int zt_trial_hunt(struct zt_trial *t)
{
	const struct zt_point *d;
	int found = 0;

	zt_indexes_fill(t->w->bits, &t->t->services);
	for (uint32_t k = 0; k < t->devices.nr && !found; k++) {
		d = &t->devices.v[k];
		found = try_device(t, d, d->class);
		if (!found && d->class)
			found = try_device(t, d, ZT_NONE);
	}
	return found;
}
