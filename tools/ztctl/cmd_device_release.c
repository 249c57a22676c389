/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl device release: one device back under the policy. */
#include "change.h"
#include "cmd.h"

int cmd_device_release(struct call *c)
{
	return change_device(c, "device-release", "is released: the policy holds for it again");
}
