/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A header may lie across the end of a frame's linear part (design §3; bypass L9). The
 * rows of the case table are played with the linear part of every frame ending at each
 * offset 14..128, the rest in fragments; the host build, which has the whole frame in one
 * piece, says what is right: verdict, reason, rule, flow effect, packets and bytes.
 *
 *	straddle_test [PART OF A SENTENCE]
 *
 * Frames from devices run by test-run with data_end in its context (6.18); frames towards
 * them, for which test-run knows no such thing, through two network devices (wire.h). There
 * the kernel also takes tags off and knows super-packets, so rows that only the host build
 * can play in cases_test are played here. Needs root.
 */
#include "cases_all.h"

#define FROM 14u /* test-run wants an Ethernet header in one piece */
#define UPTO 128u
#define TICKS_AT_ONCE 0x70000000u /* then afresh, or what was seen long ago seems to lie ahead */

static struct prove prove; /* sides[1] is the kernel, on its wire */
static uint32_t split, passed, failed, rows, began;

/* 0, or why it cannot be done here (malloc'd). */
static char *begin(void)
{
	char *why = NULL;

	prove_open(&prove, false, &why);
	began = prove.now;
	if (prove.nr_sides < 2)
		return why ? why : strdup("the BPF programs cannot be run here");
	if (!kernel_side_splits())
		return strdup("test-run of this kernel takes no data_end");
	return kernel_side_wire(&why) ? why : NULL;
}

static int none(char *why)
{
	printf("SKIP: %.300s\n0 passed, 0 failed, 1 skipped\n", why);
	free(why);
	prove_close(&prove);
	return 77;
}

static void play(const struct row *row, uint8_t family)
{
	char *why = NULL;

	if (prove.now - began > TICKS_AT_ONCE) {
		prove_close(&prove);
		why = begin();
	}
	rows++;
	if (why || prove_straddle(&prove, row, family, FROM, UPTO, &split))
		failed++;
	else
		passed++;
	free(why);
}

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : "";
	uint32_t whole = 0;
	char *why = begin();

	if (why)
		return none(why);
	for (size_t t = 0; t < WORLD_NR(tables); t++) {
		for (size_t i = 0; i < tables[t].nr; i++) {
			const struct row *row = &tables[t].rows[i];

			if (!strstr(row->says, only))
				continue;
			if (!prove_can_straddle(row)) {
				whole++;
				continue;
			}
			for (uint8_t family = 4; family <= 6; family += 2) {
				if (!row->family || row->family == family)
					play(row, family);
			}
		}
	}
	prove_close(&prove);
	printf("TOTAL: %u rows (by family) at each of %u seams, %u frames in pieces, %u rows with a difference\n"
	       "%u rows are not played so: loops, publishes, sums\n",
	       rows, UPTO - FROM + 1, split, failed, whole);
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	return failed || !passed;
}
