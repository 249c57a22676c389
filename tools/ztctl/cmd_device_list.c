/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl device list: every device, where it is and which addresses it holds. */
#include <json-c/json.h>
#include <stdlib.h>
#include "agent.h"
#include "cmd.h"

/* The static and the learned addresses of a device, in one cell. */
static void add_addresses(struct table *t, struct json_object *device)
{
	char *fixed = get_joined(device, "static"), *learned = NULL;
	size_t i, len;
	FILE *f = open_memstream(&learned, &len);

	if (!f)
		abort();
	for (i = 0; i < get_length(device, "learned"); i++)
		fprintf(f, "%s%s (%s)", i || *fixed ? ", " : "",
			get_text(get_item(device, "learned", i), "address"),
			get_text(get_item(device, "learned", i), "how"));
	fclose(f);
	table_cell(t, "%s%s", fixed, learned);
	free(fixed);
	free(learned);
}

static void add_ports(struct table *t, struct json_object *device)
{
	char *text = NULL;
	size_t i, len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	for (i = 0; i < get_length(device, "bound"); i++) {
		struct json_object *bound = get_item(device, "bound", i);
		int64_t vlan = get_number(bound, "vlan");

		fprintf(f, "%s%s", i ? ", " : "", get_text(bound, "port"));
		if (vlan)
			fprintf(f, ".%lld", (long long)vlan);
	}
	fclose(f);
	table_cell(t, "%s", text);
	free(text);
}

int cmd_device_list(struct call *c)
{
	static const char *const headers[] = {"DEVICE",	   "SEGMENT", "MODE", "PORT",
					      "ADDRESSES", "FLOWS",   "SEEN", NULL};
	struct json_object *args = json_object_new_object();
	struct zt_control_reply reply;
	struct table *t;
	size_t i;
	int r;

	add_text(args, "segment", call_option(c, "segment"));
	r = agent_call(c, "devices", args, NULL, &reply);
	if (r)
		return r;
	if (c->json) {
		agent_print_json(&reply);
		zt_control_reply_free(&reply);
		return CODE_OK;
	}
	t = table_new(headers);
	for (i = 0; i < get_length(reply.result, "devices"); i++) {
		struct json_object *device = get_item(reply.result, "devices", i);

		table_cell(t, "%s", get_text(device, "id"));
		table_cell(t, "%s", get_text(device, "segment"));
		table_cell(t, "%s", get_text(device, "mode"));
		add_ports(t, device);
		add_addresses(t, device);
		table_cell(t, "%lld", (long long)get_number(device, "flows"));
		if (get_member(device, "last_seen_s"))
			table_cell(t, "%lld s ago", (long long)get_number(device, "last_seen_s"));
		else
			table_cell(t, "never");
	}
	table_print(t, c->colour);
	table_free(t);
	zt_control_reply_free(&reply);
	return CODE_OK;
}
