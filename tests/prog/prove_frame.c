/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The step that matters: one frame, sent to every side; their answers must be equal
 * and what the row expects.
 */
#include <errno.h>
#include "packet_record.h"
#include "prove.h"

/* ---- one frame on every side --------------------------------------------- */

/* Extras of `came in by`: IN[+mark][+vlan=N][+gso=SEGSxSIZE[:PACKETS]], what it stands for */
struct extra {
	uint32_t vlan, gso_segs, gso_size, packets;
	int host;
};

static void read_in(struct prove *p, char *in, struct zt_run *run, struct extra *x)
{
	const struct world_interface *w;
	char *save = NULL, *word = strtok_r(in, "+", &save);

	w = world_interface(word);
	if (!w && strcmp(word, "local"))
		prove_fail(p, "no interface %s", word);
	run->in_ifindex = w ? w->ifindex : 0;
	while ((word = strtok_r(NULL, "+", &save))) {
		if (!strcmp(word, "mark"))
			run->mark = ZT_MARK;
		else if (sscanf(word, "vlan=%u", &x->vlan) == 1)
			x->host = 1;
		else if (sscanf(word, "gso=%ux%u:%u", &x->gso_segs, &x->gso_size, &x->packets) >= 2)
			x->host = 1;
		else
			prove_fail(p, "no such mark: %s", word);
	}
}

static void tally(struct prove *p, const struct zt_result *r, uint8_t dir, uint32_t packets)
{
	if (r->reason >= ZT_REASON_MAX || r->verdict >= ZT_VERDICT_MAX)
		return prove_fail(p, "reason %u verdict %u", r->reason, r->verdict);
	p->seen[r->reason] = 1;
	p->sent[ZT_COUNT_INDEX(r->reason, r->verdict, dir)] += packets;
	if (r->dev < PROVE_DEVICES)
		p->by_dev[r->dev][r->verdict][dir] += packets;
	if (r->reason == ZT_REASON_WRONG_PORT && dir == ZT_TO_DEVICE)
		return; /* what a bridge floods is counted only */
	if (zt_family(r->reason) != ZT_FAMILY_PASS)
		p->to_aggregate += packets;
	else if (r->created && r->rule != ZT_NO_RULE && p->policy->rules[r->rule].log)
		p->to_aggregate += packets;
}

static void compare_verdicts(struct prove *p, const struct side *side, const struct zt_result *a,
			     const struct zt_result *b)
{
	if (a->verdict != b->verdict || a->reason != b->reason)
		prove_fail(p, "%s says %s %s, %s says %s %s", p->sides[0]->name,
			   prove_verdict(a->verdict), prove_reason(a->reason), side->name,
			   prove_verdict(b->verdict), prove_reason(b->reason));
}

static void compare(struct prove *p, const struct side *side, const struct zt_result *a,
		    const struct zt_result *b)
{
	if (side->verdict_only)
		return compare_verdicts(p, side, a, b);
	if (!memcmp(a, b, offsetof(struct zt_result, jiffies)))
		return;
	prove_fail(p, "%s says %s %s dev %u rule %u flow %u/%u opener %u gen %u peer %u/%u mode %u, "
		   "%s says %s %s dev %u rule %u flow %u/%u opener %u gen %u peer %u/%u mode %u",
		   p->sides[0]->name, prove_verdict(a->verdict), prove_reason(a->reason), a->dev,
		   a->rule, a->flow, a->created, a->opener, a->gen, a->peer_kind, a->peer_id, a->mode,
		   side->name, prove_verdict(b->verdict), prove_reason(b->reason), b->dev,
		   b->rule, b->flow, b->created, b->opener, b->gen, b->peer_kind, b->peer_id, b->mode);
}

static void send(struct prove *p, const struct zt_run *run, const struct extra *x,
		struct zt_result *ret)
{
	struct zt_result other;
	int rc;

	if (x->host) {
		if (!p->row->host)
			prove_fail(p, "this needs a row for the host side only");
		host_side_run_skb(run, x->vlan, x->gso_segs, x->gso_size, ret);
	} else {
		p->sides[0]->run(run, ret);
	}
	for (uint32_t i = 1; i < prove_sides(p); i++) {
		rc = x->host ? kernel_side_run_skb(run, x->vlan, x->gso_size, &other) :
			       p->sides[i]->run(run, &other);
		if (!rc)
			compare(p, p->sides[i], ret, &other);
		else if (rc != -ENODATA)
			prove_fail(p, "%s cannot run it: %s", p->sides[i]->name, strerror(-rc));
		if (p->sides[i]->told)
			p->sides[i]->told(run, ret, p->round > 0);
	}
}

