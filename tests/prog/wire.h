/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two network devices in a namespace of their own, for what test-run cannot give a
 * program: frames in pieces, super-packets, tags the kernel took off, metadata.
 *
 *	write ── tap "zin" [XDP] [ingress: ..., redirect] ── tap "zout" [egress: look, ...] ── read
 *
 */
#ifndef ZT_WIRE_H
#define ZT_WIRE_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stdint.h>
#include "wire_abi.h"

struct wire_setup {
	uint32_t ifindex; /* of zin; 0: any */
	/*
	 * zin is the one end of a veth pair and frames are sent at the other, "zfar", where tags
	 * can be put beside them as a NIC does; they arrive a moment later. Else a tap, where
	 * frames come in pieces and writing returns when all is done.
	 */
	bool veth;
};

/* Enters a new network namespace. -errno. */
int wire_open(const struct wire_setup *setup, char **ret_why);
void wire_close(void);
/* In front of what is attached there already. prog: fd. -errno. */
int wire_attach_far(int prog); /* tc egress of zfar */
int wire_attach_in(int prog); /* tc ingress of zin */
int wire_attach_out(int prog); /* tc egress of zout */
int wire_attach_xdp(int prog, bool generic); /* of zin; in place of what is there */
int wire_prog(const char *name); /* fd of one of wire.bpf.c */
void wire_plan(const struct wire_plan *plan); /* but for `to` */
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
