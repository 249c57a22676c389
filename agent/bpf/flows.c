/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading flow records: in maps through their mapping, while packets write them. Whether a
 * record is alive is a property of the record (design §6), judged here by the same comparison
 * as in the programs. A record is copied, and counts as read if its word is what it was before.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/state.h"

#define TRIES 4

/* A slot of either family. */
struct place {
	struct zt_flow *flow;
	const struct zt_flow_rest *rest;
	const struct zt_flow4 *slot4; /* one of them */
	const struct zt_flow6 *slot6;
};

static uint32_t nr_slots(const struct zt_maps *m, enum zt_map map)
{
	return m->max[map] * ZT_WAYS;
}

uint32_t zt_slots(const struct zt_maps *m)
{
	return nr_slots(m, ZT_MAP_FLOW4) + nr_slots(m, ZT_MAP_FLOW6);
}

static struct place slot_at(const struct zt_maps *m, uint32_t i)
{
	uint32_t four = nr_slots(m, ZT_MAP_FLOW4);
	struct place p = { 0 };

	if (i < four) {
		p.slot4 = &m->flow4[i / ZT_WAYS].slot[i % ZT_WAYS];
		p.flow = &m->flow4[i / ZT_WAYS].slot[i % ZT_WAYS].f;
		p.rest = &m->rest4[i];
	} else {
		i -= four;
		p.slot6 = &m->flow6[i / ZT_WAYS].slot[i % ZT_WAYS];
		p.flow = &m->flow6[i / ZT_WAYS].slot[i % ZT_WAYS].f;
		p.rest = &m->rest6[i];
	}
	return p;
}

struct zt_flow *zt_slot_flow(const struct zt_maps *m, uint32_t slot)
{
	return slot_at(m, slot).flow;
}

bool zt_record_lives(const struct zt_maps *m, const struct zt_kflow_record *r, uint32_t now)
{
	uint32_t state = r->flow.state;

	if (!ZT_WORD_GEN(r->flow.word) || state & ZT_STATE_DEAD)
		return false;
	return (int32_t)(now - r->flow.seen) <= (int32_t)m->cfg.idle[ZT_STATE_IDLE(state)];
}

static void read_key(const struct place *p, const struct zt_kflow_record *r, struct zt_flow_key *ret)
{
	if (p->slot4) {
		ret->family = 4;
		ret->dev.w[2] = ret->peer.w[2] = htonl(0xffff);
		ret->dev.w[3] = p->slot4->dev;
		ret->peer.w[3] = p->slot4->peer;
		ret->dev_port = p->slot4->dev_port;
		ret->peer_port = p->slot4->peer_port;
	} else {
		ret->family = 6;
		ret->dev = p->slot6->dev;
		ret->peer = p->slot6->peer;
		ret->dev_port = p->slot6->dev_port;
		ret->peer_port = p->slot6->peer_port;
	}
	ret->proto = ZT_HOP_PROTO(r->flow.hop);
	ret->icmp = ZT_HOP_ICMP(r->flow.hop);
	ret->zone = r->rest.zone;
	ret->owner = r->rest.owner;
}

/* Packets are moved from the one place to the other (zt_flow_spill): read until nothing was. */
static void read_counts(const struct place *p, struct zt_kflow_record *ret)
{
	int dir, n;

	for (dir = 0; dir < 2; dir++) {
		for (n = 0; n < TRIES; n++) {
			ret->rest.packets[dir] = __atomic_load_n(&p->rest->packets[dir], __ATOMIC_ACQUIRE);
			ret->flow.count[dir] = __atomic_load_n(&p->flow->count[dir], __ATOMIC_ACQUIRE);
			ret->rest.bytes[dir] = __atomic_load_n(&p->rest->bytes[dir], __ATOMIC_ACQUIRE);
			if (__atomic_load_n(&p->rest->packets[dir], __ATOMIC_ACQUIRE) ==
			    ret->rest.packets[dir])
				break;
		}
	}
}