/* Packets the frame stands for. */
static uint32_t packets_of(const struct frame *f, const struct extra *x)
{
	if (!x->gso_size || x->packets)
		return x->packets ?: 1;
	return x->gso_segs ? x->gso_segs : (f->len + x->gso_size - 1) / x->gso_size;
}

/* ---- what it does to the flow table ----------------------------------------- */

/* Every round of a long loop would cost more than it tells. */
static int watched(const struct prove *p)
{
	return p->round < 3;
}

/* A side that cannot tell always says the same. */
static uint64_t sum_of(const struct side *side, uint64_t (*sum)(void))
{
	return sum && !side->loose ? sum() : 0;
}

static void table_before(struct prove *p)
{
	p->table_known &= watched(p);
	p->holders_known &= p->table_known;
	for (uint32_t i = 0; watched(p) && i < prove_sides(p); i++) {
		if (!p->table_known)
			p->table[i] = sum_of(p->sides[i], p->sides[i]->table);
		if (!p->holders_known)
			p->holders[i] = sum_of(p->sides[i], p->sides[i]->holders);
	}
	p->table_known = p->holders_known = watched(p);
}

/*
 * A claim counts once it is found to be one its device may make; the frame may still be
 * dropped, for the limit a second or for a second claim in it. It gains nothing by that.
 */
static int may_teach(const struct zt_result *r)
{
	return r->verdict != ZT_DROPPED || r->reason == ZT_REASON_INFRA_RATE ||
	       r->reason == ZT_REASON_ND_SPOOFED;
}

/*
 * What has no record, dropped or passed, leaves every record of every flow as it was,
 * but for one of its own tuple that was another device's (`gone`); what is dropped also
 * leaves every address with who held it.
 */
static void table_after(struct prove *p, const struct zt_result *r)
{
	if (r->verdict == ZT_DROPPED && (r->flow || r->created))
		prove_fail(p, "dropped, and yet it has a flow record");
	p->table_known &= !r->flow && !r->created;
	p->holders_known &= !may_teach(r);
	for (uint32_t i = 0; i < prove_sides(p); i++) {
		if (p->table_known && !p->gives_up &&
		    sum_of(p->sides[i], p->sides[i]->table) != p->table[i])
			prove_fail(p, "%s: without a record, and yet the flow table changed",
				   p->sides[i]->name);
		if (p->holders_known && sum_of(p->sides[i], p->sides[i]->holders) != p->holders[i])
			prove_fail(p, "%s: dropped, and yet it taught an address",
				   p->sides[i]->name);
	}
	p->table_known &= !p->gives_up;
}

/* ---- what a frame step expects -------------------------------------------- */

static void expect_word(struct prove *p, const char *w, const struct zt_result *r)
{
	static const char *const kinds[] = { "none", "router", "device", "application" };

	if (!strcmp(w, "new")) {
		if (!r->created || !r->flow)
			prove_fail(p, "made no flow record");
	} else if (!strcmp(w, "hit")) {
		if (!r->flow || r->created)
			prove_fail(p, "hit no flow record: flow %u created %u", r->flow, r->created);
	} else if (!strcmp(w, "none") || !strcmp(w, "gone")) {
		if (r->flow)
			prove_fail(p, "has a flow record");
	} else if (!strcmp(w, "fast") || !strcmp(w, "slow")) { /* on the host */
		if (host_side_fast() != !strcmp(w, "fast"))
			prove_fail(p, "judged %s", host_side_fast() ? "by its record alone" : "anew");
	} else if (!strncmp(w, "rule:", 5)) {
		if (strcmp(w + 5, "none") ? (int)r->rule != zt_policy_rule(p->policy, w + 5) :
					    r->rule != ZT_NO_RULE)
			prove_fail(p, "rule %s decided", r->rule == ZT_NO_RULE ? "(none)" :
				   p->policy->rules[r->rule].id);
	} else if (!strncmp(w, "dev:", 4)) {
		if (r->dev != prove_device(p, w + 4))
			prove_fail(p, "taken for device %u, not %u", r->dev, prove_device(p, w + 4));
	} else if (!strncmp(w, "peer:", 5)) {
		if (r->peer_kind >= WORLD_NR(kinds) || strcmp(w + 5, kinds[r->peer_kind]))
			prove_fail(p, "peer is of kind %u", r->peer_kind);
	} else if (!strncmp(w, "opener:", 7)) {
		if (r->opener != (strcmp(w + 7, "peer") ? ZT_FROM_DEVICE : ZT_TO_DEVICE))
			prove_fail(p, "opener is %u", r->opener);
	} else {
		prove_fail(p, "expects what nobody knows: %s", w);
	}
}

