/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl unload: nothing attached, nothing pinned, nothing enforced. */
#include <stdlib.h>
#include "agent.h"
#include "cmd.h"

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
		printf("detached from %s; nothing is enforced any more\n", ports);
	else
		puts("nothing was attached");
	free(ports);
	zt_control_reply_free(&reply);
	return CODE_OK;
}
