/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an address is: this router, a device, a peer class, or nothing. Exact
 * entries first, then what devices have learned, then prefixes (design §5).
 */
#ifndef ZT_LOOKUP_H
#define ZT_LOOKUP_H

#include "line.h"
#include "pkt.h"

zt_inline const struct zt_cfg *zt_config(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&zt_cfg, &zero);
}

/* The word of a device that holds for this packet's generation. */
zt_inline const struct zt_dev_word *zt_dev_of(const struct zt_dev *dev, const struct zt_pkt *p)
{
	return p->par & 1 ? &dev->w[1] : &dev->w[0];
}

zt_inline const struct zt_port_word *zt_port_now(const struct zt_port *port, const struct zt_pkt *p)
{
	return p->par & 1 ? &port->w[1] : &port->w[0];
}

zt_inline int zt_is_link_local(const struct zt_addr *a, __u32 family)
{
	return family == 6 && (zt_ntohl(a->w[0]) & 0xffc00000) == 0xfe800000;
}

/* Multicast, and the limited broadcast. Subnet broadcasts the routing table knows. */
zt_inline int zt_is_group(const struct zt_addr *a, __u32 family)
{
	if (family == 6)
		return (zt_ntohl(a->w[0]) >> 24) == 0xff;
	return (zt_ntohl(a->w[3]) >> 28) == 0xe || a->w[3] == 0xffffffff;
}

zt_inline int zt_is_unspecified(const struct zt_addr *a, __u32 family)
{
	return !a->w[0] && !a->w[1] && !a->w[3] && (family == 4 || !a->w[2]);
}

zt_inline void zt_host_key(struct zt_host_key *k, const struct zt_pkt *p, const struct zt_addr *a,
			   __u32 family)
{
	k->addr = *a;
	k->family = family;
	k->scope = zt_is_link_local(a, family) ? p->zone : 0;
}

/* A learned address that is still good: the lease runs and the device is the same. */
zt_inline struct zt_learned *zt_learned_live(const struct zt_pkt *p, const struct zt_host_key *k)
{
	struct zt_learned *l = bpf_map_lookup_elem(&zt_learn, k);
	struct zt_dev *dev;

	if (!l || zt_age(p->now, l->expires) > 0)
		return 0;
	dev = bpf_map_lookup_elem(&zt_dev, &l->dev);
	return dev && dev->serial == l->serial ? l : 0;
}

/* The policy's entry of just this address. */
zt_inline int zt_host_find(const struct zt_pkt *p, const struct zt_addr *a, __u32 family,
			   struct zt_host_word *ret)
{
	__u32 scope = zt_is_link_local(a, family) ? p->zone : 0;
	struct zt_exact t;
	__u64 v;

	__builtin_memset(ret, 0, sizeof(*ret));
	if (zt_exact_now(p, &t))
		return 0;
	if (family == 4) {
		v = zt_line_find(&t, ZT_TABLE_HOST4, a->w[3]);
	} else {
		v = zt_line_find6(&t, a, scope);
		if (!v && scope) /* a gateway's link-local address is listed without scope */
			v = zt_line_find6(&t, a, 0);
	}
	__builtin_memcpy(ret, &v, sizeof(*ret));
	return !!v;
}

/* How many of eight keys are not above x, without a branch; all below 2^63, or NEVER. */
zt_inline __u32 zt_net_rank(const __u64 *key, __u64 x)
{
	return ((key[0] - x - 1) >> 63) + ((key[1] - x - 1) >> 63) + ((key[2] - x - 1) >> 63) +
	       ((key[3] - x - 1) >> 63) + ((key[4] - x - 1) >> 63) + ((key[5] - x - 1) >> 63) +
	       ((key[6] - x - 1) >> 63) + ((key[7] - x - 1) >> 63);
}

zt_inline __u64 zt_net_bits(__be32 upper, __be32 lower)
{
	return (__u64)zt_ntohl(upper) << 32 | zt_ntohl(lower);
}

