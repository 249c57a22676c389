/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live instance: adopt or load, pin, take over the links of an earlier run.
 * Ports themselves are attached in port.c.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bpf/attach.h"

/* ---- ports we know ---- */

struct zt_live_port *zt_live_port(struct zt_maps *m, const char *ifname, bool add)
{
	struct zt_live_port *p;
	uint32_t i;
	int h;

	for (i = 0; i < m->nr_ports; i++) {
		if (!strcmp(m->ports[i].name, ifname))
			return &m->ports[i];
	}
	if (!add || strlen(ifname) >= sizeof(p->name))
		return NULL;
	p = realloc(m->ports, (m->nr_ports + 1) * sizeof(*p));
	if (!p)
		return NULL;
	m->ports = p;
	p = &m->ports[m->nr_ports++];
	memset(p, 0, sizeof(*p));
	strcpy(p->name, ifname);
	for (h = 0; h < ZT_HOOK_ALL; h++)
		p->link[h] = -1;
	return p;
}

void zt_live_forget(struct zt_maps *m)
{
	uint32_t i;
	int h;

	for (i = 0; i < m->nr_ports; i++) {
		for (h = 0; h < ZT_HOOK_ALL; h++) {
			if (m->ports[i].link[h] >= 0)
				close(m->ports[i].link[h]);
		}
	}
	free(m->ports);
	m->ports = NULL;
	m->nr_ports = 0;
}

/* ---- whose program, which interface ---- */

static bool uses_our_maps(const struct zt_maps *m, int prog_fd)
{
	struct bpf_prog_info info = { 0 };
	uint32_t ids[64], len = sizeof(info), i, ours = zt_fd_id(m->map[ZT_MAP_GEN]);
	uint32_t cfg = zt_fd_id(m->map[ZT_MAP_CFG]);

	info.nr_map_ids = 64;
	info.map_ids = (uintptr_t)ids;
	if (bpf_obj_get_info_by_fd(prog_fd, &info, &len))
		return false;
	for (i = 0; i < info.nr_map_ids && i < 64; i++) {
		if (ids[i] == ours || ids[i] == cfg) /* the guard reads no generation */
			return true;
	}
	return false;
}

enum zt_owner zt_prog_owner(const struct zt_maps *m, uint32_t prog_id, enum zt_prog which)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);
	int fd = prog_id ? bpf_prog_get_fd_by_id(prog_id) : -1;
	enum zt_owner owner = ZT_OWNER_OTHER;

	if (fd < 0)
		return owner;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len) && !strcmp(info.name, zt_prog_name(which)))
		owner = uses_our_maps(m, fd) ? ZT_OWNER_US : ZT_OWNER_FORMER;
	close(fd);
	return owner;
}

bool zt_prog_is_ours(const struct zt_maps *m, uint32_t prog_id, enum zt_prog which)
{
	return zt_prog_owner(m, prog_id, which) == ZT_OWNER_US;
}

/* xdp.ifindex and tcx.ifindex lie at the same place; it is 0 once the device is gone. */
bool zt_link_holds(int link_fd, uint32_t ifindex)
{
	struct bpf_link_info info = { 0 };
	uint32_t len = sizeof(info);

	return link_fd >= 0 && !bpf_obj_get_info_by_fd(link_fd, &info, &len) &&
	       info.xdp.ifindex == ifindex;
}

/* ---- pins of an earlier run ---- */

static int check_prog_pin(void *arg, const char *name, const char *path)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);
	const char *kind;
	int fd = bpf_obj_get(path), rc = 0, i;

	if (fd < 0)
		return zt_fail(arg, fd, "%s cannot be opened: %s", path, strerror(-fd));
	for (i = 0; i < ZT_PROG_NR && strcmp(name, zt_prog_name(i)); i++)
		;
	kind = zt_fd_kind(fd);
	if (i == ZT_PROG_NR || !kind || strcmp(kind, "prog") ||
	    bpf_obj_get_info_by_fd(fd, &info, &len) || strcmp(info.name, name))
		rc = zt_fail(arg, -EEXIST, "%s is not ours: expected a program of ours there; remove "
			     "it and try again", path);
	close(fd);
	return rc;
}

static int check_link_pin(void *arg, const char *name, const char *path)
{
	int fd = bpf_obj_get(path), rc = 0;
	char ifname[16];
	enum zt_hook hook;
	const char *kind;

	if (fd < 0)
		return zt_fail(arg, fd, "%s cannot be opened: %s", path, strerror(-fd));
	kind = zt_fd_kind(fd);
	if (!zt_link_name_parse(name, ifname, &hook) || !kind || strcmp(kind, "link"))
		rc = zt_fail(arg, -EEXIST, "%s is not ours: expected a link of a port there; remove "
			     "it and try again", path);
	close(fd);
	return rc;
}

struct takeover {
	struct zt_maps *m;
	char **ret_error;
};

