/* SPDX-License-Identifier: GPL-2.0 */
/* One flow as JSON: see flow_json.h. Names come from the generation that judged it. */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include "daemon/flow_json.h"
#include "daemon/report.h"
#include "event/json.h"

static void out_both(struct out *o, const char *key, const uint64_t v[2])
{
	out_open(o, key, '{');
	out_number(o, "from_device", v[ZT_FROM_DEVICE]);
	out_number(o, "to_device", v[ZT_TO_DEVICE]);
	out_close(o, '}');
}

static uint64_t seconds(const struct zt_clock *clock, uint32_t tick)
{
	int32_t ago = (int32_t)(clock->now - tick);

	return ago > 0 ? (uint64_t)ago * clock->tick_ms / 1000 : 0;
}

static void out_address(struct out *o, const char *key, uint8_t family, const struct zt_addr *a)
{
	char text[64];

	out_text(o, key, zt_addr_format(family, a, text, sizeof(text)));
}

/* The device at the other end, where there is one. */
static const char *peer_device(const struct engine *e, const struct history_entry *h,
			       const struct zt_flow_entry *f, char buf[32])
{
	struct zt_host_word w;
	struct zt_bind bind;

	if (f->flags & ZT_FLOW_PEER_DEVICE)
		return zt_maps_bind(e->maps, f->peer_bind, &bind)
			       ? NULL
			       : history_dev_id(h, bind.dev, buf);
	w = zt_image_lookup(zt_maps_image(e->maps), f->key.family, &f->key.peer);
	return w.kind == ZT_KIND_DEVICE ? history_dev_id(h, w.id, buf) : NULL;
}

static bool holds_app(const char *joined, const char *app)
{
	size_t n = strlen(app);
	const char *p;

	for (p = joined; *p; p += strcspn(p, ","), p += *p == ',')
		if (!strncmp(p, app, n) && (p[n] == ',' || !p[n]))
			return true;
	return false;
}

static void out_apps(struct out *o, const char *joined)
{
	char id[80];
	size_t n;

	out_open(o, "apps", '[');
	for (; *joined; joined += n, joined += *joined == ',') {
		n = strcspn(joined, ",");
		snprintf(id, sizeof(id), "%.*s", (int)n, joined);
		out_text(o, NULL, id);
	}
	out_close(o, ']');
}

static const char *proto_word(uint8_t proto, char buf[8])
{
	const char *word = zt_proto_word(proto, buf);
	size_t i;

	if (!word)
		return "0";
	for (i = 0; word[i] && i < 7; i++)
		buf[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] | 0x20) : word[i];
	buf[i] = 0;
	return buf;
}

/* Will its next packet be judged as it says: not by a policy of before, nor in quarantine. */
static bool is_current(const struct flow_now *now, const struct zt_flow_entry *f, const struct flow_names *names)
{
	const struct quarantine *q = &now->e->quarantine;

	return ZT_WORD_GEN(f->word) == now->gen && !(names->device && quarantine_find(q, names->device)) &&
	       !(names->peer_device && quarantine_find(q, names->peer_device));
}

static void out_decision(struct out *o, const struct history_entry *h, bool current,
			 const struct zt_flow_entry *f)
{
	const struct zt_policy_rule *rule = history_rule(h, ZT_WORD_RULE(f->word));

	out_text(o, "verdict", zt_verdict_word((uint8_t)ZT_WORD_VERDICT(f->word)));
	out_text(o, "reason", zt_reason_word(ZT_WORD_REASON(f->word)));
	out_text(o, "rule", rule ? rule->id : NULL);
	out_bool(o, "current", current);
	out_bool(o, "picked_up", f->flags & ZT_FLOW_PICKED_UP);
}

static void out_where(struct out *o, const struct engine *e, const struct zt_flow_entry *f)
{
	char name[IF_NAMESIZE];
	struct zt_bind bind;

	if (!zt_maps_bind(e->maps, f->bind, &bind) && if_indextoname(bind.ifindex & ~ZT_BIND_RELEASED, name))
		out_text(o, "interface", name);
	out_number(o, "vlan", f->key.zone & 0xfff);
}

