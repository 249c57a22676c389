/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference's datagrams in fragments (design §4.3): the first is judged like any
 * packet, the rest must continue where it ended; what breaks a rule ends it all.
 */
#include <stdlib.h>
#include <string.h>
#include "ref.h"

/* RFC 791 tells datagrams apart with the protocol, RFC 8200 without. */
static void key(const struct ref_pkt *p, struct ref_tuple *t)
{
	ref_tuple(p, t);
	t->dev_port = t->peer_port = 0;
	t->icmp = 0;
	if (p->family == 6)
		t->proto = 0;
}

static struct ref_datagram *find(const struct ref_pkt *p)
{
	struct ref_tuple t;

	key(p, &t);
	for (uint32_t i = 0; i < p->r->nr_datagrams; i++) {
		struct ref_datagram *d = &p->r->datagrams[i];

		if (d->from == !p->in->towards && d->id == p->id && ref_tuple_same(&d->tuple, &t))
			return d;
	}
	return NULL;
}

static bool alive(const struct ref_pkt *p, const struct ref_datagram *d)
{
	return ref_age(p->in->now, d->seen) <= (int32_t)p->r->limits.fragment;
}

static void drop(struct ref *r, struct ref_datagram *d)
{
	uint32_t i = d - r->datagrams;

	memmove(d, d + 1, (r->nr_datagrams - i - 1) * sizeof(*d));
	r->nr_datagrams--;
}

/* Asked before the first fragment is judged, so that one that may not leaves no flow. */
uint32_t ref_frag_may_begin(struct ref_pkt *p)
{
	struct ref_datagram *d = find(p);

	if (d && alive(p, d)) {
		d->poisoned = true;
		return ZT_REASON_FRAG_OVERLAP;
	}
	if (d && d->device != p->device)
		return ZT_REASON_QUOTA; /* its place is not free before the next sweep */
	return !d && !ref_datagram_room(p) ? ZT_REASON_QUOTA : 0;
}

uint32_t ref_frag_first(struct ref_pkt *p, uint32_t reason)
{
	struct ref *r = p->r;
	struct ref_datagram *d = find(p);

	if (ref_verdict(reason, p->mode) == ZT_DROPPED) {
		if (d)
			drop(r, d); /* the note of an earlier one, over long ago, went for it */
		return reason;
	}
	if (!d) {
		r->datagrams = realloc(r->datagrams, (r->nr_datagrams + 1) * sizeof(*d));
		d = &r->datagrams[r->nr_datagrams++];
	}
	*d = (struct ref_datagram){ .from = !p->in->towards, .id = p->id, .device = p->device,
				    .seen = p->in->now, .next = p->part };
	key(p, &d->tuple);
	ref_settle_judged(p, &d->is, reason);
	return reason;
}

/* Does the first one stand for this one, too. */
static bool goes_on(const struct ref_pkt *p, const struct ref_datagram *d)
{
	if (!alive(p, d) || d->is.revision != p->r->revision || d->is.bind != p->bind ||
	    d->is.epoch != p->r->bind[p->bind].epoch)
		return false;
	if (p->in->towards)
		return ref_origin_fits(p, &d->is);
	return !d->is.to_nowhere && !memcmp(d->is.to_mac, p->dmac, 6);
}

uint32_t ref_frag_later(struct ref_pkt *p)
{
	struct ref_datagram *d = find(p);
	uint32_t reason;

	if (!d || !goes_on(p, d))
		return ZT_REASON_FRAG_MISS;
	if (d->poisoned || p->offset < d->next) {
		d->poisoned = true;
		return ZT_REASON_FRAG_OVERLAP;
	}
	if (p->offset > d->next)
		return ZT_REASON_FRAG_GAP;
	d->next += p->part;
	d->seen = p->in->now;
	reason = d->is.reason;
	p->rule = d->is.rule;
	if (!p->more)
		drop(p->r, d);
	return reason;
}

void ref_frag_sweep(struct ref *r, uint32_t now)
{
	for (uint32_t i = 0; i < r->nr_datagrams;) {
		struct ref_datagram *d = &r->datagrams[i];
		int32_t rest = r->limits.grace + (d->poisoned ? 0 : r->limits.fragment);

		if (ref_age(now, d->seen) > rest)
			drop(r, d);
		else
			i++;
	}
}
