/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the section parsers share: the policy in the making, places for messages,
 * and helpers that demand a key and its type. Nobody outside agent/policy/ and
 * its tests includes it.
 *
 * Steps: scan every file; merge their sections into lists sorted by id; read each
 * object with json-c, one at a time; then the checks that need everything. Texts
 * that do not scan and ids that clash stop at once; objects are read even when a
 * section was refused; what compares objects runs only while there is no error.
 */
#ifndef ZT_POLICY_PARSE_H
#define ZT_POLICY_PARSE_H

#include <json-c/json.h>
#include "policy/scan.h"

enum zt_section {
	ZT_INTERFACES,
	ZT_SEGMENTS,
	ZT_DEVICES,
	ZT_GROUPS,
	ZT_APPS,
	ZT_RULES,
	ZT_TESTS,
	ZT_SECTIONS,
};

/* Words of zt_section: "interfaces"; "an interface"; how many there may be. */
struct zt_section_word {
	const char *section, *one;
	uint32_t max;
};
extern const struct zt_section_word zt_section_words[ZT_SECTIONS];

/* One object of a section, or one key of the top, and where it lies. */
struct zt_entry {
	const char *id;
	const struct zt_scan *file; /* NULL for built-in ones */
	const struct zt_member *m;
};

struct zt_list {
	struct zt_entry *v; /* sorted by id */
	uint32_t nr;
};

/* Keys of the top that are no section of objects. */
enum zt_top { ZT_TOP_NAME, ZT_TOP_NOTE, ZT_TOP_INFRASTRUCTURE, ZT_TOP_DEFAULTS, ZT_TOPS };

struct zt_group_def;
struct zt_label_index;
struct zt_words; /* interned texts */

struct zt_parse {
	struct zt_policy *p;
	struct zt_arena *arena; /* lives as long as the policy */
	struct zt_arena *tmp; /* until the end of the parse */
	struct zt_errors *errors, *infos;
	struct zt_scan *files;
	uint32_t nr_files;
	struct zt_list lists[ZT_SECTIONS];
	struct zt_entry tops[ZT_TOPS]; /* m NULL: not written */
	struct json_tokener *tok;
	struct json_object *root; /* the object being read */
	char *scratch; /* its text when it must be copied first */
	size_t scratch_size;
	struct zt_words *words;
	uint32_t *all; /* 0, 1, 2 ...: sets of one device or of all point into it */
	struct zt_set *segment_devices; /* by segment */
	struct zt_label_index *labels; /* devices by label (sets.c) */
	uint64_t *bits; /* a bit for each device, for whoever makes a set */
	struct zt_group_def *group_defs; /* by group */
	size_t set_entries; /* in all sets that were made, ZT_SET_ENTRIES_MAX */
	uint32_t nr_hosts; /* of all applications */
	bool is_incomplete; /* a section was refused: what names its objects is not reported again
			     */
	jmp_buf oom;
};

#define ZT_SET_ENTRIES_MAX (16u << 20)

/* A value and the way to it. */
struct zt_at {
	struct zt_step step; /* step.up is the step of `up` */
	struct zt_parse *ps;
	const struct zt_at *up;
	const struct zt_entry
		*entry; /* set where an object begins: zt_scan_find() goes on from it */
	struct json_object *v;
};
struct zt_at zt_at_key(struct zt_parse *ps, const struct zt_at *up, const char *key);
struct zt_at zt_at_index(struct zt_parse *ps, const struct zt_at *up, uint32_t index);
/* The section, then its object number i; for checks after the reading. */
struct zt_at zt_at_section(struct zt_parse *ps, enum zt_section s);
struct zt_at zt_at_object(const struct zt_at *section, enum zt_section s, uint32_t i);

