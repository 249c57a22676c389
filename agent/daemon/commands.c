/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the control socket asks for: one row per command with the right it needs and
 * the keys it takes. Requests are strict: a key that is not in the row is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "daemon/commands.h"

static const struct command commands[] = {
	{"version", ZT_RIGHT_NONE, "", false, cmd_version},
	{"status", ZT_RIGHT_VIEW, "", false, cmd_status},
	{"counters", ZT_RIGHT_VIEW, "", false, cmd_counters},
	{"policy-show", ZT_RIGHT_VIEW, "revision:s", false, cmd_policy_show},
	{"policy-info", ZT_RIGHT_VIEW, "", false, cmd_policy_info},
	{"flows", ZT_RIGHT_VIEW, "device:s app:s peer:s verdict:s limit:n", false, cmd_flows},
	{"flows-follow", ZT_RIGHT_VIEW, "device:s app:s peer:s verdict:s", false, cmd_flows_follow},
	{"devices", ZT_RIGHT_VIEW, "segment:s", false, cmd_devices},
	{"device", ZT_RIGHT_VIEW, "id:s", false, cmd_device},
	{"device-quarantine", ZT_RIGHT_CHANGE, "id:s", false, cmd_device_quarantine},
	{"device-release", ZT_RIGHT_CHANGE, "id:s", false, cmd_device_release},
	{"apps", ZT_RIGHT_VIEW, "", false, cmd_apps},
	{"segments", ZT_RIGHT_VIEW, "", false, cmd_segments},
	{"observe", ZT_RIGHT_VIEW, "device:s class:s verdict:s reason:s", false, cmd_observe},
	{"load", ZT_RIGHT_CHANGE, "confirm_s:n force:b dry_run:b allow_generic:b session:o", true,
	 cmd_load},
	{"policy-apply", ZT_RIGHT_CHANGE, "confirm_s:n force:b dry_run:b session:o", true,
	 cmd_policy_apply},
	{"policy-confirm", ZT_RIGHT_CHANGE, "", false, cmd_policy_confirm},
	{"unload", ZT_RIGHT_ROOT, "", false, cmd_unload},
};

static const struct command *find(const char *cmd)
{
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i].name, cmd))
			return &commands[i];
	return NULL;
}

static int needs(void *arg, const char *cmd)
{
	const struct command *c = find(cmd);

	return c ? (int)c->right : -1;
}

/* The type letter of a key in a command's list, 0: not in it. */
static char type_of(const char *keys, const char *key)
{
	size_t n = strlen(key);
	const char *p;

	for (p = keys; *p; p += strcspn(p, " "), p += *p == ' ')
		if (!strncmp(p, key, n) && p[n] == ':')
			return p[n + 1];
	return 0;
}

static bool is_type(struct json_object *v, char type)
{
	return json_object_is_type(v, type == 's'   ? json_type_string
				      : type == 'n' ? json_type_int
				      : type == 'b' ? json_type_boolean
						    : json_type_object);
}

static bool check_keys(const struct command *c, struct json_object *rq, struct outcome *out)
{
	static const struct {
		char type;
		const char *word;
	} words[] = {{'s', "text"}, {'n', "a number"}, {'b', "true or false"}, {'o', "an object"}};
	size_t i;
	char type;

	json_object_object_foreach(rq, key, value)
	{
		if (!strcmp(key, "schema") || !strcmp(key, "cmd") ||
		    (c->files && !strcmp(key, "sources")))
			continue;
		type = type_of(c->keys, key);
		if (!type) {
			outcome_fail(out, "request", "%.64s: %s does not take this key", key,
				     c->name);
			return false;
		}
		for (i = 0; words[i].type != type; i++)
			;
		if (!is_type(value, type)) {
			outcome_fail(out, "request", "%s: expected %s", key, words[i].word);
			return false;
		}
	}
	return true;
}

static struct json_object *list_errors(const struct zt_errors *e)
{
	struct json_object *list;
	uint32_t i;

	if (!e->nr)
		return NULL;
	list = json_object_new_array();
	for (i = 0; i < e->nr; i++)
		add_text(list, e->v[i]);
	return list;
}

