/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl flows: live flows for people. */
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

static void add_service(struct table *t, struct json_object *flow)
{
	bool by_device = !strcmp(get_text(flow, "opener"), "device");
	int64_t port = get_number(flow, by_device ? "peer_port" : "device_port");
	const char *proto = get_text(flow, "proto");

	if (port && (!strcmp(proto, "tcp") || !strcmp(proto, "udp")))
		table_cell(t, "%s/%lld", proto, (long long)port);
	else
		table_cell(t, "%s", proto);
}

int cmd_flows(struct call *c)
{
	static const char *const headers[] = {"DEVICE",	 "",	   "PEER", "SERVICE",
					      "VERDICT", "REASON", "RULE", "OUT",
					      "IN",	 "AGE",	   "IDLE", NULL};
	struct zt_control_reply reply;
	struct table *t;
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
		add_service(t, flow);
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
