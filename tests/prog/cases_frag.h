/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about fragments (design §4.3; bypass I3, I4, V2): the first is judged, the
 * next must continue exactly there, and nothing is ever guessed.
 */
#ifndef ZT_CASES_FRAG_H
#define ZT_CASES_FRAG_H

#include "prove.h"

static const struct row cases_frag[] = {
	{ "a datagram in three fragments passes, in order", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => pass allowed new rule:cam-vms",
		"is frags cam1 1",
		"lan1> ip cam1 vms; frag 1480 mf; pay 1480 => pass allowed rule:cam-vms",
		"lan1> ip cam1 vms; frag 2960; pay 40 => pass allowed rule:cam-vms",
		"is frags cam1 0", "is flows cam1 1",
		"lan1> ip cam1 vms; frag 3000; pay 40 => drop frag-miss" } },
	{ "so do the fragments of an answer", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip vms cam1; frag 0 mf; udp 5000 4000 len=2000; pay 1472 => pass allowed hit",
		"lan1< wan0 ip vms cam1; frag 1480; pay 528 => pass allowed" } },
	{ "fragments of a ping follow their request", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; echo 7; pay 1472 => pass allowed new" } },
	{ "fragments without the first are nobody's", BOTH, 0, {
		"lan1> ip cam1 vms; frag 1480 mf; pay 1480 => drop frag-miss none",
		"lan1> ip cam1 vms; frag 1480; pay 8 => drop frag-miss none",
		"lan1> ip cam1 vms; frag 8 proto=6; pay 8 => drop frag-miss none",
		"lan1< wan0 ip vms cam1; frag 1480; pay 8 => drop frag-miss none",
		"is frags cam1 0" },
	  .ref = "I3c V2c" },
	{ "a denied first fragment leaves nothing for the rest", BOTH, 0, {
		"lan1> ip cam1 host; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => drop no-rule none",
		"lan1> ip cam1 host; frag 1480; pay 8 => drop frag-miss none",
		"is frags cam1 0" },
	  .ref = "I3c V2c" },
	{ "a gap is refused, and what was expected still passes", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"lan1> ip cam1 vms; frag 2960; pay 40 => drop frag-gap",
		"lan1> ip cam1 vms; frag 1480 mf; pay 1480 => pass allowed" } },
	{ "an overlap ends the datagram", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"lan1> ip cam1 vms; frag 1472 mf; pay 1480 => drop frag-overlap",
		"lan1> ip cam1 vms; frag 1480 mf; pay 1480 => drop frag-overlap",
		"lan1> ip cam1 vms; frag 2960; pay 40 => drop frag-overlap" },
	  .ref = "I4a" },
	{ "so does an overlap of the very header", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; tcp 40000 443 S; pay 12 => pass allowed new",
		"lan1> ip cam1 vms; frag 8 mf proto=6; pay 16 => drop frag-overlap",
		"lan1> ip cam1 vms; frag 32 proto=6; pay 16 => drop frag-overlap" },
	  .ref = "I3b I4a" },
	{ "a duplicate ends the datagram, of the first or of another", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf id=1; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"lan1> ip cam1 vms; frag 0 mf id=1; udp 4000 5000 len=3000; pay 1472 => drop frag-overlap",
		"lan1> ip cam1 vms; frag 1480 id=1; pay 8 => drop frag-overlap",
		"lan1> ip cam1 vms; frag 0 mf id=2; udp 4000 5000 len=3000; pay 1472 => pass allowed hit",
		"lan1> ip cam1 vms; frag 1480 mf id=2; pay 8 => pass allowed",
		"lan1> ip cam1 vms; frag 1480 mf id=2; pay 8 => drop frag-overlap" },
	  .ref = "I4b" },
	{ "another first fragment under the same number is an overlap, and opens no flow", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5001 len=3000; pay 1472 => drop frag-overlap none",
		"is table 1",
		"lan1> ip cam1 vms; frag 1480; pay 8 => drop frag-overlap" },
	  .ref = "I4b" },
	{ "IPv4 tells datagrams apart by the protocol, too (RFC 791)", V4, 0, {
		"lan1> ip cam1 vms; frag 0 mf id=5; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"lan1> ip cam1 vms; frag 1480 id=5 proto=6; pay 8 => drop frag-miss" },
	  .ref = "I4c", .twin = "row: IPv6 does not: the next header of a later fragment says nothing (RFC 8200)" },
	{ "IPv6 does not: the next header of a later fragment says nothing (RFC 8200)", V6, 0, {
		"lan1> ip6 cam1 vms; frag 0 mf; dst len=2; udp 4000 5000 len=2000; pay 1448 => pass allowed new",
		"lan1> ip6 cam1 vms; frag 1480 proto=60; pay 40 => pass allowed" },
	  .ref = "I4c", .twin = "row: IPv4 tells datagrams apart by the protocol, too (RFC 791)" },
	{ "behind an extension header a fragment may not reach back over the transport header", V6, 0, {
		"lan1> ip6 cam1 vms; frag 0 mf; dst len=2; tcp 40000 443 S; pay 4 => pass allowed new",
		"lan1> ip6 cam1 vms; frag 24 mf proto=6; pay 24 => drop frag-overlap" },
	  .ref = "I3b V2b", .twin = "IPv4 has no extension headers: so does an overlap of the very header" },
	{ "number, sender and receiver must all be the first one's", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf id=5; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"lan1> ip cam1 vms; frag 1480 id=6; pay 8 => drop frag-miss",
		"lan1> ip cam3 vms; frag 1480 id=5; pay 8 => drop frag-miss",
		"lan1> ip cam1 host; frag 1480 id=5; pay 8 => drop frag-miss",
		"lan1> eth cam1 cam3; ip cam1 vms; frag 1480 id=5; pay 8 => drop l2-mismatch",
		"lan1< wan0 ip vms cam1; frag 1480 id=5; pay 8 => drop frag-miss",
		"lan1> ip cam1 vms; frag 1480 id=5; pay 8 => pass allowed" },
	  .ref = "I4d" },
	{ "the rest of an application's datagram comes from where its first part came from", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip vms cam1; frag 0 mf; udp 5000 4000 len=3000; pay 1472 => pass allowed hit",
		"lan1< lan4 ip vms cam1; frag 1480; pay 40 => drop frag-miss",
		"lan1< local ip vms cam1; frag 1480; pay 40 => drop frag-miss",
		"lan1< eth9 ip vms cam1; frag 1480; pay 40 => drop unlisted-port",
		"lan1< ign0 ip vms cam1; frag 1480; pay 40 => pass allowed" },
	  .ref = "I4d A8" },
	{ "headers behind the fragment header are part of the datagram's octets", V6, 0, {
		"lan1> ip6 cam1 vms; frag 0 mf id=1; dst len=2; udp 4000 5000 len=2000; pay 1448 => pass allowed new",
		"lan1> ip6 cam1 vms; frag 1480 proto=60 id=1; pay 40 => pass allowed",
		"lan1> ip6 cam1 vms; frag 0 mf id=2; dst len=2; tcp 40000 443 S; pay 4 => pass allowed new",
		"lan1> ip6 cam1 vms; frag 24 mf proto=6 id=2; pay 24 => drop frag-overlap" },
	  .ref = "V2b", .twin = "IPv4 has no extension headers" },
	{ "a first fragment must hold the whole transport header", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf proto=6; pay 8 => drop frag-tiny none",
		"lan1> ip cam1 vms; frag 0 mf proto=6; pay 16 => drop frag-tiny none",
		"lan1> ip cam1 vms; frag 0 mf; tcp 40000 443 S doff=10; pay 4 => drop frag-tiny none",
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000 => pass allowed new",
		"lan1> ip probe vms; frag 0 mf proto=6; pay 8 => drop frag-tiny none" },
	  .ref = "I3a V2b A11" },
	{ "a first fragment that ends inside the header chain is tiny", V6, 0, {
		"lan1> ip6 cam1 vms; frag 0 mf; dst len=5 room=1 => drop frag-tiny none",
		"lan1> ip6 cam1 vms; frag 0 mf proto=60; hex 1100; pay 6 => drop frag-tiny none" },
	  .ref = "V2b", .twin = "IPv4 has no extension headers" },
	{ "an atomic fragment is a whole packet", V6, 0, {
		"lan1> ip6 cam1 vms; frag 0; udp 4000 5000 => pass allowed new",
		"lan1> ip6 cam1 vms; frag 0; tcp 40000 22 S => drop no-rule none",
		"is frags cam1 0" },
	  .ref = "V2a", .twin = "an IPv4 packet without MF and offset is simply whole" },
	{ "two fragment headers are refused", V6, 0, {
		"lan1> ip6 cam1 vms; frag 0; frag 0; udp 4000 5000 => drop header-chain none",
		"lan1> ip6 cam1 vms; frag 0 mf; frag 0 mf; udp 4000 5000 => drop header-chain none" },
	  .ref = "V1g", .twin = "IPv4 has one place for it, in the header" },
	{ "lengths no fragment can have are unreadable", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1471 => drop bad-length none",
		"lan1> ip cam1 vms; frag 1480; pay 0 => drop bad-length none",
		"lan1> ip cam1 vms; frag 65528; pay 8 => drop bad-length none",
		"lan1> ip cam1 vms; frag 64000 mf; pay 1600 => drop bad-length none",
		"lan1> ip probe vms; frag 65528; pay 100 => drop bad-length none" },
	  .ref = "I3d A11" },
	{ "the evil bit and DF with MF change nothing", V4, 0, {
		"lan1> ip4 cam1 vms df mf evil id=7; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"lan1> ip4 cam1 vms evil; udp 4001 5000 => pass allowed new" },
	  .ref = "I3e", .twin = "IPv6 has neither bit" },
	{ "the rest of a datagram must come within five seconds", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"wait 20t", "lan1> ip cam1 vms; frag 1480 mf; pay 1480 => pass allowed",
		"wait 21t", "lan1> ip cam1 vms; frag 2960; pay 40 => drop frag-miss",
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => pass allowed hit" } },
	{ "a new policy forgets datagrams under way", BOTH, 0, {
		"lan1> ip cam1 vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"policy more", "lan1> ip cam1 vms; frag 1480; pay 40 => drop frag-miss" } },
	{ "a device may have 64 datagrams under way", BOTH, 0, {
		"loop 64 lan1> ip cam1 vms; frag 0 mf id=#1; udp 4000 5000 len=3000; pay 1472 => pass allowed",
		"lan1> ip cam1 vms; frag 0 mf id=99; udp 4000 5000 len=3000; pay 1472 => drop quota none",
		"lan1> ip cam1 vms; frag 0 mf id=98; udp 4000 5001 len=3000; pay 1472 => drop quota none",
		"is table 1",
		"lan1> ip cam3 vms; frag 0 mf id=99; udp 4000 5000 len=3000; pay 1472 => pass allowed new",
		"lan1> ip cam1 vms; frag 1480 id=9; pay 40 => pass allowed",
		"lan1> ip cam1 vms; frag 0 mf id=99; udp 4000 5000 len=3000; pay 1472 => pass allowed",
		"wait 25t", "sweep", "is frags cam1 0",
		"lan1> ip cam1 vms; frag 0 mf id=99; udp 4000 5000 len=3000; pay 1472 => pass allowed" } },
	{ "one device's finished datagrams do not stop another's flows", BOTH, 0, {
		"loop 9700 lan1> ip cam1 vms; frag 0 mf id=#1; udp 4000 5000 len=3000; pay 1472 => pass allowed"
		" && lan1> ip cam1 vms; frag 1480 id=#1; pay 40 => pass allowed",
		"lan2> ip cam2 vms; udp 4000 5000 => pass allowed new",
		"lan2> ip cam2 vms; frag 0 mf id=1; udp 4000 5000 len=3000; pay 1472 => pass allowed" } },
	{ "in audit and learn fragments follow the mode, unreadable ones do not", BOTH, 0, {
		"lan1> ip plc vms; frag 1480; pay 8 => audit frag-miss none",
		"lan1> ip probe vms; frag 1480; pay 8 => pass frag-miss none",
		"lan1> ip plc vms; frag 0 mf; udp 4000 5000 len=3000; pay 1472 => audit no-rule new",
		"lan1> ip plc vms; frag 2960; pay 8 => audit frag-gap",
		"lan1> ip plc vms; frag 1480 mf; pay 1480 => audit no-rule",
		"lan1> ip plc vms; frag 1480 mf; pay 1480 => drop frag-overlap" },
	  .ref = "A11 I4a" },
	{ "a fragment of a live flow is not taken for a whole packet", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> ip cam1 vms; frag 1480; hex 0fa01388; pay 20 => drop frag-miss" },
	  .ref = "I3c V2c" },
	{ "a first fragment that finds no place for its note leaves no flow either", V4, 0, {
		"lan2< local eth rtr dyn2; ip4 rtr 10.1.0.102; dhcp ack dyn2 yi=10.1.0.102 lease=2 => pass infra-dhcp",
		"lan2> ip4 dyn2 vms; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => pass allowed new",
		"wait 6s",
		"lan2< local eth rtr dyn3; ip4 rtr 10.1.0.102; dhcp ack dyn3 yi=10.1.0.102 lease=60 => pass infra-dhcp",
		"lan2> eth dyn3 rtr; ip4 10.1.0.102 vms; frag 0 mf; udp 4001 5000 len=2000; pay 1472 => drop quota none",
		"is flows dyn3 0", "wait 2s", "sweep", "is frags dyn2 0",
		"lan2> eth dyn3 rtr; ip4 10.1.0.102 vms; frag 0 mf; udp 4001 5000 len=2000; pay 1472 => pass allowed new",
		"lan2> eth dyn3 rtr; ip4 10.1.0.102 vms; frag 1480; pay 20 => pass allowed", "is frags dyn3 0" },
	  .ref = "I3c", .twin = "only a lease moves an address while its fragments are remembered, and leases are IPv4" },
	{ "a first fragment that is refused leaves no note", BOTH, 0, {
		"lan1> ip cam1 host; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => drop no-rule none", "is frags cam1 0",
		"lan1> ip cam1 host; frag 1480; pay 528 => drop frag-miss none",
		"lan1> ip plc host; frag 0 mf; udp 4000 5000 len=2000; pay 1472 => audit no-rule new", "is frags plc 1",
		"lan1> ip plc host; frag 1480; pay 528 => audit no-rule", "is frags plc 0" },
	  .ref = "I3c V2c" },
};

#endif
