/* SPDX-License-Identifier: GPL-2.0 */
#include <errno.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "nl.h"

static const struct nlattr *attr_next(const struct nlattr *a)
{
	return (const void *)((const char *)a + NLA_ALIGN(a->nla_len));
}

static void parse(const void *at, const void *end, struct nl_attrs *ret)
{
	const struct nlattr *a;

	memset(ret, 0, sizeof(*ret));
	for (a = at; (const void *)(a + 1) <= end && a->nla_len >= NLA_HDRLEN; a = attr_next(a))
		if ((a->nla_type & NLA_TYPE_MASK) <= ZT_GENL_ATTR_MAX)
			ret->a[a->nla_type & NLA_TYPE_MASK] = a;
}

const void *nl_data(const struct nl_attrs *a, int type, uint32_t len)
{
	return a->a[type] && a->a[type]->nla_len == NLA_HDRLEN + len ? a->a[type] + 1 : NULL;
}

uint32_t nl_u32(const struct nl_attrs *a, int type)
{
	const void *p = nl_data(a, type, 4);
	uint32_t v = UINT32_MAX;

	if (p)
		memcpy(&v, p, sizeof(v));
	return v;
}

uint64_t nl_u64(const struct nl_attrs *a, int type)
{
	const void *p = nl_data(a, type, 8);
	uint64_t v = UINT64_MAX;

	if (p)
		memcpy(&v, p, sizeof(v));
	return v;
}

void nl_put(struct nl_msg *m, uint16_t type, const void *data, uint32_t len)
{
	struct nlattr a = { .nla_len = NLA_HDRLEN + len, .nla_type = type };

	memcpy(m->data + m->len, &a, sizeof(a));
	if (len)
		memcpy(m->data + m->len + NLA_HDRLEN, data, len);
	memset(m->data + m->len + a.nla_len, 0, NLA_ALIGN(len) - len);
	m->len += NLA_ALIGN(a.nla_len);
	m->hdr.nlmsg_len = m->len;
}

void nl_put_u32(struct nl_msg *m, uint16_t type, uint32_t v)
{
	nl_put(m, type, &v, sizeof(v));
}

static void begin(struct nl *nl, struct nl_msg *m, uint16_t type, uint8_t cmd, uint8_t version,
		  uint16_t flags)
{
	struct genlmsghdr g = { .cmd = cmd, .version = version };

	memset(&m->hdr, 0, sizeof(m->hdr));
	m->hdr.nlmsg_type = type;
	m->hdr.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	m->hdr.nlmsg_seq = ++nl->seq;
	memcpy(m->data + NLMSG_HDRLEN, &g, sizeof(g));
	m->len = NLMSG_HDRLEN + GENL_HDRLEN;
	m->hdr.nlmsg_len = m->len;
}

void nl_begin(struct nl *nl, struct nl_msg *m, uint8_t cmd, uint16_t flags)
{
	begin(nl, m, nl->family, cmd, ZT_GENL_VERSION, flags);
}

/* The end of a conversation: an error code and what was said of it. */
static int finish(struct nl *nl, const struct nlmsghdr *h, bool capped)
{
	const char *end = (const char *)h + h->nlmsg_len, *at = NLMSG_DATA(h);
	const struct nlattr *a;
	int code;

	memcpy(&code, at, sizeof(code));
	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return code;
	at += h->nlmsg_type == NLMSG_DONE ? sizeof(code) :
	      capped ? sizeof(struct nlmsgerr) :
		       sizeof(code) + NLMSG_ALIGN(((const struct nlmsgerr *)at)->msg.nlmsg_len);
	for (a = (const void *)at; (const char *)(a + 1) <= end && a->nla_len >= NLA_HDRLEN; a = attr_next(a))
		if (a->nla_type == NLMSGERR_ATTR_MSG)
			strncpy(nl->text, (const char *)(a + 1), sizeof(nl->text) - 1);
	return code;
}

