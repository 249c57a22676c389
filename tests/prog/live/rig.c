/* SPDX-License-Identifier: GPL-2.0 */
/* Opening, attaching, counters, and what every side answers from the maps. */
#include <linux/if_link.h>
#include <net/if.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "bpf/attach.h"
#include "live/rig.h"
#include "side_maps.h"

#define PATIENCE_MS 1000
#define LIVE_CPUS 256u

extern const uint8_t live_object_start[], live_object_end[];

enum live_how live_how;
bool live_foreign;
uint64_t live_frames;
struct zt_maps *live_maps;
struct live_clock live_clock;
volatile struct hop *live_hop;
static struct bpf_object *obj;

/* ---- programs on interfaces -------------------------------------------------------- */

static int prog(const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(obj, name));
}

/* Behind ours: tcx comes before clsact, and priority 1 is ours where there is no tcx. */
static int attach_behind(const char *name, uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, at, .ifindex = (int)ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = 1, .priority = 2, .prog_fd = prog(name));
	int rc = bpf_tc_hook_create(&at);

	return rc && rc != -EEXIST ? rc : bpf_tc_attach(&at, &opts);
}

static int attach_xdp(struct zt_live_port *port, const struct world_interface *w, char **ret_why)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_SKB_MODE);

	if (live_how == LIVE_NATIVE && !w->raw) /* a tun has no native XDP */
		return zt_xdp_attach(live_maps, port, w->ifindex, ZT_HOOK_XDP, ret_why);
	port->link[ZT_HOOK_XDP] = bpf_link_create(live_maps->prog[ZT_PROG_IN], w->ifindex, BPF_XDP, &opts);
	return port->link[ZT_HOOK_XDP] < 0 ? port->link[ZT_HOOK_XDP] : 0;
}

/* The three programs of a device port. */
static int attach(const struct world_interface *w, char **ret_why)
{
	bool device = !w->upper && (!strncmp(w->name, "lan", 3) || !strcmp(w->name, "cell0") || w->raw);
	struct zt_live_port *port = zt_live_port(live_maps, w->name, true);
	int rc = 0;

	if (device || (live_foreign && (!strcmp(w->name, "wan0") || !strcmp(w->name, "eth9"))))
		rc = attach_xdp(port, w, ret_why);
	if (device && !rc) {
		rc = zt_tc_attach(live_maps, port, w->ifindex, ZT_HOOK_GUARD, ret_why);
		if (!rc)
			rc = zt_tc_attach(live_maps, port, w->ifindex, ZT_HOOK_OUT, ret_why);
	}
	return rc ? rc : attach_behind("hop_after", w->ifindex);
}

static int attach_all(char **ret_why)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	int rc = 0;

	for (size_t i = 0; i < WORLD_NR(world_interfaces) && !rc; i++) {
		if (!live_net_missing(world_interfaces[i].name))
			rc = attach(&world_interfaces[i], ret_why);
	}
	if (!rc)
		rc = bpf_xdp_attach(live_net_injector(), prog("hop_stamp"), XDP_FLAGS_DRV_MODE, &opts);
	return rc ? rc : attach_behind("hop_turn", live_net_injector());
}

/* ---- opening ------------------------------------------------------------------------ */

