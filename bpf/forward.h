/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Part of the entry file, like it knows xdp_md: forwarding in XDP between a device port and
 * an uplink, both with ZT_PORT_FAST. The routing table is asked once for each flow, both
 * ways at once, and that packet still goes by the stack; the next ones follow the answer
 * until the agent moves the epoch. The target of a redirect is an uplink, or the device port
 * a flow's record has just been found and believed for: tc egress does not see such packets.
 */
#ifndef ZT_FORWARD_H
#define ZT_FORWARD_H

#include "path.h"

#define ZT_AF_INET 2
#define ZT_AF_INET6 10

static __always_inline __u32 ticks(const struct zt_cfg *cfg)
{
	return (__u32)(bpf_jiffies64() >> (cfg->tick_shift & 31));
}

static __always_inline void count_forwarded(const struct zt_core *p)
{
	__u32 dir = p->dir & 1;
	struct zt_count *c = bpf_map_lookup_elem(&zt_fwdcnt, &dir);

	if (c) {
		c->packets++;
		c->bytes += p->bytes;
	}
}

static __always_inline void fib_addresses(struct bpf_fib_lookup *fib, __u32 family,
					  const struct zt_addr *src, const struct zt_addr *dst)
{
	if (family == 4) {
		fib->family = ZT_AF_INET;
		fib->ipv4_src = src->w[3];
		fib->ipv4_dst = dst->w[3];
	} else {
		fib->family = ZT_AF_INET6;
		__builtin_memcpy(fib->ipv6_src, src, 16);
		__builtin_memcpy(fib->ipv6_dst, dst, 16);
	}
}

/* Where the stack would send the packet, or the answer to it, that came in by `in`. */
static __always_inline long ask_route(struct xdp_md *ctx, const struct zt_core *p, int answer,
				      __u32 in, __u32 dscp, struct bpf_fib_lookup *ret)
{
	__builtin_memset(ret, 0, sizeof(*ret));
	ret->ifindex = in;
	ret->l4_protocol = p->proto;
	ret->sport = answer ? p->dport : p->sport;
	ret->dport = answer ? p->sport : p->dport;
	fib_addresses(ret, p->family, answer ? &p->dst : &p->src, answer ? &p->src : &p->dst);
	if (p->family == 4)
		ret->tos = dscp << 2;
	else
		ret->flowinfo = bpf_htonl(dscp << 22);
	return bpf_fib_lookup(ctx, ret, sizeof(*ret), 0);
}

/* The answer names a fast port of this role, and what the agent says is its MAC. */
static __always_inline int is_fast_route(const struct bpf_fib_lookup *fib, const struct zt_core *p,
					 __u32 role)
{
	__u32 ifindex = fib->ifindex;
	struct zt_port *port = bpf_map_lookup_elem(&zt_port, &ifindex);

	return port && zt_port_is_fast(port, p, role) && zt_mac_equal(fib->smac, port->mac);
}

/*
 * The way out of the flow of p (p->ifindex is its device port), if the answers come back the
 * same way and the kernel knows the device by the MAC it is bound to: its MTU, and *ret_next;
 * 0: the stack has to forward.
 */
static __always_inline __u32 find_way(struct xdp_md *ctx, const struct zt_core *p,
				      const struct zt_bind *b, __u32 dscps, __u64 *ret_next)
{
	int from = p->dir == ZT_FROM_DEVICE;
	struct bpf_fib_lookup fib;
	__u32 mtu, uplink;

	if (b->flags & ZT_BIND_IP)
		return 0;
	if (ask_route(ctx, p, !from, p->ifindex, dscps >> 6, &fib) || !is_fast_route(&fib, p, ZT_ROLE_UPLINK))
		return 0;
	mtu = fib.mtu_result;
	uplink = fib.ifindex;
	*ret_next = zt_path_next(uplink, fib.dmac);
	if (ask_route(ctx, p, from, uplink, dscps & 63, &fib) || !is_fast_route(&fib, p, ZT_ROLE_DEVICE) ||
	    fib.ifindex != p->ifindex || !zt_mac_equal(fib.dmac, b->mac))
		return 0;
	if (fib.mtu_result < mtu)
		mtu = fib.mtu_result;
	return mtu < ZT_PATH_MTU_MAX ? mtu : ZT_PATH_MTU_MAX;
}

/* The stack does not know the MTU of a path that is none, and neither do we: 0 remembers that. */
static __noinline int ask_way(struct xdp_md *ctx, const struct zt_core *p, const struct zt_bind *b,
			      const struct zt_way *w)
{
	__u32 dscps, mtu;
	__u64 next = 0;

	if (!p || !b || !w || !w->path)
		return 0;
	dscps = zt_path_dscps(w->word, w->epoch, p, w->dscp);
	mtu = find_way(ctx, p, b, dscps, &next);
	zt_path_set(w->path, w->word, ZT_PATH(w->epoch, mtu, zt_path_clock(p->now), dscps), next);
	return 0;
}

