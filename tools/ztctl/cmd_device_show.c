/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl device show: all that is known of one device. */
#include <json-c/json.h>
#include <stdlib.h>
#include "agent.h"
#include "cmd.h"

static void print_line(const char *label, const char *text)
{
	if (!*text)
		return;
	printf("%-12s", label);
	print_safe(stdout, text);
	putchar('\n');
}

static void print_list(struct json_object *device, const char *label, const char *key)
{
	char *text = get_joined(device, key);

	print_line(label, text);
	free(text);
}

static void print_pairs(struct json_object *device, const char *key)
{
	struct json_object *o = get_member(device, key);

	if (!json_object_is_type(o, json_type_object) || !json_object_object_length(o))
		return;
	printf("%s\n", key);
	json_object_object_foreach(o, name, value)
	{
		fputs("  ", stdout);
		print_safe(stdout, name);
		fputs(" = ", stdout);
		print_safe(stdout, json_object_get_string(value));
		putchar('\n');
	}
}

static void print_bindings(struct json_object *device)
{
	size_t i;

	for (i = 0; i < get_length(device, "bound"); i++) {
		struct json_object *bound = get_item(device, "bound", i);

		printf("%-12s%s on %s", "bound", get_text(bound, "mac"), get_text(bound, "port"));
		if (get_number(bound, "vlan"))
			printf(" VLAN %lld", (long long)get_number(bound, "vlan"));
		if (get_member(bound, "last_seen_s"))
			printf(", seen %lld s ago", (long long)get_number(bound, "last_seen_s"));
		putchar('\n');
	}
	for (i = 0; i < get_length(device, "learned"); i++) {
		struct json_object *learned = get_item(device, "learned", i);

		printf("%-12s%s by %s, %lld s left\n", "learned", get_text(learned, "address"),
		       get_text(learned, "how"), (long long)get_number(learned, "expires_s"));
	}
}

/* What it holds of what it may. */
static void print_limits(struct json_object *device)
{
	struct json_object *max = get_member(device, "limits"), *held = get_member(device, "held");

#define N(o, key) (long long)get_number(o, key)
	if (!max || !held)
		return;
	printf("%-12sflows %lld of %lld; opened to it %lld of %lld; half-open %lld, to it %lld, of "
	       "%lld each\n", "holds", N(held, "flows"), N(max, "flows"), N(held, "flows_to_it"),
	       N(max, "flows_to_it"), N(held, "half_open"), N(held, "half_open_to_it"),
	       N(max, "half_open"));
	printf("%-12slearned addresses IPv4 %lld of %lld, IPv6 %lld of %lld\n", "",
	       N(held, "addresses4"), N(max, "addresses4"), N(held, "addresses6"),
	       N(max, "addresses6"));
	printf("%-12s%lld new flows/s, as many to it; %lld ARP, ND and DHCP packets/s\n", "may take",
	       N(max, "new_flows_per_s"), N(max, "arp_per_s"));
#undef N
}

static void print_counters(const struct call *c, struct json_object *device)
{
	static const char *const headers[] = {"VERDICT",   "FROM DEVICE", "BYTES",
					      "TO DEVICE", "BYTES",	  NULL};
	static const char *const verdicts[] = {"FORWARDED", "DROPPED", "AUDIT"};
	struct json_object *counters = get_member(device, "counters");
	_cleanup_table_ struct table *t = table_new(headers);
	size_t i;

	for (i = 0; i < 3; i++) {
		struct json_object *v = get_member(counters, verdicts[i]);
		struct json_object *from = get_member(v, "from_device");
		struct json_object *to = get_member(v, "to_device");

		table_cell(t, "%s", verdicts[i]);
		table_cell(t, "%lld", (long long)get_number(from, "packets"));
		table_cell(t, "%lld", (long long)get_number(from, "bytes"));
		table_cell(t, "%lld", (long long)get_number(to, "packets"));
		table_cell(t, "%lld", (long long)get_number(to, "bytes"));
	}
	putchar('\n');
	table_print(t, c->colour);
}

static void print_quarantine(struct json_object *quarantine)
{
	if (!quarantine)
		return;
	printf("%-12ssince %s, by ", "quarantine", get_text(quarantine, "since"));
	print_safe(stdout, get_text(quarantine, "by"));
	printf("; it reaches nothing and nothing reaches it until \"ztctl device release\"\n");
}

static void print_device(const struct call *c, struct json_object *device)
{
	print_line("device", get_text(device, "id"));
	print_line("name", get_text(device, "name"));
	printf("%-12s%s, mode %s\n", "segment", get_text(device, "segment"),
	       get_text(device, "mode"));
	print_quarantine(get_member(device, "quarantine"));
	print_list(device, "MAC", "macs");
	print_list(device, "ports", "ports");
	print_list(device, "addresses", "static");
	print_list(device, "dynamic", "dynamic");
	print_bindings(device);
	printf("%-12s%lld\n", "flows", (long long)get_number(device, "flows"));
	print_limits(device);
	print_pairs(device, "labels");
	print_pairs(device, "inventory");
	print_counters(c, device);
}

int cmd_device_show(struct call *c)
{
	struct json_object *args = json_object_new_object();
	struct zt_control_reply reply;
	int r;

	add_text(args, "id", c->args[0]);
	r = agent_call(c, "device", args, NULL, &reply);
	if (r)
		return r;
	if (c->json)
		agent_print_json(&reply);
	else
		print_device(c, reply.result);
	zt_control_reply_free(&reply);
	return CODE_OK;
}
