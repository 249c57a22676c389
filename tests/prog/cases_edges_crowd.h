/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about tables of many: more addresses, prefixes and MACs than one line or block of a
 * generation's tables holds, each found, and nothing beside them.
 */
#ifndef ZT_CASES_EDGES_CROWD_H
#define ZT_CASES_EDGES_CROWD_H

#include "cases_edges.h"

static const struct row cases_edges_crowd[] = {
	{ "each of ninety addresses is found, and none beside them", V4, 0, {
		"policy crowd", "loop 90 lan1> ip cam1 10.40.0.#10; tcp 40000 7001 S => drop denied none rule:a-many",
		"loop 10 lan1> ip cam1 10.40.0.#0; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 10.40.0.#100; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 10.40.1.#10; tcp 40000 7001 S => drop no-rule none" }, .twin = "row: of IPv6 as well" },
	{ "of IPv6 as well", V6, 0, {
		"policy crowd", "loop 90 lan1> ip cam1 fd40::#10; tcp 40000 7001 S => drop denied none rule:a-many",
		"loop 90 lan1> ip cam1 fd40::#100; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd40::1:0:#10; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd40:0:0:1::#10; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd40:0:1::#10; tcp 40000 7001 S => drop no-rule none" },
	  .twin = "row: each of ninety addresses is found, and none beside them" },
	{ "each of ninety prefixes holds its first address and its last, and none beside them", V4, 0, {
		"policy crowd", "loop 90 lan1> ip cam1 10.41.#10.0; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 10.41.#10.127; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 10.41.#10.128; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 10.41.#9.255; tcp 40000 7001 S => drop no-rule none",
		"lan1> ip cam1 10.41.100.0; tcp 40000 7001 S => drop no-rule none" }, .twin = "row: a prefix of IPv6 too, above the interface identifier" },
	{ "a prefix of IPv6 too, above the interface identifier", V6, 0, {
		"policy crowd", "loop 90 lan1> ip cam1 fd41:#10::; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 fd41:#10:7fff:ffff:ffff:ffff:ffff:ffff; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 fd41:#10:8000::; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd41:#9:ffff:ffff:ffff:ffff:ffff:ffff; tcp 40000 7001 S => drop no-rule none" },
	  .twin = "row: each of ninety prefixes holds its first address and its last, and none beside them" },
	{ "ninety within one /64, in either half of it", V6, 0, {
		"policy crowd", "loop 90 lan1> ip cam1 fd42::#10:0:0:0; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 fd42::#10:7fff:ffff:ffff; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 fd42::#10:8000:0:0; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd42::#9:ffff:ffff:ffff; tcp 40000 7001 S => drop no-rule none",
		"loop 9 lan1> ip cam1 fd42::800#0:0:0:0; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd42::8a#10:0:0:0; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 fd42::8a#10:8000:0:0; tcp 40000 7001 S => drop no-rule none" }, .twin = "no IPv4 address has an interface identifier" },
	{ "one in each of ninety /64, in the lower half and in the upper", V6, 0, {
		"policy crowd", "loop 90 lan1> ip cam1 fd43:#10::5:0; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 fd43:#10::5:ffff; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 fd43:#10::6:0; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd43:#10::4:ffff; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd43:#10::8000:0:5:0; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd44:#10:0:0:8000::; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 fd44:#10:0:0:8000::ffff; tcp 40000 7001 S => drop denied none rule:a-nets",
		"loop 90 lan1> ip cam1 fd44:#10:0:0:8000::1:0; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd44:#10:0:0:7fff:ffff:ffff:ffff; tcp 40000 7001 S => drop no-rule none",
		"loop 90 lan1> ip cam1 fd44:#10::; tcp 40000 7001 S => drop no-rule none" }, .twin = "no IPv4 address has an interface identifier" },
	{ "a record's MAC, and a device's, is its own in every octet", V4, 0, {
		"policy crowd", "lan1> eth 0a:9b:8c:7d:6f:5f rtr; ip 10.1.0.77 ntp; udp 4000 123 => pass allowed new",
		"lan1< wan0 eth rtr 0a:9b:8c:7d:6f:5f; ip ntp 10.1.0.77; udp 123 4000 => pass allowed hit fast",
		"lan1> eth 4a:9b:8c:7d:6f:5f rtr; ip 10.1.0.77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 4a:9b:8c:7d:6f:5f; ip ntp 10.1.0.77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 42:00:00:00:00:f1; ip 10.1.0.77 ntp; udp 4000 123 => drop l2-mismatch none",
		"lan1> eth 0a:db:8c:7d:6f:5f rtr; ip 10.1.0.77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 0a:db:8c:7d:6f:5f; ip ntp 10.1.0.77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 02:40:00:00:00:f1; ip 10.1.0.77 ntp; udp 4000 123 => drop l2-mismatch none",
		"lan1> eth 0a:9b:cc:7d:6f:5f rtr; ip 10.1.0.77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 0a:9b:cc:7d:6f:5f; ip ntp 10.1.0.77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 02:00:40:00:00:f1; ip 10.1.0.77 ntp; udp 4000 123 => drop l2-mismatch none",
		"lan1> eth 0a:9b:8c:3d:6f:5f rtr; ip 10.1.0.77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 0a:9b:8c:3d:6f:5f; ip ntp 10.1.0.77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 02:00:00:40:00:f1; ip 10.1.0.77 ntp; udp 4000 123 => drop l2-mismatch none",
		"lan1> eth 0a:9b:8c:7d:2f:5f rtr; ip 10.1.0.77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 0a:9b:8c:7d:2f:5f; ip ntp 10.1.0.77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 02:00:00:00:40:f1; ip 10.1.0.77 ntp; udp 4000 123 => drop l2-mismatch none",
		"lan1> eth 0a:9b:8c:7d:6f:1f rtr; ip 10.1.0.77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 0a:9b:8c:7d:6f:1f; ip ntp 10.1.0.77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 02:00:00:00:00:b1; ip 10.1.0.77 ntp; udp 4000 123 => drop l2-mismatch none" },
	  .twin = "row: with IPv6 inside the same" },
	{ "with IPv6 inside the same", V6, 0, {
		"policy crowd", "lan1> eth 0a:9b:8c:7d:6f:5f rtr; ip fd01::77 ntp; udp 4000 123 => pass allowed new",
		"lan1< wan0 eth rtr 0a:9b:8c:7d:6f:5f; ip ntp fd01::77; udp 123 4000 => pass allowed hit fast",
		"lan1> eth 4a:9b:8c:7d:6f:5f rtr; ip fd01::77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 4a:9b:8c:7d:6f:5f; ip ntp fd01::77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 42:00:00:00:00:f1; ip fd01::77 ntp; udp 4000 123 => drop l2-mismatch none",
		"lan1> eth 0a:db:8c:7d:6f:5f rtr; ip fd01::77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 0a:db:8c:7d:6f:5f; ip ntp fd01::77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 02:40:00:00:00:f1; ip fd01::77 ntp; udp 4000 123 => drop l2-mismatch none",
		"lan1> eth 0a:9b:cc:7d:6f:5f rtr; ip fd01::77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 0a:9b:cc:7d:6f:5f; ip ntp fd01::77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 02:00:40:00:00:f1; ip fd01::77 ntp; udp 4000 123 => drop l2-mismatch none",
		"lan1> eth 0a:9b:8c:3d:6f:5f rtr; ip fd01::77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 0a:9b:8c:3d:6f:5f; ip ntp fd01::77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 02:00:00:40:00:f1; ip fd01::77 ntp; udp 4000 123 => drop l2-mismatch none",
		"lan1> eth 0a:9b:8c:7d:2f:5f rtr; ip fd01::77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 0a:9b:8c:7d:2f:5f; ip ntp fd01::77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 02:00:00:00:40:f1; ip fd01::77 ntp; udp 4000 123 => drop l2-mismatch none",
		"lan1> eth 0a:9b:8c:7d:6f:1f rtr; ip fd01::77 ntp; udp 4000 123 => drop spoofed none",
		"lan1< wan0 eth rtr 0a:9b:8c:7d:6f:1f; ip ntp fd01::77; udp 123 4000 => drop wrong-port none",
		"lan1> eth 0a:9b:8c:7d:6f:5f 02:00:00:00:00:b1; ip fd01::77 ntp; udp 4000 123 => drop l2-mismatch none" },
	  .twin = "row: a record's MAC, and a device's, is its own in every octet" },
	{ "a flow is followed for its device's MAC, not for one that differs in a bit of its middle", V4, 0, {
		"policy crowd", "lan1> eth 0a:9b:8c:7d:6f:5f rtr; ip4 10.1.0.77 ntp; udp 4000 123 => pass allowed new",
		"lan1> eth 0a:9b:8c:7d:6f:5f rtr; ip4 10.1.0.77 ntp; udp 4000 123 => pass allowed hit fast",
		"lan1> eth 0a:9b:8d:7d:6f:5f rtr; ip4 10.1.0.77 ntp; udp 4000 123 => drop spoofed none",
		"lan1> eth 0a:9b:8c:fd:6f:5f rtr; ip4 10.1.0.77 ntp; udp 4000 123 => drop spoofed none" }, .twin = "a binding is the same for both families" },
};

#endif
