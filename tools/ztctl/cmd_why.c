/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ztctl why: one packet through the real programs, and what they say. With
 * --all-from, one packet for everything a device could open.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "agent.h"
#include "cmd.h"
#include "load.h"
#include "net/net.h"
#include "why.h"

static void print_field(const char *label, const char *text)
{
	printf("  %-10s", label);
	print_safe(stdout, text);
	putchar('\n');
}

static void print_answer(const struct call *c, struct json_object *o)
{
	const char *verdict = get_text(o, "verdict"), *colour = c->colour ? colour_of(verdict) : "";

	print_safe(stdout, get_text(o, "from"));
	printf(" (%s) > ", get_text(o, "src"));
	print_safe(stdout, get_text(o, "to"));
	printf(" (%s) %s: %s%s%s\n", get_text(o, "dst"), get_text(o, "service"), colour, verdict,
	       *colour ? COLOUR_END : "");
	printf("  %-10s%s: %s\n", "reason", get_text(o, "reason"), get_text(o, "meaning"));
	if (*get_text(o, "rule"))
		print_field("rule", get_text(o, "rule"));
	print_field("mode", get_text(o, "mode"));
	print_field("decided", get_text(o, "decided"));
	printf("  %-10sdevice %lld, peer %lld, service %lld\n", "classes",
	       (long long)get_number(o, "device_class"), (long long)get_number(o, "peer_class"),
	       (long long)get_number(o, "service_class"));
}

static void print_reach(const struct call *c, struct json_object *answers)
{
	static const char *const headers[] = {"TO", "ADDRESS", "SERVICE", "VERDICT", "RULE", NULL};
	_cleanup_table_ struct table *t = table_new(headers);
	size_t i;

	for (i = 0; i < json_object_array_length(answers); i++) {
		struct json_object *o = json_object_array_get_idx(answers, i);

		table_cell(t, "%s", get_text(o, "to"));
		table_cell(t, "%s", get_text(o, "dst"));
		table_cell(t, "%s", get_text(o, "service"));
		table_cell(t, "%s", get_text(o, "verdict"));
		table_cell(t, "%s", get_text(o, "rule"));
	}
	if (table_rows(t))
		table_print(t, c->colour);
	else
		puts("nothing");
}

static void print_all(struct why *y, int64_t revision)
{
	size_t i, nr = json_object_array_length(y->answers);

	if (y->c->json) {
		struct json_object *o = object_new();

		if (revision)
			add_number(o, "revision", revision);
		add_hash(o, "hash", y->w.policy->hash);
		json_object_object_add(o, "answers", json_object_get(y->answers));
		output_json(o, true);
		return;
	}
	if (y->allowed_only)
		print_reach(y->c, y->answers);
	for (i = 0; !y->allowed_only && i < nr; i++)
		print_answer(y->c, json_object_array_get_idx(y->answers, i));
	if (revision)
		printf("policy     revision %lld", (long long)revision);
	else
		printf("policy     %s", call_option(y->c, "file"));
	printf(", hash %02x%02x%02x%02x\n", y->w.policy->hash[0], y->w.policy->hash[1],
	       y->w.policy->hash[2], y->w.policy->hash[3]);
}

/* What the agent has in quarantine is so here, too. */
static int isolate(const struct call *c, struct world *w)
{
	struct zt_control_reply reply;
	size_t i;
	int r = agent_call(c, "policy-info", NULL, NULL, &reply), device;

	if (r)
		return r;
	for (i = 0; i < get_length(reply.result, "quarantine"); i++) {
		device = zt_policy_device(w->policy,
					  json_object_get_string(get_item(reply.result, "quarantine", i)));
		if (device >= 0)
			zt_maps_mode(w->maps, zt_image_dev_of(w->image, (uint32_t)device),
				     ZT_MODE_QUARANTINE);
	}
	zt_control_reply_free(&reply);
	return 0;
}

static int ask(struct why *y, const char *path, const char *all)
{
	int r = path ? 0 : isolate(y->c, &y->w);

	if (r)
		return r;
	return all ? why_ask_everything(y, all) : why_ask_one(y);
}

int cmd_why(struct call *c)
{
	const char *path = call_option(c, "file"), *all = call_option(c, "all-from");
	struct why y = {.c = c, .allowed_only = all};
	struct zt_policy *p;
	int64_t revision = 0;
	int r;

	if (all && c->nr_args)
		return call_fail(c, CODE_USAGE, "why: --all-from takes no other argument");
	if (!all && c->nr_args != 3)
		return call_fail(c, CODE_USAGE, "why: write FROM TO SERVICE, or --all-from DEVICE");
	r = path ? load_policy(c, path, NULL, &p) : agent_policy(c, &p, &revision);
	if (r)
		return r;
	r = world_open(c, p, zt_env_fake(p), WORLD_FOR_QUESTIONS, &y.w);
	if (!r) {
		y.answers = json_object_new_array();
		r = ask(&y, path, all);
		if (!r)
			print_all(&y, revision);
		json_object_put(y.answers);
		world_close(&y.w);
	}
	zt_policy_free(p);
	return r;
}
