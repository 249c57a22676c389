/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two tc programs of a port: first in the tcx chain where the kernel has one
 * (6.6), else at clsact. tcx runs before clsact, so a tcx program of someone else
 * in front of a clsact filter of ours switches it off: both are looked at.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bpf/attach.h"

#define CHAIN_MAX 64

const enum zt_prog zt_hook_prog[ZT_HOOK_ALL] = {
	[ZT_HOOK_XDP] = ZT_PROG_IN,
	[ZT_HOOK_GUARD] = ZT_PROG_GUARD,
	[ZT_HOOK_OUT] = ZT_PROG_OUT,
	[ZT_HOOK_UP] = ZT_PROG_UP,
};

int zt_tc_query(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook, struct zt_tc_now *ret)
{
	struct zt_clsact filters;
	uint32_t ids[CHAIN_MAX], mine = zt_fd_id(m->prog[zt_hook_prog[hook]]);
	int nr = zt_tcx_programs(ifindex, hook, ids, CHAIN_MAX), i, rc;

	*ret = (struct zt_tc_now){ 0 };
	for (i = 0; i < nr; i++) {
		if (ids[i] != mine)
			continue;
		ret->attached = ret->link = true;
		ret->before = i ? ids[0] : 0;
		return 0;
	}
	rc = zt_clsact_query(m, ifindex, hook, &filters);
	if (rc)
		return rc;
	ret->attached = filters.ours != 0;
	ret->former = filters.former;
	ret->before = nr > 0 ? ids[0] : filters.before;
	return 0;
}

int zt_tc_others(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook)
{
	uint32_t ids[CHAIN_MAX], mine = zt_fd_id(m->prog[zt_hook_prog[hook]]);
	int nr = zt_tcx_programs(ifindex, hook, ids, CHAIN_MAX), i, rc;
	struct zt_clsact filters;

	for (i = 0; i < nr; i++)
		if (ids[i] != mine)
			return 1;
	rc = zt_clsact_query(m, ifindex, hook, &filters);
	return rc ? rc : filters.others;
}

/* In front of everything; the old link, if any, goes when the new one is there. */
static int new_link(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		    enum zt_hook hook)
{
	int *link = &port->link[hook], fd;

	fd = zt_tcx_first_link(m->prog[zt_hook_prog[hook]], ifindex, hook);
	if (fd == -EEXIST && *link >= 0) { /* the same program may not be there twice */
		bpf_link_detach(*link);
		fd = zt_tcx_first_link(m->prog[zt_hook_prog[hook]], ifindex, hook);
	}
	if (fd < 0)
		return fd;
	if (*link >= 0) {
		bpf_link_detach(*link);
		close(*link);
	}
	*link = fd;
	return 0;
}

static int attach_tcx(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		      enum zt_hook hook, char **ret_error)
{
	int *link = &port->link[hook], rc;
	struct zt_tc_now now;

	if (zt_link_holds(*link, ifindex)) {
		rc = bpf_link_update(*link, m->prog[zt_hook_prog[hook]], NULL);
		if (!rc)
			rc = zt_tc_query(m, ifindex, hook, &now);
		if (!rc && now.attached && now.link && !now.before)
			return 0;
	}
	rc = new_link(m, port, ifindex, hook);
	if (rc)
		return zt_fail(ret_error, rc, "%s: tc %s cannot be attached: %s", port->name,
			       hook == ZT_HOOK_OUT ? "egress" : "ingress", strerror(-rc));
	/* what was attached by hand would judge and count everything twice */
	zt_clsact_detach(m, ifindex, hook);
	return 0;
}

int zt_tc_attach(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		 enum zt_hook hook, char **ret_error)
{
	char *why = NULL;
	int rc;

	if (zt_tcx_supported(ifindex))
		return attach_tcx(m, port, ifindex, hook, ret_error);
	rc = zt_clsact_attach(m, ifindex, hook, &why);
	if (rc)
		zt_fail(ret_error, rc, "%s: %s", port->name, why ? why : strerror(-rc));
	free(why);
	return rc;
}

int zt_tc_detach(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		 enum zt_hook hook)
{
	int *link = &port->link[hook], rc = 0;

	if (*link >= 0) {
		rc = bpf_link_detach(*link);
		close(*link);
		*link = -1;
	}
	return rc || !ifindex ? rc : zt_clsact_detach(m, ifindex, hook);
}
