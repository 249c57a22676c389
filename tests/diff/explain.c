/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A disagreement for people: the steps it takes, in the language of the case table,
 * and both answers.
 */
#include <stdlib.h>
#include <string.h>
#include "../prog/world_policy.h"
#include "diff.h"

static const char *reason_word(uint32_t reason)
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

static const char *const verdict_words[] = { "pass", "drop", "audit" };
static const char *const effect_words[] = { "none", "hit", "new" };

static const char *interface_name(uint32_t ifindex)
{
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++)
		if (world_interfaces[i].ifindex == ifindex)
			return world_interfaces[i].name;
	return "local";
}

static void print_policy(const struct diff *d, uint32_t n)
{
	static const char *const kinds[] = { "", " /* with narrow limits, see diff.c */",
					     " /* with broad rules, see diff.c */" };
	size_t nr = WORLD_NR(world_variants);

	if (n == ZT_NONE)
		printf("\t\"policy none\",\n");
	else
		printf("\t\"policy %s\",%s\n", world_variants[d->names[n] % nr].name,
		       kinds[d->names[n] / nr]);
}

static void print_step(const struct diff *d, const struct gen_step *s)
{
	switch (s->kind) {
	case GEN_FRAME:
		printf("\t\"%s", interface_name(s->port));
		if (!s->towards)
			printf(">");
		else
			printf("< %s%s", interface_name(s->came_in), s->marked ? "+mark" : "");
		if (s->towards && s->tag != ZT_NONE)
			printf("+vlan=%u", s->tag);
		printf(" noeth; hex ");
		for (uint32_t i = 0; i < s->len; i++)
			printf("%02x", s->octets[i]);
		printf("\",\n");
		break;
	case GEN_WAIT:
		printf("\t\"wait %ut\",\n", s->n);
		break;
	case GEN_PUBLISH:
		print_policy(d, s->n);
		break;
	case GEN_SWEEP:
		printf("\t\"sweep\",\n");
		break;
	case GEN_BUMP:
		printf("\t\"bump %s\",\n", s->who);
		break;
	case GEN_QUARANTINE:
		printf("\t\"quarantine %s on\", // or off, where it is on\n", s->who);
		break;
	case GEN_RELEASE:
		printf("\t\"release %s\",\n", interface_name(s->n));
		break;
	case GEN_ROUTE:
		printf("\t\"route %s\",\n", s->n == 1 ? "local" : s->n == 2 ? "none" : "onward");
		break;
	case GEN_WINDOW:
		printf("\t\"window %u\",\n", s->n);
		break;
	}
}

/* The session without n steps from `at`. */
static void without(const struct gen_session *s, uint32_t at, uint32_t n, struct gen_session *ret)
{
	memcpy(ret->steps, s->steps, at * sizeof(*s->steps));
	memcpy(ret->steps + at, s->steps + at + n, (s->nr - at - n) * sizeof(*s->steps));
	ret->nr = s->nr - n;
}

/* Leave out ever smaller pieces, as long as the disagreement stays. */
static void shrink(struct diff *d, struct gen_session *s, struct diff_found *found)
{
	struct gen_session less = { .steps = malloc(s->nr * sizeof(*s->steps)) };
	struct diff_found f;

	for (uint32_t n = s->nr / 2; n; n /= 2) {
		for (uint32_t at = 0; at + n < s->nr;) {
			without(s, at, n, &less);
			if (!diff_run(d, &less, &f)) {
				at += n;
				continue;
			}
			memcpy(s->steps, less.steps, less.nr * sizeof(*s->steps));
			s->nr = f.step + 1;
			*found = f;
		}
	}
	free(less.steps);
}

void diff_explain(struct diff *d, uint64_t seed, const struct gen_session *s,
		  const struct diff_found *first)
{
	struct gen_session less = { .nr = first->step + 1 };
	struct diff_found found = *first;

	printf("FAIL: seed 0x%llx step %u, after %llu frames: %s and the reference disagree\n",
	       (unsigned long long)seed, first->step, (unsigned long long)d->frames, d->side->name);
	less.steps = malloc(less.nr * sizeof(*less.steps));
	memcpy(less.steps, s->steps, less.nr * sizeof(*less.steps));
	shrink(d, &less, &found);
	for (uint32_t i = 0; i < less.nr; i++)
		print_step(d, &less.steps[i]);
	printf("\treference: %s %s %s rule %d (dev %u opener %u)\n", verdict_words[found.want.verdict],
	       reason_word(found.want.reason), effect_words[found.want.effect],
	       found.want.rule == ZT_NO_RULE ? -1 : (int)found.want.rule,
	       found.want.device == REF_NOBODY ? 0 : d->dev[found.want.device],
	       !found.want.device_opened);
	printf("\t%s: %s %s %s rule %d (dev %u opener %u mode %u)\n", d->side->name,
	       found.got.verdict < 3 ? verdict_words[found.got.verdict] : "?",
	       reason_word(found.got.reason),
	       effect_words[found.got.created ? 2 : found.got.flow ? 1 : 0],
	       found.got.rule == ZT_NO_RULE ? -1 : (int)found.got.rule, found.got.dev,
	       found.got.opener, found.got.mode);
	free(less.steps);
}
