/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sending a policy to the agent, which parses, compiles, checks and publishes it
 * whole or not at all, or a change of one device, and telling what came of it.
 */
#include <json-c/json.h>
#include "change.h"

static int build_args(const struct call *c, struct json_object **ret)
{
	const char *confirm = call_option(c, "confirm");
	uint32_t seconds = 0;
	struct json_object *args;

	if (confirm && (parse_seconds(confirm, &seconds) < 0 || seconds < 10 || seconds > 3600))
		return call_fail(c, CODE_USAGE,
				 "--confirm \"%s\": write a time from 10s to 1h, such as 120s",
				 confirm);
	args = json_object_new_object();
	if (confirm)
		add_number(args, "confirm_s", seconds);
	if (call_option(c, "force"))
		add_bool(args, "force", true);
	if (call_option(c, "dry-run"))
		add_bool(args, "dry_run", true);
	if (call_option(c, "allow-generic"))
		add_bool(args, "allow_generic", true);
	session_add(args);
	*ret = args;
	return 0;
}

static void print_lines(struct json_object *result, const char *key, const char *prefix)
{
	size_t i;

	for (i = 0; i < get_length(result, key); i++) {
		const char *text = json_object_get_string(get_item(result, key, i));

		fputs(prefix, stdout);
		print_safe(stdout, text ? text : "");
		putchar('\n');
	}
}

static void print_result(struct json_object *result)
{
	int64_t confirm = get_number(result, "confirm_s");
	size_t i;

	print_lines(result, "infos", "info: ");
	print_lines(result, "warnings", "warning: ");
	if (get_bool(result, "dry_run")) {
		printf("would be accepted as revision %lld-%.8s; nothing was changed\n",
		       (long long)get_number(result, "revision"), get_text(result, "hash"));
		return;
	}
	printf("revision %lld-%.8s is in force (generation %lld%s, %lld ms)\n",
	       (long long)get_number(result, "revision"), get_text(result, "hash"),
	       (long long)get_number(result, "generation"),
	       get_bool(result, "changed") ? "" : ", unchanged",
	       (long long)get_number(result, "ms"));
	for (i = 0; i < get_length(result, "ports"); i++) {
		struct json_object *port = get_item(result, "ports", i);

		if (get_bool(port, "enforcing"))
			continue;
		printf("NOT ENFORCING on ");
		print_safe(stdout, get_text(port, "name"));
		fputs(": ", stdout);
		print_safe(stdout, get_text(port, "why"));
		putchar('\n');
	}
	if (confirm)
		printf("reverts in %lld s unless you type: ztctl policy confirm\n",
		       (long long)confirm);
}

static bool is_enforced(struct json_object *result)
{
	size_t i;

	if (get_bool(result, "dry_run"))
		return true;
	for (i = 0; i < get_length(result, "ports"); i++)
		if (!get_bool(get_item(result, "ports", i), "enforcing"))
			return false;
	return true;
}

int change_policy(struct call *c, const char *cmd, const char *path)
{
	struct zt_control_reply reply;
	struct json_object *args = NULL;
	struct sources sources;
	int r = build_args(c, &args);

	if (r)
		return r;
	r = sources_read(c, path, &sources);
	if (r) {
		json_object_put(args);
		return r;
	}
	r = agent_call(c, cmd, args, &sources, &reply);
	sources_free(&sources);
	if (r)
		return r;
	if (c->json)
		agent_print_json(&reply);
	else
		print_result(reply.result);
	if (!is_enforced(reply.result))
		r = CODE_REFUSED;
	zt_control_reply_free(&reply);
	return r;
}

int change_device(struct call *c, const char *cmd, const char *done)
{
	struct json_object *args = json_object_new_object();
	struct zt_control_reply reply;
	int r;

	add_text(args, "id", c->args[0]);
	r = agent_call(c, cmd, args, NULL, &reply);
	if (r)
		return r;
	if (c->json) {
		agent_print_json(&reply);
	} else {
		print_safe(stdout, get_text(reply.result, "id"));
		printf(" %s\n", get_bool(reply.result, "changed") ? done :
								     "was in quarantine already");
	}
	zt_control_reply_free(&reply);
	return CODE_OK;
}
