/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the machine's interfaces to what the compiler needs: ports with zone and
 * MAC, and this router's own addresses. Pure, but for the one call that reads.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "net/machine.h"

static void add_port(struct zt_env *env, const struct zt_roles *r, const struct zt_link *l)
{
	struct zt_env_port *e = &env->ports[env->nr_ports++];
	const struct zt_link *bridge = zt_bridge_of(r->m, l);
	const struct zt_link *l3 = bridge ? bridge : l;
	bool upper = zt_role_of(r, l) == ZT_ROLE_UPPER;

	*e = (struct zt_env_port){
		.ifindex = l->ifindex,
		.zone = zt_zone_of(r, l)->ifindex,
		.l3_ifindex = l3->ifindex,
		.role = upper ? ZT_ROLE_UPPER : 0,
		.vlan = upper ? l->vlan : 0,
		.mixed = zt_is_mixed(r, l),
		.raw_ip = zt_link_is_raw(l),
		.bond = !strcmp(l->kind, "bond"),
		.not_fast = zt_fast_hindrance(l),
	};
	memcpy(e->name, l->name, sizeof(e->name));
	memcpy(e->mac, l3->mac, sizeof(e->mac));
}

/* Members of a bond that is a device port are part of it: its XDP program runs there. */
static const struct zt_link *port_of_part(const struct zt_roles *r, const struct zt_link *l)
{
	const struct zt_link *master = zt_link_by_index(r->m, l->master);

	return master && zt_role_of(r, master) == ZT_ROLE_DEVICE ? master : NULL;
}

static void add_part(struct zt_env *env, const struct zt_roles *r, const struct zt_link *l,
		     const struct zt_link *of, struct zt_errors *warnings)
{
	struct zt_env_port *e = &env->ports[env->nr_ports++];

	*e = (struct zt_env_port){
		.ifindex = l->ifindex,
		.zone = zt_zone_of(r, of)->ifindex,
		.l3_ifindex = of->ifindex,
		.role = ZT_ROLE_PART,
	};
	memcpy(e->name, l->name, sizeof(e->name));
	if (zt_role_of(r, l))
		zt_errors_add(warnings, "interfaces.%s: is a member of %s; the role written for it "
			      "has no effect", l->name, of->name);
}

static int add_ports(struct zt_env *env, const struct zt_roles *r, struct zt_errors *warnings)
{
	const struct zt_link *l, *of;
	uint32_t i;

	env->ports = calloc(r->m->nr_links + 1, sizeof(*env->ports));
	if (!env->ports)
		return -ENOMEM;
	for (i = 0; i < r->m->nr_links; i++) {
		l = &r->m->links[i];
		of = port_of_part(r, l);
		if (of)
			add_part(env, r, l, of, warnings);
		else if (r->role[i])
			add_port(env, r, l);
		else if (l->up && strcmp(l->name, "lo"))
			zt_errors_add(warnings, "%s is not in \"interfaces\": what comes in by it "
				      "reaches no device", l->name);
	}
	return 0;
}

/* ---- own addresses ---- */

static bool is_link_local(const struct zt_prefix *a)
{
	const uint8_t *v = (const uint8_t *)&a->addr;

	return a->family == 6 && v[0] == 0xfe && (v[1] & 0xc0) == 0x80;
}

/* A link-local address is ours in its own layer 2 only. */
static bool scope_of(const struct zt_roles *r, const struct zt_own_addr *a, uint32_t *ret)
{
	const struct zt_link *l = zt_link_by_index(r->m, a->ifindex);

	*ret = 0;
	if (!is_link_local(&a->addr))
		return true;
	if (!l || !zt_is_inside(zt_role_of(r, l)))
		return false; /* no device can meet it there */
	*ret = ZT_ZONE(zt_zone_of(r, l)->ifindex,
		       zt_role_of(r, l) == ZT_ROLE_UPPER ? l->vlan : 0);
	return true;
}

struct own {
	struct zt_prefix addr;
	uint32_t scope;
};

static int by_address(const void *a, const void *b)
{
	const struct own *x = a, *y = b;
	int c = (int)x->addr.family - y->addr.family;

	if (!c)
		c = memcmp(&x->addr.addr, &y->addr.addr, sizeof(x->addr.addr));
	return c ? c : (x->scope > y->scope) - (x->scope < y->scope);
}

/* Sorted, each once: the same machine gives the same environment. */
static int add_addresses(struct zt_env *e, const struct zt_roles *r)
{
	struct own *own = calloc(r->m->nr_addrs + 1, sizeof(*own));
	uint32_t i, nr = 0;

	e->router = calloc(r->m->nr_addrs + 1, sizeof(*e->router));
	e->router_scope = calloc(r->m->nr_addrs + 1, sizeof(*e->router_scope));
	if (!own || !e->router || !e->router_scope) {
		free(own);
		return -ENOMEM;
	}
	for (i = 0; i < r->m->nr_addrs; i++) {
		own[nr].addr = r->m->addrs[i].addr;
		nr += scope_of(r, &r->m->addrs[i], &own[nr].scope);
	}
	qsort(own, nr, sizeof(*own), by_address);
	for (i = 0; i < nr; i++) {
		if (i && !by_address(&own[i - 1], &own[i]))
			continue;
		e->router[e->nr_router] = own[i].addr;
		e->router_scope[e->nr_router++] = own[i].scope;
	}
	free(own);
	return 0;
}

int zt_env_from_machine(const struct zt_policy *p, const struct zt_machine *m,
			struct zt_env **ret_env, char **ret_error, struct zt_errors *warnings)
{
	struct zt_env *env = calloc(1, sizeof(*env));
	struct zt_roles r = { .p = p, .m = m };
	int rc;

	rc = env ? zt_roles_find(&r, ret_error, warnings) : -ENOMEM;
	if (!rc)
		rc = add_ports(env, &r, warnings);
	if (!rc)
		rc = add_addresses(env, &r);
	free(r.role);
	if (rc) {
		zt_env_free(env);
		return rc;
	}
	*ret_env = env;
	return 0;
}

int zt_net_env(const struct zt_policy *p, struct zt_env **ret_env, char **ret_error,
	       struct zt_errors *warnings)
{
	struct zt_machine m;
	int rc;

	rc = zt_machine_read(&m, ret_error);
	if (rc)
		return rc;
	rc = zt_env_from_machine(p, &m, ret_env, ret_error, warnings);
	zt_machine_free(&m);
	return rc;
}
