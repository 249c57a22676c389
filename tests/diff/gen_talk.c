/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conversations of the generator: a device and a peer, TCP, UDP, ICMP or something
 * else, whole or in fragments, both ways, and errors about them. What one side sends
 * to another device is seen at both ports.
 */
#include <string.h>
#include "gen.h"
#include "../prog/world_names.h"

static const uint16_t services[] = { 443, 80, 53, 123, 554, 22, 161, 8000, 9100, 502, 23, 5000,
				     5010, 5011, 40050, 67, 68, 546, 547, 1, 65535 };

static const char *peer_name(struct gen *g)
{
	static const char *const usual[] = { "vms", "vms", "vms", "ntp", "host", "web", "web", "rtr",
					     "rtr", "rtrwan", "cam2", "pos", "plc", "gw", "mdns",
					     "allnodes", "bcast" };

	return gen_1in(g, 4) ? gen_any_name(g) : gen_1in(g, 4) ? gen_device(g) :
	       usual[gen_rnd(g, sizeof(usual) / sizeof(usual[0]))];
}

static uint8_t protocol(struct gen *g)
{
	static const uint8_t usual[] = { 6, 6, 6, 6, 6, 17, 17, 17, 17, 1, 1, 47, 50, 41, 132 };

	return gen_1in(g, 40) ? gen_rnd(g, 256) : usual[gen_rnd(g, sizeof(usual))];
}

/* Where the peer's packets come in, and the MAC its frames go to. */
static void place_peer(struct gen *g, struct gen_talk *t)
{
	uint32_t port = gen_port(g, t->peer);

	t->peer_is_device = port;
	t->peer_ifindex = port ? port : !strncmp(t->peer, "rtr", 3) ? 0 : 40;
	if (gen_1in(g, 8) && !port)
		t->peer_ifindex = gen_1in(g, 2) ? 42 : 41;
	if (port && (port == 11 || port == 12) && gen_1in(g, 4))
		t->peer_ifindex = 20;
	world_mac("rtr", t->peer_mac);
	/* bridged neighbours send to each other's MAC */
	if (port && (port == t->ifindex || (port <= 12 && t->ifindex <= 12)) && gen_1in(g, 2))
		world_mac(t->peer, t->peer_mac);
	if (!strcmp(t->peer, "gw") && gen_1in(g, 2))
		world_mac("gw", t->peer_mac);
}

/* What some rule is about, so that the questions behind the rules are reached. */
static const struct {
	const char *device, *peer;
	uint8_t proto;
	uint16_t port, ports; /* the first, and how many; ICMP: none */
	bool inward; /* the peer opens */
} ruled[] = {
	{ 0, "vms", 6, 443, 1, 0 },	{ 0, "vms", 17, 5000, 11, 0 },	{ 0, "vms", 1, 0, 0, 0 },
	{ 0, "vms", 47, 0, 0, 0 },	{ 0, "vms", 50, 0, 0, 0 },	{ 0, "web", 6, 80, 1, 0 },
	{ 0, "web", 17, 53, 1, 0 },	{ 0, "rtr", 17, 53, 1, 0 },	{ 0, "rtr", 6, 53, 1, 0 },
	{ 0, "rtr", 1, 0, 0, 0 },	{ 0, "vms", 6, 554, 1, 1 },	{ 0, "vms", 17, 554, 1, 1 },
	{ 0, "vms", 1, 0, 0, 1 },	{ 0, "rtr", 6, 22, 1, 1 },	{ 0, "rtr", 17, 161, 1, 1 },
	{ 0, "rtr", 1, 0, 0, 1 },	{ "cam1", "ntp", 17, 123, 1, 0 },
	{ "cam2", "ntp", 17, 123, 1, 0 },
	{ "cam1", "cam2", 6, 8000, 1, 0 }, { "cam1", "pos", 17, 8000, 1, 0 },
	{ "cam1", "dyn2", 6, 8000, 1, 0 }, { "cam1", "dyn3", 17, 8000, 1, 0 },
	{ "cam2", "cam1", 6, 8000, 1, 1 }, { "pos", "cam1", 17, 8000, 1, 1 },
	{ "guest", "ntp", 17, 123, 1, 0 }, { "guest2", "ntp", 17, 123, 1, 0 },
	{ "guest", "cam2", 6, 9100, 1, 0 }, { "guest2", "cam2", 17, 40000, 101, 0 },
	{ "cam2", "guest", 6, 9100, 1, 1 }, { "cam2", "guest2", 17, 40000, 101, 1 },
	{ "plc", "vms", 6, 502, 1, 1 },	{ "hmi", "vms", 6, 502, 1, 1 },
	{ "meter", "plc", 6, 23, 1, 0 },
	{ "probe", "ntp", 17, 123, 1, 0 }, { "meter", "host", 6, 1234, 1, 0 },
	{ "laud", "host", 17, 99, 9, 0 }, { "llrn", "host", 6, 99, 9, 0 },
	{ "plc", "host", 17, 99, 1, 0 }, { "meter", "web", 6, 443, 1, 1 },
};

