/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a `never` or an `only` is about: which openings would break it if they
 * were allowed. Whether they are is asked elsewhere.
 */
#include "compile/tests.h"

#define NOWHERE UINT32_MAX

/* Slot of a peer class in t->head; groups and nobody have none. */
static uint32_t slot_of(const struct zt_image *i, uint32_t pclass)
{
	if (pclass & ZT_PCLASS_DEVICE)
		return i->nr_pclasses + (pclass & ~ZT_PCLASS_DEVICE);
	if (pclass == ZT_PCLASS_ROUTER)
		return i->nr_pclasses + i->nr_dclasses;
	return pclass >= ZT_PCLASS_FIRST ? pclass - ZT_PCLASS_FIRST : NOWHERE;
}

int zt_concern_init(struct zt_trial *t)
{
	const struct zt_image *i = t->w->i;
	uint32_t k, slot;

	t->head = calloc(i->nr_pclasses + i->nr_dclasses + 1, sizeof(*t->head));
	t->next = calloc(t->peers.nr + 1, sizeof(*t->next));
	t->inside = calloc(ZT_SVC_MAX / 64, sizeof(*t->inside));
	if (!t->head || !t->next || !t->inside)
		return -ENOMEM;
	for (k = t->peers.nr; k-- > 0;) {
		slot = slot_of(i, t->peers.v[k].class);
		if (slot == NOWHERE)
			continue;
		t->next[k] = t->head[slot];
		t->head[slot] = k + 1;
	}
	return 0;
}

/* Nobody opens to himself: take another device of the one side, else of the other. */
bool zt_two_devices(const struct zt_trial *t, struct zt_point *device, struct zt_point *peer)
{
	int other = -1;

	if (peer->device < 0 || peer->device != device->device)
		return true;
	if (!peer->literal)
		other = zt_walk_member(t->w, device->class, t->peer_side, device->device);
	if (other >= 0) {
		peer->device = other;
		return true;
	}
	other = zt_walk_member(t->w, device->class, t->device_side, peer->device);
	if (other >= 0)
		device->device = other;
	return other >= 0;
}

static bool never_concerns(const struct zt_trial *t, struct zt_point *device, uint32_t pclass,
			   uint32_t svc, struct zt_point *ret_peer, uint32_t *ret_index)
{
	uint32_t k, slot = slot_of(t->w->i, pclass);

	for (k = slot == NOWHERE ? 0 : t->head[slot]; k; k = t->next[k - 1]) {
		*ret_peer = t->peers.v[k - 1];
		if (zt_two_devices(t, device, ret_peer) &&
		    zt_walk_index(t->w, svc, t->w->bits, NULL, zt_point_families(ret_peer),
				  ret_index))
			return true;
	}
	return false;
}

/*
 * Services on which an application class lies inside of `to`, in t->inside; true
 * when on all. An application is its hosts with its services.
 */
static bool inside_services(const struct zt_trial *t, uint32_t pclass)
{
	const struct zt_set *to = &t->peer_side->apps, *l = to;
	const struct zt_walk *w = t->w;

	if (pclass != ZT_PCLASS_ROUTER)
		l = &w->i->pclass_apps[pclass - ZT_PCLASS_FIRST];
	memset(t->inside, 0, ZT_SVC_MAX / 8);
	for (uint32_t k = 0; k < l->nr; k++) {
		const struct zt_app *a = &w->p->apps[l->v[k]];

		if (pclass == ZT_PCLASS_ROUTER ? !a->is_router : !zt_set_has(to, l->v[k]))
			continue;
		if (!a->services.nr)
			return true;
		zt_indexes_add(t->inside, &a->services);
	}
	return false;
}

static bool is_literal(const struct zt_trial *t, uint8_t family, const struct zt_addr *a)
{
	for (uint32_t k = 0; k < t->peers.nr; k++)
		if (t->peers.v[k].literal && t->peers.v[k].family == family &&
		    !memcmp(&t->peers.v[k].addr, a, sizeof(*a)))
			return true;
	return false;
}

