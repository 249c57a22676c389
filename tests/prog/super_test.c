/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Super-packets on their way to a device (design §6): the program sees one of up to 64 kB,
 * the wire gets its segments. What it counts is compared with what really comes out, packet
 * by packet and octet by octet. And headers that lie: whatever a virtual machine on the
 * uplink says of its frame, nothing reaches the device that was not judged, and nothing
 * that the policy forbids. Needs root.
 */
#include <errno.h>
#include <unistd.h>
#include "bpf/state.h"
#include "frame_text.h"
#include "wire.h"
#include "world_policy.h"

#define UDP_L4 5 /* VIRTIO_NET_HDR_GSO_UDP_L4, younger than Debian 12's headers */
#define NOW 100000u

struct super {
	const char *says;
	uint8_t family;
	const char *frame;
	uint8_t type;
	uint16_t size; /* of a segment's payload */
	bool pass;
	/*
	 * Octets a packet may be off. Nothing a program sees tells fragments (UFO) from datagrams:
	 * their headers are 8 octets longer or shorter.
	 */
	uint8_t slack;
};

/* What a case does not speak of is 0. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define TCP4 VIRTIO_NET_HDR_GSO_TCPV4
#define TCP6 VIRTIO_NET_HDR_GSO_TCPV6
#define ECN VIRTIO_NET_HDR_GSO_ECN

static const struct super supers[] = {
	{ "TCP, 40 segments", 4, "ip vms cam1; tcp 443 40000 PA; pay 56000", TCP4, 1400, true },
	{ "TCP, 40 segments", 6, "ip vms cam1; tcp 443 40000 PA; pay 56000", TCP6, 1400, true },
	{ "TCP, the last segment of one octet", 4, "ip vms cam1; tcp 443 40000 PA; pay 2801", TCP4, 1400, true },
	{ "TCP, the last segment of one octet", 6, "ip vms cam1; tcp 443 40000 PA; pay 2801", TCP6, 1400, true },
	{ "TCP, the last octet less", 4, "ip vms cam1; tcp 443 40000 PA; pay 2800", TCP4, 1400, true },
	{ "TCP with options", 4, "ip vms cam1; tcp 443 40000 PA doff=15; pay 30040", TCP4, 536, true },
	{ "TCP with options", 6, "ip vms cam1; tcp 443 40000 PA doff=15; pay 30040", TCP6, 536, true },
	{ "TCP with ECN", 4, "ip vms cam1; tcp 443 40000 PA; pay 9000", TCP4 | ECN, 1000, true },
	{ "tiny segments", 4, "ip vms cam1; tcp 443 40000 PA; pay 600", TCP4, 8, true },
	{ "UDP, 40 datagrams", 4, "ip vms cam1; udp 5000 4000; pay 56000", UDP_L4, 1400, true },
	{ "UDP, 40 datagrams", 6, "ip vms cam1; udp 5000 4000; pay 56000", UDP_L4, 1400, true },
	{ "UDP, the last datagram of one octet", 4, "ip vms cam1; udp 5000 4000; pay 1001", UDP_L4, 500, true },
	{ "UDP in fragments (UFO)", 4, "ip vms cam1; udp 5000 4000; pay 6000", VIRTIO_NET_HDR_GSO_UDP, 1480, true, 8 },
	{ "UDP in fragments (UFO)", 6, "ip vms cam1; udp 5000 4000; pay 6000", VIRTIO_NET_HDR_GSO_UDP, 1448, true, 8 },
	{ "no flow", 4, "ip vms cam1; tcp 443 40001 PA; pay 56000", TCP4, 1400, false },
	{ "no flow", 6, "ip vms cam1; tcp 443 40001 PA; pay 56000", TCP6, 1400, false },
	{ "no rule", 4, "ip host cam1; udp 5000 4000; pay 56000", UDP_L4, 1400, false },
	{ "no rule", 6, "ip host cam1; udp 5000 4000; pay 56000", UDP_L4, 1400, false },
	{ "another device's port", 4, "ip vms cam2; tcp 443 40000 PA; pay 56000", TCP4, 1400, false },
};

static struct zt_maps *m;
static struct zt_env *env;
static struct zt_numbers *numbers;
static uint32_t passed, failed, lies, lied, refused;
static struct zt_count before[ZT_COUNT_MAX], after[ZT_COUNT_MAX];
static struct frame f;

/* What came out: frames, and the IP octets in them. */
struct out {
	uint64_t packets, bytes;
};

