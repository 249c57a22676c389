/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses against each other: of two devices, subnets of two segments, denied
 * applications over devices, applications over applications. One walk over all
 * prefixes of the policy.
 */
#include <string.h>
#include "policy/checks.h"

struct walk {
	struct zt_parse *ps;
	uint32_t *denied_by; /* by application: 1 + the first rule that denies it, 0 none */
	bool *reported; /* by application */
	uint32_t effort; /* steps left for what a crafted file could make quadratic */
};
#define EFFORT_MAX 50000000u

static char *text_of(const struct zt_prefix *p, char *buf)
{
	return zt_prefix_format(p, buf, ZT_TEXT_MAX);
}
#define TEXT(p) text_of(p, (char[ZT_TEXT_MAX]){0})

static const struct zt_span *narrowest(const struct zt_around *a, enum zt_span_kind kind)
{
	return a->nr[kind] ? a->v[kind][a->nr[kind] - 1] : NULL;
}

/* SECTION.ID.LIST[i] of a span, words that are no addresses counted in. */
static void complain_at(struct walk *w, const struct zt_span *s, bool is_error, const char *text)
{
	static const enum zt_section sections[] = { ZT_DEVICES, ZT_SEGMENTS, ZT_APPS, ZT_APPS };
	static const char *const lists[] = { "addresses", "subnets", "hosts", "hosts" };
	struct zt_errors *to = is_error ? w->ps->errors : w->ps->infos;
	struct zt_at section = zt_at_section(w->ps, sections[s->kind]);
	struct zt_at object = zt_at_object(&section, sections[s->kind], s->owner);
	struct zt_at list = zt_at_key(w->ps, &object, lists[s->kind]);
	struct zt_at item = zt_at_index(w->ps, &list, s->index);

	/* finding the element costs its whole list: not for what will not be shown */
	if (to && to->nr < ZT_ERRORS_SHOWN)
		item.step.index = zt_written_index(&list, s->index);
	if (is_error)
		zt_complain(&item, "%s", text);
	else
		zt_inform(&item, "%s", text);
}

/* a and b clash; the one further down gives way, `same` or the relation says how. */
static void two_devices(struct walk *w, const struct zt_span *outer, const struct zt_span *inner)
{
	const struct zt_entry *e = w->ps->lists[ZT_DEVICES].v;
	bool outer_later = zt_is_later(&e[outer->owner], &e[inner->owner]);
	const struct zt_span *last = outer_later ? outer : inner,
			     *first = outer_later ? inner : outer;
	const char *line = LINE_OF(&e[first->owner], &e[last->owner]);
	char text[600];

	if (outer->owner == inner->owner && outer->prefix->plen != inner->prefix->plen)
		return;
	if (outer->owner == inner->owner)
		snprintf(text, sizeof(text), "%s is listed twice; remove one", TEXT(inner->prefix));
	else if (outer->prefix->plen == inner->prefix->plen)
		snprintf(text, sizeof(text), "%s is already \"%s\" (%s)", TEXT(last->prefix),
			 e[first->owner].id, line);
	else
		snprintf(text, sizeof(text), "%s %s %s, already \"%s\" (%s)", TEXT(last->prefix),
			 outer_later ? "holds" : "is inside", TEXT(first->prefix),
			 e[first->owner].id, line);
	complain_at(w, last, true, text);
}

static void two_subnets(struct walk *w, const struct zt_span *outer, const struct zt_span *inner)
{
	const struct zt_entry *e = w->ps->lists[ZT_SEGMENTS].v;
	bool outer_later = zt_is_later(&e[outer->owner], &e[inner->owner]);
	const struct zt_span *last = outer_later ? outer : inner,
			     *first = outer_later ? inner : outer;
	char text[600];

	if (outer->owner == inner->owner)
		snprintf(text, sizeof(text), "%s is inside %s of the same list; remove it",
			 TEXT(inner->prefix), TEXT(outer->prefix));
	else
		snprintf(text, sizeof(text), "%s overlaps segment \"%s\" (%s); an address has one "
			 "segment", TEXT(last->prefix), e[first->owner].id, TEXT(first->prefix));
	complain_at(w, outer->owner == inner->owner ? inner : last, true, text);
}

