/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about Ethernet: tags, types, MACs, and whether layers 2 and 3 agree
 * (bypass E1-E8, design §4.1, §4.4, §4.5).
 */
#ifndef ZT_CASES_L2_H
#define ZT_CASES_L2_H

#include "prove.h"

static const struct row cases_l2[] = {
	/* ---- tags ---- */
	{ "a priority tag changes nothing", BOTH, 0, {
		"lan1> eth cam1 rtr; tag 0; ip cam1 vms; tcp 40000 443 S => pass allowed new rule:cam-vms",
		"lan1< wan0 eth rtr cam1; tag 0; ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"lan1> eth cam1 rtr; tag 0; ip cam1 vms; tcp 40000 22 S => drop no-rule none" },
	  .ref = "E1a" },
	{ "a second priority tag, and any number beyond, is refused", BOTH, 0, {
		"lan1> eth cam1 rtr; tag 0; tag 0; ip cam1 vms; tcp 40000 443 S => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0; tag 0; tag 0; ip cam1 vms; tcp 40000 443 S => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0; tag 0; tag 0; tag 0; tag 0; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0; tag 0 0x88a8; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1< wan0 eth rtr cam1; tag 0; tag 0; ip vms cam1; tcp 40000 554 S => drop vlan-stack none",
		"is table 0" },
	  .ref = "E1b E1c" },
	{ "stacked tags and service tags are refused", BOTH, 0, {
		"lan1> eth cam1 rtr; tag 100 0x88a8; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 0 0x88a8; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 100 0x88a8; tag 200; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 100 0x9100; tag 200; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan1> eth cam1 rtr; tag 100; tag 200; ip cam1 vms; udp 4000 5000 => drop vlan-stack none",
		"lan4> eth v30 rtr; tag 30; tag 30; ip v30 vms; udp 4000 5000 => drop vlan-stack none" },
	  .ref = "E3b E1c" },
	{ "a tag cut short is unreadable", BOTH, 0, {
		"lan1> eth cam1 rtr; tag 0; ip cam1 vms; cut 15 => drop truncated none",
		"lan1> eth cam1 rtr; tag 0; ip cam1 vms; cut 16 => drop truncated none",
		"lan1> eth cam1 rtr; tag 0; ip cam1 vms; cut 17 => drop truncated none",
		"lan1> eth cam1 rtr; tag 0; ip cam1 vms; cut 18 => drop truncated none" },
	  .ref = "E5b" },
	{ "a tag the port does not accept is refused", BOTH, 0, {
		"lan1> eth cam1 rtr; tag 100; ip cam1 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan1> eth cam1 rtr; tag 30; ip cam1 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan1> eth cam1 rtr; tag 30; arp request cam1 cam1 rtr => drop unlisted-vlan",
		"lan1< wan0 eth rtr cam1; tag 30; ip vms cam1; tcp 40000 554 S => drop unlisted-vlan none" },
	  .ref = "E3a" },
	{ "a device lives in its own VLAN of a tagged port", BOTH, 0, {
		"lan4> eth v30 rtr; tag 30; ip v30 vms; udp 4000 5000 => pass allowed new dev:v30",
		"lan4< wan0 eth rtr v30; tag 30; ip vms v30; udp 5000 4000 => pass allowed hit dev:v30",
		"lan4> eth v30 rtr; tag 0; tag 30; ip v30 vms; udp 4000 5000 => pass allowed hit",
		"lan4> eth v30 rtr; tag 30; tag 0; ip v30 vms; udp 4000 5000 => pass allowed hit",
		"lan4> eth v31 rtr; tag 31; ip v31 vms; udp 4000 5000 => pass allowed new dev:v31" } },
	{ "it is nobody in another VLAN, and its flow is not honoured there", BOTH, 0, {
		"lan4> eth v30 rtr; tag 30; ip v30 vms; udp 4000 5000 => pass allowed new",
		"lan4> eth v30 rtr; tag 31; ip v30 vms; udp 4000 5000 => drop spoofed none",
		"lan4< wan0 eth rtr v30; tag 31; ip vms v30; udp 5000 4000 => drop wrong-port none" },
	  .ref = "E3c" },
	{ "a port that takes tags only takes no untagged frame", BOTH, 0, {
		"lan4> eth v30 rtr; ip v30 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan4> eth v30 rtr; tag 0; ip v30 vms; udp 4000 5000 => drop unlisted-vlan none",
		"lan4< wan0 eth rtr v30; ip vms v30; udp 40000 554 => drop unlisted-vlan none" } },
	{ "a tag the kernel has taken off counts like one in the frame", BOTH, 1, {
		"lan4> eth v30 rtr; tag 30; ip v30 vms; udp 4000 5000 => pass allowed new",
		"lan4< wan0+vlan=30 eth rtr v30; ip vms v30; udp 5000 4000 => pass allowed hit",
		"lan4< wan0+vlan=31 eth rtr v30; ip vms v30; udp 5000 4000 => drop wrong-port none",
		"lan4< wan0+vlan=30 eth rtr v30; tag 0; ip vms v30; udp 5000 4000 => pass allowed hit",
		"lan4< wan0+vlan=30 eth rtr v30; tag 30; ip vms v30; udp 5000 4000 => drop vlan-stack none",
		"lan4< wan0+vlan=0 eth rtr v30; tag 30; ip vms v30; udp 5000 4000 => pass allowed hit",
		"lan4< wan0+vlan=0 eth rtr v30; tag 0; ip vms v30; udp 5000 4000 => drop vlan-stack none",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0+vlan=0 ip vms cam1; udp 5000 4000 => pass allowed hit",
		"lan1< wan0+vlan=7 ip vms cam1; udp 5000 4000 => drop unlisted-vlan none" },
	  .ref = "E2a" },
	/* ---- bonds ---- */
	{ "what comes in by a member of a bond is the bond's", BOTH, 0, {
		"lan6> ip twin vms; tcp 40000 443 S => pass allowed new dev:twin",
		"bond0< wan0 ip vms twin; tcp 443 40000 SA => pass allowed hit dev:twin",
		"lan7> ip twin vms; tcp 40000 443 A => pass allowed hit dev:twin", /* failed over */
		"lan7> ip twin vms; tcp 40000 22 S => drop no-rule none dev:twin",
		"lan7> ip cam1 vms; tcp 40000 443 S => drop spoofed none" } },
	{ "LACP passes on a bond, to its group address, and nowhere else", V4, 0, {
		"lan6> eth 02:00:00:00:00:a1 01:80:c2:00:00:02 0x8809; hex 0101; pay 44 => pass infra-l2 none",
		"lan6> eth 02:00:00:00:00:a1 01:80:c2:00:00:02 0x8809; hex 0301; pay 44 => drop non-ip none",
		"lan6> eth 02:00:00:00:00:a1 rtr 0x8809; hex 0101; pay 44 => drop non-ip none",
		"lan6> eth 02:00:00:00:00:a1 bcast 0x8809; hex 0101; pay 44 => drop non-ip none",
		"lan6> eth 02:00:00:00:00:a1 01:80:c2:00:00:02 0x8809 => drop truncated none",
		"lan6> eth 02:00:00:00:00:a1 01:80:c2:00:00:02; tag 7; hex 88090101; pay 44 => drop unlisted-vlan none",
		"bond0< local eth rtr 01:80:c2:00:00:02 0x8809; hex 0101; pay 44 => pass infra-l2 none",
		"lan1> eth 02:00:00:00:00:a1 01:80:c2:00:00:02 0x8809; hex 0101; pay 44 => drop non-ip none" },
	  .twin = "not IP" },
	/* ---- types ---- */
	{ "what is neither IP nor ARP is refused", V4, 0, {
		"lan1> eth cam1 rtr 0x8864; pay 46 => drop non-ip none dev:cam1",
		"lan1> eth cam1 rtr 0x8847; pay 46 => drop non-ip",
		"lan1> eth cam1 rtr 0x22f0; pay 46 => drop non-ip",
		"lan1> eth cam1 rtr 0x88e5; pay 46 => drop non-ip",
		"lan1> eth cam1 rtr 0x8035; pay 46 => drop non-ip",
		"lan1> eth cam1 rtr 0x0806; pay 46 => drop bad-header",
		"lan1> eth cam1 rtr 0x05ff; pay 46 => drop non-ip",
		"lan1< local eth rtr cam1 0x8864; pay 46 => drop non-ip",
		"lan1< wan0 eth rtr cam1 0x8892; pay 46 => drop non-ip" },
	  .ref = "E5a", .twin = "there is no family outside IP; what holds an IP packet is below" },
	{ "EAPOL, LLDP and STP pass where the port opts in, nothing else does", V4, 0, {
		"lan1> eth cam1 01:80:c2:00:00:0e 0x88cc; pay 46 => pass infra-l2 none",
		"lan1> eth cam1 01:80:c2:00:00:03 0x888e; pay 46 => drop non-ip",
		"lan2> eth cam2 01:80:c2:00:00:03 0x888e; pay 46 => pass infra-l2",
		"lan2> eth cam2 01:80:c2:00:00:0e 0x88cc; pay 46 => drop non-ip",
		"lan1> eth cam1 01:80:c2:00:00:00 0x0026; hex 424203; pay 35 => pass infra-l2",
		"lan2> eth cam2 01:80:c2:00:00:00 0x0026; hex 424203; pay 35 => drop non-ip",
		"lan1> eth cam1 01:80:c2:00:00:01 0x0026; hex 424203; pay 35 => drop non-ip",
		"lan1< local eth rtr 01:80:c2:00:00:0e 0x88cc; pay 46 => pass infra-l2",
		"lan1< local eth rtr 01:80:c2:00:00:03 0x888e; pay 46 => drop non-ip" },
	  .twin = "these frames are of no family" },
	{ "what is opted in goes to the reserved groups or to this router, not to neighbours", V4, 0, {
		"lan2> eth cam2 cam1 0x888e; pay 100 => drop non-ip none",
		"lan2> eth cam2 hmi 0x888e; pay 100 => drop non-ip none",
		"lan2> eth cam2 rtr 0x888e; pay 100 => pass infra-l2 none" },
	  .ref = "A5", .twin = "these frames are of no family" },
	{ "LLC and SNAP are not IP, whatever they hold and whatever their length says", V4, 0, {
		"lan1> eth cam1 rtr 0x0024; hex aaaa030000000800; ip4 cam1 vms; udp 4000 5000 => drop non-ip",
		"lan1> eth cam1 rtr 0x0000; hex aaaa030000000800; ip4 cam1 vms; udp 4000 5000 => drop non-ip",
		"lan1> eth cam1 rtr 0x05dc; hex aaaa030000000800; ip4 cam1 vms; udp 4000 5000 => drop bad-length",
		"lan1> eth cam1 rtr 0x0003; cut 14 => drop bad-length",
		"lan1> eth cam1 rtr 0x0000; cut 14 => drop truncated" },
	  .ref = "E4a E4b E4c", .twin = "row: LLC and SNAP are not IPv6 either" },
	{ "a bare Ethernet header is unreadable", BOTH, 0, {
		"lan1> eth cam1 rtr; ip cam1 vms; cut 14 => drop truncated none",
		"lan1> eth cam1 rtr; ip cam1 vms; cut 33 => drop truncated none",
		"lan1> eth cam1 rtr; arp request cam1 cam1 rtr; cut 41 => drop truncated none" },
	  .ref = "E6a" },
	{ "half an Ethernet header is unreadable", V4, 1, {
		"lan1> eth cam1 rtr; ip cam1 vms; cut 13 => drop truncated none",
		"lan1> eth cam1 rtr; ip cam1 vms; cut 1 => drop truncated none",
		"lan1< wan0 eth cam1 rtr; ip cam1 vms; cut 13 => drop truncated none" },
	  .ref = "E6a", .twin = "the family has not begun in octet 13" },
	{ "padding behind the packet is no part of it", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000; pad 90 => pass allowed new",
		"lan1< wan0 ip vms cam1; udp 5000 4000; pay 3; pad 120 => pass allowed hit" },
	  .ref = "E6b" },
	/* ---- MACs ---- */
	{ "a source MAC with the group bit is refused", BOTH, 0, {
		"lan1> eth 03:00:00:00:00:11 rtr; ip cam1 vms; udp 4000 5000 => drop multicast-source none",
		"lan1> eth bcast rtr; ip cam1 vms; udp 4000 5000 => drop multicast-source none",
		"lan1< wan0 eth 33:33:00:00:00:01 cam1; ip vms cam1; tcp 40000 554 S => drop multicast-source none" },
	  .ref = "E7b" },
	{ "a device's MAC on another device's port is spoofed, with whatever address", BOTH, 0, {
		"lan1> eth cam2 rtr; ip cam2 vms; udp 4000 5000 => drop spoofed-mac none dev:lan1",
		"lan1> eth cam2 rtr; ip cam1 vms; udp 4000 5000 => drop spoofed-mac none",
		"lan1> eth hmi rtr; ip hmi vms; udp 4000 5000 => drop spoofed-mac none",
		"lan2> eth cam1 rtr; ip cam1 vms; udp 4000 5000 => drop spoofed-mac none" },
	  .ref = "E8a" },
	{ "the router's MAC as a sender is spoofed", BOTH, 0, {
		"lan1> eth rtr cam1; ip rtr vms; udp 4000 5000 => drop spoofed-mac none",
		"lan1> eth rtr cam1; ip cam1 vms; udp 4000 5000 => drop spoofed-mac none" },
	  .ref = "E8a" },
	{ "a live flow is not honoured on another port of the bridge, though all else is equal", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan2> eth cam1 rtr; ip cam1 vms; tcp 40000 443 A => drop spoofed-mac none",
		"lan2< wan0 ip vms cam1; tcp 443 40000 A => drop wrong-port none",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit" },
	  .ref = "E8a" },
	{ "a live flow is not honoured with another device's MAC", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1> eth cam3 rtr; ip cam1 vms; tcp 40000 443 A => drop spoofed none dev:cam3",
		"lan1< wan0 eth rtr cam3; ip vms cam1; tcp 443 40000 SA => drop l2-mismatch none",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit" },
	  .ref = "E8a" },
	/* ---- do layers 2 and 3 agree ---- */
	{ "a unicast packet to the broadcast or a group MAC is refused", BOTH, 0, {
		"lan1> eth cam1 bcast; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none",
		"lan1> eth cam1 01:00:5e:00:00:01; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none",
		"lan1> eth cam1 33:33:00:00:00:01; ip cam1 cam2; tcp 40000 8000 S => drop l2-mismatch none" },
	  .ref = "E7a" },
	{ "a live flow does not make it right", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> eth cam1 bcast; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none",
		"lan1> eth cam1 cam2; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed hit" },
	  .ref = "E7a A3" },
	{ "another device's MAC under an allowed address is refused", BOTH, 0, {
		"lan1> eth cam1 cam2; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none",
		"lan1> eth cam1 cam3; ip cam1 cam2; tcp 40000 8000 S => drop l2-mismatch none",
		"lan1> eth cam1 hmi; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none",
		"lan1> eth cam1 02:00:00:00:77:77; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none",
		"lan1> eth cam1 zero; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none" },
	  .ref = "A3" },
	{ "the destination MAC 00:00:00:00:00:00 does not fit a record that has none yet", BOTH, 0, {
		"lan1< wan0 ip vms cam1; tcp 40000 554 S => pass allowed new",
		"lan1> eth cam1 zero; ip cam1 vms; tcp 554 40000 SA => drop l2-mismatch none",
		"lan1> ip cam1 vms; tcp 554 40000 SA => pass allowed hit" } },
	{ "an address that went to another device does not leave the first one reachable under it", V4, 0, {
		"lan2< local eth rtr dyn2; ip4 rtr 10.1.0.102; dhcp ack dyn2 yi=10.1.0.102 lease=60 => pass infra-dhcp",
		"lan1> eth cam1 dyn2; ip4 cam1 10.1.0.102; tcp 40000 8000 A => pass allowed new",
		"lan1< lan2 eth dyn2 cam1; ip4 10.1.0.102 cam1; tcp 8000 40000 A => pass allowed hit",
		"wait 61s", "sweep", "is learned 10.1.0.102 none",
		"lan2< local eth rtr dyn3; ip4 rtr 10.1.0.102; dhcp ack dyn3 yi=10.1.0.102 lease=60 => pass infra-dhcp",
		"lan1< lan2 eth dyn3 cam1; ip4 10.1.0.102 cam1; tcp 8000 40000 A => pass allowed hit",
		"lan1> eth cam1 dyn2; ip4 cam1 10.1.0.102; tcp 40000 8000 A => drop l2-mismatch none",
		"lan1> eth cam1 dyn3; ip4 cam1 10.1.0.102; tcp 40000 8000 A => pass allowed hit" },
	  .twin = "the lease is DHCPv4's; for ND: an IPv6 address unseen for a day is free for another" },
	{ "towards a device its MAC and its address must be one device's", BOTH, 0, {
		"lan1< wan0 eth rtr cam3; ip vms cam1; tcp 40000 554 S => drop l2-mismatch none",
		"lan1< wan0 eth rtr cam1; ip vms cam2; tcp 40000 554 S => drop l2-mismatch none",
		"lan1< wan0 eth rtr cam1; ip vms host; tcp 40000 554 S => drop l2-mismatch none",
		"lan1< wan0 eth rtr cam1; ip vms mdns; udp 5353 5353 => drop l2-mismatch none" },
	  .ref = "A3" },
	{ "a flooded frame is stopped at every port but its receiver's", BOTH, 0, {
		"lan2< wan0 ip vms cam1; tcp 40000 554 S => drop wrong-port none",
		"lan1< wan0 ip vms cam1; tcp 40000 554 S => pass allowed new",
		"lan2< wan0 ip vms cam1; tcp 40000 554 A => drop wrong-port none",
		"lan2< lan1 eth cam3 rtr; ip cam3 vms; tcp 40000 443 S => drop no-rule none" },
	  .ref = "A10" },
	{ "group addresses go to their own group MAC, and need a rule there is none for yet", BOTH, 0, {
		"lan1> ip cam1 mdns; udp 5353 5353 => drop no-rule none",
		"lan1> eth cam1 group:allnodes; ip cam1 mdns; udp 5353 5353 => drop l2-mismatch none",
		"lan1> eth cam1 rtr; ip cam1 mdns; udp 5353 5353 => drop l2-mismatch none",
		"lan1> ip cam1 allnodes; echo 1 => drop no-rule none",
		"lan1< wan0 ip vms mdns; udp 5353 5353 => drop no-rule none",
		"lan1< lan2 eth cam2 group:mdns; ip cam2 mdns; udp 5353 5353 => drop no-rule none",
		"is table 0" } },
	{ "the limited broadcast goes to the broadcast MAC and needs a rule", V4, 0, {
		"lan1> ip4 cam1 255.255.255.255; udp 4000 5000 => drop no-rule none",
		"lan1> eth cam1 rtr; ip4 cam1 255.255.255.255; udp 4000 5000 => drop l2-mismatch none",
		"lan1> eth cam1 bcast; ip4 cam1 10.1.0.255; udp 4000 5000 => drop l2-mismatch none" },
	  .ref = "E7a", .twin = "IPv6 has no broadcast; its groups are in the row before" },
};

#endif
