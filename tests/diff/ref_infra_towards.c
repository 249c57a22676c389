/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference on infrastructure towards devices: claims by those who hold the
 * address, RA of this router and listed gateways, answers of listed DHCP servers
 * (design §4.8).
 */
#include <stdlib.h>
#include <string.h>
#include "ref.h"

#define GATEWAY_MACS 1024u

/* A listed gateway spoke from outside: its MAC is a right destination from now on. */
static void learn_gateway(struct ref_pkt *p, const uint8_t mac[6])
{
	struct ref *r = p->r;
	struct ref_gateway *g;

	if (ref_is_router_mac(p, mac) || ref_mac_in_zone(p, mac) != REF_NOBODY ||
	    ref_is_gateway_mac(p, mac) || r->nr_gateways == GATEWAY_MACS)
		return;
	r->gateways = realloc(r->gateways, (r->nr_gateways + 1) * sizeof(*g));
	g = &r->gateways[r->nr_gateways++];
	*g = (struct ref_gateway){ .vlan = p->vlan, .zone = p->port->zone };
	memcpy(g->mac, mac, 6);
}

static bool mac_is_of(const struct ref_pkt *p, const uint8_t mac[6], uint32_t device)
{
	uint32_t bind = ref_mac_in_zone(p, mac);

	return bind != REF_NOBODY && bind / 4 == device;
}

/* May the sender hold the address it claims. */
static uint32_t claim(struct ref_pkt *p, uint8_t family, const struct zt_addr *a, uint32_t spoofed)
{
	const uint8_t *mac = p->has_hw ? p->hw : p->smac;
	enum ref_origin from = ref_origin(p);
	struct ref_who w = ref_who(p, family, a);

	if (from == FROM_UNLISTED)
		return ZT_REASON_UNLISTED_PORT;
	if (ref_is_unspecified(family, a))
		return from == FROM_OUTSIDE ? spoofed : 0;
	if (w.what == WHAT_DEVICE) {
		ref_claimed(p, w.device);
		if (from == FROM_OUTSIDE)
			return ZT_REASON_SPOOFED_UPLINK;
		return mac_is_of(p, mac, w.device) ? 0 : spoofed;
	}
	if (from == FROM_ROUTER)
		return 0;
	if (from == FROM_OUTSIDE && w.gateway) {
		learn_gateway(p, mac);
		return 0;
	}
	return spoofed;
}

static uint32_t nd(struct ref_pkt *p)
{
	uint32_t r = 0;

	if (p->op == 136)
		r = claim(p, 6, &p->claims, ZT_REASON_ND_SPOOFED);
	if (!r)
		r = claim(p, 6, &p->src, ZT_REASON_ND_SPOOFED);
	return r ? r : ZT_REASON_INFRA_ND;
}

static uint32_t ra(struct ref_pkt *p)
{
	enum ref_origin from = ref_origin(p);
	struct ref_who w = ref_who(p, 6, &p->src);

	if (from == FROM_ROUTER)
		return ZT_REASON_INFRA_ND;
	if (from == FROM_OUTSIDE && w.gateway && w.what == WHAT_OTHER) {
		learn_gateway(p, p->smac);
		return ZT_REASON_INFRA_ND;
	}
	return from == FROM_UNLISTED ? ZT_REASON_UNLISTED_PORT : ZT_REASON_ROGUE_RA;
}

/* May this be a DHCP server, by where it spoke from. */
static uint32_t dhcp_speaker(struct ref_pkt *p)
{
	const struct zt_infrastructure *infra = &p->r->policy->infra;
	struct ref_who w = ref_who(p, p->family, &p->src);

	switch (ref_origin(p)) {
	case FROM_UNLISTED:
		return ZT_REASON_UNLISTED_PORT;
	case FROM_ROUTER:
		return infra->dhcp_router ? 0 : ZT_REASON_ROGUE_DHCP;
	case FROM_OUTSIDE:
		if (w.what == WHAT_DEVICE)
			return ZT_REASON_SPOOFED_UPLINK;
		return w.what == WHAT_OTHER && infra->dhcp_uplink ? 0 : ZT_REASON_ROGUE_DHCP;
	default:
		return w.what == WHAT_DEVICE && ref_is_dhcp_server(p->r, w.device) &&
				       mac_is_of(p, p->smac, w.device) ?
			       0 : ZT_REASON_ROGUE_DHCP;
	}
}

