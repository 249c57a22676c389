/* SPDX-License-Identifier: GPL-2.0 */
/* Devices as JSON: what the policy says of them and what the data path knows. See report.h. */
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/report.h"

/* Read once for all devices: flows and learned addresses, by device index. */
struct live {
	const struct engine *e;
	const struct history_entry *now;
	const struct zt_image *image;
	struct zt_clock clock;
	struct zt_learned_entry *learned; /* sorted by device */
	uint32_t nr_learned;
	const struct zt_image_bind **binds; /* image->nr_binds of them, sorted by device */
	uint32_t *flows; /* by device index */
	uint32_t nr_flows;
};

static const char *mode_word(uint8_t mode)
{
	return mode == ZT_MODE_LEARN ? "learn" : mode == ZT_MODE_AUDIT ? "audit" : "enforce";
}

static int by_device(const void *a, const void *b)
{
	const struct zt_learned_entry *x = a, *y = b;

	return (x->learned.dev > y->learned.dev) - (x->learned.dev < y->learned.dev);
}

static int by_owner(const void *a, const void *b)
{
	const struct zt_image_bind *x = *(const struct zt_image_bind *const *)a;
	const struct zt_image_bind *y = *(const struct zt_image_bind *const *)b;

	return (x->dev > y->dev) - (x->dev < y->dev);
}

static bool sort_binds(struct live *l)
{
	uint32_t i;

	l->binds = calloc(l->image->nr_binds + 1, sizeof(*l->binds));
	if (!l->binds)
		return false;
	for (i = 0; i < l->image->nr_binds; i++)
		l->binds[i] = &l->image->binds[i];
	qsort(l->binds, l->image->nr_binds, sizeof(*l->binds), by_owner);
	return true;
}

static void count_flows(struct live *l)
{
	struct zt_flow_entry *v = NULL;
	uint32_t nr = 0, i;

	for (i = 0; i < l->image->nr_devs; i++)
		if (l->image->devs[i].index >= l->nr_flows)
			l->nr_flows = l->image->devs[i].index + 1;
	l->flows = calloc(l->nr_flows + 1, sizeof(*l->flows));
	if (l->flows && !zt_maps_flows(l->e->maps, l->clock.now, &v, &nr))
		for (i = 0; i < nr; i++)
			if (v[i].flow.dev < l->nr_flows)
				l->flows[v[i].flow.dev]++;
	free(v);
}

/* false: nothing loaded. */
static bool live_read(struct agent *a, struct live *l)
{
	*l = (struct live){ .e = &a->engine };
	if (!a->engine.held || zt_maps_clock(a->engine.maps, &l->clock))
		return false;
	l->now = history_find(&a->engine.history, zt_maps_gen(a->engine.maps));
	l->image = zt_maps_image(a->engine.maps);
	if (!l->now || !l->image || !sort_binds(l))
		return false;
	zt_maps_learned(a->engine.maps, l->clock.now, &l->learned, &l->nr_learned);
	if (l->nr_learned)
		qsort(l->learned, l->nr_learned, sizeof(*l->learned), by_device);
	count_flows(l);
	return true;
}

static void live_free(struct live *l)
{
	free(l->learned);
	free(l->binds);
	free(l->flows);
}

static uint64_t seconds_ago(const struct live *l, uint32_t tick)
{
	int32_t ago = (int32_t)(l->clock.now - tick);

	return ago > 0 ? (uint64_t)ago * l->clock.tick_ms / 1000 : 0;
}

/* ---- parts of one device ---- */

static struct json_object *mac_json(const uint8_t *mac)
{
	char text[18];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
		 mac[4], mac[5]);
	return json_object_new_string(text);
}

static void put_policy_side(struct json_object *o, const struct zt_policy *p,
			    const struct zt_device *d)
{
	struct json_object *macs = json_object_new_array(), *ports = json_object_new_array();
	struct json_object *fixed = json_object_new_array(), *dynamic = json_object_new_array();
	struct json_object *labels = json_object_new_object(), *inventory = json_object_new_object();
	char text[80];
	uint32_t i;

	put_text(o, "name", d->name);
	for (i = 0; i < d->nr_macs; i++)
		json_object_array_add(macs, mac_json(d->macs[i]));
	for (i = 0; i < d->ports.nr; i++)
		add_text(ports, p->interfaces[d->ports.v[i]].id);
	for (i = 0; i < d->addresses.nr; i++)
		add_text(fixed, zt_prefix_format(&d->addresses.v[i], text, sizeof(text)));
	if (d->dynamic4)
		add_text(dynamic, "dynamic4");
	if (d->dynamic6)
		add_text(dynamic, "dynamic6");
	for (i = 0; i < d->nr_labels; i++)
		put_text(labels, d->labels[i].key, d->labels[i].value);
	for (i = 0; i < d->nr_inventory; i++)
		put_text(inventory, d->inventory[i].key, d->inventory[i].value);
	json_object_object_add(o, "macs", macs);
	put_number(o, "vlan", d->vlan);
	json_object_object_add(o, "ports", ports);
	json_object_object_add(o, "static", fixed);
	json_object_object_add(o, "dynamic", dynamic);
	json_object_object_add(o, "labels", labels);
	json_object_object_add(o, "inventory", inventory);
}