static void by_rule(struct gen *g, struct gen_talk *t)
{
	static const char *const cams[] = { "cam1", "cam2", "cam3", "roam", "dyn1", "dyn2", "dyn3",
					    "duala", "dualb", "pos", "cell", "incell", "v30", "v31",
					    "sim1", "sim2", "tun1", "mix", "only4", "twin", "lseg",
					    "lgrp", "lown", "ldyn" };
	uint32_t k = gen_rnd(g, sizeof(ruled) / sizeof(ruled[0]));
	uint16_t port = ruled[k].port + (ruled[k].ports ? gen_rnd(g, ruled[k].ports) : 0);

	t->device = ruled[k].device;
	if (!t->device)
		t->device = cams[gen_rnd(g, sizeof(cams) / sizeof(cams[0]))];
	t->peer = ruled[k].peer;
	t->proto = ruled[k].proto;
	t->device_opens = !ruled[k].inward;
	t->dev_port = ruled[k].inward ? port : 4000 + gen_rnd(g, 8);
	t->peer_port = ruled[k].inward ? 4000 + gen_rnd(g, 8) : port;
}

static void by_chance(struct gen *g, struct gen_talk *t)
{
	uint16_t one = gen_1in(g, 2) ? 4000 + gen_rnd(g, 3) : services[gen_rnd(g, 21)];
	uint16_t other = services[gen_rnd(g, 21)];

	t->device = gen_device(g);
	t->peer = peer_name(g);
	t->proto = protocol(g);
	t->device_opens = !gen_1in(g, 3);
	t->dev_port = t->device_opens ? one : other;
	t->peer_port = t->device_opens ? other : one;
}

static struct gen_talk *new_talk(struct gen *g)
{
	struct gen_talk *t = &g->talks[g->nr_talks < GEN_TALKS ? g->nr_talks++ : gen_rnd(g, GEN_TALKS)];

	*t = (struct gen_talk){ .family = gen_1in(g, 2) ? 4 : 6 };
	if (gen_1in(g, 3))
		by_chance(g, t);
	else
		by_rule(g, t);
	t->ifindex = gen_port(g, t->device);
	t->vlan = gen_vlan(t->device);
	t->raw = gen_is_raw(t->ifindex);
	world_mac(t->device, t->mac);
	world_address(t->device, t->family, &t->dev);
	place_peer(g, t);
	world_address(t->peer, t->family, &t->other);
	if (gen_1in(g, 12))
		t->other = gen_address(g, t->family);
	if (t->family == 6 && gen_1in(g, 30))
		t->dev = (struct zt_addr){ { htobe32(0xfe800000), 0, 0, htobe32(t->mac[5]) } };
	if (t->proto == 1 && t->family == 6)
		t->proto = 58;
	return t;
}

/* ---- one packet --------------------------------------------------------------- */

