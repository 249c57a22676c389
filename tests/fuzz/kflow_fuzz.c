/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fuzzer of what zt_flow.ko says: any octets as a message, each parser, and what comes out is
 * wholly written.
 */
#include <stdlib.h>
#include <string.h>
#include "net/kflow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t sum(const void *what, size_t n)
{
	const uint8_t *p = what;
	uint64_t s = 0;

	while (n--)
		s = s * 31 + *p++;
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t seen = 0;
	struct zt_kflow_record r;
	struct zt_kflow_stats s;
	void *copy = malloc(size ? size : 1); /* aligned, and exactly so long */

	memcpy(copy, data, size);
	if (!zt_kflow_parse_record(copy, (uint32_t)size, &r))
		seen += sum(&r.key, sizeof(r.key)) + sum(&r.flow, sizeof(r.flow)) +
			sum(&r.rest, sizeof(r.rest)) + r.reason + r.seq;
	if (!zt_kflow_parse_stats(copy, (uint32_t)size, &s))
		seen += s.table + sum(s.ended, sizeof(s.ended)) + sum(s.limits.idle, sizeof(s.limits.idle)) +
			sum(&s.held, sizeof(s.held));
	__asm__ volatile("" : : "r"(seen)); /* the bytes were really read */
	free(copy);
	return 0;
}
