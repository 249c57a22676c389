/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The seam: who keeps the flow records, maps or the kernel module (-DZT_KMOD). The records are
 * the same, and so is all that reads and writes them; nothing but what is included here knows
 * where one lies. What it has:
 *
 *  zt_flow_find(key)   where the record of a key is, alive or not: a ref, 0 for none. What is
 *                      read there holds if flow_valid() says so afterwards
 *  flow_at(ref)        the record, flow_rest(ref) the rest of it, flow_path(ref) the way its
 *                      packets take; NULL for 0
 *  zt_flow_fast(core, cfg, &ref)   find and at, for a plain packet of a listed device
 *  zt_held_of(dev)     what a device holds
 *  zt_flow_new(p, cfg, &was)   a record for the key of p, taken: its ref, 0 for none; was: the
 *                      word to begin it with. The lock of the key is held
 *  zt_flow_renew(f, ref, &was, state, why, p)   the same where the key has a record: taken, its
 *                      word was `was`, its flow over
 *  zt_flow_refused(dev)   a new flow was, for what the device holds
 *  zt_flow_sweep(now, &bucket, cfg)   age some, begin with a bucket; how many
 *  zt_flow_asks(l, now)   shall what lives on this learned address be judged again
 *  ZT_FLOW_MOVES_IN    1: flows that lived in the other place go on here (flow_merge.h)
 */
#ifndef ZT_FLOW_SEAM_H
#define ZT_FLOW_SEAM_H

#ifdef ZT_KMOD
#include "flow_kmod.h"
#else
#include "flow_map.h"
#endif

#endif
