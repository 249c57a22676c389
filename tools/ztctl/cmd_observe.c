/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ztctl observe: events as the agent gives them out, one line each; with --json
 * the lines as they come. Without -f it watches for a while and ends.
 */
#include <json-c/json.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "agent.h"
#include "cmd.h"
#include "flows.h"

/* "10.0.0.5:40000", "[fd00::5]:40000", "10.0.0.5", or the MAC where there is no IP. */
static void print_end(struct json_object *e, const char *address, const char *port, const char *mac)
{
	const char *text = get_text(e, address);
	bool is_v6 = strchr(text, ':');

	if (!*text)
		text = get_text(e, mac);
	if (!*text)
		text = "-";
	if (get_member(e, port)) {
		printf("%s", is_v6 ? "[" : "");
		print_safe(stdout, text);
		printf("%s:%lld", is_v6 ? "]" : "", (long long)get_number(e, port));
	} else {
		print_safe(stdout, text);
	}
}

static void print_pair(struct json_object *e, const char *key)
{
	const char *text = get_text(e, key);

	if (!*text)
		return;
	printf(" %s=", key);
	print_safe(stdout, text);
}

static void print_event(const struct call *c, struct json_object *e)
{
	const char *verdict = get_text(e, "verdict"), *colour = c->colour ? colour_of(verdict) : "";
	char *apps = get_joined(e, "apps");

	print_safe(stdout, get_text(e, "time"));
	putchar(' ');
	if (*verdict)
		printf("%s%s%s", colour, verdict, *colour ? COLOUR_END : "");
	else
		print_safe(stdout, get_text(e, "class"));
	if (*get_text(e, "reason")) {
		putchar(' ');
		print_safe(stdout, get_text(e, "reason"));
	}
	if (get_member(e, "src") || get_member(e, "smac")) {
		putchar(' ');
		print_end(e, "src", "sport", "smac");
		fputs(" > ", stdout);
		print_end(e, "dst", "dport", "dmac");
	}
	print_pair(e, "proto");
	print_pair(e, "device");
	print_pair(e, "segment");
	if (*apps) {
		printf(" apps=");
		print_safe(stdout, apps);
	}
	print_pair(e, "rule");
	print_pair(e, "interface");
	if (get_number(e, "count") > 1)
		printf(" count=%lld", (long long)get_number(e, "count"));
	if (*get_text(e, "message")) {
		fputs(" : ", stdout);
		print_safe(stdout, get_text(e, "message"));
	}
	putchar('\n');
	free(apps);
}

static int print_line(void *arg, struct json_object *line, const char *text)
{
	const struct call *c = arg;

	if (c->json)
		output_json(json_object_get(line), false);
	else
		print_event(c, line);
	/* A reader behind a pipe sees each event when it happens; a closed pipe ends it. */
	return fflush(stdout) ? 1 : 0;
}

/* Everything printed was flushed line by line. */
static void end_of_time(int signal_nr)
{
	_exit(CODE_OK);
}

/* Watching for a time: the alarm ends the process, wherever the stream waits. */
static int set_alarm(struct call *c)
{
	const char *text = call_option(c, "for");
	uint32_t seconds = 10;

	if (text && (parse_seconds(text, &seconds) < 0 || !seconds))
		return call_fail(c, CODE_USAGE, "--for \"%s\": write a time such as 30s or 5m",
				 text);
	if (text && call_option(c, "follow"))
		return call_fail(c, CODE_USAGE, "observe: --for or --follow, not both");
	if (!call_option(c, "follow")) {
		signal(SIGALRM, end_of_time);
		alarm(seconds);
	}
	return 0;
}

int cmd_observe(struct call *c)
{
	static const char *const texts[] = {"device", "verdict", "reason"};
	struct json_object *args;
	size_t i;
	int r = set_alarm(c);

	if (!r)
		r = check_filters(c);
	if (r)
		return r;
	args = json_object_new_object();
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add_text(args, texts[i], call_option(c, texts[i]));
	return agent_stream(c, "observe", args, print_line, c);
}
