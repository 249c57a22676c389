/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The closed list of reasons: why a packet was forwarded or dropped.
 *
 * One number serves as counter index, event field, command line word and test
 * expectation. Numbers are never reused; new ones are appended to their block.
 * This file knows nothing of packets, policies or programs.
 */
#ifndef ZT_REASON_H
#define ZT_REASON_H

/*
 * What a reason does (policy-language §3.6):
 *  PASS      the packet is allowed.
 *  ALWAYS    dropped in every mode: it cannot be read safely, or is forged in
 *            a way no plant needs.
 *  POLICY    follows the mode: learn forwards and records, audit forwards with
 *            verdict AUDIT, enforce drops. Records a flow in learn and audit.
 *  IDENTITY  follows the mode as well, but never makes a flow record: the
 *            packet's sender or receiver is not who it seems.
 */
enum zt_family {
	ZT_FAMILY_PASS = 1,
	ZT_FAMILY_ALWAYS = 2,
	ZT_FAMILY_POLICY = 3,
	ZT_FAMILY_IDENTITY = 4,
};

/* X(number, NAME, "word", FAMILY, "what it means, for people") */
#define ZT_REASONS(X)                                                                          \
	X(1, ALLOWED, "allowed", PASS, "a rule allows it")                                     \
	X(2, INFRA_ARP, "infra-arp", PASS, "ARP with an address its sender holds")             \
	X(3, INFRA_ND, "infra-nd", PASS, "IPv6 neighbour discovery, validated")                \
	X(4, INFRA_DHCP, "infra-dhcp", PASS, "DHCP between a client and a listed server")      \
	X(5, INFRA_GROUP, "infra-group", PASS, "IGMP or MLD membership traffic")               \
	X(6, ICMP_ERROR, "icmp-error", PASS, "ICMP error about a live flow")                   \
	X(7, INFRA_L2, "infra-l2", PASS, "EAPOL, LLDP or STP, opted in on the port, or LACP of a bond")           \
	X(16, TRUNCATED, "truncated", ALWAYS, "a header ends before it is complete")           \
	X(17, VLAN_STACK, "vlan-stack", ALWAYS, "more VLAN tags than one tag and one priority tag") \
	X(18, BAD_HEADER, "bad-header", ALWAYS, "version or header length is wrong")           \
	X(19, BAD_LENGTH, "bad-length", ALWAYS, "a length field contradicts the frame")        \
	X(20, HEADER_CHAIN, "header-chain", ALWAYS, "too many, repeated or routing IPv6 extension headers") \
	X(21, FRAG_TINY, "frag-tiny", ALWAYS, "a first fragment without the whole transport header") \
	X(22, FRAG_OVERLAP, "frag-overlap", ALWAYS, "a fragment overlaps an earlier one")      \
	X(23, MULTICAST_SOURCE, "multicast-source", ALWAYS, "the source address is a group or broadcast address") \
	X(24, SPOOFED_UPLINK, "spoofed-uplink", ALWAYS, "a device's address arriving from outside the device ports") \
	X(25, NO_POLICY, "no-policy", ALWAYS, "no policy is loaded")                           \
	X(26, NO_STAMP, "no-stamp", ALWAYS, "the frame was not judged at its port: XDP program missing, a hidden VLAN tag, or no room for its stamp") \
	X(27, INTERNAL, "internal", ALWAYS, "cannot happen; report it")                        \
	X(28, QUARANTINE, "quarantine", ALWAYS, "the device, or the other one, is in quarantine")       \
	X(40, NO_RULE, "no-rule", POLICY, "no rule allows it")                                 \
	X(41, DENIED, "denied", POLICY, "a rule denies it")                                    \
	X(42, WRONG_OPENER, "wrong-opener", POLICY, "opened by the side that may only answer") \
	X(43, NO_FLOW, "no-flow", POLICY, "an answer or a later packet without a live flow")   \
	X(44, QUOTA, "quota", POLICY, "the device holds its limit of flows, or the table is full") \
	X(45, BAD_FLAGS, "bad-flags", POLICY, "a TCP flag combination no stack sends")         \
	X(46, INFRA_RATE, "infra-rate", POLICY, "more ARP, ND, DHCP or group traffic than the limit") \
	X(47, NO_ROUTE, "no-route", POLICY, "a rule allows it, but this router has no route there") \
	X(60, UNKNOWN_DEVICE, "unknown-device", IDENTITY, "no device has this MAC or address on this port") \
	X(61, SPOOFED, "spoofed", IDENTITY, "the source address is not bound to this device")  \
	X(62, SPOOFED_MAC, "spoofed-mac", IDENTITY, "the source MAC belongs to a device of another port") \
	X(63, UNKNOWN_SOURCE, "unknown-source", IDENTITY, "a router address this router did not send from") \
	X(64, L2_MISMATCH, "l2-mismatch", IDENTITY, "destination MAC and address do not belong together") \
	X(65, UNLISTED_PORT, "unlisted-port", IDENTITY, "came in by an interface the policy does not list") \
	X(66, WRONG_PORT, "wrong-port", IDENTITY, "flooded: its receiver is on another port or VLAN") \
	X(67, ROGUE_DHCP, "rogue-dhcp", IDENTITY, "DHCP server traffic from someone not listed") \
	X(68, ROGUE_RA, "rogue-ra", IDENTITY, "router advertisement from someone not listed")  \
	X(69, REDIRECT, "redirect", IDENTITY, "ICMP redirect")                                 \
	X(70, ARP_SPOOFED, "arp-spoofed", IDENTITY, "ARP claims an address its sender does not hold, or carries more than ARP") \
	X(71, ND_SPOOFED, "nd-spoofed", IDENTITY, "ND claims an address its sender does not hold, or has a shape no stack accepts") \
	X(72, IP_OPTIONS, "ip-options", IDENTITY, "IPv4 options or an IPv6 hop-by-hop header") \
	X(73, FRAG_GAP, "frag-gap", IDENTITY, "a fragment out of order, its predecessor missing") \
	X(74, FRAG_MISS, "frag-miss", IDENTITY, "a fragment whose first part was not seen")    \
	X(75, UNLISTED_VLAN, "unlisted-vlan", IDENTITY, "a VLAN tag the port does not accept") \
	X(76, NON_IP, "non-ip", IDENTITY, "an Ethernet type that is neither IP nor opted in")  \
	X(77, ICMP_TYPE, "icmp-type", IDENTITY, "an ICMP type that is neither request, answer nor error, or an error no router sends")

enum zt_reason {
	ZT_REASON_NONE = 0,
#define X(nr, name, word, family, text) ZT_REASON_##name = nr,
	ZT_REASONS(X)
#undef X
	ZT_REASON_MAX = 96, /* counter slots, room to append */
};

/* Verdicts, in the order they are counted. */
enum zt_verdict {
	ZT_FORWARDED = 0,
	ZT_DROPPED = 1,
	ZT_AUDIT = 2, /* forwarded; enforce would have dropped it */
	ZT_VERDICT_MAX = 3,
};

/* The mode of a segment. A greater number is stricter; 0 (unset) counts as enforce. */
enum zt_mode {
	ZT_MODE_LEARN = 1,
	ZT_MODE_AUDIT = 2,
	ZT_MODE_ENFORCE = 3,
	ZT_MODE_QUARANTINE = 4, /* of a single device, in place of its segment's: see zt_reason_under() */
};

#endif
