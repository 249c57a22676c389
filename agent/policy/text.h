/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Texts for people: quoting, paths, word lists, near misses. Everything that
 * comes from a file passes zt_quote() before it reaches a message.
 */
#ifndef ZT_POLICY_TEXT_H
#define ZT_POLICY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length of the UTF-8 character at s (at most len bytes), 0 when it is none. */
size_t zt_utf8_len(const char *s, size_t len);
/* A control character of one or two bytes at s: C0, DEL, C1. */
bool zt_is_control(const char *s);

#define ZT_QUOTE_MAX 720 /* 64 characters, escaped, and the quotes */
char *zt_quote(const char *s, size_t len, char *buf);
/* A quoted copy that lives as long as the block. */
#define Q(s) zt_quote(s, strlen(s), (char[ZT_QUOTE_MAX]){0})

/* One step of a path: a key, or (key NULL) an element of a list. */
struct zt_step {
	const struct zt_step *up;
	const char *key;
	uint32_t key_len;
	uint32_t index;
};
#define ZT_PATH_MAX 1024
/* Dotted keys and [i]; empty for no step. Cut when too long. Returns buf. */
char *zt_path_text(const struct zt_step *step, char *buf, size_t len);

bool zt_is_id(const char *s, size_t len);
/* `"a", "b" or "c"` */
char *zt_word_list(const char *const *words, char *buf, size_t len);

/*
 * Nearest word so far. Offer words one after the other; best stays NULL when none
 * was near enough. Letters' case does not count.
 */
struct zt_near {
	const char *word;
	const char *best;
	unsigned int distance;
};
bool zt_near_offer(struct zt_near *n, const char *candidate);

struct zt_errors;
/* Append what one list holds to another (NULL: nowhere) and empty it. */
void zt_errors_move(struct zt_errors *from, struct zt_errors *to);

uint32_t zt_hash(const void *data, size_t len, uint64_t seed);

#endif
