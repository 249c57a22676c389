/* SPDX-License-Identifier: GPL-2.0 */
/* The two ends of a question as a person types them, and their names in answers. */
#ifndef ZT_ZTCTL_SIDES_H
#define ZT_ZTCTL_SIDES_H

#include "candidates.h"

/*
 * A device, an application, an address, "router" or "unknown": to those that stand
 * for it. 0, or an exit code after a message.
 */
int side_parse(const struct call *c, const struct world *w, const char *text,
	       struct candidates *ret);
/* "cam-1", "vms", "router", "unknown", or "" for an address nobody named. */
char *side_name(const struct world *w, const struct side *s);

#endif