/* Make the frame what the next hop is to get from this port; its length without padding. */
__noinline int readdress(struct xdp_md *ctx, __u32 ifindex, __u64 dmac, __u32 family, __u32 len)
{
	struct zt_frame f = {
		.data = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};
	struct zt_port *port = bpf_map_lookup_elem(&zt_port, &ifindex);

	return port ? zt_go(&f, family, len, dmac, port->mac) : -1;
}

/* It leaves by this port: XDP_REDIRECT and counted, 0 if it cannot be. */
static __always_inline int send_on(struct xdp_md *ctx, __u32 ifindex, __u64 dmac, const struct zt_hit *h,
				   struct zt_bind *b, struct zt_core *p)
{
	if (readdress(ctx, ifindex, dmac, p->family, p->bytes + sizeof(struct zt_eth)))
		return 0;
	zt_fast_follow(h, b, p);
	count_forwarded(p);
	return bpf_redirect(ifindex, 0);
}

/* What the fast path lets a device send: XDP_REDIRECT and counted, or 0: to the stack. */
static __always_inline int forward_out(struct xdp_md *ctx, struct zt_frame *f, struct zt_core *p,
				       const struct zt_hit *h, struct zt_bind *b)
{
	struct zt_way w = { .epoch = zt_forward_epoch(p->now) };
	int dscp = w.epoch ? zt_can_go(f, p, h->port) : -1;
	struct zt_port *port;
	__u32 uplink;
	__u64 next;

	if (dscp < 0)
		return 0;
	w.dscp = dscp;
	next = zt_way_find(h, p, &w);
	if (!next) {
		ask_way(ctx, p, b, &w);
		return 0;
	}
	uplink = next >> 48;
	port = bpf_map_lookup_elem(&zt_port, &uplink);
	if (!port || !zt_port_is_fast(port, p, ZT_ROLE_UPLINK))
		return 0;
	return send_on(ctx, uplink, next, h, b, p);
}

/* The fast device port a packet from an uplink is routed to; 0 for any other. */
static __noinline __u32 back_port(struct xdp_md *ctx, const struct zt_core *p, __u32 epoch, __u32 dscp)
{
	const struct zt_cfg *cfg = zt_config();
	struct bpf_fib_lookup fib;
	__u64 tag, *back;
	__u32 ifindex = 0;

	if (!cfg || !p)
		return 0;
	back = zt_back_of(&p->dst, epoch, cfg, &tag);
	if (!back)
		return 0;
	if ((ZT_READ_ONCE(*back) ^ tag) >> 16 == 0)
		return ZT_READ_ONCE(*back) & 0xffff;
	if (!ask_route(ctx, p, 0, p->ifindex, dscp, &fib) && is_fast_route(&fib, p, ZT_ROLE_DEVICE))
		ifindex = fib.ifindex;
	ZT_WRITE_ONCE(*back, tag | ifindex);
	return ifindex;
}

/* A packet from an uplink that tc egress would let through to a device: the same. */
static __always_inline int forward_back(struct xdp_md *ctx, const struct zt_cfg *cfg)
{
	struct zt_frame f = {
		.data = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
		.xdp = ctx,
	};
	struct zt_core p = { .dir = ZT_TO_DEVICE, .ifindex = ctx->ingress_ifindex, .packets = 1 };
	struct zt_way w = {};
	struct zt_hit h = {};
	struct zt_port *port;
	struct zt_bind *b;
	__u32 zero = 0;
	struct zt_gen *g = bpf_map_lookup_elem(&zt_gen, &zero);
	__u64 next;
	int dscp;

	p.now = ticks(cfg);
	w.epoch = zt_forward_epoch(p.now);
	if (!g || !w.epoch)
		return 0;
	p.gen = ZT_READ_ONCE(g->gen);
	p.par = p.gen & 1;
	port = bpf_map_lookup_elem(&zt_port, &p.ifindex);
	if (!port || !zt_port_is_fast(port, &p, ZT_ROLE_UPLINK) || !zt_parse_plain(&f, &p))
		return 0;
	dscp = zt_can_go(&f, &p, port);
	if (dscp < 0)
		return 0;
	w.dscp = dscp;
	b = zt_back_find(&p, back_port(ctx, &p, w.epoch, w.dscp), cfg, &h);
	if (!b)
		return 0;
	next = zt_way_find(&h, &p, &w);
	if (!next) {
		ask_way(ctx, &p, b, &w);
		return 0;
	}
	return next >> 48 == p.in_ifindex ? send_on(ctx, p.ifindex, zt_mac48(p.dmac), &h, b, &p) : 0;
}

#endif
