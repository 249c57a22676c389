/* SPDX-License-Identifier: GPL-2.0 */
/* From an event to everyone who wants it: see emit.h. */
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "daemon/emit.h"
#include "daemon/loop.h"
#include "event/json.h"

static void open_sinks(struct emit *e)
{
	uint32_t i;

	for (i = 0; i < e->cfg->nr_sinks; i++) {
		/* the configuration has been checked: this cannot fail */
		zt_sink_init(&e->sinks[i], e->cfg->sinks[i].type, e->cfg->sinks[i].address,
			     e->cfg->sinks[i].port);
		e->sinks[i].rfc5424 = e->cfg->sinks[i].rfc5424;
	}
	e->nr_sinks = e->cfg->nr_sinks;
}

void emit_open(struct emit *e, const struct config *cfg, bool to_terminal)
{
	*e = (struct emit){.cfg = cfg, .to_terminal = to_terminal};
	open_sinks(e);
}

void emit_reconfigure(struct emit *e, const struct config *cfg)
{
	struct zt_sink old[CONFIG_SINKS_MAX];
	uint32_t nr = e->nr_sinks, i, k;

	memcpy(old, e->sinks, sizeof(old));
	e->cfg = cfg;
	open_sinks(e);
	for (i = 0; i < nr; i++) {
		for (k = 0; k < e->nr_sinks; k++) {
			if (old[i].type != e->sinks[k].type || old[i].port != e->sinks[k].port ||
			    strcmp(old[i].address, e->sinks[k].address))
				continue;
			e->sinks[k].sent = old[i].sent;
			e->sinks[k].failed = old[i].failed;
			e->sinks[k].reported = old[i].reported;
		}
		zt_sink_close(&old[i]);
	}
}

void emit_close(struct emit *e)
{
	uint32_t i;

	for (i = 0; i < e->nr_sinks; i++)
		zt_sink_close(&e->sinks[i]);
	e->nr_sinks = e->nr_observers = 0;
}

static bool wants(const struct observer *o, const struct zt_cef *event)
{
	return (!*o->device || (event->device && !strcmp(o->device, event->device))) &&
	       (!*o->class || !strcmp(o->class, event->signature)) &&
	       (!*o->verdict || (event->act && !strcmp(o->verdict, event->act))) &&
	       (!*o->reason || (event->reason && !strcmp(o->reason, event->reason)));
}

static void tell_missed(struct emit *e, struct observer *o, uint64_t now_us)
{
	struct zt_cef event = zt_class_event(ZT_CLASS_LOST_EVENTS);
	struct json_object *line;
	const char *text;
	size_t len;

	event.msg = "this observer was too slow; lines were left out";
	event.cnt = o->missed;
	line = zt_event_json(&event, now_us);
	text = json_object_to_json_string_length(line, JSON_C_TO_STRING_PLAIN, &len);
	if (!zt_conn_line(o->conn, text, len))
		o->missed = 0;
	json_object_put(line);
}

static void to_observers(struct emit *e, const struct zt_cef *event, uint64_t now_us)
{
	struct json_object *line = NULL;
	const char *text = NULL;
	size_t len = 0;
	uint32_t i;

	for (i = 0; i < e->nr_observers; i++) {
		struct observer *o = &e->observers[i];

		if (!wants(o, event))
			continue;
		if (!line) {
			line = zt_event_json(event, now_us);
			text = json_object_to_json_string_length(
				line, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
				&len);
		}
		if (o->missed)
			tell_missed(e, o, now_us);
		if (o->missed || zt_conn_line(o->conn, text, len)) {
			o->missed++;
			e->lost_observe++;
		}
	}
	json_object_put(line);
}

static void to_sinks(struct emit *e, const struct zt_cef *event, uint64_t now_us)
{
	uint32_t pid = (uint32_t)getpid(), i;
	char text[ZT_CEF_MAX + 1];
	size_t len;

	for (i = 0; i < e->nr_sinks; i++) {
		struct zt_sink *s = &e->sinks[i];

		if (s->type == ZT_SINK_LOCAL && !s->rfc5424)
			len = zt_syslog_format_local(event, pid, e->cfg->facility, now_us, text,
						     sizeof(text));
		else
			len = zt_syslog_format(event, e->cfg->hostname, pid, e->cfg->facility,
					       now_us, text, sizeof(text));
		zt_sink_send(s, text, len, clock_ms());
	}
	if (e->to_terminal) {
		len = zt_cef_format(event, text, sizeof(text));
		fprintf(stderr, "%.*s\n", (int)len, text);
	}
}

void emit_event(struct emit *e, struct zt_cef *event)
{
	uint64_t now_us = clock_us();

	event->sequence = ++e->sequence;
	if (!event->rt_ms)
		event->rt_ms = now_us / 1000;
	to_sinks(e, event, now_us);
	to_observers(e, event, now_us);
}

void emit_text(struct emit *e, enum zt_class class, const char *revision, const char *fmt, ...)
{
	struct zt_cef event = zt_class_event(class);
	char text[900];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	event.msg = text;
	event.revision = revision;
	emit_event(e, &event);
}

int emit_observe(struct emit *e, const struct observer *o)
{
	if (e->nr_observers == OBSERVERS_MAX)
		return -ENOSPC;
	e->observers[e->nr_observers++] = *o;
	return 0;
}

void emit_unobserve(struct emit *e, const struct zt_conn *conn)
{
	uint32_t i;

	for (i = 0; i < e->nr_observers; i++) {
		if (e->observers[i].conn == conn) {
			e->observers[i] = e->observers[--e->nr_observers];
			return;
		}
	}
}

uint64_t emit_lost_lines(const struct emit *e)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < e->nr_sinks; i++)
		sum += e->sinks[i].failed;
	return sum;
}

/*
 * One line about a destination when it begins to fail, for the others, and one when
 * it works again, for itself, with what it missed. What the line costs where it fails
 * is not counted, or it would never end.
 */
static void report_sink(struct emit *e, struct zt_sink *s)
{
	struct zt_cef event = zt_class_event(ZT_CLASS_LOST_EVENTS);
	uint64_t before = s->failed;
	char text[400];

	event.cnt = s->failed - s->reported;
	snprintf(text, sizeof(text), "%" PRIu64 " lines could not be sent to syslog %s%s%s",
		 event.cnt, s->address, *s->error ? ": " : "", s->error);
	event.msg = text;
	emit_event(e, &event);
	s->told = s->failed != before;
	s->reported = s->told ? s->reported + (s->failed - before) : s->failed;
}

void emit_report_lost(struct emit *e)
{
	uint32_t i;

	for (i = 0; i < e->nr_sinks; i++) {
		struct zt_sink *s = &e->sinks[i];

		if (s->failed != s->reported && !(s->told && *s->error))
			report_sink(e, s);
	}
}
