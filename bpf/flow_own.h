/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may write a record, wherever it lies: one CPU for a key at a time, and of a record whoever
 * took its word (flow_table.h says why this is safe with several CPUs).
 */
#ifndef ZT_FLOW_OWN_H
#define ZT_FLOW_OWN_H

#include "flow_hash.h"

#define ZT_LOCK_TRIES 256

/* The lock of a key, held; NULL when it was not to be had, which is rare and a reason to drop. */
zt_inline __u32 *zt_lock(const struct zt_flow_key *k, const struct zt_cfg *cfg)
{
	struct zt_spot s;
	__u32 *lock, i;

	zt_spot_of(&s, k, cfg);
	s.lock &= ZT_FLOW_LOCKS - 1;
	lock = bpf_map_lookup_elem(&zt_flow_lock, &s.lock);
	if (!lock)
		return 0;
	ZT_NO_UNROLL
	for (i = 0; i < ZT_LOCK_TRIES; i++) {
		if (!__sync_val_compare_and_swap(lock, 0, 1))
			return lock;
	}
	return 0;
}

zt_inline void zt_unlock(__u32 *lock)
{
	__sync_lock_test_and_set(lock, 0);
}

/* ---- taking a record and giving it away -------------------------------------------- */

zt_inline __u64 zt_busy(__u64 word)
{
	return (word & ZT_WORD_VERSION) | ZT_WORD_BUSY;
}

/* From the flow, or nobody, whose word it is: 0 = it is ours alone to write. */
zt_inline int zt_take(struct zt_flow *f, __u64 word)
{
	if (!ZT_WORD_GEN(word) && word & ZT_WORD_BUSY)
		return -1;
	return __sync_val_compare_and_swap(&f->word, word, zt_busy(word)) != word;
}

/* Ours until now. was: the word it was taken with. */
zt_inline void zt_publish(struct zt_flow *f, __u64 was, __u64 word)
{
	__u64 version = (was + (ZT_WORD_VERSION & -ZT_WORD_VERSION)) & ZT_WORD_VERSION;

	__sync_lock_test_and_set(&f->word, word | version);
}

/* Ours until now, and the flow's again as it was. */
zt_inline void zt_put_back(struct zt_flow *f, __u64 was)
{
	__sync_lock_test_and_set(&f->word, was);
}

/* Why a record in this state is over when its time is. */
zt_inline __u32 zt_ended_of(__u32 state)
{
	__u32 tcp = ZT_STATE_TCP(state);

	if (tcp & (ZT_SEEN_RST | ZT_SEEN_RST << 4))
		return ZT_ENDED_RST;
	return tcp & ZT_SEEN_FIN && tcp & ZT_SEEN_FIN << 4 ? ZT_ENDED_FIN : ZT_ENDED_IDLE;
}

/* The state a taken record has, and half-open no more: that is given back once. */
zt_inline __u32 zt_flow_held(struct zt_flow *f)
{
	return __sync_fetch_and_and(&f->state, ~ZT_STATE_HALF);
}

/* Was the record not given to another flow since `word` was read. */
zt_inline int flow_valid(const struct zt_flow *f, __u64 word)
{
	return ZT_READ_ONCE(f->word) == word;
}

#endif
