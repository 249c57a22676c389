/* SPDX-License-Identifier: GPL-2.0 */
/*
 * More rows that mutants of the data path asked for (tests/mutation): DHCP as a shape,
 * its servers, and leases that go over, are renewed and end.
 */
#ifndef ZT_CASES_EDGES_DHCP_H
#define ZT_CASES_EDGES_DHCP_H

#include "cases_edges.h"

/* BOOTP headers up to the cookie: dyn1 asks; dyn1 is given 10.1.0.110. Options follow in hex. */
#define ASK_DYN1 "hex 01010600 00000000 00000000 00000000 00000000 00000000 00000000 020000000016; pay 202; hex 63825363 "
#define GIVE_DYN1 "hex 02010600 00000000 00000000 00000000 0a01006e 00000000 00000000 020000000016; pay 202; hex 63825363 "
/* DHCPv6 of cam1 to a group, from the ports of a client; what is said is of this type. */
#define ASK6(group, type) "lan1> ip6 ll:cam1 " group "; udp 546 547; hex " type "000001; pay 36 => "
#define LEASE_OF(server, seconds) "dhcp ack dyn1 yi=10.1.0.110 lease=" seconds " sid=" server

static const struct row cases_edges_dhcp[] = {
	/* ---- the shape ---- */
	{ "options count from the cookie to their end mark, pads left out, inside the packet only", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350105 ff00 33040000003c ff => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1 len=274; udp 67 68 len=254; " GIVE_DYN1 "350105 000000 33040000003c ff => pass infra-dhcp",
		"is learned 10.1.0.110 none",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350105 00 33040000003c => pass infra-dhcp",
		"is learned 10.1.0.110 dyn1" }, .twin = ALONE4 },
	{ "an answer is an ACK by its type, a lease by its time, in whichever order", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350105 ff000000000000 => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350106 33040000003c ff => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350104 33040000003c ff => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "340105 33040000003c ff => pass infra-dhcp",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350105 34040000003c ff => pass infra-dhcp",
		"is learned 10.1.0.110 none",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "33040000003c 350105 ff0000 => pass infra-dhcp",
		"is learned 10.1.0.110 dyn1", "wait 234t", "is learned 10.1.0.110 dyn1", "wait 1t", "is learned 10.1.0.110 none" }, .twin = ALONE4 },
	{ "what an answer says counts among its first twelve options", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350105 0000000000 000000000000 33040000003c ff => pass infra-dhcp", "is learned 10.1.0.110 none",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350105 0000000000 0000000000 33040000003c ff => pass infra-dhcp", "is learned 10.1.0.110 dyn1" }, .twin = ALONE4 },
	{ "a lease is counted in all four octets", V4, 0, {
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350105 330401000000 ff => pass infra-dhcp",
		"wait 16000000s", "is learned 10.1.0.110 dyn1", "wait 800000s", "is learned 10.1.0.110 none",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350105 330400010000 ff => pass infra-dhcp",
		"wait 65000s", "is learned 10.1.0.110 dyn1", "wait 600s", "is learned 10.1.0.110 none",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; udp 67 68; " GIVE_DYN1 "350105 330400000100 ff => pass infra-dhcp",
		"wait 255s", "is learned 10.1.0.110 dyn1", "wait 2s", "is learned 10.1.0.110 none" }, .twin = ALONE4 },
	{ "the shortest packet that can be DHCP is, one octet less is an ordinary one", V4, 0, {
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; udp 68 67; " ASK_DYN1 "=> pass infra-dhcp",
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255 len=267; udp 68 67 len=247; " ASK_DYN1 "=> drop spoofed none" }, .twin = ALONE4 },
	{ "DHCP has its ports, each on its side, and each family its own", V4, 0, {
		"lan1> ip4 cam1 vms; udp 1068 67; " ASK_DYN1 "=> drop no-rule none", "lan1> ip4 cam1 vms; udp 68 1067; " ASK_DYN1 "=> drop no-rule none",
		"lan1> ip4 cam1 vms; udp 69 67; " ASK_DYN1 "=> drop no-rule none", "lan1> ip4 cam1 vms; udp 68 66; " ASK_DYN1 "=> drop no-rule none",
		"lan1> ip4 cam1 vms; udp 1067 68; " GIVE_DYN1 "=> drop no-rule none", "lan1> ip4 cam1 vms; udp 67 1068; " GIVE_DYN1 "=> drop no-rule none",
		"lan1> ip4 cam1 vms; udp 66 68; " GIVE_DYN1 "=> drop no-rule none", "lan1> ip4 cam1 vms; udp 67 69; " GIVE_DYN1 "=> drop no-rule none",
		"lan1> ip4 cam1 vms; udp 546 547; hex 01000001; pay 36 => drop no-rule none",
		"lan1> ip4 cam1 vms; udp 547 546; hex 02000001; pay 36 => drop no-rule none" }, .twin = "in the next row" },
	{ "so has DHCPv6", V6, 0, {
		"lan1> ip6 ll:cam1 ff02::1:2; udp 1546 547; hex 01000001; pay 36 => drop spoofed none",
		"lan1> ip6 ll:cam1 ff02::1:2; udp 546 1547; hex 01000001; pay 36 => drop spoofed none",
		"lan1> ip6 ll:cam1 ff02::1:2; udp 1547 546; hex 02000001; pay 36 => drop spoofed none",
		"lan1> ip6 ll:cam1 ff02::1:2; udp 547 1546; hex 02000001; pay 36 => drop spoofed none",
		"lan1> ip6 ll:cam1 ff02::1:2; udp 68 67; " ASK_DYN1 "=> drop spoofed none",
		"lan1> ip6 ll:cam1 ff02::1:2; udp 67 68; " GIVE_DYN1 "=> drop spoofed none" }, .twin = "in the row before" },
	{ "of DHCPv6 a client sends what a client may, to the agents' group and no other", V6, 0, {
		ASK6("ff02::1:2", "00") "drop spoofed none", ASK6("ff02::1:2", "01") "pass infra-dhcp", ASK6("ff02::1:2", "02") "drop spoofed none",
		ASK6("ff02::1:2", "03") "pass infra-dhcp", ASK6("ff02::1:2", "04") "pass infra-dhcp", ASK6("ff02::1:2", "05") "pass infra-dhcp",
		ASK6("ff02::1:2", "06") "pass infra-dhcp", ASK6("ff02::1:2", "07") "drop spoofed none", ASK6("ff02::1:2", "08") "pass infra-dhcp",
		ASK6("ff02::1:2", "09") "pass infra-dhcp", ASK6("ff02::1:2", "0a") "drop spoofed none", ASK6("ff02::1:2", "0b") "pass infra-dhcp",
		ASK6("ff02::1:2", "0c") "drop spoofed none", ASK6("ff02::1:2", "0d") "drop spoofed none",
		ASK6("ff05::1:2", "01") "drop spoofed none", ASK6("ff02:1::1:2", "01") "drop spoofed none", ASK6("ff02:0:1::1:2", "01") "drop spoofed none",
		ASK6("ff02::1:0:1:2", "01") "drop spoofed none", ASK6("ff02::1:3", "01") "drop spoofed none", ASK6("ff02::2:2", "01") "drop spoofed none" },
	  .twin = "in DHCPv4 the header tells who sends: row: in their own name, and in the shape of DHCP" },
	{ "the shortest DHCPv6 message has its header, and is one", V6, 0, {
		"lan1> ip6 ll:cam1 ff02::1:2; udp 546 547; hex 01000001 => pass infra-dhcp",
		"lan1> ip6 ll:cam1 ff02::1:2; udp 546 547; hex 010000 => drop spoofed none" },
	  .twin = "row: the shortest packet that can be DHCP is, one octet less is an ordinary one" },
	/* ---- servers ---- */
	{ "a client asks a server in its own name, too", V4, 0, {
		"lan1> ip4 cam1 rtr; dhcp request cam3 => drop spoofed none", "lan1> ip4 cam1 rtr; dhcp request cam1 => pass infra-dhcp" }, .twin = ALONE4 },
	{ "an address of this router nobody has listed yet is the router's for DHCP, a device's is not", V4, 1, {
		"route local", "lan1> ip4 cam1 10.1.0.200; dhcp request cam1 => pass infra-dhcp",
		"lan1> eth cam1 cam2; ip4 cam1 cam2; dhcp request cam1 => drop no-rule none",
		"lan2> eth dhcpd dyn1; ip4 dhcpd dyn1; dhcp offer dyn1 yi=10.1.0.110 => pass infra-dhcp",
		"route there", "lan1> ip4 cam1 10.1.0.200; dhcp request cam1 => drop no-rule none" }, .twin = ALONE4 },
	{ "who is listed serves, and where this router is not it does not", V4, 0, {
		"policy turned", "lan1< lan2 eth dhcpd bcast; ip4 dhcpd 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => pass infra-dhcp",
		"lan1< local eth rtr bcast; ip4 rtr 255.255.255.255; dhcp offer dyn1 yi=10.1.0.110 => drop rogue-dhcp",
		"lan1> ip4 cam1 rtr; dhcp request cam1 => drop no-rule none" }, .twin = ALONE4 },
	{ "what a port of devices sends as a server is a listed device's, by address and by MAC", V4, 0, {
		"lan1< lan2 eth guest bcast; ip4 guest 255.255.255.255; dhcp offer dyn1 => drop rogue-dhcp",
		"lan1< lan2 eth guest bcast; ip4 dhcpd 255.255.255.255; dhcp offer dyn1 => drop rogue-dhcp",
		"lan1< lan2 eth cam2 bcast; ip4 dhcpd 255.255.255.255; dhcp offer dyn1 => drop rogue-dhcp",
		"lan1< lan2 eth dhcpd bcast; ip4 web 255.255.255.255; dhcp offer dyn1 => drop rogue-dhcp",
		"policy also", "lan2< lan1 eth lseg bcast; ip4 lseg 255.255.255.255; dhcp offer dyn2 => pass infra-dhcp",
		"lan2< lan1 eth lseg bcast; ip4 8.8.8.8 255.255.255.255; dhcp offer dyn2 => drop rogue-dhcp" }, .twin = ALONE4 },
	/* ---- leases ---- */
	{ "a lease goes over to the server that renews it, if that is nearer than who gave it", V4, 0, {
		"policy uplink-dhcp", "lan1< wan0 eth rtr dyn1; ip4 web dyn1; " LEASE_OF("web", "60") " => pass infra-dhcp",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 web; dhcp request dyn1 => pass infra-dhcp", "wait 30s",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; " LEASE_OF("rtr", "600") " => pass infra-dhcp", "wait 100s", "is learned 10.1.0.110 dyn1",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 web; dhcp request dyn1 => drop no-rule none",
		"lan1< wan0 eth rtr dyn1; ip4 web dyn1; " LEASE_OF("web", "1") " => pass infra-dhcp", "wait 3s", "is learned 10.1.0.110 dyn1" }, .twin = ALONE4 },
	{ "a lease that another server gave in place of one that was over is that server's", V4, 0, {
		"policy uplink-dhcp", "lan1< wan0 eth rtr dyn1; ip4 host dyn1; " LEASE_OF("host", "60") " => pass infra-dhcp", "wait 61s",
		"lan2< wan0 eth rtr dyn3; ip4 web dyn3; dhcp ack dyn3 yi=10.1.0.110 lease=60 sid=web => pass infra-dhcp", "is learned 10.1.0.110 dyn3",
		"lan2> eth dyn3 rtr; ip4 10.1.0.110 host; dhcp request dyn3 => drop no-rule none",
		"lan2> eth dyn3 rtr; ip4 10.1.0.110 web; dhcp request dyn3 => pass infra-dhcp" }, .twin = ALONE4 },
	{ "an address shown by ARP in place of a lease that was over lives as long as it is used", V4, 0, {
		DHCP_ACK_DYN1, "wait 61s", "lan2> arp request dyn3 10.1.0.110 rtr => pass infra-arp", "wait 200000t",
		"lan2> eth dyn3 rtr; ip4 10.1.0.110 vms; udp 4000 5000 => pass allowed new", "wait 200000t", "is learned 10.1.0.110 dyn3" }, .twin = ALONE4 },
	{ "an address shown by ARP and then leased ends with the lease, used or not", V4, 0, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp", DHCP_ACK_DYN1, "wait 30s",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; udp 4000 5000 => pass allowed new", "wait 31s", "is learned 10.1.0.110 none",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; udp 4001 5000 => drop spoofed none" }, .twin = ALONE4 },
	{ "an answer that gives no address teaches none, whatever the subnets are", V4, 0, {
		"policy half", "lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 lease=60 => pass infra-dhcp",
		"is addresses4 dyn1 0", "is learned any none" }, .twin = ALONE4 },
	{ "a lease given by broadcast ends for whom it was", V4, 0, {
		"lan1< local eth rtr bcast; ip4 rtr 255.255.255.255; " LEASE_OF("rtr", "60") " => pass infra-dhcp",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed new",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed hit", "wait 61s", "sweep",
		"lan1> eth dyn1 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => drop spoofed none" }, .twin = ALONE4 },
	{ "a lease ends for each of four MACs", V4, 0, {
		"policy also", "lan2< local eth rtr duala; ip4 rtr duala; dhcp ack duala yi=10.1.0.120 lease=60 => pass infra-dhcp",
		"lan2> eth duala rtr; ip4 duala vms; tcp 40001 443 A => pass allowed new", "lan2> eth dualb rtr; ip4 duala vms; tcp 40002 443 A => pass allowed new",
		"lan2> eth 02:00:00:00:00:1c rtr; ip4 duala vms; tcp 40003 443 A => pass allowed new",
		"lan2> eth 02:00:00:00:00:1d rtr; ip4 duala vms; tcp 40004 443 A => pass allowed new", "wait 61s", "sweep",
		"lan2> eth duala rtr; ip4 duala vms; tcp 40001 443 A => drop spoofed none", "lan2> eth dualb rtr; ip4 duala vms; tcp 40002 443 A => drop spoofed none",
		"lan2> eth 02:00:00:00:00:1c rtr; ip4 duala vms; tcp 40003 443 A => drop spoofed none",
		"lan2> eth 02:00:00:00:00:1d rtr; ip4 duala vms; tcp 40004 443 A => drop spoofed none" }, .twin = ALONE4 },
	/*
	 * Host only: in the kernel the counters of a number that went to another begin anew. The first
	 * row of variant heir, so that the lowest free numbers are those of dyn1 and of dual's first MAC.
	 */
	{ "whoever comes in a device's or a MAC's place holds nothing it had learned, nor keeps a lease from its end", V4, 1, {
		"lan1< local eth rtr bcast; ip4 rtr 255.255.255.255; " LEASE_OF("rtr", "60") " => pass infra-dhcp", "is learned 10.1.0.110 dyn1",
		"lan2< local eth rtr duala; ip4 rtr duala; dhcp ack duala yi=10.1.0.120 lease=60 => pass infra-dhcp",
		"lan2< local eth rtr dualb; ip4 rtr dualb; dhcp ack dualb yi=10.1.0.120 lease=600 => pass infra-dhcp", "policy gone", "policy heir",
		"lan1> eth 02:00:00:00:00:75 rtr; ip4 10.1.0.110 vms; udp 4000 5000 => drop spoofed none dev:heir",
		"lan2> eth dualb rtr; ip4 dualb vms; tcp 40000 443 A => pass allowed new", "lan2> eth dualb rtr; ip4 dualb vms; tcp 40000 443 A => pass allowed hit",
		"wait 601s", "sweep", "lan2> eth dualb rtr; ip4 dualb vms; tcp 40000 443 A => drop spoofed none" }, .twin = ALONE4 },
	{ "a lease taken over ends for whom it went to", V4, 0, {
		DHCP_ACK_DYN1, "wait 61s", "lan2< local eth rtr dyn3; ip4 rtr dyn3; dhcp ack dyn3 yi=10.1.0.110 lease=60 => pass infra-dhcp",
		"lan2> eth dyn3 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed new", "lan2> eth dyn3 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => pass allowed hit",
		"wait 61s", "sweep", "lan2> eth dyn3 rtr; ip4 10.1.0.110 vms; tcp 40000 443 A => drop spoofed none" }, .twin = ALONE4 },
	{ "a server behind an uplink leases what was only shown by ARP, to its holder or to another", V4, 0, {
		"policy uplink-dhcp", "lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp",
		"lan1< wan0 eth rtr dyn1; ip4 web dyn1; " LEASE_OF("web", "60") " => pass infra-dhcp", "wait 61s", "is learned 10.1.0.110 none", "sweep",
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp",
		"lan2< wan0 eth rtr dyn3; ip4 web dyn3; dhcp ack dyn3 yi=10.1.0.110 lease=60 sid=web => pass infra-dhcp", "is learned 10.1.0.110 dyn3" }, .twin = ALONE4 },
	{ "who did not lease the address has no lessor", V4, 0, {
		"policy uplink-dhcp", "lan1> arp request dyn1 10.1.0.111 rtr => pass infra-arp", "lan1> eth dyn1 rtr; ip4 10.1.0.111 any; dhcp request dyn1 => drop no-rule none",
		"lan1< wan0 eth rtr dyn1; ip4 web dyn1; " LEASE_OF("web", "60") " => pass infra-dhcp", "policy also",
		"lan1> eth cam3 rtr; ip4 10.1.0.110 web; dhcp request cam3 => drop no-rule none" }, .twin = ALONE4 },
	{ "an address that became a gateway's is leased to nobody else", V4, 0, {
		"lan1> arp request dyn1 10.1.0.111 rtr => pass infra-arp", "policy also",
		"lan2< local eth rtr dyn3; ip4 rtr dyn3; dhcp ack dyn3 yi=10.1.0.111 lease=60 => pass infra-dhcp",
		"is addresses4 dyn3 0", "is learned 10.1.0.111 dyn1" }, .twin = ALONE4 },
	{ "nor one that became another device's", V4, 0, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp", "policy also",
		"lan2< local eth rtr dyn3; ip4 rtr dyn3; dhcp ack dyn3 yi=10.1.0.110 lease=60 => pass infra-dhcp", "is addresses4 dyn3 0" }, .twin = ALONE4 },
	{ "an address given to another by the policy is forgotten like any, though that one uses and claims it", V4, 0, {
		"lan1> arp request dyn1 10.1.0.110 rtr => pass infra-arp", "policy also", "wait 300000t",
		"lan1> arp request cam3 10.1.0.110 rtr => pass infra-arp", "lan1> eth cam3 rtr; ip4 10.1.0.110 vms; udp 4000 5000 => pass allowed new",
		"wait 40000t", "sweep", "is addresses4 dyn1 0",
		"lan1> eth cam3 rtr; ip4 10.1.0.110 vms; udp 4000 5000 => pass allowed new dev:cam3" }, .twin = ALONE4 },
};

#endif