/* A pinned link gets the new program in one step and is held open. */
static int take_link(void *arg, const char *name, const char *path)
{
	struct takeover *t = arg;
	struct zt_live_port *port;
	char ifname[16];
	enum zt_hook hook;
	int fd, rc;

	if (!zt_link_name_parse(name, ifname, &hook))
		return 0;
	fd = bpf_obj_get(path);
	if (fd < 0)
		return zt_fail(t->ret_error, fd, "%s cannot be opened: %s", path, strerror(-fd));
	if (zt_link_holds(fd, 0)) { /* the interface is gone for good */
		close(fd);
		unlink(path);
		return 0;
	}
	rc = bpf_link_update(fd, t->m->prog[zt_hook_prog[hook]], NULL);
	port = rc ? NULL : zt_live_port(t->m, ifname, true);
	if (!port) {
		close(fd);
		return zt_fail(t->ret_error, rc ? rc : -ENOMEM, "%s: its program cannot be "
			       "replaced: %s", path, strerror(rc ? -rc : ENOMEM));
	}
	port->link[hook] = fd;
	return 0;
}

static int check_pins(const char *pin_dir, char **ret_error)
{
	int rc = zt_pins_each(pin_dir, "progs", check_prog_pin, ret_error);

	return rc ? rc : zt_pins_each(pin_dir, "links", check_link_pin, ret_error);
}

/* An object opened, loaded over what is pinned, or fresh; kflow is taken. */
static int load(struct bpf_object *obj, struct zt_kflow *kflow, const char *pin_dir,
		const struct zt_sizes *sizes, struct zt_maps **ret_maps, bool *ret_adopted,
		char **ret_error)
{
	struct zt_sizes s = *sizes;
	int rc;

	rc = zt_pins_look(pin_dir, obj, &s, ret_adopted, ret_error);
	if (!rc && (zt_object_size(obj, &s) || zt_object_leave_out(obj, ZT_FOR_TESTS)))
		rc = zt_fail(ret_error, -E2BIG, "the object cannot be prepared as configured");
	if (!rc && *ret_adopted)
		rc = zt_pins_adopt(pin_dir, obj, ret_error);
	if (!rc)
		rc = zt_object_load(obj, ret_error);
	if (rc)
		bpf_object__close(obj);
	else
		rc = zt_maps_from_object(obj, ret_maps, ret_error);
	if (rc) {
		zt_kflow_close(kflow);
		return rc;
	}
	if (sizes->hosts)
		(*ret_maps)->max_hosts = sizes->hosts;
	(*ret_maps)->flows = sizes->flows;
	(*ret_maps)->kflow = kflow;
	return 0;
}

static int load_in_maps(const char *pin_dir, const struct zt_sizes *sizes, struct zt_maps **ret_maps,
			bool *ret_adopted, char **ret_error)
{
	struct bpf_object *obj;
	int rc = zt_object_open(&obj, ret_error);

	return rc ? rc : load(obj, NULL, pin_dir, sizes, ret_maps, ret_adopted, ret_error);
}

static int load_in_module(struct zt_kflow *kflow, const char *pin_dir, const struct zt_sizes *sizes,
			  struct zt_maps **ret_maps, bool *ret_adopted, char **ret_error)
{
	struct bpf_object *obj;
	int rc = zt_object_open_kmod(&obj, ret_error);

	if (!rc)
		return load(obj, kflow, pin_dir, sizes, ret_maps, ret_adopted, ret_error);
	zt_kflow_close(kflow);
	return rc;
}

/* What runs there keeps the table it has: its records are in no other. */
static int same_table(struct zt_maps *m, char **ret_error)
{
	struct zt_kflow_stats s;
	int rc = zt_kflow_stats(m->kflow, ZT_NONE, &s);

	if (!rc && s.table != m->cfg.table)
		rc = -ESTALE;
	return rc ? zt_fail(ret_error, rc, "the running programs use table %u of zt_flow.ko, which "
			    "this network namespace does not have: %s; `ztctl unload` first",
			    m->cfg.table, strerror(-rc)) : 0;
}

static int adopt_in_module(const char *pin_dir, const struct zt_sizes *sizes, struct zt_maps **ret_maps,
			   bool *ret_adopted, char **ret_error)
{
	struct zt_kflow *kflow = NULL;
	char why[256];
	int rc = zt_kmod_find(&kflow, why);

	if (rc)
		return zt_fail(ret_error, rc, "the flow records are in the kernel module, but %s; "
			       "`ztctl unload` first", why);
	rc = load_in_module(kflow, pin_dir, sizes, ret_maps, ret_adopted, ret_error);
	if (!rc && *ret_adopted) {
		rc = same_table(*ret_maps, ret_error);
		if (rc)
			zt_maps_close(*ret_maps);
	}
	return rc;
}

