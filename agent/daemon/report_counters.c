/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of the data path and what was lost on the way, as JSON: see report.h. */
#include <stdlib.h>
#include <string.h>
#include "daemon/report.h"

static struct json_object *reason_json(uint32_t reason, uint32_t verdict, uint32_t dir,
				       const struct zt_count *c)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "reason", zt_reason_word((uint8_t)reason));
	put_text(o, "verdict", zt_verdict_word((uint8_t)verdict));
	put_text(o, "direction", dir == ZT_FROM_DEVICE ? "from-device" : "to-device");
	put_number(o, "packets", c->packets);
	put_number(o, "bytes", c->bytes);
	return o;
}

void report_put_counts(struct agent *a, struct json_object *o)
{
	struct json_object *reasons = json_object_new_array(), *verdicts = json_object_new_object();
	struct zt_count *counts = calloc(ZT_COUNT_MAX, sizeof(*counts));
	uint64_t sum[ZT_VERDICT_MAX] = {0};
	uint32_t reason, verdict, dir;

	if (counts && a->engine.maps && !zt_maps_counts(a->engine.maps, counts)) {
		for (reason = 0; reason < ZT_REASON_MAX; reason++)
			for (verdict = 0; verdict < ZT_VERDICT_MAX; verdict++)
				for (dir = 0; dir < 2; dir++) {
					struct zt_count *c =
						&counts[ZT_COUNT_INDEX(reason, verdict, dir)];

					sum[verdict] += c->packets;
					if (c->packets)
						json_object_array_add(
							reasons,
							reason_json(reason, verdict, dir, c));
				}
	}
	free(counts);
	for (verdict = 0; verdict < ZT_VERDICT_MAX; verdict++)
		put_number(verdicts, zt_verdict_word((uint8_t)verdict), sum[verdict]);
	json_object_object_add(o, "verdicts", verdicts);
	json_object_object_add(o, "reasons", reasons);
}

struct json_object *report_lost(struct agent *a)
{
	struct json_object *o = json_object_new_object();
	uint64_t lost[ZT_LOST_MAX] = {0};

	if (a->engine.maps && zt_maps_lost(a->engine.maps, lost))
		memset(lost, 0, sizeof(lost));
	put_number(o, "events", lost[ZT_LOST_EVENT]);
	put_number(o, "critical", lost[ZT_LOST_CRITICAL]);
	put_number(o, "aggregates", lost[ZT_LOST_AGGREGATE]);
	put_number(o, "flows", lost[ZT_LOST_FLOW]);
	put_number(o, "sweeps", lost[ZT_LOST_SWEEP]);
	put_number(o, "learned", lost[ZT_LOST_LEARN]);
	put_number(o, "uncounted", lost[ZT_LOST_UNCOUNTED]);
	put_number(o, "log", emit_lost_lines(&a->emit));
	put_number(o, "observe", a->emit.lost_observe);
	put_number(o, "ends", a->ends_missed);
	return o;
}

struct json_object *report_counters(struct agent *a)
{
	struct json_object *o = json_object_new_object();

	report_put_counts(a, o);
	json_object_object_add(o, "lost", report_lost(a));
	return o;
}