/* What an ACK says is the client's claim, whatever MAC the frame is sent to. */
static void learn_lease(struct ref_pkt *p)
{
	uint32_t bind = ref_mac_on_port(p, p->hw), device = p->device;

	if (!p->lease || ref_is_unspecified(4, &p->claims) || bind == REF_NOBODY)
		return;
	p->device = bind / 4;
	p->outside = ref_origin(p) == FROM_OUTSIDE;
	ref_claim(p, BY_DHCP);
	p->device = device;
}

static uint32_t dhcp_server(struct ref_pkt *p)
{
	uint32_t r = dhcp_speaker(p);

	ref_dhcp_modes(p);
	if (r)
		return r;
	if (ref_origin(p) != FROM_ROUTER && !ref_infra_token(p))
		return ZT_REASON_INFRA_RATE;
	if (!ref_to_client(p))
		return ZT_REASON_ROGUE_DHCP;
	if (p->family == 6)
		return ZT_REASON_INFRA_DHCP;
	/* by the port where the client is; of an unknown client, by any */
	if (ref_mac_on_port(p, p->hw) == REF_NOBODY && ref_mac_in_zone(p, p->hw) != REF_NOBODY)
		return ZT_REASON_WRONG_PORT;
	learn_lease(p);
	return ZT_REASON_INFRA_DHCP;
}

/* Is a server of infrastructure.dhcp listed on this port: broadcasts of clients go there. */
static bool server_on_port(const struct ref_pkt *p)
{
	const struct zt_policy *policy = p->r->policy;

	for (uint32_t i = 0; i < policy->infra.dhcp_devices.nr; i++) {
		const struct zt_set *ports = &policy->devices[policy->infra.dhcp_devices.v[i]].ports;

		for (uint32_t k = 0; k < ports->nr; k++)
			if ((int)ports->v[k] == p->interface)
				return true;
	}
	return false;
}

static uint32_t dhcp_client(struct ref_pkt *p)
{
	bool to_all = p->dmac[0] & 1;

	if (ref_origin(p) != FROM_DEVICES)
		return 0;
	if (to_all)
		return server_on_port(p) ? ZT_REASON_INFRA_DHCP : ZT_REASON_WRONG_PORT;
	return !p->is_stranger && ref_is_dhcp_server(p->r, p->device) ? ZT_REASON_INFRA_DHCP : 0;
}

/* Membership is this router's business, and its bridge's. */
static uint32_t report(struct ref_pkt *p)
{
	switch (ref_origin(p)) {
	case FROM_ROUTER:
		return ZT_REASON_INFRA_GROUP;
	case FROM_DEVICES:
		return ZT_REASON_WRONG_PORT;
	case FROM_UNLISTED:
		return ZT_REASON_UNLISTED_PORT;
	default:
		return ZT_REASON_NO_RULE;
	}
}

/* From this router or a switch behind an uplink, never from a device. */
static uint32_t layer2(struct ref_pkt *p)
{
	enum ref_origin from = ref_origin(p);

	if (from == FROM_UNLISTED)
		return ZT_REASON_UNLISTED_PORT;
	return ref_opted_in(p) && from != FROM_DEVICES ? ZT_REASON_INFRA_L2 : ZT_REASON_NON_IP;
}

uint32_t ref_infra_towards(struct ref_pkt *p)
{
	uint32_t r;

	switch (p->shape) {
	case IS_ARP:
		r = claim(p, 4, &p->claims, ZT_REASON_ARP_SPOOFED);
		return r ? r : ZT_REASON_INFRA_ARP;
	case IS_ND:
		return nd(p);
	case IS_RA:
		return ra(p);
	case IS_REDIRECT:
		return ZT_REASON_REDIRECT;
	case IS_QUERY:
		return ref_origin(p) == FROM_ROUTER ? ZT_REASON_INFRA_GROUP : ZT_REASON_NO_RULE;
	case IS_REPORT:
		return report(p);
	case IS_DHCP_SERVER:
		return dhcp_server(p);
	case IS_DHCP_CLIENT:
		return dhcp_client(p);
	case IS_L2:
		return layer2(p);
	default:
		return 0;
	}
}
