/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generator's infrastructure: ARP, neighbour discovery, DHCP, group membership
 * and opted-in layer 2, both ways, with claims that are right, free or someone's.
 */
#include <stdio.h>
#include <string.h>
#include "gen.h"
#include "../prog/world_names.h"

/* Ethernet and place: a device's own frame, or one that comes to its port from somewhere. */
static const char *begin(struct gen *g, struct gen_plan *p)
{
	static const char *const speakers[] = { "rtr", "rtr", "gw", "gw", "dhcpd", "cam2", "dyn2",
						"host", "vms", "cam1" };
	const char *device = gen_device(g), *speaker = device;

	*p = (struct gen_plan){ .towards = gen_1in(g, 3), .port = gen_port(g, device), .hops = 64 };
	p->raw = gen_is_raw(p->port);
	if (p->towards) {
		speaker = speakers[gen_rnd(g, 10)];
		p->came_in = gen_port(g, speaker);
		if (!p->came_in && strcmp(speaker, "rtr"))
			p->came_in = 40;
		if (gen_1in(g, 5))
			p->came_in = gen_any_in(g);
		p->marked = gen_1in(g, 6);
	}
	world_mac(p->towards && gen_1in(g, 4) ? "rtr" : speaker, p->smac);
	memset(p->dmac, 0xff, 6);
	if (p->towards && gen_1in(g, 2))
		world_mac(device, p->dmac);
	if (gen_vlan(device)) {
		p->tags[0].type = 0x8100;
		p->tags[0].tci = gen_vlan(device);
		p->nr_tags = 1;
	}
	return speaker;
}

/* An address to claim: the speaker's, a free one of its segment, or another's. */
static struct zt_addr claim(struct gen *g, const char *who, uint8_t family)
{
	struct zt_addr a;
	char text[64];

	switch (gen_rnd(g, 6)) {
	case 0:
		return gen_address(g, family);
	case 1: /* free, in the subnet of the cameras */
		snprintf(text, sizeof(text), family == 4 ? "10.1.0.%u" : "fd01::%x",
			 100 + gen_rnd(g, 30));
		world_address(text, family, &a);
		return a;
	case 2:
		snprintf(text, sizeof(text), "ll:%s", gen_1in(g, 4) ? gen_any_name(g) : who);
		if (family == 6 && !world_address(text, 6, &a))
			return a;
		/* fall through */
	default:
		world_address(who, family, &a);
		return a;
	}
}

static void arp(struct gen *g, struct gen_plan *p, const char *who)
{
	struct zt_addr spa = claim(g, who, 4), tpa = gen_address(g, 4);
	uint8_t mac[6];

	p->type = 0x0806;
	memcpy(mac, p->smac, 6);
	if (gen_1in(g, 12))
		gen_mac(g, mac);
	if (gen_1in(g, 12))
		memset(&spa.w[3], 0, 4);
	gen_body_num(p, gen_1in(g, 60) ? 6 : 1, 2);
	gen_body_num(p, gen_1in(g, 60) ? 0x86dd : 0x0800, 2);
	gen_body_num(p, gen_1in(g, 60) ? 8 : 6, 1);
	gen_body_num(p, gen_1in(g, 60) ? 16 : 4, 1);
	gen_body_num(p, gen_1in(g, 40) ? gen_rnd(g, 300) : 1 + gen_rnd(g, 2), 2);
	gen_body(p, mac, 6);
	gen_body(p, &spa.w[3], 4);
	gen_body(p, "\0\0\0\0\0\0", 6);
	gen_body(p, &tpa.w[3], 4);
	while (p->len < 64 && gen_1in(g, 3)) /* padding, or a cargo */
		gen_body(p, "paddingpaddingpadding", gen_1in(g, 2) ? 18 : 1 + gen_rnd(g, 20));
}

