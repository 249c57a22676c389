/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generator puts a plan together: Ethernet, tags, IP, options or extension
 * headers, body; lengths follow from what is there unless the plan says otherwise.
 */
#include <stdlib.h>
#include <string.h>
#include "gen.h"

struct gen_step *gen_step(struct gen *g, enum gen_kind kind, uint32_t n)
{
	struct gen_session *s = g->out;
	struct gen_step *step;

	if (s->nr == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 256;
		s->steps = realloc(s->steps, s->cap * sizeof(*s->steps));
		if (!s->steps)
			abort();
	}
	step = &s->steps[s->nr++];
	step->kind = kind;
	step->n = n;
	step->len = 0;
	step->tag = ZT_NONE;
	return step;
}

/* The agent has something new about this device: all of its flows are judged again. */
void gen_bump(struct gen *g, const char *who)
{
	gen_step(g, GEN_BUMP, 0)->who = who;
}

void gen_quarantine(struct gen *g, const char *who)
{
	gen_step(g, GEN_QUARANTINE, 0)->who = who;
}

void gen_body(struct gen_plan *p, const void *octets, uint32_t n)
{
	if (p->len + n > sizeof(p->body))
		return;
	memcpy(p->body + p->len, octets, n);
	p->len += n;
}

void gen_body_num(struct gen_plan *p, uint32_t v, uint32_t n)
{
	uint8_t b[4] = { v >> 24, v >> 16, v >> 8, v };

	gen_body(p, b + 4 - n, n);
}

static void add(struct gen_step *s, const void *octets, uint32_t n)
{
	if (s->len + n > GEN_FRAME_MAX)
		n = GEN_FRAME_MAX - s->len;
	memcpy(s->octets + s->len, octets, n);
	s->len += n;
}

static void num(struct gen_step *s, uint32_t v, uint32_t n)
{
	uint8_t b[4] = { v >> 24, v >> 16, v >> 8, v };

	add(s, b + 4 - n, n);
}

static void put_ethernet(struct gen_step *s, const struct gen_plan *p, uint32_t first_tag)
{
	uint16_t type = p->type ? p->type : p->family == 4 ? 0x0800 : 0x86dd;

	add(s, p->dmac, 6);
	add(s, p->smac, 6);
	for (uint32_t i = first_tag; i < p->nr_tags; i++) {
		num(s, p->tags[i].type, 2);
		num(s, p->tags[i].tci, 2);
	}
	num(s, type, 2);
}

static void put_ip4(struct gen_step *s, const struct gen_plan *p)
{
	uint32_t words = 5 + (p->nr_options + 3) / 4;
	uint8_t pad[40] = { 0 };

	num(s, 0x40 | words, 1);
	num(s, 0, 1);
	num(s, words * 4 + p->len + p->wrong_len, 2);
	num(s, p->id, 2);
	num(s, p->fragment ? p->offset / 8 | (p->more ? 0x2000 : 0) : 0, 2);
	num(s, p->hops, 1);
	num(s, p->proto, 1);
	num(s, 0, 2);
	add(s, &p->src.w[3], 4);
	add(s, &p->dst.w[3], 4);
	memcpy(pad, p->options, p->nr_options);
	add(s, pad, words * 4 - 20);
}

static void put_ip6(struct gen_step *s, const struct gen_plan *p)
{
	uint32_t extra = p->fragment ? 8 : 0, i, k;

	for (i = 0; i < p->nr_ext; i++)
		extra += 8 + 8 * p->ext[i].units;
	num(s, 0x60000000, 4);
	num(s, extra + p->len + p->wrong_len, 2);
	num(s, p->nr_ext ? p->ext[0].type : p->fragment ? 44 : p->proto, 1);
	num(s, p->hops, 1);
	add(s, &p->src, 16);
	add(s, &p->dst, 16);
	for (i = 0; i < p->nr_ext; i++) {
		num(s, i + 1 < p->nr_ext ? p->ext[i + 1].type : p->fragment ? 44 : p->proto, 1);
		num(s, p->ext[i].units, 1);
		add(s, p->ext[i].octets, 6);
		for (k = 0; k < p->ext[i].units; k++)
			add(s, "\1\6\0\0\0\0\0\0", 8);
	}
	if (p->fragment) {
		num(s, p->proto << 8, 2);
		num(s, (p->offset & 0xfff8) | p->more, 2);
		num(s, p->id, 4);
	}
}

void gen_put(struct gen *g, const struct gen_plan *p)
{
	struct gen_step *s = gen_step(g, GEN_FRAME, 0);

	s->towards = p->towards;
	s->marked = p->marked;
	s->port = p->port;
	s->came_in = p->came_in;
	/* the kernel takes off the outermost tag, or puts one there */
	if (p->towards && !p->raw && gen_1in(g, p->nr_tags ? 8 : 40))
		s->tag = p->nr_tags ? p->tags[0].tci & 0xfff : 30 + gen_rnd(g, 3);
	if (!p->raw)
		put_ethernet(s, p, s->tag != ZT_NONE && p->nr_tags);
	if (p->family == 4)
		put_ip4(s, p);
	else if (p->family == 6)
		put_ip6(s, p);
	add(s, p->body, p->len);
	while (s->len < p->pad && s->len < GEN_FRAME_MAX)
		num(s, 0xee, 1);
	gen_mutate(g, s);
	g->past[g->nr_past++ % GEN_PAST] = s - g->out->steps;
	g->frames++;
}
