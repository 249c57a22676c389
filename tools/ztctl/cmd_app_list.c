/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl app list: the applications and the rules that name them. */
#include <stdlib.h>
#include "agent.h"
#include "cmd.h"

static void add_list(struct table *t, struct json_object *app, const char *key)
{
	char *text = get_joined(app, key);

	table_cell(t, "%s", text);
	free(text);
}

int cmd_app_list(struct call *c)
{
	static const char *const headers[] = {"APPLICATION", "SERVICES", "RULES",
					      "FLAGS",	     "HOSTS",	 NULL};
	struct zt_control_reply reply;
	struct table *t;
	size_t i;
	int r = agent_call(c, "apps", NULL, NULL, &reply);

	if (r)
		return r;
	if (c->json) {
		agent_print_json(&reply);
		zt_control_reply_free(&reply);
		return CODE_OK;
	}
	t = table_new(headers);
	for (i = 0; i < get_length(reply.result, "apps"); i++) {
		struct json_object *app = get_item(reply.result, "apps", i);

		table_cell(t, "%s%s", get_text(app, "id"),
			   get_bool(app, "builtin") ? " (built in)" : "");
		add_list(t, app, "services");
		add_list(t, app, "rules");
		add_list(t, app, "flags");
		add_list(t, app, "hosts");
	}
	table_print(t, c->colour);
	table_free(t);
	zt_control_reply_free(&reply);
	return CODE_OK;
}
