/* SPDX-License-Identifier: GPL-2.0 */
/* What load and policy apply share: sending a policy and telling what came of it. */
#ifndef ZT_ZTCTL_CHANGE_H
#define ZT_ZTCTL_CHANGE_H

#include "agent.h"

/* cmd is "load" or "policy-apply"; options as in the command's table. Exit code. */
int change_policy(struct call *c, const char *cmd, const char *path);

#endif
