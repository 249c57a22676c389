/* SPDX-License-Identifier: GPL-2.0 */
/* Every command of the table; each has a file of its name. They return exit codes. */
#ifndef ZT_ZTCTL_CMD_H
#define ZT_ZTCTL_CMD_H

#include "ztctl.h"

int cmd_status(struct call *c);
int cmd_load(struct call *c);
int cmd_unload(struct call *c);
int cmd_policy_check(struct call *c);
int cmd_policy_test(struct call *c);
int cmd_policy_diff(struct call *c);
int cmd_policy_apply(struct call *c);
int cmd_policy_confirm(struct call *c);
int cmd_policy_show(struct call *c);
int cmd_policy_simulate(struct call *c);
int cmd_why(struct call *c);
int cmd_observe(struct call *c);
int cmd_flows(struct call *c);
int cmd_flows_dump(struct call *c);
int cmd_device_list(struct call *c);
int cmd_device_show(struct call *c);
int cmd_device_quarantine(struct call *c);
int cmd_device_release(struct call *c);
int cmd_app_list(struct call *c);
int cmd_segment_list(struct call *c);
int cmd_version(struct call *c);
int cmd_completion(struct call *c);

#endif
