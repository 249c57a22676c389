/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running rows: each step goes to every side, the answers must be the same and
 * what the row says. Between rows so much time passes that all state has expired,
 * and counters, quotas and aggregates are compared with what was sent.
 */
#ifndef ZT_PROVE_H
#define ZT_PROVE_H

#include "frame_text.h"
#include "side.h"
#include "world_policy.h"

#define PROVE_STEPS 24
#define PROVE_DEVICES 64u
#define PROVE_SIDES 3u

#define BOTH 0 /* runs for IPv4 and again for IPv6 */
#define V4 4 /* this family only */
#define V6 6

/*
 * One row: a sentence, and the steps that prove it. host: something the test entries
 * of the kernel cannot be given.
 *
 * ref: ids of the attack catalogue the row proves ("E1 V4", see catalogue.h); without,
 * it is about how the program works and not about a way around it. twin: for a row of
 * one family only, its twin in the other, or why there is none.
 */
struct row {
	const char *says;
	uint8_t family, host;
	const char *steps[PROVE_STEPS];
	const char *ref, *twin;
};

/* A row says what it has to say: most prove both families and need no twin. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct prove {
	const struct side *sides[PROVE_SIDES];
	uint32_t nr_sides;
	struct zt_cfg cfg;
	struct zt_env *env;
	struct zt_numbers *numbers;
	struct zt_policy *policy;
	struct zt_image *image; /* of it, for looking things up */
	const char *variant;
	uint32_t now;
	uint8_t family; /* of the row under way */
	uint8_t host; /* only the host side runs it */
	FILE *record; /* frames of the row, for the fuzzer; NULL: not asked for */
	uint32_t record_now;
	const struct row *row;
	const char *step;
	uint32_t failed; /* steps of this row */
	uint32_t round; /* of a repeated step, else 0 */
	/* each side's flow table and learned addresses before the frame at hand */
	uint64_t table[PROVE_SIDES], holders[PROVE_SIDES];
	uint8_t table_known, holders_known; /* they are of now */
	int swept[PROVE_SIDES]; /* records the last sweep looked at */
	uint8_t gives_up; /* the frame at hand: the record of its tuple, another device's */
	struct zt_flow_key key; /* of the last frame */
	struct prove_tally {
		uint32_t frames; /* judged, each round of a loop */
		uint32_t refused, passed; /* steps that expect it, loops count once */
	} tally; /* of this row */
	/* what this row has sent */
	uint64_t sent[ZT_COUNT_MAX]; /* packets by reason, verdict, direction */
	uint64_t by_dev[PROVE_DEVICES][ZT_VERDICT_MAX][2];
	uint64_t to_aggregate;
	/* what the sides showed when the row began */
	struct zt_count counts[PROVE_SIDES][ZT_COUNT_MAX];
	uint64_t lost[PROVE_SIDES][ZT_LOST_MAX];
	struct zt_devcnt devcnt[PROVE_SIDES][PROVE_DEVICES];
	uint64_t told[16];
	uint64_t lost_said; /* bitmap: losses the row speaks of */
	uint8_t seen[ZT_REASON_MAX]; /* reasons any row has produced */
	struct frame frame;
};

extern const struct zt_cfg prove_cfg; /* as the agent writes it, at 256 ms a tick */
void prove_open(struct prove *p, bool host_only, char **ret_why_no_kernel);
/* With these sides, as far as they open. */
void prove_open_sides(struct prove *p, const struct side *const *sides, uint32_t nr, char **ret_why);
void prove_close(struct prove *p);
void prove_publish(struct prove *p, const char *variant);
/* Runs a row in one family. Failures are printed; their number is returned. */
uint32_t prove_row(struct prove *p, const struct row *row, uint8_t family);
/*
 * The same with the linear part of every frame from a device ending at each offset
 * from..upto (prove_straddle.c). Frames that were split are added to *ret_split.
 */
bool prove_can_straddle(const struct row *row);
uint32_t prove_straddle(struct prove *p, const struct row *row, uint8_t family, uint32_t from,
			uint32_t upto, uint32_t *ret_split);

void prove_fail(struct prove *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* One step of a row; prove_check.c has what begins with `is`. */
void prove_step(struct prove *p, const char *step);
void prove_frame(struct prove *p, char *text); /* PORT> FRAME => ..., PORT< IN FRAME => ... */
/* Their parts, for frames that no text writes: a frame to begin with; its octets, judged. */
int prove_make(struct prove *p, const char *text, struct zt_run *ret);
void prove_octets(struct prove *p, const struct zt_run *run, struct zt_result *ret);
void prove_is(struct prove *p, int argc, char **argv);
void prove_event(struct prove *p, int argc, char **argv); /* prove_told.c, like the next three */
void prove_aggregate(struct prove *p, int argc, char **argv);
void prove_record(struct prove *p, int argc, char **argv);
void prove_counted(struct prove *p, int argc, char **argv);
void prove_listen(struct prove *p); /* `is told` counts from here */
void prove_row_begins(struct prove *p);
void prove_row_ends(struct prove *p);
void prove_expires(struct prove *p, uint32_t ticks); /* so much time passes, and a sweep */
uint32_t prove_device(const struct prove *p, const char *name); /* device index, 0 none */
const char *prove_reason(uint32_t reason);
const char *prove_verdict(uint32_t verdict);

/* The sides a row runs on. */
static inline uint32_t prove_sides(const struct prove *p)
{
	return p->host ? 1 : p->nr_sides;
}

#endif
