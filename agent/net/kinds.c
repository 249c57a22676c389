/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which interfaces can be device ports (design §3): everything that reaches or
 * leaves a device must pass the programs there, or the port is refused.
 */
#include <net/if_arp.h>
#include <string.h>
#include "net/machine.h"

#ifndef ARPHRD_RAWIP
#define ARPHRD_RAWIP 519
#endif

#define GENERIC "takes generic XDP only: it must be allowed in the agent's configuration, and costs more"

static const struct {
	const char *kind;
	enum zt_support support;
	const char *text;
} table[] = {
	{ "", ZT_SUPPORTED, NULL }, /* hardware */
	{ "veth", ZT_SUPPORTED, NULL },
	{ "bond", ZT_SUPPORTED, NULL },
	{ "tun", ZT_SUPPORTED_NOTE, "tun and tap interfaces often take generic XDP only" },
	{ "wwan", ZT_SUPPORTED_NOTE, GENERIC },
	{ "vlan", ZT_SUPPORTED_NOTE, "a VLAN interface " GENERIC "; better list the interface below "
				     "it, with \"vlans\"" },
	{ "vxlan", ZT_SUPPORTED_NOTE, "an overlay " GENERIC },
	{ "dsa", ZT_SUPPORTED_NOTE, "a switch port " GENERIC },
	{ "team", ZT_SUPPORTED_NOTE, GENERIC },
	{ "bridge", ZT_REFUSED, "is a bridge: traffic between its members would not be judged; list "
				"the members" },
	{ "macvlan", ZT_REFUSED, "is a macvlan: what its siblings exchange would not be judged; list "
				 "the interface below it" },
	{ "macvtap", ZT_REFUSED, "is a macvtap: what its siblings exchange would not be judged; list "
				 "the interface below it" },
	{ "ipvlan", ZT_REFUSED, "is an ipvlan: what its siblings exchange would not be judged; list "
				"the interface below it" },
	{ "vrf", ZT_REFUSED, "is a VRF: list the interfaces in it" },
};

bool zt_link_is_raw(const struct zt_link *link)
{
	return link->arptype == ARPHRD_NONE || link->arptype == ARPHRD_RAWIP ||
	       link->arptype == ARPHRD_PPP;
}

static enum zt_support refuse(const char **ret_text, const char *text)
{
	*ret_text = text;
	return ZT_REFUSED;
}

/* Reasons that do not depend on the kind alone. */
static const char *hindrance(const struct zt_machine *m, const struct zt_link *link,
			     bool identity_ip)
{
	const struct zt_link *master = zt_link_by_index(m, link->master);

	if (link->arptype == ARPHRD_LOOPBACK)
		return "is the loopback interface: no device is behind it";
	if (master && (!strcmp(master->kind, "bond") || !strcmp(master->kind, "team")))
		return "is a member of a bond: list the bond instead";
	if (link->wifi)
		return "is a Wi-Fi interface: its clients reach each other inside the access point, "
		       "and that this is switched off cannot be established from here";
	if (!strcmp(link->kind, "dsa") && master && !link->isolated)
		return "is a switch port in a bridge: the switch would forward between its ports by "
		       "itself; isolate it first (`bridge link set dev PORT isolated on`), or take it "
		       "out of the bridge";
	if (zt_link_is_raw(link) && !identity_ip)
		return "carries IP without Ethernet headers: its devices have no MAC; set \"identity\": "
		       "\"ip\"";
	if (!zt_link_is_raw(link) && link->arptype != ARPHRD_ETHER)
		return "is neither Ethernet nor plain IP";
	return NULL;
}

enum zt_support zt_port_support(const struct zt_machine *m, const struct zt_link *link,
				bool identity_ip, const char **ret_text)
{
	const char *why = hindrance(m, link, identity_ip);
	size_t i;

	if (why)
		return refuse(ret_text, why);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i].kind, link->kind))
			continue;
		*ret_text = table[i].text;
		return table[i].support;
	}
	*ret_text = "is of a kind that has not been tried; watch `ztctl status` after loading";
	return ZT_SUPPORTED_NOTE;
}

const char *zt_fast_hindrance(const struct zt_link *link)
{
	if (link->master)
		return "it is part of a bridge, bond or VRF, which has to see its frames";
	if (link->arptype != ARPHRD_ETHER)
		return "it has no Ethernet header";
	if (link->wifi)
		return "it is a Wi-Fi interface";
	if (link->kind[0] && strcmp(link->kind, "veth"))
		return "only hardware and veth interfaces forward in XDP, this is made of others";
	return NULL;
}
