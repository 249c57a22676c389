/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inside of the scanner: the state its files share. Nobody else includes it.
 */
#ifndef ZT_POLICY_SCANNER_H
#define ZT_POLICY_SCANNER_H

#include "policy/scan.h"

/* Keys of the objects that are open now, newest last, chained by hash. */
struct zt_open_key {
	const char *s;
	uint32_t len, line, hash, older;
};
struct zt_open_keys {
	struct zt_open_key *v;
	uint32_t nr, size;
	uint32_t *heads; /* 1 + index of the newest in this bucket */
	uint32_t nr_heads; /* a power of two */
};

struct zt_scanner {
	const char *p, *end;
	uint32_t line;
	struct zt_scan *out;
	struct zt_arena *arena;
	struct zt_errors *errors;
	struct zt_open_keys keys;
	uint32_t sections_size, members_size;
	uint32_t values; /* since the last member began */
	bool failed; /* a message was given; scanning may go on */
};

struct zt_string {
	const char *s;
	uint32_t len;
	bool escaped;
};

int zt_scanner_fail(struct zt_scanner *sc, const struct zt_step *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The next character that is neither blank nor comment, or -1 at the end; -2 on failure. */
int zt_scanner_next(struct zt_scanner *sc, const struct zt_step *at);
/* Both start at their first character and stop behind their last. */
int zt_scanner_string(struct zt_scanner *sc, const struct zt_step *at, struct zt_string *ret);
int zt_scanner_word(struct zt_scanner *sc, const struct zt_step *at);
/* Escapes resolved, for keys. */
const char *zt_scanner_unescape(struct zt_scanner *sc, const struct zt_string *s,
				uint32_t *ret_len);

/* 0, or the line of the same key in the object whose keys begin at base. */
uint32_t zt_open_keys_add(struct zt_scanner *sc, const struct zt_step *key, uint32_t base);
void zt_open_keys_close(struct zt_open_keys *k, uint32_t base);

#endif