static void nd_option(struct gen *g, struct gen_plan *p, uint8_t type)
{
	uint8_t mac[6];
	uint32_t fillers = gen_1in(g, 6) ? gen_rnd(g, 6) : 0;

	while (fillers--)
		gen_body(p, gen_1in(g, 20) ? "\16\0\1\2\3\4\5\6" : "\16\1\1\2\3\4\5\6", 8);
	do {
		memcpy(mac, p->smac, 6);
		if (gen_1in(g, 8))
			gen_mac(g, mac);
		if (gen_1in(g, 5))
			return;
		gen_body_num(p, gen_1in(g, 10) ? 3 - type : type, 1);
		gen_body_num(p, gen_1in(g, 30) ? gen_rnd(g, 3) : 1, 1);
		gen_body(p, mac, 6);
	} while (gen_1in(g, 8));
	if (gen_1in(g, 20))
		gen_body(p, "a few octets more than whole options", gen_rnd(g, 36));
}

static void nd(struct gen *g, struct gen_plan *p, const char *who)
{
	uint32_t type = gen_1in(g, 8) ? 133 + gen_rnd(g, 5) : gen_1in(g, 2) ? 135 : 136;
	struct zt_addr target = type == 136 || gen_1in(g, 2) ? claim(g, who, 6) : gen_address(g, 6);

	p->family = 6;
	p->proto = 58;
	p->hops = gen_1in(g, 20) ? 64 : 255;
	p->src = gen_1in(g, 2) ? target : claim(g, who, 6);
	if (type == 135 && gen_1in(g, 3)) {
		memset(&p->src, 0, 16); /* duplicate address detection */
		target = claim(g, who, 6);
	} else if (gen_1in(g, 20)) {
		memset(&p->src, 0, 16);
	}
	p->dst = gen_1in(g, 6) ? gen_address(g, 6) : world_solicited(&target);
	if (type != 135)
		world_address(gen_1in(g, 2) ? "allnodes" : "allrouters", 6, &p->dst);
	if (!gen_group_mac(6, &p->dst, p->dmac) && gen_1in(g, 2))
		world_mac("rtr", p->dmac);
	gen_body_num(p, type << 8 | (gen_1in(g, 30) ? gen_rnd(g, 256) : 0), 2);
	gen_body(p, "\0\0\140\0\0\0", 6);
	if (type == 134)
		gen_body(p, "\0\0\0\0\0\0\0\0", 8);
	if (type == 135 || type == 136 || type == 137)
		gen_body(p, &target, 16);
	nd_option(g, p, type == 136 ? 2 : 1);
}

static void dhcp4(struct gen *g, struct gen_plan *p, const char *who, bool server)
{
	static const char *const clients[] = { "dyn1", "dyn2", "dyn3", "duala", "dualb", "cam1",
					       "guest" };
	const char *client = server ? clients[gen_rnd(g, 7)] : who;
	struct zt_addr yi = claim(g, client, 4), sid = gen_address(g, 4);
	uint8_t chaddr[6], zero[236] = { 0 };
	uint32_t options = gen_rnd(g, 6), at = p->len;

	world_mac(client, chaddr);
	if (gen_1in(g, 12))
		gen_mac(g, chaddr);
	if (server && p->towards && gen_1in(g, 2))
		memcpy(p->dmac, chaddr, 6);
	world_address(who, 4, gen_1in(g, 2) ? &p->src : &sid);
	gen_body_num(p, server ? 67 : 68, 2);
	gen_body_num(p, server ? 68 : 67, 2);
	gen_body_num(p, 0, 4); /* the length comes below */
	gen_body(p, zero, 236);
	p->body[at + 8] = gen_1in(g, 40) ? 3 : server ? 2 : 1;
	p->body[at + 9] = 1;
	p->body[at + 10] = gen_1in(g, 60) ? 16 : 6;
	memcpy(p->body + at + 24, &yi.w[3], 4);
	memcpy(p->body + at + 36, chaddr, 6);
	gen_body_num(p, gen_1in(g, 60) ? 0 : 0x63825363, 4);
	while (options--)
		gen_body(p, gen_1in(g, 3) ? "\0" : "\14\1x", gen_1in(g, 3) ? 1 : 3);
	gen_body_num(p, 0x350100 | (gen_1in(g, 4) ? gen_rnd(g, 8) : server ? 5 : 3), 3);
	gen_body_num(p, 0x3304, 2);
	gen_body_num(p, gen_1in(g, 8) ? gen_rnd(g, 0) : 60 + gen_rnd(g, 4000), 4);
	gen_body_num(p, 0x3604, 2);
	gen_body(p, &sid.w[3], 4);
	gen_body(p, "\377\0\0\0\0\0\0\0", 8);
	p->body[at + 4] = (p->len - at) >> 8;
	p->body[at + 5] = p->len - at;
}

