/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One connection: octets in to requests, one at a time: the next is looked at when the
 * reply to the last has left.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "control/conn.h"

#define REQUEST_MS 60000 /* to send a request line */
#define FILES_MS 180000	 /* and its files */
#define STRANGER_MS 5000 /* who may do nothing gets this long */
#define REPLY_MS 30000	 /* without taking one octet of a reply */

bool zt_conn_has_output(const struct zt_conn *c)
{
	return c->out_at < c->out_len;
}

void zt_conn_watch(struct zt_conn *c)
{
	uint32_t want = c->half ? 0 : EPOLLRDHUP;
	struct epoll_event ev = {.data.ptr = c};

	if (zt_conn_has_output(c) || c->in_at < c->in_len)
		want |= EPOLLOUT;
	if (!c->ended && (c->stream || (!zt_conn_has_output(c) && !c->closing)))
		want |= EPOLLIN;
	if (want == c->watched)
		return;
	ev.events = want;
	epoll_ctl(c->server->epoll_fd, c->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &ev);
	c->watched = want;
}

struct zt_conn *zt_conn_new(struct zt_server *s, int fd, const struct zt_peer *peer)
{
	struct zt_conn *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->server = s;
	c->fd = fd;
	c->peer = *peer;
	c->since_ms = c->moved_ms = s->now_ms;
	zt_conn_watch(c);
	return c;
}

void zt_conn_free(struct zt_conn *c)
{
	if (c->stream && c->server->ops->closed)
		c->server->ops->closed(c->server->arg, c);
	zt_frame_free(&c->frame);
	free(c->out);
	close(c->fd);
	free(c);
}

const struct zt_peer *zt_conn_peer(const struct zt_conn *c)
{
	return &c->peer;
}

bool zt_conn_is_late(const struct zt_conn *c, uint64_t now_ms)
{
	uint64_t limit = c->frame.state == ZT_FRAME_FILES ? FILES_MS : REQUEST_MS;

	if (zt_conn_has_output(c))
		return now_ms - c->moved_ms > REPLY_MS;
	if (c->peer.right == ZT_RIGHT_NONE)
		limit = STRANGER_MS;
	return !c->stream && now_ms - c->since_ms > limit;
}

static void refuse(struct zt_conn *c, const char *code, const char *error)
{
	zt_conn_error(c, code, error, NULL, 0);
	c->closing = true;
}

/* The line is there: may this peer, and is there room for the files. */
static void admit(struct zt_conn *c)
{
	int needs = c->server->ops->needs(c->server->arg, c->frame.cmd);
	char text[160];

	if (needs < 0) {
		snprintf(text, sizeof(text), "unknown command \"%.64s\"", c->frame.cmd);
		refuse(c, "request", text);
	} else if ((int)c->peer.right < needs) {
		snprintf(text, sizeof(text), "%s needs %s; you are uid %u", c->frame.cmd,
			 needs == ZT_RIGHT_ROOT	    ? "root"
			 : needs == ZT_RIGHT_CHANGE ? "root or group zt"
						    : "root, group zt or group zt-view",
			 c->peer.uid);
		refuse(c, "denied", text);
	} else if (zt_server_bytes(c->server) + c->frame.files_len > BYTES_MAX) {
		refuse(c, "busy", "too much data in flight; try again");
	} else {
		zt_frame_admit(&c->frame);
	}
}

static void serve(struct zt_conn *c)
{
	struct zt_frame *f = &c->frame;

	c->server->ops->request(c->server->arg, c, f->cmd, f->request, f->sources, f->nr_sources);
	zt_frame_next(f);
	c->since_ms = c->server->now_ms;
}

/* Use what is in the buffer until an answer waits to be sent. */
static void use_input(struct zt_conn *c)
{
	while (!zt_conn_has_output(c) && !c->closing && !c->dead && !c->stream) {
		if (c->frame.state == ZT_FRAME_ADMIT)
			admit(c);
		else if (c->frame.state == ZT_FRAME_READY)
			serve(c);
		else if (c->frame.state == ZT_FRAME_BAD)
			refuse(c, "request", c->frame.error);
		else if (c->in_at < c->in_len)
			c->in_at +=
				zt_frame_feed(&c->frame, c->in + c->in_at, c->in_len - c->in_at);
		else
			break;
	}
}

static void receive(struct zt_conn *c)
{
	ssize_t n;

	if (c->in_at < c->in_len || c->ended || (zt_conn_has_output(c) && !c->stream))
		return;
	n = recv(c->fd, c->in, sizeof(c->in), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0 || c->stream) { /* an error, or an observer that has seen enough */
		c->dead = true;
		return;
	}
	c->ended = !n;
	c->half |= c->ended;
	c->in_at = 0;
	c->in_len = (size_t)n;
}

void zt_conn_events(struct zt_conn *c, uint32_t events)
{
	if (events & (EPOLLHUP | EPOLLERR))
		c->dead = true;
	c->half |= (events & EPOLLRDHUP) != 0;
	if (!c->dead && (events & (EPOLLIN | EPOLLRDHUP)))
		receive(c);
	if (!c->dead)
		use_input(c);
	if (!c->dead)
		zt_conn_flush(c);
	c->dead |= c->ended && !zt_conn_has_output(c) && c->in_at == c->in_len;
	if (!c->dead)
		zt_conn_watch(c);
}
