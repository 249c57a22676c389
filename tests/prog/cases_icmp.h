/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about ICMP (design §4.8; bypass S6, S7): pings are flows by their id, errors
 * pass only about a live flow of that device.
 */
#ifndef ZT_CASES_ICMP_H
#define ZT_CASES_ICMP_H

#include "prove.h"

static const struct row cases_icmp[] = {
	{ "a ping that a rule allows, and its answer", BOTH, 0, {
		"lan1> ip cam1 vms; echo 7; pay 56 => pass allowed new rule:cam-vms",
		"lan1< wan0 ip vms cam1; reply 7; pay 56 => pass allowed hit",
		"lan1> ip cam1 vms; echo 7; pay 56 => pass allowed hit",
		"is flows cam1 1" },
	  .ref = "S7a S7b" },
	{ "an answer with another id, from another host, or without a question", BOTH, 0, {
		"lan1> ip cam1 vms; echo 7 => pass allowed new",
		"lan1< wan0 ip vms cam1; reply 8 => drop no-flow none",
		"lan1< wan0 ip host cam1; reply 7 => drop no-flow none",
		"lan1> ip cam1 vms; reply 7 => drop no-flow none",
		"lan1> ip cam1 host; reply 9 => drop no-flow none" },
	  .ref = "S7a" },
	{ "a question is never taken for an answer", BOTH, 0, {
		"lan1> ip cam1 ntp; echo 7 => drop no-rule none",
		"lan1> ip cam1 vms; echo 7 => pass allowed new",
		"lan1< wan0 ip host cam1; echo 7 => drop no-rule none",
		"lan1< wan0 ip vms cam1; echo 7 => pass allowed new rule:vms-rtsp opener:peer",
		"lan1> ip cam1 vms; reply 7 => pass allowed hit rule:vms-rtsp opener:peer",
		"is flows cam1 2" },
	  .ref = "S7a S7b" },
	{ "a ping under way opens nothing for other types of request with its id", V4, 0, {
		"lan1> ip4 cam1 vms; echo 7 => pass allowed new",
		"lan1> ip4 cam1 vms; icmp 13 0 id=7; pay 12 => drop no-rule none",
		"lan1> ip4 cam1 vms; icmp 17 0 id=7; pay 4 => drop no-rule none",
		"lan1< wan0 ip4 vms cam1; icmp 14 0 id=7; pay 12 => drop no-flow none",
		"lan1< wan0 ip4 vms cam1; icmp 13 0 id=7; pay 12 => drop no-rule none",
		"lan1< wan0 ip4 host cam1; unreach; ip4 cam1 vms; icmp 13 0 id=7 => drop no-flow none",
		"lan1< wan0 ip4 vms cam1; reply 7 => pass allowed hit" },
	  .ref = "S7a", .twin = "row: nor in ICMPv6" },
	{ "nor in ICMPv6", V6, 0, {
		"lan1> ip6 cam1 vms; echo 7 => pass allowed new",
		"lan1> ip6 cam1 vms; icmp 139 0 id=7; pay 16 => drop no-rule none",
		"lan1< wan0 ip6 vms cam1; icmp 140 0 id=7; pay 16 => drop no-flow none",
		"lan1< wan0 ip6 vms cam1; reply 7 => pass allowed hit" },
	  .ref = "S7a", .twin = "row: a ping under way opens nothing for other types of request with its id" },
	{ "a ping is over after 60 s", BOTH, 0, {
		"lan1> ip cam1 vms; echo 7 => pass allowed new",
		"wait 235t", "lan1< wan0 ip vms cam1; reply 7 => pass allowed hit",
		"wait 236t", "lan1< wan0 ip vms cam1; reply 7 => drop no-flow none" } },
	{ "the router is pinged, and pings, by rule", BOTH, 0, {
		"lan1> ip cam1 rtr; echo 7 => pass allowed new rule:cam-dns",
		"lan1< local ip rtr cam1; reply 7 => pass allowed hit",
		"lan1< local ip rtr cam1; echo 9 => pass allowed new rule:rtr-ssh",
		"lan1> ip cam1 rtr; reply 9 => pass allowed hit",
		"lan1> ip plc rtr; echo 7 => audit no-rule new" } },
	{ "other requests need a rule, what is neither request nor answer is refused", V4, 0, {
		"lan1> ip4 cam1 vms; icmp 13 0; pay 12 => drop no-rule none",
		"lan1> ip4 cam1 vms; icmp 17 0; pay 4 => drop no-rule none",
		"lan1> ip4 cam1 vms; icmp 14 0; pay 12 => drop no-flow none",
		"lan1> ip4 cam1 vms; icmp 4 0; pay 28 => drop icmp-type none",
		"lan1> ip4 cam1 vms; icmp 9 0; pay 8 => drop icmp-type none",
		"lan1> ip4 cam1 vms; icmp 10 0 => drop icmp-type none",
		"lan1> ip4 cam1 vms; icmp 40 0 => drop icmp-type none",
		"lan1> ip4 cam1 vms; icmp 255 0 => drop icmp-type none",
		"lan1> ip4 plc vms; icmp 40 0 => audit icmp-type none",
		"lan1> ip4 probe vms; icmp 40 0 => pass icmp-type none" },
	  .twin = "row: so it is in ICMPv6" },
	{ "so it is in ICMPv6", V6, 0, {
		"lan1> ip6 cam1 vms; icmp 139 0; pay 16 => drop no-rule none",
		"lan1> ip6 cam1 vms; icmp 140 0; pay 16 => drop no-flow none",
		"lan1> ip6 cam1 vms; icmp 0 0 => drop icmp-type none",
		"lan1> ip6 cam1 vms; icmp 5 0; pay 40 => drop icmp-type none",
		"lan1> ip6 cam1 vms; icmp 138 0 => drop icmp-type none",
		"lan1> ip6 cam1 vms; icmp 141 0 => drop icmp-type none",
		"lan1> ip6 cam1 vms; icmp 155 0 => drop icmp-type none",
		"lan1> ip6 plc vms; icmp 155 0 => audit icmp-type none" },
	  .twin = "row: other requests need a rule, what is neither request nor answer is refused" },
	{ "ICMP of the other family is an unknown protocol", V4, 0, {
		"lan1> ip4 cam1 vms proto=58; icmp 128 0 => drop no-rule none" },
	  .twin = "row: ICMP of the other family is an unknown protocol in IPv6" },
	{ "ICMP of the other family is an unknown protocol in IPv6", V6, 0, {
		"lan1> ip6 cam1 vms proto=1; icmp 8 0 => drop no-rule none" },
	  .twin = "row: ICMP of the other family is an unknown protocol" },
	/* ---- errors ---- */
	{ "every error about a live flow passes, from wherever it is sent", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip vms cam1; unreach; ip cam1 vms; udp 4000 5000 => pass icmp-error none",
		"lan1< wan0 ip host cam1; big; ip cam1 vms; udp 4000 5000 => pass icmp-error none",
		"lan1< wan0 ip web cam1; exceeded; ip cam1 vms; udp 4000 5000 => pass icmp-error none",
		"lan1< local ip rtr cam1; problem; ip cam1 vms; udp 4000 5000 => pass icmp-error none",
		"is flows cam1 1" },
	  .ref = "S6a" },
	{ "it does not keep the flow alive", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "wait 100t",
		"lan1< wan0 ip vms cam1; unreach; ip cam1 vms; udp 4000 5000 => pass icmp-error none",
		"wait 19t",
		"lan1< wan0 ip vms cam1; unreach; ip cam1 vms; udp 4000 5000 => drop no-flow none" },
	  .ref = "S6a" },
	{ "an error about anything else does not pass", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip vms cam1; unreach; ip cam1 vms; udp 4001 5000 => drop no-flow none",
		"lan1< wan0 ip vms cam1; unreach; ip cam1 vms; udp 4000 5001 => drop no-flow none",
		"lan1< wan0 ip vms cam1; unreach; ip cam1 vms; tcp 4000 5000 S => drop no-flow none",
		"lan1< wan0 ip vms cam1; unreach; ip cam1 host; udp 4000 5000 => drop no-flow none",
		"lan1< wan0 ip vms cam1; unreach; ip vms cam1; udp 5000 4000 => drop no-flow none",
		"lan1< wan0 ip vms cam3; unreach; ip cam1 vms; udp 4000 5000 => drop no-flow none",
		"lan1< wan0 ip vms cam3; unreach; ip cam3 vms; udp 4000 5000 => drop no-flow none" },
	  .ref = "S6b" },
	{ "an error about a flow with another family inside does not pass", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip4 vms cam1; icmp 3 1; ip6 cam1 vms; udp 4000 5000 => drop truncated none",
		"lan1< wan0 ip6 vms cam1; icmp 1 0; ip4 cam1 vms; udp 4000 5000; pay 40 => drop no-flow none" },
	  .ref = "S6b" },
	{ "a device's error goes to whoever sent what it is about", BOTH, 0, {
		"lan1< wan0 ip vms cam1; udp 6000 554 => pass allowed new",
		"lan1> ip cam1 vms; unreach; ip vms cam1; udp 6000 554 => pass icmp-error none",
		"lan1> ip cam1 host; unreach; ip vms cam1; udp 6000 554 => drop no-flow none",
		"lan1> ip cam1 vms; unreach; ip cam1 vms; udp 554 6000 => drop no-flow none",
		"lan1> ip cam3 vms; unreach; ip vms cam1; udp 6000 554 => drop no-flow none",
		"lan1> ip cam1 vms; unreach; ip vms cam1; udp 6001 554 => drop no-flow none",
		"lan1> eth cam1 cam3; ip cam1 vms; unreach; ip vms cam1; udp 6000 554 => drop l2-mismatch none" },
	  .ref = "S6a S6b" },
	{ "an error about a ping, by either side's id", BOTH, 0, {
		"lan1> ip cam1 vms; echo 7 => pass allowed new",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; echo 7 => pass icmp-error none",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; echo 8 => drop no-flow none",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; reply 7 => drop no-flow none",
		"lan1> ip cam1 vms; unreach; ip vms cam1; reply 7 => pass icmp-error none",
		"lan1< wan0 ip vms cam1; echo 9 => pass allowed new",
		"lan1> ip cam1 vms; unreach; ip vms cam1; echo 9 => pass icmp-error none",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; reply 9 => pass icmp-error none" },
	  .ref = "S6a S6b" },
	{ "an error about a flow without ports", BOTH, 0, {
		"lan1> ip cam1 vms proto=50; pay 40 => pass allowed new",
		"lan1< wan0 ip host cam1; big; ip cam1 vms proto=50; pay 40 => pass icmp-error none",
		"lan1< wan0 ip host cam1; big; ip cam1 vms proto=47; pay 40 => drop no-flow none" },
	  .ref = "S6a S6b" },
	{ "options in the quoted header do not hide its ports", V4, 0, {
		"lan1> ip4 cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip4 host cam1; unreach; ip4 cam1 vms opt=0101010101010101; udp 4000 5000 => pass icmp-error none",
		"lan1< wan0 ip4 host cam1; unreach; ip4 cam1 vms opt=0fa0138801010101; udp 4001 5000 => drop no-flow none" },
	  .ref = "S6b", .twin = "row: extension headers in the quoted packet do not hide its ports" },
	{ "an error that quotes less than eight octets of transport is unreadable", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms proto=17; hex 0fa013880008 => drop truncated none",
		"lan1< wan0 ip host cam1; unreach; hex 4500 => drop truncated none",
		"lan1< wan0 ip host cam1; unreach => drop truncated none",
		"lan1> ip probe host; unreach => drop truncated none" },
	  .ref = "S6d A11" },
	{ "an error about a flow that a new policy has not judged yet waits for its next packet", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "policy more",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; udp 4000 5000 => drop no-flow none",
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed hit",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; udp 4000 5000 => pass icmp-error none",
		"policy revoked",
		"lan1> ip cam1 vms; udp 4000 5000 => drop denied none",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; udp 4000 5000 => drop no-flow none" } },
	{ "an error about a flow whose epoch has moved waits as well", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new", "bump cam1",
		"lan1< wan0 ip host cam1; unreach; ip cam1 vms; udp 4000 5000 => drop no-flow none" } },
	{ "and about one between two devices, whichever of them it was", BOTH, 0, {
		"lan1> ip cam1 pos; udp 4000 8000 => pass allowed new",
		"lan1< lan3 ip pos cam1; unreach; ip cam1 pos; udp 4000 8000 => pass icmp-error none", "bump pos",
		"lan1< lan3 ip pos cam1; unreach; ip cam1 pos; udp 4000 8000 => drop no-flow none",
		"lan1> ip cam1 pos; udp 4000 8000 => pass allowed hit",
		"lan1< lan3 ip pos cam1; unreach; ip cam1 pos; udp 4000 8000 => pass icmp-error none" } },
	{ "an error comes from where its sender can be", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< eth9 ip host cam1; unreach; ip cam1 vms; udp 4000 5000 => drop unlisted-port none",
		"lan1< wan0 ip cam2 cam1; unreach; ip cam1 vms; udp 4000 5000 => drop spoofed-uplink none",
		"lan1< wan0 ip rtr cam1; unreach; ip cam1 vms; udp 4000 5000 => drop unknown-source none",
		"lan2< wan0 eth rtr cam1; ip host cam1; unreach; ip cam1 vms; udp 4000 5000 => drop wrong-port none" },
	  .ref = "S6b A1 A2 A8" },
	{ "an error from a device port about an application's flow is no router's", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< lan3 ip host cam1; big; ip cam1 vms; udp 4000 5000 => drop no-flow none",
		"lan1< wan0 ip host cam1; big; ip cam1 vms; udp 4000 5000 => pass icmp-error none" },
	  .ref = "S6b" },
	{ "redirects pass in no direction", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip rtr cam1; redirect; ip cam1 vms; udp 4000 5000 => drop redirect none",
		"lan1< local ip rtr cam1; redirect; ip cam1 vms; udp 4000 5000 => drop redirect none",
		"lan1> ip cam1 vms; redirect; ip vms cam1; udp 5000 4000 => drop redirect none",
		"lan1> ip plc vms; redirect; ip vms plc; udp 5000 4000 => audit redirect none" },
	  .ref = "S6c V4d" },
	{ "an error about a flow between two devices, or with this router, does not come from outside", BOTH, 0, {
		"lan1> eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 S => pass allowed new",
		"lan2< lan1 eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 S => pass allowed new",
		"lan1< wan0 ip host cam1; big; ip cam1 cam2; tcp 40000 8000 S => drop no-flow none",
		"lan1< wan0 ip host cam1; unreach; ip cam1 cam2; tcp 40000 8000 S => drop no-flow none",
		"lan2< wan0 ip host cam2; unreach; ip cam2 cam1; tcp 8000 40000 SA => drop no-flow none",
		"lan1< local ip rtr cam1; unreach; ip cam1 cam2; tcp 40000 8000 S => pass icmp-error none",
		"lan1> ip cam1 rtr; udp 4000 53 => pass allowed new",
		"lan1< wan0 ip host cam1; unreach; ip cam1 rtr; udp 4000 53 => drop no-flow none",
		"lan1< local ip rtr cam1; unreach; ip cam1 rtr; udp 4000 53 => pass icmp-error none" },
	  .ref = "S6b" },
};

#endif
