/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference's learned addresses: who may take one, who may take it away, when it
 * is free again (design §7, policy-language §2 `addresses`, §3.1).
 */
#include <stdlib.h>
#include <string.h>
#include "ref.h"

/* The entry of an address, expired or not. A link-local one exists once in each zone and VLAN. */
struct ref_learned *ref_learned_entry(const struct ref_pkt *p, uint8_t family,
				      const struct zt_addr *a)
{
	bool local = ref_is_link_local(family, a);

	for (uint32_t i = 0; i < p->r->nr_learned; i++) {
		struct ref_learned *l = &p->r->learned[i];

		if (l->family == family && ref_same(&l->addr, a) &&
		    (!local || (l->zone == p->port->zone && l->vlan == p->vlan)))
			return l;
	}
	return NULL;
}

bool ref_learned_live(const struct ref_pkt *p, const struct ref_learned *l)
{
	return ref_age(p->in->now, l->expires) <= 0;
}

static bool is_dynamic(const struct zt_device *d, uint8_t family)
{
	return family == 4 ? d->dynamic4 : d->dynamic6;
}

/* Free, and of a kind and place the device may hold at all. */
static bool may_hold(const struct ref_pkt *p, const struct ref_who *w, uint8_t family, uint32_t device)
{
	const struct zt_policy *policy = p->r->policy;

	if (w->what != WHAT_OTHER || w->gateway || device >= policy->nr_devices)
		return false;
	if (ref_is_link_local(family, &p->claims))
		return true; /* ND needs one */
	return is_dynamic(&policy->devices[device], family) &&
	       w->segment == (int)policy->devices[device].segment;
}

static uint32_t lease_end(const struct ref_pkt *p)
{
	uint64_t ticks = (uint64_t)p->lease_s * 1000 / p->r->limits.tick_ms;

	return p->in->now + (ticks > 1u << 30 ? 1u << 30 : ticks);
}

/* Whoever lives on an address that changes hands is judged again. */
static void holder_changed(struct ref *r, uint32_t device)
{
	for (int k = 0; k < 4; k++)
		r->bind[device * 4 + k].epoch++;
}

static bool store(struct ref_pkt *p, const struct ref_learned *want)
{
	struct ref *r = p->r;
	struct ref_learned *old = ref_learned_entry(p, want->family, &want->addr);

	if (!ref_address_room(p, want->family))
		return false;
	if (old) {
		holder_changed(r, old->device);
		*old = *want;
		return true;
	}
	r->learned = realloc(r->learned, (r->nr_learned + 1) * sizeof(*r->learned));
	r->learned[r->nr_learned++] = *want;
	return true;
}

/* Hosts behind an uplink neither shorten nor take away a lease that another server gave. */
static bool may_renew(const struct ref_pkt *p, const struct ref_learned *own, enum ref_how how)
{
	if (how != BY_DHCP)
		return !own->by_dhcp;
	return !own->by_dhcp || own->server == p->server || !p->outside;
}

/* p->claims claimed by p->device. True: it holds the address now. */
bool ref_claim(struct ref_pkt *p, enum ref_how how)
{
	uint8_t family = p->family == 6 ? 6 : 4;
	struct ref_who w = ref_who(p, family, &p->claims);
	struct ref_learned *entry = ref_learned_entry(p, family, &p->claims);
	bool local = ref_is_link_local(family, &p->claims);
	struct ref_learned want = {
		.family = family,
		.addr = p->claims,
		.zone = local ? p->port->zone : 0,
		.vlan = local ? p->vlan : 0,
		.device = p->device,
		.expires = how == BY_DHCP ? lease_end(p) : p->in->now + p->r->limits.learn,
		.by_dhcp = how == BY_DHCP,
		.server = how == BY_DHCP ? p->server : 0,
	};

	if (w.what == WHAT_DEVICE && w.device == p->device) {
		if (entry && entry->device == p->device && may_renew(p, entry, how))
			*entry = want;
		return true;
	}
	/* learned by another: a server's word that it is free counts more */
	if (how == BY_DHCP && w.what == WHAT_DEVICE && entry && ref_learned_live(p, entry) &&
	    entry->device == w.device && (!entry->by_dhcp || !p->outside))
		w = ref_who_static(p, family, &p->claims);
	if (!may_hold(p, &w, family, p->device))
		return false;
	return p->mode == ZT_MODE_QUARANTINE || store(p, &want);
}

/* The sender uses the address it took: a lease ends when the server said, all else later. */
void ref_refresh(struct ref_pkt *p)
{
	struct ref_learned *l = ref_learned_entry(p, p->family, &p->src);

	if (l && l->device == p->device && !l->by_dhcp)
		l->expires = p->in->now + p->r->limits.learn;
}

/*
 * A flow in use keeps its device's address, as far as the device itself was heard. An
 * address whose time is over stays over: packets were judged by that already.
 */
void ref_learn_use(struct ref *r, const struct ref_flow *f, uint32_t now)
{
	uint32_t until = r->bind[f->is.bind].seen + r->limits.learn;

	for (uint32_t i = 0; i < r->nr_learned; i++) {
		struct ref_learned *l = &r->learned[i];
		bool local = ref_is_link_local(l->family, &l->addr);

		if (l->family == f->tuple.family && ref_same(&l->addr, &f->tuple.dev) &&
		    (!local || (l->zone == f->tuple.zone && l->vlan == f->tuple.vlan)) &&
		    l->device == f->device && !l->by_dhcp && ref_age(now, l->expires) <= 0 &&
		    ref_age(until, l->expires) > 0)
			l->expires = until;
	}
}

void ref_learn_sweep(struct ref *r, uint32_t now)
{
	for (uint32_t i = 0; i < r->nr_learned;) {
		if (ref_age(now, r->learned[i].expires) <= 0) {
			i++;
			continue;
		}
		holder_changed(r, r->learned[i].device);
		memmove(&r->learned[i], &r->learned[i + 1],
			(r->nr_learned - i - 1) * sizeof(*r->learned));
		r->nr_learned--;
	}
}
