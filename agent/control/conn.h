/* SPDX-License-Identifier: GPL-2.0 */
/* Inside the server: one connection and what the listener shares with it. */
#ifndef ZT_CONTROL_CONN_H
#define ZT_CONTROL_CONN_H

#include "control/frame.h"
#include "control/server.h"

#define IN_MAX 16384
#define STREAM_MAX (1u << 20) /* octets waiting for a slow observer */

struct zt_conn {
	struct zt_conn *next;
	struct zt_server *server;
	int fd;
	struct zt_peer peer;
	struct zt_frame frame;
	char in[IN_MAX]; /* taken from the socket, not yet used: [in_at, in_len) */
	size_t in_at, in_len;
	char *out; /* to be sent: [out_at, out_len) */
	size_t out_at, out_len, out_cap;
	uint64_t since_ms; /* the request being received began */
	uint64_t moved_ms; /* the last octet went out, or there was none to send */
	bool stream;
	bool half; /* the peer has shut down its side; octets may still wait */
	bool ended; /* they do not; what it asked for is still answered */
	bool closing; /* close once the output is gone */
	bool dead; /* close now */
	uint32_t watched; /* epoll events asked for */
};

struct zt_server {
	const struct zt_server_ops *ops;
	void *arg;
	int epoll_fd, listen_fd, dir_fd, lock_fd;
	char name[64]; /* of the socket in its directory */
	struct zt_conn *conns;
	uint32_t nr_conns;
	bool paused; /* accept failed: wait for the next tick */
	uint64_t now_ms;
	gid_t change_gid, view_gid; /* (gid_t)-1: no such group */
};

/* zt_conn: conn.c */
struct zt_conn *zt_conn_new(struct zt_server *s, int fd, const struct zt_peer *peer);
void zt_conn_free(struct zt_conn *c);
void zt_conn_events(struct zt_conn *c, uint32_t events);
bool zt_conn_has_output(const struct zt_conn *c);
void zt_conn_watch(struct zt_conn *c); /* ask epoll for what it can use now */
void zt_conn_flush(struct zt_conn *c); /* conn_out.c: send what can be sent */
bool zt_conn_is_late(const struct zt_conn *c, uint64_t now_ms);

/* peer.c: who is at the other end. */
int zt_peer_read(int fd, gid_t change_gid, gid_t view_gid, struct zt_peer *ret);
gid_t zt_peer_group(const char *name); /* (gid_t)-1: no such group */

/* listen.c: make the directory safe, take the lock, bind. */
int zt_listen_open(struct zt_server *s, const char *path, char **ret_error);
void zt_listen_close(struct zt_server *s);

/* Octets held for all connections: files expected and output waiting. */
size_t zt_server_bytes(const struct zt_server *s);
#define BYTES_MAX (384u << 20)

#endif
