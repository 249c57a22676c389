// SPDX-License-Identifier: GPL-2.0
/*
 * What the live runs put around the programs under test: a way for a frame to come in
 * by any interface without its cable, and a place after the guard where it is counted
 * or sent on to the port a row names. It decides nothing.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "hop.h"
#include "zt_abi.h"

#define TC_NEXT -1
#define TC_SHOT 2

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct hop);
} hop SEC(".maps");

static __always_inline struct hop *here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&hop, &zero);
}

/* The stamp zt_in leaves on a frame it passed, so that the guard takes this one for such. */
SEC("xdp.frags")
int hop_stamp(struct xdp_md *ctx)
{
	struct hop *w = here();
	struct zt_stamp *s;

	if (!w || bpf_xdp_adjust_meta(ctx, -(int)sizeof(*s)))
		return XDP_DROP;
	s = (void *)(long)ctx->data_meta;
	if ((void *)(s + 1) > (void *)(long)ctx->data)
		return XDP_DROP;
	s->nonce = w->nonce;
	s->vlan = w->vlan;
	s->pad = 0;
	return XDP_PASS;
}

/* At the injection port: the frame comes in by another interface instead. */
SEC("tc")
int hop_turn(struct __sk_buff *skb)
{
	struct hop *w = here();

	return w && w->in ? bpf_redirect(w->in, BPF_F_INGRESS) : TC_SHOT;
}

/* After the guard: what arrives here has passed. It goes to the port asked for, or no further. */
SEC("tc")
int hop_after(struct __sk_buff *skb)
{
	struct hop *w = here();

	if (!w)
		return TC_SHOT;
	if (w->out) {
		skb->mark = w->mark;
		return bpf_redirect(w->out, 0);
	}
	if (w->through)
		return TC_NEXT;
	w->len = skb->len;
	__sync_fetch_and_add(&w->seen, 1);
	return TC_SHOT;
}

char _license[] SEC("license") = "GPL";
