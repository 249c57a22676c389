/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Built-in infrastructure (design §4.8, §4.9): what both directions share. Shapes,
 * not protocols: validated, rate-limited, counted.
 */
#ifndef ZT_INFRA_H
#define ZT_INFRA_H

#include "origin.h"

zt_inline int zt_segment_of(const struct zt_pkt *p)
{
	struct zt_dev *dev = bpf_map_lookup_elem(&zt_dev, &p->dev);

	return dev ? zt_dev_of(dev, p)->segment + 1 : -1;
}

/*
 * A server's answer goes to the client itself: DHCPv6 to its link-local address,
 * which nobody routes; DHCPv4 to everyone or to the MAC it is about.
 */
zt_inline int zt_to_client(const struct zt_pkt *p)
{
	if (p->family == 6)
		return zt_is_link_local(&p->dst, 6);
	return p->flags & ZT_PKT_GROUP || zt_mac_equal(p->hw, p->dmac);
}

/* A forged server's answer is judged by whom it imitates and by whom it addresses, too. */
zt_inline void zt_dhcp_modes(struct zt_pkt *p)
{
	struct zt_host_word is = {};
	__u32 bind = 0;

	if (!zt_address(&p->src, p->family, &is) && is.kind == ZT_KIND_DEVICE)
		zt_claimed_mode(p, is.id);
	if (p->flags & ZT_PKT_HAS_HW &&
	    zt_mac_find(p, p->hw, zt_in_zone(p), &bind) == ZT_MAC_DEVICE)
		zt_claimed_bind(p, bind);
}

/* Does this MAC belong to that device, in this zone. */
zt_inline int zt_mac_of(const struct zt_pkt *p, const __u8 *mac, __u32 device)
{
	__u32 bind = 0;
	struct zt_bind *b;

	if (zt_mac_find(p, mac, zt_in_zone(p), &bind) != ZT_MAC_DEVICE)
		return 0;
	b = bpf_map_lookup_elem(&zt_bind, &bind);
	return b && b->dev == device;
}

#endif
