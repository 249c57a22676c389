/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A light view of an Ethernet frame of a capture: who, to whom, which service. For
 * labels and for finding the port it would come in by; it decides nothing, the
 * programs parse for themselves.
 */
#ifndef ZT_ZTCTL_FRAME_H
#define ZT_ZTCTL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "zt_abi.h"

#define FRAME_HEADER 14

struct frame {
	const uint8_t *dmac, *smac; /* into the frame */
	uint16_t vlan;		    /* outermost tag that is not 0 */
	uint16_t ethertype;	    /* below the tags, host order */
	uint8_t family;		    /* 4, 6, 0 = not IP, or unreadable */
	struct zt_addr src, dst;
	uint8_t proto;
	bool has_ports;	       /* sport and dport, or ICMP type in dport */
	uint16_t sport, dport; /* host order */
	uint8_t tcp;	       /* flags */
	bool is_arp;
	struct zt_addr claimed; /* ARP sender, or target of a neighbour advertisement */
	uint8_t claim;		/* family of `claimed`, 0 none */
	uint32_t l3;		/* offset of the network header */
	uint32_t needed;	/* octets the programs judge it by, as far as they are there */
	bool complete;		/* all of these are in the frame */
};

/* -EINVAL when not even the Ethernet header is there. */
int frame_parse(const uint8_t *data, uint32_t len, struct frame *ret);
static inline bool frame_is_group(const uint8_t *mac)
{
	return mac[0] & 1;
}

/* "arp", "tcp/443", "icmp/8", "ethertype 0x88b8"; port: of the side that was opened. */
void frame_service(const struct frame *f, uint16_t port, char *buf, size_t len);
void mac_format(const uint8_t *mac, char buf[18]);
int mac_parse(const char *text, uint8_t ret[6]);

#endif
