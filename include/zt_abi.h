/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything that crosses between the BPF programs, the agent and the tests:
 * map keys, map values, events. Fixed-width types, explicit zeroed padding.
 *
 * Byte order: addresses, ports and MACs are as on the wire; all else is host
 * order. Times are ticks: jiffies64 >> zt_cfg.tick_shift, low 32 bits, compared
 * by signed difference only.
 *
 * "w[2]" in a value: one word for each parity of the generation. A packet reads
 * the generation once and uses w[gen & 1]; the agent writes the other one, then
 * moves the generation by one (design §5).
 */
#ifndef ZT_ABI_H
#define ZT_ABI_H

#include <linux/types.h>
#include "zt_reason.h"

#define ZT_ABI_VERSION 5

/* Limits fixed in the programs; the rest is sized when maps are created. */
#define ZT_MAX_IFINDEX 65536u /* zt_port is an array over ifindex */
#define ZT_MAX_RULES (1u << 20) /* rule numbers have 20 bits in a flow's word */
#define ZT_NONE 0xffffffffu

/* An address, network order. IPv4 a.b.c.d is 0, 0, htonl(0xffff), a.b.c.d. */
struct zt_addr {
	__be32 w[4];
};
_Static_assert(sizeof(struct zt_addr) == 16, "zt_addr");

/*
 * A zone word: who shares a layer 2 with whom. The bridge's ifindex, or the
 * port's own where there is no bridge, and the VLAN (0 untagged).
 */
#define ZT_ZONE(ifindex, vlan) (((__u32)(ifindex) << 12) | ((vlan) & 0xfff))

/* ---- configuration and generation -------------------------------------- */

/* zt_gen[0], mmapable. 0 = no policy: nothing passes. Moves by +1 only. */
struct zt_gen {
	__u32 gen;
	__u32 side; /* aggregates count under this one; the agent moves it and drains the other */
};
_Static_assert(sizeof(struct zt_gen) == 8, "zt_gen");

/* Idle timeout classes, index into zt_cfg.idle. */
enum zt_idle {
	ZT_IDLE_TCP_HALF = 0, /* SYN seen, not answered: 30 s */
	ZT_IDLE_TCP = 1, /* 2 h 4 min (RFC 5382) */
	ZT_IDLE_TCP_CLOSING = 2, /* FIN both ways or RST: 120 s */
	ZT_IDLE_ONE_WAY = 3, /* UDP and others, unanswered: 30 s */
	ZT_IDLE_BOTH = 4, /* answered: 300 s */
	ZT_IDLE_ICMP = 5, /* 60 s */
	ZT_IDLE_FRAG = 6, /* a datagram's fragments: 5 s */
	ZT_IDLE_MAX = 8,
};

#define ZT_HASH_WORDS 12u
#define ZT_CFG_FIB 1u /* ask bpf_fib_lookup whether an unlisted address is local */

/* zt_cfg[0]: written by the agent at load, before the first generation. */
struct zt_cfg {
	__u32 abi; /* ZT_ABI_VERSION */
	__u32 flags;
	__u32 tick_shift; /* ticks = jiffies64 >> tick_shift; 0.25-1 s */
	__u32 tick_ms; /* length of a tick, rounded */
	__u32 nonce[2]; /* the guard's stamp, by parity; never 0 once loaded */
	__u32 idle[ZT_IDLE_MAX]; /* ticks */
	__u32 grace; /* ticks a dead record rests before its place is reused, >= 2 */
	__u32 events_per_s; /* new event aggregates a device may open, 50 */
	__u32 learn_ticks; /* an ARP/ND-learned address unseen this long is free */
	__u32 move_ticks; /* silence after which a MAC may move port, 30 s */
	__u32 pickup_until; /* tick until which inbound openers may be picked up */
	__u32 seed[2]; /* key of zt_owner(), random per boot */
	__u32 buckets[2]; /* of zt_flow4, zt_flow6 */
	__u32 hash[ZT_HASH_WORDS]; /* key of zt_flow_hash(), random per boot */
	__u32 table; /* of the kernel module, see zt_kfunc.h; 0: records lie in a map */
};
_Static_assert(sizeof(struct zt_cfg) == 144, "zt_cfg");

/* zt_pol[parity]: what every lookup of one generation needs first. */
#define ZT_POL_DHCP_ROUTER 1u /* this router may act as DHCP server */
#define ZT_POL_DHCP_UPLINK 2u /* hosts behind an uplink may */
#define ZT_POL_GATEWAYS 4u /* it lists gateways, whose MACs the programs learn */

/*
 * Which wildcard forms the rule map of this generation holds: bit n set = some
 * entry exists whose wildcarded parts are n = (1: device | 2: peer | 4: service).
 */
#define ZT_WILD_DEVICE 1u
#define ZT_WILD_PEER 2u
#define ZT_WILD_SERVICE 4u

/* The exact tables of a generation, each a run of lines of zt_line: see struct zt_line. */
enum zt_table {
	ZT_TABLE_RULE = 0, /* zt_rule_pack() -> struct zt_rule */
	ZT_TABLE_VLAN = 1, /* zt_vlan_word() -> 1: this tag is accepted on this port */
	ZT_TABLE_MAC = 2, /* zt_mac_word(), where -> ZT_MAC_VALUE(), which holds where as well */
	ZT_TABLE_HOST4 = 3, /* zt_addr.w[3] -> struct zt_host_word */
	ZT_TABLE_HOST6 = 4, /* two words of address, scope -> struct zt_host_word */
	ZT_TABLE_MAX = 8,
};

