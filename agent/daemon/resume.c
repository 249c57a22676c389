/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Putting a stored policy into force without anyone asking: after a start, and when a
 * change was not confirmed in time. Works with what the machine has now; a missing
 * port does not keep the policy from the others.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "daemon/engine.h"
#include "daemon/loop.h"

#define RETRY_MS 10000

static void __attribute__((format(printf, 2, 3)))
not_enforcing(struct engine *e, const char *fmt, ...)
{
	char before[sizeof(e->why)];
	va_list ap;

	memcpy(before, e->why, sizeof(before));
	va_start(ap, fmt);
	vsnprintf(e->why, sizeof(e->why), fmt, ap);
	va_end(ap);
	if (strcmp(before, e->why)) /* tried again and again: said once */
		emit_text(e->emit, ZT_CLASS_AGENT_ERROR, e->held ? e->held->text : NULL, "%s",
			  e->why);
	e->retry_ms = clock_ms() + RETRY_MS;
}

static int plan_stored(struct engine *e, const struct store_rev *rev, struct outcome *out,
		       struct plan *ret)
{
	struct zt_source source = {.name = "stored policy"};
	char *text, *error = NULL;
	int r;

	r = store_read_policy(e->store, rev, &text, &error);
	if (r) {
		outcome_fail(out, "failed", "%s", error ? error : strerror(-r));
		free(error);
		return -1;
	}
	source.text = text;
	source.len = strlen(text);
	r = plan_make(e, &source, 1, true, out, ret);
	free(text);
	return r;
}

/* new names `rev` as current; saved before the generation moves. */
static int put_in_force(struct engine *e, const struct store_rev *rev, struct store_state *new,
			struct outcome *out)
{
	struct held *old = held_get(e->held), *held = NULL;
	bool adopted = true, opened = !e->maps;
	struct plan plan = {0};
	char *error = NULL;
	int r;

	r = e->maps ? 0 : engine_open_maps(e, &adopted, &error);
	if (!r)
		r = plan_stored(e, rev, out, &plan);
	if (!r) {
		new->numbers = zt_numbers_save(plan.numbers);
		r = new->numbers ? engine_save(e, new, &error) : -ENOMEM;
		free(new->numbers);
	}
	if (!r) {
		held = held_new(plan.policy, rev->revision);
		plan.policy = held ? NULL : plan.policy;
		r = held ? engine_publish(e, &plan, held, &error) : -ENOMEM;
	}
	if (!r) {
		if (adopted && opened)
			ports_tell_open(e);
		else if (opened && ports_same_boot(e))
			emit_text(e->emit, ZT_CLASS_DETACHED, e->held->text,
				  "the data path was gone: nothing was enforced until now; counters "
				  "and flows begin again");
		ports_attach_each(e);
		ports_detach_others(e, old ? old->policy : NULL);
		if (!adopted)
			learned_restore(e);
		quarantine_tell_gone(e);
	} else if (!out->error) {
		outcome_fail(out, "failed", "%s", error ? error : strerror(-r));
	}
	plan_free(&plan);
	held_put(held);
	held_put(old);
	free(error);
	return r ? -1 : 0;
}

int engine_revert(struct engine *e)
{
	struct store_rev target = e->state.previous;
	struct store_state new = e->state;
	struct outcome out = {0};
	uint32_t refused = e->state.current.revision;
	int r;

	new.current = target;
	new.previous = (struct store_rev){0};
	new.pending.active = false;
	if (target.revision)
		r = put_in_force(e, &target, &new, &out);
	else
		r = engine_unload(e, "the deadline of an unconfirmed first policy", &out);
	if (r) {
		not_enforcing(e, "revision %u was not confirmed, and going back to %u fails: %s",
			      refused, target.revision, out.error ? out.error : "unknown error");
	} else {
		e->why[0] = 0;
		emit_text(e->emit, ZT_CLASS_POLICY_REVERTED, e->held ? e->held->text : NULL,
			  "revision %u was not confirmed in time", refused);
		store_prune(e->store, e->state.current.revision, 0);
	}
	outcome_free(&out);
	return r;
}

static bool has_pins(const struct engine *e)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s/maps", e->pin_dir);
	return !access(path, F_OK);
}

void engine_close_ports(struct engine *e)
{
	char *error = NULL;
	bool adopted;

	if (!has_pins(e) && !engine_open_maps(e, &adopted, &error))
		ports_close(e);
	free(error);
}

/* Pins but no policy on disk: adopted so that they can be seen, replaced, unloaded. */
static int resume_nothing(struct engine *e)
{
	char *error = NULL;
	bool adopted;

	if (e->maps || !has_pins(e))
		return 0;
	if (engine_open_maps(e, &adopted, &error))
		not_enforcing(e, "%s", error ? error : "the pins cannot be opened");
	else
		snprintf(e->why, sizeof(e->why),
			 "a data path is pinned whose policy is not stored here; load one, or "
			 "unload");
	free(error);
	return 0;
}

static int resume_rev(struct engine *e, bool is_previous, struct outcome *out)
{
	struct store_state new = e->state;
	struct store_rev rev = is_previous ? e->state.previous : e->state.current;

	if (is_previous) {
		new.current = rev;
		new.previous = (struct store_rev){0};
		new.pending.active = false;
	}
	return put_in_force(e, &rev, &new, out);
}

int engine_resume(struct engine *e)
{
	struct outcome first = {0}, second = {0};
	uint32_t wanted = e->state.current.revision;
	int r;

	e->retry_ms = 0;
	if (!wanted)
		return resume_nothing(e);
	if (e->state.pending.active && pending_left(&e->state.pending) <= 0)
		return engine_revert(e);
	r = resume_rev(e, false, &first);
	/* a machine that refuses (no bpffs, no privilege) would refuse the old one as well */
	if (r && e->maps && e->state.previous.revision) {
		r = resume_rev(e, true, &second);
		if (!r)
			emit_text(e->emit, ZT_CLASS_POLICY_REVERTED, e->held->text,
				  "the stored revision %u cannot be used: %s", wanted,
				  first.error ? first.error : "unknown error");
	}
	if (r && e->maps && !e->held)
		ports_close(e);
	if (r)
		not_enforcing(e, "the stored policy is not in force: %s%s%s",
			      first.error ? first.error : "unknown error",
			      first.errors.nr ? ": " : "",
			      first.errors.nr ? first.errors.v[0] : "");
	else
		e->why[0] = 0;
	outcome_free(&first);
	outcome_free(&second);
	return r;
}
