/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about what an established flow costs (design §6): its record alone decides, in both
 * directions and with whatever peer, again after one packet was judged anew, and what the
 * record says of both sides.
 */
#ifndef ZT_CASES_EDGES_FAST_H
#define ZT_CASES_EDGES_FAST_H

#include "cases_edges.h"

static const struct row cases_edges_fast[] = {
	{ "an established flow is decided by its record, both ways, and after a change from its second packet on", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new slow", "lan1> ip cam1 vms; tcp 40000 443 S => pass allowed hit fast",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit fast", "lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit fast",
		"policy more", "lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit slow",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit fast", "lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit fast",
		"bump cam1", "lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit slow", "lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit fast",
		"lan1> ip cam1 vms; echo 7 => pass allowed new slow", "lan1< wan0 ip vms cam1; reply 7 => pass allowed hit fast",
		"lan1> ip cam1 vms proto=47; pay 8 => pass allowed new slow", "lan1< wan0 ip vms cam1 proto=47; pay 8 => pass allowed hit fast" } },
	{ "opened from outside the same, once the device has shown where it sends", BOTH, 0, {
		"lan1< wan0 ip vms cam1; udp 6000 554 => pass allowed new slow", "lan1< wan0 ip vms cam1; udp 6000 554 => pass allowed hit fast",
		"lan1> ip cam1 vms; udp 554 6000 => pass allowed hit slow", "lan1> ip cam1 vms; udp 554 6000 => pass allowed hit fast",
		"lan1< wan0 ip vms cam1; udp 6000 554 => pass allowed hit fast" } },
	{ "with this router the same", BOTH, 0, {
		"lan1> ip cam1 rtr; udp 4000 53 => pass allowed new slow", "lan1> ip cam1 rtr; udp 4000 53 => pass allowed hit fast",
		"lan1< local ip rtr cam1; udp 53 4000 => pass allowed hit fast",
		"lan1< local ip rtr cam1; udp 5000 161 => pass allowed new slow", "lan1< local ip rtr cam1; udp 5000 161 => pass allowed hit fast" } },
	{ "and between devices, where the peer's epoch counts as well", BOTH, 0, {
		"lan1> eth cam1 cam2; ip cam1 cam2; udp 4000 8000 => pass allowed new slow", "lan1> eth cam1 cam2; ip cam1 cam2; udp 4000 8000 => pass allowed hit fast",
		"lan2< lan1 eth cam1 cam2; ip cam1 cam2; udp 4000 8000 => pass allowed new slow", "lan2< lan1 eth cam1 cam2; ip cam1 cam2; udp 4000 8000 => pass allowed hit fast",
		"lan2> eth cam2 cam1; ip cam2 cam1; udp 8000 4000 => pass allowed hit slow", "lan2> eth cam2 cam1; ip cam2 cam1; udp 8000 4000 => pass allowed hit fast",
		"lan1< lan2 eth cam2 cam1; ip cam2 cam1; udp 8000 4000 => pass allowed hit fast", "bump cam2",
		"lan1> eth cam1 cam2; ip cam1 cam2; udp 4000 8000 => pass allowed hit slow", "lan1> eth cam1 cam2; ip cam1 cam2; udp 4000 8000 => pass allowed hit fast",
		"lan2< lan1 eth cam1 cam2; ip cam1 cam2; udp 4000 8000 => pass allowed hit slow", "lan2< lan1 eth cam1 cam2; ip cam1 cam2; udp 4000 8000 => pass allowed hit fast" } },
	{ "and with an unknown device", BOTH, 0, {
		"lan2< lan1 eth guest cam2; ip guest cam2; tcp 40000 9100 S => pass allowed new slow",
		"lan2< lan1 eth guest cam2; ip guest cam2; tcp 40000 9100 S => pass allowed hit fast",
		"lan2> eth cam2 guest; ip cam2 guest; tcp 9100 40000 SA => pass allowed hit fast",
		"lan2< lan1 eth guest cam2; ip guest cam2; tcp 40000 9100 A => pass allowed hit fast",
		"lan3> ip guest ntp; udp 4000 123 => pass allowed new slow", "lan3> ip guest ntp; udp 4000 123 => pass allowed hit slow" } },
	{ "where the address is the identity no MAC is asked, on Ethernet or without", BOTH, 0, {
		"cell0> ip sim1 vms; udp 4000 5000 => pass allowed new slow", "cell0> eth cam1 rtr; ip sim1 vms; udp 4000 5000 => pass allowed hit fast",
		"cell0< wan0 eth rtr cam1; ip vms sim1; udp 5000 4000 => pass allowed hit fast",
		"tun0> ip tun1 vms; udp 4000 5000 => pass allowed new slow", "tun0> ip tun1 vms; udp 4000 5000 => pass allowed hit fast",
		"tun0< wan0 ip vms tun1; udp 5000 4000 => pass allowed hit fast" } },
	{ "whose peer is somebody else by now is expected from where that one is", BOTH, 1, {
		"route local", "lan1> ip probe host; udp 5000 6000 => pass no-rule new slow", "route there", "policy more",
		"lan1> ip probe host; udp 5000 6000 => pass no-rule hit slow", "lan1< wan0 ip host probe; udp 6000 5000 => pass no-rule hit fast" } },
	{ "also where a device had the address, or an unknown one", V4, 0, {
		"policy narrow", "lan2< local eth rtr dyn2; ip4 rtr dyn2; dhcp ack dyn2 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"lan1> eth cam1 dyn2; ip4 cam1 10.1.0.110; tcp 40000 8000 S => pass allowed new slow",
		"lan1< lan2 eth dyn2 cam1; ip4 10.1.0.110 cam1; tcp 8000 40000 SA => pass allowed hit fast",
		"lan1> eth cam1 dyn2; ip4 cam1 10.1.0.110; tcp 40000 8000 A => pass allowed hit fast", "wait 61s", "sweep",
		"lan1> ip4 cam1 10.1.0.110; tcp 40000 8000 A => pass allowed hit slow rule:cam1-free",
		"lan1< wan0 ip4 10.1.0.110 cam1; tcp 8000 40000 A => pass allowed hit fast",
		"lan2< lan1 eth guest cam2; ip4 10.1.0.110 cam2; tcp 40000 9100 S => pass allowed new slow rule:guest-print",
		"lan2< wan0 ip4 10.1.0.110 cam2; tcp 40000 9100 A => pass allowed hit slow rule:free-cam2",
		"lan2< wan0 ip4 10.1.0.110 cam2; tcp 40000 9100 A => pass allowed hit fast" }, .twin = "the same record" },
	{ "another CPU takes the record between two readings of its word: the packet is judged anew", BOTH, 1, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new slow", "race word 2", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed hit slow",
		"race word 3", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed hit slow", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed hit fast" } },
	{ "a record says what either side has sent, and since when there is a flow", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new", "record tcp=0x01 first=0", "wait 2t",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit", "record tcp=0x31 first=2",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit", "record tcp=0x33 first=2",
		"lan1> ip cam1 vms; tcp 40000 443 FA => pass allowed hit", "record tcp=0x37 first=2",
		"lan1< wan0 ip vms cam1; tcp 443 40000 R => pass allowed hit", "record tcp=0xb7 first=2",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed hit", "record tcp=0x01 first=2",
		"lan1< wan0 ip vms cam1; tcp 6000 554 S => pass allowed new", "record tcp=0x10", "wait 3t",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "record tcp=0x02 first=0" } },
	{ "of a connection that was picked up it says no more than was seen, of one opened again nothing from before", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed new", "record tcp=0x02",
		"lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit", "record tcp=0x22",
		"lan1> ip cam1 vms; tcp 40000 443 R => pass allowed hit", "record tcp=0x2a",
		"lan1< wan0 ip vms cam1; tcp 6000 554 S => pass allowed new", "lan1> ip cam1 vms; tcp 554 6000 RA => pass allowed hit", "record tcp=0x1a",
		"lan1< wan0 ip vms cam1; tcp 6000 554 S => pass allowed hit", "record tcp=0x10" } },
};

#endif