static void read_fields(const struct place *p, struct zt_kflow_record *ret)
{
	ret->flow.state = __atomic_load_n(&p->flow->state, __ATOMIC_ACQUIRE);
	ret->flow.who = p->flow->who;
	ret->flow.hop = p->flow->hop;
	ret->flow.seen = p->flow->seen;
	ret->rest.first = p->rest->first;
	ret->rest.dev = p->rest->dev;
	ret->rest.zone = p->rest->zone;
	ret->rest.owner = p->rest->owner;
	read_key(p, ret, &ret->key);
	read_counts(p, ret);
}

int zt_slot_read(const struct zt_maps *m, uint32_t slot, struct zt_kflow_record *ret)
{
	struct place p = slot_at(m, slot);
	uint32_t n;

	for (n = 0; n < TRIES; n++) {
		*ret = (struct zt_kflow_record){ 0 };
		ret->flow.word = __atomic_load_n(&p.flow->word, __ATOMIC_ACQUIRE);
		if (!ZT_WORD_GEN(ret->flow.word))
			return -ENOENT;
		read_fields(&p, ret);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&p.flow->word, __ATOMIC_RELAXED) == ret->flow.word)
			return 0;
	}
	return -ENOENT; /* given away over and over: it is not this flow's any more */
}

void zt_record_entry(const struct zt_kflow_record *r, struct zt_flow_entry *ret)
{
	int dir;

	*ret = (struct zt_flow_entry){
		.key = r->key,
		.word = r->flow.word,
		.bind = ZT_WHO_BIND(r->flow.who),
		.peer_bind = ZT_WHO_PEER(r->flow.who),
		.dev = r->rest.dev,
		.seen = r->flow.seen,
		.first = r->rest.first,
		.opener = ZT_STATE_OPENER(r->flow.state),
		.idle = ZT_STATE_IDLE(r->flow.state),
		.flags = ZT_STATE_FLAGS(r->flow.state),
		.tcp = ZT_STATE_TCP(r->flow.state),
	};
	for (dir = 0; dir < 2; dir++) {
		ret->packets[dir] = r->rest.packets[dir] + ZT_COUNT_PACKETS(r->flow.count[dir]);
		ret->bytes[dir] = r->rest.bytes[dir] + ZT_COUNT_BYTES(r->flow.count[dir]);
	}
}

/* What grows while flows are read, from wherever they lie. */
void zt_entries_add(struct zt_entries *e, const struct zt_maps *m, const struct zt_kflow_record *r,
		    uint32_t now)
{
	struct zt_flow_entry *more;

	if (e->failed || !zt_record_lives(m, r, now))
		return;
	if (e->nr == e->room) {
		e->room = e->room ? 2 * e->room : 64;
		more = realloc(e->v, e->room * sizeof(*e->v));
		e->failed = !more;
		if (e->failed)
			return;
		e->v = more;
	}
	zt_record_entry(r, &e->v[e->nr++]);
}

int zt_entries_done(struct zt_entries *e, struct zt_flow_entry **ret, uint32_t *ret_nr)
{
	if (e->failed) {
		free(e->v);
		return -ENOMEM;
	}
	*ret = e->v;
	*ret_nr = e->nr;
	return 0;
}

int zt_maps_flows(struct zt_maps *m, uint32_t now, struct zt_flow_entry **ret, uint32_t *ret_nr)
{
	struct zt_entries e = { 0 };
	struct zt_kflow_record r;
	uint32_t i;

	if (!m->flow4)
		return zt_kmod_flows(m, now, ret, ret_nr);
	for (i = 0; i < zt_slots(m); i++) {
		if (ZT_WORD_GEN(zt_slot_flow(m, i)->word) && !zt_slot_read(m, i, &r))
			zt_entries_add(&e, m, &r, now);
	}
	return zt_entries_done(&e, ret, ret_nr);
}
