/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device in quarantine: cut off in place, whatever its segment's mode and the rules say,
 * and back again. Every row takes it out as it found it.
 */
#ifndef ZT_CASES_QUARANTINE_H
#define ZT_CASES_QUARANTINE_H

#include "prove.h"

static const struct row cases_quarantine[] = {
	{ "a device in quarantine reaches nothing, whatever its segment's mode", BOTH, 0, {
		"quarantine cam1 on", "quarantine plc on", "quarantine probe on",
		"lan1> ip cam1 vms; tcp 40000 443 S => drop quarantine rule:none none",
		"lan1> ip cam1 rtr; udp 4000 53 => drop quarantine rule:none none",
		"lan1> ip cam1 vms; tcp 40000 22 S => drop quarantine none",
		"lan1> ip plc vms; tcp 40000 22 S => drop quarantine none",
		"lan1> ip probe ntp; udp 4000 123 => drop quarantine rule:none none",
		"lan1> ip probe vms; udp 4000 7 => drop quarantine none",
		"lan1> ip cam3 vms; tcp 40000 443 S => pass allowed new",
		"quarantine cam1 off", "quarantine plc off", "quarantine probe off",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed rule:cam-vms new",
		"lan1> ip plc vms; tcp 40000 22 S => audit no-rule new",
		"lan1> ip probe vms; udp 4000 7 => pass no-rule new" } },
	{ "and nothing reaches it", BOTH, 0, {
		"quarantine cam1 on", "quarantine probe on",
		"lan1< wan0 ip vms cam1; tcp 40000 554 S => drop quarantine rule:none none",
		"lan1< local ip rtr cam1; tcp 40000 22 S => drop quarantine none",
		"lan1< wan0 ip vms probe; udp 4000 7 => drop quarantine none",
		"lan1< wan0 ip vms cam3; tcp 40000 554 S => pass allowed new",
		"quarantine cam1 off", "quarantine probe off",
		"lan1< wan0 ip vms cam1; tcp 40000 554 S => pass allowed rule:vms-rtsp new",
		"lan1< wan0 ip vms probe; udp 4000 7 => pass no-rule new" } },
	{ "what runs is cut at its next packet, and goes on when the device is released", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"quarantine cam1 on",
		"lan1> ip cam1 vms; tcp 40000 443 A => drop quarantine none",
		"lan1< wan0 ip vms cam1; tcp 443 40000 A => drop quarantine none",
		"lan1> ip cam1 vms; tcp 40000 443 R => drop quarantine none",
		"quarantine cam1 off",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed rule:cam-vms hit",
		"lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit" } },
	{ "what runs in learn and audit is cut as well", BOTH, 0, {
		"lan1> ip probe vms; udp 4000 7 => pass no-rule new",
		"lan1> ip plc vms; udp 4000 7 => audit no-rule new",
		"quarantine probe on", "quarantine plc on",
		"lan1> ip probe vms; udp 4000 7 => drop quarantine none",
		"lan1< wan0 ip vms plc; udp 7 4000 => drop quarantine none",
		"quarantine probe off", "quarantine plc off",
		"lan1> ip probe vms; udp 4000 7 => pass no-rule hit",
		"lan1< wan0 ip vms plc; udp 7 4000 => audit no-rule hit" } },
	{ "of two devices one in quarantine is enough, at either port", BOTH, 0, {
		"lan1> ip cam1 cam2; udp 4000 8000 => pass allowed new",
		"lan2< lan1 ip cam1 cam2; udp 4000 8000 => pass allowed new",
		"quarantine cam2 on",
		"lan1> ip cam1 cam2; udp 4000 8000 => drop quarantine rule:none none",
		"lan2< lan1 ip cam1 cam2; udp 4000 8000 => drop quarantine none",
		"lan2> ip cam2 cam1; udp 8000 4000 => drop quarantine none",
		"lan1< lan2 ip cam2 cam1; udp 8000 4000 => drop quarantine none",
		"lan1> ip probe meter; udp 4000 8000 => pass no-rule new",
		"quarantine meter on",
		"lan1> ip probe meter; udp 4000 8000 => drop quarantine none",
		"quarantine cam2 off", "quarantine meter off",
		"lan1> ip cam1 cam2; udp 4000 8000 => pass allowed hit",
		"lan1> ip probe meter; udp 4000 8000 => pass no-rule hit" } },
	{ "what needs no rule needs a device that is not in quarantine", V4, 0, {
		"quarantine cam1 on", "quarantine dyn1 on",
		"lan1> arp request cam1 cam1 rtr => drop quarantine none",
		"lan1> eth cam1 rtr; arp reply cam1 cam1 rtr => drop quarantine none",
		"lan1< local eth rtr cam1; arp request rtr rtr cam1 => drop quarantine none",
		"lan1> eth dyn1 bcast; ip4 any 255.255.255.255; dhcp discover dyn1 => drop quarantine none",
		"lan1< local eth rtr dyn1; ip4 rtr dyn1; dhcp ack dyn1 yi=dyn1 lease=60 => drop quarantine none",
		"is learned dyn1 none",
		"lan2< lan1 eth cam3 cam1; arp reply cam3 cam3 cam1 => drop wrong-port none",
		"quarantine cam1 off", "quarantine dyn1 off",
		"lan1> arp request cam1 cam1 rtr => pass infra-arp none" },
	  .twin = "row: neither does ND" },
	{ "neither does ND", V6, 0, {
		"quarantine cam1 on",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => drop quarantine none",
		"lan1> eth cam1 rtr; ip6 cam1 rtr ttl=255; na cam1 hw=cam1 => drop quarantine none",
		"lan1> ip6 ll:cam1 allrouters ttl=255; rs hw=cam1 => drop quarantine none",
		"lan1< local eth rtr cam1; ip6 rtr cam1 ttl=255; ns cam1 hw=rtr => drop quarantine none",
		"lan2< lan1 eth cam3 cam1; ip6 cam3 cam1 ttl=255; na cam3 hw=cam3 => drop wrong-port none",
		"quarantine cam1 off",
		"lan1> ip6 cam1 sol:rtr ttl=255; ns rtr hw=cam1 => pass infra-nd none" },
	  .twin = "row: what needs no rule needs a device that is not in quarantine" },
	{ "what is wrong with a packet beside that stays its reason", BOTH, 0, {
		"lan1> eth probe rtr; ip cam3 ntp; udp 4000 123 => drop spoofed none",
		"lan1> eth probe rtr; ip meter ntp; udp 4000 123 => pass spoofed none",
		"quarantine probe on",
		"lan1> eth probe rtr; ip meter ntp; udp 4000 123 => drop spoofed none",
		"lan1> eth probe cam3; ip probe ntp; udp 4000 123 => drop l2-mismatch none",
		"quarantine probe off" } },
	{ "nobody passes under the name of a device in quarantine", BOTH, 0, {
		"lan1> eth probe rtr; ip meter ntp; udp 4000 123 => pass spoofed none",
		"quarantine meter on",
		"lan1> eth probe rtr; ip meter ntp; udp 4000 123 => drop spoofed none",
		"quarantine meter off",
		"lan1> eth probe rtr; ip meter ntp; udp 4000 123 => pass spoofed none" } },
	{ "a datagram's later fragments end with its device's freedom", V4, 0, {
		"lan1> ip4 cam1 vms id=7 mf; udp 4000 5000 data=24 => pass allowed new",
		"quarantine cam1 on",
		"lan1> ip4 cam1 vms id=7 off=32; hex 0011223344556677 => drop frag-miss none",
		"lan1> ip4 cam1 vms id=8 mf; udp 4000 5000 data=24 => drop quarantine none",
		"quarantine cam1 off" },
	  .twin = "the same lookup and the same epoch in both families" },
};

#endif
