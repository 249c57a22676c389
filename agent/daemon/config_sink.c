/* SPDX-License-Identifier: GPL-2.0 */
/* The syslog destinations of the configuration: see config.h. */
#include <stdio.h>
#include <string.h>
#include "daemon/config_at.h"

/* Text, number or bool of one destination; false after a message. */
static bool sink_key(struct config_at *at, const char *key, struct zt_sink *s, bool *ret_typed)
{
	uint32_t port = 0;
	const char *text;

	if (!strcmp(key, "port")) {
		config_number(at, 1, 65535, &port);
		s->port = (uint16_t)port;
		return port != 0;
	}
	text = config_text(at);
	if (!text)
		return false;
	if (!strcmp(key, "address")) {
		if (strlen(text) >= sizeof(s->address)) {
			config_wrong(at, "longer than %zu characters", sizeof(s->address) - 1);
			return false;
		}
		strcpy(s->address, text);
	} else if (!strcmp(key, "type")) {
		*ret_typed = true;
		s->type = strcmp(text, "local") ? ZT_SINK_UDP : ZT_SINK_LOCAL;
		if (strcmp(text, "local") && strcmp(text, "udp")) {
			config_wrong(at, "%s is not a type; use \"udp\" or \"local\"", Q(text));
			return false;
		}
	} else {
		s->rfc5424 = !strcmp(text, "rfc5424");
		if (!s->rfc5424 && strcmp(text, "local")) {
			config_wrong(at, "%s is not a format; use \"local\" or \"rfc5424\"",
				     Q(text));
			return false;
		}
	}
	return true;
}

static bool is_sink_key(const char *key)
{
	return !strcmp(key, "type") || !strcmp(key, "address") || !strcmp(key, "port") ||
	       !strcmp(key, "format") || !strcmp(key, "note");
}

static void check_sink(const struct config_at *at, struct zt_sink *s, bool typed, struct config *c)
{
	struct zt_sink probe;

	if (!typed) {
		config_wrong(at, "\"type\" is missing; write \"udp\" or \"local\"");
		return;
	}
	if (s->type == ZT_SINK_UDP && !s->port)
		s->port = 514;
	else if (s->type == ZT_SINK_LOCAL && s->port) {
		config_wrong(at, "\"port\" does not belong to a local socket; remove it");
		return;
	}
	if (s->type == ZT_SINK_LOCAL && !s->address[0])
		strcpy(s->address, "/dev/log");
	if (s->type == ZT_SINK_UDP && s->rfc5424) {
		config_wrong(at, "\"format\" belongs to type \"local\"; udp is always RFC 5424");
		return;
	}
	if (zt_sink_init(&probe, s->type, s->address, s->port)) {
		config_wrong(at,
			     s->type == ZT_SINK_UDP
				     ? "address: %s is not an IPv4 or IPv6 address (names "
				       "are not looked up)"
				     : "address: %s is not an absolute path",
			     Q(s->address));
		return;
	}
	c->sinks[c->nr_sinks].type = s->type;
	strcpy(c->sinks[c->nr_sinks].address, s->address);
	c->sinks[c->nr_sinks].port = s->port;
	c->sinks[c->nr_sinks].rfc5424 = s->rfc5424;
	c->nr_sinks++;
}

static void read_sink(const struct config_at *list, size_t i, struct config *c)
{
	struct config_at at = *list, sub;
	struct zt_sink s = {0};
	bool typed = false, good = true;

	at.v = json_object_array_get_idx(list->v, i);
	snprintf(at.path, sizeof(at.path), "syslog[%zu]", i);
	if (!json_object_is_type(at.v, json_type_object)) {
		config_wrong(&at, "expected an object such as {\"type\": \"udp\", \"address\": "
				  "\"10.0.0.5\"}");
		return;
	}
	json_object_object_foreach(at.v, key, value)
	{
		sub = at;
		sub.v = value;
		snprintf(sub.path, sizeof(sub.path), "syslog[%zu].%.48s", i, key);
		if (!is_sink_key(key)) {
			config_wrong(&sub, "unknown key; known are type, address, port, format");
			good = false;
		} else if (!strcmp(key, "note")) {
			good &= config_text(&sub) != NULL;
		} else {
			good &= sink_key(&sub, key, &s, &typed);
		}
	}
	if (good)
		check_sink(&at, &s, typed, c);
}

void config_sinks(const struct config_at *at, struct config *c)
{
	size_t nr, i;

	if (!json_object_is_type(at->v, json_type_array)) {
		config_wrong(at, "expected a list of destinations; [] sends nowhere");
		return;
	}
	nr = json_object_array_length(at->v);
	if (nr > CONFIG_SINKS_MAX) {
		config_wrong(at, "%zu destinations; the limit is %d", nr, CONFIG_SINKS_MAX);
		return;
	}
	c->nr_sinks = 0;
	for (i = 0; i < nr; i++)
		read_sink(at, i, c);
}
