/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Time for programs whose clock cannot be set. Ticks are made so long (zt_cfg.tick_shift)
 * that the clock stands still; when a row waits, everything the maps remember gets older
 * by as much instead. To the programs it is the same: they know distances only.
 */
#ifndef ZT_LIVE_AGE_H
#define ZT_LIVE_AGE_H

#include "bpf/state.h"

#define LIVE_TICK_SHIFT 24 /* a tick of 18 hours at 250 Hz, 4.6 at 1000 */

struct live_clock {
	struct zt_maps *m;
	uint32_t now; /* what the row says */
	uint32_t real; /* what the programs read */
};

void live_clock_start(struct live_clock *c, struct zt_maps *m, uint32_t now);
/* It is `now` in the row. 0 or -errno. */
int live_clock_set(struct live_clock *c, uint32_t now);
/* A tick of the row as the programs' one. */
uint32_t live_clock_real(const struct live_clock *c, uint32_t tick);

#endif
