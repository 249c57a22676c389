// SPDX-License-Identifier: GPL-2.0
/*
 * Which tables there are: one for each network namespace that asked for it. Its number finds
 * it from a program, which knows no namespace; numbers are not given again before all others
 * were, so what an old program still calls does not find somebody else's table.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/xarray.h>
#include <net/netns/generic.h>

#include "zt_flow.h"

DEFINE_MUTEX(zt_tables_lock); /* which tables there are, and their limits */

static unsigned int max_flows = ZT_KFLOWS_MAX;
module_param(max_flows, uint, 0444);
MODULE_PARM_DESC(max_flows, "Most flows of all network namespaces together, 1-4194304 (default: 4194304)");

static DEFINE_XARRAY_ALLOC1(tables);
static u32 tables_next;
static u32 tables_flows; /* of all, at creation */
static unsigned int tables_net_id;

struct zt_net {
	struct zt_ftable *table;
};

struct zt_ftable *zt_table_by_id(u32 id)
{
	return xa_load(&tables, id);
}

struct zt_ftable *zt_table_of(struct net *net)
{
	struct zt_net *zn = net_generic(net, tables_net_id);

	return smp_load_acquire(&zn->table); /* made before it is seen */
}

/* Under zt_tables_lock. */
struct zt_ftable *zt_table_add(struct net *net, const struct zt_table_opts *opts)
{
	struct zt_net *zn = net_generic(net, tables_net_id);
	struct zt_ftable *t;
	int err;

	if (opts->max_flows > max_flows - tables_flows)
		return ERR_PTR(-ENOSPC);
	t = zt_table_create(net, opts);
	if (!t)
		return ERR_PTR(-ENOMEM);
	err = xa_alloc_cyclic(&tables, &t->id, t, xa_limit_31b, &tables_next, GFP_KERNEL_ACCOUNT);
	if (err < 0) {
		zt_table_free(t);
		return ERR_PTR(err);
	}
	tables_flows += t->most;
	zt_age_start(t);
	smp_store_release(&zn->table, t); /* made before it is seen */
	return t;
}

static int __net_init tables_net_init(struct net *net)
{
	return zt_proc_add(net);
}

/* Between this and the next one no program can see the table any more. */
static void __net_exit tables_net_pre_exit(struct net *net)
{
	struct zt_ftable *t = zt_table_of(net);

	zt_proc_remove(net);
	if (!t)
		return;
	mutex_lock(&zt_tables_lock);
	xa_erase(&tables, t->id);
	tables_flows -= t->most;
	mutex_unlock(&zt_tables_lock);
}

static void __net_exit tables_net_exit(struct net *net)
{
	struct zt_ftable *t = zt_table_of(net);

	if (!t)
		return;
	zt_age_stop(t);
	zt_table_free(t);
}

static struct pernet_operations tables_net_ops = {
	.init = tables_net_init,
	.pre_exit = tables_net_pre_exit,
	.exit = tables_net_exit,
	.id = &tables_net_id,
	.size = sizeof(struct zt_net),
};

int zt_tables_init(void)
{
	if (!max_flows || max_flows > ZT_KFLOWS_MAX) {
		pr_err("max_flows=%u: 1-%u is possible\n", max_flows, ZT_KFLOWS_MAX);
		return -EINVAL;
	}
	return register_pernet_subsys(&tables_net_ops);
}

/* On the way out, while those who listen can still be told. */
void zt_tables_end_all(void)
{
	struct zt_ftable *t;
	unsigned long id;

	mutex_lock(&zt_tables_lock);
	xa_for_each(&tables, id, t) {
		zt_age_stop(t);
		zt_age_end_all(t, ZT_ENDED_UNLOAD);
	}
	mutex_unlock(&zt_tables_lock);
}

void zt_tables_exit(void)
{
	unregister_pernet_subsys(&tables_net_ops);
	xa_destroy(&tables);
}
