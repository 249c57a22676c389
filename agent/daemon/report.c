/* SPDX-License-Identifier: GPL-2.0 */
/* Status and policy as JSON: see report.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "daemon/report.h"
#include "event/json.h"
#include "net/kflow.h"

void put_text(struct json_object *o, const char *key, const char *text)
{
	if (text && *text)
		json_object_object_add(o, key, json_object_new_string(text));
}

void put_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

void put_bool(struct json_object *o, const char *key, bool value)
{
	json_object_object_add(o, key, json_object_new_boolean(value));
}

void add_text(struct json_object *list, const char *text)
{
	json_object_array_add(list, json_object_new_string(text));
}

const char *arg_text(struct json_object *args, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(args, key, &v) ? json_object_get_string(v) : NULL;
}

static const char *kind_word(uint8_t kind)
{
	return kind == ZT_ATTACH_LINK ? "link" : kind == ZT_ATTACH_NETLINK ? "netlink" : "none";
}

static struct json_object *port_json(const struct zt_port_state *s)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "name", s->name);
	put_number(o, "ifindex", s->ifindex);
	put_bool(o, "up", s->up);
	put_bool(o, "enforcing", s->enforcing);
	put_text(o, "why", s->enforcing ? NULL : s->why);
	put_text(o, "xdp",
		 s->xdp_mode == ZT_XDP_NATIVE	 ? "native"
		 : s->xdp_mode == ZT_XDP_GENERIC ? "generic"
						 : "none");
	put_text(o, "xdp_kind", kind_word(s->xdp_kind));
	put_text(o, "tc_kind", kind_word(s->tc_kind));
	put_bool(o, "guard", s->guard);
	put_bool(o, "egress", s->egress);
	put_bool(o, "pinned", s->pinned);
	put_bool(o, "vlan_offload", s->vlan_offload);
	return o;
}

struct json_object *report_ports(struct agent *a)
{
	struct json_object *list = json_object_new_array();
	uint32_t i;

	for (i = 0; i < a->engine.nr_ports; i++)
		json_object_array_add(list, port_json(&a->engine.ports[i].state));
	return list;
}

static uint32_t count_builtin(const struct zt_policy *p)
{
	uint32_t nr = 0, i;

	for (i = 0; i < p->nr_apps; i++)
		nr += p->apps[i].builtin;
	return nr;
}

struct json_object *report_policy(struct agent *a)
{
	const struct engine *e = &a->engine;
	struct json_object *o = json_object_new_object();
	const struct store_rev *rev = &e->state.current;
	const struct zt_policy *p = e->held->policy;
	int64_t now = (int64_t)(clock_us() / 1000000);
	char when[32];

	put_text(o, "name", p->name);
	put_text(o, "note", p->note);
	put_number(o, "revision", e->held->revision);
	put_text(o, "hash", rev->hash);
	put_number(o, "generation", zt_maps_gen(e->maps));
	put_text(o, "loaded_at", zt_time_s(rev->loaded_at, when));
	put_number(o, "loaded_s", now > rev->loaded_at ? (uint64_t)(now - rev->loaded_at) : 0);
	put_text(o, "by", rev->by);
	put_number(o, "devices", p->nr_devices);
	put_number(o, "segments", p->nr_segments);
	put_number(o, "groups", p->nr_groups);
	put_number(o, "applications", p->nr_apps - count_builtin(p));
	put_number(o, "rules", p->nr_rules);
	put_number(o, "tests", p->nr_tests);
	put_number(o, "interfaces", p->nr_interfaces);
	return o;
}

struct json_object *report_pending(struct agent *a)
{
	const struct store_state *s = &a->engine.state;
	struct json_object *o;
	int64_t left;

	if (!s->pending.active)
		return NULL;
	o = json_object_new_object();
	left = pending_left(&s->pending);
	put_number(o, "seconds_left", left > 0 ? (uint64_t)left : 0);
	put_number(o, "revision", s->current.revision);
	if (s->previous.revision)
		put_number(o, "previous", s->previous.revision);
	return o;
}

void report_put_quarantine(struct agent *a, struct json_object *o)
{
	const struct quarantine *q = &a->engine.quarantine;
	struct json_object *list;
	uint32_t i;

	if (!q->nr)
		return;
	list = json_object_new_array();
	for (i = 0; i < q->nr; i++)
		add_text(list, q->v[i].id);
	json_object_object_add(o, "quarantine", list);
}

/* ---- status ---- */

static struct json_object *syslog_json(struct agent *a)
{
	struct json_object *list = json_object_new_array(), *o;
	uint32_t i;

