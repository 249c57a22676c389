/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host twin of bpf/policy.h: look-ups and decisions over the image's sorted
 * tables, with the data path's probes. Reads only the image, never the policy.
 */
#include "compile/compile.h"

static int by_rule_key(const void *key, const void *rule)
{
	return memcmp(key, &((const struct zt_image_rule *)rule)->key, sizeof(struct zt_rule_key));
}

static void take(uint32_t *best, uint32_t v)
{
	if (v && (!*best || ZT_RULE_NR(v) < ZT_RULE_NR(*best)))
		*best = v;
}

static void probe(const struct zt_image *i, const struct zt_rule_key *key, struct zt_rule *best)
{
	const struct zt_image_rule *r =
		i->nr_rules ? bsearch(key, i->rules, i->nr_rules, sizeof(*r), by_rule_key) : NULL;

	if (!r)
		return;
	take(&best->deny, r->value.deny);
	take(&best->allow, r->value.allow);
}

struct zt_decision zt_image_decide(const struct zt_image *i, uint32_t dclass, uint32_t pclass,
				   uint32_t svc, uint32_t dir)
{
	struct zt_rule best = { 0 };

	for (uint32_t form = 0; form < 8; form++) {
		struct zt_rule_key key = { dclass, pclass, svc, dir };

		if (!(i->pol.probes & (1u << form)) || ((form & ZT_WILD_DEVICE) && !dclass) ||
		    ((form & ZT_WILD_PEER) && !(pclass & ZT_PCLASS_DEVICE)))
			continue;
		if (form & ZT_WILD_DEVICE)
			key.dclass = ZT_NONE;
		if (form & ZT_WILD_PEER)
			key.pclass = ZT_PCLASS_ANY_DEVICE;
		if (form & ZT_WILD_SERVICE)
			key.svc = ZT_NONE;
		probe(i, &key, &best);
	}
	if (best.deny)
		return (struct zt_decision){ false, ZT_REASON_DENIED, ZT_RULE_NR(best.deny) };
	if (best.allow)
		return (struct zt_decision){ true, ZT_REASON_ALLOWED, ZT_RULE_NR(best.allow) };
	return (struct zt_decision){ false, dclass ? ZT_REASON_NO_RULE : ZT_REASON_UNKNOWN_DEVICE,
				     ZT_NO_RULE };
}

/* The first entry with this address: of link-local ones that of the smallest scope. */
static const struct zt_host_word *find_host(const struct zt_image *i, uint8_t family,
					    const struct zt_addr *a)
{
	struct zt_host_key key = { .addr = *a, .family = family };
	uint32_t lo = 0, hi = i->nr_hosts;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (memcmp(&i->hosts[mid].key, &key, sizeof(key)) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == i->nr_hosts || memcmp(&i->hosts[lo].key.addr, a, sizeof(*a)) ||
	    i->hosts[lo].key.family != family)
		return NULL;
	return &i->hosts[lo].word;
}

static int by_net_addr(const void *key, const void *net)
{
	const struct zt_net_key *a = key, *b = &((const struct zt_image_net *)net)->key;

	return memcmp(a, b, sizeof(*a));
}

static void cut(struct zt_addr *a, uint32_t bits)
{
	uint8_t *x = (uint8_t *)a;

	if (bits % 8)
		x[bits / 8] &= 0xff00 >> (bits % 8);
	bits = (bits + 7) / 8;
	memset(x + bits, 0, 16 - bits);
}

const struct zt_image_net *zt_image_net_at(const struct zt_image *i, uint8_t family,
					   const struct zt_addr *a)
{
	const struct zt_image_net *n;
	int bits;

	for (bits = 128; bits >= 0; bits--) {
		uint32_t first = i->net_start[bits], nr = i->net_start[bits + 1] - first;
		struct zt_net_key key = { 32 + bits, htobe32(family), *a };

		if (!nr)
			continue;
		cut(&key.addr, bits);
		n = bsearch(&key, &i->nets[first], nr, sizeof(*n), by_net_addr);
		if (n)
			return n;
	}
	return NULL;
}

