/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Forwarding without the stack: which packets of an allowed flow may go on by themselves,
 * and what the stack would have changed in them. "In doubt" is the stack's: it says "go" or
 * nothing at all. Where a flow's packets go is asked of the routing table by the entry file
 * (forward.h); here it is only remembered.
 */
#ifndef ZT_PATH_H
#define ZT_PATH_H

#include "fast.h"

#define ZT_ETH_MIN 60 /* shorter frames are padded */
#define ZT_UDP4_MIN 42 /* the shortest plain one there is */

/*
 * How old a path may get, in units of four ticks: 16 to 64 s. A packet of the stack's then
 * keeps the neighbours' entries alive, which XDP's packets do not.
 */
#define ZT_PATH_OLD 16u

zt_inline __u32 zt_path_clock(__u32 now)
{
	return now >> 2 & 63;
}

/* Epoch of the routes, 0: nothing is forwarded here. */
zt_inline __u32 zt_forward_epoch(__u32 now)
{
	__u32 zero = 0;
	struct zt_fwd *fwd = bpf_map_lookup_elem(&zt_fwd, &zero);

	if (!fwd || zt_age(ZT_READ_ONCE(fwd->until), now) <= 0)
		return 0;
	return ZT_READ_ONCE(fwd->epoch);
}

zt_inline int zt_port_is_fast(const struct zt_port *port, const struct zt_core *p, __u32 role)
{
	struct zt_port_word w = *zt_core_port(port, p);

	return w.role == role && w.flags & ZT_PORT_FAST;
}

/* DSCP of a packet, at the place of its direction in a path's word. */
zt_inline __u32 zt_path_shift(const struct zt_core *p)
{
	return p->dir == ZT_FROM_DEVICE ? 6 : 0;
}

/* Is what the path's word says true of this packet, now. */
zt_inline int zt_path_holds(__u64 word, __u32 epoch, const struct zt_core *p, __u32 dscp)
{
	return ZT_PATH_EPOCH(word) == epoch &&
	       ((zt_path_clock(p->now) - ZT_PATH_AGE(word)) & 63) < ZT_PATH_OLD &&
	       ((ZT_PATH_DSCP(word) >> zt_path_shift(p)) & 63) == dscp;
}

/* Of the two DSCPs this packet's is known, and the other one if the path is not outdated. */
zt_inline __u32 zt_path_dscps(__u64 word, __u32 epoch, const struct zt_core *p, __u32 dscp)
{
	__u32 both = ZT_PATH_EPOCH(word) == epoch ? ZT_PATH_DSCP(word) : dscp << 6 | dscp;

	return (both & ~(63u << zt_path_shift(p))) | dscp << zt_path_shift(p);
}

/* Found in `epoch`. Whoever writes has taken the word, so a reader never has half of each. */
zt_inline void zt_path_set(struct zt_path *path, __u64 was, __u64 word, __u64 next)
{
	if (was == ZT_PATH_BUSY || __sync_val_compare_and_swap(&path->word, was, ZT_PATH_BUSY) != was)
		return;
	ZT_WRITE_ONCE(path->next, next);
	__sync_lock_test_and_set(&path->word, word);
}

zt_inline __u64 zt_path_next(__u32 ifindex, const __u8 *mac)
{
	return (__u64)ifindex << 48 | zt_mac48(mac);
}

/* A packet's flow and its way, and what of the packet says whether that holds. */
struct zt_way {
	struct zt_path *path;
	__u64 word; /* as read */
	__u32 epoch;
	__u32 dscp;
};

/*
 * Where the packet goes: its path's `next`; 0: to the stack. ret->path is NULL then, unless
 * it is worth asking the routing table.
 */
zt_inline __u64 zt_way_find(const struct zt_hit *h, const struct zt_core *p, struct zt_way *ret)
{
	struct zt_path *path = flow_path(h->ref);
	__u64 next;

	ret->path = 0;
	if (!path)
		return 0;
	ret->word = ZT_READ_ONCE(path->word);
	if (!zt_path_holds(ret->word, ret->epoch, p, ret->dscp)) {
		ret->path = path;
		return 0;
	}
	next = ZT_READ_ONCE(path->next);
	if (p->bytes > ZT_PATH_MTU(ret->word) || ZT_READ_ONCE(path->word) != ret->word ||
	    !flow_valid(h->flow, h->word))
		return 0;
	return next;
}

/* ---- the packet ------------------------------------------------------------------ */

/* A sum of 32-bit words as the one's complement sum of their 16-bit halves (RFC 1071). */
zt_inline __u32 zt_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* The sum of an IPv4 header without options, 0xffff if it is right. */
zt_inline __u32 zt_ip4_sum(const void *header)
{
	__u32 w[5];

	zt_copy(w, header, sizeof(w));
	return zt_fold((__u64)w[0] + w[1] + w[2] + w[3] + w[4]);
}

/*
 * Where sender and router are one machine (veth), the sender may have left the checksum to a
 * network card: the pseudo header's sum stands in its place. XDP cannot tell the card; the
 * stack does. (Of right checksums one in 65,536 looks like that.)
 */
