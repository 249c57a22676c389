/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names for the numbers of the last few generations: an event, a flow or a count may
 * name a rule or device by a generation that is gone when it is read. Knows policies
 * and images, no maps.
 */
#ifndef ZTAGENTD_HISTORY_H
#define ZTAGENTD_HISTORY_H

#include "compile/image.h"

#define HISTORY_MAX 16

/* A policy in use, and what to call it. Counted: several generations share one. */
struct held {
	uint32_t refs;
	struct zt_policy *policy;
	uint32_t revision;
	char text[24]; /* "3-1a2b3c4d", as in events */
};
struct held *held_new(struct zt_policy *policy, uint32_t revision); /* takes the policy */
struct held *held_get(struct held *h);
void held_put(struct held *h); /* NULL is fine */

/* What a device index stood for. */
struct history_dev {
	uint32_t index, serial;
	uint32_t device; /* into policy devices, ZT_NONE: a port's unknown devices */
	uint32_t interface;
};

struct history_entry {
	uint32_t gen; /* 0: unused */
	struct held *held;
	struct history_dev *devs; /* by index */
	uint32_t nr_devs;
};

struct history {
	struct history_entry v[HISTORY_MAX];
	uint32_t next;
};

/* The generation now means this policy and image; also when gen is known already. */
int history_add(struct history *h, uint32_t gen, struct held *held, const struct zt_image *image);
const struct history_entry *history_find(const struct history *h, uint32_t gen);
void history_clear(struct history *h);

/* NULL: not known (any more). A device text may be "unknown@PORT", built in buf. */
const struct zt_policy_rule *history_rule(const struct history_entry *e, uint32_t rule);
const struct history_dev *history_dev(const struct history_entry *e, uint32_t index);
const char *history_dev_id(const struct history_entry *e, uint32_t index, char buf[32]);
/* Segment of the device, NULL when not known. */
const struct zt_segment *history_segment(const struct history_entry *e, uint32_t index);

#endif
