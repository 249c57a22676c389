/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference opens flows: who may, what is picked up, and what becomes of a live
 * record when it is judged again (design §4.7, §4.10; policy-language §3.3 to §3.6, §3.11).
 */
#include <stdlib.h>
#include "ref.h"

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
	bool opens = !(p->proto == 6 && !ref_is_syn(p) && p->tcp & (SYN | RST)) && !ref_bad_flags(p);

	if (ref_route(p) != ROUTE_NONE || !p->to_router_mac || p->shape || p->later || !opens ||
	    p->peer == PEER_DEVICE || p->peer == PEER_ROUTER)
		return false;
	return ask(p, true) == ZT_REASON_ALLOWED;
}

/* §4.7: TCP in the middle gets a record where that gains nothing a SYN would not. */
static uint32_t pick_up(struct ref_pkt *p)
{
	bool from = !p->in->towards, follows = p->mode < ZT_MODE_ENFORCE;
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
	if (p->proto == 6 && !ref_is_syn(p)) {
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
	ref_touch(p, &new);
	return ref_flow_room(p, instead_of, new.half_open, picked_up);
}

/* The place of a record that is over, or whose tuple is opened by the other side. */
static uint32_t take_over(struct ref_pkt *p, struct ref_flow *f, uint32_t reason, bool picked_up)
{
	if (!room(p, f, picked_up)) {
		f->dead |= f->device != p->device;
		return ZT_REASON_QUOTA;
	}
	ref_flow_begin(p, f, reason, picked_up);
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
	ref_flow_begin(p, &r->flows[r->nr_flows++], reason, picked_up);
	p->effect = REF_NEW;
	return reason;
}

/* A live record is judged again for its opener (§4.10). */
static uint32_t again(struct ref_pkt *p, struct ref_flow *f)
{
	bool from = !p->in->towards;
	uint32_t r;

	p->device_opened = f->is.device_opened;
	if (ref_is_syn(p) && p->device_opened != from) {
		p->device_opened = from;
		r = ask(p, from);
		if (r == ZT_REASON_NO_RULE || r == ZT_REASON_UNKNOWN_DEVICE)
			r = ZT_REASON_WRONG_OPENER;
		return ref_keeps_record(p, r) ? take_over(p, f, r, false) : r;
	}
	if (ref_bad_flags(p))
		return ZT_REASON_BAD_FLAGS;
	/* a stranger opened it: only packets towards the device show that, whatever its address */
	if (from && f->is.peer == PEER_STRANGER && !p->device_opened && p->peer == PEER_OTHER)
		p->peer = PEER_STRANGER;
	r = ask(p, p->device_opened);
	if (!ref_keeps_record(p, r))
		return r;
	if (f->device != p->device)
		return take_over(p, f, r, false);
	ref_settle_judged(p, &f->is, r);
	ref_touch(p, f);
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
	f = ref_flow_find(p->r, &t);
	if (f && ref_flow_alive(p->r, f, p->in->now))
		return again(p, f);
	r = open_flow(p, &picked_up);
	if (!ref_keeps_record(p, r))
		return r;
	return f ? take_over(p, f, r, picked_up) : insert(p, &t, r, picked_up);
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
