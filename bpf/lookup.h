/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an address is: this router, a device, a peer class, or nothing. Exact
 * entries first, then what devices have learned, then prefixes (design §5).
 */
#ifndef ZT_LOOKUP_H
#define ZT_LOOKUP_H

#include "maps.h"
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

zt_inline int zt_host_find(const struct zt_pkt *p, struct zt_host_key *k, struct zt_host_word *ret)
{
	struct zt_host *h = bpf_map_lookup_elem(&zt_host, k);

	if (!h && k->scope) { /* a gateway's link-local address is listed without scope */
		__u32 scope = k->scope;

		k->scope = 0;
		h = bpf_map_lookup_elem(&zt_host, k);
		k->scope = scope;
	}
	if (!h)
		return 0;
	*ret = p->par & 1 ? h->w[1] : h->w[0];
	return ret->kind || ret->flags;
}

zt_inline void zt_net_find(const struct zt_pkt *p, const struct zt_host_key *k,
			   struct zt_host_word *ret)
{
	struct zt_net_key nk = { .plen = 160, .family = zt_htonl(k->family), .addr = k->addr };
	__u32 par = p->par & 1;
	struct zt_host_word *w;
	void *net;

	net = bpf_map_lookup_elem(&zt_net, &par);
	if (!net)
		return;
	w = bpf_map_lookup_elem(net, &nk);
	if (w)
		*ret = *w;
}

/*
 * Fills *ret; kind NONE when nothing holds the address. A host entry that is only
 * a gateway still takes its class from the prefixes.
 */
ZT_GLOBAL int zt_address(const struct zt_addr *a, __u32 family,
			 struct zt_host_word *ret)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_host_word host = {}, net = {};
	struct zt_host_key k = {};
	struct zt_learned *l;

	if (!p || !a || !ret)
		return -1;
	zt_host_key(&k, p, a, family);
	if (zt_host_find(p, &k, &host) && host.kind) {
		*ret = host;
		return 0;
	}
	l = zt_learned_live(p, &k);
	if (l) {
		net.kind = ZT_KIND_DEVICE;
		net.id = l->dev;
		*ret = net;
		return 0;
	}
	zt_net_find(p, &k, &net);
	net.flags |= host.flags;
	*ret = net;
	return 0;
}

#endif
