/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The attack catalogue at layer 2 (bypass E1-E10), what the older rows leave out:
 * tags of every depth and kind, IP in other clothes, MACs that lie, ARP and ND.
 */
#ifndef ZT_CASES_ATTACK_L2_H
#define ZT_CASES_ATTACK_L2_H

#include "prove.h"

static const struct row cases_attack_l2[] = {
	/* ---- tags ---- */
	{ "a stack of priority tags is refused at every depth, though what it holds is allowed", BOTH, 0, {
		"lan1> eth cam1 rtr; tag 0 times=2; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 times=3; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 times=5; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 times=9; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 times=32; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 times=300; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 times=300; ip cam1 host; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 times=2; arp request cam1 cam1 rtr => drop vlan-stack none",
		"is table 0" }, .ref = "E1b E9d" },
	{ "towards a device, too", BOTH, 0, {
		"lan1< wan0 eth rtr cam1; tag 0 times=2; ip vms cam1; udp 40000 554 => drop vlan-stack none",
		"lan1< wan0 eth rtr cam1; tag 0 times=32; ip vms cam1; udp 40000 554 => drop vlan-stack none",
		"lan1< wan0 eth rtr cam1; tag 0 times=300; ip vms cam1; udp 40000 554 => drop vlan-stack none",
		"is table 0" }, .ref = "E1b" },
	{ "a live flow does not make a stack right", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> eth cam1 rtr; tag 0 times=2; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1< wan0 eth rtr cam1; tag 0 times=2; ip vms cam1; udp 5000 4000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0; ip cam1 vms; udp 4000 5000 => pass allowed hit" }, .ref = "E1a E1b" },
	{ "stacks of mixed tag types are refused, in any order", BOTH, 0, {
		"lan1> eth cam1 rtr; tag 0; tag 0 0x88a8; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 0x88a8; tag 0; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 0x88a8 times=2; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 0x88a8 times=5; tag 0 times=4; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 times=150; tag 0 0x88a8 times=150; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 0x9100; tag 0; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 0x9200; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"is table 0" }, .ref = "E1c" },
	{ "priority and drop-eligible bits are no VLAN", BOTH, 0, {
		"lan1> eth cam1 rtr; tag 0xe000; ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> eth cam1 rtr; tag 0x1000; ip cam1 vms; udp 4000 5000 => pass allowed hit",
		"lan1> eth cam1 rtr; tag 0xf000; ip cam1 host; udp 4000 5000 => drop no-rule none",
		"lan4> eth v30 rtr; tag 0xf01e; ip v30 vms; udp 4000 5000 => pass allowed new",
		"lan4> eth v30 rtr; tag 0xf01f; ip v30 vms; udp 4000 5000 => drop spoofed none" }, .ref = "E1a E3a" },
	{ "a VLAN the port does not own is refused, whichever it is", BOTH, 0, {
		"lan1> eth cam1 rtr; tag 1; ip cam1 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan1> eth cam1 rtr; tag 100; ip cam1 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan1> eth cam1 rtr; tag 4094; ip cam1 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan1> eth cam1 rtr; tag 4095; ip cam1 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan1> eth cam1 rtr; tag 0; tag 100; ip cam1 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan1> eth cam1 rtr; tag 100; tag 0; ip cam1 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan4> eth v30 rtr; tag 29; ip v30 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan4< wan0 eth rtr v30; tag 32; ip vms v30; udp 40000 554 => drop unlisted-vlan none" },
	  .ref = "E3a" },
	{ "double tags are refused, also where the port owns the inner or the outer one", BOTH, 0, {
		"lan1> eth cam1 rtr; tag 100; tag 200; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 100 0x88a8; tag 200 0x88a8; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan4> eth v30 rtr; tag 30; tag 31; ip v30 vms; udp 4000 5000 => drop vlan-stack none",
		"lan4> eth v30 rtr; tag 31; tag 30; ip v30 vms; udp 4000 5000 => drop vlan-stack none",
		"lan4> eth v30 rtr; tag 30 0x88a8; ip v30 vms; udp 4000 5000 => drop vlan-stack none",
		"lan4> eth v30 rtr; tag 30 0x9100; ip v30 vms; udp 4000 5000 => drop vlan-stack none",
		"lan4> eth v30 rtr; tag 0; tag 30; tag 0; ip v30 vms; udp 4000 5000 => drop vlan-stack none",
		"lan4< wan0 eth rtr v30; tag 30; tag 30; ip vms v30; udp 40000 554 => drop vlan-stack none" },
	  .ref = "E3b" },
	{ "the same address in two VLANs is two addresses: one device's in its own VLAN only", BOTH, 0, {
		"lan4> eth v30 rtr; tag 30; ip v30 vms; udp 4000 5000 => pass allowed new dev:v30",
		"lan4> eth v31 rtr; tag 31; ip v30 vms; udp 4000 5000 => drop spoofed none dev:v31",
		"lan4> eth v31 rtr; tag 30; ip v31 vms; udp 4000 5000 => drop spoofed none",
		"lan4> eth v31 rtr; tag 30; ip v30 vms; udp 4000 5000 => drop spoofed none",
		"lan4> eth guest rtr; tag 31; ip v30 vms; udp 4000 5000 => drop spoofed none",
		"lan4< wan0 eth rtr v31; tag 31; ip vms v30; udp 5000 4000 => drop l2-mismatch none",
		"lan4< wan0 eth rtr v30; tag 30; ip vms v30; udp 5000 4000 => pass allowed hit dev:v30" },
	  .ref = "E3c" },
	{ "the same link-local address in two VLANs is each one's own", V6, 0, {
		"lan4> eth v30 group:sol:rtr; tag 30; ip6 fe80::77 sol:rtr ttl=255; ns rtr hw=v30 => pass infra-nd",
		"lan4> eth v31 group:sol:rtr; tag 31; ip6 fe80::77 sol:rtr ttl=255; ns rtr hw=v31 => pass infra-nd",
		"is learned fe80::77 v30 14 30", "is learned fe80::77 v31 14 31", "is learned fe80::77 none 14 0",
		"lan4> eth v30 group:ff02::1:2; tag 31; ip6 fe80::77 ff02::1:2; udp 546 547; hex 01000001; pay 36 => drop spoofed none",
		"lan4> eth v30 group:ff02::1:2; tag 30; ip6 fe80::77 ff02::1:2; udp 546 547; hex 01000001; pay 36 => pass infra-dhcp" },
	  .ref = "E3c", .twin = "link-local IPv4 addresses have no scope here; the row before has both families" },
	/* ---- IP in other clothes ---- */
	{ "LLC and SNAP are not IPv6 either", V6, 0, {
		"lan1> eth cam1 rtr 0x0038; hex aaaa0300000086dd; ip6 cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x0000; hex aaaa0300000086dd; ip6 cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x05dc; hex aaaa0300000086dd; ip6 cam1 vms; udp 4000 5000 => drop bad-length none",
		"lan1> eth cam1 rtr 0x0038; hex aaaa030000f886dd; ip6 cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1< wan0 eth rtr cam1 0x0038; hex aaaa0300000086dd; ip6 vms cam1; udp 40000 554 => drop non-ip none",
		"lan1> eth probe rtr 0x05dc; hex aaaa0300000086dd; ip6 probe vms; udp 4000 5000 => drop bad-length none" },
	  .ref = "E4a E4b E4c A11", .twin = "row: LLC and SNAP are not IP, whatever they hold and whatever their length says" },
	{ "LLC, SNAP and raw 802.3 in every other form are no way either", BOTH, 0, {
		"lan1> eth cam1 rtr 0x8100; hex 00000020aaaa030000000800; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x0020; hex aaaa030000f80800; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x0020; hex aaaa030000008100; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x001e; hex ffff; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x001f; hex 060603; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x001f; hex f0f003; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1< wan0 eth rtr cam1 0x0020; hex aaaa030000000800; ip vms cam1; udp 40000 554 => drop non-ip none",
		"is table 0" }, .ref = "E4a" },
	{ "IP inside PPPoE, MPLS, MACsec and other types is not IP", BOTH, 0, {
		"lan1> eth cam1 rtr 0x8864; hex 11000001001e0021; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x8863; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x8847; hex 00001140; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x8848; hex 00001140; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x22f0; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x88e5; hex 2c00000000010800; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x6558; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x894f; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x88e7; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x880b; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0xffff; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1> eth cam1 rtr 0x8100; hex 0000886411000001001e0021; ip cam1 vms; udp 4000 5000 => drop non-ip none",
		"lan1< wan0 eth rtr cam1 0x8864; hex 11000001001e0021; ip vms cam1; udp 40000 554 => drop non-ip none",
		"lan1< wan0 eth rtr cam1 0x8847; hex 00001140; ip vms cam1; udp 40000 554 => drop non-ip none",
		"is table 0" }, .ref = "E5a" },
	{ "other types follow the mode: a learning segment keeps its field bus", V4, 0, {
		"lan1> eth plc hmi 0x8892; pay 46 => audit non-ip none",
		"lan1> eth probe meter 0x8892; pay 46 => pass non-ip none",
		"lan1> eth probe cam2 0x8892; pay 46 => drop non-ip none" },
	  .ref = "E5a", .twin = "these frames are of no family" },
	/* ---- MACs ---- */
	{ "a broadcast or group MAC over a unicast address opens nothing towards a device", BOTH, 0, {
		"lan1< wan0 eth rtr bcast; ip vms cam1; udp 40000 554 => drop no-rule none",
		"lan1< wan0 eth rtr 01:00:5e:00:00:01; ip vms cam1; udp 40000 554 => drop no-rule none",
		"lan1< wan0 eth rtr 33:33:00:00:00:01; ip vms cam1; udp 40000 554 => drop no-rule none",
		"lan1< lan2 eth cam2 bcast; ip cam2 cam1; tcp 40000 8000 S => drop no-rule none",
		"lan1< local eth rtr bcast; ip rtr cam1; udp 40000 161 => drop no-rule none",
		"is table 0" }, .ref = "E7a" },
	{ "nor does it answer a live flow", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 eth rtr bcast; ip vms cam1; udp 5000 4000 => drop no-rule none",
		"lan1< wan0 eth rtr 33:33:00:00:00:01; ip vms cam1; udp 5000 4000 => drop no-rule none",
		"lan1> eth cam1 33:33:00:00:00:01; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none" },
	  .ref = "E7a" },
	{ "a source MAC with the group bit is refused in every mode, whatever else it is", BOTH, 0, {
		"lan1> eth 01:00:5e:00:00:01 rtr; ip cam1 vms; udp 4000 5000 => drop multicast-source none",
		"lan1> eth 33:33:00:00:00:01 rtr; ip cam1 vms; udp 4000 5000 => drop multicast-source none",
		"lan1> eth 03:00:00:00:00:31 rtr; ip probe vms; udp 4000 5000 => drop multicast-source none",
		"lan1> eth 03:00:00:00:00:21 rtr; ip plc vms; udp 4000 5000 => drop multicast-source none",
		"lan1> eth 03:00:00:00:00:11 bcast; arp request cam1 cam1 rtr => drop multicast-source none",
		"lan1< wan0 eth bcast probe; ip vms probe; udp 40000 554 => drop multicast-source none",
		"lan1< wan0 eth bcast plc; ip vms plc; udp 40000 554 => drop multicast-source none" },
	  .ref = "E7b A11" },
	{ "another device's MAC over one's own address is refused on every kind of port", BOTH, 0, {
		"lan1> eth cam3 rtr; ip cam1 vms; udp 4000 5000 => drop spoofed none dev:cam3",
		"lan1> eth dyn1 rtr; ip cam1 vms; udp 4000 5000 => drop spoofed none dev:dyn1",
		"lan1> eth plc rtr; ip cam1 vms; udp 4000 5000 => drop spoofed none dev:plc",
		"lan2> eth cam1 rtr; ip cam2 vms; udp 4000 5000 => drop spoofed-mac none",
		"lan3> eth cell rtr; ip pos vms; udp 4000 5000 => drop spoofed none dev:cell",
		"lan3> eth cam1 rtr; ip pos vms; udp 4000 5000 => drop spoofed none",
		"lan4> eth v31 rtr; tag 30; ip v30 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth guest rtr; ip cam1 vms; udp 4000 5000 => drop spoofed none" }, .ref = "E8a" },
	/* ---- ARP and ND ---- */
	{ "gratuitous ARP for the gateway, the router or another device, asked or answered", V4, 0, {
		"lan1> arp reply cam1 gw gw => drop arp-spoofed none",
		"lan1> arp reply cam1 rtr rtr => drop arp-spoofed none",
		"lan1> eth cam1 cam2; arp reply cam1 rtr cam2 => drop arp-spoofed none",
		"lan1> eth cam1 cam2; arp reply cam1 cam3 cam2 => drop arp-spoofed none",
		"lan1> eth cam1 bcast; tag 0; arp reply cam1 rtr rtr => drop arp-spoofed none",
		"lan1> arp reply guest rtr rtr => drop arp-spoofed none",
		"lan3> arp reply guest rtr rtr => drop arp-spoofed none",
		"cell0> eth sim1 bcast; arp reply sim1 cam1 rtr => drop arp-spoofed none",
		"lan4> eth v30 bcast; tag 30; arp reply v30 v31 rtr => drop arp-spoofed none",
		"is addresses4 cam1 0" }, .ref = "E9a E9d", .twin = "row: it claims nobody else's address by ND" },
	{ "an ARP flood of a thousand gets twenty through", V4, 0, {
		"wait 3t",
		"loop 20 lan1> arp request cam1 cam1 rtr => pass infra-arp none",
		"loop 980 lan1> arp request cam1 cam1 rtr => drop infra-rate none",
		"lan2> arp request cam2 cam2 rtr => pass infra-arp none" },
	  .ref = "E9e", .twin = "row: twenty a second, and then the limit, in ND too" },
	{ "twenty a second, and then the limit, in ND too", V6, 0, {
		"wait 3t",
		"loop 20 lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd none",
		"loop 480 lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => drop infra-rate none",
		"lan1> ip6 ll:cam1 ff02::16 ttl=1; hbh 050200000100; report => drop infra-rate none",
		"lan1> ip6 cam3 sol:rtr ttl=255; ns rtr hw=cam3 => pass infra-nd none",
		"loop 20 lan1> ip6 plc sol:rtr ttl=255; ns rtr hw=plc => pass infra-nd none",
		"lan1> ip6 plc sol:rtr ttl=255; ns rtr hw=plc => audit infra-rate none",
		"wait 4t", "lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd none" },
	  .ref = "V4f E9e", .twin = "row: twenty a second, and then the limit" },
	{ "ND in a stack of tags is refused as well", V6, 0, {
		"lan1> eth cam1 group:sol:rtr; tag 0 times=2; ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => drop vlan-stack none",
		"lan1> eth cam1 group:allnodes; tag 0 times=2; ip6 ll:cam1 allnodes ttl=255; ra hw=cam1 => drop vlan-stack none",
		"lan1> eth cam1 group:allnodes; tag 0 0x88a8; ip6 ll:cam1 allnodes ttl=255; ra hw=cam1 => drop vlan-stack none" },
	  .ref = "E1b E9d V4b", .twin = "row: ARP in a stack of tags is refused like everything there" },
};

#endif
