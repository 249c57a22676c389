/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A flow table: records made once, found by key under RCU.
 *
 * A record is free, or linked into its key's chain, or ended. Who may write one is settled
 * by its word, as in bpf/: whoever exchanges that for ZT_WORD_BUSY. A record that has ended is
 * unlinked at once and waits in the table's queue, which is made of the records themselves, so
 * that nothing has to be allocated and no end is lost; after a grace period nobody can count
 * on it any more, it is told with its last totals, and free again. So a ref found under RCU
 * names one flow, or the remains of it, until the read side ends.
 *
 * Locks: a chain's, for linking and unlinking; free_lock, inside it never; zt_tables_lock
 * (a mutex) for making and unmaking tables. None is held while anything is allocated but
 * the mutex.
 */
#ifndef ZT_FLOW_H
#define ZT_FLOW_H

#include <linux/cache.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

#include "zt_abi.h"
#include "zt_genl.h"

#ifndef CONFIG_64BIT
#error "counters are 64-bit words that must not tear"
#endif

#define ZT_LOCKS 256
#define ZT_GRACE 2 /* ticks after a flow's time by which CPUs may disagree about now */

struct zt_rec {
	struct zt_flow flow; /* the programs' */
	struct hlist_node link;
	struct zt_flow_key key;
	struct llist_node node; /* of the free, or of the ended */
	u64 word; /* ended: what flow.word was */
	struct zt_flow_rest rest; /* the programs' */
	u32 linked; /* exchanged for 0 by whoever ends it */
	u32 reason; /* enum zt_ended */
} ____cacheline_aligned;

struct zt_device {
	struct zt_held held; /* the programs add, the module takes away */
	atomic64_t refused;
};

/* As netlink gives them; of a table that is there only words are changed, but devices never. */
struct zt_table_opts {
	u32 max_flows;
	u32 devices;
	u32 tick_shift;
	u32 idle[ZT_IDLE_MAX];
};

struct zt_ftable {
	struct net *net;
	u32 id;
	u32 most; /* max_flows at creation */
	u32 nr; /* records: those, and room for what has ended */
	struct zt_table_opts opts;

	hsiphash_key_t seed;
	u32 mask; /* of the hash: chains - 1 */
	struct hlist_head *chain;
	spinlock_t lock[ZT_LOCKS]; /* of the chains whose number ends so */
	struct zt_rec *rec;
	struct zt_device *device;

	struct llist_head free;
	spinlock_t free_lock; /* among those who take one out */
	struct llist_head ended;
	struct delayed_work work;
	u32 at; /* where ageing goes on */

	atomic_t live;
	atomic_t flushes;
	atomic64_t made;
	atomic64_t refused_full;
	atomic64_t refused_quota;
	u64 told[ZT_ENDED_MAX]; /* these four are the worker's */
	u64 unused;
	u64 lost;
	u64 seq;
};

/* A record as it was at one moment. */
struct zt_copy {
	struct zt_flow_key key;
	struct zt_flow flow;
	struct zt_flow_rest rest;
};

/* What a flow must meet. by: a bit for each ZT_GENL_ATTR_* that is given. */
struct zt_filter {
	u32 by, dev, rule, since, gen;
	struct zt_addr peer;
};

/* tables.c: which there are; one for each network namespace that asked for it */
extern struct mutex zt_tables_lock;
int zt_tables_init(void);
void zt_tables_end_all(void);
void zt_tables_exit(void);
struct zt_ftable *zt_table_by_id(u32 id); /* under RCU */
struct zt_ftable *zt_table_of(struct net *net); /* NULL: none; stays while the namespace does */
struct zt_ftable *zt_table_add(struct net *net, const struct zt_table_opts *opts);

/* table.c */
struct zt_ftable *zt_table_create(struct net *net, const struct zt_table_opts *opts);
void zt_table_free(struct zt_ftable *t);
struct zt_rec *zt_rec_at(const struct zt_ftable *t, u32 ref); /* NULL: there is none */
u32 zt_rec_ref(const struct zt_ftable *t, const struct zt_rec *r);
struct zt_rec *zt_rec_find(const struct zt_ftable *t, const struct zt_flow_key *key);
struct zt_rec *zt_rec_new(struct zt_ftable *t, const struct zt_flow_key *key);
bool zt_rec_take(struct zt_rec *r, u64 word);
int zt_rec_end(struct zt_ftable *t, struct zt_rec *r, u64 word, u32 reason);
void zt_rec_charge(struct zt_ftable *t, const struct zt_rec *r);
int zt_rec_read(const struct zt_rec *r, struct zt_copy *ret); /* -ENOENT, -EAGAIN: being written */
bool zt_filter_meets(const struct zt_filter *f, const struct zt_copy *c);

/* age.c: the worker of a table */
u32 zt_now(const struct zt_ftable *t);
void zt_age_start(struct zt_ftable *t);
void zt_age_stop(struct zt_ftable *t);
void zt_age_end_all(struct zt_ftable *t, u32 reason);

/* genl.c */
int zt_genl_init(void);
void zt_genl_exit(void);
int zt_genl_tell(struct zt_ftable *t, const struct zt_rec *r); /* 0: a listener has it */

/* kfunc.c, proc.c */
int zt_kfunc_init(void);
int zt_proc_add(struct net *net);
void zt_proc_remove(struct net *net);

#endif
