/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One device port: put the three programs on it, take them off, and say what is
 * true of it now. What is said comes from the kernel each time, never from memory.
 */
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "bpf/attach.h"

static void link_path(const struct zt_maps *m, const char *ifname, enum zt_hook hook,
		      char ret[ZT_PATH_MAX])
{
	char name[64];

	zt_link_name(ifname, hook, name);
	zt_pin_path(m->pin_dir, "links", name, ret);
}

static bool link_pinned(const struct zt_maps *m, const struct zt_live_port *port,
			enum zt_hook hook)
{
	char path[ZT_PATH_MAX];
	bool same;
	int fd;

	link_path(m, port->name, hook, path);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return false;
	same = zt_fd_id(fd) == zt_fd_id(port->link[hook]);
	close(fd);
	return same;
}

static int pin_links(struct zt_maps *m, struct zt_live_port *port, char **ret_error)
{
	char path[ZT_PATH_MAX];
	int h, rc;

	for (h = 0; h < ZT_HOOK_NR; h++) {
		if (port->link[h] < 0 || link_pinned(m, port, h))
			continue;
		link_path(m, port->name, h, path);
		rc = zt_pin_replace(port->link[h], path);
		if (rc)
			return zt_fail(ret_error, rc, "%s cannot be pinned: %s", path,
				       strerror(-rc));
	}
	return 0;
}

static int no_vlan_offload(const char *ifname, char **ret_error)
{
	int rc = zt_vlan_offload_off(ifname);

	if (!rc)
		return 0;
	if (rc < 0)
		return zt_fail(ret_error, rc, "%s: VLAN offload cannot be looked up: %s", ifname,
			       strerror(-rc));
	return zt_fail(ret_error, -EOPNOTSUPP, "%s: receive VLAN offload cannot be switched off; XDP "
		       "would not see VLAN tags, so this port cannot be enforced", ifname);
}

static int attach_all(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		      char **ret_error)
{
	int rc;

	rc = zt_xdp_attach(m, port, ifindex, ZT_HOOK_XDP, ret_error);
	if (!rc)
		rc = zt_tc_attach(m, port, ifindex, ZT_HOOK_GUARD, ret_error);
	if (!rc)
		rc = zt_tc_attach(m, port, ifindex, ZT_HOOK_OUT, ret_error);
	if (!rc)
		rc = pin_links(m, port, ret_error);
	return rc;
}

static void detach_hooks(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
			 const bool keep[ZT_HOOK_NR], int *ret_rc)
{
	char path[ZT_PATH_MAX];
	int h, rc;

	for (h = ZT_HOOK_NR - 1; h >= 0; h--) {
		if (keep && keep[h])
			continue;
		link_path(m, port->name, h, path);
		unlink(path);
		rc = h == ZT_HOOK_XDP ? zt_xdp_detach(m, port, ifindex, h) :
					zt_tc_detach(m, port, ifindex, h);
		if (rc && !*ret_rc)
			*ret_rc = rc;
	}
}

/* What was there before the attempt stays, what it added goes. */
static void note_present(struct zt_maps *m, uint32_t ifindex, bool ret[ZT_HOOK_NR])
{
	struct zt_xdp_now x = { 0 };
	struct zt_tc_now t;
	int h;

	ret[ZT_HOOK_XDP] = !zt_xdp_query(ifindex, &x) && x.prog_id;
	for (h = ZT_HOOK_GUARD; h <= ZT_HOOK_OUT; h++)
		ret[h] = !zt_tc_query(m, ifindex, h, &t) && (t.attached || t.former);
}

int zt_live_attach(struct zt_maps *m, const char *ifname, bool allow_generic, char **ret_error)
{
	uint32_t ifindex = if_nametoindex(ifname);
	struct zt_live_port *port;
	bool before[ZT_HOOK_NR];
	int rc, ignored = 0;

	if (!ifindex)
		return zt_fail(ret_error, -ENODEV, "%s: no such interface", ifname);
	port = zt_live_port(m, ifname, true);
	if (!port)
		return -ENOMEM;
	port->allow_generic = allow_generic;
	if (port->link[ZT_HOOK_UP] >= 0) { /* it was an uplink */
		rc = zt_live_uplink_detach(m, ifname, ret_error);
		if (rc)
			return rc;
	}
	rc = no_vlan_offload(ifname, ret_error);
	if (rc)
		return rc;
	note_present(m, ifindex, before);
	rc = attach_all(m, port, ifindex, ret_error);
	if (rc)
		detach_hooks(m, port, ifindex, before, &ignored);
	return rc;
}

int zt_live_detach(struct zt_maps *m, const char *ifname, char **ret_error)
{
	struct zt_live_port *port = zt_live_port(m, ifname, true);
	int rc = 0;

	if (!port)
		return -ENOMEM;
	detach_hooks(m, port, if_nametoindex(ifname), NULL, &rc);
	if (rc)
		zt_fail(ret_error, rc, "%s: a program cannot be detached: %s", ifname,
			strerror(-rc));
	return rc;
}

