/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between wire.c and wire.bpf.c.
 */
#ifndef ZT_WIRE_ABI_H
#define ZT_WIRE_ABI_H

#include <linux/types.h>

#define WIRE_META 64u

struct wire_plan {
	__u32 to; /* wire_on: ifindex of the port */
	__u32 meta_len; /* wire_stamp: octets of metadata, a multiple of 4 */
	__u8 meta[WIRE_META];
	__u16 push, vid; /* wire_push: put this tag beside the frame */
};

/* What wire_look saw last. */
struct wire_seen {
	__u32 frames;
	__u32 len, linear;
	__u32 gso_segs, gso_size;
	__u32 vlan_present, mark;
};

#endif