/* Bindings of a device; the youngest sign of life goes to *ret_seen_s. */
static struct json_object *bound_json(const struct live *l, uint32_t dev, int64_t *ret_seen_s)
{
	struct json_object *list = json_object_new_array(), *o;
	uint32_t lo = 0, hi = l->image->nr_binds, mid;
	char name[IF_NAMESIZE];
	struct zt_bind bind;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (l->binds[mid]->dev < dev)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < l->image->nr_binds && l->binds[lo]->dev == dev; lo++) {
		if (zt_maps_bind(l->e->maps, l->binds[lo]->index, &bind))
			continue;
		o = json_object_new_object();
		if (!(bind.flags & (ZT_BIND_IP | ZT_BIND_UNKNOWN)))
			json_object_object_add(o, "mac", mac_json(bind.mac));
		if (if_indextoname(bind.ifindex, name))
			put_text(o, "port", name);
		put_number(o, "vlan", bind.vlan);
		if (bind.seen) {
			int64_t ago = (int64_t)seconds_ago(l, bind.seen);

			put_number(o, "last_seen_s", (uint64_t)ago);
			*ret_seen_s = *ret_seen_s < 0 || ago < *ret_seen_s ? ago : *ret_seen_s;
		}
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *learned_json(const struct live *l, uint32_t dev)
{
	static const char *const how[] = { "", "dhcp", "arp", "nd" };
	struct json_object *list = json_object_new_array(), *o;
	uint32_t lo = 0, hi = l->nr_learned, mid;
	char text[64];

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (l->learned[mid].learned.dev < dev)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < l->nr_learned && l->learned[lo].learned.dev == dev; lo++) {
		const struct zt_learned_entry *x = &l->learned[lo];
		int32_t left = (int32_t)(x->learned.expires - l->clock.now);

		o = json_object_new_object();
		put_text(o, "address", zt_addr_format((uint8_t)x->key.family, &x->key.addr, text,
						      sizeof(text)));
		put_text(o, "how", how[x->learned.how & 3]);
		put_number(o, "expires_s", left > 0 ? (uint64_t)left * l->clock.tick_ms / 1000 : 0);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *counters_json(const struct live *l, uint32_t dev)
{
	static const char *const dir[2] = { "from_device", "to_device" };
	struct json_object *o = json_object_new_object(), *verdict, *side;
	struct zt_devcnt c;
	int v, d;

	if (zt_maps_devcnt(l->e->maps, dev, &c))
		memset(&c, 0, sizeof(c));
	for (v = 0; v < ZT_VERDICT_MAX; v++) {
		verdict = json_object_new_object();
		for (d = 0; d < 2; d++) {
			side = json_object_new_object();
			put_number(side, "packets", c.c[v][d].packets);
			put_number(side, "bytes", c.c[v][d].bytes);
			json_object_object_add(verdict, dir[d], side);
		}
		json_object_object_add(o, zt_verdict_word((uint8_t)v), verdict);
	}
	return o;
}

static struct json_object *device_json(const struct live *l, const struct zt_image_dev *x)
{
	const struct zt_policy *p = l->now->held->policy;
	const struct zt_segment *segment = history_segment(l->now, x->index);
	struct json_object *o = json_object_new_object(), *bound;
	int64_t seen_s = -1;
	char buf[32];

	put_text(o, "id", history_dev_id(l->now, x->index, buf));
	put_text(o, "segment", segment ? segment->id : NULL);
	put_text(o, "mode", segment ? mode_word(segment->mode) : NULL);
	put_bool(o, "unknown", x->device == ZT_NONE);
	if (x->device != ZT_NONE)
		put_policy_side(o, p, &p->devices[x->device]);
	bound = bound_json(l, x->index, &seen_s);
	json_object_object_add(o, "bound", bound);
	json_object_object_add(o, "learned", learned_json(l, x->index));
	json_object_object_add(o, "counters", counters_json(l, x->index));
	put_number(o, "flows", l->flows && x->index < l->nr_flows ? l->flows[x->index] : 0);
	if (seen_s >= 0)
		put_number(o, "last_seen_s", (uint64_t)seen_s);
	return o;
}

/* ---- the commands ---- */

struct json_object *report_devices(struct agent *a, struct json_object *args, struct outcome *out)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	const char *wanted = arg_text(args, "segment");
	const struct zt_segment *segment;
	struct live l;
	uint32_t i;

	json_object_object_add(o, "devices", list);
	if (!live_read(a, &l)) {
		live_free(&l);
		return o;
	}
	if (wanted && zt_policy_segment(l.now->held->policy, wanted) < 0) {
		outcome_fail(out, "missing", "no segment \"%.64s\" in the policy in force", wanted);
		json_object_put(o);
		o = NULL;
	}
	for (i = 0; o && i < l.image->nr_devs; i++) {
		segment = history_segment(l.now, l.image->devs[i].index);
		if (!wanted || (segment && !strcmp(segment->id, wanted)))
			json_object_array_add(list, device_json(&l, &l.image->devs[i]));
	}
	live_free(&l);
	return o;
}

struct json_object *report_device(struct agent *a, struct json_object *args, struct outcome *out)
{
	const char *id = arg_text(args, "id"), *name;
	struct json_object *o = NULL;
	char buf[32];
	struct live l;
	uint32_t i;

	if (!id) {
		outcome_fail(out, "request", "id: missing");
		return NULL;
	}
	if (live_read(a, &l)) {
		for (i = 0; !o && i < l.image->nr_devs; i++) {
			name = history_dev_id(l.now, l.image->devs[i].index, buf);
			if (name && !strcmp(name, id))
				o = device_json(&l, &l.image->devs[i]);
		}
	}
	if (!o)
		outcome_fail(out, "missing", "no device \"%.64s\" in the policy in force", id);
	live_free(&l);
	return o;
}
