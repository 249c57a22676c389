/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The BPF programs, loaded into this kernel and run by BPF_PROG_TEST_RUN, as a
 * side of the case runner. Needs root; opened once for all cases.
 */
#include "side_maps.h"
#include "wire.h"

static struct zt_maps *m;
static bool on_wire; /* frames towards devices go through network devices */

static int kernel_open(const struct zt_sizes *sizes, char **ret_why)
{
	return side_maps_open(sizes, &m, ret_why);
}

static void kernel_close(void)
{
	if (on_wire)
		wire_close();
	on_wire = false;
	zt_maps_close(m);
	m = NULL;
}

/*
 * Loading anew takes most of a second. So everything expires instead; what does not, or
 * what the programs changed for good, is taken away.
 */
static void reset(uint32_t now)
{
	static const struct zt_devst none;
	struct zt_mac_key mac;
	uint32_t n;

	assert(zt_maps_sweep(m, now + (1u << 30) + (1u << 20), 200000) >= 0);
	zt_maps_no_policy(m);
	for (n = 0; n < m->max[ZT_MAP_DEVST]; n++)
		assert(!bpf_map_update_elem(m->map[ZT_MAP_DEVST], &n, &none, BPF_ANY));
	for (n = 0; n < m->max[ZT_MAP_BIND]; n++)
		m->bind[n].dev = 0; /* the next publish binds it to its first port */
	while (!bpf_map_get_next_key(m->map[ZT_MAP_GATE], NULL, &mac))
		assert(!bpf_map_delete_elem(m->map[ZT_MAP_GATE], &mac));
}

static void configure(const struct zt_cfg *cfg)
{
	side_maps_configure(m, cfg);
}

static void publish(struct zt_image *image)
{
	side_maps_publish(m, image);
}

static void no_policy(void)
{
	zt_maps_no_policy(m);
}

/*
 * From now on frames of devices have so many octets in their linear part, the rest
 * in fragments, as a driver with small receive buffers hands them over. 0: as it comes.
 */
static uint32_t linear, nr_split;

void kernel_side_linear(uint32_t octets)
{
	linear = octets;
}

uint32_t kernel_side_split(void)
{
	return nr_split;
}

static int run_split(const struct zt_run *r, struct zt_result *ret)
{
	struct zt_test test = { .now = r->now, .ifindex = r->ifindex };
	struct xdp_md ctx = { .data_end = linear };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = r->frame, .data_size_in = r->len,
		    .ctx_in = &ctx, .ctx_size_in = sizeof(ctx), .repeat = 1);
	uint32_t zero = 0;

	nr_split++;
	if (bpf_map_update_elem(m->map[ZT_MAP_TEST], &zero, &test, BPF_ANY) ||
	    bpf_prog_test_run_opts(m->prog[ZT_PROG_TEST_IN], &opts) ||
	    bpf_map_lookup_elem(m->map[ZT_MAP_RESULT], &zero, ret))
		return -errno;
	return 0;
}

/* ---- towards a device: through two real network devices -------------------- */

int kernel_side_wire(char **ret_why)
{
	static const struct wire_setup setup = { 0 };
	int rc = wire_open(&setup, ret_why);

	if (!rc)
		rc = wire_attach_out(m->prog[ZT_PROG_TEST_OUT]);
	if (!rc)
		rc = wire_attach_out(wire_prog("wire_look"));
	on_wire = !rc;
	return rc;
}

/* As the tap hands the frame over: a tag the kernel is to take off stands in it. */
static uint32_t to_wire(const struct zt_run *r, uint32_t vlan, uint8_t *frame)
{
	uint32_t tag = htobe32(0x81000000 | vlan);

	if (vlan == ZT_NONE) {
		memcpy(frame, r->frame, r->len);
		return r->len;
	}
	memcpy(frame, r->frame, 12);
	memcpy(frame + 12, &tag, 4);
	memcpy(frame + 16, (const uint8_t *)r->frame + 12, r->len - 12);
	return r->len + 4;
}

/* What came out at the far end is what the verdict says. */
static int came_out(const struct zt_result *r)
{
	static uint8_t frame[70000];
	uint32_t nr = 0;

	while (wire_arrived(frame, sizeof(frame)))
		nr++;
	return !nr == (r->verdict == ZT_DROPPED) ? 0 : -EPROTO;
}

