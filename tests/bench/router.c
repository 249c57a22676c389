// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/if_link.h>
#include "bench.h"
#include "bpf/attach.h"
#include "bpf/live.h"
#include "part.h"
#include "router.h"

#define THREADS_MAX 1024
#define ROUTER_CPU 1 /* the sinks and the generator have CPU 0 */
#define FORWARD_MS 36000000 /* longer than any run: no agent watches here */

static const char *const near_name[SIDE_NR] = { "lan0", "wan0" };
static int home = -1;

static void enter(int netns)
{
	if (netns < 0 || setns(netns, CLONE_NEWNET))
		bench_die("namespace", NULL);
}

void router_enter(const struct router *r)
{
	enter(r->netns);
}

void router_leave(void)
{
	enter(home);
}

static int open_netns(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		bench_die(path, NULL);
	return fd;
}

/* ---- receiving threads --------------------------------------------------------- */

static bool comm_is(int pid, const char *prefix)
{
	char path[64], comm[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (!fgets(comm, sizeof(comm), f))
		comm[0] = 0;
	fclose(f);
	return !strncmp(comm, prefix, strlen(prefix));
}

/* The newest one that receives for an interface of this name. */
static int newest_thread(const char *ifname)
{
	char prefix[32];
	DIR *d = opendir("/proc");
	struct dirent *e;
	int newest = 0;

	snprintf(prefix, sizeof(prefix), "napi/%s-", ifname);
	while (d && (e = readdir(d))) {
		int pid = atoi(e->d_name);

		if (pid > newest && comm_is(pid, prefix))
			newest = pid;
	}
	if (d)
		closedir(d);
	return newest;
}

static void pin(int pid, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (!pid || sched_setaffinity(pid, sizeof(set), &set))
		bench_die("receiving thread", pid ? NULL : "there is none: no threaded NAPI here");
}

/* Interfaces are renamed after their threads are made. */
static int newest_near(uint32_t index, enum side s)
{
	char name[IFNAMSIZ];
	int pid;

	snprintf(name, sizeof(name), "r%u%s", index, s == SIDE_LAN ? "lan" : "wan");
	pid = newest_thread(name);
	pin(pid, ROUTER_CPU);
	return pid;
}

/* What a thread ran so far, in seconds. */
static double ran(int pid)
{
	unsigned long long ns = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%llu", &ns) != 1)
		bench_die(path, NULL);
	fclose(f);
	return ns / 1e9;
}

/* ---- opening -------------------------------------------------------------------- */

static void open_far(struct router *r, uint32_t index, int sink)
{
	for (enum side s = 0; s < SIDE_NR; s++) {
		char name[IFNAMSIZ];

		snprintf(name, sizeof(name), "g%u%s", index, s == SIDE_LAN ? "lan" : "wan");
		r->far[s] = if_nametoindex(name);
		if (!r->far[s] || bpf_xdp_attach(r->far[s], sink, XDP_FLAGS_DRV_MODE, NULL))
			bench_die(name, NULL);
		pin(newest_thread(name), 0);
	}
}

struct shape router_shape(uint32_t entries)
{
	uint32_t devices = entries / SHAPE_EACH;

	return (struct shape){ .devices = devices, .ports = 1, .prefixes = 1,
			       .groups = devices < 1024 ? 16 : 1024 };
}

void router_open(struct router *r, uint32_t index, const char *spec, int sink)
{
	char path[64];

	if (sscanf(spec, "%31[a-z-]:%u", r->name, &r->entries) != 2)
		bench_die(spec, "not NAME:ENTRIES");
	r->shape = router_shape(r->entries);
	r->shape.fast = !strcmp(r->name, "zt-fast");
	if (home < 0)
		home = open_netns("/proc/self/ns/net");
	snprintf(path, sizeof(path), "/run/netns/%s-%u", r->name, r->entries);
	r->netns = open_netns(path);
	open_far(r, index, sink);
	router_enter(r);
	for (enum side s = 0; s < SIDE_NR; s++) {
		r->near[s] = if_nametoindex(near_name[s]);
		r->thread[s] = newest_near(index, s);
	}
	router_leave();
}

static void attach(struct router *r, enum zt_prog prog, enum zt_hook hook)
{
	if (zt_tcx_first_link(r->world.maps->prog[prog], r->near[SIDE_LAN], hook) < 0)
		bench_die("tcx", NULL);
}

void router_enforce(struct router *r)
{
	struct zt_env_port ports[] = { { .name = "lan0", .ifindex = r->near[SIDE_LAN],
					 .zone = r->near[SIDE_LAN], .l3_ifindex = r->near[SIDE_LAN] },
				       { .name = "wan0", .ifindex = r->near[SIDE_WAN],
					 .zone = r->near[SIDE_WAN], .l3_ifindex = r->near[SIDE_WAN] } };

	r->world = (struct world){ .shape = r->shape, .flows = 1 << 17, .attachable = true,
				   .ports = ports, .nr_ports = 2 };
	world_open(&r->world);
	spinner_open(&r->spinner, &r->world, 64);
	r->spinner.port = r->near[SIDE_LAN];
	r->spinner.port_mask = 0;
	r->spinner.wan = r->near[SIDE_WAN];
	router_enter(r);
	if (bpf_xdp_attach(r->near[SIDE_LAN], r->world.maps->prog[ZT_PROG_IN], XDP_FLAGS_DRV_MODE, NULL))
		bench_die("XDP", NULL);
	attach(r, ZT_PROG_GUARD, ZT_HOOK_GUARD);
	attach(r, ZT_PROG_OUT, ZT_HOOK_OUT);
	if (r->shape.fast &&
	    bpf_xdp_attach(r->near[SIDE_WAN], r->world.maps->prog[ZT_PROG_UP], XDP_FLAGS_DRV_MODE, NULL))
		bench_die("XDP of the uplink", NULL);
	router_leave();
	if (r->shape.fast && zt_maps_forward_on(r->world.maps, FORWARD_MS))
		bench_die("forwarding", NULL);
}

uint64_t router_by_xdp(const struct router *r)
{
	struct zt_count n[2] = {};

	if (r->shape.fast && zt_maps_forwarded(r->world.maps, n))
		bench_die("forwarded", NULL);
	return n[ZT_FROM_DEVICE].packets + n[ZT_TO_DEVICE].packets;
}

void router_fill(struct router *r, uint32_t each)
{
	if (!r->world.maps)
		return;
	world_real_time(&r->world);
	part_fill(&r->spinner, SPIN_TEST, 4, r->shape.devices, each);
	part_expect_flows(&r->world, r->shape.devices * each, r->name);
}

/* ---- counting ------------------------------------------------------------------- */

struct counters {
	uint64_t received, dropped_out;
};

static struct counters counters(const char *ifname)
{
	FILE *f = fopen("/proc/thread-self/net/dev", "r");
	struct counters c = {};
	char line[512], name[32];

	while (f && fgets(line, sizeof(line), f)) {
		unsigned long long rx, txdrop;

		if (sscanf(line, " %31[^:]: %*u %llu %*u %*u %*u %*u %*u %*u %*u %*u %*u %llu", name, &rx,
			   &txdrop) == 3 && !strcmp(name, ifname))
			c = (struct counters){ rx, txdrop };
	}
	if (f)
		fclose(f);
	return c;
}

struct router_load router_load(const struct router *r, enum side from)
{
	struct router_load load = {};

	router_enter(r);
	load.received = counters(near_name[from]).received;
	load.dropped_out = counters(near_name[!from]).dropped_out;
	router_leave();
	for (enum side s = 0; s < SIDE_NR; s++)
		load.cpu_s += ran(r->thread[s]);
	return load;
}
