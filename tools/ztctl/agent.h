/* SPDX-License-Identifier: GPL-2.0 */
/* Asking the agent: one call, its refusals turned into messages and exit codes. */
#ifndef ZT_ZTCTL_AGENT_H
#define ZT_ZTCTL_AGENT_H

#include "control/control.h"
#include "policy/policy.h"
#include "output.h"

/* Policy files as they are sent: read once, free with sources_free(). */
struct sources {
	struct zt_source *v;
	size_t nr;
};
/* 0, or an exit code after a message. PATH is a file or a directory. */
int sources_read(const struct call *c, const char *path, struct sources *ret);
void sources_free(struct sources *s);

/*
 * One command. args is taken; may be NULL. 0 and *ret with ok, else an exit code
 * after a message; then *ret is empty.
 */
int agent_call(const struct call *c, const char *cmd, struct json_object *args,
	       const struct sources *sources, struct zt_control_reply *ret);
int agent_stream(const struct call *c, const char *cmd, struct json_object *args,
		 zt_control_line_fn fn, void *arg);
/* With --json: print the result as it came, with the schema number in front. */
void agent_print_json(const struct zt_control_reply *reply);
/* The messages of a refused policy on stderr; "and N more". */
void agent_print_errors(struct json_object *errors, uint32_t more);

/*
 * The policy in force, parsed: its revision and hash beside it. 0 or an exit code
 * after a message.
 */
int agent_policy(const struct call *c, struct zt_policy **ret_policy, int64_t *ret_revision);

/* Add "session" when ztctl runs inside an SSH session. */
void session_add(struct json_object *args);

#endif
