/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What goes to people and programs. Whatever a device may have had a hand in
 * passes through here, so that no octet of it can steer a terminal.
 */
#ifndef ZT_ZTCTL_OUTPUT_H
#define ZT_ZTCTL_OUTPUT_H

#include "ztctl.h"

struct json_object;

/* Text with control, bidi and broken octets shown as \xNN or \uNNNN. */
void print_safe(FILE *to, const char *text);
/* The same as new text; aborts without memory, as all of this header. */
char *safe_text(const char *text);
/* Columns a terminal needs for it. */
size_t text_width(const char *text);

/*
 * JSON. object_new() holds "schema"; output_json() prints, pretty or on one line,
 * with the same octets escaped as \uNNNN, and frees.
 */
struct json_object *object_new(void);
void output_json(struct json_object *o, bool pretty);
void add_text(struct json_object *o, const char *key, const char *text); /* NULL: nothing */
void add_number(struct json_object *o, const char *key, int64_t v);
void add_bool(struct json_object *o, const char *key, bool v);

/* Readers of JSON the agent sent: a missing key is "" or 0, never a crash. */
struct json_object *get_member(struct json_object *o, const char *key);
const char *get_text(struct json_object *o, const char *key);
int64_t get_number(struct json_object *o, const char *key);
bool get_bool(struct json_object *o, const char *key);
size_t get_length(struct json_object *o, const char *key);
struct json_object *get_item(struct json_object *o, const char *key, size_t index);
/* The texts of an array, joined by ", ". Caller frees. */
char *get_joined(struct json_object *o, const char *key);

/* A table for people: cells are added row by row. */
struct table;
struct table *table_new(const char *const *headers); /* ends with NULL */
void table_cell(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
size_t table_rows(const struct table *t);
void table_print(const struct table *t, bool colour); /* on stdout */
void table_free(struct table *t);
static inline void table_cleanup(struct table **t)
{
	table_free(*t);
}
#define _cleanup_table_ __attribute__((cleanup(table_cleanup)))

/* The escape sequence for a verdict or state word, "" without colour. */
const char *colour_of(const char *word);
#define COLOUR_BOLD "\033[1m"
#define COLOUR_END "\033[0m"

#endif
