/* SPDX-License-Identifier: GPL-2.0 */
/* From two sides to frames, and through the programs in the order of their way. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include "packet.h"
#include "question.h"

#define ASKED_TOGETHER 64 /* then time passes, so that no quota fills */
#define PAUSE_S 600
#define FIRST_PORT 20000

static const uint8_t unknown_mac[6] = {0x02, 'u', 'n', 'k', 'n', 'o'};
static const uint8_t outside_mac[6] = {0x02, 'p', 'e', 'e', 'r', 's'};

/* Where a side is: its port, its MAC and tag there, its address. */
struct place {
	const struct zt_env_port *port; /* NULL: made by the router itself */
	uint8_t mac[6];
	uint16_t vlan;
	struct zt_addr addr;
};

static const struct zt_env_port *first_port(const struct world *w, uint32_t *ret_interface)
{
	uint32_t i;

	for (i = 0; i < w->policy->nr_interfaces; i++)
		if (w->policy->interfaces[i].role == ZT_ROLE_DEVICE) {
			*ret_interface = i;
			return world_port(w, i);
		}
	return NULL;
}

/* An unknown device speaks from its segment's subnets, or from nowhere in particular. */
static void unknown_address(const struct world *w, uint32_t interface, uint8_t family,
			    struct zt_addr *ret)
{
	const struct zt_segment *s =
		&w->policy->segments[w->policy->interfaces[interface].unknown_segment];
	uint32_t i;

	for (i = 0; i < s->subnets.nr; i++)
		if (s->subnets.v[i].family == family) {
			*ret = s->subnets.v[i].addr;
			ret->w[3] = htonl(ntohl(ret->w[3]) + 9);
			return;
		}
	if (family == 4)
		*ret = (struct zt_addr){{0, 0, htonl(0xffff), htonl(0xc61200fe)}};
	else
		*ret = (struct zt_addr){{htonl(0x20010002), 0, 0, htonl(0xfe)}};
}

static int router_address(const struct world *w, uint8_t family, struct zt_addr *ret)
{
	uint32_t i;

	for (i = 0; i < w->env->nr_router; i++)
		if (w->env->router[i].family == family) {
			*ret = w->env->router[i].addr;
			return 0;
		}
	return -EADDRNOTAVAIL;
}

static int place_device(struct world *w, uint32_t device, uint8_t family, struct place *ret)
{
	const struct zt_device *d = &w->policy->devices[device];

	ret->port = d->ports.nr ? world_port(w, d->ports.v[0]) : NULL;
	if (!ret->port)
		return -ENODEV;
	memcpy(ret->mac, d->nr_macs ? d->macs[0] : unknown_mac, 6);
	ret->vlan = d->vlan;
	return device_address(w, device, family, &ret->addr);
}

static int place_unknown(struct world *w, uint8_t family, struct place *ret)
{
	uint32_t interface = 0;
	const struct zt_interface *in;

	ret->port = first_port(w, &interface);
	if (!ret->port)
		return -ENODEV;
	in = &w->policy->interfaces[interface];
	memcpy(ret->mac, unknown_mac, 6);
	ret->vlan = in->untagged || !in->nr_vlans ? 0 : in->vlans[0];
	unknown_address(w, interface, family, &ret->addr);
	return 0;
}

static int find_place(struct world *w, const struct side *s, uint8_t family, struct place *ret)
{
	*ret = (struct place){};
	switch (s->kind) {
	case SIDE_DEVICE:
		return place_device(w, s->device, family, ret);
	case SIDE_UNKNOWN:
		return place_unknown(w, family, ret);
	case SIDE_ROUTER:
		return router_address(w, family, &ret->addr);
	case SIDE_ADDRESS:
		ret->port = world_role(w, ZT_ROLE_UPLINK);
		if (!ret->port)
			ret->port = world_role(w, ZT_ROLE_IGNORE);
		if (!ret->port)
			return -ENODEV;
		if (s->family != family)
			return -EADDRNOTAVAIL;
		memcpy(ret->mac, outside_mac, 6);
		ret->addr = s->addr;
		return 0;
	}
	return -EINVAL;
}

static bool is_device(const struct side *s)
{
	return s->kind == SIDE_DEVICE || s->kind == SIDE_UNKNOWN;
}

bool question_possible(struct world *w, const struct question *q)
{
	struct place from, to;

	return !find_place(w, &q->from, q->family, &from) && !find_place(w, &q->to, q->family, &to);
}

/* One program on one frame; what is between two device sides goes by the router. */
static int run(struct world *w, const struct packet *p, uint8_t dir, const struct place *device,
	       const struct place *other, struct answer *ret)
{
	uint8_t frame[PACKET_MAX];
	struct zt_run r = {
		.dir = dir, .frame = frame, .now = w->now, .ifindex = device->port->ifindex};

	r.len = packet_build(p, frame);
	if (dir == ZT_TO_DEVICE)
		r.in_ifindex = other->port ? other->port->ifindex : 0;
	ret->to_device = dir == ZT_TO_DEVICE;
	return zt_maps_run(w->maps, &r, &ret->result);
}

static int walk(struct world *w, const struct question *q, const struct place *from,
		const struct place *to, struct answer *ret)
{
	struct packet p = {.family = q->family,
			   .src = from->addr,
			   .dst = to->addr,
			   .proto = q->proto,
			   .sport = w->port,
			   .what = q->what};
	int r = 0;

	ret->src = from->addr;
	ret->dst = to->addr;
	if (is_device(&q->from)) {
		memcpy(p.smac, from->mac, 6);
		memcpy(p.dmac, from->port->mac, 6);
		p.vlan = from->vlan;
		r = run(w, &p, ZT_FROM_DEVICE, from, to, ret);
		if (r < 0 || ret->result.verdict == ZT_DROPPED)
			return r;
	}
	if (is_device(&q->to)) {
		memcpy(p.smac, to->port->mac, 6);
		memcpy(p.dmac, to->mac, 6);
		p.vlan = to->vlan;
		r = run(w, &p, ZT_TO_DEVICE, to, from, ret);
	}
	return r;
}

int question_ask(struct world *w, const struct question *q, struct answer *ret)
{
	struct answer answer = {};
	struct place from, to;
	int r = find_place(w, &q->from, q->family, &from);

	if (!r)
		r = find_place(w, &q->to, q->family, &to);
	if (!r)
		r = walk(w, q, &from, &to, &answer);
	if (r < 0)
		return r;
	*ret = answer;
	if (++w->port % ASKED_TOGETHER)
		return 0;
	if (w->port > 60000)
		w->port = FIRST_PORT;
	return world_pass(w, PAUSE_S);
}

bool answer_is_allowed(const struct answer *a)
{
	return a->result.verdict == ZT_FORWARDED && a->result.reason == ZT_REASON_ALLOWED;
}
