/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about packets of established flows, in their headers: what the fast path reads in one
 * go is judged as the parser would, and what is not as it should be is no packet of the flow.
 */
#ifndef ZT_CASES_EDGES_PLAIN_H
#define ZT_CASES_EDGES_PLAIN_H

#include "cases_edges.h"

#define TCP_OPEN                                                                                   \
	"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",                                  \
	"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",                            \
	"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit fast"
#define UDP_OPEN                                                                                   \
	"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",                                    \
	"lan1< wan0 ip vms cam1; udp 5000 4000 => pass allowed hit fast"

static const struct row cases_edges_plain[] = {
	{ "no record excuses a TCP header", BOTH, 0, {
		TCP_OPEN, "lan1> ip cam1 vms; tcp 40000 443 A doff=4 => drop bad-header none",
		"lan1> ip cam1 vms; tcp 40000 443 A doff=6 => drop truncated none",
		"lan1> ip cam1 vms; tcp 40000 443 A doff=6; pay 4 => pass allowed hit fast",
		"lan1> ip cam1 vms; tcp 40000 443 A doff=15; pay 39 => drop truncated none",
		"lan1> ip cam1 vms; tcp 40000 443 A doff=15; pay 40 => pass allowed hit fast",
		"lan1> ip cam1 vms; tcp 40000 443 A doff=6; pad 30 => drop truncated none",
		"lan1> ip cam1 vms; tcp 40000 443 - => drop bad-flags none", "lan1> ip cam1 vms; tcp 40000 443 P => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 F => drop bad-flags none", "lan1> ip cam1 vms; tcp 40000 443 FRA => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 SFA => drop bad-flags none", "lan1> ip cam1 vms; tcp 40000 443 PUA => pass allowed hit fast",
		"lan1> ip cam1 vms; tcp 0 443 A => drop bad-header none", "lan1> ip cam1 vms; tcp 40000 0 A => drop bad-header none",
		"lan1> ip cam1 vms; tcp 40000 443 FA => pass allowed hit fast", "lan1> ip cam1 vms; tcp 40000 443 RA => pass allowed hit fast" } },
	{ "nor a UDP header", BOTH, 0, {
		UDP_OPEN, "lan1> ip cam1 vms; udp 4000 5000 len=7 => drop bad-length none", "lan1> ip cam1 vms; udp 4000 5000 len=0 => drop bad-length none",
		"lan1> ip cam1 vms; udp 4000 5000 len=9 => drop bad-length none", "lan1> ip cam1 vms; udp 4000 5000 len=9; pad 30 => drop bad-length none",
		"lan1> ip cam1 vms; udp 4000 5000 len=8; pay 4 => pass allowed hit fast", "lan1> ip cam1 vms; udp 4000 5000 len=12; pay 4 => pass allowed hit fast",
		"lan1> ip cam1 vms; udp 0 5000 => drop bad-header none", "lan1> ip cam1 vms; udp 4000 0 => drop bad-header none",
		"lan1> ip cam1 vms; udp 4000 5000; pad 100 => pass allowed hit fast", "counted cam1 pass from 4 4*ip+10" } },
	{ "nor one of IPv4", V4, 0, {
		UDP_OPEN, "lan1> ip4 cam1 vms ver=6; udp 4000 5000 => drop bad-header none", "lan1> ip4 cam1 vms ver=5; udp 4000 5000 => drop bad-header none",
		"lan1> ip4 cam1 vms ihl=4; udp 4000 5000 => drop bad-header none", "lan1> ip4 cam1 vms opt=01010101; udp 4000 5000 => drop ip-options none",
		"lan1> ip4 cam1 vms opt=94040000; udp 4000 5000 => drop ip-options none",
		"lan1> ip4 cam1 vms df; udp 4000 5000 => pass allowed hit fast", "lan1> ip4 cam1 vms evil; udp 4000 5000 => pass allowed hit fast",
		"lan1> ip4 cam1 vms off=8; udp 4000 5000 => drop frag-miss none", "lan1> ip4 cam1 vms off=65528; udp 4000 5000 => drop bad-length none",
		"lan1> ip4 cam1 vms off=32768; udp 4000 5000 => drop frag-miss none", "lan1> ip4 cam1 vms mf; udp 4000 5000 => pass allowed hit slow",
		"lan1> ip4 cam1 vms len=27; udp 4000 5000 => drop truncated none", "lan1> ip4 cam1 vms len=29; udp 4000 5000 => drop bad-length none",
		"lan1> ip4 cam1 vms len=28; udp 4000 5000 len=8; pay 9 => pass allowed hit fast", "lan1> ip4 cam1 vms len=0; udp 4000 5000 => drop bad-length none",
		"lan1> ip4 cam1 vms ttl=0; udp 4000 5000 => pass allowed hit fast",
		"lan1> ip4 cam1 vms; udp 4000 5000; cut 41 => drop bad-length none", "lan1> ip4 cam1 vms; udp 4000 5000; cut 17 => drop truncated none",
		"lan1> eth cam1 rtr 0x86dd; ip4 cam1 vms; udp 4000 5000; pay 40 => drop bad-header none" }, .twin = "row: nor one of IPv6" },
	{ "nor one of IPv6", V6, 0, {
		UDP_OPEN, "lan1> ip6 cam1 vms ver=4; udp 4000 5000 => drop bad-header none", "lan1> ip6 cam1 vms ver=7; udp 4000 5000 => drop bad-header none",
		"lan1> ip6 cam1 vms; dst; udp 4000 5000 => pass allowed hit fast", "lan1> ip6 cam1 vms; hbh; udp 4000 5000 => drop ip-options none",
		"lan1> ip6 cam1 vms; frag 0 mf; udp 4000 5000 => pass allowed hit slow", "lan1> ip6 cam1 vms; frag 0; udp 4000 5000 => pass allowed hit fast",
		"lan1> ip6 cam1 vms len=7; udp 4000 5000 => drop truncated none", "lan1> ip6 cam1 vms len=9; udp 4000 5000 => drop bad-length none",
		"lan1> ip6 cam1 vms len=8; udp 4000 5000 len=8; pay 9 => pass allowed hit fast", "lan1> ip6 cam1 vms len=0; udp 4000 5000 => drop bad-length none",
		"lan1> ip6 cam1 vms ttl=0; udp 4000 5000 => pass allowed hit fast", "lan1> ip6 cam1 vms; udp 4000 5000; cut 61 => drop bad-length none",
		"lan1> eth cam1 rtr 0x0800; ip6 cam1 vms; udp 4000 5000 => drop bad-header none" }, .twin = "row: nor one of IPv4" },
	{ "nor a group's MAC, of either side, where the address is the identity", BOTH, 0, {
		"cell0> ip sim1 vms; udp 4000 5000 => pass allowed new", "cell0> eth cam1 rtr; ip sim1 vms; udp 4000 5000 => pass allowed hit fast",
		"cell0> eth 02:01:01:01:01:01 rtr; ip sim1 vms; udp 4000 5000 => pass allowed hit fast",
		"cell0> eth 03:00:00:00:00:11 rtr; ip sim1 vms; udp 4000 5000 => drop multicast-source none",
		"cell0< wan0 eth rtr cam1; ip vms sim1; udp 5000 4000 => pass allowed hit fast",
		"cell0< wan0 eth rtr 02:01:01:01:01:01; ip vms sim1; udp 5000 4000 => pass allowed hit fast",
		"cell0< wan0 eth 02:01:01:01:01:01 cam1; ip vms sim1; udp 5000 4000 => pass allowed hit fast",
		"cell0< wan0 eth 03:00:00:00:00:11 cam1; ip vms sim1; udp 5000 4000 => drop multicast-source none",
		"cell0< wan0 eth rtr 03:00:00:00:00:11; ip vms sim1; udp 5000 4000 => drop no-rule none" } },
	{ "tags are read as ever: the VLAN's own, one of priority, both, and no other", BOTH, 0, {
		"lan4> tag 30; ip v30 vms; udp 4000 5000 => pass allowed new", "lan4> tag 30; ip v30 vms; udp 4000 5000 => pass allowed hit fast",
		"lan4> tag 0; tag 30; ip v30 vms; udp 4000 5000 => pass allowed hit fast", "lan4> tag 30; tag 0; ip v30 vms; udp 4000 5000 => pass allowed hit fast",
		"lan4> tag 30; tag 30; ip v30 vms; udp 4000 5000 => drop vlan-stack none", "lan4> tag 30 0x88a8; ip v30 vms; udp 4000 5000 => drop vlan-stack none",
		"lan4> eth v30 rtr; tag 31; ip v30 vms; udp 4000 5000 => drop spoofed none",
		"lan4< wan0 eth rtr v30; tag 30; ip vms v30; udp 5000 4000 => pass allowed hit fast",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "lan1> tag 0; ip cam1 vms; udp 4000 5000 => pass allowed hit fast",
		"lan1> tag 0xe000; ip cam1 vms; udp 4000 5000 => pass allowed hit fast", "counted cam1 pass from 3 3*ip+8" } },
	{ "what is no DHCP is a packet like any other, on its ports and beside them", V4, 0, {
		"policy narrow", "lan1> ip4 cam1 cell; udp 68 67; pay 20 => pass allowed new rule:m1", "lan1> ip4 cam1 cell; udp 68 67; pay 20 => pass allowed hit fast",
		"lan1> ip4 cam1 cell; udp 67 68; pay 20 => pass allowed new", "lan1> ip4 cam1 cell; udp 67 68; pay 20 => pass allowed hit fast",
		"lan1> ip4 cam1 cell; udp 66 4000 => pass allowed new", "lan1> ip4 cam1 cell; udp 66 4000 => pass allowed hit fast",
		"lan1> ip4 cam1 cell; udp 69 4000 => pass allowed new", "lan1> ip4 cam1 cell; udp 69 4000 => pass allowed hit fast",
		"lan1> ip4 cam1 cell; udp 4000 66 => pass allowed new", "lan1> ip4 cam1 cell; udp 4000 66 => pass allowed hit fast",
		"lan1> ip4 cam1 cell; udp 4000 69 => pass allowed new", "lan1> ip4 cam1 cell; udp 4000 69 => pass allowed hit fast",
		"lan1> ip4 cam1 cell; udp 68 4000 => pass allowed new", "lan1> ip4 cam1 cell; udp 68 4000 => pass allowed hit fast",
		"lan1> ip4 cam1 cell; udp 4000 67 => pass allowed new", "lan1> ip4 cam1 cell; udp 4000 67 => pass allowed hit fast" },
	  .twin = "row: of DHCPv6 the same" },
	{ "of DHCPv6 the same", V6, 0, {
		"policy narrow", "lan1> ip6 cam1 cell; udp 545 4000 => pass allowed new", "lan1> ip6 cam1 cell; udp 545 4000 => pass allowed hit fast",
		"lan1> ip6 cam1 cell; udp 548 4000 => pass allowed new", "lan1> ip6 cam1 cell; udp 548 4000 => pass allowed hit fast",
		"lan1> ip6 cam1 cell; udp 4000 545 => pass allowed new", "lan1> ip6 cam1 cell; udp 4000 545 => pass allowed hit fast",
		"lan1> ip6 cam1 cell; udp 4000 548 => pass allowed new", "lan1> ip6 cam1 cell; udp 4000 548 => pass allowed hit fast",
		"lan1> ip6 cam1 cell; udp 546 4000 => pass allowed new", "lan1> ip6 cam1 cell; udp 546 4000 => pass allowed hit fast",
		"lan1> ip6 cam1 cell; udp 4000 547 => pass allowed new", "lan1> ip6 cam1 cell; udp 4000 547 => pass allowed hit fast",
		"lan1> ip6 cam1 cell; udp 546 547 => pass allowed new", "lan1> ip6 cam1 cell; udp 546 547 => pass allowed hit fast" },
	  .twin = "row: what is no DHCP is a packet like any other, on its ports and beside them" },
};

#endif
