// SPDX-License-Identifier: GPL-2.0
/*
 * The yardsticks. empty is the floor; hash (H) parses Ethernet, IP and UDP, does one
 * hash lookup with the whole key and counts; lru is the same on a hash that forgets.
 * The IPv4 key has 16 octets, the IPv6 key 40.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct key4 {
	__u32 src, dst, ports, proto;
};
struct key6 {
	__u32 src[4], dst[4], ports, proto;
};
struct value {
	__u64 packets, bytes, seen, pad;
};

#define BARE_MAP(name, map_type, key_type)                                                     \
	struct {                                                                               \
		__uint(type, map_type);                                                        \
		__uint(max_entries, 1024);                                                     \
		__type(key, key_type);                                                         \
		__type(value, struct value);                                                   \
	} name SEC(".maps")

BARE_MAP(hash4, BPF_MAP_TYPE_HASH, struct key4);
BARE_MAP(hash6, BPF_MAP_TYPE_HASH, struct key6);
BARE_MAP(lru4, BPF_MAP_TYPE_LRU_HASH, struct key4);
BARE_MAP(lru6, BPF_MAP_TYPE_LRU_HASH, struct key6);

static __always_inline int work(struct xdp_md *ctx, void *map4, void *map6, int fill)
{
	unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct value fresh = {}, *v;
	struct key4 k4 = {};
	struct key6 k6 = {};

	if (data + 62 > end)
		return XDP_DROP;
	if (data[12] == 0x08 && !data[13] && data[14] == 0x45) {
		k4.src = *(__u32 *)(data + 26);
		k4.dst = *(__u32 *)(data + 30);
		k4.ports = *(__u32 *)(data + 34);
		k4.proto = data[23];
		if (fill)
			return bpf_map_update_elem(map4, &k4, &fresh, BPF_ANY) ? XDP_DROP : XDP_PASS;
		v = bpf_map_lookup_elem(map4, &k4);
	} else if (data[12] == 0x86 && data[13] == 0xdd) {
		__builtin_memcpy(k6.src, data + 22, 16);
		__builtin_memcpy(k6.dst, data + 38, 16);
		k6.ports = *(__u32 *)(data + 54);
		k6.proto = data[20];
		if (fill)
			return bpf_map_update_elem(map6, &k6, &fresh, BPF_ANY) ? XDP_DROP : XDP_PASS;
		v = bpf_map_lookup_elem(map6, &k6);
	} else {
		return XDP_DROP;
	}
	if (!v)
		return XDP_DROP;
	__sync_fetch_and_add(&v->packets, 1);
	__sync_fetch_and_add(&v->bytes, 46);
	v->seen = bpf_jiffies64();
	return XDP_PASS;
}

SEC("xdp.frags")
int bare_empty(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp.frags")
int bare_hash(struct xdp_md *ctx)
{
	return work(ctx, &hash4, &hash6, 0);
}

SEC("xdp.frags")
int bare_hash_fill(struct xdp_md *ctx)
{
	return work(ctx, &hash4, &hash6, 1);
}

SEC("xdp.frags")
int bare_lru(struct xdp_md *ctx)
{
	return work(ctx, &lru4, &lru6, 0);
}

SEC("xdp.frags")
int bare_lru_fill(struct xdp_md *ctx)
{
	return work(ctx, &lru4, &lru6, 1);
}

char _license[] SEC("license") = "GPL";
