/* SPDX-License-Identifier: GPL-2.0 */
/* The table of control commands and the functions behind it. */
#ifndef ZTAGENTD_COMMANDS_H
#define ZTAGENTD_COMMANDS_H

#include "daemon/report.h"

struct call {
	struct agent *a;
	struct zt_conn *conn;
	struct json_object *args; /* the request */
	const struct zt_source *sources;
	size_t nr_sources;
	struct outcome out; /* what went wrong when there is no result */
	bool stream; /* lines follow the result */
	struct out text; /* a long result, begun with ZT_CONN_OK, where run returns none */
};

struct command {
	const char *name;
	enum zt_right right;
	const char *keys; /* "key:type ...": s text, n number, b bool, o object */
	bool files; /* takes sources */
	struct json_object *(*run)(struct call *c); /* the result; NULL: in text, or none */
};

struct json_object *cmd_version(struct call *c);
struct json_object *cmd_status(struct call *c);
struct json_object *cmd_counters(struct call *c);
struct json_object *cmd_flows(struct call *c);
struct json_object *cmd_flows_follow(struct call *c);
struct json_object *cmd_devices(struct call *c);
struct json_object *cmd_device(struct call *c);
struct json_object *cmd_device_quarantine(struct call *c);
struct json_object *cmd_device_release(struct call *c);
struct json_object *cmd_apps(struct call *c);
struct json_object *cmd_segments(struct call *c);
struct json_object *cmd_observe(struct call *c);
/* commands_policy.c */
struct json_object *cmd_load(struct call *c);
struct json_object *cmd_policy_apply(struct call *c);
struct json_object *cmd_policy_confirm(struct call *c);
struct json_object *cmd_policy_show(struct call *c);
struct json_object *cmd_policy_info(struct call *c);
struct json_object *cmd_unload(struct call *c);

#endif
