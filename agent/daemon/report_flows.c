/* SPDX-License-Identifier: GPL-2.0 */
/* Live flows as JSON: see report.h. */
#include <stdlib.h>
#include "daemon/flow_json.h"
#include "daemon/report.h"

#define LIMIT_MAX 200000 /* a reply of less than ZT_CONTROL_REPLY_MAX */

static uint64_t limit_of(struct json_object *args)
{
	struct json_object *limit;
	int64_t n = json_object_object_get_ex(args, "limit", &limit) ? json_object_get_int64(limit) : 0;

	return n > 0 && n < LIMIT_MAX ? (uint64_t)n : LIMIT_MAX;
}

void report_flows(struct agent *a, struct json_object *args, struct outcome *outcome, struct out *o)
{
	struct flow_now now = {.e = &a->engine};
	struct zt_flow_entry *v = NULL;
	struct flow_names names;
	struct flow_filter x;
	uint32_t nr = 0, i;
	uint64_t total = 0, limit = limit_of(args);

	if (flow_filter_read(args, &x, outcome))
		return;
	if (a->engine.held && !zt_maps_clock(a->engine.maps, &now.clock))
		zt_maps_flows(a->engine.maps, now.clock.now, &v, &nr);
	now.gen = a->engine.maps ? zt_maps_gen(a->engine.maps) : 0;
	out_open(o, NULL, '{');
	out_open(o, "flows", '[');
	for (i = 0; i < nr; i++) {
		if (flow_wanted(&now, &x, &v[i], &names) && total++ < limit)
			flow_out_live(o, &now, &v[i], &names);
	}
	out_close(o, ']');
	out_number(o, "total", total);
	out_close(o, '}');
	free(v);
}
