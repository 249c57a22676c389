/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One question to a private instance: may this one open that service of that
 * one? Asked as a packet, through every program it would pass on its way.
 */
#ifndef ZT_ZTCTL_QUESTION_H
#define ZT_ZTCTL_QUESTION_H

#include "world.h"

enum side_kind {
	SIDE_DEVICE,  /* index of a policy device */
	SIDE_UNKNOWN, /* a device nobody listed, on the first device port */
	SIDE_ROUTER,
	SIDE_ADDRESS,
};

struct side {
	enum side_kind kind;
	uint32_t device;
	uint8_t family; /* ADDRESS */
	struct zt_addr addr;
};

struct question {
	struct side from, to; /* one at least is a device */
	uint8_t family;	      /* 4 or 6 */
	uint8_t proto;
	uint16_t what; /* destination port, ICMP type */
};

struct answer {
	struct zt_result result; /* of the program that decided */
	bool to_device;		 /* it was the one towards a device */
	struct zt_addr src, dst; /* what the packet said */
};

/* Both sides have an address of this family, or one can be learned. */
bool question_possible(struct world *w, const struct question *q);
/* 0 or -errno: -EADDRNOTAVAIL no address, -ENODEV no port to come or go by. */
int question_ask(struct world *w, const struct question *q, struct answer *ret);
bool answer_is_allowed(const struct answer *a);

/*
 * An address of a policy device, its own or one that is learned for the occasion
 * (for dynamic ones). -EADDRNOTAVAIL.
 */
int device_address(struct world *w, uint32_t device, uint8_t family, struct zt_addr *ret);

#endif
