/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The steps of a row: frames, time, policy. What they assert about state is in
 * prove_check.c.
 */
#include <stdarg.h>
#include "packet_record.h"
#include "prove.h"

#define TICK_MS 256u

static const struct {
	const char *word;
	uint8_t verdict;
} verdicts[] = { { "pass", ZT_FORWARDED }, { "drop", ZT_DROPPED }, { "audit", ZT_AUDIT } };

const char *prove_reason(uint32_t reason)
{
	switch (reason) {
#define X(nr, name, word, family, text)                                                            \
	case nr:                                                                                   \
		return word;
		ZT_REASONS(X)
#undef X
	default:
		return "?";
	}
}

const char *prove_verdict(uint32_t verdict)
{
	return verdict < ZT_VERDICT_MAX ? verdicts[verdict].word : "?";
}

void prove_fail(struct prove *p, const char *fmt, ...)
{
	va_list ap;

	if (!p->failed++)
		printf("FAIL: %s (%s)\n", p->row ? p->row->says : "", p->family == 6 ? "IPv6" : "IPv4");
	if (p->step)
		printf("    %s\n", p->step);
	printf("      ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

uint32_t prove_device(const struct prove *p, const char *name)
{
	int device = zt_policy_device(p->policy, name), k = zt_policy_interface(p->policy, name);
	const struct zt_image *i = p->image;

	if (device >= 0)
		return zt_image_dev_of(i, device);
	for (uint32_t n = 0; n < i->nr_devs; n++) { /* the unknown devices of a port */
		if (k >= 0 && i->devs[n].device == ZT_NONE && (int)i->devs[n].interface == k)
			return i->devs[n].index;
	}
	return 0;
}

/* ---- one frame on every side --------------------------------------------- */

/* Extras of `came in by`: IN[+mark][+vlan=N][+gso=SEGSxSIZE] */
struct extra {
	uint32_t vlan, gso_segs, gso_size;
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
		else if (sscanf(word, "gso=%ux%u", &x->gso_segs, &x->gso_size) == 2)
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

static void compare(struct prove *p, const struct zt_result *a, const struct zt_result *b)
{
	if (!memcmp(a, b, offsetof(struct zt_result, jiffies)))
		return;
	prove_fail(p, "%s says %s %s dev %u rule %u flow %u/%u opener %u gen %u peer %u/%u mode %u, "
		   "%s says %s %s dev %u rule %u flow %u/%u opener %u gen %u peer %u/%u mode %u",
		   p->sides[0]->name, prove_verdict(a->verdict), prove_reason(a->reason), a->dev,
		   a->rule, a->flow, a->created, a->opener, a->gen, a->peer_kind, a->peer_id, a->mode,
		   p->sides[1]->name, prove_verdict(b->verdict), prove_reason(b->reason), b->dev,
		   b->rule, b->flow, b->created, b->opener, b->gen, b->peer_kind, b->peer_id, b->mode);
}

static int send(struct prove *p, const struct zt_run *run, const struct extra *x,
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
	if (prove_sides(p) > 1) {
		rc = p->sides[1]->run(run, &other);
		if (rc)
			prove_fail(p, "%s cannot run it: %s", p->sides[1]->name, strerror(-rc));
		else
			compare(p, ret, &other);
	}
	return 0;
}

/* Packets the frame stands for. */
static uint32_t packets_of(const struct frame *f, const struct extra *x)
{
	if (!x->gso_size)
		return 1;
	return x->gso_segs ? x->gso_segs : (f->len + x->gso_size - 1) / x->gso_size;
}

/* ---- what a frame step expects -------------------------------------------- */

static void expect_word(struct prove *p, const char *w, const struct zt_result *r)
{
	if (!strcmp(w, "new")) {
		if (!r->created)
			prove_fail(p, "made no flow record");
	} else if (!strcmp(w, "hit")) {
		if (!r->flow || r->created)
			prove_fail(p, "hit no flow record: flow %u created %u", r->flow, r->created);
	} else if (!strcmp(w, "none")) {
		if (r->flow)
			prove_fail(p, "has a flow record");
	} else if (!strncmp(w, "rule:", 5)) {
		if ((int)r->rule != zt_policy_rule(p->policy, w + 5))
			prove_fail(p, "rule %s decided", r->rule == ZT_NO_RULE ? "(none)" :
				   p->policy->rules[r->rule].id);
	} else if (!strncmp(w, "dev:", 4)) {
		if (r->dev != prove_device(p, w + 4))
			prove_fail(p, "taken for device %u, not %u", r->dev, prove_device(p, w + 4));
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

	reason = strtok_r(NULL, " ", &save);
	if (!verdict || !reason)
		return prove_fail(p, "expects nothing");
	if (strcmp(verdict, prove_verdict(r->verdict)) || strcmp(reason, prove_reason(r->reason)))
		prove_fail(p, "got: %s %s", prove_verdict(r->verdict), prove_reason(r->reason));
	while ((w = strtok_r(NULL, " ", &save)))
		expect_word(p, w, r);
}

/* PORT> FRAME => ...  or  PORT< IN FRAME => ... */
static void step_frame(struct prove *p, char *text)
{
	char *want = strstr(text, "=>"), *at = strpbrk(text, "<>"), *frame = at + 1, *in;
	struct extra x = { .vlan = ZT_NONE };
	const struct world_interface *port;
	struct zt_run run = { .now = p->now };
	struct zt_result r;

	run.dir = *at == '<' ? ZT_TO_DEVICE : ZT_FROM_DEVICE;
	*at = 0;
	if (want)
		*want = 0;
	port = world_interface(text);
	if (!port)
		return prove_fail(p, "no port %s", text);
	run.ifindex = port->ifindex;
	if (run.dir == ZT_TO_DEVICE) {
		in = strtok_r(frame, " ", &frame);
		read_in(p, in, &run, &x);
	}
	if (frame_make(&p->frame, frame, p->family, run.dir, port->raw))
		return prove_fail(p, "cannot be written: %s", p->frame.error);
	run.frame = p->frame.data;
	run.len = p->frame.len;
	if (p->record)
		record_write(p->record, &run, p->now - p->record_now);
	p->record_now = p->now;
	if (send(p, &run, &x, &r))
		return;
	tally(p, &r, run.dir, packets_of(&p->frame, &x));
	if (r.verdict == ZT_DROPPED && (r.flow || r.created))
		prove_fail(p, "dropped, and yet it has a flow record");
	if (want)
		expect(p, want + 2, &r);
}

/* ---- the other steps ------------------------------------------------------- */

void prove_publish(struct prove *p, const char *variant)
{
	struct zt_policy *policy;

	if (!strcmp(variant, "none")) {
		for (uint32_t i = 0; i < p->nr_sides; i++)
			p->sides[i]->no_policy();
		p->variant = variant;
		return;
	}
	policy = world_policy(variant);
	if (!policy)
		return prove_fail(p, "no policy %s", variant);
	for (uint32_t i = 0; i < p->nr_sides; i++)
		p->sides[i]->publish(world_compile(policy, p->env, p->numbers));
	zt_image_free(p->image);
	p->image = world_compile(policy, p->env, p->numbers);
	zt_policy_free(p->policy);
	p->policy = policy;
	p->variant = variant;
}

static void step_wait(struct prove *p, const char *how_long)
{
	char unit = 's';
	uint32_t n = 0;

	if (sscanf(how_long, "%u%c", &n, &unit) < 1)
		return prove_fail(p, "how long?");
	if (unit == 's')
		n = (uint32_t)(((uint64_t)n * 1000 + TICK_MS - 1) / TICK_MS);
	p->now += n;
}

static void step_sweep(struct prove *p)
{
	for (uint32_t i = 0; i < prove_sides(p); i++)
		p->sides[i]->sweep(p->now, 20000);
}

/* The agent moves the epochs of a device's bindings. */
static void step_bump(struct prove *p, const char *name)
{
	uint32_t dev = prove_device(p, name), k;

	for (k = 0; k < p->image->nr_binds; k++) {
		if (p->image->binds[k].dev != dev)
			continue;
		for (uint32_t i = 0; i < prove_sides(p); i++)
			p->sides[i]->bump(p->image->binds[k].index);
	}
}

static void step_release(struct prove *p, const char *port)
{
	const struct world_interface *w = world_interface(port);

	if (!w)
		return prove_fail(p, "no port %s", port);
	for (uint32_t i = 0; i < prove_sides(p); i++)
		p->sides[i]->release(w->ifindex);
}

static void configure(struct prove *p)
{
	for (uint32_t i = 0; i < p->nr_sides; i++)
		p->sides[i]->configure(&p->cfg);
}

/* Inbound openers may be picked up for so many seconds from now. */
static void step_window(struct prove *p, uint32_t seconds)
{
	p->cfg.pickup_until = p->now + seconds * 1000 / TICK_MS;
	configure(p);
}

/* "#1000" in a repeated step is 1000 plus the number of the round. */
static void replace_numbers(char *to, size_t len, const char *from, uint32_t round)
{
	char *end;

	for (; *from && len > 12; len--) {
		if (*from != '#') {
			*to++ = *from++;
			continue;
		}
		len -= sprintf(to, "%u", (uint32_t)strtoul(from + 1, &end, 10) + round);
		to += strlen(to);
		from = end;
	}
	*to = 0;
}

static void step_loop(struct prove *p, const char *text)
{
	const char *step = strchr(text, ' ');
	uint32_t n = strtoul(text, NULL, 10), i;
	char one[1024], *next, *at;

	for (i = 0; step && i < n && p->failed < 5; i++) {
		replace_numbers(one, sizeof(one), step + 1, i);
		for (at = one; at; at = next) { /* several, between && */
			next = strstr(at, " && ");
			if (next) {
				*next = 0;
				next += 4;
			}
			prove_step(p, at);
		}
	}
}

static void step_words(struct prove *p, char *text)
{
	char *argv[8], *save = NULL, *w;
	int argc = 0;

	for (w = strtok_r(text, " ", &save); w && argc < 8; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	if (argc == 2 && !strcmp(argv[0], "wait"))
		step_wait(p, argv[1]);
	else if (argc == 1 && !strcmp(argv[0], "listen"))
		prove_listen(p);
	else if (argc == 1 && !strcmp(argv[0], "sweep"))
		step_sweep(p);
	else if (argc == 2 && !strcmp(argv[0], "policy"))
		prove_publish(p, argv[1]);
	else if (argc == 2 && !strcmp(argv[0], "release"))
		step_release(p, argv[1]);
	else if (argc == 2 && !strcmp(argv[0], "rings"))
		host_side_rings(!strcmp(argv[1], "full"));
	else if (argc == 2 && !strcmp(argv[0], "aggregates"))
		host_side_aggregates(strtoul(argv[1], NULL, 10));
	else if (argc == 2 && !strcmp(argv[0], "bump"))
		step_bump(p, argv[1]);
	else if (argc == 2 && !strcmp(argv[0], "window"))
		step_window(p, strtoul(argv[1], NULL, 10));
	else if (argc > 1 && !strcmp(argv[0], "is"))
		prove_is(p, argc, argv);
	else
		prove_fail(p, "no such step");
}

void prove_step(struct prove *p, const char *step)
{
	char text[1024];

	p->step = step;
	snprintf(text, sizeof(text), "%s", step);
	if (!strncmp(text, "loop ", 5))
		step_loop(p, text + 5);
	else if (text[strcspn(text, " <>")] == '<' || text[strcspn(text, " <>")] == '>')
		step_frame(p, text);
	else
		step_words(p, text);
	p->step = NULL;
}

uint32_t prove_row(struct prove *p, const struct row *row, uint8_t family)
{
	uint32_t i;

	p->row = row;
	p->family = family;
	p->host = row->host;
	p->failed = 0;
	p->record_now = p->now;
	prove_row_begins(p);
	for (i = 0; i < PROVE_STEPS && row->steps[i] && p->failed < 5; i++)
		prove_step(p, row->steps[i]);
	prove_row_ends(p);
	p->row = NULL;
	return p->failed;
}
