/* SPDX-License-Identifier: GPL-2.0 */
/* What Linux 6.1 and 6.12 write differently. No other file asks for a version. */
#ifndef ZT_COMPAT_H
#define ZT_COMPAT_H

#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/version.h>
#include <net/genetlink.h>

#ifndef __bpf_kfunc
#define __bpf_kfunc __used noinline
#endif

#ifndef __bpf_kfunc_start_defs
#define __bpf_kfunc_start_defs()                                                               \
	__diag_push();                                                                         \
	__diag_ignore_all("-Wmissing-prototypes", "kfuncs are found by their BTF")
#define __bpf_kfunc_end_defs() __diag_pop()
#endif

#ifndef BTF_KFUNCS_START
#define BTF_KFUNCS_START(name) BTF_SET8_START(name)
#define BTF_KFUNCS_END(name) BTF_SET8_END(name)
#endif

/* The attributes a dump was asked with, by type; NULL where there are none. */
static inline struct nlattr **zt_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_info_dump(cb)->attrs;
#endif
}

#endif
