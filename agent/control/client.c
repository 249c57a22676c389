/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The client side of the control protocol: blocking calls with a deadline. Sends and
 * receives in turns, so that an agent which answers before it has read everything (a
 * refusal) is heard instead of waited for.
 */
#include <errno.h>
#include <json-c/json.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "control/control.h"
#include "policy/policy.h"

struct call {
	int fd;
	uint64_t deadline_ms; /* 0: none */
	char *in;	      /* received, not yet used */
	size_t len, cap;
	size_t scanned; /* no newline before this */
};

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

void zt_control_reply_free(struct zt_control_reply *r)
{
	if (r->json)
		json_object_put(r->json);
	*r = (struct zt_control_reply){0};
}

static int dial(const char *path)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd, r;

	if (strlen(path) >= sizeof(un.sun_path))
		return -ENAMETOOLONG;
	memcpy(un.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!connect(fd, (struct sockaddr *)&un, sizeof(un)))
		return fd;
	/* EAGAIN: the agent's backlog is full */
	r = errno == EAGAIN ? -ECONNREFUSED : -errno;
	close(fd);
	return r;
}

/* Wait for events; revents or -errno. */
static int wait_for(const struct call *c, short events)
{
	struct pollfd p = {.fd = c->fd, .events = events};
	uint64_t now = now_ms();
	int left = -1, r;

	if (c->deadline_ms) {
		if (now >= c->deadline_ms)
			return -ETIMEDOUT;
		left = c->deadline_ms - now > 1000000 ? 1000000 : (int)(c->deadline_ms - now);
	}
	r = poll(&p, 1, left);
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	return r ? p.revents : 0;
}

/* More octets: 1 some, 0 the end, -EAGAIN none now, -errno. */
static int receive(struct call *c)
{
	char *bigger;
	ssize_t n;

	if (c->len + 4096 > c->cap) {
		if (c->cap >= ZT_CONTROL_REPLY_MAX)
			return -EPROTO;
		bigger = realloc(c->in, c->cap ? c->cap * 2 : 65536);
		if (!bigger)
			return -ENOMEM;
		c->in = bigger;
		c->cap = c->cap ? c->cap * 2 : 65536;
	}
	n = recv(c->fd, c->in + c->len, c->cap - c->len - 1, 0);
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	c->len += (size_t)n;
	return n > 0;
}

static char *find_line(struct call *c)
{
	char *end =
		c->len > c->scanned ? memchr(c->in + c->scanned, '\n', c->len - c->scanned) : NULL;

	if (end)
		*end = 0;
	else
		c->scanned = c->len;
	return end;
}

static void drop_line(struct call *c, const char *end)
{
	size_t used = (size_t)(end - c->in) + 1;

	memmove(c->in, c->in + used, c->len - used);
	c->len -= used;
	c->scanned = 0;
}

/*
 * Send it all, or as much as the agent takes before it answers or hangs up: then the
 * answer is in the buffer, or will be read next.
 */