static void collect(struct out *ret)
{
	static uint8_t got[70000];
	uint32_t len;

	*ret = (struct out){ 0 };
	while ((len = wire_arrived(got, sizeof(got)))) {
		ret->packets++;
		if (len > 20)
			ret->bytes += got[14] >> 4 == 6 ? 40 + (got[18] << 8 | got[19]) :
							  got[16] << 8 | got[17];
	}
}

/* What was counted, forwarded and dropped, since `before`. */
static void counted(struct out ret[ZT_VERDICT_MAX])
{
	memset(ret, 0, ZT_VERDICT_MAX * sizeof(*ret));
	zt_maps_counts(m, after);
	for (uint32_t i = 0; i < ZT_COUNT_MAX; i++) {
		ret[i / 2 % ZT_VERDICT_MAX].packets += after[i].packets - before[i].packets;
		ret[i / 2 % ZT_VERDICT_MAX].bytes += after[i].bytes - before[i].bytes;
	}
}

static void set_test(const char *in)
{
	struct zt_test t = { .now = NOW, .ifindex = world_interface("lan1")->ifindex };
	uint32_t zero = 0;

	t.in_ifindex = in ? world_interface(in)->ifindex : 0;
	if (bpf_map_update_elem(m->map[ZT_MAP_TEST], &zero, &t, BPF_ANY))
		abort();
}

static void make(const char *text, uint8_t family)
{
	if (frame_make(&f, text, family, ZT_TO_DEVICE, 0)) {
		printf("cannot be written: %s\n", f.error);
		abort();
	}
}

static uint32_t transport(void)
{
	return f.ip_at + (f.at_family == 6 ? 40 : (f.data[f.ip_at] & 15) * 4);
}

/* A true header: what the frame is. */
static struct virtio_net_hdr head_of(uint8_t type, uint16_t size)
{
	struct virtio_net_hdr h = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .gso_type = type,
				    .gso_size = size, .csum_start = transport() };
	bool tcp = (type & ~ECN) == TCP4 || (type & ~ECN) == TCP6;

	h.csum_offset = tcp ? 16 : 6;
	h.hdr_len = h.csum_start + (tcp ? (f.data[h.csum_start + 12] >> 4) * 4 : 8);
	return h;
}

static void test_super(const struct super *s, bool bare)
{
	struct out out, count[ZT_VERDICT_MAX];
	const struct out *mine = &count[s->pass ? ZT_FORWARDED : ZT_DROPPED];
	struct virtio_net_hdr head;
	uint64_t segments;
	int rc;

	make(s->frame, s->family);
	head = head_of(s->type, s->size);
	segments = (f.len - head.hdr_len + s->size - 1) / s->size;
	zt_maps_counts(m, before);
	rc = wire_send(f.data, f.len, bare ? head.hdr_len : 0, &head);
	collect(&out);
	counted(count);
	if (!rc && mine->packets == segments && out.packets == (s->pass ? segments : 0) &&
	    (!s->pass || llabs((long long)(out.bytes - mine->bytes)) <= (long long)(s->slack * segments)) && !count[s->pass ? ZT_DROPPED : ZT_FORWARDED].packets) {
		passed++;
		return;
	}
	printf("FAIL: %s (IPv%u, %s): %s; forwarded %llu packets %llu octets, dropped %llu, came out "
	       "%llu packets %llu octets, of %llu segments\n",
	       s->says, s->family, bare ? "headers in the linear part" : "in great pieces",
	       rc ? strerror(-rc) : "sent", (unsigned long long)count[ZT_FORWARDED].packets,
	       (unsigned long long)count[ZT_FORWARDED].bytes,
	       (unsigned long long)count[ZT_DROPPED].packets, (unsigned long long)out.packets,
	       (unsigned long long)out.bytes, (unsigned long long)segments);
	failed++;
}

