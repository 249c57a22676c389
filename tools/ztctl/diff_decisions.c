/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences in what is decided. Both compiled policies are asked the same
 * questions: one device for each pair of classes (old, new) a device has, one
 * peer for each pair of peer classes, one service for each pair of service classes.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "diff.h"
#include "diff_classes.h"

#define LISTED_MAX 1000

static struct zt_decision decide(const struct diff_side *s, const struct diff_class *d,
				 const struct diff_class *p, uint32_t svc, uint32_t dir, int side)
{
	return zt_image_decide(s->image, d->class[side], p -> class[side], svc, dir);
}

static bool is_same(const struct diff_side *old, const struct zt_decision *a,
		    const struct diff_side *new, const struct zt_decision *b)
{
	if (a->allowed != b->allowed || a->reason != b->reason)
		return false;
	if (a->rule == ZT_NO_RULE || b->rule == ZT_NO_RULE)
		return a->rule == b->rule;
	return !strcmp(old->policy->rules[a->rule].id, new->policy->rules[b->rule].id);
}

static char *describe(const struct diff_side *s, const struct zt_decision *d)
{
	const char *rule = d->rule == ZT_NO_RULE ? NULL : s->policy->rules[d->rule].id;
	char *text;

	if (asprintf(&text, "%s%s%s%s", d->allowed ? "allowed" : "denied",
		     rule ? " by rule \"" : "",
		     rule	  ? rule
		     : d->allowed ? ""
				  : ", no rule",
		     rule ? "\"" : "") < 0)
		abort();
	return text;
}

/* Everything about one pair of device and peer, one direction. */
struct pair {
	const struct diff_side *old, *new;
	const struct diff_class *device, *peer;
	uint32_t dir;
	struct json_object *list; /* where entries go */
	size_t first;		  /* entries of this pair begin here */
};

/* A service class is named by all its runs of ports, "tcp/80,tcp/443". */
static void add_names(struct json_object *array, const char *names)
{
	while (*names) {
		size_t len = strcspn(names, ",");

		json_object_array_add(array, json_object_new_string_len(names, len));
		names += len + (names[len] == ',');
	}
}

/* Services that change in the same way share an entry. */
static void add_entry(struct pair *pair, const struct zt_decision *was,
		      const struct zt_decision *is, const char *services)
{
	char *old = describe(pair->old, was), *new = describe(pair->new, is);
	const char *from = pair->dir == ZT_FROM_DEVICE ? pair->device->name : pair->peer->name;
	const char *to = pair->dir == ZT_FROM_DEVICE ? pair->peer->name : pair->device->name;
	struct json_object *o = NULL;
	size_t i;

	for (i = pair->first; i < json_object_array_length(pair->list); i++) {
		o = json_object_array_get_idx(pair->list, i);
		if (!strcmp(get_text(o, "old"), old) && !strcmp(get_text(o, "new"), new))
			break;
	}
	if (i == json_object_array_length(pair->list)) {
		o = json_object_new_object();
		add_text(o, "from", from);
		add_text(o, "to", to);
		json_object_object_add(o, "services", json_object_new_array());
		add_text(o, "old", old);
		add_text(o, "new", new);
		json_object_array_add(pair->list, o);
	}
	add_names(get_member(o, "services"), services);
	free(old);
	free(new);
}

static void compare_pair(struct pair *pair, const struct diff_classes *services)
{
	uint32_t i;

	pair->first = json_object_array_length(pair->list);
	for (i = 0; i < services->nr; i++) {
		const struct diff_class *s = &services->v[i];
		struct zt_decision was =
			decide(pair->old, pair->device, pair->peer, s->class[0], pair -> dir, 0);
		struct zt_decision is =
			decide(pair->new, pair->device, pair->peer, s->class[1], pair -> dir, 1);

		if (!is_same(pair->old, &was, pair->new, &is))
			add_entry(pair, &was, &is, s->name);
	}
}

struct json_object *diff_decisions(const struct diff_side *old, const struct diff_side *new,
				   bool *ret_cut)
{
	struct diff_classes devices, peers, services;
	struct json_object *list = json_object_new_array();
	uint32_t d, p;

	diff_classes_find(old, new, &devices, &peers, &services);
	*ret_cut = false;
	for (d = 0; d < devices.nr && !*ret_cut; d++)
		for (p = 0; p < peers.nr && !*ret_cut; p++) {
			struct pair pair = {.old = old,
					    .new = new,
					    .device = &devices.v[d],
					    .peer = &peers.v[p],
					    .list = list};

			pair.dir = ZT_FROM_DEVICE;
			compare_pair(&pair, &services);
			/* Between devices the opener is always the asked one. */
			pair.dir = ZT_TO_DEVICE;
			if (!(peers.v[p].class[1] & ZT_PCLASS_DEVICE))
				compare_pair(&pair, &services);
			*ret_cut = json_object_array_length(list) >= LISTED_MAX;
		}
	diff_classes_free(&devices);
	diff_classes_free(&peers);
	diff_classes_free(&services);
	return list;
}
