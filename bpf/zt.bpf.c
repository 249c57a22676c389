// SPDX-License-Identifier: GPL-2.0
/*
 * The programs. Only this file and its part forward.h know xdp_md, __sk_buff, packet time
 * and port; all else is in the stage headers:
 *
 *   parse -> established? -> identify -> flow -> policy -> account -> verdict
 *
 *   zt_in     XDP at ingress of a device port: everything a device sends
 *   zt_guard  tc ingress there: nothing passes that zt_in did not judge
 *   zt_out    tc egress there: everything that reaches a device
 *   zt_up     XDP at ingress of an uplink that forwards in XDP, and of no other one
 *   zt_test_in, zt_test_out   the same with time and port from the caller
 *   zt_ctl    clock, timer and sweep, for the agent and tests
 */
#include "pipeline.h"
#include "forward.h"

#define ZT_TC_NEXT -1 /* TCX_NEXT, TC_ACT_UNSPEC: other people's filters still run */
#define ZT_TC_SHOT 2

static __always_inline __u32 now_ticks(void)
{
	const struct zt_cfg *cfg = zt_config();

	return cfg ? ticks(cfg) : 0;
}

/*
 * A destination the agent has not listed: does the routing table say it is ours.
 * "Not forwarded" it says of what is ours and of what no route leads to. The route
 * an address of ours lies in leads to its neighbours as well: of the three that differ
 * in the last two bits one is neither ours nor a broadcast address.
 * Not inlined, like read_in(): the slow path needs the stack.
 */
static __noinline int ask_fib(struct xdp_md *ctx, struct zt_pkt *p)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_port *port = bpf_map_lookup_elem(&zt_port, &p->ifindex);
	struct bpf_fib_lookup fib = {};
	struct zt_host_word is = {};
	__u32 i;
	long r;

	if (!cfg || !port || !(cfg->flags & ZT_CFG_FIB) || !p->family || p->flags & ZT_PKT_GROUP)
		return 0;
	if (zt_dst_is(p, &is) || is.kind == ZT_KIND_ROUTER ||
	    is.kind == ZT_KIND_DEVICE)
		return 0;
	fib.ifindex = port->l3_ifindex;
	fib_addresses(&fib, p->family, &p->src, &p->dst);
	r = bpf_fib_lookup(ctx, &fib, sizeof(fib), 0);
	ZT_NO_UNROLL
	for (i = 1; i < 4 && r == BPF_FIB_LKUP_RET_NOT_FWDED; i++) {
		if (p->family == 4)
			fib.ipv4_dst = p->dst.w[3] ^ zt_htonl(i);
		else
			fib.ipv6_dst[3] = p->dst.w[3] ^ zt_htonl(i);
		if (bpf_fib_lookup(ctx, &fib, sizeof(fib), 0) != r)
			r = BPF_FIB_LKUP_RET_FWD_DISABLED;
	}
	if (r == BPF_FIB_LKUP_RET_FWD_DISABLED)
		p->flags |= ZT_PKT_LOCAL;
	if (r == BPF_FIB_LKUP_RET_NOT_FWDED)
		p->flags |= ZT_PKT_NO_ROUTE;
	return 0;
}

/*
 * The parser has a stack frame of its own (not inlined): the slow path needs the
 * room.
 */
static __noinline int read_in(struct xdp_md *ctx, struct zt_pkt *p)
{
	struct zt_frame f = {
		.data = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
		.xdp = ctx,
	};

	zt_read(&f, p, ZT_NONE);
	return 0;
}

/* Does a record decide it; not asked where the fast path found none. Not inlined, like read_in(). */
static __noinline int decided(struct zt_pkt *p)
{
	if (!(p->flags & ZT_PKT_NO_RECORD))
		return zt_decided(p);
	zt_flow_key_fill(p);
	return 0;
}

