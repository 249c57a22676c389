/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about edges of headers that mutants of the parser fell over (tests/mutation): the
 * last octet that must be there, what padding may not stand in for, and what a
 * super-packet counts as. Quoted packets have cases_edges_quoted.h.
 */
#ifndef ZT_CASES_EDGES_HEADERS_H
#define ZT_CASES_EDGES_HEADERS_H

#include "cases_edges.h"

static const struct row cases_edges_headers[] = {
	/* ---- layer 2 ---- */
	{ "a port that takes tagged frames only takes the bond's own protocol without, and nothing else", V6, 0, {
		"lan4> eth v30 01:80:c2:00:00:02 0x8809; hex 01; pay 50 => pass non-ip none",
		"lan4> eth v30 01:80:c2:00:00:0e 0x88cc; pay 50 => pass unlisted-vlan none",
		"lan4> eth v30 01:80:c2:00:00:03 0x888e; pay 50 => pass unlisted-vlan none",
		"lan4> eth v30 rtr; ip6 v30 rtr ttl=255; na v30 hw=v30 => drop unlisted-vlan none",
		"lan4> eth v30 rtr; ip6 v30 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan4> eth v30 01:80:c2:00:00:02 0x8100; hex 0021 8809 01; pay 50 => pass unlisted-vlan none" },
	  .twin = "what it says of IPv6 the rows of tags say of both" },
	{ "a third tag is one too many even where the frame ends in it", V4, 0, {
		"lan1> eth cam1 rtr; tag 0; tag 30; tag 0; cut 24 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0; tag 30; cut 20 => drop truncated none" }, .twin = "none: it ends before any IP header" },
	{ "up to 1500 it is a length, from there on a type", V4, 0, {
		"lan1> eth cam1 rtr 0x05dc; pay 1499 => drop bad-length none", "lan1> eth cam1 rtr 0x05dc; pay 1500 => drop non-ip none",
		"lan1> eth cam1 rtr 0x05dd; pay 50 => drop non-ip none" }, .twin = "none: it is not IP" },
	{ "each opted-in protocol is one of its own", V4, 0, {
		"policy narrow",
		"lan1> eth cam1 01:80:c2:00:00:00 0x0026; hex 424203; pay 35 => pass infra-l2",
		"lan1> eth cam1 01:80:c2:00:00:0e 0x88cc; pay 50 => drop non-ip",
		"lan2> eth cam2 01:80:c2:00:00:0e 0x88cc; pay 50 => pass infra-l2",
		"lan2> eth cam2 01:80:c2:00:00:00 0x0026; hex 424203; pay 35 => drop non-ip",
		"lan6> eth twin 01:80:c2:00:00:02 0x8899; hex 01; pay 50 => drop non-ip" }, .twin = "none: it is not IP" },
	{ "a tag the kernel took off is part of the frame's length", V4, 1, {
		"lan4< wan0+vlan=30 eth rtr v30 0x9999; pay 46 => drop non-ip", "counted non-ip drop to 1 64",
		"lan4< wan0 eth rtr v30 0x8100; hex 001e 9999; pay 46 => drop non-ip", "counted non-ip drop to 2 128" },
	  .twin = "none: it is not IP" },
	{ "each generation has its own tags, whichever of the two words it uses", BOTH, 0, {
		"lan4> eth v30 rtr; tag 32; ip v30 vms; udp 1 2 => drop unlisted-vlan",
		"policy turned", "lan4> eth v30 rtr; tag 32; ip v30 vms; udp 1 2 => drop spoofed none",
		"policy base", "lan4> eth v30 rtr; tag 32; ip v30 vms; udp 1 2 => drop unlisted-vlan",
		"policy more", "lan4> eth v30 rtr; tag 32; ip v30 vms; udp 1 2 => drop unlisted-vlan",
		"policy turned", "lan4> eth v30 rtr; tag 32; ip v30 vms; udp 1 2 => drop spoofed none" } },
	/* ---- IPv4 ---- */
	{ "options are looked at in a packet that ends behind them, and a fragment has its length all the same", V4, 0, {
		"lan1> ip4 cam1 vms proto=47 opt=01010101 => drop ip-options none",
		"lan1> ip4 cam1 vms proto=47 opt=94040000 => drop ip-options none",
		"lan1> ip4 cam1 vms opt=01010101; frag 0 mf; udp 4000 5000 len=2000; pay 13 => drop bad-length none",
		"lan1> ip4 cam1 vms opt=01010101; frag 0 mf; udp 4000 5000 len=2000; pay 16 => drop ip-options none" }, .twin = ALONE4 },
	{ "a fragment of the wrong length is none of its flow's packets", BOTH, 0, {
		"lan1> ip cam1 vms proto=47; pay 20 => pass allowed new",
		"lan1> ip cam1 vms; frag 0 mf proto=47; pay 13 => drop bad-length none",
		"lan1> ip cam1 vms; frag 8 mf proto=47; pay 13 => drop bad-length none",
		"lan1> ip cam1 vms proto=47; pay 20 => pass allowed hit" } },
	{ "a first fragment with a UDP header of no length is refused", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=7; pay 16 => drop bad-length none",
		"lan1> ip cam1 vms; frag 0 mf id=8; udp 4000 5000 len=8; pay 16 => pass allowed new" } },
	{ "membership is eight octets, and of its own family", BOTH, 0, {
		"lan1> ip4 cam1 mdns ttl=1 proto=2; hex 22000000000000; pad 60 => drop truncated none",
		"lan1> ip4 cam1 mdns ttl=1 proto=2; hex 2200000000000000; pad 60 => pass infra-group",
		"lan1> ip6 cam1 mdns ttl=1 proto=2; hex 2200000000000000 => drop no-rule none" } },
	{ "of ICMP of the other family nothing is read, and no rule for a service covers it", V4, 0, {
		"lan1> ip4 cam1 vms proto=58; icmp 155 0 => drop no-rule none", "lan1> ip4 cam1 vms proto=58; icmp 1 0 => drop no-rule none",
		"lan1> ip4 cam1 ntp proto=58; icmp 128 0 => drop no-rule none", "lan1> ip4 cam1 web proto=58; icmp 128 0 => drop no-rule none",
		"lan1> ip4 cam1 rtr proto=58; icmp 128 0 => drop no-rule none", "lan1> ip4 cam1 cam2 proto=58; icmp 128 0 => drop no-rule none",
		"lan1< wan0 ip4 vms cam1 proto=58; icmp 128 0 => drop no-rule none", "lan1< local ip4 rtr cam1 proto=58; icmp 128 0 => drop no-rule none",
		"lan2< lan3 ip4 guest cam2 proto=58; icmp 128 0 => drop unknown-device none" }, .twin = "row: nor in IPv6" },
	{ "nor in IPv6", V6, 0, {
		"lan1> ip6 cam1 vms proto=1; icmp 40 0 => drop no-rule none", "lan1> ip6 cam1 vms proto=1; icmp 5 0 => drop no-rule none",
		"lan1> ip6 cam1 ntp proto=1; icmp 8 0 => drop no-rule none", "lan1> ip6 cam1 web proto=1; icmp 8 0 => drop no-rule none",
		"lan1> ip6 cam1 rtr proto=1; icmp 8 0 => drop no-rule none", "lan1> ip6 cam1 cam2 proto=1; icmp 8 0 => drop no-rule none",
		"lan1< wan0 ip6 vms cam1 proto=1; icmp 8 0 => drop no-rule none", "lan1< local ip6 rtr cam1 proto=1; icmp 8 0 => drop no-rule none",
		"lan2< lan3 ip6 guest cam2 proto=1; icmp 8 0 => drop unknown-device none" },
	  .twin = "row: of ICMP of the other family nothing is read, and no rule for a service covers it" },
	/* ---- IPv6 ---- */
	{ "padding is no part of an extension header", V6, 0, {
		"lan1> ip6 probe host len=7 proto=60; hex 3b000104000000; pad 100 => drop truncated none",
		"lan1> ip6 probe host len=7 proto=44; hex 3b000000000000; pad 100 => drop truncated none",
		"lan1> ip6 probe host len=7 proto=44; hex 11000001000000; pad 100 => drop truncated none",
		"lan1> ip6 probe host len=1 proto=44; hex 3b; pad 100 => drop truncated none",
		"lan1> ip6 probe host len=8 proto=60; hex 3b00010400000000; pad 100 => pass no-rule new" }, .twin = ALONE6 },
	{ "the last header may begin at octet 768 and no later", V6, 0, {
		"tun0> ip6 tun1 vms; dst len=90; udp 4000 5000 => pass allowed new",
		"tun0> ip6 tun1 vms; dst len=91; udp 4000 5000 => drop truncated none" }, .twin = ALONE6 },
	{ "no two bits of a datagram's number stand for each other", V6, 0, {
		"lan1> ip cam1 vms; frag 0 mf id=0x00010007; udp 4000 5000 len=2000; pay 1472 => pass allowed",
		"lan1> ip cam1 vms; frag 1480 id=0x00008007; pay 520 => drop frag-miss",
		"lan1> ip cam1 vms; frag 0 mf id=0x01000007; udp 4001 5000 len=2000; pay 1472 => pass allowed",
		"lan1> ip cam1 vms; frag 1480 id=0x00800007; pay 520 => drop frag-miss",
		"lan1> ip cam1 vms; frag 0 mf id=0x00000107; udp 4002 5000 len=2000; pay 1472 => pass allowed",
		"lan1> ip cam1 vms; frag 1480 id=0x00000087; pay 520 => drop frag-miss",
		"lan1> ip cam1 vms; frag 0 mf id=0x80000007; udp 4003 5000 len=2000; pay 1472 => pass allowed",
		"lan1> ip cam1 vms; frag 1480 id=0x00000007; pay 520 => drop frag-miss",
		"lan1> ip cam1 vms; frag 1480 id=0x00010007; pay 520 => pass allowed",
		"lan1> ip cam1 vms; frag 1480 id=0x01000007; pay 520 => pass allowed",
		"lan1> ip cam1 vms; frag 1480 id=0x00000107; pay 520 => pass allowed",
		"lan1> ip cam1 vms; frag 1480 id=0x80000007; pay 520 => pass allowed" }, .twin = ALONE6 },
	{ "a hop-by-hop header hides nothing of what came before it", V6, 0, {
		"lan1> ip6 cam1 sol:rtr ttl=255; hbh; ns rtr hw=cam1 => drop nd-spoofed none",
		"lan1> ip6 cam1 sol:rtr ttl=255; hbh 050200000100; ns rtr hw=cam1 => drop nd-spoofed none",
		"lan1> ip6 probe host; frag 0 mf; hbh; udp 1 2; pay 8 => pass ip-options none",
		"lan1> ip6 probe host; frag 1480; pay 16 => pass frag-miss none" }, .twin = ALONE6 },
	/* ---- neighbour discovery ---- */
	{ "a message of discovery is as long as its kind, padding or not", V6, 0, {
		"lan1> ip6 ll:cam1 allnodes ttl=255; icmp 134 0 => drop truncated none",
		"lan1> ip6 ll:cam1 allnodes ttl=255; icmp 134 0; pay 7 => drop truncated none",
		"lan1> ip6 ll:cam1 allnodes ttl=255; icmp 134 0; pay 8 => drop rogue-ra none",
		"lan1> ip6 cam1 sol:rtr ttl=255 len=23; ns rtr => drop truncated none",
		"lan1> ip6 cam1 sol:rtr ttl=255 len=24; ns rtr => pass infra-nd" }, .twin = ALONE6 },
	{ "an option ends inside its message, to the octet, and the eighth is read as the first", V6, 0, {
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e02000000000000000000000000 => drop bad-length none",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e0200000000000000000000000000 => drop bad-length none",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e020000000000000000000000000000 => pass infra-nd",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e010000000000000e010000000000000e010000000000000e010000000000000e010000000000000e010000000000000e01000000000000 hw=cam3 => drop nd-spoofed none",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e010000000000000e010000000000000e010000000000000e010000000000000e010000000000000e010000000000000e01000000000000 hw=cam1 => pass infra-nd" }, .twin = ALONE6 },
	{ "this router's own advertisement carries what it likes", V6, 0, {
		"lan1< local eth rtr group:allnodes; ip6 ll:rtr allnodes ttl=255; ra; pay 200 => pass infra-nd",
		"lan1< local eth rtr group:allnodes; ip6 ll:rtr allnodes ttl=255; ra opt=0300000000000000 => pass infra-nd" }, .twin = ALONE6 },
	/* ---- super-packets ---- */
	{ "a super-packet counts by what its IP header says, and by the segments the kernel says", V4, 1, {
		"lan1> ip4 cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0+gso=0x1000:2 ip4 vms cam1; tcp 443 40000 A; pay 2000 => pass allowed hit", "counted cam1 pass to 2 2080",
		"lan1< wan0+gso=0x1000:3 ip4 vms cam1; tcp 443 40000 A; pay 2001 => pass allowed hit", "counted cam1 pass to 5 4201",
		"lan1< wan0+gso=0x1000:1 ip4 vms cam1; tcp 443 40000 A => pass allowed hit", "counted cam1 pass to 6 4241",
		"lan1< wan0+gso=3x1000 ip4 vms cam1; tcp 443 40000 A; pay 2000 => pass allowed hit", "counted cam1 pass to 9 6361",
		"lan1< wan0+gso=2x1000 ip4 vms cam1; tcp 443 40000 A; pay 1500; pad 1600 => pass allowed hit", "counted cam1 pass to 11 7941",
		"lan1< wan0+gso=2x1000 ip4 vms cam1; echo 7; pay 2000 => pass allowed new", "counted cam1 pass to 13 9997",
		"lan1> ip4 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0+gso=2x1000 ip4 vms cam1; udp 5000 4000 len=0; pay 2000 => pass allowed hit", "counted cam1 pass to 15 12053",
		"lan1< wan0+gso=2x1000:1 ip4 vms cam1 ihl=4; tcp 443 40000 A; pay 2000 => drop bad-header none", "counted bad-header drop to 1 2054" }, .twin = "row: of IPv6 too" },
	{ "the kernel's jumbogram header is that one alone, and each segment is charged without it", V6, 1, {
		"lan1> ip6 cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; hbh c2040001001c; tcp 443 40000 PA; pay 65536 => pass allowed hit",
		"counted cam1 pass to 47 68356",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; dst c2040001001c; tcp 443 40000 PA; pay 65536 => pass allowed hit",
		"counted cam1 pass to 94 137088",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; hbh c2040001001c; udp 5000 4000 len=0; pay 65528 => drop ip-options none",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; hbh c2030001001c; tcp 443 40000 PA; pay 65536 => drop ip-options none",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; hbh c1040001001c; tcp 443 40000 PA; pay 65536 => drop ip-options none",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; hbh c20400010000; tcp 443 40000 PA; pay 65468 => drop ip-options none",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; hbh c20400010001; tcp 443 40000 PA; pay 65469 => pass allowed hit",
		"lan1< wan0+gso=47x1400 ip6 vms cam1; hbh c2040000ffff; tcp 443 40000 PA; pay 65507 => drop ip-options none" },
	  .twin = "none: IPv4 has no such header" },
};

#endif
