/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about time (design §6, issue 3): ticks are the low 32 bits of jiffies shifted,
 * which come round; what is compared across the wrap must not notice. These run first,
 * while the clock of the test still stands before it: `until` takes it there.
 */
#ifndef ZT_CASES_TIME_H
#define ZT_CASES_TIME_H

#include "prove.h"

static const struct row cases_time[] = {
	{ "a flow lives across the wrap of the clock, and ends behind it when its time is over", BOTH, 0, {
		"until 4294967246",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1> ip cam1 vms; tcp 40001 443 S => pass allowed new",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> ip cam1 vms; echo 7 => pass allowed new",
		"wait 100t", /* 50 past it */
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"lan1< wan0 ip vms cam1; udp 5000 4000 => pass allowed hit",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; udp 4000 5000 => pass icmp-error none",
		"wait 19t", "lan1< wan0 ip vms cam1; tcp 443 40001 SA => drop no-flow none",
		"lan1< wan0 ip vms cam1; reply 7 => pass allowed hit",
		"wait 29044t", "lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit",
		"lan1< wan0 ip vms cam1; udp 5000 4000 => drop no-rule none", "is table 1" },
	  .ref = "A9" },
	{ "a record idle across the wrap is over, not fresh again", BOTH, 0, {
		"until 4294967286",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"wait 15t", "lan1> ip cam1 vms; frag 1480 mf; pay 1480 => pass allowed",
		"wait 21t", "lan1> ip cam1 vms; frag 2960; pay 40 => drop frag-miss none",
		"wait 83t", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => drop no-flow none",
		"wait 10t", "sweep", "is flows cam1 0", "is frags cam1 0" }, .ref = "A9" },
	{ "limits by the second and the move of a device go on across the wrap", V4, 0, {
		"until 4294967290",
		"lan1> ip4 roam vms; udp 4000 5000 => pass allowed new",
		"loop 20 lan1> arp request cam1 cam1 rtr => pass infra-arp none",
		"lan1> arp request cam1 cam1 rtr => drop infra-rate none",
		"wait 10t", "lan1> arp request cam1 cam1 rtr => pass infra-arp none",
		"lan2> ip4 roam vms; udp 4000 5000 => drop spoofed-mac none",
		"wait 110t", "lan2> ip4 roam vms; udp 4001 5000 => pass allowed new" },
	  .ref = "A9", .twin = "the comparisons are of ticks, whatever the family" },
	{ "a learned address and its lease go on across the wrap", V4, 0, {
		"until 4294967196",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=dyn1 lease=60 => pass infra-dhcp none",
		"wait 120t", "is learned dyn1 dyn1",
		"lan1> ip4 dyn1 vms; udp 4000 5000 => pass allowed new",
		"wait 115t", "lan1> ip4 dyn1 vms; udp 4001 5000 => drop spoofed none",
		"is learned dyn1 none" },
	  .ref = "A9", .twin = "row: an address learned by ND goes on across the wrap" },
	{ "an address learned by ND goes on across the wrap", V6, 0, {
		"until 4294967196",
		"lan1> eth dyn1 group:sol:dyn1; ip6 any sol:dyn1 ttl=255; ns dyn1 => pass infra-nd none",
		"wait 120t", "is learned dyn1 dyn1",
		"lan1> ip6 dyn1 vms; udp 4000 5000 => pass allowed new",
		"wait 337501t", "is learned dyn1 none",
		"lan1> ip6 dyn1 vms; udp 4000 5000 => drop spoofed none" },
	  .ref = "A9", .twin = "row: a learned address and its lease go on across the wrap" },
	{ "in the first minutes after load, across the wrap, what an application opened is picked up", BOTH, 0, {
		"until 4294967290", "window 600",
		"lan1< wan0 ip vms cam1; tcp 40000 554 A => pass allowed new opener:peer",
		"wait 20t", "lan1< wan0 ip vms cam1; tcp 40001 554 A => pass allowed new opener:peer",
		"wait 601s", "lan1< wan0 ip vms cam1; tcp 40002 554 A => drop no-flow none" }, .ref = "A9" },
};

#endif
