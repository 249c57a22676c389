/* SPDX-License-Identifier: GPL-2.0 */
/* Flows that are over, to whoever follows: see follow.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/report.h"

int follow_add(struct follow *f, const struct follower *who)
{
	if (f->nr == FOLLOWERS_MAX)
		return -ENOSPC;
	f->v[f->nr++] = *who;
	return 0;
}

void follow_remove(struct follow *f, const struct zt_conn *conn)
{
	uint32_t i;

	for (i = 0; i < f->nr; i++) {
		if (f->v[i].conn == conn) {
			f->v[i] = f->v[--f->nr];
			return;
		}
	}
}

/* What was left out for this one comes before the next line. */
static void tell_missed(struct follower *w)
{
	char text[80];
	int len = snprintf(text, sizeof(text), "{\"schema\":%d,\"missed\":%llu}", ZT_CONTROL_SCHEMA,
			   (unsigned long long)w->missed);

	if (!zt_conn_line(w->conn, text, (size_t)len))
		w->missed = 0;
}

static void tell_one(struct agent *a, struct follower *w, const struct flow_now *now,
		     const struct zt_flow_entry *f, uint8_t ended)
{
	struct flow_names names;
	struct out line = {0};

	if (!flow_wanted(now, &w->filter, f, &names))
		return;
	flow_out_ended(&line, now, f, &names, ended);
	if (w->missed)
		tell_missed(w);
	if (w->missed || line.failed || zt_conn_line(w->conn, line.s, line.len)) {
		w->missed++;
		a->emit.lost_observe++;
	}
	free(line.s);
}

void follow_record(struct agent *a, const struct zt_flow_entry *f, uint8_t ended)
{
	struct flow_now now = {.e = &a->engine};
	uint32_t i;

	if (!a->follow.nr || !a->engine.held || zt_maps_clock(a->engine.maps, &now.clock))
		return;
	now.gen = zt_maps_gen(a->engine.maps);
	for (i = 0; i < a->follow.nr; i++)
		tell_one(a, &a->follow.v[i], &now, f, ended);
}

/* Source and destination of an event are the opener's, those of a key the device's. */
static struct zt_flow_key key_of(const struct zt_event *e)
{
	bool by_device = e->opener == ZT_FROM_DEVICE;

	return (struct zt_flow_key){
		.dev = by_device ? e->src : e->dst,
		.peer = by_device ? e->dst : e->src,
		.dev_port = by_device ? e->sport : e->dport,
		.peer_port = by_device ? e->dport : e->sport,
		.proto = e->proto,
		.family = e->family,
		.zone = e->vlan,
	};
}

void follow_event(struct agent *a, const struct zt_event *e)
{
	struct zt_flow_entry f = {
		.key = key_of(e),
		.word = ZT_WORD(e->gen, e->reason, e->verdict, e->rule),
		.packets = {e->packets[0], e->packets[1]},
		.bytes = {e->bytes[0], e->bytes[1]},
		.dev = e->dev,
		.seen = e->seen,
		.first = e->first,
		.opener = e->opener,
		.flags = e->flags & ~ZT_FLOW_PEER_DEVICE, /* by its address: no binding is told */
	};

	follow_record(a, &f, e->how);
}
