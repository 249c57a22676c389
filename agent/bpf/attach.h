/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside of the live data path, shared by the files of agent/bpf/ that pin and
 * attach. Every function takes names and ifindexes; none knows a policy.
 */
#ifndef ZT_BPF_ATTACH_H
#define ZT_BPF_ATTACH_H

#include "bpf/live.h"
#include "bpf/state.h"

#define ZT_PATH_MAX 512

/* ---- pindir.c ---- */
/*
 * Check PIN_DIR and what lies above it, make what is missing. Its folders are
 * root's alone (0700), on a BPF file system, reached without links.
 */
int zt_pindir_open(const char *pin_dir, char **ret_error);
void zt_pindir_remove(const char *pin_dir); /* the empty folders */
/* DIR/KIND/NAME; kind is maps, progs or links. */
void zt_pin_path(const char *pin_dir, const char *kind, const char *name, char ret[ZT_PATH_MAX]);
/* Name of a port's link pin: no dots may stand in names there. */
void zt_link_name(const char *ifname, enum zt_hook hook, char ret[64]);
/* The reverse: false when the name is not one of ours. */
bool zt_link_name_parse(const char *name, char ret_ifname[16], enum zt_hook *ret_hook);
typedef int (*zt_pin_fn)(void *arg, const char *name, const char *path);
/* Call fn for each entry of DIR/KIND, stop at the first failure. */
int zt_pins_each(const char *pin_dir, const char *kind, zt_pin_fn fn, void *arg);

/* What kind of BPF object an fd is: "map", "prog", "link", or NULL. */
const char *zt_fd_kind(int fd);
uint32_t zt_fd_id(int fd); /* its id, 0 on failure */

/* ---- pins.c ---- */
/* Where the flow records of what is pinned lie; NONE: nothing whole is. */
enum zt_home { ZT_HOME_NONE, ZT_HOME_MAPS, ZT_HOME_MODULE };
enum zt_home zt_pins_home(const char *pin_dir);
/*
 * Look at what is pinned: all of it must be ours in name and kind. *ret_complete: the
 * set is whole and of our ABI; sizes then are the running ones.
 */
int zt_pins_look(const char *pin_dir, struct bpf_object *obj, struct zt_sizes *sizes,
		 bool *ret_complete, char **ret_error);
/* Take a complete set into an opened object, sized like it. */
int zt_pins_adopt(const char *pin_dir, struct bpf_object *obj, char **ret_error);
/* Pin whatever is not pinned yet; replace = also what is pinned and is not this one. */
int zt_pins_write(struct zt_maps *m, bool replace, char **ret_error);
bool zt_pins_present(const struct zt_maps *m);
int zt_pin_replace(int fd, const char *path);

/* ---- live.c ---- */
void zt_live_forget(struct zt_maps *m); /* close link fds */
struct zt_live_port *zt_live_port(struct zt_maps *m, const char *ifname, bool add);

enum zt_owner {
	ZT_OWNER_OTHER,
	ZT_OWNER_FORMER, /* our name, other maps: of an agent whose pins are gone */
	ZT_OWNER_US, /* our name and these very maps */
};
enum zt_owner zt_prog_owner(const struct zt_maps *m, uint32_t prog_id, enum zt_prog which);
bool zt_prog_is_ours(const struct zt_maps *m, uint32_t prog_id, enum zt_prog which);
extern const enum zt_prog zt_hook_prog[ZT_HOOK_ALL];
/* Does the link still sit on that interface. */
bool zt_link_holds(int link_fd, uint32_t ifindex);

/* ---- xdp.c ---- */
struct zt_xdp_now {
	uint32_t prog_id; /* native first; 0 none */
	uint8_t mode; /* enum zt_attach_mode */
};
int zt_xdp_query(uint32_t ifindex, struct zt_xdp_now *ret);
/* hook: ZT_HOOK_XDP or ZT_HOOK_UP. */
int zt_xdp_attach(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		  enum zt_hook hook, char **ret_error);
int zt_xdp_detach(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		  enum zt_hook hook);

/* ---- tc.c: tcx where the kernel has it, else clsact ---- */
struct zt_tc_now {
	bool attached; /* our present program is there */
	bool link; /* by a tcx link */
	bool former; /* a former agent's stands at our place */
	uint32_t before; /* id of a program in front of it, 0 none, ZT_NONE a filter of another kind */
};
int zt_tc_query(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook, struct zt_tc_now *ret);
/* Is anything at this hook that is not ours, in front of it or behind. 0, 1 or -errno. */
int zt_tc_others(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook);
int zt_tc_attach(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		 enum zt_hook hook, char **ret_error);
int zt_tc_detach(struct zt_maps *m, struct zt_live_port *port, uint32_t ifindex,
		 enum zt_hook hook);

/* ---- tcx.c: raw system calls, libbpf 1.1 does not know tcx ---- */
bool zt_tcx_supported(uint32_t ifindex);
int zt_tcx_first_link(int prog_fd, uint32_t ifindex, enum zt_hook hook); /* link fd or -errno */
/* Ids of programs in their order; number or -errno. */
int zt_tcx_programs(uint32_t ifindex, enum zt_hook hook, uint32_t *ids, uint32_t max);

/* ---- clsact.c ---- */
int zt_clsact_attach(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook, char **ret_error);
int zt_clsact_detach(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook);
struct zt_clsact {
	uint32_t ours; /* program id at our place if it is ours, else 0 */
	bool former; /* a former agent's stands at our place */
	uint32_t before; /* as in zt_tc_now */
	bool others; /* a filter that is not ours stands anywhere, a former agent's too */
};
int zt_clsact_query(struct zt_maps *m, uint32_t ifindex, enum zt_hook hook, struct zt_clsact *ret);

/* ---- offload.c ---- */
/* Are VLAN tags taken out of received frames before XDP. 0, 1 or -errno. */
int zt_vlan_offload(const char *ifname);
int zt_vlan_offload_off(const char *ifname);
int zt_if_up(const char *ifname); /* up and with carrier: 0, 1 or -errno */

#endif
