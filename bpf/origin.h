/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The other side of a packet: what its address is, and whether it can have come
 * from where it came (design §4.6). rp_filter cannot answer that.
 */
#ifndef ZT_ORIGIN_H
#define ZT_ORIGIN_H

#include "policy.h"

enum zt_origin {
	ZT_ORIGIN_LOCAL, /* made by this router */
	ZT_ORIGIN_DEVICES, /* in by a device port, judged there */
	ZT_ORIGIN_OUTSIDE, /* uplink, or a listed interface without programs */
	ZT_ORIGIN_UNLISTED,
};

zt_inline const struct zt_port_word *zt_core_port(const struct zt_port *port, const struct zt_core *p)
{
	return p->par & 1 ? &port->w[1] : &port->w[0];
}

/*
 * The port and its zone; NULL where it is not in the table. XDP runs on the members of
 * a bond: what comes in by one counts as the bond's.
 */
zt_inline struct zt_port *zt_port_of(struct zt_core *p)
{
	struct zt_port *port = bpf_map_lookup_elem(&zt_port, &p->ifindex);

	if (port && zt_core_port(port, p)->role == ZT_ROLE_PART) {
		p->ifindex = port->l3_ifindex;
		port = bpf_map_lookup_elem(&zt_port, &p->ifindex);
	}
	if (port)
		p->zone = ZT_ZONE(port->zone, p->vlan);
	return port;
}

/* Towards a device: where the frame came in. */
zt_inline enum zt_origin zt_core_origin(const struct zt_core *p)
{
	struct zt_port_word w;
	struct zt_port *in;

	if (!p->in_ifindex)
		return ZT_ORIGIN_LOCAL;
	in = bpf_map_lookup_elem(&zt_port, &p->in_ifindex);
	if (!in)
		return ZT_ORIGIN_UNLISTED;
	w = *zt_core_port(in, p);
	switch (w.role) {
	case ZT_ROLE_DEVICE:
		return ZT_ORIGIN_DEVICES;
	case ZT_ROLE_UPPER:
		if (!(w.flags & ZT_PORT_MIXED) || p->mark & ZT_MARK)
			return ZT_ORIGIN_DEVICES;
		return ZT_ORIGIN_OUTSIDE;
	case ZT_ROLE_UPLINK:
	case ZT_ROLE_IGNORE:
		return ZT_ORIGIN_OUTSIDE;
	default:
		return ZT_ORIGIN_UNLISTED;
	}
}

zt_inline enum zt_origin zt_origin(const struct zt_pkt *p)
{
	return zt_core_origin(&p->core);
}

/* The peer is a device: remember its binding, so that its epoch counts too. */
zt_inline void zt_peer_device(struct zt_pkt *p)
{
	struct zt_dev *dev = bpf_map_lookup_elem(&zt_dev, &p->peer.id);
	struct zt_bind *b;

	if (!dev)
		return;
	p->peer_bind = dev->bind;
	b = bpf_map_lookup_elem(&zt_bind, &p->peer_bind);
	if (b)
		p->peer_epoch = ZT_READ_ONCE(b->epoch);
}

/* From a device: who is the destination. */
ZT_GLOBAL int zt_resolve_destination(void)
{
	struct zt_pkt *p = zt_pkt_here();

	if (!p)
		return ZT_REASON_INTERNAL;
	if (zt_is_group(&p->dst, p->family)) {
		p->pclass = ZT_PCLASS_GROUP;
		return 0;
	}
	if (zt_dst_is(p, &p->peer))
		return ZT_REASON_INTERNAL;
	/* An own address the agent has not listed (yet): the routing table knows it. */
	if (p->peer.kind != ZT_KIND_DEVICE && p->flags & ZT_PKT_LOCAL &&
	    p->flags & ZT_PKT_TO_ROUTER_MAC)
		p->peer.kind = ZT_KIND_ROUTER;
	if (p->peer.kind == ZT_KIND_DEVICE)
		zt_peer_device(p); /* its epoch before its word: see zt_maps_mode() */
	p->pclass = zt_peer_class(p, &p->peer);
	return 0;
}

/* Towards a device: who is the source, and can it be. */
ZT_GLOBAL int zt_resolve_source(void)
{
	struct zt_pkt *p = zt_pkt_here();
	enum zt_origin from;

	if (!p)
		return ZT_REASON_INTERNAL;
	from = zt_origin(p);
	if (zt_src_is(p, &p->peer))
		return ZT_REASON_INTERNAL;
	if (p->peer.kind == ZT_KIND_DEVICE) {
		zt_claimed_mode(p, p->peer.id);
		if (from != ZT_ORIGIN_DEVICES)
			return ZT_REASON_SPOOFED_UPLINK;
		zt_peer_device(p);
	} else if (from == ZT_ORIGIN_LOCAL) {
		p->peer.kind = ZT_KIND_ROUTER;
	} else if (p->peer.kind == ZT_KIND_ROUTER) {
		return ZT_REASON_UNKNOWN_SOURCE;
	} else if (from == ZT_ORIGIN_DEVICES) {
		/* Whatever its address: what a device port sends is no application. */
		p->flags |= ZT_PKT_PEER_UNKNOWN;
		p->peer.kind = ZT_KIND_NONE;
	}
	if (from == ZT_ORIGIN_UNLISTED)
		return ZT_REASON_UNLISTED_PORT;
	p->pclass = zt_peer_class(p, &p->peer);
	return 0;
}

#endif
