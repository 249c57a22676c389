/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One connection: octets in to requests, replies to octets out. One request at a
 * time: the next is looked at when the reply to the last has left.
 */
#include <errno.h>
#include <json-c/json.h>
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

static bool has_output(const struct zt_conn *c)
{
	return c->out_at < c->out_len;
}

static void watch(struct zt_conn *c)
{
	uint32_t want = c->half ? 0 : EPOLLRDHUP;
	struct epoll_event ev = {.data.ptr = c};

	if (has_output(c) || c->in_at < c->in_len)
		want |= EPOLLOUT;
	if (!c->ended && (c->stream || (!has_output(c) && !c->closing)))
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
	watch(c);
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

	if (has_output(c))
		return now_ms - c->moved_ms > REPLY_MS;
	if (c->peer.right == ZT_RIGHT_NONE)
		limit = STRANGER_MS;
	return !c->stream && now_ms - c->since_ms > limit;
}

/* ---- output ---- */

static int append(struct zt_conn *c, const char *text, size_t len)
{
	size_t need = c->out_len + len;
	char *bigger;

	if (!has_output(c)) {
		c->out_at = c->out_len = 0;
		c->moved_ms = c->server->now_ms;
		need = len;
	}
	if (need > c->out_cap) {
		need += need / 2;
		bigger = realloc(c->out, need);
		if (!bigger)
			return -ENOMEM;
		c->out = bigger;
		c->out_cap = need;
	}
	memcpy(c->out + c->out_len, text, len);
	c->out_len += len;
	return 0;
}

static void flush(struct zt_conn *c)
{
	ssize_t n;

	while (has_output(c)) {
		n = send(c->fd, c->out + c->out_at, c->out_len - c->out_at,
			 MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				c->dead = true;
			return;
		}
		c->out_at += (size_t)n;
		c->moved_ms = c->server->now_ms;
	}
	if (c->out_cap > 65536) { /* a big reply keeps no memory */
		free(c->out);
		c->out = NULL;
		c->out_cap = 0;
	}
	c->out_at = c->out_len = 0;
	if (c->closing)
		c->dead = true;
}

/* Sends what can be sent at once, so that a small reply costs no second wake-up. */
static void put_line(struct zt_conn *c, struct json_object *o)
{
	size_t len;
	const char *text = json_object_to_json_string_length(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);

	if (!text || len > ZT_CONTROL_REPLY_MAX - 1 || append(c, text, len) || append(c, "\n", 1))
		c->dead = true;
}

static struct json_object *reply_new(bool ok)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "schema", json_object_new_int(ZT_CONTROL_SCHEMA));
	json_object_object_add(o, "ok", json_object_new_boolean(ok));
	return o;
}

void zt_conn_ok(struct zt_conn *c, struct json_object *result)
{
	struct json_object *o = reply_new(true);

	json_object_object_add(o, "result", result ? result : json_object_new_object());
	put_line(c, o);
	json_object_put(o);
}

void zt_conn_ok_line(struct zt_conn *c, char *line, size_t len)
{
	if (has_output(c) || len > ZT_CONTROL_REPLY_MAX) {
		c->dead |= len > ZT_CONTROL_REPLY_MAX || append(c, line, len);
		free(line);
		return;
	}
	free(c->out);
	c->out = line;
	c->out_at = 0;
	c->out_len = c->out_cap = len;
	c->moved_ms = c->server->now_ms;
}

void zt_conn_error(struct zt_conn *c, const char *code, const char *error,
		   struct json_object *errors, uint32_t more)
{
	struct json_object *o = reply_new(false);

	json_object_object_add(o, "code", json_object_new_string(code));
	json_object_object_add(o, "error", json_object_new_string(error));
	if (errors)
		json_object_object_add(o, "errors", errors);
	if (more)
		json_object_object_add(o, "more", json_object_new_int64(more));
	put_line(c, o);
	json_object_put(o);
}

void zt_conn_stream(struct zt_conn *c)
{
	c->stream = true;
}

int zt_conn_line(struct zt_conn *c, const char *text, size_t len)
{
	if (c->dead || c->closing || c->out_len - c->out_at + len + 1 > STREAM_MAX)
		return -ENOBUFS;
	/* what was sent already makes room before memory grows */
	if (c->out_at > STREAM_MAX / 2) {
		memmove(c->out, c->out + c->out_at, c->out_len - c->out_at);
		c->out_len -= c->out_at;
		c->out_at = 0;
	}
	if (append(c, text, len) || append(c, "\n", 1)) {
		c->dead = true;
		return -ENOBUFS;
	}
	watch(c);
	return 0;
}

/* ---- input ---- */

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
	while (!has_output(c) && !c->closing && !c->dead && !c->stream) {
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

	if (c->in_at < c->in_len || c->ended || (has_output(c) && !c->stream))
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
		flush(c);
	c->dead |= c->ended && !has_output(c) && c->in_at == c->in_len;
	if (!c->dead)
		watch(c);
}
