/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about the packet an ICMP error quotes: how much of it must be there, what its own
 * fragments and extension headers mean, and whose flow it may speak of.
 */
#ifndef ZT_CASES_EDGES_QUOTED_H
#define ZT_CASES_EDGES_QUOTED_H

#include "cases_edges.h"

static const struct row cases_edges_quoted[] = {
	{ "what is quoted is an IPv4 header in version and length", V4, 0, {
		"lan1> ip4 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip4 host cam1; unreach; ip4 cam1 vms ver=5; udp 4000 5000 => drop truncated none",
		"lan1< wan0 ip4 host cam1; unreach; ip4 cam1 vms ihl=4; udp 4000 5000; pay 40 => drop truncated none",
		"lan1< wan0 ip4 host cam1; unreach; ip4 cam1 vms; udp 4000 5000 => pass icmp-error none" }, .twin = ALONE4 },
	{ "a quoted later fragment has no ports, of a protocol without ports it needs none", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1> ip cam1 vms; echo 7 => pass allowed new",
		"lan1> ip cam1 vms proto=50; pay 40 => pass allowed new",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; frag 8 proto=17; hex 0fa0138800100000 => drop no-flow none",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; frag 8 proto=6; hex 9c4001bb00000000 => drop no-flow none",
		"lan1< wan0 ip4 host cam1; unreach; ip4 cam1 vms; frag 8 proto=1; hex 0800000000070000 => drop no-flow none",
		"lan1< wan0 ip6 host cam1; unreach; ip6 cam1 vms; frag 8 proto=58; hex 8000000000070000 => drop no-flow none",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; frag 8 proto=50; pay 40 => pass icmp-error none",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; frag 0 mf; udp 4000 5000 len=2000 => pass icmp-error none" } },
	{ "three extension headers of a quoted packet are read, each as long as its kind", V6, 0, {
		"lan1> ip6 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip6 host cam1; unreach; ip6 cam1 vms; dst; dst; dst; udp 4000 5000 => pass icmp-error none",
		"lan1< wan0 ip6 host cam1; unreach; ip6 cam1 vms; dst; dst; dst; dst; udp 4000 5000 => drop no-flow none",
		"lan1< wan0 ip6 host cam1; unreach; ip6 cam1 vms proto=44; hex 1101000000000007; udp 4000 5000; pay 8 => pass icmp-error none",
		"lan1< wan0 ip6 host cam1; unreach; ip6 cam1 vms; dst len=1; udp 4000 5000 => pass icmp-error none" }, .twin = ALONE6 },
	{ "and they and the ports behind them must be there, not in the padding", V6, 0, {
		"lan1> ip6 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip6 host cam1; unreach; ip6 cam1 vms proto=60; hex 2c00010400000000; pad 300 => drop truncated none",
		"lan1< wan0 ip6 host cam1; unreach; ip6 cam1 vms proto=60; hex 1100010400000000; pad 300 => drop truncated none",
		"lan1< wan0 ip6 host cam1; unreach; ip6 cam1 vms proto=60; hex 1100010400000000 0fa01388001000; pad 300 => drop truncated none",
		"lan1< wan0 ip6 host cam1; unreach; ip6 cam1 vms proto=60; hex 1100010400000000 0fa0138800100000; pad 300 => pass icmp-error none",
		"lan1< wan0 ip6 host cam1; unreach; ip6 cam1 vms proto=60; hex 3c00010400000000 3c00; pad 300 => drop truncated none" }, .twin = ALONE6 },
	{ "a small number where the link's size stands is a lie only in the error that speaks of size", V4, 0, {
		"lan1> ip4 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip4 host cam1; icmp 3 4 mtu=100; ip4 cam1 vms; udp 4000 5000 => drop icmp-type none",
		"lan1< wan0 ip4 host cam1; icmp 3 1 mtu=100; ip4 cam1 vms; udp 4000 5000 => pass icmp-error none",
		"lan1< wan0 ip4 host cam1; icmp 12 4 mtu=100; ip4 cam1 vms; udp 4000 5000 => pass icmp-error none" }, .twin = "row: in ICMPv6 that is an error of its own" },
	{ "in ICMPv6 that is an error of its own", V6, 0, {
		"lan1> ip6 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip6 host cam1; big mtu=100; ip6 cam1 vms; udp 4000 5000 => drop icmp-type none",
		"lan1< wan0 ip6 host cam1; icmp 1 0 mtu=100; ip6 cam1 vms; udp 4000 5000 => pass icmp-error none",
		"lan1< wan0 ip6 host cam1; icmp 4 0 mtu=100; ip6 cam1 vms; udp 4000 5000 => pass icmp-error none" },
	  .twin = "row: a small number where the link's size stands is a lie only in the error that speaks of size" },
	{ "an error about an unknown device's flow is about that device's", BOTH, 0, {
		"lan3> ip guest ntp; udp 4000 123 => pass allowed new",
		"lan3< wan0 ip ntp guest; unreach; ip guest ntp; udp 4000 123 => pass icmp-error none",
		"lan3< wan0 eth rtr guest2; ip ntp guest; unreach; ip guest ntp; udp 4000 123 => drop no-flow none" } },
	{ "no route to whom an error goes is no reason to hold it back", BOTH, 1, {
		"policy narrow", "lan1< wan0 ip4 10.30.0.5 cam1; udp 6000 554 => pass allowed new",
		"lan1< wan0 ip6 fd30::5 cam1; udp 6000 554 => pass allowed new", "route none",
		"lan1> ip4 cam1 10.30.0.5; unreach; ip4 10.30.0.5 cam1; udp 6000 554 => pass icmp-error none",
		"lan1> ip6 cam1 fd30::5; unreach; ip6 fd30::5 cam1; udp 6000 554 => pass icmp-error none",
		"lan1> ip4 cam1 10.30.0.5; udp 4000 4000 => drop no-route none", "lan1> ip6 cam1 fd30::5; udp 4000 4000 => drop no-route none" } },
	{ "what is no request, no answer and no error is told as that, wherever it says it is from", BOTH, 0, {
		"lan1< wan0 ip4 rtr cam1; icmp 40 0 => drop icmp-type none", "lan1< wan0 ip6 rtr cam1; icmp 155 0 => drop icmp-type none" } },
};

#endif