static void answer(struct call *c, struct json_object *result)
{
	struct out *text = &c->text;

	if (text->len && !c->out.code) {
		out_raw(text, "}\n", 2);
		if (text->failed)
			outcome_fail(&c->out, "failed", "out of memory");
	}
	if (c->out.code || (!result && !text->len)) {
		zt_conn_error(c->conn, c->out.code ? c->out.code : "failed",
			      c->out.error ? c->out.error : "out of memory",
			      list_errors(&c->out.errors), c->out.errors.total - c->out.errors.nr);
		json_object_put(result);
	} else if (result) {
		zt_conn_ok(c->conn, result);
		if (c->stream)
			zt_conn_stream(c->conn);
	} else {
		zt_conn_ok_line(c->conn, text->s, text->len);
		text->s = NULL;
	}
	free(text->s);
}

static void request(void *arg, struct zt_conn *conn, const char *cmd, struct json_object *rq,
		    const struct zt_source *sources, size_t nr)
{
	const struct command *c = find(cmd);
	struct call call = {
		.a = arg, .conn = conn, .args = rq, .sources = sources, .nr_sources = nr};
	struct json_object *result = NULL;

	if (check_keys(c, rq, &call.out))
		result = c->run(&call);
	answer(&call, result);
	outcome_free(&call.out);
	agent_sync(call.a);
}

static void closed(void *arg, struct zt_conn *conn)
{
	struct agent *a = arg;

	emit_unobserve(&a->emit, conn);
	follow_remove(&a->follow, conn);
}

const struct zt_server_ops commands_ops = {needs, request, closed};

/* ---- the short ones ---- */

struct json_object *cmd_version(struct call *c)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "version", ZT_VERSION);
	put_number(o, "abi", ZT_ABI_VERSION);
	put_number(o, "schema", ZT_CONTROL_SCHEMA);
	put_number(o, "pid", (uint64_t)getpid());
	return o;
}

struct json_object *cmd_status(struct call *c)
{
	ports_check(&c->a->engine, true); /* what is true now, not half a second ago */
	return report_status(c->a);
}

struct json_object *cmd_counters(struct call *c)
{
	return report_counters(c->a);
}

struct json_object *cmd_flows(struct call *c)
{
	out_raw(&c->text, ZT_CONN_OK, strlen(ZT_CONN_OK));
	report_flows(c->a, c->args, &c->out, &c->text);
	return NULL;
}

struct json_object *cmd_devices(struct call *c)
{
	out_raw(&c->text, ZT_CONN_OK, strlen(ZT_CONN_OK));
	report_devices(c->a, c->args, &c->out, &c->text);
	return NULL;
}

struct json_object *cmd_device(struct call *c)
{
	out_raw(&c->text, ZT_CONN_OK, strlen(ZT_CONN_OK));
	report_device(c->a, c->args, &c->out, &c->text);
	return NULL;
}

struct json_object *cmd_apps(struct call *c)
{
	return report_apps(c->a);
}

struct json_object *cmd_segments(struct call *c)
{
	return report_segments(c->a);
}

static void copy_text(char *to, size_t len, const char *from)
{
	snprintf(to, len, "%s", from ? from : "");
}

/* Lines follow. */
static struct json_object *stream(struct call *c)
{
	struct json_object *result = json_object_new_object();

	c->stream = true;
	put_bool(result, "stream", true);
	return result;
}

struct json_object *cmd_observe(struct call *c)
{
	struct observer o = {.conn = c->conn};

	copy_text(o.device, sizeof(o.device), arg_text(c->args, "device"));
	copy_text(o.class, sizeof(o.class), arg_text(c->args, "class"));
	copy_text(o.verdict, sizeof(o.verdict), arg_text(c->args, "verdict"));
	copy_text(o.reason, sizeof(o.reason), arg_text(c->args, "reason"));
	if (emit_observe(&c->a->emit, &o)) {
		outcome_fail(&c->out, "busy", "%d observers are the limit", OBSERVERS_MAX);
		return NULL;
	}
	return stream(c);
}

struct json_object *cmd_flows_follow(struct call *c)
{
	struct follower f = {.conn = c->conn};

	if (flow_filter_read(c->args, &f.filter, &c->out))
		return NULL;
	if (follow_add(&c->a->follow, &f)) {
		outcome_fail(&c->out, "busy", "%d followers are the limit", FOLLOWERS_MAX);
		return NULL;
	}
	return stream(c);
}
