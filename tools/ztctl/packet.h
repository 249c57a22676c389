/* SPDX-License-Identifier: GPL-2.0 */
/* Building the first packet of a flow, as an honest stack would send it. Pure. */
#ifndef ZT_ZTCTL_PACKET_H
#define ZT_ZTCTL_PACKET_H

#include <stddef.h>
#include <stdint.h>
#include "zt_abi.h"

#define PACKET_MAX 128

struct packet {
	uint8_t smac[6], dmac[6];
	uint16_t vlan; /* 0 untagged */
	uint8_t family;
	struct zt_addr src, dst;
	uint8_t proto;	/* IP protocol */
	uint16_t sport; /* ICMP: id */
	uint16_t what;	/* destination port, ICMP type */
};

/* Octets written to buf, at least 60. */
size_t packet_build(const struct packet *p, uint8_t buf[PACKET_MAX]);

#endif