/* ---- headers that lie --------------------------------------------------------- */

static const struct {
	const char *frame;
	bool pass; /* without a header, and therefore at most with one */
} victims[] = {
	{ "ip vms cam1; tcp 443 40000 PA; pay 4000", true },
	{ "ip vms cam1; udp 5000 4000; pay 4000", true },
	{ "ip vms cam1; tcp 443 40001 PA; pay 4000", false },
	{ "ip host cam1; udp 5000 4000; pay 4000", false },
	{ "ip vms cam2; tcp 443 40000 PA; pay 4000", false },
	{ "ip host cam1; tcp 443 40000 PA len=9000; pay 4000", false },
	{ "ip host cam1 len=0; tcp 443 40000 PA; pay 4000", false },
	{ "ip host cam1; udp 5000 4000 len=4; pay 4000", false },
	{ "ip host cam1; echo 7; pay 4000", false },
	{ "ip host cam1 proto=47; pay 4000", false },
	{ "ip host cam1 proto=6; pay 10", false },
	{ "ip host cam1; frag 0 mf; udp 5000 4000; pay 4000", false },
	{ "ip host cam1; frag 1480; pay 4000", false },
	{ "tag 30; ip host cam1; tcp 443 40000 PA; pay 4000", false },
	{ "tag 30; tag 31; ip vms cam1; tcp 443 40000 PA; pay 4000", false },
	{ "eth host cam1 0x9999; pay 4000", false },
	{ "eth host cam1; arp reply host rtr cam1; pad 4000", false },
	{ "eth host cam1; ip rtr cam1; udp 5000 4000; pay 4000", false },
};

static const uint8_t types[] = { 0, TCP4, TCP6, VIRTIO_NET_HDR_GSO_UDP, UDP_L4, TCP4 | ECN, ECN, 2, 0x7f };
static const uint16_t sizes[] = { 0, 1, 1400, 3999, 65535 };
static const struct {
	uint16_t start, offset; /* of the checksum; the first is none at all */
} sums[] = { { 0, 0 }, { 0, 16 }, { 13, 6 }, { 14, 16 }, { 34, 6 }, { 34, 16 }, { 54, 6 }, { 54, 16 },
	     { 34, 2000 }, { 4000, 16 }, { 4000, 65535 }, { 65535, 0 }, { 65535, 65535 } };

#define UNJUDGED 99u

static void test_lie(const struct virtio_net_hdr *h, bool pass, const char *text)
{
	struct zt_result result = { .verdict = UNJUDGED };
	struct wire_seen seen;
	struct out out;
	uint32_t zero = 0;
	bool ok;
	int rc;

	bpf_map_update_elem(m->map[ZT_MAP_RESULT], &zero, &result, BPF_ANY);
	rc = wire_send(f.data, f.len, 0, h);
	collect(&out);
	wire_seen(&seen);
	bpf_map_lookup_elem(m->map[ZT_MAP_RESULT], &zero, &result);
	/* What was there was judged, what must not pass was dropped, and only what passed came out. */
	ok = seen.frames == (result.verdict != UNJUDGED) && !(rc && seen.frames) &&
	     (!seen.frames || pass || result.verdict == ZT_DROPPED) &&
	     (!out.packets || result.verdict == ZT_FORWARDED);
	refused += !seen.frames;
	lies++;
	if (ok || lied++ > 10)
		return;
	printf("FAIL: %s: flags %u type %u size %u csum %u+%u: %s, seen %u, verdict %u reason %u, came "
	       "out %llu\n",
	       text, h->flags, h->gso_type, h->gso_size, h->csum_start, h->csum_offset,
	       rc ? strerror(-rc) : "sent", seen.frames, result.verdict, result.reason,
	       (unsigned long long)out.packets);
}

