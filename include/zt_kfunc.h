/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What zt_flow.ko gives to BPF programs (XDP and tc, and their timers): a flow table for each
 * network namespace, of records laid out as in zt_abi.h. The module decides nothing: it finds,
 * takes and ends records; what one says is written and read by the programs.
 *
 * `table` is the number of a namespace's table, told by ZT_GENL_CMD_STATS and never 0; a number
 * nobody has finds nothing. A pointer or a ref is good until the program returns: what has
 * ended is given to another flow only after every program that could have seen it is over, and
 * a packet counted on it until then is in its end record.
 *
 * A size that is not the one named, a ref or device out of range: 0, NULL or -EINVAL.
 */
#ifndef ZT_KFUNC_H
#define ZT_KFUNC_H

#include "zt_abi.h"

#ifndef __ksym
#define __ksym
#endif

/* key: struct zt_flow_key. The ref of this key's record, alive or not; 0: it has none. */
__u32 zt_kflow_find(__u32 table, const void *key, __u32 key__sz) __ksym;

/* struct zt_flow and struct zt_flow_rest of a record, to read and to write. */
__u64 *zt_kflow_at(__u32 table, __u32 ref, const int rdwr_buf_size) __ksym;
__u64 *zt_kflow_rest(__u32 table, __u32 ref, const int rdwr_buf_size) __ksym;

/*
 * struct zt_held of a device. The programs add what a record they make takes; the module takes
 * that away when the record ends, by its state and zt_flow_rest.dev.
 */
__u64 *zt_kflow_held(__u32 table, __u32 dev, const int rdwr_buf_size) __ksym;

/*
 * A record for this key, all zero but its word, ZT_WORD_BUSY: nobody believes it, and it is the
 * caller's to write, the word last. 0: the table is full, which is counted, or the key has a
 * record already.
 */
__u32 zt_kflow_new(__u32 table, const void *key, __u32 key__sz) __ksym;

/*
 * A record is over. The caller holds it: he has exchanged its word, which was `word`, for
 * ZT_WORD_BUSY, or has it from zt_kflow_new (word 0: it never was a flow's, held nothing and
 * leaves no end record). reason: enum zt_ended. 0, or -ENOENT: it had ended before.
 */
int zt_kflow_end(__u32 table, __u32 ref, __u64 word, __u32 reason) __ksym;

/* A new flow was refused, as the device holds what it may: count it. */
int zt_kflow_refused(__u32 table, __u32 dev) __ksym;

#endif
