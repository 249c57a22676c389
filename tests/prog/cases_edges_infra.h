/* SPDX-License-Identifier: GPL-2.0 */
/*
 * More rows that mutants of the data path asked for (tests/mutation): ARP, ND, DHCP,
 * classes of addresses, rules that meet, super-packets.
 */
#ifndef ZT_CASES_EDGES_INFRA_H
#define ZT_CASES_EDGES_INFRA_H

#include "cases_edges.h"

#define FROM_WEB "lan1< wan0 eth rtr dyn1; ip4 web 255.255.255.255; dhcp "

static const struct row cases_edges_infra[] = {
	/* ---- whose mode counts ---- */
	{ "a forged claim is judged by whom it imitates, too", V4, 0, {
		"lan1> arp request probe cam3 rtr => drop arp-spoofed", "lan1> arp request probe hmi rtr => audit arp-spoofed",
		"lan1> arp request probe 10.1.0.200 rtr => pass arp-spoofed", "lan1> arp request cam1 gw rtr => drop arp-spoofed",
		"lan3> arp request guest gw rtr => drop arp-spoofed", "lan3> arp request guest rtr rtr => drop arp-spoofed" }, .twin = ALONE4 },
	{ "an unknown device claims inside the subnets of where it is kept, and no other's", V4, 0, {
		"lan3> arp request guest guest rtr => pass infra-arp", "lan3> arp request guest 10.1.0.77 rtr => drop unknown-device",
		"lan3> arp request guest 10.2.0.77 rtr => drop unknown-device", "lan3> arp request guest 10.3.0.77 rtr => drop unknown-device",
		"lan3> arp request guest 10.8.0.77 rtr => drop unknown-device",
		"lan3> eth guest rtr; ip4 rtrwan vms; udp 1 2 => drop spoofed", "lan3> eth guest rtr; ip4 gw vms; udp 1 2 => drop spoofed" }, .twin = ALONE4 },
	{ "a forged DHCP answer is judged by its source, its receiver and whom it is about", V4, 0, {
		"lan1> eth probe bcast; ip4 dhcpd 255.255.255.255; dhcp ack guest => drop rogue-dhcp",
		"lan1> eth probe bcast; ip4 probe 255.255.255.255; dhcp ack dyn2 => drop rogue-dhcp",
		"lan1> eth probe bcast; ip4 hmi 255.255.255.255; dhcp ack guest => audit rogue-dhcp",
		"lan1> eth probe bcast; ip4 probe 255.255.255.255; dhcp ack guest => pass rogue-dhcp",
		"lan1< wan0 eth rtr probe; ip4 web probe; dhcp offer cam1 => drop rogue-dhcp",
		"lan1< wan0 eth rtr probe; ip4 web probe; dhcp offer probe => pass rogue-dhcp" }, .twin = ALONE4 },
	{ "whom a learning device addresses protects, by MAC or by address, whatever is wrong", V4, 0, {
		"lan1> eth probe cam3; ip4 probe cam3 opt=01010101; udp 1 2 => drop ip-options",
		"lan1> eth probe cam3; ip4 probe host opt=01010101; udp 1 2 => drop ip-options",
		"lan1> eth probe rtr; ip4 probe cam3 opt=01010101; udp 1 2 => drop ip-options",
		"lan1> eth probe rtr; ip4 probe host opt=01010101; udp 1 2 => pass ip-options",
		"lan1> eth probe hmi; ip4 probe host opt=01010101; udp 1 2 => audit ip-options" }, .twin = ALONE4 },
	{ "and towards a device, whose address stands there", BOTH, 0, {
		"lan1< wan0 eth rtr plc; ip host cam1; udp 1 2 => drop l2-mismatch",
		"lan1< wan0 eth rtr plc; ip host probe; udp 1 2 => audit l2-mismatch",
		"lan4< wan0 eth rtr 02:00:00:00:00:99; tag 30; ip host cam1; udp 1 2 => drop wrong-port",
		"lan4< wan0 eth rtr 02:00:00:00:00:99; tag 30; ip host meter; udp 1 2 => pass wrong-port" } },
	{ "group traffic towards a port follows the strictest of its devices", BOTH, 0, {
		"lan4< wan0 eth rtr group:mdns; tag 30; ip web mdns; udp 5353 5353 => drop no-rule none" } },
	{ "a forged source is a forgery in every mode, whatever else the packet is", BOTH, 0, {
		"lan1< wan0 ip meter probe; icmp 200 0 => drop spoofed-uplink none",
		"lan1< eth9 ip meter probe; icmp 200 0 => drop spoofed-uplink none",
		"lan1< wan0 ip meter probe; redirect 0; ip probe host; udp 1 2 => drop spoofed-uplink none",
		"lan1< wan0 ip meter probe proto=2 ttl=1; hex 1600000000000000 => drop spoofed-uplink none",
		"lan4< wan0 eth rtr v30; tag 33; ip meter v30; udp 1 2 => drop spoofed-uplink none",
		"lan1< lan2 ip meter probe; icmp 200 0 => pass icmp-type none" } },
	{ "and so is forged neighbour discovery, and what follows it", V6, 0, {
		"lan1< wan0 eth rtr probe; ip6 meter probe ttl=255; ra => drop spoofed-uplink none",
		"lan1< eth9 eth rtr probe; ip6 meter probe ttl=255; ns probe => drop spoofed-uplink none",
		"lan1< wan0 eth rtr probe; ip6 meter probe; udp 547 546; pay 40 => drop spoofed-uplink none",
		"lan1< wan0 eth rtr probe; ip6 meter probe ttl=1; hbh 050200000100; report => drop spoofed-uplink none" },
	  .twin = ALONE6 },
	/* ---- ports that identify by address ---- */
	{ "where the address is the identity, ARP and others show it too", BOTH, 0, {
		"cell0> arp request sim1 sim1 rtr => pass infra-arp dev:sim1",
		"cell0> arp request sim1 tun1 rtr => drop arp-spoofed dev:cell0",
		"cell0> eth sim1 01:80:c2:00:00:0e 0x88cc; pay 50 => drop non-ip dev:cell0",
		"cell0< local eth rtr sim1 0x88cc; pay 50 => drop non-ip dev:cell0",
		"cell0< wan0 ip vms sim1; udp 6000 554 => pass allowed new dev:sim1",
		"cell0< wan0 ip vms tun1; udp 6000 554 => drop unknown-device none" } },
	{ "a device's address is its own, whatever number its application has", BOTH, 0, {
		"lan1> ip4 cam1 vms; udp 4000 5000 => pass allowed", "lan1> eth cam1 rtr; ip vms ntp; udp 1 123 => drop spoofed",
		"lan1> eth roam rtr; ip vms ntp; udp 1 123 => drop spoofed", "lan2> eth cam2 rtr; ip vms ntp; udp 1 123 => drop spoofed",
		"lan1> eth plc rtr; ip vms host; udp 1 2 => audit spoofed", "lan2> eth hmi rtr; ip ntp host; udp 1 2 => audit spoofed",
		"lan1> eth probe rtr; ip vms host; udp 1 2 => pass spoofed", "lan2> eth meter rtr; ip ntp host; udp 1 2 => pass spoofed",
		"lan3> eth pos rtr; ip web host; udp 1 2 => drop spoofed", "lan3> eth cell rtr; ip ntp host; udp 1 2 => drop spoofed",
		"lan3> eth cell rtr; ip vms host; udp 1 2 => drop spoofed", "lan5> eth mix rtr; ip web host; udp 1 2 => drop spoofed" } },
	{ "a device without IPv6 has IPv4", V4, 0, { "lan1< wan0 ip4 vms only4; tcp 6000 554 S => pass allowed new" }, .twin = ALONE4 },
	/* ---- ARP and ND ---- */
	{ "towards a device ARP from outside claims nothing, not even nothing", V4, 0, {
		"lan1< wan0 eth rtr bcast; arp request gw any cam1 => drop arp-spoofed",
		"lan1< lan2 eth cam2 bcast; arp request cam2 any cam1 => pass infra-arp",
		"lan1< lan2 eth cam2 bcast; arp request cam2 cam3 cam1 => drop arp-spoofed" }, .twin = ALONE4 },
	{ "a gateway's MAC is right as soon as it spoke, in every later generation, by RA as well", V6, 0, {
		"lan1> eth cam1 02:00:00:00:00:f7; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none",
		"lan1< wan0 eth 02:00:00:00:00:f7 group:allnodes; ip6 ll:gw allnodes ttl=255; ra => pass infra-nd",
		"lan1> eth cam1 02:00:00:00:00:f7; ip cam1 vms; udp 4000 5000 => pass allowed new", "policy more",
		"lan1> eth cam1 02:00:00:00:00:f7; ip cam1 vms; udp 4001 5000 => pass allowed new",
		"lan1> eth cam1 02:00:00:00:00:f7; ip6 cam1 host ttl=255; ns host hw=cam1 => drop l2-mismatch" }, .twin = ALONE6 },
	{ "a gateway with a device's MAC makes no gateway of the device", V4, 0, {
		"lan1< wan0 eth rtr bcast; arp reply cam2 gw cam1 => pass infra-arp", "policy more",
		"lan1> eth cam1 cam2; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none" }, .twin = ALONE4 },
	{ "an advertisement without its option is the sender's own, and its source is judged too", V6, 0, {
		"lan1< lan2 eth cam2 cam1; ip6 cam2 cam1 ttl=255; na cam2 => pass infra-nd",
		"lan1< lan2 eth cam2 cam1; ip6 cam3 cam1 ttl=255; na cam2 => drop nd-spoofed" }, .twin = ALONE6 },
	{ "a neighbour's option is found wherever it stands among the first four", V6, 0, {
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e01aabbccddeeff hw=cam3 => drop nd-spoofed",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e02aabbccddeeff0101020000000013 hw=cam3 => drop nd-spoofed",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e02aabbccddeeff0101020000000013 => pass infra-nd",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=01020200000000130000000000000000 => pass infra-nd",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e01aabbccddeeff0e01aabbccddeeff0e01aabbccddeeff hw=cam3 => drop nd-spoofed",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e01aabbccddeeff0e01aabbccddeeff0e01aabbccddeeff0e01aabbccddeeff hw=cam3 => drop nd-spoofed",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0e00aabbccddeeff => drop bad-length",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0101aabbccddee => drop bad-length" }, .twin = ALONE6 },
	{ "ND goes to its own groups by their MAC, to a neighbour by its own", V6, 0, {
		"lan1> eth cam1 rtr; ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => drop l2-mismatch",
		"lan1> eth cam1 33:33:ff:00:00:01; ip6 cam1 rtr ttl=255; ns rtr hw=cam1 => drop l2-mismatch",
		"lan1> eth cam1 33:33:ff:00:00:01; ip6 cam1 ff03::1:ff00:1 ttl=255; ns rtr hw=cam1 => drop l2-mismatch",
		"lan1> eth cam1 rtr; ip6 cam1 gw ttl=255; ns gw hw=cam1 => pass infra-nd",
		"lan1> eth cam1 rtr; ip6 cam1 ll:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd" }, .twin = ALONE6 },
	{ "only :: asks for its own address", V6, 0, {
		"lan1> eth cam1 group:sol:cam1; ip6 any sol:cam1 ttl=255; ns cam1 => pass infra-nd",
		"lan1> eth cam1 group:sol:cam1; ip6 1:: sol:cam1 ttl=255; ns cam1 => drop nd-spoofed",
		"lan1> eth cam1 group:sol:cam1; ip6 0:0:1:: sol:cam1 ttl=255; ns cam1 => drop nd-spoofed",
		"lan1> eth cam1 group:sol:cam1; ip6 ::1:0:0 sol:cam1 ttl=255; ns cam1 => drop nd-spoofed",
		"lan1> eth cam1 group:sol:cam1; ip6 ::1 sol:cam1 ttl=255; ns cam1 => drop nd-spoofed" }, .twin = ALONE6 },
	{ "link-local is fe80::/10, all of it", V6, 0, {
		"lan1> eth cam1 group:sol:rtr; ip6 fe80:1::11 sol:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd",
		"lan1> eth cam1 group:sol:rtr; ip6 febf:ffff::11 sol:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd",
		"lan1> eth cam1 group:sol:rtr; ip6 fec0::11 sol:rtr ttl=255; ns rtr hw=cam1 => drop nd-spoofed" }, .twin = ALONE6 },
	{ "this router speaks to devices' own addresses only, unless it looks for neighbours", V6, 0, {
		"lan1< local eth rtr cam1; ip6 ll:rtr cam3 ttl=255; ra => drop l2-mismatch",
		"lan1< local eth rtr cam1; ip6 ll:rtr cam3 ttl=255; ns cam1 hw=rtr => pass infra-nd",
		"lan1< wan0 eth host cam2; ip6 ll:host cam2 ttl=255; ra => drop rogue-ra" }, .twin = ALONE6 },
	{ "reports and DHCPv6 come from a free link-local address or an own one, not the gateway's", V6, 0, {
		"lan1> eth cam1 group:mdns; ip6 fd01::77 mdns ttl=1; hbh 050200000100; report => drop spoofed",
		"lan1> eth cam1 group:ff02::1:2; ip6 ll:gw ff02::1:2; udp 546 547; hex 01000001; pay 40 => drop spoofed",
		"lan2> eth dhcpd dyn1; ip6 ll:dhcpd ll:dyn1; udp 547 546; pay 40 => pass infra-dhcp" }, .twin = ALONE6 },
	/* ---- DHCP ---- */
	{ "what an offer says binds nothing, an acknowledgement to everyone binds its client", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp offer dyn1 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"is learned 10.1.0.110 none",
		"lan1< local eth rtr bcast; ip4 rtr 255.255.255.255; dhcp ack dyn1 yi=10.1.0.110 lease=60 => pass infra-dhcp dev:lan1",
		"is learned 10.1.0.110 dyn1", "is addresses4 dyn1 1" }, .twin = ALONE4 },
	{ "the server's word on time is read in all its octets", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.110 lease=256 => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.111 lease=65536 => pass infra-dhcp",
		"wait 1000t", "is learned 10.1.0.110 dyn1", "wait 1t", "is learned 10.1.0.110 none",
		"wait 254999t", "is learned 10.1.0.111 dyn1", "wait 1t", "is learned 10.1.0.111 none" }, .twin = ALONE4 },
	{ "and a lease of half a year ends after half a year", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.111 lease=16777216 => pass infra-dhcp",
		"wait 65536000t", "is learned 10.1.0.111 dyn1", "wait 1t", "is learned 10.1.0.111 none" }, .twin = ALONE4 },
	{ "a lease follows the options of RFC 2131 in any order, behind padding, up to the end mark", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.110 opts=0000000c03616263 lease=60 => pass infra-dhcp",
		"is learned 10.1.0.110 dyn1",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.111 opts=ff lease=60 => pass infra-dhcp",
		"is learned 10.1.0.111 none",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.111 opts=01000100010001000100010001000100010001000100 lease=60 => pass infra-dhcp",
		"is learned 10.1.0.111 none",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.111 opts=010001000100010001000100010001000100 lease=60 => pass infra-dhcp",
		"is learned 10.1.0.111 dyn1" }, .twin = ALONE4 },
	{ "a server without a name of its own renews what it gave", V4, 0, {
		"policy uplink-dhcp", FROM_WEB "ack dyn1 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		FROM_WEB "ack dyn1 yi=10.1.0.110 lease=120 => pass infra-dhcp", "wait 61s", "is learned 10.1.0.110 dyn1" }, .twin = ALONE4 },
	{ "and where it is no longer listed, nobody renews there, nor does this router answer unlisted", V4, 0, {
		"policy uplink-dhcp", FROM_WEB "ack dyn1 yi=10.1.0.110 lease=60 sid=web => pass infra-dhcp",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 web; dhcp request dyn1 => pass infra-dhcp",
		"lan1< wan0 eth rtr bcast; ip4 rtr 255.255.255.255; dhcp offer dyn1 => drop rogue-dhcp",
		"policy base", "lan1> eth dyn1 rtr; ip4 10.1.0.110 web; dhcp request dyn1 => drop no-rule none",
		"lan1> ip4 cam1 rtr; dhcp request cam1 => pass infra-dhcp",
		"lan1< local eth rtr bcast; ip4 rtr 255.255.255.255; dhcp offer dyn1 => pass infra-dhcp", "policy turned",
		"lan1> ip4 cam1 rtr; dhcp request cam1 => drop no-rule none",
		"lan1< local eth rtr bcast; ip4 rtr 255.255.255.255; dhcp offer dyn1 => drop rogue-dhcp" }, .twin = ALONE4 },
	{ "answers from outside are limited, this router's own are not", V4, 0, {
		"policy uplink-dhcp", "loop 20 lan1< wan0 eth rtr dyn1; ip4 web dyn1; dhcp offer dyn1 => pass infra-dhcp",
		"lan1< wan0 eth rtr dyn1; ip4 web dyn1; dhcp offer dyn1 => drop infra-rate",
		"loop 25 lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp offer dyn1 => pass infra-dhcp" }, .twin = ALONE4 },
	{ "what is no BOOTP of Ethernet is no DHCP", V4, 0, {
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1 htype=2 => drop spoofed none",
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1 hlen=5 => drop spoofed none",
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1 hlen=7 => drop spoofed none" }, .twin = ALONE4 },
	{ "an address in use by refused packets is not forgotten", V4, 0, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp", "wait 300000t",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 host; udp 1 2 => drop no-rule none", "wait 300000t", "sweep",
		"is learned 10.1.0.110 dyn1", "wait 37501t", "is learned 10.1.0.110 none" }, .twin = ALONE4 },
	/* ---- rules ---- */
	{ "of two rules the first by name decides, however each is written", BOTH, 0, {
		"policy broad",
		"lan1> ip cam1 cam2; tcp 1000 8000 S => pass allowed rule:pair", "lan1> ip cam1 pos; tcp 1000 8000 S => pass allowed rule:aa-any",
		"event packet flags=1 rule=aa-any src=cam1 dst=pos sport=1000 dport=8000 proto=6 reason=allowed smac=cam1 dmac=rtr dev=cam1 on=lan1 eth=ip packets=1 bytes=ip+20",
		"lan1> ip cam1 cam2; udp 1000 9 => pass allowed rule:zz-any", "lan1> ip cam1 vms; tcp 1000 7777 S => drop no-rule none",
		"lan1> eth cam1 cam3; ip cam1 cam3; tcp 1000 7777 S => pass allowed rule:z-all",
		"lan1> eth cam1 cam3; ip cam1 cam3; tcp 1000 7778 S => drop no-rule none",
		"lan3> eth guest rtr; ip guest cam3; tcp 1000 7777 S => drop unknown-device none",
		"lan3< lan1 ip cam1 guest; tcp 1000 7777 S => drop no-rule none",
		"lan1> ip cam1 any; tcp 1000 7777 S => drop no-rule none", "lan2> ip cam2 plc; tcp 1000 7777 S => drop denied rule:a-not" } },
	{ "an answer to every kind of ICMP question belongs to it", V4, 0, {
		"lan1> ip4 probe host; icmp 13 0 id=7 => pass no-rule new", "lan1< wan0 ip4 host probe; icmp 14 0 id=7 => pass no-rule hit",
		"lan1> ip4 probe host; icmp 15 0 id=8 => pass no-rule new", "lan1< wan0 ip4 host probe; icmp 16 0 id=8 => pass no-rule hit",
		"lan1> ip4 probe host; icmp 17 0 id=9 => pass no-rule new", "lan1< wan0 ip4 host probe; icmp 18 0 id=9 => pass no-rule hit",
		"lan1> ip4 probe host; icmp 19 0 id=9 => pass icmp-type none", "lan1> ip4 probe host; icmp 12 0 id=9 => drop truncated",
		"lan1> ip4 probe host proto=58; pay 8 => pass no-rule new", "wait 119t", "lan1> ip4 probe host proto=58; pay 8 => pass no-rule new" }, .twin = ALONE4 },
	{ "only the three ways of RFC 4291, 6052 and 3056 hold an IPv4 address", V6, 0, {
		"lan1> ip6 cam1 64:ff9b::a14:903; tcp 1 80 S => drop denied", "lan1> ip6 cam1 mapped:10.20.9.3; tcp 1 80 S => drop denied",
		"lan1> ip6 cam1 1::ffff:a14:903; tcp 1 80 S => drop no-rule", "lan1> ip6 cam1 0:0:1:0:0:ffff:a14:903; tcp 1 80 S => drop no-rule",
		"lan1> ip6 cam1 ::fffe:a14:903; tcp 1 80 S => drop no-rule", "lan1> ip6 cam1 64:ff9b:1::a14:903; tcp 1 80 S => drop no-rule",
		"lan1> ip6 cam1 64:ff9b:0:0:1:0:a14:903; tcp 1 80 S => drop no-rule" }, .twin = ALONE6 },
	{ "what a logged allow would have opened but its inside forbids is logged by the forbidding rule", V6, 0, {
		"policy broad", "lan1> ip6 cam3 64:ff9b::a14:903; tcp 1 80 S => drop denied rule:cam-not-bad",
		"event packet flags=1 rule=cam-not-bad src=cam3 dst=64:ff9b::a14:903 sport=1 dport=80 proto=6 reason=denied verdict=drop smac=cam3 dmac=rtr dev=cam3 on=lan1 eth=ip packets=1 bytes=60",
		"lan1> ip6 cam3 64:ff9b::a09:909; tcp 1 80 S => drop no-rule",
		"event packet src=cam3 dst=64:ff9b::a09:909 sport=1 dport=80 proto=6 reason=no-rule verdict=drop smac=cam3 dmac=rtr dev=cam3 on=lan1 eth=ip packets=1 bytes=60",
		"lan1> ip6 cam3 web; tcp 1 80 S => pass allowed rule:a-net" }, .twin = ALONE6 },
	{ "an application's network is another one in another generation", V4, 0, {
		"lan1< wan0 ip 10.20.0.7 plc; tcp 1000 502 S => pass allowed", "policy turned",
		"lan1< wan0 ip 10.20.0.7 plc; tcp 1001 502 S => pass no-rule", "lan1< wan0 ip 10.21.0.7 plc; tcp 1001 502 S => pass allowed" },
	  .twin = "row: and so is its IPv6 network" },
	{ "and so is its IPv6 network", V6, 0, {
		"lan1< wan0 ip fd20::7 plc; tcp 1000 502 S => pass allowed", "policy turned",
		"lan1< wan0 ip fd20::7 plc; tcp 1001 502 S => pass no-rule", "lan1< wan0 ip fd21::7 plc; tcp 1001 502 S => pass allowed" },
	  .twin = "row: an application's network is another one in another generation" },
	/* ---- frames ---- */
	{ "an interface beyond the table of ports is listed nowhere", BOTH, 0, {
		"lan1< far9 ip vms cam1; tcp 6000 554 S => drop unlisted-port none" } },
	{ "an unreadable frame is told as far as it was read, with no rule", V4, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S; cut 40 => drop bad-length",
		"event packet family=0 reason=bad-length verdict=drop smac=cam1 dmac=rtr dev=cam1 on=lan1 eth=ip packets=1 bytes=40" }, .twin = ALONE4 },
	{ "a whole packet with the number of a datagram in pieces is none of them", V4, 0, {
		"lan1> ip4 cam1 vms; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed",
		"lan1> ip4 cam1 vms id=7; udp 4001 5000 => pass allowed new", "lan1> ip4 cam1 vms; frag 1480; pay 520 => pass allowed" }, .twin = ALONE4 },
	{ "six extension headers before a fragment's rest, and no seventh in its first", V6, 0, {
		"lan1> ip6 probe host; dst; dst; dst; dst; dst; frag 0 mf; udp 1 2; pay 16 => pass no-rule",
		"lan1> ip6 probe host; dst; dst; dst; dst; dst; frag 0 mf id=8; dst; udp 1 2; pay 8 => drop header-chain",
		"lan1> ip6 probe host; dst; dst; dst; dst; dst; frag 1480 id=9 proto=60; pay 16 => pass frag-miss",
		"lan1> ip6 probe host; dst; dst; dst; dst; dst; dst; dst; udp 1 2 => drop header-chain",
		"lan1> ip6 probe host; dst; dst; dst; dst; dst; dst; udp 1 2 => pass no-rule",
		"lan1> ip6 probe host; frag 0 mf; frag 0 mf; udp 1 2; pay 8 => drop header-chain" }, .twin = ALONE6 },
	{ "a super-packet counts as its segments, each with its headers", V4, 1, {
		"lan1> ip4 cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0+gso=0x1000 ip4 vms cam1; tcp 443 40000 A; pay 2500 => pass allowed hit", "counted cam1 pass to 3 2620",
		"lan1< wan0+gso=4x1000 ip4 vms cam1; tcp 443 40000 A doff=8; pay 3972 => pass allowed hit", "counted cam1 pass to 7 6788",
		"lan1< wan0+gso=1x1000 ip4 vms cam1; tcp 443 40000 A; pay 500 => pass allowed hit", "counted cam1 pass to 8 7328",
		"lan1> ip4 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0+gso=0x1000 ip4 vms cam1; udp 5000 4000; pay 2500 => pass allowed hit", "counted cam1 pass to 11 9912",
		"lan1< wan0+gso=2x1000 ip4 vms cam1 proto=47; pay 2000 => drop no-rule", "counted cam1 drop to 2 2040" }, .twin = ALONE4 },
	{ "of IPv6 too", V6, 1, {
		"lan1> ip6 cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0+gso=0x1000 ip6 vms cam1; tcp 443 40000 A; pay 2500 => pass allowed hit", "counted cam1 pass to 3 2680" }, .twin = ALONE6 },
};

#endif
