/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Forwarding in XDP as the programs see it: the one word that allows it, and the program
 * of an uplink. Whether it may be allowed, whoever calls has to know; here is said only
 * what is attached to a port.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bpf/attach.h"

/* ---- the word ---- */

/* Noted as used before it is used: one that is given twice would make old paths good. */
static uint32_t next_epoch(struct zt_maps *m)
{
	uint32_t epoch = m->fwd->last + 1;

	if (!epoch)
		epoch = 1;
	__atomic_store_n(&m->fwd->last, epoch, __ATOMIC_SEQ_CST);
	return epoch;
}

int zt_maps_forward_on(struct zt_maps *m, uint32_t lease_ms)
{
	struct zt_clock c;
	int rc = zt_maps_clock(m, &c);

	if (rc) {
		zt_maps_forward_off(m);
		return rc;
	}
	__atomic_store_n(&m->fwd->until, c.now + 1 + lease_ms / c.tick_ms, __ATOMIC_RELEASE);
	if (!zt_maps_forwards(m))
		__atomic_store_n(&m->fwd->epoch, next_epoch(m), __ATOMIC_RELEASE);
	return 0;
}

void zt_maps_forward_off(struct zt_maps *m)
{
	__atomic_store_n(&m->fwd->epoch, 0, __ATOMIC_SEQ_CST);
}

void zt_maps_forward_moved(struct zt_maps *m)
{
	if (zt_maps_forwards(m))
		__atomic_store_n(&m->fwd->epoch, next_epoch(m), __ATOMIC_SEQ_CST);
}

bool zt_maps_forwards(const struct zt_maps *m)
{
	return __atomic_load_n(&m->fwd->epoch, __ATOMIC_ACQUIRE);
}

int zt_maps_forwarded(struct zt_maps *m, struct zt_count ret[2])
{
	int cpus = libbpf_num_possible_cpus(), i;
	struct zt_count *all;
	uint32_t dir;

	all = cpus > 0 ? calloc(cpus, sizeof(*all)) : NULL;
	if (!all)
		return -ENOMEM;
	memset(ret, 0, 2 * sizeof(*ret));
	for (dir = 0; dir < 2; dir++) {
		if (bpf_map_lookup_elem(m->map[ZT_MAP_FWDCNT], &dir, all))
			continue;
		for (i = 0; i < cpus; i++) {
			ret[dir].packets += all[i].packets;
			ret[dir].bytes += all[i].bytes;
		}
	}
	free(all);
	return 0;
}

/* ---- the uplink's program ---- */

static void up_path(const struct zt_maps *m, const char *ifname, char ret[ZT_PATH_MAX])
{
	char name[64];

	zt_link_name(ifname, ZT_HOOK_UP, name);
	zt_pin_path(m->pin_dir, "links", name, ret);
}

int zt_live_uplink_attach(struct zt_maps *m, const char *ifname, char **ret_error)
{
	struct zt_live_port *port = zt_live_port(m, ifname, true);
	uint32_t ifindex = if_nametoindex(ifname);
	char path[ZT_PATH_MAX];
	int rc;

	if (!port)
		return -ENOMEM;
	if (!ifindex)
		return zt_fail(ret_error, -ENODEV, "%s: no such interface", ifname);
	if (zt_vlan_offload_off(ifname))
		return zt_fail(ret_error, -EOPNOTSUPP, "%s: receive VLAN offload cannot be switched off; "
			       "XDP would take tagged frames for untagged ones", ifname);
	rc = zt_xdp_attach(m, port, ifindex, ZT_HOOK_UP, ret_error);
	if (rc || port->link[ZT_HOOK_UP] < 0)
		return rc;
	up_path(m, ifname, path);
	rc = zt_pin_replace(port->link[ZT_HOOK_UP], path);
	if (rc)
		zt_fail(ret_error, rc, "%s cannot be pinned: %s", path, strerror(-rc));
	return rc;
}

int zt_live_uplink_detach(struct zt_maps *m, const char *ifname, char **ret_error)
{
	struct zt_live_port *port = zt_live_port(m, ifname, true);
	char path[ZT_PATH_MAX];
	int rc;

	if (!port)
		return -ENOMEM;
	up_path(m, ifname, path);
	unlink(path);
	rc = zt_xdp_detach(m, port, if_nametoindex(ifname), ZT_HOOK_UP);
	if (rc)
		zt_fail(ret_error, rc, "%s: its program cannot be detached: %s", ifname,
			strerror(-rc));
	return rc;
}

/* ---- what is attached ---- */

static const char *wrong_xdp(struct zt_maps *m, uint32_t ifindex, bool uplink)
{
	enum zt_prog prog = uplink ? ZT_PROG_UP : ZT_PROG_IN;
	struct zt_xdp_now now = { 0 };

	if (zt_xdp_query(ifindex, &now) || now.prog_id != zt_fd_id(m->prog[prog]))
		return "our program is not at its XDP hook";
	return now.mode == ZT_XDP_NATIVE ? NULL : "its XDP is generic, not the driver's";
}

static const char *wrong_tc(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook)
{
	int rc = zt_tc_others(m, ifindex, hook);

	if (rc < 0)
		return "its tc filters cannot be listed";
	if (!rc)
		return NULL;
	return hook == ZT_HOOK_OUT ? "it has a tc filter at egress" : "it has a tc filter at ingress";
}

bool zt_live_may_forward(struct zt_maps *m, const char *ifname, bool uplink, char why[160])
{
	uint32_t ifindex = if_nametoindex(ifname);
	const char *text;

	text = ifindex ? wrong_xdp(m, ifindex, uplink) : "it is not there";
	if (!text && zt_vlan_offload(ifname))
		text = "its receive VLAN offload is on";
	if (!text)
		text = wrong_tc(m, ifindex, ZT_HOOK_GUARD);
	if (!text)
		text = wrong_tc(m, ifindex, ZT_HOOK_OUT);
	if (text)
		snprintf(why, 160, "%s: %s", ifname, text);
	return !text;
}