struct zt_line_span {
	__u32 first; /* line */
	__u32 nr; /* lines; at least one */
};

/* What a peer class is, for zt_pol.forms. */
enum zt_peer_kind {
	ZT_PEER_NONE = 0, /* like the peer classes of these numbers */
	ZT_PEER_ROUTER = 1,
	ZT_PEER_GROUP = 2,
	ZT_PEER_APP = 3,
	ZT_PEER_DEVICE = 4,
	ZT_PEER_MAX = 8,
};

struct zt_pol {
	__u32 gen; /* the generation these words were written for */
	__u32 flags;
	__u32 probes; /* bitmap over the 8 wildcard forms */
	__u32 nr_rules;
	__u64 seed; /* of zt_line_hash() in this generation */
	struct zt_line_span span[ZT_TABLE_MAX];
	/* By peer kind, the forms to probe: 8 | form, four bits each, 0 after the last. */
	__u32 forms[ZT_PEER_MAX];
};
_Static_assert(sizeof(struct zt_pol) == 120, "zt_pol");

/*
 * zt_line_N: inner arrays, one per parity, sized to fit: the exact tables of one
 * generation. The agent writes them before any packet can see them and never after.
 * Four entries of key and value to a line (IPv6 two), so that a look-up reads one line,
 * seldom two.
 *
 * An entry lies in its home line; where that had no room, in its other line, and then
 * the home line has ZT_LINE_MORE in its first entry. A free place is the key 0 with the
 * value 0, and the value 0 says "not found" in every table.
 */
struct zt_line {
	__u64 w[8];
};
_Static_assert(sizeof(struct zt_line) == 64, "zt_line");
#define ZT_LINE_MORE (1ull << 62) /* in the line's first value; no table has a use for it */

/* ---- ports ------------------------------------------------------------- */

enum zt_role {
	ZT_ROLE_NONE = 0, /* not listed: what comes in by it reaches no device */
	ZT_ROLE_DEVICE = 1,
	ZT_ROLE_UPLINK = 2,
	ZT_ROLE_IGNORE = 3, /* listed, nothing attached; peers behind it as behind an uplink */
	ZT_ROLE_UPPER = 4, /* bridge, VLAN or bond interface above device ports */
	ZT_ROLE_PART = 5, /* member of a bond that is a device port, l3_ifindex: XDP runs here */
};

#define ZT_PORT_UNTAGGED 1u /* untagged frames are accepted */
#define ZT_PORT_IDENTITY_IP 2u /* the source address is the identity */
#define ZT_PORT_RAW_IP 4u /* no Ethernet header (tun, wwan) */
#define ZT_PORT_DHCP 16u /* a device of infrastructure.dhcp is on this port */
#define ZT_PORT_MIXED 8u /* upper: an uplink is a member too, trust only the guard's mark.
			  * device port: its bridge is such a one, so the guard marks */
#define ZT_PORT_FAST 32u /* established flows may be forwarded in XDP, see struct zt_fwd */

#define ZT_L2_EAPOL 1u
#define ZT_L2_LLDP 2u
#define ZT_L2_STP 4u
#define ZT_L2_LACP 8u /* on a bond, which speaks it itself */

/* skb->mark bit set by the guard on ZT_PORT_MIXED device ports. */
#define ZT_MARK 0x40000000u

struct zt_port_word {
	__u8 role; /* enum zt_role */
	__u8 flags; /* ZT_PORT_* */
	__u8 l2; /* ZT_L2_* */
	__u8 group_mode; /* mode for group traffic towards this port: strictest of its devices */
};

/* zt_port[ifindex], mmapable. */
struct zt_port {
	struct zt_port_word w[2];
	__u32 zone; /* ifindex of the bridge, or own */
	__u32 l3_ifindex; /* interface that routes for this port: the bridge, or own; PART: the port */
	__u32 unknown_bind; /* binding standing for all unknown devices of this port */
	__u32 pad;
	__u8 mac[6]; /* its own, with ZT_PORT_FAST */
	__u16 pad2; /* written together with it */
};
_Static_assert(sizeof(struct zt_port) == 32, "zt_port");

/* ZT_TABLE_VLAN: which tags a device port accepts. */
struct zt_vlan_key {
	__u32 ifindex;
	__u32 vlan;
};
_Static_assert(sizeof(struct zt_vlan_key) == 8, "zt_vlan_key");

/* ---- forwarding in XDP -------------------------------------------------- */

/*
 * zt_fwd[0], mmapable, agent-written: may XDP forward between ports with ZT_PORT_FAST, and
 * which state of routes and neighbours this is. All zeroes: it may not.
 */
struct zt_fwd {
	__u32 epoch; /* 0: no. Else moved at each change; a zt_path of another one is nothing */
	__u32 until; /* tick: nor from then on. The agent moves it on as long as it watches */
	__u32 last; /* the last epoch there was: none is used twice */
	__u32 pad;
};
_Static_assert(sizeof(struct zt_fwd) == 16, "zt_fwd");

/*
 * zt_back: array of words, at the hash of a device's address: rest of the hash 48 | ifindex
 * of the fast device port it is routed to 16, 0 for any other. Says an uplink's program
 * where to look for a flow, and nothing that a flow's record does not prove.
 */
