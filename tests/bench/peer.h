/* SPDX-License-Identifier: GPL-2.0 */
/* Other people's programs on the same frames. */
#ifndef ZT_BENCH_PEER_H
#define ZT_BENCH_PEER_H

#include <stdint.h>

struct bpf_object;

/*
 * xdp-filter (package xdp-tools) with all its features: default deny, `entries` each of
 * addresses and MACs that are nobody's here, so that it goes on to the ports, of which
 * those of all applications pass. NULL where it is not installed; test runs with frags may jump to *ret_prog.
 */
struct bpf_object *peer_xdp_filter(uint32_t entries, int *ret_prog);
/* Packets it let pass so far. */
uint64_t peer_passed(struct bpf_object *filter);

#endif
