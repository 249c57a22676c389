/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The oracle: policy-language §3 read literally over the model, every rule in
 * turn, every list from end to end. No tables, no classes, no code of the
 * compiler; only the address list of `internet` is the same data.
 */
#include <endian.h>
#include <string.h>
#include "compile/compile.h"

/* Who stands on one side of a flow: policy-language §3.1 and §3.2. */
enum party_kind { LISTED, UNKNOWN, THIS_ROUTER, GROUP, ADDRESS };

struct party {
	enum party_kind kind;
	uint32_t device; /* LISTED */
	uint8_t family;	 /* ADDRESS */
	struct zt_addr addr;
};

struct service {
	uint8_t proto;
	uint16_t what;
};

static bool bits_equal(const struct zt_addr *a, const struct zt_addr *b, int first, int nr)
{
	for (int i = first; i < first + nr; i++) {
		int bit = 31 - i % 32;

		if ((be32toh(a->w[i / 32]) ^ be32toh(b->w[i / 32])) >> bit & 1)
			return false;
	}
	return true;
}

static bool prefix_has(const struct zt_prefix *p, uint8_t family, const struct zt_addr *a)
{
	return p->family == family && bits_equal(&p->addr, a, family == 4 ? 96 : 0, p->plen);
}

static bool prefixes_have(const struct zt_prefixes *p, uint8_t family, const struct zt_addr *a)
{
	for (uint32_t i = 0; i < p->nr; i++)
		if (prefix_has(&p->v[i], family, a))
			return true;
	return false;
}

static bool ranges_have(const struct zt_range *r, uint32_t nr, uint8_t family,
			const struct zt_addr *a)
{
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_prefix p = zt_range_prefix(&r[i]);

		if (prefix_has(&p, family, a))
			return true;
	}
	return false;
}

static bool in_internet(const struct zt_policy *p, uint8_t family, const struct zt_addr *a)
{
	if (!ranges_have(zt_internet_hosts, zt_internet_nr_hosts, family, a) ||
	    ranges_have(zt_internet_except, zt_internet_nr_except, family, a))
		return false;
	for (uint32_t i = 0; i < p->nr_segments; i++)
		if (prefixes_have(&p->segments[i].subnets, family, a))
			return false;
	return true;
}

static bool app_has(const struct zt_policy *p, const struct zt_app *app, uint8_t family,
		    const struct zt_addr *a)
{
	if (prefixes_have(&app->except, family, a))
		return false;
	return prefixes_have(&app->hosts, family, a) ||
	       (app->is_internet && in_internet(p, family, a));
}

/* The device holding the address by its longest prefix, or -1. */
static int device_with(const struct zt_policy *p, uint8_t family, const struct zt_addr *a)
{
	int found = -1, longest = -1;

	for (uint32_t i = 0; i < p->nr_devices; i++) {
		const struct zt_prefixes *l = &p->devices[i].addresses;

		for (uint32_t k = 0; k < l->nr; k++)
			if (prefix_has(&l->v[k], family, a) && l->v[k].plen > longest) {
				found = i;
				longest = l->v[k].plen;
			}
	}
	return found;
}

static bool is_router(const struct zt_env *env, uint8_t family, const struct zt_addr *a)
{
	for (uint32_t i = 0; env && i < env->nr_router; i++)
		if (env->router[i].family == family && !memcmp(&env->router[i].addr, a, sizeof(*a)))
			return true;
	return false;
}

static bool is_group(uint8_t family, const struct zt_addr *a)
{
	if (family == 6)
		return be32toh(a->w[0]) >> 24 == 0xff;
	return be32toh(a->w[3]) >> 28 == 0xe || be32toh(a->w[3]) == 0xffffffff;
}

/* §3.2: the router, then devices, then groups, then applications. */
static struct party party_of(const struct zt_policy *p, const struct zt_env *env, uint8_t family,
			     const struct zt_addr *a)
{
	struct party who = { .kind = ADDRESS, .family = family, .addr = *a };
	int device = device_with(p, family, a);

	if (is_router(env, family, a)) {
		who.kind = THIS_ROUTER;
	} else if (device >= 0) {
		who.kind = LISTED;
		who.device = device;
	} else if (is_group(family, a)) {
		who.kind = GROUP;
	}
	return who;
}

static bool set_has(const struct zt_set *s, uint32_t x)
{
	for (uint32_t i = 0; i < s->nr; i++)
		if (s->v[i] == x)
			return true;
	return false;
}

static bool app_is(const struct zt_policy *p, const struct zt_app *app, const struct party *who)
{
	if (who->kind == THIS_ROUTER)
		return app->is_router;
	return who->kind == ADDRESS && app_has(p, app, who->family, &who->addr);
}

