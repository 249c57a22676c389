/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference's flow records: what they remember, which answer one gives and for how
 * long, and which ICMP errors it lets through (design §4.4, §4.8, §4.10, §6).
 */
#include <stdlib.h>
#include <string.h>
#include "ref.h"

void ref_tuple(const struct ref_pkt *p, struct ref_tuple *t)
{
	bool from = !p->in->towards;

	*t = (struct ref_tuple){
		.dev = from ? p->src : p->dst,
		.peer = from ? p->dst : p->src,
		.dev_port = from ? p->sport : p->dport,
		.peer_port = from ? p->dport : p->sport,
		.family = p->family,
		.proto = p->proto,
		.vlan = p->vlan,
		.zone = p->port->zone,
		.is_stranger = p->is_stranger,
	};
	memcpy(t->stranger, p->stranger, 6);
	if (ref_is_icmp(p)) {
		bool asks = ref_icmp_request(p->family, p->icmp) == p->icmp;

		t->icmp = ref_icmp_request(p->family, p->icmp);
		t->dev_port = asks == from ? p->sport : 0;
		t->peer_port = asks == from ? 0 : p->sport;
	}
}

bool ref_tuple_same(const struct ref_tuple *a, const struct ref_tuple *b)
{
	return ref_same(&a->dev, &b->dev) && ref_same(&a->peer, &b->peer) &&
	       a->dev_port == b->dev_port && a->peer_port == b->peer_port &&
	       a->family == b->family && a->proto == b->proto && a->icmp == b->icmp &&
	       a->vlan == b->vlan && a->zone == b->zone && a->is_stranger == b->is_stranger &&
	       !memcmp(a->stranger, b->stranger, 6);
}

struct ref_flow *ref_flow_find(struct ref *r, const struct ref_tuple *t)
{
	for (uint32_t i = 0; i < r->nr_flows; i++)
		if (ref_tuple_same(&r->flows[i].tuple, t))
			return &r->flows[i];
	return NULL;
}

bool ref_flow_alive(const struct ref *r, const struct ref_flow *f, uint32_t now)
{
	return !f->dead && ref_age(now, f->seen) <= (int32_t)r->limits.idle[f->idle];
}

bool ref_is_syn(const struct ref_pkt *p)
{
	return p->proto == 6 && (p->tcp & (FIN | SYN | RST | ACK)) == SYN;
}

/* No stack sends them: neither SYN, RST nor ACK; SYN with FIN or RST; FIN with RST. */
bool ref_bad_flags(const struct ref_pkt *p)
{
	if (p->proto != 6)
		return false;
	if (p->tcp & SYN)
		return p->tcp & (FIN | RST);
	if (p->tcp & RST)
		return p->tcp & FIN;
	return !(p->tcp & ACK);
}

/* ---- what a record remembers ------------------------------------------------- */

static uint8_t idle_of(const struct ref_pkt *p, const struct ref_flow *f)
{
	if (ref_is_icmp(p))
		return ZT_IDLE_ICMP;
	if (p->proto != 6)
		return f->ack[0] && f->ack[1] ? ZT_IDLE_BOTH : ZT_IDLE_ONE_WAY;
	if (f->rst[0] || f->rst[1] || (f->fin[0] && f->fin[1]))
		return ZT_IDLE_TCP_CLOSING;
	return f->picked_up || (f->ack[0] && f->ack[1]) ? ZT_IDLE_TCP : ZT_IDLE_TCP_HALF;
}

static void forget_seen(struct ref_flow *f)
{
	for (int i = 0; i < 2; i++)
		f->syn[i] = f->ack[i] = f->fin[i] = f->rst[i] = false;
}

/*
 * TCP without a whole handshake, unless the side that was asked refused: what the opener
 * does to end it does not help.
 */
static bool is_half_open(const struct ref_pkt *p, const struct ref_flow *f)
{
	int asked = f->is.device_opened;

	return p->proto == 6 && !f->picked_up && !(f->ack[0] && f->ack[1]) && !f->rst[asked];
}

