/* SPDX-License-Identifier: GPL-2.0 */
/* Exact counts from ring and drain: see ledger.h. Knows no map, text or clock. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "event/ledger.h"

#define BUCKETS 16384u
#define FORGET_TOLD 5 /* ticks: a told packet whose aggregate never came is gone */
#define FORGET 30     /* ticks without a packet: the next one is a first again */

struct entry {
	struct entry *next;
	struct zt_agg_key key;
	struct zt_event first;
	bool has_first;
	uint64_t told;			 /* by the ring, not yet seen in a drain */
	uint64_t held;			 /* drained, not yet told */
	uint64_t born, active, reported; /* ticks */
};

struct zt_ledger {
	struct entry *bucket[BUCKETS];
	uint32_t nr;
	uint64_t now;
};

struct zt_ledger *zt_ledger_new(void)
{
	return calloc(1, sizeof(struct zt_ledger));
}

void zt_ledger_free(struct zt_ledger *l)
{
	struct entry *e, *next;
	uint32_t i;

	for (i = 0; l && i < BUCKETS; i++) {
		for (e = l->bucket[i]; e; e = next) {
			next = e->next;
			free(e);
		}
	}
	free(l);
}

static uint32_t bucket_of(const struct zt_agg_key *key)
{
	const unsigned char *p = (const unsigned char *)key;
	uint64_t h = 0xcbf29ce484222325ull;
	size_t i;

	for (i = 0; i < sizeof(*key); i++)
		h = (h ^ p[i]) * 0x100000001b3ull;
	return (uint32_t)(h ^ (h >> 29)) % BUCKETS;
}

static struct entry *find(struct zt_ledger *l, const struct zt_agg_key *key)
{
	struct entry *e = l->bucket[bucket_of(key)];

	while (e && memcmp(&e->key, key, sizeof(*key)))
		e = e->next;
	return e;
}

static struct entry *add(struct zt_ledger *l, const struct zt_agg_key *key)
{
	uint32_t b = bucket_of(key);
	struct entry *e = l->nr < ZT_LEDGER_MAX ? calloc(1, sizeof(*e)) : NULL;

	if (!e)
		return NULL;
	e->key = *key;
	e->born = e->active = e->reported = l->now;
	e->next = l->bucket[b];
	l->bucket[b] = e;
	l->nr++;
	return e;
}

struct zt_agg_key zt_ledger_key(const struct zt_event *e)
{
	struct zt_agg_key k = {0};
	bool arp = e->ethertype == 0x0806;

	/* an ARP event carries the claimed address as its source (bpf/event.h) */
	k.peer = arp || e->dir != ZT_FROM_DEVICE ? e->src : e->dst;
	k.dev = e->dev;
	k.ifindex = e->ifindex;
	k.port = e->dport;
	k.proto = e->proto;
	k.family = arp ? 0 : e->family;
	k.reason = e->reason;
	k.verdict = e->verdict;
	k.dir = e->dir;
	k.rule = e->rule;
	k.gen = e->gen;
	return k;
}

static uint64_t packets_of(const struct zt_event *e)
{
	return e->packets[0] ? e->packets[0] : 1;
}

bool zt_ledger_ring(struct zt_ledger *l, const struct zt_event *e)
{
	struct zt_agg_key key = zt_ledger_key(e);
	struct entry *x = find(l, &key);
	bool is_new = !x;

	if (is_new)
		x = add(l, &key);
	if (!x)
		return false;
	if (!x->has_first) {
		x->first = *e;
		x->has_first = true;
	}
	x->active = l->now;
	if (is_new)
		x->told += packets_of(e);
	return is_new;
}

int zt_ledger_drained(struct zt_ledger *l, const struct zt_agg_key *key, uint64_t packets)
{
	struct entry *x = find(l, key);
	uint64_t known;

	if (!x)
		x = add(l, key);
	if (!x)
		return -ENOMEM;
	known = x->told < packets ? x->told : packets;
	x->told -= known;
	x->held += packets - known;
	x->active = l->now;
	return 0;
}

static bool is_due(const struct zt_ledger *l, const struct entry *e)
{
	return l->now - e->born < ZT_LEDGER_EAGER || l->now - e->reported >= ZT_LEDGER_CALM;
}

void zt_ledger_tick(struct zt_ledger *l, bool all, zt_ledger_fn fn, void *arg)
{
	struct entry **at, *e;
	uint32_t i;

	for (i = 0; i < BUCKETS; i++) {
		for (at = &l->bucket[i]; (e = *at);) {
			if (e->held && (all || is_due(l, e))) {
				fn(arg, &e->key, e->held, e->has_first ? &e->first : NULL);
				e->held = 0;
				e->reported = l->now;
			}
			if (l->now - e->active >= FORGET_TOLD)
				e->told = 0;
			if (e->held || l->now - e->active < FORGET) {
				at = &e->next;
				continue;
			}
			*at = e->next;
			free(e);
			l->nr--;
		}
	}
	l->now++;
}
