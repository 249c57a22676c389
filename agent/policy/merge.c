/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tops of all files made one: sections become lists of entries sorted by id,
 * whatever file they came from. Must never read an object.
 */
#include <stdlib.h>
#include <string.h>
#include "policy/parse.h"

static const char *const top_words[ZT_TOPS] = { "name", "note", "infrastructure",
						  "defaults" };
static const char *const later_words[] = { "pools", "quarantine", "grant_limits", "alerts",
					   NULL };

/* The key of a top as a place. The entry lives as long as the parse. */
static struct zt_at top_at(struct zt_parse *ps, const struct zt_scan *file,
			   const struct zt_member *m)
{
	struct zt_entry *e = zt_arena_alloc(ps->tmp, sizeof(*e));
	struct zt_at at;

	*e = (struct zt_entry){ zt_arena_text(ps->tmp, m->key, m->key_len), file, m };
	at = zt_at_key(ps, NULL, e->id);
	at.entry = e;
	return at;
}

static bool is_word(const struct zt_member *m, const char *word)
{
	return strlen(word) == m->key_len && !memcmp(m->key, word, m->key_len);
}

static int section_of(const struct zt_member *m)
{
	for (int s = 0; s < ZT_SECTIONS; s++)
		if (is_word(m, zt_section_words[s].section))
			return s;
	return -1;
}

static void check_version(struct zt_at *at)
{
	const struct zt_member *m = at->entry->m;

	zt_read_value(at);
	if (json_object_is_type(at->v, json_type_int)) {
		if (json_object_get_int64(at->v) != 1)
			zt_complain(at, "%.*s is not supported; this program reads version 1",
				m->value_len > 64 ? 64 : (int)m->value_len,
				at->entry->file->text + m->value);
	} else {
		zt_number(at, 1, 1);
	}
}

static void add_top(struct zt_parse *ps, const struct zt_at *at, enum zt_top which)
{
	struct zt_entry *e = &ps->tops[which];

	if (e->m)
		zt_complain(at, "also defined at %s; keep one", LINE_OF(e, at->entry));
	else
		*e = *at->entry;
}

static void unknown_section(struct zt_parse *ps, const struct zt_at *at)
{
	struct zt_near near = { .word = at->step.key };

	ps->is_incomplete = true;
	for (int s = 0; s < ZT_SECTIONS; s++)
		zt_near_offer(&near, zt_section_words[s].section);
	for (int i = 0; i < ZT_TOPS; i++)
		zt_near_offer(&near, top_words[i]);
	zt_near_offer(&near, "version");
	if (near.best)
		zt_complain(at, "unknown section; did you mean \"%s\"?", near.best);
	else
		zt_complain(at, "unknown section; remove it, or write text into \"note\"");
}

static void look_at_section(struct zt_parse *ps, const struct zt_scan *file,
			    const struct zt_member *m)
{
	struct zt_at at = top_at(ps, file, m);

	for (int i = 0; later_words[i]; i++) {
		if (!is_word(m, later_words[i]))
			continue;
		zt_complain(&at, "known, but not in this release; remove it or upgrade");
		ps->is_incomplete = true;
		return;
	}
	for (int i = 0; i < ZT_TOPS; i++) {
		if (is_word(m, top_words[i])) {
			add_top(ps, &at, i);
			return;
		}
	}
	if (is_word(m, "version")) {
		check_version(&at);
	} else if (section_of(m) < 0) {
		unknown_section(ps, &at);
	} else if (file->text[m->value] != '{') {
		zt_read_value(&at);
		zt_wrong_type(&at, "an object", "each object stands under its id");
		ps->is_incomplete = true;
	} else {
		ps->lists[section_of(m)].nr += m->nr;
	}
}

static void look_at_file(struct zt_parse *ps, const struct zt_scan *file)
{
	bool has_version = false;

	for (uint32_t i = 0; i < file->nr_sections; i++) {
		has_version |= is_word(&file->sections[i], "version");
		look_at_section(ps, file, &file->sections[i]);
	}
	if (!has_version)
		zt_errors_add(ps->errors,
			      "%s:%u: (top): \"version\" is missing; begin with \"version\": 1",
			      file->name, file->line);
}

static int by_id(const void *a, const void *b)
{
	const struct zt_entry *x = a, *y = b;
	int c = strcmp(x->id, y->id);

	if (c || !x->file || !y->file)
		return c;
	return x->file < y->file ? -1 : x->file > y->file;
}

static void collect(struct zt_parse *ps, enum zt_section s, struct zt_list *list)
{
	for (uint32_t f = 0; f < ps->nr_files; f++) {
		const struct zt_scan *file = &ps->files[f];

		for (uint32_t i = 0; i < file->nr_sections; i++) {
			const struct zt_member *m = &file->sections[i];

			if (section_of(m) != (int)s || file->text[m->value] != '{')
				continue;
			for (uint32_t k = m->first; k < m->first + m->nr; k++) {
				const struct zt_member *o = &file->members[k];

				list->v[list->nr++] = (struct zt_entry){
					zt_arena_text(ps->arena, o->key, o->key_len), file, o,
				};
			}
		}
	}
}

/* Same id in two files: the first is kept, so that one mistake is one message. */
static void drop_repeated(struct zt_parse *ps, enum zt_section s, struct zt_list *list)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < list->nr; i++) {
		const struct zt_entry *e = &list->v[i], *other = kept ? &list->v[kept - 1] : NULL;

		if (other && e->file && other->file && !strcmp(e->id, other->id)) {
			struct zt_at section = zt_at_section(ps, s);
			struct zt_at at = zt_at_object(&section, s, i);

			zt_complain(&at, "also defined at %s; keep one", LINE_OF(other, e));
		} else {
			list->v[kept++] = *e;
		}
	}
	list->nr = kept;
}

static void make_list(struct zt_parse *ps, enum zt_section s)
{
	struct zt_list *list = &ps->lists[s];
	uint32_t nr = list->nr, builtin = 0;

	while (s == ZT_APPS && zt_builtin_apps[builtin])
		builtin++;
	if (nr > zt_section_words[s].max) {
		struct zt_at at = zt_at_section(ps, s);

		zt_complain(&at, "%u entries; the limit is %u", nr, zt_section_words[s].max);
		ps->is_incomplete = true;
	}
	list->v = zt_arena_array(ps->tmp, nr + builtin, sizeof(*list->v));
	list->nr = 0;
	collect(ps, s, list);
	for (uint32_t i = 0; i < builtin; i++)
		list->v[list->nr++].id = zt_builtin_apps[i];
	qsort(list->v, list->nr, sizeof(*list->v), by_id);
	drop_repeated(ps, s, list);
}

void zt_merge(struct zt_parse *ps)
{
	for (uint32_t i = 0; i < ps->nr_files; i++)
		look_at_file(ps, &ps->files[i]);
	for (int s = 0; s < ZT_SECTIONS; s++)
		make_list(ps, s);
}
