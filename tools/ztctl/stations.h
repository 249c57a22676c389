/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who speaks in a capture: every MAC, whether it is a device of the policy, and
 * which of the others is the router. The first of simulate's two passes.
 */
#ifndef ZT_ZTCTL_STATIONS_H
#define ZT_ZTCTL_STATIONS_H

#include "frame.h"
#include "policy/policy.h"

#define STATION_ADDRESSES 16

/* A few addresses, each once. */
struct address_list {
	struct zt_addr v[STATION_ADDRESSES];
	uint8_t family[STATION_ADDRESSES];
	uint32_t nr;
};

/* Unicast addresses only; what finds no place is left out. */
void address_list_add(struct address_list *l, uint8_t family, const struct zt_addr *a);

struct station {
	uint8_t mac[6];
	int device;	   /* index in the policy, -1 none */
	bool meets_device; /* unicast IP between it and a device of the policy */
	bool is_dhcp_server;
	uint64_t frames;	     /* sent */
	struct address_list seen;    /* IP sources it sent, destinations sent to it */
	struct address_list claimed; /* by ARP and neighbour advertisements */
};

struct stations {
	const struct zt_policy *policy;
	struct station *v;
	uint32_t nr;
	uint32_t *slots;	/* hash of MACs: 1 + index, 0 free */
	uint32_t nr_slots;	/* a power of two */
	int router;		/* index, -1 none */
	bool router_is_gateway; /* it is a next hop the policy lists, beyond an uplink */
};

void stations_init(struct stations *s, const struct zt_policy *p);
void stations_free(struct stations *s);
/* Take note of one frame. Aborts without memory. */
void stations_note(struct stations *s, const struct frame *f);
/* The station of a MAC, made when it is new; moves the others. */
struct station *stations_get(struct stations *s, const uint8_t *mac);
struct station *stations_find(const struct stations *s, const uint8_t *mac);
/*
 * Decide which one is the router: the one given; else the station that is no
 * device and that answers for a gateway of the policy, or that most addresses of
 * one family (two at least) are reached through, or that is a DHCP server.
 */
void stations_choose_router(struct stations *s, const uint8_t *mac);
/*
 * The addresses the router holds itself: claimed by it, or sent from inside the
 * subnets of a segment; not those the policy gives to somebody else.
 */
void stations_router_addresses(const struct stations *s, struct address_list *ret);

#endif
