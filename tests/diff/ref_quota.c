/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reference's limits: all that one device may take from the others, counted by
 * walking the lists (design §6, policy-language §2 `limits`). What has expired counts
 * until the sweep gave it back. The unknown devices of a port share one set.
 */
#include "ref.h"

#define DATAGRAMS 64u /* in fragments, under way, of one device */

static struct zt_limits limits(const struct ref_pkt *p)
{
	const struct zt_policy *policy = p->r->policy;

	if (p->device < policy->nr_devices)
		return p->r->device_limits[p->device];
	return zt_segment_limits(policy,
				 policy->interfaces[p->device - policy->nr_devices].unknown_segment);
}

/*
 * `rate` a second, and after a pause a second's worth at once. A bucket that is a little
 * ahead of now was filled by a CPU whose clock is: it waits for ours (bpf/quota.h).
 * The last quarter is not for what others make the device send.
 */
static bool token(const struct ref_pkt *p, struct ref_bucket *b, uint32_t rate, bool caused)
{
	int32_t age = ref_age(p->in->now, b->tick);
	uint64_t full = rate * 1000ull, level = b->level, leaked;
	bool ahead = age <= 0 && age >= -64;

	if (level > full) /* the rate was lowered: nothing is owed from before */
		level = full;
	leaked = age > 0 ? (uint64_t)age * p->r->limits.tick_ms * rate : 0;
	level = leaked < level ? level - leaked : 0;
	if (level + 1000 > (caused && rate > 1 ? full * 3 / 4 : full))
		return false; /* and the bucket goes on leaking from where it was */
	*b = (struct ref_bucket){ ahead ? b->tick : p->in->now, level + 1000 };
	return true;
}

/* ARP, ND, DHCP and group traffic. */
bool ref_infra_token(struct ref_pkt *p)
{
	bool answer = !p->in->towards && !(p->dmac[0] & 1) &&
		      ((p->shape == IS_ARP && p->op == 2) || (p->shape == IS_ND && p->op == 136)) &&
		      !ref_is_router_mac(p, p->dmac) && !ref_is_gateway_mac(p, p->dmac);

	return token(p, &p->r->infra[p->device][p->in->towards], limits(p).arp_per_s, answer);
}

/*
 * What others open towards a device leaves it the last quarter, and half-open
 * connections of either side the last half.
 */
bool ref_flow_room(struct ref_pkt *p, const struct ref_flow *instead_of, bool half_open,
		   bool picked_up)
{
	uint32_t all = 0, inward = 0, half = 0, max = limits(p).flows;
	bool window = ref_age(p->in->now, p->r->limits.pickup_until) <= 0;

	for (uint32_t i = 0; i < p->r->nr_flows; i++) {
		const struct ref_flow *f = &p->r->flows[i];

		if (f == instead_of || f->device != p->device)
			continue;
		all++;
		inward += !f->is.device_opened;
		half += f->half_open && f->is.device_opened == p->device_opened;
	}
	if (all >= max || (!p->device_opened && inward >= max - max / 4) ||
	    (half_open && half >= (max > 1 ? max / 2 : max)))
		return false;
	/* running connections are picked up at once in the first minutes after load */
	return (picked_up && window) ||
	       token(p, &p->r->opened[p->device][!p->device_opened], limits(p).new_flows_per_s, false);
}

bool ref_datagram_room(const struct ref_pkt *p)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->r->nr_datagrams; i++)
		n += p->r->datagrams[i].device == p->device;
	return n < DATAGRAMS;
}

bool ref_address_room(const struct ref_pkt *p, uint8_t family)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->r->nr_learned; i++)
		n += p->r->learned[i].device == p->device && p->r->learned[i].family == family;
	return n < (family == 4 ? limits(p).addresses4 : limits(p).addresses6);
}
