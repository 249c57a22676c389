/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing a compiled policy into the host maps as agent/bpf/publish.c writes it
 * into real ones: words of the unused parity, then the generation, then what only
 * the old one named is taken away. Kept apart from that code on purpose: both must
 * lead to the same answers.
 */
#ifndef ZT_HOST_PUBLISH_H
#define ZT_HOST_PUBLISH_H

#include "pipeline.h"
#include "compile/image.h"

static inline struct zt_gen *host_gen(void)
{
	uint32_t zero = 0;

	return host_lookup(&zt_gen, &zero);
}

static inline void host_configure(const struct zt_cfg *cfg)
{
	uint32_t zero = 0, i;
	struct zt_cfg mine = *cfg;

	mine.buckets[0] = cfg->buckets[0] ? cfg->buckets[0] : zt_flow4.entries;
	mine.buckets[1] = cfg->buckets[1] ? cfg->buckets[1] : zt_flow6.entries;
	for (i = 0; i < ZT_HASH_WORDS; i++)
		mine.hash[i] = 0x9e3779b9u * (i + 1);
	host_update(&zt_cfg, &zero, &mine, 0);
}

static inline void host_publish_inner(const struct zt_image *i, uint32_t par)
{
	struct host_map *net = zt_net.inner[par], *svc = zt_svc.inner[par], *rule = zt_rule.inner[par];
	uint32_t n;

	host_clear(net);
	host_clear(rule);
	for (n = 0; n < i->nr_nets; n++)
		assert(!host_update(net, &i->nets[n].key, &i->nets[n].word, 0));
	for (n = 0; n < i->nr_rules; n++)
		assert(!host_update(rule, &i->rules[n].key, &i->rules[n].value, 0));
	memcpy(host_array(svc), i->svc, ZT_SVC_MAX * sizeof(i->svc[0]));
}

/* One entry of a hash whose value is two words: this parity's. NULL: nothing there. */
static inline void host_word(struct host_map *m, const void *key, uint32_t par, const void *word)
{
	uint32_t size = m->value_size / 2;
	uint8_t value[32] = { 0 }, *now = host_lookup(m, key);

	if (now)
		memcpy(value, now, m->value_size);
	if (word)
		memcpy(value + par * size, word, size);
	else
		memset(value + par * size, 0, size);
	assert(!host_update(m, key, value, 0));
}

/* Zero this parity's word everywhere (keep_kind: but not in learned gateways). */
static inline void host_zero_words(struct host_map *m, uint32_t par)
{
	uint32_t b, size = m->value_size / 2;
	struct host_entry *e;

	for (b = 0; b < HOST_BUCKETS; b++) {
		for (e = m->bucket[b]; e; e = e->next)
			memset(e->value + par * size, 0, size);
	}
}

/* Drop what this parity's generation does not name. */
static inline void host_drop_unnamed(struct host_map *m, uint32_t par)
{
	static const uint8_t zero[16];
	uint32_t b, size = m->value_size / 2;
	struct host_entry *e, *next;
	uint8_t key[32];

	for (b = 0; b < HOST_BUCKETS; b++) {
		for (e = m->bucket[b]; e; e = next) {
			next = e->next;
			if (memcmp(e->value + par * size, zero, size))
				continue;
			memcpy(key, e->key, m->key_size);
			host_delete(m, key);
		}
	}
}

static inline void host_publish_hashes(const struct zt_image *i, uint32_t par)
{
	static const uint32_t accepted = 1;
	uint32_t n;

	host_zero_words(&zt_vlan, par);
	host_zero_words(&zt_mac, par);
	host_zero_words(&zt_host, par);
	for (n = 0; n < i->nr_vlans; n++)
		host_word(&zt_vlan, &i->vlans[n].key, par, &accepted);
	for (n = 0; n < i->nr_macs; n++) {
		uint32_t word[2] = { i->macs[n].kind, i->macs[n].bind };

		host_word(&zt_mac, &i->macs[n].key, par, word);
	}
	for (n = 0; n < i->nr_hosts; n++)
		host_word(&zt_host, &i->hosts[n].key, par, &i->hosts[n].word);
}

