/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl load: programs onto the ports, a policy in force. The agent does it. */
#include "change.h"
#include "cmd.h"

#define DEFAULT_POLICY "/etc/zt/policy.json"

int cmd_load(struct call *c)
{
	return change_policy(c, "load", c->nr_args ? c->args[0] : DEFAULT_POLICY);
}
