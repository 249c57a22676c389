/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Identity before everything (design §4.4): which device a frame is from or for,
 * and whether its addresses are that device's.
 */
#ifndef ZT_IDENTIFY_H
#define ZT_IDENTIFY_H

#include "learn.h"

zt_inline void zt_mac_key(struct zt_mac_key *k, const __u8 *mac, __u32 vlan, __u32 where)
{
	__builtin_memcpy(k->mac, mac, 6);
	k->vlan = vlan;
	k->where = where;
}

/* A gateway's MAC that the programs have seen it use. */
zt_inline int zt_gate_knows(const struct zt_pkt *p, const __u8 *mac, __u32 where)
{
	struct zt_mac_key k = {};

	zt_mac_key(&k, mac, p->vlan, where);
	return !!bpf_map_lookup_elem(&zt_gate, &k);
}

/* In a packet record MACs lie 2-aligned: three loads, not six. */
struct zt_mac_octets {
	__u16 w[3];
};

/* zt_mac_word(), of a little-endian machine as BPF programs here are. */
zt_inline __u64 zt_mac_octets_word(const struct zt_mac_octets *m, __u32 vlan)
{
	return (__u64)(vlan & 0xffff) << 48 | (__u64)m->w[2] << 32 | (__u64)m->w[1] << 16 | m->w[0];
}

/* The upper half of a MAC's value on a port (where = ifindex) or in a zone. */
ZT_GLOBAL int zt_mac_value(const struct zt_mac_octets *mac, __u32 where)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_exact t;
	__u64 v;

	if (!p || !mac || zt_exact_now(p, &t))
		return 0;
	v = zt_line_find_mac(&t, zt_mac_octets_word(mac, p->vlan), where);
	if (!v && where & ZT_IN_ZONE && t.pol->flags & ZT_POL_GATEWAYS &&
	    zt_gate_knows(p, (const __u8 *)mac, where))
		v = ZT_MAC_VALUE(0, ZT_MAC_GATEWAY, 0);
	return v >> 32;
}

/* enum zt_mac_kind of a MAC there. */
zt_inline __u32 zt_mac_find(const struct zt_pkt *p, const __u8 *mac, __u32 where, __u32 *ret_bind)
{
	__u64 v = (__u64)(__u32)zt_mac_value((const struct zt_mac_octets *)mac, where) << 32;

	if (v)
		*ret_bind = ZT_MAC_BIND(v);
	return ZT_MAC_KIND(v);
}

zt_inline __u32 zt_in_zone(const struct zt_pkt *p)
{
	return ZT_IN_ZONE | (p->zone >> 12);
}

/* Whose the destination MAC is in this zone, looked up once. */
zt_inline __u32 zt_dmac_is(struct zt_pkt *p, __u32 *ret_bind)
{
	if (!(p->known & ZT_KNOWN_DMAC))
		p->dmac_kind = zt_mac_find(p, p->dmac, zt_in_zone(p), &p->dmac_bind);
	p->known |= ZT_KNOWN_DMAC;
	*ret_bind = p->dmac_bind;
	return p->dmac_kind;
}

/* Make p's device side that of a binding. */
zt_inline int zt_take_bind(struct zt_pkt *p, __u32 index)
{
	struct zt_bind *b = bpf_map_lookup_elem(&zt_bind, &index);
	const struct zt_dev_word *w;
	struct zt_dev *dev;

	if (!b)
		return -1;
	dev = bpf_map_lookup_elem(&zt_dev, &b->dev);
	if (!dev)
		return -1;
	w = zt_dev_of(dev, p);
	p->bind = index;
	p->dev = b->dev;
	p->epoch = ZT_READ_ONCE(b->epoch);
	p->dclass = w->dclass;
	p->mode = 0;
	zt_stricter(p, ZT_READ_ONCE(w->mode)); /* after the epoch: see zt_maps_mode() */
	return 0;
}

/* The mode of another device counts too: the identity a frame claims. */
zt_inline void zt_claimed_mode(struct zt_pkt *p, __u32 index)
{
	struct zt_dev *dev = bpf_map_lookup_elem(&zt_dev, &index);

	if (dev)
		zt_stricter(p, zt_dev_of(dev, p)->mode);
}

