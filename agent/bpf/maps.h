/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The BPF object and its maps, opened: either a private instance (tests,
 * simulate) or the live, pinned one. Only agent/bpf/ includes <bpf/...>.
 */
#ifndef ZT_BPF_MAPS_H
#define ZT_BPF_MAPS_H

#include "compile/image.h"

/* Sizes of the maps that are not per generation, and limits of those that are; 0 = default. */
struct zt_sizes {
	uint32_t flows; /* 65536 of each family */
	uint32_t devices; /* 16384: zt_dev, zt_devst, zt_devcnt, and binds twice that */
	uint32_t hosts; /* 262144: single addresses a policy may have */
	uint32_t learned; /* 32768 */
};

struct zt_maps; /* file descriptors, mappings, live image, generation */

/*
 * Load the object embedded in the program with fresh, unpinned maps. -errno;
 * *ret_error a text for people (caller frees) naming the program or map and the
 * last verifier lines.
 */
int zt_maps_open_private(const struct zt_sizes *sizes, struct zt_maps **ret_maps,
			 char **ret_error);
void zt_maps_close(struct zt_maps *m); /* pinned maps stay */
/* Fill the capacities of an environment with what these maps hold. */
void zt_maps_capacity(const struct zt_maps *m, struct zt_env *env);

/* Tick conversion, by one run of the clock entry. */
struct zt_clock {
	uint32_t tick_shift, tick_ms, hz;
	uint32_t now; /* tick when read */
	uint64_t boot_ns; /* CLOCK_BOOTTIME when read */
	int64_t wall_s; /* CLOCK_REALTIME when read */
};
int zt_maps_clock(struct zt_maps *m, struct zt_clock *ret);

/* Write zt_cfg (timeouts and limits in ticks, nonce, seed); once, before the first publish. */
int zt_maps_configure(struct zt_maps *m, uint32_t flags /* ZT_CFG_* */);

/*
 * Publish an image as the next generation: in-place words of the unused parity,
 * fresh inner maps, then one store moves the generation; afterwards what only
 * the old generation named is removed. The maps own the image on success (it is
 * the live one until the next). On failure nothing that packets see has changed.
 * An equal image publishes nothing and returns 1; the maps own it then as well (it
 * replaces the live one, whose class numbers may stand for other names).
 */
int zt_maps_publish(struct zt_maps *m, struct zt_image *image, char **ret_error);
const struct zt_image *zt_maps_image(const struct zt_maps *m); /* live, or NULL */
uint32_t zt_maps_gen(const struct zt_maps *m);
/*
 * One device's mode, in place, here and in the live image: judged by it from the next packet
 * on, also of flows that have a record. Must be called for a device of the live image.
 */
void zt_maps_mode(struct zt_maps *m, uint32_t dev, uint8_t mode);
/* Generation 0: nothing passes. Used by tests. */
void zt_maps_no_policy(struct zt_maps *m);

/* ---- readers ---- */
struct zt_flow_entry {
	struct zt_flow_key key;
	uint64_t word; /* ZT_WORD_*() */
	uint64_t packets[2]; /* by enum zt_dir */
	uint64_t bytes[2];
	uint32_t bind, peer_bind; /* peer_bind: with ZT_FLOW_PEER_DEVICE */
	uint32_t dev; /* index the quota is charged to */
	uint32_t seen, first; /* ticks */
	uint8_t opener; /* enum zt_dir */
	uint8_t idle; /* enum zt_idle */
	uint8_t flags; /* ZT_FLOW_* */
	uint8_t tcp; /* ZT_SEEN_* both ways */
};
/*
 * All live flow records (not dead, not expired at `now`), each as it was at one moment.
 * Caller frees.
 */
int zt_maps_flows(struct zt_maps *m, uint32_t now, struct zt_flow_entry **ret, uint32_t *ret_nr);
struct zt_learned_entry {
	struct zt_host_key key;
	struct zt_learned learned;
};
int zt_maps_learned(struct zt_maps *m, uint32_t now, struct zt_learned_entry **ret,
		    uint32_t *ret_nr);
int zt_maps_counts(struct zt_maps *m, struct zt_count ret[ZT_COUNT_MAX]); /* summed over CPUs */
int zt_maps_devcnt(struct zt_maps *m, uint32_t dev, struct zt_devcnt *ret);
int zt_maps_devst(struct zt_maps *m, uint32_t dev, struct zt_devst *ret);
int zt_maps_bind(struct zt_maps *m, uint32_t bind, struct zt_bind *ret);
/* A port lost its carrier: what is bound there may appear on another of its ports at once. */
void zt_maps_release_port(struct zt_maps *m, uint32_t ifindex);
int zt_maps_lost(struct zt_maps *m, uint64_t ret[ZT_LOST_MAX]);
/*
 * Take all aggregates out: exact, every count is returned once, also while packets
 * run. Waits for running programs (some milliseconds) when there is anything.
 */
struct zt_agg_entry {
	struct zt_agg_key key;
	struct zt_agg agg;
};
int zt_maps_drain(struct zt_maps *m, struct zt_agg_entry **ret, uint32_t *ret_nr);
/* Write a learned address (restore after reboot, or capture). */
int zt_maps_learn(struct zt_maps *m, const struct zt_learned_entry *e);

/* ---- running the programs ---- */
struct zt_run {
	uint8_t dir; /* ZT_FROM_DEVICE: zt_test_in; ZT_TO_DEVICE: zt_test_out */
	const void *frame;
	uint32_t len;
	uint32_t now; /* tick */
	uint32_t ifindex; /* device port, as in the image */
	uint32_t in_ifindex; /* TO_DEVICE: where it came in, 0 = made by this router */
	uint32_t mark;
};
/*
 * 0 and the result; -EMSGSIZE when the kernel takes no test frame of this length. On
 * 6.18 (4 kB pages) it takes 14 to 73152 bytes FROM_DEVICE and 14 to 3712 TO_DEVICE.
 */
int zt_maps_run(struct zt_maps *m, const struct zt_run *run, struct zt_result *ret);
/* One sweep at tick `now` over at most steps records; number handled or -errno. */
int zt_maps_sweep(struct zt_maps *m, uint32_t now, uint32_t steps);

#endif