/* Judge a frame from a device; not yet counted. */
static __always_inline void judge_in(struct xdp_md *ctx, struct zt_pkt *p, int test)
{
	read_in(ctx, p);
	if (!decided(p)) {
		if (!test && !p->reason)
			ask_fib(ctx, p);
		zt_slow();
	}
}

/* Dropped in every mode, whatever a rule says. */
static __always_inline void refuse_unstamped(struct zt_pkt *p)
{
	p->rule = ZT_NO_RULE;
	zt_settle(p, ZT_REASON_NO_STAMP);
}

/* The guard compares these with what tc sees. A frame without room for them is dropped. */
static __always_inline int stamp(struct xdp_md *ctx, const struct zt_core *p, const struct zt_cfg *cfg)
{
	struct {
		struct zt_stamp s;
		__u8 pad[ZT_STAMP_AGAIN - sizeof(struct zt_stamp)];
	} first = {};
	void *meta;

	if (!cfg || bpf_xdp_adjust_meta(ctx, -ZT_STAMP_BYTES))
		return XDP_DROP;
	meta = (void *)(long)ctx->data_meta;
	if (meta + ZT_STAMP_BYTES > (void *)(long)ctx->data)
		return XDP_DROP;
	first.s.nonce = cfg->nonce[p->par & 1];
	first.s.vlan = p->vlan;
	zt_copy(meta, &first, ZT_STAMP_AGAIN);
	zt_copy(meta + ZT_STAMP_AGAIN, &first.s, sizeof(first.s));
	*(__u16 *)(meta + ZT_STAMP_AGAIN + sizeof(first.s)) = 0;
	return XDP_PASS;
}

/* What the fast path could not forward, and what the slow path need not ask again. */
static __always_inline int leave_to_stages(const struct zt_hit *h)
{
	struct zt_pkt *p = zt_pkt_here();

	if (p)
		p->left = h->missed;
	return 0;
}

/*
 * What the fast path says, 0 for nothing. (A frame without room for the stamp is the slow path's
 * to refuse: nothing has been counted then.) Not inlined: its stack frame is gone when the
 * slow path needs the room.
 */
static __noinline int fast_in(struct xdp_md *ctx)
{
	struct zt_frame f = {
		.data = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
		.xdp = ctx,
	};
	struct zt_core p = { .dir = ZT_FROM_DEVICE, .ifindex = ctx->ingress_ifindex };
	const struct zt_cfg *cfg = zt_config();
	struct zt_bind *b;
	struct zt_hit h = {};
	int sent;

	if (!cfg)
		return 0;
	p.now = ticks(cfg);
	b = zt_fast_find(&f, &p, cfg, &h);
	if (!b)
		return leave_to_stages(&h);
	if (zt_port_is_fast(h.port, &p, ZT_ROLE_DEVICE)) {
		sent = forward_out(ctx, &f, &p, &h, b);
		if (sent)
			return sent;
	}
	if (stamp(ctx, &p, cfg) != XDP_PASS)
		return 0;
	zt_fast_follow(&h, b, &p);
	return XDP_PASS;
}

SEC("xdp.frags")
int zt_in(struct xdp_md *ctx)
{
	int sent = fast_in(ctx);
	struct zt_pkt *p;

	if (sent)
		return sent;
	p = zt_begin(ZT_FROM_DEVICE, ctx->ingress_ifindex);
	if (!p)
		return XDP_DROP;
	p->now = now_ticks();
	judge_in(ctx, p, 0);
	if (p->verdict != ZT_DROPPED && stamp(ctx, &p->core, zt_config()) != XDP_PASS)
		refuse_unstamped(p);
	zt_account(p);
	return p->verdict == ZT_DROPPED ? XDP_DROP : XDP_PASS;
}

/* It never drops: what it does not forward the stack does, and tc egress judges. */
SEC("xdp.frags")
int zt_up(struct xdp_md *ctx)
{
	const struct zt_cfg *cfg = zt_config();
	int sent = cfg ? forward_back(ctx, cfg) : 0;

	return sent ? sent : XDP_PASS;
}