static inline void host_publish_ports(const struct zt_image *i, uint32_t par)
{
	struct zt_port *port = (void *)host_array(&zt_port);
	uint32_t n;

	for (n = 0; n < zt_port.entries; n++)
		memset(&port[n].w[par], 0, sizeof(port[n].w[par]));
	for (n = 0; n < i->nr_ports; n++) {
		struct zt_port *p = &port[i->ports[n].ifindex];

		p->w[par] = i->ports[n].word;
		p->zone = i->ports[n].zone;
		p->l3_ifindex = i->ports[n].l3_ifindex;
		p->unknown_bind = i->ports[n].unknown_bind;
	}
}

/* Does the image know the binding's MAC on that port. */
static inline int host_may_stay(const struct zt_image *i, const struct zt_image_bind *b,
				uint32_t ifindex)
{
	uint32_t n;

	if (!(b->flags & (ZT_BIND_IP | ZT_BIND_UNKNOWN)) && (!ifindex || ifindex & ZT_BIND_RELEASED))
		return 1; /* the next frame binds it */
	for (n = 0; n < i->nr_macs; n++) {
		if (i->macs[n].bind == b->index && i->macs[n].key.where == ifindex)
			return 1;
	}
	return ifindex == b->ifindex;
}

static inline void host_publish_bind(const struct zt_image *i, const struct zt_image_bind *want)
{
	struct zt_bind *b = (struct zt_bind *)host_array(&zt_bind) + want->index;
	int other = b->dev != want->dev || b->vlan != want->vlan || b->flags != want->flags ||
		    memcmp(b->mac, want->mac, 6);

	if (!other && host_may_stay(i, want, b->ifindex))
		return;
	b->seen = 0; /* may go to another port at once */
	memcpy(b->mac, want->mac, 6);
	b->vlan = want->vlan;
	b->flags = want->flags;
	b->dev = want->dev;
	b->ifindex = want->ifindex;
	b->epoch++;
}

/* The bindings of one device lie in a ring; 0 where there is one only. */
static inline void host_publish_ring(const struct zt_image *i, uint32_t n)
{
	struct zt_bind *bind = (struct zt_bind *)host_array(&zt_bind);
	uint32_t next = n;

	do {
		next = (next + 1) % i->nr_binds;
	} while (i->binds[next].dev != i->binds[n].dev);
	bind[i->binds[n].index].next = next == n ? 0 : i->binds[next].index;
}

static inline void host_publish_devs(const struct zt_image *i, uint32_t par)
{
	struct zt_dev *dev = (void *)host_array(&zt_dev);
	uint32_t n;

	for (n = 0; n < zt_dev.entries; n++)
		memset(&dev[n].w[par], 0, sizeof(dev[n].w[par]));
	for (n = 0; n < i->nr_devs; n++) {
		dev[i->devs[n].index].w[par] = i->devs[n].word;
		dev[i->devs[n].index].serial = i->devs[n].serial;
		dev[i->devs[n].index].bind = 0;
	}
	for (n = 0; n < i->nr_binds; n++) { /* sorted: the first is the smallest */
		if (!dev[i->binds[n].dev].bind)
			dev[i->binds[n].dev].bind = i->binds[n].index;
		host_publish_bind(i, &i->binds[n]);
	}
	for (n = 0; n < i->nr_binds; n++)
		host_publish_ring(i, n);
}

/* Gateways that the programs learned stay through a publish. */
static inline void host_keep_gateways(uint32_t par)
{
	struct host_entry *e;
	uint32_t b;

	for (b = 0; b < HOST_BUCKETS; b++) {
		for (e = zt_mac.bucket[b]; e; e = e->next) {
			struct zt_mac *m = (struct zt_mac *)e->value;

			if (m->w[!par].kind == ZT_MAC_GATEWAY && !m->w[par].kind)
				m->w[par] = m->w[!par];
		}
	}
}

/* Publish as generation `gen`, one more than the last (or any, from none). */
static inline void host_publish(const struct zt_image *i, uint32_t gen)
{
	uint32_t par = gen & 1;
	struct zt_pol pol = i->pol;

	assert(gen && (!host_gen()->gen || gen == host_gen()->gen + 1));
	host_publish_inner(i, par);
	host_publish_hashes(i, par);
	host_keep_gateways(par);
	host_publish_ports(i, par);
	host_publish_devs(i, par);
	pol.gen = gen;
	host_update(&zt_pol, &par, &pol, 0);
	host_gen()->gen = gen;
	host_drop_unnamed(&zt_vlan, par);
	host_drop_unnamed(&zt_mac, par);
	host_drop_unnamed(&zt_host, par);
}

#endif
