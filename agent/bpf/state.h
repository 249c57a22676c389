/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside of struct zt_maps, shared by the files of agent/bpf/ and by nobody else.
 */
#ifndef ZT_BPF_STATE_H
#define ZT_BPF_STATE_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "bpf/maps.h"
#include "net/kflow.h"

/* Every map the agent itself reads or writes. */
#define ZT_MAPS(X)                                                                             \
	X(GEN, "zt_gen")                                                                       \
	X(CFG, "zt_cfg")                                                                       \
	X(POL, "zt_pol")                                                                       \
	X(PORT, "zt_port")                                                                     \
	X(FWD, "zt_fwd")                                                                       \
	X(FWDCNT, "zt_fwdcnt")                                                                 \
	X(GATE, "zt_gate")                                                                     \
	X(BIND, "zt_bind")                                                                     \
	X(DEV, "zt_dev")                                                                       \
	X(DEVST, "zt_devst")                                                                   \
	X(DEVCNT, "zt_devcnt")                                                                 \
	X(LEARN, "zt_learn")                                                                   \
	X(LEARNQ, "zt_learnq")                                                                 \
	X(NET, "zt_net")                                                                       \
	X(SVC, "zt_svc")                                                                       \
	X(LINE, "zt_line")                                                                     \
	X(COUNT, "zt_count")                                                                   \
	X(LOST, "zt_lost")                                                                     \
	X(AGG, "zt_agg")                                                                       \
	X(SEEN, "zt_seen")                                                                     \
	X(RING, "zt_ring")                                                                     \
	X(RINGC, "zt_ringc")                                                                   \
	X(TEST, "zt_test")                                                                     \
	X(RESULT, "zt_result")                                                                 \
	X(FLOW4, "zt_flow4") /* from here on only where records lie in maps */                 \
	X(FLOW6, "zt_flow6")                                                                   \
	X(REST4, "zt_rest4")                                                                   \
	X(REST6, "zt_rest6")                                                                   \
	X(TAG4, "zt_tag4")                                                                     \
	X(TAG6, "zt_tag6")                                                                     \
	X(PATH4, "zt_path4")

enum zt_map {
#define X(name, text) ZT_MAP_##name,
	ZT_MAPS(X)
#undef X
	ZT_MAP_NR
};
#define ZT_MAP_FLOWS ZT_MAP_FLOW4 /* the first of these */

/* The programs, in the order of their pins. */
#define ZT_PROGS(X)                                                                            \
	X(IN, "zt_in")                                                                         \
	X(GUARD, "zt_guard")                                                                   \
	X(OUT, "zt_out")                                                                       \
	X(UP, "zt_up")                                                                         \
	X(TEST_IN, "zt_test_in")                                                               \
	X(TEST_OUT, "zt_test_out")                                                             \
	X(CTL, "zt_ctl")

enum zt_prog {
#define X(name, text) ZT_PROG_##name,
	ZT_PROGS(X)
#undef X
	ZT_PROG_NR
};

/* The three attachments of a port, in the order of their link pins. */
enum zt_hook {
	ZT_HOOK_XDP = 0,
	ZT_HOOK_GUARD = 1, /* tc ingress */
	ZT_HOOK_OUT = 2, /* tc egress */
	ZT_HOOK_NR,
	ZT_HOOK_UP = ZT_HOOK_NR, /* XDP of an uplink, its only one */
	ZT_HOOK_ALL
};

/* A port we attached to or found attached. The fds keep links alive when pins vanish. */
struct zt_live_port {
	char name[16];
	int link[ZT_HOOK_ALL]; /* -1: none, or not a link */
	bool allow_generic;
};

struct zt_maps {
	struct bpf_object *obj;
	int map[ZT_MAP_NR]; /* owned by obj; -1: it has none */
	uint32_t max[ZT_MAP_NR];
	int prog[ZT_PROG_NR]; /* owned by obj; negative: left out */

	struct zt_gen *gen; /* mappings of the maps of the same name */
	struct zt_port *port;
	struct zt_fwd *fwd;
	struct zt_bind *bind;
	struct zt_dev *dev;
	struct zt_bucket4 *flow4; /* NULL: records lie in the kernel module's table */
	struct zt_bucket6 *flow6;
	struct zt_flow_rest *rest4, *rest6;
	struct zt_agg_set *agg;
	uint64_t *seen;

	uint32_t max_hosts, max_macs; /* a policy may have, see struct zt_sizes */
	uint32_t flows; /* as struct zt_sizes, for the module's table */
	struct zt_image *image; /* live, NULL when not known (adopted, or none) */
	struct zt_cfg cfg; /* copy of zt_cfg[0] */
	bool slots_unsure; /* a process before us may just have moved the generation */
	uint32_t hz;

	struct zt_kflow *kflow, *ended; /* the module's table, and its ends; NULL: not in use */
	char why_map[256]; /* why records lie in maps; "" where they do not */

	char *pin_dir; /* NULL: private instance */
	struct zt_live_port *ports;
	uint32_t nr_ports;
	struct ring_buffer *ring;
	void *ring_fn; /* struct zt_ring_arg[2] */
	int ring_fd[2]; /* of its maps, its own: the object may be another one later */
};

const char *zt_map_name(enum zt_map map);
const char *zt_prog_name(enum zt_prog prog);

/*
 * *ret_error = the text (left NULL when memory is short), unless ret_error is NULL;
 * returns rc so that a caller can write `return zt_fail(...)`.
 */