static int open_hop(void)
{
	void *at;
	int fd;

	obj = bpf_object__open_mem(live_object_start, live_object_end - live_object_start, NULL);
	if (!obj || bpf_object__load(obj))
		return -errno;
	fd = bpf_object__find_map_fd_by_name(obj, "hop");
	at = mmap(NULL, sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return -errno;
	live_hop = at;
	return 0;
}

/* All programs, not only the test entries; nothing is pinned. */
static int open_maps(const struct zt_sizes *sizes, char **ret_why)
{
	struct bpf_object *zt;
	int rc = zt_object_open(&zt, ret_why);

	if (rc)
		return rc;
	rc = zt_object_size(zt, sizes);
	if (!rc)
		rc = zt_object_load(zt, ret_why);
	if (rc) {
		bpf_object__close(zt);
		return rc;
	}
	rc = zt_maps_from_object(zt, &live_maps, ret_why);
	return rc ? rc : zt_maps_configure(live_maps, 0);
}

int live_open(const struct zt_sizes *sizes, char **ret_why)
{
	int rc = live_net_open(ret_why);

	if (!rc)
		rc = open_maps(sizes, ret_why);
	if (!rc)
		rc = open_hop();
	if (!rc && live_how != LIVE_CONTROL)
		rc = attach_all(ret_why);
	if (!rc)
		live_clock_start(&live_clock, live_maps, 0);
	if (rc && !*ret_why)
		zt_fail(ret_why, rc, "%s", strerror(-rc));
	return rc;
}

void live_close(void)
{
	if (live_maps)
		zt_maps_close(live_maps);
	live_maps = NULL;
	if (live_hop)
		munmap((void *)live_hop, sysconf(_SC_PAGESIZE));
	live_hop = NULL;
	bpf_object__close(obj);
	obj = NULL;
	live_net_close();
}

/* ---- counters ------------------------------------------------------------------------ */

static uint64_t before[ZT_COUNT_MAX], now_counts[ZT_COUNT_MAX];

/* Packets by counter, in one system call: this is asked several times for each frame. */
static void read_counts(uint64_t ret[ZT_COUNT_MAX])
{
	static struct zt_count v[ZT_COUNT_MAX * LIVE_CPUS];
	static uint32_t keys[ZT_COUNT_MAX];
	uint32_t nr = ZT_COUNT_MAX, next, cpus = libbpf_num_possible_cpus();
	int rc = bpf_map_lookup_batch(live_maps->map[ZT_MAP_COUNT], NULL, &next, keys, v, &nr, NULL);

	assert(cpus <= LIVE_CPUS && (!rc || errno == ENOENT) && nr == ZT_COUNT_MAX);
	for (uint32_t i = 0; i < ZT_COUNT_MAX; i++) {
		ret[keys[i]] = 0;
		for (uint32_t c = 0; c < cpus; c++)
			ret[keys[i]] += v[i * cpus + c].packets;
	}
}

void live_moved(struct live_moved *ret)
{
	memset(ret, 0, sizeof(*ret));
	read_counts(now_counts);
	for (uint32_t i = 0; i < ZT_COUNT_MAX; i++) {
		if (now_counts[i] == before[i])
			continue;
		ret->packets[i & 1] += now_counts[i] - before[i];
		if (i / 2 % ZT_VERDICT_MAX == ZT_DROPPED)
			ret->dropped[i & 1] += now_counts[i] - before[i];
		ret->which[i & 1] = i;
	}
}

void live_counted(void)
{
	memcpy(before, now_counts, sizeof(before));
}

bool live_too_late(const struct timespec *since)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (t.tv_sec - since->tv_sec) * 1000 + (t.tv_nsec - since->tv_nsec) / 1000000 > PATIENCE_MS;
}

const struct world_interface *live_port(uint32_t ifindex)
{
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++) {
		if (world_interfaces[i].ifindex == ifindex)
			return &world_interfaces[i];
	}
	return NULL;
}

int live_wrong(const char *what, uint64_t n)
{
	printf("      %s: %llu\n", what, (unsigned long long)n);
	return -EPROTO;
}

/* ---- handing a frame to a port --------------------------------------------------------- */

/*
 * Generic XDP runs on what a redirect brings in, too: for such a frame the stamp takes
 * the place of the program that has passed it already.
 */
static int stand_in(uint32_t ifindex, int prog_fd)
{
	if (live_how != LIVE_GENERIC)
		return 0;
	for (uint32_t i = 0; i < live_maps->nr_ports; i++) {
		if (if_nametoindex(live_maps->ports[i].name) == ifindex &&
		    live_maps->ports[i].link[ZT_HOOK_XDP] >= 0)
			return bpf_link_update(live_maps->ports[i].link[ZT_HOOK_XDP], prog_fd, NULL);
	}
	return 0;
}

