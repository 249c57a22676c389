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
#include "daemon/config_at.h"
#include "policy/scan.h"

#define FILE_MAX 65536

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

void config_wrong(const struct config_at *at, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	zt_errors_add(at->errors, "%s:%u: %s: %s", at->file, at->line, at->path, text);
}

const char *config_text(const struct config_at *at)
{
	if (json_object_is_type(at->v, json_type_string))
		return json_object_get_string(at->v);
	config_wrong(at, "expected text");
	return NULL;
}

void config_number(const struct config_at *at, int64_t lo, int64_t hi, uint32_t *ret)
{
	int64_t n = json_object_get_int64(at->v);

	if (!json_object_is_type(at->v, json_type_int) || n < lo || n > hi)
		config_wrong(at, "expected a whole number from %lld to %lld", (long long)lo,
			     (long long)hi);
	else
		*ret = (uint32_t)n;
}

static void read_facility(const struct config_at *at, struct config *c)
{
	const char *text = config_text(at);
	size_t i;

	for (i = 0; text && i < sizeof(facilities) / sizeof(facilities[0]); i++) {
		if (!strcmp(text, facilities[i].word)) {
			c->facility = facilities[i].number;
			return;
		}
	}
	if (text)
		config_wrong(at,
			     "%s is not a facility; use \"daemon\", \"auth\" or \"local0\" to "
			     "\"local7\"",
			     Q(text));
}

static void read_hostname(const struct config_at *at, struct config *c)
{
	const char *text = config_text(at), *p;

	if (!text)
		return;
	for (p = text; *p > 0x20 && *p < 0x7f && *p != '|'; p++)
		;
	if (*p || p == text || p - text > 64)
		config_wrong(at,
			     "%s is not a host name; 1 to 64 printable characters without blanks",
			     Q(text));
	else
		strcpy(c->hostname, text);
}

static void read_key(const struct config_at *at, struct config *c)
{
	const char *key = at->path;

	if (!strcmp(key, "syslog"))
		config_sinks(at, c);
	else if (!strcmp(key, "facility"))
		read_facility(at, c);
	else if (!strcmp(key, "hostname"))
		read_hostname(at, c);
	else if (!strcmp(key, "max_flows"))
		config_number(at, 1024, 16777216, &c->max_flows);
	else if (!strcmp(key, "max_devices"))
		config_number(at, 64, 1048576, &c->max_devices);
	else if (!strcmp(key, "max_hosts"))
		config_number(at, 1024, 4194304, &c->max_hosts);
	else if (!strcmp(key, "max_learned"))
		config_number(at, 1024, 4194304, &c->max_learned);
	else if (!strcmp(key, "allow_generic_xdp") && json_object_is_type(at->v, json_type_boolean))
		c->allow_generic_xdp = json_object_get_boolean(at->v);
	else if (!strcmp(key, "allow_generic_xdp"))
		config_wrong(at, "expected true or false");
	else if (!strcmp(key, "note"))
		config_text(at);
	else
		config_wrong(at, "unknown key; known are syslog, facility, hostname, max_flows, "
				 "max_devices, max_hosts, max_learned, allow_generic_xdp");
}

/* One key of the top: its value alone goes through json-c. */
static void read_section(const struct zt_scan *scan, const struct zt_member *m,
			 struct zt_errors *errors, struct config *c)
{
	struct config_at at = {.file = scan->name, .line = m->line, .errors = errors};
	char *text = malloc(m->value_len + 1);

	snprintf(at.path, sizeof(at.path), "%.*s", (int)m->key_len, m->key);
	if (!text) {
		config_wrong(&at, "out of memory");
		return;
	}
	zt_scan_blank(scan->text + m->value, m->value_len, text);
	text[m->value_len] = 0;
	at.v = json_tokener_parse(text);
	if (!at.v)
		config_wrong(&at, "null is not a value; leave the key out for its default");
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
