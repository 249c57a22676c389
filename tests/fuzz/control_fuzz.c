/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fuzzer of the control socket's request framing: any octets, in any pieces, never
 * more than the limits, and the same outcome whole as one octet at a time.
 */
#include <stdlib.h>
#include <string.h>
#include "control/frame.h"
#include "policy/policy.h"

#define FILES_MAX_HERE (1u << 20) /* what a real agent bounds by the whole server */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Feed all of it in pieces; the outcome as a number that depends on all that was read. */
static uint64_t drive(const uint8_t *data, size_t size, size_t piece)
{
	struct zt_frame f = { 0 };
	uint64_t sum = 1;
	size_t at = 0, n, i;

	while (at < size || f.state == ZT_FRAME_ADMIT || f.state == ZT_FRAME_READY) {
		if (f.state == ZT_FRAME_BAD)
			break;
		if (f.state == ZT_FRAME_ADMIT) {
			if (f.files_len > FILES_MAX_HERE)
				break;
			zt_frame_admit(&f);
			continue;
		}
		if (f.state == ZT_FRAME_READY) {
			for (i = 0; i < f.nr_sources; i++)
				for (n = 0; n < f.sources[i].len; n++)
					sum = sum * 31 + (uint8_t)f.sources[i].text[n];
			sum = sum * 31 + strlen(f.cmd);
			zt_frame_next(&f);
			continue;
		}
		n = size - at < piece ? size - at : piece;
		n = zt_frame_feed(&f, (const char *)data + at, n);
		at += n;
		if (f.line_len > ZT_CONTROL_LINE_MAX || f.files_len > ZT_CONTROL_FILES_MAX)
			abort();
	}
	sum = sum * 31 + f.state;
	zt_frame_free(&f);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (drive(data, size, size + 1) != drive(data, size, 1))
		abort();
	return 0;
}
