/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random small policies and questions about them, for tests that have an oracle.
 * Built as models, not text, so that corners the parser would refuse (a deny over
 * a device's address, an empty set) are asked too. Few addresses and few ports:
 * what matters is how they overlap. Everything follows from the seed.
 */
#ifndef ZT_RANDOM_POLICY_H
#define ZT_RANDOM_POLICY_H

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include "compile/image.h"

struct zt_random {
	uint64_t s;
};

static inline uint32_t zt_random(struct zt_random *r, uint32_t below)
{
	r->s ^= r->s << 13;
	r->s ^= r->s >> 7;
	r->s ^= r->s << 17;
	return below ? (uint32_t)(r->s >> 32) % below : 0;
}

/* True once in n. */
static inline bool zt_random_1in(struct zt_random *r, uint32_t n)
{
	return !zt_random(r, n);
}

/* The policy and all that it points to; free with zt_random_policy_free(). */
struct zt_random_policy {
	struct zt_policy policy;
	struct zt_env env;
	void *pieces[512];
	uint32_t nr_pieces;
};

static inline void *zt_random_piece(struct zt_random_policy *p, size_t nr, size_t size)
{
	void *v = calloc(nr ? nr : 1, size);

	if (!v || p->nr_pieces == sizeof(p->pieces) / sizeof(p->pieces[0]))
		abort();
	return p->pieces[p->nr_pieces++] = v;
}

static inline struct zt_addr zt_random_v4(uint32_t host_order)
{
	return (struct zt_addr){ { 0, 0, htobe32(0xffff), htobe32(host_order) } };
}

static inline struct zt_addr zt_random_v6(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	return (struct zt_addr){ { htobe32(a), htobe32(b), htobe32(c), htobe32(d) } };
}

/* Private, shared, public and special networks, sixteen hosts of each. */
static inline uint32_t zt_random_ipv4(struct zt_random *r)
{
	static const uint32_t nets[] = { 0x0a000000, 0x0a000000, 0x0a000100, 0x0a070000,
					 0x08080800, 0x08080800, 0x09090900, 0xc6336400,
					 0x64400000, 0xe0000000, 0xffffffff };

	return nets[zt_random(r, sizeof(nets) / sizeof(nets[0]))] | zt_random(r, 16);
}

static inline struct zt_addr zt_random_ipv6(struct zt_random *r)
{
	uint32_t host = zt_random(r, 16), v4 = zt_random_ipv4(r);

	switch (zt_random(r, 8)) {
	case 0:
		return zt_random_v6(0x0064ff9b, 0, 0, v4);
	case 1:
		return zt_random_v6(0x20020000 | v4 >> 16, v4 << 16, 0, host);
	case 2:
		return zt_random_v6(0, 0, 0xffff, v4);
	case 3:
		return zt_random_v6(0x26000000, 0, 0, host);
	case 4:
		return zt_random_v6(0x20010db8, 0, 0, host);
	case 5:
		return zt_random_v6(0xff020000, 0, 0, host);
	default:
		return zt_random_v6(0xfd000000, 0, 0, host);
	}
}

static inline struct zt_prefix zt_random_cut(struct zt_prefix p, uint8_t plen)
{
	uint32_t bits = plen + (p.family == 4 ? 96 : 0);

	for (uint32_t i = bits; i < 128; i++)
		p.addr.w[i / 32] &= htobe32(~(1u << (31 - i % 32)));
	p.plen = plen;
	return p;
}

static inline struct zt_prefix zt_random_address(struct zt_random *r)
{
	if (zt_random_1in(r, 3))
		return (struct zt_prefix){ zt_random_ipv6(r), 6, 128 };
	return (struct zt_prefix){ zt_random_v4(zt_random_ipv4(r)), 4, 32 };
}

static inline struct zt_prefix zt_random_prefix(struct zt_random *r)
{
	static const uint8_t plens4[] = { 8, 12, 16, 24, 28, 29, 30, 31, 32, 32, 32 };
	static const uint8_t plens6[] = { 3, 8, 16, 32, 64, 96, 120, 124, 126, 128, 128, 128 };
	struct zt_prefix p = zt_random_address(r);

	return zt_random_cut(p, p.family == 4 ? plens4[zt_random(r, sizeof(plens4))] :
						plens6[zt_random(r, sizeof(plens6))]);
}

/* ---- interfaces, segments, devices --------------------------------------- */

/* lan0 untagged, lan1 also VLAN 5, cell0 by address, wan0 uplink. */
static inline void zt_random_interfaces(struct zt_random_policy *p)
{
	static const char *const names[] = { "cell0", "lan0", "lan1", "wan0" };
	struct zt_interface *f = zt_random_piece(p, 4, sizeof(*f));
	uint16_t *vlans = zt_random_piece(p, 1, sizeof(*vlans));

	vlans[0] = 5;
	for (uint32_t i = 0; i < 4; i++)
		f[i] = (struct zt_interface){ .id = names[i],
					      .role = ZT_ROLE_DEVICE,
					      .untagged = true,
					      .unknown_segment = 2 };
	f[0].identity_ip = true;
	f[2].vlans = vlans;
	f[2].nr_vlans = 1;
	f[3].role = ZT_ROLE_UPLINK;
	p->policy.interfaces = f;
	p->policy.nr_interfaces = 4;
}

static inline void zt_random_segments(struct zt_random_policy *p, struct zt_random *r)
{
	struct zt_segment *s = zt_random_piece(p, 3, sizeof(*s));
	struct zt_prefix *v = zt_random_piece(p, 4, sizeof(*v));

	v[0] = (struct zt_prefix){ zt_random_v4(0x0a000000), 4, 24 };
	v[1] = (struct zt_prefix){ zt_random_v6(0xfd000000, 0, 0, 0), 6, 64 };
	v[2] = (struct zt_prefix){ zt_random_v4(0x08080808), 4, 29 };
	v[3] = (struct zt_prefix){ zt_random_v6(0x26000000, 0, 0, 8), 6, 125 };
	s[0] = (struct zt_segment){ .id = "seg-a",
				    .mode = 1 + zt_random(r, 3),
				    .subnets = { v, 2 } };
	s[1] = (struct zt_segment){ .id = "seg-b",
				    .mode = 1 + zt_random(r, 3),
				    .subnets = { v + 2, zt_random(r, 3) } };
	s[2] = (struct zt_segment){ .id = "unknown", .builtin = true, .mode = ZT_MODE_ENFORCE };
	p->policy.segments = s;
	p->policy.nr_segments = 3;
}

/* Device k has 10.0.0.k, perhaps fd00::k, perhaps the routed cell 10.7.0.0/28 or a half of it. */
static inline void zt_random_addresses(struct zt_random_policy *p, struct zt_random *r, uint32_t k)
{
	struct zt_device *d = &p->policy.devices[k];
	struct zt_prefix *v = zt_random_piece(p, 3, sizeof(*v));
	uint32_t nr = 0;

	if (!zt_random_1in(r, 6))
		v[nr++] = (struct zt_prefix){ zt_random_v4(0x0a000000 + k), 4, 32 };
	if (zt_random_1in(r, 2))
		v[nr++] = (struct zt_prefix){ zt_random_v6(0xfd000000, 0, 0, k), 6, 128 };
	if (k < 3 && zt_random_1in(r, 2))
		v[nr++] = (struct zt_prefix){ zt_random_v4(0x0a070000 + (k == 2 ? 8 : 0)), 4,
					      k == 0 ? 28 : 29 };
	d->addresses = (struct zt_prefixes){ v, nr };
	d->dynamic4 = !nr || zt_random_1in(r, 4);
	d->dynamic6 = zt_random_1in(r, 4);
}

static inline void zt_random_devices(struct zt_random_policy *p, struct zt_random *r)
{
	static const char *const names[] = { "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7" };
	uint32_t k, nr = 1 + zt_random(r, 8), *ports;
	struct zt_device *d = zt_random_piece(p, nr, sizeof(*d));

	p->policy.devices = d;
	p->policy.nr_devices = nr;
	for (k = 0; k < nr; k++) {
		d[k].id = names[k];
		d[k].segment = zt_random(r, 2);
		ports = zt_random_piece(p, 2, sizeof(*ports));
		ports[0] = zt_random(r, 3);
		ports[1] = 2;
		d[k].ports = (struct zt_set){ ports, ports[0] == 1 ? 1 + zt_random(r, 2) : 1 };
		if (ports[0]) {
			d[k].nr_macs = 1 + zt_random_1in(r, 4);
			memcpy(d[k].macs[0], (uint8_t[]){ 2, 0, 0, 0, 1, k }, 6);
			memcpy(d[k].macs[1], (uint8_t[]){ 2, 0, 0, 0, 2, k }, 6);
			d[k].vlan = ports[0] == 2 && zt_random_1in(r, 2) ? 5 : 0;
		}
		zt_random_addresses(p, r, k);
	}
}

/* ---- applications -------------------------------------------------------- */

static inline struct zt_service zt_random_service(struct zt_random *r)
{
	static const struct zt_service v[] = {
		{ ZT_SERVICE_TCP, 80, 80 },	  { ZT_SERVICE_TCP, 80, 90 },
		{ ZT_SERVICE_TCP, 443, 443 },	  { ZT_SERVICE_TCP, 1, 65535 },
		{ ZT_SERVICE_TCP, 85, 443 },	  { ZT_SERVICE_UDP, 53, 53 },
		{ ZT_SERVICE_UDP, 50, 60 },	  { ZT_SERVICE_ICMP_ECHO, 0, 0 },
		{ ZT_SERVICE_ICMP4, 8, 8 },	  { ZT_SERVICE_ICMP4, 13, 13 },
		{ ZT_SERVICE_ICMP6, 128, 128 },	  { ZT_SERVICE_PROTO, 47, 47 },
		{ ZT_SERVICE_PROTO, 255, 255 },	  { ZT_SERVICE_ANY, 0, 0 },
		{ ZT_SERVICE_TCP, 65535, 65535 },
	};

	return v[zt_random(r, sizeof(v) / sizeof(v[0]))];
}

static inline struct zt_services zt_random_services(struct zt_random_policy *p, struct zt_random *r,
						    uint32_t nr)
{
	struct zt_service *v = zt_random_piece(p, nr, sizeof(*v));

	for (uint32_t i = 0; i < nr; i++)
		v[i] = zt_random_service(r);
	return (struct zt_services){ v, nr };
}

/* An exception lies inside a host prefix, or, for internet, anywhere. */
static inline void zt_random_except(struct zt_random_policy *p, struct zt_random *r,
				    struct zt_app *a)
{
	uint32_t i, nr = zt_random(r, 3), from;
	struct zt_prefix *v = zt_random_piece(p, nr, sizeof(*v)), at;

	for (i = 0; i < nr; i++) {
		at = zt_random_address(r);
		if (!a->hosts.nr) {
			v[i] = at;
			continue;
		}
		from = zt_random(r, a->hosts.nr);
		v[i] = a->hosts.v[from];
		if (at.family == v[i].family && zt_prefix_holds(&v[i], at.family, &at.addr))
			v[i] = zt_random_cut(at, v[i].plen + zt_random(r, at.plen - v[i].plen + 1));
	}
	a->except = (struct zt_prefixes){ v, nr };
}

static inline void zt_random_app(struct zt_random_policy *p, struct zt_random *r, struct zt_app *a)
{
	uint32_t nr = zt_random(r, 5);
	struct zt_prefix *v = zt_random_piece(p, nr, sizeof(*v));

	for (uint32_t i = 0; i < nr; i++)
		v[i] = zt_random_prefix(r);
	a->hosts = (struct zt_prefixes){ v, nr };
	a->is_router = zt_random_1in(r, 6);
	a->is_internet = zt_random_1in(r, 6);
	if (nr || a->is_internet)
		zt_random_except(p, r, a);
	if (zt_random_1in(r, 2))
		a->services = zt_random_services(p, r, 1 + zt_random(r, 3));
}

static inline void zt_random_apps(struct zt_random_policy *p, struct zt_random *r)
{
	static const char *const names[] = { "app0", "app1", "app2", "app3", "app4", "app5" };
	static const char *const builtin[] = { "internet", "router", "router-dns", "router-ntp",
					       "router-ping" };
	static struct zt_service services[] = { { ZT_SERVICE_TCP, 53, 53 },
						{ ZT_SERVICE_UDP, 53, 53 },
						{ ZT_SERVICE_UDP, 123, 123 },
						{ ZT_SERVICE_ICMP_ECHO, 0, 0 } };
	uint32_t i, nr = zt_random(r, 7);
	struct zt_app *a = zt_random_piece(p, nr + 5, sizeof(*a));

	for (i = 0; i < nr; i++) {
		a[i].id = names[i];
		zt_random_app(p, r, &a[i]);
	}
	for (i = 0; i < 5; i++)
		a[nr + i] = (struct zt_app){
			.id = builtin[i], .builtin = true, .is_internet = i == 0, .is_router = i > 0
		};
	a[nr + 2].services = (struct zt_services){ services, 2 };
	a[nr + 3].services = (struct zt_services){ services + 2, 1 };
	a[nr + 4].services = (struct zt_services){ services + 3, 1 };
	p->policy.apps = a;
	p->policy.nr_apps = nr + 5;
}

/* ---- rules ---------------------------------------------------------------- */

static inline struct zt_set zt_random_set(struct zt_random_policy *p, struct zt_random *r,
					  uint32_t of, uint32_t one_in)
{
	uint32_t *v = zt_random_piece(p, of, sizeof(*v)), nr = 0;

	for (uint32_t i = 0; i < of; i++)
		if (zt_random_1in(r, one_in))
			v[nr++] = i;
	return (struct zt_set){ v, nr };
}

static inline void zt_random_side(struct zt_random_policy *p, struct zt_random *r,
				  struct zt_side *side, bool is_apps, bool is_from)
{
	side->is_apps = is_apps;
	if (is_apps) {
		side->apps = zt_random_set(p, r, p->policy.nr_apps, 4);
		return;
	}
	side->all_devices = zt_random_1in(r, 4);
	side->unknown = zt_random_1in(r, is_from ? 4 : 8); /* in `to` it says nothing */
	side->devices = zt_random_set(p, r, p->policy.nr_devices,
				      side->all_devices ? 1 : 2 + zt_random(r, 2));
}

/* A rule's own services must lie inside those of each application in `to`. */
static inline void zt_random_rule_services(struct zt_random_policy *p, struct zt_random *r,
					   struct zt_policy_rule *rule)
{
	const struct zt_app *a;

	for (uint32_t i = 0; rule->to.is_apps && i < rule->to.apps.nr; i++) {
		a = &p->policy.apps[rule->to.apps.v[i]];
		if (!a->services.nr)
			continue;
		if (rule->to.apps.nr == 1 && zt_random_1in(r, 2))
			rule->services = (struct zt_services){ a->services.v, 1 };
		return;
	}
	rule->services = zt_random_services(p, r, 1 + zt_random(r, 3));
}

static inline void zt_random_rules(struct zt_random_policy *p, struct zt_random *r)
{
	static const char *const names[] = { "r00", "r01", "r02", "r03", "r04", "r05",
					     "r06", "r07", "r08", "r09", "r10", "r11" };
	uint32_t i, kind, nr = zt_random(r, 13);
	struct zt_policy_rule *v = zt_random_piece(p, nr, sizeof(*v));

	for (i = 0; i < nr; i++) {
		kind = zt_random(r, 3);
		v[i].id = names[i];
		v[i].deny = zt_random_1in(r, 4);
		v[i].log = zt_random_1in(r, 2);
		zt_random_side(p, r, &v[i].from, kind == 1, true);
		zt_random_side(p, r, &v[i].to, kind == 2, false);
		zt_random_rule_services(p, r, &v[i]);
	}
	p->policy.rules = v;
	p->policy.nr_rules = nr;
}

/* ---- the whole ------------------------------------------------------------- */

/* lan0 and lan1 are members of bridge 9; the router is 10.0.0.14, fd00::e, fe80::1. */
static inline void zt_random_env(struct zt_random_policy *p)
{
	struct zt_env_port *port = zt_random_piece(p, 5, sizeof(*port));
	struct zt_prefix *v = zt_random_piece(p, 3, sizeof(*v));
	uint32_t i, *scope = zt_random_piece(p, 3, sizeof(*scope));

	for (i = 0; i < 4; i++) {
		port[i] = (struct zt_env_port){ .ifindex = i + 1,
						.zone = i + 1,
						.l3_ifindex = i + 1,
						.mac = { 2, 0, 0, 0, 9, i + 1 } };
		strcpy(port[i].name, p->policy.interfaces[i].id);
	}
	port[1].zone = port[2].zone = port[1].l3_ifindex = port[2].l3_ifindex = 9;
	port[4] = (struct zt_env_port){ .name = "br0",
					.ifindex = 9,
					.zone = 9,
					.l3_ifindex = 9,
					.mac = { 2, 0, 0, 0, 9, 9 },
					.role = ZT_ROLE_UPPER };
	v[0] = (struct zt_prefix){ zt_random_v4(0x0a00000e), 4, 32 };
	v[1] = (struct zt_prefix){ zt_random_v6(0xfd000000, 0, 0, 14), 6, 128 };
	v[2] = (struct zt_prefix){ zt_random_v6(0xfe800000, 0, 0, 1), 6, 128 };
	scope[2] = ZT_ZONE(9, 0);
	p->env = (struct zt_env){
		.ports = port, .nr_ports = 5, .router = v, .router_scope = scope, .nr_router = 3
	};
}

static inline void zt_random_policy_make(struct zt_random_policy *p, struct zt_random *r)
{
	memset(p, 0, sizeof(*p));
	zt_random_interfaces(p);
	zt_random_segments(p, r);
	zt_random_devices(p, r);
	zt_random_apps(p, r);
	zt_random_rules(p, r);
	zt_random_env(p);
	p->policy.infra.dhcp_router = true;
	p->policy.hash[0] = zt_random(r, 256);
}

/* One `never` or `only` of its own, in place of the test before. */
static inline void zt_random_policy_test(struct zt_random_policy *p, struct zt_random *r)
{
	struct zt_policy_test *t = zt_random_piece(p, 1, sizeof(*t));
	uint32_t kind = zt_random(r, 3);

	t->id = "t";
	t->kind = zt_random_1in(r, 2) ? ZT_TEST_NEVER : ZT_TEST_ONLY;
	zt_random_side(p, r, &t->from, kind == 1, true);
	zt_random_side(p, r, &t->to, kind == 2, false);
	if (t->kind == ZT_TEST_NEVER && zt_random_1in(r, 2))
		t->services = zt_random_services(p, r, 1 + zt_random(r, 2));
	p->policy.tests = t;
	p->policy.nr_tests = 1;
}

static inline void zt_random_policy_free(struct zt_random_policy *p)
{
	for (uint32_t i = 0; i < p->nr_pieces; i++)
		free(p->pieces[i]);
	p->nr_pieces = 0;
}

/* Where things begin and end is where they go wrong: just inside or outside of some prefix. */
static inline struct zt_prefix zt_random_edge(struct zt_random *r, const struct zt_prefix *p)
{
	struct zt_prefix a = *p;
	uint32_t w, host;

	a.plen = p->family == 4 ? 32 : 128;
	host = a.plen - p->plen > 31 ? 0xffffffff : (1u << (a.plen - p->plen)) - 1;
	w = be32toh(a.addr.w[3]);
	if (zt_random_1in(r, 2))
		w += host;
	a.addr.w[3] = htobe32(w + zt_random(r, 3) - 1);
	return a;
}

static inline struct zt_prefix zt_random_peer(const struct zt_random_policy *p, struct zt_random *r)
{
	const struct zt_app *a = &p->policy.apps[zt_random(r, p->policy.nr_apps)];

	if (zt_random_1in(r, 3) && a->hosts.nr)
		return zt_random_edge(r, &a->hosts.v[zt_random(r, a->hosts.nr)]);
	if (zt_random_1in(r, 3) && a->except.nr)
		return zt_random_edge(r, &a->except.v[zt_random(r, a->except.nr)]);
	return zt_random_address(r);
}

/* A protocol and port or type that belongs to the family. */
static inline void zt_random_question_service(struct zt_random *r, struct zt_question *q)
{
	static const uint16_t ports[] = { 79, 80, 81, 85, 90, 91,  442, 443,  444,
					  49, 50, 53, 60, 61, 123, 1,	65535 };
	static const uint8_t types4[] = { 8, 13, 17 }, types6[] = { 128, 135 };
	static const uint8_t protos[] = { 47, 255, 132 };

	switch (zt_random(r, 6)) {
	case 0:
		q->proto = q->family == 4 ? 1 : 58;
		q->what = q->family == 4 ? types4[zt_random(r, 3)] : types6[zt_random(r, 2)];
		break;
	case 1:
		q->proto = protos[zt_random(r, 3)];
		break;
	default:
		q->proto = zt_random_1in(r, 3) ? 17 : 6;
		q->what = ports[zt_random(r, sizeof(ports) / sizeof(ports[0]))];
	}
}

static inline void zt_random_aim_service(struct zt_random *r, const struct zt_services *l,
					 struct zt_question *q)
{
	const struct zt_service *s = &l->v[zt_random(r, l->nr)];

	switch (s->kind) {
	case ZT_SERVICE_TCP:
	case ZT_SERVICE_UDP:
		q->proto = s->kind == ZT_SERVICE_TCP ? 6 : 17;
		q->what = zt_random_1in(r, 2) ? s->lo : s->hi;
		return;
	case ZT_SERVICE_ICMP_ECHO:
		q->proto = q->family == 4 ? 1 : 58;
		q->what = q->family == 4 ? 8 : 128;
		return;
	case ZT_SERVICE_PROTO:
		q->proto = s->lo;
		q->what = 0;
		return;
	default:
		return;
	}
}

/* Turn a question towards what a rule speaks about. */
static inline void zt_random_aim(const struct zt_random_policy *p, struct zt_random *r,
				 struct zt_question *q)
{
	const struct zt_policy_rule *rule = &p->policy.rules[zt_random(r, p->policy.nr_rules)];
	const struct zt_side *devices = rule->from.is_apps ? &rule->to : &rule->from;
	const struct zt_side *apps = rule->from.is_apps ? &rule->from : &rule->to;
	const struct zt_services *services = &rule->services;
	const struct zt_app *a;

	if (devices->devices.nr)
		q->device = devices->devices.v[zt_random(r, devices->devices.nr)];
	q->dir = rule->from.is_apps ? ZT_TO_DEVICE : ZT_FROM_DEVICE;
	q->peer_router = false;
	if (!apps->is_apps) {
		if (apps->devices.nr)
			q->peer_device = apps->devices.v[zt_random(r, apps->devices.nr)];
	} else {
		q->peer_device = -1;
	}
	if (apps->is_apps && apps->apps.nr) {
		a = &p->policy.apps[apps->apps.v[zt_random(r, apps->apps.nr)]];
		q->peer_router = a->is_router && zt_random_1in(r, 2);
		if (a->hosts.nr) {
			struct zt_prefix at =
				zt_random_edge(r, &a->hosts.v[zt_random(r, a->hosts.nr)]);

			q->family = at.family;
			q->peer = at.addr;
		}
		if (!services->nr)
			services = &a->services;
	}
	zt_random_question_service(r, q); /* again: the family may be another now */
	if (services->nr)
		zt_random_aim_service(r, services, q);
}

static inline struct zt_question zt_random_question(const struct zt_random_policy *p,
						    struct zt_random *r)
{
	struct zt_question q = { .peer_device = -1, .family = 4, .env = &p->env };
	struct zt_prefix peer = zt_random_peer(p, r);

	q.device = (int)zt_random(r, p->policy.nr_devices + 1) - 1;
	q.dir = zt_random_1in(r, 3) ? ZT_TO_DEVICE : ZT_FROM_DEVICE;
	q.family = peer.family;
	q.peer = peer.addr;
	if (zt_random_1in(r, 4)) {
		q.peer_device = zt_random(r, p->policy.nr_devices);
		q.dir = ZT_FROM_DEVICE;
	} else {
		q.peer_router = zt_random_1in(r, 6);
	}
	zt_random_question_service(r, &q);
	if (p->policy.nr_rules && !zt_random_1in(r, 3))
		zt_random_aim(p, r, &q);
	return q;
}

#endif
