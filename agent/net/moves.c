/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notices of everything that may send a flow's packets another way, or put something in
 * their way: see obstacles.h. Says only that something changed.
 */
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/xfrm.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>
#include "net/ask.h"
#include "net/obstacles.h"

#ifndef RTNLGRP_NEXTHOP
#define RTNLGRP_NEXTHOP 32
#endif

/*
 * Neighbours tell of every confirmation; what counts is whether there is one and which MAC it
 * has. Of each is kept a fingerprint; two that share a place are only told too often.
 */
#define NEIGHBOURS 65536u

struct zt_moves {
	struct nl_sock *sk[ZT_MOVES_FDS]; /* route, netfilter, xfrm */
	uint64_t neighbour[NEIGHBOURS];
	int moved;
};

static uint64_t mix(uint64_t h, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len--)
		h = (h ^ *p++) * 0x100000001b3ull;
	return h;
}

static uint64_t mix_attr(uint64_t h, const struct nlattr *a)
{
	return a ? mix(h, zt_attr_data(a), a->nla_len - NLA_HDRLEN) : h;
}

/* Did the neighbour of this notice come, go, or get another MAC. */
static bool is_other(struct zt_moves *w, const struct nlmsghdr *n)
{
	const struct ndmsg *d = NLMSG_DATA(n);
	bool valid = n->nlmsg_type == RTM_NEWNEIGH &&
		     d->ndm_state & (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY);
	uint64_t who = mix(0xcbf29ce484222325ull, &d->ndm_ifindex, sizeof(d->ndm_ifindex)), is;
	uint64_t *place;

	who = mix_attr(who, zt_attr_find(n, sizeof(*d), NDA_DST));
	is = mix(who, &valid, sizeof(valid));
	if (valid)
		is = mix_attr(is, zt_attr_find(n, sizeof(*d), NDA_LLADDR));
	place = &w->neighbour[(who ^ who >> 32) % NEIGHBOURS];
	if (*place == is)
		return false;
	*place = is;
	return true;
}

static int on_route(struct nl_msg *msg, void *arg)
{
	const struct nlmsghdr *n = nlmsg_hdr(msg);
	struct zt_moves *w = arg;

	switch (n->nlmsg_type) {
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		if (is_other(w, n))
			w->moved |= ZT_MOVED_ROUTES;
		break;
	case RTM_NEWQDISC:
	case RTM_DELQDISC:
	case RTM_NEWTFILTER:
	case RTM_DELTFILTER:
	case RTM_NEWTCLASS:
	case RTM_DELTCLASS:
		w->moved |= ZT_MOVED_OBSTACLES;
		break;
	case RTM_NEWLINK: /* also GRO of a veth, which says whether its peer sends */
	case RTM_DELLINK:
		w->moved |= ZT_MOVED_ROUTES | ZT_MOVED_OBSTACLES;
		break;
	default:
		w->moved |= ZT_MOVED_ROUTES;
	}
	return NL_OK;
}

static int on_obstacle(struct nl_msg *msg, void *arg)
{
	((struct zt_moves *)arg)->moved |= ZT_MOVED_OBSTACLES;
	return NL_OK;
}

/* A kernel without the protocol has nothing to tell. */
static int listen_to(struct zt_moves *w, int i, int protocol, nl_recvmsg_msg_cb_t fn, const int *groups)
{
	struct nl_sock *sk = nl_socket_alloc();
	int rc;

	if (!sk)
		return -ENOMEM;
	nl_socket_disable_seq_check(sk);
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, fn, w);
	rc = nl_connect(sk, protocol);
	if (rc == -NLE_AF_NOSUPPORT || rc == -NLE_PROTO_MISMATCH) {
		nl_socket_free(sk);
		return 0;
	}
	for (; rc >= 0 && *groups; groups++)
		rc = nl_socket_add_membership(sk, *groups);
	if (rc >= 0)
		rc = nl_socket_set_nonblocking(sk);
	w->sk[i] = sk;
	return rc < 0 ? -EIO : 0;
}

int zt_moves_open(struct zt_moves **ret)
{
	static const int route[] = { RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_TC, RTNLGRP_IPV4_IFADDR,
				     RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV4_NETCONF,
				     RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_RULE,
				     RTNLGRP_IPV6_NETCONF, RTNLGRP_NEXTHOP, 0 };
	static const int netfilter[] = { NFNLGRP_NFTABLES, 0 };
	static const int xfrm[] = { XFRMNLGRP_POLICY, 0 };
	struct zt_moves *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return -ENOMEM;
	rc = listen_to(w, 0, NETLINK_ROUTE, on_route, route);
	if (!rc)
		rc = listen_to(w, 1, NETLINK_NETFILTER, on_obstacle, netfilter);
	if (!rc)
		rc = listen_to(w, 2, NETLINK_XFRM, on_obstacle, xfrm);
	if (rc)
		zt_moves_close(w);
	else
		*ret = w;
	return rc;
}

int zt_moves_fd(const struct zt_moves *w, int i)
{
	return w->sk[i] ? nl_socket_get_fd(w->sk[i]) : -1;
}

static void drain(struct zt_moves *w, struct nl_sock *sk)
{
	int rc;

	do {
		rc = nl_recvmsgs_default(sk);
		if (rc == -NLE_NOMEM)
			w->moved |= ZT_MOVED_ROUTES | ZT_MOVED_OBSTACLES;
	} while (rc >= 0 || rc == -NLE_NOMEM);
	if (rc != -NLE_AGAIN)
		w->moved |= ZT_MOVED_ROUTES | ZT_MOVED_OBSTACLES;
}

int zt_moves_drain(struct zt_moves *w)
{
	int i;

	w->moved = 0;
	for (i = 0; i < ZT_MOVES_FDS; i++)
		if (w->sk[i])
			drain(w, w->sk[i]);
	return w->moved;
}

void zt_moves_close(struct zt_moves *w)
{
	int i;

	if (!w)
		return;
	for (i = 0; i < ZT_MOVES_FDS; i++)
		nl_socket_free(w->sk[i]);
	free(w);
}
