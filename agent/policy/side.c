/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One side of a rule or test: words become devices or applications. Must never
 * know which side it is, or of what.
 */
#include <stdlib.h>
#include <string.h>
#include "policy/groups.h"

#define WORDS_MAX 4096

enum kind { UNDEFINED, ALL, UNKNOWN, SEGMENT, DEVICE, GROUP, APP, LITERAL };
static const char *const kind_names[] = {
	[ALL] = "a set of devices", [UNKNOWN] = "a set of devices", [SEGMENT] = "a segment",
	[DEVICE] = "a device", [GROUP] = "a group", [APP] = "an application",
	[LITERAL] = "an address",
};

/* What is being put together. */
struct building {
	const struct zt_at *at;
	struct zt_side_rules take;
	struct zt_side *side;
	struct zt_bits bits;
	const char *devices_word, *apps_word; /* the first of each sort */
	enum kind devices_kind;
	struct zt_set single; /* the only device set so far: shared, not copied */
	uint32_t nr_sets;
	bool may_be_empty;
	bool failed;
};

static enum kind kind_of(const struct zt_parse *ps, const char *word, int *ret_index)
{
	static const struct {
		enum zt_section section;
		enum kind kind;
	} sections[] = { { ZT_SEGMENTS, SEGMENT }, { ZT_DEVICES, DEVICE }, { ZT_GROUPS, GROUP },
			 { ZT_APPS, APP } };

	if (!strcmp(word, "all-devices"))
		return ALL;
	if (!strcmp(word, "unknown-devices"))
		return UNKNOWN;
	for (int i = 0; i < 4; i++) {
		*ret_index = zt_find(ps, sections[i].section, word);
		if (*ret_index >= 0)
			return sections[i].kind;
	}
	return UNDEFINED;
}

static void add_set(struct building *b, const struct zt_set *set)
{
	if (!b->nr_sets++)
		b->single = *set;
	if (b->nr_sets == 2) {
		b->bits = zt_bits_new(b->at->ps);
		zt_bits_add(&b->bits, &b->single);
	}
	if (b->nr_sets >= 2)
		zt_bits_add(&b->bits, set);
}

static void add_devices(struct building *b, enum kind kind, int index)
{
	struct zt_parse *ps = b->at->ps;
	struct zt_set one = { &ps->all[index], 1 }, all = { ps->all, ps->p->nr_devices };

	switch (kind) {
	case ALL:
		b->side->all_devices = true;
		add_set(b, &all);
		break;
	case UNKNOWN:
		b->side->unknown = true;
		break;
	case SEGMENT:
		if (ps->segment_devices)
			add_set(b, &ps->segment_devices[index]);
		break;
	case DEVICE:
		add_set(b, &one);
		break;
	default:
		b->may_be_empty |= ps->group_defs && ps->group_defs[index].may_be_empty;
		add_set(b, &ps->p->groups[index].members);
	}
}

static bool read_literal(struct building *b, const struct zt_at *at, const char *word)
{
	struct zt_prefix *p;

	if (!b->take.takes_literals)
		return false;
	p = &b->side->literals.v[b->side->literals.nr];
	if (zt_refuse_name(at, word)) {
		b->failed = true;
		return true;
	}
	if (!strchr(word, ':') && strspn(word, "0123456789./") != strlen(word))
		return false;
	if (zt_read_prefix(at, word, ZT_TAKE_ADDRESS, p) && zt_is_host(at, word, p))
		b->side->literals.nr++;
	else
		b->failed = true;
	if (!b->apps_word)
		b->apps_word = word;
	return true;
}

static void read_word(struct building *b, const struct zt_at *at, const char *word)
{
	int index = 0;
	enum kind kind = kind_of(at->ps, word, &index);

	if (kind == UNKNOWN && !b->take.takes_unknown) {
		zt_complain(at, "\"unknown-devices\" only opens; it cannot stand here");
		b->failed = true;
	} else if (kind == APP) {
		b->side->apps.v[b->side->apps.nr++] = index;
		b->apps_word = b->apps_word ?: word;
	} else if (kind != UNDEFINED) {
		if (!b->devices_word) {
			b->devices_word = word;
			b->devices_kind = kind;
		}
		add_devices(b, kind, index);
	} else if (!read_literal(b, at, word)) {
		zt_not_defined(at, word);
		b->failed = true;
	}
}

static void read_words(struct building *b, uint32_t nr)
{
	struct zt_arena *arena = b->at->ps->arena;
	struct zt_side *side = b->side;

	side->words = zt_arena_array(arena, nr, sizeof(*side->words));
	side->apps.v = zt_arena_array(arena, nr, sizeof(*side->apps.v));
	if (b->take.takes_literals)
		side->literals.v = zt_arena_array(arena, nr, sizeof(*side->literals.v));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(b->at, i);
		const char *s = zt_text(&item, ZT_SCAN_TEXT_MAX, NULL);

		b->failed |= !s;
		if (!s)
			continue;
		side->words[side->nr_words] = (char *)zt_word(b->at->ps, s);
		read_word(b, &item, side->words[side->nr_words++]);
	}
	zt_sort_set(&side->apps);
}

/* "cctv" is a segment and "vms" an application; make two rules */
static void report_mixed(const struct building *b)
{
	const char *what = zt_find(b->at->ps, ZT_APPS, b->apps_word) >= 0 ? "an application" :
									     "an address";

	zt_complain(b->at, "\"%s\" is %s and \"%s\" %s; make two %s", b->devices_word,
		kind_names[b->devices_kind], b->apps_word, what,
		b->take.takes_literals ? "tests" : "rules");
}

static void report_nobody(const struct building *b)
{
	if (b->side->nr_words == 1 && b->devices_kind == SEGMENT)
		zt_complain(b->at, "segment \"%s\" has no device; add one, or remove this",
			    b->devices_word);
	else
		zt_complain(b->at, "no device is listed here; add one, or remove this");
}

bool zt_read_side(const struct zt_at *at, struct zt_side_rules take, struct zt_side *ret)
{
	struct building b = { .at = at, .take = take, .side = ret };
	uint32_t nr = zt_items(at, WORDS_MAX, true), before = at->ps->errors->total;

	if (!nr)
		return false;
	read_words(&b, nr);
	if (b.failed || at->ps->errors->total > before)
		return false;
	ret->is_apps = !b.devices_word;
	if (b.devices_word && b.apps_word && !take.takes_both) {
		report_mixed(&b);
		return false;
	}
	ret->devices = b.nr_sets > 1 ? zt_bits_take(&b.bits, at) : b.single;
	if (!at->ps->errors->total && b.devices_word && !ret->devices.nr && !ret->unknown &&
	    !b.may_be_empty)
		report_nobody(&b);
	return true;
}

bool zt_has_no_device(const struct zt_at *at, const struct zt_side *from, const struct zt_side *to)
{
	if (!from->is_apps || !to->is_apps)
		return false;
	zt_complain(at, "neither side is a device; traffic between others is not decided here");
	return true;
}

bool zt_lacks_services(const struct zt_at *at, const struct zt_side *to)
{
	struct zt_at services = zt_at_key(at->ps, at, "services");

	if (!to->is_apps || to->literals.nr) {
		zt_complain(&services, "missing; list what may be opened");
		return true;
	}
	for (uint32_t i = 0; i < to->apps.nr; i++) {
		const struct zt_app *a = &at->ps->p->apps[to->apps.v[i]];

		if (a->services.nr)
			continue;
		zt_complain(&services,
			    "missing, and \"%s\" has none of its own; list what may be opened",
			    a->id);
		return true;
	}
	return false;
}
