/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about edges of what ends: when an address that a flow uses is forgotten, which notes
 * of datagrams a sweep takes, and whose record is given up for want of room.
 */
#ifndef ZT_CASES_EDGES_SWEEP_H
#define ZT_CASES_EDGES_SWEEP_H

#include "cases_edges.h"

/* A connection of dyn1 from 10.1.0.110, whole. */
#define WHOLE_OF_DYN1                                                                              \
	"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 S => pass allowed new",             \
	"lan1< wan0 eth rtr dyn1; ip4 vms 10.1.0.110; tcp 443 40000 SA => pass allowed hit",       \
	"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed hit"
#define NEXT_OF_DYN1 "lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed hit"
#define ASKS_DYN1 "lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp"

static const struct row cases_edges_sweep[] = {
	/* ---- addresses that flows use ---- */
	{ "an address lives a day from its device's last packet, to the tick, where a flow uses it", V4, 0, {
		ASKS_DYN1, WHOLE_OF_DYN1, "wait 1t", NEXT_OF_DYN1, "sweep",
		"wait 337500t", "is learned 10.1.0.110 dyn1", "wait 1t", "is learned 10.1.0.110 none" },
	  .twin = "row: a link-local address too, in its own zone" },
	{ "a link-local address too, in its own zone", V6, 0, {
		"lan1> ip6 ll:dyn1 sol:rtr ttl=255; ns rtr hw=dyn1 => pass infra-nd",
		"lan1> ip6 ll:dyn1 ll:rtr; udp 4000 53 => pass allowed new", "wait 100t",
		"lan1> ip6 ll:dyn1 ll:rtr; udp 4000 53 => pass allowed hit", "sweep",
		"wait 337500t", "is learned ll:dyn1 dyn1 20", "wait 1t", "is learned ll:dyn1 none 20" },
	  .twin = "row: an address lives a day from its device's last packet, to the tick, where a flow uses it" },
	{ "a sweep at the very last tick still finds it in use", V4, 0, {
		ASKS_DYN1, WHOLE_OF_DYN1, "loop 12 wait 28000t && " NEXT_OF_DYN1, "wait 1500t", "sweep",
		"wait 1000t", "is learned 10.1.0.110 dyn1" }, .twin = "the same sweep as of the link-local address" },
	{ "a tick later it is over, and stays so", V4, 0, {
		ASKS_DYN1, WHOLE_OF_DYN1, "loop 12 wait 28000t && " NEXT_OF_DYN1, "wait 1501t", "sweep",
		"is learned 10.1.0.110 none", "is addresses4 dyn1 0" }, .twin = "the same sweep as of the link-local address" },
	{ "no flow prolongs a lease", V4, 0, {
		DHCP_ACK_DYN1, WHOLE_OF_DYN1, "wait 100t", NEXT_OF_DYN1, "sweep",
		"wait 134t", "is learned 10.1.0.110 dyn1", "wait 1t", "is learned 10.1.0.110 none" }, .twin = ALONE4 },
	{ "a flow of who held an address before keeps it for nobody", V4, 0, {
		DHCP_ACK_DYN1, WHOLE_OF_DYN1, "wait 61s",
		"lan2> arp request dyn2 10.1.0.110 rtr => pass infra-arp", "wait 1000t",
		"lan1> arp request dyn1 10.1.0.111 rtr => pass infra-arp", "sweep",
		"wait 336500t", "is learned 10.1.0.110 dyn2", "wait 1t", "is learned 10.1.0.110 none" }, .twin = ALONE4 },
	{ "nor does a flow of one MAC of a device shorten what its other MAC has shown", V4, 0, {
		"lan2> arp request duala duala rtr => pass infra-arp",
		"lan2> eth duala rtr; ip4 duala vms; udp 4000 5000 => pass allowed new", "wait 100t",
		"lan2> arp request dualb dualb rtr => pass infra-arp", "sweep",
		"wait 337500t", "is learned duala dual", "wait 1t", "is learned duala none" }, .twin = ALONE4 },
	/* ---- datagrams ---- */
	{ "a sweep takes the notes of datagrams that are over, all of them and no other", BOTH, 0, {
		"loop 12 lan1> ip cam1 vms; frag 0 mf id=#100; udp #4000 5000 len=2000; pay 1472 => pass allowed new",
		"wait 20t", "loop 12 lan2> ip cam2 vms; frag 0 mf id=#200; udp #4000 5000 len=2000; pay 1472 => pass allowed new",
		"wait 5t", "sweep", "is frags cam1 0", "is frags cam2 12",
		"loop 12 lan2> ip cam2 vms; frag 1480 id=#200; pay 520 => pass allowed", "is frags cam2 0" } },
	{ "a datagram that broke a rule is over at once, one under way after its time and the same rest", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed new",
		"lan1> ip cam1 vms; frag 0 mf id=8; udp 4001 5000 len=2000; pay 1472 => pass allowed new",
		"lan1> ip cam1 vms; frag 0 mf id=8; udp 4001 5000 len=2000; pay 1472 => drop frag-overlap",
		"wait 4t", "sweep", "is frags cam1 2", "wait 1t", "sweep", "is frags cam1 1",
		"wait 19t", "sweep", "is frags cam1 1", "wait 1t", "sweep", "is frags cam1 0" } },
	{ "another CPU uses the note while the sweep looks at it: it stays for the next", BOTH, 1, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed new",
		"wait 25t", "race 1", "sweep", "is frags cam1 1", "sweep", "is frags cam1 0" } },
	{ "another CPU takes the address over while the sweep looks at it: it stays as well", V4, 1, {
		ASKS_DYN1, "wait 337501t", "race 1", "sweep 1", "is addresses4 dyn1 1", "is told forgotten 0",
		"sweep 1", "is addresses4 dyn1 0", "is told forgotten 1" }, .twin = "the same table" },
	{ "a sweep looks at one address a step, and stops where there is none", V4, 0, {
		ASKS_DYN1, "sweep 5", "is swept 5", "wait 337501t", "sweep 5", "is swept 1", "sweep 5", "is swept 0" }, .twin = "the same table" },
	/* ---- flows ---- */
	{ "and at one bucket of flows a step, at each once at most, where the last one stopped", BOTH, 0, {
		"buckets 1", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "sweep 5", "is swept 1", "sweep 2", "is swept 1",
		"wait 123t", "sweep 1", "sweep 1", "is flows cam1 0", "sweep 2", "is swept 0", "buckets 0" } },
	{ "without room for it, who has an address now does not get the record of who had it, which is given up", V4, 0, {
		"policy few-flows", DHCP_ACK_DYN1, WHOLE_OF_DYN1, "is flows dyn1 1",
		"lan2< local eth rtr dyn3; ip4 rtr dyn3; dhcp ack dyn3 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"loop 4 lan2> eth dyn3 rtr; ip4 10.1.0.110 vms; udp #4000 5000 => pass allowed new",
		"lan2> eth dyn3 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => drop quota gone",
		"is flows dyn1 1", "is flows dyn3 4", "wait 5t", "sweep", "is flows dyn1 0", "is told flow-end 1",
		"lan2> eth dyn3 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => drop quota none" }, .twin = ALONE4 },
	{ "and once given up it is over, even for who has the address again", V4, 0, {
		"policy few-flows", DHCP_ACK_DYN1, WHOLE_OF_DYN1,
		"lan2< local eth rtr dyn3; ip4 rtr dyn3; dhcp ack dyn3 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"loop 4 lan2> eth dyn3 rtr; ip4 10.1.0.110 vms; udp #4000 5000 => pass allowed new",
		"lan2> eth dyn3 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => drop quota gone", DHCP_ACK_DYN1,
		"lan1< wan0 eth rtr dyn1; ip4 vms 10.1.0.110; tcp 443 40000 A => drop no-flow none",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed new", "is flows dyn1 1" }, .twin = ALONE4 },
};

#endif