int kernel_side_run_skb(const struct zt_run *r, uint32_t vlan, uint32_t gso_size,
			struct zt_result *ret)
{
	struct zt_test test = { .now = r->now, .ifindex = r->ifindex, .in_ifindex = r->in_ifindex,
				.mark = r->mark };
	struct virtio_net_hdr head = { .gso_size = gso_size };
	static uint8_t frame[70000];
	uint32_t zero = 0, len = to_wire(r, vlan, frame), cut = len > linear ? linear : 0;
	struct wire_seen seen;
	int rc;

	if (gso_size)
		wire_head_tcp(&head, frame, len);
	if (bpf_map_update_elem(m->map[ZT_MAP_TEST], &zero, &test, BPF_ANY))
		return -errno;
	wire_seen(&seen);
	rc = wire_send(frame, len, cut, &head);
	wire_seen(&seen);
	if (rc || seen.frames != 1 || bpf_map_lookup_elem(m->map[ZT_MAP_RESULT], &zero, ret))
		return rc ? rc : -ENOMSG;
	/* Taking a tag off and checking a super-packet's headers pull; nothing else may. */
	if (cut && !gso_size && seen.linear > linear + (seen.vlan_present ? 4 : 0))
		return -EILSEQ;
	nr_split += !!cut;
	return came_out(ret);
}

static int run(const struct zt_run *r, struct zt_result *ret)
{
	if (on_wire && r->dir == ZT_TO_DEVICE)
		return kernel_side_run_skb(r, ZT_NONE, 0, ret);
	if (linear && r->dir == ZT_FROM_DEVICE && r->len > linear)
		return run_split(r, ret);
	return zt_maps_run(m, r, ret);
}

static int sweep(uint32_t now, uint32_t steps)
{
	return zt_maps_sweep(m, now, steps);
}

static void bump(uint32_t bind)
{
	side_maps_bump(m, bind);
}

static void mode(uint32_t dev, uint8_t mode)
{
	zt_maps_mode(m, dev, mode);
}

static void release(uint32_t ifindex)
{
	zt_maps_release_port(m, ifindex);
}

static void devst(uint32_t dev, struct zt_devst *ret)
{
	assert(!zt_maps_devst(m, dev, ret));
}

static void devcnt(uint32_t dev, struct zt_devcnt *ret)
{
	assert(!zt_maps_devcnt(m, dev, ret));
}

static void counts(struct zt_count ret[ZT_COUNT_MAX])
{
	assert(!zt_maps_counts(m, ret));
}

static void lost(uint64_t ret[ZT_LOST_MAX])
{
	assert(!zt_maps_lost(m, ret));
}

static uint32_t flows(uint32_t now)
{
	return side_maps_flows(m, now);
}

static uint64_t table(void)
{
	return side_maps_table(m, 0);
}

static uint64_t holders(void)
{
	struct zt_dump d;
	uint64_t sum = 0;

	assert(!zt_dump_map(m->map[ZT_MAP_LEARN], m->max[ZT_MAP_LEARN], sizeof(struct zt_host_key),
			    sizeof(struct zt_learned), &d));
	for (uint32_t i = 0; i < d.nr; i++)
		sum += side_sum(side_sum(SIDE_SUM, d.keys + (size_t)i * d.key_size, d.key_size),
				&((struct zt_learned *)(d.values + (size_t)i * d.value_size))->dev,
				sizeof(__u32));
	zt_dump_free(&d);
	return sum;
}

static uint32_t learned(const struct zt_host_key *key, uint32_t now)
{
	return side_maps_learned(m, key, now);
}

static uint64_t drain(uint32_t *ret_nr)
{
	return side_maps_drain(m, ret_nr);
}

/* Does this kernel's test-run take a data_end before the end of the frame. */
bool kernel_side_splits(void)
{
	static const uint8_t frame[64];
	struct zt_run r = { .dir = ZT_FROM_DEVICE, .frame = frame, .len = sizeof(frame) };
	struct zt_result ignored;
	uint32_t nr;
	int rc;

	linear = 14;
	rc = run_split(&r, &ignored);
	linear = nr_split = 0;
	drain(&nr); /* nobody sent that one */
	return !rc;
}

const struct side kernel_side = {
	.name = "kernel", .open = kernel_open, .close = kernel_close, .reset = reset, .configure = configure,
	.publish = publish, .no_policy = no_policy, .run = run, .sweep = sweep, .bump = bump,
	.mode = mode, .release = release, .devst = devst, .devcnt = devcnt, .counts = counts, .lost = lost, .flows = flows,
	.table = table, .holders = holders, .learned = learned, .drain = drain,
};
