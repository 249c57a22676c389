/* SPDX-License-Identifier: GPL-2.0 */
/* Applications and segments of the policy in force as JSON: see report.h. */
#include <string.h>
#include "daemon/report.h"

static struct json_object *prefixes_json(const struct zt_prefixes *p)
{
	struct json_object *list = json_object_new_array();
	char text[80];
	uint32_t i;

	for (i = 0; i < p->nr; i++)
		add_text(list, zt_prefix_format(&p->v[i], text, sizeof(text)));
	return list;
}

static bool set_holds(const struct zt_set *s, uint32_t x)
{
	uint32_t i;

	for (i = 0; i < s->nr; i++)
		if (s->v[i] == x)
			return true;
	return false;
}

static struct json_object *rules_of(const struct zt_policy *p, uint32_t app)
{
	struct json_object *list = json_object_new_array();
	uint32_t i;

	for (i = 0; i < p->nr_rules; i++)
		if ((p->rules[i].from.is_apps && set_holds(&p->rules[i].from.apps, app)) ||
		    (p->rules[i].to.is_apps && set_holds(&p->rules[i].to.apps, app)))
			add_text(list, p->rules[i].id);
	return list;
}

static struct json_object *app_json(const struct zt_policy *p, uint32_t i)
{
	struct json_object *o = json_object_new_object(), *hosts, *services, *flags;
	const struct zt_app *app = &p->apps[i];
	char text[80];
	uint32_t k;

	put_text(o, "id", app->id);
	put_bool(o, "builtin", app->builtin);
	hosts = prefixes_json(&app->hosts);
	if (app->is_router)
		add_text(hosts, "router");
	if (app->is_internet)
		add_text(hosts, "internet");
	json_object_object_add(o, "hosts", hosts);
	json_object_object_add(o, "except", prefixes_json(&app->except));
	services = json_object_new_array();
	for (k = 0; k < app->services.nr; k++)
		add_text(services, zt_service_format(&app->services.v[k], text, sizeof(text)));
	json_object_object_add(o, "services", services);
	flags = json_object_new_array();
	if (app->flags & ZT_APP_CLEARTEXT)
		add_text(flags, "cleartext");
	if (app->flags & ZT_APP_CRITICAL)
		add_text(flags, "critical");
	if (app->flags & ZT_APP_REMOTE_ACCESS)
		add_text(flags, "remote-access");
	json_object_object_add(o, "flags", flags);
	json_object_object_add(o, "rules", rules_of(p, i));
	put_text(o, "note", app->note);
	return o;
}

struct json_object *report_apps(struct agent *a)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	const struct zt_policy *p = a->engine.held ? a->engine.held->policy : NULL;
	uint32_t i;

	for (i = 0; p && i < p->nr_apps; i++)
		json_object_array_add(list, app_json(p, i));
	json_object_object_add(o, "apps", list);
	return o;
}

struct json_object *report_segments(struct agent *a)
{
	static const char *const mode[] = {"enforce", "learn", "audit", "enforce"};
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	const struct zt_policy *p = a->engine.held ? a->engine.held->policy : NULL;
	uint32_t i, k;

	for (i = 0; p && i < p->nr_segments; i++) {
		struct json_object *s = json_object_new_object(),
				   *devices = json_object_new_array();

		put_text(s, "id", p->segments[i].id);
		put_bool(s, "builtin", p->segments[i].builtin);
		put_text(s, "mode", mode[p->segments[i].mode & 3]);
		json_object_object_add(s, "subnets", prefixes_json(&p->segments[i].subnets));
		for (k = 0; k < p->nr_devices; k++)
			if (p->devices[k].segment == i)
				add_text(devices, p->devices[k].id);
		json_object_object_add(s, "devices", devices);
		put_text(s, "note", p->segments[i].note);
		json_object_array_add(list, s);
	}
	json_object_object_add(o, "segments", list);
	return o;
}