/* Idle timeouts, as zt_maps_configure() sets them (design §6). */
static uint64_t timeout_of(uint8_t idle)
{
	static const uint16_t s[ZT_IDLE_MAX] = {
		[ZT_IDLE_TCP_HALF] = 30, [ZT_IDLE_TCP] = 7440, [ZT_IDLE_TCP_CLOSING] = 120,
		[ZT_IDLE_ONE_WAY] = 30,	 [ZT_IDLE_BOTH] = 300, [ZT_IDLE_ICMP] = 60,
	};

	return idle < ZT_IDLE_MAX ? s[idle] : 0;
}

/* The keys of control.h's FLOW, without the braces. */
static void out_flow(struct out *o, const struct flow_now *now, const struct zt_flow_entry *f,
		     const struct flow_names *names)
{
	const struct history_entry *h = history_find(&now->e->history, ZT_WORD_GEN(f->word));
	char proto[8];

	out_text(o, "device", names->device);
	out_address(o, "address", f->key.family, &f->key.dev);
	out_address(o, "peer", f->key.family, &f->key.peer);
	out_text(o, "peer_device", names->peer_device);
	out_apps(o, names->apps);
	out_text(o, "proto", proto_word(f->key.proto, proto));
	out_number(o, "device_port", ntohs(f->key.dev_port));
	out_number(o, "peer_port", ntohs(f->key.peer_port));
	out_text(o, "opener", f->opener == ZT_FROM_DEVICE ? "device" : "peer");
	out_decision(o, h, is_current(now, f, names), f);
	out_where(o, now->e, f);
	out_both(o, "packets", f->packets);
	out_both(o, "bytes", f->bytes);
	out_number(o, "age_s", seconds(&now->clock, f->first));
	out_number(o, "idle_s", seconds(&now->clock, f->seen));
}

void flow_out_live(struct out *o, const struct flow_now *now, const struct zt_flow_entry *f,
		   const struct flow_names *names)
{
	out_open(o, NULL, '{');
	out_flow(o, now, f, names);
	out_number(o, "timeout_s", timeout_of(f->idle));
	out_close(o, '}');
}

void flow_out_ended(struct out *o, const struct flow_now *now, const struct zt_flow_entry *f,
		    const struct flow_names *names, uint8_t ended)
{
	char time[40];

	out_open(o, NULL, '{');
	out_number(o, "schema", ZT_CONTROL_SCHEMA);
	out_text(o, "time", zt_time_us(clock_us(), time));
	out_text(o, "ended", zt_ended_word(ended));
	out_flow(o, now, f, names);
	out_close(o, '}');
}

static void copy(char *to, size_t len, const char *from)
{
	snprintf(to, len, "%s", from ? from : "");
}

int flow_filter_read(struct json_object *args, struct flow_filter *ret, struct outcome *out)
{
	const char *peer = arg_text(args, "peer");

	*ret = (struct flow_filter){0};
	copy(ret->device, sizeof(ret->device), arg_text(args, "device"));
	copy(ret->app, sizeof(ret->app), arg_text(args, "app"));
	copy(ret->verdict, sizeof(ret->verdict), arg_text(args, "verdict"));
	if (peer && zt_addr_parse(peer, &ret->family, &ret->peer))
		return outcome_fail(out, "request", "peer: \"%.64s\" is not an address", peer);
	return 0;
}

static bool matches(const struct flow_filter *x, const struct zt_flow_entry *f, const char *device,
		    const char *apps)
{
	if (*x->device && strcmp(x->device, device))
		return false;
	if (x->family &&
	    (x->family != f->key.family || memcmp(&x->peer, &f->key.peer, sizeof(x->peer))))
		return false;
	if (*x->verdict &&
	    strcmp(x->verdict, zt_verdict_word((uint8_t)ZT_WORD_VERDICT(f->word))))
		return false;
	return !*x->app || holds_app(apps, x->app);
}

bool flow_wanted(const struct flow_now *now, const struct flow_filter *x,
		 const struct zt_flow_entry *f, struct flow_names *ret)
{
	const struct history_entry *h = history_find(&now->e->history, now->gen);

	ret->device = history_dev_id(h, f->dev, ret->device_buf);
	names_apps(now->e, f->key.family, &f->key.peer, ret->apps, sizeof(ret->apps), NULL);
	if (!matches(x, f, ret->device ? ret->device : "", ret->apps))
		return false;
	ret->peer_device = peer_device(now->e, h, f, ret->peer_buf);
	return true;
}
