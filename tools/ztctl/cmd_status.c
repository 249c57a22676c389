/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl status: first whether it is enforced, then everything else. */
#include <stdlib.h>
#include <string.h>
#include "agent.h"
#include "cmd.h"

static void print_policy(struct json_object *result)
{
	struct json_object *policy = get_member(result, "policy");
	struct json_object *pending = get_member(result, "pending");
	const char *name = get_text(policy, "name");

	if (!policy) {
		puts("policy      none loaded; \"ztctl load PATH\" puts one in force");
		return;
	}
	printf("policy      ");
	print_safe(stdout, *name ? name : "(no name)");
	printf(", revision %lld-%.8s, generation %lld, by ",
	       (long long)get_number(policy, "revision"), get_text(policy, "hash"),
	       (long long)get_number(policy, "generation"));
	print_safe(stdout, get_text(policy, "by"));
	printf(" at %s\n", get_text(policy, "loaded_at"));
	printf("            %lld devices, %lld segments, %lld groups, %lld applications, %lld "
	       "rules\n",
	       (long long)get_number(policy, "devices"), (long long)get_number(policy, "segments"),
	       (long long)get_number(policy, "groups"),
	       (long long)get_number(policy, "applications"),
	       (long long)get_number(policy, "rules"));
	if (pending)
		printf("pending     reverts in %lld s unless \"ztctl policy confirm\" follows\n",
		       (long long)get_number(pending, "seconds_left"));
}

static void print_ports(struct json_object *result, bool colour)
{
	static const char *const headers[] = {"PORT", "STATE", "XDP", "TC", "WHY", NULL};
	_cleanup_table_ struct table *t = table_new(headers);
	size_t i;

	for (i = 0; i < get_length(result, "ports"); i++) {
		struct json_object *port = get_item(result, "ports", i);

		table_cell(t, "%s", get_text(port, "name"));
		table_cell(t, "%s", get_bool(port, "enforcing") ? "enforcing" : "NOT ENFORCING");
		table_cell(t, "%s %s", get_text(port, "xdp"), get_text(port, "xdp_kind"));
		table_cell(t, "%s", get_text(port, "tc_kind"));
		table_cell(t, "%s", get_text(port, "why"));
	}
	if (table_rows(t)) {
		putchar('\n');
		table_print(t, colour);
	}
}

/* Only where the policy asks for it. */
static void print_fast(struct json_object *result)
{
	struct json_object *fast = get_member(result, "fast_forward");

	if (!fast)
		return;
	printf("\nfast forwarding is %s", get_bool(fast, "on") ? "on" : "OFF: ");
	print_safe(stdout, get_text(fast, "why"));
	printf("; %lld packets from devices and %lld to devices so far\n",
	       (long long)get_number(fast, "packets_from_device"),
	       (long long)get_number(fast, "packets_to_device"));
}

static void print_segments(struct json_object *result, bool colour)
{
	static const char *const headers[] = {"SEGMENT", "MODE", "DEVICES", NULL};
	_cleanup_table_ struct table *t = table_new(headers);
	size_t i;

	for (i = 0; i < get_length(result, "segments"); i++) {
		struct json_object *segment = get_item(result, "segments", i);

		table_cell(t, "%s", get_text(segment, "id"));
		table_cell(t, "%s", get_text(segment, "mode"));
		table_cell(t, "%lld", (long long)get_number(segment, "devices"));
	}
	if (table_rows(t)) {
		putchar('\n');
		table_print(t, colour);
	}
}

static void print_reasons(struct json_object *result, bool colour)
{
	static const char *const headers[] = {"VERDICT", "REASON", "DIRECTION",
					      "PACKETS", "BYTES",  NULL};
	_cleanup_table_ struct table *t = table_new(headers);
	size_t i;

	for (i = 0; i < get_length(result, "reasons"); i++) {
		struct json_object *reason = get_item(result, "reasons", i);

		table_cell(t, "%s", get_text(reason, "verdict"));
		table_cell(t, "%s", get_text(reason, "reason"));
		table_cell(t, "%s", get_text(reason, "direction"));
		table_cell(t, "%lld", (long long)get_number(reason, "packets"));
		table_cell(t, "%lld", (long long)get_number(reason, "bytes"));
	}
	if (table_rows(t)) {
		putchar('\n');
		table_print(t, colour);
	}
}