#define ZT_BACK_MAX 32768u

/* ---- identity ---------------------------------------------------------- */

/*
 * ZT_TABLE_MAC. Two kinds of entries, told apart by `where`:
 *  an ifindex   "this MAC and VLAN may send and receive on this port": one per
 *               listed port of the device. Always kind DEVICE.
 *  ZT_IN_ZONE | zone ifindex   "this MAC is known in this bridge": devices,
 *               the router itself, declared gateways (any VLAN of theirs).
 */
#define ZT_IN_ZONE 0x80000000u

enum zt_mac_kind {
	ZT_MAC_NONE = 0,
	ZT_MAC_DEVICE = 1,
	ZT_MAC_ROUTER = 2,
	ZT_MAC_GATEWAY = 3,
};

struct zt_mac_key {
	__u8 mac[6];
	__u16 vlan; /* 0 untagged */
	__u32 where;
};
_Static_assert(sizeof(struct zt_mac_key) == 12, "zt_mac_key");

/* As a value: where 32 | bind (an index into zt_bind, for DEVICE) 28 | enum zt_mac_kind 2. */
#define ZT_MAC_BINDS (1u << 28)
#define ZT_MAC_VALUE(where, kind, bind)                                                        \
	((__u64)(kind) << 60 | (__u64)(bind) << 32 | (__u32)(where))
#define ZT_MAC_KIND(v) ((__u32)((v) >> 60) & 3)
#define ZT_MAC_BIND(v) ((__u32)((v) >> 32) & (ZT_MAC_BINDS - 1))

/*
 * zt_gate: hash, struct zt_mac_key -> 1: MACs of declared gateways, in a zone. The programs
 * add what they learn, the agent takes away. ZT_TABLE_MAC comes first.
 */

/* In zt_bind.ifindex: the agent saw that port lose its carrier; the device may appear elsewhere at once. */
#define ZT_BIND_RELEASED 0x80000000u

#define ZT_BIND_IP 1u /* identity by address: no MAC to compare */
#define ZT_BIND_UNKNOWN 2u /* stands for the unknown devices of a port */

/*
 * zt_bind[index], mmapable: one MAC of one device (or one routed device, or a
 * port's unknown ones). Everything a flow record needs to prove identity.
 * The agent writes mac, vlan, dev, flags and moves epoch; the programs move
 * ifindex (a permitted change of port), seen, and also epoch when a lease ends.
 * Index 0 is never used.
 */
struct zt_bind {
	__u8 mac[6];
	__u16 vlan;
	__u32 ifindex; /* the port it is bound to now; 0: none yet; ZT_BIND_RELEASED */
	__u32 epoch; /* a record with another epoch is judged again */
	__u32 dev; /* index into zt_dev */
	__u32 flags;
	__u32 seen; /* tick of the last frame sent */
	__u32 next; /* next binding of the same device, in a ring; 0: the only one */
};
_Static_assert(sizeof(struct zt_bind) == 32, "zt_bind");

#define ZT_DEV_DYNAMIC4 1u /* may learn IPv4 addresses inside its segment's subnets */
#define ZT_DEV_DYNAMIC6 2u
#define ZT_DEV_IPV6 4u /* has any IPv6 address entry */
#define ZT_DEV_DHCP_SERVER 8u /* listed in infrastructure.dhcp */
#define ZT_DEV_UNKNOWN 16u

/*
 * What one device may hold and how fast it may take it (policy-language §2 `limits`).
 * The unknown devices of a port share one device index, and so one set of limits.
 * All zeroes, as in a word nobody wrote, holds and takes nothing.
 */
struct zt_limits {
	__u16 flows; /* live records, whoever opened: ZT_FLOWS_IN, ZT_FLOWS_HALF are shares */
	__u16 new_flows_per_s; /* records made, for each side that opens */
	__u16 arp_per_s; /* ARP, ND, DHCP and group packets */
	__u8 addresses4; /* learned, at a time */
	__u8 addresses6;
};
_Static_assert(sizeof(struct zt_limits) == 8, "zt_limits");

/*
 * Shares of `flows`, so that nobody outside can use up what the device needs itself:
 * three quarters for flows opened towards it, and half, for each side that opens, for
 * TCP connections whose handshake is not complete.
 */
#define ZT_FLOWS_IN(flows) ((flows) - (flows) / 4)
#define ZT_FLOWS_HALF(flows) ((flows) > 1 ? (flows) / 2 : (flows))

struct zt_dev_word {
	__u32 dclass; /* device class; 0 = unknown devices */
	__u16 segment; /* number of the segment in this generation */
	__u8 mode; /* enum zt_mode */
	__u8 flags; /* ZT_DEV_* */
	struct zt_limits limits;
};
_Static_assert(sizeof(struct zt_dev_word) == 16, "zt_dev_word");

/* zt_dev[index], mmapable, agent-written. Index 0 is never used. */
struct zt_dev {
	struct zt_dev_word w[2];
	__u32 serial; /* changes when the index is given to another device; 0 = free */
	__u32 bind; /* its first binding: with identity ip the only one */
};
_Static_assert(sizeof(struct zt_dev) == 40, "zt_dev");

/* Token buckets of a device: tick 32 | level 32 in one word each, see bpf/quota.h. */
enum zt_bucket {
	ZT_BUCKET_OPEN = 0, /* new flows it opens; + 1: that are opened towards it */
	ZT_BUCKET_INFRA = 2, /* infrastructure it sends; + 1: that is sent to it */
	ZT_BUCKET_MAX = 4,
};

