/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The live data path: pinned maps and links under the pin directory, programs on
 * the device ports, and the watch that says whether they are really in force.
 */
#ifndef ZT_BPF_LIVE_H
#define ZT_BPF_LIVE_H

#include "bpf/maps.h"

#define ZT_PIN_DIR "/sys/fs/bpf/zt" /* DIR/maps/NAME, DIR/progs/NAME, DIR/links/IF-{xdp,guard,out} */

/*
 * Adopt the pins of an earlier run, or load and pin. Pins are adopted only after
 * owner, mode, type, key, value, size and ABI version are checked; programs are
 * replaced atomically through their links. Refuses (with the reason in
 * *ret_error): no bpffs, no privilege, foreign pin, other ABI.
 * *ret_adopted: true when running maps (and counters) were taken over.
 */
int zt_live_open(const char *pin_dir, const struct zt_sizes *sizes, struct zt_maps **ret_maps,
		 bool *ret_adopted, char **ret_error);

enum zt_attach_mode { ZT_XDP_NATIVE = 1, ZT_XDP_GENERIC = 2 };
enum zt_attach_kind { ZT_ATTACH_LINK = 1 /* pinned link, tcx for tc */, ZT_ATTACH_NETLINK = 2 /* clsact, or adopted from bpftool */ };

/* What is true of one device port right now, as the kernel tells. */
struct zt_port_state {
	char name[16];
	uint32_t ifindex;
	bool up;
	uint8_t xdp_mode; /* enum zt_attach_mode; 0 not attached */
	uint8_t xdp_kind, tc_kind; /* enum zt_attach_kind; 0 not attached */
	bool guard, egress; /* tc programs attached and first */
	bool pinned; /* all links pinned */
	bool vlan_offload; /* rx VLAN offload is on */
	bool enforcing; /* all of the above in order; `up` does not count: without carrier
			 * nothing passes anyway */
	char why[160]; /* when not: the first thing that is wrong, for people */
};

/*
 * Put the three programs on a port: XDP (native, else generic only if allowed),
 * guard at tc ingress, tc egress; rx VLAN offload switched off first. -errno and
 * a text: missing interface, foreign XDP program, driver without XDP...
 */
int zt_live_attach(struct zt_maps *m, const char *ifname, bool allow_generic, char **ret_error);
int zt_live_detach(struct zt_maps *m, const char *ifname, char **ret_error);
/*
 * Look again at a port. repair = when it is not enforcing, put back what is missing
 * (programs, pins, first place) and look once more: *ret tells what is true then, so
 * look without repair first to be able to report what was wrong. -ENODEV: no such
 * interface (*ret is filled all the same).
 */
int zt_live_check(struct zt_maps *m, const char *ifname, bool repair, struct zt_port_state *ret);

/*
 * Forwarding in XDP (struct zt_fwd): the program of an uplink that has it, native XDP only.
 * Without it, or while forwarding is off, the kernel forwards.
 */
int zt_live_uplink_attach(struct zt_maps *m, const char *ifname, char **ret_error);
int zt_live_uplink_detach(struct zt_maps *m, const char *ifname, char **ret_error);
/*
 * Does what is attached to this port let XDP forward past tc: our program natively in XDP,
 * nobody else's filters. false: why says what is wrong.
 */
bool zt_live_may_forward(struct zt_maps *m, const char *ifname, bool uplink, char why[160]);
/* On, or on for some more time: it ends by itself `lease_ms` after the last call. -errno: off. */
int zt_maps_forward_on(struct zt_maps *m, uint32_t lease_ms);
void zt_maps_forward_off(struct zt_maps *m); /* from the next packet on */
void zt_maps_forward_moved(struct zt_maps *m); /* routes or neighbours changed: ask again */
bool zt_maps_forwards(const struct zt_maps *m);
int zt_maps_forwarded(struct zt_maps *m, struct zt_count ret[2]); /* by enum zt_dir */

/* Detach everything and remove all pins. */
int zt_live_unload(struct zt_maps *m, char **ret_error);

/*
 * Where flow records lie: in the table of zt_flow.ko, or in maps and why. Chosen when nothing
 * runs yet, and kept: what lies in maps goes to the module when that is there later
 * (zt_live_move), what lies in the module stays there until unload.
 */
bool zt_live_in_module(const struct zt_maps *m, const char **ret_why);
/*
 * -ENOENT: no module that could be used, so nothing was tried. Any other failure leaves the
 * flows in maps, and the reason for zt_live_in_module() as well as in *ret_error.
 */
struct zt_moved {
	uint32_t flows; /* that went on */
	uint32_t lost; /* for which the table had no room */
};
int zt_live_move(struct zt_maps *m, struct zt_moved *ret, char **ret_error);

/* Of the module's table; -ENOENT where records lie in maps. */
struct zt_kflow_stats;
int zt_live_table(struct zt_maps *m, struct zt_kflow_stats *ret);
/* Flows that are over, from the module: readable = read. Maps tell theirs by the ring. */
typedef void (*zt_ended_fn)(void *arg, const struct zt_flow_entry *f, uint8_t ended /* enum zt_ended */);
int zt_live_ended_fd(struct zt_maps *m);
/* *ret_missed grows by those it told and we had no room for. */
int zt_live_ended_read(struct zt_maps *m, zt_ended_fn fn, void *arg, uint64_t *ret_missed);

/* Ring buffers: one epoll fd over both; consume calls back for each event. */
typedef void (*zt_event_fn)(void *arg, const struct zt_event *e, bool critical);
int zt_live_events_fd(struct zt_maps *m, zt_event_fn fn, void *arg);
int zt_live_events_consume(struct zt_maps *m);

#endif
