/* SPDX-License-Identifier: GPL-2.0 */
/* The output side of a connection: replies, stream lines, and what waits to be sent. */
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "control/conn.h"

static int append(struct zt_conn *c, const char *text, size_t len)
{
	size_t need = c->out_len + len;
	char *bigger;

	if (!zt_conn_has_output(c)) {
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

void zt_conn_flush(struct zt_conn *c)
{
	ssize_t n;

	while (zt_conn_has_output(c)) {
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
	if (zt_conn_has_output(c) || len > ZT_CONTROL_REPLY_MAX) {
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
	zt_conn_watch(c);
	return 0;
}
