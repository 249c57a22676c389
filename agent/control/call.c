/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Octets of one call of the client: blocking with a deadline. Sends and receives in
 * turns, so that an agent which answers before it has read everything (a refusal) is
 * heard instead of waited for.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "control/call.h"

uint64_t zt_call_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

int zt_call_dial(const char *path)
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
static int wait_for(const struct zt_call *c, short events)
{
	struct pollfd p = {.fd = c->fd, .events = events};
	uint64_t now = zt_call_now();
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
static int receive(struct zt_call *c)
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

static char *find_line(struct zt_call *c)
{
	char *end =
		c->len > c->scanned ? memchr(c->in + c->scanned, '\n', c->len - c->scanned) : NULL;

	if (end)
		*end = 0;
	else
		c->scanned = c->len;
	return end;
}

void zt_call_drop(struct zt_call *c, const char *end)
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
int zt_call_send(struct zt_call *c, const char *data, size_t len)
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

/* The next line, NUL-terminated at *ret_end; 0 at the end of the stream. */
int zt_call_line(struct zt_call *c, char **ret_end)
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
