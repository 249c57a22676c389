/* SPDX-License-Identifier: GPL-2.0 */
/* The report of a simulation for people. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "sim_report.h"

static const char *device_name(struct json_object *flow)
{
	const char *device = get_text(flow, "device");

	return *device ? device : get_bool(flow, "group") ? "every port" : "unknown";
}

static void print_flows(const struct call *c, struct json_object *report, bool dropped_only)
{
	static const char *const headers[] = {"DEVICE",	 "",	   "PEER", "APPLICATION", "SERVICE",
					      "VERDICT", "REASON", "RULE", "PACKETS",	  NULL};
	_cleanup_table_ struct table *t = table_new(headers);
	size_t i;

	for (i = 0; i < get_length(report, "flows"); i++) {
		struct json_object *flow = get_item(report, "flows", i);
		const char *peer = get_text(flow, "peer_device");
		const char *at = get_text(flow, "address"), *peer_at = get_text(flow, "peer");
		char *apps;

		if (dropped_only && !strcmp(get_text(flow, "verdict"), "FORWARDED"))
			continue;
		apps = get_joined(flow, "apps");
		at = *at ? at : get_text(flow, "mac");
		peer_at = *peer_at ? peer_at : get_text(flow, "peer_mac");
		table_cell(t, "%s%s%s", device_name(flow), *at ? " " : "", at);
		table_cell(t, "%s", strcmp(get_text(flow, "opener"), "device") ? "<" : ">");
		table_cell(t, "%s%s%s", peer, *peer && *peer_at ? " " : "", peer_at);
		table_cell(t, "%s", apps);
		table_cell(t, "%s", get_text(flow, "service"));
		table_cell(t, "%s", get_text(flow, "verdict"));
		table_cell(t, "%s", get_text(flow, "reason"));
		table_cell(t, "%s", get_text(flow, "rule"));
		table_cell(t, "%lld", (long long)get_number(flow, "packets"));
		free(apps);
	}
	if (table_rows(t)) {
		table_print(t, c->colour);
		putchar('\n');
	}
}

static void print_notes(struct json_object *report)
{
	struct json_object *router = get_member(report, "router");
	char *addresses = get_joined(router, "addresses");
	size_t i;

	if (*get_text(router, "mac"))
		printf("router: %s in the capture is taken for this router%s%s\n",
		       get_text(router, "mac"), *addresses ? ", addresses " : "", addresses);
	else
		puts("router: none found in the capture; --router-mac names one");
	free(addresses);
	for (i = 0; i < get_length(report, "learned"); i++) {
		struct json_object *entry = get_item(report, "learned", i);

		printf("learned: %s has %s, by %s\n", get_text(entry, "device"),
		       get_text(entry, "address"), get_text(entry, "how"));
	}
	if (get_number(report, "padded"))
		printf("%lld packets were cut short in the capture behind their headers; zeros "
		       "stand "
		       "for the rest\n",
		       (long long)get_number(report, "padded"));
	if (get_number(report, "readdressed"))
		printf("%lld packets went to a host beside the router; judged as if sent by way of "
		       "it\n",
		       (long long)get_number(report, "readdressed"));
	if (!get_number(report, "devices_seen"))
		puts("no device of the policy sent anything in this capture");
}

static void print_totals(struct json_object *report)
{
	struct json_object *verdicts = get_member(report, "verdicts");
	size_t i;

	printf("\n%lld packets: %lld FORWARDED, %lld DROPPED, %lld AUDIT, %lld not simulated\n",
	       (long long)get_number(report, "packets"),
	       (long long)get_number(verdicts, "FORWARDED"),
	       (long long)get_number(verdicts, "DROPPED"), (long long)get_number(verdicts, "AUDIT"),
	       (long long)(get_number(report, "packets") - get_number(report, "simulated")));
	for (i = 0; i < get_length(report, "reasons"); i++) {
		struct json_object *reason = get_item(report, "reasons", i);

		printf("  %-9s %-18s %lld\n", get_text(reason, "verdict"),
		       get_text(reason, "reason"), (long long)get_number(reason, "packets"));
	}
	for (i = 0; i < get_length(report, "not_simulated"); i++) {
		struct json_object *why = get_item(report, "not_simulated", i);

		printf("  not simulated: %lld %s\n", (long long)get_number(why, "packets"),
		       get_text(why, "why"));
	}
}

void sim_report_print(const struct call *c, struct json_object *report, bool dropped_only)
{
	print_flows(c, report, dropped_only);
	print_notes(report);
	print_totals(report);
}
