/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section "infrastructure": who may be DHCP server, which next hops there are.
 * Must never allow anything else.
 */
#include <string.h>
#include "policy/parse.h"

static const struct zt_key keys[] = {
	ZT_KEY("dhcp"), ZT_KEY("gateways"), ZT_LATER("resolvers"), {}
};
#define DHCP_MAX 64
#define GATEWAYS_MAX 64

static void read_server(const struct zt_at *at, struct zt_infrastructure *infra)
{
	const char *text = zt_text(at, ZT_SCAN_TEXT_MAX, NULL);
	int device;

	if (!text)
		return;
	if (!strcmp(text, "router")) {
		infra->dhcp_router = true;
	} else if (!strcmp(text, "uplink")) {
		infra->dhcp_uplink = true;
	} else if (!strcmp(text, "off")) {
		zt_complain(at, "\"off\" stands alone, not in a list; write \"dhcp\": \"off\"");
	} else {
		device = zt_ref(at, ZT_DEVICES);
		if (device >= 0)
			infra->dhcp_devices.v[infra->dhcp_devices.nr++] = device;
	}
}

static void read_dhcp(const struct zt_at *at, struct zt_infrastructure *infra)
{
	uint32_t nr;

	infra->dhcp_router = infra->dhcp_uplink = false;
	if (json_object_is_type(at->v, json_type_string)) {
		if (strcmp(json_object_get_string(at->v), "off"))
			zt_complain(at,
				    "%s is neither \"off\" nor a list of \"router\", \"uplink\" or "
				    "devices",
				    WRITTEN(at));
		return;
	}
	nr = zt_items(at, DHCP_MAX, false);
	infra->dhcp_devices.v = zt_arena_array(at->ps->arena, nr, sizeof(*infra->dhcp_devices.v));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);

		read_server(&item, infra);
	}
	zt_sort_set(&infra->dhcp_devices);
}

static void read_gateways(const struct zt_at *at, struct zt_infrastructure *infra)
{
	uint32_t nr = zt_items(at, GATEWAYS_MAX, false);

	infra->gateways.v = zt_arena_array(at->ps->arena, nr, sizeof(*infra->gateways.v));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);
		const char *text = zt_text(&item, ZT_SCAN_TEXT_MAX, NULL);
		struct zt_prefix *p = &infra->gateways.v[infra->gateways.nr];

		if (text && zt_read_prefix(&item, text, ZT_TAKE_ADDRESS, p) &&
		    zt_is_host(&item, text, p))
			infra->gateways.nr++;
	}
}

void zt_parse_infrastructure(const struct zt_at *at)
{
	struct zt_infrastructure *infra = &at->ps->p->infra;
	struct zt_at child;

	if (!zt_object(at, keys))
		return;
	zt_keep_text(at, "note", ZT_NOTE_MAX);
	if (zt_child(at, "dhcp", &child))
		read_dhcp(&child, infra);
	if (zt_child(at, "gateways", &child))
		read_gateways(&child, infra);
}
