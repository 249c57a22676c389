/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ztctl policy show: the policy in force, or a file in its canonical form. What
 * it prints is valid input, so --json changes nothing of the text itself: it puts
 * revision and hash beside it.
 */
#include <json-c/json.h>
#include <string.h>
#include "agent.h"
#include "cmd.h"
#include "load.h"

static void print_policy(const char *text)
{
	size_t len = strlen(text);

	fputs(text, stdout);
	if (len && text[len - 1] != '\n')
		putchar('\n');
}

static int show_file(const struct call *c, const char *path)
{
	struct zt_policy *p;
	int r = load_policy(c, path, NULL, &p);

	if (r)
		return r;
	if (c->json) {
		struct json_object *o = object_new();

		add_hash(o, "hash", p->hash);
		add_text(o, "policy", p->json);
		output_json(o, true);
	} else {
		print_policy(p->json);
	}
	zt_policy_free(p);
	return CODE_OK;
}

int cmd_policy_show(struct call *c)
{
	const char *path = call_option(c, "file");
	struct zt_control_reply reply;
	struct json_object *args;
	int r;

	if (path && call_option(c, "previous"))
		return call_fail(c, CODE_USAGE, "policy show: --file or --previous, not both");
	if (path)
		return show_file(c, path);
	args = json_object_new_object();
	if (call_option(c, "previous"))
		add_text(args, "revision", "previous");
	r = agent_call(c, "policy-show", args, NULL, &reply);
	if (r)
		return r;
	if (c->json)
		agent_print_json(&reply);
	else
		print_policy(get_text(reply.result, "policy"));
	zt_control_reply_free(&reply);
	return CODE_OK;
}
