/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames of captures, brought into the test world: MACs and addresses become those
 * of a conversation, everything else stays as somebody once sent it. Reads classic
 * pcap and the enhanced packet blocks of pcapng, Ethernet only.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "gen.h"
#include "../prog/world_names.h"

#define FRAMES_PER_FILE 400u

static uint32_t le32(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static void keep(struct gen_corpus *c, const uint8_t *frame, uint32_t len)
{
	if (len < 14 || len > GEN_FRAME_MAX)
		return;
	c->frames = realloc(c->frames, (c->nr + 1) * sizeof(*c->frames));
	c->lens = realloc(c->lens, (c->nr + 1) * sizeof(*c->lens));
	if (!c->frames || !c->lens)
		abort();
	c->frames[c->nr] = malloc(len);
	memcpy(c->frames[c->nr], frame, len);
	c->lens[c->nr++] = len;
}

static void read_classic(struct gen_corpus *c, const uint8_t *p, size_t n)
{
	bool swapped = le32(p) == 0xd4c3b2a1;
	size_t at = 24;
	uint32_t link = swapped ? be32toh(le32(p + 20)) : le32(p + 20), nr = 0;

	if (link != 1)
		return;
	while (at + 16 <= n && nr++ < FRAMES_PER_FILE) {
		uint32_t len = le32(p + at + 8);

		len = swapped ? be32toh(len) : len;
		if (len > n - at - 16)
			return;
		keep(c, p + at + 16, len);
		at += 16 + len;
	}
}

static void read_ng(struct gen_corpus *c, const uint8_t *p, size_t n)
{
	size_t at = 0;
	uint32_t nr = 0;

	while (at + 32 <= n && nr < FRAMES_PER_FILE) {
		uint32_t type = le32(p + at), len = le32(p + at + 4);

		if (len < 12 || len > n - at)
			return;
		if (type == 1 && (le32(p + at + 8) & 0xffff) != 1)
			return; /* not Ethernet */
		if (type == 6 && len >= 32 && le32(p + at + 20) <= len - 32) {
			keep(c, p + at + 28, le32(p + at + 20));
			nr++;
		}
		at += len;
	}
}

static void read_file(struct gen_corpus *c, const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *octets = malloc(1 << 20);
	size_t n = f && octets ? fread(octets, 1, 1 << 20, f) : 0;

	if (n > 28 && (le32(octets) == 0xa1b2c3d4 || le32(octets) == 0xd4c3b2a1))
		read_classic(c, octets, n);
	else if (n > 28 && le32(octets) == 0x0a0d0d0a)
		read_ng(c, octets, n);
	if (f)
		fclose(f);
	free(octets);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

void gen_corpus_load(struct gen_corpus *c, const char *dir)
{
	struct dirent **names = NULL;
	int nr = scandir(dir, &names, NULL, by_name), i;
	char path[512];

	for (i = 0; i < nr; i++) {
		if (strstr(names[i]->d_name, ".pcap")) {
			snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
			read_file(c, path);
		}
		free(names[i]);
	}
	free(names);
}

void gen_corpus_free(struct gen_corpus *c)
{
	while (c->nr)
		free(c->frames[--c->nr]);
	free(c->frames);
	free(c->lens);
}

/* Where the IP header begins, 0: none that we would rewrite. */
static uint32_t find_ip(const uint8_t *frame, uint32_t len, uint8_t *ret_family)
{
	uint32_t at = 12;

	while (at + 4 <= len && frame[at] == 0x81 && !frame[at + 1])
		at += 4;
	if (at + 42 > len)
		return 0;
	*ret_family = frame[at] == 0x08 && !frame[at + 1] ? 4 :
		      frame[at] == 0x86 && frame[at + 1] == 0xdd ? 6 : 0;
	return *ret_family ? at + 2 : 0;
}

void gen_capture(struct gen *g)
{
	const struct gen_talk *t;
	struct gen_plan p = { .family = 0 };
	struct gen_step *s;
	uint32_t k, ip;
	uint8_t family = 0;

	if (!g->corpus->nr || !g->nr_talks)
		return gen_talk(g);
	t = &g->talks[gen_rnd(g, g->nr_talks)];
	k = gen_rnd(g, g->corpus->nr);
	p.towards = gen_1in(g, 2);
	p.port = t->ifindex;
	p.came_in = t->peer_ifindex;
	p.raw = true; /* the octets are a frame already */
	gen_put(g, &p);
	s = &g->out->steps[g->out->nr - 1];
	memcpy(s->octets, g->corpus->frames[k], g->corpus->lens[k]);
	s->len = g->corpus->lens[k];
	ip = find_ip(s->octets, s->len, &family);
	memcpy(s->octets, p.towards ? t->mac : t->peer_mac, 6);
	memcpy(s->octets + 6, p.towards ? t->peer_mac : t->mac, 6);
	if (ip && family == t->family && !gen_1in(g, 8)) {
		const struct zt_addr *src = p.towards ? &t->other : &t->dev;
		const struct zt_addr *dst = p.towards ? &t->dev : &t->other;

		memcpy(s->octets + ip + (family == 4 ? 12 : 8), family == 4 ? &src->w[3] : src->w,
		       family == 4 ? 4 : 16);
		memcpy(s->octets + ip + (family == 4 ? 16 : 24), family == 4 ? &dst->w[3] : dst->w,
		       family == 4 ? 4 : 16);
	}
	if (t->raw && ip) { /* a port without Ethernet */
		s->len -= ip;
		memmove(s->octets, s->octets + ip, s->len);
	}
	gen_mutate(g, s);
}