zt_inline int zt_sum_is_due(const struct zt_frame *f, const struct zt_core *p)
{
	__u32 ip_len = p->family == 4 ? sizeof(struct zt_ip4) : sizeof(struct zt_ip6);
	__u32 at = sizeof(struct zt_eth) + ip_len + (p->proto == ZT_PROTO_TCP ? 16 : 6);
	__u64 sum = zt_htons(p->proto) + (__u64)zt_htons(p->bytes - ip_len);

	if (!zt_linear(f, at, 2))
		return 1;
	sum += (__u64)p->src.w[3] + p->dst.w[3];
	if (p->family == 6)
		sum += (__u64)p->src.w[0] + p->src.w[1] + p->src.w[2] + p->dst.w[0] + p->dst.w[1] +
		       p->dst.w[2];
	return *(const __u16 *)(f->data + at) == zt_fold(sum);
}

/*
 * A plain packet, untagged, sent to this port's own MAC, in a frame with nothing behind it
 * but padding, that is to go on living: its DSCP, or -1.
 */
zt_inline int zt_can_go(struct zt_frame *f, const struct zt_core *p, const struct zt_port *port)
{
	__u32 len = (__u32)p->bytes + sizeof(struct zt_eth), all = zt_frame_len(f);
	__u32 linear = (__u32)((char *)f->end - (char *)f->data);
	const __u8 *ip = f->data + sizeof(struct zt_eth);
	struct zt_ip6 ip6;

	if (!zt_linear(f, 0, sizeof(struct zt_eth) + sizeof(struct zt_ip4)) ||
	    *(const __be16 *)(f->data + 12) != zt_htons(p->ethertype))
		return -1; /* a priority tag is one, too */
	if (zt_mac48(p->dmac) != zt_mac48(port->mac) || all != linear ||
	    (all != len && all > ZT_ETH_MIN) || zt_sum_is_due(f, p))
		return -1;
	if (p->family == 4)
		return zt_ip4_sum(ip) == 0xffff && ip[8] > 1 ? ip[1] >> 2 : -1;
	zt_copy(&ip6, ip, 4);
	return ip[7] > 1 ? (int)(zt_ntohl(ip6.vtf) >> 22 & 63) : -1;
}

/*
 * What the stack would change: the MACs, one hop less, and no padding of the sender's. len:
 * of the frame without padding.
 */
zt_inline int zt_go(struct zt_frame *f, __u32 family, __u32 len, __u64 dmac, const __u8 *smac)
{
	__u16 mac[6] = { dmac, dmac >> 16, dmac >> 32 };
	__u8 *ip = f->data + sizeof(struct zt_eth);
	__u32 i, sum;

	if (!zt_linear(f, 0, ZT_UDP4_MIN))
		return -1;
	zt_copy(&mac[3], smac, 6);
	zt_copy(f->data, mac, sizeof(mac));
	if (family == 6) {
		ip[7]--;
		return 0;
	}
	sum = *(__u16 *)(ip + 10) + (__u32)zt_htons(0x0100);
	*(__u16 *)(ip + 10) = sum + (sum >= 0xffff);
	ip[8]--;
	if (len >= ZT_ETH_MIN)
		return 0;
	for (i = ZT_UDP4_MIN; i < ZT_ETH_MIN && zt_linear(f, i, 1); i++) {
		if (i >= len)
			*(__u8 *)(f->data + i) = 0;
	}
	return 0;
}

/* ---- behind an uplink ------------------------------------------------------------- */

/* Where zt_back has a destination's entry. *ret_tag: the entry's upper bits, if it is its own. */
zt_inline __u64 *zt_back_of(const struct zt_addr *a, __u32 epoch, const struct zt_cfg *cfg, __u64 *ret_tag)
{
	__u64 h = zt_nh(zt_pair(a->w[0], a->w[1]), cfg->hash) + zt_nh(zt_pair(a->w[2], a->w[3]), cfg->hash + 2);
	__u32 at;

	h = (h ^ h >> 32 ^ epoch) * 0x9fb21c651e98df25ull;
	at = h >> 49; /* below ZT_BACK_MAX */
	*ret_tag = h << 16;
	return bpf_map_lookup_elem(&zt_back, &at);
}

/*
 * A plain packet that came in by an uplink, and the device port it is thought to leave by: is
 * it of a flow that tc egress there would let through. What zt_fast_find() asks of a frame,
 * asked of the one that would be sent: its destination is the MAC of the record's binding,
 * which a path has been found to. The binding, NULL for no.
 */
zt_inline struct zt_bind *zt_back_find(struct zt_core *p, __u32 ifindex, const struct zt_cfg *cfg,
				       struct zt_hit *ret)
{
	struct zt_bind *b;
	__u32 bind;

	p->in_ifindex = p->ifindex;
	p->ifindex = ifindex;
	ret->port = zt_port_of(p);
	if (!ret->port || !zt_port_is_fast(ret->port, p, ZT_ROLE_DEVICE))
		return 0;
	ret->flow = zt_flow_fast(p, cfg, &ret->ref);
	if (!ret->flow)
		return 0;
	ret->word = ZT_READ_ONCE(ret->flow->word);
	bind = zt_flow_bind(ret->flow);
	b = bpf_map_lookup_elem(&zt_bind, &bind);
	if (!b || ZT_WORD_REASON(ret->word) != ZT_REASON_ALLOWED)
		return 0;
	__builtin_memcpy(p->dmac, b->mac, 6);
	return zt_flow_believed(ret->flow, ret->word, p, cfg);
}

#endif