/* The linear part must hold the headers; one pull, then everything is read again. */
static __always_inline void pull(struct __sk_buff *skb)
{
	__u32 want = skb->len < ZT_READ_BUDGET ? skb->len : ZT_READ_BUDGET;

	if (skb->data_end - skb->data < want)
		bpf_skb_pull_data(skb, want);
}

static __noinline int read_out(struct __sk_buff *skb, struct zt_pkt *p)
{
	struct zt_frame f = {};

	pull(skb);
	f.data = (void *)(long)skb->data;
	f.end = (void *)(long)skb->data_end;
	f.len = skb->len;
	if (skb->gso_size)
		p->flags |= ZT_PKT_GSO;
	zt_read(&f, p, skb->vlan_present ? skb->vlan_tci & 0xfff : ZT_NONE);
	/* A service tag, taken off: its number is not of our VLANs. */
	if (skb->vlan_present && skb->vlan_proto != bpf_htons(ZT_ETH_VLAN) && !p->reason)
		p->reason = ZT_REASON_VLAN_STACK;
	zt_count_segments(p, skb->gso_segs, skb->gso_size);
	return 0;
}

/* Judge a frame about to reach a device. */
static __always_inline void judge_out(struct __sk_buff *skb, struct zt_pkt *p)
{
	read_out(skb, p);
	if (!decided(p))
		zt_slow();
	zt_account(p);
}

/* As fast_in(). Tags beside the frame and super-packets are the stages'. */
static __noinline int fast_out(struct __sk_buff *skb)
{
	struct zt_frame f = {
		.data = (void *)(long)skb->data,
		.end = (void *)(long)skb->data_end,
		.len = skb->len,
	};
	struct zt_core p = { .dir = ZT_TO_DEVICE, .ifindex = skb->ifindex };
	const struct zt_cfg *cfg = zt_config();
	struct zt_bind *b;
	struct zt_hit h = {};

	p.in_ifindex = skb->ingress_ifindex;
	p.mark = skb->mark;
	if (!cfg || skb->gso_size || skb->vlan_present)
		return 0;
	p.now = ticks(cfg);
	b = zt_fast_find(&f, &p, cfg, &h);
	if (!b)
		return leave_to_stages(&h);
	zt_fast_follow(&h, b, &p);
	return 1;
}

SEC("tc")
int zt_out(struct __sk_buff *skb)
{
	struct zt_pkt *p;

	if (fast_out(skb))
		return ZT_TC_NEXT;
	p = zt_begin(ZT_TO_DEVICE, skb->ifindex);
	if (!p)
		return ZT_TC_SHOT;
	p->now = now_ticks();
	p->in_ifindex = skb->ingress_ifindex;
	p->mark = skb->mark;
	judge_out(skb, p);
	return p->verdict == ZT_DROPPED ? ZT_TC_SHOT : ZT_TC_NEXT;
}

/*
 * The VLAN tc sees, or ZT_NONE: tags beside the frame and in it that zt_parse_tags() would
 * refuse. A tag the NIC took off was not seen by XDP, and may stand over one that was.
 */
static __always_inline __u32 vlan_here(struct __sk_buff *skb)
{
	__u32 vlan = skb->vlan_present ? skb->vlan_tci & 0xfff : 0, inner;
	struct zt_tag tag;

	if (!skb->vlan_present || skb->protocol != bpf_htons(ZT_ETH_VLAN))
		return vlan;
	if (bpf_skb_load_bytes_relative(skb, sizeof(struct zt_eth), &tag, sizeof(tag),
					BPF_HDR_START_MAC))
		return ZT_NONE;
	inner = bpf_ntohs(tag.tci) & 0xfff;
	if (zt_is_tag(bpf_ntohs(tag.type)) || !vlan == !inner)
		return ZT_NONE;
	return vlan ? vlan : inner;
}

