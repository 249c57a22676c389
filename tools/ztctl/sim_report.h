/* SPDX-License-Identifier: GPL-2.0 */
/* What a simulation found, as one JSON object; the text is printed from it. */
#ifndef ZT_ZTCTL_SIM_REPORT_H
#define ZT_ZTCTL_SIM_REPORT_H

#include "output.h"
#include "simulate.h"

/* Sorts the flows. error: the capture's, or NULL. */
struct json_object *sim_report(struct simulation *s, const char *file, const char *error);
void sim_report_print(const struct call *c, struct json_object *report, bool dropped_only);

#endif
