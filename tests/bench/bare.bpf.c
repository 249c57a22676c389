// SPDX-License-Identifier: GPL-2.0
/*
 * The yardstick (H): a bare XDP program that parses Ethernet, IPv4 and UDP, does
 * one hash lookup with a 16-byte key and counts. And an empty one, the floor.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct key {
	__u32 src, dst;
	__u32 ports;
	__u32 proto;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct key);
	__type(value, __u64);
} bare SEC(".maps");

SEC("xdp")
int bare_empty(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp")
int bare_hash(struct xdp_md *ctx)
{
	unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct key k;
	__u64 *n;

	if (data + 42 > end || data[12] != 0x08 || data[13] || data[14] != 0x45)
		return XDP_DROP;
	k.src = *(__u32 *)(data + 26);
	k.dst = *(__u32 *)(data + 30);
	k.ports = *(__u32 *)(data + 34);
	k.proto = data[23];
	n = bpf_map_lookup_elem(&bare, &k);
	if (!n)
		return XDP_DROP;
	__sync_fetch_and_add(n, 1);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
