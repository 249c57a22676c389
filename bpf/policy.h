/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The decision on a flow's opening: classes in, rule out, by a constant number of
 * lookups whatever the size of the policy (design §5). Order-free, deny wins.
 */
#ifndef ZT_POLICY_STAGE_H
#define ZT_POLICY_STAGE_H

#include "flow_key.h"
#include "identify.h"

/* The other side turns out to be an unknown device on a device port. */
#define ZT_PKT_PEER_UNKNOWN 65536u

struct zt_ask {
	struct zt_rule_key key;
	__u32 rule; /* out */
	__u32 log; /* out */
};

zt_inline void zt_better(__u32 *best, __u32 found)
{
	if (found && (!*best || (found & 0xfffff) < (*best & 0xfffff)))
		*best = found;
}

/*
 * Every wildcard form in which this policy has entries about such a peer, at most eight.
 * A key's wildcards are fields of ones.
 */
ZT_GLOBAL int zt_decide(struct zt_ask *ask)
{
	struct zt_pkt *p = zt_pkt_here();
	__u32 deny = 0, allow = 0, forms, kind, i;
	struct zt_exact t;
	__u64 key;

	if (!p || !ask || zt_exact_now(p, &t))
		return ZT_REASON_INTERNAL;
	kind = zt_peer_kind(ask->key.pclass);
	zt_bound(kind, 7);
	forms = t.pol->forms[kind];
	key = zt_rule_pack(&ask->key);
	ZT_NO_UNROLL
	for (i = 0; i < 8 && forms; i++, forms >>= 4) {
		__u64 k = key, v;

		if (forms & ZT_WILD_DEVICE) {
			if (!ask->key.dclass)
				continue; /* unknown devices are in no "all" */
			k |= ZT_RULE_WILD_DEVICE;
		}
		if (forms & ZT_WILD_PEER)
			k |= ZT_RULE_WILD_PEER;
		if (forms & ZT_WILD_SERVICE)
			k |= ZT_RULE_WILD_SERVICE;
		v = zt_line_find(&t, ZT_TABLE_RULE, k);
		zt_better(&deny, (__u32)v);
		zt_better(&allow, v >> 32);
	}
	if (deny) {
		ask->rule = ZT_RULE_NR(deny);
		ask->log = deny & ZT_RULE_LOG;
		return ZT_REASON_DENIED;
	}
	if (allow) {
		ask->rule = ZT_RULE_NR(allow);
		ask->log = allow & ZT_RULE_LOG;
		return ZT_REASON_ALLOWED;
	}
	ask->rule = ZT_NO_RULE;
	ask->log = 0;
	return ask->key.dclass ? ZT_REASON_NO_RULE : ZT_REASON_UNKNOWN_DEVICE;
}

/* Service class of the flow this packet belongs to, if `opener` opened it. */
zt_inline __u32 zt_service(const struct zt_pkt *p, __u32 opener)
{
	__u32 par = p->par & 1, what = 0, index;
	__u32 *class;
	void *svc;

	if (p->proto == ZT_PROTO_TCP || p->proto == ZT_PROTO_UDP)
		what = zt_ntohs(opener == p->dir ? p->dport : p->sport);
	else if (zt_is_icmp(&p->core))
		what = zt_icmp_request(p->proto, p->icmp_type);
	else if (p->proto == ZT_PROTO_ICMP || p->proto == ZT_PROTO_ICMPV6)
		return 0; /* of the other family: only "any" */
	svc = bpf_map_lookup_elem(&zt_svc, &par);
	if (!svc)
		return 0;
	index = zt_svc_index(p->proto, what);
	class = bpf_map_lookup_elem(svc, &index);
	return class ? *class : 0;
}

/* The key of one decision; pclass is the other side's as a peer. */
zt_inline void zt_ask_fill(struct zt_ask *ask, const struct zt_pkt *p, __u32 opener, __u32 pclass)
{
	ask->key.dclass = p->dclass;
	ask->key.pclass = pclass;
	ask->key.dir = opener;
	if (opener == ZT_FROM_DEVICE)
		return;
	/* Device to device has one rule form: the opener's class first. */
	if (p->flags & ZT_PKT_PEER_UNKNOWN || pclass & ZT_PCLASS_DEVICE) {
		ask->key.dclass = p->flags & ZT_PKT_PEER_UNKNOWN ? 0 : pclass & ~ZT_PCLASS_DEVICE;
		ask->key.pclass = p->flags & ZT_PKT_UNKNOWN ? ZT_PCLASS_NONE :
							      ZT_PCLASS_DEVICE | p->dclass;
		ask->key.dir = ZT_FROM_DEVICE;
	}
}

