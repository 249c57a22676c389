/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows about how many MACs a gateway may have. What they fill stays full until the maps
 * are made anew, so this is the last table.
 */
#ifndef ZT_CASES_GATEWAY_H
#define ZT_CASES_GATEWAY_H

#include "prove.h"

static const struct row cases_gateway[] = {
	{ "of MACs that speak as a gateway 1024 are kept, the rest refused and counted, the first goes on", V4, 0, {
		"lan5< wan1 eth gw bcast; arp request gw gw mix => pass infra-arp none",
		"loop 1100 lan5< wan1 eth nr:#1 bcast; arp request nr:#1 gw mix => pass infra-arp none",
		"is gateways 1024", "is lost learn some",
		"lan5> eth mix gw; ip4 mix vms; udp 4000 5000 => pass allowed new",
		"lan5> eth mix nr:1; ip4 mix vms; udp 4001 5000 => pass allowed new",
		"lan5> eth mix nr:1100; ip4 mix vms; udp 4002 5000 => drop l2-mismatch none",
		"lan5< wan1 eth nr:1100 bcast; arp request nr:1100 gw mix => pass infra-arp none",
		"is gateways 1024",
		"lan5> eth mix nr:1100; ip4 mix vms; udp 4002 5000 => drop l2-mismatch none" },
	  .ref = "A4", .twin = "one count for both families, and ND comes by the same function" },
};

#endif
