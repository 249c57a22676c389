/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device into quarantine and out of it: in the data path at once, in place, whatever the
 * policy says of it and whatever policy comes. Knows the list (quarantine.h) and the maps.
 */
#include <stdio.h>
#include <string.h>
#include "daemon/engine.h"

#define GONE                                                                               \
	"device \"%.64s\" is in quarantine, and this policy has no such device: under another name " \
	"it is free"

/* The policy packets are judged by: of the live generation, whatever the engine goes by. */
static const struct zt_policy *live_policy(const struct engine *e)
{
	const struct history_entry *now =
		e->maps && zt_maps_image(e->maps) ? history_find(&e->history, zt_maps_gen(e->maps)) : NULL;

	return now ? now->held->policy : NULL;
}

/* Its index there; ZT_NONE: it is not there. */
static uint32_t dev_of(const struct engine *e, const char *id)
{
	const struct zt_policy *p = live_policy(e);
	int device = p ? zt_policy_device(p, id) : -1;

	return device < 0 ? ZT_NONE : zt_image_dev_of(zt_maps_image(e->maps), (uint32_t)device);
}

static uint8_t mode_of(const struct engine *e, const char *id)
{
	const struct zt_policy *p = live_policy(e);

	return p->segments[p->devices[zt_policy_device(p, id)].segment].mode;
}

/* Something is in force, and which policy it is we do not know: then nothing can be done here. */
static bool is_blind(const struct engine *e, struct outcome *out)
{
	if (!e->maps || live_policy(e))
		return false;
	outcome_fail(out, "failed", "the data path runs by a policy that is not known here: %s; nothing "
		     "was changed", e->why);
	return true;
}

static void tell_of(struct engine *e, enum zt_class class, const char *id, const char *by)
{
	struct zt_cef event = zt_class_event(class);
	char text[128];

	snprintf(text, sizeof(text), "by %s", by);
	event.device = id;
	event.msg = text;
	event.revision = e->held ? e->held->text : NULL;
	emit_event(e->emit, &event);
}

/*
 * The data path first, here and in engine_release(): the next packet is judged so while the
 * disk is still at it. What is not on disk would not outlive a restart, so then nothing is
 * changed; whoever is killed in between has answered nobody, and the disk is right.
 */
int engine_quarantine(struct engine *e, const char *id, const char *by, struct outcome *out)
{
	uint32_t dev = dev_of(e, id);
	int r;

	if (is_blind(e, out))
		return -1;
	if (dev == ZT_NONE)
		return outcome_fail(out, "missing", "no device \"%.64s\" in the policy in force", id);
	out->changed = !quarantine_find(&e->quarantine, id);
	if (!out->changed)
		return 0;
	zt_maps_mode(e->maps, dev, ZT_MODE_QUARANTINE);
	r = quarantine_add(&e->quarantine, e->store, id, by);
	if (r) {
		zt_maps_mode(e->maps, dev, mode_of(e, id));
		return outcome_fail(out, "failed", "it cannot be written down: %s; nothing was changed",
				    strerror(-r));
	}
	tell_of(e, ZT_CLASS_QUARANTINED, id, by);
	return 0;
}

int engine_release(struct engine *e, const char *id, const char *by, struct outcome *out)
{
	uint32_t dev = dev_of(e, id);
	int r;

	if (is_blind(e, out))
		return -1;
	if (!quarantine_find(&e->quarantine, id))
		return outcome_fail(out, "missing", "no device \"%.64s\" is in quarantine", id);
	if (dev != ZT_NONE)
		zt_maps_mode(e->maps, dev, mode_of(e, id));
	r = quarantine_take(&e->quarantine, e->store, id);
	if (r && dev != ZT_NONE)
		zt_maps_mode(e->maps, dev, ZT_MODE_QUARANTINE);
	if (r)
		return outcome_fail(out, "failed", "it cannot be written down: %s; nothing was changed",
				    strerror(-r));
	out->changed = true;
	tell_of(e, ZT_CLASS_RELEASED, id, by);
	return 0;
}

void quarantine_mark(const struct engine *e, const struct zt_policy *p, struct zt_image *i,
		     struct zt_errors *warnings)
{
	uint32_t n;

	for (n = 0; n < e->quarantine.nr; n++) {
		const char *id = e->quarantine.v[n].id;
		int device = zt_policy_device(p, id);

		if (device >= 0)
			zt_image_mode(i, zt_image_dev_of(i, (uint32_t)device), ZT_MODE_QUARANTINE);
		else
			zt_errors_add(warnings, GONE, id);
	}
}

void quarantine_tell_gone(struct engine *e)
{
	uint32_t n;

	for (n = 0; n < e->quarantine.nr; n++)
		if (zt_policy_device(e->held->policy, e->quarantine.v[n].id) < 0)
			emit_text(e->emit, ZT_CLASS_AGENT_ERROR, e->held->text, GONE,
				  e->quarantine.v[n].id);
}
