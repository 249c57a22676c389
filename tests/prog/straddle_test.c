/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A header may lie across the end of a frame's linear part (design §3; bypass L9). The
 * rows of the case table are played with the linear part of each frame from a device
 * ending at every offset 14..128, the rest in fragments; the host build, which has the
 * whole frame in one piece, says what is right: verdict, reason, rule, flow effect,
 * packets and bytes.
 *
 *	straddle_test [PART OF A SENTENCE]
 *
 * Needs root and a kernel whose test-run takes data_end (6.18). The other direction is
 * seam_test's, for tc test-run takes no such frame.
 */
#include "cases_all.h"

#define FROM 14u /* test-run wants an Ethernet header in one piece */
#define UPTO 128u
#define TICKS_AT_ONCE 0x70000000u /* then afresh, or what was seen long ago seems to lie ahead */

static struct prove prove;
static uint32_t split, passed, failed, rows, began;

static int none(const char *why)
{
	printf("SKIP: %.300s\n0 passed, 0 failed, 1 skipped\n", why);
	return 77;
}

static void play(const struct row *row, uint8_t family)
{
	char *why = NULL;

	if (prove.now - began > TICKS_AT_ONCE) {
		prove_close(&prove);
		prove_open(&prove, false, &why);
		free(why);
		began = prove.now;
	}
	rows++;
	if (prove_straddle(&prove, row, family, FROM, UPTO, &split))
		failed++;
	else
		passed++;
}

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : "";
	uint32_t whole = 0;
	char *why = NULL;

	prove_open(&prove, false, &why);
	began = prove.now;
	if (prove.nr_sides < 2)
		return none(why ? why : "the BPF programs cannot be run here");
	if (!kernel_side_splits())
		return none("test-run of this kernel takes no data_end");
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
	printf("%u rows (by family) at each of %u seams, %u frames in pieces; %u rows are not played\n"
	       "so: nothing from a device in them, or loops and publishes\n",
	       rows, UPTO - FROM + 1, split, whole);
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	return failed || !passed;
}