static void test_lies(size_t v, uint8_t family)
{
	struct virtio_net_hdr h;

	make(victims[v].frame, family);
	for (size_t t = 0; t < WORLD_NR(types); t++) {
		for (size_t z = 0; z < WORLD_NR(sizes); z++) {
			for (size_t k = 0; k < WORLD_NR(sums); k++) {
				h = (struct virtio_net_hdr){
					.flags = k ? VIRTIO_NET_HDR_F_NEEDS_CSUM : 0,
					.gso_type = types[t], .gso_size = sizes[z],
					.csum_start = sums[k].start, .csum_offset = sums[k].offset,
					.hdr_len = k % 3 ? 0 : sums[k].start + 20,
				};
				test_lie(&h, victims[v].pass, victims[v].frame);
			}
		}
	}
}

/* A flow of camera 1's each, for what may pass. */
static void open_flows(uint8_t family)
{
	struct zt_run r = { .dir = ZT_FROM_DEVICE, .now = NOW, .ifindex = world_interface("lan1")->ifindex,
			    .frame = f.data };
	static const char *const opens[] = { "ip cam1 vms; tcp 40000 443 S", "ip cam1 vms; udp 4000 5000" };
	struct zt_result result;

	for (int i = 0; i < 2; i++) {
		if (frame_make(&f, opens[i], family, ZT_FROM_DEVICE, 0))
			abort();
		r.len = f.len;
		if (zt_maps_run(m, &r, &result) || !result.created)
			abort();
	}
}

static int open_world(char **ret_why)
{
	const struct zt_sizes small = { .flows = 4096, .devices = 128, .hosts = 1024, .learned = 64 };
	const struct wire_setup setup = { 0 };
	struct zt_policy *policy;
	int rc = zt_maps_open_private(&small, &m, ret_why);

	if (!rc)
		rc = zt_maps_configure(m, 0);
	if (!rc)
		rc = wire_open(&setup, ret_why);
	if (!rc)
		rc = wire_attach_out(m->prog[ZT_PROG_TEST_OUT]);
	if (!rc)
		rc = wire_attach_out(wire_prog("wire_look"));
	if (rc)
		return rc;
	env = world_env();
	numbers = zt_numbers_new();
	policy = world_policy("base");
	rc = zt_maps_publish(m, world_compile(policy, env, numbers), ret_why);
	zt_policy_free(policy);
	return rc;
}

int main(void)
{
	struct wire_seen ignored;
	char *why = NULL;

	if (open_world(&why)) {
		printf("SKIP: %.300s\n0 passed, 0 failed, 1 skipped\n", why ? why : "cannot be run here");
		return 77;
	}
	open_flows(4);
	open_flows(6);
	set_test("wan0");
	for (size_t i = 0; i < WORLD_NR(supers); i++) {
		test_super(&supers[i], false);
		test_super(&supers[i], true);
	}
	wire_seen(&ignored);
	for (size_t v = 0; v < WORLD_NR(victims); v++) {
		test_lies(v, 4);
		test_lies(v, 6);
	}
	*(lied ? &failed : &passed) += 1; /* they are one test */
	printf("TOTAL: %u frames with headers that may lie: %u refused by the kernel, %u judged, "
	       "%u judged wrongly or not at all\n", lies, refused, lies - refused, lied);
	wire_close();
	zt_maps_close(m);
	zt_numbers_free(numbers);
	zt_env_free(env);
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	return failed || !passed;
}
