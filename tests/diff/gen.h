/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generator: sessions of steps in the test world, all from one seed. Frames are
 * mostly right, for what is wrong everywhere is dropped by the first question. It
 * knows neither the reference nor the programs and sees none of their answers.
 */
#ifndef ZT_DIFF_GEN_H
#define ZT_DIFF_GEN_H

#include <stdbool.h>
#include <stdint.h>
#include "policy/policy.h"

enum gen_kind { GEN_FRAME, GEN_WAIT, GEN_PUBLISH, GEN_SWEEP, GEN_BUMP, GEN_QUARANTINE, GEN_RELEASE, GEN_WINDOW,
		GEN_ROUTE };

#define GEN_FRAME_MAX 1600u

struct gen_step {
	enum gen_kind kind;
	/* ticks to wait, policy (ZT_NONE: none), ifindex, seconds, enum ref_route */
	uint32_t n;
	const char *who; /* GEN_BUMP, GEN_QUARANTINE: a name of the world */
	/* GEN_FRAME */
	bool towards, marked;
	uint32_t port, came_in, len;
	uint32_t tag; /* towards: taken off by the kernel already; ZT_NONE: none was */
	uint8_t octets[GEN_FRAME_MAX];
};

/* Frames of captures, to begin with. */
struct gen_corpus {
	uint8_t **frames;
	uint32_t *lens;
	uint32_t nr;
};

struct gen_session {
	struct gen_step *steps;
	uint32_t nr, cap;
};

/* At least `frames` frames. The steps are appended to s. */
void gen_session(uint64_t seed, uint32_t frames, uint32_t nr_policies,
		 const struct gen_corpus *corpus, struct gen_session *s);
/* Every capture of a directory; none: 0 frames, said on stderr. */
void gen_corpus_load(struct gen_corpus *c, const char *dir);
void gen_corpus_free(struct gen_corpus *c);

/* ---- inside ------------------------------------------------------------------ */

#define GEN_TALKS 24
#define GEN_PAST 48

/* One device and one peer, who go on talking. */
struct gen_talk {
	const char *device, *peer; /* names of the world */
	uint8_t family, proto;
	uint32_t ifindex, peer_ifindex; /* peer: where its packets come in */
	uint16_t vlan;
	bool raw, device_opens, peer_is_device;
	struct zt_addr dev, other;
	uint8_t mac[6], peer_mac[6];
	uint16_t dev_port, peer_port;
	uint32_t packets;
};

struct gen {
	uint64_t rng;
	const struct gen_corpus *corpus;
	struct gen_session *out;
	struct gen_talk talks[GEN_TALKS];
	uint32_t nr_talks;
	uint32_t past[GEN_PAST]; /* steps that are frames */
	uint32_t nr_past, frames, nr_policies;
};

/* Everything that makes a frame, put together by gen_put(). */
struct gen_plan {
	bool towards, marked, raw;
	uint32_t port, came_in;
	uint8_t dmac[6], smac[6];
	struct {
		uint16_t type, tci;
	} tags[3];
	uint32_t nr_tags;
	uint16_t type; /* 0: by family */
	uint8_t family; /* 0: the body follows Ethernet */
	struct zt_addr src, dst;
	uint8_t hops, proto;
	uint8_t options[40]; /* IPv4 */
	uint32_t nr_options;
	struct {
		uint8_t type, units, octets[6];
	} ext[8]; /* IPv6 */
	uint32_t nr_ext;
	bool fragment, more;
	uint32_t id, offset;
	uint8_t body[900];
	uint32_t len, pad;
	int32_t wrong_len; /* added to the IP length */
};

uint32_t gen_rnd(struct gen *g, uint32_t below);
bool gen_1in(struct gen *g, uint32_t n);
void gen_put(struct gen *g, const struct gen_plan *p); /* as a step */
void gen_bump(struct gen *g, const char *who);
void gen_quarantine(struct gen *g, const char *who); /* in, or out again */
struct gen_step *gen_step(struct gen *g, enum gen_kind kind, uint32_t n);
void gen_body(struct gen_plan *p, const void *octets, uint32_t n);
void gen_body_num(struct gen_plan *p, uint32_t v, uint32_t n); /* big end first */
void gen_spoil(struct gen *g, struct gen_plan *p); /* perhaps make one field wrong */
void gen_mutate(struct gen *g, struct gen_step *s); /* octets */

/* gen_who.c */
bool gen_group_mac(uint8_t family, const struct zt_addr *a, uint8_t mac[6]);
const char *gen_any_name(struct gen *g);
uint32_t gen_port(struct gen *g, const char *name); /* device port of a device, perhaps */
uint16_t gen_vlan(const char *name);
bool gen_is_raw(uint32_t ifindex);
struct zt_addr gen_address(struct gen *g, uint8_t family);
uint32_t gen_any_port(struct gen *g);
uint32_t gen_any_in(struct gen *g);
const char *gen_device(struct gen *g);
void gen_mac(struct gen *g, uint8_t mac[6]);

void gen_talk(struct gen *g); /* gen_talk.c: TCP, UDP, ICMP and others of a conversation */
void gen_error(struct gen *g, const struct gen_talk *t);
void gen_inherit(struct gen *g, struct gen_talk *t); /* gen_link.c: another device gets its address */
void gen_link(struct gen *g); /* gen_link.c: ARP, ND, DHCP, groups, layer 2 */
void gen_capture(struct gen *g); /* gen_pcap.c: a frame of a capture, in our world */

#endif