/* Is there a table to be had that fits: asked before anything is pinned. */
static int try_module(const char *pin_dir, const struct zt_sizes *sizes, struct zt_maps **ret_maps,
		      char why[256])
{
	const struct zt_cfg cfg = { .tick_shift = 1 }; /* until zt_maps_configure() knows */
	struct zt_kflow *kflow = NULL;
	struct zt_maps *m = NULL;
	char *error = NULL;
	uint32_t table;
	bool adopted;
	int rc = zt_kmod_find(&kflow, why);

	if (rc)
		return rc;
	rc = load_in_module(kflow, pin_dir, sizes, &m, &adopted, &error);
	if (!rc)
		rc = zt_kmod_table(m, &cfg, &table, &error);
	if (rc) {
		snprintf(why, 256, "%s", error ? error : strerror(-rc));
		zt_maps_close(m);
	} else {
		*ret_maps = m;
	}
	free(error);
	return rc;
}

static int load_any(const char *pin_dir, const struct zt_sizes *sizes, struct zt_maps **ret_maps,
		    bool *ret_adopted, char **ret_error)
{
	enum zt_home home = zt_pins_home(pin_dir);
	char why[256] = "";
	int rc;

	if (home == ZT_HOME_MODULE)
		return adopt_in_module(pin_dir, sizes, ret_maps, ret_adopted, ret_error);
	*ret_adopted = false;
	if (home == ZT_HOME_NONE && !try_module(pin_dir, sizes, ret_maps, why))
		return 0;
	rc = load_in_maps(pin_dir, sizes, ret_maps, ret_adopted, ret_error);
	if (!rc)
		snprintf((*ret_maps)->why_map, sizeof((*ret_maps)->why_map), "%s", why);
	return rc;
}

/* Maps first, then programs, then the links: at every step what runs is complete. */
static int take_over(struct zt_maps *m, bool adopted, char **ret_error)
{
	struct takeover t = { m, ret_error };
	int rc;

	m->slots_unsure = adopted;
	rc = zt_pins_write(m, true, ret_error);
	if (!rc)
		rc = zt_pins_each(m->pin_dir, "links", take_link, &t);
	if (!rc && m->cfg.abi) {
		rc = zt_arm_sweep(m);
		if (rc)
			zt_fail(ret_error, rc, "the sweep timer cannot be started: %s",
				strerror(-rc));
	}
	if (!rc && adopted && !m->flow4)
		rc = zt_move_resume(m, ret_error);
	return rc;
}

int zt_live_open(const char *pin_dir, const struct zt_sizes *sizes, struct zt_maps **ret_maps,
		 bool *ret_adopted, char **ret_error)
{
	struct zt_maps *m = NULL;
	bool adopted = false;
	int rc;

	rc = zt_pindir_open(pin_dir, ret_error);
	if (!rc)
		rc = check_pins(pin_dir, ret_error);
	if (!rc)
		rc = load_any(pin_dir, sizes, &m, &adopted, ret_error);
	if (rc)
		return rc;
	m->pin_dir = strdup(pin_dir);
	rc = m->pin_dir ? take_over(m, adopted, ret_error) : -ENOMEM;
	if (rc) {
		zt_maps_close(m);
		return rc;
	}
	*ret_maps = m;
	*ret_adopted = adopted && m->cfg.abi;
	return 0;
}

/* ---- taking everything away ---- */

static int remove_pin(void *arg, const char *name, const char *path)
{
	return unlink(path) && errno != ENOENT ? -errno : 0;
}

/* Go on after a failure; the first one is told. */
static void detach_one(struct zt_maps *m, const char *ifname, int *rc, char **ret_error)
{
	char *why = NULL;
	int err = zt_live_detach(m, ifname, &why);

	if (!err)
		err = zt_live_uplink_detach(m, ifname, &why);
	if (err && !*rc)
		*rc = zt_fail(ret_error, err, "%s", why ? why : strerror(-err));
	free(why);
}

/* Every interface: netlink attachments have no pin that names theirs. */
static int detach_all(struct zt_maps *m, char **ret_error)
{
	struct if_nameindex *all = if_nameindex(), *i;
	uint32_t n;
	int rc = 0;

	for (n = 0; n < m->nr_ports; n++) /* renamed or gone ones too */
		detach_one(m, m->ports[n].name, &rc, ret_error);
	for (i = all; i && i->if_index; i++)
		detach_one(m, i->if_name, &rc, ret_error);
	if (all)
		if_freenameindex(all);
	return rc;
}

int zt_live_unload(struct zt_maps *m, char **ret_error)
{
	static const char *const kind[] = { "links", "progs", "maps" };
	int rc, k;

	if (!m->pin_dir)
		return zt_fail(ret_error, -EINVAL, "not a live instance");
	rc = detach_all(m, ret_error);
	for (k = 0; !rc && k < 3; k++) {
		rc = zt_pins_each(m->pin_dir, kind[k], remove_pin, NULL);
		if (rc)
			zt_fail(ret_error, rc, "pins in %s/%s cannot be removed: %s", m->pin_dir,
				kind[k], strerror(-rc));
	}
	if (!rc)
		zt_pindir_remove(m->pin_dir);
	if (!rc && !m->flow4) {
		rc = zt_kmod_empty(m);
		if (rc)
			zt_fail(ret_error, rc, "the flows in zt_flow.ko cannot be ended: %s",
				strerror(-rc));
	}
	return rc;
}
