/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One packet of a capture: can it be run, at what time, and what came of it.
 * Every packet ends in one verdict or in one counted reason why not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "simulate.h"
#include "zt_key.h"

#define SWEEP_S 5
#define SWEEP_LEAST 256u
#define SWEEP_MOST 65536u      /* more than the table holds is never needed */
#define STEP_MAX_S (7 * 86400) /* a longer gap outlives every timeout just as well */

const char *skipped_text(enum skipped why)
{
	static const char *const texts[SKIPPED_MAX] = {
		[SKIPPED_LINKTYPE] = "of an interface that is not Ethernet",
		[SKIPPED_TINY] = "shorter than an Ethernet header",
		[SKIPPED_LONG] = "longer than the kernel takes for a test run",
		[SKIPPED_CUT] = "cut short inside its headers by the capture",
		[SKIPPED_ELSEWHERE] = "between two hosts beyond the device ports",
	};

	return texts[why];
}

static int sweep(struct simulation *s)
{
	uint64_t steps = SWEEP_LEAST + 2 * s->created;

	s->swept = s->w.now;
	return world_sweep(&s->w, steps < SWEEP_MOST ? steps : SWEEP_MOST);
}

/* The clock of the programs follows the capture, never backwards. */
static int set_time(struct simulation *s, int64_t ns)
{
	uint64_t most = (uint64_t)STEP_MAX_S * 1000 / s->w.clock.tick_ms, ticks, passed;

	if (!s->has_begun) {
		s->has_begun = true;
		s->first_ns = ns;
		s->base = s->swept = s->w.now;
	}
	if (ns <= s->first_ns)
		return 0;
	ticks = ((uint64_t)ns - s->first_ns) / 1000000 / s->w.clock.tick_ms;
	passed = s->w.now - s->base;
	if (ticks <= passed)
		return 0;
	if (ticks - passed > most) {
		s->first_ns = ns;
		s->base = s->w.now + (uint32_t)most;
		ticks = 0;
	}
	s->w.now = s->base + (uint32_t)ticks;
	return s->w.now - s->swept < SWEEP_S * 1000 / s->w.clock.tick_ms ? 0 : sweep(s);
}

/* The ends as the device of the entry sees them. */
static void fill_ends(const struct frame *f, const struct outcome *o, bool from_device,
		      struct sim_key *key)
{
	key->device = from_device ? o->from : o->to;
	key->peer_device = from_device ? o->to : o->from;
	key->device_addr = from_device ? f->src : f->dst;
	key->peer_addr = from_device ? f->dst : f->src;
	if (key->device < 0 || !f->family)
		memcpy(key->device_mac, from_device ? f->smac : f->dmac, 6);
	if (!f->family)
		memcpy(key->peer_mac, from_device ? f->dmac : f->smac, 6);
}

static bool is_icmp(const struct frame *f)
{
	return f->proto == ZT_PROTO_ICMP || f->proto == ZT_PROTO_ICMPV6;
}

/* Does the packet answer somebody: as the flow record has it, else as it looks. */
static bool is_answer(const struct frame *f, const struct outcome *o)
{
	if (o->result.flow)
		return o->result.opener != o->dir;
	if (is_icmp(f))
		return f->dport == 0 || f->dport == 129;
	if (f->proto == ZT_PROTO_TCP && !(f->tcp & 0x10)) /* a SYN, or worse */
		return false;
	return f->has_ports && f->sport < f->dport;
}

/* The port that was opened. */
static uint16_t service_port(const struct frame *f, bool answer)
{
	if (is_icmp(f))
		return f->dport == 0 ? 8 : f->dport == 129 ? 128 : f->dport;
	return answer ? f->sport : f->dport;
}

static void add_flow(struct simulation *s, const struct frame *f, const struct outcome *o)
{
	bool answer = is_answer(f, o);
	/* Between two devices the opener's side tells it. */
	bool from_device = o->to >= 0 && o->from >= 0
				   ? !answer
				   : o->from >= 0 || (o->to < 0 && o->dir == ZT_FROM_DEVICE);
	struct sim_key key;

	memset(&key, 0, sizeof(key));
	fill_ends(f, o, from_device, &key);
	key.opener = answer == from_device ? ZT_TO_DEVICE : ZT_FROM_DEVICE;
	key.port = service_port(f, answer);
	key.has_ports = f->has_ports;
	key.family = f->family;
	key.proto = f->proto;
	key.is_arp = f->is_arp;
	key.ethertype = f->ethertype;
	key.rule = o->result.rule;
	key.verdict = o->result.verdict;
	key.reason = o->result.reason;
	sim_flows_add(&s->flows, &key);
}

static void count(struct simulation *s, const struct frame *f, const struct outcome *o)
{
	if (o->has_skipped) {
		s->skipped[o->skipped]++;
		return;
	}
	s->created += o->result.created;
	s->verdicts[o->result.verdict % ZT_VERDICT_MAX]++;
	s->reasons[o->result.reason % ZT_REASON_MAX][o->result.verdict % ZT_VERDICT_MAX]++;
	add_flow(s, f, o);
}

/* Into the buffer, with what the capture cut off as zeros: headers decide, not payload. */
static bool take_frame(struct simulation *s, const struct zt_capture_packet *p)
{
	if (p->len > ZT_CAPTURE_FRAME_MAX)
		return false;
	memcpy(s->buf, p->data, p->caplen);
	memset(s->buf + p->caplen, 0, p->len - p->caplen);
	return true;
}

int sim_packet(struct simulation *s, const struct zt_capture_packet *p)
{
	struct outcome o = {};
	struct frame f;
	int r;

	s->packets++;
	if (p->linktype != ZT_LINKTYPE_ETHERNET) {
		s->skipped[SKIPPED_LINKTYPE]++;
		return 0;
	}
	if (frame_parse(p->data, p->caplen, &f) < 0) {
		s->skipped[SKIPPED_TINY]++;
		return 0;
	}
	if (p->caplen < p->len && (!f.complete || !take_frame(s, p))) {
		s->skipped[f.complete ? SKIPPED_LONG : SKIPPED_CUT]++;
		return 0;
	}
	take_frame(s, p);
	r = set_time(s, p->time_ns);
	if (!r)
		r = sim_walk(s, &f, p->len, &o);
	if (r == -EMSGSIZE) {
		s->skipped[SKIPPED_LONG]++;
		return 0;
	}
	if (r < 0)
		return r;
	s->padded += p->caplen < p->len && !o.has_skipped;
	count(s, &f, &o);
	return 0;
}
