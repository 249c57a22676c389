/* SPDX-License-Identifier: GPL-2.0 */
/*
 * More rows that mutants of the data path asked for (tests/mutation): who holds a MAC or
 * an address, what is claimed by ARP and ND, gateways, and how often one may say so.
 */
#ifndef ZT_CASES_EDGES_CLAIMS_H
#define ZT_CASES_EDGES_CLAIMS_H

#include "cases_edges.h"

/* MLD of a device to the group of reports. */
#define MLD6 " ff02::16 ttl=1; hbh 050200000100; report => "

static const struct row cases_edges_claims[] = {
	/* ---- destinations ---- */
	{ "a group MAC made of a neighbour's address is no way to that neighbour", V4, 0, {
		"lan1> eth cam1 01:00:5e:01:00:0c; ip4 cam1 cam2; udp 4000 8000 => drop l2-mismatch none",
		"lan1> eth cam1 bcast; ip4 cam1 cam2; udp 4000 8000 => drop l2-mismatch none" }, .twin = "in the next row" },
	{ "so it is in IPv6", V6, 0, {
		"lan1> eth cam1 33:33:00:00:00:12; ip6 cam1 cam2; udp 4000 8000 => drop l2-mismatch none" }, .twin = "in the row before" },
	{ "a device's MAC goes with a device's address, not with an application whose number it has", BOTH, 0, {
		"lan1> eth cam1 plc; ip cam1 web; tcp 40000 80 S => drop l2-mismatch none",
		"lan1< wan0 eth rtr plc; ip vms web; udp 1 2 => audit l2-mismatch none",
		"lan5> eth mix rtr; ip vms ntp; udp 1 123 => drop spoofed none",
		"lan5> eth mixa rtr; ip ntp vms; udp 1 5000 => audit spoofed none", "lan1> eth plc rtr; ip web vms; udp 1 5000 => audit spoofed none" } },
	{ "and holds that application's address neither by ARP", V4, 0, {
		"lan5> arp request mix vms rtr => drop arp-spoofed", "lan5> arp request mixa ntp rtr => audit arp-spoofed",
		"lan1> arp request lseg 8.8.8.8 rtr => drop arp-spoofed", "lan2> arp request meter 10.20.0.1 rtr => pass arp-spoofed",
		"lan1> arp request only4 10.20.9.9 rtr => drop arp-spoofed", "lan1> arp request plc web rtr => audit arp-spoofed",
		"lan3> arp request pos 93.184.216.66 rtr => drop arp-spoofed", "is told conflict 0" }, .twin = "in the next row" },
	{ "nor by ND and MLD", V6, 0, {
		"lan5> eth mix group:sol:vms; ip6 any sol:vms ttl=255; ns vms => drop nd-spoofed",
		"lan1> eth plc group:sol:web; ip6 any sol:web ttl=255; ns web => audit nd-spoofed",
		"lan5> eth mix group:ff02::16; ip6 vms" MLD6 "drop spoofed", "lan1> eth plc group:ff02::16; ip6 web" MLD6 "audit spoofed",
		"lan1> eth probe group:ff02::16; ip6 vms" MLD6 "pass spoofed", "lan1> eth probe group:ff02::16; ip6 host" MLD6 "pass spoofed" },
	  .twin = "in the row before" },
	{ "whom a wrong frame does not name has no say in it", BOTH, 0, {
		"lan1> eth probe 02:00:00:00:00:99; ip probe host; udp 1 2 => pass l2-mismatch none",
		"lan1> eth probe 02:00:00:00:00:99; ip probe vms; udp 1 2 => pass l2-mismatch none",
		"lan1< wan0 eth rtr probe; ip vms web; udp 1 2 => pass l2-mismatch none",
		"lan1< wan0 eth rtr probe; ip vms host; udp 1 2 => pass l2-mismatch none" } },
	{ "a device whose port was not there is expected at whichever comes first", BOTH, 0, {
		"policy late", "policy later", "lan1< wan0 ip host late; udp 1 2 => drop no-rule none dev:late",
		"lan2< wan0 ip host late; udp 1 2 => drop no-rule none dev:late",
		"lan2> ip late host; udp 1 2 => drop no-rule none",
		"lan1< wan0 ip host late; udp 1 2 => drop wrong-port none" } },
	{ "opted-in layer 2 goes to the sixteen groups no bridge forwards", BOTH, 0, {
		"lan1> eth cam1 01:80:c2:00:00:0f 0x88cc; pay 50 => pass infra-l2", "lan1> eth cam1 01:80:c2:00:00:10 0x88cc; pay 50 => drop non-ip",
		"lan1> eth cam1 01:80:c2:00:01:0e 0x88cc; pay 50 => drop non-ip", "lan1> eth cam1 01:80:c2:01:00:0e 0x88cc; pay 50 => drop non-ip",
		"lan1> eth cam1 01:80:c3:00:00:0e 0x88cc; pay 50 => drop non-ip", "lan1> eth cam1 01:81:c2:00:00:0e 0x88cc; pay 50 => drop non-ip",
		"lan1> eth cam1 03:80:c2:00:00:0e 0x88cc; pay 50 => drop non-ip", "lan1> eth cam1 rtr 0x88cc; pay 50 => pass infra-l2" } },
	/* ---- ports that identify by address ---- */
	{ "towards a port that identifies by address this router's ARP passes", V4, 0, {
		"cell0< local eth rtr sim1; arp reply rtr rtr sim1 => pass infra-arp" }, .twin = ALONE4 },
	{ "ARP with a cargo shows nobody", V4, 0, {
		"cell0> arp request sim1 sim1 rtr => pass infra-arp dev:sim1", "cell0> arp request sim1 sim1 rtr; pay 60 => drop arp-spoofed dev:cell0" }, .twin = ALONE4 },
	{ "an application there is no device, whatever number it has", BOTH, 0, {
		"policy also", "cell0> eth sim1 rtr; ip4 93.184.216.66 vms; udp 1 5000 => drop unknown-device none dev:cell0",
		"cell0> eth sim1 rtr; ip6 2002:808:808::1 vms; udp 1 5000 => drop unknown-device none dev:cell0" } },
	{ "a device that identifies by address was seen when it sent, not when it was sent to", BOTH, 1, {
		"cell0> ip sim1 vms; udp 4000 5000 => pass allowed new", "wait 7t", "is seen sim1 7",
		"cell0< wan0 ip vms sim1; udp 6000 554 => pass allowed new", "is seen sim1 7",
		"cell0> ip sim1 vms; udp 4001 5000 => pass allowed new", "is seen sim1 0" } },
	{ "a group is no address of this router, whatever the routing table says", BOTH, 1, {
		"route local", "tun0> ip tun1 mdns; udp 4000 53 => drop no-rule none", "tun0> ip tun1 rtr; udp 4000 53 => pass allowed new" } },
	/* ---- ARP and ND ---- */
	{ "towards a device ARP of a MAC nobody has holds no device's address", V4, 0, {
		"lan1< lan2 eth guest bcast; arp reply guest cam2 cam1 => drop arp-spoofed",
		"lan1< lan2 eth guest cam1; arp reply guest cam2 cam1 => drop arp-spoofed" }, .twin = "in the next row" },
	{ "nor ND", V6, 0, {
		"lan1< lan2 eth guest cam1; ip6 cam2 cam1 ttl=255; na cam2 hw=guest => drop nd-spoofed" }, .twin = "in the row before" },
	{ "towards a device a forged claim is judged by whom it imitates", V4, 0, {
		"lan1< lan2 eth meter probe; arp reply meter cam2 probe => drop arp-spoofed", "lan1< lan2 eth meter probe; arp reply meter hmi probe => audit arp-spoofed",
		"lan1< lan2 eth meter probe; arp reply meter 10.3.0.200 probe => pass arp-spoofed" }, .twin = "in the next row" },
	{ "and so in ND", V6, 0, {
		"lan1< lan2 eth meter probe; ip6 meter probe ttl=255; na cam2 hw=meter => drop nd-spoofed",
		"lan1< lan2 eth meter probe; ip6 meter probe ttl=255; na hmi hw=meter => audit nd-spoofed" }, .twin = "in the row before" },
	{ "a conflict is told as often in a second as other events, and no more", V4, 1, {
		"loop 60 lan1> arp request cam1 cam3 rtr => drop arp-spoofed", "is told conflict 49" }, .twin = ALONE4 },
	{ "a second of events is 1024 ms, and the next begins anew", V4, 1, {
		"align 4", "loop 60 lan1> arp request cam1 cam3 rtr => drop arp-spoofed", "wait 3t", "loop 9 lan1> arp request cam1 cam3 rtr => drop arp-spoofed",
		"is told conflict 49", "wait 1t", "loop 9 lan1> arp request cam1 cam3 rtr => drop arp-spoofed", "is told conflict 58" }, .twin = ALONE4 },
	{ "ND to this router by a link-local address nobody has listed, and to any group of the link", V6, 0, {
		"lan3> eth pos rtr; ip6 pos ll:rtr ttl=255; ns ll:rtr hw=pos => pass infra-nd",
		"lan1> ip6 cam1 ff02:1::1:ff00:1 ttl=255; ns rtr hw=cam1 => pass infra-nd" }, .twin = ALONE6 },
	{ "an address shown by an advertisement is its sender's for a day, and taken from nobody", V6, 0, {
		"lan1> eth dyn1 group:allnodes; ip6 ll:dyn1 allnodes ttl=255; na dyn1 hw=dyn1 => pass infra-nd",
		"lan2> eth dyn2 group:allnodes; ip6 ll:dyn2 allnodes ttl=255; na dyn1 hw=dyn2 => drop nd-spoofed",
		"wait 300000t", "is learned dyn1 dyn1" }, .twin = ALONE6 },
	{ "an address shown by ND lives as long as it is used", V6, 0, {
		"lan1> eth dyn1 group:sol:dyn1; ip6 any sol:dyn1 ttl=255; ns dyn1 => pass infra-nd", "wait 200000t",
		"lan1> ip6 dyn1 vms; udp 4000 5000 => pass allowed new", "wait 200000t", "is learned dyn1 dyn1" },
	  .twin = "row: an address in use by a flow is not forgotten, though no ARP is seen for days" },
	{ "a subnet may be a single address", V4, 0, {
		"lan1> arp request dyn1 10.8.0.1 rtr => drop arp-spoofed", "policy half", "lan1> arp request dyn1 10.8.0.1 rtr => pass infra-arp",
		"lan1> arp request dyn1 10.8.0.2 rtr => drop arp-spoofed" }, .twin = "in the next row" },
	{ "in IPv6, too", V6, 0, { "policy half", "lan2> eth dyn2 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd08::1 => pass infra-nd",
		"lan2> eth dyn2 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd08::2 => drop nd-spoofed" }, .twin = "in the row before" },
	{ "a device takes addresses of the families it may, and a static one none", V4, 0, {
		"lan1> arp request cam1 10.1.0.200 rtr => drop arp-spoofed", "policy half",
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp", "lan2> arp request dyn2 10.1.0.111 rtr => drop arp-spoofed" }, .twin = "in the next row" },
	{ "also in IPv6", V6, 0, {
		"lan1> eth cam1 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd01::200 => drop nd-spoofed", "policy half",
		"lan1> eth dyn1 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd01::110 => drop nd-spoofed",
		"lan2> eth dyn2 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd01::111 => pass infra-nd" }, .twin = "in the row before" },
	/* ---- how often ---- */
	{ "answers to neighbours, who may have asked for the sake of it, leave a quarter of the rate", V4, 0, {
		"loop 3 lan1> eth lseg cam2; arp reply lseg lseg cam2 => pass infra-arp", "lan1> eth lseg cam2; arp reply lseg lseg cam2 => drop infra-rate",
		"loop 2 lan1> arp request lseg lseg rtr => pass infra-arp", "lan1> arp request lseg lseg rtr => drop infra-rate", "wait 5s",
		"loop 5 lan1> eth lseg cam2; arp request lseg lseg cam2 => pass infra-arp", "lan1> eth lseg cam2; arp request lseg lseg cam2 => drop infra-rate", "wait 5s",
		"loop 5 lan1> eth lseg bcast; arp reply lseg lseg lseg => pass infra-arp", "lan1> eth lseg bcast; arp reply lseg lseg lseg => drop infra-rate", "wait 5s",
		"loop 5 lan1> eth lseg rtr; arp reply lseg lseg rtr => pass infra-arp", "lan1> eth lseg rtr; arp reply lseg lseg rtr => drop infra-rate" }, .twin = "in the next row" },
	{ "a listed server's answers are its own business, with all of its rate", V4, 0, {
		"loop 20 lan2> eth dhcpd lseg; ip4 dhcpd lseg; dhcp offer lseg yi=10.4.0.90 => pass infra-dhcp",
		"lan2> eth dhcpd lseg; ip4 dhcpd lseg; dhcp offer lseg yi=10.4.0.90 => drop infra-rate" }, .twin = ALONE4 },
	{ "by ND as well", V6, 0, {
		"loop 3 lan1> eth lseg cam2; ip6 lseg cam2 ttl=255; na lseg hw=lseg => pass infra-nd", "lan1> eth lseg cam2; ip6 lseg cam2 ttl=255; na lseg hw=lseg => drop infra-rate",
		"loop 2 lan1> ip6 lseg sol:rtr ttl=255; ns rtr hw=lseg => pass infra-nd", "lan1> ip6 lseg sol:rtr ttl=255; ns rtr hw=lseg => drop infra-rate", "wait 5s",
		"loop 5 lan1> eth lseg cam2; ip6 lseg cam2 ttl=255; ns cam2 hw=lseg => pass infra-nd", "lan1> eth lseg cam2; ip6 lseg cam2 ttl=255; ns cam2 hw=lseg => drop infra-rate", "wait 5s",
		"loop 5 lan1> ip6 lseg allnodes ttl=255; na lseg hw=lseg => pass infra-nd", "lan1> ip6 lseg allnodes ttl=255; na lseg hw=lseg => drop infra-rate", "wait 5s",
		"loop 5 lan1> eth lseg rtr; ip6 lseg rtr ttl=255; na lseg hw=lseg => pass infra-nd", "lan1> eth lseg rtr; ip6 lseg rtr ttl=255; na lseg hw=lseg => drop infra-rate" },
	  .twin = "in the row before" },
	/* ---- gateways ---- */
	{ "a gateway's MAC is right in the generation it spoke in, an even or an odd one", V4, 0, {
		"lan1< wan0 eth 02:00:00:00:00:f5 bcast; arp reply 02:00:00:00:00:f5 gw cam1 => pass infra-arp",
		"lan1> eth cam1 02:00:00:00:00:f5; ip cam1 vms; udp 4000 5000 => pass allowed new", "policy more",
		"lan1< wan0 eth 02:00:00:00:00:f6 bcast; arp reply 02:00:00:00:00:f6 gw cam1 => pass infra-arp",
		"lan1> eth cam1 02:00:00:00:00:f6; ip cam1 vms; udp 4001 5000 => pass allowed new" }, .twin = ALONE4 },
	{ "a gateway that speaks with the MAC of a device just listed makes no gateway of it", V4, 0, {
		"policy shy", "lan1< wan0 eth rtr bcast; arp reply shy gw cam1 => pass infra-arp",
		"lan1> eth cam1 shy; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none", "policy base", "policy more", "policy shy",
		"lan1< wan0 eth rtr bcast; arp reply shy gw cam1 => pass infra-arp",
		"lan1> eth cam1 shy; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none" }, .twin = ALONE4 },
	{ "a MAC that the agent has just taken away is a gateway's as soon as one speaks with it", V4, 1, {
		"unname cam2", "lan1< wan0 eth rtr bcast; arp reply cam2 gw cam1 => pass infra-arp",
		"lan1> eth cam1 cam2; ip cam1 vms; udp 4000 5000 => pass allowed new", "policy more", "policy base", "policy more",
		"lan1> eth cam1 cam2; ip cam1 vms; udp 4000 5000 => drop l2-mismatch none" }, .twin = ALONE4 },
	{ "a gateway may be a host of an application, and is still that host", V4, 0, {
		"policy also", "lan1< wan0 ip4 10.20.0.33 plc; tcp 6000 502 S => pass allowed new", "lan1< wan0 ip4 vms cam1; tcp 6000 554 S => pass allowed new",
		"lan1< wan0 eth rtr bcast; arp reply rtr 10.20.0.33 cam1 => pass infra-arp", "lan1< wan0 eth rtr bcast; arp reply rtr vms cam1 => pass infra-arp" },
	  .twin = "in the next row" },
	{ "in IPv6 it advertises itself as a router as well", V6, 0, {
		"policy also", "lan1< wan0 ip6 fd20::33 plc; tcp 6000 502 S => pass allowed new",
		"lan1< wan0 eth rtr group:allnodes; ip6 vms allnodes ttl=255; ra => pass infra-nd",
		"lan1< wan0 eth rtr group:allnodes; ip6 fd20::33 allnodes ttl=255; ra => pass infra-nd",
		"lan1< wan0 eth rtr group:allnodes; ip6 ntp allnodes ttl=255; ra => drop rogue-ra",
		"lan1< wan0 eth rtr group:allnodes; ip6 rtr allnodes ttl=255; ra => drop rogue-ra" }, .twin = "in the row before" },
	/* ---- groups, types ---- */
	{ "a report from outside is nobody's business here", V6, 0, {
		"lan1< wan0 eth gw group:ff02::16; ip6 ll:gw" MLD6 "drop no-rule" }, .twin = "row: queries and reports reach devices from this router only" },
	{ "an ICMP type a rule allows is that type", BOTH, 0, {
		"policy also", "lan1> ip4 cam1 vms; icmp 13 0 id=7 => pass allowed new", "lan1> ip6 cam1 vms; icmp 139 0 id=7 => pass allowed new",
		"lan1> ip4 cam1 vms; icmp 15 0 id=7 => drop no-rule none" } },
	{ "what a port of devices sends is no application and not this router", BOTH, 0, {
		"lan2< lan3 ip guest cam2; tcp 40000 9100 S => pass allowed new peer:none", "lan1< wan0 ip vms cam1; tcp 6000 554 S => pass allowed new peer:application",
		"lan1< local ip rtr cam1; tcp 6000 22 S => pass allowed new peer:router", "lan2< lan1 eth cam1 cam2; ip cam1 cam2; tcp 6000 8000 S => pass allowed new peer:device" } },
	{ "a MAC that speaks as a gateway is one in the bridge it spoke in, nowhere else", V4, 0, {
		"lan5< wan1 eth nr:7000 bcast; arp request nr:7000 gw mix => pass infra-arp none",
		"lan5> eth mix nr:7000; ip4 mix vms; udp 4000 5000 => pass allowed new",
		"lan1> eth cam1 nr:7000; ip4 cam1 vms; udp 4000 5000 => drop l2-mismatch none" },
	  .ref = "A4", .twin = "a MAC is a gateway's whichever family it spoke in" },
};

#endif
