// SPDX-License-Identifier: GPL-2.0
/*
 * Live frames for real interfaces: gen_up has what devices send, gen_back what comes back
 * to them; both leave by the interface they are run for. A frame's page comes back with
 * what the router made of it, so each is written whole. sink drops what arrives and counts.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include "../tests/bench/gen.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct spin_cfg);
} gen_cfg SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 65536); /* by ifindex */
	__type(key, __u32);
	__type(value, __u64);
} gen_sunk SEC(".maps");

static __always_inline __u16 sum_of(__u32 src, __u32 dst, __u32 len)
{
	__u32 sum = 0x4500 + len + (64 << 8 | 17);

	sum += (src >> 16) + (src & 0xffff) + (dst >> 16) + (dst & 0xffff);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static __always_inline void put_ip4(unsigned char *ip, __u32 src, __u32 dst)
{
	__u32 len = GEN_LEN - 14;

	*(__be32 *)ip = bpf_htonl(0x45000000 | len);
	*(__be32 *)(ip + 4) = 0;
	*(__be16 *)(ip + 8) = bpf_htons(64 << 8 | 17);
	*(__be16 *)(ip + 10) = bpf_htons(sum_of(src, dst, len));
	*(__be32 *)(ip + 12) = bpf_htonl(src);
	*(__be32 *)(ip + 16) = bpf_htonl(dst);
}

static __always_inline void put_udp(unsigned char *udp, __u16 sport, __u16 dport)
{
	*(__be16 *)udp = bpf_htons(sport);
	*(__be16 *)(udp + 2) = bpf_htons(dport);
	*(__be32 *)(udp + 4) = bpf_htonl((GEN_LEN - 34) << 16);
}

/* No more frames than are of use: those a full ring drops cost time and tell nothing. */
static __always_inline void wait(const struct spin_cfg *c)
{
	__u64 start = bpf_ktime_get_ns();

	for (int i = 0; i < 512 && bpf_ktime_get_ns() - start < c->pace; i++)
		;
}

static __always_inline int make(struct xdp_md *ctx, int back)
{
	unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	const unsigned char router[6] = GEN_ROUTER_MAC, wan[6] = GEN_WAN_MAC;
	__u32 zero = 0;
	struct spin_cfg *c = bpf_map_lookup_elem(&gen_cfg, &zero);
	struct spin_tuple t;

	if (!c || data + GEN_LEN > end)
		return XDP_ABORTED;
	if (c->pace)
		wait(c);
	spin_pick(c, &t);
	__builtin_memcpy(data, router, 6);
	__builtin_memcpy(data + 6, wan, 6);
	*(__be16 *)(data + 12) = bpf_htons(0x0800);
	if (back) {
		put_ip4(data + 14, t.peer, SHAPE_NET + t.device);
		put_udp(data + 34, t.dport, t.sport);
	} else {
		*(__be16 *)(data + 6) = bpf_htons(0x0200);
		*(__be32 *)(data + 8) = bpf_htonl(t.device);
		put_ip4(data + 14, SHAPE_NET + t.device, t.peer);
		put_udp(data + 34, t.sport, t.dport);
	}
	return XDP_TX;
}

SEC("xdp")
int gen_up(struct xdp_md *ctx)
{
	return make(ctx, 0);
}

SEC("xdp")
int gen_back(struct xdp_md *ctx)
{
	return make(ctx, 1);
}

SEC("xdp")
int sink(struct xdp_md *ctx)
{
	__u32 ifindex = ctx->ingress_ifindex;
	__u64 *n = bpf_map_lookup_elem(&gen_sunk, &ifindex);

	if (n)
		++*n; /* one thread receives for an interface */
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
