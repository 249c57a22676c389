/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about limits: how many flows a device holds, how fast it opens them, how much
 * ARP, ND and DHCP it sends, how many addresses it takes, and that others lose nothing
 * by it.
 *
 * lseg has the limits of its segment (8 flows, 4 new ones a second, 5 ARP a second, 2 and
 * 3 addresses), lgrp the smallest of its groups' (5 flows), lown its own (12 flows), guests
 * on lan3 those of their port's unknown_segment (6 flows). A tick is 256 ms.
 */
#ifndef ZT_CASES_LIMITS_H
#define ZT_CASES_LIMITS_H

#include "prove.h"

static const struct row cases_limits[] = {
	/* ---- whose limit ---- */
	{ "a device's own limit of flows holds, whatever its groups and segment say", BOTH, 0, {
		"loop 12 lan2> ip lown vms; udp #1000 5000 => pass allowed new",
		"lan2> ip lown vms; udp 2000 5000 => drop quota none",
		"lan2> ip lown vms; udp 1000 5000 => pass allowed hit", "is flows lown 12" }, "S8" },
	{ "else the smallest of its groups'", BOTH, 0, {
		"loop 5 lan1> ip lgrp vms; udp #1000 5000 => pass allowed new",
		"lan1> ip lgrp vms; udp 2000 5000 => drop quota none", "is flows lgrp 5" }, "S8" },
	{ "else its segment's, and each key on its own", BOTH, 0, {
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new",
		"wait 4t", "loop 4 lan1> ip lseg vms; udp #1100 5000 => pass allowed new",
		"wait 4t", "lan1> ip lseg vms; udp 2000 5000 => drop quota none", "is flows lseg 8" }, "S8" },
	{ "else the defaults of the policy", BOTH, 0, {
		"policy few-flows", "loop 4 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"lan1> ip cam1 vms; udp 2000 5000 => drop quota none", "is flows cam1 4" }, "S8" },
	{ "the unknown devices of a port share the limits of where they are kept", BOTH, 0, {
		"loop 5 lan3> ip guest ntp; udp #1000 123 => pass allowed new",
		"lan3> ip guest2 ntp; udp 1000 123 => pass allowed new",
		"lan3> ip guest2 ntp; udp 1001 123 => drop quota none",
		"lan3> ip guest ntp; udp 1005 123 => drop quota none",
		"lan3> ip pos ntp; udp 1000 123 => drop no-rule none",
		"lan3> ip pos vms; udp 1000 5000 => pass allowed new", "is flows lan3 6" }, "S8" },
	/* ---- how fast ---- */
	{ "a second's worth of new flows at once, and then as many as time gives", BOTH, 0, {
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new",
		"lan1> ip lseg vms; udp 1100 5000 => drop quota none",
		"wait 1t", "lan1> ip lseg vms; udp 1101 5000 => pass allowed new",
		"lan1> ip lseg vms; udp 1102 5000 => drop quota none",
		"wait 2t", "loop 2 lan1> ip lseg vms; udp #1200 5000 => pass allowed new",
		"lan1> ip lseg vms; udp 1103 5000 => drop quota none", "is flows lseg 7" }, "S8" },
	{ "a long silence saves up no more than that", BOTH, 0, {
		"lan1> ip lseg vms; udp 999 5000 => pass allowed new", "wait 1000s", "sweep",
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new",
		"lan1> ip lseg vms; udp 1100 5000 => drop quota none" }, "S8" },
	{ "nor is it taken for the future when the ticks have come round", BOTH, 0, {
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new",
		"wait 123t", "sweep", "wait 2200000000t",
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new",
		"lan1> ip lseg vms; udp 1100 5000 => drop quota none",
		"wait 1t", "lan1> ip lseg vms; udp 1101 5000 => pass allowed new" } },
	{ "established flows go on while new ones are refused", BOTH, 0, {
		"lan1> ip lseg vms; tcp 1000 443 S => pass allowed new",
		"lan1< wan0 ip vms lseg; tcp 443 1000 SA => pass allowed hit",
		"loop 3 lan1> ip lseg vms; udp #1000 5000 => pass allowed new",
		"loop 50 lan1> ip lseg vms; udp #2000 5000 => drop quota none && "
			"lan1> ip lseg vms; tcp 1000 443 A; pay 10 => pass allowed hit",
		"is flows lseg 4" }, "S8" },
	{ "a flood of one device takes nothing from others", BOTH, 0, {
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new",
		"loop 300 lan1> ip lseg vms; udp #2000 5000 => drop quota none",
		"loop 200 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"lan1> ip lgrp vms; udp 1000 5000 => pass allowed new", "is table 205" }, "S8" },
	{ "denied packets never make a record and take no token", BOTH, 0, {
		"loop 300 lan1> ip lseg host; udp #1000 5000 => drop no-rule none",
		"loop 300 lan1> ip lseg host; tcp #1000 443 S => drop no-rule none",
		"is table 0", "is flows lseg 0",
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new" }, "S8" },
	{ "nor do packets with a forged source, and they charge nobody", BOTH, 0, {
		"loop 300 lan1> eth lseg rtr; ip cam1 vms; udp #1000 5000 => drop spoofed none",
		"loop 300 lan1> eth cam1 rtr; ip lseg vms; udp #1000 5000 => drop spoofed none",
		"is table 0", "is flows cam1 0", "is flows lseg 0",
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new" }, "S8 I5 V3" },
	{ "an expired tuple opened again is a new flow and takes a token", BOTH, 0, {
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new", "wait 119t",
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new",
		"wait 119t", "loop 4 lan1> ip lseg vms; udp #1002 5000 => pass allowed new",
		"lan1> ip lseg vms; udp 1000 5000 => drop quota none" } },
	{ "what is picked up in the first minutes after load waits for no token", BOTH, 0, {
		"window 600", "loop 8 lan1> ip lseg vms; tcp #1000 443 A => pass allowed new",
		"lan1> ip lseg vms; tcp 1100 443 A => drop quota none", "is flows lseg 8" } },
	{ "later it does, like any other", BOTH, 0, {
		"loop 4 lan1> ip lseg vms; tcp #1000 443 A => pass allowed new",
		"lan1> ip lseg vms; tcp 1100 443 A => drop quota none", "is flows lseg 4" }, "S8" },
	/* ---- half-open ---- */
	{ "connections without a whole handshake hold half of the flows and no more", BOTH, 0, {
		"loop 6 lan2> ip lown vms; tcp #1000 443 S => pass allowed new",
		"lan2> ip lown vms; tcp 1006 443 S => drop quota none", "is half lown 6",
		"lan2> ip lown vms; udp 1000 5000 => pass allowed new",
		"lan2< wan0 ip vms lown; tcp 443 1000 SA => pass allowed hit", "is half lown 6",
		"lan2> ip lown vms; tcp 1000 443 A => pass allowed hit", "is half lown 5",
		"lan2> ip lown vms; tcp 1006 443 S => pass allowed new",
		"lan2> ip lown vms; tcp 1007 443 S => drop quota none" }, "S4 S8" },
	{ "a refused one counts no longer, one its opener resets does", BOTH, 0, {
		"loop 6 lan2> ip lown vms; tcp #1000 443 S => pass allowed new",
		"lan2> ip lown vms; tcp 1000 443 R => pass allowed hit", "is half lown 6",
		"lan2> ip lown vms; tcp 1001 443 R => pass allowed hit",
		"lan2> ip lown vms; tcp 1006 443 S => drop quota none",
		"lan2< wan0 ip vms lown; tcp 443 1002 RA => pass allowed hit", "is half lown 5",
		"lan2> ip lown vms; tcp 1006 443 S => pass allowed new" }, "S4 S8" },
	{ "half-open ones give their place back after half a minute", BOTH, 0, {
		"loop 6 lan2> ip lown vms; tcp #1000 443 S => pass allowed new",
		"wait 122t", "lan2> ip lown vms; tcp 2000 443 S => drop quota none",
		"wait 1t", "sweep", "is half lown 0", "is flows lown 0",
		"lan2> ip lown vms; tcp 2000 443 S => pass allowed new" }, "S4 S8" },
	{ "a flood of SYN towards a device leaves it half of its own, and room to open", BOTH, 0, {
		"loop 6 lan2< wan0 ip vms lown; tcp #1000 554 S => pass allowed new",
		"lan2< wan0 ip vms lown; tcp 2000 554 S => drop quota none", "is half lown 6",
		"loop 6 lan2> ip lown vms; tcp #3000 443 S => pass allowed new", "is flows lown 12",
		"lan2> ip lown vms; tcp 4000 443 S => drop quota none" }, "S4 S8" },
	/* ---- towards a device ---- */
	{ "flows opened towards a device are charged to it, up to three quarters", BOTH, 0, {
		"loop 9 lan2< wan0 ip vms lown; udp #1000 554 => pass allowed new opener:peer",
		"lan2< wan0 ip vms lown; udp 2000 554 => drop quota none", "is in lown 9",
		"loop 3 lan2> ip lown vms; udp #1000 5000 => pass allowed new",
		"lan2> ip lown vms; udp 2000 5000 => drop quota none", "is flows lown 12",
		"wait 123t", "sweep", "is flows lown 0", "is in lown 0" }, "S8" },
	{ "and take none of the tokens for those it opens", BOTH, 0, {
		"loop 4 lan1< wan0 ip vms lseg; udp #1000 554 => pass allowed new",
		"lan1< wan0 ip vms lseg; udp 2000 554 => drop quota none",
		"loop 4 lan1> ip lseg vms; udp #1000 5000 => pass allowed new", "is flows lseg 8" }, "S8" },
	{ "a flow between devices is charged to both, each at its own port", BOTH, 0, {
		"policy few-flows",
		"loop 3 lan1> eth cam1 cam2; ip cam1 cam2; udp #1000 8000 => pass allowed new",
		"loop 3 lan2< lan1 eth cam1 cam2; ip cam1 cam2; udp #1000 8000 => pass allowed new",
		"lan1> eth cam1 cam2; ip cam1 cam2; udp 1003 8000 => pass allowed new",
		"lan2< lan1 eth cam1 cam2; ip cam1 cam2; udp 1003 8000 => drop quota none",
		"lan1> eth cam1 cam2; ip cam1 cam2; udp 1004 8000 => drop quota none",
		"is flows cam1 4", "is in cam1 0", "is flows cam2 3", "is in cam2 3",
		"lan2> ip cam2 vms; udp 1000 5000 => pass allowed new" }, "S8" },
	{ "the side that answers opens in its turn: one place, charged anew", BOTH, 0, {
		"lan2> eth cam2 cam1; ip cam2 cam1; tcp 8000 1000 S => drop no-rule none",
		"lan1> eth cam1 cam2; ip cam1 cam2; tcp 1000 8000 S => pass allowed new",
		"lan2< lan1 eth cam1 cam2; ip cam1 cam2; tcp 1000 8000 S => pass allowed new",
		"is half cam1 1", "is half cam2 1", "is in cam2 1",
		"lan2> eth cam2 cam1; ip cam2 cam1; tcp 8000 1000 S => drop wrong-opener",
		"is half cam2 1", "is in cam2 1", "is flows cam2 1",
		"lan1> ip laud host; tcp 1000 80 S => audit no-rule new", "is in laud 0",
		"lan1< wan0 ip host laud; tcp 80 1000 S => audit wrong-opener new",
		"is in laud 1", "is half laud 1", "is flows laud 1" } },
	{ "refused that, its record stays what it was, and what it holds", BOTH, 0, {
		"lan1> ip laud host; tcp 1000 80 S => audit no-rule new",
		"loop 3 lan1< wan0 ip host laud; udp #1000 99 => audit no-rule new", "is in laud 3",
		"lan1< wan0 ip host laud; tcp 80 1000 S => audit quota", "is half laud 1", "is flows laud 4",
		"lan1< wan0 ip host laud; tcp 80 1000 SA => audit no-rule hit opener:dev",
		"lan1> ip laud host; tcp 1000 80 A => audit no-rule hit", "is half laud 0", "is flows laud 4" } },
	/* ---- a changed limit ---- */
	{ "a lowered limit holds for the next flow, cuts none, and frees none too many", BOTH, 0, {
		"loop 10 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"policy few-flows", "lan1> ip cam1 vms; udp 2000 5000 => drop quota none",
		"loop 10 lan1> ip cam1 vms; udp #1000 5000 => pass allowed hit", "is flows cam1 10",
		"wait 123t", "sweep", "is flows cam1 0",
		"loop 4 lan1> ip cam1 vms; udp #3000 5000 => pass allowed new",
		"lan1> ip cam1 vms; udp 3004 5000 => drop quota none" }, "S8" },
	{ "a raised one at the next packet as well", BOTH, 0, {
		"policy few-flows", "loop 4 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"lan1> ip cam1 vms; udp 1004 5000 => drop quota none",
		"policy base", "lan1> ip cam1 vms; udp 1004 5000 => pass allowed new", "is flows cam1 5" } },
	{ "a lowered rate owes nothing from before", BOTH, 0, {
		"loop 250 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"policy slow", "lan1> ip cam1 vms; udp 2000 5000 => drop quota none",
		"wait 2t", "lan1> ip cam1 vms; udp 2000 5000 => pass allowed new",
		"lan1> ip cam1 vms; udp 2001 5000 => drop quota none",
		"policy base", "loop 5 lan1> ip cam1 vms; udp #3000 5000 => pass allowed new" } },
	/* ---- learn and audit ---- */
	{ "in audit a flow over the quota passes without a record, each packet counted", BOTH, 0, {
		"loop 4 lan1> ip laud host; udp #1000 5000 => audit no-rule new",
		"loop 20 lan1> ip laud host; udp 2000 5000 => audit quota none", "is flows laud 4",
		"lan1> ip laud host; udp 1000 5000 => audit no-rule hit" } },
	{ "in learn too, over the quota and over the rate", BOTH, 0, {
		"loop 4 lan1> ip llrn host; udp #1000 5000 => pass no-rule new",
		"loop 20 lan1> ip llrn host; udp #2000 5000 => pass quota none",
		"wait 4t", "loop 4 lan1> ip llrn host; udp #1004 5000 => pass no-rule new",
		"wait 4t", "loop 20 lan1> ip llrn host; udp #2000 5000 => pass quota none",
		"is flows llrn 8" } },
	{ "a connection that found no room in learn passes, and has a record when there is some", BOTH, 0, {
		"loop 4 lan1> ip llrn host; udp #1000 5000 => pass no-rule new",
		"lan1> ip llrn host; tcp 1000 80 S => pass quota none",
		"lan1< wan0 ip host llrn; tcp 80 1000 SA => pass no-flow none",
		"lan1> ip llrn host; tcp 1000 80 A => pass quota none",
		"wait 4t", "lan1> ip llrn host; tcp 1000 80 A => pass no-rule new",
		"lan1< wan0 ip host llrn; tcp 80 1000 A => pass no-rule hit" } },
	{ "over the infrastructure rate it passes as well", V4, 0, {
		"loop 2 lan1> arp request laud laud rtr => pass infra-arp",
		"lan1> arp request laud laud rtr => audit infra-rate" }, .twin = "in the next row" },
	{ "as does ND", V6, 0, {
		"loop 2 lan1> ip6 laud sol:rtr ttl=255; ns rtr hw=laud => pass infra-nd",
		"lan1> ip6 laud sol:rtr ttl=255; ns rtr hw=laud => audit infra-rate" },
		.twin = "in the row before" },
	/* ---- the table is full ---- */
	{ "a full table refuses new flows and loses none of the others", BOTH, 0, {
		"buckets 1",
		"lan3> ip pos vms; tcp 999 443 S => pass allowed new",
		"lan3< wan0 ip vms pos; tcp 443 999 SA => pass allowed hit",
		"lan3> ip pos vms; tcp 999 443 A => pass allowed hit",
		"loop 3 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"loop 2 lan2> ip cam2 vms; udp #1000 5000 => pass allowed new",
		"loop 2 lan1> ip cam3 vms; udp #1000 5000 => pass allowed new", "is table 8",
		"loop 60 lan1> ip cam3 vms; udp #2000 5000 => drop quota none && "
			"lan3> ip pos vms; tcp 999 443 A; pay 10 => pass allowed hit",
		"is lost flow 60", "is flows cam3 2", "is flows pos 1",
		"loop 2 lan2> ip cam2 vms; udp #1000 5000 => pass allowed hit",
		"loop 3 lan1> ip cam1 vms; udp #1000 5000 => pass allowed hit", "is table 8", "buckets 0" }, "S8" },
	/* ---- ARP, ND, DHCP ---- */
	{ "as many ARP packets a second as its limit says, and then as time gives", V4, 0, {
		"loop 5 lan1> arp request lseg lseg rtr => pass infra-arp",
		"loop 100 lan1> arp request lseg lseg rtr => drop infra-rate",
		"wait 1t", "lan1> arp request lseg lseg rtr => pass infra-arp",
		"lan1> arp request lseg lseg rtr => drop infra-rate",
		"loop 20 lan1> arp request cam1 cam1 rtr => pass infra-arp" }, "E9", "in the next row" },
	{ "as many ND packets", V6, 0, {
		"loop 5 lan1> ip6 lseg sol:rtr ttl=255; ns rtr hw=lseg => pass infra-nd",
		"loop 100 lan1> ip6 lseg sol:rtr ttl=255; ns rtr hw=lseg => drop infra-rate",
		"wait 1t", "lan1> ip6 lseg sol:rtr ttl=255; ns rtr hw=lseg => pass infra-nd",
		"lan1> ip6 lseg sol:rtr ttl=255; ns rtr hw=lseg => drop infra-rate" }, "V4",
		"in the row before" },
	{ "forged ARP takes no token of the device it names", V4, 0, {
		"loop 50 lan1> eth cam1 bcast; arp request cam1 lseg rtr => drop arp-spoofed",
		"loop 5 lan1> arp request lseg lseg rtr => pass infra-arp" }, "E9", "in the next row" },
	{ "nor does forged ND", V6, 0, {
		"loop 50 lan1> eth cam1 group:allnodes; ip6 cam1 allnodes ttl=255; na lseg hw=cam1 => drop nd-spoofed",
		"loop 5 lan1> ip6 lseg sol:rtr ttl=255; ns rtr hw=lseg => pass infra-nd" }, "V4",
		"in the row before" },
	{ "a flood of DHCP answers towards a device does not keep it from ARP", V4, 0, {
		"loop 5 lan1< lan2 eth dhcpd lseg; ip4 dhcpd lseg; dhcp offer lseg yi=10.4.0.90 => pass infra-dhcp",
		"loop 50 lan1< lan2 eth dhcpd lseg; ip4 dhcpd lseg; dhcp offer lseg yi=10.4.0.90 => drop infra-rate",
		"loop 5 lan1> arp request lseg lseg rtr => pass infra-arp",
		"lan1> arp request lseg lseg rtr => drop infra-rate" }, NULL,
		"DHCPv6 answers take the same bucket, ND the same as ARP: one code for both families" },
	{ "as many addresses as its limit says", V4, 0, {
		"loop 2 lan2> arp request ldyn 10.4.0.#110 rtr => pass infra-arp",
		"lan2> arp request ldyn 10.4.0.120 rtr => drop arp-spoofed", "is lost learn 1",
		"is addresses4 ldyn 2", "is learned 10.4.0.120 none",
		"wait 337501t", "sweep", "is addresses4 ldyn 0",
		"lan2> arp request ldyn 10.4.0.120 rtr => pass infra-arp", "is learned 10.4.0.120 ldyn" },
		NULL, "in the next row" },
	{ "and as many IPv6 addresses", V6, 0, {
		"loop 3 lan2> eth ldyn group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd04::#1000 => pass infra-nd",
		"lan2> eth ldyn group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd04::2000 => drop nd-spoofed",
		"is lost learn 1", "is addresses6 ldyn 3" }, "V3", "in the row before" },
	/* ---- unknown devices are told apart by a keyed number ---- */
	{ "no MAC can be worked out that passes for another unknown device's", BOTH, 0, {
		"lan3> ip guest ntp; udp 4000 123 => pass allowed new",
		/* the numbers of these two were equal when they had no key */
		"lan3< wan0 eth rtr de:8c:fe:cc:8c:c1; ip ntp guest; udp 123 4000 => drop unknown-device none",
		"lan3> eth de:8c:fe:cc:8c:c1 rtr; ip guest ntp; udp 4000 123 => pass allowed new",
		"is flows lan3 2" }, "E8 S9" },
};

#endif
