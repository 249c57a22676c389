/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section "segments": modes and the subnets whose addresses can be learned. That
 * two segments do not overlap is checked with all other addresses.
 */
#include "policy/parse.h"

static const struct zt_key keys[] = {
	ZT_KEY("mode"), ZT_KEY("subnets"), ZT_KEY("limits"), ZT_LATER("enforce_services"),
	ZT_LATER("deny_with"), {}
};
static const char *const modes[] = { "learn", "audit", "enforce", NULL };
#define SUBNETS_MAX 256

static void read_subnets(const struct zt_at *at, struct zt_segment *s)
{
	uint32_t nr = zt_items(at, SUBNETS_MAX, false);

	s->subnets.v = zt_arena_array(at->ps->arena, nr, sizeof(*s->subnets.v));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);
		const char *text = zt_text(&item, ZT_SCAN_TEXT_MAX, NULL);
		struct zt_prefix *p = &s->subnets.v[s->subnets.nr];

		if (text && zt_read_prefix(&item, text, ZT_TAKE_PREFIX, p) &&
		    zt_is_unicast(&item, text, p))
			s->subnets.nr++;
	}
}

void zt_parse_segment(const struct zt_at *at, uint32_t index)
{
	struct zt_segment *s = &at->ps->p->segments[index];
	struct zt_at child;
	int mode;

	s->id = at->step.key;
	s->where = zt_where_of(at->ps, at->entry);
	if (!zt_object(at, keys))
		return;
	s->note = zt_keep_text(at, "note", ZT_NOTE_MAX);
	if (zt_child(at, "mode", &child)) {
		mode = zt_choice(&child, modes, "a mode");
		s->mode = mode < 0 ? ZT_MODE_ENFORCE : ZT_MODE_LEARN + mode;
	} else if (!json_object_object_get_ex(at->v, "mode", NULL)) {
		zt_complain(&child, "missing; write \"learn\", \"audit\" or \"enforce\"");
	}
	if (zt_child(at, "subnets", &child))
		read_subnets(&child, s);
	zt_read_limits(at, &s->limits);
}