void zt_complain(const struct zt_at *at, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void zt_inform(const struct zt_at *at, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "line 12", with the file when it is another one. */
#define ZT_LINE_MAX 300
char *zt_line_of(const struct zt_entry *e, const struct zt_entry *seen_from, char *buf);
#define LINE_OF(e, from) zt_line_of(e, from, (char[ZT_LINE_MAX]){0})
/* The value as it is written in the file. */
char *zt_as_written(const struct zt_at *at, char *buf);
/* The i-th address of a list as written: words such as "dynamic" count as elements too. */
uint32_t zt_written_index(const struct zt_at *list, uint32_t i);
#define WRITTEN(at) zt_as_written(at, (char[ZT_QUOTE_MAX]){0})

/* ---- demanding keys and types (json.c); they report what is wrong ---------- */

struct zt_key {
	const char *name;
	bool later; /* known, but not in this release */
};
#define ZT_KEY(key) { .name = key }
#define ZT_LATER(key) { .name = key, .later = true }
/* An object, no keys but these and "note". Ends with a row without name. */
bool zt_object(const struct zt_at *at, const struct zt_key *keys);
/* Is it written; null counts as absent and is reported. */
bool zt_child(const struct zt_at *at, const char *key, struct zt_at *ret);
/* NULL when it is not one; hint may be NULL. */
const char *zt_text(const struct zt_at *at, size_t max, const char *hint);
const char *zt_keep_text(const struct zt_at *at, const char *key, size_t max);
#define ZT_NOTE_MAX 512
#define ZT_NAME_MAX 128
bool zt_bool(const struct zt_at *at, bool otherwise);
int zt_number(const struct zt_at *at, int lo, int hi); /* -1 when it is not one */
/* Index into words, or -1: `"x" is not a mode; use ...` */
int zt_choice(const struct zt_at *at, const char *const *words, const char *what);
/* Number of elements, 0 when it is no list; reports empty, too long, repeated. */
uint32_t zt_items(const struct zt_at *at, uint32_t max, bool or_one);
void zt_wrong_type(const struct zt_at *at, const char *expected, const char *hint);
struct zt_at zt_item(const struct zt_at *list, uint32_t i);

/* ---- references (refs.c) -------------------------------------------------- */

int zt_find(const struct zt_parse *ps, enum zt_section s, const char *id);
/* The index, or -1 after a message. */
int zt_ref(const struct zt_at *at, enum zt_section s);
struct zt_set zt_refs(const struct zt_at *at, enum zt_section s); /* sorted */
void zt_sort_set(struct zt_set *set);
/* `"x" is not defined; did you mean ...` */
void zt_not_defined(const struct zt_at *at, const char *id);

/* ---- the steps ------------------------------------------------------------ */

typedef void (*zt_object_fn)(const struct zt_at *at, uint32_t i);

void zt_merge(struct zt_parse *ps);
void zt_check_ids(struct zt_parse *ps);
void zt_read_section(struct zt_parse *ps, enum zt_section s, zt_object_fn fn, struct zt_buf *json);
/* Reads the value of an entry into at->v; valid until the next one is read. */
void zt_read_value(struct zt_at *at);

void zt_parse_interface(const struct zt_at *at, uint32_t i);
void zt_parse_segment(const struct zt_at *at, uint32_t i);
void zt_parse_device(const struct zt_at *at, uint32_t i);
void zt_parse_group(const struct zt_at *at, uint32_t i);
void zt_parse_app(const struct zt_at *at, uint32_t i);
void zt_parse_rule(const struct zt_at *at, uint32_t i);
void zt_parse_test(const struct zt_at *at, uint32_t i);
void zt_parse_infrastructure(const struct zt_at *at);
void zt_parse_defaults(const struct zt_at *at);
void zt_read_limits(const struct zt_at *at, struct zt_limit_set *ret); /* the key "limits" of at */
void zt_builtin_app(struct zt_parse *ps, uint32_t i);
extern const char *const zt_builtin_apps[]; /* ends with NULL */

struct zt_where zt_where_of(const struct zt_parse *ps, const struct zt_entry *e);
void zt_finish_devices(struct zt_parse *ps); /* sets by segment */
void zt_finish_groups(struct zt_parse *ps); /* members */

/* Interned text of the policy: equal texts have equal addresses. */
const char *zt_word(struct zt_parse *ps, const char *s);

/* ---- values (address.c, service.c): NULL or what is wrong with it ----------- */

#define ZT_WHY_MAX 900
#define ZT_TEXT_MAX 64 /* an address or a service as text */
enum { ZT_TAKE_ADDRESS = 1, ZT_TAKE_PREFIX = 2 };
bool zt_read_prefix(const struct zt_at *at, const char *text, int take, struct zt_prefix *ret);
bool zt_prefix_read(const char *text, int take, struct zt_prefix *ret, char *why);
/* Reports and refuses: groups and broadcast; and for hosts unspecified and loopback. */
bool zt_is_unicast(const struct zt_at *at, const char *text, const struct zt_prefix *p);
bool zt_is_host(const struct zt_at *at, const char *text, const struct zt_prefix *p);
/* A name where an address may stand: reported, true. */
bool zt_refuse_name(const struct zt_at *at, const char *text);
bool zt_service_read(const char *text, struct zt_service *ret, char *why);
struct zt_services zt_read_services(const struct zt_at *at, bool has_note);

/* ---- sides of rules and tests (side.c) ------------------------------------- */

struct zt_side_rules {
	bool takes_literals; /* addresses as well: tests */
	bool takes_unknown; /* "unknown-devices" may stand here */
	bool takes_both; /* devices next to applications: `only` lists all that may be reached */
};
/* False after a message: the side is not whole. */
bool zt_read_side(const struct zt_at *at, struct zt_side_rules take, struct zt_side *ret);
/* Both sides belong to nobody: `rules.x: neither side is a device`; true then. */
bool zt_has_no_device(const struct zt_at *at, const struct zt_side *from, const struct zt_side *to);
/*
 * Services are missing and nobody lends any: reported at "services", true. Only
 * an application in `to` lends some.
 */
bool zt_lacks_services(const struct zt_at *at, const struct zt_side *to);

#endif
