/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading ztagentd.json: see config.h. The policy's scanner goes first, so that
 * comments, duplicate keys and lines are treated as in a policy; it never knows what
 * the values are for.
 */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "daemon/config.h"
#include "policy/scan.h"

#define FILE_MAX 65536

/* One value being read and where messages say it is. */
struct at {
	const char *file;
	uint32_t line;
	char path[96];
	struct json_object *v;
	struct zt_errors *errors;
};

static void __attribute__((format(printf, 2, 3))) wrong(const struct at *at, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	zt_errors_add(at->errors, "%s:%u: %s: %s", at->file, at->line, at->path, text);
}

static const struct {
	const char *word;
	int number;
} facilities[] = {
	{"kern", 0},	  {"user", 1},	  {"daemon", 3},  {"auth", 4},	  {"syslog", 5},
	{"authpriv", 10}, {"local0", 16}, {"local1", 17}, {"local2", 18}, {"local3", 19},
	{"local4", 20},	  {"local5", 21}, {"local6", 22}, {"local7", 23},
};

void config_default(struct config *ret)
{
	*ret = (struct config){.facility = 3, .nr_sinks = 1};
	ret->sinks[0].type = ZT_SINK_LOCAL;
	strcpy(ret->sinks[0].address, "/dev/log");
	if (gethostname(ret->hostname, sizeof(ret->hostname) - 1) || !ret->hostname[0])
		strcpy(ret->hostname, "-");
}

static const char *read_text(const struct at *at)
{
	if (json_object_is_type(at->v, json_type_string))
		return json_object_get_string(at->v);
	wrong(at, "expected text");
	return NULL;
}

static void read_number(const struct at *at, int64_t lo, int64_t hi, uint32_t *ret)
{
	int64_t n = json_object_get_int64(at->v);

	if (!json_object_is_type(at->v, json_type_int) || n < lo || n > hi)
		wrong(at, "expected a whole number from %lld to %lld", (long long)lo,
		      (long long)hi);
	else
		*ret = (uint32_t)n;
}

static void read_facility(const struct at *at, struct config *c)
{
	const char *text = read_text(at);
	size_t i;

	for (i = 0; text && i < sizeof(facilities) / sizeof(facilities[0]); i++) {
		if (!strcmp(text, facilities[i].word)) {
			c->facility = facilities[i].number;
			return;
		}
	}
	if (text)
		wrong(at,
		      "%s is not a facility; use \"daemon\", \"auth\" or \"local0\" to \"local7\"",
		      Q(text));
}

static void read_hostname(const struct at *at, struct config *c)
{
	const char *text = read_text(at), *p;

	if (!text)
		return;
	for (p = text; *p > 0x20 && *p < 0x7f && *p != '|'; p++)
		;
	if (*p || p == text || p - text > 64)
		wrong(at, "%s is not a host name; 1 to 64 printable characters without blanks",
		      Q(text));
	else
		strcpy(c->hostname, text);
}