static void dhcp(struct gen *g, struct gen_plan *p, const char *who)
{
	bool server = p->towards ? !gen_1in(g, 6) : gen_1in(g, 4);

	p->family = gen_1in(g, 4) ? 6 : 4;
	p->proto = 17;
	p->src = gen_1in(g, 3) ? claim(g, who, p->family) : (struct zt_addr){ { 0 } };
	if (p->family == 4) {
		p->src.w[2] = htobe32(0xffff);
		world_address(gen_1in(g, 5) ? gen_any_name(g) : "bcast", 4, &p->dst);
		dhcp4(g, p, who, server);
	} else {
		world_address(gen_1in(g, 2) ? "ll:dyn1" : "fe80::77", 6,
			      gen_1in(g, 2) ? &p->src : &p->dst);
		if (!server && !gen_1in(g, 6))
			world_address("ff02::1:2", 6, &p->dst);
		gen_body_num(p, server ? 547 : 546, 2);
		gen_body_num(p, server ? 546 : 547, 2);
		gen_body_num(p, 24, 2);
		gen_body(p, "\0\0", 2);
		gen_body_num(p, gen_1in(g, 3) ? gen_rnd(g, 14) : 1, 1);
		gen_body(p, "DHCPv6 solicit.", 15);
	}
	if (!p->towards && gen_1in(g, 3))
		world_mac(gen_1in(g, 2) ? "rtr" : "dhcpd", p->dmac);
	gen_group_mac(p->family, &p->dst, p->dmac);
}

static void membership(struct gen *g, struct gen_plan *p, const char *who)
{
	static const uint8_t types4[] = { 0x11, 0x12, 0x16, 0x17, 0x22, 0x22, 0x13 };
	static const uint8_t types6[] = { 130, 131, 132, 143, 143 };

	p->family = gen_1in(g, 2) ? 4 : 6;
	p->hops = gen_1in(g, 12) ? 64 : 1;
	p->src = claim(g, who, p->family);
	if (p->family == 4) {
		p->proto = 2;
		world_address(gen_1in(g, 2) ? "224.0.0.22" : "allnodes", 4, &p->dst);
		if (!gen_1in(g, 4)) {
			memcpy(p->options, "\224\4\0\0", 4);
			p->nr_options = 4;
		}
		gen_body_num(p, types4[gen_rnd(g, sizeof(types4))] << 8, 2);
		gen_body(p, "\0\0\0\0\0\0", 6);
	} else {
		p->proto = 58;
		world_address(gen_1in(g, 2) ? "ff02::16" : "allnodes", 6, &p->dst);
		p->nr_ext = gen_1in(g, 8) ? 0 : 1;
		p->ext[0].type = 0;
		p->ext[0].units = 0;
		memcpy(p->ext[0].octets, "\5\2\0\0\1", 6);
		gen_body_num(p, types6[gen_rnd(g, sizeof(types6))] << 8, 2);
		gen_body(p, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22);
	}
	gen_group_mac(p->family, &p->dst, p->dmac);
}

