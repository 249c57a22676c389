/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The seam of a multi-buffer frame: the linear part may end anywhere, also inside a
 * header. A row is played once for each place where it can end; the host build, which
 * sees the whole frame in one piece, says what is right.
 */
#include "prove.h"

/* All that a row may leave behind has expired after so many ticks: an address after 337500. */
#define STRADDLE_AGO 400000u

/* About sums since the row began, or a moment, or long: such rows are played whole only. */
static const char *const whole_only[] = { "loop ",  "is lost", "is told",     "listen",
					  "policy", "rings ",  "aggregates ", "until ",
					  "event ", "aggregate ", "counted ", "places ",
					  "race ", "turn ", "route " };

bool prove_can_straddle(const struct row *row)
{
	for (uint32_t i = 0; i < PROVE_STEPS && row->steps[i]; i++) {
		for (uint32_t k = 0; k < WORLD_NR(whole_only); k++) {
			if (!strncmp(row->steps[i], whole_only[k], strlen(whole_only[k])))
				return false;
		}
		/* less than an Ethernet header, more than a tap takes */
		if (row->host && (strstr(row->steps[i], "; cut ") || strstr(row->steps[i], "; pay 655")))
			return false;
	}
	return true;
}

uint32_t prove_straddle(struct prove *p, const struct row *row, uint8_t family, uint32_t from,
			uint32_t upto, uint32_t *ret_split)
{
	uint32_t at, before, first = kernel_side_split();

	p->row = row;
	p->family = family;
	p->host = 0;
	p->failed = 0;
	prove_row_begins(p);
	for (at = from; at <= upto && p->failed < 5; at++) {
		before = kernel_side_split();
		kernel_side_linear(at);
		p->round = at - from; /* as in a loop, the flow table is summed in the first rounds */
		for (uint32_t i = 0; i < PROVE_STEPS && row->steps[i] && p->failed < 5; i++)
			prove_step(p, row->steps[i]);
		if (p->failed)
			printf("      with a linear part of %u octets\n", at);
		if (kernel_side_split() == before)
			break; /* no frame of this row is longer */
		prove_expires(p, STRADDLE_AGO);
	}
	kernel_side_linear(0);
	p->round = 0;
	prove_row_ends(p);
	p->row = NULL;
	*ret_split += kernel_side_split() - first;
	return p->failed;
}
