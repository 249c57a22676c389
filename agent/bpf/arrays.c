/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ports, bindings and devices: arrays written through their mapping while the
 * programs read them, so every store is one aligned word and its order matters.
 * Once the indexes are checked nothing here can fail.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/state.h"

static int too_many_of(char **ret_error, const char *what, uint32_t need, uint32_t max)
{
	return zt_fail(ret_error, -E2BIG,
		       "%s: needs %u entries, this router is set up for %u; raise it in the agent's "
		       "configuration; nothing was changed", what, need, max);
}

static int too_many(char **ret_error, enum zt_map map, uint32_t need, uint32_t max)
{
	return too_many_of(ret_error, zt_map_name(map), need, max);
}

int zt_arrays_check(struct zt_maps *m, const struct zt_image *i, char **ret_error)
{
	uint32_t n;

	if (i->nr_hosts > m->max_hosts)
		return too_many_of(ret_error, "hosts", i->nr_hosts, m->max_hosts);
	if (i->nr_macs > m->max_macs)
		return too_many_of(ret_error, "MACs", i->nr_macs, m->max_macs);
	for (n = 0; n < i->nr_ports; n++) {
		if (i->ports[n].ifindex >= m->max[ZT_MAP_PORT])
			return zt_fail(ret_error, -E2BIG, "zt_port: an interface has index %u, "
				       "below %u is supported (reboot numbers them anew); nothing "
				       "was changed", i->ports[n].ifindex, m->max[ZT_MAP_PORT]);
	}
	for (n = 0; n < i->nr_binds; n++) {
		if (i->binds[n].dev >= m->max[ZT_MAP_DEV])
			return too_many(ret_error, ZT_MAP_DEV, i->binds[n].dev + 1,
					m->max[ZT_MAP_DEV]);
		if (i->binds[n].index >= m->max[ZT_MAP_BIND])
			return too_many(ret_error, ZT_MAP_BIND, i->binds[n].index + 1,
					m->max[ZT_MAP_BIND]);
	}
	for (n = 0; n < i->nr_devs; n++) {
		if (i->devs[n].index >= m->max[ZT_MAP_DEV])
			return too_many(ret_error, ZT_MAP_DEV, i->devs[n].index + 1,
					m->max[ZT_MAP_DEV]);
	}
	return 0;
}

static void set_port_word(struct zt_port *p, uint32_t parity, struct zt_port_word word)
{
	uint32_t v;

	memcpy(&v, &word, sizeof(v));
	__atomic_store_n((uint32_t *)&p->w[parity], v, __ATOMIC_RELEASE);
}

/* A MAC and two octets of zeroes, as it lies in a port. */
static uint64_t mac_word(const uint8_t mac[6])
{
	uint64_t v = 0;

	memcpy(&v, mac, 6);
	return v;
}

static void set_port_place(struct zt_port *p, const struct zt_image_port *want)
{
	__atomic_store_n(&p->zone, want->zone, __ATOMIC_RELAXED);
	__atomic_store_n(&p->l3_ifindex, want->l3_ifindex, __ATOMIC_RELAXED);
	__atomic_store_n(&p->unknown_bind, want->unknown_bind, __ATOMIC_RELAXED);
	__atomic_store_n((uint64_t *)p->mac, mac_word(want->mac), __ATOMIC_RELAXED);
}

/* Two words: who looks at this parity does so only after the generation has moved, or at zeroes. */
static void set_dev_word(struct zt_dev *d, uint32_t parity, struct zt_dev_word word)
{
	uint64_t v[sizeof(word) / sizeof(uint64_t)];
	size_t i;

	memcpy(v, &word, sizeof(v));
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		__atomic_store_n((uint64_t *)&d->w[parity] + i, v[i], __ATOMIC_RELEASE);
}

static void prepare_ports(struct zt_maps *m, const struct zt_image *i, uint32_t parity)
{
	const struct zt_image_port *want = i->ports, *end = i->ports + i->nr_ports;
	uint32_t n;

	for (n = 0; n < m->max[ZT_MAP_PORT]; n++) {
		struct zt_port *p = &m->port[n];

		if (want == end || want->ifindex != n) {
			if (p->w[parity].role)
				set_port_word(p, parity, (struct zt_port_word){ 0 });
			continue;
		}
		if (p->w[!parity].role == ZT_ROLE_NONE)
			set_port_place(p, want); /* no packet looks at it yet */
		set_port_word(p, parity, want->word);
		want++;
	}
}

/* Counters of the device that had this index; when this fails they stay, too high. */
static void forget_counts(struct zt_maps *m, uint32_t dev)
{
	int cpus = libbpf_num_possible_cpus();
	struct zt_devcnt *zero = cpus > 0 ? calloc(cpus, sizeof(*zero)) : NULL;

	if (zero)
		bpf_map_update_elem(m->map[ZT_MAP_DEVCNT], &dev, zero, BPF_ANY);
	free(zero);
}

