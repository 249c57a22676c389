/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about flows (design §4.7, §4.10, §6): who opens, what comes back, when a
 * record is over, what a new policy does to it.
 *
 * Ticks here: half-open and one way 118, TCP 29063, closing 469, both ways 1172.
 */
#ifndef ZT_CASES_FLOW_H
#define ZT_CASES_FLOW_H

#include "prove.h"

static const struct row cases_flow[] = {
	/* ---- opening ---- */
	{ "a SYN that a rule allows opens a flow, and its answers come back", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new rule:cam-vms dev:cam1 opener:dev",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit rule:cam-vms opener:dev",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit dev:cam1",
		"is flows cam1 1", "is table 1" } },
	{ "a SYN that no rule allows is dropped and leaves nothing", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 22 S => drop no-rule none",
		"lan1> ip cam1 host; tcp 40000 443 S => drop no-rule none",
		"is flows cam1 0", "is table 0" },
	  .ref = "S8b" },
	{ "the first and last port of a range are in it, their neighbours are not", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1> ip cam1 vms; udp 4000 5010 => pass allowed new",
		"lan1> ip cam1 vms; udp 4000 4999 => drop no-rule none",
		"lan1> ip cam1 vms; udp 4000 5011 => drop no-rule none" } },
	{ "a SYN with data or with ECN bits opens like any other", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S; pay 100 => pass allowed new",
		"lan1> ip cam1 vms; tcp 40001 443 SPU => pass allowed new" },
	  .ref = "S2c" },
	{ "a SYN-ACK from inside opens nothing", BOTH, 0, {
		"lan1> ip cam1 host; tcp 443 40000 SA => drop no-flow none",
		"lan1> ip cam1 vms; tcp 40000 443 SA => drop no-flow none",
		"lan1> ip cam1 vms; tcp 443 40000 SA => drop no-flow none",
		"is table 0" },
	  .ref = "S1a" },
	{ "a SYN-ACK from outside without a SYN from inside reaches nobody", BOTH, 0, {
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => drop no-flow none",
		"is table 0" },
	  .ref = "S1a" },
	{ "a forged answer from inside with the service as source port opens nothing", BOTH, 0, {
		"lan1> ip cam1 host; tcp 443 40000 A => drop no-flow none",
		"lan1> ip cam1 vms; tcp 443 40000 A => drop no-flow none",
		"lan1> ip cam1 vms; tcp 554 40000 A => drop no-flow none",
		"lan1> ip cam1 vms; tcp 554 40000 FA => drop no-flow none",
		"is table 0" },
	  .ref = "S1a" },
	{ "a device may not open where an application may only open to it", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 554 S => drop no-rule none",
		"lan1< wan0 ip vms cam1; tcp 40000 443 S => drop no-rule none" } },
	{ "an application opens to a device and gets its answers", BOTH, 0, {
		"lan1< wan0 ip vms cam1; tcp 40000 554 S => pass allowed new rule:vms-rtsp opener:peer dev:cam1",
		"lan1> ip cam1 vms; tcp 554 40000 SA => pass allowed hit opener:peer",
		"lan1> ip cam1 vms; tcp 554 40000 A => pass allowed hit opener:peer",
		"lan1< wan0 ip vms cam1; tcp 40000 554 A => pass allowed hit",
		"is table 1" } },
	/* ---- pick-up ---- */
	{ "an ACK that its device could have opened is picked up", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed new rule:cam-vms opener:dev",
		"lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40001 443 FA => pass allowed new",
		"lan1> ip cam1 vms; tcp 40002 443 PA => pass allowed new" } },
	{ "a picked-up flow lives as an established one", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed new",
		"wait 29063t", "lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit",
		"wait 29064t", "lan1< wan0 ip vms cam1; tcp 443 40000 A => drop no-flow none" } },
	{ "RST, and SYN with anything, pick nothing up", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 RA => drop no-flow none",
		"lan1> ip cam1 vms; tcp 40000 443 R => drop no-flow none",
		"lan1> ip cam1 vms; tcp 40000 443 SA => drop no-flow none",
		"is table 0" },
	  .ref = "S1a S1b" },
	{ "an ACK on a tuple that a rule denies is told as denied", BOTH, 0, {
		"policy revoked", "lan1> ip cam1 vms; tcp 40000 443 A => drop denied none rule:no-vms" } },
	{ "what an application opened is not picked up in enforce", BOTH, 0, {
		"lan1< wan0 ip vms cam1; tcp 40000 554 A => drop no-flow none",
		"lan1> ip cam1 vms; tcp 554 40000 A => drop no-flow none",
		"is table 0" } },
	{ "in the first minutes after load what an application opened is picked up", BOTH, 0, {
		"window 600",
		"lan1< wan0 ip vms cam1; tcp 40000 554 A => pass allowed new opener:peer rule:vms-rtsp",
		"lan1> ip cam1 vms; tcp 554 40001 A => pass allowed new opener:peer rule:vms-rtsp",
		"lan1< wan0 ip vms cam1; tcp 40002 443 A => drop no-flow none",
		"lan1< wan0 ip host cam1; tcp 40002 554 A => drop no-flow none",
		"wait 601s",
		"lan1< wan0 ip vms cam1; tcp 40003 554 A => drop no-flow none" } },
	{ "a flow between two devices is picked up at both ports", BOTH, 0, {
		"lan1> eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 A => pass allowed new rule:pair",
		"lan2< lan1 eth cam1 cam2; ip cam1 cam2; tcp 40000 8000 A => pass allowed new rule:pair opener:peer",
		"lan2> eth cam2 cam1; ip cam2 cam1; tcp 8000 40000 A => pass allowed hit" } },
	/* ---- flags ---- */
	{ "flag combinations no stack sends are dropped", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 - => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 SF => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 SR => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 SRA => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 F => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 P => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 FPU => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 FRA => drop bad-flags none",
		"lan1> ip cam1 vms; tcp 40000 443 FSRPAU => drop bad-flags none",
		"is table 0" },
	  .ref = "S2a S1b" },
	{ "they are dropped on a live flow too, which they do not touch", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"wait 100t",
		"lan1> ip cam1 vms; tcp 40000 443 FPU => drop bad-flags none",
		"lan1< wan0 ip vms cam1; tcp 443 40000 - => drop bad-flags none",
		"wait 19t",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => drop no-flow none" },
	  .ref = "S2a" },
	/* ---- who opened ---- */
	{ "the answering side's SYN on a live tuple is a wrong opener", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 40000 S => drop wrong-opener none",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"is table 1" },
	  .ref = "S2d" },
	{ "the device's SYN on a tuple an application opened is a wrong opener", BOTH, 0, {
		"lan1< wan0 ip vms cam1; tcp 40000 554 S => pass allowed new",
		"lan1> ip cam1 vms; tcp 554 40000 S => drop wrong-opener none",
		"lan1> ip cam1 vms; tcp 554 40000 SA => pass allowed hit" },
	  .ref = "S2d" },
	{ "a SYN of either side is judged by policy where both may open", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 554 443 S => pass allowed new rule:cam-vms opener:dev",
		"lan1< wan0 ip vms cam1; tcp 443 554 S => pass allowed new rule:vms-rtsp opener:peer",
		"lan1> ip cam1 vms; tcp 554 443 SA => pass allowed hit opener:peer",
		"is flows cam1 1", "is table 1", "is told flow-end 1", "is told flow-new 2" },
	  .ref = "S2d" },
	{ "the answering side's SYN is told as denied where a rule denies it", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 554 443 S => pass allowed new",
		"policy inbound-revoked",
		"lan1< wan0 ip vms cam1; tcp 443 554 S => drop denied none rule:no-rtsp",
		"lan1> ip cam1 vms; tcp 554 443 A => pass allowed hit opener:dev" } },
	{ "an answer must come from exactly where the question went", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"lan1< wan0 ip vms cam1; udp 5001 4000 => drop no-rule none",
		"lan1< wan0 ip vms cam1; udp 5000 4001 => drop no-rule none",
		"lan1< wan0 ip host cam1; udp 5000 4000 => drop no-rule none",
		"lan1< wan0 ip vms cam1; tcp 5000 4000 A => drop no-flow none",
		"lan1< wan0 ip vms cam3; udp 5000 4000 => drop no-rule none",
		"lan1< wan0 ip vms cam1; udp 5000 4000 => pass allowed hit" },
	  .ref = "S5c" },
	{ "a UDP answer without a question is dropped", BOTH, 0, {
		"lan1< wan0 ip vms cam1; udp 5000 4000 => drop no-rule none",
		"lan1< local ip rtr cam1; udp 53 4000 => drop no-rule none" },
	  .ref = "S5d" },
	/* ---- when a record is over ---- */
	{ "a half-open flow is over after 30 s", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1> ip cam1 vms; tcp 40001 443 S => pass allowed new",
		"wait 118t", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"wait 1t", "lan1< wan0 ip vms cam1; tcp 443 40001 SA => drop no-flow none" },
	  .ref = "S4b" },
	{ "a SYN-ACK alone does not make a flow established", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"wait 119t", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => drop no-flow none" } },
	{ "an established flow lives two hours and four minutes", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"wait 29063t", "lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit",
		"wait 29064t", "lan1< wan0 ip vms cam1; tcp 443 40000 A => drop no-flow none",
		"is table 0" } },
	{ "after FIN both ways a flow is over in 120 s", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S", "lan1< wan0 ip vms cam1; tcp 443 40000 SA",
		"lan1> ip cam1 vms; tcp 40000 443 FA => pass allowed hit",
		"wait 1000t", "lan1< wan0 ip vms cam1; tcp 443 40000 PA => pass allowed hit",
		"lan1< wan0 ip vms cam1; tcp 443 40000 FA => pass allowed hit",
		"wait 469t", "lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"wait 470t", "lan1< wan0 ip vms cam1; tcp 443 40000 A => drop no-flow none" } },
	{ "after RST a flow is over in 120 s", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S", "lan1< wan0 ip vms cam1; tcp 443 40000 SA",
		"lan1> ip cam1 vms; tcp 40000 443 A", "lan1< wan0 ip vms cam1; tcp 443 40000 R => pass allowed hit",
		"wait 470t", "lan1< wan0 ip vms cam1; tcp 443 40000 A => drop no-flow none" },
	  .ref = "S4a" },
	{ "a closing tuple opened again is half-open again", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S", "lan1< wan0 ip vms cam1; tcp 443 40000 RA",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed hit",
		"wait 118t", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"wait 29063t", "lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit" } },
	{ "UDP is over after 30 s one way and 300 s both ways", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"wait 118t", "lan1< wan0 ip vms cam1; udp 5000 4000 => pass allowed hit",
		"wait 1172t", "lan1< wan0 ip vms cam1; udp 5000 4000 => pass allowed hit",
		"wait 1173t", "lan1< wan0 ip vms cam1; udp 5000 4000 => drop no-rule none",
		"lan1> ip cam1 vms; udp 4001 5000 => pass allowed new",
		"wait 119t", "lan1< wan0 ip vms cam1; udp 5000 4001 => drop no-rule none" } },
	{ "an expired record is a miss, and its place is taken by the next opener", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"wait 119t", "is table 0", "is flows cam1 1",
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"is table 1", "is flows cam1 1", "is told flow-end 1", "is told flow-new 2" } },
	{ "the sweep gives place and quota of an expired record back, and tells", BOTH, 0, {
		"lan1> ip cam1 vms; udp 4000 5000 => pass allowed new",
		"wait 122t", "sweep", "is flows cam1 1",
		"wait 1t", "sweep", "is flows cam1 0", "is told flow-end 1" } },
	/* ---- a new policy ---- */
	{ "a policy change cuts an established flow at its next packet, either way", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S", "lan1< wan0 ip vms cam1; tcp 443 40000 SA",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit",
		"policy revoked",
		"lan1< wan0 ip vms cam1; tcp 443 40000 A => drop denied rule:no-vms none",
		"lan1> ip cam1 vms; tcp 40000 443 A => drop denied rule:no-vms none" },
	  .ref = "S3b" },
	{ "a flow cut by a policy change lives on when the change is taken back", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S", "lan1< wan0 ip vms cam1; tcp 443 40000 SA",
		"lan1> ip cam1 vms; tcp 40000 443 A",
		"policy revoked", "lan1> ip cam1 vms; tcp 40000 443 A => drop denied none",
		"policy base", "lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit",
		"is flows cam1 1" } },
	{ "a change elsewhere judges a flow again by its opener and keeps it", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S", "lan1< wan0 ip vms cam1; tcp 443 40000 SA",
		"policy more", "lan1< wan0 ip vms cam1; tcp 443 40000 A => pass allowed hit rule:cam-vms",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit rule:cam-vms" } },
	{ "a flow that an application opened is judged as that", BOTH, 0, {
		"lan1< wan0 ip vms cam1; tcp 40000 554 S", "lan1> ip cam1 vms; tcp 554 40000 SA",
		"policy inbound-revoked", "lan1> ip cam1 vms; tcp 554 40000 A => drop denied rule:no-rtsp none",
		"lan1< wan0 ip vms cam1; tcp 40000 554 A => drop denied rule:no-rtsp none" },
	  .ref = "S3b" },
	{ "a SYN on an old record runs the policy again", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"policy revoked", "lan1> ip cam1 vms; tcp 40000 443 S => drop denied none rule:no-vms" },
	  .ref = "S3a" },
	{ "a moved epoch judges flows again", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"bump cam1", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit",
		"lan1> ip cam1 vms; tcp 40000 443 A => pass allowed hit" } },
	{ "without a policy nothing passes, either way, of any kind", BOTH, 0, {
		"lan1> ip cam1 vms; tcp 40000 443 S => pass allowed new",
		"policy none",
		"lan1> ip cam1 vms; tcp 40000 443 A => drop no-policy none",
		"lan1< wan0 ip vms cam1; tcp 443 40000 SA => drop no-policy none",
		"lan1> arp request cam1 cam1 rtr => drop no-policy",
		"lan1< local eth rtr cam1; arp reply rtr rtr cam1 => drop no-policy",
		"policy base", "lan1< wan0 ip vms cam1; tcp 443 40000 SA => pass allowed hit" } },
	/* ---- limits ---- */
	{ "a device holds its quota of flows and not one more", BOTH, 0, {
		"loop 256 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"lan1> ip cam1 vms; udp 2000 5000 => drop quota none",
		"lan1> ip cam1 vms; tcp 2000 443 S => drop quota none",
		"lan1< wan0 ip vms cam1; tcp 2000 554 S => drop quota none",
		"lan1< wan0 ip vms cam1; udp 5000 1000 => pass allowed hit",
		"lan1> ip cam3 vms; udp 2000 5000 => pass allowed new",
		"is flows cam1 256", "is flows cam3 1" },
	  .ref = "S8a" },
	{ "expired records still fill the quota until the sweep, but may be opened again", BOTH, 0, {
		"loop 256 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"wait 119t", "lan1> ip cam1 vms; udp 2000 5000 => drop quota none",
		"lan1> ip cam1 vms; udp 1007 5000 => pass allowed new",
		"is flows cam1 256", "wait 5t", "sweep", "is flows cam1 1",
		"lan1> ip cam1 vms; udp 2000 5000 => pass allowed new" } },
	{ "denied packets take no quota", BOTH, 0, {
		"loop 300 lan1> ip cam1 host; udp #1000 5000 => drop no-rule none",
		"is flows cam1 0" },
	  .ref = "S8b" },
	{ "a full table refuses, counts it, and recovers", BOTH, 0, {
		"buckets 1", "loop 3 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"loop 3 lan2> ip cam2 vms; udp #1000 5000 => pass allowed new",
		"loop 2 lan3> ip pos vms; udp #1000 5000 => pass allowed new",
		"lan3> ip pos vms; udp 900 5000 => drop quota none",
		"is lost flow 1", "is flows pos 2", "is table 8",
		"wait 123t", "sweep", "is flows pos 0",
		"lan3> ip pos vms; udp 900 5000 => pass allowed new", "buckets 0" },
	  .ref = "S8c" },
	{ "and takes the place of a flow that is over before the sweep comes, once it has rested", BOTH, 0, {
		"buckets 1", "loop 8 lan1> ip cam1 vms; udp #1000 5000 => pass allowed new",
		"wait 119t", "lan3> ip pos vms; udp 900 5000 => drop quota none", "is lost flow 1",
		"wait 4t", "lan3> ip pos vms; udp 900 5000 => pass allowed new",
		"is flows cam1 7", "is flows pos 1", "is table 1",
		"lan3< wan0 ip vms pos; udp 5000 900 => pass allowed hit", "buckets 0" },
	  .ref = "S8c" },
	/* ---- other protocols ---- */
	{ "a protocol without ports is a flow of its own, if a rule names it", BOTH, 0, {
		"lan1> ip cam1 vms proto=47; pay 20 => pass allowed new",
		"lan1< wan0 ip vms cam1 proto=47; pay 20 => pass allowed hit",
		"lan1< wan0 ip vms cam1 proto=50; pay 20 => drop no-rule none",
		"lan1> ip cam1 vms proto=50; pay 20 => pass allowed new" } },
	{ "tunnels and unknown protocols pass only by a rule that names them", BOTH, 0, {
		"lan1> ip cam1 vms; ip4 cam1 vms; udp 4000 5000 => drop no-rule none",
		"lan1> ip cam1 vms; ip6 cam1 vms; udp 4000 5000 => drop no-rule none",
		"lan1> ip cam1 vms proto=51; pay 20 => drop no-rule none",
		"lan1> ip cam1 vms proto=132; pay 20 => drop no-rule none",
		"lan1> ip cam1 vms proto=136; pay 20 => drop no-rule none",
		"lan1> ip cam1 vms proto=255; pay 20 => drop no-rule none",
		"lan1> ip cam1 vms proto=59; pay 20 => drop no-rule none",
		"lan1> ip cam1 vms; udp 4000 2152; pay 40 => drop no-rule none",
		"lan1> ip cam1 vms; udp 4000 4789; pay 40 => drop no-rule none",
		"lan1> ip cam1 vms; udp 4000 3544; pay 40 => drop no-rule none" },
	  .ref = "I6a I6b V1f V1d V1e" },
	{ "protocol 0 in IPv4 is a protocol like others", V4, 0, {
		"lan1> ip cam1 vms proto=0; pay 20 => drop no-rule none" },
	  .ref = "I6a", .twin = "0 is the hop-by-hop header there: see any hop-by-hop header is refused" },
	{ "a packet with TTL 1 opens its flow, so that the error about it may come back", BOTH, 0, {
		"lan1> ip cam1 vms ttl=1; udp 4000 5000 => pass allowed new",
		"lan1< local ip rtr cam1; exceeded; ip cam1 vms; udp 4000 5000 => pass icmp-error none" },
	  .ref = "I2d" },
};

#endif
