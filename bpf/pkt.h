/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The packet record: everything the stages know of one packet, as plain numbers.
 * The parser fills it from the frame; no later stage touches the frame. It knows
 * neither xdp_md nor __sk_buff.
 */
#ifndef ZT_PKT_H
#define ZT_PKT_H

#include "env.h"

/* What kind of traffic the parser recognised beyond an ordinary packet. */
enum zt_shape {
	ZT_SHAPE_NONE = 0,
	ZT_SHAPE_ARP,
	ZT_SHAPE_ND, /* router and neighbour solicitation, neighbour advertisement */
	ZT_SHAPE_RA,
	ZT_SHAPE_REDIRECT, /* ICMP and ICMPv6 */
	ZT_SHAPE_REPORT, /* IGMP or MLD report, hop limit 1, router alert the only option */
	ZT_SHAPE_QUERY, /* IGMP or MLD query, likewise */
	ZT_SHAPE_DHCP_CLIENT, /* v4 68 -> 67 or v6 546 -> 547, well-formed */
	ZT_SHAPE_DHCP_SERVER, /* the other way */
	ZT_SHAPE_ICMP_ERROR,
	ZT_SHAPE_L2, /* EAPOL, LLDP, STP, LACP */
};

#define ZT_PKT_FIRST 1u /* first fragment of several */
#define ZT_PKT_LATER 2u /* a later fragment */
#define ZT_PKT_MORE 4u /* more fragments follow */
#define ZT_PKT_OPTIONS 8u /* IPv4 options or a hop-by-hop header */
#define ZT_PKT_ALERT_ONLY 16u /* the only option is router alert */
#define ZT_PKT_HAS_HW 32u /* hw is filled */
#define ZT_PKT_UNKNOWN 64u /* the device side is not a listed device */
#define ZT_PKT_LOCAL 128u /* the routing table says: for this router */
#define ZT_PKT_NO_ROUTE 524288u /* it knows no way there; perhaps it is this router all the same */
#define ZT_PKT_TO_ROUTER_MAC 256u
#define ZT_PKT_EXTENSION 512u /* an IPv6 extension header was walked */
#define ZT_PKT_GROUP 1024u /* towards a group or broadcast MAC */
#define ZT_PKT_CREATED 2048u /* this packet made the flow record */
#define ZT_PKT_LOG 4096u /* the deciding rule says log */
#define ZT_PKT_HIT 8192u /* a live record was found or made */
#define ZT_PKT_ACK 16384u /* DHCP: server reply is an ACK with a lease */
#define ZT_PKT_OUTSIDE 131072u /* DHCP: the server is behind an uplink */
#define ZT_PKT_RAW 262144u /* the port has no Ethernet header */
#define ZT_PKT_PICKED_UP 1048576u /* opens in the middle of a connection */
#define ZT_PKT_NO_RECORD 2097152u /* the fast path knows: no flow of a listed device has its key */
#define ZT_PKT_GSO 32768u /* the IP length may be 0: take the frame's */

#define ZT_KNOWN_SRC 1u
#define ZT_KNOWN_DST 2u
#define ZT_KNOWN_DMAC 4u

/*
 * What a flow's record is found and believed by: all that the fast path (fast.h) knows of a
 * packet, in registers. In a packet record the same fields stand by themselves.
 */
#define ZT_CORE_FIELDS                                                                         \
	__u32 now; /* tick */                                                                  \
	__u32 gen; /* read once */                                                             \
	__u32 par; /* gen & 1 */                                                               \
	__u32 ifindex; /* the device port */                                                   \
	__u32 in_ifindex; /* towards a device: where it came in; 0 = made by this router */    \
	__u32 mark;                                                                            \
	__u32 dir; /* enum zt_dir */                                                           \
	__u32 zone; /* ZT_ZONE word */                                                         \
	__u64 bytes;                                                                           \
	__u32 packets; /* this frame stands for */                                             \
	__u32 dev; /* index into zt_dev of the device side */                                  \
	__u32 reason;                                                                          \
	__u32 verdict;                                                                         \
	struct zt_addr src, dst;                                                               \
	__be16 sport, dport;                                                                   \
	__u8 family; /* 4, 6, 0 = not IP */                                                    \
	__u8 proto;                                                                            \
	__u8 tcp; /* TCP flags octet */                                                        \
	__u8 icmp_type;                                                                        \
	__u16 vlan;                                                                            \
	__u8 smac[6], dmac[6];                                                                 \
	__u16 ethertype

struct zt_core {
	ZT_CORE_FIELDS;
};

struct zt_pkt {
	union {
		struct zt_core core;
		struct {
			ZT_CORE_FIELDS;
		};
	};
	struct zt_addr target; /* ARP sender, ND target, DHCP yiaddr; ICMP error: inner source */
	struct zt_addr inner; /* ICMP error: inner destination */
	struct zt_flow_key key;
	__u32 side; /* of the aggregates, see zt_gen */
	__u32 flags; /* ZT_PKT_* */

	/* as parsed */
	__u8 hops; /* TTL or hop limit */
	__u8 shape; /* enum zt_shape */
	__u8 op; /* ARP operation, ND type, BOOTP op */
	__u8 inner_proto;
	__be16 inner_sport, inner_dport;
	__u8 hw[6]; /* ARP sender, ND link-layer option, DHCP chaddr */
	__u16 pad;
	__u32 l3; /* offset of the IP header */
	__u32 l4; /* offset of the transport header */
	__u32 l4_len; /* octets from there to the end of the IP packet */
	__u32 headers; /* IP and transport header octets, repeated in each GSO segment */
	__u32 frag_id;
	__u32 frag_off; /* octets */
	__u32 frag_len; /* octets of the fragment's part of the datagram */
	__u32 option; /* DHCP: offset of the next one */
	__u32 lease_s; /* of an ACK */
	__be32 server; /* DHCP: option 54 */

	/* who */
	__u32 bind;
	__u32 dclass;
	__u32 mode; /* enum zt_mode, the stricter of both sides */
	struct zt_host_word peer; /* what the other side's address is */
	__u32 peer_bind;
	__u32 pclass;
	__u32 svc;
	__u32 epoch, peer_epoch;
	__u32 owner; /* of the flow key: 0, or the unknown device's hash */

	/* what its own addresses are, once looked up: see zt_src_is() */
	struct zt_host_word src_is, dst_is;
	__u32 known; /* ZT_KNOWN_* */
	__u32 dmac_kind, dmac_bind; /* the destination MAC in this zone */

	/* the outcome, beside reason and verdict */
	__u32 fault; /* a reason that follows the mode, found while parsing */
	__u32 rule;
	__u32 opener; /* enum zt_dir */

	/* by the fast path, for the record that begins next on this CPU: ZT_PKT_NO_RECORD, or 0 */
	__u32 left;
};

/* Start of a record. The generation is read here and nowhere else. */
zt_inline void zt_pkt_start(struct zt_pkt *p, __u32 dir, __u32 ifindex)
{
	__builtin_memset(p, 0, __builtin_offsetof(struct zt_pkt, left));
	p->flags = p->left;
	p->left = 0;
	p->dir = dir;
	p->ifindex = ifindex;
	p->rule = ZT_NO_RULE;
	p->packets = 1;
}

/* Both segments count: the stricter mode wins. 0 stands for enforce. */
zt_inline void zt_stricter(struct zt_pkt *p, __u32 mode)
{
	if (!mode)
		mode = ZT_MODE_ENFORCE;
	if (mode > p->mode)
		p->mode = mode;
}

#endif
