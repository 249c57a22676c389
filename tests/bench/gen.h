/* SPDX-License-Identifier: GPL-2.0 */
/* What gen.bpf.c is told. */
#ifndef ZT_BENCH_GEN_H
#define ZT_BENCH_GEN_H

#include "spin.h"

#define GEN_LEN 60 /* octets of a frame */
#define GEN_WAN_MAC { 2, 0, 0, 0, 0xfe, 1 } /* the next hop at the uplink */
#define GEN_ROUTER_MAC { 2, 0, 0, 0, 0xff, 1 } /* the router's, at both ports */

#endif
