/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From what the data path tells to events with names. First packets come by the ring
 * at once, counts by the drain each second; the ledger keeps their sum exact. Counts
 * of a deny rule with "log": false are kept out of the log, not out of the counters.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/agent.h"

/* Texts an event points into until it is sent. */
struct texts {
	char device[32], apps[256], proto[8], smac[18], dmac[18], port[IF_NAMESIZE], msg[200];
};

static void mac_text(const uint8_t *mac, char buf[18])
{
	snprintf(buf, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		 mac[5]);
}

static const struct history_entry *generation(const struct agent *a, uint32_t gen)
{
	const struct history_entry *e = history_find(&a->engine.history, gen);

	if (e || !a->engine.maps)
		return e;
	return history_find(&a->engine.history, zt_maps_gen(a->engine.maps));
}

static void name_device(const struct agent *a, const struct history_entry *now, uint32_t dev,
			uint32_t ifindex, struct texts *t, struct zt_cef *c)
{
	const struct zt_segment *segment = history_segment(now, dev);

	c->device = history_dev_id(now, dev, t->device);
	c->segment = segment ? segment->id : NULL;
	c->revision = now ? now->held->text : NULL;
	c->interface = ifindex ? if_indextoname(ifindex, t->port) : NULL;
}

/* Peer's applications; `critical` ones make a denied attempt two severities higher. */
static void name_peer(const struct agent *a, enum zt_class class, uint8_t family,
		      const struct zt_addr *peer, struct texts *t, struct zt_cef *c)
{
	bool critical = false;

	c->app = names_apps(&a->engine, family, peer, t->apps, sizeof(t->apps), &critical);
	if (critical && zt_class_is_denied(class))
		c->severity = c->severity + 2 > 10 ? 10 : c->severity + 2;
}

static void add_macs(const struct zt_event *e, struct texts *t, struct zt_cef *c)
{
	mac_text(e->smac, t->smac);
	mac_text(e->dmac, t->dmac);
	c->smac = t->smac;
	c->dmac = t->dmac;
}

/* The address a device is known by, for counts whose first packet was not seen. */
static void own_address(const struct history_entry *now, uint32_t dev, uint8_t family,
			struct zt_addr *ret)
{
	const struct history_dev *d = history_dev(now, dev);
	const struct zt_prefixes *a;
	uint32_t i;

	if (!d || d->device == ZT_NONE)
		return;
	a = &now->held->policy->devices[d->device].addresses;
	for (i = 0; i < a->nr; i++) {
		if (a->v[i].family == family) {
			*ret = a->v[i].addr;
			return;
		}
	}
}

/* For TCP, UDP and their like; an ICMP id or type is no port. */
static uint16_t port_of(uint8_t proto, uint16_t port)
{
	return proto == 1 || proto == 58 ? 0 : ntohs(port);
}

/* Addresses and ports of an aggregate; the first packet knows more. */
static void fill_addresses(const struct history_entry *now, const struct zt_agg_key *key,
			   const struct zt_event *first, struct zt_cef *c)
{
	bool from = key->dir == ZT_FROM_DEVICE;

	c->direction = from ? "1" : "0";
	c->dpt = port_of(key->proto, key->port);
	if (first) {
		c->family = first->family;
		c->src = first->src;
		c->dst = first->dst;
		c->spt = port_of(key->proto, first->sport);
		return;
	}
	if (key->family != 4 && key->family != 6)
		return;
	c->family = key->family;
	if (from)
		c->dst = key->peer;
	else
		c->src = key->peer;
	own_address(now, key->dev, key->family, from ? &c->src : &c->dst);
}

/* A deny rule that says not to log. */
static bool is_silent(const struct zt_policy_rule *rule, uint8_t reason)
{
	return rule && reason == ZT_REASON_DENIED && !rule->log;
}

static void tell(void *arg, const struct zt_agg_key *key, uint64_t packets,
		 const struct zt_event *first)
{
	enum zt_class class = zt_class_of_packet(key->reason, key->verdict);
	struct agent *a = arg;
	const struct history_entry *now = generation(a, key->gen);
	const struct zt_policy_rule *rule = history_rule(now, key->rule);
	struct zt_cef c = zt_class_event(class);
	struct texts t = {0};

	if (is_silent(rule, key->reason))
		return;
	name_device(a, now, key->dev, key->ifindex, &t, &c);
	fill_addresses(now, key, first, &c);
	name_peer(a, class, key->family, &key->peer, &t, &c);
	c.proto = zt_proto_word(key->proto, t.proto);
	c.act = zt_verdict_word(key->verdict);
	c.reason = zt_reason_word(key->reason);
	c.rule = rule ? rule->id : NULL;
	c.cnt = packets;
	if (first)
		add_macs(first, &t, &c);
	if (first && !first->family) {
		snprintf(t.msg, sizeof(t.msg), "ethertype 0x%04x", first->ethertype);
		c.msg = t.msg;
	} else if (!first && !key->family && !key->proto) {
		c.msg = "several peers or services, summed";
	}
	emit_event(&a->emit, &c);
}