/* A frame without our stamp, or with a tag XDP could not see, was not judged. */
static __always_inline int stamped(struct __sk_buff *skb, const struct zt_cfg *cfg)
{
	__u32 vlan = vlan_here(skb);
	const struct zt_stamp *s = (void *)(long)skb->data_meta;

	if ((void *)(s + 1) > (void *)(long)skb->data || !s->nonce)
		return 0;
	return (s->nonce == cfg->nonce[0] || s->nonce == cfg->nonce[1]) && s->vlan == vlan;
}

/* Octets as on the wire. In generic mode the kernel may have lost the MAC header: see stamp(). */
static __always_inline __u32 octets_of(struct __sk_buff *skb)
{
	__u32 n = skb->len + (skb->vlan_present ? sizeof(struct zt_tag) : 0);
	__u8 here[12], mac[12]; /* both MACs */

	if (!bpf_skb_load_bytes_relative(skb, 0, mac, sizeof(mac), BPF_HDR_START_MAC) &&
	    (bpf_skb_load_bytes(skb, 0, here, sizeof(here)) ||
	     !zt_mac_equal(here, mac) || !zt_mac_equal(here + 6, mac + 6)))
		n += sizeof(struct zt_eth);
	return n;
}

SEC("tc")
int zt_guard(struct __sk_buff *skb)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_port *port;
	__u32 ifindex = skb->ifindex;
	struct zt_pkt *p;

	if (cfg && stamped(skb, cfg)) {
		port = bpf_map_lookup_elem(&zt_port, &ifindex);
		if (port && (port->w[0].flags | port->w[1].flags) & ZT_PORT_MIXED)
			skb->mark |= ZT_MARK;
		return ZT_TC_NEXT;
	}
	p = zt_begin(ZT_FROM_DEVICE, ifindex);
	if (p) {
		p->now = now_ticks();
		p->bytes = octets_of(skb);
		if (skb->gso_segs > 1)
			p->packets = skb->gso_segs;
		port = zt_port_of(&p->core);
		if (port)
			zt_take_bind(p, port->unknown_bind);
		refuse_unstamped(p);
		zt_account(p);
	}
	return ZT_TC_SHOT;
}

/* ---- test entries: time and port come from the caller ------------------- */

static __always_inline void leave_result(const struct zt_pkt *p)
{
	__u32 zero = 0;
	struct zt_result *r = bpf_map_lookup_elem(&zt_result, &zero);

	if (!r)
		return;
	r->verdict = p->verdict;
	r->reason = p->reason;
	r->rule = p->rule;
	r->dev = p->dev;
	r->peer_kind = p->peer.kind;
	r->peer_id = p->peer.id;
	r->dclass = p->dclass;
	r->pclass = p->pclass;
	r->svc = zt_service_class(p);
	r->mode = p->mode;
	r->gen = p->gen;
	r->flow = !!(p->flags & ZT_PKT_HIT);
	r->created = !!(p->flags & ZT_PKT_CREATED);
	r->opener = p->opener;
	r->key = p->key;
}

/* What the fast path says. */
static __always_inline void leave_hit(const struct zt_core *p, const struct zt_hit *h)
{
	__u32 zero = 0;
	struct zt_result *r = bpf_map_lookup_elem(&zt_result, &zero);

	if (!r)
		return;
	__builtin_memset(r, 0, sizeof(*r));
	r->verdict = p->verdict;
	r->reason = p->reason;
	r->rule = ZT_WORD_RULE(h->word);
	r->dev = p->dev;
	r->gen = p->gen;
	r->flow = 1;
	r->opener = zt_flow_opener(h->flow);
	zt_flow_key_of(p, 0, &r->key);
}