/* What a device holds of the flow table; of the kernel module's table too. */
struct zt_held {
	__u32 flows; /* live records charged to it */
	__u32 flows_in; /* of these, opened towards it */
	__u32 half[2]; /* and by enum zt_dir of the opener: TCP without a whole handshake */
};
_Static_assert(sizeof(struct zt_held) == 16, "zt_held");

/* zt_devst[index]: what the programs keep for a device. */
struct zt_devst {
	struct zt_held held; /* where records lie in a map */
	__u32 addresses4; /* learned, live */
	__u32 addresses6;
	__u64 bucket[ZT_BUCKET_MAX];
	__u32 event_tick; /* current second, and aggregates opened in it */
	__u32 event_used;
	__u32 frags; /* datagrams in fragments under way, see zt_frag */
	__u32 pad;
};
_Static_assert(sizeof(struct zt_devst) == 72, "zt_devst");

/* ---- addresses and classes --------------------------------------------- */

/* Hosts of the policy, and zt_learn. scope: 0, or for IPv6 link-local the ZT_ZONE word. */
struct zt_host_key {
	struct zt_addr addr;
	__u32 family; /* 4 or 6 */
	__u32 scope;
};
_Static_assert(sizeof(struct zt_host_key) == 24, "zt_host_key");

enum zt_kind {
	ZT_KIND_NONE = 0, /* no application holds it */
	ZT_KIND_ROUTER = 1, /* this router */
	ZT_KIND_DEVICE = 2, /* id = device index */
	ZT_KIND_APP = 3, /* id = peer class */
};

#define ZT_HOST_GATEWAY 1u /* listed in infrastructure.gateways */
#define ZT_HOST_LEARNED 2u /* in programs only: zt_learn says so */

struct zt_host_word {
	__u8 kind; /* enum zt_kind */
	__u8 flags; /* ZT_HOST_* */
	__u16 segment; /* of prefixes only: 1 + segment whose subnets hold it, 0 none */
	__u32 id;
};

/* ZT_TABLE_HOST4 and 6: static device addresses, the router's, single hosts. */
/* zt_learn: hash, written by the programs: addresses learned by DHCP, ARP, ND. */
enum zt_how {
	ZT_HOW_DHCP = 1, /* expires with the lease */
	ZT_HOW_ARP = 2, /* expires when unseen for zt_cfg.learn_ticks */
	ZT_HOW_ND = 3,
};

struct zt_learned {
	__u32 dev;
	__u32 serial; /* of zt_dev[dev] when learned */
	__u32 bind;
	__u32 expires; /* tick */
	__u8 how; /* enum zt_how */
	__u8 asked; /* 1: what lives on it was judged again, see zt_flow_asks() */
	__u8 pad[2];
	__be32 server; /* DHCP: who leased it, option 54 */
};
_Static_assert(sizeof(struct zt_learned) == 24, "zt_learned");

/* A prefix of the policy as the compiler has it. plen counts from the first bit of family. */
struct zt_net_key {
	__u32 plen; /* 32 + prefix length; IPv4: 32 + 96 + prefix length */
	__be32 family; /* htonl(4) or htonl(6) */
	struct zt_addr addr;
};
_Static_assert(sizeof(struct zt_net_key) == 24, "zt_net_key");

/*
 * zt_net_N: inner arrays of blocks, one per parity: all prefixes of a family as the
 * intervals they cut the addresses into, in a search tree of up to 81 branches. Its size
 * and depth depend on how many prefixes there are, never on which ones. Every interval's
 * word says all that the prefixes around it say; kind DEVICE is a routed cell behind a
 * device.
 *
 * Keys are where an interval begins, 63 bits: an address' first bit chooses one of the
 * two first blocks, and what follows is compared. IPv4 begins in blocks 0 and 1, with the
 * address in the upper half of the 64 bits, IPv6 in 2 and 3 with its upper half.
 */
#define ZT_NET_IPV4 0u
#define ZT_NET_IPV6 2u
/* In zt_host_word.kind: */
#define ZT_NET_CHILD 253u /* go on in block id */
#define ZT_NET_LOWER 254u /* the same with the lower 64 bits, in block id or the one after */
#define ZT_NET_FEW 255u /* or, of few intervals, among the nine of key[flags] there, or the
			 * next nine: several such share a block */
#define ZT_NET_STEPS 8u /* blocks on a way down, at most */
#define ZT_NET_GROUPS 9u /* of nine intervals each, in a block */
#define ZT_NET_WAYS (9 * ZT_NET_GROUPS)
#define ZT_NET_NEVER (1ull << 63) /* a key not in use: above all */

struct zt_block {
	__u64 top[8]; /* where each ninth interval begins; not used with FEW */
	__u64 key[ZT_NET_GROUPS][8]; /* and the eight between */
	struct zt_host_word word[ZT_NET_WAYS];
	__u64 pad[7];
};
_Static_assert(sizeof(struct zt_block) == 21 * 64, "zt_block");

/* zt_svc_N: inner arrays, one per parity, index from zt_svc_index(); value __u32 class. */
#define ZT_SVC_TCP 0u
#define ZT_SVC_UDP 65536u
#define ZT_SVC_PROTO 131072u /* + IP protocol */
#define ZT_SVC_ICMP4 131328u /* + type */
#define ZT_SVC_ICMP6 131584u /* + type */
#define ZT_SVC_MAX 131840u

