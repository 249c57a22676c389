/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses a device may take: inside its segment's subnets, free, and not more
 * than its cap. Works with the agent dead (design §7).
 */
#ifndef ZT_LEARN_H
#define ZT_LEARN_H

#include "quota.h"

zt_inline __u32 zt_ticks(const struct zt_cfg *cfg, __u64 seconds)
{
	__u64 t = seconds * 1000 / (cfg->tick_ms ? cfg->tick_ms : 512);

	return t > (1u << 30) ? 1u << 30 : (__u32)t;
}

/* The sender's own entry, if it has one: kept alive by being used. */
zt_inline void zt_learn_refresh(const struct zt_pkt *p, const struct zt_addr *a)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_host_key k = {};
	struct zt_learned *l;

	zt_host_key(&k, p, a, p->family ? p->family : 4);
	l = bpf_map_lookup_elem(&zt_learn, &k);
	if (cfg && l && l->dev == p->dev && l->how != ZT_HOW_DHCP) {
		l->expires = p->now + cfg->learn_ticks;
		l->asked = 0;
	}
}

/* Take one place of the device's cap, or none. */
zt_inline int zt_learn_charge(const struct zt_pkt *p, __u32 family)
{
	struct zt_devst *st = bpf_map_lookup_elem(&zt_devst, &p->dev);
	const struct zt_limits *l = zt_limits_of(p);

	if (!st || !l)
		return -1;
	return family == 4 ? zt_count_take(&st->addresses4, l->addresses4) :
			     zt_count_take(&st->addresses6, l->addresses6);
}

zt_inline void zt_learn_return(__u32 dev, __u32 family)
{
	struct zt_devst *st = bpf_map_lookup_elem(&zt_devst, &dev);

	if (st)
		zt_count_give(family == 4 ? &st->addresses4 : &st->addresses6);
}

#define ZT_MACS_PER_DEVICE 4

/* What lives on an address its device no longer holds is judged again, by whichever MAC. */
zt_inline void zt_bump(__u32 bind)
{
	__u32 at = bind, i;

	for (i = 0; i < ZT_MACS_PER_DEVICE; i++) {
		struct zt_bind *b = bpf_map_lookup_elem(&zt_bind, &at);

		if (!b)
			break;
		__sync_fetch_and_add(&b->epoch, 1);
		at = ZT_READ_ONCE(b->next);
		if (!at || at == bind)
			break;
	}
}

/* Store p->target for p->dev. The key's place is free or holds an expired entry. */
zt_inline int zt_learn_store(struct zt_pkt *p, struct zt_host_key *k, struct zt_learned *l)
{
	struct zt_learned *old = bpf_map_lookup_elem(&zt_learn, k);

	if (zt_learn_charge(p, k->family)) {
		zt_lose(ZT_LOST_LEARN);
		return -1;
	}
	if (old) { /* expired or given to another, and already queued: whoever takes its serial away may write */
		__u32 dev = old->dev, serial = old->serial;

		if (!serial || __sync_val_compare_and_swap(&old->serial, serial, 0) != serial) {
			zt_learn_return(p->dev, k->family);
			return -1;
		}
		zt_bump(old->bind);
		old->dev = l->dev;
		old->bind = l->bind;
		old->expires = l->expires;
		old->how = l->how;
		old->asked = 0;
		old->server = l->server;
		__sync_lock_test_and_set(&old->serial, l->serial);
		zt_learn_return(dev, k->family);
		return 0;
	}
	if (bpf_map_update_elem(&zt_learn, k, l, BPF_NOEXIST)) { /* full, or another was first */
		zt_learn_return(p->dev, k->family);
		zt_lose(ZT_LOST_LEARN);
		return -1;
	}
	if (bpf_map_push_elem(&zt_learnq, k, 0)) {
		bpf_map_delete_elem(&zt_learn, k);
		zt_learn_return(p->dev, k->family);
		zt_lose(ZT_LOST_LEARN);
		return -1;
	}
	return 0;
}

