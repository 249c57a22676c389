/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One data path under test, seen from the case runner: the host build of the
 * stages (host_side.c) or the BPF programs in the kernel (kernel_side.c). Both get
 * the same images and frames and must answer alike.
 */
#ifndef ZT_SIDE_H
#define ZT_SIDE_H

#include "bpf/maps.h"

struct side {
	const char *name;
	bool verdict_only; /* of a result it knows verdict and reason */
	bool loose; /* its frames meet other programs, too: the rest of a row cannot be asked of it */
	/* 0, or -errno and why it cannot run here (malloc'd) */
	int (*open)(const struct zt_sizes *sizes, char **ret_why);
	void (*close)(void);
	void (*reset)(uint32_t now); /* no policy and no state, as after loading; keeps its sizes */
	void (*configure)(const struct zt_cfg *cfg); /* its own stay the nonce, and buckets where 0 */
	void (*publish)(struct zt_image *image); /* owns it from now on */
	void (*no_policy)(void);
	int (*run)(const struct zt_run *run, struct zt_result *ret); /* -ENODATA: it cannot say */
	/* What the frame just run should have come to; again: in a later round of a loop. May be NULL. */
	void (*told)(const struct zt_run *run, const struct zt_result *expected, bool again);
	int (*sweep)(uint32_t now, uint32_t steps);
	void (*bump)(uint32_t bind); /* move the epoch as the agent does */
	void (*mode)(uint32_t dev, uint8_t mode); /* zt_maps_mode() */
	void (*release)(uint32_t ifindex); /* the agent saw that port lose its carrier */
	void (*devst)(uint32_t dev, struct zt_devst *ret);
	void (*devcnt)(uint32_t dev, struct zt_devcnt *ret);
	void (*counts)(struct zt_count ret[ZT_COUNT_MAX]);
	void (*lost)(uint64_t ret[ZT_LOST_MAX]);
	uint32_t (*flows)(uint32_t now); /* records alive */
	/* Sums over every flow record, dead ones too, and over who holds which learned address. */
	uint64_t (*table)(void);
	uint64_t (*holders)(void);
	uint32_t (*learned)(const struct zt_host_key *key, uint32_t now); /* device, 0 none */
	uint64_t (*drain)(uint32_t *ret_nr); /* packets in aggregates; taken out */
};

extern const struct side host_side, kernel_side;

/* For what only the kernel has: a linear part of so many octets, 0 as it comes; frames so split. */
void kernel_side_linear(uint32_t octets);
uint32_t kernel_side_split(void);
bool kernel_side_splits(void); /* can it be done here */
/*
 * From now on frames towards devices go through two network devices, in pieces as well, and
 * what the kernel knows of a frame beside its octets can be said. 0, or -errno and why not.
 */
int kernel_side_wire(char **ret_why);
int kernel_side_run_skb(const struct zt_run *run, uint32_t vlan, uint32_t gso_size,
			struct zt_result *ret);

/* FNV-1a, for sums that must change when an octet does. */
static inline uint64_t side_sum(uint64_t h, const void *what, size_t n)
{
	for (const uint8_t *p = what; n; n--, p++)
		h = (h ^ *p) * 0x100000001b3ull;
	return h;
}
#define SIDE_SUM 0xcbf29ce484222325ull

/* For what only the host build has: events told so far, and tags and GSO taken by the kernel. */
uint64_t host_side_told(uint32_t type);
void host_side_aggregates(bool full); /* of others', or free again */
void host_side_rings(bool full); /* nobody reads them */
void host_side_places(const char *map, uint32_t places); /* how many entries it takes from now on */
/* Another CPU is first at this one of the next swaps, and at those behind it, nr in all. */
void host_side_race(uint32_t swap, uint32_t nr);
void host_side_turn(uint32_t side); /* the agent moves zt_gen.side */
void host_side_take(uint32_t reading, uint32_t nr); /* another CPU took it away before this one of the next readings */
bool host_side_fast(void); /* a live record alone decided the last frame */
int host_side_record(const struct zt_flow_key *key, struct zt_flow *ret, struct zt_flow_rest *ret_rest); /* 0, -1 none */
/* The last event, or so many before it; did it go by the critical ring. */
bool host_side_last(uint32_t before, struct zt_event *ret);
int host_side_aggregate(const struct zt_agg_key *key, struct zt_agg *ret); /* 0, -1 none */
void host_side_unname(const uint8_t mac[6]); /* on every port and in every zone */
uint32_t host_side_seen(uint32_t dev); /* tick of the last frame it sent by its first binding */
uint64_t host_side_now(void); /* boot time of the last frame or sweep */
uint32_t host_side_gen(void);
void host_side_route(const char *says); /* the routing table, of destinations: none, local, else there */
void host_side_run_skb(const struct zt_run *run, uint32_t vlan, uint32_t gso_segs, uint32_t gso_size,
		       struct zt_result *ret);

#endif
