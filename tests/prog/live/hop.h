/* SPDX-License-Identifier: GPL-2.0 */
/* What hop.bpf.c is told about the frame under way, and what it tells. */
#ifndef ZT_LIVE_HOP_H
#define ZT_LIVE_HOP_H

#include <linux/types.h>

struct hop {
	__u32 in; /* the injection port turns frames in by this interface */
	__u32 out; /* after the guard: on to this port; 0: counted, and no further */
	__u32 mark; /* with this mark */
	__u32 through; /* out 0: as if hop_after were not there */
	__u32 nonce, vlan; /* what the stamp says */
	__u32 seen, len; /* frames that passed the guard; length of the last */
};

#endif