/* Does the class consist of addresses that `to` lists one by one. */
static bool inside_literals(const struct zt_trial *t, uint32_t pclass)
{
	const struct zt_image *i = t->w->i;
	uint32_t k;

	if (!t->peer_side->literals.nr)
		return false;
	for (k = 0; k < i->nr_nets; k++)
		if (i->nets[k].word.kind == ZT_KIND_APP && i->nets[k].word.id == pclass)
			return false;
	for (k = 0; k < i->nr_hosts; k++)
		if (i->hosts[k].word.kind == ZT_KIND_APP && i->hosts[k].word.id == pclass &&
		    !is_literal(t, i->hosts[k].key.family, &i->hosts[k].key.addr))
			return false;
	return true;
}

static bool device_is_literal(const struct zt_trial *t, uint32_t device)
{
	for (uint32_t k = 0; k < t->peers.nr; k++)
		if (t->peers.v[k].literal && t->peers.v[k].device == (int)device)
			return true;
	return false;
}

/* A device of the class that `to` does not list; -1 when there is none but `except`. */
static int outside_device(const struct zt_trial *t, uint32_t class, int except)
{
	const struct zt_walk *w = t->w;

	for (uint32_t k = w->member_start[class]; k < w->member_start[class + 1]; k++)
		if ((int)w->members[k] != except && !zt_side_has(t->peer_side, w->members[k]) &&
		    !device_is_literal(t, w->members[k]))
			return w->members[k];
	return -1;
}

/* The device asking and one outside of `to`, two different ones if at all possible. */
static bool two_outside(const struct zt_trial *t, uint32_t class, struct zt_point *device,
			struct zt_point *peer)
{
	int other = outside_device(t, class, device->device);

	if (other < 0) {
		other = outside_device(t, class, -1);
		if (other < 0)
			return false;
		device->device = zt_walk_member(t->w, device->class, t->device_side, other);
	}
	peer->device = other;
	return device->device >= 0 || !device->class;
}

/* A peer class in words: an address of it that can carry the service. */
static struct zt_point class_point(const struct zt_walk *w, uint32_t pclass, uint32_t index)
{
	struct zt_point x = { .class = pclass, .device = -1, .app = -1 };
	const struct zt_place *at;

	if (pclass == ZT_PCLASS_ROUTER)
		return x;
	at = &w->places[pclass - ZT_PCLASS_FIRST];
	x.app = w->i->pclass_apps[pclass - ZT_PCLASS_FIRST].v[0];
	x.family = index >= ZT_SVC_ICMP6 || !(at->families & ZT_FAMILY_4) ? 6 : 4;
	x.addr = x.family == 4 ? at->v4 : at->v6;
	return x;
}

static bool only_concerns(const struct zt_trial *t, struct zt_point *device, uint32_t pclass,
			  uint32_t svc, struct zt_point *ret_peer, uint32_t *ret_index)
{
	uint8_t families = zt_class_families(t->w, pclass);

	if (pclass & ZT_PCLASS_DEVICE) {
		*ret_peer = (struct zt_point){ .class = pclass, .device = -1, .app = -1 };
		return two_outside(t, pclass & ~ZT_PCLASS_DEVICE, device, ret_peer) &&
		       zt_walk_index(t->w, svc, t->w->bits, NULL, families, ret_index);
	}
	if (inside_services(t, pclass) || inside_literals(t, pclass) ||
	    !zt_walk_index(t->w, svc, t->w->bits, t->inside, families, ret_index))
		return false;
	*ret_peer = class_point(t->w, pclass, *ret_index);
	return true;
}

/*
 * An `only` towards devices is a `never` towards all others: run_trial() made the
 * points of its device side those others.
 */
static bool is_only(const struct zt_trial *t)
{
	return t->t->kind == ZT_TEST_ONLY && t->dir == ZT_FROM_DEVICE;
}

bool zt_concerns_class(const struct zt_trial *t, uint32_t pclass)
{
	uint32_t slot;

	if (is_only(t) || pclass == ZT_PCLASS_ANY_DEVICE)
		return true;
	slot = slot_of(t->w->i, pclass);
	return slot != NOWHERE && t->head[slot];
}

bool zt_concerns(const struct zt_trial *t, struct zt_point *device, uint32_t pclass, uint32_t svc,
		 struct zt_point *ret_peer, uint32_t *ret_index)
{
	return is_only(t) ? only_concerns(t, device, pclass, svc, ret_peer, ret_index) :
			    never_concerns(t, device, pclass, svc, ret_peer, ret_index);
}
