// SPDX-License-Identifier: GPL-2.0
/*
 * One table: taking a record for a key, finding it, ending it. Knows nothing of packets,
 * netlink or time.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "zt_flow.h"

#define ZT_READ_TRIES 1000

/* ---- making one ---- */

/* Absurd sizes were refused before; what there is no memory for is no reason to warn. */
static void *table_array(size_t n, size_t size)
{
	return kvcalloc(n, size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}

static void table_init(struct zt_ftable *t, struct net *net, const struct zt_table_opts *opts)
{
	u32 i;

	t->net = net;
	t->opts = *opts;
	t->most = opts->max_flows;
	t->nr = ZT_KRECORDS(t->most);
	t->mask = roundup_pow_of_two(t->most) - 1;
	get_random_bytes(&t->seed, sizeof(t->seed));
	for (i = 0; i < ZT_LOCKS; i++)
		spin_lock_init(&t->lock[i]);
	spin_lock_init(&t->free_lock);
	init_llist_head(&t->free);
	init_llist_head(&t->ended);
}

struct zt_ftable *zt_table_create(struct net *net, const struct zt_table_opts *opts)
{
	struct zt_ftable *t = kvzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	u32 i;

	if (!t)
		return NULL;
	table_init(t, net, opts);
	t->chain = table_array(t->mask + 1, sizeof(*t->chain));
	t->device = table_array(opts->devices, sizeof(*t->device));
	t->rec = table_array(t->nr, sizeof(*t->rec));
	if (!t->chain || !t->device || !t->rec) {
		zt_table_free(t);
		return NULL;
	}
	for (i = t->nr; i > 0; i--)
		llist_add(&t->rec[i - 1].node, &t->free);
	return t;
}

/* Also of one that was only half made. */
void zt_table_free(struct zt_ftable *t)
{
	kvfree(t->rec);
	kvfree(t->device);
	kvfree(t->chain);
	kvfree(t);
}

/* ---- finding ---- */

static u32 table_hash(const struct zt_ftable *t, const struct zt_flow_key *key)
{
	return hsiphash(key, sizeof(*key), &t->seed) & t->mask;
}

struct zt_rec *zt_rec_at(const struct zt_ftable *t, u32 ref)
{
	return ref - 1 < t->nr ? &t->rec[ref - 1] : NULL;
}

u32 zt_rec_ref(const struct zt_ftable *t, const struct zt_rec *r)
{
	return r ? r - t->rec + 1 : 0;
}

static struct zt_rec *chain_find(const struct zt_ftable *t, u32 hash, const struct zt_flow_key *key)
{
	struct zt_rec *r;

	hlist_for_each_entry_rcu(r, &t->chain[hash], link,
				 rcu_read_lock_bh_held() ||
				 lockdep_is_held(&t->lock[hash % ZT_LOCKS])) {
		if (!memcmp(&r->key, key, sizeof(*key)))
			return r;
	}
	return NULL;
}

struct zt_rec *zt_rec_find(const struct zt_ftable *t, const struct zt_flow_key *key)
{
	return chain_find(t, table_hash(t, key), key);
}

/* ---- taking one ---- */

static struct zt_rec *free_take(struct zt_ftable *t)
{
	struct llist_node *n;

	spin_lock_bh(&t->free_lock);
	n = llist_del_first(&t->free);
	spin_unlock_bh(&t->free_lock);
	return n ? llist_entry(n, struct zt_rec, node) : NULL;
}

static struct zt_rec *refuse_full(struct zt_ftable *t)
{
	atomic_dec(&t->live);
	atomic64_inc(&t->refused_full);
	return NULL;
}

struct zt_rec *zt_rec_new(struct zt_ftable *t, const struct zt_flow_key *key)
{
	u32 hash = table_hash(t, key);
	struct zt_rec *r, *other;

	if ((u32)atomic_inc_return(&t->live) > READ_ONCE(t->opts.max_flows))
		return refuse_full(t);
	r = free_take(t);
	if (!r)
		return refuse_full(t);
	memset(&r->flow, 0, sizeof(r->flow));
	memset(&r->rest, 0, sizeof(r->rest));
	r->key = *key;
	WRITE_ONCE(r->flow.word, ZT_WORD_BUSY);

	spin_lock_bh(&t->lock[hash % ZT_LOCKS]);
	other = chain_find(t, hash, key);
	if (!other) {
		hlist_add_head_rcu(&r->link, &t->chain[hash]);
		/* after the key: who sees it linked sees that */
		smp_store_release(&r->linked, 1);
	}
	spin_unlock_bh(&t->lock[hash % ZT_LOCKS]);

	if (other) {
		llist_add(&r->node, &t->free);
		atomic_dec(&t->live);
		return NULL;
	}
	atomic64_inc(&t->made);
	return r;
}

/* From the flow whose word it is: true = it is ours alone to write. */
bool zt_rec_take(struct zt_rec *r, u64 word)
{
	u64 busy = (word & ZT_WORD_VERSION) | ZT_WORD_BUSY;

	return ZT_WORD_GEN(word) && cmpxchg(&r->flow.word, word, busy) == word;
}

/* ---- what a record holds for its device ---- */

static struct zt_device *rec_device(struct zt_ftable *t, const struct zt_rec *r)
{
	u32 dev = READ_ONCE(r->rest.dev);

	return dev < t->opts.devices ? &t->device[dev] : NULL;
}

static void held_add(struct zt_device *d, u32 state, int n)
{
	u32 opener = ZT_STATE_OPENER(state);

	atomic_add(n, (atomic_t *)&d->held.flows);
	if (opener == ZT_TO_DEVICE)
		atomic_add(n, (atomic_t *)&d->held.flows_in);
	if (state & ZT_STATE_HALF)
		atomic_add(n, (atomic_t *)&d->held.half[opener]);
}

void zt_rec_charge(struct zt_ftable *t, const struct zt_rec *r)
{
	struct zt_device *d = rec_device(t, r);

	if (d)
		held_add(d, r->flow.state, 1);
}

/* A packet may still clear half-open, and then gives that back; so whoever clears it does. */
static void rec_give(struct zt_ftable *t, struct zt_rec *r)
{
	u32 state = atomic_fetch_andnot(ZT_STATE_HALF, (atomic_t *)&r->flow.state);
	struct zt_device *d = rec_device(t, r);

	if (d)
		held_add(d, state, -1);
}

/* ---- ending one ---- */

int zt_rec_end(struct zt_ftable *t, struct zt_rec *r, u64 word, u32 reason)
{
	u32 hash;

	if (!xchg(&r->linked, 0))
		return -ENOENT;
	hash = table_hash(t, &r->key);
	spin_lock_bh(&t->lock[hash % ZT_LOCKS]);
	hlist_del_rcu(&r->link);
	spin_unlock_bh(&t->lock[hash % ZT_LOCKS]);

	r->word = word;
	r->reason = reason;
	if (word)
		rec_give(t, r);
	atomic_dec(&t->live);
	llist_add(&r->node, &t->ended);
	return 0;
}

/* ---- reading one while packets write it ---- */

/* Packets are moved from the one place to the other: read in their order until nothing was. */
static void read_counts(const struct zt_rec *r, struct zt_copy *ret)
{
	int dir, n;

	for (dir = 0; dir < 2; dir++) {
		for (n = 0; n < ZT_READ_TRIES; n++) {
			ret->rest.packets[dir] = READ_ONCE(r->rest.packets[dir]);
			smp_rmb(); /* in this order */
			ret->flow.count[dir] = READ_ONCE(r->flow.count[dir]);
			smp_rmb(); /* in this order */
			ret->rest.bytes[dir] = READ_ONCE(r->rest.bytes[dir]);
			smp_rmb(); /* in this order */
			if (READ_ONCE(r->rest.packets[dir]) == ret->rest.packets[dir])
				break;
		}
	}
}

static void read_words(const void *from, void *to, size_t len)
{
	size_t i;

	for (i = 0; i < len / sizeof(u64); i++)
		((u64 *)to)[i] = READ_ONCE(((const u64 *)from)[i]);
}

/* Under RCU, so that the record stays this flow's. */
int zt_rec_read(const struct zt_rec *r, struct zt_copy *ret)
{
	u64 word;
	int n;

	for (n = 0; n < ZT_READ_TRIES; n++) {
		if (!smp_load_acquire(&r->linked)) /* before the key */
			return -ENOENT;
		ret->key = r->key;
		word = smp_load_acquire(&r->flow.word); /* before all it speaks for */
		read_words(&r->flow, &ret->flow, sizeof(ret->flow));
		read_words(&r->rest, &ret->rest, sizeof(ret->rest));
		read_counts(r, ret);
		smp_rmb(); /* before the word is read again */
		if (ZT_WORD_GEN(word) && READ_ONCE(r->flow.word) == word && ret->flow.word == word)
			return 0;
		cpu_relax();
	}
	return -EAGAIN;
}

bool zt_filter_meets(const struct zt_filter *f, const struct zt_copy *c)
{
	if (f->by & BIT(ZT_GENL_ATTR_DEV) && c->rest.dev != f->dev)
		return false;
	if (f->by & BIT(ZT_GENL_ATTR_PEER) && memcmp(&c->key.peer, &f->peer, sizeof(f->peer)))
		return false;
	if (f->by & BIT(ZT_GENL_ATTR_RULE) && ZT_WORD_RULE(c->flow.word) != f->rule)
		return false;
	if (f->by & BIT(ZT_GENL_ATTR_SINCE) && (s32)(c->flow.seen - f->since) < 0)
		return false;
	return !(f->by & BIT(ZT_GENL_ATTR_GEN)) || ZT_WORD_GEN(c->flow.word) != f->gen;
}
