/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What people ask for: apply, apply again, try, confirm. Refuses what can be refused;
 * what is left goes to commit.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/engine.h"
#include "daemon/loop.h"

static int check_session(struct engine *e, const struct apply *a, const struct plan *plan,
			 struct outcome *out)
{
	const struct history_entry *now = NULL;
	struct zt_learned_entry *l = NULL;
	struct zt_clock clock;
	const char *learned = NULL;
	uint32_t nr = 0, i;
	char *error = NULL, buf[32];
	int r;

	if (!a->session || a->force)
		return 0;
	if (e->maps && e->held && !zt_maps_clock(e->maps, &clock) &&
	    !zt_maps_learned(e->maps, clock.now, &l, &nr))
		now = history_find(&e->history, zt_maps_gen(e->maps));
	for (i = 0; now && i < nr; i++)
		if (l[i].key.family == a->session->family &&
		    !memcmp(&l[i].key.addr, &a->session->client, sizeof(struct zt_addr)))
			learned = history_dev_id(now, l[i].learned.dev, buf);
	r = session_check(plan->policy, plan->env, a->session, learned, &error);
	if (r)
		outcome_fail(out, "session", "%s", error ? error : "out of memory");
	free(error);
	free(l);
	return r ? -1 : 0;
}

static void describe(struct engine *e, struct outcome *out)
{
	out->revision = e->state.current.revision;
	memcpy(out->hash, e->state.current.hash, sizeof(out->hash));
}

/*
 * The same policy again: nothing moves, but what fell off the ports is put back. If it
 * waits to be confirmed, a new deadline runs from now; asked for without one, it is
 * confirmed: it must not be said to be in force and then revert.
 */
static int reapply(struct engine *e, const struct apply *a, struct outcome *out)
{
	struct store_state new = e->state;
	bool pending = e->state.pending.active;
	char *error = NULL;
	int r;

	new.current.allow_generic |= a->allow_generic;
	if (pending && a->confirm_s)
		pending_set(&new.pending, a->confirm_s);
	else
		new.pending.active = false;
	r = engine_save(e, &new, &error);
	if (!r && pending && !a->confirm_s)
		emit_text(e->emit, ZT_CLASS_POLICY_CONFIRMED, e->held ? e->held->text : NULL,
			  "applied again without a deadline: stays in force");
	if (!r)
		r = ports_attach(e, &error);
	if (r)
		outcome_fail(out, "failed", "%s", error ? error : strerror(-r));
	free(error);
	describe(e, out);
	return r ? -1 : 0;
}

static int apply_plan(struct engine *e, const struct apply *a, struct plan *plan,
		      struct outcome *out)
{
	char hash[65];
	int r;

	r = check_session(e, a, plan, out);
	if (r)
		return r;
	engine_hex(plan->policy->hash, hash);
	out->changed = !e->held || strcmp(hash, e->state.current.hash);
	if (a->dry_run) {
		out->revision = e->state.last_revision + out->changed;
		memcpy(out->hash, hash, sizeof(hash));
		return 0;
	}
	if (!out->changed)
		return reapply(e, a, out);
	r = engine_commit(e, a, plan, out);
	if (!r)
		describe(e, out);
	return r;
}

int engine_apply(struct engine *e, const struct apply *a, struct outcome *out)
{
	struct plan plan = {0};
	int r;

	if (!a->load && !e->held)
		return outcome_fail(out, "missing",
				    "no policy is loaded; use \"ztctl load\" first");
	r = plan_make(e, a->sources, a->nr_sources, false, out, &plan);
	if (!r)
		r = apply_plan(e, a, &plan, out);
	plan_free(&plan);
	if (r && !a->dry_run)
		emit_text(e->emit, ZT_CLASS_POLICY_REFUSED, e->held ? e->held->text : NULL,
			  "by %s: %s%s%s", a->by, out->error ? out->error : "?",
			  out->errors.nr ? ": " : "", out->errors.nr ? out->errors.v[0] : "");
	return r;
}

int engine_confirm(struct engine *e, struct outcome *out)
{
	struct store_state new = e->state;
	char *error = NULL;
	int r;

	if (!e->state.pending.active)
		return outcome_fail(out, "missing", "nothing waits to be confirmed");
	new.pending.active = false;
	r = engine_save(e, &new, &error);
	if (r)
		outcome_fail(out, "failed", "%s", error ? error : strerror(-r));
	else
		emit_text(e->emit, ZT_CLASS_POLICY_CONFIRMED, e->held ? e->held->text : NULL,
			  "stays in force");
	free(error);
	describe(e, out);
	return r ? -1 : 0;
}
