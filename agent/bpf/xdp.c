/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The XDP program of a port: a pinned link, or what bpftool attached by netlink,
 * which cannot become a link and stays as it is. A foreign program is never replaced.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <string.h>
#include <unistd.h>
#include "bpf/attach.h"

int zt_xdp_query(uint32_t ifindex, struct zt_xdp_now *ret)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, q);
	int rc = bpf_xdp_query(ifindex, 0, &q);

	if (rc)
		return rc;
	ret->prog_id = q.drv_prog_id ? q.drv_prog_id : q.skb_prog_id ? q.skb_prog_id : q.hw_prog_id;
	ret->mode = q.drv_prog_id ? ZT_XDP_NATIVE : q.skb_prog_id ? ZT_XDP_GENERIC : 0;
	return 0;
}

static int link_create(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook, uint32_t mode)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = mode);

	return bpf_link_create(m->prog[zt_hook_prog[hook]], ifindex, BPF_XDP, &opts);
}

static int attach_new(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		      enum zt_hook hook, char **ret_error)
{
	int fd = link_create(m, ifindex, hook, XDP_FLAGS_DRV_MODE);

	if (fd < 0 && port->allow_generic)
		fd = link_create(m, ifindex, hook, XDP_FLAGS_SKB_MODE);
	if (fd >= 0) {
		port->link[hook] = fd;
		return 0;
	}
	if (fd == -EBUSY || fd == -EEXIST)
		return zt_fail(ret_error, fd, "%s: something else holds the XDP hook; see `bpftool "
			       "net show dev %s`", port->name, port->name);
	if (fd == -EPERM || fd == -EACCES)
		return zt_fail(ret_error, fd, "%s: attaching XDP needs root (CAP_NET_ADMIN, CAP_BPF)",
			       port->name);
	return zt_fail(ret_error, fd, port->allow_generic ?
		       "%s: XDP cannot be attached, neither native nor generic: %s" :
		       "%s: the driver takes no native XDP: %s; allow generic XDP for it, or use "
		       "another interface", port->name, strerror(-fd));
}

/* Ours, attached by netlink: replaced in place, only if it is still that program. */
static int replace_netlink(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
			   enum zt_hook hook, const struct zt_xdp_now *now, char **ret_error)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	uint32_t mode = now->mode == ZT_XDP_NATIVE ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE;
	int old = bpf_prog_get_fd_by_id(now->prog_id), rc;

	if (old < 0)
		return zt_fail(ret_error, old, "%s: its XDP program %u cannot be opened: %s",
			       port->name, now->prog_id, strerror(-old));
	opts.old_prog_fd = old;
	rc = bpf_xdp_attach(ifindex, m->prog[zt_hook_prog[hook]], mode | XDP_FLAGS_REPLACE, &opts);
	close(old);
	if (rc)
		zt_fail(ret_error, rc, "%s: its XDP program %u cannot be replaced: %s", port->name,
			now->prog_id, strerror(-rc));
	return rc;
}

static int refuse_foreign(struct zt_live_port *port, uint32_t id, char **ret_error)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd >= 0) {
		bpf_obj_get_info_by_fd(fd, &info, &len);
		close(fd);
	}
	return zt_fail(ret_error, -EBUSY, "%s: another XDP program (id %u%s%s) is attached; "
		       "detach it first: `ip link set dev %s xdp off`, or where that refuses (a "
		       "link) `bpftool link list` and stop what holds it", port->name, id,
		       info.name[0] ? ", " : "", info.name, port->name);
}

int zt_xdp_attach(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		  enum zt_hook hook, char **ret_error)
{
	int *link = &port->link[hook];
	struct zt_xdp_now now = { 0 };
	int rc;

	if (zt_link_holds(*link, ifindex)) {
		rc = bpf_link_update(*link, m->prog[zt_hook_prog[hook]], NULL);
		return rc ? zt_fail(ret_error, rc, "%s: the XDP program cannot be replaced: %s",
				    port->name, strerror(-rc)) : 0;
	}
	if (*link >= 0) { /* its interface is gone, or another of that name came */
		close(*link);
		*link = -1;
	}
	rc = zt_xdp_query(ifindex, &now);
	if (rc)
		return zt_fail(ret_error, rc, "%s: XDP cannot be queried: %s", port->name,
			       strerror(-rc));
	if (!now.prog_id)
		return attach_new(m, port, ifindex, hook, ret_error);
	if (now.mode && zt_prog_is_ours(m, now.prog_id, zt_hook_prog[hook]))
		return replace_netlink(m, port, ifindex, hook, &now, ret_error);
	return refuse_foreign(port, now.prog_id, ret_error);
}

int zt_xdp_detach(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		  enum zt_hook hook)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	struct zt_xdp_now now = { 0 };
	int *link = &port->link[hook], rc = 0;

	if (*link >= 0) {
		rc = bpf_link_detach(*link);
		close(*link);
		*link = -1;
		return rc;
	}
	if (!ifindex || zt_xdp_query(ifindex, &now) ||
	    !zt_prog_is_ours(m, now.prog_id, zt_hook_prog[hook]))
		return 0;
	opts.old_prog_fd = bpf_prog_get_fd_by_id(now.prog_id);
	if (opts.old_prog_fd < 0)
		return opts.old_prog_fd;
	rc = bpf_xdp_detach(ifindex, now.mode == ZT_XDP_NATIVE ? XDP_FLAGS_DRV_MODE :
				     XDP_FLAGS_SKB_MODE, &opts);
	close(opts.old_prog_fd);
	return rc;
}
