/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about what the rules say (policy-language §3): deny wins, peers, embedded
 * addresses, the router, modes, logging. The property test asks at random what
 * these ask by name.
 */
#ifndef ZT_CASES_POLICY_H
#define ZT_CASES_POLICY_H

#include "prove.h"

static const struct row cases_policy[] = {
	{ "a deny beats an allow, whichever is narrower", BOTH, 0, {
		"lan2> ip cam2 ntp; udp 4000 123 => drop denied rule:cam2-no-ntp none",
		"lan1> ip cam1 ntp; udp 4000 123 => pass allowed rule:cam1-ntp new",
		"lan1> ip cam3 ntp; udp 4000 123 => drop no-rule none" } },
	{ "a deny inside an allowed network beats it", V4, 0, {
		"lan1> ip4 cam1 web; tcp 40000 80 S => pass allowed rule:cam-net new",
		"lan1> ip4 cam1 93.184.216.66; tcp 40000 80 S => drop denied rule:cam-not-bad none",
		"lan1> ip4 cam1 93.184.216.66; udp 40000 53 => pass allowed rule:cam-net new" },
	  .twin = "the same lookup: the edges of an IPv6 network, and a deny beats an allow in both families" },
	{ "the edges of a network", V4, 0, {
		"lan1> ip4 cam1 93.184.216.0; tcp 40000 80 S => pass allowed new",
		"lan1> ip4 cam1 93.184.216.255; tcp 40000 80 S => pass allowed new",
		"lan1> ip4 cam1 93.184.215.255; tcp 40000 80 S => drop no-rule none",
		"lan1> ip4 cam1 93.184.217.0; tcp 40000 80 S => drop no-rule none" },
	  .twin = "row: the edges of an IPv6 network" },
	{ "the edges of an IPv6 network", V6, 0, {
		"lan1> ip6 cam1 2a00:1450::; tcp 40000 80 S => pass allowed new",
		"lan1> ip6 cam1 2a00:1450::ffff:ffff:ffff:ffff; tcp 40000 80 S => pass allowed new",
		"lan1> ip6 cam1 2a00:144f:ffff:ffff:ffff:ffff:ffff:ffff; tcp 40000 80 S => drop no-rule none",
		"lan1> ip6 cam1 2a00:1450:0:1::; tcp 40000 80 S => drop no-rule none" },
	  .twin = "row: the edges of a network" },
	{ "overlapping applications give what each of them gives", BOTH, 0, {
		"lan1< wan0 ip vms plc; tcp 40000 502 S => pass allowed rule:plc-scada new",
		"lan1< wan0 ip vms cam1; tcp 40000 554 S => pass allowed rule:vms-rtsp new",
		"lan1< wan0 ip vms plc; tcp 40000 503 S => audit no-rule new" } },
	/* ---- IPv4 inside IPv6 ---- */
	{ "the IPv4 address inside a NAT64 address is judged as well", V6, 0, {
		"lan1> ip6 cam1 64:ff9b::5db8:d822; tcp 40000 80 S => pass allowed rule:cam-net new",
		"lan1> ip6 cam1 64:ff9b::5db8:d842; tcp 40000 80 S => drop denied rule:cam-not-bad none",
		"lan1> ip6 cam1 64:ff9b::a14:909; tcp 40000 80 S => drop denied rule:cam-not-bad none",
		"lan1> ip6 cam1 64:ff9b::a14:5; tcp 40000 80 S => drop no-rule none",
		"lan1> ip6 cam1 64:ff9b::a01:c; tcp 40000 80 S => drop no-rule none",
		"lan1> ip6 cam1 64:ff9b::a01:1; tcp 40000 80 S => drop no-rule none",
		"lan1> ip6 cam1 64:ff9b::a01:1; udp 40000 53 => pass allowed rule:cam-net new",
		"lan1> ip6 cam1 64:ff9b::e000:fb; udp 40000 53 => drop no-rule none",
		"lan1> ip6 cam1 64:ff9b::808:808; udp 40000 53 => drop no-rule none",
		"lan1> ip6 cam1 64:ff9b:0:1::5db8:d822; tcp 40000 80 S => drop no-rule none" },
	  .ref = "A7", .twin = "no IPv4 address holds another" },
	{ "and the one inside a 6to4 address", V6, 0, {
		"lan1> ip6 cam1 2002:5db8:d822::1; tcp 40000 80 S => pass allowed rule:cam-net new",
		"lan1> ip6 cam1 2002:5db8:d842::1; tcp 40000 80 S => drop denied rule:cam-not-bad none",
		"lan1> ip6 cam1 2002:a01:c::1; tcp 40000 80 S => drop no-rule none",
		"lan1> ip6 cam1 2002:a01:1::1; tcp 40000 80 S => drop no-rule none" },
	  .ref = "A7", .twin = "no IPv4 address holds another" },
	{ "a mapped address opens nothing that IPv6 does not", V6, 0, {
		"lan1> eth cam1 rtr; ip6 cam1 mapped:93.184.216.34; tcp 40000 80 S => drop no-rule none",
		"lan1> eth cam1 rtr; ip6 cam1 mapped:10.20.0.5; tcp 40000 443 S => drop no-rule none",
		"lan1> eth cam1 rtr; ip6 cam1 mapped:93.184.216.66; tcp 40000 80 S => drop denied rule:cam-not-bad none" },
	  .ref = "A7 V3d", .twin = "no IPv4 address holds another" },
	{ "an embedded device takes its segment's mode along", V6, 0, {
		"lan1> ip6 probe 64:ff9b::a01:c; tcp 40000 80 S => drop no-rule none",
		"lan1> ip6 probe 64:ff9b::a02:16; tcp 40000 80 S => audit no-rule new",
		"lan1> ip6 probe 64:ff9b::808:808; tcp 40000 80 S => pass no-rule new" },
	  .ref = "A7", .twin = "no IPv4 address holds another" },
	/* ---- this router ---- */
	{ "the router's services are reached by its applications only", BOTH, 0, {
		"lan1> ip cam1 rtr; udp 4000 53 => pass allowed rule:cam-dns new",
		"lan1< local ip rtr cam1; udp 53 4000 => pass allowed hit",
		"lan1> ip cam1 rtr; tcp 40000 53 S => pass allowed new",
		"lan1> ip cam1 rtrwan; udp 4000 53 => pass allowed rule:cam-dns new",
		"lan1> ip cam1 rtr; tcp 40000 22 S => drop no-rule none",
		"lan1> ip plc rtr; udp 4000 53 => audit no-rule new",
		"lan1> ip cam1 rtr; udp 4000 123 => drop no-rule none" } },
	{ "a flow with the router is answered by the router only", BOTH, 0, {
		"lan1> ip cam1 rtr; udp 4000 53 => pass allowed new",
		"lan1< wan0 ip rtr cam1; udp 53 4000 => drop unknown-source none",
		"lan1< lan2 ip rtr cam1; udp 53 4000 => drop unknown-source none",
		"lan1< local ip rtr cam1; udp 53 4000 => pass allowed hit" },
	  .ref = "A2 A6" },
	/* ---- modes ---- */
	{ "enforce drops, audit passes as audit, learn passes", BOTH, 0, {
		"lan1> ip cam1 host; tcp 40000 81 S => drop no-rule none",
		"lan1> ip plc host; tcp 40000 80 S => audit no-rule new",
		"lan1> ip probe host; tcp 40000 80 S => pass no-rule new",
		"lan1< wan0 ip host plc; tcp 80 40000 SA => audit no-rule hit",
		"lan1< wan0 ip host probe; tcp 80 40000 SA => pass no-rule hit" } },
	{ "unreadable frames are dropped in every mode", BOTH, 0, {
		"lan1> ip plc host; tcp 40000 80 S doff=1 => drop bad-header none",
		"lan1> ip probe host; tcp 40000 80 S doff=1 => drop bad-header none",
		"lan1> eth probe rtr; tag 0; tag 0; ip probe host; udp 4000 5000 => drop vlan-stack none" },
	  .ref = "A11" },
	{ "every other policy reason follows the mode", BOTH, 0, {
		"lan2> eth hmi plc; ip hmi plc; tcp 40000 23 S => audit denied rule:plc-no-telnet new",
		"lan1> ip plc host; tcp 40000 80 FPU => audit bad-flags none",
		"lan1> ip probe host; tcp 40000 80 FPU => pass bad-flags none",
		"lan1> ip plc host; tcp 40001 80 SA => audit no-flow none",
		"lan1> ip plc host; reply 7 => audit no-flow none",
		"lan1> ip plc vms; tcp 40000 443 S => audit no-rule new",
		"lan1< wan0 ip vms plc; tcp 443 40000 S => audit wrong-opener new",
		"loop 255 lan1> ip plc host; udp #1000 5000 => audit no-rule new",
		"lan1> ip plc host; udp 2000 5000 => audit quota none",
		"lan1> ip plc host; udp 1000 5000 => audit no-rule hit" } },
	{ "in learn and audit a running connection is picked up, whoever opened it", BOTH, 0, {
		"lan1> ip probe host; tcp 40000 80 A => pass no-rule new",
		"lan1< wan0 ip host probe; tcp 40001 80 A => pass no-rule new opener:peer",
		"lan1< wan0 ip vms plc; tcp 40000 502 A => pass allowed new opener:peer rule:plc-scada",
		"lan1> ip plc vms; tcp 502 40001 A => pass allowed new opener:peer rule:plc-scada",
		"lan1> ip probe ntp; udp 4000 123 => pass allowed rule:probe-ntp new" } },
	{ "a device that learns reaches nothing stricter", BOTH, 0, {
		"lan1> ip probe cam2; tcp 40000 8000 S => drop no-rule none",
		"lan2< lan1 ip probe cam2; tcp 40000 8000 S => drop no-rule none",
		"lan2< lan1 ip probe hmi; tcp 40000 80 S => audit no-rule new" } },
	/* ---- the routing table ---- */
	{ "an address the routing table calls ours is the router, whatever holds it", BOTH, 1, {
		"route local",
		"lan1> ip cam1 vms; tcp 40000 443 S => drop no-rule none",
		"lan1> ip cam1 vms; udp 4000 53 => pass allowed new rule:cam-dns",
		"lan1> ip cam1 cam2; udp 4000 8000 => pass allowed new rule:pair" } },
	{ "without a route nothing opens, and who may is told why", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40001 443 S => pass allowed new",
		"route none",
		"lan1> ip cam1 vms; tcp 40000 443 S => drop no-route none rule:cam-vms",
		"lan1> ip cam1 vms; tcp 40000 443 A => drop no-route none",
		"lan1> ip cam1 vms; tcp 40000 22 S => drop no-rule none",
		"lan1> ip cam1 vms; udp 4000 53 => drop no-rule none", /* perhaps it is the router: not as such */
		"lan2> ip cam2 ntp; udp 4000 123 => drop denied none",
		"lan1> ip cam1 vms; tcp 40002 443 SA => drop no-flow none",
		"lan1> ip cam1 rtr; udp 4000 53 => pass allowed new", /* listed: nobody asks */
		"lan1> ip plc vms; udp 4000 123 => audit no-rule new",
		"lan1> ip cam1 vms; tcp 40001 443 A => pass allowed hit" } },
	{ "no record remembers that there was no route", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"policy more", "route none",
		"lan1> ip cam1 vms; tcp 40000 443 A => drop no-route none",
		"lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit",
		"route there",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"lan1> ip cam1 ntp; udp 4000 123 => pass allowed new" } },
	{ "behind another gateway our routing table does not matter", BOTH, 1, {
		"lan1< lan2 eth gw bcast; arp reply gw 10.1.0.254 10.1.0.254 => drop arp-spoofed",
		"lan5< wan1 eth gw bcast; arp reply gw 10.1.0.254 10.1.0.254 => pass infra-arp",
		"route none",
		"lan5> eth mix gw; ip mix vms; tcp 40000 443 S => pass allowed new",
		"lan5> eth mix rtr; ip mix vms; tcp 40001 443 S => drop no-route none" } },
	/* ---- what is told ---- */
	{ "a logged allow is told once for its flow, an unlogged one never", BOTH, 0, {
		"lan1> ip cam1 ntp; udp 4000 123 => pass allowed new rule:cam1-ntp",
		"lan1< wan0 ip ntp cam1; udp 123 4000 => pass allowed hit",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"is told packet 1", "is told flow-new 2" } },
	{ "the same denial a hundred times is one event and a hundred counts", BOTH, 0, {
		"loop 100 lan1> ip cam1 host; udp #1000 5000 => drop no-rule none",
		"is told packet 1" } },
	{ "a device that tries everything is summed up, exactly", BOTH, 0, {
		"loop 200 lan1> ip cam1 host; udp 4000 #1000 => drop no-rule none",
		"is told packet 50",
		"wait 4t", "loop 10 lan1> ip cam1 host; udp 4000 #2000 => drop no-rule none",
		"is told packet 60" } },
	{ "when nobody reads the rings nothing is lost but events, and they are counted", BOTH, 1, {
		"rings full",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> ip cam1 host; udp 4000 5000 => drop no-rule none",
		"lan1< wan0 ip cam2 cam1; udp 4000 5000 => drop spoofed-uplink none",
		"is lost event 2", "is lost critical 1", "rings free" } },
	{ "what finds no place among the aggregates is counted as lost, by packets", BOTH, 1, {
		"lan1> ip cam1 host; udp 4000 5000 => drop no-rule none",
		"aggregates full",
		"lan1> ip cam1 host; udp 4000 5000 => drop no-rule none",
		"lan1> ip cam1 host; udp 4000 5001 => drop no-rule none",
		"lan1< wan0+gso=4x1400 ip host cam1; tcp 443 40001 PA; pay 5600 => drop no-flow none",
		"is lost aggregate 5", "is told packet 1", "aggregates free",
		"lan1> ip cam1 host; udp 4000 5001 => drop no-rule none", "is told packet 2" } },
};

#endif
