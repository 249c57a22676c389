/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about where records lie: hundreds of flows at once, keys that differ by one field in
 * one bucket, buckets that are full, places that are free again.
 */
#ifndef ZT_CASES_EDGES_TABLE_H
#define ZT_CASES_EDGES_TABLE_H

#include "cases_edges.h"

static const struct row cases_edges_table[] = {
	{ "of seven hundred flows each has a record, found from both sides, and each ends once", BOTH, 0, {
		"loop 250 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new", "loop 250 lan2> ip cam2 vms; udp #1000 5001 => pass allowed new",
		"loop 200 lan1> ip cam3 vms; udp #1000 5002 => pass allowed new", "is table 700",
		"loop 250 lan1> ip cam1 vms; udp #1000 5000 => pass allowed hit fast", "loop 250 lan1< wan0 ip vms cam1; udp 5000 #1000 => pass allowed hit fast",
		"loop 250 lan2< wan0 ip vms cam2; udp 5001 #1000 => pass allowed hit fast", "loop 200 lan1> ip cam3 vms; udp #1000 5002 => pass allowed hit fast",
		"is told flow-new 700", "wait 123t", "sweep", "is flows cam1 250", "is flows cam2 250", "is flows cam3 0", "is told flow-end 200",
		"loop 250 lan1> ip cam1 vms; udp #1000 5000 => pass allowed hit fast", "wait 1177t", "sweep", "is told flow-end 700", "is swept 500", "sweep", "is swept 0" } },
	{ "in one bucket keys differ by each of their fields", V4, 0, {
		"buckets 1", "lan1> ip cam1 93.184.216.1; udp 4000 53 => pass allowed new", "loop 7 lan1> ip cam1 93.184.216.#2; udp 4000 53 => pass allowed new",
		"loop 8 lan1> ip cam1 93.184.216.#1; udp 4000 53 => pass allowed hit fast", "wait 123t", "sweep",
		"loop 8 lan1> ip cam1 vms; udp #4000 5000 => pass allowed new", "loop 8 lan1> ip cam1 vms; udp #4000 5000 => pass allowed hit fast", "wait 123t", "sweep",
		"loop 8 lan1> ip cam1 vms; udp 4000 #5000 => pass allowed new", "loop 8 lan1> ip cam1 vms; udp 4000 #5000 => pass allowed hit fast", "wait 123t", "sweep",
		"loop 8 lan3> eth cell rtr; ip4 10.7.0.#1 93.184.216.1; udp 4000 53 => pass allowed new",
		"loop 8 lan3> eth cell rtr; ip4 10.7.0.#1 93.184.216.1; udp 4000 53 => pass allowed hit fast", "wait 123t", "sweep",
		"loop 8 lan1> ip cam1 vms; echo #7 => pass allowed new", "loop 8 lan1> ip cam1 vms; echo #7 => pass allowed hit",
		"loop 8 lan1< wan0 ip vms cam1; reply #7 => pass allowed hit", "buckets 0" }, .twin = "row: and of IPv6, in each word of an address" },
	{ "and of IPv6, in each word of an address", V6, 0, {
		"buckets 1", "loop 8 lan1> ip6 cam1 2002:5db8:d822::#1; udp 4000 53 => pass allowed new",
		"loop 8 lan1> ip6 cam1 2002:5db8:d822::#1; udp 4000 53 => pass allowed hit fast", "wait 123t", "sweep",
		"loop 8 lan1> ip6 cam1 2002:5db8:d822::#1:0:1; udp 4000 53 => pass allowed new",
		"loop 8 lan1> ip6 cam1 2002:5db8:d822::#1:0:1; udp 4000 53 => pass allowed hit fast", "wait 123t", "sweep",
		"loop 8 lan1> ip6 cam1 2002:5db8:d822:#1::1; udp 4000 53 => pass allowed new",
		"loop 8 lan1> ip6 cam1 2002:5db8:d822:#1::1; udp 4000 53 => pass allowed hit fast", "wait 123t", "sweep",
		"loop 8 lan3> eth cell rtr; ip6 fd07::#1:0:0 vms; udp 4000 5000 => pass allowed new",
		"loop 8 lan3> eth cell rtr; ip6 fd07::#1:0:0 vms; udp 4000 5000 => pass allowed hit fast", "wait 123t", "sweep",
		"loop 8 lan1> ip6 cam1 vms; udp #4000 5000 => pass allowed new", "loop 8 lan1> ip6 cam1 vms; udp #4000 5000 => pass allowed hit fast",
		"wait 123t", "sweep", "loop 8 lan1> ip6 cam1 vms; udp 4000 #5000 => pass allowed new",
		"loop 8 lan1> ip6 cam1 vms; udp 4000 #5000 => pass allowed hit fast", "buckets 0" }, .twin = "row: in one bucket keys differ by each of their fields" },
	{ "two buckets are filled to the last place, whichever is whose first, and again once those are over", BOTH, 1, {
		"buckets 2", "loop 40 lan1> ip cam1 vms; udp #1000 5000", "is table 16", "is lost flow 24", "wait 123t",
		"loop 40 lan2> ip cam2 vms; udp #1000 5000", "is table 16", "is told flow-end 16", "wait 123t", "sweep", "is flows cam2 0",
		"loop 40 lan2> ip cam2 vms; udp #2000 5000", "is table 16", "buckets 0" } },
	{ "what is over makes room in either bucket of a key, before any sweep", BOTH, 1, {
		"buckets 4", "loop 200 lan1> ip cam1 vms; udp #1000 5000", "is table 32", "is lost flow 168", "wait 123t",
		"loop 19 lan2> ip cam2 vms; udp #1000 5000 => pass allowed new", "is told flow-end 19", "buckets 0" } },
	{ "a sweep goes round both families' buckets, as many as there are", BOTH, 0, {
		"buckets 1 2", "loop 8 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new", "wait 123t", "sweep 3", "is flows cam1 0",
		"buckets 2 1", "loop 8 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new", "wait 123t", "sweep 3", "is flows cam1 0", "buckets 0" } },
	{ "a flow is looked for among its own family's buckets, however many the other has", BOTH, 0, {
		"buckets 1 2", "loop 6 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new", "loop 6 lan1> ip cam1 vms; udp #1000 5000 => pass allowed hit", "wait 123t", "sweep",
		"buckets 2 1", "loop 6 lan1> ip cam1 vms; udp #2000 5000 => pass allowed new", "loop 6 lan1> ip cam1 vms; udp #2000 5000 => pass allowed hit", "buckets 0" } },
	{ "flows of both families in places of the same number keep their own counts and owners", V4, 0, {
		"buckets 1", "loop 8 lan1> ip4 cam1 vms; udp #1000 5000 => pass allowed new", "loop 8 lan2> ip6 cam2 vms; udp #1000 5000 => pass allowed new",
		"is flows cam1 8", "is flows cam2 8", "wait 123t", "sweep", "is flows cam1 0", "is flows cam2 0", "buckets 0" }, .twin = "it has both" },
	{ "and begins again where there are fewer by now", BOTH, 0, {
		"sweep 2", "buckets 1", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "wait 123t", "sweep 2", "is flows cam1 0",
		"buckets 0", "sweep 5", "buckets 1", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "wait 123t", "sweep 2", "is flows cam1 0", "buckets 0" } },
	{ "an address that is over by a tick stays over, also where its flow is looked at first", V4, 0, {
		"buckets 1", "lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 eth rtr dyn1; ip4 vms 10.1.0.110; tcp 443 40000 SA => pass allowed hit",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed hit",
		"loop 12 wait 28000t && lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed hit", "wait 1501t", "sweep 1", "sweep 1",
		"is learned 10.1.0.110 none", "is addresses4 dyn1 0", "buckets 0" }, .twin = "the same sweep as of the link-local address" },
	{ "a connection closed by both sides ends as such", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 FA => pass allowed hit", "lan1< wan0 ip vms cam1; tcp 443 40000 FA => pass allowed hit",
		"wait 480t", "sweep",
		"event flow-end ended=fin first=480 last=480 src=cam1 dst=vms sport=40000 dport=443 proto=6 reason=allowed rule=cam-vms dev=cam1 packets=2 packets1=2 bytes=2*ip+20 bytes1=2*ip+20" } },
	{ "a connection that the device alone closes ends by its time", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 FA => pass allowed hit", "wait 29100t", "sweep",
		"event flow-end ended=idle first=29100 last=29100 src=cam1 dst=vms sport=40000 dport=443 proto=6 reason=allowed rule=cam-vms dev=cam1 packets=2 packets1=1 bytes=2*ip+20 bytes1=ip+20" } },
	{ "and so does one that its peer alone closes", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit", "lan1< wan0 ip vms cam1; tcp 443 40000 FA => pass allowed hit",
		"wait 29100t", "sweep",
		"event flow-end ended=idle first=29100 last=29100 src=cam1 dst=vms sport=40000 dport=443 proto=6 reason=allowed rule=cam-vms dev=cam1 packets=2 packets1=2 bytes=2*ip+20 bytes1=2*ip+20" } },
	{ "a device's reset ends a connection as such", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 R => pass allowed hit", "wait 480t", "sweep",
		"event flow-end ended=rst first=480 last=480 src=cam1 dst=vms sport=40000 dport=443 proto=6 reason=allowed rule=cam-vms dev=cam1 packets=2 packets1=1 bytes=2*ip+20 bytes1=ip+20" } },
	{ "packets of a peer whose address begins with a one go the fast way", V4, 0, {
		"policy narrow", "lan1> ip4 cam1 223.1.2.3; tcp 40000 81 S => pass allowed new",
		"lan1< wan0 ip4 223.1.2.3 cam1; tcp 81 40000 SA => pass allowed hit",
		"lan1< wan0 ip4 223.1.2.3 cam1; tcp 81 40000 A => pass allowed hit" }, .twin = "IPv6 multicast sources are found by their first octet, all others are plain" },
	{ "the counts of a record have room for all packets of its time", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1< wan0+gso=8388606x1000:8388606 ip vms cam1; tcp 443 40000 A => pass allowed hit",
		"lan1< wan0+gso=3x1000:3 ip vms cam1; tcp 443 40000 A => pass allowed hit",
		"lan1< wan0+gso=8388607x1000:8388607 ip vms cam1; tcp 443 40000 A => pass allowed hit",
		"lan1< wan0 ip vms cam1; tcp 443 40000 R => pass allowed hit", "wait 480t", "sweep",
		"event flow-end ended=rst first=480 last=480 src=cam1 dst=vms sport=40000 dport=443 proto=6 reason=allowed rule=cam-vms dev=cam1 packets=1 packets1=16777218 bytes=ip+20 bytes1=16777218*ip+20" } },
};

#endif
