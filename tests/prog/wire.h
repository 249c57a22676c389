/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two network devices in a namespace of their own, for what test-run cannot give a tc
 * program: frames in pieces, super-packets, tags the kernel took off.
 *
 *	write(in) ── tap "zin" ── redirect ── tap "zout" [egress: look, program] ── read(out)
 *
 * Writing is synchronous: when it returns, the program has run and the frame has
 * arrived or not.
 */
#ifndef ZT_WIRE_H
#define ZT_WIRE_H

#include <linux/virtio_net.h>
#include <stdint.h>
#include "wire_abi.h"

/* Enters a new network namespace; prog: what judges at egress of zout. -errno. */
int wire_open(int prog, char **ret_why);
void wire_close(void);
/*
 * One frame whose first `linear` octets are in one piece (0: as much as goes), the rest in
 * fragments. head: gso_type and the like, or NULL. 0, or -errno: the kernel took it not.
 */
int wire_send(const void *frame, uint32_t len, uint32_t linear, const struct virtio_net_hdr *head);
/* The rest of a head with gso_size for a TCP frame without options or tags. */
void wire_head_tcp(struct virtio_net_hdr *head, const uint8_t *frame, uint32_t len);
void wire_seen(struct wire_seen *ret); /* of the frames since the last call */
/* The next frame that arrived; its length, or 0. */
uint32_t wire_arrived(void *frame, uint32_t max);

#endif
