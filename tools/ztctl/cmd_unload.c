/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl unload: nothing attached, nothing pinned, nothing enforced. */
#include <stdlib.h>
#include "agent.h"
#include "cmd.h"

static void print_detached(const char *ports)
{
	fputs("detached from ", stdout);
	print_safe(stdout, ports);
	puts("; nothing is enforced any more");
}

int cmd_unload(struct call *c)
{
	struct zt_control_reply reply;
	int r = agent_call(c, "unload", NULL, NULL, &reply);
	char *ports;

	if (r)
		return r;
	ports = get_joined(reply.result, "ports");
	if (c->json)
		agent_print_json(&reply);
	else if (*ports)
		print_detached(ports);
	else
		puts("nothing was attached");
	free(ports);
	zt_control_reply_free(&reply);
	return CODE_OK;
}