zt_inline void zt_claimed_bind(struct zt_pkt *p, __u32 index)
{
	struct zt_bind *b = bpf_map_lookup_elem(&zt_bind, &index);

	if (b)
		zt_claimed_mode(p, b->dev);
}

/* A bijection in which every bit of the input moves about half of the output's (splitmix64). */
zt_inline __u64 zt_mix(__u64 h)
{
	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9ull;
	h = (h ^ h >> 27) * 0x94d049bb133111ebull;
	return h ^ h >> 31;
}

/*
 * Tells one unknown device from another in flow keys; never 0. Keyed, with the key
 * before, between and after two rounds, so that nobody can work out a MAC whose number
 * equals another's: a MAC taken at random equals a given one's with probability 2^-32,
 * and whoever tries sees no answer unless it does.
 */
zt_inline __u32 zt_owner(const struct zt_pkt *p, const __u8 *mac)
{
	const struct zt_cfg *cfg = zt_config();
	__u64 key = cfg ? (__u64)cfg->seed[1] << 32 | cfg->seed[0] : 0, h = 0;

	__builtin_memcpy(&h, mac, 6);
	h = zt_mix(h ^ key);
	h = zt_mix(h ^ p->zone ^ (key << 32 | key >> 32)) ^ key;
	return (__u32)h ? (__u32)h : 1;
}

zt_inline int zt_take_unknown(struct zt_pkt *p, const struct zt_port *port, const __u8 *mac)
{
	if (zt_take_bind(p, port->unknown_bind))
		return -1;
	p->flags |= ZT_PKT_UNKNOWN;
	p->dclass = 0;
	p->owner = zt_owner(p, mac);
	return 0;
}

/*
 * A listed device sends from a port of its list that is not where it is bound:
 * it moves if it was silent long enough (or the agent released the port), else
 * the first one stays. CPUs race on ifindex; one wins.
 */
zt_inline int zt_move(struct zt_pkt *p, struct zt_bind *b, const struct zt_cfg *cfg)
{
	__u32 old = ZT_READ_ONCE(b->ifindex);

	if (old == p->ifindex)
		return 0;
	if (old && !(old & ZT_BIND_RELEASED) && zt_age(p->now, b->seen) <= (__s32)cfg->move_ticks) {
		if (zt_event_token(p))
			zt_tell(ZT_EVENT_CONFLICT, 0);
		return -1;
	}
	if (__sync_val_compare_and_swap(&b->ifindex, old, p->ifindex) != old)
		return -1;
	b->seen = p->now;
	if (old && (old & ~ZT_BIND_RELEASED) != p->ifindex)
		zt_tell(ZT_EVENT_MOVED, 0);
	return 0;
}

zt_inline void zt_mark_seen(const struct zt_pkt *p, struct zt_bind *b)
{
	if (b->seen != p->now)
		b->seen = p->now;
}

/* Sender of a frame at a port that identifies by MAC. */
zt_inline int zt_sender_by_mac(struct zt_pkt *p, const struct zt_port *port)
{
	const struct zt_cfg *cfg = zt_config();
	__u32 bind = 0, kind;
	struct zt_bind *b;

	if (!cfg)
		return ZT_REASON_INTERNAL;
	if (zt_mac_find(p, p->smac, p->ifindex, &bind) == ZT_MAC_DEVICE) {
		b = bpf_map_lookup_elem(&zt_bind, &bind);
		if (!b || zt_take_bind(p, bind))
			return ZT_REASON_INTERNAL;
		if (zt_move(p, b, cfg))
			return ZT_REASON_SPOOFED_MAC;
		zt_mark_seen(p, b);
		return 0;
	}
	kind = zt_mac_find(p, p->smac, zt_in_zone(p), &bind);
	if (zt_take_unknown(p, port, p->smac))
		return ZT_REASON_INTERNAL;
	if (kind == ZT_MAC_NONE)
		return 0;
	if (kind == ZT_MAC_DEVICE)
		zt_claimed_bind(p, bind);
	return ZT_REASON_SPOOFED_MAC;
}