/* Peer classes below 16 are fixed; a device as peer is ZT_PCLASS_DEVICE | its class. */
#define ZT_PCLASS_NONE 0u
#define ZT_PCLASS_ROUTER 1u
#define ZT_PCLASS_GROUP 2u /* multicast and broadcast */
#define ZT_PCLASS_FIRST 16u /* unions of applications from here */
#define ZT_PCLASS_DEVICE 0x80000000u
#define ZT_PCLASS_ANY_DEVICE 0xfffffffeu /* in zt_rule only: any listed device as peer */

enum zt_dir {
	ZT_FROM_DEVICE = 0, /* XDP: sent by the device */
	ZT_TO_DEVICE = 1, /* tc: about to reach it */
};

/*
 * ZT_TABLE_RULE, packed by zt_rule_pack(). dir says who opens: FROM_DEVICE for
 * device to application and device to device (dclass = the opener's, peer = the
 * other's), TO_DEVICE for an application opening to a device.
 * Wildcards: dclass ZT_NONE = every listed device (never an unknown one),
 * pclass ZT_PCLASS_ANY_DEVICE = every listed device (probed only when the peer is
 * one: no policy can say "every peer"), svc ZT_NONE = every service.
 */
struct zt_rule_key {
	__u32 dclass;
	__u32 pclass;
	__u32 svc;
	__u32 dir;
};
_Static_assert(sizeof(struct zt_rule_key) == 16, "zt_rule_key");

#define ZT_RULE_LOG 0x80000000u
#define ZT_RULE_NR(v) (((v) & 0xfffffu) - 1)

/* 0 = none, else 1 + rule number, with ZT_RULE_LOG. The smallest number is the smallest id. */
struct zt_rule {
	__u32 deny;
	__u32 allow;
};
_Static_assert(sizeof(struct zt_rule) == 8, "zt_rule");

/* ---- flows ------------------------------------------------------------- */

enum zt_flow_kind {
	ZT_FLOW = 0,
	ZT_FLOW_FRAG_FROM = 1, /* fragments of one datagram, sent by the device */
	ZT_FLOW_FRAG_TO = 2,
};

/*
 * Device side first, so that both directions build the same key without
 * sorting. ICMP requests of the device: dev_port = id; of the peer: peer_port
 * = id. Fragments: the ports hold the datagram's 32-bit id. owner is 0 for a
 * bound device (its address says which); for an unknown one a hash of its MAC,
 * so that another unknown device cannot answer in its place.
 */
struct zt_flow_key {
	struct zt_addr dev;
	struct zt_addr peer;
	__be16 dev_port;
	__be16 peer_port;
	__u8 proto; /* IP protocol */
	__u8 family; /* 4 or 6 */
	__u8 kind; /* enum zt_flow_kind */
	__u8 icmp; /* type of the request of an ICMP exchange, else 0 */
	__u32 zone; /* ZT_ZONE word */
	__u32 owner;
};
_Static_assert(sizeof(struct zt_flow_key) == 48, "zt_flow_key");

#define ZT_FLOW_PICKED_UP 1u /* began in the middle: design §4.7 */
#define ZT_FLOW_PEER_DEVICE 2u
#define ZT_FLOW_PEER_ROUTER 4u
#define ZT_FLOW_DEAD 8u /* never honoured again, its place not yet free */
#define ZT_FLOW_PEER_UNKNOWN 16u /* an unknown device of another device port */

/* What was seen of each side, in the TCP octet of a state: from the device low, to it << 4. */
#define ZT_SEEN_SYN 1u
#define ZT_SEEN_ACK 2u
#define ZT_SEEN_FIN 4u
#define ZT_SEEN_RST 8u

/*
 * word = generation 32 | reason 7 | verdict 2 | version 3 | rule 20 (all ones: none), one
 * store. The version moves each time the record is given to a flow, so a reader that finds
 * the word as it was has read one flow. Generation 0: nobody's (ZT_WORD_FREE), or being
 * written (ZT_WORD_BUSY).
 */
#define ZT_WORD(gen, reason, verdict, rule)                                                    \
	(((__u64)(gen) << 32) | ((__u64)(reason) << 25) | ((__u64)(verdict) << 23) |           \
	 ((__u64)(rule) & 0xfffff))
#define ZT_WORD_GEN(w) ((__u32)((w) >> 32))
#define ZT_WORD_REASON(w) ((__u32)((w) >> 25) & 0x7f)
#define ZT_WORD_VERDICT(w) ((__u32)((w) >> 23) & 3)
#define ZT_WORD_VERSION 0x700000u
#define ZT_WORD_RULE(w) ((__u32)(w) & 0xfffff)
#define ZT_WORD_FREE 0ull
#define ZT_WORD_BUSY 1ull
#define ZT_NO_RULE 0xfffffu
_Static_assert(ZT_REASON_MAX <= 128 && ZT_VERDICT_MAX <= 4, "reason and verdict fit in a word");

/*
 * who = epoch 22 | peer's binding 21 | device's binding 21. The epoch is the sum of both
 * bindings' (of the device's alone where the peer is none): either of them moves it, and
 * a record with another sum is judged again.
 */
#define ZT_MAX_BIND (1u << 21)
#define ZT_WHO(bind, peer, epoch)                                                              \
	(((__u64)(epoch) << 42) | ((__u64)((peer) & (ZT_MAX_BIND - 1)) << 21) |                \
	 ((__u64)(bind) & (ZT_MAX_BIND - 1)))
