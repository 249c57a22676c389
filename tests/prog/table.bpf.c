// SPDX-License-Identifier: GPL-2.0
/*
 * Puts another port of the device into each packet of a test run and hands it to a program
 * of the data path: packets of many flows as fast as a CPU makes them (table_test.c).
 */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include "table_keys.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct table_keys);
} table_keys SEC(".maps"); /* [towards the device] */

#define JUMP(name)                                                                             \
	struct {                                                                               \
		__uint(type, BPF_MAP_TYPE_PROG_ARRAY);                                         \
		__uint(max_entries, 1);                                                        \
		__type(key, __u32);                                                            \
		__type(value, __u32);                                                          \
	} name SEC(".maps")
JUMP(table_jump);
JUMP(table_jump_out);

static __always_inline int put_port(unsigned char *data, unsigned char *end, const __u32 out)
{
	__u32 key = out, at = 34 + 2 * out;
	struct table_keys *k = bpf_map_lookup_elem(&table_keys, &key);
	__u64 x;

	if (data + 74 > end || !k)
		return -1;
	if (k->in_turn) {
		x = k->next++;
	} else {
		x = k->state;
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		k->state = x;
		x >>= 32;
	}
	if (data[12] == 0x86)
		at += 20;
	*(__be16 *)(data + at) = bpf_htons(k->base + (__u32)x % (k->nr ? k->nr : 1));
	return 0;
}

SEC("xdp.frags")
int table_in(struct xdp_md *ctx)
{
	if (put_port((void *)(long)ctx->data, (void *)(long)ctx->data_end, 0))
		return XDP_ABORTED;
	bpf_tail_call(ctx, &table_jump, 0);
	return XDP_ABORTED;
}

SEC("tc")
int table_out(struct __sk_buff *skb)
{
	if (put_port((void *)(long)skb->data, (void *)(long)skb->data_end, 1))
		return 2;
	bpf_tail_call(skb, &table_jump_out, 0);
	return 2;
}

char _license[] SEC("license") = "GPL";
