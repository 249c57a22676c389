/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control socket's listener and its connections: see server.h. Its own epoll
 * descriptor lies in the agent's, so the agent sees one descriptor.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "control/conn.h"

#define CONNS_MAX 64
#define CONNS_ROOT 8	  /* kept back for root */
#define CONNS_USER 16	  /* of one user */
#define CONNS_STRANGERS 8 /* of all who may do nothing */
#define EVENTS_MAX 32

static void listen_watch(struct zt_server *s)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = s};

	epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->listen_fd, &ev);
	s->paused = false;
}

int zt_server_open(const char *path, const struct zt_server_ops *ops, void *arg,
		   struct zt_server **ret, char **ret_error)
{
	struct zt_server *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->ops = ops;
	s->arg = arg;
	s->epoll_fd = -1;
	r = zt_listen_open(s, path, ret_error);
	if (!r) {
		s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
		r = s->epoll_fd < 0 ? -errno : 0;
	}
	if (r) {
		zt_server_close(s);
		return r;
	}
	zt_server_groups(s);
	listen_watch(s);
	*ret = s;
	return 0;
}

void zt_server_close(struct zt_server *s)
{
	struct zt_conn *c;

	if (!s)
		return;
	while ((c = s->conns)) {
		s->conns = c->next;
		zt_conn_free(c);
	}
	zt_listen_close(s);
	if (s->epoll_fd >= 0)
		close(s->epoll_fd);
	free(s);
}

int zt_server_fd(const struct zt_server *s)
{
	return s->epoll_fd;
}

uint32_t zt_server_connections(const struct zt_server *s)
{
	return s->nr_conns;
}

void zt_server_groups(struct zt_server *s)
{
	s->change_gid = zt_peer_group("zt");
	s->view_gid = zt_peer_group("zt-view");
}

size_t zt_server_bytes(const struct zt_server *s)
{
	const struct zt_conn *c;
	size_t sum = 0;

	for (c = s->conns; c; c = c->next)
		sum += c->out_cap + (c->frame.files ? c->frame.files_len : 0);
	return sum;
}

static bool has_room(const struct zt_server *s, const struct zt_peer *peer)
{
	uint32_t same = 0, strangers = 0;
	const struct zt_conn *c;

	if (peer->uid == 0)
		return s->nr_conns < CONNS_MAX + CONNS_ROOT;
	for (c = s->conns; c; c = c->next) {
		same += c->peer.uid == peer->uid;
		strangers += c->peer.right == ZT_RIGHT_NONE;
	}
	if (peer->right == ZT_RIGHT_NONE && strangers >= CONNS_STRANGERS)
		return false;
	return s->nr_conns < CONNS_MAX && same < CONNS_USER;
}

static void add_connection(struct zt_server *s, int fd)
{
	static const char busy[] = "{\"schema\":1,\"ok\":false,\"code\":\"busy\","
				   "\"error\":\"too many connections; try again\"}\n";
	struct zt_peer peer;
	struct zt_conn *c;

	if (zt_peer_read(fd, s->change_gid, s->view_gid, &peer)) {
		close(fd);
		return;
	}
	c = has_room(s, &peer) ? zt_conn_new(s, fd, &peer) : NULL;
	if (!c) {
		/* best effort: who does not hear it sees the connection close */
		(void)!send(fd, busy, sizeof(busy) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
		close(fd);
		return;
	}
	c->next = s->conns;
	s->conns = c;
	s->nr_conns++;
}

static void accept_all(struct zt_server *s)
{
	int fd, i;

	for (i = 0; i < EVENTS_MAX; i++) {
		fd = accept4(s->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			add_connection(s, fd);
			continue;
		}
		if (errno == EINTR || errno == ECONNABORTED)
			continue;
		if (errno != EAGAIN) { /* no descriptors: do not spin */
			epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, s->listen_fd, NULL);
			s->paused = true;
		}
		return;
	}
}

static void reap(struct zt_server *s)
{
	struct zt_conn **at = &s->conns, *c;

	while ((c = *at)) {
		if (!c->dead) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		s->nr_conns--;
		zt_conn_free(c);
	}
}

void zt_server_run(struct zt_server *s, uint64_t now_ms)
{
	struct epoll_event ev[EVENTS_MAX];
	int n, i;

	s->now_ms = now_ms;
	n = epoll_wait(s->epoll_fd, ev, EVENTS_MAX, 0);
	for (i = 0; i < n; i++) {
		if (ev[i].data.ptr == s)
			accept_all(s);
		else
			zt_conn_events(ev[i].data.ptr, ev[i].events);
	}
	reap(s);
}

void zt_server_tick(struct zt_server *s, uint64_t now_ms)
{
	struct zt_conn *c;

	/* what waits here while the agent was busy is not late for that */
	zt_server_run(s, now_ms);
	for (c = s->conns; c; c = c->next)
		c->dead |= zt_conn_is_late(c, now_ms);
	reap(s);
	if (s->paused)
		listen_watch(s);
}
