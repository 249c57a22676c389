// SPDX-License-Identifier: GPL-2.0
/*
 * What stands around the programs under test on the devices of wire.c: one sends a
 * frame on to the port unchanged, one notes how the kernel holds it there, one writes
 * metadata as any XDP program may, and one puts tags beside the frame as a NIC does.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include "wire_abi.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wire_plan);
} wire_plan SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wire_seen);
} wire_seen SEC(".maps");

/* tc ingress: no bridge or routing table has a say in what arrives at the port. */
SEC("tc")
int wire_on(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct wire_plan *plan = bpf_map_lookup_elem(&wire_plan, &zero);

	return plan ? bpf_redirect(plan->to, 0) : 2;
}

/* tc egress, in front of the program under test. */
SEC("tc")
int wire_look(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct wire_seen *seen = bpf_map_lookup_elem(&wire_seen, &zero);

	if (!seen)
		return 2;
	seen->frames++;
	seen->len = skb->len;
	seen->linear = skb->data_end - skb->data;
	seen->gso_segs = skb->gso_segs;
	seen->gso_size = skb->gso_size;
	seen->vlan_present = skb->vlan_present;
	seen->mark = skb->mark;
	return -1;
}

SEC("xdp.frags")
int wire_stamp(struct xdp_md *ctx)
{
	__u32 zero = 0, i;
	struct wire_plan *plan = bpf_map_lookup_elem(&wire_plan, &zero);
	__u8 *meta;

	if (!plan || plan->meta_len > WIRE_META)
		return XDP_ABORTED;
	if (!plan->meta_len)
		return XDP_PASS;
	if (bpf_xdp_adjust_meta(ctx, -(int)plan->meta_len))
		return XDP_ABORTED;
	meta = (void *)(long)ctx->data_meta;
	for (i = 0; i < WIRE_META; i++) {
		if (i >= plan->meta_len || (void *)(meta + i + 1) > (void *)(long)ctx->data)
			break;
		meta[i] = plan->meta[i];
	}
	return XDP_PASS;
}

SEC("tc")
int wire_push(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct wire_plan *plan = bpf_map_lookup_elem(&wire_plan, &zero);

	if (!plan)
		return 2;
	if (plan->push && bpf_skb_vlan_push(skb, bpf_htons(0x8100), plan->vid))
		return 2;
	return -1;
}

char _license[] SEC("license") = "GPL";
