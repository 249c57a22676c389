/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A flow that has a record here had one elsewhere before (agent/bpf/move.c): what that counted
 * and saw is added to this one.
 */
#ifndef ZT_FLOW_MERGE_H
#define ZT_FLOW_MERGE_H

#include "flow.h"

/* A connection is not half-open here if it was not there. */
zt_inline void zt_merge_state(struct zt_flow *f, __u32 dev, const struct zt_merge *m)
{
	struct zt_core p = { .family = m->key.family, .proto = m->key.proto };
	__u32 was = ZT_READ_ONCE(f->state), tcp = ZT_STATE_TCP(was) | ZT_STATE_TCP(m->state);
	__u32 opener = ZT_STATE_OPENER(was), flags = ZT_STATE_FLAGS(was), half;

	half = was & ZT_STATE_HALF && zt_is_half(&p, opener, tcp, flags);
	if (tcp != ZT_STATE_TCP(was) &&
	    __sync_val_compare_and_swap(&f->state, was,
					ZT_STATE(tcp, zt_idle_of(&p, tcp, flags), opener, half, flags)) == was &&
	    was & ZT_STATE_HALF && !half)
		zt_half_give(dev, opener);
}

/* 0: done, -1: the key has no record. */
zt_inline int zt_flow_merge(const struct zt_merge *m)
{
	__u32 ref = zt_flow_find(&m->key), i;
	struct zt_flow_rest *rest = flow_rest(ref);
	struct zt_flow *f = flow_at(ref);

	if (!f || !rest)
		return -1;
	for (i = 0; i < 2; i++) {
		__sync_fetch_and_add(&rest->packets[i], m->packets[i]);
		__sync_fetch_and_add(&rest->bytes[i], m->bytes[i]);
	}
	if (zt_age(rest->first, m->first) > 0)
		rest->first = m->first;
	if (zt_age(m->seen, f->seen) > 0)
		f->seen = m->seen;
	zt_merge_state(f, rest->dev, m);
	return 0;
}

#endif
