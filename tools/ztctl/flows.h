/* SPDX-License-Identifier: GPL-2.0 */
/* The flow filters of the command line as arguments of the agent's "flows" and "flows-follow". */
#ifndef ZT_ZTCTL_FLOWS_H
#define ZT_ZTCTL_FLOWS_H

#include "agent.h"

/* 0, or CODE_USAGE when --verdict or --reason holds a word that does not exist. */
int check_filters(const struct call *c);
/* The filters that were given, into args. */
void flows_filters(const struct call *c, struct json_object *args);
/* Exit code; on 0 *ret is to be freed. */
int flows_get(const struct call *c, struct zt_control_reply *ret);

#endif
