/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Beginning and end of the engine, its maps, and the one question of status: is the
 * policy really in force. Knows no sockets.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "daemon/engine.h"

int engine_open_maps(struct engine *e, bool *ret_adopted, char **ret_error)
{
	struct zt_sizes sizes = {.flows = e->cfg->max_flows,
				 .devices = e->cfg->max_devices,
				 .hosts = e->cfg->max_hosts,
				 .learned = e->cfg->max_learned};
	struct zt_maps *maps = NULL;
	char *ignored = NULL;
	int r;

	r = zt_live_open(e->pin_dir, &sizes, &maps, ret_adopted, ret_error);
	if (r)
		return r;
	/* a configuration that was there counts, so that ticks and stamps go on */
	if (!*ret_adopted || !zt_maps_gen(maps))
		r = zt_maps_configure(maps, ZT_CFG_FIB);
	if (r && asprintf(ret_error, "the maps cannot be configured: %s", strerror(-r)) < 0)
		*ret_error = NULL;
	if (!r) {
		e->events_fd = zt_live_events_fd(maps, e->on_event, e->on_event_arg);
		if (e->events_fd < 0) {
			r = e->events_fd;
			if (asprintf(ret_error, "no ring buffers: %s", strerror(-r)) < 0)
				*ret_error = NULL;
		}
	}
	if (r) {
		if (!*ret_adopted)
			zt_live_unload(maps, &ignored);
		free(ignored);
		zt_maps_close(maps);
		e->events_fd = -1;
		return r;
	}
	e->maps = maps;
	zt_maps_forward_off(maps); /* nobody has watched since an earlier agent allowed it */
	return 0;
}

static void close_maps(struct engine *e)
{
	if (e->maps)
		zt_maps_close(e->maps);
	e->maps = NULL;
	e->events_fd = -1;
	history_clear(&e->history);
	held_put(e->held);
	e->held = NULL;
	if (e->env)
		zt_env_free(e->env);
	e->env = NULL;
	free(e->ports);
	e->ports = NULL;
	e->nr_ports = 0;
}

void engine_drop(struct engine *e)
{
	char *error = NULL;

	if (e->maps && zt_live_unload(e->maps, &error))
		emit_text(e->emit, ZT_CLASS_AGENT_ERROR, NULL,
			  "not everything could be removed: %s", error ? error : "unknown error");
	free(error);
	close_maps(e);
}

int engine_unload(struct engine *e, const char *by, struct outcome *out)
{
	struct store_state new = {.last_revision = e->state.last_revision};
	struct zt_numbers *numbers;
	char *error = NULL;
	int r;

	if (!e->maps && !e->state.current.revision)
		return outcome_fail(out, "missing", "nothing is loaded");
	/* device numbers go with the maps that were filled by them, learned addresses too */
	numbers = zt_numbers_new();
	if (!numbers)
		return outcome_fail(out, "failed", "out of memory");
	r = engine_save(e, &new, &error);
	if (r)
		outcome_fail(out, "failed", "%s", error ? error : strerror(-r));
	free(error);
	error = NULL;
	if (r) {
		zt_numbers_free(numbers);
		return -1;
	}
	zt_numbers_free(e->numbers);
	e->numbers = numbers;
	learned_forget(e);
	if (e->maps && zt_live_unload(e->maps, &error)) {
		outcome_fail(out, "failed", "not everything could be removed: %s",
			     error ? error : "unknown error");
		r = -1;
	}
	free(error);
	close_maps(e);
	store_prune(e->store, 0, 0);
	e->why[0] = 0;
	emit_text(e->emit, ZT_CLASS_UNLOADED, NULL, "by %s: traffic is no longer judged", by);
	return r;
}

bool engine_is_enforcing(const struct engine *e, const char **ret_why)
{
	uint32_t i;

	*ret_why = NULL;
	if (e->why[0])
		*ret_why = e->why;
	else if (!e->held)
		*ret_why = "no policy is loaded";
	else if (!e->nr_ports)
		*ret_why = "the policy has no device port";
	for (i = 0; !*ret_why && i < e->nr_ports; i++)
		if (!e->ports[i].state.enforcing)
			*ret_why = e->ports[i].state.why;
	return !*ret_why;
}

/* From the disk: what is to be in force, and who is not to take part in it. */
static int read_disk(struct engine *e, char **ret_error)
{
	int r = store_load(e->store, &e->state, ret_error);

	if (r && r != -ENOENT)
		return r;
	return quarantine_load(e->store, &e->quarantine, ret_error);
}

int engine_open(struct engine *e, char **ret_error)
{
	int r;

	e->events_fd = -1;
	r = read_disk(e, ret_error);
	if (r) {
		engine_close_ports(e);
		return r;
	}
	if (e->state.numbers && zt_numbers_load(e->state.numbers, &e->numbers))
		emit_text(e->emit, ZT_CLASS_AGENT_ERROR, NULL,
			  "the stored device numbers are damaged; devices get new ones");
	if (!e->numbers)
		e->numbers = zt_numbers_new();
	if (!e->numbers)
		return -ENOMEM;
	engine_resume(e);
	return 0;
}

void engine_close(struct engine *e)
{
	learned_save(e);
	forward_close(e);
	close_maps(e);
	zt_numbers_free(e->numbers);
	e->numbers = NULL;
	store_state_free(&e->state);
	quarantine_free(&e->quarantine);
}
