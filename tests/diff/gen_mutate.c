/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generator makes things wrong: a field of a plan, or octets of a frame. Rarely
 * more than one thing, so that the later questions are reached.
 */
#include <string.h>
#include "gen.h"

static const uint8_t protocols[] = { 0, 1, 2, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 132,
				     136, 255 };

static void spoil_ethernet(struct gen *g, struct gen_plan *p)
{
	static const uint16_t types[] = { 0x8100, 0x8100, 0x88a8, 0x9100 };
	static const uint16_t ids[] = { 0, 0, 30, 31, 32, 0x2000, 0x201e, 4095 };

	switch (gen_rnd(g, 4)) {
	case 0:
		gen_mac(g, p->dmac);
		break;
	case 1:
		gen_mac(g, p->smac);
		break;
	case 2:
		if (p->nr_tags < 3) {
			p->tags[p->nr_tags].type = types[gen_rnd(g, 4)];
			p->tags[p->nr_tags++].tci = ids[gen_rnd(g, 8)];
		}
		break;
	default:
		p->nr_tags = 0;
	}
}

static void spoil_ip4(struct gen *g, struct gen_plan *p)
{
	static const uint8_t alert[4] = { 0x94, 4, 0, 0 }, route[8] = { 7, 7, 4, 0, 0, 0, 0, 0 };

	if (gen_1in(g, 2)) {
		memcpy(p->options, alert, 4);
		p->nr_options = 4;
	} else {
		memcpy(p->options, route, 8);
		p->nr_options = 4 + 4 * gen_rnd(g, 10);
	}
}

static void spoil_ip6(struct gen *g, struct gen_plan *p)
{
	static const uint8_t types[] = { 0, 60, 60, 60, 43, 44, 0 };
	static const uint8_t alert[6] = { 5, 2, 0, 0, 1, 0 }, pad[6] = { 1, 4, 0, 0, 0, 0 };
	uint32_t n = gen_1in(g, 5) ? gen_rnd(g, 8) : 1;
	bool deep = gen_1in(g, 20); /* about as far as a header may begin */

	n = deep ? 4 + gen_rnd(g, 4) : n;
	while (n-- && p->nr_ext < 8) {
		p->ext[p->nr_ext].type = deep ? 60 : types[gen_rnd(g, 7)];
		p->ext[p->nr_ext].units = deep ? 12 + gen_rnd(g, 10) :
					  gen_1in(g, 6) ? gen_rnd(g, 20) : 0;
		memcpy(p->ext[p->nr_ext].octets, gen_1in(g, 2) ? alert : pad, 6);
		if (p->ext[p->nr_ext].type == 44) { /* an atomic fragment, or none */
			memset(p->ext[p->nr_ext].octets, 0, 6);
			p->ext[p->nr_ext].units = 0;
			p->ext[p->nr_ext].octets[1] = gen_1in(g, 3);
		}
		p->nr_ext++;
	}
}

static void spoil_ip(struct gen *g, struct gen_plan *p)
{
	static const int32_t wrong[] = { -1, 1, -8, 8, -20, 40, -40, 1000 };

	switch (gen_rnd(g, 8)) {
	case 0:
		p->src = gen_address(g, p->family);
		break;
	case 1:
		p->dst = gen_address(g, p->family);
		break;
	case 2:
		p->hops = gen_1in(g, 2) ? gen_rnd(g, 3) : 255;
		break;
	case 3:
		p->proto = protocols[gen_rnd(g, sizeof(protocols))];
		break;
	case 4:
		p->wrong_len = wrong[gen_rnd(g, 8)];
		break;
	case 5:
		p->fragment = !p->fragment;
		p->more = gen_1in(g, 2);
		p->offset = gen_rnd(g, 4) * 8;
		break;
	default:
		if (p->family == 4)
			spoil_ip4(g, p);
		else
			spoil_ip6(g, p);
	}
}

static void spoil_place(struct gen *g, struct gen_plan *p)
{
	switch (gen_rnd(g, 4)) {
	case 0:
		p->port = gen_any_port(g);
		break;
	case 1:
		p->came_in = gen_any_in(g);
		break;
	case 2:
		p->marked = !p->marked;
		break;
	default:
		p->towards = !p->towards;
	}
}

void gen_spoil(struct gen *g, struct gen_plan *p)
{
	if (gen_1in(g, 12))
		spoil_ethernet(g, p);
	if (p->family && gen_1in(g, 9))
		spoil_ip(g, p);
	if (gen_1in(g, 20))
		spoil_place(g, p);
	if (gen_1in(g, 10))
		p->pad = 60 + gen_rnd(g, 100);
	if (p->len && gen_1in(g, 30))
		p->len = gen_rnd(g, p->len); /* cut before the lengths are written */
}

/* A number of interest where a field may lie. */
static void poke(struct gen *g, struct gen_step *s)
{
	static const uint16_t values[] = { 0, 1, 5, 7, 8, 20, 28, 40, 44, 60, 255, 256, 1500, 0x7fff,
					   0x8100, 0x88cc, 0xffff };
	uint16_t v = values[gen_rnd(g, sizeof(values) / sizeof(values[0]))];
	uint32_t at = gen_rnd(g, s->len < 80 ? s->len : 80);

	if (at + 2 > s->len)
		return;
	s->octets[at] = v >> 8;
	s->octets[at + 1] = v;
}

/* Another frame's octets from here on. */
static void splice(struct gen *g, struct gen_step *s)
{
	const struct gen_step *o;
	uint32_t at, from, n;

	if (!g->nr_past || !s->len)
		return;
	o = &g->out->steps[g->past[gen_rnd(g, g->nr_past < GEN_PAST ? g->nr_past : GEN_PAST)]];
	if (!o->len || o == s)
		return;
	at = gen_rnd(g, s->len);
	from = gen_1in(g, 2) ? at : gen_rnd(g, o->len);
	if (from >= o->len)
		return;
	n = o->len - from;
	if (at + n > GEN_FRAME_MAX)
		n = GEN_FRAME_MAX - at;
	memmove(s->octets + at, o->octets + from, n);
	s->len = at + n;
}

void gen_mutate(struct gen *g, struct gen_step *s)
{
	uint32_t n, k;

	if (!s->len || !gen_1in(g, 9))
		return;
	switch (gen_rnd(g, 6)) {
	case 0:
	case 1:
		for (n = 1 + gen_rnd(g, 3); n; n--) {
			k = gen_rnd(g, (s->len < 100 ? s->len : 100) * 8);
			s->octets[k / 8] ^= 1 << k % 8;
		}
		break;
	case 2:
		poke(g, s);
		break;
	case 3:
		s->len = gen_rnd(g, s->len + 1);
		break;
	case 4:
		splice(g, s);
		break;
	default:
		s->octets[gen_rnd(g, s->len < 60 ? s->len : 60)] = gen_rnd(g, 256);
	}
}
