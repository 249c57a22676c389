/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From an event to everyone who wants it: syslog destinations, observers on the
 * control socket, the terminal. Gives each its number. Knows no maps and no policy.
 */
#ifndef ZTAGENTD_EMIT_H
#define ZTAGENTD_EMIT_H

#include "control/server.h"
#include "daemon/config.h"
#include "event/class.h"

#define OBSERVERS_MAX 16

struct observer {
	struct zt_conn *conn;
	char device[64], class[32], verdict[16], reason[32]; /* "": any */
	uint64_t missed; /* lines it was too slow for, not yet told */
};

struct emit {
	const struct config *cfg;
	struct zt_sink sinks[CONFIG_SINKS_MAX];
	uint32_t nr_sinks;
	struct observer observers[OBSERVERS_MAX];
	uint32_t nr_observers;
	uint64_t sequence; /* last given out */
	uint64_t lost_observe; /* lines observers missed */
	bool to_terminal;
};

void emit_open(struct emit *e, const struct config *cfg, bool to_terminal);
/* Another configuration: destinations that stay keep their counts. */
void emit_reconfigure(struct emit *e, const struct config *cfg);
void emit_close(struct emit *e);
/* Sequence and time are filled in. */
void emit_event(struct emit *e, struct zt_cef *event);
/* An event that is a class and a text. */
void emit_text(struct emit *e, enum zt_class class, const char *revision, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* -ENOSPC: too many. */
int emit_observe(struct emit *e, const struct observer *o);
void emit_unobserve(struct emit *e, const struct zt_conn *conn);
/* Every few seconds: tell what destinations did not take. */
void emit_report_lost(struct emit *e);
uint64_t emit_lost_lines(const struct emit *e);

#endif
