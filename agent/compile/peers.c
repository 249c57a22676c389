/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Peer classes: each distinct union of applications that holds some address gets
 * a number from ZT_PCLASS_FIRST on, in the order the sweep meets them. Knows
 * nothing of addresses.
 */
#include "compile/networks.h"

int zt_peers_init(struct zt_peers *s, struct zt_build *b)
{
	uint32_t n = b->p->nr_apps;

	*s = (struct zt_peers){ .b = b, .nr_words = n / 64 + 1, .nr_slots = 64 };
	s->now = calloc(s->nr_words, sizeof(*s->now));
	s->hosts = calloc(n + 1, sizeof(*s->hosts));
	s->excepts = calloc(n + 1, sizeof(*s->excepts));
	s->slots = calloc(s->nr_slots, sizeof(*s->slots));
	b->app_pclasses = calloc(n + 1, sizeof(*b->app_pclasses));
	return s->now && s->hosts && s->excepts && s->slots && b->app_pclasses ? 0 : -ENOMEM;
}

void zt_peers_free(struct zt_peers *s)
{
	free(s->now);
	free(s->hosts);
	free(s->excepts);
	free(s->slots);
}

static void update(struct zt_peers *s, uint32_t app)
{
	bool inet = s->b->p->apps[app].is_internet && s->internet && !s->not_internet;
	uint64_t bit = 1ull << (app % 64);

	if ((s->hosts[app] || inet) && !s->excepts[app])
		s->now[app / 64] |= bit;
	else
		s->now[app / 64] &= ~bit;
}

static void step(struct zt_peers *s, const struct zt_mark *m, uint32_t by)
{
	uint32_t app;

	switch (m->kind) {
	case ZT_MARK_HOST:
		s->hosts[m->id] += by;
		update(s, m->id);
		return;
	case ZT_MARK_EXCEPT:
		s->excepts[m->id] += by;
		update(s, m->id);
		return;
	case ZT_MARK_INTERNET:
		s->internet += by;
		break;
	case ZT_MARK_NOT_INTERNET:
		s->not_internet += by;
		break;
	default:
		return;
	}
	for (app = 0; app < s->b->p->nr_apps; app++)
		if (s->b->p->apps[app].is_internet)
			update(s, app);
}

void zt_peers_enter(struct zt_peers *s, const struct zt_mark *m)
{
	step(s, m, 1);
}

void zt_peers_leave(struct zt_peers *s, const struct zt_mark *m)
{
	step(s, m, -1u);
}

static uint32_t hash_words(const uint64_t *w, uint32_t nr)
{
	uint64_t h = 0x9e3779b97f4a7c15ull;

	for (uint32_t i = 0; i < nr; i++) {
		h = (h ^ w[i]) * 0xff51afd7ed558ccdull;
		h ^= h >> 32;
	}
	return h;
}

static void set_words(const struct zt_set *set, uint64_t *w, uint32_t nr_words)
{
	memset(w, 0, nr_words * sizeof(*w));
	for (uint32_t i = 0; i < set->nr; i++)
		w[set->v[i] / 64] |= 1ull << (set->v[i] % 64);
}

/* Is this the set of the place at hand: same members, counted first. */
static bool is_now(const struct zt_peers *s, const struct zt_set *set)
{
	uint32_t i, nr = 0;

	for (i = 0; i < s->nr_words; i++)
		nr += __builtin_popcountll(s->now[i]);
	if (nr != set->nr)
		return false;
	for (i = 0; i < set->nr; i++)
		if (!(s->now[set->v[i] / 64] & (1ull << (set->v[i] % 64))))
			return false;
	return true;
}

static int rehash(struct zt_peers *s)
{
	uint32_t i, at, nr = s->nr_slots * 2, *slots = calloc(nr, sizeof(*slots));
	uint64_t *w = calloc(s->nr_words, sizeof(*w));

	if (!slots || !w) {
		free(slots);
		free(w);
		return -ENOMEM;
	}
	for (i = 0; i < s->b->image->nr_pclasses; i++) {
		set_words(&s->b->image->pclass_apps[i], w, s->nr_words);
		for (at = hash_words(w, s->nr_words) % nr; slots[at]; at = (at + 1) % nr)
			;
		slots[at] = i + 1;
	}
	free(w);
	free(s->slots);
	s->slots = slots;
	s->nr_slots = nr;
	return 0;
}

/* A new class: its members, and the class among those of each member. */
static int add_class(struct zt_peers *s)
{
	struct zt_image *image = s->b->image;
	struct zt_u32s members = { 0 };
	uint32_t app;
	int err = zt_grow(&image->pclass_apps, &s->cap_pclasses, image->nr_pclasses,
			  sizeof(*image->pclass_apps));

	for (app = 0; app < s->b->p->nr_apps && !err; app++) {
		if (!(s->now[app / 64] & (1ull << (app % 64))))
			continue;
		err = zt_u32s_add(&members, app);
		if (!err)
			err = zt_u32s_add(&s->b->app_pclasses[app],
					  ZT_PCLASS_FIRST + image->nr_pclasses);
	}
	if (err) {
		free(members.v);
		return err;
	}
	image->pclass_apps[image->nr_pclasses++] = (struct zt_set){ members.v, members.nr };
	return 0;
}

int zt_peers_class(struct zt_peers *s, uint32_t *ret_class)
{
	const struct zt_image *image = s->b->image;
	uint32_t i, at;
	int err;

	for (i = 0; i < s->nr_words && !s->now[i]; i++)
		;
	if (i == s->nr_words) {
		*ret_class = ZT_PCLASS_NONE;
		return 0;
	}
	if (image->nr_pclasses * 2 >= s->nr_slots) {
		err = rehash(s);
		if (err)
			return err;
	}
	at = hash_words(s->now, s->nr_words) % s->nr_slots;
	for (; s->slots[at]; at = (at + 1) % s->nr_slots)
		if (is_now(s, &image->pclass_apps[s->slots[at] - 1]))
			break;
	if (!s->slots[at]) {
		err = add_class(s);
		if (err)
			return err;
		s->slots[at] = image->nr_pclasses;
	}
	*ret_class = ZT_PCLASS_FIRST + s->slots[at] - 1;
	return 0;
}
