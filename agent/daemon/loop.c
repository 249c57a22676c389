/* SPDX-License-Identifier: GPL-2.0 */
/* The agent's one epoll loop: see loop.h. Knows descriptors only. */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include "daemon/loop.h"

#define SOURCES_MAX 16

struct source {
	int fd; /* -1: free */
	loop_fn fn;
	void *arg;
};

struct loop {
	int epoll_fd;
	bool stopped;
	struct source source[SOURCES_MAX];
};

int loop_new(struct loop **ret)
{
	struct loop *l = calloc(1, sizeof(*l));
	int i;

	if (!l)
		return -ENOMEM;
	for (i = 0; i < SOURCES_MAX; i++)
		l->source[i].fd = -1;
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll_fd < 0) {
		free(l);
		return -errno;
	}
	*ret = l;
	return 0;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	close(l->epoll_fd);
	free(l);
}

int loop_add(struct loop *l, int fd, loop_fn fn, void *arg)
{
	struct epoll_event ev = {.events = EPOLLIN};
	int i;

	for (i = 0; i < SOURCES_MAX && l->source[i].fd >= 0; i++)
		;
	if (i == SOURCES_MAX)
		return -ENOSPC;
	ev.data.u32 = (uint32_t)i;
	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, fd, &ev))
		return -errno;
	l->source[i] = (struct source){fd, fn, arg};
	return 0;
}

void loop_remove(struct loop *l, int fd)
{
	int i;

	for (i = 0; i < SOURCES_MAX; i++) {
		if (fd >= 0 && l->source[i].fd == fd) {
			epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
			l->source[i].fd = -1;
		}
	}
}

void loop_stop(struct loop *l)
{
	l->stopped = true;
}

int loop_run(struct loop *l)
{
	struct epoll_event ev[SOURCES_MAX];
	struct source *s;
	int n, i;

	while (!l->stopped) {
		n = epoll_wait(l->epoll_fd, ev, SOURCES_MAX, -1);
		if (n < 0 && errno != EINTR)
			return -errno;
		for (i = 0; i < n; i++) {
			/* one handler may have removed another's source */
			s = &l->source[ev[i].data.u32];
			if (s->fd >= 0)
				s->fn(s->arg);
		}
	}
	return 0;
}

static uint64_t read_clock(clockid_t id, uint64_t per_s)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * per_s + (uint64_t)ts.tv_nsec / (1000000000 / per_s);
}

uint64_t clock_ms(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000);
}

uint64_t clock_us(void)
{
	return read_clock(CLOCK_REALTIME, 1000000);
}

int64_t clock_boot_s(void)
{
	return (int64_t)read_clock(CLOCK_BOOTTIME, 1);
}
