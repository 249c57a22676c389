/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pipeline after the parser: identify, flow, policy, account. Reads like the
 * design's §4; every step returns "go on" (0) or the final reason.
 */
#ifndef ZT_JUDGE_H
#define ZT_JUDGE_H

#include "aggregate.h"
#include "frag.h"
#include "infra_from.h"
#include "infra_towards.h"

/* The ports of the flow whose packet an ICMP error quotes, as its record has them. */
zt_inline void zt_inner_ports(const struct zt_pkt *p, struct zt_flow_key *k)
{
	__u32 type = zt_ntohs(p->inner_sport) >> 8;
	int from = p->dir == ZT_FROM_DEVICE, request;

	if (k->proto == ZT_PROTO_TCP || k->proto == ZT_PROTO_UDP) {
		k->dev_port = from ? p->inner_dport : p->inner_sport;
		k->peer_port = from ? p->inner_sport : p->inner_dport;
	} else if (k->proto == (p->family == 4 ? ZT_PROTO_ICMP : ZT_PROTO_ICMPV6)) {
		/* inner_dport holds the id; who asked holds it in the key */
		k->icmp = zt_icmp_request(k->proto, type);
		request = k->icmp == type;
		k->dev_port = request != from ? p->inner_dport : 0;
		k->peer_port = request != from ? 0 : p->inner_dport;
	}
}

/* An ICMP error passes only about a live flow of that device (design §4.8). */
ZT_GLOBAL int zt_icmp_error(void)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_pkt *p = zt_pkt_here();
	struct zt_flow_key k = {};
	struct zt_flow_rest *rest;
	struct zt_bind *b;
	struct zt_flow *f;
	__u32 ref, bind, flags;
	int from;

	if (!p || !cfg)
		return ZT_REASON_INTERNAL;
	from = p->dir == ZT_FROM_DEVICE;
	/* It quotes a packet that went the other way: from a device, one it had received. */
	k.dev = from ? p->inner : p->target;
	k.peer = from ? p->target : p->inner;
	if (p->flags & ZT_PKT_PEER_UNKNOWN)
		return ZT_REASON_NO_FLOW; /* from a device port, by nobody */
	if (!zt_addr_equal(&p->target, &p->dst))
		return ZT_REASON_NO_FLOW; /* it must go to whoever sent the quoted packet */
	k.proto = p->inner_proto;
	zt_inner_ports(p, &k);
	k.family = p->family;
	k.zone = p->zone;
	k.owner = p->owner;
	ref = zt_flow_find(&k);
	f = flow_at(ref);
	rest = flow_rest(ref);
	if (!f || !rest || !zt_flow_alive(f, &p->core, cfg) || ZT_WORD_GEN(f->word) != p->gen ||
	    rest->dev != p->dev)
		return ZT_REASON_NO_FLOW;
	flags = zt_flow_flags(f);
	/* A device speaks of its own flows, it is not on the way of others'. */
	if (p->peer.kind == ZT_KIND_DEVICE &&
	    (!(flags & ZT_FLOW_PEER_DEVICE) || ZT_WHO_PEER(f->who) != p->peer_bind))
		return ZT_REASON_NO_FLOW;
	/* Between devices, or with this router, nobody outside is on the way. */
	if (!from && flags & (ZT_FLOW_PEER_DEVICE | ZT_FLOW_PEER_ROUTER) &&
	    zt_origin(p) == ZT_ORIGIN_OUTSIDE)
		return ZT_REASON_NO_FLOW;
	bind = zt_flow_bind(f);
	b = bpf_map_lookup_elem(&zt_bind, &bind);
	return b && zt_flow_current(f, b) ? ZT_REASON_ICMP_ERROR : ZT_REASON_NO_FLOW;
}

/* What the parser left as a fault, unless it turned out to be infrastructure. */
zt_inline int zt_fault(const struct zt_pkt *p)
{
	if (p->fault)
		return p->fault;
	return p->flags & ZT_PKT_OPTIONS ? ZT_REASON_IP_OPTIONS : 0;
}

/* Does the port take this tag, or frames without one. */
zt_inline int zt_tag_accepted(const struct zt_pkt *p, const struct zt_port *port)
{
	struct zt_vlan_key k = { .ifindex = p->ifindex, .vlan = p->vlan };
	struct zt_exact t;

	if (!p->vlan && p->shape == ZT_SHAPE_L2 && p->op & ZT_L2_LACP)
		return 1; /* never tagged, whatever the bond carries */
	if (!p->vlan)
		return zt_port_now(port, p)->flags & ZT_PORT_UNTAGGED;
	return !zt_exact_now(p, &t) && zt_line_find(&t, ZT_TABLE_VLAN, zt_vlan_word(&k));
}

