/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl flows: live flows for people, or with --follow each that is over. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "cmd.h"
#include "flows.h"

/* "cam-1 10.0.0.5" where the peer is a device, "vms 10.9.0.5", or the bare address. */
static void add_peer(struct table *t, struct json_object *flow)
{
	char *apps = get_joined(flow, "apps");
	const char *device = get_text(flow, "peer_device");
	const char *name = *device ? device : apps;

	table_cell(t, "%s%s%s", name, *name ? " " : "", get_text(flow, "peer"));
	free(apps);
}

/* "tcp/443", or "icmp" where there is no port: in buf. */
static const char *service(struct json_object *flow, char buf[32])
{
	bool by_device = !strcmp(get_text(flow, "opener"), "device");
	int64_t port = get_number(flow, by_device ? "peer_port" : "device_port");
	const char *proto = get_text(flow, "proto");

	if (port && (!strcmp(proto, "tcp") || !strcmp(proto, "udp")))
		snprintf(buf, 32, "%s/%lld", proto, (long long)port);
	else
		snprintf(buf, 32, "%s", proto);
	return buf;
}

static int list(struct call *c)
{
	static const char *const headers[] = {"DEVICE",	 "",	   "PEER", "SERVICE",
					      "VERDICT", "REASON", "RULE", "OUT",
					      "IN",	 "AGE",	   "IDLE", NULL};
	struct zt_control_reply reply;
	struct table *t;
	char buf[32];
	size_t i;
	int r = flows_get(c, &reply);

	if (r)
		return r;
	if (c->json) {
		agent_print_json(&reply);
		zt_control_reply_free(&reply);
		return CODE_OK;
	}
	t = table_new(headers);
	for (i = 0; i < get_length(reply.result, "flows"); i++) {
		struct json_object *flow = get_item(reply.result, "flows", i);
		struct json_object *packets = get_member(flow, "packets");

		table_cell(t, "%s %s", get_text(flow, "device"), get_text(flow, "address"));
		table_cell(t, "%s", strcmp(get_text(flow, "opener"), "device") ? "<" : ">");
		add_peer(t, flow);
		table_cell(t, "%s", service(flow, buf));
		table_cell(t, "%s", get_text(flow, "verdict"));
		table_cell(t, "%s%s", get_text(flow, "reason"),
			   get_bool(flow, "current") ? "" : " (before the last change)");
		table_cell(t, "%s", get_text(flow, "rule"));
		table_cell(t, "%lld", (long long)get_number(packets, "from_device"));
		table_cell(t, "%lld", (long long)get_number(packets, "to_device"));
		table_cell(t, "%llds", (long long)get_number(flow, "age_s"));
		table_cell(t, "%llds", (long long)get_number(flow, "idle_s"));
	}
	table_print(t, c->colour);
	if ((int64_t)table_rows(t) < get_number(reply.result, "total"))
		printf("%zu of %lld flows; --limit shows more\n", table_rows(t),
		       (long long)get_number(reply.result, "total"));
	table_free(t);
	zt_control_reply_free(&reply);
	return CODE_OK;
}

/* "cam-1 10.0.0.5 > vms 10.9.0.5" */
static void print_sides(struct json_object *flow)
{
	char *apps = get_joined(flow, "apps");
	const char *device = get_text(flow, "peer_device");
	const char *name = *device ? device : apps;

	print_safe(stdout, get_text(flow, "device"));
	putchar(' ');
	print_safe(stdout, get_text(flow, "address"));
	fputs(strcmp(get_text(flow, "opener"), "device") ? " < " : " > ", stdout);
	print_safe(stdout, name);
	printf("%s", *name ? " " : "");
	print_safe(stdout, get_text(flow, "peer"));
	free(apps);
}

static void print_ended(const struct call *c, struct json_object *flow)
{
	const char *verdict = get_text(flow, "verdict"), *rule = get_text(flow, "rule");
	const char *colour = c->colour ? colour_of(verdict) : "";
	struct json_object *packets = get_member(flow, "packets");
	char buf[32];

	print_safe(stdout, get_text(flow, "time"));
	printf(" %s ", get_text(flow, "ended"));
	print_sides(flow);
	printf(" %s %s%s%s %s", service(flow, buf), colour, verdict, *colour ? COLOUR_END : "", get_text(flow, "reason"));
	if (*rule) {
		printf(" rule=");
		print_safe(stdout, rule);
	}
	printf(" out=%lld in=%lld age=%llds\n", (long long)get_number(packets, "from_device"),
	       (long long)get_number(packets, "to_device"), (long long)get_number(flow, "age_s"));
}

static int print_line(void *arg, struct json_object *line, const char *text)
{
	const struct call *c = arg;

	if (c->json)
		output_json(json_object_get(line), false);
	else if (get_member(line, "missed"))
		printf("%lld flows ended that this terminal was too slow for\n",
		       (long long)get_number(line, "missed"));
	else
		print_ended(c, line);
	/* A reader behind a pipe sees each when it happens; a closed pipe ends it. */
	return fflush(stdout) ? 1 : 0;
}

int cmd_flows(struct call *c)
{
	struct json_object *args;
	int r = 0;

	if (!call_option(c, "follow"))
		return list(c);
	if (call_option(c, "limit"))
		return call_fail(c, CODE_USAGE, "flows: --follow or --limit, not both");
	r = check_filters(c);
	if (r)
		return r;
	args = json_object_new_object();
	flows_filters(c, args);
	return agent_stream(c, "flows-follow", args, print_line, c);
}