/* A host entry that is only a gateway takes its class from the prefixes. */
struct zt_host_word zt_image_lookup(const struct zt_image *i, uint8_t family,
				    const struct zt_addr *a)
{
	const struct zt_host_word *host = find_host(i, family, a);
	const struct zt_image_net *net;
	struct zt_host_word w = { 0 };

	if (host && host->kind)
		return *host;
	net = zt_image_net_at(i, family, a);
	if (net)
		w = net->word;
	if (host)
		w.flags |= host->flags;
	return w;
}

bool zt_is_group_address(uint8_t family, const struct zt_addr *a)
{
	const uint8_t *x = (const uint8_t *)a;

	if (family == 6)
		return x[0] == 0xff;
	return (x[12] & 0xf0) == 0xe0 || a->w[3] == 0xffffffff;
}

uint32_t zt_image_pclass(const struct zt_image *i, uint8_t family, const struct zt_addr *a)
{
	struct zt_host_word w = zt_image_lookup(i, family, a);
	const struct zt_image_dev *d;

	switch (w.kind) {
	case ZT_KIND_ROUTER:
		return ZT_PCLASS_ROUTER;
	case ZT_KIND_DEVICE:
		d = zt_image_dev(i, w.id);
		return d ? ZT_PCLASS_DEVICE | d->word.dclass : ZT_PCLASS_NONE;
	default:
		if (zt_is_group_address(family, a))
			return ZT_PCLASS_GROUP;
		return w.kind == ZT_KIND_APP ? w.id : ZT_PCLASS_NONE;
	}
}

/* A device that opens to a device is judged as the sender, at both ports. */
static struct zt_decision decide_class(const struct zt_image *i, uint32_t dclass, uint32_t pclass,
				       uint32_t svc, uint32_t dir)
{
	if (dir == ZT_TO_DEVICE && (pclass & ZT_PCLASS_DEVICE)) {
		if (!dclass)
			return (struct zt_decision){ false, ZT_REASON_UNKNOWN_DEVICE, ZT_NO_RULE };
		return zt_image_decide(i, pclass & ~ZT_PCLASS_DEVICE, ZT_PCLASS_DEVICE | dclass,
				       svc, ZT_FROM_DEVICE);
	}
	return zt_image_decide(i, dclass, pclass, svc, dir);
}

/* NAT64 64:ff9b::/96, 6to4 2002::/16, mapped ::ffff:0:0/96. */
static bool embedded(uint8_t family, const struct zt_addr *a, struct zt_addr *ret)
{
	static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };
	static const uint8_t mapped[12] = { [10] = 0xff, 0xff };
	const uint8_t *x = (const uint8_t *)a;
	bool six_to_four = x[0] == 0x20 && x[1] == 0x02;

	if (family != 6 || (!six_to_four && memcmp(x, nat64, 12) && memcmp(x, mapped, 12)))
		return false;
	ret->w[0] = ret->w[1] = 0;
	ret->w[2] = htobe32(0xffff);
	memcpy(&ret->w[3], six_to_four ? x + 2 : x + 12, 4);
	return true;
}

static int strictness(const struct zt_decision *d)
{
	return d->allowed ? 0 : d->reason == ZT_REASON_DENIED ? 2 : 1;
}

struct zt_decision zt_image_decide_addr(const struct zt_image *i, uint32_t dclass, uint8_t family,
					const struct zt_addr *addr, uint32_t svc, uint32_t dir)
{
	uint32_t pclass = zt_image_pclass(i, family, addr);
	struct zt_decision outer, inner;
	struct zt_addr v4;

	outer = decide_class(i, dclass, pclass, svc, dir);
	if (pclass == ZT_PCLASS_ROUTER || pclass & ZT_PCLASS_DEVICE || !embedded(family, addr, &v4))
		return outer;
	inner = decide_class(i, dclass, zt_image_pclass(i, 4, &v4), svc, dir);
	return strictness(&inner) > strictness(&outer) ? inner : outer;
}
