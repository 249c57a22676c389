/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading the flow table through its mapping, while packets write it. Whether a record is
 * alive is a property of the record (design §6), judged here by the same comparison as in
 * the programs. A record is copied, and counts as read if its word is what it was before.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/state.h"

#define TRIES 4

/* A slot of either family. */
struct place {
	const struct zt_flow *flow;
	const struct zt_flow_rest *rest;
	const struct zt_flow4 *slot4; /* one of them */
	const struct zt_flow6 *slot6;
};

static uint32_t nr_slots(const struct zt_maps *m, enum zt_map map)
{
	return m->max[map] * ZT_WAYS;
}

static struct place slot_at(const struct zt_maps *m, uint32_t i)
{
	uint32_t four = nr_slots(m, ZT_MAP_FLOW4);
	struct place p = { 0 };

	if (i < four) {
		p.slot4 = &m->flow4[i / ZT_WAYS].slot[i % ZT_WAYS];
		p.flow = &p.slot4->f;
		p.rest = &m->rest4[i];
	} else {
		i -= four;
		p.slot6 = &m->flow6[i / ZT_WAYS].slot[i % ZT_WAYS];
		p.flow = &p.slot6->f;
		p.rest = &m->rest6[i];
	}
	return p;
}

static bool is_live(const struct zt_maps *m, uint64_t word, uint32_t state, uint32_t seen, uint32_t now)
{
	if (!ZT_WORD_GEN(word) || state & ZT_STATE_DEAD)
		return false;
	return (int32_t)(now - seen) <= (int32_t)m->cfg.idle[ZT_STATE_IDLE(state)];
}

static void read_key(const struct place *p, struct zt_flow_key *ret)
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
	ret->proto = ZT_HOP_PROTO(p->flow->hop);
	ret->icmp = ZT_HOP_ICMP(p->flow->hop);
	ret->zone = p->rest->zone;
	ret->owner = p->rest->owner;
}

/* Packets are moved from the one place to the other (zt_flow_spill): read until nothing was. */
static void read_counts(const struct place *p, struct zt_flow_entry *ret)
{
	uint64_t before, hot;
	int dir, n;

	for (dir = 0; dir < 2; dir++) {
		for (n = 0; n < TRIES; n++) {
			before = __atomic_load_n(&p->rest->packets[dir], __ATOMIC_ACQUIRE);
			hot = __atomic_load_n(&p->flow->count[dir], __ATOMIC_ACQUIRE);
			ret->packets[dir] = before + ZT_COUNT_PACKETS(hot);
			ret->bytes[dir] = __atomic_load_n(&p->rest->bytes[dir], __ATOMIC_ACQUIRE) +
					  ZT_COUNT_BYTES(hot);
			if (__atomic_load_n(&p->rest->packets[dir], __ATOMIC_ACQUIRE) == before)
				break;
		}
	}
}

/* One slot, if it holds a live record: false else. */
static bool read_slot(const struct zt_maps *m, const struct place *p, uint32_t now,
		      struct zt_flow_entry *ret)
{
	uint32_t state, n;
	uint64_t word, who;

	for (n = 0; n < TRIES; n++) {
		word = __atomic_load_n(&p->flow->word, __ATOMIC_ACQUIRE);
		state = __atomic_load_n(&p->flow->state, __ATOMIC_ACQUIRE);
		who = p->flow->who;
		memset(ret, 0, sizeof(*ret));
		ret->word = word;
		ret->seen = p->flow->seen;
		ret->first = p->rest->first;
		ret->dev = p->rest->dev;
		ret->bind = ZT_WHO_BIND(who);
		ret->peer_bind = ZT_WHO_PEER(who);
		ret->opener = ZT_STATE_OPENER(state);
		ret->idle = ZT_STATE_IDLE(state);
		ret->flags = ZT_STATE_FLAGS(state);
		ret->tcp = ZT_STATE_TCP(state);
		read_key(p, &ret->key);
		read_counts(p, ret);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&p->flow->word, __ATOMIC_RELAXED) == word)
			return is_live(m, word, state, ret->seen, now);
	}
	return false; /* given away over and over: it is not this flow's any more */
}

int zt_maps_flows(struct zt_maps *m, uint32_t now, struct zt_flow_entry **ret, uint32_t *ret_nr)
{
	uint32_t slots = nr_slots(m, ZT_MAP_FLOW4) + nr_slots(m, ZT_MAP_FLOW6), room = 0, nr = 0, i;
	struct zt_flow_entry *out = NULL, *more, e;
	struct place p;

	for (i = 0; i < slots; i++) {
		p = slot_at(m, i);
		if (!ZT_WORD_GEN(p.flow->word) || !read_slot(m, &p, now, &e))
			continue;
		if (nr == room) {
			room = room ? 2 * room : 64;
			more = realloc(out, room * sizeof(*out));
			if (!more) {
				free(out);
				return -ENOMEM;
			}
			out = more;
		}
		out[nr++] = e;
	}
	*ret = out;
	*ret_nr = nr;
	return 0;
}
