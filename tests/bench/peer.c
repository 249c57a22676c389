// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <glob.h>
#include "bench.h"
#include "peer.h"
#include "policy_text.h"

/* xdp-filter's flags. */
#define FILTER_SOURCE 1
#define FILTER_DESTINATION 2
#define FILTER_UDP 8

#define CPUS_MAX 1024

/* One value per possible CPU, all the same. */
static void put(struct bpf_object *o, const char *name, const void *key, uint64_t value)
{
	uint64_t v[CPUS_MAX];
	int cpus = libbpf_num_possible_cpus(), fd = bpf_object__find_map_fd_by_name(o, name);

	for (int i = 0; i < cpus && i < CPUS_MAX; i++)
		v[i] = value;
	if (bpf_map_update_elem(fd, key, v, BPF_ANY))
		bench_die(name, NULL);
}

struct bpf_object *peer_xdp_filter(uint32_t entries, int *ret_prog)
{
	glob_t found = {};
	struct bpf_program *p;
	struct bpf_object *o;
	struct bpf_map *m;

	if (glob("/usr/lib/*/bpf/xdpfilt_dny_all.o", 0, NULL, &found))
		return NULL;
	o = bpf_object__open_file(found.gl_pathv[0], NULL);
	globfree(&found);
	if (!o)
		bench_die("xdpfilt_dny_all.o", NULL);
	bpf_object__for_each_map(m, o)
		bpf_map__set_pin_path(m, NULL); /* private */
	p = bpf_object__next_program(o, NULL);
	bpf_program__set_flags(p, bpf_program__flags(p) | BPF_F_XDP_HAS_FRAGS);
	if (bpf_object__load(o))
		bench_die("xdpfilt_dny_all.o", NULL);
	for (uint32_t i = 0; i < entries; i++) {
		uint32_t address = htonl(0xac100000u + i);
		uint8_t mac[6];

		policy_mac(mac, 1u << 24 | i); /* nobody's */
		put(o, "filter_ipv4", &address, FILTER_SOURCE);
		put(o, "filter_ethernet", mac, FILTER_SOURCE);
	}
	for (uint32_t app = 0; app < 8; app++) {
		uint32_t port = htons(shape_app_port(app));

		put(o, "filter_ports", &port, FILTER_DESTINATION | FILTER_UDP);
	}
	*ret_prog = bpf_program__fd(p);
	return o;
}

uint64_t peer_passed(struct bpf_object *filter)
{
	static struct {
		uint64_t packets, bytes;
	} v[CPUS_MAX];
	int cpus = libbpf_num_possible_cpus();
	uint32_t pass = 2; /* XDP_PASS */
	uint64_t sum = 0;

	if (bpf_map_lookup_elem(bpf_object__find_map_fd_by_name(filter, "xdp_stats_map"), &pass, v))
		bench_die("xdp_stats_map", NULL);
	for (int i = 0; i < cpus && i < CPUS_MAX; i++)
		sum += v[i].packets;
	return sum;
}
