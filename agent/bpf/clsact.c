/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tc filters on kernels without tcx: clsact, priority 1, handle 1, protocol all.
 * The order of filters is what counts, so all of them are dumped and looked at.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "bpf/attach.h"

#define OUR_HANDLE 1u
#define OUR_PRIORITY 1u

struct filter {
	uint32_t handle, priority, prog_id;
	bool is_bpf;
};

static uint32_t parent_of(enum zt_hook hook)
{
	return TC_H_MAKE(TC_H_CLSACT, hook == ZT_HOOK_OUT ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
}

static void parse_attrs(const struct nlmsghdr *n, struct filter *f, uint32_t *ret_chain)
{
	const struct tcmsg *t = NLMSG_DATA(n);
	struct rtattr *a = TCA_RTA(t), *opt;
	int len = TCA_PAYLOAD(n), olen;

	f->handle = t->tcm_handle;
	f->priority = t->tcm_info >> 16;
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		if (a->rta_type == TCA_KIND)
			f->is_bpf = !strcmp(RTA_DATA(a), "bpf");
		else if (a->rta_type == TCA_CHAIN)
			*ret_chain = *(uint32_t *)RTA_DATA(a);
		else if ((a->rta_type & NLA_TYPE_MASK) == TCA_OPTIONS && f->is_bpf) {
			olen = RTA_PAYLOAD(a);
			for (opt = RTA_DATA(a); RTA_OK(opt, olen); opt = RTA_NEXT(opt, olen)) {
				if (opt->rta_type == TCA_BPF_ID)
					f->prog_id = *(uint32_t *)RTA_DATA(opt);
			}
		}
	}
}

/* Look at one message of the dump; what is first in chain 0 but not ours lands in before. */
static void look_at(struct zt_maps *m, const struct nlmsghdr *n, enum zt_hook hook,
		    struct zt_clsact *ret)
{
	struct filter f = { 0 };
	uint32_t chain = 0;
	bool first;

	parse_attrs(n, &f, &chain);
	if (f.is_bpf && !f.handle)
		return; /* bpf's own header of a priority */
	first = !chain && f.priority <= OUR_PRIORITY;
	if (first && f.is_bpf && f.handle == OUR_HANDLE) {
		enum zt_owner owner = zt_prog_owner(m, f.prog_id, zt_hook_prog[hook]);

		if (owner == ZT_OWNER_US) {
			ret->ours = f.prog_id;
			return;
		}
		if (owner == ZT_OWNER_FORMER) {
			ret->former = ret->others = true;
			return;
		}
	}
	ret->others = true;
	if (first)
		ret->before = f.prog_id ? f.prog_id : ZT_NONE;
}

static int ask(uint32_t ifindex, enum zt_hook hook)
{
	struct {
		struct nlmsghdr n;
		struct tcmsg t;
	} req = {
		.n = { .nlmsg_len = sizeof(req), .nlmsg_type = RTM_GETTFILTER,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = 1 },
		.t = { .tcm_family = AF_UNSPEC, .tcm_ifindex = (int)ifindex,
		       .tcm_parent = parent_of(hook) },
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), rc;

	if (fd < 0)
		return -errno;
	if (send(fd, &req, sizeof(req), 0) == (ssize_t)sizeof(req))
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

int zt_clsact_query(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook, struct zt_clsact *ret)
{
	static char buf[32768] __attribute__((aligned(NLMSG_ALIGNTO)));
	int fd = ask(ifindex, hook), rc = 0;
	bool more = true;

	*ret = (struct zt_clsact){ 0 };
	if (fd < 0)
		return fd;
	while (more) {
		int len = recv(fd, buf, sizeof(buf), 0);
		struct nlmsghdr *n = (struct nlmsghdr *)buf;

		if (len <= 0) {
			rc = len ? -errno : -EIO;
			break;
		}
		for (; NLMSG_OK(n, (unsigned int)len); n = NLMSG_NEXT(n, len)) {
			if (n->nlmsg_type == RTM_NEWTFILTER)
				look_at(m, n, hook, ret);
			if (n->nlmsg_type == NLMSG_ERROR)
				rc = ((struct nlmsgerr *)NLMSG_DATA(n))->error;
			if (n->nlmsg_type == NLMSG_DONE || n->nlmsg_type == NLMSG_ERROR)
				more = false;
		}
	}
	close(fd);
	return rc == -EINVAL ? 0 : rc; /* no clsact there: no filters */
}

int zt_clsact_attach(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook, char **ret_error)
{
	LIBBPF_OPTS(bpf_tc_hook, at, .ifindex = (int)ifindex,
		    .attach_point = hook == ZT_HOOK_OUT ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = OUR_HANDLE, .priority = OUR_PRIORITY,
		    .prog_fd = m->prog[zt_hook_prog[hook]]);
	struct zt_clsact now;
	int rc;

	rc = bpf_tc_hook_create(&at);
	if (rc && rc != -EEXIST)
		return zt_fail(ret_error, rc, "tc clsact cannot be added: %s", strerror(-rc));
	rc = zt_clsact_query(m, ifindex, hook, &now);
	if (rc)
		return zt_fail(ret_error, rc, "tc filters cannot be listed: %s", strerror(-rc));
	if (now.before)
		return zt_fail(ret_error, -EBUSY, "another tc filter stands at priority 1; ours must "
			       "be first: give that one a higher number");
	/*
	 * A former agent's is nobody's: whoever runs has its XDP program on the port, and that was
	 * refused before this. Links go with their pins, filters stay and drop.
	 */
	opts.flags = now.ours || now.former ? BPF_TC_F_REPLACE : 0;
	rc = bpf_tc_attach(&at, &opts);
	if (rc)
		zt_fail(ret_error, rc, "tc filter cannot be added: %s", strerror(-rc));
	return rc;
}

int zt_clsact_detach(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook)
{
	LIBBPF_OPTS(bpf_tc_hook, at, .ifindex = (int)ifindex,
		    .attach_point = hook == ZT_HOOK_OUT ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = OUR_HANDLE, .priority = OUR_PRIORITY);
	struct zt_clsact now;
	int rc;

	rc = zt_clsact_query(m, ifindex, hook, &now);
	if (rc || (!now.ours && !now.former))
		return rc;
	return bpf_tc_detach(&at, &opts);
}