/* ---- what is true now ---- */

/* The first thing that is wrong is the one that is told. */
static void wrong(struct zt_port_state *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void wrong(struct zt_port_state *s, const char *fmt, ...)
{
	va_list ap;

	if (s->why[0])
		return;
	va_start(ap, fmt);
	vsnprintf(s->why, sizeof(s->why), fmt, ap);
	va_end(ap);
}

static void look_at_xdp(struct zt_maps *m, const struct zt_live_port *port,
			struct zt_port_state *s)
{
	struct zt_xdp_now now = { 0 };
	int rc = zt_xdp_query(s->ifindex, &now);

	if (rc)
		wrong(s, "XDP cannot be queried: %s", strerror(-rc));
	else if (!now.prog_id)
		wrong(s, "no XDP program is attached");
	else if (now.prog_id != zt_fd_id(m->prog[ZT_PROG_IN]))
		wrong(s, "XDP program %u is not ours", now.prog_id);
	else
		s->xdp_mode = now.mode;
	if (!s->xdp_mode)
		return;
	s->xdp_kind = port && zt_link_holds(port->link[ZT_HOOK_XDP], s->ifindex) ?
			      ZT_ATTACH_LINK : ZT_ATTACH_NETLINK;
}

static bool look_at_tc(struct zt_maps *m, enum zt_hook hook, struct zt_port_state *s)
{
	const char *where = hook == ZT_HOOK_OUT ? "tc egress" : "tc ingress";
	struct zt_tc_now now;
	int rc = zt_tc_query(m, s->ifindex, hook, &now);

	if (rc) {
		wrong(s, "%s cannot be queried: %s", where, strerror(-rc));
		return false;
	}
	if (!now.attached) {
		wrong(s, "our program is missing at %s", where);
		return false;
	}
	s->tc_kind = now.link ? ZT_ATTACH_LINK : ZT_ATTACH_NETLINK;
	if (now.before == ZT_NONE)
		wrong(s, "a filter stands before ours at %s and can pass what we would drop", where);
	else if (now.before)
		wrong(s, "program %u stands before ours at %s and can pass what we would drop",
		      now.before, where);
	return !now.before;
}

static bool look_at_pins(struct zt_maps *m, const struct zt_live_port *port,
			 struct zt_port_state *s)
{
	char path[ZT_PATH_MAX];
	int h;

	if (!zt_pins_present(m)) {
		wrong(s, "pins are missing in %.60s (removed, or the BPF file system unmounted)",
		      m->pin_dir);
		return false;
	}
	for (h = 0; port && h < ZT_HOOK_NR; h++) {
		if (port->link[h] < 0 || link_pinned(m, port, h))
			continue;
		link_path(m, port->name, h, path);
		wrong(s, "pin %.120s is missing", path);
		return false;
	}
	return true;
}

static void look(struct zt_maps *m, const char *ifname, struct zt_port_state *s)
{
	struct zt_live_port *port = zt_live_port(m, ifname, false);

	memset(s, 0, sizeof(*s));
	snprintf(s->name, sizeof(s->name), "%s", ifname);
	s->ifindex = if_nametoindex(ifname);
	if (!s->ifindex) {
		wrong(s, "no such interface");
		return;
	}
	s->up = zt_if_up(ifname) == 1;
	look_at_xdp(m, port, s);
	s->guard = look_at_tc(m, ZT_HOOK_GUARD, s);
	s->egress = look_at_tc(m, ZT_HOOK_OUT, s);
	s->vlan_offload = zt_vlan_offload(ifname) != 0;
	if (s->vlan_offload)
		wrong(s, "receive VLAN offload is on: XDP does not see VLAN tags");
	s->pinned = look_at_pins(m, port, s);
	s->enforcing = s->xdp_mode && s->guard && s->egress && !s->vlan_offload && s->pinned;
}

/* Pins that vanished come back from the descriptors we hold. */
static void repair_pins(struct zt_maps *m)
{
	uint32_t i;

	if (zt_pindir_open(m->pin_dir, NULL) || zt_pins_write(m, false, NULL))
		return;
	for (i = 0; i < m->nr_ports; i++)
		pin_links(m, &m->ports[i], NULL);
}

int zt_live_check(struct zt_maps *m, const char *ifname, bool repair, struct zt_port_state *ret)
{
	struct zt_live_port *port;

	look(m, ifname, ret);
	if (ret->enforcing || !repair || !ret->ifindex)
		return ret->ifindex ? 0 : -ENODEV;
	if (!ret->pinned)
		repair_pins(m);
	port = zt_live_port(m, ifname, false);
	zt_live_attach(m, ifname, port && port->allow_generic, NULL);
	look(m, ifname, ret);
	return 0;
}
