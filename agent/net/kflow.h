/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flow table of zt_flow.ko in this network namespace, by generic netlink (zt_genl.h). One
 * object is one socket: asking and following take one each. Knows records, not what they say.
 */
#ifndef ZT_NET_KFLOW_H
#define ZT_NET_KFLOW_H

#include <stdbool.h>
#include <stdint.h>
#include "zt_abi.h"
#include "zt_genl.h"

struct nlmsghdr;

/* A flow as the module has it; reason and seq: of one that is over, else 0. */
struct zt_kflow_record {
	struct zt_flow_key key;
	struct zt_flow flow;
	struct zt_flow_rest rest;
	uint32_t reason; /* enum zt_ended */
	uint64_t seq; /* which end since the table was made, from 1 */
};

struct zt_kflow_limits {
	uint32_t max_flows, devices, tick_shift, idle[ZT_IDLE_MAX];
};

struct zt_kflow_stats {
	uint32_t table;
	struct zt_kflow_limits limits;
	uint32_t live;
	uint64_t new, ended[ZT_ENDED_MAX], lost, refused_full, refused_quota;
	struct zt_held held; /* of the device that was asked for */
};

/*
 * A message of the family, whole; type and length were not looked at. -EPROTO: it is not what
 * zt_genl.h says. *ret stays untouched then.
 */
int zt_kflow_parse_record(const struct nlmsghdr *h, uint32_t len, struct zt_kflow_record *ret);
int zt_kflow_parse_stats(const struct nlmsghdr *h, uint32_t len, struct zt_kflow_stats *ret);

struct zt_kflow;
int zt_kflow_open(struct zt_kflow **ret); /* -ENOENT: the module is not loaded */
void zt_kflow_close(struct zt_kflow *k); /* NULL is fine */

/*
 * -errno, and where the kernel says more than that a text in *ret_error (caller frees). -EPROTO:
 * the module is of another version.
 */
int zt_kflow_table(struct zt_kflow *k, const struct zt_kflow_limits *l, struct zt_kflow_stats *ret,
		   char **ret_error);
/* dev: also what it holds; ZT_NONE: of none. -ENOENT: there is no table. */
int zt_kflow_stats(struct zt_kflow *k, uint32_t dev, struct zt_kflow_stats *ret);
/* Every record: none is left that a program could believe. -EBUSY: some were being written. */
int zt_kflow_flush(struct zt_kflow *k);
int zt_kflow_put(struct zt_kflow *k, const struct zt_kflow_record *r); /* -EEXIST, -ENOSPC */
typedef void (*zt_kflow_fn)(void *arg, const struct zt_kflow_record *r);
int zt_kflow_dump(struct zt_kflow *k, zt_kflow_fn fn, void *arg);

/* Ends from now on: readable = zt_kflow_read(). */
int zt_kflow_follow(struct zt_kflow *k);
int zt_kflow_fd(const struct zt_kflow *k);
/* What has come; *ret_missed grows by ends the kernel told and this socket had no room for. */
int zt_kflow_read(struct zt_kflow *k, zt_kflow_fn fn, void *arg, uint64_t *ret_missed);

#endif