/* A packet of this flow went by. Anything but TCP counts as an acknowledgement. */
void ref_touch(const struct ref_pkt *p, struct ref_flow *f)
{
	int side = p->in->towards;

	if (ref_is_syn(p) && f->idle == ZT_IDLE_TCP_CLOSING)
		forget_seen(f); /* the same tuple opened again */
	if (p->proto != 6) {
		f->ack[side] = true;
	} else {
		f->syn[side] |= !!(p->tcp & SYN);
		f->ack[side] |= !!(p->tcp & ACK);
		f->fin[side] |= !!(p->tcp & FIN);
		f->rst[side] |= !!(p->tcp & RST);
	}
	f->idle = idle_of(p, f);
	f->half_open &= is_half_open(p, f);
	f->seen = p->in->now;
}

void ref_settle_judged(const struct ref_pkt *p, struct ref_judged *j, uint32_t reason)
{
	j->revision = p->r->revision;
	j->reason = reason;
	j->verdict = ref_verdict(reason, p->mode);
	j->rule = p->rule;
	j->bind = p->bind;
	j->epoch = p->r->bind[p->bind].epoch;
	j->peer = p->peer;
	j->peer_bind = p->peer_bind;
	j->peer_epoch = p->peer_epoch;
	j->device_opened = p->device_opened;
	/* Where the device may send is shown by its own frames, or by a stranger's question. */
	j->to_nowhere = p->in->towards && p->peer != PEER_STRANGER;
	memcpy(j->to_mac, p->in->towards ? p->smac : p->dmac, 6);
}

bool ref_keeps_record(const struct ref_pkt *p, uint32_t reason)
{
	if (ref_verdict(reason, p->mode) == ZT_DROPPED)
		return false;
	return reason == ZT_REASON_ALLOWED || reason == ZT_REASON_NO_RULE ||
	       reason == ZT_REASON_DENIED || reason == ZT_REASON_WRONG_OPENER;
}

void ref_flow_begin(const struct ref_pkt *p, struct ref_flow *f, uint32_t reason, bool picked_up)
{
	f->device = p->device;
	f->picked_up = picked_up;
	f->dead = false;
	f->idle = 0;
	f->half_open = true;
	forget_seen(f);
	ref_settle_judged(p, &f->is, reason);
	ref_touch(p, f);
}

/* ---- the answer of a live record ----------------------------------------------- */

bool ref_origin_fits(const struct ref_pkt *p, const struct ref_judged *j)
{
	enum ref_origin from = ref_origin(p);

	if (j->peer == PEER_DEVICE || j->peer == PEER_STRANGER)
		return from == FROM_DEVICES;
	return j->peer == PEER_ROUTER ? from == FROM_ROUTER : from == FROM_OUTSIDE;
}

/* Is the peer of a record, where it is a device, as it was judged. */
static bool peer_holds(const struct ref *r, const struct ref_flow *f)
{
	return f->is.peer != PEER_DEVICE || r->bind[f->is.peer_bind].epoch == f->is.peer_epoch;
}

/* §4.4: MAC, port, VLAN and epoch of the record's binding are the frame's. */
static bool proves(struct ref_pkt *p, const struct ref_flow *f)
{
	struct ref_bind *b = &p->r->bind[f->is.bind];
	const struct zt_policy *policy = p->r->policy;
	const struct zt_device *d = f->is.bind / 4 < policy->nr_devices ?
					    &policy->devices[f->is.bind / 4] : NULL;
	const uint8_t *mac = p->in->towards ? p->dmac : p->smac;

	if (!d || b->port != p->port->ifindex || b->released || d->vlan != p->vlan ||
	    b->epoch != f->is.epoch || (d->nr_macs && memcmp(d->macs[f->is.bind % 4], mac, 6)))
		return false;
	if (p->in->towards && !ref_origin_fits(p, &f->is))
		return false;
	if (!p->in->towards) {
		if (f->is.to_nowhere || memcmp(f->is.to_mac, p->dmac, 6))
			return false;
		b->seen = p->in->now;
	}
	return peer_holds(p->r, f);
}

