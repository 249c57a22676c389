/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control socket's server side: connections, who they are, their buffers and
 * limits. Never blocks. It knows frames and peers, not what a command does: the owner
 * gets whole requests and answers with JSON.
 *
 * Limits, so that no client can hold the agent: so many connections in all and per
 * user, a time to send a request, a time to take a reply, octets in flight.
 */
#ifndef ZT_CONTROL_SERVER_H
#define ZT_CONTROL_SERVER_H

#include <sys/types.h>
#include "control/control.h"

enum zt_right { ZT_RIGHT_NONE, ZT_RIGHT_VIEW, ZT_RIGHT_CHANGE, ZT_RIGHT_ROOT };

struct zt_peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;
	enum zt_right right;
};

struct zt_conn;
struct zt_server;

struct zt_server_ops {
	/* The right a command needs; -1: no such command. Asked before files are read. */
	int (*needs)(void *arg, const char *cmd);
	/* A whole request; answer with one of the zt_conn_ functions before returning. */
	void (*request)(void *arg, struct zt_conn *c, const char *cmd, struct json_object *request,
			const struct zt_source *sources, size_t nr);
	/* A stream has ended: the client closed or was dropped. */
	void (*closed)(void *arg, struct zt_conn *c);
};

/*
 * Listen on DIR/NAME (NAME is the last part of path). DIR is made 0755 when missing
 * and refused when anyone but us may write to it. What lies at the path is replaced
 * only if it is a socket nobody serves: a lock file beside it says so. *ret_error a
 * text for people, caller frees.
 */
int zt_server_open(const char *path, const struct zt_server_ops *ops, void *arg,
		   struct zt_server **ret, char **ret_error);
void zt_server_close(struct zt_server *s); /* also removes the socket */
int zt_server_fd(const struct zt_server *s); /* for epoll: readable = call zt_server_run() */
void zt_server_run(struct zt_server *s, uint64_t now_ms);
void zt_server_tick(struct zt_server *s, uint64_t now_ms); /* about once a second: time limits */
/* Group names to numbers, again: at start and on SIGHUP. */
void zt_server_groups(struct zt_server *s);
uint32_t zt_server_connections(const struct zt_server *s);

const struct zt_peer *zt_conn_peer(const struct zt_conn *c);
/* {"ok":true,"result":...}; takes the reference. */
void zt_conn_ok(struct zt_conn *c, struct json_object *result);
/*
 * The same with a result that is text already: ZT_CONN_OK, the result, "}\n", malloc'd,
 * taken. For results too large to be held as objects.
 */
#define ZT_CONN_OK "{\"schema\":1,\"ok\":true,\"result\":"
void zt_conn_ok_line(struct zt_conn *c, char *line, size_t len);
/* {"ok":false,...}; errors (array, taken) may be NULL. */
void zt_conn_error(struct zt_conn *c, const char *code, const char *error,
		   struct json_object *errors, uint32_t more);
/* After zt_conn_ok: lines follow until either side ends. */
void zt_conn_stream(struct zt_conn *c);
/* One line to a stream. -ENOBUFS: the client is too slow, the line is not sent. */
int zt_conn_line(struct zt_conn *c, const char *text, size_t len);

#endif
