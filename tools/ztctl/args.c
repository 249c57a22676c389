/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of a command line against the tables: which command, which options.
 * Options may stand anywhere; "--" ends them. Knows no command by name.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ztctl.h"

const struct option_row common_options[] = {
	{"json", NULL, "print JSON with \"schema\": 1"},
	{"h|help", NULL, "print this help"},
	{"socket", "PATH", "control socket of the agent"},
	{},
};

/* Does the option go by this name: its one letter, or its word. */
bool option_matches(const struct option_row *o, const char *word, size_t len)
{
	const char *name = o->name;

	if (name[1] == '|') {
		if (len == 1 && word[0] == name[0])
			return true;
		name += 2;
	}
	return strlen(name) == len && !memcmp(name, word, len);
}

const struct command *command_find(int argc, char **argv, int *ret_words)
{
	const struct command *command, *best = NULL;

	for (command = commands; command->name; command++) {
		const char *space = strchr(command->name, ' ');
		size_t first = space ? (size_t)(space - command->name) : strlen(command->name);

		if (argc < 1 || strlen(argv[0]) != first || memcmp(argv[0], command->name, first))
			continue;
		if (!space && !best) {
			best = command;
			*ret_words = 1;
		}
		if (space && argc > 1 && !strcmp(argv[1], space + 1)) {
			*ret_words = 2;
			return command;
		}
	}
	return best;
}

const char *call_option(const struct call *c, const char *name)
{
	const struct option_row *o = c->command->options;
	int i;

	for (i = 0; o && o[i].name; i++)
		if (option_matches(&o[i], name, strlen(name)))
			return c->values[i];
	return NULL;
}

static int find_row(const struct option_row *rows, const char *word, size_t len)
{
	int i;

	for (i = 0; rows && rows[i].name; i++)
		if (option_matches(&rows[i], word, len))
			return i;
	return -1;
}

/* One option word; *at moves over its value when that is the next word. */
static int parse_option(struct call *c, int argc, char **argv, int *at, bool *ret_help)
{
	const char *word = argv[*at] + (argv[*at][1] == '-' ? 2 : 1), *value = NULL;
	size_t len = strcspn(word, "=");
	const struct option_row *rows = c->command->options;
	int row = find_row(rows, word, len);
	bool common = row < 0;

	if (common) {
		rows = common_options;
		row = find_row(rows, word, len);
	}
	if (row < 0)
		return call_fail(c, CODE_USAGE, "%s: unknown option %s; see ztctl %s --help",
				 c->command->name, argv[*at], c->command->name);
	if (!rows[row].value && word[len])
		return call_fail(c, CODE_USAGE, "%s: option %.*s takes no value", c->command->name,
				 (int)(word + len - argv[*at]), argv[*at]);
	if (rows[row].value) {
		if (word[len])
			value = word + len + 1;
		else if (*at + 1 < argc)
			value = argv[++*at];
		if (!value || !*value)
			return call_fail(c, CODE_USAGE, "%s: option --%.*s needs a value (%s)",
					 c->command->name, (int)len, word, rows[row].value);
	}
	if (!common)
		c->values[row] = value ? value : "";
	else if (row == 0)
		c->json = true;
	else if (row == 1)
		*ret_help = true;
	else
		c->socket = value;
	return 0;
}

int call_parse(struct call *c, int argc, char **argv, bool *ret_help)
{
	bool options = true;
	int i, r;

	/* First of all, so that a message about the rest comes out as asked. */
	for (i = 0; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--json"))
			c->json = true;
	for (i = 0; i < argc; i++) {
		if (options && !strcmp(argv[i], "--")) {
			options = false;
		} else if (options && argv[i][0] == '-' && argv[i][1]) {
			r = parse_option(c, argc, argv, &i, ret_help);
			if (r)
				return r;
		} else {
			c->args[c->nr_args++] = argv[i];
		}
	}
	if (*ret_help)
		return 0;
	if (c->nr_args < c->command->min_args)
		return call_fail(c, CODE_USAGE, "%s: an argument is missing; usage: ztctl %s %s",
				 c->command->name, c->command->name, c->command->args);
	if (c->nr_args > c->command->max_args)
		return call_fail(c, CODE_USAGE,
				 "%s: \"%s\" is one argument too many; usage: ztctl %s%s%s",
				 c->command->name, c->args[c->command->max_args], c->command->name,
				 *c->command->args ? " " : "", c->command->args);
	return 0;
}

int parse_seconds(const char *text, uint32_t *ret_s)
{
	unsigned long long v;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	v = strtoull(text, &end, 10);
	if (errno || v > UINT32_MAX / 3600)
		return -EINVAL;
	if (!strcmp(end, "h"))
		v *= 3600;
	else if (!strcmp(end, "m"))
		v *= 60;
	else if (*end && strcmp(end, "s"))
		return -EINVAL;
	*ret_s = v;
	return 0;
}
