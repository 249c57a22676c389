/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A private instance of the programs: the real ones, attached to nothing, with
 * maps of their own and a policy in them. What `policy test`, `why` and `policy
 * simulate` ask. Touches no live map.
 */
#ifndef ZT_ZTCTL_WORLD_H
#define ZT_ZTCTL_WORLD_H

#include "bpf/maps.h"
#include "output.h"

struct world {
	const struct zt_policy *policy; /* borrowed */
	struct zt_env *env;		/* owned */
	struct zt_numbers *numbers;
	struct zt_maps *maps;
	const struct zt_image *image; /* the maps' */
	struct zt_clock clock;
	uint32_t now;  /* tick of the next run */
	uint16_t port; /* source port of the next question */
};

enum world_for {
	WORLD_FOR_QUESTIONS, /* what do the rules say: limits are lifted */
	WORLD_FOR_TRAFFIC,   /* what becomes of this traffic: limits hold, as they would */
};

/*
 * Open it with this policy in force. env is taken, also on failure. 0, or an exit
 * code after a message: CODE_NO_PRIVILEGE without root.
 */
int world_open(const struct call *c, const struct zt_policy *p, struct zt_env *env,
	       enum world_for what, struct world *ret);
void world_close(struct world *w);
int world_sweep(struct world *w, uint32_t steps); /* 0 or -errno */
/* Move the time on by so many seconds, ageing included. 0 or -errno. */
int world_pass(struct world *w, uint32_t seconds);
/* The environment's entry of a policy interface, by its index. */
const struct zt_env_port *world_port(const struct world *w, uint32_t interface);
/* First interface of that role, or NULL. */
const struct zt_env_port *world_role(const struct world *w, uint8_t role);
/* The policy device an address belongs to, static or learned, or -1. */
int world_device_of(const struct world *w, uint8_t family, const struct zt_addr *a);

const char *verdict_name(uint32_t verdict);
const char *reason_name(uint32_t reason);
const char *reason_text(uint32_t reason);
const char *mode_name(uint32_t mode);

#endif
