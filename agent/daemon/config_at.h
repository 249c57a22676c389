/* SPDX-License-Identifier: GPL-2.0 */
/* Inside the configuration reader: one value, where messages say it is, its type. */
#ifndef ZTAGENTD_CONFIG_AT_H
#define ZTAGENTD_CONFIG_AT_H

#include <json-c/json.h>
#include "daemon/config.h"
#include "policy/text.h"

struct config_at {
	const char *file;
	uint32_t line;
	char path[96];
	struct json_object *v;
	struct zt_errors *errors;
};

void config_wrong(const struct config_at *at, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* NULL, and a message, when it is no text. */
const char *config_text(const struct config_at *at);
void config_number(const struct config_at *at, int64_t lo, int64_t hi, uint32_t *ret);
/* config_sink.c: the list of destinations */
void config_sinks(const struct config_at *at, struct config *c);

#endif
