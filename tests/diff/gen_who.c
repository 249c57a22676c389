/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generator's actors: names, ports, MACs and addresses of the test world, the
 * right one most of the time.
 */
#include <string.h>
#include "gen.h"
#include "../prog/world_names.h"

/* splitmix64: every seed, small ones too, gives its own stream */
uint32_t gen_rnd(struct gen *g, uint32_t below)
{
	uint64_t z = g->rng += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	z ^= z >> 31;
	return below ? (uint32_t)(z >> 32) % below : 0;
}

bool gen_1in(struct gen *g, uint32_t n)
{
	return !gen_rnd(g, n);
}

/* Where the policy has each device; the guests are unknown ones. */
static const struct {
	const char *name, *port, *second;
	uint16_t vlan;
} places[] = {
	{ "cam1", "lan1", 0, 0 },     { "cam2", "lan2", 0, 0 },	 { "cam3", "lan1", 0, 0 },
	{ "roam", "lan1", "lan2", 0 }, { "only4", "lan1", 0, 0 }, { "dyn1", "lan1", 0, 0 },
	{ "dyn2", "lan2", 0, 0 },     { "dyn3", "lan2", 0, 0 },	 { "duala", "lan2", 0, 0 },
	{ "dualb", "lan2", 0, 0 },    { "dhcpd", "lan2", 0, 0 }, { "plc", "lan1", 0, 0 },
	{ "hmi", "lan2", 0, 0 },      { "probe", "lan1", 0, 0 }, { "meter", "lan2", 0, 0 },
	{ "pos", "lan3", 0, 0 },      { "cell", "lan3", 0, 0 },	 { "incell", "lan3", 0, 0 },
	{ "v30", "lan4", 0, 30 },     { "v31", "lan4", 0, 31 },	 { "sim1", "cell0", 0, 0 },
	{ "sim2", "cell0", 0, 0 },    { "tun1", "tun0", 0, 0 },	 { "tun2", "tun0", 0, 0 },
	{ "mix", "lan5", 0, 0 },      { "mixa", "lan5", 0, 0 },	 { "guest", "lan3", 0, 0 },
	{ "guest2", "lan3", "lan1", 0 }, { "twin", "lan6", "bond0", 0 },
	{ "lseg", "lan1", 0, 0 },     { "lgrp", "lan1", 0, 0 },	 { "lown", "lan2", 0, 0 },
	{ "ldyn", "lan2", 0, 0 },     { "laud", "lan1", 0, 0 },	 { "llrn", "lan1", 0, 0 },
};
#define NR_PLACES (sizeof(places) / sizeof(places[0]))

const char *gen_device(struct gen *g)
{
	return places[gen_rnd(g, NR_PLACES)].name;
}

const char *gen_any_name(struct gen *g)
{
	return world_names[gen_rnd(g, WORLD_NR(world_names))].name;
}

uint32_t gen_port(struct gen *g, const char *name)
{
	for (size_t i = 0; i < NR_PLACES; i++) {
		if (strcmp(places[i].name, name))
			continue;
		if (places[i].second && gen_1in(g, 4))
			return world_interface(places[i].second)->ifindex;
		return world_interface(places[i].port)->ifindex;
	}
	return 0;
}

uint16_t gen_vlan(const char *name)
{
	for (size_t i = 0; i < NR_PLACES; i++)
		if (!strcmp(places[i].name, name))
			return places[i].vlan;
	return 0;
}

bool gen_is_raw(uint32_t ifindex)
{
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++)
		if (world_interfaces[i].ifindex == ifindex)
			return world_interfaces[i].raw;
	return false;
}

uint32_t gen_any_port(struct gen *g)
{
	static const uint32_t ports[] = { 11, 12, 13, 14, 15, 16, 17, 18, 19, 22 };

	if (gen_1in(g, 40))
		return world_interfaces[gen_rnd(g, WORLD_NR(world_interfaces))].ifindex;
	return ports[gen_rnd(g, sizeof(ports) / sizeof(ports[0]))];
}

uint32_t gen_any_in(struct gen *g)
{
	return gen_1in(g, 6) ? 0 : world_interfaces[gen_rnd(g, WORLD_NR(world_interfaces))].ifindex;
}

void gen_mac(struct gen *g, uint8_t mac[6])
{
	uint32_t k = gen_rnd(g, 20);

	if (k == 0)
		memset(mac, 0xff, 6);
	else if (k == 1)
		memset(mac, 0, 6);
	else if (k == 2)
		memcpy(mac, (uint8_t[]){ 1, 0x80, 0xc2, 0, 0, gen_rnd(g, 3) }, 6);
	else if (k == 3)
		memcpy(mac, (uint8_t[]){ 2, 0, 0, 0, 9, gen_rnd(g, 4) }, 6); /* nobody's */
	else if (k == 4)
		memcpy(mac, (uint8_t[]){ 3, 0, 0, 0, 0, 0x11 }, 6);
	else
		world_mac(gen_any_name(g), mac);
}

/* Anything that has been somebody's trouble: private, mapped, tunnelled, reserved. */
static const char *const odd4[] = { "0.0.0.0", "255.255.255.255", "127.0.0.1", "224.0.0.22",
				    "10.1.0.77", "10.1.0.255", "8.8.8.8", "93.184.216.66",
				    "169.254.1.1", "10.20.9.7", "10.20.0.7", "239.1.2.3",
				    "10.7.0.9", "10.3.0.99", "10.9.0.7", "240.0.0.1" };
static const char *const odd6[] = { "::", "::1", "mapped:10.1.0.11", "mapped:93.184.216.66",
				    "64:ff9b::a01:c", "64:ff9b::5db8:d842", "2002:a01:c::1",
				    "2002:5db8:d822::1", "64:ff9b::5db8:d822", "ff02::1:2",
				    "ff02::16", "ff05::1", "fe80::11", "fe80::77", "fe80::f1",
				    "fe80::f8", "2001:db8::9", "fd07::9", "fd01::77", "ff02::1:ff00:11",
				    "64:ff9b::a01:65", "2a00:1450::99" };

struct zt_addr gen_address(struct gen *g, uint8_t family)
{
	const char *name = gen_any_name(g);
	struct zt_addr a = { { 0 } };
	uint8_t f;

	if (gen_1in(g, 3)) {
		if (family == 4)
			zt_addr_parse(odd4[gen_rnd(g, WORLD_NR(odd4))], &f, &a);
		else if (world_address(odd6[gen_rnd(g, WORLD_NR(odd6))], 6, &a))
			memset(&a, 0, sizeof(a));
		return a;
	}
	if (family == 6 && gen_1in(g, 4)) {
		char text[64];

		snprintf(text, sizeof(text), "%s:%s", gen_1in(g, 2) ? "ll" : "sol", name);
		world_address(text, 6, &a);
		return a;
	}
	world_address(name, family, &a);
	return a;
}

bool gen_group_mac(uint8_t family, const struct zt_addr *a, uint8_t mac[6])
{
	const uint8_t *b = (const uint8_t *)a;

	if (family == 6 && b[0] == 0xff)
		memcpy(mac, (uint8_t[]){ 0x33, 0x33, b[12], b[13], b[14], b[15] }, 6);
	else if (family == 4 && b[12] >> 4 == 0xe)
		memcpy(mac, (uint8_t[]){ 1, 0, 0x5e, b[13] & 0x7f, b[14], b[15] }, 6);
	else if (family == 4 && a->w[3] == 0xffffffff)
		memset(mac, 0xff, 6);
	else
		return false;
	return true;
}