static void prepare_devs(struct zt_maps *m, const struct zt_image *i, uint32_t parity)
{
	const struct zt_image_dev *want = i->devs, *end = i->devs + i->nr_devs;
	uint32_t n;

	for (n = 0; n < m->max[ZT_MAP_DEV]; n++) {
		struct zt_dev *d = &m->dev[n];

		if (want == end || want->index != n) {
			if (d->serial)
				set_dev_word(d, parity, (struct zt_dev_word){ 0 });
			continue;
		}
		if (d->serial && d->serial != want->serial)
			forget_counts(m, n);
		if (!d->serial)
			__atomic_store_n(&d->serial, want->serial, __ATOMIC_RELEASE);
		set_dev_word(d, parity, want->word);
		want++;
	}
}

/* MAC and VLAN are compared together: one store. */
static void set_bind_who(struct zt_bind *b, const uint8_t mac[6], uint16_t vlan)
{
	uint64_t v;

	memcpy(&v, mac, 6);
	memcpy((uint8_t *)&v + 6, &vlan, 2);
	__atomic_store_n((uint64_t *)b, v, __ATOMIC_RELEASE);
}

/* A binding nobody used: fields first, the device that makes it one last. */
static void new_bind(struct zt_bind *b, const struct zt_image_bind *want)
{
	set_bind_who(b, want->mac, want->vlan);
	__atomic_store_n(&b->ifindex, want->ifindex, __ATOMIC_RELAXED);
	__atomic_store_n(&b->flags, want->flags, __ATOMIC_RELAXED);
	__atomic_store_n(&b->seen, 0, __ATOMIC_RELAXED);
	__atomic_fetch_add(&b->epoch, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&b->dev, want->dev, __ATOMIC_RELEASE);
}

