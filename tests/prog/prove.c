/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The steps of a row: time, policy, what the agent would do. Frames are in
 * prove_frame.c, what is asserted about state in prove_check.c.
 */
#include <stdarg.h>
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

/*
 * Every queued record once: the queues hold twice the tables' 700 flows and 64 addresses.
 * Or `sweep N`: one flow and one address N times, the notes of all fragments.
 */
static void step_sweep(struct prove *p, uint32_t steps)
{
	for (uint32_t i = 0; i < prove_sides(p); i++)
		p->swept[i] = p->sides[i]->sweep(p->now, steps);
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

/* People put a device into quarantine, or take it out: its segment's mode counts again. */
static void step_quarantine(struct prove *p, const char *name, bool on)
{
	int device = zt_policy_device(p->policy, name);

	if (device < 0)
		return prove_fail(p, "no device %s", name);
	for (uint32_t i = 0; i < prove_sides(p); i++)
		p->sides[i]->mode(zt_image_dev_of(p->image, (uint32_t)device),
				  on ? ZT_MODE_QUARANTINE :
				       p->policy->segments[p->policy->devices[device].segment].mode);
}

static void step_release(struct prove *p, const char *port)
{
	const struct world_interface *w = world_interface(port);

	if (!w)
		return prove_fail(p, "no port %s", port);
	for (uint32_t i = 0; i < prove_sides(p); i++)
		p->sides[i]->release(w->ifindex);
}

/* The agent has taken a MAC out of both words and not yet its place in the table. */
static void step_unname(struct prove *p, const char *name)
{
	uint8_t mac[6];

	if (world_mac(name, mac))
		return prove_fail(p, "no MAC %s", name);
	host_side_unname(mac);
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
		p->round = i;
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
	p->round = 0;
}

/* A flow table of so few buckets that it can be filled, of each family or IPv4's and IPv6's; 0: as it was. */
static void step_buckets(struct prove *p, int argc, char **argv)
{
	p->cfg.buckets[0] = strtoul(argv[1], NULL, 10);
	p->cfg.buckets[1] = strtoul(argv[argc - 1], NULL, 10);
	configure(p);
}

static void step_words(struct prove *p, char *text)
{
	char *argv[24], *save = NULL, *w;
	int argc = 0;

	for (w = strtok_r(text, " ", &save); w && argc < 24; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	if (argc == 2 && !strcmp(argv[0], "wait"))
		step_wait(p, argv[1]);
	else if (argc == 2 && !strcmp(argv[0], "align")) /* to the next such multiple of ticks */
		p->now += (0 - p->now) % strtoul(argv[1], NULL, 10);
	else if (argc == 2 && !strcmp(argv[0], "unname") && p->host)
		step_unname(p, argv[1]);
	else if (argc == 2 && !strcmp(argv[0], "until"))
		p->now = strtoul(argv[1], NULL, 10);
	else if (argc == 1 && !strcmp(argv[0], "listen"))
		prove_listen(p);
	else if (argc <= 2 && !strcmp(argv[0], "sweep"))
		step_sweep(p, argc == 2 ? strtoul(argv[1], NULL, 10) : 1500);
	else if (argc == 2 && !strcmp(argv[0], "policy"))
		prove_publish(p, argv[1]);
	else if (argc == 2 && !strcmp(argv[0], "release"))
		step_release(p, argv[1]);
	else if (argc == 2 && !strcmp(argv[0], "rings"))
		host_side_rings(!strcmp(argv[1], "full"));
	else if (argc == 2 && !strcmp(argv[0], "route") && p->host)
		host_side_route(argv[1]);
	else if (argc == 2 && !strcmp(argv[0], "aggregates"))
		host_side_aggregates(!strcmp(argv[1], "full"));
	else if (argc == 2 && !strcmp(argv[0], "bump"))
		step_bump(p, argv[1]);
	else if (argc == 3 && !strcmp(argv[0], "quarantine"))
		step_quarantine(p, argv[1], !strcmp(argv[2], "on"));
	else if (argc == 2 && !strcmp(argv[0], "window"))
		step_window(p, strtoul(argv[1], NULL, 10));
	else if ((argc == 2 || argc == 3) && !strcmp(argv[0], "buckets"))
		step_buckets(p, argc, argv);
	else if (argc == 3 && !strcmp(argv[0], "places"))
		host_side_places(argv[1], strtoul(argv[2], NULL, 10));
	else if (argc >= 3 && !strcmp(argv[0], "race") && !strcmp(argv[1], "word"))
		host_side_take(strtoul(argv[2], NULL, 10), argc > 3 ? strtoul(argv[3], NULL, 10) : 1);
	else if (argc >= 2 && !strcmp(argv[0], "race"))
		host_side_race(strtoul(argv[1], NULL, 10), argc > 2 ? strtoul(argv[2], NULL, 10) : 1);
	else if (argc == 2 && !strcmp(argv[0], "turn"))
		host_side_turn(strtoul(argv[1], NULL, 10));
	else if (argc > 1 && !strcmp(argv[0], "is"))
		prove_is(p, argc, argv);
	else if (argc > 1 && !strcmp(argv[0], "event"))
		prove_event(p, argc - 1, argv + 1);
	else if (argc > 1 && !strcmp(argv[0], "aggregate"))
		prove_aggregate(p, argc - 1, argv + 1);
	else if (argc > 1 && !strcmp(argv[0], "record"))
		prove_record(p, argc - 1, argv + 1);
	else if (argc > 1 && !strcmp(argv[0], "counted"))
		prove_counted(p, argc - 1, argv + 1);
	else
		prove_fail(p, "no such step");
}

void prove_step(struct prove *p, const char *step)
{
	char text[1024];

	p->step = step;
	snprintf(text, sizeof(text), "%s", step);
	if (!strncmp(text, "loop ", 5)) {
		step_loop(p, text + 5);
	} else if (text[strcspn(text, " <>")] == '<' || text[strcspn(text, " <>")] == '>') {
		prove_frame(p, text);
	} else {
		p->table_known = 0;
		step_words(p, text);
	}
	p->step = NULL;
}

uint32_t prove_row(struct prove *p, const struct row *row, uint8_t family)
{
	uint32_t i;

	p->row = row;
	p->family = family;
	p->host = row->host;
	p->failed = 0;
	memset(&p->tally, 0, sizeof(p->tally));
	p->table_known = 0;
	p->record_now = p->now;
	prove_row_begins(p);
	for (i = 0; i < PROVE_STEPS && row->steps[i] && p->failed < 5; i++)
		prove_step(p, row->steps[i]);
	host_side_race(0, 0);
	host_side_take(0, 0);
	prove_row_ends(p);
	p->row = NULL;
	return p->failed;
}
