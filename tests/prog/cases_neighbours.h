/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hostile neighbours: what one device can do to another through what needs no rule.
 * Found live, by tests/netns/infra_flood_test.py. `lseg` may send 5 a second.
 */
#ifndef ZT_CASES_NEIGHBOURS_H
#define ZT_CASES_NEIGHBOURS_H

#include "world_names.h"

static const struct row cases_neighbours[] = {
	{ "whom others ask by ARP without end can still ask its router", V4, 0, {
		"loop 3 lan1> eth lseg cam2; arp reply lseg lseg cam2 => pass infra-arp none",
		"loop 50 lan1> eth lseg cam2; arp reply lseg lseg cam2 => drop infra-rate none",
		"lan1> arp request lseg lseg rtr => pass infra-arp none",
		"lan1> eth lseg rtr; arp reply lseg lseg rtr => pass infra-arp none",
		"lan1> arp request lseg lseg rtr => drop infra-rate none",
		"lan1> eth lseg rtr; arp reply lseg lseg rtr => drop infra-rate none",
		"wait 1t", "lan1> arp request lseg lseg rtr => pass infra-arp none" },
	  .ref = "E9e", .twin = "row: whom others ask by ND without end can still ask its router" },
	{ "whom others ask by ND without end can still ask its router", V6, 0, {
		"loop 3 lan1> eth lseg cam2; ip6 lseg cam2 ttl=255; na lseg hw=lseg => pass infra-nd none",
		"loop 50 lan1> eth lseg cam2; ip6 lseg cam2 ttl=255; na lseg hw=lseg => drop infra-rate none",
		"lan1> ip6 lseg sol:rtr ttl=255; ns rtr hw=lseg => pass infra-nd none",
		"lan1> eth lseg rtr; ip6 lseg rtr ttl=255; na lseg hw=lseg => pass infra-nd none",
		"lan1> ip6 lseg sol:rtr ttl=255; ns rtr hw=lseg => drop infra-rate none",
		"wait 1t", "lan1> ip6 lseg sol:rtr ttl=255; ns rtr hw=lseg => pass infra-nd none" },
	  .ref = "V4f", .twin = "row: whom others ask by ARP without end can still ask its router" },
	{ "what stands behind an ND packet is a cargo as well", V6, 0, {
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1; pad 142 => pass infra-nd none",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1; pad 143 => drop nd-spoofed none",
		"lan1> eth cam1 cam2; ip6 cam1 cam2 ttl=255; na cam1 hw=cam1; pad 1514 => drop nd-spoofed none",
		"lan2< lan1 eth cam1 cam2; ip6 cam1 cam2 ttl=255; na cam1 hw=cam1; pad 1514 => drop nd-spoofed none",
		"lan1> ip6 ll:cam1 allrouters ttl=255; rs hw=cam1; pad 127 => drop nd-spoofed none",
		"lan1> ip6 plc sol:rtr ttl=255; ns rtr hw=plc; pad 1514 => audit nd-spoofed none",
		"lan1> ip6 probe sol:rtr ttl=255; ns rtr hw=probe; pad 1514 => pass nd-spoofed none" },
	  .ref = "A5 V4e", .twin = "row: ARP carries nothing but ARP and the padding of a short frame" },
	{ "answers to a declared gateway are not counted as answers to a neighbour", V4, 0, {
		"lan5< wan1 eth gw mix; arp request gw gw mix => pass infra-arp none",
		"loop 20 lan5> eth mix gw; arp reply mix mix gw => pass infra-arp none",
		"lan5> eth mix gw; arp reply mix mix gw => drop infra-rate none" },
	  .ref = "E9e", .twin = "one line of code for both families, see the rows before" },
};

#endif
