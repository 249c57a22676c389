/* SPDX-License-Identifier: GPL-2.0 */
/* Devices as JSON: what the policy says of them and what the data path knows. See report.h. */
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/live.h"
#include "daemon/report.h"
#include "event/json.h"

static const char *mode_word(uint8_t mode)
{
	return mode == ZT_MODE_LEARN ? "learn" : mode == ZT_MODE_AUDIT ? "audit" : "enforce";
}

static void out_mac(struct out *o, const char *key, const uint8_t *mac)
{
	char text[18];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	out_text(o, key, text);
}

static void out_labels(struct out *o, const char *key, const struct zt_label *labels, uint32_t nr)
{
	uint32_t i;

	out_open(o, key, '{');
	for (i = 0; i < nr; i++)
		out_text(o, labels[i].key, labels[i].value);
	out_close(o, '}');
}

static void out_policy_side(struct out *o, const struct zt_policy *p, const struct zt_device *d)
{
	char text[80];
	uint32_t i;

	out_text(o, "name", d->name);
	out_open(o, "macs", '[');
	for (i = 0; i < d->nr_macs; i++)
		out_mac(o, NULL, d->macs[i]);
	out_close(o, ']');
	out_number(o, "vlan", d->vlan);
	out_open(o, "ports", '[');
	for (i = 0; i < d->ports.nr; i++)
		out_text(o, NULL, p->interfaces[d->ports.v[i]].id);
	out_close(o, ']');
	out_open(o, "static", '[');
	for (i = 0; i < d->addresses.nr; i++)
		out_text(o, NULL, zt_prefix_format(&d->addresses.v[i], text, sizeof(text)));
	out_close(o, ']');
	out_open(o, "dynamic", '[');
	out_text(o, NULL, d->dynamic4 ? "dynamic4" : NULL);
	out_text(o, NULL, d->dynamic6 ? "dynamic6" : NULL);
	out_close(o, ']');
	out_labels(o, "labels", d->labels, d->nr_labels);
	out_labels(o, "inventory", d->inventory, d->nr_inventory);
}

static void out_binding(struct live *l, struct out *o, const struct zt_bind *bind, int64_t *seen_s)
{
	int64_t ago;

	out_open(o, NULL, '{');
	if (!(bind->flags & (ZT_BIND_IP | ZT_BIND_UNKNOWN)))
		out_mac(o, "mac", bind->mac);
	out_text(o, "port", live_port(l, bind->ifindex & ~ZT_BIND_RELEASED));
	out_number(o, "vlan", bind->vlan);
	if (bind->seen) {
		ago = (int64_t)live_ago(l, bind->seen);
		out_number(o, "last_seen_s", (uint64_t)ago);
		*seen_s = *seen_s < 0 || ago < *seen_s ? ago : *seen_s;
	}
	out_close(o, '}');
}

/* Bindings of a device; the youngest sign of life goes to *seen_s. */
static void out_bound(struct live *l, struct out *o, uint32_t dev, int64_t *seen_s)
{
	uint32_t lo = 0, hi = l->image->nr_binds, mid;
	struct zt_bind bind;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (l->binds[mid]->dev < dev)
			lo = mid + 1;
		else
			hi = mid;
	}
	out_open(o, "bound", '[');
	for (; lo < l->image->nr_binds && l->binds[lo]->dev == dev; lo++)
		if (!zt_maps_bind(l->e->maps, l->binds[lo]->index, &bind))
			out_binding(l, o, &bind, seen_s);
	out_close(o, ']');
}

static void out_learned(const struct live *l, struct out *o, uint32_t dev)
{
	static const char *const how[] = {"", "dhcp", "arp", "nd"};
	uint32_t lo = 0, hi = l->nr_learned, mid;
	char text[64];

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (l->learned[mid].learned.dev < dev)
			lo = mid + 1;
		else
			hi = mid;
	}
	out_open(o, "learned", '[');
	for (; lo < l->nr_learned && l->learned[lo].learned.dev == dev; lo++) {
		const struct zt_learned_entry *x = &l->learned[lo];
		int32_t left = (int32_t)(x->learned.expires - l->clock.now);

		out_open(o, NULL, '{');
		out_text(o, "address",
			 zt_addr_format((uint8_t)x->key.family, &x->key.addr, text, sizeof(text)));
		out_text(o, "how", how[x->learned.how & 3]);
		out_number(o, "expires_s", left > 0 ? (uint64_t)left * l->clock.tick_ms / 1000 : 0);
		out_close(o, '}');
	}
	out_close(o, ']');
}

static void out_counters(const struct live *l, struct out *o, uint32_t dev)
{
	static const char *const dir[2] = {"from_device", "to_device"};
	struct zt_devcnt c;
	int v, d;

	if (zt_maps_devcnt(l->e->maps, dev, &c))
		memset(&c, 0, sizeof(c));
	out_open(o, "counters", '{');
	for (v = 0; v < ZT_VERDICT_MAX; v++) {
		out_open(o, zt_verdict_word((uint8_t)v), '{');
		for (d = 0; d < 2; d++) {
			out_open(o, dir[d], '{');
			out_number(o, "packets", c.c[v][d].packets);
			out_number(o, "bytes", c.c[v][d].bytes);
			out_close(o, '}');
		}
		out_close(o, '}');
	}
	out_close(o, '}');
}

