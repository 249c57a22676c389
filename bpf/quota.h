/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a device may hold and how fast it may take it: flow records, new ones a second,
 * learned addresses, infrastructure packets. Only these numbers; who may do what is
 * decided elsewhere.
 *
 * A record is charged to the device it belongs to, whoever opened it, so a flow between
 * two devices is charged to both, each at its own port. What others open towards a
 * device never takes its last quarter, and takes tokens of another bucket.
 */
#ifndef ZT_QUOTA_H
#define ZT_QUOTA_H

#include "event.h"
#include "flow_seam.h"

zt_inline const struct zt_limits *zt_limits_of(const struct zt_pkt *p)
{
	struct zt_dev *dev = bpf_map_lookup_elem(&zt_dev, &p->dev);

	return dev ? &zt_dev_of(dev, p)->limits : 0;
}

#define ZT_BUCKET_TRIES 4
#define ZT_CLOCK_SLACK 64 /* ticks by which CPUs may disagree about now */

/*
 * One token of bucket `which` of p->dev, or none: at most `rate` a second, and after a
 * pause a second's worth at once, so never more than rate * (1 + s) in s seconds. What
 * others cause (`caused`) leaves the last quarter to what the device does by itself.
 *
 * The low half of the word is how full the bucket is, in thousandths; it leaks rate
 * thousandths a millisecond. A lowered rate holds at once and owes nothing from before.
 * Whoever loses the race for the word this often gets no token: the error is a packet
 * too few, never one too many.
 */
ZT_GLOBAL int zt_token(__u32 which, __u32 rate, __u32 caused)
{
	struct zt_pkt *p = zt_pkt_here();
	const struct zt_cfg *cfg = zt_config();
	struct zt_devst *st;
	__u64 *bucket;
	__u32 i;

	if (!p || !cfg || which >= ZT_BUCKET_MAX || rate > 65535)
		return 0;
	st = bpf_map_lookup_elem(&zt_devst, &p->dev);
	if (!st)
		return 0;
	bucket = &st->bucket[which & (ZT_BUCKET_MAX - 1)];
	ZT_NO_UNROLL
	for (i = 0; i < ZT_BUCKET_TRIES; i++) {
		__u64 old = ZT_READ_ONCE(*bucket), leaked;
		__u32 full = rate * 1000, level = (__u32)old, tick = old >> 32;
		__u32 most = caused && rate > 1 ? full - full / 4 : full;
		__s32 age = zt_age(p->now, tick);

		if (level > full)
			level = full;
		if (age > 0 || age < -ZT_CLOCK_SLACK) { /* far ahead of now: never used, or for years */
			leaked = age > 0 ? (__u64)age * cfg->tick_ms * rate : full;
			level = leaked < level ? level - (__u32)leaked : 0;
			tick = p->now;
		}
		if (level + 1000 > most)
			return 0;
		if (__sync_val_compare_and_swap(bucket, old, (__u64)tick << 32 | (level + 1000)) == old)
			return 1;
	}
	return 0;
}

/* May the device send (or be sent) another packet of infrastructure. */
zt_inline int zt_infra_token(const struct zt_pkt *p, __u32 caused)
{
	const struct zt_limits *l = zt_limits_of(p);

	return l && zt_token(ZT_BUCKET_INFRA + (p->dir & 1), l->arp_per_s, caused);
}

/* ---- what a new record takes -------------------------------------------------- */

/*
 * One more record, or not. old: the record whose place it takes, NULL none; what that
 * one holds is given back by the caller afterwards and does not count against the new one.
 */
zt_inline int zt_quota_take(const struct zt_pkt *p, const struct zt_charge *c,
			    const struct zt_charge *old)
{
	struct zt_held *held = zt_held_of(c->dev);
	const struct zt_limits *l = zt_limits_of(p);
	__u32 own = old && old->dev == c->dev, same = own && old->opener == c->opener;

	if (!held || !l || zt_count_take(&held->flows, l->flows + own))
		return -1;
	if (c->opener == ZT_TO_DEVICE &&
	    zt_count_take(&held->flows_in, ZT_FLOWS_IN(l->flows) + same))
		goto give_flows;
	if (c->half && zt_count_take(&held->half[c->opener & 1],
				     ZT_FLOWS_HALF(l->flows) + (same && old->half)))
		goto give_in;
	return 0;
give_in:
	if (c->opener == ZT_TO_DEVICE)
		zt_count_give(&held->flows_in);
give_flows:
	zt_count_give(&held->flows);
	return -1;
}

#endif
