/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The programs on the device ports: put there, looked after, taken away. What is not
 * in force is said so, never assumed. Knows the backend through its header only.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/engine.h"

static bool allow_generic(const struct engine *e)
{
	return e->cfg->allow_generic_xdp || e->state.current.allow_generic;
}

static struct engine_port *find_port(struct engine *e, const char *name)
{
	uint32_t i;

	for (i = 0; i < e->nr_ports; i++)
		if (!strcmp(e->ports[i].state.name, name))
			return &e->ports[i];
	return NULL;
}

/* The list of ports follows the policy; what is known of those that stay is kept. */
static int list_ports(struct engine *e)
{
	const struct zt_policy *p = e->held->policy;
	struct engine_port *ports = calloc(p->nr_interfaces + 1, sizeof(*ports)), *old;
	uint32_t nr = 0, i;

	if (!ports)
		return -ENOMEM;
	for (i = 0; i < p->nr_interfaces; i++) {
		if (p->interfaces[i].role != ZT_ROLE_DEVICE)
			continue;
		old = find_port(e, p->interfaces[i].id);
		if (old)
			ports[nr] = *old;
		snprintf(ports[nr].state.name, sizeof(ports[nr].state.name), "%s",
			 p->interfaces[i].id);
		nr++;
	}
	free(e->ports);
	e->ports = ports;
	e->nr_ports = nr;
	return 0;
}

/* Is this device port on the machine: only those of the environment have an index. */
static bool is_there(const struct engine *e, const char *name)
{
	uint32_t i;

	for (i = 0; i < e->env->nr_ports; i++)
		if (!strcmp(e->env->ports[i].name, name))
			return true;
	return false;
}

/* Undo an attach that failed at port `upto`: only what was not in force before goes. */
static void undo_attach(struct engine *e, uint32_t upto)
{
	uint32_t i;

	for (i = 0; i <= upto; i++) {
		char *ignored = NULL;

		if (!e->ports[i].state.enforcing && is_there(e, e->ports[i].state.name))
			zt_live_detach(e->maps, e->ports[i].state.name, &ignored);
		free(ignored);
	}
}

int ports_attach(struct engine *e, char **ret_error)
{
	struct zt_port_state s;
	uint32_t i;
	int r = list_ports(e);

	if (r)
		return r;
	/* what is true before: pins of an earlier agent may already hold a port */
	for (i = 0; i < e->nr_ports; i++)
		if (is_there(e, e->ports[i].state.name) &&
		    !zt_live_check(e->maps, e->ports[i].state.name, false, &s))
			e->ports[i].state = s;
	for (i = 0; i < e->nr_ports && !r; i++) {
		if (!is_there(e, e->ports[i].state.name))
			continue;
		r = zt_live_attach(e->maps, e->ports[i].state.name, allow_generic(e), ret_error);
		if (r)
			undo_attach(e, i);
	}
	if (!r) {
		ports_remember(e);
		ports_check(e, false);
	}
	return r;
}

void ports_attach_each(struct engine *e)
{
	uint32_t i;

	if (list_ports(e))
		return;
	for (i = 0; i < e->nr_ports; i++) {
		char *error = NULL;
		int r = 0;

		if (e->env && is_there(e, e->ports[i].state.name))
			r = zt_live_attach(e->maps, e->ports[i].state.name, allow_generic(e),
					   &error);
		if (r)
			emit_text(e->emit, ZT_CLASS_AGENT_ERROR, e->held->text, "%s: %s",
				  e->ports[i].state.name, error ? error : strerror(-r));
		free(error);
	}
	ports_remember(e);
	ports_check(e, false);
}

void ports_detach_others(struct engine *e, const struct zt_policy *old)
{
	uint32_t i;

	forward_detach_others(e, old);
	for (i = 0; old && i < old->nr_interfaces; i++) {
		const struct zt_interface *f = &old->interfaces[i];
		char *error = NULL;
		int r;

		if (f->role != ZT_ROLE_DEVICE || find_port(e, f->id))
			continue;
		r = zt_live_detach(e->maps, f->id, &error);
		if (r && r != -ENODEV)
			emit_text(e->emit, ZT_CLASS_AGENT_ERROR, e->held ? e->held->text : NULL,
				  "%s: cannot be detached: %s", f->id,
				  error ? error : strerror(-r));
		free(error);
	}
}

static void tell(struct engine *e, struct engine_port *port, enum zt_class class)
{
	struct zt_cef event = zt_class_event(class);
	char text[300];

	if (class == ZT_CLASS_DETACHED)
		snprintf(text, sizeof(text), "%s is NOT ENFORCING: %s", port->state.name,
			 port->state.why);
	else
		snprintf(text, sizeof(text), "%s is enforcing again", port->state.name);
	event.msg = text;
	event.interface = port->state.name;
	event.revision = e->held ? e->held->text : NULL;
	emit_event(e->emit, &event);
	port->told = class == ZT_CLASS_DETACHED;
}

static void check_port(struct engine *e, struct engine_port *port, bool repair)
{
	struct zt_port_state s = {0};
	struct zt_port_state before;
	int r = zt_live_check(e->maps, port->state.name, false, &s);

	if (r) {
		snprintf(s.name, sizeof(s.name), "%s", port->state.name);
		s.enforcing = false;
		snprintf(s.why, sizeof(s.why), "%s",
			 r == -ENODEV ? "the interface is not there" : strerror(-r));
	}
	if (port->state.up && !s.up) /* unplugged: its devices may appear on another port */
		zt_maps_release_port(e->maps, port->state.ifindex);
	port->state = s;
	if (s.enforcing) {
		if (port->told)
			tell(e, port, ZT_CLASS_REATTACHED);
		return;
	}
	/* told first: that it was open must be known even when the repair is instant */
	if (!port->told)
		tell(e, port, ZT_CLASS_DETACHED);
	if (!repair || r)
		return;
	before = port->state;
	r = zt_live_check(e->maps, before.name, true, &s);
	port->state = r ? before : s;
	if (!r && s.enforcing)
		tell(e, port, ZT_CLASS_REATTACHED);
}

void ports_tell_open(struct engine *e)
{
	struct zt_port_state s;
	uint32_t i;

	if (list_ports(e))
		return;
	for (i = 0; i < e->nr_ports; i++) {
		if (!is_there(e, e->ports[i].state.name) ||
		    zt_live_check(e->maps, e->ports[i].state.name, false, &s) || s.enforcing)
			continue;
		e->ports[i].state = s;
		tell(e, &e->ports[i], ZT_CLASS_DETACHED);
	}
}

void ports_check(struct engine *e, bool repair)
{
	uint32_t i;

	for (i = 0; e->maps && i < e->nr_ports; i++)
		check_port(e, &e->ports[i], repair);
	forward_check(e);
}
