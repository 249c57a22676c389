/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the agent can tell, as JSON (the keys are in control/control.h). Each function
 * answers one command's result or fills an outcome; none changes anything.
 */
#ifndef ZTAGENTD_REPORT_H
#define ZTAGENTD_REPORT_H

#include <json-c/json.h>
#include "daemon/agent.h"
#include "daemon/out.h"

/* json-c in short: a key is left out when there is nothing to say. */
void put_text(struct json_object *o, const char *key, const char *text);
void put_number(struct json_object *o, const char *key, uint64_t value);
void put_bool(struct json_object *o, const char *key, bool value);
void add_text(struct json_object *list, const char *text);

struct json_object *report_status(struct agent *a);
struct json_object *report_policy(struct agent *a);
struct json_object *report_pending(struct agent *a);
void report_put_quarantine(struct agent *a, struct json_object *o); /* only where there is any */
struct json_object *report_ports(struct agent *a);
struct json_object *report_counters(struct agent *a);
void report_put_counts(struct agent *a, struct json_object *o); /* "verdicts", "reasons" */
struct json_object *report_lost(struct agent *a);
/* Long ones, as text. args may filter; out->code is set when they name what is not there. */
void report_flows(struct agent *a, struct json_object *args, struct outcome *outcome,
		  struct out *o);
void report_devices(struct agent *a, struct json_object *args, struct outcome *outcome,
		    struct out *o);
void report_device(struct agent *a, struct json_object *args, struct outcome *outcome,
		   struct out *o);
struct json_object *report_apps(struct agent *a);
struct json_object *report_segments(struct agent *a);

/* Text argument, NULL when absent. */
const char *arg_text(struct json_object *args, const char *key);

#endif