/* What the prefixes say of an address. */
zt_inline void zt_net_find(const struct zt_pkt *p, const struct zt_addr *a, __u32 family,
			   struct zt_host_word *ret)
{
	__u64 lower = zt_net_bits(a->w[2], a->w[3]);
	__u64 x = family == 4 ? lower << 32 : zt_net_bits(a->w[0], a->w[1]);
	__u32 at = (family == 4 ? ZT_NET_IPV4 : ZT_NET_IPV6) + (x >> 63);
	__u32 par = p->par & 1, step, few = ZT_NET_GROUPS;
	void *net = bpf_map_lookup_elem(&zt_net, &par);

	__builtin_memset(ret, 0, sizeof(*ret));
	if (!net)
		return;
	ZT_NO_UNROLL
	for (step = 0; step < ZT_NET_STEPS; step++) {
		const struct zt_block *b = bpf_map_lookup_elem(net, &at);
		const struct zt_host_word *w;
		__u64 nth;

		if (!b)
			return;
		x &= ~ZT_NET_NEVER;
		nth = few < ZT_NET_GROUPS ? few : zt_net_rank(b->top, x);
		nth = 9 * nth + zt_net_rank(b->key[nth], x);
		w = &b->word[nth];
		if (w->kind < ZT_NET_CHILD) {
			*ret = *w;
			return;
		}
		at = w->id;
		if (w->kind == ZT_NET_CHILD)
			continue;
		x = lower;
		if (w->kind == ZT_NET_FEW)
			few = w->flags + (x >> 63);
		else
			at += x >> 63;
	}
}

/* The device that has learned an address, as *ret; 0: none has. */
ZT_GLOBAL int zt_learned_is(const struct zt_addr *a, __u32 family, struct zt_host_word *ret)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_host_key k = {};
	struct zt_learned *l;

	if (!p || !a || !ret)
		return 0;
	zt_host_key(&k, p, a, family);
	l = zt_learned_live(p, &k);
	if (!l)
		return 0;
	ret->kind = ZT_KIND_DEVICE;
	ret->flags = ZT_HOST_LEARNED;
	ret->segment = 0;
	ret->id = l->dev;
	return 1;
}

/* Can a device have learned it: only inside a segment's subnets, or link-local. */
zt_inline int zt_is_learnable(const struct zt_addr *a, __u32 family, const struct zt_host_word *net)
{
	return net->segment || zt_is_link_local(a, family);
}

#define ZT_BUT_LEARNED 256u /* with a family: as if no device had learned anything */

/*
 * Fills *ret; kind NONE when nothing holds the address. A host entry that is only
 * a gateway still takes its class from the prefixes.
 */
ZT_GLOBAL int zt_address(const struct zt_addr *a, __u32 family,
			 struct zt_host_word *ret)
{
	struct zt_pkt *p = zt_pkt_here();
	__u32 but_learned = family & ZT_BUT_LEARNED, flags = 0;

	if (!p || !a || !ret)
		return -1;
	family &= ~ZT_BUT_LEARNED;
	if (zt_host_find(p, a, family, ret) && ret->kind)
		return 0;
	flags = ret->flags;
	zt_net_find(p, a, family, ret);
	if (but_learned || !zt_is_learnable(a, family, ret) || !zt_learned_is(a, family, ret))
		ret->flags |= flags;
	return 0;
}

/* The same of the packet's own addresses, looked up once. */
zt_inline int zt_src_is(struct zt_pkt *p, struct zt_host_word *ret)
{
	if (!(p->known & ZT_KNOWN_SRC) && zt_address(&p->src, p->family, &p->src_is))
		return -1;
	p->known |= ZT_KNOWN_SRC;
	*ret = p->src_is;
	return 0;
}

zt_inline int zt_dst_is(struct zt_pkt *p, struct zt_host_word *ret)
{
	if (!(p->known & ZT_KNOWN_DST) && zt_address(&p->dst, p->family, &p->dst_is))
		return -1;
	p->known |= ZT_KNOWN_DST;
	*ret = p->dst_is;
	return 0;
}

#endif
