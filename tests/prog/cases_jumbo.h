/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames of a network with MTU 9000 (design §3; bypass L9), one of each kind of
 * header the parser reads. straddle_test plays them with the linear part ending at
 * every offset. From devices only: test-run takes no such frame towards one.
 */
#ifndef ZT_CASES_JUMBO_H
#define ZT_CASES_JUMBO_H

#include "prove.h"

static const struct row cases_jumbo[] = {
	{ "jumbo TCP is judged by its headers", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S; pay 8900 => pass allowed new rule:cam-vms",
		"lan1> ip cam1 vms; tcp 40000 443 A doff=15; pay 8900 => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 22 S; pay 8900 => drop no-rule none",
		"lan1> ip cam1 vms; tcp 40000 443 SF; pay 8900 => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 S doff=4; pay 8900 => drop bad-header none" }, "L9" },
	{ "jumbo UDP is judged by its headers", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000; pay 8900 => pass allowed new",
		"lan1> ip cam1 vms; udp 4000 5000 len=8; pay 8900 => pass allowed hit",
		"lan1> ip cam1 vms; udp 4000 4999; pay 8900 => drop no-rule none",
		"lan1> ip cam1 vms; udp 4000 5000 len=9000; pay 8900 => drop bad-length none",
		"lan1> ip cam1 vms len=9100; udp 4000 5000; pay 8900 => drop bad-length none" }, "L9" },
	{ "a jumbo ping and what it quotes", BOTH, 0, {
		"lan1> ip cam1 vms; echo 7; pay 8900 => pass allowed new",
		"lan1> ip cam1 host; echo 7; pay 8900 => drop no-rule none",
		"lan1< wan0 ip vms cam1; tcp 40000 554 S => pass allowed new",
		"lan1> ip cam1 vms; unreach; ip vms cam1; tcp 40000 554 A; pay 8800 => pass icmp-error none",
		"lan1> ip cam1 vms; unreach; ip vms cam1; tcp 40001 554 A; pay 8800 => drop no-flow none",
		"lan1> ip cam1 host; unreach; ip vms cam1; tcp 40000 554 A; pay 8800 => drop no-flow none" }, "L9" },
	{ "jumbo errors about a ping", BOTH, 0, {
		"lan1< wan0 ip vms cam1; echo 9 => pass allowed new",
		"lan1> ip cam1 vms; exceeded; ip vms cam1; echo 9; pay 8800 => pass icmp-error none",
		"lan1> ip cam1 vms; exceeded; ip vms cam1; echo 8; pay 8800 => drop no-flow none" }, "L9" },
	{ "jumbo frames with a VLAN tag, a priority tag, both, and more", BOTH, 0, {
		"lan4> tag 30; ip v30 vms; tcp 40000 443 S; pay 8900 => pass allowed new dev:v30",
		"lan4> tag 30; tag 0; ip v30 vms; tcp 40000 443 A; pay 8900 => pass allowed hit",
		"lan4> tag 0; tag 30; ip v30 vms; tcp 40000 443 A; pay 8900 => pass allowed hit",
		"lan4> tag 31; ip v30 vms; tcp 40000 443 A; pay 8900 => drop spoofed none",
		"lan4> tag 30; tag 30; ip v30 vms; tcp 40000 443 A; pay 8900 => drop vlan-stack none",
		"lan4> tag 30; tag 0; tag 0; ip v30 vms; tcp 40000 443 A; pay 8900 => drop vlan-stack none",
		"lan1> tag 0; ip cam1 vms; udp 4000 5000; pay 8900 => pass allowed new",
		"lan1> tag 7; ip cam1 vms; udp 4000 5000; pay 8900 => drop unlisted-vlan none" }, "L9" },
	{ "jumbo frames with IPv4 options", V4, 0, {
		"lan1> ip4 cam1 vms opt=01010101; udp 4000 5000; pay 8900 => drop ip-options none",
		"lan1> ip4 cam1 vms opt=01010101010101010101010101010101010101010101010101010101010101010101010101010101; tcp 40000 443 S; pay 8900 => drop ip-options none",
		"lan1> eth cam1 group:224.0.0.22; ip4 cam1 224.0.0.22 ttl=1 opt=94040000; report; pay 8900 => pass infra-group none",
		"lan1> eth cam1 group:224.0.0.22; ip4 cam1 224.0.0.22 ttl=1 opt=94040001; report; pay 8900 => drop ip-options none" }, "L9",
	  "jumbo frames with extension headers, up to six" },
	{ "jumbo frames with extension headers, up to six", V6, 0, {
		"lan1> ip6 cam1 vms; dst; udp 4000 5000; pay 8900 => pass allowed new",
		"lan1> ip6 cam1 vms; dst; dst; dst; dst; dst; dst; udp 4000 5000; pay 8800 => pass allowed hit",
		"lan1> ip6 cam1 vms; dst; dst; dst; dst; dst; dst; dst; udp 4000 5000; pay 8800 => drop header-chain none",
		"lan1> ip6 cam1 vms; dst len=2; dst; tcp 40000 443 S; pay 8800 => pass allowed new",
		"lan1> ip6 cam1 vms; dst len=2; rh; tcp 40000 443 S; pay 8800 => drop header-chain none",
		"lan1> ip6 cam1 vms; hbh; tcp 40000 443 S; pay 8800 => drop ip-options none",
		"lan1> eth cam1 33:33:00:00:00:16; ip6 cam1 ff02::16 ttl=1; hbh 050200000100; report; pay 8800 => pass infra-group none" }, "L9",
	  "jumbo frames with IPv4 options" },
	{ "jumbo fragments", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=18000; pay 8912 => pass allowed new",
		"lan1> ip cam1 vms; frag 8920 mf; pay 8920 => pass allowed",
		"lan1> ip cam1 vms; frag 17840; pay 160 => pass allowed",
		"lan1> ip cam1 vms; frag 17840; pay 8920 => drop frag-miss",
		"lan1> ip cam1 vms; frag 0 mf id=8; tcp 40000 443 S; pay 8900 => pass allowed new",
		"lan1> ip cam1 vms; frag 8 id=8 proto=6; pay 8920 => drop frag-overlap",
		"lan1> ip cam1 vms; frag 0 mf id=9; udp 4000 4000 len=18000; pay 8912 => drop no-rule none" }, "L9" },
	{ "jumbo frames of other protocols", BOTH, 0, {
		"lan1> ip cam1 vms proto=47; pay 8900 => pass allowed new",
		"lan1> ip cam1 vms proto=50; pay 8900 => pass allowed new",
		"lan1> ip cam1 vms proto=51; hex 060400000000000100000001; tcp 40000 443 S; pay 8900 => drop no-rule none",
		"lan1> ip cam1 host proto=47; pay 8900 => drop no-rule none" }, "L9" },
	{ "jumbo DHCP: a BOOTP header behind the seam, and options behind that", V4, 0, {
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1; pay 8600 => pass infra-dhcp dev:dyn1",
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover cam1; pay 8600 => drop spoofed",
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1 cookie=0; pay 8600 => drop spoofed none",
		"lan1> eth cam1 bcast; ip4 rtr 255.255.255.255; dhcp offer cam1 yi=cam1; pay 8600 => drop rogue-dhcp" }, "L9",
	  "none: of DHCPv6 the ports alone are read, as of any UDP" },
	{ "jumbo neighbour discovery: target and link-layer option behind the seam", V6, 0, {
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1; pad 9000 => drop nd-spoofed none dev:cam1",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam3; pad 9000 => drop nd-spoofed none",
		"lan1> ip6 cam1 allnodes ttl=255; na cam2 hw=cam1; pad 9000 => drop nd-spoofed none",
		"lan1> ip6 ll:cam1 allnodes ttl=255; ra hw=cam1; pad 9000 => drop rogue-ra none" }, "L9",
	  "ARP in a frame padded to jumbo size" },
	{ "ARP in a frame padded to jumbo size", V4, 0, {
		"lan1> arp request cam1 cam1 rtr; pad 9000 => drop arp-spoofed none",
		"lan1> arp request cam1 cam2 rtr; pad 9000 => drop arp-spoofed none",
		"lan1> arp request cam1 cam1 rtr hlen=8; pad 9000 => drop bad-header none" }, "L9",
	  "jumbo neighbour discovery: target and link-layer option behind the seam" },
	{ "a small packet in a frame padded to jumbo size", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000; pay 4; pad 9000 => pass allowed new",
		"lan1> ip cam1 host; udp 4000 5000; pay 4; pad 9000 => drop no-rule none" }, "L9" },
	{ "jumbo frames that are not IP", V4, 0, {
		"lan1> eth cam1 rtr 0x9999; pay 8900 => drop non-ip none",
		"lan1> eth cam1 01:80:c2:00:00:0e 0x88cc; pay 8900 => pass infra-l2 none",
		"lan1> eth probe rtr 0x8892; pay 8900 => pass non-ip none" }, "L9",
	  "none: they are not IP" },
	{ "a jumbo frame of a raw IP port", BOTH, 0, {
		"tun0> ip tun1 vms; tcp 40000 443 S; pay 8900 => pass allowed new dev:tun1",
		"tun0> ip tun1 host; udp 4000 5000; pay 8900 => drop no-rule none" }, "L9" },
};

#endif
