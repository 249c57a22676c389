/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON written straight into one growing text. For lists of a hundred thousand
 * objects, where a tree of json-c objects would take twenty times the memory. Knows
 * JSON, not what it says.
 */
#ifndef ZTAGENTD_OUT_H
#define ZTAGENTD_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out {
	char *s; /* owned; not terminated */
	size_t len, cap;
	bool failed; /* out of memory: what follows is dropped */
};

void out_raw(struct out *o, const char *text, size_t len);
/* key NULL: an element of a list. Commas come by themselves. */
void out_open(struct out *o, const char *key, char bracket); /* { or [ */
void out_close(struct out *o, char bracket); /* } or ] */
void out_text(struct out *o, const char *key, const char *text); /* NULL, "": left out */
void out_number(struct out *o, const char *key, uint64_t value);
void out_bool(struct out *o, const char *key, bool value);

#endif
