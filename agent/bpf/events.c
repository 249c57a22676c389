/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two ring buffers, read through one epoll fd. Hands records on as they come;
 * what they mean is the agent's business.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include "bpf/attach.h"

struct zt_ring_arg {
	zt_event_fn fn;
	void *arg;
	bool critical;
};

static int on_event(void *ctx, void *data, size_t len)
{
	const struct zt_ring_arg *r = ctx;

	if (len >= sizeof(struct zt_event))
		r->fn(r->arg, data, r->critical);
	return 0;
}

int zt_live_events_fd(struct zt_maps *m, zt_event_fn fn, void *arg)
{
	struct zt_ring_arg *r;
	struct ring_buffer *ring;
	int rc = 0;

	if (m->ring)
		return -EBUSY;
	r = calloc(2, sizeof(*r));
	if (!r)
		return -ENOMEM;
	r[0] = (struct zt_ring_arg){ fn, arg, true };
	r[1] = (struct zt_ring_arg){ fn, arg, false };
	m->ring_fd[0] = fcntl(m->map[ZT_MAP_RINGC], F_DUPFD_CLOEXEC, 0);
	m->ring_fd[1] = fcntl(m->map[ZT_MAP_RING], F_DUPFD_CLOEXEC, 0);
	/* critical first: consume reads them in this order */
	ring = ring_buffer__new(m->ring_fd[0], on_event, &r[0], NULL);
	if (!ring)
		rc = -errno;
	else
		rc = ring_buffer__add(ring, m->ring_fd[1], on_event, &r[1]);
	if (rc) {
		ring_buffer__free(ring);
		free(r);
		return rc;
	}
	m->ring = ring;
	m->ring_fn = r;
	return ring_buffer__epoll_fd(ring);
}

int zt_live_events_consume(struct zt_maps *m)
{
	return m->ring ? ring_buffer__consume(m->ring) : -ENOENT;
}
