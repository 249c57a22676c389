/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the random differential (tests/diff) found: frames on which the naive reference
 * and the data path disagreed, each with the sentence that decides.
 */
#ifndef ZT_CASES_DIFFERENTIAL_H
#define ZT_CASES_DIFFERENTIAL_H

#include "prove.h"

static const struct row cases_differential[] = {
	{ "neighbour discovery with a code is none: no stack takes it", V6, 0, {
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr code=1 hw=cam1 => drop nd-spoofed none",
		"lan1> ip6 cam1 allnodes ttl=255; na cam1 code=7 hw=cam1 => drop nd-spoofed none",
		"lan1> ip6 ll:cam1 allrouters ttl=255; rs code=1 => drop nd-spoofed none",
		"lan1< local ip6 rtr cam1 ttl=255; na rtr code=1 hw=rtr => drop nd-spoofed none",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd" },
		"V4", "ARP has no code" },
	{ "a MAC behind four other options of neighbour discovery is not overlooked", V6, 0, {
		"lan1> ip6 cam1 allnodes ttl=255; na cam1 "
		"opt=0e010000000000000e010000000000000e010000000000000e01000000000000 hw=cam2 "
		"=> drop nd-spoofed none",
		"lan1> ip6 cam1 allnodes ttl=255; na cam1 "
		"opt=0e010000000000000e010000000000000e01000000000000 hw=cam2 => drop nd-spoofed none",
		"lan1> ip6 cam1 allnodes ttl=255; na cam1 "
		"opt=0e010000000000000e010000000000000e01000000000000 hw=cam1 => pass infra-nd",
		"lan1> ip6 cam1 allnodes ttl=255; na cam1 "
		"opt=0e010000000000000e010000000000000e010000000000000e01000000000000 => pass infra-nd" },
		"V4", "ARP has no options" },
	{ "a port without layer 2 has no MAC that could disagree", V6, 0, {
		"tun0> ip6 tun1 sol:tun2 ttl=255; ns tun2 => pass infra-nd",
		"tun0> ip6 ll:tun1 allrouters ttl=255; rs => drop unknown-device",
		"tun0> ip6 tun1 ff02::16 ttl=1; hbh 050200000100; report => pass infra-group",
		"tun0> ip6 tun1 ff05::16 ttl=1; hbh 050200000100; report => pass infra-group",
		"tun0> ip6 fe80::77 ff02::1:2; udp 546 547; hex 01000001 => pass infra-dhcp" },
		"", "the next row" },
	{ "reports of a device on a port without layer 2 pass", V4, 0, {
		"tun0> ip4 tun1 224.0.0.22 ttl=1 opt=94040000; report => pass infra-group",
		"tun0> ip4 tun1 224.0.0.22 ttl=2 opt=94040000; report => drop ip-options" },
		"", "the row before" },
	{ "an ICMP error about a later fragment has no ports to know a flow by", V4, 0, {
		"lan1> ip4 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip4 vms cam1; unreach; ip4 cam1 vms; udp 4000 5000 => pass icmp-error none",
		"lan1< wan0 ip4 vms cam1; unreach; ip4 cam1 vms off=8; udp 4000 5000 => drop no-flow none",
		"lan1> ip4 cam1 vms proto=50; pay 20 => pass allowed new",
		"lan1< wan0 ip4 vms cam1; unreach; ip4 cam1 vms off=8 proto=50; pay 8 => pass icmp-error none" },
		"S6", "quoted in IPv6, a fragment is its header 44, which no flow is of" },
	{ "a stranger whose address an application holds is still answered after a publish", BOTH, 0, {
		"lan2< lan3 ip web cam2; tcp 40000 9100 S => pass allowed new rule:guest-print",
		"lan2> ip cam2 web; tcp 9100 40000 SA => pass allowed hit",
		"policy more",
		"lan2> ip cam2 web; tcp 9100 40000 A => pass allowed hit rule:guest-print",
		"lan2< lan3 ip web cam2; tcp 40000 9100 A => pass allowed hit rule:guest-print",
		"lan2< wan0 ip web cam2; tcp 40000 9100 A => drop no-rule" } },
	{ "an address whose time is over is not revived by the flow that outlived it", V4, 0, {
		"lan2> arp request dyn2 dyn2 rtr => pass infra-arp",
		"lan2> ip4 dyn2 vms; tcp 4000 443 S => pass allowed new",
		"lan2< wan0 ip4 vms dyn2; tcp 443 4000 SA => pass allowed hit",
		"lan2> ip4 dyn2 vms; tcp 4000 443 A => pass allowed hit",
		"loop 13 wait 28000t && lan2> ip4 dyn2 vms; tcp 4000 443 A => pass allowed hit",
		"sweep",
		"is learned dyn2 none",
		"lan2> ip4 dyn2 vms; tcp 4000 443 A => drop spoofed none" }, "", "the next row" },
	{ "an IPv6 address whose time is over is not revived by the flow that outlived it", V6, 0, {
		"lan2> eth dyn2 group:sol:dyn2; ip6 any sol:dyn2 ttl=255; ns dyn2 => pass infra-nd",
		"lan2> ip6 dyn2 vms; tcp 4000 443 S => pass allowed new",
		"lan2< wan0 ip6 vms dyn2; tcp 443 4000 SA => pass allowed hit",
		"lan2> ip6 dyn2 vms; tcp 4000 443 A => pass allowed hit",
		"loop 13 wait 28000t && lan2> ip6 dyn2 vms; tcp 4000 443 A => pass allowed hit",
		"sweep",
		"is learned dyn2 none",
		"lan2> ip6 dyn2 vms; tcp 4000 443 A => drop spoofed none" }, "", "the row before" },
	{ "a port that lost its carrier stays released through a publish", BOTH, 0, {
		"lan1> ip roam vms; tcp 40000 443 S => pass allowed new",
		"release lan1",
		"policy more",
		"lan2> ip roam vms; tcp 40001 443 S => pass allowed new" } },
	{ "an ICMP error about a ping is read as deep as one about UDP", V6, 0, {
		"lan1> ip6 cam1 vms; echo 7 => pass allowed new",
		"lan1> ip6 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip6 vms cam1; dst len=40; dst len=41; unreach; ip6 cam1 vms; udp 4000 5000 "
		"=> pass icmp-error none",
		"lan1< wan0 ip6 vms cam1; dst len=40; dst len=41; unreach; ip6 cam1 vms; echo 7 "
		"=> pass icmp-error none",
		"lan1< wan0 ip6 vms cam1; dst len=41; dst len=41; unreach; ip6 cam1 vms; echo 7 "
		"=> drop truncated none" }, "", "no IPv4 header is that long" },
	{ "the routing table is not asked about groups", BOTH, 1, {
		"route local",
		"lan1> ip cam1 allnodes; udp 4000 53 => drop no-rule none",
		"lan1> ip cam1 rtr; udp 4000 53 => pass allowed new",
		"route onward" } },
	{ "a client's packet to a group is not to a server the routing table knows", V4, 1, {
		"route local",
		"lan1> ip4 cam1 mdns; dhcp request cam1 => drop no-rule none",
		"route onward" }, "", "DHCPv6 has one group" },
	{ "IPv4 errors quote flows of ICMPv6's number, which is any protocol there", V4, 0, {
		"lan1> ip4 plc vms proto=58; pay 8 => audit no-rule new",
		"lan1< wan0 ip4 vms plc; unreach; ip4 plc vms proto=58; pay 8 => pass icmp-error none" },
	  "", "row: and IPv6 errors flows of ICMP's number" },
	{ "and IPv6 errors flows of ICMP's number", V6, 0, {
		"lan1> ip6 plc vms proto=1; pay 8 => audit no-rule new",
		"lan1< wan0 ip6 vms plc; unreach; ip6 plc vms proto=1; pay 8 => pass icmp-error none" },
	  "", "row: IPv4 errors quote flows of ICMPv6's number, which is any protocol there" },
};

#endif
