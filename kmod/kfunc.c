// SPDX-License-Identifier: GPL-2.0
/*
 * What BPF programs call: see include/zt_kfunc.h. They run with softirqs off or inside
 * rcu_read_lock(), so a table and its records stay while one of these runs. Nothing here
 * allocates or sleeps.
 */
#include "compat.h"
#include "zt_flow.h"
#include "zt_kfunc.h"

static struct zt_rec *rec_of(u32 table, u32 ref)
{
	struct zt_ftable *t = zt_table_by_id(table);

	return t ? zt_rec_at(t, ref) : NULL;
}

__bpf_kfunc_start_defs();

__bpf_kfunc u32 zt_kflow_find(u32 table, const void *key, u32 key__sz)
{
	struct zt_ftable *t = zt_table_by_id(table);

	if (!t || key__sz != sizeof(struct zt_flow_key))
		return 0;
	return zt_rec_ref(t, zt_rec_find(t, key));
}

__bpf_kfunc u64 *zt_kflow_at(u32 table, u32 ref, const int rdwr_buf_size)
{
	struct zt_rec *r = rec_of(table, ref);

	return r && rdwr_buf_size == sizeof(r->flow) ? (u64 *)&r->flow : NULL;
}

__bpf_kfunc u64 *zt_kflow_rest(u32 table, u32 ref, const int rdwr_buf_size)
{
	struct zt_rec *r = rec_of(table, ref);

	return r && rdwr_buf_size == sizeof(r->rest) ? (u64 *)&r->rest : NULL;
}

__bpf_kfunc u64 *zt_kflow_held(u32 table, u32 dev, const int rdwr_buf_size)
{
	struct zt_ftable *t = zt_table_by_id(table);

	if (!t || dev >= t->opts.devices || rdwr_buf_size != sizeof(struct zt_held))
		return NULL;
	return (u64 *)&t->device[dev].held;
}

__bpf_kfunc u32 zt_kflow_new(u32 table, const void *key, u32 key__sz)
{
	struct zt_ftable *t = zt_table_by_id(table);

	if (!t || key__sz != sizeof(struct zt_flow_key))
		return 0;
	return zt_rec_ref(t, zt_rec_new(t, key));
}

__bpf_kfunc int zt_kflow_end(u32 table, u32 ref, u64 word, u32 reason)
{
	struct zt_ftable *t = zt_table_by_id(table);
	struct zt_rec *r = t ? zt_rec_at(t, ref) : NULL;

	if (!r || !reason || reason >= ZT_ENDED_MAX)
		return -EINVAL;
	return zt_rec_end(t, r, word, reason);
}

__bpf_kfunc int zt_kflow_refused(u32 table, u32 dev)
{
	struct zt_ftable *t = zt_table_by_id(table);

	if (!t || dev >= t->opts.devices)
		return -EINVAL;
	atomic64_inc(&t->refused_quota);
	atomic64_inc(&t->device[dev].refused);
	return 0;
}

__bpf_kfunc_end_defs();

BTF_KFUNCS_START(kfunc_ids)
BTF_ID_FLAGS(func, zt_kflow_find)
BTF_ID_FLAGS(func, zt_kflow_at, KF_RET_NULL)
BTF_ID_FLAGS(func, zt_kflow_rest, KF_RET_NULL)
BTF_ID_FLAGS(func, zt_kflow_held, KF_RET_NULL)
BTF_ID_FLAGS(func, zt_kflow_new)
BTF_ID_FLAGS(func, zt_kflow_end)
BTF_ID_FLAGS(func, zt_kflow_refused)
BTF_KFUNCS_END(kfunc_ids)

static const struct btf_kfunc_id_set kfunc_set = {
	.owner = THIS_MODULE,
	.set = &kfunc_ids,
};

int zt_kfunc_init(void)
{
	int err = register_btf_kfunc_id_set(BPF_PROG_TYPE_XDP, &kfunc_set);

	return err ? err : register_btf_kfunc_id_set(BPF_PROG_TYPE_SCHED_CLS, &kfunc_set);
}
