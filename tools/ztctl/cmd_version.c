/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl version: this program, and the agent where one answers; never an error. */
#include <json-c/json.h>
#include "agent.h"
#include "cmd.h"

int cmd_version(struct call *c)
{
	struct zt_control_request request = {
		.socket = c->socket, .cmd = "version", .timeout_ms = 2000};
	struct zt_control_reply reply = {};
	bool answered = !zt_control_call(&request, &reply) && reply.ok;

	if (c->json) {
		struct json_object *o = object_new();

		add_text(o, "ztctl", ZT_VERSION);
		add_number(o, "abi", ZT_ABI_VERSION);
		if (answered)
			json_object_object_add(o, "agent", json_object_get(reply.result));
		output_json(o, true);
	} else {
		printf("ztctl %s, ABI %u\n", ZT_VERSION, ZT_ABI_VERSION);
		if (answered)
			printf("ztagentd %s, ABI %lld, pid %lld\n",
			       get_text(reply.result, "version"),
			       (long long)get_number(reply.result, "abi"),
			       (long long)get_number(reply.result, "pid"));
		else
			puts("ztagentd does not answer");
	}
	zt_control_reply_free(&reply);
	return CODE_OK;
}
