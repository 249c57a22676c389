/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fuzzer of the capture readers: any bytes are read to the end or refused with a
 * text, and every packet given out lies within what was read.
 */
#include <stdint.h>
#include <stdlib.h>
#include "capture/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zt_capture_packet p;
	struct zt_capture *c;
	char *error = NULL;
	uint32_t sum = 0;
	int r = zt_capture_open_bytes(data, size, &c, &error);

	if (r < 0) {
		if (!error)
			abort();
		free(error);
		return 0;
	}
	while ((r = zt_capture_next(c, &p, &error)) > 0) {
		if (p.caplen > p.len || p.caplen > size || p.offset > size)
			abort();
		for (uint32_t i = 0; i < p.caplen; i++)
			sum += p.data[i];
	}
	__asm__ volatile("" : : "r"(sum)); /* the bytes were really read */
	if (r < 0 && !error)
		abort();
	free(error);
	zt_capture_close(c);
	return 0;
}
