/* SPDX-License-Identifier: GPL-2.0 */
/* Asking a private instance, and keeping the answers as JSON. */
#ifndef ZT_ZTCTL_WHY_H
#define ZT_ZTCTL_WHY_H

#include "sides.h"

struct why {
	const struct call *c;
	struct world w;
	struct json_object *answers;
	bool allowed_only;
};

/* FROM TO SERVICE of the command line. 0 or an exit code after a message. */
int why_ask_one(struct why *y);
/* Every peer class and every service class, for one device; what it may open. */
int why_ask_everything(struct why *y, const char *id);

#endif
