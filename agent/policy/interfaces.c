/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Section "interfaces": the roles of kernel interfaces. Must never ask the kernel
 * whether they exist.
 */
#include <stdlib.h>
#include <string.h>
#include "policy/parse.h"

#define FAST_FORWARD "fast_forward"

static const struct zt_key keys[] = {
	ZT_KEY("role"), ZT_KEY("identity"), ZT_KEY("untagged"), ZT_KEY("vlans"), ZT_KEY("l2"),
	ZT_KEY("unknown_segment"), ZT_KEY(FAST_FORWARD), {}
};
static const char *const roles[] = { "device", "uplink", "ignore", NULL };
static const char *const identities[] = { "mac", "ip", NULL };
static const char *const l2_words[] = { "eapol", "lldp", "stp", NULL };

static int by_number(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static void read_vlans(const struct zt_at *at, struct zt_interface *i)
{
	uint32_t nr = zt_items(at, 4094, false);

	i->vlans = zt_arena_array(at->ps->arena, nr, sizeof(*i->vlans));
	for (uint32_t k = 0; k < nr; k++) {
		struct zt_at item = zt_item(at, k);
		int vlan = zt_number(&item, 1, 4094);

		if (vlan > 0)
			i->vlans[i->nr_vlans++] = vlan;
	}
	qsort(i->vlans, i->nr_vlans, sizeof(*i->vlans), by_number);
	for (uint32_t k = 1; k < i->nr_vlans; k++)
		if (i->vlans[k] == i->vlans[k - 1])
			zt_complain(at, "%u is listed twice; remove one", i->vlans[k]);
}

static void read_l2(const struct zt_at *at, struct zt_interface *i)
{
	uint32_t nr = zt_items(at, 3, false);

	for (uint32_t k = 0; k < nr; k++) {
		struct zt_at item = zt_item(at, k);
		int word = zt_choice(&item, l2_words, "a non-IP protocol");

		if (word >= 0)
			i->l2 |= 1u << word;
	}
}

static void read_unknown_segment(const struct zt_at *at, struct zt_interface *i)
{
	int segment;

	if (json_object_is_type(at->v, json_type_string) &&
	    !strcmp(json_object_get_string(at->v), "unknown"))
		return;
	segment = zt_ref(at, ZT_SEGMENTS);
	if (segment >= 0)
		i->unknown_segment = segment;
}

/* What only a port of devices has. */
static void read_port(const struct zt_at *at, struct zt_interface *i)
{
	struct zt_at child;
	int identity;

	if (zt_child(at, "identity", &child)) {
		identity = zt_choice(&child, identities, "an identity");
		i->identity_ip = identity == 1;
	}
	if (zt_child(at, "untagged", &child))
		i->untagged = zt_bool(&child, true);
	if (zt_child(at, "vlans", &child))
		read_vlans(&child, i);
	else if (!i->untagged)
		zt_complain(at,
			    "accepts no frame at all; list \"vlans\", or leave \"untagged\" out");
	if (zt_child(at, "l2", &child))
		read_l2(&child, i);
	if (zt_child(at, "unknown_segment", &child))
		read_unknown_segment(&child, i);
}

static void refuse_key(const struct zt_at *at, const char *key, const char *whose, const char *role)
{
	struct zt_at child;

	if (!json_object_object_get_ex(at->v, key, NULL))
		return;
	child = zt_at_key(at->ps, at, key);
	zt_complain(&child, "only for role %s, this is \"%s\"; remove it", whose, role);
}

static void refuse_port_keys(const struct zt_at *at, const char *role)
{
	for (const struct zt_key *k = keys + 1; k->name; k++)
		if (strcmp(k->name, FAST_FORWARD))
			refuse_key(at, k->name, "\"device\"", role);
}

/* It replaces what the kernel does between two ports that have it. */
static void read_fast_forward(const struct zt_at *at, struct zt_interface *i)
{
	struct zt_at child;

	if (!zt_child(at, FAST_FORWARD, &child))
		return;
	i->fast_forward = zt_bool(&child, false);
	if (i->fast_forward && i->identity_ip)
		zt_complain(&child, "needs \"identity\": \"mac\"; remove it");
}

void zt_parse_interface(const struct zt_at *at, uint32_t index)
{
	struct zt_interface *i = &at->ps->p->interfaces[index];
	struct zt_at child;
	int role;

	i->id = at->step.key;
	i->where = zt_where_of(at->ps, at->entry);
	i->untagged = true;
	i->unknown_segment = at->ps->p->nr_segments - 1;
	if (!zt_object(at, keys))
		return;
	i->note = zt_keep_text(at, "note", ZT_NOTE_MAX);
	if (!zt_child(at, "role", &child)) {
		if (!json_object_object_get_ex(at->v, "role", NULL))
			zt_complain(&child, "missing; write \"device\", \"uplink\" or \"ignore\"");
		return;
	}
	role = zt_choice(&child, roles, "a role");
	if (role < 0)
		return;
	i->role = ZT_ROLE_DEVICE + role;
	if (i->role == ZT_ROLE_DEVICE)
		read_port(at, i);
	else
		refuse_port_keys(at, roles[role]);
	if (i->role == ZT_ROLE_IGNORE)
		refuse_key(at, FAST_FORWARD, "\"device\" and \"uplink\"", roles[role]);
	else
		read_fast_forward(at, i);
}
