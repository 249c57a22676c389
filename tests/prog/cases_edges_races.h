/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about what another CPU did between two instructions of this one (`race`): to the
 * lock of a key, a place, a record's word or its state. What a flow is said to be, and what
 * its device is charged, stays right; at worst a packet goes without a record, and is counted.
 */
#ifndef ZT_CASES_EDGES_RACES_H
#define ZT_CASES_EDGES_RACES_H

#include "cases_edges.h"

static const struct row cases_edges_races[] = {
	{ "for the lock of a key a packet waits long enough; then it passes without a record, as the policy says, and is counted", BOTH, 1, {
		"race 1 255", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"race 1 256", "lan1> ip cam1 vms; udp 4001 5000 => pass allowed none rule:cam-vms", "is lost uncounted 1", "is flows cam1 1",
		"policy more", "race 1 256", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed none rule:cam-vms", "is lost uncounted 2",
		"race 1 256", "lan1< wan0 ip vms cam1; udp 5000 4000 => pass allowed none rule:cam-vms", "is lost uncounted 3",
		"policy revoked", "race 1 256", "lan1> ip cam1 vms; udp 4000 5000 => drop denied none rule:no-vms", "is lost uncounted 3",
		"lan1> ip cam1 vms; udp 4001 5000 => drop denied none" } },
	{ "a place that others take each time is tried for six times, then the table counts as full", BOTH, 1, {
		"race 3 5", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed hit fast",
		"race 3 6", "lan1> ip cam1 vms; udp 4001 5000 => drop quota none", "is lost flow 1", "is flows cam1 1", "is table 1",
		"lan1> ip cam1 vms; udp 4001 5000 => pass allowed new" } },
	{ "whichever place a flow gets after such a loss, it is found there, and no other flow loses its own", BOTH, 1, {
		"loop 250 race 3 && lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"loop 200 race 3 2 && lan2> ip cam2 vms; udp #1000 5000 => pass allowed new",
		"loop 200 race 3 3 && lan1> ip cam3 vms; udp #1000 5000 => pass allowed new", "is table 650", "is lost flow 0",
		"loop 250 lan1> ip cam1 vms; udp #1000 5000 => pass allowed hit", "loop 200 lan2> ip cam2 vms; udp #1000 5000 => pass allowed hit",
		"loop 200 lan1> ip cam3 vms; udp #1000 5000 => pass allowed hit" } },
	{ "the same in a bucket with one place left, and with two", BOTH, 1, {
		"buckets 1", "loop 6 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new", "race 3", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed hit fast", "lan1> ip cam1 vms; udp 4001 5000 => pass allowed new", "is table 8",
		"loop 6 lan1> ip cam1 vms; udp #1000 5000 => pass allowed hit", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed hit", "buckets 0" } },
	{ "another CPU makes the record of the same flow first: the packet is one more of it", BOTH, 1, {
		"lan1> ip cam1 vms; udp 4000 5000; pay 1 => pass allowed new", "wait 1t", "policy more",
		"race word 3 2", "lan1> ip cam1 vms; udp 4000 5000; pay 1 => pass allowed hit slow", "is flows cam1 1", "is told flow-new 1",
		"wait 118t", "lan1> ip cam1 vms; udp 4000 5000; pay 1 => pass allowed hit", "wait 123t", "sweep",
		"event flow-end ended=idle first=242 last=123 src=cam1 dst=vms sport=4000 dport=5000 proto=17 reason=allowed rule=cam-vms dev=cam1 packets=3 bytes=3*ip+9" } },
	{ "the record is gone when its lock is held: whoever may not open does not", BOTH, 1, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "policy more",
		"race word 5 2", "lan1< wan0 ip vms cam1; udp 5000 4000 => drop no-rule none", "is flows cam1 1",
		"race word 5 2", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed new slow", "is flows cam1 1", "is told flow-end 1" } },
	{ "the sweep takes the record that is judged again: the flow gets another", BOTH, 1, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "policy more", "race 2",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new slow", "is told flow-end 0", "is told flow-new 2" } },
	{ "a hit changes the state while the record is judged again: both are in it", BOTH, 1, {
		"route local", "lan1> ip probe host; udp 5000 6000 => pass no-rule new slow", "route there", "policy more", "race 3 3",
		"lan1> ip probe host; udp 5000 6000 => pass no-rule hit slow", "lan1< wan0 ip host probe; udp 6000 5000 => pass no-rule hit fast" } },
	{ "of two CPUs that change the state at once one goes without, and half-open is given back once", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"record tcp=0x31 first=0", "is half cam1 1", "race 1", "lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit fast",
		"record tcp=0x31 first=0", "is half cam1 1", "lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit fast",
		"record tcp=0x33 first=0", "is half cam1 0", "lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit fast", "is half cam1 0" } },
	{ "another CPU opens the aggregate first: the packet is one more of it", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40000 22 S => drop no-rule none", "race word 1", "lan1> ip cam1 vms; tcp 40000 22 S => drop no-rule none",
		"aggregate peer=vms port=22 proto=6 reason=no-rule verdict=drop dev=cam1 on=lan1 packets=2 bytes=2*ip+20" } },
	{ "another CPU uses one of two notes while the sweep looks at them: the other is taken", BOTH, 1, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed new",
		"lan1> ip cam1 vms; frag 0 mf id=8; udp 4001 5000 len=2000; pay 1472 => pass allowed new",
		"wait 25t", "race 1", "sweep", "is frags cam1 1", "sweep", "is frags cam1 0" } },
};

#endif