/* The binding of a device that identifies by address, if it is on this port. */
zt_inline int zt_take_by_address(struct zt_pkt *p, const struct zt_port *port,
				 const struct zt_addr *a, __u32 family, const __u8 *mac)
{
	struct zt_host_word is = {};
	struct zt_bind *b;
	struct zt_dev *dev;

	if (zt_address(a, family, &is))
		return ZT_REASON_INTERNAL;
	if (is.kind == ZT_KIND_DEVICE) {
		dev = bpf_map_lookup_elem(&zt_dev, &is.id);
		b = dev ? bpf_map_lookup_elem(&zt_bind, &dev->bind) : 0;
		if (b && b->flags & ZT_BIND_IP && b->ifindex == p->ifindex) {
			if (p->dir == ZT_FROM_DEVICE)
				zt_mark_seen(p, b);
			return zt_take_bind(p, dev->bind) ? ZT_REASON_INTERNAL : 0;
		}
	}
	return zt_take_unknown(p, port, mac) ? ZT_REASON_INTERNAL : 0;
}

/* Who sent it: sets dev, bind, mode. 0, or SPOOFED_MAC with the mode to follow. */
ZT_GLOBAL int zt_identify_sender(const struct zt_port *port)
{
	struct zt_pkt *p = zt_pkt_here();

	if (!p || !port)
		return ZT_REASON_INTERNAL;
	if (!(zt_port_now(port, p)->flags & ZT_PORT_IDENTITY_IP))
		return zt_sender_by_mac(p, port);
	if (p->family)
		return zt_take_by_address(p, port, &p->src, p->family, p->smac);
	if (p->shape == ZT_SHAPE_ARP)
		return zt_take_by_address(p, port, &p->target, 4, p->smac);
	return zt_take_unknown(p, port, p->smac) ? ZT_REASON_INTERNAL : 0;
}

/* Is the IP source bound to the sender. 0 or SPOOFED. */
ZT_GLOBAL int zt_bound_source(void)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_host_word is = {};
	struct zt_dev *dev;

	if (!p)
		return ZT_REASON_INTERNAL;
	dev = bpf_map_lookup_elem(&zt_dev, &p->dev);
	if (!dev || zt_src_is(p, &is))
		return ZT_REASON_INTERNAL;
	if (is.kind == ZT_KIND_DEVICE && is.id == p->dev) {
		if (p->family == 6 && !(zt_dev_of(dev, p)->flags & ZT_DEV_IPV6))
			return ZT_REASON_SPOOFED;
		if (is.flags & ZT_HOST_LEARNED)
			zt_learn_refresh(p, &p->src);
		return 0;
	}
	if (!(p->flags & ZT_PKT_UNKNOWN) || is.kind == ZT_KIND_DEVICE ||
	    is.kind == ZT_KIND_ROUTER || is.flags & ZT_HOST_GATEWAY)
		return ZT_REASON_SPOOFED;
	/* An unknown device: a free address inside the subnets of where it is kept. */
	return is.segment == zt_dev_of(dev, p)->segment + 1 ? 0 : ZT_REASON_UNKNOWN_DEVICE;
}

/* The group MAC that belongs to a group address: RFC 1112, RFC 2464. */
ZT_GLOBAL int zt_is_group_mac(void)
{
	struct zt_pkt *p = zt_pkt_here();
	const __u8 *m;
	__u32 low;

	if (!p)
		return 0;
	low = zt_ntohl(p->dst.w[3]);
	m = p->dmac;
	if (!zt_is_group(&p->dst, p->family))
		return 0;
	if (p->flags & ZT_PKT_RAW)
		return 1; /* no MAC that could disagree */
	if (p->family == 6)
		return m[0] == 0x33 && m[1] == 0x33 && m[2] == (__u8)(low >> 24) &&
		       m[3] == (__u8)(low >> 16) && m[4] == (__u8)(low >> 8) && m[5] == (__u8)low;
	if (low == 0xffffffff)
		return m[0] == 0xff && m[1] == 0xff && m[2] == 0xff && m[3] == 0xff &&
		       m[4] == 0xff && m[5] == 0xff;
	return m[0] == 0x01 && m[1] == 0x00 && m[2] == 0x5e && m[3] == (__u8)(low >> 16 & 0x7f) &&
	       m[4] == (__u8)(low >> 8) && m[5] == (__u8)low;
}