int zt_fail(char **ret_error, int rc, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- object.c ---- */
int zt_object_open(struct bpf_object **ret_obj, char **ret_error);
int zt_object_open_kmod(struct bpf_object **ret_obj, char **ret_error); /* for zt_flow.ko */
/*
 * A private instance is never attached, the live one never asked by test entries: without
 * what it does not need each loads in half the time.
 */
enum zt_part { ZT_FOR_PORTS, ZT_FOR_TESTS };
int zt_object_leave_out(struct bpf_object *obj, enum zt_part part);
int zt_object_load(struct bpf_object *obj, char **ret_error);
/*
 * Apply sizes (0 = as the object has it) between open and load, also to the maps that go
 * with one of them.
 */
int zt_object_size(struct bpf_object *obj, const struct zt_sizes *sizes);
/* A loaded object becomes a struct zt_maps, which then owns it. */
int zt_maps_from_object(struct bpf_object *obj, struct zt_maps **ret_maps, char **ret_error);

/* ---- batch.c: whole-map access, batch calls with a per-key fallback ---- */
struct zt_dump {
	uint8_t *keys, *values;
	uint32_t nr, key_size, value_size;
};
int zt_dump_map(int fd, uint32_t max, uint32_t key_size, uint32_t value_size,
		struct zt_dump *ret);
void zt_dump_free(struct zt_dump *d);
int zt_write_map(int fd, const void *keys, const void *values, uint32_t nr, uint32_t key_size,
		 uint32_t value_size);
int zt_delete_keys(int fd, const void *keys, uint32_t nr, uint32_t key_size);

/* ---- clock.c ---- */
int zt_arm_sweep(struct zt_maps *m); /* (re)start the timer on this program's code */
int zt_ctl(struct zt_maps *m, const struct zt_test *test, struct zt_result *ret);

/* ---- flows.c: records as they lie in maps ---- */
/* All that a slot holds, as it was at one moment: 0; -ENOENT: nobody's. */
int zt_slot_read(const struct zt_maps *m, uint32_t slot, struct zt_kflow_record *ret);
uint32_t zt_slots(const struct zt_maps *m); /* slots are numbered below */
struct zt_flow *zt_slot_flow(const struct zt_maps *m, uint32_t slot);
/* Not over at `now`. */
bool zt_record_lives(const struct zt_maps *m, const struct zt_kflow_record *r, uint32_t now);
void zt_record_entry(const struct zt_kflow_record *r, struct zt_flow_entry *ret);
struct zt_entries {
	struct zt_flow_entry *v;
	uint32_t nr, room;
	bool failed; /* out of memory */
};
void zt_entries_add(struct zt_entries *e, const struct zt_maps *m, const struct zt_kflow_record *r,
		    uint32_t now);
int zt_entries_done(struct zt_entries *e, struct zt_flow_entry **ret, uint32_t *ret_nr);

/* ---- kmod.c: records in the module's table ---- */
uint32_t zt_kmod_max_flows(uint32_t flows); /* of both families together; 0: default */
/* A socket to a module these programs can use, else a text why not. */
int zt_kmod_find(struct zt_kflow **ret, char why[256]);
/* A table for these maps, or the one there is with their limits; *ret_table its number. */
int zt_kmod_table(struct zt_maps *m, const struct zt_cfg *cfg, uint32_t *ret_table, char **ret_error);
int zt_kmod_empty(struct zt_maps *m); /* end every record in it */
int zt_kmod_flows(struct zt_maps *m, uint32_t now, struct zt_flow_entry **ret, uint32_t *ret_nr);
int zt_kmod_held(struct zt_maps *m, uint32_t dev, struct zt_held *ret);

/* ---- move.c ---- */
/* What a move that was begun left behind in pinned maps: into the table. */
int zt_move_resume(struct zt_maps *m, char **ret_error);

/* ---- maps.c ---- */
int zt_maps_parts(struct zt_maps *m, char **ret_error); /* of m->obj: fds, mappings that are missing */
void zt_maps_unmap_flows(struct zt_maps *m);

/* ---- inner.c: the three tables that are made anew for each generation ---- */
struct zt_inner {
	int net, svc, line; /* fds, -1 none */
};
#define ZT_INNER_NONE { -1, -1, -1 }
/* ret_pol: what zt_pol must say for packets to find their way in them; no generation yet. */
int zt_inner_make(struct zt_maps *m, const struct zt_image *i, struct zt_inner *ret,
		  struct zt_pol *ret_pol, char **ret_error);
int zt_inner_place(struct zt_maps *m, uint32_t parity, const struct zt_inner *in,
		   char **ret_error);
void zt_inner_close(struct zt_inner *in);
/* Every packet that was on its way when this was called has left the programs. */
int zt_grace(struct zt_maps *m);

/* ---- gateways.c: what the programs learned of them, zt_gate ---- */
/* Does the generation of that parity list a gateway that the image does not. */
int zt_gateways_look(struct zt_maps *m, const struct zt_image *i, uint32_t parity, bool *ret_gone);
/* After the grace period: all of them when one is gone, else what has another owner now. */
int zt_gateways_forget(struct zt_maps *m, const struct zt_image *i, bool gone);

/* ---- arrays.c: tables written through their mapping; nothing here can fail ---- */
int zt_arrays_check(struct zt_maps *m, const struct zt_image *i, char **ret_error);
void zt_arrays_prepare(struct zt_maps *m, const struct zt_image *i, uint32_t parity);
/* Right before the generation moves: what has no second word. */
void zt_arrays_switch(struct zt_maps *m, const struct zt_image *i);
void zt_arrays_clean(struct zt_maps *m, const struct zt_image *i);

#endif