/* The flow part of both directions, for packets whose identity holds. */
zt_inline int zt_flow_part(struct zt_pkt *p)
{
	int r;

	if (p->flags & ZT_PKT_LATER)
		return zt_frag_later();
	if (p->shape == ZT_SHAPE_ICMP_ERROR)
		return zt_icmp_error();
	if (!(p->flags & ZT_PKT_FIRST))
		return zt_flow_slow();
	r = zt_frag_reserve();
	if (r)
		return r;
	zt_settle(p, zt_flow_slow());
	r = zt_frag_first();
	return r ? r : (int)p->reason;
}

/*
 * Two segments: the stricter mode decides here, whatever is wrong with the packet. Of whom
 * its source names, and of its receiver.
 */
zt_inline void zt_named_modes(struct zt_pkt *p)
{
	struct zt_host_word is = {};
	__u32 bind = 0;

	if (p->family && !zt_src_is(p, &is) && is.kind == ZT_KIND_DEVICE)
		zt_claimed_mode(p, is.id);
	if (p->family && !zt_dst_is(p, &is) && is.kind == ZT_KIND_DEVICE)
		zt_claimed_mode(p, is.id);
	if (!(p->flags & ZT_PKT_GROUP) && zt_dmac_is(p, &bind) == ZT_MAC_DEVICE)
		zt_claimed_bind(p, bind);
}

/*
 * No route leads there, so it may be an address of this router that nobody has listed:
 * what a rule about others allows must not open that. Said only of what would pass.
 */
zt_inline int zt_lacks_route(struct zt_pkt *p)
{
	if (!(p->flags & ZT_PKT_NO_ROUTE) || !(p->flags & ZT_PKT_TO_ROUTER_MAC) || p->shape ||
	    p->flags & ZT_PKT_LATER || p->peer.kind == ZT_KIND_DEVICE ||
	    p->peer.kind == ZT_KIND_ROUTER)
		return 0;
	if (zt_bad_flags(&p->core) || (p->proto == ZT_PROTO_TCP && !zt_is_syn(&p->core) &&
				p->tcp & (ZT_TCP_SYN | ZT_TCP_RST)))
		return 0; /* opens nothing anyway */
	return zt_policy(ZT_FROM_DEVICE) == ZT_REASON_ALLOWED;
}

/*
 * What will be asked of the device whose address this is, fetched together: with 100,000
 * devices each of these is a cache miss, and they would come one after the other. A guess,
 * nothing is decided by it.
 */
zt_inline void zt_expect(const struct zt_host_word *is)
{
	struct zt_dev *dev;

	if (is->kind != ZT_KIND_DEVICE)
		return;
	dev = bpf_map_lookup_elem(&zt_dev, &is->id);
	zt_touch(bpf_map_lookup_elem(&zt_devcnt, &is->id));
	zt_touch(bpf_map_lookup_elem(&zt_devst, &is->id));
	if (dev)
		zt_touch(bpf_map_lookup_elem(&zt_bind, &dev->bind));
}

zt_inline int zt_from_device(struct zt_pkt *p, const struct zt_port *port)
{
	struct zt_host_word is = {};
	int r;

	if (p->family && !p->reason && !zt_src_is(p, &is))
		zt_expect(&is);
	r = zt_identify_sender(port);
	if (p->reason) /* unreadable: known now whose it was */
		return p->reason;
	zt_named_modes(p);
	if (r)
		return r;
	if (!zt_tag_accepted(p, port))
		return ZT_REASON_UNLISTED_VLAN;
	r = p->shape ? zt_infra_from(port) : 0;
	if (r)
		return r;
	r = zt_fault(p);
	if (r)
		return r;
	r = zt_bound_source();
	if (r)
		return r;
	r = zt_l2_agrees();
	if (r)
		return r;
	r = zt_resolve_destination();
	if (r)
		return r;
	if (zt_lacks_route(p))
		return ZT_REASON_NO_ROUTE;
	return zt_flow_part(p);
}

/* A device without any IPv6 address entry uses link-local for ND only (policy-language §3.9). */
zt_inline int zt_lacks_ipv6(const struct zt_pkt *p)
{
	struct zt_dev *dev = bpf_map_lookup_elem(&zt_dev, &p->dev);

	return p->family == 6 && !(p->flags & ZT_PKT_UNKNOWN) && dev &&
	       !(zt_dev_of(dev, p)->flags & ZT_DEV_IPV6);
}

