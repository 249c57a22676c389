// SPDX-License-Identifier: GPL-2.0
/*
 * Makes each repetition of a test run another packet: picks a flow, writes it into the
 * frame, tells the test entry the device's port, and jumps to the program that is
 * measured. With the jump into an empty program that is the floor. spin has frames that
 * devices send, spin_out what comes back to them.
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

#define SPIN_JUMP(name)                                                                        \
	struct {                                                                               \
		__uint(type, BPF_MAP_TYPE_PROG_ARRAY);                                         \
		__uint(max_entries, SPIN_SLOTS);                                               \
		__type(key, __u32);                                                            \
		__type(value, __u32);                                                          \
	} name SEC(".maps")
SPIN_JUMP(spin_jump);
SPIN_JUMP(spin_jump_out);

static __always_inline void put_device(unsigned char *mac, const struct spin_tuple *t)
{
	*(__be32 *)(mac + 2) = bpf_htonl(t->device);
}

/* The side of the IP header that is the device's and the one that is the peer's. */
static __always_inline void put_ip(unsigned char *ip, const struct spin_tuple *t, int out)
{
	__be16 sport = bpf_htons(t->sport), dport = bpf_htons(t->dport);

	if (ip[0] == 0x45) {
		*(__be32 *)(ip + (out ? 16 : 12)) = bpf_htonl(SHAPE_NET + t->device);
		*(__be32 *)(ip + (out ? 12 : 16)) = bpf_htonl(t->peer);
		*(__be16 *)(ip + (out ? 22 : 20)) = sport;
		*(__be16 *)(ip + (out ? 20 : 22)) = dport;
	} else {
		*(__be32 *)(ip + (out ? 36 : 20)) = bpf_htonl(t->device);
		*(__be32 *)(ip + (out ? 20 : 36)) = bpf_htonl(t->app);
		*(__be16 *)(ip + (out ? 42 : 40)) = sport;
		*(__be16 *)(ip + (out ? 40 : 42)) = dport;
	}
}

/*
 * The next packet into the frame; 0 when it is not one of ours. Ends in an atomic
 * addition, so that the frame is in memory before the program measured reads it and the
 * making of one packet does not overlap with the judging of the one before.
 */
static __always_inline int turn(unsigned char *data, unsigned char *end, struct spin_cfg *c, int out)
{
	__u32 zero = 0, l3 = c->l3;
	struct zt_test *t = bpf_map_lookup_elem(&zt_test, &zero);
	struct spin_tuple tuple;
	unsigned char *ip;

	if (!t || l3 > 18)
		return 0;
	ip = data + l3;
	if (data + 14 > end || ip + 44 > end)
		return 0;
	spin_pick(c, &tuple);
	t->ifindex = c->port + (tuple.device & c->port_mask);
	put_device(out ? data : data + 6, &tuple);
	put_ip(ip, &tuple, out);
	__sync_fetch_and_add(&c->turns, 1);
	return 1;
}

SEC("xdp.frags")
int spin(struct xdp_md *ctx)
{
	__u32 zero = 0;
	struct spin_cfg *c = bpf_map_lookup_elem(&spin_cfg, &zero);

	if (!c)
		return XDP_ABORTED;
	if (c->reset && bpf_xdp_adjust_meta(ctx, (int)(ctx->data - ctx->data_meta)))
		return XDP_ABORTED;
	if (!turn((void *)(long)ctx->data, (void *)(long)ctx->data_end, c, 0))
		return XDP_ABORTED;
	bpf_tail_call(ctx, &spin_jump, c->slot);
	return XDP_ABORTED;
}

SEC("tc")
int spin_out(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct spin_cfg *c = bpf_map_lookup_elem(&spin_cfg, &zero);

	if (!c || !turn((void *)(long)skb->data, (void *)(long)skb->data_end, c, 1))
		return 2; /* TC_ACT_SHOT */
	bpf_tail_call(skb, &spin_jump_out, c->slot);
	return 2;
}

char _license[] SEC("license") = "GPL";