/* Text, number or bool of one destination; false after a message. */
static bool sink_key(struct at *at, const char *key, struct zt_sink *s, bool *ret_typed)
{
	uint32_t port = 0;
	const char *text;

	if (!strcmp(key, "port")) {
		read_number(at, 1, 65535, &port);
		s->port = (uint16_t)port;
		return port != 0;
	}
	text = read_text(at);
	if (!text)
		return false;
	if (!strcmp(key, "address")) {
		if (strlen(text) >= sizeof(s->address)) {
			wrong(at, "longer than %zu characters", sizeof(s->address) - 1);
			return false;
		}
		strcpy(s->address, text);
	} else if (!strcmp(key, "type")) {
		*ret_typed = true;
		s->type = strcmp(text, "local") ? ZT_SINK_UDP : ZT_SINK_LOCAL;
		if (strcmp(text, "local") && strcmp(text, "udp")) {
			wrong(at, "%s is not a type; use \"udp\" or \"local\"", Q(text));
			return false;
		}
	} else {
		s->rfc5424 = !strcmp(text, "rfc5424");
		if (!s->rfc5424 && strcmp(text, "local")) {
			wrong(at, "%s is not a format; use \"local\" or \"rfc5424\"", Q(text));
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

static void check_sink(const struct at *at, struct zt_sink *s, bool typed, struct config *c)
{
	struct zt_sink probe;

	if (!typed) {
		wrong(at, "\"type\" is missing; write \"udp\" or \"local\"");
		return;
	}
	if (s->type == ZT_SINK_UDP && !s->port)
		s->port = 514;
	else if (s->type == ZT_SINK_LOCAL && s->port) {
		wrong(at, "\"port\" does not belong to a local socket; remove it");
		return;
	}
	if (s->type == ZT_SINK_LOCAL && !s->address[0])
		strcpy(s->address, "/dev/log");
	if (s->type == ZT_SINK_UDP && s->rfc5424) {
		wrong(at, "\"format\" belongs to type \"local\"; udp is always RFC 5424");
		return;
	}
	if (zt_sink_init(&probe, s->type, s->address, s->port)) {
		wrong(at,
		      s->type == ZT_SINK_UDP ? "address: %s is not an IPv4 or IPv6 address (names "
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

static void read_sink(const struct at *list, size_t i, struct config *c)
{
	struct at at = *list, sub;
	struct zt_sink s = {0};
	bool typed = false, good = true;

	at.v = json_object_array_get_idx(list->v, i);
	snprintf(at.path, sizeof(at.path), "syslog[%zu]", i);
	if (!json_object_is_type(at.v, json_type_object)) {
		wrong(&at,
		      "expected an object such as {\"type\": \"udp\", \"address\": \"10.0.0.5\"}");
		return;
	}
	json_object_object_foreach(at.v, key, value)
	{
		sub = at;
		sub.v = value;
		snprintf(sub.path, sizeof(sub.path), "syslog[%zu].%.48s", i, key);
		if (!is_sink_key(key)) {
			wrong(&sub, "unknown key; known are type, address, port, format");
			good = false;
		} else if (!strcmp(key, "note")) {
			good &= read_text(&sub) != NULL;
		} else {
			good &= sink_key(&sub, key, &s, &typed);
		}
	}
	if (good)
		check_sink(&at, &s, typed, c);
}

static void read_sinks(const struct at *at, struct config *c)
{
	size_t nr, i;

	if (!json_object_is_type(at->v, json_type_array)) {
		wrong(at, "expected a list of destinations; [] sends nowhere");
		return;
	}
	nr = json_object_array_length(at->v);
	if (nr > CONFIG_SINKS_MAX) {
		wrong(at, "%zu destinations; the limit is %d", nr, CONFIG_SINKS_MAX);
		return;
	}
	c->nr_sinks = 0;
	for (i = 0; i < nr; i++)
		read_sink(at, i, c);
}

static void read_key(const struct at *at, struct config *c)
{
	const char *key = at->path;

	if (!strcmp(key, "syslog"))
		read_sinks(at, c);
	else if (!strcmp(key, "facility"))
		read_facility(at, c);
	else if (!strcmp(key, "hostname"))
		read_hostname(at, c);
	else if (!strcmp(key, "max_flows"))
		read_number(at, 1024, 16777216, &c->max_flows);
	else if (!strcmp(key, "max_devices"))
		read_number(at, 64, 1048576, &c->max_devices);
	else if (!strcmp(key, "max_hosts"))
		read_number(at, 1024, 4194304, &c->max_hosts);
	else if (!strcmp(key, "max_learned"))
		read_number(at, 1024, 4194304, &c->max_learned);
	else if (!strcmp(key, "allow_generic_xdp") && json_object_is_type(at->v, json_type_boolean))
		c->allow_generic_xdp = json_object_get_boolean(at->v);
	else if (!strcmp(key, "allow_generic_xdp"))
		wrong(at, "expected true or false");
	else if (!strcmp(key, "note"))
		read_text(at);
	else
		wrong(at, "unknown key; known are syslog, facility, hostname, max_flows, "
			  "max_devices, max_hosts, max_learned, allow_generic_xdp");
}

/* One key of the top: its value alone goes through json-c. */
static void read_section(const struct zt_scan *scan, const struct zt_member *m,
			 struct zt_errors *errors, struct config *c)
{
	struct at at = {.file = scan->name, .line = m->line, .errors = errors};
	char *text = malloc(m->value_len + 1);

	snprintf(at.path, sizeof(at.path), "%.*s", (int)m->key_len, m->key);
	if (!text) {
		wrong(&at, "out of memory");
		return;
	}
	zt_scan_blank(scan->text + m->value, m->value_len, text);
	text[m->value_len] = 0;
	at.v = json_tokener_parse(text);
	if (!at.v)
		wrong(&at, "null is not a value; leave the key out for its default");
	else
		read_key(&at, c);
	json_object_put(at.v);
	free(text);
}

int config_parse(const struct zt_source *source, struct zt_errors *errors, struct config *ret)
{
	uint32_t before = errors->total, i;
	struct zt_arena *arena;
	struct zt_scan scan;
	struct config c;
	jmp_buf oom;
	int r;

	if (setjmp(oom))
		return -ENOMEM; /* the start fails anyway: the arena is left to the exit */
	arena = zt_arena_new(&oom);
	if (!arena)
		return -ENOMEM;
	config_default(&c);
	r = zt_scan(source, arena, errors, &scan);
	for (i = 0; !r && i < scan.nr_sections; i++)
		read_section(&scan, &scan.sections[i], errors, &c);
	zt_arena_free(arena);
	if (r || errors->total != before)
		return r ? r : -EINVAL;
	*ret = c;
	return 0;
}

int config_load(const char *path, bool is_default, struct zt_errors *errors, struct config *ret)
{
	struct zt_source source = {.name = path};
	char *text = NULL;
	struct stat st;
	ssize_t n;
	int fd, r;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT && is_default) {
		config_default(ret);
		return 0;
	}
	if (fd < 0 || fstat(fd, &st)) {
		r = -errno;
		zt_errors_add(errors, "%s: %s", path, strerror(errno));
	} else if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX) {
		r = -EINVAL;
		zt_errors_add(errors, "%s: not a regular file of at most %d bytes", path, FILE_MAX);
	} else {
		text = malloc(FILE_MAX + 1);
		n = text ? read(fd, text, FILE_MAX) : -1;
		source.text = text;
		source.len = n > 0 ? (size_t)n : 0;
		r = n < 0 ? -EIO : config_parse(&source, errors, ret);
		if (n < 0)
			zt_errors_add(errors, "%s: cannot be read", path);
	}
	if (fd >= 0)
		close(fd);
	free(text);
	return r;
}
