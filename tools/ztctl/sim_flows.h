/* SPDX-License-Identifier: GPL-2.0 */
/* Packets of a simulation, added up: one entry per flow and what was said of it. */
#ifndef ZT_ZTCTL_SIM_FLOWS_H
#define ZT_ZTCTL_SIM_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "zt_abi.h"

/* Compared as octets: zero it first. */
struct sim_key {
	struct zt_addr device_addr, peer_addr;
	uint8_t device_mac[6], peer_mac[6];
	int32_t device, peer_device; /* policy devices, -1 none */
	uint32_t rule;
	uint16_t port; /* of the side that was opened; ICMP type */
	uint16_t ethertype;
	uint8_t family, proto, has_ports, is_arp;
	uint8_t verdict, reason;
	uint8_t opener; /* enum zt_dir: FROM_DEVICE, the device opened it */
};

struct sim_flow {
	struct sim_key key;
	uint64_t packets;
};

struct sim_flows {
	struct sim_flow *v;
	uint32_t nr;
	uint32_t *slots; /* 1 + index, 0 free */
	uint32_t nr_slots;
};

/* Aborts without memory. */
void sim_flows_add(struct sim_flows *f, const struct sim_key *key);
void sim_flows_sort(struct sim_flows *f); /* dropped first, then by packets; ends adding */
void sim_flows_free(struct sim_flows *f);

#endif
