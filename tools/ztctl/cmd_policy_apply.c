/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl policy apply: another policy in the place of the one in force. */
#include "change.h"
#include "cmd.h"

int cmd_policy_apply(struct call *c)
{
	return change_policy(c, "policy-apply", c->args[0]);
}
