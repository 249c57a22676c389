/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is who in the test world: one name stands for a MAC and for an address of
 * each family, so that a row reads the same for IPv4 and IPv6. Knows no policy.
 */
#ifndef ZT_WORLD_NAMES_H
#define ZT_WORLD_NAMES_H

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "policy/policy.h"

struct world_name {
	const char *name;
	uint8_t mac_low; /* MAC 02:00:00:00:00:LOW */
	const char *v4, *v6;
};

static const struct world_name world_names[] = {
	/* devices; see the policy in world_policy.h */
	{ "cam1", 0x11, "10.1.0.11", "fd01::11" },
	{ "cam2", 0x12, "10.1.0.12", "fd01::12" },
	{ "cam3", 0x13, "10.1.0.13", "fd01::13" },
	{ "roam", 0x14, "10.1.0.14", "fd01::14" },
	{ "only4", 0x15, "10.1.0.15", "fd01::15" }, /* has no IPv6 entry */
	{ "dyn1", 0x16, "10.1.0.101", "fd01::101" }, /* an address it may learn */
	{ "dyn2", 0x17, "10.1.0.102", "fd01::102" },
	{ "dyn3", 0x19, "10.1.0.103", "fd01::103" },
	{ "duala", 0x1a, "10.1.0.120", "fd01::120" }, /* one device, two MACs */
	{ "dualb", 0x1b, "10.1.0.120", "fd01::120" },
	{ "dhcpd", 0x18, "10.1.0.2", "fd01::2" },
	{ "plc", 0x21, "10.2.0.21", "fd02::21" }, /* audit */
	{ "hmi", 0x22, "10.2.0.22", "fd02::22" },
	{ "probe", 0x31, "10.3.0.31", "fd03::31" }, /* learn */
	{ "meter", 0x32, "10.3.0.32", "fd03::32" },
	{ "pos", 0x41, "10.1.0.41", "fd01::41" },
	{ "cell", 0x42, "10.1.0.42", "fd01::42" },
	{ "v30", 0x51, "10.1.0.51", "fd01::51" },
	{ "v31", 0x52, "10.1.0.52", "fd01::52" },
	{ "sim1", 0x61, "10.5.0.1", "fd05::1" },
	{ "sim2", 0x61, "10.5.0.2", "fd05::2" }, /* behind the same modem */
	{ "tun1", 0x00, "10.6.0.1", "fd06::1" },
	{ "tun2", 0x00, "10.6.0.2", "fd06::2" },
	{ "twin", 0x62, "10.1.0.62", "fd01::62" }, /* on a bond */
	{ "mix", 0x71, "10.1.0.71", "fd01::71" },
	{ "shy", 0x73, "10.1.0.73", "fd01::73" }, /* of the variant shy: seen by nobody yet */
	{ "late", 0x74, "10.1.0.74", "fd01::74" }, /* of the variants late and later */
	{ "mixa", 0x72, "10.2.0.72", "fd02::72" },
	{ "lseg", 0x81, "10.4.0.81", "fd04::81" }, /* with limits of its segment, of groups, its own */
	{ "lgrp", 0x82, "10.4.0.82", "fd04::82" },
	{ "lown", 0x83, "10.4.0.83", "fd04::83" },
	{ "ldyn", 0x84, "10.4.0.84", "fd04::84" },
	{ "laud", 0x85, "10.2.0.85", "fd02::85" },
	{ "llrn", 0x86, "10.3.0.86", "fd03::86" },
	/* not in the policy: an unknown device with a free address of its port's segment */
	{ "guest", 0x91, "10.9.0.91", "fd09::91" },
	{ "guest2", 0x92, "10.9.0.92", "fd09::92" },
	/* this router, its gateway and others outside */
	{ "rtr", 0xf1, "10.1.0.1", "fd01::1" },
	{ "rtrwan", 0xf1, "198.51.100.1", "2001:db8:fff0::1" },
	{ "gw", 0xf8, "10.1.0.254", "fd01::fe" },
	{ "vms", 0xe1, "10.20.0.5", "fd20::5" },
	{ "ntp", 0xe2, "10.20.0.123", "fd20::123" },
	{ "host", 0xe3, "10.20.9.9", "fd20::9:9" }, /* in no application */
	{ "web", 0xe4, "93.184.216.34", "2a00:1450::22" }, /* the internet */
	{ "incell", 0x42, "10.7.0.7", "fd07::7" }, /* routed behind cell */
	{ "allnodes", 0, "224.0.0.1", "ff02::1" },
	{ "allrouters", 0, "224.0.0.2", "ff02::2" },
	{ "mdns", 0, "224.0.0.251", "ff02::fb" },
	{ "any", 0, "0.0.0.0", "::" },
	{ "bcast", 0, "255.255.255.255", "ff02::1" },
};

struct world_interface {
	const char *name;
	uint32_t ifindex, zone, l3;
	uint16_t vlan;
	uint8_t upper, mixed, raw; /* upper: 1, or 2 for a member of the bond that is its l3 */
};

