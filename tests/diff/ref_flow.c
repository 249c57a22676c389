/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference's flows: who may open, what is picked up, which answer a record gives
 * and for how long (design §4.7, §4.10, §6; policy-language §3.3, §3.6, §3.11).
 */
#include <stdlib.h>
#include <string.h>
#include "ref.h"

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

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

static struct ref_flow *find(struct ref *r, const struct ref_tuple *t)
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

static bool is_syn(const struct ref_pkt *p)
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
static void touch(const struct ref_pkt *p, struct ref_flow *f)
{
	int side = p->in->towards;

	if (is_syn(p) && f->idle == ZT_IDLE_TCP_CLOSING)
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

static bool keeps_record(const struct ref_pkt *p, uint32_t reason)
{
	if (ref_verdict(reason, p->mode) == ZT_DROPPED)
		return false;
	return reason == ZT_REASON_ALLOWED || reason == ZT_REASON_NO_RULE ||
	       reason == ZT_REASON_DENIED || reason == ZT_REASON_WRONG_OPENER;
}

static void begin(const struct ref_pkt *p, struct ref_flow *f, uint32_t reason, bool picked_up)
{
	f->device = p->device;
	f->picked_up = picked_up;
	f->dead = false;
	f->idle = 0;
	f->half_open = true;
	forget_seen(f);
	ref_settle_judged(p, &f->is, reason);
	touch(p, f);
}

/* ---- the answer of a live record ----------------------------------------------- */

bool ref_origin_fits(const struct ref_pkt *p, const struct ref_judged *j)
{
	enum ref_origin from = ref_origin(p);

	if (j->peer == PEER_DEVICE || j->peer == PEER_STRANGER)
		return from == FROM_DEVICES;
	return j->peer == PEER_ROUTER ? from == FROM_ROUTER : from == FROM_OUTSIDE;
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
	return f->is.peer != PEER_DEVICE || p->r->bind[f->is.peer_bind].epoch == f->is.peer_epoch;
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
	f = find(p->r, &t);
	if (!f || f->is.revision != p->r->revision || !ref_flow_alive(p->r, f, p->in->now) ||
	    !proves(p, f) || (is_syn(p) && f->is.device_opened == p->in->towards))
		return false;
	touch(p, f);
	*ret = (struct ref_out){ f->is.verdict, f->is.reason, REF_HIT, f->is.rule };
	return true;
}

/* ---- opening ------------------------------------------------------------------- */

static uint32_t ask(struct ref_pkt *p, bool device_opens)
{
	struct zt_decision d = ref_rules(p, device_opens);

	p->rule = d.rule;
	return d.reason;
}

/*
 * No route leads there, so it may be an address of this router that nobody has listed:
 * what a rule about others allows must not open that.
 */
bool ref_lacks_route(struct ref_pkt *p)
{
	bool opens = !(p->proto == 6 && !is_syn(p) && p->tcp & (SYN | RST)) && !ref_bad_flags(p);

	if (ref_route(p) != ROUTE_NONE || !p->to_router_mac || p->shape || p->later || !opens ||
	    p->peer == PEER_DEVICE || p->peer == PEER_ROUTER)
		return false;
	return ask(p, true) == ZT_REASON_ALLOWED;
}

/* §4.7: TCP in the middle gets a record where that gains nothing a SYN would not. */
static uint32_t pick_up(struct ref_pkt *p)
{
	bool from = !p->in->towards, follows = p->mode != ZT_MODE_ENFORCE;
	bool window = ref_age(p->in->now, p->r->limits.pickup_until) <= 0;
	uint32_t r, rule;

	if (p->tcp & (SYN | RST))
		return ZT_REASON_NO_FLOW;
	r = ask(p, from);
	rule = p->rule;
	if (r == ZT_REASON_ALLOWED && (from || p->peer == PEER_DEVICE || p->peer == PEER_STRANGER ||
				       follows || window))
		return r;
	if ((follows || (window && from)) && ask(p, !from) == ZT_REASON_ALLOWED) {
		p->device_opened = !from;
		return ZT_REASON_ALLOWED;
	}
	p->rule = rule;
	if (r == ZT_REASON_DENIED || follows)
		return r;
	p->rule = ZT_NO_RULE;
	return ZT_REASON_NO_FLOW;
}

static uint32_t open_flow(struct ref_pkt *p, bool *ret_picked_up)
{
	p->device_opened = !p->in->towards;
	if (ref_bad_flags(p))
		return ZT_REASON_BAD_FLAGS;
	if (p->proto == 6 && !is_syn(p)) {
		*ret_picked_up = true;
		return pick_up(p);
	}
	if (ref_is_icmp(p) && ref_icmp_request(p->family, p->icmp) != p->icmp)
		return ZT_REASON_NO_FLOW;
	return ask(p, !p->in->towards);
}

static bool room(struct ref_pkt *p, const struct ref_flow *instead_of, bool picked_up)
{
	struct ref_flow new = { .half_open = true };

	new.is.device_opened = p->device_opened;
	new.picked_up = picked_up;
	touch(p, &new);
	return ref_flow_room(p, instead_of, new.half_open, picked_up);
}

/* The place of a record that is over, or whose tuple is opened by the other side. */
static uint32_t take_over(struct ref_pkt *p, struct ref_flow *f, uint32_t reason, bool picked_up)
{
	if (!room(p, f, picked_up)) {
		f->dead |= f->device != p->device;
		return ZT_REASON_QUOTA;
	}
	begin(p, f, reason, picked_up);
	p->effect = REF_NEW;
	return reason;
}

static uint32_t insert(struct ref_pkt *p, const struct ref_tuple *t, uint32_t reason, bool picked_up)
{
	struct ref *r = p->r;

	if (!room(p, NULL, picked_up))
		return ZT_REASON_QUOTA;
	r->flows = realloc(r->flows, (r->nr_flows + 1) * sizeof(*r->flows));
	r->flows[r->nr_flows] = (struct ref_flow){ .tuple = *t };
	begin(p, &r->flows[r->nr_flows++], reason, picked_up);
	p->effect = REF_NEW;
	return reason;
}

/* A live record is judged again for its opener (§4.10). */
static uint32_t again(struct ref_pkt *p, struct ref_flow *f)
{
	bool from = !p->in->towards;
	uint32_t r;

	p->device_opened = f->is.device_opened;
	if (is_syn(p) && p->device_opened != from) {
		p->device_opened = from;
		r = ask(p, from);
		if (r == ZT_REASON_NO_RULE || r == ZT_REASON_UNKNOWN_DEVICE)
			r = ZT_REASON_WRONG_OPENER;
		return keeps_record(p, r) ? take_over(p, f, r, false) : r;
	}
	if (ref_bad_flags(p))
		return ZT_REASON_BAD_FLAGS;
	/* a stranger opened it: only packets towards the device show that, whatever its address */
	if (from && f->is.peer == PEER_STRANGER && !p->device_opened && p->peer == PEER_OTHER)
		p->peer = PEER_STRANGER;
	r = ask(p, p->device_opened);
	if (!keeps_record(p, r))
		return r;
	if (f->device != p->device)
		return take_over(p, f, r, false);
	ref_settle_judged(p, &f->is, r);
	touch(p, f);
	p->effect = REF_HIT;
	return r;
}

static uint32_t flow(struct ref_pkt *p)
{
	bool picked_up = false;
	struct ref_tuple t;
	struct ref_flow *f;
	uint32_t r;

	ref_tuple(p, &t);
	f = find(p->r, &t);
	if (f && ref_flow_alive(p->r, f, p->in->now))
		return again(p, f);
	r = open_flow(p, &picked_up);
	if (!keeps_record(p, r))
		return r;
	return f ? take_over(p, f, r, picked_up) : insert(p, &t, r, picked_up);
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
	f = find(p->r, &t);
	/* a device speaks of its own flows, it is not on the way of others' */
	if (f && p->peer == PEER_DEVICE &&
	    (f->is.peer != PEER_DEVICE || f->is.peer_bind != p->peer_bind))
		return ZT_REASON_NO_FLOW;
	/* between devices, or with this router, nobody outside is on the way */
	if (f && !from && (f->is.peer == PEER_DEVICE || f->is.peer == PEER_ROUTER) &&
	    ref_origin(p) == FROM_OUTSIDE)
		return ZT_REASON_NO_FLOW;
	return f && ref_flow_alive(p->r, f, p->in->now) && f->is.revision == p->r->revision &&
			       f->device == p->device && p->r->bind[f->is.bind].epoch == f->is.epoch ?
		       ZT_REASON_ICMP_ERROR : ZT_REASON_NO_FLOW;
}

/* Packets whose identity holds. */
uint32_t ref_flow_part(struct ref_pkt *p)
{
	uint32_t r;

	if (p->later)
		return ref_frag_later(p);
	if (p->shape == IS_ERROR)
		return ref_error(p);
	if (!p->first)
		return flow(p);
	r = ref_frag_may_begin(p);
	return r ? r : ref_frag_first(p, flow(p));
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
