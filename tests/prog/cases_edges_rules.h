/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about edges of the decision: rules beside each other, all wildcards at once,
 * addresses inside those of this router and of devices, routes, rates and shares at
 * their last unit.
 */
#ifndef ZT_CASES_EDGES_RULES_H
#define ZT_CASES_EDGES_RULES_H

#include "cases_edges.h"

static const struct row cases_edges_rules[] = {
	{ "the smaller of two neighbouring rules is named, the wider one too, and a deny is not forgotten", BOTH, 0, {
		"policy narrow",
		"lan1> ip cam1 cell; tcp 1000 7779 S => pass allowed rule:m1", "lan1> ip cam1 v31; tcp 1000 7779 S => pass allowed rule:m4",
		"lan1> ip cam1 cell; udp 1000 7779 => pass allowed rule:m1", "lan1> ip cam1 v30; tcp 1000 7780 S => pass allowed rule:m3",
		"lan1> eth cam3 cam2; ip cam3 cam2; tcp 1000 7777 S => drop denied rule:b-not none",
		"lan1> eth cam3 cam2; ip cam3 cam2; tcp 1000 7778 S => pass allowed rule:z-open",
		"lan1> eth cam1 cam3; ip cam1 cam3 proto=99; pay 8 => pass allowed rule:z-open",
		"lan3> eth guest rtr; ip guest cam3; udp 1000 7778 => drop unknown-device none" } },
	{ "an address inside this router's or a device's own is not asked about: it is this router, or the device", V6, 0, {
		"policy narrow",
		"lan1> ip6 cam1 2002:a14:901::1; udp 4000 53 => pass allowed new rule:cam-dns",
		"lan1< local ip6 2002:a14:901::1 cam1; tcp 40000 22 S => pass allowed new rule:rtr-ssh",
		"lan1> eth cam1 cam3; ip6 cam1 2002:a14:907::13; tcp 40000 80 S => pass allowed new rule:z-open",
		"lan1> ip6 cam1 2002:a14:907::14; tcp 40000 80 S => drop denied rule:cam-not-bad none" }, .twin = "no IPv4 address holds another" },
	{ "an address inside is judged as a group, as a source, and by the first deny of both", V6, 0, {
		"policy narrow",
		"lan1> ip6 cam1 64:ff9b::df00:1; tcp 40000 81 S => pass allowed new rule:cam-half",
		"lan1> ip6 cam1 64:ff9b::e000:fb; tcp 40000 81 S => drop no-rule none",
		"lan1> ip6 cam1 64:ff9b::ffff:ffff; tcp 40000 81 S => drop no-rule none",
		"lan1> ip6 cam1 64:ff9b::a14:903; tcp 40000 80 S => drop denied rule:a-worse none",
		"lan1< wan0 ip6 64:ff9b::5db8:d822 cam1; tcp 40000 554 S => pass allowed new rule:net-in",
		"lan1< wan0 ip6 64:ff9b::a14:903 cam1; tcp 40000 554 S => drop denied rule:bad-in none",
		"lan3< wan0 ip6 64:ff9b::a01:c guest; tcp 40000 22 S => drop unknown-device none" }, .twin = "no IPv4 address holds another" },
	{ "a running connection that its opener's rule lets go on is not told for the deny of the other way", V4, 0, {
		"policy narrow", "lan1> ip plc vms; tcp 502 40001 A => pass allowed new opener:peer rule:plc-scada",
		"is told packet 0", "is told flow-new 1",
		"event flow-new rule=plc-scada src=plc dst=vms sport=502 dport=40001 proto=6 reason=allowed opener=1 smac=plc dmac=rtr dev=plc on=lan1 eth=ip packets=1 bytes=40" },
	  .twin = "row: nor in IPv6, that connection" },
	{ "nor in IPv6, that connection", V6, 0, {
		"policy narrow", "lan1> ip plc vms; tcp 502 40001 A => pass allowed new opener:peer rule:plc-scada",
		"is told packet 0", "is told flow-new 1" },
	  .twin = "row: a running connection that its opener's rule lets go on is not told for the deny of the other way" },
	/* ---- routes ---- */
	{ "without a route pieces follow their first, flags no stack sends are told as such, and devices are reached", BOTH, 1, {
		"policy narrow",
		"lan1> ip4 cam1 10.30.0.5; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed new",
		"lan1> ip6 cam1 fd30::5; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed new", "route none",
		"lan1> ip4 cam1 10.30.0.5; frag 1480; pay 520 => pass allowed", "lan1> ip6 cam1 fd30::5; frag 1480; pay 520 => pass allowed",
		"lan1> ip4 cam1 10.30.0.5; tcp 40000 443 - => drop bad-flags none", "lan1> ip6 cam1 fd30::5; tcp 40000 443 FPU => drop bad-flags none",
		"lan1> eth cam1 rtr; ip cam1 cam2; udp 4000 8000 => pass allowed new" } },
	{ "what an unknown device opened is not answered once its address is this router's", BOTH, 1, {
		"lan2< lan3 ip guest cam2; tcp 40000 9100 S => pass allowed new opener:peer",
		"lan2> ip cam2 guest; tcp 9100 40000 SA => pass allowed hit", "policy more", "route local",
		"lan2> ip cam2 guest; tcp 9100 40000 A => drop no-rule none", "route there",
		"lan2> ip cam2 guest; tcp 9100 40000 A => pass allowed hit" } },
	{ "the same with an address a device holds by now", V4, 0, {
		"lan2< lan1 eth guest cam2; ip4 10.1.0.110 cam2; tcp 40000 9100 S => pass allowed new opener:peer",
		"lan2> eth cam2 guest; ip4 cam2 10.1.0.110; tcp 9100 40000 SA => pass allowed hit",
		DHCP_ACK_DYN1, "policy more",
		"lan2> eth cam2 dyn1; ip4 cam2 10.1.0.110; tcp 9100 40000 A => drop no-rule none" }, .twin = "the same record, and the row above in both families" },
	/* ---- rates and shares ---- */
	{ "a rate of one a second is one, whoever asked for it; of two, one is left to the device itself", V4, 0, {
		"policy narrow", "lan2> eth lown cam2; arp reply lown lown cam2 => pass infra-arp",
		"lan2> eth lown cam2; arp reply lown lown cam2 => drop infra-rate", "lan2> arp request lown lown rtr => drop infra-rate",
		"wait 4t", "lan2> arp request lown lown rtr => pass infra-arp",
		"lan1> eth laud hmi; arp reply laud laud hmi => pass infra-arp", "lan1> eth laud hmi; arp reply laud laud hmi => audit infra-rate",
		"lan1> arp request laud laud rtr => pass infra-arp", "lan1> arp request laud laud rtr => audit infra-rate",
		"loop 15 lan1> eth cam1 cam2; arp reply cam1 cam1 cam2 => pass infra-arp", "lan1> eth cam1 cam2; arp reply cam1 cam1 cam2 => drop infra-rate",
		"loop 5 lan1> arp request cam1 cam1 rtr => pass infra-arp", "lan1> arp request cam1 cam1 rtr => drop infra-rate" }, .twin = "row: in ND the same" },
	{ "in ND the same", V6, 0, {
		"policy narrow", "lan2> eth lown cam2; ip6 lown cam2 ttl=255; na lown hw=lown => pass infra-nd",
		"lan2> eth lown cam2; ip6 lown cam2 ttl=255; na lown hw=lown => drop infra-rate",
		"loop 15 lan1> eth cam1 cam2; ip6 cam1 cam2 ttl=255; na cam1 hw=cam1 => pass infra-nd",
		"lan1> eth cam1 cam2; ip6 cam1 cam2 ttl=255; na cam1 hw=cam1 => drop infra-rate" },
	  .twin = "row: a rate of one a second is one, whoever asked for it; of two, one is left to the device itself" },
	{ "a thousand a second are a thousand", V4, 0, {
		"policy narrow", "loop 1000 lan1> arp request lgrp lgrp rtr => pass infra-arp",
		"lan1> arp request lgrp lgrp rtr => drop infra-rate" }, .twin = "the same bucket: the row above" },
	{ "clocks of two CPUs may disagree by a quarter of a minute and no more", BOTH, 0, {
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new", "lan1> ip lseg vms; udp 1100 5000 => drop quota none",
		"wait 4294967232t", "lan1> ip lseg vms; udp 1101 5000 => drop quota none", "wait 4294967295t",
		"loop 4 lan1> ip lseg vms; udp #1200 5000 => pass allowed new", "lan1> ip lseg vms; udp 1300 5000 => drop quota none", "wait 65t" } },
	{ "what is picked up waits for no token until the last tick of that time", BOTH, 0, {
		"window 1", "wait 3t", "loop 8 lan1> ip lseg vms; tcp #1000 443 A => pass allowed new" } },
	{ "another CPU takes the tokens first: the fourth time there is none", BOTH, 1, {
		"race 2 3", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"race 2 4", "lan1> ip cam1 vms; udp 4001 5000 => drop quota none",
		"lan1> ip cam1 vms; udp 4001 5000 => pass allowed new" } },
	{ "infrastructure that is sent to a device takes nothing from the flows opened towards it", V4, 0, {
		"policy uplink-dhcp", "loop 4 lan1< wan0 ip vms lseg; udp #1000 554 => pass allowed new",
		"loop 5 lan1< wan0 eth rtr lseg; ip4 web lseg; dhcp offer lseg => pass infra-dhcp",
		"lan1< wan0 eth rtr lseg; ip4 web lseg; dhcp offer lseg => drop infra-rate" }, .twin = "of DHCPv6 the same bucket" },
	{ "the place of one's own expired flow is free for the next, at the edge of each share", BOTH, 0, {
		"loop 9 lan2< wan0 ip vms lown; udp #1000 554 => pass allowed new", "wait 119t",
		"lan2< wan0 ip vms lown; udp 1000 554 => pass allowed new", "is in lown 9", "wait 123t", "sweep",
		"loop 6 lan2> ip lown vms; tcp #1000 443 S => pass allowed new", "wait 119t",
		"lan2> ip lown vms; tcp 1000 443 S => pass allowed new", "is half lown 6" } },
	{ "but of a flow that was not half-open it is no place for one that is", BOTH, 0, {
		"lan2> ip lown vms; tcp 999 443 S => pass allowed new",
		"lan2< wan0 ip vms lown; tcp 443 999 A => pass allowed hit", "is half lown 1",
		"lan2> ip lown vms; tcp 999 443 A => pass allowed hit", "is half lown 0",
		"lan2< wan0 ip vms lown; tcp 443 999 R => pass allowed hit", "wait 400t",
		"loop 6 lan2> ip lown vms; tcp #1000 443 S => pass allowed new", "wait 70t", "is half lown 6",
		"lan2> ip lown vms; tcp 999 443 S => drop quota none", "is half lown 6" } },
	{ "rules about this router are asked for in their own forms, whatever those about applications are", BOTH, 0, {
		"policy routed", "lan1> ip plc rtr; udp 4000 53 => pass allowed new rule:all-dns",
		"lan1> ip plc ntp; udp 4000 123 => audit no-rule new", "lan1> ip plc web; udp 4000 53 => audit no-rule new" } },
};

#endif
