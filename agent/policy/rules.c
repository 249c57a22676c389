/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section "rules": who opens what to whom. What needs the rules next to each
 * other is checked by check_rules.c. Must never decide a packet.
 */
#include <string.h>
#include "policy/parse.h"

static const struct zt_key keys[] = {
	ZT_KEY("action"), ZT_KEY("from"), ZT_KEY("to"), ZT_KEY("services"), ZT_KEY("log"),
	ZT_LATER("multicast"), ZT_LATER("hours"), ZT_LATER("until"), ZT_LATER("always"),
	ZT_LATER("deny_with"), {}
};
static const char *const actions[] = { "allow", "deny", NULL };

static bool is_written(const struct zt_at *at, const char *key)
{
	return json_object_object_get_ex(at->v, key, NULL);
}

static void read_action(const struct zt_at *at, struct zt_policy_rule *r)
{
	struct zt_at child;

	if (zt_child(at, "action", &child))
		r->deny = zt_choice(&child, actions, "an action") == 1;
	else if (!is_written(at, "action"))
		zt_complain(&child, "missing; write \"allow\" or \"deny\"");
	r->log = r->deny;
	if (zt_child(at, "log", &child))
		r->log = zt_bool(&child, r->log);
}

static bool read_sides(const struct zt_at *at, struct zt_policy_rule *r)
{
	struct zt_at from, to;
	bool has_from = zt_child(at, "from", &from), has_to = zt_child(at, "to", &to), good;

	if (!has_from && !is_written(at, "from"))
		zt_complain(&from, "missing; say who opens");
	if (!has_to && !is_written(at, "to"))
		zt_complain(&to, "missing; say who is opened to");
	good = has_from &&
	       zt_read_side(&from, (struct zt_side_rules){ .takes_unknown = true }, &r->from);
	return has_to && zt_read_side(&to, (struct zt_side_rules){0}, &r->to) && good;
}

static void list_services(const struct zt_services *s, char *buf, size_t len)
{
	char one[ZT_TEXT_MAX];
	size_t n = 0;

	for (uint32_t i = 0; i < s->nr && n < len; i++)
		n += snprintf(buf + n, len - n, "%s%s", i ? ", " : "",
			      zt_service_format(&s->v[i], one, sizeof(one)));
}

static void report_wider(const struct zt_at *services, uint32_t i, const struct zt_service *s,
			 const struct zt_app *a)
{
	struct zt_at item = zt_at_index(services->ps, services, i);
	char list[256], one[ZT_TEXT_MAX];

	list_services(&a->services, list, sizeof(list));
	zt_complain(
		&item,
		"\"%s\" is not among the services of \"%s\" (%s); add it there or remove it here",
		zt_service_format(s, one, sizeof(one)), a->id, list);
}

/* What a rule writes must lie inside what each of its applications has. */
static void check_narrowing(const struct zt_at *services, const struct zt_policy_rule *r)
{
	for (uint32_t k = 0; k < r->to.apps.nr; k++) {
		const struct zt_app *a = &services->ps->p->apps[r->to.apps.v[k]];

		for (uint32_t i = 0; a->services.nr && i < r->services.nr; i++) {
			struct zt_services one = { &r->services.v[i], 1 };

			if (!zt_services_inside(&one, &a->services))
				report_wider(services, i, &r->services.v[i], a);
		}
	}
}

/* Services read, or the application's; false when there are none after a message. */
static void read_rule_services(const struct zt_at *at, struct zt_policy_rule *r, bool has_sides)
{
	uint32_t before = at->ps->errors->total;
	struct zt_at child;

	if (zt_child(at, "services", &child)) {
		r->services = zt_read_services(&child, r->note != NULL);
		if (has_sides && at->ps->errors->total == before)
			check_narrowing(&child, r);
	} else if (has_sides && !is_written(at, "services")) {
		zt_lacks_services(at, &r->to);
	}
}

static bool has_internet(const struct zt_parse *ps, const struct zt_side *side)
{
	for (uint32_t i = 0; i < side->apps.nr; i++)
		if (ps->p->apps[side->apps.v[i]].is_internet)
			return true;
	return false;
}

static void check_sides(const struct zt_at *at, const struct zt_policy_rule *r)
{
	struct zt_at note = zt_at_key(at->ps, at, "note");

	if (zt_has_no_device(at, &r->from, &r->to))
		return;
	if (!r->deny && !r->note && has_internet(at->ps, &r->from))
		zt_complain(&note, "missing; the internet may open here, say why");
	if (r->from.devices.nr == 1 && r->to.devices.nr == 1 && !r->from.unknown &&
	    r->from.devices.v[0] == r->to.devices.v[0] && !at->ps->errors->total)
		zt_complain(at, "can never apply, both sides are only \"%s\"; remove it",
			at->ps->p->devices[r->from.devices.v[0]].id);
}

void zt_parse_rule(const struct zt_at *at, uint32_t index)
{
	struct zt_policy_rule *r = &at->ps->p->rules[index];
	bool has_sides;

	r->id = at->step.key;
	r->where = zt_where_of(at->ps, at->entry);
	if (!zt_object(at, keys))
		return;
	r->note = zt_keep_text(at, "note", ZT_NOTE_MAX);
	read_action(at, r);
	has_sides = read_sides(at, r);
	read_rule_services(at, r, has_sides);
	if (has_sides)
		check_sides(at, r);
}
