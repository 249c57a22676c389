/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl policy confirm: what is pending stays. */
#include "agent.h"
#include "cmd.h"

int cmd_policy_confirm(struct call *c)
{
	struct zt_control_reply reply;
	int r = agent_call(c, "policy-confirm", NULL, NULL, &reply);

	if (r)
		return r;
	if (c->json)
		agent_print_json(&reply);
	else
		printf("revision %lld stays in force\n",
		       (long long)get_number(reply.result, "revision"));
	zt_control_reply_free(&reply);
	return CODE_OK;
}