/* From a device: destination MAC and address name the same receiver (design §4.5). */
ZT_GLOBAL int zt_l2_agrees(void)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_host_word is = {};
	__u32 bind = 0, kind;
	struct zt_bind *b;

	if (!p)
		return ZT_REASON_INTERNAL;
	if (p->flags & ZT_PKT_RAW) {
		p->flags |= ZT_PKT_TO_ROUTER_MAC;
		return 0;
	}
	if (p->flags & ZT_PKT_GROUP)
		return zt_is_group_mac() ? 0 : ZT_REASON_L2_MISMATCH;
	if (zt_is_group(&p->dst, p->family))
		return ZT_REASON_L2_MISMATCH;
	kind = zt_dmac_is(p, &bind);
	if (kind == ZT_MAC_ROUTER) {
		p->flags |= ZT_PKT_TO_ROUTER_MAC;
		return 0;
	}
	if (kind == ZT_MAC_GATEWAY)
		return 0;
	if (zt_dst_is(p, &is))
		return ZT_REASON_INTERNAL;
	if (kind == ZT_MAC_DEVICE) {
		b = bpf_map_lookup_elem(&zt_bind, &bind);
		if (b && is.kind == ZT_KIND_DEVICE && is.id == b->dev)
			return 0;
		zt_claimed_bind(p, bind);
	}
	if (is.kind == ZT_KIND_DEVICE)
		zt_claimed_mode(p, is.id);
	return ZT_REASON_L2_MISMATCH;
}

/*
 * Towards a device: whom the frame is for. 0 with dev, bind, mode set (perhaps
 * UNKNOWN), or WRONG_PORT / L2_MISMATCH with the mode to follow.
 */
zt_inline int zt_receiver_by_mac(struct zt_pkt *p, const struct zt_port *port)
{
	struct zt_host_word is = {};
	__u32 bind = 0;
	struct zt_bind *b;

	if (p->family && zt_dst_is(p, &is))
		return ZT_REASON_INTERNAL;
	if (zt_mac_find(p, p->dmac, p->ifindex, &bind) == ZT_MAC_DEVICE) {
		b = bpf_map_lookup_elem(&zt_bind, &bind);
		if (!b || zt_take_bind(p, bind))
			return ZT_REASON_INTERNAL;
		if (b->ifindex && !(b->ifindex & ZT_BIND_RELEASED) && b->ifindex != p->ifindex)
			return ZT_REASON_WRONG_PORT;
		if (!p->family || (is.kind == ZT_KIND_DEVICE && is.id == p->dev))
			return 0;
		if (is.kind == ZT_KIND_DEVICE)
			zt_claimed_mode(p, is.id);
		return ZT_REASON_L2_MISMATCH;
	}
	if (zt_take_unknown(p, port, p->dmac))
		return ZT_REASON_INTERNAL;
	if (is.kind == ZT_KIND_DEVICE)
		zt_claimed_mode(p, is.id);
	if (zt_dmac_is(p, &bind) == ZT_MAC_DEVICE) {
		zt_claimed_bind(p, bind);
		return ZT_REASON_WRONG_PORT;
	}
	return is.kind == ZT_KIND_DEVICE ? ZT_REASON_WRONG_PORT : 0;
}

ZT_GLOBAL int zt_identify_receiver(const struct zt_port *port)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_host_word is = {};

	if (!p || !port)
		return ZT_REASON_INTERNAL;
	if (p->flags & ZT_PKT_GROUP) {
		if (zt_take_unknown(p, port, p->dmac))
			return ZT_REASON_INTERNAL;
		p->mode = 0;
		zt_stricter(p, zt_port_now(port, p)->group_mode);
		if (p->family && !zt_dst_is(p, &is) && is.kind == ZT_KIND_DEVICE)
			zt_claimed_mode(p, is.id);
		return 0;
	}
	if (!(zt_port_now(port, p)->flags & ZT_PORT_IDENTITY_IP))
		return zt_receiver_by_mac(p, port);
	if (p->family)
		return zt_take_by_address(p, port, &p->dst, p->family, p->dmac);
	return zt_take_unknown(p, port, p->dmac) ? ZT_REASON_INTERNAL : 0;
}

#endif
