/* SPDX-License-Identifier: GPL-2.0 */
/* Asking zt_flow.ko and following it: see kflow.h. */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "net/kflow.h"

#define FOLLOW_BYTES (4 << 20) /* of ends in a burst, some 10,000 */

struct zt_kflow {
	struct nl_sock *sk;
	int family;
	uint64_t seq; /* the last end that was seen; 0: none yet */
};

/* libnl's errors are its own; these are the ones that mean something here. */
static int from_nl(int rc)
{
	switch (rc < 0 ? -rc : rc) {
	case NLE_OBJ_NOTFOUND:
		return -ENOENT;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_PERM:
		return -EPERM;
	case NLE_AGAIN:
		return -EAGAIN;
	default:
		return -EIO;
	}
}

int zt_kflow_open(struct zt_kflow **ret)
{
	struct zt_kflow *k = calloc(1, sizeof(*k));
	int rc, one = 1;

	if (k)
		k->sk = nl_socket_alloc();
	if (!k || !k->sk) {
		free(k);
		return -ENOMEM;
	}
	rc = genl_connect(k->sk);
	if (!rc)
		rc = k->family = genl_ctrl_resolve(k->sk, ZT_GENL_NAME);
	if (rc < 0) {
		zt_kflow_close(k);
		return from_nl(rc);
	}
	/* texts, where the kernel has them */
	setsockopt(nl_socket_get_fd(k->sk), SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	*ret = k;
	return 0;
}

void zt_kflow_close(struct zt_kflow *k)
{
	if (!k)
		return;
	nl_socket_free(k->sk);
	free(k);
}

/* ---- one question, its answers ------------------------------------------------------ */

struct answer {
	int (*fn)(void *arg, const struct nlmsghdr *h, uint32_t len); /* NULL: none is awaited */
	void *arg;
	int rc; /* the kernel's, or the first of fn's */
	char **ret_error;
	bool done;
};

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct answer *a = arg;
	const struct nlmsghdr *h = nlmsg_hdr(msg);

	if (a->fn && !a->rc)
		a->rc = a->fn(a->arg, h, h->nlmsg_len);
	return NL_OK;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct answer *a = arg;

	a->done = true;
	return NL_STOP;
}

/* The end of a dump carries its error. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *h = nlmsg_hdr(msg);
	struct answer *a = arg;

	if (!a->rc && h->nlmsg_len >= NLMSG_LENGTH(sizeof(int)))
		a->rc = *(const int *)nlmsg_data(h);
	return on_ack(msg, arg);
}

/* A record a program was just writing, or a flush: what is left out then was never whole. */
static int on_interrupted(struct nl_msg *msg, void *arg)
{
	return NL_OK;
}

/* The text behind an error: NLMSGERR_ATTR_MSG. */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	const struct nlmsghdr *h = (const struct nlmsghdr *)e - 1;
	struct answer *a = arg;
	struct nlattr *text;
	int head = NLMSG_ALIGN(sizeof(*e));

	a->rc = e->error;
	a->done = true;
	if (!(h->nlmsg_flags & NLM_F_CAPPED))
		head += NLMSG_ALIGN(e->msg.nlmsg_len - sizeof(e->msg));
	if (!a->ret_error || !(h->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    h->nlmsg_len < NLMSG_HDRLEN + (uint32_t)head)
		return NL_STOP;
	text = nla_find((struct nlattr *)((char *)e + head), (int)(h->nlmsg_len - NLMSG_HDRLEN) - head,
			NLMSGERR_ATTR_MSG);
	if (text)
		*a->ret_error = strndup(nla_data(text), (size_t)nla_len(text));
	return NL_STOP;
}

static int receive(struct zt_kflow *k, struct answer *a)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int rc = 0;

	if (!cb)
		return -ENOMEM;
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, a);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, a);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, a);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, a);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, a);
	while (!a->done && rc >= 0)
		rc = nl_recvmsgs(k->sk, cb);
	nl_cb_put(cb);
	return a->done ? a->rc : from_nl(rc);
}

/* A command begun; attributes are put behind it. */
static struct nl_msg *command(struct zt_kflow *k, int flags, uint8_t cmd)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (msg && genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, k->family, 0, flags, cmd, ZT_GENL_VERSION))
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* Sent and answered; msg is freed. */
static int ask(struct zt_kflow *k, struct nl_msg *msg, struct answer *a)
{
	int rc = nl_send_auto(k->sk, msg);

	nlmsg_free(msg);
	return rc < 0 ? from_nl(rc) : receive(k, a);
}

static int to_stats(void *arg, const struct nlmsghdr *h, uint32_t len)
{
	return zt_kflow_parse_stats(h, len, arg);
}

