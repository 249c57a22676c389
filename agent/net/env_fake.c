/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An environment without a machine, for checks, tests and simulation, and the
 * environment as a value. Pure: knows neither netlink nor interfaces.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include "net/net.h"

void zt_env_free(struct zt_env *e)
{
	if (!e)
		return;
	free(e->ports);
	free(e->router);
	free(e->router_scope);
	free(e);
}

static bool same_port(const struct zt_env_port *a, const struct zt_env_port *b)
{
	return !strcmp(a->name, b->name) && a->ifindex == b->ifindex && a->zone == b->zone &&
	       a->l3_ifindex == b->l3_ifindex && !memcmp(a->mac, b->mac, 6) && a->role == b->role &&
	       a->vlan == b->vlan && a->mixed == b->mixed && a->raw_ip == b->raw_ip &&
	       a->bond == b->bond && !a->not_fast == !b->not_fast;
}

static uint32_t scope(const struct zt_env *e, uint32_t i)
{
	return e->router_scope ? e->router_scope[i] : 0;
}

static bool same_router(const struct zt_env *a, const struct zt_env *b, uint32_t i)
{
	return a->router[i].family == b->router[i].family &&
	       a->router[i].plen == b->router[i].plen &&
	       !memcmp(&a->router[i].addr, &b->router[i].addr, sizeof(a->router[i].addr)) &&
	       scope(a, i) == scope(b, i);
}

bool zt_env_equal(const struct zt_env *a, const struct zt_env *b)
{
	uint32_t i;

	if (a->nr_ports != b->nr_ports || a->nr_router != b->nr_router ||
	    a->max_devices != b->max_devices || a->max_binds != b->max_binds ||
	    a->max_hosts != b->max_hosts || a->max_macs != b->max_macs)
		return false;
	for (i = 0; i < a->nr_ports; i++)
		if (!same_port(&a->ports[i], &b->ports[i]))
			return false;
	for (i = 0; i < a->nr_router; i++)
		if (!same_router(a, b, i))
			return false;
	return true;
}

static bool any_holds(const struct zt_prefixes *l, const struct zt_prefix *a)
{
	for (uint32_t i = 0; i < l->nr; i++)
		if (zt_prefix_holds(&l->v[i], a->family, &a->addr))
			return true;
	return false;
}

/* Does the policy say anything about this address. */
static bool is_spoken_for(const struct zt_policy *p, const struct zt_prefix *a)
{
	uint32_t i;

	for (i = 0; i < p->nr_segments; i++)
		if (any_holds(&p->segments[i].subnets, a))
			return true;
	for (i = 0; i < p->nr_devices; i++)
		if (any_holds(&p->devices[i].addresses, a))
			return true;
	for (i = 0; i < p->nr_apps; i++)
		if (any_holds(&p->apps[i].hosts, a))
			return true;
	return any_holds(&p->infra.gateways, a);
}

/* The router needs an address of each family: one of a documentation range nobody uses. */
static void add_router(struct zt_env *e, const struct zt_policy *p, const char *range)
{
	struct zt_prefix a = { 0 };
	uint32_t i, base;

	if (zt_addr_parse(range, &a.family, &a.addr))
		return;
	a.plen = a.family == 4 ? 32 : 128;
	base = be32toh(a.addr.w[3]);
	for (i = 1; i < 255; i++) {
		a.addr.w[3] = htobe32(base | i);
		if (!is_spoken_for(p, &a)) {
			e->router[e->nr_router++] = a;
			return;
		}
	}
}

static void add_ports(struct zt_env *e, const struct zt_policy *p)
{
	for (uint32_t i = 0; i < p->nr_interfaces; i++) {
		struct zt_env_port *port = &e->ports[e->nr_ports++];

		*port = (struct zt_env_port){
			.ifindex = i + 1,
			.zone = i + 1,
			.l3_ifindex = i + 1,
			.mac = { 0x0e, 'Z', 'T', 0, (i + 1) >> 8, i + 1 },
		};
		strncpy(port->name, p->interfaces[i].id, sizeof(port->name) - 1);
	}
}

struct zt_env *zt_env_fake(const struct zt_policy *p)
{
	struct zt_env *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->ports = calloc(p->nr_interfaces + 1, sizeof(*e->ports));
	e->router = calloc(2, sizeof(*e->router));
	if (!e->ports || !e->router) {
		zt_env_free(e);
		return NULL;
	}
	add_ports(e, p);
	add_router(e, p, "192.0.2.0");
	add_router(e, p, "2001:db8:5a54::");
	return e;
}