#define ZT_WHO_BIND(w) ((__u32)(w) & (ZT_MAX_BIND - 1))
#define ZT_WHO_PEER(w) ((__u32)((w) >> 21) & (ZT_MAX_BIND - 1))
#define ZT_WHO_EPOCH(w) ((__u32)((w) >> 42))
#define ZT_EPOCH(e) ((e) & 0x3fffffu)

/* hop = IP protocol 8 | ICMP request type 8 | the MAC judged right for frames from the device. */
#define ZT_HOP(proto, icmp, mac48) (((__u64)(proto) << 56) | ((__u64)(icmp) << 48) | (mac48))
#define ZT_HOP_MAC(h) ((h) & 0xffffffffffffull)
#define ZT_HOP_PROTO(h) ((__u8)((h) >> 56))
#define ZT_HOP_ICMP(h) ((__u8)((h) >> 48))

/* state = ZT_FLOW_* 8 | half-open 1 | opener 1 | idle class 4 | TCP octet 8. */
#define ZT_STATE(tcp, idle, opener, half, flags)                                               \
	((__u32)(tcp) | (__u32)(idle) << 8 | (__u32)(opener) << 12 | (__u32)(half) << 13 |     \
	 (__u32)(flags) << 16)
#define ZT_STATE_TCP(s) ((__u8)(s))
#define ZT_STATE_IDLE(s) ((s) >> 8 & (ZT_IDLE_MAX - 1))
#define ZT_STATE_OPENER(s) ((s) >> 12 & 1) /* enum zt_dir */
#define ZT_STATE_HALF 0x2000u /* counted in zt_devst.half of the opener */
#define ZT_STATE_FLAGS(s) ((__u8)((s) >> 16))
#define ZT_STATE_DEAD (ZT_FLOW_DEAD << 16)

/*
 * count = packets 24 | IP bytes 40, one atomic add for both; at half of the packets it is
 * moved to zt_flow_rest, so it never wraps. GSO counts as the packets it stands for.
 */
#define ZT_COUNT(packets, bytes) (((__u64)(packets) << 40) + (bytes))
#define ZT_COUNT_PACKETS(c) ((c) >> 40)
#define ZT_COUNT_BYTES(c) ((c) & 0xffffffffffull)
#define ZT_COUNT_FULL (1ull << 63)

/* What a packet's verdict needs of a flow; the key lies beside it. See bpf/flow.h. */
struct zt_flow {
	__u64 word;
	__u64 who;
	__u64 hop;
	__u32 seen; /* tick of the last packet */
	__u32 state;
	__u64 count[2]; /* by enum zt_dir */
};
_Static_assert(sizeof(struct zt_flow) == 48, "zt_flow");

/* Which zone, and of unknown devices which one: see struct zt_flow_key. */
#define ZT_PLACE(zone, owner) ((zone) ^ (owner))

/* A slot of zt_flow4: one cache line, all an established IPv4 packet reads and writes of a flow. */
struct zt_flow4 {
	struct zt_flow f;
	union {
		struct {
			__be32 dev;
			__be32 peer;
			__be16 dev_port;
			__be16 peer_port;
			__u32 place;
		};
		__u64 key[2]; /* the same, as it is compared */
	};
};
_Static_assert(sizeof(struct zt_flow4) == 64, "zt_flow4");

/*
 * The way of a flow's packets where XDP forwards them: out by an uplink and the next hop
 * there, and back by the device's port. A flow of IPv4 has it in zt_path4, at the index of
 * its slot.
 *
 * word = epoch 32 (of struct zt_fwd, when it was found) | MTU 14, of both ways the smaller
 * (0: the stack forwards) | age 6 | DSCP from the device 6 | DSCP towards it 6. Epoch 0:
 * nothing is known, or (ZT_PATH_BUSY) somebody is writing.
 * next = uplink's ifindex 16 | MAC of the next hop 48
 */
struct zt_path {
	__u64 word;
	__u64 next;
};
_Static_assert(ZT_MAX_IFINDEX <= 1u << 16, "an ifindex fits in a path");
#define ZT_PATH_BUSY 1ull
#define ZT_PATH_MTU_MAX 0x3fffu
#define ZT_PATH(epoch, mtu, age, dscp)                                                         \
	(((__u64)(epoch) << 32) | ((__u64)(mtu) << 18) | ((__u64)(age) << 12) | (dscp))
#define ZT_PATH_EPOCH(w) ((__u32)((w) >> 32))
#define ZT_PATH_MTU(w) ((__u32)(w) >> 18)
#define ZT_PATH_AGE(w) ((__u32)(w) >> 12 & 63)
#define ZT_PATH_DSCP(w) ((__u32)(w) & 0xfff)

/* A slot of zt_flow6: two cache lines. */
struct zt_flow6 {
	struct zt_flow f;
	struct zt_addr dev;
	struct zt_addr peer;
	__be16 dev_port;
	__be16 peer_port;
	__u32 place;
	struct zt_path path;
	__u32 pad[6];
};
_Static_assert(sizeof(struct zt_flow6) == 128, "zt_flow6");

#define ZT_WAYS 8u /* slots of a bucket */
struct zt_bucket4 {
	struct zt_flow4 slot[ZT_WAYS];
};
struct zt_bucket6 {
	struct zt_flow6 slot[ZT_WAYS];
};

