/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a record holds of its device's share of the flow table, and giving that back. Whoever
 * includes this has zt_held_of().
 */
#ifndef ZT_CHARGE_H
#define ZT_CHARGE_H

/* The share of a device's quota that one record takes. */
struct zt_charge {
	__u32 dev;
	__u32 opener; /* enum zt_dir */
	__u32 half; /* 1: counted as half-open */
};

/* What a record in this state holds for the device it is charged to. */
zt_inline void zt_state_charge(__u32 state, __u32 dev, struct zt_charge *ret)
{
	ret->dev = dev;
	ret->opener = ZT_STATE_OPENER(state);
	ret->half = !!(state & ZT_STATE_HALF);
}

/*
 * Counts are signed: a device index given to another device may get back what the former
 * one took, which must not lock it out.
 */
zt_inline int zt_count_take(__u32 *n, __u32 max)
{
	if ((__s32)__sync_fetch_and_add(n, 1) < (__s32)max)
		return 0;
	__sync_fetch_and_add(n, -1);
	return -1;
}

zt_inline void zt_count_give(__u32 *n)
{
	__sync_fetch_and_add(n, -1);
}

zt_inline void zt_half_give(__u32 dev, __u32 opener)
{
	struct zt_held *held = zt_held_of(dev);

	if (held)
		zt_count_give(&held->half[opener & 1]);
}

zt_inline void zt_quota_give(const struct zt_charge *c)
{
	struct zt_held *held = zt_held_of(c->dev);

	if (!held)
		return;
	if (c->half)
		zt_count_give(&held->half[c->opener & 1]);
	if (c->opener == ZT_TO_DEVICE)
		zt_count_give(&held->flows_in);
	zt_count_give(&held->flows);
}

#endif
