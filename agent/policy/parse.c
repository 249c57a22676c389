/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From texts to a policy: the order of the steps, nothing else. Must never read a
 * file, a clock or the machine.
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include "policy/canon.h"
#include "policy/checks.h"
#include "policy/parse.h"

static const char *value_text(struct zt_parse *ps, const struct zt_entry *e, size_t *ret_len)
{
	const struct zt_member *m = e->m;
	const char *text = e->file->text + m->value;

	*ret_len = m->value_len;
	if (*text == '{' && !e->file->has_comments)
		return text;
	if (ps->scratch_size < m->value_len + 1u) {
		ps->scratch_size = m->value_len + 1u;
		ps->scratch = zt_arena_grow(ps->tmp, ps->scratch, ps->scratch_size);
	}
	zt_scan_blank(text, m->value_len, ps->scratch);
	/* the 0 is part of what json-c is given: only then a number is complete */
	ps->scratch[m->value_len] = 0;
	*ret_len += *text != '{';
	return ps->scratch;
}

void zt_read_value(struct zt_at *at)
{
	struct zt_parse *ps = at->ps;
	const char *text;
	size_t len;

	json_object_put(ps->root);
	json_tokener_reset(ps->tok);
	text = value_text(ps, at->entry, &len);
	ps->root = json_tokener_parse_ex(ps->tok, text, len);
	if (json_tokener_get_error(ps->tok) != json_tokener_success)
		zt_complain(at, "json-c: %s",
			    json_tokener_error_desc(json_tokener_get_error(ps->tok)));
	at->v = ps->root;
}

static void begin_key(struct zt_buf *json, const char *key)
{
	zt_buf_text(json, json->nr ? ",\n" : "{\n");
	zt_canon_text(json, key, strlen(key));
	zt_buf_text(json, ": ");
}

/* A section that was written to a buffer of its own. */
static void append(struct zt_buf *json, const struct zt_buf *section)
{
	if (!section->nr)
		return;
	zt_buf_text(json, json->nr ? ",\n" : "{\n");
	zt_buf_add(json, section->s + 2, section->nr - 2);
}

void zt_read_section(struct zt_parse *ps, enum zt_section s, zt_object_fn fn, struct zt_buf *json)
{
	struct zt_at section = zt_at_section(ps, s);
	bool first = true;

	for (uint32_t i = 0; i < ps->lists[s].nr; i++) {
		struct zt_at at = zt_at_object(&section, s, i);

		if (!at.entry->file) {
			zt_builtin_app(ps, i);
			continue;
		}
		zt_read_value(&at);
		fn(&at, i);
		if (ps->errors->total)
			continue;
		if (first)
			begin_key(json, section.step.key);
		zt_buf_text(json, first ? "{\n" : ",\n");
		zt_canon_text(json, at.step.key, at.step.key_len);
		zt_buf_text(json, ": ");
		zt_canon_value(json, at.v);
		first = false;
	}
	if (!first)
		zt_buf_text(json, "}");
}

static void read_top(struct zt_parse *ps, enum zt_top which, struct zt_buf *json)
{
	struct zt_at at;
	const char **text = which == ZT_TOP_NAME ? &ps->p->name : &ps->p->note, *s;

	if (!ps->tops[which].m)
		return;
	at = zt_at_key(ps, NULL, ps->tops[which].id);
	at.entry = &ps->tops[which];
	zt_read_value(&at);
	if (which == ZT_TOP_INFRASTRUCTURE) {
		zt_parse_infrastructure(&at);
	} else if (which == ZT_TOP_DEFAULTS) {
		zt_parse_defaults(&at);
	} else {
		s = zt_text(&at, which == ZT_TOP_NAME ? ZT_NAME_MAX : ZT_NOTE_MAX, NULL);
		*text = s ? zt_arena_text(ps->arena, s, strlen(s)) : NULL;
	}
	begin_key(json, at.step.key);
	zt_canon_value(json, at.v);
}

