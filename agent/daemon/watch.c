/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What time and the machine bring: interfaces that come and go, addresses that
 * change, deadlines. The policy stays, the image is made again when it would differ.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/engine.h"
#include "daemon/loop.h"

#define RETRY_MS 10000
#define LEARNED_MS 60000
#define MOVE_MS 60000

static void publish_again(struct engine *e, struct plan *plan)
{
	char *numbers = zt_numbers_save(plan->numbers), *error = NULL;
	struct store_state new = e->state;
	int r = numbers ? 0 : -ENOMEM;

	/* new numbers (a port that came) are on disk before anything is known by them */
	if (!r && (!e->state.numbers || strcmp(numbers, e->state.numbers))) {
		new.numbers = numbers;
		r = engine_save(e, &new, &error);
	}
	if (!r)
		r = engine_publish(e, plan, e->held, &error);
	if (r) {
		emit_text(e->emit, ZT_CLASS_AGENT_ERROR, e->held->text,
			  "the machine has changed and the policy cannot follow: %s",
			  error ? error : strerror(-r));
		e->env_dirty = true;
		e->retry_ms = clock_ms() + RETRY_MS;
	} else {
		ports_attach_each(e);
	}
	free(numbers);
	free(error);
}

void engine_environment(struct engine *e)
{
	struct outcome out = {0};
	struct plan plan = {0};

	e->env_dirty = false;
	if (!e->held || !e->maps)
		return;
	if (plan_again(e, &out, &plan)) {
		emit_text(e->emit, ZT_CLASS_AGENT_ERROR, e->held->text,
			  "the machine has changed and the policy cannot follow: %s%s%s",
			  out.error ? out.error : "unknown error", out.errors.nr ? ": " : "",
			  out.errors.nr ? out.errors.v[0] : "");
		e->env_dirty = true;
		e->retry_ms = clock_ms() + RETRY_MS;
	} else if (!e->env || !zt_env_equal(e->env, plan.env)) {
		publish_again(e, &plan);
	}
	plan_free(&plan);
	outcome_free(&out);
	ports_check(e, true);
}

/* Flows go to the kernel module once it is there. */
static void move_flows(struct engine *e, uint64_t now)
{
	const char *revision = e->held ? e->held->text : NULL, *why;
	struct zt_moved moved;
	char *error = NULL;
	int r;

	if (!e->maps || now < e->move_ms || zt_live_in_module(e->maps, &why))
		return;
	r = zt_live_move(e->maps, &moved, &error);
	if (r == -ENOENT)
		return;
	if (r) {
		e->move_ms = now + MOVE_MS;
		emit_text(e->emit, ZT_CLASS_AGENT_ERROR, revision, "the flows were not moved to zt_flow.ko: %s",
			  error ? error : strerror(-r));
	} else {
		emit_text(e->emit, ZT_CLASS_FLOWS_MOVED, revision, "%u flows; %u found no place there",
			  moved.flows, moved.lost);
	}
	free(error);
}

void engine_tick(struct engine *e)
{
	uint64_t now = clock_ms();

	if (e->state.pending.active && !e->retry_ms && pending_left(&e->state.pending) <= 0)
		engine_revert(e);
	if (e->retry_ms && now >= e->retry_ms) {
		e->retry_ms = 0;
		if (e->env_dirty)
			engine_environment(e);
		else
			engine_resume(e);
	} else if (e->env_dirty && !e->retry_ms) {
		engine_environment(e);
	} else {
		ports_check(e, true);
	}
	move_flows(e, now);
	if (now >= e->learned_ms) {
		learned_save(e);
		e->learned_ms = now + LEARNED_MS;
	}
}
