/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about what holds a link together without a rule (design §4.8, §4.9, §7;
 * bypass E9, V4): ARP, neighbour discovery, router advertisements, group
 * membership, and the addresses that are learned from them. DHCP: cases_dhcp.h.
 */
#ifndef ZT_CASES_INFRA_H
#define ZT_CASES_INFRA_H

#include "prove.h"

static const struct row cases_infra[] = {
	/* ---- ARP ---- */
	{ "a device asks and answers ARP in its own name", V4, 0, {
		"lan1> arp request cam1 cam1 rtr => pass infra-arp none dev:cam1",
		"lan1> eth cam1 rtr; arp reply cam1 cam1 rtr => pass infra-arp",
		"lan1> eth cam1 cam2; arp reply cam1 cam1 cam2 => pass infra-arp",
		"lan1> eth cam1 rtr; tag 0; arp reply cam1 cam1 rtr => pass infra-arp" } },
	{ "it claims nobody else's address by ARP", V4, 0, {
		"lan1> arp request cam1 rtr rtr => drop arp-spoofed dev:cam1",
		"lan1> arp reply cam1 rtr cam1 => drop arp-spoofed",
		"lan1> arp request cam1 cam2 rtr => drop arp-spoofed",
		"lan1> arp request cam1 cam3 rtr => drop arp-spoofed",
		"lan1> arp request cam1 gw gw => drop arp-spoofed",
		"lan1> arp request cam1 10.1.0.77 rtr => drop arp-spoofed",
		"lan1> arp request cam1 vms rtr => drop arp-spoofed",
		"lan1> arp request cam1 plc rtr => drop arp-spoofed" } },
	{ "nor with another MAC inside than outside", V4, 0, {
		"lan1> eth cam1 bcast; arp request cam3 cam1 rtr => drop arp-spoofed",
		"lan1> eth cam1 bcast; arp request rtr cam1 rtr => drop arp-spoofed",
		"lan1> eth cam3 bcast; arp request cam3 cam1 rtr => drop arp-spoofed dev:cam3" } },
	{ "an ARP frame of another kind is unreadable", V4, 0, {
		"lan1> arp request cam1 cam1 rtr hlen=8 => drop bad-header",
		"lan1> arp request cam1 cam1 rtr plen=16 => drop bad-header",
		"lan1> arp request cam1 cam1 rtr htype=6 => drop bad-header",
		"lan1> arp request cam1 cam1 rtr op=0 => drop bad-header",
		"lan1> arp request cam1 cam1 rtr op=3 => drop bad-header",
		"lan1> arp request cam1 cam1 rtr op=257 => drop bad-header",
		"lan1> arp request cam1 cam1 rtr; cut 30 => drop truncated" } },
	{ "an ARP probe claims nothing yet", V4, 0, {
		"lan1> arp request cam1 any 10.1.0.77 => pass infra-arp",
		"lan1> arp request dyn1 any dyn1 => pass infra-arp",
		"is learned dyn1 none" } },
	{ "ARP in a stack of tags is refused like everything there", V4, 0, {
		"lan1> eth cam1 bcast; tag 0; tag 0; arp request cam1 cam1 rtr => drop vlan-stack" } },
	{ "twenty a second, and then the limit", V4, 0, {
		"wait 3t",
		"loop 20 lan1> arp request cam1 cam1 rtr => pass infra-arp",
		"lan1> arp request cam1 cam1 rtr => drop infra-rate",
		"lan1> eth cam1 bcast; ip4 any 255.255.255.255; dhcp discover cam1 => drop infra-rate",
		"lan1> arp request cam3 cam3 rtr => pass infra-arp",
		"lan1> ip4 cam1 vms; udp 4000 5000 => pass allowed new",
		"wait 4t", "lan1> arp request cam1 cam1 rtr => pass infra-arp" } },
	{ "the limit follows the mode", V4, 0, {
		"wait 3t",
		"loop 20 lan1> arp request plc plc rtr => pass infra-arp",
		"lan1> arp request plc plc rtr => audit infra-rate",
		"loop 20 lan1> arp request probe probe rtr => pass infra-arp",
		"lan1> arp request probe probe rtr => pass infra-rate" } },
	{ "towards a device an ARP claim must be its sender's", V4, 0, {
		"lan1< local eth rtr cam1; arp request rtr rtr cam1 => pass infra-arp dev:cam1",
		"lan1< local eth rtr bcast; arp request rtr rtr cam1 => pass infra-arp",
		"lan2< lan1 eth cam1 bcast; arp request cam1 cam1 cam2 => pass infra-arp",
		"lan2< lan1 eth cam1 bcast; arp request cam3 cam1 cam2 => drop arp-spoofed",
		"lan2< lan1 eth cam1 bcast; arp request cam1 rtr cam2 => drop arp-spoofed",
		"lan2< lan1 eth cam1 bcast; arp request cam1 10.1.0.77 cam2 => drop arp-spoofed",
		"lan1< wan0 eth gw bcast; arp request gw cam2 cam1 => drop spoofed-uplink",
		"lan1< wan0 eth gw bcast; arp request gw rtr cam1 => drop arp-spoofed",
		"lan1< wan0 eth gw bcast; arp request gw host cam1 => drop arp-spoofed",
		"lan1< wan0 eth gw bcast; arp request gw any cam1 => drop arp-spoofed",
		"lan1< eth9 eth gw bcast; arp request gw gw cam1 => drop unlisted-port",
		"lan2< wan0 eth gw cam1; arp reply gw gw cam1 => drop wrong-port" } },
	{ "a declared gateway speaks from an uplink, and may be sent to from then on", V4, 0, {
		"lan5< wan1 eth gw bcast; arp request gw gw mix => pass infra-arp",
		"lan5> eth mix gw; ip4 mix vms; udp 4000 5000 => pass allowed new",
		"lan5< wan1 eth gw mix; ip4 vms mix; udp 5000 4000 => pass allowed hit",
		"lan5< lan5 eth mixa bcast; arp request mixa gw mix => drop arp-spoofed",
		"lan5> eth mix gw; ip4 mix host; udp 4000 5000 => drop no-rule none",
		"lan5> eth gw mix; ip4 mix vms; udp 4000 5000 => drop spoofed-mac none" } },
	/* ---- learning by ARP ---- */
	{ "a dynamic device takes a free address of its segment, and may use it", V4, 0, {
		"lan1> ip4 dyn1 vms; udp 4000 5000 => drop spoofed none",
		"lan1> arp request dyn1 dyn1 rtr => pass infra-arp", "is learned dyn1 dyn1",
		"is addresses4 dyn1 1", "is told learned 1",
		"lan1> ip4 dyn1 vms; udp 4000 5000 => pass allowed new dev:dyn1",
		"lan1< wan0 ip4 vms dyn1; udp 5000 4000 => pass allowed hit",
		"lan1> arp request dyn1 dyn1 rtr => pass infra-arp", "is addresses4 dyn1 1" } },
	{ "it takes none outside, and none that is another's or the router's", V4, 0, {
		"lan1> arp request dyn1 10.2.0.200 rtr => drop arp-spoofed",
		"lan1> arp request dyn1 10.20.9.9 rtr => drop arp-spoofed",
		"lan1> arp request dyn1 cam1 rtr => drop arp-spoofed",
		"lan1> arp request dyn1 rtr rtr => drop arp-spoofed",
		"lan1> arp request dyn1 vms rtr => drop arp-spoofed",
		"lan1> arp request dyn1 10.7.0.9 rtr => drop arp-spoofed",
		"lan1> arp request cam1 10.1.0.200 rtr => drop arp-spoofed",
		"is addresses4 dyn1 0", "is addresses4 cam1 0" } },
	{ "no device takes a declared gateway's address", V4, 0, {
		"lan1> arp request dyn1 gw gw => drop arp-spoofed",
		"lan1> arp request dyn1 gw rtr => drop arp-spoofed",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=gw lease=60 => pass infra-dhcp",
		"is learned gw none", "is addresses4 dyn1 0" } },
	{ "nor in IPv6", V6, 0, {
		"lan1> eth dyn1 group:sol:gw; ip6 any sol:gw ttl=255; ns gw => drop nd-spoofed",
		"lan1> eth dyn1 group:allnodes; ip6 gw allnodes ttl=255; na gw hw=dyn1 => drop nd-spoofed",
		"lan1> eth cam1 group:sol:gw; ip6 any sol:gw ttl=255; ns ll:gw => drop nd-spoofed",
		"lan1> eth cam1 group:allnodes; ip6 ll:gw allnodes ttl=255; na ll:gw hw=cam1 => drop nd-spoofed",
		"is learned ll:gw none 20", "is addresses6 dyn1 0", "is addresses6 cam1 0" } },
	{ "what one has learned another cannot take, and the attempt is told", V4, 0, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp",
		"lan2> arp request dyn2 10.1.0.110 rtr => drop arp-spoofed", "is told conflict 1",
		"is learned 10.1.0.110 dyn1", "is addresses4 dyn2 0" } },
	{ "four addresses and no more", V4, 0, {
		"loop 4 lan1> arp request dyn1 10.1.0.#110 rtr => pass infra-arp",
		"lan1> arp request dyn1 10.1.0.120 rtr => drop arp-spoofed",
		"is lost learn 1", "is addresses4 dyn1 4", "is learned 10.1.0.120 none",
		"lan1> arp request dyn1 10.1.0.112 rtr => pass infra-arp" } },
	{ "an address unseen for a day is free, and its flows are judged again", V4, 0, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp",
		"wait 337500t", "lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; udp 4000 5000 => pass allowed new",
		"wait 337501t", "is learned 10.1.0.110 none",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; udp 4000 5000 => drop spoofed none",
		"lan2> arp request dyn2 10.1.0.110 rtr => pass infra-arp", "is learned 10.1.0.110 dyn2",
		"is addresses4 dyn1 0", "is addresses4 dyn2 1" } },
	{ "sixteen IPv6 addresses and no more", V6, 0, {
		"loop 16 lan1> eth dyn1 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd01::#1000 => pass infra-nd",
		"lan1> eth dyn1 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd01::2000 => drop nd-spoofed",
		"is lost learn 1", "is addresses6 dyn1 16" } },
	{ "a table of learned addresses that is full refuses, counts, and recovers", V6, 0, {
		"loop 16 lan1> eth cam1 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fe80::#1000 => pass infra-nd",
		"loop 16 lan2> eth cam2 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fe80::#2000 => pass infra-nd",
		"loop 16 lan1> eth cam3 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fe80::#3000 => pass infra-nd",
		"loop 16 lan2> eth hmi group:sol:rtr; ip6 any sol:rtr ttl=255; ns fe80::#4000 => pass infra-nd",
		"lan1> eth dyn1 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd01::2000 => drop nd-spoofed",
		"is lost learn 1", "is addresses6 dyn1 0",
		"wait 337501t", "sweep", "is addresses6 cam1 0",
		"lan1> eth dyn1 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd01::2000 => pass infra-nd" } },
	/* ---- neighbour discovery ---- */
	{ "a device asks and answers ND in its own name", V6, 0, {
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd none dev:cam1",
		"lan1> ip6 ll:cam1 sol:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd",
		"is learned ll:cam1 cam1 20",
		"lan1> ip6 ll:cam1 allrouters ttl=255; rs hw=cam1 => pass infra-nd",
		"lan1> eth cam1 group:allrouters; ip6 any allrouters ttl=255; rs => pass infra-nd",
		"lan1> ip6 cam1 ll:rtr ttl=255; na cam1 hw=cam1 => pass infra-nd",
		"lan1> ip6 ll:cam1 allnodes ttl=255; na cam1 hw=cam1 => pass infra-nd",
		"lan1> ip6 cam1 rtr ttl=255; ns rtr => pass infra-nd" } },
	{ "it claims nobody else's address by ND", V6, 0, {
		"lan1> ip6 cam1 allnodes ttl=255; na rtr hw=cam1 => drop nd-spoofed",
		"lan1> ip6 cam1 allnodes ttl=255; na cam2 hw=cam1 => drop nd-spoofed",
		"lan1> ip6 cam1 allnodes ttl=255; na fd01::fe hw=cam1 => drop nd-spoofed",
		"lan1> ip6 cam1 allnodes ttl=255; na ll:rtr hw=cam1 => drop nd-spoofed",
		"lan1> eth cam1 group:sol:rtr; ip6 cam2 sol:rtr ttl=255; ns rtr hw=cam1 => drop nd-spoofed",
		"lan1> eth cam1 group:sol:rtr; ip6 rtr sol:rtr ttl=255; ns rtr hw=cam1 => drop nd-spoofed",
		"lan1> eth cam1 group:sol:rtr; ip6 vms sol:rtr ttl=255; ns rtr hw=cam1 => drop nd-spoofed",
		"lan1> eth cam1 group:sol:cam2; ip6 any sol:cam2 ttl=255; ns cam2 => drop nd-spoofed",
		"lan1> eth cam1 group:allnodes; ip6 any allnodes ttl=255; na cam1 hw=cam1 => drop nd-spoofed" } },
	{ "nor a link-local address another has", V6, 0, {
		"lan1> ip6 ll:cam1 sol:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd",
		"lan1> eth cam3 group:sol:rtr; ip6 ll:cam1 sol:rtr ttl=255; ns rtr hw=cam3 => drop nd-spoofed",
		"lan2> eth cam2 group:sol:ll:cam1; ip6 any sol:ll:cam1 ttl=255; ns ll:cam1 => drop nd-spoofed" } },
	{ "nor with another MAC inside than outside", V6, 0, {
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam3 => drop nd-spoofed",
		"lan1> ip6 cam1 allnodes ttl=255; na cam1 hw=rtr => drop nd-spoofed",
		"lan1> ip6 ll:cam1 allrouters ttl=255; rs hw=gw => drop nd-spoofed" } },
	{ "ND of another shape is no ND: hop limit, extension header, fragment", V6, 0, {
		"lan1> ip6 cam1 sol:rtr ttl=64; ns rtr hw=cam1 => drop nd-spoofed",
		"lan1> ip6 cam1 sol:rtr ttl=254; ns rtr hw=cam1 => drop nd-spoofed",
		"lan1> ip6 cam1 sol:rtr ttl=255; dst; ns rtr hw=cam1 => drop nd-spoofed",
		"lan1> ip6 cam1 sol:rtr ttl=255; frag 0; ns rtr hw=cam1 => drop nd-spoofed",
		"lan1> ip6 cam1 sol:rtr ttl=255; frag 0 mf; ns rtr; pay 8 => drop nd-spoofed",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr opt=0100000000000000 => drop bad-length",
		"lan1> ip6 cam1 sol:rtr ttl=255; icmp 135 0; pay 8 => drop truncated",
		"lan1> ip6 plc sol:rtr ttl=64; ns rtr hw=plc => audit nd-spoofed" } },
	{ "ND goes to its own groups, or to a neighbour's own MAC", V6, 0, {
		"lan1> eth cam1 bcast; ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => drop l2-mismatch",
		"lan1> eth cam1 group:allnodes; ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => drop l2-mismatch",
		"lan1> eth cam1 group:mdns; ip6 cam1 ff05::fb ttl=255; ns rtr hw=cam1 => drop l2-mismatch",
		"lan1> eth cam1 cam3; ip6 cam1 cam2 ttl=255; ns cam2 hw=cam1 => drop l2-mismatch",
		"lan1> eth cam1 cam2; ip6 cam1 cam2 ttl=255; ns cam2 hw=cam1 => pass infra-nd" } },
	{ "unicast ND does not leave the link", V6, 0, {
		"lan1> ip6 cam1 host ttl=255; ns rtr hw=cam1; pay 1000 => drop l2-mismatch",
		"lan1> ip6 cam1 vms ttl=255; na cam1 hw=cam1 => drop l2-mismatch",
		"lan1> ip6 cam1 cam2 ttl=255; ns cam2 hw=cam1 => drop l2-mismatch",
		"lan1> ip6 cam1 rtr ttl=255; ns rtr hw=cam1 => pass infra-nd" } },
	{ "duplicate address detection claims what is free", V6, 0, {
		"lan1> eth dyn1 group:sol:dyn1; ip6 any sol:dyn1 ttl=255; ns dyn1 => pass infra-nd",
		"is learned dyn1 dyn1", "is addresses6 dyn1 1",
		"lan2> eth dyn2 group:sol:dyn1; ip6 any sol:dyn1 ttl=255; ns dyn1 => drop nd-spoofed",
		"lan1> ip6 dyn1 vms; udp 4000 5000 => pass allowed new dev:dyn1",
		"lan1> eth dyn1 group:sol:rtr; ip6 any sol:rtr ttl=255; ns fd02::77 => drop nd-spoofed" } },
	{ "an IPv6 address unseen for a day is free for another", V6, 0, {
		"lan1> eth dyn1 group:sol:dyn1; ip6 any sol:dyn1 ttl=255; ns dyn1 => pass infra-nd",
		"wait 337501t",
		"lan2> eth dyn2 group:sol:dyn1; ip6 any sol:dyn1 ttl=255; ns dyn1 => pass infra-nd",
		"is learned dyn1 dyn2", "is addresses6 dyn1 0" } },
	{ "towards a device an ND claim must be its sender's", V6, 0, {
		"lan1< local ip6 ll:rtr cam1 ttl=255; ns cam1 hw=rtr => pass infra-nd",
		"lan1< local ip6 rtr cam1 ttl=255; na rtr hw=rtr => pass infra-nd",
		"lan2< lan1 eth cam1 cam2; ip6 cam1 cam2 ttl=255; na cam1 hw=cam1 => pass infra-nd",
		"lan2< lan1 eth cam1 cam2; ip6 cam1 cam2 ttl=255; na cam1 hw=cam3 => drop nd-spoofed",
		"lan2< lan1 eth cam1 cam2; ip6 cam1 cam2 ttl=255; na rtr hw=cam1 => drop nd-spoofed",
		"lan2< lan1 eth cam1 group:allnodes; ip6 cam1 allnodes ttl=255; na cam3 hw=cam1 => drop nd-spoofed",
		"lan1< wan0 eth gw cam1; ip6 vms cam1 ttl=255; na cam2 hw=gw => drop spoofed-uplink",
		"lan1< wan0 eth gw cam1; ip6 vms cam1 ttl=255; na vms hw=gw => drop nd-spoofed",
		"lan1< eth9 eth gw cam1; ip6 ll:gw cam1 ttl=255; ns cam1 hw=gw => drop unlisted-port",
		"lan2< local ip6 rtr cam1 ttl=255; na rtr hw=rtr => drop wrong-port" } },
	{ "the router's own ND may precede what is known of a device's addresses", V6, 0, {
		"lan1< local eth rtr cam1; ip6 ll:rtr ll:cam1 ttl=255; ns ll:cam1 hw=rtr => pass infra-nd",
		"lan2< local eth rtr cam1; ip6 ll:rtr ll:cam1 ttl=255; ns ll:cam1 hw=rtr => drop wrong-port",
		"lan1< lan2 eth cam2 cam1; ip6 cam2 ll:cam1 ttl=255; ns ll:cam1 hw=cam2 => drop l2-mismatch" } },
	{ "a declared gateway's ND from an uplink passes", V6, 0, {
		"lan5< wan1 eth gw mix; ip6 ll:gw mix ttl=255; ns mix hw=gw => pass infra-nd",
		"lan5> eth mix gw; ip6 mix vms; udp 4000 5000 => pass allowed new" } },
	/* ---- router advertisements ---- */
	{ "no device advertises itself as a router, however it wraps it", V6, 0, {
		"lan1> ip6 ll:cam1 allnodes ttl=255; ra hw=cam1 => drop rogue-ra",
		"lan1> ip6 ll:cam1 allnodes ttl=64; ra hw=cam1 => drop rogue-ra",
		"lan1> ip6 ll:cam1 allnodes ttl=255; dst; ra hw=cam1 => drop rogue-ra",
		"lan1> ip6 ll:cam1 allnodes ttl=255; frag 0; ra hw=cam1 => drop rogue-ra",
		"lan1> ip6 ll:cam1 allnodes ttl=255; frag 0 mf; ra hw=cam1 => drop rogue-ra",
		"lan1> eth cam1 group:allnodes; tag 0; ip6 ll:cam1 allnodes ttl=255; ra hw=cam1 => drop rogue-ra",
		"lan1> ip6 ll:cam1 allnodes ttl=255; dst; frag 0 mf; dst; ra hw=cam1 => drop rogue-ra",
		"lan1> ip6 ll:rtr allnodes ttl=255; ra hw=rtr => drop spoofed-mac" } },
	{ "advertisements reach devices from this router and declared gateways", V6, 0, {
		"lan1< local ip6 ll:rtr allnodes ttl=255; ra hw=rtr => pass infra-nd",
		"lan5< wan1 eth gw group:allnodes; ip6 ll:gw allnodes ttl=255; ra hw=gw => pass infra-nd",
		"lan5< wan1 eth gw group:allnodes; ip6 ll:host allnodes ttl=255; ra hw=gw => drop rogue-ra",
		"lan5< wan1 eth gw group:allnodes; ip6 ll:rtr allnodes ttl=255; ra hw=gw => drop rogue-ra",
		"lan2< lan1 eth cam1 group:allnodes; ip6 ll:cam1 allnodes ttl=255; ra hw=cam1 => drop rogue-ra",
		"lan2< lan1 eth cam1 group:allnodes; ip6 ll:gw allnodes ttl=255; ra hw=cam1 => drop rogue-ra",
		"lan1< eth9 eth gw group:allnodes; ip6 ll:gw allnodes ttl=255; ra hw=gw => drop unlisted-port",
		"lan1< local ip6 ll:rtr allnodes ttl=64; ra hw=rtr => drop rogue-ra" } },
	{ "a redirect passes in no direction", V6, 0, {
		"lan1> ip6 ll:cam1 allnodes ttl=255; icmp 137 0; pay 32 => drop redirect",
		"lan1< local ip6 ll:rtr cam1 ttl=255; icmp 137 0; pay 32 => drop redirect",
		"lan1< wan0 ip6 ll:gw cam1 ttl=255; icmp 137 0; pay 32 => drop redirect" } },
	/* ---- group membership ---- */
	{ "membership reports of bound devices pass, of others not", V4, 0, {
		"lan1> ip4 cam1 224.0.0.22 ttl=1 opt=94040000; report => pass infra-group",
		"lan1> ip4 cam1 mdns ttl=1; report type=22 => pass infra-group",
		"lan1> ip4 cam1 mdns ttl=1; report type=18 => pass infra-group",
		"lan1> ip4 cam1 allrouters ttl=1; report type=23 => pass infra-group",
		"lan1> eth cam1 group:mdns; ip4 any mdns ttl=1; report => pass infra-group",
		"lan1> eth cam1 group:mdns; ip4 cam3 mdns ttl=1; report => drop spoofed",
		"lan1> ip4 guest mdns ttl=1; report => drop unknown-device",
		"lan1> eth cam1 rtr; ip4 cam1 mdns ttl=1; report => drop l2-mismatch",
		"lan1> ip4 cam1 mdns ttl=2; report => drop no-rule",
		"lan1> ip4 cam1 mdns ttl=1 opt=01010101; report => drop ip-options",
		"lan1> ip4 cam1 mdns ttl=1 opt=9404000001010101; report => drop ip-options",
		"lan1> ip4 cam1 allnodes ttl=1 opt=94040000; query => drop no-rule",
		"lan1> ip4 cam1 mdns ttl=1; report type=19 => drop no-rule" } },
	{ "MLD reports of bound devices pass, of others not", V6, 0, {
		"lan1> ip6 ll:cam1 ff02::16 ttl=1; hbh 050200000100; report => pass infra-group",
		"lan1> eth cam1 group:ff02::16; ip6 any ff02::16 ttl=1; hbh 050200000100; report => pass infra-group",
		"lan1> ip6 ll:cam1 ff02::fb ttl=1; hbh 050200000100; report type=131 => pass infra-group",
		"lan1> ip6 ll:cam1 ff02::2 ttl=1; hbh 050200000100; report type=132 => pass infra-group",
		"lan1> ip6 ll:guest ff02::16 ttl=1; hbh 050200000100; report => drop unknown-device",
		"lan1> eth cam1 rtr; ip6 ll:cam1 ff02::16 ttl=1; hbh 050200000100; report => drop l2-mismatch",
		"lan1> ip6 ll:cam1 ff02::16 ttl=1; report => drop icmp-type",
		"lan1> ip6 ll:cam1 ff02::16 ttl=2; hbh 050200000100; report => drop icmp-type",
		"lan1> ip6 ll:cam1 ff02::16 ttl=1; hbh 050200010100; report => drop icmp-type",
		"lan1> ip6 ll:cam1 ff02::16 ttl=1; hbh 050200000100; hbh 050200000100; report => drop icmp-type",
		"lan1> ip6 ll:cam1 ff02::1 ttl=1; hbh 050200000100; query => drop no-rule" } },
	{ "not in another's name", V6, 0, {
		"lan1> ip6 ll:cam3 sol:rtr ttl=255; ns rtr hw=cam3 => pass infra-nd",
		"lan1> eth cam1 group:ff02::16; ip6 ll:cam3 ff02::16 ttl=1; hbh 050200000100; report => drop spoofed",
		"lan1> eth cam1 group:ff02::16; ip6 ll:rtr ff02::16 ttl=1; hbh 050200000100; report => drop spoofed",
		"lan1> eth cam1 group:ff02::16; ip6 cam2 ff02::16 ttl=1; hbh 050200000100; report => drop spoofed" } },
	{ "queries reach devices from this router only, reports from bound devices too", V4, 0, {
		"lan1< local ip4 rtr allnodes ttl=1 opt=94040000; query => pass infra-group",
		"lan1< wan0 ip4 host allnodes ttl=1 opt=94040000; query => drop no-rule",
		"lan1< lan2 ip4 cam2 allnodes ttl=1 opt=94040000; query => drop no-rule",
		"lan1< lan2 eth cam2 group:mdns; ip4 cam2 mdns ttl=1; report => pass infra-group",
		"lan1< wan0 eth gw group:mdns; ip4 host mdns ttl=1; report => drop no-rule",
		"lan1< eth9 eth gw group:mdns; ip4 host mdns ttl=1; report => drop unlisted-port" } },
	{ "so it is with MLD", V6, 0, {
		"lan1< local ip6 ll:rtr allnodes ttl=1; hbh 050200000100; query => pass infra-group",
		"lan1< wan0 ip6 ll:gw allnodes ttl=1; hbh 050200000100; query => drop no-rule",
		"lan1< lan2 eth cam2 group:ff02::16; ip6 ll:cam2 ff02::16 ttl=1; hbh 050200000100; report => pass infra-group",
		"lan1< eth9 eth gw group:ff02::16; ip6 ll:gw ff02::16 ttl=1; hbh 050200000100; report => drop unlisted-port" } },
	/* ---- unknown devices ---- */
	{ "an unknown device claims free addresses of its port's segment only, and learns none", V4, 0, {
		"lan3> arp request guest guest rtr => pass infra-arp dev:lan3",
		"lan3> arp request guest pos rtr => drop arp-spoofed",
		"lan3> arp request guest rtr rtr => drop arp-spoofed",
		"lan3> arp request guest 10.1.0.200 rtr => drop unknown-device",
		"lan3> arp request guest host rtr => drop unknown-device",
		"lan1> arp request guest guest rtr => drop unknown-device dev:lan1",
		"lan1> arp request guest 10.1.0.200 rtr => drop unknown-device",
		"is learned guest none" } },
	{ "so it is in ND", V6, 0, {
		"lan3> ip6 guest sol:rtr ttl=255; ns rtr hw=guest => pass infra-nd",
		"lan3> eth guest group:sol:rtr; ip6 pos sol:rtr ttl=255; ns rtr hw=guest => drop nd-spoofed",
		"lan3> eth guest group:sol:rtr; ip6 fd01::200 sol:rtr ttl=255; ns rtr hw=guest => drop unknown-device",
		"lan1> ip6 guest sol:rtr ttl=255; ns rtr hw=guest => drop unknown-device",
		"is learned guest none" } },
};

#endif
