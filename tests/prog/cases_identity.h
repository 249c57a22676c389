/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about who is who (design §4.4, §4.6; bypass I5, E8): bound addresses,
 * devices that move, unknown ones, identity by address, and where a packet towards
 * a device can have come from.
 */
#ifndef ZT_CASES_IDENTITY_H
#define ZT_CASES_IDENTITY_H

#include "prove.h"

static const struct row cases_identity[] = {
	/* ---- source addresses ---- */
	{ "a device may use its own addresses and no other", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new dev:cam1",
		"lan1> eth cam1 rtr; ip cam3 vms; udp 4000 5000 => drop spoofed none dev:cam1",
		"lan1> eth cam1 rtr; ip cam2 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip dyn1 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip rtr vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip rtrwan vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip vms vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip web vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip any vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip guest vms; udp 4000 5000 => drop spoofed none" },
	  .ref = "I5a I5b I5c V3d" },
	{ "addresses that nobody may send from", V4, 0, {
		"lan1> eth cam1 rtr; ip4 127.0.0.1 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip4 10.1.0.77 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip4 224.0.0.5 vms; udp 4000 5000 => drop multicast-source none",
		"lan1> eth cam1 rtr; ip4 239.1.2.3 vms; udp 4000 5000 => drop multicast-source none",
		"lan1> eth cam1 rtr; ip4 255.255.255.255 vms; udp 4000 5000 => drop multicast-source none",
		"lan1> eth probe rtr; ip4 224.0.0.5 vms; udp 4000 5000 => drop multicast-source none" },
	  .ref = "I5a I5c", .twin = "row: addresses that nobody may send from in IPv6" },
	{ "addresses that nobody may send from in IPv6", V6, 0, {
		"lan1> eth cam1 rtr; ip6 ::1 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip6 fd01::77 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip6 2001:db8::9 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip6 mapped:10.1.0.11 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth cam1 rtr; ip6 ff02::1 vms; udp 4000 5000 => drop multicast-source none",
		"lan1> eth cam1 rtr; ip6 ff05::1:3 vms; udp 4000 5000 => drop multicast-source none",
		"lan1> eth cam1 rtr; ip6 ll:cam1 vms; udp 4000 5000 => drop spoofed none" },
	  .ref = "V3d", .twin = "row: addresses that nobody may send from" },
	{ "a device without an IPv6 entry uses no IPv6 but ND", V6, 0, {
		"lan1> eth only4 rtr; ip6 fd01::15 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth only4 group:sol:rtr; ip6 ll:only4 sol:rtr ttl=255; ns rtr hw=only4 => pass infra-nd",
		"lan1> eth only4 rtr; ip6 ll:only4 vms; udp 4000 5000 => drop spoofed none",
		"lan1> eth only4 rtr; ip4 only4 vms; udp 4000 5000 => pass allowed new" },
	  .twin = "a device without an IPv4 entry has no exception to make: it is spoofed like any other" },
	{ "nor is it reached by its link-local address", V6, 0, {
		"lan1> eth only4 group:sol:rtr; ip6 ll:only4 sol:rtr ttl=255; ns rtr hw=only4 => pass infra-nd",
		"lan1< local eth rtr only4; ip6 ll:rtr ll:only4; tcp 40000 22 S => drop no-rule none" },
	  .twin = "IPv4 link-local addresses are like any other here" },
	{ "a spoofed frame of a learning device is judged by its receiver's mode", BOTH, 0, {
		"lan1> eth probe cam2; ip web cam2; tcp 40000 9100 S => drop spoofed none",
		"lan1> eth probe hmi; ip web hmi; tcp 40000 9100 S => audit spoofed none",
		"lan1> eth probe meter; ip web meter; tcp 40000 9100 S => pass spoofed none" },
	  .ref = "I5b" },
	{ "the mode is the stricter of sender and the identity it claims", BOTH, 0, {
		"lan1> eth probe rtr; ip web ntp; udp 4000 123 => pass spoofed none",
		"lan1> eth probe rtr; ip plc ntp; udp 4000 123 => audit spoofed none",
		"lan1> eth probe rtr; ip cam1 ntp; udp 4000 123 => drop spoofed none",
		"lan1> eth plc rtr; ip probe ntp; udp 4000 123 => audit spoofed none",
		"lan1> eth plc rtr; ip cam1 ntp; udp 4000 123 => drop spoofed none" } },
	{ "a routed cell behind a device is that device", BOTH, 0, {
		"lan3> eth cell rtr; ip incell vms; udp 4000 5000 => pass allowed new dev:cell",
		"lan3< wan0 eth rtr cell; ip vms incell; udp 5000 4000 => pass allowed hit dev:cell",
		"lan3> eth pos rtr; ip incell vms; udp 4000 5000 => drop spoofed none dev:pos",
		"lan3< wan0 eth rtr pos; ip vms incell; udp 5000 4000 => drop l2-mismatch none" } },
	/* ---- devices that move ---- */
	{ "a device moves to another of its ports after 30 s of silence, its flows with it", BOTH, 0, {
		"lan1> ip roam vms; tcp 40000 443 S => pass allowed new dev:roam",
		"lan1< wan0 ip vms roam; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip roam vms; tcp 40000 443 A => pass allowed hit",
		"wait 118t", "lan2> ip roam vms; tcp 40000 443 A => drop spoofed-mac none",
		"is told conflict 1",
		"lan1< wan0 ip vms roam; tcp 443 40000 A => pass allowed hit",
		"wait 1t", "lan2> ip roam vms; tcp 40000 443 A => pass allowed hit",
		"lan2< wan0 ip vms roam; tcp 443 40000 A => pass allowed hit",
		"lan1< wan0 ip vms roam; tcp 443 40000 A => drop wrong-port none",
		"lan1> ip roam vms; tcp 40000 443 A => drop spoofed-mac none",
		"is told conflict 2", "is table 1" } },
	{ "one MAC on two ports at once: the first stays", BOTH, 0, {
		"lan1> ip roam vms; udp 4000 5000 => pass allowed new",
		"loop 100 lan2> ip roam vms; udp #1000 5000 => drop spoofed-mac none && wait 1t && "
		"lan1> ip roam vms; udp 4000 5000 => pass allowed hit",
		"is flows roam 1" },
	  .ref = "E8b" },
	{ "a port that lost its carrier lets its devices go at once, flows and all", BOTH, 0, {
		"lan1> ip roam vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip vms roam; tcp 443 40000 SA => pass allowed hit",
		"listen", "release lan1",
		"lan2< wan0 ip vms roam; tcp 443 40000 SA => pass allowed hit",
		"lan2> ip roam vms; tcp 40000 443 A => pass allowed hit", "is told moved 1",
		"lan1< wan0 ip vms roam; tcp 443 40000 A => drop wrong-port none",
		"lan1> ip roam vms; tcp 40000 443 A => drop spoofed-mac none",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new" } },
	{ "a device that comes back where it was has not moved", BOTH, 0, {
		"lan1> ip roam vms; tcp 40000 443 S => pass allowed new", "listen", "release lan1",
		"lan1> ip roam vms; tcp 40000 443 A => pass allowed hit", "is told moved 0",
		"lan2> ip roam vms; tcp 40000 443 A => drop spoofed-mac none" } },
	{ "a released device does not appear on a port it is not listed on", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new", "release lan1",
		"lan2> eth cam1 rtr; ip cam1 vms; tcp 40000 443 A => drop spoofed-mac none",
		"lan2< wan0 ip vms cam1; tcp 443 40000 SA => drop wrong-port none",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit" } },
	{ "a flood of conflicts is not a flood of critical events", BOTH, 0, {
		"lan1> ip roam vms; udp 4000 5000 => pass allowed new",
		"loop 500 lan2> ip roam vms; udp 4000 5000 => drop spoofed-mac none",
		"is told conflict 49" } },
	/* ---- unknown devices ---- */
	{ "an unknown device reaches nothing where no rule names unknown devices' peers", BOTH, 0, {
		"lan1> ip guest vms; udp 4000 5000 => drop unknown-device none dev:lan1",
		"lan3> ip guest vms; udp 4000 5000 => drop unknown-device none dev:lan3",
		"lan3> ip guest cam1; tcp 40000 8000 S => drop unknown-device none" } },
	{ "what a rule gives to unknown devices they may, with answers", BOTH, 0, {
		"lan3> ip guest ntp; udp 4000 123 => pass allowed new rule:guest-ntp dev:lan3",
		"lan3< wan0 ip ntp guest; udp 123 4000 => pass allowed hit rule:guest-ntp",
		"lan3> ip guest ntp; udp 4000 123 => pass allowed hit",
		"policy more", "lan3< wan0 ip ntp guest; udp 123 4000 => pass allowed hit",
		"is flows lan3 1" } },
	{ "an unknown device uses a free address of its port's segment only", BOTH, 0, {
		"lan3> eth guest rtr; ip host ntp; udp 4000 123 => drop unknown-device none",
		"lan3> eth guest rtr; ip web ntp; udp 4000 123 => drop unknown-device none",
		"lan3> eth guest rtr; ip pos ntp; udp 4000 123 => drop spoofed none",
		"lan3> eth guest rtr; ip cam1 ntp; udp 4000 123 => drop spoofed none",
		"lan3> eth guest rtr; ip rtr ntp; udp 4000 123 => drop spoofed none",
		"lan3> eth guest rtr; ip any ntp; udp 4000 123 => drop unknown-device none",
		"lan1> ip guest ntp; udp 4000 123 => drop unknown-device none" } },
	{ "another unknown device cannot answer in the first one's place", BOTH, 0, {
		"lan3> ip guest ntp; udp 4000 123 => pass allowed new",
		"lan3< wan0 eth rtr guest2; ip ntp guest; udp 123 4000 => drop unknown-device none",
		"lan3> eth guest2 rtr; ip guest ntp; udp 4000 123 => pass allowed new",
		"is flows lan3 2" } },
	{ "a rule from unknown devices to a device works both ways, across a policy change too", BOTH, 0, {
		"lan3> ip guest cam2; udp 5000 9100 => pass allowed new rule:guest-print",
		"lan2< lan3 ip guest cam2; udp 5000 9100 => pass allowed new rule:guest-print opener:peer dev:cam2",
		"lan2> ip cam2 guest; udp 9100 5000 => pass allowed hit rule:guest-print",
		"lan3< br0 ip cam2 guest; udp 9100 5000 => pass allowed hit rule:guest-print",
		"lan2< lan3 ip guest cam2; udp 5000 9100 => pass allowed hit",
		"policy more",
		"lan2> ip cam2 guest; udp 9100 5000 => pass allowed hit rule:guest-print",
		"lan3< br0 ip cam2 guest; udp 9100 5000 => pass allowed hit rule:guest-print" } },
	{ "the device asked does not get to open in its turn", BOTH, 0, {
		"lan3> ip guest cam2; udp 5000 9100 => pass allowed new",
		"lan2< lan3 ip guest cam2; udp 5000 9100 => pass allowed new",
		"lan2> ip cam2 guest; udp 9101 5000 => drop no-rule none",
		"lan3< br0 ip cam2 guest; udp 9101 5000 => drop no-rule none" } },
	{ "an unknown device's TCP flow is picked up at both ports, like a device's", BOTH, 0, {
		"lan3> ip guest cam2; tcp 5000 9100 A => pass allowed new rule:guest-print",
		"lan2< lan3 ip guest cam2; tcp 5000 9100 A => pass allowed new rule:guest-print opener:peer",
		"lan2> ip cam2 guest; tcp 9100 5000 A => pass allowed hit" } },
	{ "an application's address from a device port is no application", BOTH, 0, {
		"lan2> ip cam2 vms; udp 40000 5000 => pass allowed new",
		"lan2< lan3 ip vms cam2; udp 5000 40000 => drop no-rule none",
		"lan2< br0 ip vms cam2; udp 5000 40000 => drop no-rule none",
		"lan2< wan0 ip vms cam2; udp 5000 40000 => pass allowed hit" },
	  .ref = "A3" },
	{ "in a learning segment unknown devices pass, without a record", BOTH, 0, {
		"lan4> eth guest rtr; tag 30; ip guest vms; udp 4000 5000 => pass unknown-device none dev:lan4",
		"lan4> eth guest rtr; tag 30; ip v30 vms; udp 4000 5000 => drop spoofed none" } },
	/* ---- identity by address ---- */
	{ "on a port that identifies by address the source address is the device", BOTH, 0, {
		"cell0> ip sim1 vms; udp 4000 5000 => pass allowed new dev:sim1",
		"cell0> ip sim2 vms; udp 4000 5000 => pass allowed new dev:sim2",
		"cell0< wan0 ip vms sim1; udp 5000 4000 => pass allowed hit dev:sim1",
		"cell0< wan0 ip vms sim2; udp 5000 4000 => pass allowed hit dev:sim2",
		"cell0> ip sim1 vms; udp 4000 5000 => pass allowed hit",
		"cell0> eth pos rtr; ip sim1 vms; udp 4000 5000 => pass allowed hit dev:sim1" } },
	{ "an address of nobody, or of a device elsewhere, is not identified there", BOTH, 0, {
		"cell0> eth sim1 rtr; ip host vms; udp 4000 5000 => drop unknown-device none dev:cell0",
		"cell0> eth sim1 rtr; ip cam1 vms; udp 4000 5000 => drop spoofed none dev:cell0",
		"cell0> eth sim1 rtr; ip tun1 vms; udp 4000 5000 => drop spoofed none",
		"cell0> eth sim1 rtr; ip rtr vms; udp 4000 5000 => drop spoofed none",
		"cell0< wan0 eth rtr sim1; ip vms cam1; tcp 40000 554 S => drop unknown-device none",
		"lan1> eth cam1 rtr; ip sim1 vms; udp 4000 5000 => drop spoofed none",
		"lan1< wan0 eth rtr cam1; ip vms sim1; tcp 40000 554 S => drop l2-mismatch none" } },
	{ "a raw IP port has no Ethernet header, and the same rules", BOTH, 0, {
		"tun0> ip tun1 vms; udp 4000 5000 => pass allowed new dev:tun1",
		"tun0< wan0 ip vms tun1; udp 5000 4000 => pass allowed hit dev:tun1",
		"tun0> ip tun1 vms; udp 4000 5000 => pass allowed hit",
		"tun0> ip tun1 host; udp 4000 5000 => drop no-rule none",
		"tun0> ip tun2 vms; udp 4000 5000 => drop no-rule none dev:tun2",
		"tun0> ip cam1 vms; udp 4000 5000 => drop spoofed none",
		"tun0> ip tun1 tun2; tcp 40000 8000 S => drop no-rule none",
		"tun0> ip tun1 mdns; udp 5353 5353 => drop no-rule none" } },
	{ "octets that are no IP are unreadable on a raw port", V4, 0, {
		"tun0> hex 0000000000000000000000000000000000000000 => drop bad-header none",
		"tun0> hex 5500000000000000000000000000000000000000 => drop bad-header none",
		"tun0> hex 6000000000000000000000000000000000000000 => drop truncated none",
		"tun0> ip4 tun1 vms; cut 19 => drop truncated none" },
	  .ref = "I2a", .twin = "octets that are no IP are of no family; the third frame begins like IPv6" },
	/* ---- two devices ---- */
	{ "two devices of one bridge talk by a rule, decided at both ports", BOTH, 0, {
		"lan1> eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 S => pass allowed new rule:pair dev:cam1 opener:dev",
		"lan2< lan1 eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 S => pass allowed new rule:pair dev:cam2 opener:peer",
		"lan2> eth cam2 cam1; ip cam2 cam1; tcp 8000 40000 SA => pass allowed hit dev:cam2",
		"lan1< lan2 eth cam2 cam1; ip cam2 cam1; tcp 8000 40000 SA => pass allowed hit dev:cam1",
		"is flows cam1 1", "is flows cam2 1" } },
	{ "the other direction needs a rule of its own, at both ports", BOTH, 0, {
		"lan2> eth cam2 cam1; ip cam2 cam1; tcp 40000 8000 S => drop no-rule none",
		"lan1< lan2 eth cam2 cam1; ip cam2 cam1; tcp 40000 8000 S => drop no-rule none",
		"lan1> eth cam1 cam3; ip cam1 cam3; tcp 40000 8000 S => drop no-rule none" } },
	{ "two devices of two ports talk through the router", BOTH, 0, {
		"lan1> ip cam1 pos; udp 4000 8000 => pass allowed new rule:pair",
		"lan3< br0 ip cam1 pos; udp 4000 8000 => pass allowed new rule:pair opener:peer",
		"lan3> ip pos cam1; udp 8000 4000 => pass allowed hit",
		"lan1< lan3 ip pos cam1; udp 8000 4000 => pass allowed hit" } },
	{ "a deny between two devices cuts their flow at both ports", BOTH, 0, {
		"lan1> eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 S", "lan2< lan1 eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 S",
		"policy no-pair",
		"lan1> eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 A => drop denied none rule:no-pair",
		"lan2< lan1 eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 A => drop denied none rule:no-pair",
		"lan2> eth cam2 cam1; ip cam2 cam1; tcp 8000 40000 A => drop denied none rule:no-pair" } },
	{ "the stricter of two devices' modes decides, at the first port", BOTH, 0, {
		"lan1> ip probe meter; tcp 40000 80 S => pass no-rule new",
		"lan1> ip probe hmi; tcp 40000 80 S => audit no-rule new",
		"lan1> ip probe cam2; tcp 40000 80 S => drop no-rule none",
		"lan1> ip plc meter; tcp 40000 80 S => audit no-rule new",
		"lan1> ip plc cam2; tcp 40000 80 S => drop no-rule none",
		"lan2< lan1 ip plc cam2; tcp 40000 80 S => drop no-rule none",
		"lan1> ip cam1 meter; tcp 40000 80 S => drop no-rule none" } },
	/* ---- where it came from ---- */
	{ "a device's address from outside is forged, in every mode", BOTH, 0, {
		"lan1< wan0 ip cam2 cam1; tcp 40000 8000 S => drop spoofed-uplink none",
		"lan2< wan0 ip cam1 cam2; tcp 40000 8000 S => drop spoofed-uplink none",
		"lan1< ign0 ip cam2 cam1; udp 4000 8000 => drop spoofed-uplink none",
		"lan1< eth9 ip cam2 cam1; udp 4000 8000 => drop spoofed-uplink none",
		"lan1< local ip cam2 cam1; udp 4000 8000 => drop spoofed-uplink none",
		"lan1< wan0 ip cam1 plc; tcp 40000 8000 S => drop spoofed-uplink none",
		"lan1< wan0 ip meter probe; tcp 40000 8000 S => drop spoofed-uplink none" },
	  .ref = "A1" },
	{ "a live flow between devices is not answered from outside", BOTH, 0, {
		"lan1> eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 S => pass allowed new",
		"lan1< wan0 ip cam2 cam1; tcp 8000 40000 SA => drop spoofed-uplink none",
		"lan1< lan2 eth cam2 cam1; ip cam2 cam1; tcp 8000 40000 SA => pass allowed hit" },
	  .ref = "A1" },
	{ "a live flow with an application is answered from an uplink or an ignored port", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< ign0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1< eth9 ip vms cam1; tcp 443 40000 SA => drop unlisted-port none",
		"lan1< nic9 ip vms cam1; tcp 443 40000 SA => drop unlisted-port none",
		"lan1< local ip vms cam1; tcp 443 40000 SA => drop no-rule none",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit" },
	  .ref = "A8" },
	{ "an unlisted interface reaches no device, as the mode says", BOTH, 0, {
		"lan1< eth9 ip vms cam1; tcp 40000 554 S => drop unlisted-port none",
		"lan1< eth9 ip vms plc; tcp 40000 502 S => audit unlisted-port none",
		"lan1< eth9 ip vms probe; tcp 40000 502 S => pass unlisted-port none",
		"eth9> ip cam1 vms; udp 4000 5000 => drop unlisted-port none",
		"wan0> ip cam1 vms; udp 4000 5000 => drop unlisted-port none" },
	  .ref = "A8" },
	{ "the router counts as itself only when it made the packet", BOTH, 0, {
		"lan1< local ip rtr cam1; tcp 40000 22 S => pass allowed new rule:rtr-ssh opener:peer",
		"lan1> ip cam1 rtr; tcp 22 40000 SA => pass allowed hit rule:rtr-ssh",
		"lan1< local ip rtrwan cam1; tcp 40001 22 S => pass allowed new rule:rtr-ssh",
		"lan1< wan0 ip rtr cam1; tcp 40002 22 S => drop unknown-source none",
		"lan1< lan2 ip rtr cam1; tcp 40002 22 S => drop unknown-source none",
		"lan1< wan0 ip rtr cam1; tcp 40000 22 A => drop unknown-source none",
		"lan1< wan0 ip rtr plc; tcp 40002 22 S => audit unknown-source none",
		"lan1< local ip rtr cam1; tcp 40002 23 S => drop no-rule none" },
	  .ref = "A2 A6" },
	{ "what this router sends in another's name is the router's", BOTH, 0, {
		"lan1< local ip vms cam1; tcp 40000 554 S => drop no-rule none",
		"lan1< local ip vms cam1; tcp 40000 22 S => pass allowed new rule:rtr-ssh" } },
	{ "in a bridge with an uplink only the guard's mark makes a device", BOTH, 0, {
		"lan5< br1 ip cam1 mix; tcp 40000 8000 S => drop spoofed-uplink none",
		"lan5< br1+mark ip cam1 mix; tcp 40000 8000 S => drop no-rule none",
		"lan5< wan1 eth rtr mix; ip mixa mix; tcp 40000 8000 S => drop spoofed-uplink none",
		"lan5< wan1+mark eth rtr mix; ip mixa mix; tcp 40000 8000 S => drop spoofed-uplink none",
		"lan5< lan5 eth mixa mix; ip mixa mix; tcp 40000 8000 S => drop no-rule none",
		"lan1< br1 ip mix cam1; tcp 40000 8000 S => drop spoofed-uplink none",
		"lan1< br1+mark ip mix cam1; tcp 40000 8000 S => drop no-rule none" },
	  .ref = "A1" },
	{ "through such a bridge an application answers, with or without the mark's help", BOTH, 0, {
		"lan5> ip mix vms; tcp 40000 443 S => pass allowed new",
		"lan5< wan1 ip vms mix; tcp 443 40000 SA => pass allowed hit",
		"lan5< br1 ip vms mix; tcp 443 40000 SA => pass allowed hit",
		"lan5< br1+mark ip vms mix; tcp 443 40000 SA => drop no-rule none" } },
	{ "in a bridge without an uplink the mark means nothing", BOTH, 0, {
		"lan1< br0 ip pos cam1; tcp 40000 8000 S => drop no-rule none",
		"lan1< br0+mark ip vms cam1; tcp 40000 554 S => drop unknown-device none",
		"lan1< wan0+mark ip cam2 cam1; tcp 40000 554 S => drop spoofed-uplink none",
		"lan1< wan0+mark ip vms cam1; tcp 40000 554 S => pass allowed new" } },
};

#endif
