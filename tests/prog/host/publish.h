/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing a compiled policy into the host maps as agent/bpf/publish.c writes it
 * into real ones: words and inner maps of the unused parity, then the generation, then
 * what only the old one named is taken away. Kept apart from that code on purpose: both
 * must lead to the same answers.
 */
#ifndef ZT_HOST_PUBLISH_H
#define ZT_HOST_PUBLISH_H

#include "pipeline.h"
#include "compile/tables.h"

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

/* An inner array of so many entries, all zeroes. */
static inline void *host_fresh(struct host_map *m, uint32_t entries)
{
	host_clear(m);
	m->entries = entries;
	return host_array(m);
}

static inline void host_publish_inner(const struct zt_image *i, uint32_t par, struct zt_pol *pol)
{
	struct zt_block *blocks;
	uint32_t nr;

	assert(!zt_blocks_make(i, &blocks, &nr));
	memcpy(host_fresh(zt_net.inner[par], nr), blocks, nr * sizeof(*blocks));
	free(blocks);
	memcpy(host_array(zt_svc.inner[par]), i->svc, ZT_SVC_MAX * sizeof(i->svc[0]));
	assert(!zt_lines_plan(i, pol, &nr));
	pol->seed = pol->gen = 0;
	assert(!zt_lines_fill(i, pol, host_fresh(zt_line.inner[par], nr)));
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
		memcpy(p->mac, i->ports[n].mac, sizeof(p->mac));
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

static inline int host_lists_gateway(const struct zt_image *i, const struct zt_host_key *key)
{
	uint32_t n;

	for (n = 0; i && n < i->nr_hosts; n++) {
		if (i->hosts[n].word.flags & ZT_HOST_GATEWAY &&
		    !memcmp(&i->hosts[n].key, key, sizeof(*key)))
			return 1;
	}
	return 0;
}

/*
 * Gateways' MACs that the programs learned stay through a publish, but what is a device's
 * or the router's now.
 */
static inline void host_keep_gateways(const struct zt_image *was, const struct zt_image *i)
{
	uint32_t n;

	for (n = 0; n < i->nr_macs; n++)
		host_delete(&zt_gate, &i->macs[n].key);
	for (n = 0; was && n < was->nr_hosts; n++) {
		if (was->hosts[n].word.flags & ZT_HOST_GATEWAY &&
		    !host_lists_gateway(i, &was->hosts[n].key))
			host_clear(&zt_gate);
	}
}

/* Publish as generation `gen`, one more than the last (or any, from none). was: the last image. */
static inline void host_publish(const struct zt_image *was, const struct zt_image *i, uint32_t gen)
{
	uint32_t par = gen & 1;
	struct zt_pol pol;

	assert(gen && (!host_gen()->gen || gen == host_gen()->gen + 1));
	host_publish_inner(i, par, &pol);
	host_publish_ports(i, par);
	host_publish_devs(i, par);
	pol.gen = gen;
	host_update(&zt_pol, &par, &pol, 0);
	host_gen()->gen = gen;
	host_keep_gateways(was, i);
}

#endif