/* A live record of this revision decides, where it proves who it is (§4.4, §4.10). */
bool ref_established(struct ref_pkt *p, struct ref_out *ret)
{
	struct ref_tuple t;
	struct ref_flow *f;

	if (p->unreadable || !p->family || p->shape || p->fault || ref_bad_flags(p) || p->first ||
	    p->later || p->options || p->dmac[0] & 1)
		return false;
	ref_tuple(p, &t);
	f = ref_flow_find(p->r, &t);
	if (!f || f->is.revision != p->r->revision || !ref_flow_alive(p->r, f, p->in->now) ||
	    !proves(p, f) || (ref_is_syn(p) && f->is.device_opened == p->in->towards))
		return false;
	ref_touch(p, f);
	*ret = (struct ref_out){ f->is.verdict, f->is.reason, REF_HIT, f->is.rule, f->device,
				 f->is.device_opened };
	return true;
}

/* ---- ICMP errors ------------------------------------------------------------------ */

/* §4.8: only about a live flow of that device, and to whoever sent the quoted packet. */
uint32_t ref_error(struct ref_pkt *p)
{
	bool from = !p->in->towards;
	struct ref_tuple t = {
		.dev = from ? p->quoted_dst : p->quoted_src,
		.peer = from ? p->quoted_src : p->quoted_dst,
		.family = p->family,
		.proto = p->quoted_proto,
		.vlan = p->vlan,
		.zone = p->port->zone,
		.is_stranger = p->is_stranger,
	};
	struct ref_flow *f;

	memcpy(t.stranger, p->stranger, 6);
	if (p->peer == PEER_STRANGER || !ref_same(&p->quoted_src, &p->dst))
		return ZT_REASON_NO_FLOW;
	/* a later fragment has no ports (design §4.3), so nothing to know its flow by */
	if (p->quoted_later && (t.proto == 6 || t.proto == 17 || t.proto == (p->family == 4 ? 1 : 58)))
		return ZT_REASON_NO_FLOW;
	if (t.proto == 6 || t.proto == 17) {
		t.dev_port = from ? p->quoted_dport : p->quoted_sport;
		t.peer_port = from ? p->quoted_sport : p->quoted_dport;
	} else if (t.proto == (p->family == 4 ? 1 : 58)) {
		bool asked = ref_icmp_request(p->family, p->quoted_type) == p->quoted_type;

		t.icmp = ref_icmp_request(p->family, p->quoted_type);
		t.dev_port = asked != from ? p->quoted_id : 0;
		t.peer_port = asked != from ? 0 : p->quoted_id;
	}
	f = ref_flow_find(p->r, &t);
	/* a device speaks of its own flows, it is not on the way of others' */
	if (f && p->peer == PEER_DEVICE &&
	    (f->is.peer != PEER_DEVICE || f->is.peer_bind != p->peer_bind))
		return ZT_REASON_NO_FLOW;
	/* between devices, or with this router, nobody outside is on the way */
	if (f && !from && (f->is.peer == PEER_DEVICE || f->is.peer == PEER_ROUTER) &&
	    ref_origin(p) == FROM_OUTSIDE)
		return ZT_REASON_NO_FLOW;
	return f && ref_flow_alive(p->r, f, p->in->now) && f->is.revision == p->r->revision &&
			       f->device == p->device && p->r->bind[f->is.bind].epoch == f->is.epoch &&
			       peer_holds(p->r, f) ?
		       ZT_REASON_ICMP_ERROR : ZT_REASON_NO_FLOW;
}

/* A record rests for a while after its time; then its place is free. */
void ref_flow_sweep(struct ref *r, uint32_t now)
{
	for (uint32_t i = 0; i < r->nr_flows;) {
		struct ref_flow *f = &r->flows[i];
		int32_t rest = r->limits.grace + (f->dead ? 0 : r->limits.idle[f->idle]);

		if (ref_age(now, f->seen) <= rest) {
			ref_learn_use(r, f, now);
			i++;
			continue;
		}
		memmove(f, f + 1, (r->nr_flows - i - 1) * sizeof(*f));
		r->nr_flows--;
	}
}
