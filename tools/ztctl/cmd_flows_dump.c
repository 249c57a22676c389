/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ztctl flows dump: one line per flow, tab-separated, for awk. The columns are a
 * promise: new ones are appended, none is renamed or moved. "-" is an empty one.
 */
#include <stdlib.h>
#include <string.h>
#include "cmd.h"
#include "flows.h"

enum kind { TEXT, NUMBER, BOOL, JOINED, PACKETS, BYTES };

static const struct {
	const char *header, *key;
	enum kind kind;
} columns[] = {
	{"device", "device", TEXT},
	{"address", "address", TEXT},
	{"peer", "peer", TEXT},
	{"peer_device", "peer_device", TEXT},
	{"apps", "apps", JOINED},
	{"proto", "proto", TEXT},
	{"device_port", "device_port", NUMBER},
	{"peer_port", "peer_port", NUMBER},
	{"opener", "opener", TEXT},
	{"verdict", "verdict", TEXT},
	{"reason", "reason", TEXT},
	{"rule", "rule", TEXT},
	{"current", "current", BOOL},
	{"picked_up", "picked_up", BOOL},
	{"interface", "interface", TEXT},
	{"vlan", "vlan", NUMBER},
	{"packets_from_device", "from_device", PACKETS},
	{"packets_to_device", "to_device", PACKETS},
	{"bytes_from_device", "from_device", BYTES},
	{"bytes_to_device", "to_device", BYTES},
	{"age_s", "age_s", NUMBER},
	{"idle_s", "idle_s", NUMBER},
	{"timeout_s", "timeout_s", NUMBER},
};
#define NR_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void print_joined(struct json_object *flow, const char *key)
{
	char *text = get_joined(flow, key), *comma = text;

	while ((comma = strstr(comma, ", ")))
		memmove(comma + 1, comma + 2, strlen(comma + 2) + 1);
	print_safe(stdout, *text ? text : "-");
	free(text);
}

static void print_column(struct json_object *flow, size_t i)
{
	const char *key = columns[i].key, *text;

	switch (columns[i].kind) {
	case TEXT:
		text = get_text(flow, key);
		print_safe(stdout, *text ? text : "-");
		break;
	case NUMBER:
		printf("%lld", (long long)get_number(flow, key));
		break;
	case BOOL:
		fputs(get_bool(flow, key) ? "yes" : "no", stdout);
		break;
	case JOINED:
		print_joined(flow, key);
		break;
	case PACKETS:
		printf("%lld", (long long)get_number(get_member(flow, "packets"), key));
		break;
	case BYTES:
		printf("%lld", (long long)get_number(get_member(flow, "bytes"), key));
		break;
	}
}

int cmd_flows_dump(struct call *c)
{
	struct zt_control_reply reply;
	size_t i, column;
	int r = flows_get(c, &reply);

	if (r)
		return r;
	if (c->json) {
		agent_print_json(&reply);
		zt_control_reply_free(&reply);
		return CODE_OK;
	}
	for (column = 0; column < NR_COLUMNS; column++)
		printf("%s%s", columns[column].header, column + 1 < NR_COLUMNS ? "\t" : "\n");
	for (i = 0; i < get_length(reply.result, "flows"); i++) {
		struct json_object *flow = get_item(reply.result, "flows", i);

		for (column = 0; column < NR_COLUMNS; column++) {
			print_column(flow, column);
			putchar(column + 1 < NR_COLUMNS ? '\t' : '\n');
		}
	}
	zt_control_reply_free(&reply);
	return CODE_OK;
}