static bool service_is(const struct zt_service *s, const struct service *x)
{
	switch (s->kind) {
	case ZT_SERVICE_TCP:
		return x->proto == 6 && x->what >= s->lo && x->what <= s->hi;
	case ZT_SERVICE_UDP:
		return x->proto == 17 && x->what >= s->lo && x->what <= s->hi;
	case ZT_SERVICE_ICMP_ECHO:
		return (x->proto == 1 && x->what == 8) || (x->proto == 58 && x->what == 128);
	case ZT_SERVICE_ICMP4:
		return x->proto == 1 && x->what == s->lo;
	case ZT_SERVICE_ICMP6:
		return x->proto == 58 && x->what == s->lo;
	case ZT_SERVICE_PROTO:
		return x->proto == s->lo;
	default:
		return s->kind == ZT_SERVICE_ANY;
	}
}

static bool services_have(const struct zt_services *l, const struct service *x)
{
	for (uint32_t i = 0; i < l->nr; i++)
		if (service_is(&l->v[i], x))
			return true;
	return false;
}

static bool from_has(const struct zt_policy *p, const struct zt_side *side, const struct party *who)
{
	if (!side->is_apps) {
		if (who->kind == UNKNOWN)
			return side->unknown;
		return who->kind == LISTED &&
		       (side->all_devices || set_has(&side->devices, who->device));
	}
	for (uint32_t i = 0; i < side->apps.nr; i++)
		if (app_is(p, &p->apps[side->apps.v[i]], who))
			return true;
	return false;
}

/* An application in `to` lends its services to a rule that writes none. */
static bool to_has(const struct zt_policy *p, const struct zt_policy_rule *r,
		   const struct party *who, const struct service *x)
{
	if (!r->to.is_apps)
		return who->kind == LISTED &&
		       (r->to.all_devices || set_has(&r->to.devices, who->device)) &&
		       services_have(&r->services, x);
	for (uint32_t i = 0; i < r->to.apps.nr; i++) {
		const struct zt_app *app = &p->apps[r->to.apps.v[i]];

		if (app_is(p, app, who) &&
		    services_have(r->services.nr ? &r->services : &app->services, x))
			return true;
	}
	return false;
}

/* §3.4: any deny, the smallest; else any allow, the smallest; else no rule. */
static struct zt_decision judge(const struct zt_policy *p, const struct party *opener,
				const struct party *target, const struct service *x)
{
	uint32_t i, allow = ZT_NO_RULE;

	for (i = 0; i < p->nr_rules; i++) {
		const struct zt_policy_rule *r = &p->rules[i];

		if (!from_has(p, &r->from, opener) || !to_has(p, r, target, x))
			continue;
		if (r->deny)
			return (struct zt_decision){ false, ZT_REASON_DENIED, i };
		if (allow == ZT_NO_RULE)
			allow = i;
	}
	return (struct zt_decision){ allow != ZT_NO_RULE,
				     allow != ZT_NO_RULE ? ZT_REASON_ALLOWED : ZT_REASON_NO_RULE,
				     allow };
}

static struct zt_decision judge_peer(const struct zt_policy *p, const struct zt_question *q,
				     const struct party *peer)
{
	struct party device = { .kind = q->device < 0 ? UNKNOWN : LISTED, .device = q->device };
	struct service x = { q->proto, q->what };
	struct zt_decision d;

	d = q->dir == ZT_FROM_DEVICE ? judge(p, &device, peer, &x) : judge(p, peer, &device, &x);
	if (d.reason == ZT_REASON_NO_RULE && q->device < 0)
		d.reason = ZT_REASON_UNKNOWN_DEVICE;
	return d;
}

/* The IPv4 address inside a NAT64, 6to4 or mapped one. */
static bool inner_of(const struct zt_question *q, struct zt_addr *ret)
{
	const __be32 *w = q->peer.w;
	struct zt_addr a = { { 0, 0, htobe32(0xffff), 0 } };

	if (q->family != 6)
		return false;
	if (be32toh(w[0]) >> 16 == 0x2002)
		a.w[3] = htobe32(be32toh(w[0]) << 16 | be32toh(w[1]) >> 16);
	else if ((be32toh(w[0]) == 0x0064ff9b && !w[1] && !w[2]) ||
		 (!w[0] && !w[1] && be32toh(w[2]) == 0xffff))
		a.w[3] = w[3];
	else
		return false;
	*ret = a;
	return true;
}

struct zt_decision zt_policy_eval(const struct zt_policy *p, const struct zt_question *q)
{
	struct zt_decision outer, inner;
	struct party peer;
	struct zt_addr v4;

	if (q->peer_device >= 0 || q->peer_router) {
		peer = (struct party){ .kind = q->peer_router ? THIS_ROUTER : LISTED,
				       .device = q->peer_device };
		return judge_peer(p, q, &peer);
	}
	peer = party_of(p, q->env, q->family, &q->peer);
	outer = judge_peer(p, q, &peer);
	if (peer.kind == THIS_ROUTER || peer.kind == LISTED || q->outer_only || !inner_of(q, &v4))
		return outer;
	peer = party_of(p, q->env, 4, &v4);
	inner = judge_peer(p, q, &peer);
	/* the stricter of both: a deny rule, then no rule, then allowed */
	if (outer.reason == ZT_REASON_DENIED || inner.allowed)
		return outer;
	return outer.allowed || inner.reason == ZT_REASON_DENIED ? inner : outer;
}