/* ---- what is no packet count ---- */

static const char *how_word(uint8_t how)
{
	return how == ZT_HOW_DHCP ? "dhcp" : how == ZT_HOW_ARP ? "arp" : "nd";
}

static void tell_address(struct agent *a, const struct zt_event *e, enum zt_class class)
{
	const struct history_entry *now = generation(a, e->gen);
	struct zt_cef c = zt_class_event(class);
	struct texts t = {0};

	name_device(a, now, e->dev, e->ifindex, &t, &c);
	c.family = e->family;
	c.src = e->src;
	mac_text(e->smac, t.smac);
	c.smac = t.smac;
	if (class == ZT_CLASS_LEARNED || class == ZT_CLASS_FORGOTTEN) {
		snprintf(t.msg, sizeof(t.msg), "%s by %s",
			 class == ZT_CLASS_LEARNED ? "learned" : "was learned", how_word(e->how));
		c.msg = t.msg;
	}
	emit_event(&a->emit, &c);
}

void packets_ring(void *arg, const struct zt_event *e, bool critical)
{
	struct agent *a = arg;
	struct zt_agg_key key;

	switch (e->type) {
	case ZT_EVENT_PACKET:
		key = zt_ledger_key(e);
		if (zt_ledger_ring(a->ledger, e))
			tell(a, &key, e->packets[0] ? e->packets[0] : 1, e);
		break;
	case ZT_EVENT_LEARNED:
		tell_address(a, e, ZT_CLASS_LEARNED);
		break;
	case ZT_EVENT_FORGOTTEN:
		tell_address(a, e, ZT_CLASS_FORGOTTEN);
		break;
	case ZT_EVENT_MOVED:
		tell_address(a, e, ZT_CLASS_MOVED);
		break;
	case ZT_EVENT_CONFLICT:
		tell_address(a, e, ZT_CLASS_CONFLICT);
		break;
	case ZT_EVENT_FLOW_END:
		follow_event(a, e);
		break;
	default: /* new flows are read from the table */
		break;
	}
}

static void ended(void *arg, const struct zt_flow_entry *f, uint8_t why)
{
	follow_record(arg, f, why);
}

void packets_ended(struct agent *a)
{
	if (a->engine.maps)
		zt_live_ended_read(a->engine.maps, ended, a, &a->ends_missed);
}

void packets_drain(struct agent *a, bool all)
{
	struct zt_agg_entry *v = NULL;
	uint32_t nr = 0, i;

	if (a->engine.maps) /* firsts before their counts */
		zt_live_events_consume(a->engine.maps);
	if (a->engine.maps && !zt_maps_drain(a->engine.maps, &v, &nr))
		for (i = 0; i < nr; i++)
			if (zt_ledger_drained(a->ledger, &v[i].key, v[i].agg.packets))
				tell(a, &v[i].key, v[i].agg.packets, NULL);
	free(v);
	zt_ledger_tick(a->ledger, all, tell, a);
}

static void tell_lost(struct agent *a, uint64_t n, const char *what)
{
	struct zt_cef c = zt_class_event(ZT_CLASS_LOST_EVENTS);
	char text[200];

	c.cnt = n;
	snprintf(text, sizeof(text), "%" PRIu64 " %s", n, what);
	c.msg = text;
	c.revision = a->engine.held ? a->engine.held->text : NULL;
	emit_event(&a->emit, &c);
}

void packets_report_lost(struct agent *a)
{
	static const char *const what[ZT_LOST_MAX] = {
		[ZT_LOST_EVENT] = "events: the ring was full (their packets are still counted)",
		[ZT_LOST_CRITICAL] = "critical events: their ring was full",
		[ZT_LOST_AGGREGATE] = "packets whose aggregate found no place",
		[ZT_LOST_FLOW] = "flows refused: no place in the table",
		[ZT_LOST_SWEEP] = "records refused: the ageing queue is full",
		[ZT_LOST_LEARN] =
			"addresses not learned: the table is full or a device at its limit",
		[ZT_LOST_UNCOUNTED] = "packets passed that no flow's counts hold",
	};
	uint64_t lost[ZT_LOST_MAX];
	int i;

	if (!a->engine.maps || zt_maps_lost(a->engine.maps, lost))
		return;
	for (i = 0; i < ZT_LOST_MAX; i++) {
		if (what[i] && lost[i] > a->lost[i])
			tell_lost(a, lost[i] - a->lost[i], what[i]);
		a->lost[i] = lost[i];
	}
	if (a->ends_missed > a->ends_told)
		tell_lost(a, a->ends_missed - a->ends_told, "ends of flows: the socket was full");
	a->ends_told = a->ends_missed;
}
