/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scanner in front of json-c: accepts exactly JSON plus comments, nothing
 * json-c would read differently, and keeps where the sections and their members
 * lie. Lines inside a member are found again by zt_scan_find() when a message
 * needs them, so a large policy costs one struct zt_member for each object.
 */
#ifndef ZT_POLICY_SCAN_H
#define ZT_POLICY_SCAN_H

#include <stdbool.h>
#include "policy/arena.h"
#include "policy/policy.h"
#include "policy/text.h"

/* One key of an object and where its value lies. */
struct zt_member {
	const char *key; /* without escapes, not terminated */
	uint32_t key_len;
	uint32_t line; /* of the key */
	uint32_t value, value_len; /* in the text */
	uint32_t value_line;
	uint32_t first, nr; /* sections: their members in zt_scan.members */
};

struct zt_scan {
	const char *name;
	const char *text;
	uint32_t len;
	uint32_t line; /* of the opening brace */
	bool has_comments;
	struct zt_member *sections;
	uint32_t nr_sections;
	struct zt_member *members;
	uint32_t nr_members;
};

/* Far above what the language accepts; they bound the memory a hostile file can ask for. */
#define ZT_SCAN_SECTIONS_MAX 1024u
#define ZT_SCAN_MEMBERS_MAX 262144u /* of all sections */
#define ZT_SCAN_VALUES_MAX 262144u /* inside one member: what json-c is given at once */
#define ZT_SCAN_TEXT_MAX 4096u

/* 0, or -EINVAL with messages. The result belongs to the arena and needs the text. */
int zt_scan(const struct zt_source *source, struct zt_arena *arena, struct zt_errors *errors,
	    struct zt_scan *ret);

/* A piece of scanned text with its comments turned to blanks. */
void zt_scan_blank(const char *text, uint32_t len, char *ret);

/* A place in scanned text. */
struct zt_scan_place {
	const char *text;
	uint32_t pos, len; /* of the value */
	uint32_t line; /* where it begins */
	uint32_t key_line; /* what a message names: the key's, for elements their own */
};
/* From a value to the one a step further; false (place untouched) when it is not there. */
bool zt_scan_find(struct zt_scan_place *place, const struct zt_step *step);

#endif
