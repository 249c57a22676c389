/* SPDX-License-Identifier: GPL-2.0 */
/* The agent: its parts and who owns them. Only the files that tie parts together include it. */
#ifndef ZTAGENTD_AGENT_H
#define ZTAGENTD_AGENT_H

#include "daemon/engine.h"
#include "daemon/follow.h"
#include "daemon/loop.h"
#include "daemon/options.h"
#include "event/ledger.h"

struct agent {
	struct options opt;
	struct config cfg;
	struct loop *loop;
	struct emit emit;
	struct follow follow;
	struct engine engine;
	struct zt_server *server;
	struct zt_ledger *ledger;
	struct zt_net_watch *watch;
	int signal_fd, timer_fd;
	int events_fd; /* the engine's, as the loop has it; -1 none */
	bool moves_watched; /* likewise those of engine.forward */
	int ended_fd; /* the same of flows that are over in the kernel module */
	uint32_t ticks; /* of 500 ms */
	int64_t started_s; /* CLOCK_BOOTTIME */
	uint64_t lost[ZT_LOST_MAX]; /* of the maps, already told */
	uint64_t ends_missed, ends_told; /* ends the module told and nobody took; of these told */
};

/* main.c: keep the loop's sources equal to what the engine has. */
void agent_sync(struct agent *a);

/* packets.c: from ring records and drained counts to events */
void packets_ring(void *arg, const struct zt_event *e, bool critical);
void packets_drain(struct agent *a, bool all);
void packets_ended(struct agent *a); /* from the kernel module */
void packets_report_lost(struct agent *a);

/* names.c: applications of an address under the policy in force; "" none. */
const char *names_apps(const struct engine *e, uint8_t family, const struct zt_addr *peer,
		       char *buf, size_t len, bool *ret_critical);

/* commands.c: what the control socket asks for */
extern const struct zt_server_ops commands_ops;

/* caps.c */
int caps_drop(void);

#endif
