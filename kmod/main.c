// SPDX-License-Identifier: GPL-2.0
/* zt_flow.ko: flow records of the zero-trust data path, kept in the kernel. Only order is here. */
#include <linux/module.h>
#include <linux/netlink.h>
#include <net/genetlink.h>

#include "zt_flow.h"

static int __init zt_flow_init(void)
{
	int err = zt_tables_init();

	if (err)
		return err;
	err = zt_kfunc_init();
	if (err)
		goto err_tables;
	err = zt_genl_init();
	if (err)
		goto err_tables;
	return 0;
err_tables:
	zt_tables_exit();
	return err;
}

/* No program is loaded that calls us, nor is a dump under way: both hold the module. */
static void __exit zt_flow_exit(void)
{
	zt_tables_end_all();
	zt_genl_exit();
	zt_tables_exit();
	rcu_barrier();
}

module_init(zt_flow_init);
module_exit(zt_flow_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("ZT Edge");
MODULE_DESCRIPTION("Exact per-flow records for the ZT Edge data path: kfuncs, ageing, generic netlink");
MODULE_VERSION(ZT_KMOD_VERSION);
MODULE_ALIAS("net-pf-16-proto-16-family-" ZT_GENL_NAME);