/*
 * The service class, unless there can be no rule: about an address nobody lists. (One in
 * IPv6 may have another inside.) Whoever wants to know all the same: zt_service_class().
 */
#define ZT_SVC_UNASKED 0x80000000u /* | opener */

zt_inline void zt_ask_service(struct zt_ask *ask, struct zt_pkt *p, __u32 opener)
{
	p->svc = ZT_SVC_UNASKED | opener;
	if (ask->key.pclass != ZT_PCLASS_NONE || p->family != 4)
		p->svc = ask->key.svc = zt_service(p, opener);
}

zt_inline __u32 zt_service_class(const struct zt_pkt *p)
{
	return p->svc & ZT_SVC_UNASKED ? zt_service(p, p->svc & 1) : p->svc;
}

/* IPv4 inside IPv6: mapped (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056). */
zt_inline int zt_embedded(const struct zt_addr *a, __be32 *ret_v4)
{
	if (!a->w[0] && !a->w[1] && a->w[2] == zt_htonl(0xffff)) {
		*ret_v4 = a->w[3];
		return 1;
	}
	if (a->w[0] == zt_htonl(0x0064ff9b) && !a->w[1] && !a->w[2]) {
		*ret_v4 = a->w[3];
		return 1;
	}
	if (zt_ntohl(a->w[0]) >> 16 == 0x2002) {
		*ret_v4 = zt_htonl(zt_ntohl(a->w[0]) << 16 | zt_ntohl(a->w[1]) >> 16);
		return 1;
	}
	return 0;
}

/* Class of an address as a peer; *mode gets stricter with a device's. */
zt_inline __u32 zt_peer_class(struct zt_pkt *p, const struct zt_host_word *is)
{
	struct zt_dev *dev;

	switch (is->kind) {
	case ZT_KIND_ROUTER:
		return ZT_PCLASS_ROUTER;
	case ZT_KIND_APP:
		return is->id;
	case ZT_KIND_DEVICE:
		dev = bpf_map_lookup_elem(&zt_dev, &is->id);
		if (!dev)
			return ZT_PCLASS_NONE;
		zt_stricter(p, zt_dev_of(dev, p)->mode);
		return ZT_PCLASS_DEVICE | zt_dev_of(dev, p)->dclass;
	default:
		return ZT_PCLASS_NONE;
	}
}

/* The embedded address is judged as well: the stricter answer holds. ask is used again. */
zt_inline int zt_decide_embedded(struct zt_pkt *p, struct zt_ask *ask, __u32 opener, int outer)
{
	const struct zt_addr *a = p->dir == ZT_FROM_DEVICE ? &p->dst : &p->src;
	struct zt_host_word is = {};
	struct zt_addr v4;
	__be32 inner;
	int r;

	if (p->family != 6 || p->peer.kind == ZT_KIND_DEVICE || p->peer.kind == ZT_KIND_ROUTER ||
	    !zt_embedded(a, &inner))
		return outer;
	zt_addr_v4(&v4, inner);
	if (zt_address(&v4, 4, &is))
		return ZT_REASON_INTERNAL;
	zt_ask_fill(ask, p, opener,
		    zt_is_group(&v4, 4) ? ZT_PCLASS_GROUP : zt_peer_class(p, &is));
	ask->key.svc = p->svc;
	r = zt_decide(ask);
	if (r == ZT_REASON_ALLOWED || outer == ZT_REASON_DENIED)
		return outer;
	if (r == ZT_REASON_DENIED || outer == ZT_REASON_ALLOWED) {
		p->rule = ask->rule;
		if (!ask->log)
			p->flags &= ~ZT_PKT_LOG;
		return r;
	}
	return outer;
}

/*
 * May `opener` open the flow of this packet. ALLOWED, DENIED, NO_RULE or
 * UNKNOWN_DEVICE; sets p->svc, p->rule and the log flag.
 */
ZT_GLOBAL int zt_policy(__u32 opener)
{
	struct zt_pkt *p = zt_pkt_here();
	struct zt_ask ask = {};
	int r;

	if (!p)
		return ZT_REASON_INTERNAL;
	zt_ask_fill(&ask, p, opener, p->pclass);
	zt_ask_service(&ask, p, opener);
	r = zt_decide(&ask);
	p->rule = ask.rule;
	p->flags &= ~ZT_PKT_LOG;
	if (ask.log)
		p->flags |= ZT_PKT_LOG;
	return zt_decide_embedded(p, &ask, opener, r);
}

#endif
