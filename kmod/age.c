// SPDX-License-Identifier: GPL-2.0
/*
 * The worker of a table: ends what is idle, and tells what has ended. It looks at so many
 * records each time, so a run is short however large the table; what is late is no harm, for
 * the programs believe no record whose time is over.
 */
#include <linux/jiffies.h>
#include <linux/sched.h>

#include "zt_flow.h"

#define ZT_AGE_PERIOD (HZ / 10)
#define ZT_AGE_STEP 16384 /* records looked at in a run */

u32 zt_now(const struct zt_ftable *t)
{
	u64 jiffies_now = get_jiffies_64();

	return jiffies_now >> READ_ONCE(t->opts.tick_shift);
}

static bool is_due(const struct zt_ftable *t, const struct zt_rec *r, u32 now)
{
	u32 state = READ_ONCE(r->flow.state), limit = ZT_GRACE;

	if (!(state & ZT_STATE_DEAD))
		limit += READ_ONCE(t->opts.idle[ZT_STATE_IDLE(state)]);
	return (s32)(now - READ_ONCE(r->flow.seen)) > (s32)limit;
}

static u32 end_reason(const struct zt_rec *r)
{
	u32 seen = ZT_STATE_TCP(READ_ONCE(r->flow.state));

	if (r->key.proto != IPPROTO_TCP)
		return ZT_ENDED_IDLE;
	if (seen & (ZT_SEEN_RST | ZT_SEEN_RST << 4))
		return ZT_ENDED_RST;
	if ((seen & ZT_SEEN_FIN) && (seen & ZT_SEEN_FIN << 4))
		return ZT_ENDED_FIN;
	return ZT_ENDED_IDLE;
}

/* A packet may have come between the look and the taking: then it is not over. */
static void age_one(struct zt_ftable *t, struct zt_rec *r, u32 now)
{
	u64 word;

	if (!smp_load_acquire(&r->linked)) /* else it stays what it is: only we free */
		return;
	word = READ_ONCE(r->flow.word);
	if (!is_due(t, r, now) || !zt_rec_take(r, word))
		return;
	if (is_due(t, r, now))
		zt_rec_end(t, r, word, end_reason(r));
	else
		smp_store_release(&r->flow.word, word); /* as it was */
}

static void age_some(struct zt_ftable *t)
{
	u32 n = min_t(u32, t->nr, ZT_AGE_STEP), now = zt_now(t);

	while (n--) {
		age_one(t, &t->rec[t->at], now);
		t->at = t->at + 1 < t->nr ? t->at + 1 : 0;
		cond_resched();
	}
}

static void tell_one(struct zt_ftable *t, struct zt_rec *r)
{
	if (!r->word) {
		WRITE_ONCE(t->unused, t->unused + 1);
		return;
	}
	r->flow.word = r->word;
	t->seq++;
	if (zt_genl_tell(t, r))
		WRITE_ONCE(t->lost, t->lost + 1);
	WRITE_ONCE(t->told[r->reason], t->told[r->reason] + 1);
}

/* In the order they ended; after the grace period no program counts on them any more. */
static void tell_ended(struct zt_ftable *t)
{
	struct llist_node *n = llist_del_all(&t->ended), *next;
	struct zt_rec *r;

	if (!n)
		return;
	synchronize_rcu();
	for (n = llist_reverse_order(n); n; n = next) {
		next = n->next;
		r = llist_entry(n, struct zt_rec, node);
		tell_one(t, r);
		llist_add(&r->node, &t->free);
		cond_resched();
	}
}

static void age_work(struct work_struct *work)
{
	struct zt_ftable *t = container_of(to_delayed_work(work), struct zt_ftable, work);

	age_some(t);
	tell_ended(t);
	queue_delayed_work(system_unbound_wq, &t->work, ZT_AGE_PERIOD);
}

void zt_age_start(struct zt_ftable *t)
{
	INIT_DELAYED_WORK(&t->work, age_work);
	queue_delayed_work(system_unbound_wq, &t->work, ZT_AGE_PERIOD);
}

void zt_age_stop(struct zt_ftable *t)
{
	cancel_delayed_work_sync(&t->work);
}

/* The worker is stopped, and no program is loaded that could use the table. */
void zt_age_end_all(struct zt_ftable *t, u32 reason)
{
	struct zt_rec *r;
	u64 word;

	for (r = t->rec; r < t->rec + t->nr; r++) {
		word = READ_ONCE(r->flow.word);
		if (READ_ONCE(r->linked) && zt_rec_take(r, word))
			zt_rec_end(t, r, word, reason);
	}
	tell_ended(t);
}