static const struct world_interface world_interfaces[] = {
	{ "lan1", 11, 20, 20, 0, 0, 0, 0 },
	{ "lan2", 12, 20, 20, 0, 0, 0, 0 },
	{ "br0", 20, 20, 20, 0, 1, 0, 0 },
	{ "lan3", 13, 13, 13, 0, 0, 0, 0 },
	{ "lan4", 14, 14, 14, 0, 0, 0, 0 },
	{ "lan4.30", 34, 14, 34, 30, 1, 0, 0 },
	{ "lan4.31", 35, 14, 35, 31, 1, 0, 0 },
	{ "cell0", 15, 15, 15, 0, 0, 0, 0 },
	{ "tun0", 16, 16, 16, 0, 0, 0, 1 },
	{ "lan5", 17, 21, 21, 0, 0, 1, 0 },
	{ "wan1", 41, 21, 21, 0, 0, 0, 0 },
	{ "br1", 21, 21, 21, 0, 1, 1, 0 },
	{ "bond0", 22, 22, 22, 0, 0, 0, 0 },
	{ "lan6", 18, 22, 22, 0, 2, 0, 0 },
	{ "lan7", 19, 22, 22, 0, 2, 0, 0 },
	{ "wan0", 40, 40, 40, 0, 0, 0, 0 },
	{ "ign0", 42, 42, 42, 0, 0, 0, 0 },
	{ "eth9", 50, 50, 50, 0, 0, 0, 0 }, /* the policy does not list it */
	{ "far9", 70000, 70000, 70000, 0, 0, 0, 0 }, /* more than the table of ports holds */
	{ "nic9", 60000, 60000, 60000, 0, 0, 0, 0 },
};

#define WORLD_NR(a) (sizeof(a) / sizeof((a)[0]))

static inline const struct world_name *world_find(const char *name)
{
	for (size_t i = 0; i < WORLD_NR(world_names); i++) {
		if (!strcmp(world_names[i].name, name))
			return &world_names[i];
	}
	return NULL;
}

static inline const struct world_interface *world_interface(const char *name)
{
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++) {
		if (!strcmp(world_interfaces[i].name, name))
			return &world_interfaces[i];
	}
	return NULL;
}

/* Solicited-node group of an address (RFC 4291 §2.7.1). */
static inline struct zt_addr world_solicited(const struct zt_addr *a)
{
	return (struct zt_addr){ { htobe32(0xff020000), 0, htobe32(1),
				   htobe32(0xff000000) | (a->w[3] & htobe32(0xffffff)) } };
}

/*
 * An address in the family asked for: a name, "ll:NAME" its link-local one,
 * "sol:NAME" its solicited-node group, "mapped:A.B.C.D", or a literal of either family.
 */
static inline int world_address(const char *text, uint8_t family, struct zt_addr *ret)
{
	const char *colon = strchr(text, ':');
	const struct world_name *n = world_find(text);
	struct zt_addr a;
	uint8_t f;

	if (n)
		return zt_addr_parse(family == 4 ? n->v4 : n->v6, &f, ret);
	if (!strncmp(text, "ll:", 3) && (n = world_find(colon + 1))) {
		*ret = (struct zt_addr){ { htobe32(0xfe800000), 0, 0, htobe32(n->mac_low) } };
		return 0;
	}
	if (!strncmp(text, "sol:", 4)) {
		if (world_address(colon + 1, 6, &a))
			return -1;
		*ret = world_solicited(&a);
		return 0;
	}
	if (!strncmp(text, "mapped:", 7)) { /* IPv4 inside IPv6, which no policy may write */
		return zt_addr_parse(colon + 1, &f, ret);
	}
	return zt_addr_parse(text, &f, ret);
}

/* A MAC: a name, "zero", "bcast", "nr:NUMBER" of nobody, or xx:xx:xx:xx:xx:xx. */
static inline int world_mac(const char *text, uint8_t mac[6])
{
	const struct world_name *n = world_find(text);
	const char *name = strchr(text, ':');

	if (!strcmp(text, "bcast")) {
		memset(mac, 0xff, 6);
		return 0;
	}
	if (!n && !strncmp(text, "ll:", 3))
		n = world_find(name + 1);
	if (!strncmp(text, "nr:", 3)) {
		uint32_t nr = strtoul(text + 3, NULL, 10);

		memcpy(mac, (uint8_t[]){ 6, 0, nr >> 24, nr >> 16, nr >> 8, nr }, 6);
		return 0;
	}
	if (n || !strcmp(text, "zero")) {
		memcpy(mac, (uint8_t[]){ 2, 0, 0, 0, 0, n ? n->mac_low : 0 }, 6);
		mac[0] = n ? 2 : 0;
		return 0;
	}
	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3],
		      &mac[4], &mac[5]) == 6 ? 0 : -1;
}

#endif