int live_hand_over(const struct zt_run *r)
{
	static uint8_t with_eth[LIVE_FRAME];
	const uint8_t *frame = r->frame;
	int rc = stand_in(r->in_ifindex, prog("hop_stamp"));

	live_hop->nonce = live_maps->cfg.nonce[live_maps->gen->gen & 1];
	live_hop->in = r->in_ifindex;
	live_hop->out = r->ifindex;
	live_hop->mark = r->mark;
	live_hop->vlan = 0;
	if (live_port(r->ifindex)->raw) { /* on its way there it has an Ethernet header */
		memset(with_eth, 2, 12);
		memcpy(with_eth + 12, (*frame & 0xf0) == 0x60 ? "\x86\xdd" : "\x08\x00", 2);
		memcpy(with_eth + 14, frame, r->len);
		return rc ? rc : live_net_inject(with_eth, r->len + 14);
	}
	if (r->len >= 16 && frame[12] == 0x81 && !frame[13])
		live_hop->vlan = (frame[14] << 8 | frame[15]) & 0xfff;
	return rc ? rc : live_net_inject(frame, r->len);
}

int live_handed_over(const struct zt_run *r)
{
	live_hop->in = live_hop->out = 0;
	return stand_in(r->in_ifindex, live_maps->prog[ZT_PROG_IN]);
}

/* ---- the rest of a side ------------------------------------------------------------------ */

void live_configure(const struct zt_cfg *cfg)
{
	struct zt_cfg mine = *cfg;

	mine.tick_shift = LIVE_TICK_SHIFT;
	mine.pickup_until = live_clock_real(&live_clock, cfg->pickup_until);
	side_maps_configure(live_maps, &mine);
}

void live_publish(struct zt_image *image)
{
	side_maps_publish(live_maps, image);
}

void live_no_policy(void)
{
	zt_maps_no_policy(live_maps);
}

int live_sweep(uint32_t now, uint32_t steps)
{
	int rc = live_clock_set(&live_clock, now);

	return rc ? rc : zt_maps_sweep(live_maps, live_clock.real, steps);
}

void live_bump(uint32_t bind)
{
	side_maps_bump(live_maps, bind);
}

void live_mode(uint32_t dev, uint8_t mode)
{
	zt_maps_mode(live_maps, dev, mode);
}

void live_release(uint32_t ifindex)
{
	zt_maps_release_port(live_maps, ifindex);
}

void live_devst(uint32_t dev, struct zt_devst *ret)
{
	assert(!zt_maps_devst(live_maps, dev, ret));
}

void live_devcnt(uint32_t dev, struct zt_devcnt *ret)
{
	assert(!zt_maps_devcnt(live_maps, dev, ret));
}

void live_counts(struct zt_count ret[ZT_COUNT_MAX])
{
	assert(!zt_maps_counts(live_maps, ret));
}

void live_lost(uint64_t ret[ZT_LOST_MAX])
{
	assert(!zt_maps_lost(live_maps, ret));
}

uint32_t live_flows(uint32_t now)
{
	assert(!live_clock_set(&live_clock, now));
	return side_maps_flows(live_maps, live_clock.real);
}

/* In the row's time, so that waiting alone does not change it. */
uint64_t live_table(void)
{
	return side_maps_table(live_maps, live_clock.now - live_clock.real);
}

uint32_t live_learned(const struct zt_host_key *key, uint32_t now)
{
	assert(!live_clock_set(&live_clock, now));
	return side_maps_learned(live_maps, key, live_clock.real);
}

uint64_t live_drain(uint32_t *ret_nr)
{
	return side_maps_drain(live_maps, ret_nr);
}
