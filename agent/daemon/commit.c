/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One plan into force, whole or not at all: each step that can fail has the way back
 * beside it. The order is in engine.h. Knows nothing of who asked for it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/engine.h"
#include "daemon/loop.h"

int engine_publish(struct engine *e, struct plan *plan, struct held *held, char **ret_error)
{
	int r;

	zt_maps_forward_off(e->maps); /* its ports may be others; forward_check() knows */
	r = zt_maps_publish(e->maps, plan->image, ret_error);
	if (r < 0)
		return r;
	plan->image = NULL; /* the maps own it */
	if (held != e->held) {
		held_put(e->held);
		e->held = held_get(held);
	}
	if (e->env)
		zt_env_free(e->env);
	e->env = plan->env;
	plan->env = NULL;
	zt_numbers_free(e->numbers);
	e->numbers = plan->numbers;
	plan->numbers = NULL;
	/* without memory for names, events of this generation have none: nothing worse */
	(void)!history_add(&e->history, zt_maps_gen(e->maps), held, zt_maps_image(e->maps));
	return 0;
}

/* Write the record; on success it is what the engine goes by. The numbers are copied. */
int engine_save(struct engine *e, const struct store_state *state, char **ret_error)
{
	struct store_state new = *state;
	int r;

	new.numbers = state->numbers ? strdup(state->numbers) : NULL;
	if (state->numbers && !new.numbers)
		return -ENOMEM;
	r = store_save(e->store, &new, ret_error);
	if (r) {
		free(new.numbers);
		return r;
	}
	store_state_free(&e->state);
	e->state = new;
	return 0;
}

void engine_hex(const uint8_t *in, char out[65])
{
	int i;

	for (i = 0; i < 32; i++)
		sprintf(out + 2 * i, "%02x", in[i]);
}

/* The record as it will be when this plan is in force. numbers belongs to the caller. */
static struct store_state next_state(const struct engine *e, const struct apply *a,
				     const struct plan *plan, char *numbers)
{
	struct store_state s = e->state;

	s.numbers = numbers;
	s.last_revision++;
	/* an unconfirmed policy is not what one goes back to */
	if (!s.pending.active)
		s.previous = s.current;
	s.current = (struct store_rev){.revision = s.last_revision,
				       .loaded_at = (int64_t)(clock_us() / 1000000)};
	s.current.allow_generic = a->allow_generic || (!a->load && e->state.current.allow_generic);
	engine_hex(plan->policy->hash, s.current.hash);
	snprintf(s.current.by, sizeof(s.current.by), "%s", a->by);
	s.pending.active = false;
	if (a->confirm_s)
		pending_set(&s.pending, a->confirm_s);
	return s;
}

/* The policy of before on the machine as it is: what roll_back() and nobody else does. */
static int put_back(struct engine *e, struct held *old_held, struct outcome *out, char **ret_error)
{
	struct held *refused = e->held;
	struct plan plan = {0};
	int r;

	e->held = held_get(old_held);
	r = plan_again(e, out, &plan);
	if (!r)
		r = engine_publish(e, &plan, old_held, ret_error);
	ports_attach_each(e);
	ports_detach_others(e, refused->policy);
	held_put(refused);
	plan_free(&plan);
	return r;
}

/* Published, but its ports refused it: back to the policy and the record of before. */
static void roll_back(struct engine *e, const struct store_state *old, struct held *old_held)
{
	struct outcome out = {0};
	char *error = NULL;

	if (engine_save(e, old, &error))
		emit_text(e->emit, ZT_CLASS_AGENT_ERROR, NULL,
			  "the old policy cannot be recorded: %s", error ? error : "out of memory");
	free(error);
	error = NULL;
	if (!old_held)
		engine_drop(e);
	else if (put_back(e, old_held, &out, &error))
		emit_text(e->emit, ZT_CLASS_AGENT_ERROR, old_held->text,
			  "the old policy cannot be put back: %s",
			  error	      ? error
			  : out.error ? out.error
				      : "unknown error");
	free(error);
	outcome_free(&out);
}

/* Never published: only the record, and maps made for it, have to go. */
static void take_back(struct engine *e, const struct store_state *old, bool had_maps)
{
	char *error = NULL;

	/* should this fail, a start refuses the new one again and takes the old */
	if (engine_save(e, old, &error))
		emit_text(e->emit, ZT_CLASS_AGENT_ERROR, NULL,
			  "the old policy cannot be recorded: %s", error ? error : "out of memory");
	free(error);
	if (!had_maps)
		engine_drop(e);
}

static int publish_held(struct engine *e, struct plan *plan, struct held *held, char **ret_error)
{
	bool adopted;
	int r = e->maps ? 0 : engine_open_maps(e, &adopted, ret_error);

	return r ? r : engine_publish(e, plan, held, ret_error);
}

/*
 * Published: now the ports. Pins whose policy nobody knows cannot be put back; taking
 * them away would open the ports they hold, so the new policy stays on the others.
 */
static int attach_or_back(struct engine *e, const struct store_state *old, struct held *old_held,
			  bool had_maps, char **ret_error)
{
	int r = ports_attach(e, ret_error);

	if (r && (old_held || !had_maps)) {
		roll_back(e, old, old_held);
	} else if (r) {
		e->why[0] = 0;
		ports_check(e, false);
	} else if (old_held) {
		ports_detach_others(e, old_held->policy);
	}
	return r;
}

/* The disk has the new record: make it true, or put the old one back. */
static int make_true(struct engine *e, struct plan *plan, const struct store_state *old,
		     struct outcome *out)
{
	struct held *old_held = held_get(e->held), *held;
	bool had_maps = e->maps != NULL;
	char *error = NULL;
	int r;

	held = held_new(plan->policy, e->state.current.revision);
	if (!held) {
		held_put(old_held);
		take_back(e, old, had_maps);
		return outcome_fail(out, "failed", "out of memory");
	}
	plan->policy = NULL; /* held owns it */
	r = publish_held(e, plan, held, &error);
	if (r)
		take_back(e, old, had_maps);
	else
		r = attach_or_back(e, old, old_held, had_maps, &error);
	if (r)
		outcome_fail(out, "failed", "%s; %s", error ? error : strerror(-r),
			     e->held == held ? "the new policy is in force on the other ports"
					     : "nothing was changed");
	free(error);
	held_put(old_held);
	held_put(held);
	return r ? -1 : 0;
}

int engine_commit(struct engine *e, const struct apply *a, struct plan *plan, struct outcome *out)
{
	char *numbers = zt_numbers_save(plan->numbers), *error = NULL;
	struct store_state old = e->state, new;
	int r;

	old.numbers = e->state.numbers ? strdup(e->state.numbers) : NULL;
	if (!numbers) {
		free(old.numbers);
		return outcome_fail(out, "failed", "out of memory");
	}
	new = next_state(e, a, plan, numbers);
	r = store_write_policy(e->store, new.current.revision, plan->policy->json, &error);
	if (!r)
		r = engine_save(e, &new, &error);
	if (r)
		outcome_fail(out, "failed", "%s; nothing was changed",
			     error ? error : strerror(-r));
	else
		r = make_true(e, plan, &old, out);
	if (!r) {
		e->why[0] = 0;
		emit_text(e->emit, ZT_CLASS_POLICY_APPLIED, e->held->text, "by %s%s", a->by,
			  a->confirm_s ? ", to be confirmed" : "");
	}
	store_prune(e->store, e->state.current.revision, e->state.previous.revision);
	free(numbers);
	free(old.numbers);
	free(error);
	return r;
}