static void layer2(struct gen *g, struct gen_plan *p)
{
	static const uint16_t types[] = { 0x888e, 0x88cc, 0x8809, 0x8809, 0x0026, 0x0026, 0x8892, 0x8864,
					  0x8847, 0x88e5, 0x05dc, 0x05dd, 0x0003, 0x22f0 };

	p->type = types[gen_rnd(g, sizeof(types) / sizeof(types[0]))];
	memcpy(p->dmac, "\1\200\302\0\0\0", 6);
	if (gen_1in(g, 3))
		gen_mac(g, p->dmac);
	if (p->type == 0x8809) {
		p->dmac[5] = gen_1in(g, 6) ? 0 : 2;
		p->port = gen_1in(g, 3) ? p->port : 18 + gen_rnd(g, 2);
		gen_body_num(p, gen_1in(g, 6) ? 2 : 1, 1);
	}
	gen_body(p, gen_1in(g, 4) ? "\252\252\3" : "\102\102\3", 3);
	gen_body(p, "12345678901234567890123456789012345", gen_1in(g, 6) ? gen_rnd(g, 35) : 35);
}

/* A server gives the address of a conversation to another device, which goes on with it. */
void gen_inherit(struct gen *g, struct gen_talk *t)
{
	static const char *const heirs[] = { "dyn1", "dyn2", "dyn3", "duala", "dualb" };
	struct gen_plan p = { .towards = true, .family = 4, .proto = 17, .hops = 64 };
	const char *heir = heirs[gen_rnd(g, 5)];
	uint8_t bootp[240] = { 2, 1, 6 };

	if (strncmp(t->device, "d", 1) || t->family != 4)
		return;
	p.port = gen_port(g, heir);
	p.came_in = gen_1in(g, 3) ? 40 : 0;
	world_mac("rtr", p.smac);
	world_mac(heir, p.dmac);
	world_address(p.came_in ? "host" : "rtr", 4, &p.src);
	p.dst = t->dev;
	memcpy(bootp + 16, &t->dev.w[3], 4);
	memcpy(bootp + 28, p.dmac, 6);
	memcpy(bootp + 236, "\143\202\123\143", 4);
	gen_body(&p, "\0\103\0\104\1\11\0\0", 8);
	gen_body(&p, bootp, 240);
	gen_body(&p, "\65\1\5\63\4\0\0\16\20\66\4\12\1\0", 14);
	gen_body_num(&p, p.came_in ? 9 : 1, 1);
	gen_body(&p, "\377\0", 2);
	gen_put(g, &p);
	t->device = heir;
	t->ifindex = p.port;
	memcpy(t->mac, p.dmac, 6);
}

/* Those without a fixed address take one, as their stack would. */
static void announce(struct gen *g)
{
	static const char *const dynamic[] = { "dyn1", "dyn2", "dyn3", "duala", "dualb" };
	const char *who = dynamic[gen_rnd(g, 5)];
	struct gen_plan p = { .port = gen_port(g, who) };
	struct zt_addr a;

	world_mac(who, p.smac);
	if (gen_1in(g, 2)) {
		memset(p.dmac, 0xff, 6);
		world_address(who, 4, &a);
		p.type = 0x0806;
		gen_body(&p, "\0\1\10\0\6\4\0\1", 8);
		gen_body(&p, p.smac, 6);
		gen_body(&p, &a.w[3], 4);
		gen_body(&p, "\0\0\0\0\0\0\12\1\0\1", 10);
	} else {
		world_address(who, 6, &a);
		p.family = 6;
		p.proto = 58;
		p.hops = 255;
		p.dst = world_solicited(&a);
		gen_group_mac(6, &p.dst, p.dmac);
		gen_body(&p, "\207\0\0\0\0\0\0\0", 8);
		gen_body(&p, &a, 16);
	}
	gen_put(g, &p);
}

void gen_link(struct gen *g)
{
	struct gen_plan p;
	const char *who = begin(g, &p);

	if (gen_1in(g, 5))
		return announce(g);

	switch (gen_rnd(g, 10)) {
	case 0:
	case 1:
	case 2:
		arp(g, &p, who);
		break;
	case 3:
	case 4:
	case 5:
		nd(g, &p, who);
		break;
	case 6:
	case 7:
		dhcp(g, &p, who);
		break;
	case 8:
		membership(g, &p, who);
		break;
	default:
		layer2(g, &p);
	}
	gen_spoil(g, &p);
	gen_put(g, &p);
}
