/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl policy diff: what another policy would change, before it is applied. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "agent.h"
#include "cmd.h"
#include "diff.h"
#include "load.h"

static void print_value(const char *prefix, struct json_object *v)
{
	if (!v)
		return;
	fputs(prefix, stdout);
	print_safe(stdout, json_object_to_json_string_ext(
				   v, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void print_objects(struct json_object *o)
{
	size_t i;

	for (i = 0; i < get_length(o, "objects"); i++) {
		struct json_object *change = get_item(o, "objects", i);
		const char *op = get_text(change, "op");

		printf("%c ", *op == 'a' ? '+' : *op == 'r' ? '-' : '~');
		print_safe(stdout, get_text(change, "path"));
		print_value(": ", get_member(change, "old"));
		print_value(get_member(change, "old") ? " -> " : ": ", get_member(change, "new"));
		putchar('\n');
	}
}

static void print_decisions(const struct call *c, struct json_object *o)
{
	static const char *const headers[] = {"FROM", "TO", "SERVICES", "NOW", "THEN", NULL};
	_cleanup_table_ struct table *t = table_new(headers);
	size_t i;

	for (i = 0; i < get_length(o, "decisions"); i++) {
		struct json_object *d = get_item(o, "decisions", i);
		char *services = get_joined(d, "services");

		table_cell(t, "%s", get_text(d, "from"));
		table_cell(t, "%s", get_text(d, "to"));
		table_cell(t, "%s", services);
		table_cell(t, "%s", get_text(d, "old"));
		table_cell(t, "%s", get_text(d, "new"));
		free(services);
	}
	putchar('\n');
	if (table_rows(t))
		table_print(t, c->colour);
	else
		puts("no rule decides otherwise between devices of both policies");
	if (get_bool(o, "decisions_cut"))
		puts("and more; the list is cut");
}

/* A mode decides what becomes of a denial: it changes more than any rule. */
static void print_modes(struct json_object *o)
{
	size_t i;

	for (i = 0; i < get_length(o, "objects"); i++) {
		struct json_object *change = get_item(o, "objects", i);
		const char *path = get_text(change, "path"), *to = get_text(change, "new");
		size_t len = strlen(path);

		if (*get_text(change, "op") != 'c' || strncmp(path, "segments.", 9) || len < 14 ||
		    strcmp(path + len - 5, ".mode"))
			continue;
		printf("segment %.*s goes to %s: %s\n", (int)(len - 14), path + 9, to,
		       !strcmp(to, "enforce") ? "what no rule allows there is dropped from then on" :
		       !strcmp(to, "audit")   ? "what no rule allows there passes, with verdict AUDIT" :
						"everything readable passes there, and is recorded");
	}
}

static void compare(const struct call *c, const struct diff_side *old, const struct diff_side *new)
{
	struct json_object *o = object_new(), *decisions;
	bool cut;

	json_object_object_add(o, "objects", diff_objects(old->policy, new->policy));
	decisions = diff_decisions(old, new, &cut);
	json_object_object_add(o, "decisions", decisions);
	add_bool(o, "decisions_cut", cut);
	if (c->json) {
		output_json(o, true);
		return;
	}
	if (!get_length(o, "objects")) {
		puts("no difference");
	} else {
		print_objects(o);
		print_modes(o);
		print_decisions(c, o);
	}
	json_object_put(o);
}

int cmd_policy_diff(struct call *c)
{
	struct zt_policy *old = NULL, *new = NULL;
	struct zt_image *old_image = NULL, *new_image = NULL;
	const char *new_path = c->args[c->nr_args - 1];
	int64_t revision;
	int r = load_policy(c, new_path, NULL, &new);

	if (!r)
		r = c->nr_args == 2 ? load_policy(c, c->args[0], NULL, &old)
				    : agent_policy(c, &old, &revision);
	if (!r)
		r = compile_policy(c, c->nr_args == 2 ? c->args[0] : "(policy in force)", old,
				   &old_image);
	if (!r)
		r = compile_policy(c, new_path, new, &new_image);
	if (!r)
		compare(c, &(struct diff_side){old, old_image},
			&(struct diff_side){new, new_image});
	zt_image_free(old_image);
	zt_image_free(new_image);
	zt_policy_free(old);
	zt_policy_free(new);
	return r;
}
