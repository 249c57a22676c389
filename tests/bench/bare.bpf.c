// SPDX-License-Identifier: GPL-2.0
/*
 * The yardsticks. empty is the floor; hash (H) parses Ethernet, IP and UDP and does one
 * hash lookup with the whole key, no more; lru is the same on a hash that forgets, with
 * the counters a flow table keeps; stamp does what the guard wants of every frame that
 * passes. The IPv4 key has 16 octets, the IPv6 key 40. What a lookup does not find is
 * counted, so that a figure of hits is one.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "zt_abi.h"

struct key4 {
	__u32 src, dst, ports, proto;
};
struct key6 {
	__u32 src[4], dst[4], ports, proto;
};
struct value {
	__u64 packets, bytes, seen, pad;
};

#define BARE_MAP(name, map_type, key_type, value_type)                                         \
	struct {                                                                               \
		__uint(type, map_type);                                                        \
		__uint(max_entries, 1024);                                                     \
		__type(key, key_type);                                                         \
		__type(value, value_type);                                                     \
	} name SEC(".maps")

BARE_MAP(hash4, BPF_MAP_TYPE_HASH, struct key4, struct value);
BARE_MAP(hash6, BPF_MAP_TYPE_HASH, struct key6, struct value);
BARE_MAP(lru4, BPF_MAP_TYPE_LRU_HASH, struct key4, struct value);
BARE_MAP(lru6, BPF_MAP_TYPE_LRU_HASH, struct key6, struct value);
BARE_MAP(bare_miss, BPF_MAP_TYPE_ARRAY, __u32, __u64);

static __always_inline int missed(void)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem(&bare_miss, &zero);

	if (n)
		++*n;
	return XDP_DROP;
}

static __always_inline int done(struct value *v, int count)
{
	if (!v)
		return missed();
	if (count) {
		__sync_fetch_and_add(&v->packets, 1);
		__sync_fetch_and_add(&v->bytes, 46);
		v->seen = bpf_jiffies64();
	}
	return XDP_PASS;
}

static __always_inline int fill(void *map, const void *key)
{
	struct value fresh = {};

	return bpf_map_update_elem(map, key, &fresh, BPF_ANY) ? XDP_DROP : XDP_PASS;
}

static __always_inline int work(struct xdp_md *ctx, void *map4, void *map6, int is_fill, int count)
{
	unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct key4 k4 = {};
	struct key6 k6 = {};

	if (data + 62 > end)
		return XDP_DROP;
	if (data[12] == 0x08 && !data[13] && data[14] == 0x45) {
		k4.src = *(__u32 *)(data + 26);
		k4.dst = *(__u32 *)(data + 30);
		k4.ports = *(__u32 *)(data + 34);
		k4.proto = data[23];
		return is_fill ? fill(map4, &k4) : done(bpf_map_lookup_elem(map4, &k4), count);
	}
	if (data[12] == 0x86 && data[13] == 0xdd) {
		__builtin_memcpy(k6.src, data + 22, 16);
		__builtin_memcpy(k6.dst, data + 38, 16);
		k6.ports = *(__u32 *)(data + 54);
		k6.proto = data[20];
		return is_fill ? fill(map6, &k6) : done(bpf_map_lookup_elem(map6, &k6), count);
	}
	return XDP_DROP;
}

SEC("xdp.frags")
int bare_empty(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("tc")
int bare_empty_out(struct __sk_buff *skb)
{
	return 0;
}

SEC("xdp.frags")
int bare_hash(struct xdp_md *ctx)
{
	return work(ctx, &hash4, &hash6, 0, 0);
}

SEC("xdp.frags")
int bare_hash_count(struct xdp_md *ctx)
{
	return work(ctx, &hash4, &hash6, 0, 1);
}

SEC("xdp.frags")
int bare_hash_fill(struct xdp_md *ctx)
{
	return work(ctx, &hash4, &hash6, 1, 0);
}

SEC("xdp.frags")
int bare_lru(struct xdp_md *ctx)
{
	return work(ctx, &lru4, &lru6, 0, 1);
}

SEC("xdp.frags")
int bare_lru_fill(struct xdp_md *ctx)
{
	return work(ctx, &lru4, &lru6, 1, 0);
}

SEC("xdp.frags")
int bare_stamp(struct xdp_md *ctx)
{
	struct zt_stamp s = { .nonce = 1 };
	void *meta;

	if (bpf_xdp_adjust_meta(ctx, -ZT_STAMP_BYTES))
		return XDP_DROP;
	meta = (void *)(long)ctx->data_meta;
	if (meta + ZT_STAMP_BYTES > (void *)(long)ctx->data)
		return XDP_DROP;
	__builtin_memset(meta, 0, ZT_STAMP_BYTES);
	__builtin_memcpy(meta, &s, sizeof(s));
	__builtin_memcpy(meta + ZT_STAMP_AGAIN, &s, sizeof(s));
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
