/* SPDX-License-Identifier: GPL-2.0 */
/* From the counts of a simulation to names: devices, applications, rules, reasons. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "load.h"
#include "sim_report.h"

static void add_end(struct json_object *o, const struct simulation *s, const struct sim_key *k,
		    bool device_side)
{
	int device = device_side ? k->device : k->peer_device;
	const struct zt_addr *a = device_side ? &k->device_addr : &k->peer_addr;
	const uint8_t *mac = device_side ? k->device_mac : k->peer_mac;
	static const uint8_t none[6];
	char text[64];

	if (device >= 0)
		add_text(o, device_side ? "device" : "peer_device",
			 s->w.policy->devices[device].id);
	if (k->family)
		add_text(o, device_side ? "address" : "peer",
			 zt_addr_format(k->family, a, text, sizeof(text)));
	if (memcmp(mac, none, 6)) {
		mac_format(mac, text);
		add_text(o, device_side ? "mac" : "peer_mac", text);
	}
}

static void add_apps(struct json_object *o, const struct simulation *s, const struct sim_key *k)
{
	struct zt_host_word word = zt_image_lookup(s->w.image, k->family, &k->peer_addr);
	struct json_object *array = json_object_new_array();
	const struct zt_set *apps;
	uint32_t i;

	json_object_object_add(o, "apps", array);
	if (word.kind == ZT_KIND_ROUTER)
		json_object_array_add(array, json_object_new_string("router"));
	if (word.kind != ZT_KIND_APP || word.id < ZT_PCLASS_FIRST)
		return;
	apps = &s->w.image->pclass_apps[word.id - ZT_PCLASS_FIRST];
	for (i = 0; i < apps->nr; i++)
		json_object_array_add(array,
				      json_object_new_string(s->w.policy->apps[apps->v[i]].id));
}

static struct json_object *flow_object(const struct simulation *s, const struct sim_flow *flow)
{
	struct json_object *o = json_object_new_object();
	const struct sim_key *k = &flow->key;
	const struct frame view = {.is_arp = k->is_arp,
				   .family = k->family,
				   .proto = k->proto,
				   .has_ports = k->has_ports,
				   .ethertype = k->ethertype};
	char service[32];

	add_end(o, s, k, true);
	if (k->device < 0 && frame_is_group(k->device_mac)) /* towards every device port */
		add_bool(o, "group", true);
	add_end(o, s, k, false);
	if (k->family && k->peer_device < 0)
		add_apps(o, s, k);
	frame_service(&view, k->port, service, sizeof(service));
	add_text(o, "service", service);
	add_text(o, "opener", k->opener == ZT_FROM_DEVICE ? "device" : "peer");
	add_text(o, "verdict", verdict_name(k->verdict));
	add_text(o, "reason", reason_name(k->reason));
	if (k->rule < s->w.policy->nr_rules)
		add_text(o, "rule", s->w.policy->rules[k->rule].id);
	add_number(o, "packets", flow->packets);
	return o;
}

static void add_router(struct json_object *o, const struct simulation *s)
{
	struct json_object *router = json_object_new_object(), *addresses = json_object_new_array();
	char text[64];
	uint32_t i;

	if (s->stations.router >= 0) {
		mac_format(s->stations.v[s->stations.router].mac, text);
		add_text(router, "mac", text);
	}
	for (i = 0; i < s->router.nr; i++)
		json_object_array_add(addresses, json_object_new_string(zt_addr_format(
							 s->router.family[i], &s->router.v[i], text,
							 sizeof(text))));
	json_object_object_add(router, "addresses", addresses);
	json_object_object_add(o, "router", router);
}

static void add_counts(struct json_object *o, const struct simulation *s)
{
	struct json_object *verdicts = json_object_new_object(), *reasons = json_object_new_array();
	struct json_object *skipped = json_object_new_array();
	uint64_t nr = 0;
	int i, v;

	for (v = 0; v < ZT_VERDICT_MAX; v++) {
		add_number(verdicts, verdict_name(v), s->verdicts[v]);
		nr += s->verdicts[v];
	}
	for (i = 0; i < ZT_REASON_MAX; i++)
		for (v = 0; v < ZT_VERDICT_MAX; v++) {
			struct json_object *reason;

			if (!s->reasons[i][v])
				continue;
			reason = json_object_new_object();
			add_text(reason, "verdict", verdict_name(v));
			add_text(reason, "reason", reason_name(i));
			add_number(reason, "packets", s->reasons[i][v]);
			json_object_array_add(reasons, reason);
		}
	for (i = 0; i < SKIPPED_MAX; i++) {
		struct json_object *why;

		if (!s->skipped[i])
			continue;
		why = json_object_new_object();
		add_text(why, "why", skipped_text(i));
		add_number(why, "packets", s->skipped[i]);
		json_object_array_add(skipped, why);
	}
	add_number(o, "packets", s->packets);
	add_number(o, "simulated", nr);
	json_object_object_add(o, "not_simulated", skipped);
	json_object_object_add(o, "verdicts", verdicts);
	json_object_object_add(o, "reasons", reasons);
	add_number(o, "padded", s->padded);
	add_number(o, "readdressed", s->readdressed);
}

static void add_learned(struct json_object *o, const struct simulation *s)
{
	static const char *const how[] = {"", "dhcp", "arp", "nd"};
	struct json_object *array = json_object_new_array();
	struct zt_learned_entry *v = NULL;
	uint32_t nr = 0, i;
	char text[64];

	if (zt_maps_learned(s->w.maps, s->w.now, &v, &nr) < 0)
		nr = 0;
	for (i = 0; i < nr; i++) {
		int device = zt_image_device_of(s->w.image, v[i].learned.dev);
		struct json_object *entry;

		if (device < 0)
			continue;
		entry = json_object_new_object();
		add_text(entry, "device", s->w.policy->devices[device].id);
		add_text(entry, "address",
			 zt_addr_format(v[i].key.family, &v[i].key.addr, text, sizeof(text)));
		add_text(entry, "how", v[i].learned.how < 4 ? how[v[i].learned.how] : "");
		json_object_array_add(array, entry);
	}
	json_object_object_add(o, "learned", array);
	free(v);
}

struct json_object *sim_report(struct simulation *s, const char *file, const char *error)
{
	struct json_object *o = object_new(), *flows = json_object_new_array();
	uint32_t i, devices = 0;

	sim_flows_sort(&s->flows);
	for (i = 0; i < s->stations.nr; i++)
		devices += s->stations.v[i].device >= 0 && s->stations.v[i].frames;
	add_text(o, "file", file);
	add_hash(o, "policy_hash", s->w.policy->hash);
	add_text(o, "policy_name", s->w.policy->name);
	add_number(o, "stations", s->stations.nr);
	add_number(o, "devices_seen", devices);
	add_router(o, s);
	add_counts(o, s);
	add_learned(o, s);
	for (i = 0; i < s->flows.nr; i++)
		json_object_array_add(flows, flow_object(s, &s->flows.v[i]));
	json_object_object_add(o, "flows", flows);
	add_text(o, "error", error);
	return o;
}
