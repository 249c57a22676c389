/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl segment list: the segments, their modes and members. */
#include <stdlib.h>
#include "agent.h"
#include "cmd.h"

int cmd_segment_list(struct call *c)
{
	static const char *const headers[] = {"SEGMENT", "MODE", "SUBNETS", "DEVICES", NULL};
	struct zt_control_reply reply;
	struct table *t;
	size_t i;
	int r = agent_call(c, "segments", NULL, NULL, &reply);

	if (r)
		return r;
	if (c->json) {
		agent_print_json(&reply);
		zt_control_reply_free(&reply);
		return CODE_OK;
	}
	t = table_new(headers);
	for (i = 0; i < get_length(reply.result, "segments"); i++) {
		struct json_object *segment = get_item(reply.result, "segments", i);
		char *subnets = get_joined(segment, "subnets");
		char *devices = get_joined(segment, "devices");

		table_cell(t, "%s%s", get_text(segment, "id"),
			   get_bool(segment, "builtin") ? " (built in)" : "");
		table_cell(t, "%s", get_text(segment, "mode"));
		table_cell(t, "%s", subnets);
		table_cell(t, "%s", devices);
		free(subnets);
		free(devices);
	}
	table_print(t, c->colour);
	table_free(t);
	zt_control_reply_free(&reply);
	return CODE_OK;
}
