/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The key "limits" of segments, groups, devices and defaults, and what it comes to for
 * each device: its own value, else the smallest of its groups', else its segment's,
 * else the defaults'; each key on its own.
 */
#include <stdlib.h>
#include "policy/parse.h"

/* The order is that of the language reference. */
static const struct limit {
	const char *key;
	int min, max, otherwise;
} limits[ZT_LIMIT_MAX] = {
	[ZT_LIMIT_FLOWS] = { "flows", 1, 65535, 256 },
	[ZT_LIMIT_NEW_FLOWS] = { "new_flows_per_s", 1, 10000, 50 },
	[ZT_LIMIT_ARP] = { "arp_per_s", 1, 1000, 20 },
	[ZT_LIMIT_ADDRESSES4] = { "addresses4", 1, 64, 4 },
	[ZT_LIMIT_ADDRESSES6] = { "addresses6", 1, 64, 16 },
};
static const struct zt_key keys[] = {
	ZT_KEY("flows"), ZT_KEY("new_flows_per_s"), ZT_KEY("arp_per_s"), ZT_KEY("addresses4"),
	ZT_KEY("addresses6"), {}
};

const char *zt_limit_key(enum zt_limit which)
{
	return limits[which].key;
}

void zt_read_limits(const struct zt_at *at, struct zt_limit_set *ret)
{
	struct zt_at limit, child;
	int n;

	if (!zt_child(at, "limits", &limit) || !zt_object(&limit, keys))
		return;
	zt_keep_text(&limit, "note", ZT_NOTE_MAX);
	for (int k = 0; k < ZT_LIMIT_MAX; k++) {
		if (!zt_child(&limit, limits[k].key, &child))
			continue;
		n = zt_number(&child, limits[k].min, limits[k].max);
		if (n > 0)
			ret->v[k] = n;
	}
	if (!json_object_object_length(limit.v))
		zt_complain(&limit, "empty; leave the key out, or write \"flows\", \"new_flows_per_s\", "
				    "\"arp_per_s\", \"addresses4\" or \"addresses6\"");
}

static const struct zt_key defaults_keys[] = { ZT_KEY("limits"), {} };

void zt_parse_defaults(const struct zt_at *at)
{
	if (!zt_object(at, defaults_keys))
		return;
	zt_keep_text(at, "note", ZT_NOTE_MAX);
	zt_read_limits(at, &at->ps->p->defaults);
}

/* What is not set yet. */
static void fill(struct zt_limit_set *set, const struct zt_limit_set *from)
{
	for (int k = 0; k < ZT_LIMIT_MAX; k++)
		if (!set->v[k])
			set->v[k] = from->v[k];
}

static void smaller(struct zt_limit_set *set, const struct zt_limit_set *other)
{
	for (int k = 0; k < ZT_LIMIT_MAX; k++)
		if (other->v[k] && (!set->v[k] || other->v[k] < set->v[k]))
			set->v[k] = other->v[k];
}

static struct zt_limits finish(struct zt_limit_set set, const struct zt_policy *p, uint32_t segment)
{
	fill(&set, &p->segments[segment].limits);
	fill(&set, &p->defaults);
	for (int k = 0; k < ZT_LIMIT_MAX; k++)
		if (!set.v[k])
			set.v[k] = limits[k].otherwise;
	return (struct zt_limits){
		.flows = set.v[ZT_LIMIT_FLOWS],
		.new_flows_per_s = set.v[ZT_LIMIT_NEW_FLOWS],
		.arp_per_s = set.v[ZT_LIMIT_ARP],
		.addresses4 = set.v[ZT_LIMIT_ADDRESSES4],
		.addresses6 = set.v[ZT_LIMIT_ADDRESSES6],
	};
}

int zt_policy_limits(const struct zt_policy *p, struct zt_limits **ret)
{
	struct zt_limit_set *by_group = calloc(p->nr_devices + 1, sizeof(*by_group)), set;
	struct zt_limits *all = calloc(p->nr_devices + 1, sizeof(*all));

	if (!by_group || !all) {
		free(by_group);
		free(all);
		return -1;
	}
	for (uint32_t g = 0; g < p->nr_groups; g++) {
		const struct zt_group *group = &p->groups[g];

		for (uint32_t k = 0; group->is_limited && k < group->members.nr; k++)
			smaller(&by_group[group->members.v[k]], &group->limits);
	}
	for (uint32_t d = 0; d < p->nr_devices; d++) {
		set = p->devices[d].limits;
		fill(&set, &by_group[d]);
		all[d] = finish(set, p, p->devices[d].segment);
	}
	free(by_group);
	*ret = all;
	return 0;
}

struct zt_limits zt_segment_limits(const struct zt_policy *p, uint32_t segment)
{
	return finish((struct zt_limit_set){ 0 }, p, segment);
}
