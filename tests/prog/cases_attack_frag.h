/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The attack catalogue in fragments (bypass I3, I4, V2), what the older rows leave
 * out: every way two fragments overlap, in both orders, in both directions.
 *
 * Offsets: the first part is 0-1480; "old" is 1480-1520, "new" the one that overlaps.
 */
#ifndef ZT_CASES_ATTACK_FRAG_H
#define ZT_CASES_ATTACK_FRAG_H

#include "prove.h"

#define FIRST "lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => pass allowed new"
#define OLD "lan1> ip cam1 vms; frag 1480 mf; pay 40 => pass allowed"
#define REST "lan1> ip cam1 vms; frag 1520; pay 40 => drop frag-overlap none"

static const struct row cases_attack_frag[] = {
	/* ---- the overlap matrix, the old one first ---- */
	{ "dropnew: the new one lies inside the old", BOTH, 0, { FIRST, OLD,
		"lan1> ip cam1 vms; frag 1488 mf; pay 16 => drop frag-overlap none", REST,
		"is flows cam1 1" }, .ref = "I4a" },
	{ "dropold: the new one covers the old", BOTH, 0, { FIRST, OLD,
		"lan1> ip cam1 vms; frag 1472 mf; pay 80 => drop frag-overlap none", REST,
		"is flows cam1 1" }, .ref = "I4a" },
	{ "cutnew: the new one begins inside the old", BOTH, 0, { FIRST, OLD,
		"lan1> ip cam1 vms; frag 1512 mf; pay 80 => drop frag-overlap none", REST,
		"is flows cam1 1" }, .ref = "I4a" },
	{ "cutold: the new one ends inside the old", BOTH, 0, { FIRST, OLD,
		"lan1> ip cam1 vms; frag 1472 mf; pay 24 => drop frag-overlap none", REST,
		"is flows cam1 1" }, .ref = "I4a" },
	/* ---- the new one first ---- */
	{ "dropnew the other way round: what waits ahead is a gap, then covered", BOTH, 0, { FIRST,
		"lan1> ip cam1 vms; frag 1488 mf; pay 16 => drop frag-gap none", OLD,
		"lan1> ip cam1 vms; frag 1488 mf; pay 16 => drop frag-overlap none", REST }, .ref = "I4a" },
	{ "dropold the other way round", BOTH, 0, { FIRST,
		"lan1> ip cam1 vms; frag 1480 mf; pay 80 => pass allowed",
		"lan1> ip cam1 vms; frag 1488 mf; pay 40 => drop frag-overlap none",
		"lan1> ip cam1 vms; frag 1560; pay 40 => drop frag-overlap none" }, .ref = "I4a" },
	{ "cutnew the other way round: what waits ahead is a gap, then overlaps", BOTH, 0, { FIRST,
		"lan1> ip cam1 vms; frag 1512 mf; pay 80 => drop frag-gap none", OLD,
		"lan1> ip cam1 vms; frag 1512 mf; pay 80 => drop frag-overlap none", REST }, .ref = "I4a" },
	{ "cutold the other way round: it reaches back over the first part", BOTH, 0, { FIRST,
		"lan1> ip cam1 vms; frag 1472 mf; pay 24 => drop frag-overlap none",
		"lan1> ip cam1 vms; frag 1480 mf; pay 40 => drop frag-overlap none", REST }, .ref = "I4a" },
	/* ---- over the first part ---- */
	{ "a second first part, longer, shorter or the same, ends the datagram", BOTH, 0, { FIRST,
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1480 => drop frag-overlap none",
		"lan1> ip cam1 vms; frag 1480 mf; pay 40 => drop frag-overlap none",
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 40 => drop frag-overlap none",
		"lan1> ip cam1 vms; frag 0 mf id=8; udp 4001 5000 len=3000; pay 40 => pass allowed new",
		"is flows cam1 2" }, .ref = "I4a I4b" },
	{ "offset 8 over ports and flags of a first part that passed, in every length", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf id=1; tcp 40000 443 S; pay 4 => pass allowed new",
		"lan1> ip cam1 vms; frag 8 mf id=1 proto=6; pay 8 => drop frag-overlap none",
		"lan1> ip cam1 vms; frag 24 id=1 proto=6; pay 8 => drop frag-overlap none",
		"lan1> ip cam1 vms; frag 0 mf id=2; tcp 40001 443 S; pay 12 => pass allowed new",
		"lan1> ip cam1 vms; frag 16 id=2 proto=6; pay 1400 => drop frag-overlap none",
		"lan1> ip cam1 vms; frag 0 mf id=3; udp 4000 5000 len=3000 => pass allowed new",
		"lan1> ip cam1 vms; frag 0 mf id=3; udp 4000 5000 len=3000 => drop frag-overlap none",
		"is flows cam1 3" }, .ref = "I3b I4a" },
	{ "a whole packet under the same number is a packet of its own", BOTH, 0, { FIRST,
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed hit",
		"lan1> ip cam1 host; udp 4000 5000 => drop no-rule none", OLD }, .ref = "I4b" },
	/* ---- towards a device ---- */
	{ "the matrix towards a device", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip vms cam1; frag 0 mf id=1; udp 5000 4000 len=3000; pay 1472 => pass allowed hit",
		"lan1< wan0 ip vms cam1; frag 1480 mf id=1; pay 40 => pass allowed",
		"lan1< wan0 ip vms cam1; frag 1488 mf id=1; pay 16 => drop frag-overlap none",
		"lan1< wan0 ip vms cam1; frag 0 mf id=2; udp 5000 4000 len=3000; pay 1472 => pass allowed hit",
		"lan1< wan0 ip vms cam1; frag 1472 mf id=2; pay 80 => drop frag-overlap none",
		"lan1< wan0 ip vms cam1; frag 0 mf id=3; udp 5000 4000 len=3000; pay 1472 => pass allowed hit",
		"lan1< wan0 ip vms cam1; frag 1488 mf id=3; pay 80 => drop frag-gap none",
		"lan1< wan0 ip vms cam1; frag 1480 mf id=3; pay 40 => pass allowed",
		"lan1< wan0 ip vms cam1; frag 1512 mf id=3; pay 80 => drop frag-overlap none",
		"lan1< wan0 ip vms cam1; frag 1520 id=3; pay 8 => drop frag-overlap none",
		"lan1< wan0 ip vms cam1; frag 0 mf id=3; udp 5000 4000 len=3000; pay 1472 => drop frag-overlap none",
		"is flows cam1 1" }, .ref = "I4a I4b" },
	{ "towards a device a tiny first part, an overlap of the header, a lone later one", BOTH, 0, {
		"lan1< wan0 ip vms cam1; frag 0 mf proto=6; pay 8 => drop frag-tiny none",
		"lan1< wan0 ip vms cam1; frag 8 proto=6; pay 24 => drop frag-miss none",
		"lan1< wan0 ip vms cam1; frag 0 mf id=9; tcp 40000 554 S; pay 4 => pass allowed new",
		"lan1< wan0 ip vms cam1; frag 8 mf id=9 proto=6; pay 24 => drop frag-overlap none",
		"lan1< wan0 ip vms cam1; frag 65528 id=10; pay 8 => drop bad-length none",
		"is flows cam1 1" }, .ref = "I3a I3b I3c I3d V2b V2c" },
	/* ---- tiny, lone, too long ---- */
	{ "a first part of every length below its header is tiny", BOTH, 0, {
		"loop 2 lan1> ip cam1 vms; frag 0 mf proto=6 id=#1; hex 9c4001bb00000001 => drop frag-tiny none",
		"lan1> ip cam1 vms; frag 0 mf proto=6; hex 9c4001bb000000010000000050020000 => drop frag-tiny none",
		"lan1> ip cam1 vms; frag 0 mf proto=17; pay 0 => drop bad-length none",
		"lan1> ip cam1 vms; frag 0 mf; tcp 40000 443 S doff=8; pay 4 => drop frag-tiny none",
		"lan1> ip cam1 vms; frag 0 mf; tcp 40000 443 S doff=6; pay 4 => pass allowed new",
		"lan1> ip plc vms; frag 0 mf proto=6; pay 8 => drop frag-tiny none",
		"lan1> ip probe vms; frag 0 mf proto=6; pay 16 => drop frag-tiny none",
		"lan1> ip plc vms; frag 0 mf; tcp 40000 443 S doff=8; pay 4 => drop frag-tiny none" },
	  .ref = "I3a V2b A11" },
	{ "a later part without its first passes for nobody, though its octets spell allowed ports", BOTH, 0, {
		"lan1> ip cam1 vms; frag 8 proto=6; hex 9c4001bb0000000100000000500200000000000000000000 => drop frag-miss none",
		"lan1> ip cam1 vms; frag 1480 proto=17; hex 0fa0138800080000 => drop frag-miss none",
		"lan1> ip cam1 vms; frag 1480 mf proto=1; hex 0800000000070001 => drop frag-miss none",
		"lan1> ip cam1 ntp; frag 184 proto=17; hex 0fa0007b00080000 => drop frag-miss none",
		"lan1< wan0 ip vms cam1; frag 8 proto=6; hex 9c40022a0000000100000000500200000000000000000000 => drop frag-miss none",
		"is table 0", "is frags cam1 0" }, .ref = "I3c V2c" },
	{ "no fragment reaches beyond 64 KB, whatever its datagram", BOTH, 0, { FIRST,
		"lan1> ip cam1 vms; frag 65528; pay 8 => drop bad-length none",
		"lan1> ip cam1 vms; frag 65520 mf; pay 16 => drop bad-length none",
		"lan1> ip cam1 vms; frag 64800; pay 1480 => drop bad-length none",
		"lan1> ip plc vms; frag 65528; pay 8 => drop bad-length none",
		"lan1> ip probe vms; frag 65528; pay 8 => drop bad-length none", OLD }, .ref = "I3d A11" },
	{ "more fragments to follow, and not a multiple of eight", BOTH, 0, { FIRST,
		"lan1> ip cam1 vms; frag 1480 mf; pay 41 => drop bad-length none",
		"lan1> ip cam1 vms; frag 1480 mf; pay 7 => drop bad-length none",
		"lan1> ip probe vms; frag 1480 mf; pay 41 => drop bad-length none", OLD,
		"lan1> ip cam1 vms; frag 1520; pay 41 => pass allowed" }, .ref = "I3d A11" },
	{ "the same number from another device, or to another host, is another datagram", BOTH, 0, { FIRST,
		"lan1> ip cam3 vms; frag 1480; pay 40 => drop frag-miss none",
		"lan1> ip cam3 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"lan1> ip cam3 vms; frag 1480 mf; pay 40 => pass allowed",
		"lan1> ip cam1 ntp; frag 1480; pay 40 => drop frag-miss none",
		"lan1> eth cam3 rtr; ip cam1 vms; frag 1480; pay 40 => drop spoofed none",
		"lan2> eth cam1 rtr; ip cam1 vms; frag 1480; pay 40 => drop spoofed-mac none",
		"lan1< wan0 ip cam1 vms; frag 1480; pay 40 => drop spoofed-uplink none", OLD },
	  .ref = "I4d" },
	{ "an atomic fragment is its packet: denied, bad and hidden things stay so", V6, 0, {
		"lan1> ip6 cam1 host; frag 0; udp 4000 5000 => drop no-rule none",
		"lan1> ip6 cam1 vms; frag 0; tcp 40000 443 SA => drop no-flow none",
		"lan1> ip6 cam1 vms; frag 0; tcp 40000 443 SF => drop bad-flags none",
		"lan1> ip6 cam1 vms; frag 0; tcp 40000 443 S doff=15 => drop truncated none",
		"lan1> ip6 cam1 vms; frag 0 proto=6; hex 9c4001bb00000001 => drop truncated none",
		"lan1> ip6 cam1 vms; frag 0; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip6 vms cam1; frag 0; tcp 443 40000 SA => pass allowed hit",
		"lan1< wan0 ip6 vms cam1; frag 0; tcp 443 40001 SA => drop no-flow none",
		"is frags cam1 0" }, .ref = "V2a",
	  .twin = "an IPv4 packet without MF and offset is simply whole" },
	{ "a first part that hides its transport behind a chain is tiny, at every cut", V6, 0, {
		"lan1> ip6 cam1 vms; frag 0 mf proto=60; hex 0600010400000000; pay 8 => drop frag-tiny none",
		"lan1> ip6 cam1 vms; frag 0 mf; dst times=3 => drop no-rule none",
		"lan1> ip6 cam1 vms; frag 0 mf; dst len=9 room=2 => drop frag-tiny none",
		"lan1> ip6 cam1 vms; frag 0 mf; dst; tcp 40000 443 S doff=15; pay 4 => drop frag-tiny none",
		"lan1> ip6 cam1 vms; dst; frag 0 mf proto=6; pay 16 => drop frag-tiny none",
		"lan1> ip6 cam1 vms; frag 0 mf proto=44; hex 1100000100000007; pay 8 => drop header-chain none",
		"lan1> ip6 plc vms; frag 0 mf; dst len=9 room=2 => drop frag-tiny none",
		"lan1> ip6 probe vms; dst; frag 0 mf proto=6; pay 16 => drop frag-tiny none" },
	  .ref = "V2b A11", .twin = "IPv4 has no extension headers" },
};

#undef FIRST
#undef OLD
#undef REST

#endif
