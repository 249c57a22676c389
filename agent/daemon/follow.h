/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who wants to hear of flows that are over, and telling them. A line nobody could take is
 * counted and told when he can again.
 */
#ifndef ZTAGENTD_FOLLOW_H
#define ZTAGENTD_FOLLOW_H

#include "daemon/flow_json.h"

#define FOLLOWERS_MAX 16

struct agent;
struct zt_conn;

struct follower {
	struct zt_conn *conn;
	struct flow_filter filter;
	uint64_t missed; /* lines he was too slow for, not yet told */
};

struct follow {
	struct follower v[FOLLOWERS_MAX];
	uint32_t nr;
};

/* -ENOSPC: too many. */
int follow_add(struct follow *f, const struct follower *who);
void follow_remove(struct follow *f, const struct zt_conn *conn);
/* Of an event of type FLOW_END; of a record of the kernel module. */
void follow_event(struct agent *a, const struct zt_event *e);
void follow_record(struct agent *a, const struct zt_flow_entry *f, uint8_t ended);

#endif
