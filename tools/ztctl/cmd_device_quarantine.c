/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl device quarantine: one device cut off, at once. */
#include "change.h"
#include "cmd.h"

int cmd_device_quarantine(struct call *c)
{
	return change_device(c, "device-quarantine",
			     "is in quarantine: it reaches nothing and nothing reaches it");
}