static uint8_t tcp_flags(struct gen *g, const struct gen_talk *t, bool by_opener)
{
	static const uint8_t some[] = { 0x02, 0x10, 0x12, 0x18, 0x11, 0x14, 0x04, 0x00, 0x29, 0x03,
					0x06, 0x3f, 0xc2, 0x01, 0x15, 0x08 };

	if (gen_1in(g, 8))
		return gen_1in(g, 8) ? gen_rnd(g, 256) : some[gen_rnd(g, sizeof(some))];
	if (t->packets < 3)
		return by_opener && t->packets != 1 ? (t->packets ? 0x10 : 0x02) : 0x12;
	return gen_1in(g, 12) ? 0x11 : gen_1in(g, 20) ? 0x14 : gen_1in(g, 12) ? 0x02 : 0x18;
}

static void transport(struct gen *g, const struct gen_talk *t, struct gen_plan *p, bool by_device)
{
	uint16_t from = by_device ? t->dev_port : t->peer_port;
	uint16_t to = by_device ? t->peer_port : t->dev_port;
	bool by_opener = by_device == t->device_opens;
	static const uint8_t other_types4[] = { 3, 5, 9, 10, 13, 14, 15, 16, 17, 18, 30, 40 };
	static const uint8_t other_types6[] = { 137, 139, 140, 141, 144, 200, 129, 130, 131, 143, 255 };
	uint8_t type;

	if (t->proto == 6) {
		gen_body_num(p, from, 2);
		gen_body_num(p, to, 2);
		gen_body_num(p, gen_rnd(g, 0), 4);
		gen_body_num(p, 0, 4);
		gen_body_num(p, gen_1in(g, 30) ? gen_rnd(g, 16) << 4 : 0x50, 1);
		gen_body_num(p, tcp_flags(g, t, by_opener), 1);
		gen_body(p, "\0\0\0\0\0\0", 6);
	} else if (t->proto == 17) {
		gen_body_num(p, gen_1in(g, 60) ? 0 : from, 2);
		gen_body_num(p, to, 2);
		gen_body_num(p, gen_1in(g, 25) ? gen_rnd(g, 40) : 24, 2);
		gen_body(p, "\0\0" "ABCDEFGHIJKLMNOP", 18);
	} else if (t->proto == 1 || t->proto == 58) {
		type = t->family == 4 ? (by_opener ? 8 : 0) : by_opener ? 128 : 129;
		if (gen_1in(g, 12))
			type = t->family == 4 ? other_types4[gen_rnd(g, sizeof(other_types4))] :
						other_types6[gen_rnd(g, sizeof(other_types6))];
		gen_body_num(p, type << 8, 2);
		gen_body_num(p, 0, 2);
		gen_body_num(p, t->device_opens ? t->dev_port : t->peer_port, 2);
		gen_body(p, "\0\1payload.payload.", 18);
	} else {
		gen_body(p, "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 4 + gen_rnd(g, 13));
	}
}

/* The frame without its body, as the device's port sees it. */
static void around(struct gen *g, const struct gen_talk *t, struct gen_plan *p, bool by_device)
{
	*p = (struct gen_plan){ .towards = !by_device, .raw = t->raw, .port = t->ifindex,
				.came_in = t->peer_ifindex, .family = t->family, .hops = 64,
				.proto = t->proto, .id = gen_rnd(g, 0xffff) };
	p->src = by_device ? t->dev : t->other;
	p->dst = by_device ? t->other : t->dev;
	memcpy(p->dmac, by_device ? t->peer_mac : t->mac, 6);
	memcpy(p->smac, by_device ? t->mac : t->peer_mac, 6);
	gen_group_mac(t->family, &p->dst, p->dmac);
	if (t->vlan || gen_1in(g, 60)) {
		p->tags[0].type = 0x8100;
		p->tags[0].tci = t->vlan | (gen_1in(g, 4) ? 0xa000 : 0);
		p->nr_tags = 1;
	}
	if (gen_1in(g, 40)) { /* a priority tag around it */
		p->tags[p->nr_tags].type = 0x8100;
		p->tags[p->nr_tags++].tci = 0xe000;
	}
	p->marked = t->ifindex == 17 ? gen_1in(g, 2) : gen_1in(g, 30);
}

/* The same packet at the other device's port, as the sender's port let it go. */
static void at_receiver(struct gen *g, const struct gen_talk *t, struct gen_plan p)
{
	if (!t->peer_is_device)
		return;
	p.towards = true;
	p.port = gen_port(g, t->peer);
	p.raw = gen_is_raw(p.port);
	p.came_in = t->ifindex <= 12 && gen_1in(g, 3) ? 20 : t->ifindex;
	world_mac(t->peer, p.dmac);
	world_mac(gen_1in(g, 2) ? t->device : "rtr", p.smac);
	p.nr_tags = 0;
	if (gen_vlan(t->peer)) {
		p.tags[0].type = 0x8100;
		p.tags[0].tci = gen_vlan(t->peer);
		p.nr_tags = 1;
	}
	gen_put(g, &p);
}

static void in_fragments(struct gen *g, struct gen_plan *p)
{
	uint8_t all[160];
	uint32_t len, at = 0, part, wrong;

	for (uint32_t i = 0; i < 48; i++)
		gen_body_num(p, i, 1);
	len = p->len < sizeof(all) ? p->len : sizeof(all);
	memcpy(all, p->body, len);
	p->fragment = true;
	p->id = 1 + gen_rnd(g, 6);
	while (at < len) {
		struct gen_plan one = *p;

		part = gen_1in(g, 8) ? 8 : 24;
		part = at + part > len ? len - at : part;
		one.offset = at;
		one.more = at + part < len;
		wrong = gen_rnd(g, 30);
		if (wrong == 0)
			one.offset += 8;
		else if (wrong == 1)
			one.offset = at >= 8 ? at - 8 : 1;
		else if (wrong == 2)
			one.more = !one.more;
		else if (wrong == 3)
			one.id++;
		one.len = 0;
		gen_body(&one, all + at, part);
		if (wrong > 4)
			gen_put(g, &one);
		if (wrong == 5)
			gen_put(g, &one); /* twice */
		if (wrong > 5)
			at += part;
		else if (gen_1in(g, 2))
			gen_put(g, &one), at += part;
		if (gen_1in(g, 40))
			gen_step(g, GEN_WAIT, 1 + gen_rnd(g, 30));
	}
}

static void packet(struct gen *g, struct gen_talk *t, bool by_device)
{
	struct gen_plan p;

	around(g, t, &p, by_device);
	transport(g, t, &p, by_device);
	t->packets++;
	if (gen_1in(g, 25))
		return in_fragments(g, &p);
	gen_spoil(g, &p);
	gen_put(g, &p);
	if (by_device && gen_1in(g, 2))
		at_receiver(g, t, p);
}

/* An error about a packet of the conversation: from one side, quoting the other's. */
void gen_error(struct gen *g, const struct gen_talk *t)
{
	static const uint16_t mtus[] = { 1, 295, 296, 1279, 1280, 1500 };
	static const uint8_t types4[] = { 3, 11, 12 };
	bool chain = gen_1in(g, 12);
	bool by_device = gen_1in(g, 2);
	struct gen_plan inner, p;

	around(g, t, &p, by_device);
	p.proto = t->family == 4 ? 1 : 58;
	around(g, t, &inner, !by_device);
	transport(g, t, &inner, !by_device);
	if (gen_1in(g, 6))
		inner.src = gen_address(g, t->family);
	if (gen_1in(g, 3) && !by_device)
		p.src = gen_address(g, t->family); /* some router on the way */
	gen_body_num(&p, (t->family == 4 ? types4[gen_rnd(g, 3)] : 1 + gen_rnd(g, 4)) << 8, 2);
	gen_body(&p, "\0\0\0\0", 4);
	gen_body_num(&p, gen_1in(g, 8) ? mtus[gen_rnd(g, 6)] : 0, 2);
	if (gen_1in(g, 12)) /* needs fragments */
		memcpy(p.body, t->family == 4 ? "\3\4" : "\2\0", 2);
	if (t->family == 4) {
		gen_body_num(&p, gen_1in(g, 30) ? 0x46 : 0x45, 1);
		gen_body(&p, "\0\0\100\0\1", 5);
		gen_body_num(&p, gen_1in(g, 12) ? gen_rnd(g, 4) : 0, 2);
		gen_body_num(&p, 64, 1);
		gen_body_num(&p, inner.proto, 1);
		gen_body(&p, "\0\0", 2);
		gen_body(&p, &inner.src.w[3], 4);
		gen_body(&p, &inner.dst.w[3], 4);
	} else {
		gen_body(&p, "\140\0\0\0\0\20", 6);
		gen_body_num(&p, chain ? 44 : inner.proto, 1);
		gen_body_num(&p, 64, 1);
		gen_body(&p, &inner.src, 16);
		gen_body(&p, &inner.dst, 16);
		if (chain) { /* a fragment, perhaps with options before or behind */
			gen_body_num(&p, gen_1in(g, 3) ? 60 : inner.proto, 1);
			gen_body_num(&p, gen_1in(g, 2) ? 1 : 8 * gen_rnd(g, 3), 3);
			gen_body(&p, "\0\0\0\7", 4);
			gen_body_num(&p, inner.proto, 1);
			gen_body(&p, "\0\1\4\0\0\0", gen_1in(g, 2) ? 7 : 0);
		}
	}
	gen_body(&p, inner.body, inner.len < 8 || gen_1in(g, 12) ? gen_rnd(g, 8) : 8);
	gen_spoil(g, &p);
	gen_put(g, &p);
}

/* The same again and again, each a flow of its own. */
static void many(struct gen *g, struct gen_talk *t)
{
	uint32_t n = 5 + gen_rnd(g, 20);

	while (n--) {
		*(t->device_opens ? &t->dev_port : &t->peer_port) = 30000 + gen_rnd(g, 100);
		t->packets = 0;
		packet(g, t, t->device_opens);
		if (gen_1in(g, 3))
			packet(g, t, !t->device_opens);
	}
}

/* As many datagrams begun as one device may have, and none ended. */
static void many_fragments(struct gen *g, struct gen_talk *t)
{
	struct gen_plan p;

	for (uint32_t id = 1; id <= 70; id++) {
		around(g, t, &p, t->device_opens);
		transport(g, t, &p, t->device_opens);
		p.fragment = p.more = true;
		p.id = id;
		p.len = p.len / 8 * 8;
		gen_put(g, &p);
	}
}

void gen_talk(struct gen *g)
{
	struct gen_talk *t = !g->nr_talks || gen_1in(g, 4) ? new_talk(g) :
							     &g->talks[gen_rnd(g, g->nr_talks)];
	uint32_t n = 1 + gen_rnd(g, gen_1in(g, 10) ? 8 : 3);

	if (gen_1in(g, 60))
		return many(g, t);
	if (gen_1in(g, 400))
		return many_fragments(g, t);
	if (gen_1in(g, 30)) {
		gen_inherit(g, t);
		if (gen_1in(g, 2))
			gen_inherit(g, t);
	}
	while (n--) {
		bool by_opener = t->packets < 3 ? t->packets != 1 : gen_1in(g, 2);

		packet(g, t, by_opener == t->device_opens);
		if (gen_1in(g, 100))
			gen_bump(g, gen_1in(g, 2) ? t->peer : t->device);
		if (gen_1in(g, 200))
			gen_quarantine(g, gen_1in(g, 2) ? t->peer : t->device);
	}
	if (gen_1in(g, 8))
		gen_error(g, t);
}