/* What could not be kept is never silent. */
static void print_lost(struct json_object *result)
{
	static const char *const keys[] = {"events", "critical", "aggregates", "flows",
					   "sweeps", "learned",	 "uncounted", "log",	       "observe",
					   "ends"};
	struct json_object *lost = get_member(result, "lost");
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!get_number(lost, keys[i]))
			continue;
		printf("%s %s %lld", any ? "," : "\nlost:", keys[i],
		       (long long)get_number(lost, keys[i]));
		any = true;
	}
	if (any)
		putchar('\n');
}

/* Who keeps the flow records, and why not the kernel module. */
static void print_flow_table(struct json_object *table)
{
	if (!table)
		return;
	printf("flow table  %s", get_text(table, "backend"));
	if (!strcmp(get_text(table, "backend"), "kmod"))
		printf(": zt_flow.ko, %lld of %lld records; refused: %lld by quota, %lld as it was full",
		       (long long)get_number(table, "live"), (long long)get_number(table, "max_flows"),
		       (long long)get_number(table, "refused_quota"),
		       (long long)get_number(table, "refused_full"));
	if (*get_text(table, "why")) {
		printf(": ");
		print_safe(stdout, get_text(table, "why"));
	}
	putchar('\n');
}

static void print_quarantine(struct json_object *result)
{
	char *ids = get_joined(result, "quarantine");

	if (*ids) {
		printf("quarantine  ");
		print_safe(stdout, ids);
		putchar('\n');
	}
	free(ids);
}

static bool is_lenient(struct json_object *segment)
{
	return strcmp(get_text(segment, "mode"), "enforce") != 0;
}

static bool all_enforce(struct json_object *result)
{
	size_t i;

	for (i = 0; i < get_length(result, "segments"); i++)
		if (is_lenient(get_item(result, "segments", i)))
			return false;
	return true;
}

/* The segments in which packets pass that enforce would drop: part of the headline. */
static void print_lenient(struct json_object *result)
{
	const char *before = "; nothing is dropped by policy in ";
	size_t i;

	for (i = 0; i < get_length(result, "segments"); i++) {
		struct json_object *segment = get_item(result, "segments", i);

		if (!is_lenient(segment))
			continue;
		fputs(before, stdout);
		print_safe(stdout, get_text(segment, "id"));
		printf(" (%s)", get_text(segment, "mode"));
		before = ", ";
	}
}

static void print_status(const struct call *c, struct json_object *result)
{
	bool enforcing = get_bool(result, "enforcing");
	const char *word = !enforcing		 ? "NOT ENFORCING"
			   : all_enforce(result) ? "enforcing"
						 : "in force";

	printf("%s%s%s", c->colour ? colour_of(word) : "", word, c->colour ? COLOUR_END : "");
	if (!enforcing && *get_text(result, "why")) {
		printf(": ");
		print_safe(stdout, get_text(result, "why"));
	}
	print_lenient(result);
	putchar('\n');
	print_policy(result);
	printf("agent       version %s, pid %lld, up %lld s\n", get_text(result, "version"),
	       (long long)get_number(result, "pid"), (long long)get_number(result, "uptime_s"));
	printf("live        %lld flows, %lld learned addresses\n",
	       (long long)get_number(result, "flows"), (long long)get_number(result, "learned"));
	print_flow_table(get_member(result, "flow_table"));
	print_quarantine(result);
	print_ports(result, c->colour);
	print_fast(result);
	print_segments(result, c->colour);
	print_reasons(result, c->colour);
	print_lost(result);
}

int cmd_status(struct call *c)
{
	struct zt_control_reply reply;
	int r = agent_call(c, "status", NULL, NULL, &reply);

	if (r)
		return r;
	if (c->json)
		agent_print_json(&reply);
	else
		print_status(c, reply.result);
	if (!get_bool(reply.result, "enforcing"))
		r = CODE_REFUSED;
	zt_control_reply_free(&reply);
	return r;
}