static void expect(struct prove *p, char *text, const struct zt_result *r)
{
	char *save = NULL, *verdict = strtok_r(text, " ", &save), *reason, *w;
	int effect = 0;

	reason = strtok_r(NULL, " ", &save);
	if (!verdict || !reason)
		return prove_fail(p, "expects nothing");
	if (strcmp(verdict, prove_verdict(r->verdict)) || strcmp(reason, prove_reason(r->reason)))
		prove_fail(p, "got: %s %s", prove_verdict(r->verdict), prove_reason(r->reason));
	while ((w = strtok_r(NULL, " ", &save))) {
		effect |= !strcmp(w, "new") || !strcmp(w, "hit");
		expect_word(p, w, r);
	}
	/* Of the catalogue's frames the effect is always asked; said or not, it is `none`. */
	if (p->row->ref && !effect)
		expect_word(p, "none", r);
	if (p->round)
		return;
	if (!strcmp(verdict, "pass") && zt_family(r->reason) == ZT_FAMILY_PASS)
		p->tally.passed++;
	else
		p->tally.refused++;
}

/* PORT> FRAME  or  PORT< IN FRAME: into p->frame and *run. 0, or -1 and it is told. */
static int make(struct prove *p, char *text, struct zt_run *run, struct extra *x)
{
	char *at = strpbrk(text, "<>"), *frame = at + 1, *in;
	const struct world_interface *port;

	*run = (struct zt_run){ .now = p->now, .frame = p->frame.data };
	run->dir = *at == '<' ? ZT_TO_DEVICE : ZT_FROM_DEVICE;
	*at = 0;
	port = world_interface(text);
	if (!port) {
		prove_fail(p, "no port %s", text);
		return -1;
	}
	run->ifindex = port->ifindex;
	if (run->dir == ZT_TO_DEVICE) {
		in = strtok_r(frame, " ", &frame);
		read_in(p, in, run, x);
	}
	if (frame_make(&p->frame, frame, p->family, run->dir, port->raw)) {
		prove_fail(p, "cannot be written: %s", p->frame.error);
		return -1;
	}
	run->len = p->frame.len;
	return 0;
}

int prove_make(struct prove *p, const char *text, struct zt_run *ret)
{
	struct extra x = { .vlan = ZT_NONE };
	char copy[1024];

	snprintf(copy, sizeof(copy), "%s", text);
	return make(p, copy, ret, &x);
}

static void judge(struct prove *p, const struct zt_run *run, const struct extra *x,
		  struct zt_result *ret)
{
	table_before(p);
	send(p, run, x, ret);
	p->tally.frames++;
	p->key = ret->key;
	tally(p, ret, run->dir, packets_of(&p->frame, x));
	table_after(p, ret);
}

void prove_octets(struct prove *p, const struct zt_run *run, struct zt_result *ret)
{
	static const struct extra plain = { .vlan = ZT_NONE };

	judge(p, run, &plain, ret);
}

/* PORT> FRAME => ...  or  PORT< IN FRAME => ... */
void prove_frame(struct prove *p, char *text)
{
	char *want = strstr(text, "=>");
	struct extra x = { .vlan = ZT_NONE };
	struct zt_result r;
	struct zt_run run;

	if (want)
		*want = 0;
	if (make(p, text, &run, &x))
		return;
	if (p->record)
		record_write(p->record, &run, p->now - p->record_now);
	p->record_now = p->now;
	p->gives_up = want && strstr(want + 2, " gone");
	judge(p, &run, &x, &r);
	p->gives_up = 0;
	if (want)
		expect(p, want + 2, &r);
}
