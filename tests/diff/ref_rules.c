/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference asks the rules: who opens, what is opened, which service
 * (policy-language §3.2 to §3.4). The rules themselves are read by zt_policy_eval().
 */
#include <endian.h>
#include "ref.h"

bool ref_is_icmp(const struct ref_pkt *p)
{
	return (p->family == 4 && p->proto == 1) || (p->family == 6 && p->proto == 58);
}

/* The request that an ICMP message belongs to: its own type, or the one it answers. */
uint8_t ref_icmp_request(uint8_t family, uint8_t type)
{
	if (family == 4)
		return type == 0 ? 8 : type == 14 || type == 16 || type == 18 ? type - 1 : type;
	return type == 129 || type == 140 ? type - 1 : type;
}

/* The service a flow of this packet is about, when that side opened it. */
static uint16_t service(const struct ref_pkt *p, bool device_opens)
{
	bool along = device_opens == !p->in->towards;

	if (p->proto == 6 || p->proto == 17)
		return along ? p->dport : p->sport;
	if (ref_is_icmp(p))
		return ref_icmp_request(p->family, p->icmp);
	return 0xffff; /* no service but `any` and proto/N */
}

/* An IPv4 address inside: mapped, NAT64, 6to4. */
static bool embedded(const struct zt_addr *a, struct zt_addr *ret)
{
	uint32_t w0 = be32toh(a->w[0]), w1 = be32toh(a->w[1]), w2 = be32toh(a->w[2]), v4;

	if (w0 >> 16 == 0x2002)
		v4 = w0 << 16 | w1 >> 16;
	else if ((w0 == 0x0064ff9b && !w1 && !w2) || (!w0 && !w1 && w2 == 0xffff))
		v4 = be32toh(a->w[3]);
	else
		return false;
	*ret = (struct zt_addr){ { 0, 0, htobe32(0xffff), htobe32(v4) } };
	return true;
}

/*
 * One question to the rules, about whom the peer's address stands for: the evaluator
 * knows nothing that was learned.
 */
static struct zt_decision ask(const struct ref_pkt *p, bool device_opens, uint8_t family,
			      const struct zt_addr *peer, enum ref_peer kind, uint32_t peer_device)
{
	const struct zt_decision nobody = { false, p->is_stranger && kind == PEER_STRANGER ?
					    ZT_REASON_UNKNOWN_DEVICE : ZT_REASON_NO_RULE, ZT_NO_RULE };
	struct zt_question q = {
		.device = p->is_stranger ? -1 : (int)p->device,
		.dir = device_opens ? ZT_FROM_DEVICE : ZT_TO_DEVICE,
		.peer_device = kind == PEER_DEVICE ? (int)peer_device : -1,
		.peer_router = kind == PEER_ROUTER,
		.family = family,
		.peer = *peer,
		.proto = p->proto,
		.what = service(p, device_opens),
		.env = &p->r->plain_env,
		.outer_only = true,
	};

	if (device_opens)
		/* nothing is opened to an unknown device of another port */
		return kind == PEER_STRANGER ? nobody : zt_policy_eval(p->r->policy, &q);
	if (kind != PEER_DEVICE && kind != PEER_STRANGER)
		return zt_policy_eval(p->r->policy, &q);
	if (p->is_stranger)
		return nobody;
	/* device to device has one form: the opener first */
	q.device = kind == PEER_DEVICE ? (int)peer_device : -1;
	q.peer_device = p->device;
	q.dir = ZT_FROM_DEVICE;
	return zt_policy_eval(p->r->policy, &q);
}

/* The stricter of both: a deny rule, then no rule, then allowed. */
static struct zt_decision stricter(struct zt_decision outer, struct zt_decision inner)
{
	if (outer.reason == ZT_REASON_DENIED || inner.allowed)
		return outer;
	return outer.allowed || inner.reason == ZT_REASON_DENIED ? inner : outer;
}

struct zt_decision ref_rules(struct ref_pkt *p, bool device_opens)
{
	const struct zt_addr *peer = p->in->towards ? &p->src : &p->dst;
	struct zt_decision outer = ask(p, device_opens, p->family, peer, p->peer, p->other.device);
	struct ref_who inner;
	enum ref_peer kind;
	struct zt_addr v4;

	if (p->family != 6 || p->peer == PEER_DEVICE || p->peer == PEER_ROUTER || !embedded(peer, &v4))
		return outer;
	/* the device inside counts with its mode, even if a stranger only claims it */
	inner = ref_who(p, 4, &v4);
	kind = inner.what == WHAT_DEVICE ? PEER_DEVICE :
	       inner.what == WHAT_ROUTER ? PEER_ROUTER : PEER_OTHER;
	if (kind == PEER_DEVICE)
		ref_claimed(p, inner.device);
	if (p->peer == PEER_STRANGER && !device_opens)
		return outer;
	return stricter(outer, ask(p, device_opens, 4, &v4, kind, inner.device));
}