	for (i = 0; i < a->emit.nr_sinks; i++) {
		const struct zt_sink *s = &a->emit.sinks[i];

		o = json_object_new_object();
		put_text(o, "type", s->type == ZT_SINK_UDP ? "udp" : "local");
		put_text(o, "address", s->address);
		if (s->port)
			put_number(o, "port", s->port);
		put_number(o, "sent", s->sent);
		put_number(o, "failed", s->failed);
		put_text(o, "error", s->error);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *segments_json(const struct engine *e)
{
	struct json_object *list = json_object_new_array(), *o;
	const struct zt_policy *p = e->held ? e->held->policy : NULL;
	static const char *const mode[] = {"enforce", "learn", "audit", "enforce"};
	uint32_t i, k, nr;

	for (i = 0; p && i < p->nr_segments; i++) {
		for (k = nr = 0; k < p->nr_devices; k++)
			nr += p->devices[k].segment == i;
		o = json_object_new_object();
		put_text(o, "id", p->segments[i].id);
		put_text(o, "mode", mode[p->segments[i].mode & 3]);
		put_number(o, "devices", nr);
		json_object_array_add(list, o);
	}
	return list;
}

static void put_live(struct agent *a, struct json_object *o)
{
	struct zt_learned_entry *learned = NULL;
	struct zt_flow_entry *flows = NULL;
	uint32_t nr_flows = 0, nr_learned = 0;
	struct zt_clock clock;

	if (a->engine.maps && !zt_maps_clock(a->engine.maps, &clock)) {
		zt_maps_flows(a->engine.maps, clock.now, &flows, &nr_flows);
		zt_maps_learned(a->engine.maps, clock.now, &learned, &nr_learned);
	}
	free(flows);
	free(learned);
	put_number(o, "devices", a->engine.held ? a->engine.held->policy->nr_devices : 0);
	put_number(o, "flows", nr_flows);
	put_number(o, "learned", nr_learned);
}

/* Only where the policy asks for it. */
static void put_forwarding(const struct engine *e, struct json_object *o)
{
	struct json_object *f;
	struct zt_count n[2];

	if (!e->maps || !forward_wanted(e))
		return;
	f = json_object_new_object();
	put_bool(f, "on", zt_maps_forwards(e->maps));
	put_text(f, "why", e->forward.why);
	if (!zt_maps_forwarded(e->maps, n)) {
		put_number(f, "packets_from_device", n[ZT_FROM_DEVICE].packets);
		put_number(f, "bytes_from_device", n[ZT_FROM_DEVICE].bytes);
		put_number(f, "packets_to_device", n[ZT_TO_DEVICE].packets);
		put_number(f, "bytes_to_device", n[ZT_TO_DEVICE].bytes);
	}
	json_object_object_add(o, "fast_forward", f);
}

/* Who keeps the flow records. */
static struct json_object *flow_table_json(const struct engine *e)
{
	struct json_object *o = json_object_new_object();
	struct zt_kflow_stats s;
	const char *why;

	put_text(o, "backend", zt_live_in_module(e->maps, &why) ? "kmod" : "map");
	put_text(o, "why", why);
	if (zt_live_table(e->maps, &s))
		return o;
	put_number(o, "table", s.table);
	put_number(o, "max_flows", s.limits.max_flows);
	put_number(o, "live", s.live);
	put_number(o, "new", s.new);
	put_number(o, "refused_full", s.refused_full);
	put_number(o, "refused_quota", s.refused_quota);
	put_number(o, "ends_lost", s.lost);
	return o;
}

struct json_object *report_status(struct agent *a)
{
	struct json_object *o = json_object_new_object(), *pending, *events;
	const char *why;

	put_text(o, "version", ZT_VERSION);
	put_number(o, "pid", (uint64_t)getpid());
	put_number(o, "uptime_s", (uint64_t)(clock_boot_s() - a->started_s));
	put_bool(o, "enforcing", engine_is_enforcing(&a->engine, &why));
	put_text(o, "why", why);
	if (a->engine.held)
		json_object_object_add(o, "policy", report_policy(a));
	pending = report_pending(a);
	if (pending)
		json_object_object_add(o, "pending", pending);
	json_object_object_add(o, "ports", report_ports(a));
	put_forwarding(&a->engine, o);
	json_object_object_add(o, "segments", segments_json(&a->engine));
	report_put_quarantine(a, o);
	put_live(a, o);
	if (a->engine.maps)
		json_object_object_add(o, "flow_table", flow_table_json(&a->engine));
	report_put_counts(a, o);
	json_object_object_add(o, "lost", report_lost(a));
	json_object_object_add(o, "syslog", syslog_json(a));
	events = json_object_new_object();
	put_number(events, "sequence", a->emit.sequence);
	json_object_object_add(o, "events", events);
	return o;
}
