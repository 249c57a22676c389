/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences in what is decided. Both compiled policies are asked the same
 * questions: one device for each pair of classes (old, new) a device has, one
 * peer for each pair of peer classes, one service for each pair of service classes;
 * of those only what a rule that changed reaches, or large policies would take minutes.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "diff.h"
#include "diff_classes.h"

#define LISTED_MAX 1000
#define ASKED_MAX 4000000u /* decisions; some seconds */

static struct zt_decision decide(const struct diff_side *s, const struct diff_class *d,
				 const struct diff_class *p, uint32_t svc, uint32_t dir, int side)
{
	return zt_image_decide(s->image, d->of[side], p->of[side], svc, dir);
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
			decide(pair->old, pair->device, pair->peer, s->of[0], pair->dir, 0);
		struct zt_decision is =
			decide(pair->new, pair->device, pair->peer, s->of[1], pair->dir, 1);

		if (!is_same(pair->old, &was, pair->new, &is))
			add_entry(pair, &was, &is, s->name);
	}
}

/* The whole comparison. */
struct comparison {
	const struct diff_side *old, *new;
	struct diff_questions q;
	struct json_object *list;
	uint8_t *done; /* bit per device and peer */
	uint64_t asked;
	bool cut;
};

static bool was_done(struct comparison *c, uint32_t device, uint32_t peer)
{
	uint64_t bit = (uint64_t)device * c->q.peers.nr + peer;
	bool done = c->done[bit / 8] & 1 << bit % 8;

	c->done[bit / 8] |= 1 << bit % 8;
	return done;
}

static void compare_both_ways(struct comparison *c, uint32_t device, uint32_t peer)
{
	struct pair pair = {.old = c->old,
			    .new = c->new,
			    .device = &c->q.devices.v[device],
			    .peer = &c->q.peers.v[peer],
			    .dir = ZT_FROM_DEVICE,
			    .list = c->list};

	if (c->cut || was_done(c, device, peer))
		return;
	compare_pair(&pair, &c->q.services);
	pair.dir = ZT_TO_DEVICE;
	if (peer >= c->q.nr_device_peers) /* between devices the opener is the asked one */
		compare_pair(&pair, &c->q.services);
	c->asked += 2 * c->q.services.nr;
	c->cut = c->asked > ASKED_MAX || json_object_array_length(c->list) >= LISTED_MAX;
}

/* One rule id: in the old policy, in the new one, or in both. */
static void compare_rule(struct comparison *c, const struct zt_policy_rule *old,
			 const struct zt_policy_rule *new)
{
	struct diff_marks marks;
	uint32_t d, p;

	if (old && new &&diff_rule_same(c->old, old, c->new, new, &c->q))
		return;
	marks.devices = diff_must(calloc(c->q.devices.nr + 1, sizeof(bool)));
	marks.peers = diff_must(calloc(c->q.peers.nr + 1, sizeof(bool)));
	if (old)
		diff_rule_mark(c->old, 0, old, &c->q, &marks);
	if (new)
		diff_rule_mark(c->new, 1, new, &c->q, &marks);
	for (d = 0; d < c->q.devices.nr; d++)
		for (p = 0; marks.devices[d] && p < c->q.peers.nr; p++)
			if (marks.peers[p])
				compare_both_ways(c, d, p);
	free(marks.devices);
	free(marks.peers);
}

static void compare_rules(struct comparison *c)
{
	const struct zt_policy *a = c->old->policy, *b = c->new->policy;
	uint32_t i = 0, k = 0;

	while (i < a->nr_rules || k < b->nr_rules) {
		int order = i == a->nr_rules   ? 1
			    : k == b->nr_rules ? -1
					       : strcmp(a->rules[i].id, b->rules[k].id);

		compare_rule(c, order <= 0 ? &a->rules[i] : NULL, order >= 0 ? &b->rules[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
}

struct json_object *diff_decisions(const struct diff_side *old, const struct diff_side *new,
				   bool *ret_cut)
{
	struct comparison c = {.old = old, .new = new, .list = json_object_new_array()};

	diff_questions_find(old, new, &c.q);
	c.done = diff_must(calloc((uint64_t)c.q.devices.nr * c.q.peers.nr / 8 + 1, 1));
	compare_rules(&c);
	*ret_cut = c.cut;
	diff_questions_free(&c.q);
	free(c.done);
	return c.list;
}
