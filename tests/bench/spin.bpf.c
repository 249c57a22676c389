// SPDX-License-Identifier: GPL-2.0
/*
 * Makes each repetition of a test run another packet: picks a flow, writes device and
 * source port into the frame, tells the test entry the device's port, and jumps to the
 * program that is measured. With the jump into an empty program that is the floor.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include "zt_abi.h"
#include "../tests/bench/spin.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct spin_cfg);
} spin_cfg SEC(".maps");

/* The data path's own map: what zt_test_in takes as time and port. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct zt_test);
} zt_test SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SPIN_SLOTS);
	__type(key, __u32);
	__type(value, __u32);
} spin_jump SEC(".maps");

static __always_inline __u32 pick(struct spin_cfg *c)
{
	__u64 x = c->state;

	if (c->mode == SPIN_NEXT)
		return c->next++ % (c->flows ? c->flows : 1);
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	c->state = x;
	return (x >> 32) * c->flows >> 32;
}

SEC("xdp.frags")
int spin(struct xdp_md *ctx)
{
	unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u32 zero = 0, n, d;
	struct spin_cfg *c = bpf_map_lookup_elem(&spin_cfg, &zero);
	struct zt_test *t = bpf_map_lookup_elem(&zt_test, &zero);

	if (!c || !t || data + 62 > end || !c->devices)
		return XDP_ABORTED;
	n = pick(c);
	d = n % c->devices;
	t->ifindex = 1 + d % SPIN_PORTS;
	*(__be32 *)(data + 8) = bpf_htonl(d);
	if (data[12] == 0x08) {
		*(__be32 *)(data + 26) = bpf_htonl(0x0a000100 + d);
		*(__be16 *)(data + 34) = bpf_htons(SPIN_SPORT + n / c->devices);
	} else {
		*(__be32 *)(data + 34) = bpf_htonl(d);
		*(__be16 *)(data + 54) = bpf_htons(SPIN_SPORT + n / c->devices);
	}
	bpf_tail_call(ctx, &spin_jump, c->slot);
	return XDP_ABORTED;
}

char _license[] SEC("license") = "GPL";