/* Counts are signed: they may be below zero for a moment after an index changed hands. */
static uint64_t held(uint32_t n)
{
	return (int32_t)n > 0 ? n : 0;
}

/* What the device may hold and take, and what of it is taken: also what awaits the sweep. */
static void out_limits(const struct live *l, struct out *o, const struct zt_image_dev *x)
{
	const struct zt_limits *max = &x->word.limits;
	struct zt_devst st;

	if (zt_maps_devst(l->e->maps, x->index, &st))
		memset(&st, 0, sizeof(st));
	out_open(o, "limits", '{');
	out_number(o, zt_limit_key(ZT_LIMIT_FLOWS), max->flows);
	out_number(o, zt_limit_key(ZT_LIMIT_NEW_FLOWS), max->new_flows_per_s);
	out_number(o, zt_limit_key(ZT_LIMIT_ARP), max->arp_per_s);
	out_number(o, zt_limit_key(ZT_LIMIT_ADDRESSES4), max->addresses4);
	out_number(o, zt_limit_key(ZT_LIMIT_ADDRESSES6), max->addresses6);
	out_number(o, "flows_to_it", ZT_FLOWS_IN(max->flows));
	out_number(o, "half_open", ZT_FLOWS_HALF(max->flows));
	out_close(o, '}');
	out_open(o, "held", '{');
	out_number(o, "flows", held(st.held.flows));
	out_number(o, "flows_to_it", held(st.held.flows_in));
	out_number(o, "half_open", held(st.held.half[ZT_FROM_DEVICE]));
	out_number(o, "half_open_to_it", held(st.held.half[ZT_TO_DEVICE]));
	out_number(o, "addresses4", held(st.addresses4));
	out_number(o, "addresses6", held(st.addresses6));
	out_close(o, '}');
}

/* Its segment's mode does not count then. */
static void out_mode(struct live *l, struct out *o, const char *id, const struct zt_segment *segment)
{
	const struct quarantine_row *q = id ? quarantine_find(&l->e->quarantine, id) : NULL;
	char when[32];

	if (!q) {
		out_text(o, "mode", segment ? mode_word(segment->mode) : NULL);
		return;
	}
	out_text(o, "mode", "quarantine");
	out_open(o, "quarantine", '{');
	out_text(o, "by", q->by);
	out_text(o, "since", zt_time_s(q->since_s, when));
	out_close(o, '}');
}

static void out_device(struct live *l, struct out *o, const struct zt_image_dev *x)
{
	const struct zt_policy *p = l->now->held->policy;
	const struct zt_segment *segment = history_segment(l->now, x->index);
	int64_t seen_s = -1;
	char buf[32];
	const char *id = history_dev_id(l->now, x->index, buf);

	out_open(o, NULL, '{');
	out_text(o, "id", id);
	out_text(o, "segment", segment ? segment->id : NULL);
	out_mode(l, o, id, segment);
	out_bool(o, "unknown", x->device == ZT_NONE);
	if (x->device != ZT_NONE)
		out_policy_side(o, p, &p->devices[x->device]);
	out_bound(l, o, x->index, &seen_s);
	out_learned(l, o, x->index);
	out_limits(l, o, x);
	out_counters(l, o, x->index);
	out_number(o, "flows", l->flows && x->index < l->nr_flows ? l->flows[x->index] : 0);
	if (seen_s >= 0)
		out_number(o, "last_seen_s", (uint64_t)seen_s);
	out_close(o, '}');
}

/* ---- the commands ---- */

void report_devices(struct agent *a, struct json_object *args, struct outcome *outcome,
		    struct out *o)
{
	const char *wanted = arg_text(args, "segment");
	const struct zt_segment *segment;
	bool is_loaded;
	struct live l;
	uint32_t i;

	is_loaded = live_read(a, &l);
	if (is_loaded && wanted && zt_policy_segment(l.now->held->policy, wanted) < 0)
		outcome_fail(outcome, "missing", "no segment \"%.64s\" in the policy in force",
			     wanted);
	out_open(o, NULL, '{');
	out_open(o, "devices", '[');
	for (i = 0; is_loaded && !outcome->code && i < l.image->nr_devs; i++) {
		segment = history_segment(l.now, l.image->devs[i].index);
		if (!wanted || (segment && !strcmp(segment->id, wanted)))
			out_device(&l, o, &l.image->devs[i]);
	}
	out_close(o, ']');
	out_close(o, '}');
	live_free(&l);
}

static const struct zt_image_dev *find_device(const struct live *l, const char *id)
{
	const char *name;
	char buf[32];
	uint32_t i;

	for (i = 0; i < l->image->nr_devs; i++) {
		name = history_dev_id(l->now, l->image->devs[i].index, buf);
		if (name && !strcmp(name, id))
			return &l->image->devs[i];
	}
	return NULL;
}

void report_device(struct agent *a, struct json_object *args, struct outcome *outcome,
		   struct out *o)
{
	const char *id = arg_text(args, "id");
	const struct zt_image_dev *x;
	struct live l;

	if (!id) {
		outcome_fail(outcome, "request", "id: missing");
		return;
	}
	x = live_read(a, &l) ? find_device(&l, id) : NULL;
	if (x)
		out_device(&l, o, x);
	else
		outcome_fail(outcome, "missing", "no device \"%.64s\" in the policy in force", id);
	live_free(&l);
}
