/* SPDX-License-Identifier: GPL-2.0 */
/* Asking the agent for flows, with the filters both flow commands take. */
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "flows.h"

void flows_filters(const struct call *c, struct json_object *args)
{
	static const char *const texts[] = {"device", "app", "peer", "verdict"};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add_text(args, texts[i], call_option(c, texts[i]));
}

int flows_get(const struct call *c, struct zt_control_reply *ret)
{
	const char *limit = call_option(c, "limit");
	struct json_object *args;
	unsigned long nr = 0;
	char *end;
	int r = check_filters(c);

	if (r)
		return r;
	if (limit) {
		errno = 0;
		nr = strtoul(limit, &end, 10);
		if (errno || *end || *limit < '0' || *limit > '9' || !nr || nr > 1000000)
			return call_fail(c, CODE_USAGE,
					 "--limit \"%s\": write a number from 1 to 1000000", limit);
	}
	args = json_object_new_object();
	flows_filters(c, args);
	if (nr)
		add_number(args, "limit", nr);
	return agent_call(c, "flows", args, NULL, ret);
}
