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

/* Whom an address stands for is found out here: the evaluator knows nothing learned. */
static void ask_about(const struct ref_pkt *p, struct zt_question *q)
{
	q->peer_device = -1;
	if (p->peer == PEER_ROUTER)
		q->peer_router = true;
	else if (p->peer == PEER_DEVICE)
		q->peer_device = p->other.device;
}

struct zt_decision ref_rules(struct ref_pkt *p, bool device_opens)
{
	const struct zt_addr *peer = p->in->towards ? &p->src : &p->dst;
	struct zt_question q = {
		.device = p->is_stranger ? -1 : (int)p->device,
		.dir = device_opens ? ZT_FROM_DEVICE : ZT_TO_DEVICE,
		.peer_device = -1,
		.family = p->family,
		.peer = *peer,
		.proto = p->proto,
		.what = service(p, device_opens),
		.env = &p->r->plain_env,
	};
	struct zt_decision nobody = { false, ZT_REASON_NO_RULE, ZT_NO_RULE };
	struct zt_addr v4;

	ask_about(p, &q);
	/* the IPv4 address inside may be a device: its segment's mode counts, too */
	if (p->family == 6 && p->peer != PEER_DEVICE && p->peer != PEER_ROUTER && embedded(peer, &v4) &&
	    !ref_is_group(4, &v4)) {
		struct ref_who inner = ref_who(p, 4, &v4);

		if (inner.what == WHAT_DEVICE)
			ref_claimed(p, inner.device);
	}
	if (p->peer == PEER_STRANGER) {
		/* an unknown device of another port: it opens as such, and nothing is opened to it */
		if (device_opens) {
			if (p->is_stranger)
				nobody.reason = ZT_REASON_UNKNOWN_DEVICE;
			return nobody;
		}
		if (p->is_stranger) {
			nobody.reason = ZT_REASON_UNKNOWN_DEVICE;
			return nobody;
		}
		q.peer_device = q.device;
		q.device = -1;
		q.dir = ZT_FROM_DEVICE;
		return zt_policy_eval(p->r->policy, &q);
	}
	if (p->peer == PEER_DEVICE && !device_opens) {
		/* device to device has one form: the opener first */
		if (p->is_stranger)
			return nobody; /* no rule opens to unknown devices */
		q.peer_device = q.device;
		q.device = p->other.device;
		q.dir = ZT_FROM_DEVICE;
	}
	return zt_policy_eval(p->r->policy, &q);
}