static const struct zt_image_bind *find_bind(const struct zt_image *i, uint32_t index)
{
	uint32_t lo = 0, hi = i->nr_binds, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (i->binds[mid].index == index)
			return &i->binds[mid];
		if (i->binds[mid].index < index)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* zt_dev.bind: the device's smallest binding; binds come sorted. */
static void set_first_binds(struct zt_maps *m, const struct zt_image *i)
{
	const struct zt_image_bind *b, *first;
	struct zt_dev *d;
	uint32_t n;

	for (n = 0; n < i->nr_binds; n++) {
		b = &i->binds[n];
		d = &m->dev[b->dev];
		first = d->bind <= b->index ? find_bind(i, d->bind) : NULL;
		if (!first || first->dev != b->dev)
			__atomic_store_n(&d->bind, b->index, __ATOMIC_RELAXED);
	}
}

/* zt_bind.next: the bindings of one device as a ring, from its first one. */
static void set_rings(struct zt_maps *m, const struct zt_image *i)
{
	uint32_t *last = calloc(m->max[ZT_MAP_DEV], sizeof(*last)), n, next;

	if (!last)
		return; /* then each stays alone: a lease's end reaches the MAC that took it */
	for (n = 0; n < i->nr_binds; n++) {
		const struct zt_image_bind *b = &i->binds[n];

		if (last[b->dev])
			__atomic_store_n(&m->bind[last[b->dev]].next, b->index, __ATOMIC_RELAXED);
		last[b->dev] = b->index;
	}
	for (n = 0; n < i->nr_devs; n++) {
		uint32_t dev = i->devs[n].index;

		next = last[dev] == m->dev[dev].bind ? 0 : m->dev[dev].bind;
		if (last[dev])
			__atomic_store_n(&m->bind[last[dev]].next, next, __ATOMIC_RELAXED);
	}
	free(last);
}

void zt_arrays_prepare(struct zt_maps *m, const struct zt_image *i, uint32_t parity)
{
	uint32_t n;

	prepare_ports(m, i, parity);
	prepare_devs(m, i, parity);
	for (n = 0; n < i->nr_binds; n++) {
		struct zt_bind *b = &m->bind[i->binds[n].index];

		if (!b->dev)
			new_bind(b, &i->binds[n]);
	}
	set_first_binds(m, i);
	set_rings(m, i);
}

static int compare_mac(const void *key, const void *row)
{
	return memcmp(key, &((const struct zt_image_mac *)row)->key, sizeof(struct zt_mac_key));
}

/* May the binding stay on the port where the programs have it now. */
static bool may_stay(const struct zt_image *i, const struct zt_image_bind *want, uint32_t ifindex)
{
	struct zt_mac_key key = { .vlan = want->vlan, .where = ifindex };
	const struct zt_image_mac *mac;

	if (ifindex == want->ifindex)
		return true;
	if (want->flags & (ZT_BIND_IP | ZT_BIND_UNKNOWN))
		return false;
	if (!ifindex || ifindex & ZT_BIND_RELEASED)
		return true; /* the next frame binds it */
	memcpy(key.mac, want->mac, sizeof(key.mac));
	mac = bsearch(&key, i->macs, i->nr_macs, sizeof(*mac), compare_mac);
	return mac && mac->kind == ZT_MAC_DEVICE && mac->bind == want->index;
}

static uint32_t wanted_serial(const struct zt_image *i, uint32_t dev)
{
	uint32_t lo = 0, hi = i->nr_devs, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (i->devs[mid].index == dev)
			return i->devs[mid].serial;
		if (i->devs[mid].index < dev)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

/*
 * What a packet may see in the instant between these stores and the new
 * generation is a binding of the new policy judged by the rules of the old one;
 * the epoch moves last, so no flow record outlives the instant.
 */
static void switch_bind(struct zt_maps *m, const struct zt_image *i,
			const struct zt_image_bind *want)
{
	struct zt_bind *b = &m->bind[want->index];
	bool other = b->dev != want->dev || b->vlan != want->vlan || b->flags != want->flags ||
		     memcmp(b->mac, want->mac, sizeof(b->mac)) ||
		     m->dev[want->dev].serial != wanted_serial(i, want->dev);
	bool moved = !may_stay(i, want, __atomic_load_n(&b->ifindex, __ATOMIC_RELAXED));

	if (!other && !moved)
		return;
	if (other) {
		set_bind_who(b, want->mac, want->vlan);
		__atomic_store_n(&b->flags, want->flags, __ATOMIC_RELAXED);
		__atomic_store_n(&b->dev, want->dev, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&b->seen, 0, __ATOMIC_RELAXED); /* may go to another port at once */
	__atomic_store_n(&b->ifindex, want->ifindex, __ATOMIC_RELAXED);
	__atomic_fetch_add(&b->epoch, 1, __ATOMIC_RELEASE);
}

void zt_arrays_switch(struct zt_maps *m, const struct zt_image *i)
{
	uint32_t n;

	for (n = 0; n < i->nr_binds; n++)
		switch_bind(m, i, &i->binds[n]);
	for (n = 0; n < i->nr_devs; n++) {
		struct zt_dev *d = &m->dev[i->devs[n].index];

		if (d->serial != i->devs[n].serial)
			__atomic_store_n(&d->serial, i->devs[n].serial, __ATOMIC_RELEASE);
	}
	for (n = 0; n < i->nr_ports; n++) {
		struct zt_port *p = &m->port[i->ports[n].ifindex];

		if (p->zone != i->ports[n].zone || p->l3_ifindex != i->ports[n].l3_ifindex ||
		    p->unknown_bind != i->ports[n].unknown_bind ||
		    memcmp(p->mac, i->ports[n].mac, sizeof(p->mac)))
			set_port_place(p, &i->ports[n]);
	}
}

/* The epoch of a freed binding goes on counting: old records still name it. */
static void free_bind(struct zt_bind *b)
{
	static const uint8_t nobody[6];

	__atomic_fetch_add(&b->epoch, 1, __ATOMIC_RELEASE);
	set_bind_who(b, nobody, 0);
	__atomic_store_n(&b->ifindex, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&b->flags, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&b->seen, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&b->dev, 0, __ATOMIC_RELEASE);
}

static void free_dev(struct zt_maps *m, uint32_t dev)
{
	struct zt_dev *d = &m->dev[dev];

	forget_counts(m, dev);
	__atomic_store_n(&d->serial, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&d->bind, 0, __ATOMIC_RELAXED);
	set_dev_word(d, 0, (struct zt_dev_word){ 0 });
	set_dev_word(d, 1, (struct zt_dev_word){ 0 });
}

void zt_arrays_clean(struct zt_maps *m, const struct zt_image *i)
{
	const struct zt_image_port *port = i->ports, *port_end = port + i->nr_ports;
	const struct zt_image_bind *bind = i->binds, *bind_end = bind + i->nr_binds;
	const struct zt_image_dev *dev = i->devs, *dev_end = dev + i->nr_devs;
	uint32_t n;

	for (n = 0; n < m->max[ZT_MAP_PORT]; n++) {
		if (port < port_end && port->ifindex == n)
			port++;
		else if (m->port[n].w[0].role || m->port[n].w[1].role)
			m->port[n] = (struct zt_port){ 0 };
	}
	for (n = 0; n < m->max[ZT_MAP_BIND]; n++) {
		if (bind < bind_end && bind->index == n)
			bind++;
		else if (m->bind[n].dev)
			free_bind(&m->bind[n]);
	}
	for (n = 0; n < m->max[ZT_MAP_DEV]; n++) {
		if (dev < dev_end && dev->index == n)
			dev++;
		else if (m->dev[n].serial)
			free_dev(m, n);
	}
}

void zt_maps_release_port(struct zt_maps *m, uint32_t ifindex)
{
	uint32_t n, was;

	for (n = 0; n < m->max[ZT_MAP_BIND]; n++) {
		was = ifindex;
		if (m->bind[n].flags & (ZT_BIND_IP | ZT_BIND_UNKNOWN))
			continue; /* these have one port */
		__atomic_compare_exchange_n(&m->bind[n].ifindex, &was,
					    ifindex | ZT_BIND_RELEASED, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	}
}
