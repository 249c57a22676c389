/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference knows ports and addresses: policy-language §3.1 and §3.2, in their
 * order, and the modes of everybody concerned (§3.6).
 */
#include <endian.h>
#include <string.h>
#include "ref.h"

bool ref_same(const struct zt_addr *a, const struct zt_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool ref_is_link_local(uint8_t family, const struct zt_addr *a)
{
	return family == 6 && be32toh(a->w[0]) >> 22 == 0xfe800000 >> 22;
}

/* Multicast and the limited broadcast; broadcasts of a subnet the kernel knows. */
bool ref_is_group(uint8_t family, const struct zt_addr *a)
{
	if (family == 6)
		return be32toh(a->w[0]) >> 24 == 0xff;
	return be32toh(a->w[3]) >> 28 == 0xe || a->w[3] == 0xffffffff;
}

bool ref_is_unspecified(uint8_t family, const struct zt_addr *a)
{
	return family == 6 ? !a->w[0] && !a->w[1] && !a->w[2] && !a->w[3] : !a->w[3];
}

const struct zt_env_port *ref_port(const struct ref *r, uint32_t ifindex)
{
	for (uint32_t i = 0; i < r->env->nr_ports; i++)
		if (r->env->ports[i].ifindex == ifindex)
			return &r->env->ports[i];
	return NULL;
}

int ref_interface(const struct ref *r, const struct zt_env_port *port)
{
	for (uint32_t i = 0; port && r->policy && i < r->policy->nr_interfaces; i++)
		if (!strcmp(r->policy->interfaces[i].id, port->name))
			return i;
	return -1;
}

/* The number that stands for the unknown devices of an interface. */
uint32_t ref_stranger_of(const struct ref *r, int interface)
{
	return r->policy->nr_devices + interface;
}

static uint32_t segment_of(const struct ref *r, uint32_t device)
{
	const struct zt_policy *p = r->policy;

	return device < p->nr_devices ? p->devices[device].segment :
					p->interfaces[device - p->nr_devices].unknown_segment;
}

int ref_mode_of(const struct ref *r, uint32_t device)
{
	return device < r->policy->nr_devices && r->quarantined[device] ? ZT_MODE_QUARANTINE :
									  ref_segment_mode(r, device);
}

int ref_segment_mode(const struct ref *r, uint32_t device)
{
	return r->policy->segments[segment_of(r, device)].mode;
}

void ref_claimed(struct ref_pkt *p, uint32_t device)
{
	int mode = ref_mode_of(p->r, device);

	if (mode > p->mode) /* they are numbered by strictness */
		p->mode = mode;
}

static bool in_prefixes(const struct zt_prefixes *l, uint8_t family, const struct zt_addr *a,
			bool exactly)
{
	for (uint32_t i = 0; i < l->nr; i++) {
		bool single = l->v[i].plen == (l->v[i].family == 4 ? 32 : 128);

		if ((single || !exactly) && zt_prefix_holds(&l->v[i], family, a))
			return true;
	}
	return false;
}

static bool is_router(const struct ref_pkt *p, uint8_t family, const struct zt_addr *a)
{
	const struct zt_env *e = p->r->env;

	for (uint32_t i = 0; i < e->nr_router; i++) {
		if (e->router[i].family != family || !ref_same(&e->router[i].addr, a))
			continue;
		if (!e->router_scope[i] || e->router_scope[i] == ZT_ZONE(p->port->zone, p->vlan))
			return true;
	}
	return false;
}

/* A device that lists this very address; link-local ones count in its own zone and VLAN. */
static int listed_with(const struct ref_pkt *p, uint8_t family, const struct zt_addr *a)
{
	const struct zt_policy *policy = p->r->policy;

	for (uint32_t i = 0; i < policy->nr_devices; i++)
		if (in_prefixes(&policy->devices[i].addresses, family, a, true))
			return i;
	return -1;
}

/* The device behind which a routed cell holds it: the longest prefix. */
static int cell_with(const struct ref_pkt *p, uint8_t family, const struct zt_addr *a)
{
	const struct zt_policy *policy = p->r->policy;
	int found = -1, longest = -1;

	for (uint32_t i = 0; i < policy->nr_devices; i++) {
		const struct zt_prefixes *l = &policy->devices[i].addresses;

		for (uint32_t k = 0; k < l->nr; k++)
			if (l->v[k].plen > longest && zt_prefix_holds(&l->v[k], family, a)) {
				found = i;
				longest = l->v[k].plen;
			}
	}
	return found;
}

/* A single host that some application names and holds. */
static bool is_single_host(const struct ref_pkt *p, uint8_t family, const struct zt_addr *a)
{
	const struct zt_policy *policy = p->r->policy;

	for (uint32_t i = 0; i < policy->nr_apps; i++)
		if (in_prefixes(&policy->apps[i].hosts, family, a, true) &&
		    !in_prefixes(&policy->apps[i].except, family, a, false))
			return true;
	return false;
}

static int subnet_with(const struct ref_pkt *p, uint8_t family, const struct zt_addr *a)
{
	const struct zt_policy *policy = p->r->policy;

	for (uint32_t i = 0; i < policy->nr_segments; i++)
		if (in_prefixes(&policy->segments[i].subnets, family, a, false))
			return i;
	return -1;
}

static struct ref_who who(const struct ref_pkt *p, uint8_t family, const struct zt_addr *a,
			  bool with_learned)
{
	struct ref_who w = { .segment = -1 };
	const struct ref_learned *l;
	int device;

	if (is_router(p, family, a)) {
		w.what = WHAT_ROUTER;
		return w;
	}
	w.gateway = in_prefixes(&p->r->policy->infra.gateways, family, a, true);
	device = listed_with(p, family, a);
	if (device < 0 && is_single_host(p, family, a) && cell_with(p, family, a) < 0)
		return w;
	l = device < 0 && with_learned ? ref_learned_entry(p, family, a) : NULL;
	if (l && ref_learned_live(p, l))
		device = l->device;
	if (device < 0)
		device = cell_with(p, family, a);
	if (device >= 0) {
		w.what = WHAT_DEVICE;
		w.device = device;
	} else {
		w.segment = subnet_with(p, family, a);
	}
	return w;
}

struct ref_who ref_who(const struct ref_pkt *p, uint8_t family, const struct zt_addr *a)
{
	return who(p, family, a, true);
}

struct ref_who ref_who_static(const struct ref_pkt *p, uint8_t family, const struct zt_addr *a)
{
	return who(p, family, a, false);
}

bool ref_yields(uint32_t reason)
{
	switch (reason) {
	case ZT_REASON_NO_RULE:
	case ZT_REASON_DENIED:
	case ZT_REASON_WRONG_OPENER:
	case ZT_REASON_NO_FLOW:
	case ZT_REASON_QUOTA:
	case ZT_REASON_BAD_FLAGS:
	case ZT_REASON_INFRA_RATE:
	case ZT_REASON_NO_ROUTE:
		return true;
	default:
		return ref_verdict(reason, ZT_MODE_ENFORCE) == ZT_FORWARDED;
	}
}

/* §3.6: the families of reasons, and what each does in a mode. */
uint32_t ref_verdict(uint32_t reason, int mode)
{
	if (mode == ZT_MODE_QUARANTINE)
		return ZT_DROPPED;
	switch (reason) {
	case ZT_REASON_ALLOWED:
	case ZT_REASON_INFRA_ARP:
	case ZT_REASON_INFRA_ND:
	case ZT_REASON_INFRA_DHCP:
	case ZT_REASON_INFRA_GROUP:
	case ZT_REASON_ICMP_ERROR:
	case ZT_REASON_INFRA_L2:
		return ZT_FORWARDED;
	case ZT_REASON_TRUNCATED:
	case ZT_REASON_VLAN_STACK:
	case ZT_REASON_BAD_HEADER:
	case ZT_REASON_BAD_LENGTH:
	case ZT_REASON_HEADER_CHAIN:
	case ZT_REASON_FRAG_TINY:
	case ZT_REASON_FRAG_OVERLAP:
	case ZT_REASON_MULTICAST_SOURCE:
	case ZT_REASON_SPOOFED_UPLINK:
	case ZT_REASON_NO_POLICY:
	case ZT_REASON_INTERNAL:
		return ZT_DROPPED;
	default:
		return mode == ZT_MODE_LEARN ? ZT_FORWARDED :
		       mode == ZT_MODE_AUDIT ? ZT_AUDIT : ZT_DROPPED;
	}
}
