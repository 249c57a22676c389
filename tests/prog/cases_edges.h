/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about edges that mutants of the data path fell over (tests/mutation): what is told
 * and counted, the words of two generations, two CPUs, full tables, single octets.
 */
#ifndef ZT_CASES_EDGES_H
#define ZT_CASES_EDGES_H

#include "prove.h"

/* Why a row of one family stands alone. */
#define ALONE4 "IPv4, ARP or DHCPv4 as such; what IPv6 has instead has rows of its own"
#define ALONE6 "IPv6 headers or ND as such; what IPv4 has instead has rows of its own"

#define DHCP_ACK_DYN1 "lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.110 lease=60 => pass infra-dhcp"

static const struct row cases_edges[] = {
	/* ---- what is told ---- */
	{ "a refused packet is told as it was, once, and counted with its octets", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 22 S; pay 10 => drop no-rule none",
		"event packet src=cam1 dst=vms sport=40000 dport=22 proto=6 reason=no-rule verdict=drop smac=cam1 dmac=rtr dev=cam1 on=lan1 eth=ip packets=1 bytes=ip+30",
		"aggregate peer=vms port=22 proto=6 reason=no-rule verdict=drop dev=cam1 on=lan1 packets=1 bytes=ip+30",
		"wait 3t", "lan1> ip cam1 vms; tcp 40001 22 S; pay 10 => drop no-rule none",
		"is told packet 1", "counted cam1 drop from 2 2*ip+30", "counted no-rule drop from 2 2*ip+30",
		"aggregate peer=vms port=22 proto=6 reason=no-rule verdict=drop dev=cam1 on=lan1 packets=2 bytes=2*ip+30 first=3" } },
	{ "and one towards a device, with its VLAN", BOTH, 0, {
		"lan4< wan0 eth rtr v30; tag 30; ip host v30; udp 7000 7001; pay 5 => drop no-rule none",
		"event packet src=host dst=v30 sport=7000 dport=7001 proto=17 reason=no-rule verdict=drop dir=1 opener=1 vlan=30 smac=rtr dmac=v30 dev=v30 on=lan4 eth=ip packets=1 bytes=ip+13",
		"aggregate peer=host port=7001 proto=17 reason=no-rule verdict=drop dir=1 dev=v30 on=lan4 packets=1 bytes=ip+13",
		"counted v30 drop to 1 ip+13" } },
	{ "a forged ARP is told with the address it claims, and the conflict to the fast ring", V4, 0, {
		"lan1> arp request cam1 cam3 rtr => drop arp-spoofed",
		"event packet src=cam3 reason=arp-spoofed verdict=drop smac=cam1 dmac=bcast dev=cam1 on=lan1 eth=0x0806 packets=1 bytes=28",
		"event conflict before=1 critical=1 src=cam3 how=2 smac=cam1 dmac=bcast dev=cam1 on=lan1 eth=0x0806 packets=1 bytes=28",
		"aggregate peer=cam3 family=0 reason=arp-spoofed verdict=drop dev=cam1 on=lan1 packets=1 bytes=28" }, .twin = ALONE4 },
	{ "what a rule logs is told so", BOTH, 0, {
		"lan1> ip cam1 ntp; udp 4000 123; pay 48 => pass allowed new",
		"event packet flags=1 rule=cam1-ntp src=cam1 dst=ntp sport=4000 dport=123 proto=17 reason=allowed smac=cam1 dmac=rtr dev=cam1 on=lan1 eth=ip packets=1 bytes=ip+56",
		"event flow-new before=1 flags=1 rule=cam1-ntp src=cam1 dst=ntp sport=4000 dport=123 proto=17 reason=allowed smac=cam1 dmac=rtr dev=cam1 on=lan1 eth=ip packets=1 bytes=ip+56",
		"lan1> ip cam1 ntp; udp 4000 123; pay 48 => pass allowed hit", "is told packet 1",
		"aggregate peer=ntp port=123 proto=17 reason=allowed rule=cam1-ntp dev=cam1 on=lan1 packets=1 bytes=ip+56" } },
	{ "a forgery from outside, rogue DHCP and rogue RA go to the ring nobody can fill with noise", V6, 0, {
		"lan1< wan0 ip cam2 cam1; udp 1000 2000 => drop spoofed-uplink",
		"event packet critical=1 src=cam2 dst=cam1 sport=1000 dport=2000 proto=17 reason=spoofed-uplink verdict=drop dir=1 smac=rtr dmac=cam1 dev=cam1 on=lan1 eth=ip packets=1 bytes=ip+8",
		"lan1> ip6 cam1 ll:dyn1; udp 547 546; pay 40 => drop rogue-dhcp",
		"event packet critical=1 src=cam1 dst=ll:dyn1 sport=547 dport=546 proto=17 reason=rogue-dhcp verdict=drop smac=cam1 dmac=rtr dev=cam1 on=lan1 eth=ip packets=1 bytes=ip+48",
		"lan1> ip6 ll:cam1 allnodes ttl=255; ra => drop rogue-ra",
		"event packet critical=1 src=ll:cam1 dst=allnodes proto=58 reason=rogue-ra verdict=drop smac=cam1 dmac=33:33:00:00:00:01 dev=cam1 on=lan1 eth=ip packets=1 bytes=ip+16" }, .twin = ALONE6 },
	{ "a device that moved is told at once, one in two places too", BOTH, 0, {
		"lan1> ip roam vms; udp 4000 5000 => pass allowed new", "wait 119t",
		"lan2> ip roam vms; udp 4001 5000 => pass allowed new",
		"event moved before=1 critical=1 src=roam dst=vms sport=4001 dport=5000 proto=17 smac=roam dmac=rtr dev=roam on=lan2 eth=ip packets=1 bytes=ip+8",
		"lan1> ip roam vms; udp 4002 5000 => drop spoofed-mac none",
		"is told conflict 1", "wait 119t" } },
	{ "an address that is learned is told, and when it is forgotten", V4, 0, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp",
		"event learned src=10.1.0.110 how=2 smac=dyn1 dmac=bcast dev=dyn1 on=lan1 eth=0x0806 packets=1 bytes=28",
		"wait 337500t", "sweep", "is learned 10.1.0.110 dyn1", "wait 1t", "sweep",
		"event forgotten gen=none src=10.1.0.110 how=2 dev=dyn1" }, .twin = ALONE4 },
	{ "a flow's end is told with its totals, whoever opened it, VLAN and rule", BOTH, 0, {
		"lan4> tag 31; ip v31 vms; udp 4000 5000; pay 10 => pass allowed new",
		"lan4< wan0 eth rtr v31; tag 31; ip vms v31; udp 5000 4000; pay 20 => pass allowed hit",
		"lan4< wan0 eth rtr v31; tag 31; ip vms v31; udp 5000 4000; pay 20 => pass allowed hit",
		"wait 1177t", "sweep",
		"event flow-end ended=idle first=1177 last=1177 src=v31 dst=vms sport=4000 dport=5000 proto=17 reason=allowed rule=cam-vms vlan=31 dev=v31 packets=1 packets1=2 bytes=ip+18 bytes1=2*ip+28",
		"lan1< wan0 ip vms cam1; udp 6000 554; pay 7 => pass allowed new",
		"lan1> ip cam1 vms; udp 554 6000; pay 1 => pass allowed hit",
		"policy more",
		"lan1> ip cam1 vms; udp 554 6000; pay 1 => pass allowed hit",
		"wait 1177t", "sweep",
		"event flow-end ended=idle first=1177 last=1177 src=vms dst=cam1 sport=6000 dport=554 proto=17 dir=1 opener=1 reason=allowed rule=vms-rtsp dev=cam1 packets=2 packets1=1 bytes=2*ip+9 bytes1=ip+15" } },
	{ "a device that is summed up is summed without address, port and protocol", BOTH, 0, {
		"loop 60 lan1> ip cam1 vms; tcp 40000 #100 S => drop no-rule none",
		"aggregate family=0 reason=no-rule verdict=drop dev=cam1 on=lan1 packets=10 bytes=10*ip+20" } },
	{ "aggregates count on the side the agent does not drain", BOTH, 1, {
		"turn 1", "lan1> ip cam1 vms; tcp 40000 22 S => drop no-rule none",
		"aggregate side=1 peer=vms port=22 proto=6 reason=no-rule verdict=drop dev=cam1 on=lan1 packets=1 bytes=ip+20",
		"turn 0", "lan1> ip cam1 vms; tcp 40000 22 S => drop no-rule none",
		"aggregate peer=vms port=22 proto=6 reason=no-rule verdict=drop dev=cam1 on=lan1 packets=1 bytes=ip+20" } },
	{ "a full ring loses the end of a flow and a lease, and counts it", V4, 1, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp",
		"rings full", "wait 337501t", "sweep", "rings empty", "is lost event 2" }, .twin = ALONE4 },
	{ "without room in the table of addresses or in its queue none is learned, and that is counted", V4, 1, {
		"places zt_learn 0", "lan1> arp request dyn1 10.1.0.110 rtr => drop arp-spoofed", "is lost learn 1",
		"places zt_learn 64", "is addresses4 dyn1 0",
		"places zt_learnq 0", "lan1> arp request dyn1 10.1.0.110 rtr => drop arp-spoofed", "is lost learn 2",
		"places zt_learnq 128", "is addresses4 dyn1 0", "is learned 10.1.0.110 none",
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp" }, .twin = ALONE4 },
	{ "without room in the table of fragments none begins, and that is counted", BOTH, 1, {
		"places zt_frag 0", "lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => drop quota none",
		"is lost flow 1", "is frags cam1 0", "is flows cam1 0", "places zt_frag 4096",
		"lan1> ip cam1 vms; frag 0 mf; udp 4001 5000 len=2000; pay 1472 => pass allowed new" } },
	/* ---- two CPUs ---- */
	{ "another CPU moves the device first: this packet is in two places", BOTH, 1, {
		"lan1> ip roam vms; udp 4000 5000 => pass allowed new", "wait 119t", "race 1",
		"lan2> ip roam vms; udp 4001 5000 => drop spoofed-mac none",
		"lan2> ip roam vms; udp 4001 5000 => pass allowed new", "wait 119t" } },
	{ "another CPU takes the same piece of a datagram first: it is sent twice, so no more of it", BOTH, 1, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed", "race 1",
		"lan1> ip cam1 vms; frag 1480; pay 520 => drop frag-overlap",
		"lan1> ip cam1 vms; frag 1480; pay 520 => drop frag-overlap" } },
	{ "another CPU holds the key's lock: the packet waits for it", BOTH, 1, {
		"race 1", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "is flows cam1 1" } },
	{ "the sweep takes an expired record first: the flow gets another place", BOTH, 1, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "wait 123t", "race 2",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "is told flow-end 0",
		"sweep", "is told flow-end 1", "is flows cam1 1",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed hit" } },
	{ "another CPU takes an expired record over while the sweep looks at it", BOTH, 1, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "wait 123t", "race 1",
		"sweep", "is told flow-end 0", "sweep", "is told flow-end 1", "is flows cam1 0" } },
	{ "another CPU takes a free place first: this flow gets the next one", BOTH, 1, {
		"race 3", "lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip vms cam1; udp 5000 4000 => pass allowed hit", "is flows cam1 1" } },
	{ "another CPU takes a forgotten address over while the sweep looks at it", V4, 1, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp", "wait 337501t", "race 1",
		"sweep", "is told forgotten 1", "is addresses4 dyn1 0" }, .twin = ALONE4 },
	{ "another CPU learns the address first: this device does not hold it", V4, 1, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp", "wait 337501t", "race 1",
		"lan2> arp request dyn2 10.1.0.110 rtr => drop arp-spoofed", "is addresses4 dyn2 0" }, .twin = ALONE4 },
	/* ---- two generations ---- */
	{ "each generation has its own words for devices, ports, tags and hosts", BOTH, 0, {
		"lan1> ip plc host; tcp 40000 80 S => audit no-rule new",
		"lan1> eth cam1 01:80:c2:00:00:03 0x888e; pay 50 => drop non-ip",
		"lan1> eth cam1 01:80:c2:00:00:0e 0x88cc; pay 50 => pass infra-l2",
		"lan4> eth v30 rtr; tag 32; ip v30 vms; udp 1 2 => drop unlisted-vlan",
		"lan1> ip cam1 ntp; udp 4000 123 => pass allowed new",
		"lan1< ign0 ip host cam1; udp 5 6 => drop no-rule",
		"policy turned",
		"lan1> ip plc host; tcp 40000 80 S => pass no-rule hit",
		"lan1> eth cam1 01:80:c2:00:00:03 0x888e; pay 50 => pass infra-l2",
		"lan1> eth cam1 01:80:c2:00:00:0e 0x88cc; pay 50 => drop non-ip",
		"lan4> eth v30 rtr; tag 32; ip v30 vms; udp 1 2 => drop spoofed none",
		"lan1> ip cam1 ntp; udp 4001 123 => drop no-rule none",
		"policy base",
		"lan1> ip plc host; tcp 40000 80 S => audit no-rule hit",
		"lan1> eth cam1 01:80:c2:00:00:03 0x888e; pay 50 => drop non-ip",
		"lan4> eth v30 rtr; tag 32; ip v30 vms; udp 1 2 => drop unlisted-vlan",
		"lan1> ip cam1 ntp; udp 4000 123 => pass allowed hit" } },
	{ "where unknown devices are learned from, whom they pose as and whom they reach is still protected", BOTH, 0, {
		"policy lax",
		"lan1> eth guest rtr; ip guest host; udp 1 2 => pass unknown-device none",
		"lan1> eth cam2 rtr; ip cam2 host; udp 1 2 => drop spoofed-mac none",
		"lan1> eth hmi rtr; ip hmi host; udp 1 2 => audit spoofed-mac none",
		"lan1> eth cam2 rtr; ip probe host; udp 1 2 => drop spoofed-mac none",
		"lan1> eth guest rtr; ip cam1 host; udp 1 2 => drop spoofed none",
		"lan1< wan0 eth rtr cam2; ip host guest; udp 1 2 => drop wrong-port none",
		"lan1< wan0 eth rtr guest; ip host cam2; udp 1 2 => drop wrong-port none",
		"lan1< wan0 eth rtr guest; ip host guest; udp 1 2 => pass unknown-device",
		"lan5< wan0 ip web mdns; udp 5353 5353 => audit no-rule none" } },
	{ "a device nobody has seen yet is expected at its first port, and may appear at another", BOTH, 0, {
		"policy shy",
		"lan2< wan0 ip host shy; udp 1 2 => drop wrong-port none",
		"lan1< wan0 ip host shy; udp 1 2 => drop no-rule none",
		"lan2> ip shy host; udp 1 2 => drop no-rule none",
		"lan2< wan0 ip host shy; udp 1 2 => drop no-rule none",
		"lan1< wan0 ip host shy; udp 1 2 => drop wrong-port none",
		"wait 119t", "lan1> ip shy host; udp 1 2 => drop no-rule none" } },
	/* ---- flows ---- */
	{ "a flow nobody answers lives as long as one nobody asked", BOTH, 0, {
		"lan1< wan0 ip vms cam1; udp 6000 554 => pass allowed new", "wait 119t",
		"lan1> ip cam1 vms; udp 554 6000 => drop no-rule none" } },
	{ "one side's FIN does not close", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"lan1< wan0 ip vms cam1; tcp 443 40000 FA => pass allowed hit", "wait 470t",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit" } },
	{ "a connection is whole once both have acknowledged, in whichever way", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit", "wait 119t",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => drop no-flow none",
		"lan1> ip cam1 vms; tcp 40001 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 40001 A => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40001 443 A => pass allowed hit", "wait 119t",
		"lan1< wan0 ip vms cam1; tcp 443 40001 A => pass allowed hit" } },
	{ "a stray SYN does not shorten an established connection, nor a stray ACK revive a reset one", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed hit", "wait 200t",
		"lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 R => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit", "wait 470t",
		"lan1< wan0 ip vms cam1; tcp 443 40000 A => drop no-flow none" } },
	{ "a tuple opened again after a reset is half-open until it is answered, then whole", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 40000 RA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed hit", "wait 119t",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => drop no-flow none" } },
	{ "a connection picked up stays one when the policy changes", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed new", "policy more",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 FA => pass allowed hit", "wait 119t",
		"lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit" } },
	{ "a repeated SYN after a policy change opens nothing anew", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new", "policy more",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed hit", "is told flow-end 0" } },
	{ "a tuple the answering side opens for itself is half-open like any other", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 554 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 554 S => pass allowed new opener:peer", "wait 119t",
		"lan1> ip cam1 vms; tcp 554 443 SA => drop no-flow none" } },
	{ "until the last tick of the pick-up time, and no longer", BOTH, 0, {
		"window 1", "wait 3t", "lan1< wan0 ip vms cam1; tcp 6000 554 A => pass allowed new",
		"wait 1t", "lan1< wan0 ip vms cam1; tcp 6001 554 A => drop no-flow none",
		"event packet src=vms dst=cam1 sport=6001 dport=554 proto=6 reason=no-flow verdict=drop dir=1 opener=1 smac=rtr dmac=cam1 dev=cam1 on=lan1 eth=ip packets=1 bytes=ip+20" } },
	{ "a device that refuses, or is refused, holds no half-open flow", BOTH, 0, {
		"policy few-flows",
		"loop 3 lan1< wan0 ip vms cam1; tcp #6000 554 S => pass allowed new && lan1> ip cam1 vms; tcp 554 #6000 RA => pass allowed hit",
		"wait 480t", "sweep", "is flows cam1 0",
		"loop 3 lan1> ip cam1 vms; tcp #6000 443 S => pass allowed new && lan1< wan0 ip vms cam1; tcp 443 #6000 RA => pass allowed hit",
		"wait 480t", "sweep",
		"loop 2 lan1> ip cam1 vms; tcp #6000 443 S => pass allowed new && lan1> ip cam1 vms; tcp #6000 443 A => pass allowed hit",
		"lan1> ip cam1 vms; tcp 7000 443 S => drop quota none" } },
	{ "towards a device its pick-up time opens no answers to what it may not open", BOTH, 0, {
		"window 10", "lan1< wan0 ip vms cam1; tcp 443 40000 A => drop no-flow none",
		"lan1> ip cam1 vms; tcp 554 40000 A => pass allowed new opener:peer" } },
	{ "what a deny cut while picking up names the deny, and logs it", V4, 0, {
		"window 10", "lan1> ip cam1 10.20.9.3; tcp 40000 80 A => drop denied none rule:cam-not-bad",
		"event packet flags=1 rule=cam-not-bad src=cam1 dst=10.20.9.3 sport=40000 dport=80 proto=6 reason=denied verdict=drop smac=cam1 dmac=rtr dev=cam1 on=lan1 eth=ip packets=1 bytes=40" }, .twin = ALONE4 },
	{ "an unknown device may go on with what it may open", BOTH, 0, {
		"lan2< lan3 ip guest cam2; tcp 40000 9100 A => pass allowed new opener:peer rule:guest-print",
		"lan2> ip cam2 guest; tcp 9100 40000 A => pass allowed hit", "policy more",
		"lan2> ip cam2 guest; tcp 9100 40000 A => pass allowed hit rule:guest-print" } },
	{ "answers go to the MAC a question of an unknown device came from, and to no invented one", BOTH, 0, {
		"lan2< lan1 eth guest cam2; ip guest cam2; tcp 40000 9100 S => pass allowed new",
		"lan2> eth cam2 guest; ip cam2 guest; tcp 9100 40000 SA => pass allowed hit",
		"lan2> eth cam2 02:00:00:00:00:92; ip cam2 guest; tcp 9100 40000 A => drop l2-mismatch none",
		"lan1< wan0 ip vms cam1; tcp 6000 554 S => pass allowed new",
		"lan1> eth cam1 fe:fe:fe:fe:fe:fe; ip cam1 vms; tcp 554 6000 SA => drop l2-mismatch none",
		"lan1> eth cam1 ff:ff:ff:ff:ff:ff; ip cam1 vms; tcp 554 6000 SA => drop l2-mismatch none" } },
	{ "a plant in learn mode is recorded in both directions, a policy change on the way", BOTH, 0, {
		"lan1< wan0 ip host probe; udp 7000 7001 => pass no-rule new opener:peer", "policy more",
		"lan1> ip probe host; udp 7001 7000 => pass no-rule hit opener:peer",
		"lan1> ip probe guest; tcp 5000 6000 S => pass no-rule new",
		"lan1< lan3 ip guest probe; tcp 6000 5000 S => pass wrong-opener new" } },
	{ "a flow to a neighbour ends when the neighbour's address goes to another", V4, 0, {
		"lan2< local eth rtr dyn2; ip4 rtr dyn2; dhcp ack dyn2 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"lan1> eth cam1 dyn2; ip cam1 10.1.0.110; udp 4000 8000 => pass allowed new",
		"lan1> eth cam1 dyn2; ip cam1 10.1.0.110; udp 4000 8000 => pass allowed hit",
		DHCP_ACK_DYN1,
		"lan1> eth cam1 dyn2; ip cam1 10.1.0.110; udp 4000 8000 => drop l2-mismatch none",
		"lan1> eth cam1 dyn1; ip cam1 10.1.0.110; udp 4000 8000 => drop no-rule none" }, .twin = ALONE4 },
	{ "a tuple that goes over to another device is charged to that one", V4, 0, {
		DHCP_ACK_DYN1, "lan1> eth dyn1 rtr; ip 10.1.0.110 vms; tcp 40000 443 A => pass allowed new",
		"is flows dyn1 1",
		"lan2< local eth rtr dyn3; ip4 rtr dyn3; dhcp ack dyn3 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"lan2> eth dyn3 rtr; ip 10.1.0.110 vms; tcp 40000 443 A => pass allowed new dev:dyn3",
		"is flows dyn1 0", "is flows dyn3 1", "is told flow-end 1", "is told flow-new 2",
		"event flow-end before=1 ended=policy first=0 last=0 src=10.1.0.110 dst=vms sport=40000 dport=443 proto=6 reason=allowed rule=cam-vms flags=1 dev=dyn1 packets=1 bytes=40",
		"wait 119t", "lan2< wan0 eth rtr dyn3; ip vms 10.1.0.110; tcp 443 40000 A => drop no-flow none" }, .twin = ALONE4 },
	{ "a flow that audit let pass is told so at its end", BOTH, 0, {
		"lan1> ip plc host; udp 7000 7001 => audit no-rule new", "wait 123t", "sweep",
		"event flow-end ended=idle first=123 last=123 src=plc dst=host sport=7000 dport=7001 proto=17 reason=no-rule verdict=audit dev=plc packets=1 bytes=ip+8" } },
	{ "an address claimed by DAD is told as what it is", V6, 0, {
		"lan1> eth dyn1 group:sol:dyn1; ip6 any sol:dyn1 ttl=255; ns dyn1 => pass infra-nd",
		"event learned src=dyn1 dst=sol:dyn1 proto=58 how=3 smac=dyn1 dmac=33:33:ff:00:01:01 dev=dyn1 on=lan1 eth=ip packets=1 bytes=64",
		"lan1> eth cam1 group:sol:dyn1; ip6 any sol:dyn1 ttl=255; ns dyn1 => drop nd-spoofed",
		"event conflict before=1 critical=1 src=dyn1 dst=sol:dyn1 proto=58 how=3 smac=cam1 dmac=33:33:ff:00:01:01 dev=cam1 on=lan1 eth=ip packets=1 bytes=64" },
	  .twin = "row: an address that is learned is told, and when it is forgotten" },
	{ "a DHCP request on a tuple that learn mode recorded is still DHCP", V4, 0, {
		"lan1> ip4 probe rtr; udp 68 67; pay 20 => pass no-rule new",
		"lan1> ip4 probe rtr; dhcp request probe => pass infra-dhcp" }, .twin = ALONE4 },
	/* ---- fragments ---- */
	{ "a later fragment of a protocol without ports is no packet of its flow", BOTH, 0, {
		"lan1> ip cam1 vms proto=47; pay 20 => pass allowed new",
		"lan1> ip cam1 vms; frag 1480 proto=47; pay 96 => drop frag-miss none" } },
	{ "datagrams differ by every bit of their number", V6, 0, {
		"lan1> ip cam1 vms; frag 0 mf id=0x00000007; udp 4000 5000 len=2000; pay 1472 => pass allowed",
		"lan1> ip cam1 vms; frag 1480 id=0x80000007; pay 520 => drop frag-miss",
		"lan1> ip cam1 vms; frag 1480 id=0x00010007; pay 520 => drop frag-miss",
		"lan1> ip cam1 vms; frag 1480 id=0x01000007; pay 520 => drop frag-miss",
		"lan1> ip cam1 vms; frag 1480 id=0x00000107; pay 520 => drop frag-miss",
		"lan1> ip cam1 vms; frag 1480 id=0x00008007; pay 520 => drop frag-miss",
		"lan1> ip cam1 vms; frag 1480 id=0x00800007; pay 520 => drop frag-miss",
		"lan1> ip cam1 vms; frag 1480 id=0x00000007; pay 520 => pass allowed" }, .twin = ALONE6 },
	{ "two unknown devices with one address do not finish each other's datagrams", BOTH, 0, {
		"lan3> eth guest rtr; ip guest ntp; frag 0 mf; udp 4000 123 len=2000; pay 1472 => pass allowed",
		"lan3> eth guest2 rtr; ip guest ntp; frag 1480; pay 520 => drop frag-miss",
		"lan3> eth guest rtr; ip guest ntp; frag 1480; pay 520 => pass allowed" } },
	{ "nor two MACs of one device, nor one MAC after its binding moved", V4, 0, {
		"lan2< local eth rtr duala; ip4 rtr duala; dhcp ack duala yi=10.1.0.120 lease=60 => pass infra-dhcp",
		"lan2> eth duala rtr; ip duala vms; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed",
		"lan2> eth dualb rtr; ip duala vms; frag 1480; pay 520 => drop frag-miss",
		"bump dual", "lan2> eth duala rtr; ip duala vms; frag 1480; pay 520 => drop frag-miss" }, .twin = ALONE4 },
	{ "a slow datagram lives on with each of its pieces, and shows who opened", BOTH, 0, {
		"lan1< wan0 ip vms cam1; frag 0 mf; udp 6000 554 len=4000; pay 1472 => pass allowed opener:peer", "wait 15t",
		"lan1< wan0 ip vms cam1; frag 1480 mf; pay 1480 => pass allowed opener:peer", "wait 15t",
		"lan1< wan0 ip vms cam1; frag 2960; pay 520 => pass allowed opener:peer" } },
	{ "a number used again after its time begins a new datagram, of the same device only", V4, 0, {
		DHCP_ACK_DYN1,
		"lan1> eth dyn1 rtr; ip 10.1.0.110 vms; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed",
		"wait 21t", "lan1> eth dyn1 rtr; ip 10.1.0.110 vms; frag 0 mf; udp 4000 5000 len=2000; pay 792 => pass allowed",
		"lan1> eth dyn1 rtr; ip 10.1.0.110 vms; frag 800 mf; pay 800 => pass allowed", "wait 25t",
		"lan2< local eth rtr dyn3; ip4 rtr dyn3; dhcp ack dyn3 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"sweep", "lan2> eth dyn3 rtr; ip 10.1.0.110 vms; frag 0 mf; udp 4001 5000 len=2000; pay 1472 => pass allowed" }, .twin = ALONE4 },
	{ "a fragment may reach the last octet a datagram can have, and not beyond; the last may have any length", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed",
		"lan1> ip cam1 vms; frag 65528; pay 7 => drop frag-gap", "lan1> ip cam1 vms; frag 65528; pay 8 => drop bad-length",
		"lan1> ip cam1 vms; frag 1480; pay 13 => pass allowed" } },
	/* ---- single octets ---- */
	{ "an ARP sender's MAC is the frame's in every octet", V4, 0, {
		"lan1> eth cam1 bcast; arp request 00:00:00:00:00:11 cam1 rtr => drop arp-spoofed",
		"lan1> eth cam1 bcast; arp request 02:01:00:00:00:11 cam1 rtr => drop arp-spoofed",
		"lan1> eth cam1 bcast; arp request 02:00:01:00:00:11 cam1 rtr => drop arp-spoofed",
		"lan1> eth cam1 bcast; arp request 02:00:00:01:00:11 cam1 rtr => drop arp-spoofed",
		"lan1> eth cam1 bcast; arp request 02:00:00:00:01:11 cam1 rtr => drop arp-spoofed",
		"lan1> eth cam1 bcast; arp request 02:00:00:00:00:10 cam1 rtr => drop arp-spoofed",
		"lan3> eth 02:0a:0b:0c:0d:0e bcast; arp request 02:0a:0b:0c:0d:0e guest rtr => pass infra-arp" }, .twin = ALONE4 },
	{ "an ARP operation is 1 or 2, in all its bits, for IPv4 only", V4, 0, {
		"lan1> arp request cam1 cam1 rtr op=257 => drop bad-header", "lan1> arp request cam1 cam1 rtr op=256 => drop bad-header",
		"lan1> arp request cam1 cam1 rtr op=255 => drop bad-header", "lan1> arp request cam1 cam1 rtr op=258 => drop bad-header",
		"lan1> eth cam1 bcast 0x0806; hex 0001 0801 06 04 0001 020000000011 0a01000b 000000000000 0a010001 => drop bad-header",
		"lan1> eth cam1 bcast 0x0806; hex 0001 0800 06 04 0001 020000000011 0a01000b 000000000000 0a010001 => pass infra-arp" }, .twin = ALONE4 },
	{ "an error goes to whoever sent the quoted packet, in every part of the address", V6, 0, {
		"lan1> ip cam1 vms; udp 40000 5000 => pass allowed new",
		"lan1> ip6 cam1 fd21::5; unreach; ip6 vms cam1; udp 5000 40000 => drop no-flow none",
		"lan1> ip6 cam1 fd20:0:1::5; unreach; ip6 vms cam1; udp 5000 40000 => drop no-flow none",
		"lan1> ip6 cam1 fd20:0:0:0:1:0:0:5; unreach; ip6 vms cam1; udp 5000 40000 => drop no-flow none",
		"lan1> ip6 cam1 vms; unreach; ip6 vms cam1; udp 5000 40000 => pass icmp-error" }, .twin = ALONE6 },
	{ "a group's MAC is its own in every octet", V4, 0, {
		"lan1> eth probe 01:00:5e:01:02:03; ip probe 239.129.2.3; udp 1 2 => pass no-rule",
		"lan1> eth probe 01:00:5e:81:02:03; ip probe 239.129.2.3; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 03:00:5e:01:02:03; ip probe 239.129.2.3; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 01:01:5e:01:02:03; ip probe 239.129.2.3; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 01:00:5f:01:02:03; ip probe 239.129.2.3; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 01:00:5e:00:02:03; ip probe 239.129.2.3; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 01:00:5e:01:03:03; ip probe 239.129.2.3; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 01:00:5e:01:02:02; ip probe 239.129.2.3; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 01:00:5e:7e:02:03; ip probe 239.126.2.3; udp 1 2 => pass no-rule",
		"lan1> eth probe 01:00:5e:7f:02:03; ip probe 239.126.2.3; udp 1 2 => pass l2-mismatch" }, .twin = ALONE4 },
	{ "an IPv6 group's MAC too", V6, 0, {
		"lan1> eth probe 33:33:a1:b2:c3:d4; ip probe ff02::a1b2:c3d4; udp 1 2 => pass no-rule",
		"lan1> eth probe 35:33:a1:b2:c3:d4; ip probe ff02::a1b2:c3d4; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 33:35:a1:b2:c3:d4; ip probe ff02::a1b2:c3d4; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 33:33:a0:b2:c3:d4; ip probe ff02::a1b2:c3d4; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 33:33:a1:b3:c3:d4; ip probe ff02::a1b2:c3d4; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 33:33:a1:b2:c2:d4; ip probe ff02::a1b2:c3d4; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe 33:33:a1:b2:c3:d5; ip probe ff02::a1b2:c3d4; udp 1 2 => pass l2-mismatch" }, .twin = ALONE6 },
	{ "broadcast is all ones in every octet", V4, 0, {
		"lan1> eth probe bcast; ip probe 255.255.255.255; udp 1 2 => pass no-rule",
		"lan1> eth probe fd:ff:ff:ff:ff:ff; ip probe 255.255.255.255; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe ff:fe:ff:ff:ff:ff; ip probe 255.255.255.255; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe ff:ff:fe:ff:ff:ff; ip probe 255.255.255.255; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe ff:ff:ff:fe:ff:ff; ip probe 255.255.255.255; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe ff:ff:ff:ff:fe:ff; ip probe 255.255.255.255; udp 1 2 => pass l2-mismatch",
		"lan1> eth probe ff:ff:ff:ff:ff:fe; ip probe 255.255.255.255; udp 1 2 => pass l2-mismatch" }, .twin = ALONE4 },
	{ "spanning tree has its own group and its own service, both octets", BOTH, 0, {
		"lan1> eth cam1 01:80:c2:00:00:00 0x0026; hex 424203; pay 35 => pass infra-l2",
		"lan1> eth cam1 01:80:c2:00:00:00 0x0026; hex 424303; pay 35 => drop non-ip",
		"lan1> eth cam1 01:80:c2:00:00:00 0x0026; hex 434203; pay 35 => drop non-ip",
		"lan1> eth cam1 01:80:c2:00:00:01 0x0026; hex 424203; pay 35 => drop non-ip",
		"lan1> eth cam1 01:80:c2:00:00:00 0x0003; hex 424203 => pass infra-l2",
		"lan1> eth cam1 01:80:c2:00:00:00 0x0002; hex 4242 => drop truncated",
		"lan1> eth cam1 01:81:c2:00:00:0e 0x88cc; pay 50 => drop non-ip",
		"lan1> eth cam1 01:80:c3:00:00:0e 0x88cc; pay 50 => drop non-ip",
		"lan1> eth cam1 03:80:c2:00:00:0e 0x88cc; pay 50 => drop non-ip" } },
	{ "router alert is the only option in all four octets", V4, 0, {
		"lan1> ip4 cam1 mdns ttl=1 opt=94040000; report => pass infra-group",
		"lan1> ip4 cam1 mdns ttl=1 opt=95040000; report => drop ip-options",
		"lan1> ip4 cam1 mdns ttl=1 opt=94050000; report => drop ip-options",
		"lan1> ip4 cam1 mdns ttl=1 opt=94040100; report => drop ip-options",
		"lan1> ip4 cam1 mdns ttl=1 opt=94040001; report => drop ip-options",
		"lan1> ip4 cam1 mdns ttl=1 opt=9404000094040000; report => drop ip-options" }, .twin = ALONE4 },
	{ "and behind an IPv6 hop-by-hop header in all six", V6, 0, {
		"lan1> ip6 ll:cam1 mdns ttl=1; hbh 050200000100; report => pass infra-group",
		"lan1> ip6 ll:cam1 mdns ttl=1; hbh 060200000100; report => drop icmp-type",
		"lan1> ip6 ll:cam1 mdns ttl=1; hbh 050300000100; report => drop icmp-type",
		"lan1> ip6 ll:cam1 mdns ttl=1; hbh 050201000100; report => drop icmp-type",
		"lan1> ip6 ll:cam1 mdns ttl=1; hbh 050200010100; report => drop icmp-type",
		"lan1> ip6 ll:cam1 mdns ttl=1; hbh 050200000000; report => drop icmp-type",
		"lan1> ip6 ll:cam1 mdns ttl=1; hbh 050200000101; report => drop icmp-type",
		"lan1> ip6 ll:cam1 mdns ttl=1; hbh 050200000100 len=1; report => drop icmp-type",
		"lan1> ip6 ll:cam1 mdns ttl=1; hbh 050200000100; hbh 050200000100; report => drop icmp-type" }, .twin = ALONE6 },
	{ "the DHCPv6 group is ff02::1:2 in every part", V6, 0, {
		"lan1> eth cam1 33:33:00:01:00:02; ip6 ll:cam1 ff02:0:1::1:2; udp 546 547; hex 01000001; pay 40 => drop spoofed none",
		"lan1> eth cam1 33:33:00:01:00:02; ip6 ll:cam1 ff02::1:0:1:2; udp 546 547; hex 01000001; pay 40 => drop spoofed none",
		"lan1> ip6 ll:cam1 ff02::1:3; udp 546 547; hex 01000001; pay 40 => drop spoofed none",
		"lan1> ip6 ll:cam1 ff02::1:2; udp 546 547; hex 01000001; pay 40 => pass infra-dhcp" }, .twin = ALONE6 },
	{ "DHCP is a pair of ports, not one of them, and of its own family", BOTH, 0, {
		"lan1> ip cam1 host; udp 68 66; pay 300 => drop no-rule none",
		"lan1> eth cam1 bcast; ip4 cam1 255.255.255.255; udp 67 67; pay 300 => drop no-rule none",
		"lan1> ip cam1 host; udp 67 69; pay 300 => drop no-rule none", "lan1> ip cam1 host; udp 66 68; pay 300 => drop no-rule none",
		"lan1> ip cam1 host; udp 546 548; pay 300 => drop no-rule none", "lan1> ip cam1 host; udp 545 547; pay 300 => drop no-rule none",
		"lan1> ip cam1 host; udp 547 545; pay 300 => drop no-rule none", "lan1> ip cam1 host; udp 548 546; pay 300 => drop no-rule none",
		"lan1> ip4 cam1 host; udp 546 547; pay 300 => drop no-rule none", "lan1> ip4 cam1 host; udp 547 546; pay 300 => drop no-rule none",
		"lan1> ip6 cam1 host; udp 68 67; pay 300 => drop no-rule none", "lan1> ip6 cam1 host; udp 67 68; pay 300 => drop no-rule none" } },
};

#endif
