/* SPDX-License-Identifier: GPL-2.0 */
/* One request over netlink and its answers: see ask.h. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "net/ask.h"

#define ANSWER_BYTES 65536
#define TRIES 3 /* of a dump during which the list changed */

static int request(const struct zt_ask *ask)
{
	char buf[512] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *n = (struct nlmsghdr *)buf;
	int fd, rc;

	if (ask->len > sizeof(buf) - NLMSG_HDRLEN)
		return -EMSGSIZE;
	n->nlmsg_len = NLMSG_LENGTH(ask->len);
	n->nlmsg_type = ask->type;
	n->nlmsg_flags = NLM_F_REQUEST | (ask->dump ? NLM_F_DUMP : NLM_F_ACK);
	memcpy(NLMSG_DATA(n), ask->body, ask->len);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, ask->protocol);
	if (fd < 0)
		return -errno;
	if (send(fd, buf, n->nlmsg_len, 0) == (ssize_t)n->nlmsg_len)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

/* 1: there is more; 0: that was all; -errno. */
static int answers(int fd, zt_answer_fn fn, void *arg, bool *ret_changed)
{
	static char buf[ANSWER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	ssize_t len = recv(fd, buf, sizeof(buf), 0);
	struct nlmsghdr *n = (struct nlmsghdr *)buf;

	if (len <= 0)
		return len ? -errno : -EIO;
	for (; NLMSG_OK(n, (unsigned int)len); n = NLMSG_NEXT(n, len)) {
		*ret_changed |= n->nlmsg_flags & NLM_F_DUMP_INTR;
		if (n->nlmsg_type == NLMSG_DONE)
			return 0;
		if (n->nlmsg_type == NLMSG_ERROR)
			return ((struct nlmsgerr *)NLMSG_DATA(n))->error;
		fn(arg, n);
	}
	return 1;
}

int zt_ask(const struct zt_ask *ask, zt_answer_fn fn, void *arg)
{
	bool changed;
	int i, fd, rc;

	for (i = 0; i < TRIES; i++) {
		fd = request(ask);
		if (fd < 0)
			return fd;
		changed = false;
		do {
			rc = answers(fd, fn, arg, &changed);
		} while (rc > 0);
		close(fd);
		if (rc || !changed)
			return rc;
	}
	return -EINTR;
}

static bool attr_ok(const struct nlattr *a, size_t left)
{
	return left >= NLA_HDRLEN && a->nla_len >= NLA_HDRLEN && a->nla_len <= left;
}

const struct nlattr *zt_attr_first(const struct nlmsghdr *n, size_t skip, size_t *ret_left)
{
	size_t used = NLMSG_HDRLEN + NLMSG_ALIGN(skip);
	const struct nlattr *a = (const void *)((const char *)n + used);

	*ret_left = n->nlmsg_len > used ? n->nlmsg_len - used : 0;
	return attr_ok(a, *ret_left) ? a : NULL;
}

const struct nlattr *zt_attr_next(const struct nlattr *a, size_t *left)
{
	size_t used = NLA_ALIGN(a->nla_len);

	*left = *left > used ? *left - used : 0;
	a = (const void *)((const char *)a + used);
	return attr_ok(a, *left) ? a : NULL;
}

static const struct nlattr *find(const struct nlattr *a, size_t left, uint16_t type)
{
	while (a && (a->nla_type & NLA_TYPE_MASK) != type)
		a = zt_attr_next(a, &left);
	return a;
}

const struct nlattr *zt_attr_find(const struct nlmsghdr *n, size_t skip, uint16_t type)
{
	size_t left;
	const struct nlattr *a = zt_attr_first(n, skip, &left);

	return find(a, left, type);
}

const struct nlattr *zt_attr_inside(const struct nlattr *in, uint16_t type)
{
	size_t left = in->nla_len - NLA_HDRLEN;
	const struct nlattr *a = zt_attr_data(in);

	return find(attr_ok(a, left) ? a : NULL, left, type);
}

uint32_t zt_attr_u32(const struct nlattr *a)
{
	uint32_t v = 0;

	if (a && a->nla_len >= NLA_HDRLEN + sizeof(v))
		memcpy(&v, zt_attr_data(a), sizeof(v));
	return v;
}

uint64_t zt_attr_u64(const struct nlattr *a)
{
	uint64_t v = 0;

	if (a && a->nla_len >= NLA_HDRLEN + sizeof(v))
		memcpy(&v, zt_attr_data(a), sizeof(v));
	return v;
}

const char *zt_attr_text(const struct nlattr *a)
{
	const char *text = a ? zt_attr_data(a) : "";

	return a && !memchr(text, 0, a->nla_len - NLA_HDRLEN) ? "" : text;
}