static __noinline int fast_test_in(struct xdp_md *ctx, const struct zt_test *t)
{
	struct zt_frame f = {
		.data = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
		.xdp = ctx,
	};
	const struct zt_cfg *cfg = zt_config();
	struct zt_core p = { .dir = ZT_FROM_DEVICE };
	struct zt_bind *b;
	struct zt_hit h = {};

	if (!cfg || !t)
		return 0;
	p.ifindex = t->ifindex;
	p.now = t->now;
	b = zt_fast_find(&f, &p, cfg, &h);
	if (!b)
		return leave_to_stages(&h);
	zt_fast_follow(&h, b, &p);
	if (!t->quiet)
		leave_hit(&p, &h);
	return 1;
}

SEC("xdp.frags")
int zt_test_in(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct zt_test *t = bpf_map_lookup_elem(&zt_test, &zero);
	struct zt_pkt *p;

	if (!t)
		return XDP_ABORTED;
	if (fast_test_in(ctx, t))
		return XDP_PASS;
	p = zt_begin(ZT_FROM_DEVICE, t->ifindex);
	if (!p)
		return XDP_ABORTED;
	p->now = t->now;
	judge_in(ctx, p, 1);
	zt_account(p);
	if (!t->quiet)
		leave_result(p);
	return p->verdict == ZT_DROPPED ? XDP_DROP : XDP_PASS;
}

static __noinline int fast_test_out(struct __sk_buff *skb, const struct zt_test *t)
{
	struct zt_frame f = {
		.data = (void *)(long)skb->data,
		.end = (void *)(long)skb->data_end,
		.len = skb->len,
	};
	const struct zt_cfg *cfg = zt_config();
	struct zt_core p = { .dir = ZT_TO_DEVICE };
	struct zt_bind *b;
	struct zt_hit h = {};

	if (!cfg || !t || skb->gso_size || skb->vlan_present)
		return 0;
	p.ifindex = t->ifindex;
	p.in_ifindex = t->in_ifindex;
	p.mark = t->mark;
	p.now = t->now;
	b = zt_fast_find(&f, &p, cfg, &h);
	if (!b)
		return leave_to_stages(&h);
	zt_fast_follow(&h, b, &p);
	if (!t->quiet)
		leave_hit(&p, &h);
	return 1;
}

SEC("tc")
int zt_test_out(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct zt_test *t = bpf_map_lookup_elem(&zt_test, &zero);
	struct zt_pkt *p;

	if (!t)
		return ZT_TC_SHOT;
	if (fast_test_out(skb, t))
		return ZT_TC_NEXT;
	p = zt_begin(ZT_TO_DEVICE, t->ifindex);
	if (!p)
		return ZT_TC_SHOT;
	p->now = t->now;
	p->in_ifindex = t->in_ifindex;
	p->mark = t->mark;
	judge_out(skb, p);
	if (!t->quiet)
		leave_result(p);
	return p->verdict == ZT_DROPPED ? ZT_TC_SHOT : ZT_TC_NEXT;
}

static __always_inline int merge(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	struct zt_merge m;

	if (data + sizeof(m) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	zt_copy(&m, data, sizeof(m));
	return zt_flow_merge(&m) ? XDP_DROP : XDP_PASS;
}

SEC("xdp")
int zt_ctl(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct zt_test *t = bpf_map_lookup_elem(&zt_test, &zero);
	struct zt_result *r = bpf_map_lookup_elem(&zt_result, &zero);

	if (!t || !r)
		return XDP_ABORTED;
	switch (t->op) {
	case ZT_CTL_CLOCK:
		r->jiffies = bpf_jiffies64();
		r->boot_ns = bpf_ktime_get_boot_ns();
		return XDP_PASS;
	case ZT_CTL_ARM:
		return zt_sweep_arm() ? XDP_ABORTED : XDP_PASS;
	case ZT_CTL_SWEEP:
		r->dev = zt_sweep_run(t->now, t->steps);
		return XDP_PASS;
	case ZT_CTL_MERGE:
		return ZT_FLOW_MOVES_IN ? merge(ctx) : XDP_ABORTED;
	default:
		return XDP_ABORTED;
	}
}

char _license[] SEC("license") = "GPL";