static bool is_excepted(const struct zt_app *a, const struct zt_prefix *p)
{
	for (uint32_t i = 0; i < a->except.nr; i++)
		if (zt_prefix_contains(&a->except.v[i], p))
			return true;
	return false;
}

static bool names_app(const struct zt_side *side, uint32_t app)
{
	for (uint32_t i = 0; i < side->apps.nr; i++)
		if (side->apps.v[i] == app)
			return true;
	return false;
}

/* rules.x.to: the denied prefix touches what belongs to devices; once for each application. */
static void denied(struct walk *w, const struct zt_span *host, const struct zt_span *s,
		   const char *relation)
{
	const struct zt_policy *p = w->ps->p;
	uint32_t rule = w->denied_by[host->owner] - 1;
	struct zt_at section = zt_at_section(w->ps, ZT_RULES);
	struct zt_at object = zt_at_object(&section, ZT_RULES, rule);
	struct zt_at at = zt_at_key(w->ps, &object,
				    names_app(&p->rules[rule].to, host->owner) ? "to" : "from");
	bool is_subnet = s->kind == ZT_SPAN_SUBNET;

	if (w->reported[host->owner])
		return;
	w->reported[host->owner] = true;
	zt_complain(&at, "\"%s\" of \"%s\" %s %s \"%s\" (%s); name the devices or the segment",
		    TEXT(host->prefix), p->apps[host->owner].id, relation,
		    is_subnet ? "segment" : "device",
		    is_subnet ? p->segments[s->owner].id : p->devices[s->owner].id,
		    TEXT(s->prefix));
}

/* A device's address or a subnet with denied prefixes around it. */
static void inside_denied(struct walk *w, const struct zt_span *s, const struct zt_around *around)
{
	for (uint32_t i = 0; i < around->nr[ZT_SPAN_DENIED] && w->effort; i++) {
		const struct zt_span *host = around->v[ZT_SPAN_DENIED][i];
		const struct zt_app *a = &w->ps->p->apps[host->owner];

		w->effort -= w->effort < 1 + a->except.nr ? w->effort : 1 + a->except.nr;
		if (!is_excepted(a, s->prefix))
			denied(w, host, s, "holds");
	}
}

static void see_device(struct walk *w, const struct zt_span *s, const struct zt_around *around)
{
	const struct zt_span *other = narrowest(around, ZT_SPAN_DEVICE);
	const struct zt_span *subnet = narrowest(around, ZT_SPAN_SUBNET);
	const struct zt_policy *p = w->ps->p;
	char text[300];

	if (other)
		two_devices(w, other, s);
	inside_denied(w, s, around);
	if (!subnet || subnet->owner == p->devices[s->owner].segment)
		return;
	snprintf(text, sizeof(text),
		 "%s is in the subnets of segment \"%s\", the device is in \"%s\"", TEXT(s->prefix),
		 p->segments[subnet->owner].id, p->segments[p->devices[s->owner].segment].id);
	complain_at(w, s, false, text);
}

static void see_subnet(struct walk *w, const struct zt_span *s, const struct zt_around *around)
{
	const struct zt_span *other = narrowest(around, ZT_SPAN_SUBNET);

	if (other)
		two_subnets(w, other, s);
	inside_denied(w, s, around);
}

/* Information only: where an address belongs to two applications both apply. */
static void two_apps(struct walk *w, const struct zt_span *outer, const struct zt_span *inner)
{
	const struct zt_entry *e = w->ps->lists[ZT_APPS].v;
	char text[600];

	if (outer->owner == inner->owner ||
	    is_excepted(&w->ps->p->apps[outer->owner], inner->prefix))
		return;
	snprintf(text, sizeof(text), "%s is in \"%s\" (%s) as well; rules of both apply there",
		 TEXT(inner->prefix), e[outer->owner].id,
		 LINE_OF(&e[outer->owner], &e[inner->owner]));
	complain_at(w, inner, false, text);
}

