/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session of the generator: frames and what happens between them, from a policy's
 * first publish on.
 */
#include <string.h>
#include "gen.h"

static uint32_t ticks(struct gen *g)
{
	static const uint32_t some[] = { 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 20, 21, 22, 24, 60, 117, 118,
					 119, 122, 235, 236, 469, 474, 1172, 1177 };

	if (gen_1in(g, 60))
		return gen_1in(g, 3) ? 337000 + gen_rnd(g, 1000) : 29060 + gen_rnd(g, 10);
	return some[gen_rnd(g, sizeof(some) / sizeof(some[0]))];
}

/* An earlier frame once more, perhaps changed, perhaps at another port. */
static void repeat(struct gen *g)
{
	const struct gen_step *o;
	struct gen_step *s;
	uint32_t k;

	if (!g->nr_past)
		return gen_talk(g);
	k = g->past[gen_rnd(g, g->nr_past < GEN_PAST ? g->nr_past : GEN_PAST)];
	s = gen_step(g, GEN_FRAME, 0);
	o = &g->out->steps[k];
	s->towards = o->towards;
	s->marked = o->marked;
	s->port = o->port;
	s->came_in = o->came_in;
	s->len = o->len;
	s->tag = o->tag;
	memcpy(s->octets, o->octets, o->len);
	if (gen_1in(g, 12))
		s->port = gen_any_port(g);
	if (gen_1in(g, 20))
		s->came_in = gen_any_in(g);
	gen_mutate(g, s);
	g->past[g->nr_past++ % GEN_PAST] = s - g->out->steps;
	g->frames++;
}

/* Another policy, or for a few frames none. */
static void publish(struct gen *g)
{
	if (gen_1in(g, 8)) {
		gen_step(g, GEN_PUBLISH, ZT_NONE);
		gen_talk(g);
		gen_link(g);
	}
	gen_step(g, GEN_PUBLISH, gen_rnd(g, g->nr_policies));
}

/* The same frame more often than a rate allows. */
static void burst(struct gen *g)
{
	uint32_t n = 3 + gen_rnd(g, 25), last;

	gen_link(g);
	last = g->out->nr - 1;
	while (n--) {
		struct gen_step *s = gen_step(g, GEN_FRAME, 0);

		*s = g->out->steps[last];
		g->frames++;
		if (gen_1in(g, 12))
			gen_step(g, GEN_WAIT, 1);
	}
}

static void between(struct gen *g)
{
	static const uint32_t ports[] = { 11, 12, 13, 14, 17 };
	uint32_t k = gen_rnd(g, 100);

	if (k < 90)
		gen_step(g, GEN_WAIT, ticks(g));
	else if (k < 93)
		gen_step(g, GEN_SWEEP, 0);
	else if (k < 94)
		gen_bump(g, gen_device(g));
	else if (k < 95)
		gen_quarantine(g, gen_device(g));
	else if (k < 96)
		gen_step(g, GEN_RELEASE, ports[gen_rnd(g, 5)]);
	else if (k < 97)
		gen_step(g, GEN_WINDOW, gen_rnd(g, 60));
	else if (k < 98)
		publish(g);
	else
		gen_step(g, GEN_ROUTE, gen_1in(g, 2) ? 0 : gen_rnd(g, 3));
}

void gen_session(uint64_t seed, uint32_t frames, uint32_t nr_policies,
		 const struct gen_corpus *corpus, struct gen_session *s)
{
	struct gen g = { .rng = seed, .corpus = corpus, .out = s, .nr_policies = nr_policies };
	uint32_t k;

	/* the first two are the base and one with DHCP servers behind an uplink */
	gen_step(&g, GEN_PUBLISH, gen_1in(&g, 2) ? gen_rnd(&g, 2) : gen_rnd(&g, nr_policies));
	while (g.frames < frames) {
		if (gen_1in(&g, 12))
			between(&g);
		k = gen_rnd(&g, 20);
		if (gen_1in(&g, 150))
			burst(&g);
		if (k < 12)
			gen_talk(&g);
		else if (k < 16)
			gen_link(&g);
		else if (k < 17)
			gen_capture(&g);
		else
			repeat(&g);
	}
}
