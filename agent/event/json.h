/* SPDX-License-Identifier: GPL-2.0 */
/* An event as JSON: what `ztctl observe` gets. The keys are in control/control.h. */
#ifndef ZT_EVENT_JSON_H
#define ZT_EVENT_JSON_H

#include "event/cef.h"

struct json_object;
struct json_object *zt_event_json(const struct zt_cef *e, uint64_t now_us);

/* RFC 3339, UTC, six fraction digits; the form without a fraction. buf >= 32. */
char *zt_time_us(uint64_t now_us, char buf[32]);
char *zt_time_s(int64_t s, char buf[32]);

#endif