/*
 * zt_tag4, zt_tag6: an octet of each slot's hash, 0 free, so that a bucket is searched by
 * one 64-bit word and a miss reads no slot. zt_rest4, zt_rest6: of each slot what no
 * packet's verdict needs.
 */
struct zt_tags {
	__u8 way[ZT_WAYS];
};
struct zt_flow_rest {
	__u64 packets[2]; /* beside those in zt_flow.count */
	__u64 bytes[2];
	__u32 first; /* tick of the first packet */
	__u32 dev; /* device index the quota is charged to */
	__u32 zone;
	__u32 owner;
};
_Static_assert(sizeof(struct zt_flow_rest) == 48, "zt_flow_rest");

/*
 * Two slots for each flow there is to be room for: so many find a place in one of their two
 * buckets. (At seven for four one in a million did not.)
 */
#define ZT_BUCKETS(flows) ((__u32)(((__u64)(flows) * 2 + ZT_WAYS - 1) / ZT_WAYS))
#define ZT_FLOWS(buckets) ((__u32)((__u64)(buckets) * ZT_WAYS / 2))

/* Why a flow is over. */
enum zt_ended {
	ZT_ENDED_IDLE = 1,
	ZT_ENDED_FIN = 2, /* idle after FIN both ways */
	ZT_ENDED_RST = 3,
	ZT_ENDED_FLUSHED = 4,
	ZT_ENDED_POLICY = 5, /* judged again, and not allowed or another's */
	ZT_ENDED_EVICTED = 6, /* its place was needed */
	ZT_ENDED_UNLOAD = 7,
	ZT_ENDED_MAX = 8,
};

/* zt_frag: hash by zt_flow_key of the fragment kinds: a datagram whose fragments are under way. */
struct zt_frag {
	__u64 word; /* 0: its first fragment is being judged */
	__u64 who;
	__u64 hop;
	__u32 seen; /* tick */
	__u32 next; /* expected offset of the next one, in bytes */
	__u32 dev; /* device index charged */
	__u32 state;
};
_Static_assert(sizeof(struct zt_frag) == 40, "zt_frag");

/* ---- counters ---------------------------------------------------------- */

struct zt_count {
	__u64 packets;
	__u64 bytes;
};

/* zt_count: per-CPU array, index of (reason, verdict, direction). */
#define ZT_COUNT_INDEX(reason, verdict, dir)                                                   \
	(((__u32)(reason) * ZT_VERDICT_MAX + (verdict)) * 2 + (dir))
#define ZT_COUNT_MAX (ZT_REASON_MAX * ZT_VERDICT_MAX * 2)

/* zt_devcnt: per-CPU array by device index. */
struct zt_devcnt {
	struct zt_count c[ZT_VERDICT_MAX][2]; /* [verdict][enum zt_dir] */
};
_Static_assert(sizeof(struct zt_devcnt) == 96, "zt_devcnt");

/* zt_lost: per-CPU array of __u64: everything that could not be kept. */
enum zt_lost {
	ZT_LOST_EVENT = 0, /* ring full */
	ZT_LOST_CRITICAL = 1, /* critical ring full */
	ZT_LOST_AGGREGATE = 2, /* packets whose aggregate found no place */
	ZT_LOST_FLOW = 3, /* no place in the flow table, or in that of fragments */
	ZT_LOST_SWEEP = 4, /* ageing queue full, record refused */
	ZT_LOST_LEARN = 5, /* address could not be learned: table full or cap */
	ZT_LOST_UNCOUNTED = 6, /* packets passed, but in no flow's counts: the key's lock was held */
	ZT_LOST_MAX = 8,
};

/* ---- events ------------------------------------------------------------ */

enum zt_event_type {
	ZT_EVENT_PACKET = 1, /* first packet of an aggregate: not allowed, or logged */
	ZT_EVENT_FLOW_NEW = 2,
	ZT_EVENT_FLOW_END = 3,
	ZT_EVENT_LEARNED = 4, /* address learned by a device */
	ZT_EVENT_FORGOTTEN = 5, /* learned address expired */
	ZT_EVENT_MOVED = 6, /* device seen on another of its ports */
	ZT_EVENT_CONFLICT = 7, /* a MAC or address claimed that another holds */
};

#define ZT_EVENT_LOG 1u /* the rule says log */

/* One record of a ring buffer. src/dst as in the packet. */
struct zt_event {
	__u32 type;
	__u32 gen;
	__u64 boot_ns; /* CLOCK_BOOTTIME; 0 from the test entry */
	struct zt_addr src;
	struct zt_addr dst;
	__be16 sport;
	__be16 dport;
	__u8 proto;
	__u8 family; /* 4, 6, or 0: not IP */
	__u8 reason;
	__u8 verdict;
	__u8 dir; /* enum zt_dir */
	__u8 opener; /* FLOW_*: enum zt_dir */
	__u8 flags; /* FLOW_*: ZT_FLOW_*; PACKET: ZT_EVENT_LOG */
	__u8 how; /* LEARNED: enum zt_how; FLOW_END: enum zt_ended */
	__u16 vlan;
	__u16 ethertype; /* host order */
	__u8 smac[6];
	__u8 dmac[6];
	__u32 dev; /* device index */
	union {
		__u32 ifindex; /* the device port; MOVED: where it is now */
		__u32 seen; /* FLOW_END: tick of its last packet */
	};
	__u32 rule; /* number in generation gen, ZT_NO_RULE none */
	__u32 tick;
	__u32 first; /* FLOW_END: tick of its first packet */
	__u64 packets[2]; /* FLOW_END */
	__u64 bytes[2];
};
_Static_assert(sizeof(struct zt_event) == 128, "zt_event");

