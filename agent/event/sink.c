/* SPDX-License-Identifier: GPL-2.0 */
/* Syslog over UDP or a local datagram socket: see sink.h. Knows no event. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "event/sink.h"

#define RETRY_MS 1000

union any {
	struct sockaddr sa;
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

static int address_of(const struct zt_sink *s, union any *ret, socklen_t *ret_len)
{
	memset(ret, 0, sizeof(*ret));
	if (s->type == ZT_SINK_LOCAL) {
		ret->un.sun_family = AF_UNIX;
		memcpy(ret->un.sun_path, s->address, strlen(s->address) + 1);
		*ret_len = sizeof(ret->un);
		return 0;
	}
	if (inet_pton(AF_INET, s->address, &ret->in4.sin_addr) == 1) {
		ret->in4.sin_family = AF_INET;
		ret->in4.sin_port = htons(s->port);
		*ret_len = sizeof(ret->in4);
		return 0;
	}
	if (inet_pton(AF_INET6, s->address, &ret->in6.sin6_addr) != 1)
		return -EINVAL;
	ret->in6.sin6_family = AF_INET6;
	ret->in6.sin6_port = htons(s->port);
	*ret_len = sizeof(ret->in6);
	return 0;
}

int zt_sink_init(struct zt_sink *s, enum zt_sink_type type, const char *address, uint16_t port)
{
	union any a;
	socklen_t len;

	*s = (struct zt_sink){.type = type, .port = port, .fd = -1};
	if (strlen(address) >= sizeof(s->address) || !*address)
		return -EINVAL;
	memcpy(s->address, address, strlen(address) + 1);
	if (type == ZT_SINK_LOCAL)
		return *address == '/' ? 0 : -EINVAL;
	return port ? address_of(s, &a, &len) : -EINVAL;
}

void zt_sink_close(struct zt_sink *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static int open_sink(struct zt_sink *s)
{
	socklen_t len;
	union any a;
	int r = address_of(s, &a, &len);

	if (r)
		return r;
	s->fd = socket(a.sa.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return -errno;
	if (!connect(s->fd, &a.sa, len))
		return 0;
	r = -errno;
	zt_sink_close(s);
	return r;
}

/*
 * A connected UDP socket reports, at the next send, that the line before was refused:
 * nothing was sent then, so the line is tried once more.
 */
static int send_once(struct zt_sink *s, const char *text, size_t len)
{
	int tries;

	for (tries = 0; tries < 2; tries++) {
		if (send(s->fd, text, len, MSG_NOSIGNAL) >= 0)
			return 0;
		if (s->type == ZT_SINK_LOCAL || errno != ECONNREFUSED)
			return -errno;
		if (tries)
			break;
		snprintf(s->error, sizeof(s->error), "refused by the receiver");
		s->sent -= s->sent > 0;
		s->failed++;
	}
	return -ECONNREFUSED;
}

static int fail(struct zt_sink *s, int r, uint64_t now_ms)
{
	snprintf(s->error, sizeof(s->error), "%s", strerror(-r));
	s->failed++;
	/* a full buffer passes by itself; all else wants a new socket */
	if (r != -EAGAIN && r != -ENOBUFS) {
		zt_sink_close(s);
		s->retry_ms = now_ms + RETRY_MS;
	}
	return r;
}

int zt_sink_send(struct zt_sink *s, const char *text, size_t len, uint64_t now_ms)
{
	uint64_t failed = s->failed;
	int r;

	if (s->fd < 0) {
		if (now_ms < s->retry_ms) {
			s->failed++;
			return -ENOTCONN;
		}
		r = open_sink(s);
		if (r)
			return fail(s, r, now_ms);
	}
	r = send_once(s, text, len);
	if (r == -ECONNREFUSED && s->type == ZT_SINK_LOCAL) {
		/* the log daemon was restarted: its new socket, at once */
		zt_sink_close(s);
		r = open_sink(s);
		if (!r)
			r = send_once(s, text, len);
	}
	if (r)
		return fail(s, r, now_ms);
	s->sent++;
	if (s->failed == failed)
		s->error[0] = 0;
	return 0;
}
