/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about IP and transport headers (bypass I1, I2, V1, V3, S2, S5; design §4.1,
 * §4.3): what cannot be read, what can and is unwanted.
 */
#ifndef ZT_CASES_IP_H
#define ZT_CASES_IP_H

#include "prove.h"

static const struct row cases_ip[] = {
	/* ---- IPv4 ---- */
	{ "IPv4 options are refused, each of them", V4, 0, {
		"lan1> ip4 cam1 vms opt=01010101; udp 4000 5000 => drop ip-options none",
		"lan1> ip4 cam1 vms opt=94040000; udp 4000 5000 => drop ip-options none",
		"lan1> ip4 cam1 vms opt=07070400000000ff; udp 4000 5000 => drop ip-options none",
		"lan1> ip4 cam1 vms opt=830704c0a8000100; tcp 40000 443 S => drop ip-options none",
		"lan1> ip4 cam1 vms opt=890704c0a8000100; tcp 40000 443 S => drop ip-options none",
		"lan1> ip4 cam1 vms opt=01010101010101010101010101010101010101010101010101010101010101010101010101010101; udp 4000 5000 => drop ip-options none" },
	  .ref = "I1a", .twin = "row: any hop-by-hop header is refused, first or not" },
	{ "options on a live flow are refused too, either way", V4, 0, {
		"lan1> ip4 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> ip4 cam1 vms opt=01010101; udp 4000 5000 => drop ip-options none",
		"lan1< wan0 ip4 vms cam1 opt=01010101; udp 5000 4000 => drop ip-options none" },
	  .ref = "I1a I1c", .twin = "row: a hop-by-hop header on a live flow is refused too, either way" },
	{ "options in audit pass as audit and make no record", V4, 0, {
		"lan1> ip4 plc vms opt=01010101; udp 4000 5000 => audit ip-options none",
		"lan1> ip4 probe vms opt=01010101; udp 4000 5000 => pass ip-options none" },
	  .ref = "I1a", .twin = "row: any hop-by-hop header is refused, first or not" },
	{ "a wrong version or header length is unreadable", V4, 0, {
		"lan1> ip4 cam1 vms ver=5; udp 4000 5000 => drop bad-header none",
		"lan1> ip4 cam1 vms ver=6; udp 4000 5000 => drop bad-header none",
		"lan1> ip4 cam1 vms ver=0; udp 4000 5000 => drop bad-header none",
		"lan1> ip4 cam1 vms ihl=4; udp 4000 5000 => drop bad-header none",
		"lan1> ip4 cam1 vms ihl=0; udp 4000 5000 => drop bad-header none",
		"lan1> ip4 cam1 vms ihl=15; udp 4000 5000 => drop bad-length none",
		"lan1> eth cam1 rtr 0x86dd; ip4 cam1 vms; udp 4000 5000; pay 20 => drop bad-header none",
		"lan1> ip4 plc vms ver=5; udp 4000 5000 => drop bad-header none",
		"lan1> ip4 probe vms ver=5; udp 4000 5000 => drop bad-header none" },
	  .ref = "I2a A11", .twin = "row: a wrong version is unreadable in IPv6" },
	{ "a length that contradicts the frame or the header is unreadable", V4, 0, {
		"lan1> ip4 cam1 vms len=0; udp 4000 5000 => drop bad-length none",
		"lan1> ip4 cam1 vms len=19; udp 4000 5000 => drop bad-length none",
		"lan1> ip4 cam1 vms len=29; udp 4000 5000 => drop bad-length none",
		"lan1> ip4 cam1 vms len=65535; udp 4000 5000 => drop bad-length none",
		"lan1> ip4 cam1 vms len=20; udp 4000 5000 => drop truncated none",
		"lan1> ip4 cam1 vms len=27; udp 4000 5000 => drop truncated none",
		"lan1> ip4 cam1 vms len=39; tcp 40000 443 S => drop truncated none",
		"lan1< wan0 ip4 vms cam1 len=0; udp 40000 554 => drop bad-length none" },
	  .ref = "I2b", .twin = "row: a payload length of 0 or beyond the frame is unreadable" },
	{ "the verdict comes from the header inside the length, trailing octets are nothing", V4, 0, {
		"lan1> ip4 cam1 vms len=28; udp 4000 5000 len=8; pay 100 => pass allowed new",
		"lan1> ip4 cam1 vms len=28; udp 4000 5000 len=108; pay 100 => drop bad-length none" },
	  .ref = "I2c", .twin = "row: a payload length of 0 or beyond the frame is unreadable" },
	/* ---- IPv6 ---- */
	{ "a wrong version is unreadable in IPv6", V6, 0, {
		"lan1> ip6 cam1 vms ver=4; udp 4000 5000 => drop bad-header none",
		"lan1> ip6 cam1 vms ver=0; udp 4000 5000 => drop bad-header none",
		"lan1> eth cam1 rtr 0x0800; ip6 cam1 vms; udp 4000 5000 => drop bad-header none",
		"lan1> ip6 probe vms ver=4; udp 4000 5000 => drop bad-header none" },
	  .ref = "I2a A11", .twin = "row: a wrong version or header length is unreadable" },
	{ "a payload length of 0 or beyond the frame is unreadable", V6, 0, {
		"lan1> ip6 cam1 vms len=0; udp 4000 5000 => drop bad-length none",
		"lan1> ip6 cam1 vms len=0; hbh c20400000028; udp 4000 5000 => drop bad-length none",
		"lan1> ip6 cam1 vms len=9; udp 4000 5000 => drop bad-length none",
		"lan1> ip6 cam1 vms len=65535; udp 4000 5000 => drop bad-length none",
		"lan1> ip6 cam1 vms len=7; udp 4000 5000 => drop truncated none",
		"lan1> ip6 cam1 vms len=8; udp 4000 5000 len=8; pay 100 => pass allowed new" },
	  .ref = "V3a V3b V3c", .twin = "row: a length that contradicts the frame or the header is unreadable" },
	{ "destination options are walked, six headers and not one more", V6, 0, {
		"lan1> ip6 cam1 vms; dst; udp 4000 5000 => pass allowed new",
		"lan1> ip6 cam1 vms; dst; dst; dst; dst; dst; dst; udp 4000 5000 => pass allowed hit",
		"lan1> ip6 cam1 vms; dst; dst; dst; dst; dst; dst; dst; udp 4000 5000 => drop header-chain none",
		"lan1> ip6 cam1 vms; dst; tcp 40000 22 S => drop no-rule none",
		"loop 3 lan1> ip6 cam1 vms; dst len=#1; udp 4000 5000 => pass allowed hit" },
	  .ref = "V1a", .twin = "IPv4 has no extension headers" },
	{ "twenty destination options are no way around", V6, 0, {
		"lan1> ip6 cam1 vms; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; dst; udp 4000 5000 => drop header-chain none" },
	  .ref = "V1a", .twin = "IPv4 has no extension headers" },
	{ "any hop-by-hop header is refused, first or not", V6, 0, {
		"lan1> ip6 cam1 vms; hbh; udp 4000 5000 => drop ip-options none",
		"lan1> ip6 cam1 vms; dst; hbh; udp 4000 5000 => drop ip-options none",
		"lan1> ip6 cam1 vms; hbh 050200000100; udp 4000 5000 => drop ip-options none",
		"lan1> ip6 plc vms; hbh; udp 4000 5000 => audit ip-options none" },
	  .ref = "V1b", .twin = "row: IPv4 options are refused, each of them" },
	{ "routing headers are refused, every type", V6, 0, {
		"lan1> ip6 cam1 vms; rh 000000000000; udp 4000 5000 => drop header-chain none",
		"lan1> ip6 cam1 vms; rh 000100000000; udp 4000 5000 => drop header-chain none",
		"lan1> ip6 cam1 vms; rh 040100000000; udp 4000 5000 => drop header-chain none",
		"lan1> ip6 cam1 vms; dst; rh; udp 4000 5000 => drop header-chain none",
		"lan1< wan0 ip6 vms cam1; rh; tcp 40000 554 S => drop header-chain none",
		"lan1> ip6 probe vms; rh; udp 4000 5000 => drop header-chain none" },
	  .ref = "V1c", .twin = "IPv4 has source routes as options: IPv4 options are refused, each of them" },
	{ "an extension header beyond its packet is unreadable", V6, 0, {
		"lan1> ip6 cam1 vms; dst len=1; udp 4000 5000; cut 70 => drop bad-length none",
		"lan1> ip6 cam1 vms; dst len=2 room=0; udp 4000 5000 => drop truncated none",
		"lan1> ip6 cam1 vms; dst len=255 room=0; udp 4000 5000 => drop truncated none",
		"lan1> ip6 cam1 vms len=4; dst; udp 4000 5000 => drop truncated none" },
	  .ref = "V1a", .twin = "IPv4 has no extension headers" },
	{ "headers deeper than the parser looks are unreadable, not passed", V6, 0, {
		"lan1> ip6 cam1 vms; dst len=80 room=80; udp 4000 5000 => pass allowed new",
		"lan1> ip6 cam1 vms; dst len=100 room=100; udp 4000 5000 => drop truncated none",
		"lan1> ip6 cam1 vms; dst len=60 room=60; dst len=60 room=60; udp 4000 5000 => drop truncated none" },
	  .ref = "V1a", .twin = "IPv4 has no extension headers" },
	/* ---- transport ---- */
	{ "a TCP header that is too short, or longer than its packet, is unreadable", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S doff=2 => drop bad-header none",
		"lan1> ip cam1 vms; tcp 40000 443 S doff=4 => drop bad-header none",
		"lan1> ip cam1 vms; tcp 40000 443 S doff=15 => drop truncated none",
		"lan1> ip cam1 vms; tcp 40000 443 S doff=15; pay 40 => pass allowed new",
		"lan1> ip cam1 vms proto=6; pay 19 => drop truncated none",
		"lan1> ip cam1 vms proto=6; pay 1 => drop truncated none" },
	  .ref = "S2b" },
	{ "port 0 is unreadable", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 0 443 S => drop bad-header none",
		"lan1> ip cam1 vms; tcp 40000 0 S => drop bad-header none",
		"lan1> ip cam1 vms; udp 0 5000 => drop bad-header none",
		"lan1> ip cam1 vms; udp 4000 0 => drop bad-header none" },
	  .ref = "S5a" },
	{ "a UDP length below its header or beyond its packet is unreadable", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 len=0 => drop bad-length none",
		"lan1> ip cam1 vms; udp 4000 5000 len=4 => drop bad-length none",
		"lan1> ip cam1 vms; udp 4000 5000 len=7 => drop bad-length none",
		"lan1> ip cam1 vms; udp 4000 5000 len=9 => drop bad-length none",
		"lan1> ip cam1 vms proto=17; pay 7 => drop truncated none",
		"lan1> ip cam1 vms; udp 4000 5000 len=8; pay 20 => pass allowed new" },
	  .ref = "S5b" },
	{ "ICMP shorter than its header is unreadable", V4, 0, {
		"lan1> ip cam1 vms proto=1; pay 7 => drop truncated none" },
	  .twin = "row: ICMPv6 shorter than its header is unreadable" },
	{ "ICMPv6 shorter than its header is unreadable", V6, 0, {
		"lan1> ip6 cam1 vms proto=58; pay 7 => drop truncated none" },
	  .twin = "row: ICMP shorter than its header is unreadable" },
	{ "a jumbo frame reads like any other", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000; pay 8900 => pass allowed new",
		"lan1> ip cam1 vms len=9000; udp 4000 5000; pay 8000 => drop bad-length none",
		"lan1> ip cam1 host; udp 4000 5000; pay 8900 => drop no-rule none" },
	  .ref = "L9a" },
	{ "so it does towards the device", BOTH, 1, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip vms cam1; udp 5000 4000; pay 8900 => pass allowed hit" },
	  .ref = "L9a" },
	{ "a super-packet counts as its segments, each with its headers", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0+gso=4x1400 ip vms cam1; tcp 443 40000 PA; pay 5600 => pass allowed hit",
		"lan1< wan0+gso=0x1400 ip vms cam1; tcp 443 40001 PA; pay 1500 => drop no-flow none" },
	  .ref = "A12" },
	{ "a super-packet of more than 64 kB has no length of its own", BOTH, 1, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0+gso=40x1400 ip vms cam1 len=0; tcp 443 40000 PA; pay 56000 => pass allowed hit" },
	  .ref = "A12" },
	{ "the kernel's own jumbogram header before such TCP is nobody's option, any other is", V6, 1, {
		"lan1> ip6 cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; hbh c2040001001c; tcp 443 40000 PA; pay 65536 => pass allowed hit",
		"lan1< wan0+gso=40x1400 ip6 vms cam1 len=0; hbh c2040000dad8; tcp 443 40000 PA; pay 56000 => drop ip-options none",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; hbh 050200000100; tcp 443 40000 PA; pay 65536 => drop ip-options none",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; hbh c2040001001c; hbh; tcp 443 40000 PA; pay 65536 => drop ip-options none",
		"lan1< wan0+gso=47x1400 ip6 vms cam1 len=0; hbh c2040001001c len=1; tcp 443 40000 PA; pay 65520 => drop ip-options none" },
	  .ref = "A12", .twin = "none: IPv4 has no such header" },
};

#endif
