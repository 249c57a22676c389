/* SPDX-License-Identifier: GPL-2.0 */
/* Inside the client: the octets of one call. */
#ifndef ZT_CONTROL_CALL_H
#define ZT_CONTROL_CALL_H

#include "control/control.h"

struct zt_call {
	int fd;
	uint64_t deadline_ms; /* 0: none */
	char *in;	      /* received, not yet used */
	size_t len, cap;
	size_t scanned; /* no newline before this */
};

uint64_t zt_call_now(void); /* ms, monotonic */
int zt_call_dial(const char *path); /* fd or -errno */
/* All of it: 0; 1: the agent answered or hung up before, its answer is next; -errno. */
int zt_call_send(struct zt_call *c, const char *data, size_t len);
/* 1: a line at c->in, NUL at *ret_end; 0: the end of the stream; -errno. */
int zt_call_line(struct zt_call *c, char **ret_end);
void zt_call_drop(struct zt_call *c, const char *end); /* that line is used */

#endif
