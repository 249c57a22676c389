/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine a simulation takes place on: the policy's interfaces, with the
 * capture's router in the middle. Pure.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "net/net.h"
#include "simulate.h"

static int set_routers(struct zt_env *e, const struct address_list *router)
{
	struct zt_prefix *v;
	uint32_t i;

	if (!router->nr)
		return 0;
	v = calloc(router->nr, sizeof(*v));
	if (!v)
		return -ENOMEM;
	for (i = 0; i < router->nr; i++)
		v[i] = (struct zt_prefix){.addr = router->v[i],
					  .family = router->family[i],
					  .plen = router->family[i] == 4 ? 32 : 128};
	free(e->router);
	free(e->router_scope);
	e->router = v;
	e->router_scope = NULL;
	e->nr_router = router->nr;
	return 0;
}

/* Devices that met without a router in the capture must do so here: one bridge for all. */
static int add_bridge(struct zt_env *e, const struct zt_policy *p, const uint8_t *mac)
{
	struct zt_env_port *grown = realloc(e->ports, (e->nr_ports + 1) * sizeof(*grown));
	uint32_t i;

	if (!grown)
		return -ENOMEM;
	e->ports = grown;
	for (i = 0; i < e->nr_ports; i++) {
		int in = zt_policy_interface(p, grown[i].name);

		if (in < 0 || p->interfaces[in].role != ZT_ROLE_DEVICE ||
		    p->interfaces[in].identity_ip)
			continue;
		grown[i].zone = SIM_BRIDGE;
		grown[i].l3_ifindex = SIM_BRIDGE;
		memcpy(grown[i].mac, mac, 6);
	}
	grown[e->nr_ports] = (struct zt_env_port){.name = "(bridge)",
						  .ifindex = SIM_BRIDGE,
						  .zone = SIM_BRIDGE,
						  .l3_ifindex = SIM_BRIDGE,
						  .role = ZT_ROLE_UPPER};
	memcpy(grown[e->nr_ports++].mac, mac, 6);
	return 0;
}

struct zt_env *sim_env(const struct zt_policy *p, const struct stations *s,
		       const struct address_list *router)
{
	static const uint8_t nobody[6] = {0x0e, 'Z', 'T', 'r', 't', 'r'};
	const uint8_t *mac = s->router >= 0 ? s->v[s->router].mac : nobody;
	struct zt_env *e = zt_env_fake(p);

	if (!e)
		return NULL;
	if (add_bridge(e, p, mac) < 0 || set_routers(e, router) < 0) {
		zt_env_free(e);
		return NULL;
	}
	return e;
}
