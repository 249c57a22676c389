/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reference against data path, step by step over generated sessions; what disagrees
 * is cut down to the steps that are needed and printed as a row of the case table.
 */
#ifndef ZT_DIFF_H
#define ZT_DIFF_H

#include "gen.h"
#include "ref.h"
#include "../prog/side.h"

#define DIFF_BINDS 256u

struct diff {
	const struct side *side;
	struct zt_env *env;
	struct zt_policy **policies; /* what a session may publish */
	uint32_t nr_policies;
	uint32_t *names; /* [policy] = variant of the world, and which kind of it */
	struct zt_numbers *numbers;
	uint32_t dev[REF_DEVICES]; /* [device of the reference] = index in the data path */
	struct {
		uint32_t index, dev;
	} binds[DIFF_BINDS]; /* of the policy in force */
	uint32_t nr_binds;
	struct ref *ref;
	struct zt_cfg cfg;
	enum ref_route route; /* what the routing table says */
	struct gen_corpus corpus;
	uint64_t frames; /* compared */
	uint64_t refused; /* that the kernel's test run does not take */
	uint64_t reasons[ZT_REASON_MAX], effects[3];
	bool quiet;
};

/* Where two answers differ. */
struct diff_found {
	uint32_t step;
	struct ref_out want;
	struct zt_result got;
};

void diff_open(struct diff *d, const struct side *side);
void diff_close(struct diff *d);
/* Every step of the session, from a fresh start: true and *ret at the first disagreement. */
bool diff_run(struct diff *d, const struct gen_session *s, struct diff_found *ret);
/* Fewer steps that still disagree; prints them. */
void diff_explain(struct diff *d, uint64_t seed, const struct gen_session *s,
		  const struct diff_found *found);

#endif
