/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole data path on the interfaces of live/net.c, as sides of the case runner: the
 * agent's own publishing, the real programs attached. What differs is how a frame of a
 * row gets to them:
 *
 *   live_alone  each program is met alone (alone.c): the same answers as test-run?
 *   live_whole  the kernel's bridge and routing carry it (whole.c): does it get through?
 */
#ifndef ZT_LIVE_RIG_H
#define ZT_LIVE_RIG_H

#include "live/age.h"
#include "live/hop.h"
#include "live/net.h"
#include "side.h"

enum live_how { LIVE_NATIVE, LIVE_GENERIC, LIVE_CONTROL /* nothing attached */ };
extern enum live_how live_how; /* before a side is opened */

extern const struct side live_alone, live_whole;

/* ---- for alone.c and whole.c ------------------------------------------------- */

extern struct zt_maps *live_maps;
extern struct live_clock live_clock;
extern bool live_foreign; /* zt_in also where it never is: rows ask what it says there */
extern uint64_t live_frames; /* judged so far */
extern volatile struct hop *live_hop; /* what hop.bpf.c is to do with the next frame */

int live_open(const struct zt_sizes *sizes, char **ret_why);
/* Comes in by another interface, as if judged there, and is handed to r->ifindex: zt_out judges. */
int live_hand_over(const struct zt_run *r);
/* Once zt_out has judged it. */
int live_handed_over(const struct zt_run *r);

/* What was judged since live_counted(), by direction: packets, and the counter of the last. */
struct live_moved {
	uint64_t packets[2], dropped[2];
	uint32_t which[2];
};
void live_moved(struct live_moved *ret);
void live_counted(void);

bool live_too_late(const struct timespec *since);
const struct world_interface *live_port(uint32_t ifindex);
int live_wrong(const char *what, uint64_t n); /* said; -EPROTO */

void live_close(void);
void live_configure(const struct zt_cfg *cfg);
void live_publish(struct zt_image *image);
void live_no_policy(void);
int live_sweep(uint32_t now, uint32_t steps);
void live_bump(uint32_t bind);
void live_mode(uint32_t dev, uint8_t mode);
void live_release(uint32_t ifindex);
void live_devst(uint32_t dev, struct zt_devst *ret);
void live_devcnt(uint32_t dev, struct zt_devcnt *ret);
void live_counts(struct zt_count ret[ZT_COUNT_MAX]);
void live_lost(uint64_t ret[ZT_LOST_MAX]);
uint32_t live_flows(uint32_t now);
uint64_t live_table(void);
uint32_t live_learned(const struct zt_host_key *key, uint32_t now);
uint64_t live_drain(uint32_t *ret_nr);

#define LIVE_REST                                                                              \
	.verdict_only = true, .close = live_close,                                                                      \
	.configure = live_configure, .publish = live_publish, .no_policy = live_no_policy,     \
	.sweep = live_sweep, .bump = live_bump, .mode = live_mode, .release = live_release,    \
	.devst = live_devst, .devcnt = live_devcnt, .counts = live_counts, .lost = live_lost, .flows = live_flows,  \
	.table = live_table, .learned = live_learned, .drain = live_drain

#endif
