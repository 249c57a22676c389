/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about DHCP (design §4.8, §4.9, §7; bypass E10): clients, servers, leases.
 */
#ifndef ZT_CASES_DHCP_H
#define ZT_CASES_DHCP_H

#include "prove.h"

static const struct row cases_dhcp[] = {
	{ "clients ask by broadcast, or a listed server", V4, 0, {
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1 => pass infra-dhcp dev:dyn1",
		"lan1> eth guest bcast; ip4 any 255.255.255.255; dhcp discover guest => pass infra-dhcp dev:lan1",
		"lan1> ip4 cam1 rtr; dhcp request cam1 => pass infra-dhcp",
		"lan1> eth cam1 dhcpd; ip4 cam1 dhcpd; dhcp request cam1 => pass infra-dhcp",
		"lan1> ip4 cam1 host; dhcp request cam1 => drop no-rule none",
		"lan1> eth cam1 cam3; ip4 cam1 cam3; dhcp request cam1 => drop no-rule none",
		"lan1> eth cam1 bcast; ip4 cam3 255.255.255.255; dhcp request cam1 => drop spoofed",
		"lan1> eth cam1 rtr; ip4 any 255.255.255.255; dhcp discover cam1 => drop l2-mismatch" } },
	{ "in their own name, and in the shape of DHCP", V4, 0, {
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover cam1 => drop spoofed",
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1 op=2 => drop spoofed none",
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1 cookie=0 => drop spoofed none",
		"lan1> eth cam1 bcast; ip4 cam1 255.255.255.255; udp 68 67; pay 300 => drop no-rule none",
		"lan1> eth cam1 bcast; ip4 cam1 255.255.255.255 opt=01010101; dhcp discover cam1 => drop ip-options none" } },
	{ "a discover is delivered to the port of a listed server, and to no other device", V4, 0, {
		"lan2< lan1 eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1 => pass infra-dhcp",
		"lan1< lan2 eth dyn2 bcast; ip4 any 255.255.255.255; dhcp discover dyn2 => drop wrong-port",
		"lan2< lan1 eth cam1 dhcpd; ip4 cam1 dhcpd; dhcp request cam1 => pass infra-dhcp dev:dhcpd",
		"lan2< lan1 eth cam1 cam2; ip4 cam1 cam2; dhcp request cam1 => drop no-rule none",
		"lan2< wan0 eth gw bcast; ip4 any 255.255.255.255; dhcp discover dyn1 => drop no-rule none" } },
	{ "no device answers as a DHCP server unless it is listed", V4, 0, {
		"lan1> eth cam1 bcast; ip4 cam1 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => drop rogue-dhcp",
		"lan1> eth guest bcast; ip4 guest 255.255.255.255; dhcp ack dyn1 yi=10.1.0.110 lease=60 => drop rogue-dhcp",
		"lan2> eth dhcpd bcast; ip4 dhcpd 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => pass infra-dhcp dev:dhcpd",
		"lan2> eth dhcpd bcast; ip4 rtr 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => drop spoofed",
		"lan1> eth probe bcast; ip4 probe 255.255.255.255; dhcp offer dyn1 => drop rogue-dhcp none" } },
	{ "an answer reaches a device from a listed server only, at the client's port only", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp offer dyn1 yi=10.1.0.110 => pass infra-dhcp",
		"lan1< local eth rtr bcast; ip4 rtr 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => pass infra-dhcp",
		"lan2< local eth rtr bcast; ip4 rtr 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => drop wrong-port",
		"lan1< local eth rtr bcast; ip4 rtr 255.255.255.255; dhcp offer guest => pass infra-dhcp",
		"lan1< lan2 eth dhcpd bcast; ip4 dhcpd 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => pass infra-dhcp",
		"lan1< lan2 eth cam2 bcast; ip4 cam2 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => drop rogue-dhcp",
		"lan1< wan0 eth gw bcast; ip4 host 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => drop rogue-dhcp",
		"lan1< wan0 eth gw bcast; ip4 rtr 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => drop rogue-dhcp",
		"lan1< wan0 eth gw bcast; ip4 dhcpd 255.255.255.255; dhcp offer dyn1 => drop spoofed-uplink",
		"lan1< eth9 eth gw bcast; ip4 host 255.255.255.255; dhcp offer dyn1 => drop unlisted-port",
		"is learned 10.1.0.110 none" } },
	{ "an acknowledged lease binds the address until it ends", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=dyn1 lease=60 => pass infra-dhcp",
		"is learned dyn1 dyn1", "is addresses4 dyn1 1",
		"lan1> ip4 dyn1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip4 vms dyn1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip4 dyn1 vms; tcp 40000 443 A => pass allowed hit",
		"wait 234t", "lan1> ip4 dyn1 vms; tcp 40001 443 S => pass allowed new",
		"wait 1t", "lan1> ip4 dyn1 vms; tcp 40002 443 S => drop spoofed none",
		"lan1> ip4 dyn1 vms; tcp 40000 443 A => pass allowed hit",
		"sweep", "is told forgotten 1", "is addresses4 dyn1 0",
		"lan1> ip4 dyn1 vms; tcp 40000 443 A => drop spoofed none",
		"lan1< wan0 ip4 vms dyn1; tcp 443 40000 A => drop l2-mismatch none" } },
	{ "a renewal keeps address and flows", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=dyn1 lease=60 => pass infra-dhcp",
		"lan1> ip4 dyn1 vms; tcp 40000 443 A => pass allowed new",
		"wait 100t", "lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=dyn1 lease=60 => pass infra-dhcp",
		"wait 200t", "sweep", "lan1> ip4 dyn1 vms; tcp 40000 443 A => pass allowed hit",
		"lan1> ip4 dyn1 vms; tcp 40001 443 S => pass allowed new", "is addresses4 dyn1 1" } },
	{ "a listed server's lease beats what another claimed by ARP", V4, 0, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed new",
		"lan2< local eth rtr dyn2; ip4 rtr dyn2; dhcp ack dyn2 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"is learned 10.1.0.110 dyn2", "is addresses4 dyn1 0", "is addresses4 dyn2 1",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => drop spoofed none",
		"lan1> arp request dyn1 10.1.0.110 rtr => drop arp-spoofed",
		"lan2> eth dyn2 rtr; ip4 10.1.0.110 vms; tcp 40001 443 S => pass allowed new" } },
	{ "it does not beat an address of the policy, nor one outside the segment", V4, 0, {
		"lan2< local eth rtr dyn2; ip4 rtr dyn2; dhcp ack dyn2 yi=cam1 lease=60 => pass infra-dhcp",
		"is addresses4 dyn2 0", "lan1> ip4 cam1 vms; udp 4000 5000 => pass allowed new" } },
	{ "an address in use by a flow is not forgotten, though no ARP is seen for days", V4, 0, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed new",
		"loop 30 wait 20000t && lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed hit && sweep",
		"is learned 10.1.0.110 dyn1",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40001 443 S => pass allowed new",
		"wait 29064t", "sweep", "wait 320000t", "sweep", "is learned 10.1.0.110 none" } },
	{ "a lease that ends ends for every MAC of its device", V4, 0, {
		"lan2< local eth rtr duala; ip4 rtr duala; dhcp ack duala yi=10.1.0.120 lease=60 => pass infra-dhcp",
		"lan2> eth dualb rtr; ip4 dualb vms; tcp 40000 443 A => pass allowed new dev:dual",
		"lan2> eth dualb rtr; ip4 dualb vms; tcp 40000 443 A => pass allowed hit",
		"wait 61s", "sweep", "is learned 10.1.0.120 none",
		"lan2< local eth rtr dyn3; ip4 rtr dyn3; dhcp ack dyn3 yi=10.1.0.120 lease=60 => pass infra-dhcp",
		"lan2> eth dualb rtr; ip4 dualb vms; tcp 40000 443 A => drop spoofed none",
		"lan2< wan0 eth rtr dualb; ip4 vms dualb; tcp 443 40000 A => drop l2-mismatch none" } },
	{ "an address taken before the sweep met it is no longer the first one's", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed new",
		"wait 61s", "lan2> arp request dyn3 10.1.0.110 rtr => pass infra-arp",
		"is learned 10.1.0.110 dyn3",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => drop spoofed none",
		"lan1< wan0 eth rtr dyn1; ip4 vms 10.1.0.110; tcp 443 40000 A => drop l2-mismatch none" } },
	{ "a peer that keeps sending does not keep a gone device's address", V4, 0, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp",
		"lan1< wan0 eth rtr dyn1; ip4 vms 10.1.0.110; udp 6000 554 => pass allowed new",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; udp 554 6000 => pass allowed hit", /* answered: 300 s */
		"loop 360 wait 950t && lan1< wan0 eth rtr dyn1; ip4 vms 10.1.0.110; udp 6000 554 && sweep",
		"lan2> arp request dyn3 10.1.0.110 rtr => pass infra-arp" } },
	{ "no device poses as the listed server, whatever its mode, whomever it addresses", V4, 0, {
		"lan1> eth probe bcast; ip4 dhcpd 255.255.255.255; dhcp ack dyn2 yi=10.1.0.110 lease=600 => drop rogue-dhcp none",
		"lan2< lan1 eth probe bcast; ip4 dhcpd 255.255.255.255; dhcp ack dyn2 yi=10.1.0.110 lease=600 => drop rogue-dhcp",
		"is learned 10.1.0.110 none" } },
	{ "another server behind an uplink neither shortens nor moves a lease", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.110 lease=3600 sid=rtr => pass infra-dhcp",
		"lan1< wan0 eth rtr dyn1; ip4 web dyn1; dhcp ack dyn1 yi=10.1.0.110 lease=1 sid=web => drop rogue-dhcp",
		"policy uplink-dhcp",
		"lan1< wan0 eth rtr dyn1; ip4 web dyn1; dhcp ack dyn1 yi=10.1.0.110 lease=1 sid=web => pass infra-dhcp",
		"lan2< wan0 eth rtr dyn3; ip4 web dyn3; dhcp ack dyn3 yi=10.1.0.110 lease=3600 sid=web => pass infra-dhcp",
		"wait 3s", "sweep", "is learned 10.1.0.110 dyn1",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 S => pass allowed new" } },
	{ "a lease is renewed at the very server that gave it", V4, 0, {
		"policy uplink-dhcp",
		"lan1< wan0 eth rtr dyn1; ip4 host 255.255.255.255; dhcp ack dyn1 yi=10.1.0.110 lease=60 sid=host => pass infra-dhcp",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 host; dhcp request dyn1 => pass infra-dhcp",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 web; dhcp request dyn1 => drop no-rule none",
		"wait 30s", "lan1< wan0 eth rtr dyn1; ip4 host 10.1.0.110; dhcp ack dyn1 yi=10.1.0.110 lease=60 sid=host => pass infra-dhcp",
		"wait 45s", "is learned 10.1.0.110 dyn1" } },
	{ "where uplink servers are listed their answers reach clients, and no more", V4, 0, {
		"policy uplink-dhcp",
		"lan1< wan0 eth rtr dyn1; ip4 web 255.255.255.255; dhcp ack dyn1 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"is learned 10.1.0.110 dyn1",
		"lan1< wan0 eth rtr cam1; ip4 web cam1; dhcp ack guest; pay 900 => drop rogue-dhcp",
		"lan1> eth cam1 rtr; ip4 cam1 web; dhcp request cam1; pay 900 => drop no-rule none",
		"lan1> eth guest rtr; ip4 any web; dhcp request guest => drop unknown-device none" } },
	{ "and DHCPv6 goes to link-local addresses only, either way", V6, 0, {
		"policy uplink-dhcp",
		"lan1< wan0 eth rtr cam1; ip6 web cam1; udp 547 546; pay 900 => drop rogue-dhcp",
		"lan2> eth dhcpd rtr; ip6 dhcpd web; udp 547 546; pay 900 => drop no-rule none" } },
	{ "using a leased address does not lengthen the lease", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=dyn1 lease=60 => pass infra-dhcp",
		"wait 200t", "lan1> arp request dyn1 dyn1 rtr => pass infra-arp",
		"lan1> ip4 dyn1 vms; udp 4000 5000 => pass allowed new",
		"wait 35t", "lan1> ip4 dyn1 vms; udp 4001 5000 => drop spoofed none" } },
	{ "a lease for ever does not wrap into one that is over", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=dyn1 lease=3000000000 => pass infra-dhcp",
		"is learned dyn1 dyn1", "wait 300000s", "is learned dyn1 dyn1",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=dyn1 lease=60 => pass infra-dhcp" } },
	{ "a lease outside the segment, or of what is another's, binds nothing", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.2.0.200 lease=60 => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=cam1 lease=60 => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=rtr lease=60 => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=any lease=60 => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=10.1.0.110 => pass infra-dhcp",
		"lan1< local eth rtr cam1; ip4 rtr cam1; dhcp ack cam1 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"is addresses4 dyn1 0", "is addresses4 cam1 0", "is learned 10.2.0.200 none" } },
	{ "DHCPv6 clients ask from their link-local address to the group", V6, 0, {
		"lan1> ip6 ll:cam1 ff02::1:2; udp 546 547; pay 40 => pass infra-dhcp dev:cam1",
		"lan1> ip6 ll:guest ff02::1:2; udp 546 547; pay 40 => pass infra-dhcp dev:lan1",
		"lan1> ip6 cam1 ff02::1:2; udp 546 547; pay 40 => drop no-rule none",
		"lan1> ip6 ll:cam1 ff05::1:3; udp 546 547; pay 40 => drop spoofed none",
		"lan1> eth cam1 bcast; ip6 ll:cam1 ff02::1:2; udp 546 547; pay 40 => drop l2-mismatch",
		"lan1> ip6 ll:cam1 ff02::1:2; dst; udp 546 547; pay 40 => drop spoofed none" } },
	{ "not from another's link-local address, nor the router's", V6, 0, {
		"lan1> ip6 ll:cam3 sol:rtr ttl=255; ns rtr hw=cam3 => pass infra-nd",
		"lan1> eth cam1 group:ff02::1:2; ip6 ll:cam3 ff02::1:2; udp 546 547; pay 40 => drop spoofed",
		"lan1> eth cam1 group:ff02::1:2; ip6 ll:rtr ff02::1:2; udp 546 547; pay 40 => drop spoofed",
		"lan1> eth guest group:ff02::1:2; ip6 ll:cam3 ff02::1:2; udp 546 547; pay 40 => drop spoofed" } },
	{ "DHCPv6 servers are those that are listed", V6, 0, {
		"lan1> ip6 cam1 ll:dyn1; udp 547 546; pay 40 => drop rogue-dhcp",
		"lan2> eth dhcpd dyn1; ip6 dhcpd ll:dyn1; udp 547 546; pay 40 => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip6 ll:rtr ll:dyn1; udp 547 546; pay 40 => pass infra-dhcp",
		"lan1< wan0 eth gw dyn1; ip6 ll:gw ll:dyn1; udp 547 546; pay 40 => drop rogue-dhcp",
		"lan1< lan2 eth cam2 dyn1; ip6 cam2 ll:dyn1; udp 547 546; pay 40 => drop rogue-dhcp" } },
};

#endif