int zt_kflow_table(struct zt_kflow *k, const struct zt_kflow_limits *l, struct zt_kflow_stats *ret,
		   char **ret_error)
{
	struct answer a = { .fn = to_stats, .arg = ret, .ret_error = ret_error };
	struct nl_msg *msg = command(k, 0, ZT_GENL_CMD_TABLE);

	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, ZT_GENL_ATTR_ABI, ZT_ABI_VERSION) ||
	    nla_put_u32(msg, ZT_GENL_ATTR_MAX_FLOWS, l->max_flows) ||
	    nla_put_u32(msg, ZT_GENL_ATTR_DEVICES, l->devices) ||
	    nla_put_u32(msg, ZT_GENL_ATTR_TICK_SHIFT, l->tick_shift) ||
	    nla_put(msg, ZT_GENL_ATTR_IDLE, sizeof(l->idle), l->idle)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return ask(k, msg, &a);
}

int zt_kflow_stats(struct zt_kflow *k, uint32_t dev, struct zt_kflow_stats *ret)
{
	struct answer a = { .fn = to_stats, .arg = ret };
	struct nl_msg *msg = command(k, 0, ZT_GENL_CMD_STATS);

	if (!msg)
		return -ENOMEM;
	if (dev != ZT_NONE && nla_put_u32(msg, ZT_GENL_ATTR_DEV, dev)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return ask(k, msg, &a);
}

static int to_busy(void *arg, const struct nlmsghdr *h, uint32_t len)
{
	struct nlattr *busy = nlmsg_find_attr((struct nlmsghdr *)h, GENL_HDRLEN, ZT_GENL_ATTR_BUSY);

	if (!busy || nla_len(busy) != sizeof(uint32_t))
		return -EPROTO;
	return nla_get_u32(busy) ? -EBUSY : 0;
}

int zt_kflow_flush(struct zt_kflow *k)
{
	struct answer a = { .fn = to_busy };
	struct nl_msg *msg = command(k, 0, ZT_GENL_CMD_FLUSH);

	return msg ? ask(k, msg, &a) : -ENOMEM;
}

int zt_kflow_put(struct zt_kflow *k, const struct zt_kflow_record *r)
{
	struct nl_msg *msg = command(k, 0, ZT_GENL_CMD_PUT);
	struct answer a = { 0 };

	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, ZT_GENL_ATTR_ABI, ZT_ABI_VERSION) ||
	    nla_put(msg, ZT_GENL_ATTR_KEY, sizeof(r->key), &r->key) ||
	    nla_put(msg, ZT_GENL_ATTR_FLOW, sizeof(r->flow), &r->flow) ||
	    nla_put(msg, ZT_GENL_ATTR_REST, sizeof(r->rest), &r->rest)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return ask(k, msg, &a);
}

struct each {
	zt_kflow_fn fn;
	void *arg;
};

static int to_each(void *arg, const struct nlmsghdr *h, uint32_t len)
{
	struct zt_kflow_record r;
	struct each *each = arg;
	int rc = zt_kflow_parse_record(h, len, &r);

	if (!rc)
		each->fn(each->arg, &r);
	return rc;
}

int zt_kflow_dump(struct zt_kflow *k, zt_kflow_fn fn, void *arg)
{
	struct each each = { fn, arg };
	struct answer a = { .fn = to_each, .arg = &each };
	struct nl_msg *msg = command(k, NLM_F_DUMP, ZT_GENL_CMD_GET);

	return msg ? ask(k, msg, &a) : -ENOMEM;
}

/* ---- following ----------------------------------------------------------------------- */

int zt_kflow_follow(struct zt_kflow *k)
{
	int group = genl_ctrl_resolve_grp(k->sk, ZT_GENL_NAME, ZT_GENL_GROUP_ENDED);
	int bytes = FOLLOW_BYTES, one = 1, fd = nl_socket_get_fd(k->sk);

	if (group < 0)
		return from_nl(group);
	nl_socket_disable_seq_check(k->sk);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_BROADCAST_ERROR, &one, sizeof(one)))
		return -errno;
	if (nl_socket_add_membership(k->sk, group) < 0 || nl_socket_set_nonblocking(k->sk) < 0)
		return -EIO;
	return 0;
}

int zt_kflow_fd(const struct zt_kflow *k)
{
	return nl_socket_get_fd(k->sk);
}

struct reading {
	struct zt_kflow *k;
	struct each each;
	uint64_t missed;
};

static int on_ended(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *h = nlmsg_hdr(msg);
	struct reading *r = arg;
	struct zt_kflow_record rec;

	if (zt_kflow_parse_record(h, h->nlmsg_len, &rec) || !rec.reason)
		return NL_OK;
	if (r->k->seq && rec.seq > r->k->seq + 1)
		r->missed += rec.seq - r->k->seq - 1;
	r->k->seq = rec.seq;
	r->each.fn(r->each.arg, &rec);
	return NL_OK;
}

int zt_kflow_read(struct zt_kflow *k, zt_kflow_fn fn, void *arg, uint64_t *ret_missed)
{
	struct reading r = { k, { fn, arg }, 0 };
	int rc;

	nl_socket_modify_cb(k->sk, NL_CB_VALID, NL_CB_CUSTOM, on_ended, &r);
	do {
		rc = nl_recvmsgs_default(k->sk);
	} while (rc >= 0 || rc == -NLE_NOMEM); /* no room: the gap in the numbers says how many */
	*ret_missed += r.missed;
	return rc == -NLE_AGAIN ? 0 : from_nl(rc);
}