/* May this device hold an address of this kind and place at all. */
zt_inline int zt_learn_permitted(const struct zt_pkt *p, const struct zt_addr *a, __u32 family,
				 const struct zt_host_word *is, const struct zt_dev_word *w)
{
	if (is->kind == ZT_KIND_ROUTER || is->kind == ZT_KIND_DEVICE || is->flags & ZT_HOST_GATEWAY)
		return 0;
	if (w->flags & ZT_DEV_UNKNOWN)
		return 0;
	if (zt_is_link_local(a, family))
		return 1; /* ND needs one; flows from it need an IPv6 entry, see identify.h */
	if (!(w->flags & (family == 4 ? ZT_DEV_DYNAMIC4 : ZT_DEV_DYNAMIC6)))
		return 0;
	/* An exact entry (single host of an application) has no segment: never learned. */
	return is->segment == w->segment + 1;
}

/*
 * Hosts behind an uplink are believed less than this router and listed devices:
 * they neither shorten nor take away a lease that another server gave.
 */
zt_inline int zt_is_trusted_server(const struct zt_pkt *p, const struct zt_learned *l)
{
	return l->how != ZT_HOW_DHCP || l->server == p->server || !(p->flags & ZT_PKT_OUTSIDE);
}

zt_inline int zt_may_renew(const struct zt_pkt *p, const struct zt_learned *own, __u32 how)
{
	return how == ZT_HOW_DHCP ? zt_is_trusted_server(p, own) : own->how != ZT_HOW_DHCP;
}

zt_inline int zt_may_reassign(const struct zt_pkt *p, const struct zt_host_key *k)
{
	struct zt_learned *l = zt_learned_live(p, k);

	if (!l)
		return 0;
	return l->how != ZT_HOW_DHCP || !(p->flags & ZT_PKT_OUTSIDE);
}

/*
 * p->target claimed by p->dev, seen by DHCP, ARP or ND. 0 = it now holds the
 * address (or did already), -1 = not.
 */
ZT_GLOBAL int zt_claim(__u32 how)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_host_word is = {};
	const struct zt_cfg *cfg;
	struct zt_host_key k = {};
	struct zt_learned l = {};
	struct zt_dev *dev;
	__u32 family;

	if (!p)
		return -1;
	cfg = zt_config();
	dev = bpf_map_lookup_elem(&zt_dev, &p->dev);
	if (!cfg || !dev)
		return -1;
	family = p->family == 6 ? 6 : 4;
	if (zt_address(&p->target, family, &is))
		return -1;
	zt_host_key(&k, p, &p->target, family);
	l.dev = p->dev;
	l.serial = dev->serial;
	l.bind = p->bind;
	l.how = how;
	l.server = how == ZT_HOW_DHCP ? p->server : 0;
	l.expires = p->now + (how == ZT_HOW_DHCP ? zt_ticks(cfg, p->lease_s) : cfg->learn_ticks);
	if (is.kind == ZT_KIND_DEVICE && is.id == p->dev) {
		struct zt_learned *own = bpf_map_lookup_elem(&zt_learn, &k);

		if (own && own->dev == p->dev && zt_may_renew(p, own, how)) {
			own->server = l.server;
			own->expires = l.expires;
			own->how = how;
			own->asked = 0;
			own->bind = p->bind;
		}
		return 0;
	}
	/* Learned by another: a server's word that it is free counts more. */
	if (how == ZT_HOW_DHCP && is.kind == ZT_KIND_DEVICE && zt_may_reassign(p, &k) &&
	    zt_address(&p->target, family | ZT_BUT_LEARNED, &is))
		return -1;
	if (!zt_learn_permitted(p, &p->target, family, &is, zt_dev_of(dev, p)))
		return -1;
	if (p->mode == ZT_MODE_QUARANTINE)
		return 0; /* it could, and what is dropped teaches nothing */
	if (zt_learn_store(p, &k, &l))
		return -1;
	zt_tell(ZT_EVENT_LEARNED, how);
	return 0;
}

#endif
