/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The seam where zt_flow.ko keeps the records (zt_kfunc.h): it links and ages them, gives back
 * what they hold and tells their end. Whatever it does not find is refused like a full table.
 */
#ifndef ZT_FLOW_KMOD_H
#define ZT_FLOW_KMOD_H

#include "flow_own.h"
#include "zt_genl.h"
#include "zt_kfunc.h"

#define ZT_FLOW_MOVES_IN 1
#define ZT_NEW_TRIES 4

/* Which way the packets of a record take, at its ref; as many as the table has records. */
ZT_MAP(zt_path, BPF_MAP_TYPE_ARRAY, __u32, struct zt_path, ZT_KRECORDS(2 * 65536), 0);

zt_inline __u32 zt_kmod_table(void)
{
	const struct zt_cfg *cfg = zt_config();

	return cfg ? cfg->table : 0;
}

zt_inline __u32 zt_flow_find(const struct zt_flow_key *k)
{
	return zt_kflow_find(zt_kmod_table(), k, sizeof(*k));
}

zt_inline struct zt_flow *flow_at(__u32 ref)
{
	return ref ? (struct zt_flow *)zt_kflow_at(zt_kmod_table(), ref, sizeof(struct zt_flow)) : 0;
}

zt_inline struct zt_flow_rest *flow_rest(__u32 ref)
{
	return ref ? (struct zt_flow_rest *)zt_kflow_rest(zt_kmod_table(), ref,
							  sizeof(struct zt_flow_rest)) : 0;
}

zt_inline struct zt_path *flow_path(__u32 ref)
{
	__u32 at = ref - 1;

	return bpf_map_lookup_elem(&zt_path, &at);
}

zt_inline struct zt_flow *zt_flow_fast(const struct zt_core *p, const struct zt_cfg *cfg, __u32 *ret_ref)
{
	struct zt_flow_key k = {};

	zt_flow_key_of(p, 0, &k);
	*ret_ref = zt_flow_find(&k);
	return flow_at(*ret_ref);
}

zt_inline struct zt_held *zt_held_of(__u32 dev)
{
	return (struct zt_held *)zt_kflow_held(zt_kmod_table(), dev, sizeof(struct zt_held));
}

#include "charge.h"

/* The module may just be taking away a record of this key that is over: once more, then. */
zt_inline __u32 zt_flow_new(const struct zt_pkt *p, const struct zt_cfg *cfg, __u64 *ret_was)
{
	struct zt_path *path;
	__u32 ref = 0, i;

	*ret_was = ZT_WORD_BUSY;
	ZT_NO_UNROLL
	for (i = 0; i < ZT_NEW_TRIES; i++) {
		ref = zt_kflow_new(cfg->table, &p->key, sizeof(p->key));
		if (ref || !zt_flow_find(&p->key))
			break;
	}
	path = flow_path(ref);
	if (path)
		ZT_WRITE_ONCE(path->word, 0); /* of whoever had the record before */
	return ref;
}

/* The module gives back what the record says it holds. */
zt_inline __u32 zt_flow_renew(struct zt_flow *f, __u32 ref, __u64 *was, __u32 state, __u32 why,
			      const struct zt_pkt *p)
{
	const struct zt_cfg *cfg = zt_config();

	if (!cfg)
		return 0;
	ZT_WRITE_ONCE(f->state, state);
	zt_kflow_end(cfg->table, ref, *was, why);
	return zt_flow_new(p, cfg, was);
}

zt_inline void zt_flow_refused(__u32 dev)
{
	zt_kflow_refused(zt_kmod_table(), dev);
}

zt_inline __u32 zt_flow_sweep(__u32 now, __u32 *bucket, const struct zt_cfg *cfg)
{
	return 0;
}

/*
 * No sweep sees which addresses flows use. So what lives on one that nobody claimed for half of
 * its time is judged again, once: where the device still sends, that keeps it (zt_bound_source).
 */
zt_inline int zt_flow_asks(struct zt_learned *l, __u32 now)
{
	const struct zt_cfg *cfg = zt_config();

	if (!cfg || l->how == ZT_HOW_DHCP || l->asked ||
	    zt_age(now + cfg->learn_ticks / 2, l->expires) < 0)
		return 0;
	l->asked = 1;
	return 1;
}

#endif
