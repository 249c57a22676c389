/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notices of changes to interfaces and addresses. Says only that something
 * changed; what it is now, machine.c reads.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include "net/net.h"

struct zt_net_watch {
	struct nl_sock *sk;
	bool changed;
};

static int on_notice(struct nl_msg *msg, void *arg)
{
	struct zt_net_watch *w = arg;

	switch (nlmsg_hdr(msg)->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
	case RTM_NEWADDR:
	case RTM_DELADDR:
		w->changed = true;
	}
	return NL_OK;
}

int zt_net_watch_open(struct zt_net_watch **ret)
{
	struct zt_net_watch *w = calloc(1, sizeof(*w));

	if (w)
		w->sk = nl_socket_alloc();
	if (!w || !w->sk) {
		free(w);
		return -ENOMEM;
	}
	nl_socket_disable_seq_check(w->sk);
	nl_socket_modify_cb(w->sk, NL_CB_VALID, NL_CB_CUSTOM, on_notice, w);
	if (nl_connect(w->sk, NETLINK_ROUTE) < 0 ||
	    nl_socket_add_memberships(w->sk, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
				      RTNLGRP_IPV6_IFADDR, RTNLGRP_NONE) < 0 ||
	    nl_socket_set_nonblocking(w->sk) < 0) {
		zt_net_watch_close(w);
		return -EIO;
	}
	*ret = w;
	return 0;
}

int zt_net_watch_fd(const struct zt_net_watch *w)
{
	return nl_socket_get_fd(w->sk);
}

/* Notices lost to a full socket buffer are a change as well. */
int zt_net_watch_drain(struct zt_net_watch *w)
{
	int rc;

	w->changed = false;
	do {
		rc = nl_recvmsgs_default(w->sk);
	} while (rc >= 0);
	if (rc == -NLE_NOMEM) {
		w->changed = true;
		while (nl_recvmsgs_default(w->sk) >= 0)
			;
	} else if (rc != -NLE_AGAIN) {
		return -EIO;
	}
	return w->changed;
}

void zt_net_watch_close(struct zt_net_watch *w)
{
	if (!w)
		return;
	nl_socket_free(w->sk);
	free(w);
}
