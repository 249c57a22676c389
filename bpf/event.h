/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Telling the agent by ring events of what is new. What cannot be kept is counted
 * (zt_lost), never silently gone.
 */
#ifndef ZT_EVENT_H
#define ZT_EVENT_H

#include "lookup.h"

zt_inline void zt_event_fill(struct zt_event *e, const struct zt_pkt *p, __u32 type)
{
	__builtin_memset(e, 0, sizeof(*e));
	e->type = type;
	e->gen = p->gen;
	e->boot_ns = bpf_ktime_get_boot_ns();
	e->src = p->src;
	e->dst = p->dst;
	e->sport = p->sport;
	e->dport = p->dport;
	if (p->ethertype == 0x0806) {
		e->src = p->target;
		e->family = 4;
	}
	e->proto = p->proto;
	if (p->family)
		e->family = p->family;
	e->reason = p->reason;
	e->verdict = p->verdict;
	e->dir = p->dir;
	e->opener = p->opener;
	e->vlan = p->vlan;
	e->ethertype = p->ethertype;
	__builtin_memcpy(e->smac, p->smac, 6);
	__builtin_memcpy(e->dmac, p->dmac, 6);
	e->dev = p->dev;
	e->ifindex = p->ifindex;
	e->rule = p->rule;
	e->tick = p->now;
	e->packets[0] = p->packets;
	e->bytes[0] = p->bytes;
	if (p->flags & ZT_PKT_LOG)
		e->flags |= ZT_EVENT_LOG;
}

/* One event; `how` only for LEARNED. Critical ones have a ring of their own. */
ZT_GLOBAL int zt_tell(__u32 type, __u32 how)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_event *e;
	__u32 critical;

	if (!p)
		return -1;
	critical = type == ZT_EVENT_CONFLICT || type == ZT_EVENT_MOVED ||
		   (type == ZT_EVENT_PACKET &&
		    (p->reason == ZT_REASON_SPOOFED_UPLINK || p->reason == ZT_REASON_ROGUE_DHCP ||
		     p->reason == ZT_REASON_ROGUE_RA || p->reason == ZT_REASON_NO_STAMP ||
		     p->reason == ZT_REASON_INTERNAL));
	if (critical) {
		e = bpf_ringbuf_reserve(&zt_ringc, sizeof(*e), 0);
		if (!e) {
			zt_lose(ZT_LOST_CRITICAL);
			return 0;
		}
	} else {
		e = bpf_ringbuf_reserve(&zt_ring, sizeof(*e), 0);
		if (!e) {
			zt_lose(ZT_LOST_EVENT);
			return 0;
		}
	}
	zt_event_fill(e, p, type);
	if (type == ZT_EVENT_LEARNED || type == ZT_EVENT_CONFLICT)
		e->src = p->target;
	e->how = how;
	bpf_ringbuf_submit(e, 0);
	return 0;
}

/* About a second, for the token buckets. */
zt_inline __u32 zt_window(const struct zt_cfg *cfg, __u32 now)
{
	return (now * (cfg->tick_ms ? cfg->tick_ms : 512)) >> 10;
}

/*
 * May this device open another aggregate in this second. CPUs race on the two
 * words; the worst outcome is a few more or fewer than the limit.
 */
zt_inline int zt_event_token(const struct zt_pkt *p)
{
	const struct zt_cfg *cfg = zt_config();
	struct zt_devst *st = bpf_map_lookup_elem(&zt_devst, &p->dev);
	__u32 window;

	if (!cfg || !st)
		return 0;
	window = zt_window(cfg, p->now);
	if (st->event_tick != window) {
		st->event_tick = window;
		st->event_used = 0;
	}
	return ++st->event_used <= cfg->events_per_s;
}

#endif