/*
 * zt_agg: array of sets, mmapable. Every packet that is not plainly allowed counts here; the
 * agent drains it. A device that opens too many is summed in one entry per reason
 * with peer, port, proto and family 0; so is what finds no place in its set.
 *
 * A program claims a free place by its word `what` and writes it last; the agent frees
 * those of the side nobody adds to. Whoever finds a place being claimed waits a moment.
 */
struct zt_agg_key {
	struct zt_addr peer;
	__u32 dev;
	__u32 ifindex;
	__be16 port; /* destination port of the packet */
	__u8 proto;
	__u8 family;
	union {
		struct {
			__u8 reason; /* never 0 */
			__u8 verdict;
			__u8 dir;
			__u8 side; /* zt_gen.side & 1 when counted: the agent drains what nobody adds to */
		};
		__u32 what; /* in the table: 0 free, ZT_AGG_CLAIMED */
	};
	__u32 rule;
	__u32 gen;
};
_Static_assert(sizeof(struct zt_agg_key) == 40, "zt_agg_key");
#define ZT_AGG_CLAIMED 0xffffffffu

struct zt_agg {
	__u64 packets;
	__u64 bytes;
	__u32 first;
	__u32 last;
};
_Static_assert(sizeof(struct zt_agg) == 24, "zt_agg");

/*
 * zt_seen: array, mmapable, of words of 64 bits, ZT_SEEN_WORDS for each side: a bit for
 * the hash of each aggregate there is. Where it is not set there is none, and a flood of
 * new tuples reads no set: this stays in the cache, sets do not. The agent clears a side's
 * words when it has drained that.
 */
#define ZT_SEEN_WORDS 1024u

#define ZT_AGG_SETS 4096u
#define ZT_AGG_WAYS 4u

struct zt_agg_set {
	struct {
		struct zt_agg_key key;
		struct zt_agg agg;
	} place[ZT_AGG_WAYS];
};
_Static_assert(sizeof(struct zt_agg_set) == 256, "zt_agg_set");

/* ---- the guard --------------------------------------------------------- */

/* XDP metadata of a passed frame; the guard compares both with what tc sees. */
struct zt_stamp {
	__u32 nonce;
	__u16 vlan; /* VLAN id the XDP program judged, 0 none or priority tag */
	__u16 pad;
};
_Static_assert(sizeof(struct zt_stamp) == 8, "zt_stamp");

/*
 * The stamp stands at the start of the metadata, and once more an Ethernet header
 * later. Generic XDP copies frames without room in front; the copy forgets the length
 * of its MAC header (seen on Linux 6.18), so tc takes the metadata to begin 14 octets
 * further on than it does.
 */
#define ZT_STAMP_AGAIN 14
#define ZT_STAMP_BYTES 24

/* ---- test entry -------------------------------------------------------- */

enum zt_ctl_op {
	ZT_CTL_CLOCK = 1, /* read jiffies64 and boot time together */
	ZT_CTL_ARM = 2, /* start, or move to this program, the sweep timer */
	ZT_CTL_SWEEP = 3, /* sweep as if the tick were `now`, at most `steps` records */
	ZT_CTL_MERGE = 4, /* the frame is a struct zt_merge: see zt_flow_merge() */
};

/* What a record in a map had when its flow went on in the module's table. */
struct zt_merge {
	struct zt_flow_key key;
	__u64 packets[2];
	__u64 bytes[2];
	__u32 first; /* as in struct zt_flow_rest, zt_flow */
	__u32 seen;
	__u32 state;
	__u32 pad;
};
_Static_assert(sizeof(struct zt_merge) == 96, "zt_merge");

/* zt_test[0]: what the test entries zt_test_in, zt_test_out and zt_ctl take. */
struct zt_test {
	__u32 now; /* tick */
	__u32 ifindex; /* device port */
	__u32 in_ifindex; /* zt_test_out: where it came in, 0 = made by this router */
	__u32 mark; /* zt_test_out: skb mark */
	__u32 op; /* zt_ctl: enum zt_ctl_op */
	__u32 steps;
	__u32 quiet; /* 1: leave no result, which costs as much as a lookup (measurements) */
	__u32 pad;
};
_Static_assert(sizeof(struct zt_test) == 32, "zt_test");

/* zt_result[0]: what they leave. */
struct zt_result {
	__u32 verdict;
	__u32 reason;
	__u32 rule; /* ZT_NO_RULE none */
	__u32 dev; /* device judged, 0 none */
	__u32 peer_kind; /* enum zt_kind */
	__u32 peer_id; /* device index or peer class */
	__u32 dclass;
	__u32 pclass;
	__u32 svc;
	__u32 mode;
	__u32 gen;
	__u32 flow; /* 1: a record was hit or made; key below */
	__u32 created; /* 1: by this packet */
	__u32 opener; /* enum zt_dir of whoever opened */
	struct zt_flow_key key;
	__u64 jiffies; /* ZT_CTL_CLOCK */
	__u64 boot_ns;
};
_Static_assert(sizeof(struct zt_result) == 120, "zt_result");

#endif