static int send_all(struct call *c, const char *data, size_t len)
{
	ssize_t n;
	int ev, r;

	while (len) {
		ev = wait_for(c, POLLOUT | POLLIN);
		if (ev < 0)
			return ev;
		if (ev & POLLIN) {
			r = receive(c);
			if (r < 0 && r != -EAGAIN)
				return r;
			return r == -EAGAIN ? 0 : 1;
		}
		if (!(ev & (POLLOUT | POLLHUP | POLLERR)))
			continue;
		n = send(c->fd, data, len, MSG_NOSIGNAL);
		if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
			return 1;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static struct json_object *request_object(const struct zt_control_request *q)
{
	struct json_object *o = json_object_new_object(), *list, *entry;
	size_t i;

	json_object_object_add(o, "schema", json_object_new_int(ZT_CONTROL_SCHEMA));
	json_object_object_add(o, "cmd", json_object_new_string(q->cmd));
	if (q->args) {
		json_object_object_foreach(q->args, key, value)
			json_object_object_add(o, key, json_object_get(value));
	}
	if (q->sources) {
		list = json_object_new_array();
		for (i = 0; i < q->nr_sources; i++) {
			entry = json_object_new_object();
			json_object_object_add(entry, "name",
					       json_object_new_string(q->sources[i].name));
			json_object_object_add(entry, "bytes",
					       json_object_new_int64((int64_t)q->sources[i].len));
			json_object_array_add(list, entry);
		}
		json_object_object_add(o, "sources", list);
	}
	return o;
}

static int send_request(struct call *c, const struct zt_control_request *q)
{
	struct json_object *o = request_object(q);
	size_t len, i, files = 0;
	const char *text = json_object_to_json_string_length(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	int r;

	for (i = 0; i < q->nr_sources; i++)
		files += q->sources[i].len;
	if (len + 1 > ZT_CONTROL_LINE_MAX || files > ZT_CONTROL_FILES_MAX ||
	    q->nr_sources > ZT_CONTROL_SOURCES_MAX)
		r = -E2BIG;
	else
		r = send_all(c, text, len);
	if (!r)
		r = send_all(c, "\n", 1);
	for (i = 0; !r && i < q->nr_sources; i++)
		r = send_all(c, q->sources[i].text, q->sources[i].len);
	json_object_put(o);
	return r < 0 ? r : 0;
}

/* The next line, NUL-terminated at *ret_end; 0 at the end of the stream. */
static int next_line(struct call *c, char **ret_end)
{
	int ev, r;

	while (!(*ret_end = find_line(c))) {
		ev = wait_for(c, POLLIN);
		if (ev < 0)
			return ev;
		if (!ev)
			continue;
		r = receive(c);
		if (r == -EAGAIN)
			continue;
		if (r <= 0)
			return r == -ECONNRESET ? 0 : r;
	}
	return 1;
}

static int read_reply(struct call *c, struct zt_control_reply *ret)
{
	struct json_object *o = NULL, *v;
	char *end;
	int r = next_line(c, &end);

	if (r <= 0)
		return r ? r : -EPROTO;
	o = json_tokener_parse(c->in);
	drop_line(c, end);
	if (!json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, "ok", &v)) {
		json_object_put(o);
		return -EPROTO;
	}
	*ret = (struct zt_control_reply){.json = o, .ok = json_object_get_boolean(v)};
	if (json_object_object_get_ex(o, "result", &v))
		ret->result = v;
	if (json_object_object_get_ex(o, "code", &v))
		ret->code = json_object_get_string(v);
	if (json_object_object_get_ex(o, "error", &v))
		ret->error = json_object_get_string(v);
	if (json_object_object_get_ex(o, "errors", &v))
		ret->errors = v;
	if (json_object_object_get_ex(o, "more", &v))
		ret->more = (uint32_t)json_object_get_int64(v);
	return 0;
}

static int begin(const struct zt_control_request *q, struct call *c, struct zt_control_reply *ret)
{
	int r;

	*ret = (struct zt_control_reply){0};
	c->deadline_ms = now_ms() + (q->timeout_ms ? q->timeout_ms : 30000);
	c->fd = dial(q->socket ? q->socket : ZT_CONTROL_SOCKET);
	if (c->fd < 0)
		return c->fd;
	r = send_request(c, q);
	return r ? r : read_reply(c, ret);
}

static void end(struct call *c)
{
	if (c->fd >= 0)
		close(c->fd);
	free(c->in);
}

int zt_control_call(const struct zt_control_request *request, struct zt_control_reply *ret)
{
	struct call c = {.fd = -1};
	int r = begin(request, &c, ret);

	end(&c);
	return r;
}

int zt_control_stream(const struct zt_control_request *request, zt_control_line_fn fn, void *arg,
		      struct zt_control_reply *ret)
{
	struct call c = {.fd = -1};
	int r = begin(request, &c, ret);
	struct json_object *line;
	char *at;

	c.deadline_ms = 0;
	while (!r && ret->ok) {
		r = next_line(&c, &at);
		if (r <= 0)
			break;
		line = json_tokener_parse(c.in);
		r = line ? fn(arg, line, c.in) : -EPROTO;
		json_object_put(line);
		drop_line(&c, at);
	}
	end(&c);
	return r;
}
