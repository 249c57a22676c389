/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Forwarding in XDP, asked for by the policy, port by port: allowed while nothing on this
 * machine has to see the packets, and not a moment longer. It is looked for again with each
 * notice and each tick; what is allowed ends by itself after LEASE_MS without another look,
 * so also when the agent is dead, or busy. The kernel then forwards, which is always right.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/engine.h"

#define LEASE_MS 2000

static bool is_wanted(const struct zt_interface *f)
{
	return f->fast_forward && (f->role == ZT_ROLE_DEVICE || f->role == ZT_ROLE_UPLINK);
}

static bool any_wanted(const struct engine *e, uint8_t role)
{
	const struct zt_policy *p = e->held ? e->held->policy : NULL;
	uint32_t i;

	for (i = 0; p && i < p->nr_interfaces; i++)
		if (is_wanted(&p->interfaces[i]) && p->interfaces[i].role == role)
			return true;
	return false;
}

bool forward_wanted(const struct engine *e)
{
	return any_wanted(e, ZT_ROLE_DEVICE) || any_wanted(e, ZT_ROLE_UPLINK);
}

static const struct zt_env_port *env_port(const struct engine *e, const char *name)
{
	uint32_t i;

	for (i = 0; e->env && i < e->env->nr_ports; i++)
		if (!strcmp(e->env->ports[i].name, name))
			return &e->env->ports[i];
	return NULL;
}

/* What stands in the way at one port that asks for it. The uplink's program is put there. */
static bool port_obstacle(struct engine *e, const struct zt_interface *f, char why[ZT_WHY])
{
	const struct zt_env_port *port = env_port(e, f->id);
	bool uplink = f->role == ZT_ROLE_UPLINK;
	char *error = NULL, text[160];
	int r = 0;

	if (!port || port->not_fast) {
		snprintf(why, ZT_WHY, "%s: %s", f->id, port ? port->not_fast : "it is not there");
		return true;
	}
	if (!zt_live_may_forward(e->maps, f->id, uplink, text)) {
		if (uplink)
			r = zt_live_uplink_attach(e->maps, f->id, &error);
		if (r || !zt_live_may_forward(e->maps, f->id, uplink, text))
			snprintf(why, ZT_WHY, "%s", error ? error : text);
		free(error);
	}
	if (!*why) /* some drivers send for XDP only where there is a program */
		zt_obstacle_port(f->id, why);
	return *why;
}

static bool obstacle(struct engine *e, char why[ZT_WHY])
{
	const struct zt_policy *p = e->held->policy;
	uint32_t i;

	if (!any_wanted(e, ZT_ROLE_DEVICE) || !any_wanted(e, ZT_ROLE_UPLINK))
		snprintf(why, ZT_WHY, "the policy has \"fast_forward\" at %s only; it takes both a device "
			 "port and an uplink", any_wanted(e, ZT_ROLE_DEVICE) ? "device ports" : "uplinks");
	else
		zt_obstacle_here(why);
	for (i = 0; !*why && i < p->nr_interfaces; i++)
		if (is_wanted(&p->interfaces[i]))
			port_obstacle(e, &p->interfaces[i], why);
	return *why;
}

/* Once for each change of on and off, and of the reason. */
static void tell(struct engine *e, bool on, const char *why)
{
	struct forward *f = &e->forward;
	bool same = f->told && f->told_on == on && (on || !strcmp(f->why, why));

	snprintf(f->why, sizeof(f->why), "%s", on ? "" : why);
	if (same)
		return;
	f->told = true;
	f->told_on = on;
	if (on)
		emit_text(e->emit, ZT_CLASS_FAST_ON, e->held->text,
			  "established flows between ports with \"fast_forward\" pass by the kernel");
	else
		emit_text(e->emit, ZT_CLASS_FAST_OFF, e->held->text, "the kernel forwards everything: %s",
			  f->why);
}

/* Its descriptors stay open: the loop has them. */
static void not_wanted(struct engine *e)
{
	if (e->maps)
		zt_maps_forward_off(e->maps);
	e->forward = (struct forward){.moves = e->forward.moves};
}

void forward_check(struct engine *e)
{
	char why[ZT_WHY] = "";
	int r = 0;

	if (!e->maps || !e->held || !forward_wanted(e)) {
		not_wanted(e);
		return;
	}
	/* listen first: what changes from here on is told */
	if (!e->forward.moves)
		r = zt_moves_open(&e->forward.moves);
	if (r)
		snprintf(why, sizeof(why), "changes of routes and filters cannot be watched: %s",
			 strerror(-r));
	else if (zt_moves_drain(e->forward.moves) & ZT_MOVED_ROUTES)
		zt_maps_forward_moved(e->maps);
	if (*why || obstacle(e, why)) {
		zt_maps_forward_off(e->maps);
		tell(e, false, why);
		return;
	}
	r = zt_maps_forward_on(e->maps, LEASE_MS);
	tell(e, !r, r ? "the clock cannot be read" : "");
}

void forward_notice(struct engine *e)
{
	int moved = e->forward.moves ? zt_moves_drain(e->forward.moves) : 0;

	if (moved & ZT_MOVED_ROUTES && e->maps)
		zt_maps_forward_moved(e->maps);
	if (moved & ZT_MOVED_OBSTACLES)
		forward_check(e);
}

void forward_close(struct engine *e)
{
	if (e->maps)
		zt_maps_forward_off(e->maps);
	zt_moves_close(e->forward.moves);
	e->forward.moves = NULL;
}

void forward_detach_others(struct engine *e, const struct zt_policy *old)
{
	const struct zt_policy *p = e->held ? e->held->policy : NULL;
	uint32_t i, k;

	for (i = 0; e->maps && old && i < old->nr_interfaces; i++) {
		const struct zt_interface *f = &old->interfaces[i];
		char *error = NULL;

		if (!is_wanted(f) || f->role != ZT_ROLE_UPLINK)
			continue;
		for (k = 0; p && k < p->nr_interfaces; k++)
			if (!strcmp(p->interfaces[k].id, f->id) && is_wanted(&p->interfaces[k]) &&
			    p->interfaces[k].role == ZT_ROLE_UPLINK)
				break;
		if (p && k < p->nr_interfaces)
			continue;
		if (zt_live_uplink_detach(e->maps, f->id, &error))
			emit_text(e->emit, ZT_CLASS_AGENT_ERROR, p ? e->held->text : NULL, "%s",
				  error ? error : "out of memory");
		free(error);
	}
}
