/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each interface is to the policy: listed with a role, lying above a device
 * port, or a stranger; and who shares a layer 2 with whom. Pure.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "net/machine.h"

static int fail(char **ret_error, int rc, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static int fail(char **ret_error, int rc, const char *fmt, ...)
{
	va_list ap;

	if (!ret_error)
		return rc;
	va_start(ap, fmt);
	if (vasprintf(ret_error, fmt, ap) < 0)
		*ret_error = NULL;
	va_end(ap);
	return rc;
}

const struct zt_link *zt_link_by_index(const struct zt_machine *m, uint32_t ifindex)
{
	uint32_t lo = 0, hi = m->nr_links, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (m->links[mid].ifindex == ifindex)
			return &m->links[mid];
		if (m->links[mid].ifindex < ifindex)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const struct zt_link *zt_link_by_name(const struct zt_machine *m, const char *name)
{
	uint32_t i;

	for (i = 0; i < m->nr_links; i++) {
		if (!strcmp(m->links[i].name, name))
			return &m->links[i];
	}
	return NULL;
}

uint8_t zt_role_of(const struct zt_roles *r, const struct zt_link *l)
{
	return r->role[l - r->m->links];
}

bool zt_is_inside(uint8_t role)
{
	return role == ZT_ROLE_DEVICE || role == ZT_ROLE_UPPER;
}

static int check_port(const struct zt_roles *r, const struct zt_interface *f,
		      const struct zt_link *l, char **ret_error, struct zt_errors *warnings)
{
	const char *text = NULL;

	switch (zt_port_support(r->m, l, f->identity_ip, &text)) {
	case ZT_REFUSED:
		return fail(ret_error, -EOPNOTSUPP, "interfaces.%s: %s %s", f->id, f->id, text);
	case ZT_SUPPORTED_NOTE:
		zt_errors_add(warnings, "interfaces.%s: %s", f->id, text);
		break;
	case ZT_SUPPORTED:
		break;
	}
	return 0;
}

static int take_roles(struct zt_roles *r, char **ret_error, struct zt_errors *warnings)
{
	const struct zt_interface *f;
	const struct zt_link *l;
	uint32_t i;
	int rc = 0;

	for (i = 0; !rc && i < r->p->nr_interfaces; i++) {
		f = &r->p->interfaces[i];
		l = zt_link_by_name(r->m, f->id);
		if (!l && f->role == ZT_ROLE_DEVICE)
			return fail(ret_error, -ENODEV, "interfaces.%s: there is no such interface; "
				    "correct the name, or bring it up first", f->id);
		if (!l) {
			zt_errors_add(warnings, "interfaces.%s: there is no such interface (now)",
				      f->id);
			continue;
		}
		r->role[l - r->m->links] = f->role;
		if (f->role == ZT_ROLE_DEVICE)
			rc = check_port(r, f, l, ret_error, warnings);
	}
	return rc;
}

/* x lies directly above l: as its bridge, bond or VRF, or as a VLAN on it. */
static bool is_above(const struct zt_link *x, const struct zt_link *l)
{
	return l->master == x->ifindex || x->lower == l->ifindex;
}

static bool is_above_port(const struct zt_roles *r, const struct zt_link *x)
{
	uint32_t i;

	for (i = 0; i < r->m->nr_links; i++) {
		if (zt_is_inside(r->role[i]) && is_above(x, &r->m->links[i]))
			return true;
	}
	return false;
}

/* A device port stays one whatever it lies on (a VLAN interface listed by itself). */
static void find_uppers(struct zt_roles *r, struct zt_errors *warnings)
{
	bool more = true;
	uint32_t i;

	while (more) {
		more = false;
		for (i = 0; i < r->m->nr_links; i++) {
			if (zt_is_inside(r->role[i]) || !is_above_port(r, &r->m->links[i]))
				continue;
			if (r->role[i])
				zt_errors_add(warnings, "interfaces.%s: lies above a device port; the "
					      "role written for it has no effect",
					      r->m->links[i].name);
			r->role[i] = ZT_ROLE_UPPER;
			more = true;
		}
	}
}

int zt_roles_find(struct zt_roles *r, char **ret_error, struct zt_errors *warnings)
{
	int rc;

	r->role = calloc(r->m->nr_links + 1, 1);
	if (!r->role)
		return -ENOMEM;
	rc = take_roles(r, ret_error, warnings);
	if (!rc)
		find_uppers(r, warnings);
	return rc;
}

const struct zt_link *zt_bridge_of(const struct zt_machine *m, const struct zt_link *l)
{
	const struct zt_link *master = zt_link_by_index(m, l->master);

	return master && !strcmp(master->kind, "bridge") ? master : NULL;
}

const struct zt_link *zt_zone_of(const struct zt_roles *r, const struct zt_link *l)
{
	const struct zt_link *on;
	int depth;

	for (depth = 0; depth < 8; depth++) {
		on = zt_bridge_of(r->m, l);
		if (!on && zt_role_of(r, l) == ZT_ROLE_UPPER)
			on = zt_link_by_index(r->m, l->lower);
		if (!on)
			break;
		l = on;
	}
	return l;
}

/* Something below this upper is no device port, so it lets in what nobody judged. */
static bool has_stranger(const struct zt_roles *r, const struct zt_link *upper, int depth)
{
	const struct zt_link *l;
	uint32_t i;

	for (i = 0; depth < 8 && i < r->m->nr_links; i++) {
		l = &r->m->links[i];
		if (!is_above(upper, l))
			continue;
		if (!zt_is_inside(r->role[i]))
			return true;
		if (r->role[i] == ZT_ROLE_UPPER && has_stranger(r, l, depth + 1))
			return true;
	}
	return false;
}

static bool is_below_stranger(const struct zt_roles *r, const struct zt_link *l, int depth)
{
	const struct zt_link *x;
	uint32_t i;

	for (i = 0; depth < 8 && i < r->m->nr_links; i++) {
		x = &r->m->links[i];
		if (r->role[i] != ZT_ROLE_UPPER || !is_above(x, l))
			continue;
		if (has_stranger(r, x, 0) || is_below_stranger(r, x, depth + 1))
			return true;
	}
	return false;
}

bool zt_is_mixed(const struct zt_roles *r, const struct zt_link *l)
{
	if (zt_role_of(r, l) == ZT_ROLE_UPPER)
		return has_stranger(r, l, 0);
	return zt_role_of(r, l) == ZT_ROLE_DEVICE && is_below_stranger(r, l, 0);
}