/* Traffic a device needs before it is known to hold the address: a lease, the router's own ND. */
zt_inline int zt_may_precede_address(const struct zt_pkt *p)
{
	return p->shape == ZT_SHAPE_DHCP_SERVER ||
	       (p->shape == ZT_SHAPE_ND && zt_origin(p) == ZT_ORIGIN_LOCAL);
}

/*
 * A device's address on what came from outside, or by an interface nobody listed (§4.6).
 * Asked before anything else: what only looks like infrastructure, or has a fault, follows
 * the mode, and a forgery does not.
 */
zt_inline int zt_is_forged(struct zt_pkt *p)
{
	enum zt_origin from = zt_origin(p);
	struct zt_host_word is = {};

	if (!p->family || (from != ZT_ORIGIN_OUTSIDE && from != ZT_ORIGIN_UNLISTED))
		return 0;
	return !zt_src_is(p, &is) && is.kind == ZT_KIND_DEVICE;
}

zt_inline int zt_to_device(struct zt_pkt *p, const struct zt_port *port)
{
	int r = zt_identify_receiver(port), i;

	if (p->reason)
		return p->reason;
	if (r == ZT_REASON_INTERNAL)
		return r;
	if (zt_is_forged(p))
		return ZT_REASON_SPOOFED_UPLINK;
	if (!zt_tag_accepted(p, port))
		return ZT_REASON_UNLISTED_VLAN;
	i = zt_infra_towards(port);
	if (i && zt_family(i) == ZT_FAMILY_PASS && r &&
	    !(r == ZT_REASON_L2_MISMATCH && zt_may_precede_address(p)))
		return r; /* flooded: only its receiver's port gets it */
	if (i)
		return i;
	if (p->fault)
		return p->fault;
	/* Where it came from is asked first: a forgery is told as such. */
	i = zt_resolve_source();
	if (i)
		return i;
	if (r)
		return r;
	r = zt_fault(p);
	if (r)
		return r;
	if (p->flags & ZT_PKT_GROUP || zt_lacks_ipv6(p))
		return ZT_REASON_NO_RULE;
	return zt_flow_part(p);
}

/* Everything the fast path does not decide. Sets p->reason and p->verdict. */
ZT_GLOBAL int zt_slow(void)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_port *port;
	__u32 r;

	if (!p)
		return -1;
	port = bpf_map_lookup_elem(&zt_port, &p->ifindex);
	if (!port) {
		zt_settle(p, ZT_REASON_INTERNAL);
		return 0;
	}
	if (!p->gen)
		r = ZT_REASON_NO_POLICY;
	else if (zt_port_now(port, p)->role != ZT_ROLE_DEVICE)
		r = ZT_REASON_UNLISTED_PORT;
	else if (p->dir == ZT_FROM_DEVICE)
		r = zt_from_device(p, port);
	else
		r = zt_to_device(p, port);
	zt_settle(p, r ? r : ZT_REASON_INTERNAL);
	return 0;
}

/*
 * Is it a deviation someone must hear of. A frame the bridge floods to ports that
 * are not its receiver's is none: counted, and judged at the right port.
 */
zt_inline int zt_is_deviation(const struct zt_pkt *p)
{
	return zt_family(p->reason) != ZT_FAMILY_PASS &&
	       !(p->reason == ZT_REASON_WRONG_PORT && p->dir == ZT_TO_DEVICE);
}

zt_inline void zt_count_add(struct zt_count *c, const struct zt_core *p)
{
	c->packets += p->packets; /* per CPU */
	c->bytes += p->bytes;
}

/* Counters by reason and by device. */
zt_inline void zt_count_packet(const struct zt_core *p)
{
	__u32 verdict = p->verdict, dir = p->dir & 1, index = ZT_COUNT_INDEX(p->reason, verdict, dir);
	struct zt_count *c = bpf_map_lookup_elem(&zt_count, &index);
	struct zt_devcnt *d = bpf_map_lookup_elem(&zt_devcnt, &p->dev);

	if (c)
		zt_count_add(c, p);
	if (d && verdict < ZT_VERDICT_MAX)
		zt_count_add(&d->c[verdict][dir], p);
}

/* The same; deviations and logged openings also as an aggregate. */
zt_inline void zt_account(struct zt_pkt *p)
{
	zt_count_packet(&p->core);
	if (zt_is_deviation(p) ||
	    (p->flags & ZT_PKT_LOG && p->flags & ZT_PKT_CREATED))
		zt_aggregate();
}

#endif