static void see_host(struct walk *w, const struct zt_span *s, const struct zt_around *around)
{
	const struct zt_span *device = narrowest(around, ZT_SPAN_DEVICE);
	const struct zt_span *subnet = narrowest(around, ZT_SPAN_SUBNET);
	const struct zt_span *plain = narrowest(around, ZT_SPAN_HOST);
	const struct zt_span *deny = narrowest(around, ZT_SPAN_DENIED);
	char text[300];

	if (plain)
		two_apps(w, plain, s);
	if (deny)
		two_apps(w, deny, s);
	if (device && s->kind == ZT_SPAN_DENIED) {
		denied(w, s, device, "is inside");
	} else if (device) {
		snprintf(text, sizeof(text), "%s is device \"%s\"; only rules that name the device "
			 "open it", TEXT(s->prefix), w->ps->p->devices[device->owner].id);
		complain_at(w, s, false, text);
	}
	/* a single host is never learned by a device, so denying one in a subnet is fine */
	if (subnet && !device && s->kind == ZT_SPAN_DENIED &&
	    s->prefix->plen < (s->prefix->family == 4 ? 32 : 128))
		denied(w, s, subnet, "is inside");
}

static void see(void *arg, const struct zt_span *s, const struct zt_around *around)
{
	if (s->kind == ZT_SPAN_DEVICE)
		see_device(arg, s, around);
	else if (s->kind == ZT_SPAN_SUBNET)
		see_subnet(arg, s, around);
	else
		see_host(arg, s, around);
}

static uint32_t add(struct zt_span *v, uint32_t nr, const struct zt_prefixes *p,
		    enum zt_span_kind kind, uint32_t owner)
{
	for (uint32_t i = 0; i < p->nr; i++)
		v[nr++] = (struct zt_span){ &p->v[i], kind, owner, i };
	return nr;
}

static struct zt_span *collect(struct walk *w, uint32_t *ret_nr)
{
	const struct zt_policy *p = w->ps->p;
	struct zt_span *v;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < p->nr_devices; i++)
		nr += p->devices[i].addresses.nr;
	for (uint32_t i = 0; i < p->nr_segments; i++)
		nr += p->segments[i].subnets.nr;
	for (uint32_t i = 0; i < p->nr_apps; i++)
		nr += p->apps[i].hosts.nr;
	v = zt_arena_grow(w->ps->tmp, NULL, nr * sizeof(*v));
	nr = 0;
	for (uint32_t i = 0; i < p->nr_devices; i++)
		nr = add(v, nr, &p->devices[i].addresses, ZT_SPAN_DEVICE, i);
	for (uint32_t i = 0; i < p->nr_segments; i++)
		nr = add(v, nr, &p->segments[i].subnets, ZT_SPAN_SUBNET, i);
	for (uint32_t i = 0; i < p->nr_apps; i++)
		nr = add(v, nr, &p->apps[i].hosts,
			 w->denied_by[i] ? ZT_SPAN_DENIED : ZT_SPAN_HOST, i);
	*ret_nr = nr;
	return v;
}

void zt_check_addresses(struct zt_parse *ps)
{
	const struct zt_policy *p = ps->p;
	struct walk w = { .ps = ps, .effort = EFFORT_MAX };
	struct zt_span *v;
	uint32_t nr;

	w.denied_by = zt_arena_array(ps->tmp, p->nr_apps, sizeof(*w.denied_by));
	w.reported = zt_arena_array(ps->tmp, p->nr_apps, sizeof(*w.reported));
	for (uint32_t i = p->nr_rules; i-- > 0;) {
		const struct zt_policy_rule *r = &p->rules[i];
		const struct zt_side *apps = r->from.is_apps ? &r->from : &r->to;

		for (uint32_t k = 0; r->deny && k < apps->apps.nr; k++)
			w.denied_by[apps->apps.v[k]] = i + 1;
	}
	v = collect(&w, &nr);
	zt_spans_walk(ps, v, nr, see, &w);
	if (!w.effort) {
		struct zt_at at = zt_at_section(ps, ZT_APPS);

		zt_complain(&at,
			    "too many denied prefixes lie in each other to be checked; list fewer");
	}
	zt_arena_drop(ps->tmp, v);
}
