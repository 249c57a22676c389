/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section "applications": named peers, and the five that are built in. Must never
 * ask who uses one, nor resolve a name.
 */
#include <string.h>
#include "policy/parse.h"

static const struct zt_key keys[] = {
	ZT_KEY("hosts"), ZT_KEY("except"), ZT_KEY("services"), ZT_KEY("flags"), ZT_LATER("idle_s"),
	ZT_LATER("private_ok"), {}
};
static const char *const flags[] = { "cleartext", "critical", "remote-access", NULL };
const char *const zt_builtin_apps[] = { "internet", "router", "router-dns", "router-ntp",
					"router-ping", NULL };
#define HOSTS_MAX 4096
#define ALL_HOSTS_MAX 131072

/* Letters somewhere, or a star: a name was meant, not an address. */
static bool is_name(const char *s)
{
	const char *last = strrchr(s, '.');

	if (strpbrk(s, "/:") || !last || strspn(s, "0123456789.") == strlen(s))
		return false;
	for (; *s; s++)
		if (!zt_is_id(s, 1) && !strchr(".-_*", *s) && !(*s & 0x80))
			return false;
	return true;
}

bool zt_refuse_name(const struct zt_at *at, const char *text)
{
	if (!is_name(text))
		return false;
	zt_complain(at, "%s is a name: known, but not in this release; remove it or upgrade",
		    Q(text));
	return true;
}

static void read_host(const struct zt_at *at, struct zt_app *a)
{
	const char *text = zt_text(at, ZT_SCAN_TEXT_MAX, NULL);
	struct zt_prefix *p = &a->hosts.v[a->hosts.nr];

	if (!text)
		return;
	if (!strcmp(text, "router"))
		a->is_router = true;
	else if (!strcmp(text, "internet"))
		a->is_internet = true;
	else if (!zt_refuse_name(at, text) &&
		 zt_read_prefix(at, text, ZT_TAKE_ADDRESS | ZT_TAKE_PREFIX, p) &&
		 zt_is_unicast(at, text, p))
		a->hosts.nr++;
}

static void read_hosts(const struct zt_at *at, struct zt_app *a)
{
	uint32_t nr;

	if (json_object_is_type(at->v, json_type_array) && !json_object_array_length(at->v)) {
		zt_complain(at, "empty list; an application without hosts reaches nothing, remove "
		                "it or add a host");
		return;
	}
	nr = zt_items(at, HOSTS_MAX, false);
	if (at->ps->nr_hosts + nr > ALL_HOSTS_MAX) {
		zt_complain(at, "%u hosts in all applications so far; the limit is %u",
			at->ps->nr_hosts + nr, ALL_HOSTS_MAX);
		return;
	}
	at->ps->nr_hosts += nr;
	a->hosts.v = zt_arena_array(at->ps->arena, nr, sizeof(*a->hosts.v));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);

		read_host(&item, a);
	}
}

static bool is_inside_hosts(const struct zt_prefix *p, const struct zt_app *a)
{
	for (uint32_t i = 0; i < a->hosts.nr; i++)
		if (a->hosts.v[i].plen <= p->plen &&
		    zt_prefix_holds(&a->hosts.v[i], p->family, &p->addr))
			return true;
	return a->is_internet;
}

static void read_except(const struct zt_at *at, struct zt_app *a)
{
	uint32_t nr = zt_items(at, HOSTS_MAX, false);

	a->except.v = zt_arena_array(at->ps->arena, nr, sizeof(*a->except.v));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);
		const char *text = zt_text(&item, ZT_SCAN_TEXT_MAX, NULL);
		struct zt_prefix *p = &a->except.v[a->except.nr];

		if (!text || !zt_read_prefix(&item, text, ZT_TAKE_ADDRESS | ZT_TAKE_PREFIX, p))
			continue;
		if (is_inside_hosts(p, a))
			a->except.nr++;
		else
			zt_complain(&item, "%s is not inside any of its hosts; remove it", Q(text));
	}
}

static void read_flags(const struct zt_at *at, struct zt_app *a)
{
	uint32_t nr = zt_items(at, 3, false);

	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);
		int flag = zt_choice(&item, flags, "a flag");

		if (flag >= 0)
			a->flags |= ZT_APP_CLEARTEXT << flag;
	}
}

void zt_parse_app(const struct zt_at *at, uint32_t index)
{
	struct zt_app *a = &at->ps->p->apps[index];
	struct zt_at child;

	a->id = at->step.key;
	a->where = zt_where_of(at->ps, at->entry);
	if (!zt_object(at, keys))
		return;
	a->note = zt_keep_text(at, "note", ZT_NOTE_MAX);
	if (zt_child(at, "hosts", &child))
		read_hosts(&child, a);
	else if (!json_object_object_get_ex(at->v, "hosts", NULL))
		zt_complain(&child, "missing; list addresses or prefixes");
	if (zt_child(at, "except", &child))
		read_except(&child, a);
	if (zt_child(at, "services", &child))
		a->services = zt_read_services(&child, a->note != NULL);
	if (zt_child(at, "flags", &child))
		read_flags(&child, a);
}

void zt_builtin_app(struct zt_parse *ps, uint32_t index)
{
	static const struct zt_service dns[] = { { ZT_SERVICE_UDP, 53, 53 },
						 { ZT_SERVICE_TCP, 53, 53 } };
	static const struct zt_service ntp[] = { { ZT_SERVICE_UDP, 123, 123 } };
	static const struct zt_service ping[] = { { .kind = ZT_SERVICE_ICMP_ECHO } };
	static const struct {
		const struct zt_service *v;
		uint32_t nr;
	} services[] = { { NULL, 0 }, { NULL, 0 }, { dns, 2 }, { ntp, 1 }, { ping, 1 } };
	struct zt_app *a = &ps->p->apps[index];
	int which = 0;

	a->id = ps->lists[ZT_APPS].v[index].id;
	a->builtin = true;
	while (strcmp(zt_builtin_apps[which], a->id))
		which++;
	a->is_internet = which == 0;
	a->is_router = which > 0;
	a->services.nr = services[which].nr;
	a->services.v = zt_arena_array(ps->arena, a->services.nr, sizeof(*a->services.v));
	if (a->services.nr)
		memcpy(a->services.v, services[which].v, a->services.nr * sizeof(*a->services.v));
}