/* One message. 1: more to come, else 0 or -errno in *ret. */
static int take(struct nl *nl, const struct nlmsghdr *h, nl_fn fn, void *arg, int *ret)
{
	const struct genlmsghdr *g = NLMSG_DATA(h);
	struct nl_attrs attrs;

	if (h->nlmsg_flags & NLM_F_DUMP_INTR)
		nl->inconsistent = true;
	if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE) {
		*ret = finish(nl, h, h->nlmsg_flags & NLM_F_CAPPED);
		return 0;
	}
	parse(g + 1, (const char *)h + h->nlmsg_len, &attrs);
	if (fn)
		fn(&attrs, g->cmd, arg);
	return 1;
}

int nl_talk(struct nl *nl, struct nl_msg *m, nl_fn fn, void *arg)
{
	static char buf[65536];
	struct nlmsghdr *h;
	int len, ret = 0;

	memset(nl->text, 0, sizeof(nl->text));
	nl->inconsistent = false;
	if (send(nl->fd, m->data, m->len, 0) < 0)
		return -errno;
	for (;;) {
		len = recv(nl->fd, buf, sizeof(buf), 0);
		if (len < 0)
			return -errno;
		for (h = (void *)buf; NLMSG_OK(h, (unsigned)len); h = NLMSG_NEXT(h, len))
			if (h->nlmsg_seq == nl->seq && !take(nl, h, fn, arg, &ret))
				return ret;
	}
}

int nl_listen(struct nl *nl, int wait_ms, nl_fn fn, void *arg)
{
	struct pollfd p = { .fd = nl->fd, .events = POLLIN };
	static char buf[65536]; /* of another thread than nl_talk()'s */
	int len, n = 0, ret;
	struct nlmsghdr *h;

	while (poll(&p, 1, n ? 0 : wait_ms) > 0) {
		len = recv(nl->fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (len < 0)
			return errno == EAGAIN ? n : -errno;
		for (h = (void *)buf; NLMSG_OK(h, (unsigned)len); h = NLMSG_NEXT(h, len))
			n += take(nl, h, fn, arg, &ret);
	}
	return n;
}

static void take_group(struct nl *nl, const struct nlattr *groups)
{
	const struct nlattr *g = groups + 1, *a;
	const char *end = (const char *)groups + groups->nla_len;

	for (; (const char *)(g + 1) <= end; g = attr_next(g))
		for (a = g + 1; (const void *)a < (const void *)attr_next(g); a = attr_next(a))
			if (a->nla_type == CTRL_ATTR_MCAST_GRP_ID)
				memcpy(&nl->group, a + 1, 4);
}

static void take_family(const struct nl_attrs *attrs, uint8_t cmd, void *arg)
{
	struct nl *nl = arg;

	if (attrs->a[CTRL_ATTR_FAMILY_ID])
		memcpy(&nl->family, attrs->a[CTRL_ATTR_FAMILY_ID] + 1, 2);
	if (attrs->a[CTRL_ATTR_MCAST_GROUPS])
		take_group(nl, attrs->a[CTRL_ATTR_MCAST_GROUPS]);
}

int nl_open(struct nl *nl)
{
	static const int one = 1, room = 8 << 20;
	struct nl_msg m;
	int err;

	memset(nl, 0, sizeof(*nl));
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (nl->fd < 0)
		return -errno;
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_BROADCAST_ERROR, &one, sizeof(one));
	setsockopt(nl->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	begin(nl, &m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0);
	nl_put(&m, CTRL_ATTR_FAMILY_NAME, ZT_GENL_NAME, sizeof(ZT_GENL_NAME));
	err = nl_talk(nl, &m, take_family, nl);
	if (err)
		nl_close(nl);
	return err;
}

void nl_close(struct nl *nl)
{
	if (nl->fd >= 0)
		close(nl->fd);
	nl->fd = -1;
}

int nl_join(struct nl *nl, uint32_t group)
{
	return setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) ? -errno : 0;
}
