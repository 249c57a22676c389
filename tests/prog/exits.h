/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The golden rule of the catalogue: the verdict of every parser exit is DROP, and what
 * passes is on a list. One frame that is allowed, and one field of it taken through every
 * value it can have; and frames cut at every length.
 */
#ifndef ZT_EXITS_H
#define ZT_EXITS_H

#include "prove.h"

struct exits_total {
	uint32_t sweeps, frames, kernel; /* frames judged; of them in the kernel as well */
	uint32_t passed; /* as the lists say */
};

/* Runs them all. The number of sweeps that failed, each told. */
uint32_t exits_run(struct prove *p, const char *only, struct exits_total *ret);

#endif
