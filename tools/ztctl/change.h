/* SPDX-License-Identifier: GPL-2.0 */
/* Changes: a policy, a single device; sent to the agent, and what came of it. */
#ifndef ZT_ZTCTL_CHANGE_H
#define ZT_ZTCTL_CHANGE_H

#include "agent.h"

/* cmd is "load" or "policy-apply"; options as in the command's table. Exit code. */
int change_policy(struct call *c, const char *cmd, const char *path);
/*
 * cmd is "device-quarantine" or "device-release"; the device is the call's argument. done is
 * said when it is. Exit code.
 */
int change_device(struct call *c, const char *cmd, const char *done);

#endif
