/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Exact counts from two sources. The data path counts every packet of an aggregate in
 * a map that is drained each second, and sends the first one through a ring at once.
 * The ledger remembers which first packets were told, so that the counts over all
 * lines equal the packets: ring lost, ring late, or both in any order. Pure; time is
 * the number of ticks.
 *
 * Lines per aggregate: the first packet at once, then one a second for
 * ZT_LEDGER_EAGER ticks, then one every ZT_LEDGER_CALM, as long as packets come.
 */
#ifndef ZT_EVENT_LEDGER_H
#define ZT_EVENT_LEDGER_H

#include <stdbool.h>
#include <stdint.h>
#include "zt_abi.h"

#define ZT_LEDGER_EAGER 10
#define ZT_LEDGER_CALM 10
#define ZT_LEDGER_MAX 65536u

struct zt_ledger;
struct zt_ledger *zt_ledger_new(void);
void zt_ledger_free(struct zt_ledger *l);

/* The aggregate a packet event belongs to. */
struct zt_agg_key zt_ledger_key(const struct zt_event *e);

/*
 * A first packet came through the ring: true = tell it now, with what packets[0] says
 * (1 if 0). False: the drain tells it.
 */
bool zt_ledger_ring(struct zt_ledger *l, const struct zt_event *e);

/* An aggregate was drained. -ENOMEM: not kept, the caller tells it itself. */
int zt_ledger_drained(struct zt_ledger *l, const struct zt_agg_key *key, uint64_t packets);

/*
 * After each drain: fn for every aggregate that has packets to tell. first: its first
 * packet as the ring had it (source port, MACs), NULL when unknown. all: also those
 * that would wait (the agent stops).
 */
typedef void (*zt_ledger_fn)(void *arg, const struct zt_agg_key *key, uint64_t packets,
			     const struct zt_event *first);
void zt_ledger_tick(struct zt_ledger *l, bool all, zt_ledger_fn fn, void *arg);

#endif