static void make_arrays(struct zt_parse *ps)
{
	struct zt_policy *p = ps->p;

#define MAKE(field, section, extra)                                                            \
	(p->nr_##field = ps->lists[section].nr + (extra),                                      \
	 p->field = zt_arena_array(ps->arena, p->nr_##field, sizeof(*p->field)))
	MAKE(interfaces, ZT_INTERFACES, 0);
	MAKE(segments, ZT_SEGMENTS, 1);
	MAKE(devices, ZT_DEVICES, 0);
	MAKE(groups, ZT_GROUPS, 0);
	MAKE(apps, ZT_APPS, 0);
	MAKE(rules, ZT_RULES, 0);
	MAKE(tests, ZT_TESTS, 0);
#undef MAKE
	p->segments[p->nr_segments - 1] = (struct zt_segment){
		.id = "unknown", .builtin = true, .mode = ZT_MODE_ENFORCE,
	};
	p->infra.dhcp_router = p->infra.dhcp_uplink = true;
	ps->all = zt_arena_array(ps->arena, p->nr_devices, sizeof(*ps->all));
	for (uint32_t i = 0; i < p->nr_devices; i++)
		ps->all[i] = i;
}

/*
 * The order of reading is that of the references; the order of the text is that
 * of the alphabet, so two small sections wait in buffers of their own.
 */
static void read_all(struct zt_parse *ps, struct zt_buf *json)
{
	struct zt_buf interfaces = { .arena = ps->tmp }, segments = { .arena = ps->tmp };

	zt_read_section(ps, ZT_INTERFACES, zt_parse_interface, &interfaces);
	zt_read_section(ps, ZT_SEGMENTS, zt_parse_segment, &segments);
	zt_read_section(ps, ZT_APPS, zt_parse_app, json);
	read_top(ps, ZT_TOP_DEFAULTS, json);
	zt_read_section(ps, ZT_DEVICES, zt_parse_device, json);
	if (!ps->errors->total)
		zt_finish_devices(ps);
	zt_read_section(ps, ZT_GROUPS, zt_parse_group, json);
	if (!ps->errors->total)
		zt_finish_groups(ps);
	read_top(ps, ZT_TOP_INFRASTRUCTURE, json);
	append(json, &interfaces);
	read_top(ps, ZT_TOP_NAME, json);
	read_top(ps, ZT_TOP_NOTE, json);
	zt_read_section(ps, ZT_RULES, zt_parse_rule, json);
	append(json, &segments);
	zt_read_section(ps, ZT_TESTS, zt_parse_test, json);
	begin_key(json, "version");
	zt_buf_add(json, "1}\n", 4);
}

static bool scan_all(struct zt_parse *ps, const struct zt_source *sources, size_t nr)
{
	size_t total = 0;

	if (!nr) {
		zt_errors_add(ps->errors, "(policy): no file was given");
		return false;
	}
	ps->files = zt_arena_array(ps->tmp, nr, sizeof(*ps->files));
	ps->p->files = zt_arena_array(ps->arena, nr, sizeof(*ps->p->files));
	for (size_t i = 0; i < nr; i++) {
		const char *name = sources[i].name;

		total += sources[i].len;
		if (total > ZT_POLICY_BYTES_MAX) {
			zt_errors_add(ps->errors,
				      "%s:1: (file): %zu bytes; the limit is %u for all "
				      "files together",
				      name, total, ZT_POLICY_BYTES_MAX);
			return false;
		}
		ps->p->files[i] = zt_arena_text(ps->arena, name, strlen(name));
		ps->p->nr_files++;
		zt_scan(&sources[i], ps->tmp, ps->errors, &ps->files[i]);
		ps->nr_files++;
	}
	return !ps->errors->total;
}

static void parse(struct zt_parse *ps, const struct zt_source *sources, size_t nr)
{
	struct zt_buf json = { .arena = ps->arena };
	uint32_t before;

	if (!scan_all(ps, sources, nr))
		return;
	zt_merge(ps);
	before = ps->errors->total;
	zt_check_ids(ps);
	if (ps->errors->total > before)
		return;
	make_arrays(ps);
	read_all(ps, &json);
	if (ps->errors->total)
		return;
	zt_check_all(ps);
	ps->p->json = zt_arena_grow(ps->arena, json.s, json.nr);
	if (!EVP_Digest(ps->p->json, json.nr - 1, ps->p->hash, NULL, EVP_sha256(), NULL))
		longjmp(ps->oom, 1);
}

/* Everything but the arenas' making; out of memory comes back here. */
static int parse_or_oom(struct zt_parse *ps, const struct zt_source *sources, size_t nr)
{
	if (setjmp(ps->oom)) {
		zt_errors_add(ps->errors, "(policy): out of memory");
		return -ENOMEM;
	}
	ps->p = zt_arena_alloc(ps->arena, sizeof(*ps->p));
	ps->p->arena = ps->arena;
	parse(ps, sources, nr);
	return ps->errors->total ? -EINVAL : 0;
}

int zt_policy_parse(const struct zt_source *sources, size_t nr, struct zt_errors *errors,
		    struct zt_errors *infos, struct zt_policy **ret_policy)
{
	struct zt_parse *ps = calloc(1, sizeof(*ps)); /* not on the stack: longjmp() keeps it */
	struct zt_errors own = {0};
	int r = -ENOMEM;

	if (!ps)
		return -ENOMEM;
	ps->errors = &own;
	ps->infos = infos;
	ps->arena = zt_arena_new(&ps->oom);
	ps->tmp = zt_arena_new(&ps->oom);
	ps->tok = json_tokener_new_ex(ZT_POLICY_DEPTH_MAX + 1);
	if (ps->arena && ps->tmp && ps->tok) {
		json_tokener_set_flags(ps->tok, JSON_TOKENER_STRICT);
		r = parse_or_oom(ps, sources, nr);
	}
	if (!r)
		*ret_policy = ps->p;
	else
		zt_arena_free(ps->arena);
	zt_errors_move(&own, errors);
	json_object_put(ps->root);
	if (ps->tok)
		json_tokener_free(ps->tok);
	zt_arena_free(ps->tmp);
	free(ps);
	return r;
}
