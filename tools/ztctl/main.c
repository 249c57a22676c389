/* SPDX-License-Identifier: GPL-2.0 */
/* ztctl: find the command in the table, parse its words, run it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ztctl.h"

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help");
}

static bool is_group(const char *word)
{
	const struct command *command;
	size_t len = strlen(word);

	for (command = commands; command->name; command++)
		if (!strncmp(command->name, word, len) && command->name[len] == ' ')
			return true;
	return false;
}

/* No command of that name: a group without its second word, or nothing we know. */
static int no_command(int argc, char **argv)
{
	if (is_help(argv[0])) {
		help_all(stdout);
		return CODE_OK;
	}
	if (is_group(argv[0])) {
		bool asked = argc > 1 && is_help(argv[1]);

		if (argc > 1 && !asked)
			fprintf(stderr, "ztctl: %s has no command \"%s\"\n\n", argv[0], argv[1]);
		help_group(asked ? stdout : stderr, argv[0]);
		return asked ? CODE_OK : CODE_USAGE;
	}
	fprintf(stderr, "ztctl: no command \"%s\"; see ztctl --help\n", argv[0]);
	return CODE_USAGE;
}

static int run(struct call *c, int argc, char **argv)
{
	bool help = false;
	int r;

	c->args = calloc(argc + 1, sizeof(*c->args));
	if (!c->args)
		return CODE_BROKEN;
	r = call_parse(c, argc, argv, &help);
	if (!r && help)
		help_command(stdout, c->command);
	else if (!r)
		r = c->command->run(c);
	free(c->args);
	return r;
}

int main(int argc, char **argv)
{
	struct call c = {
		.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR"),
		.socket = getenv("ZT_SOCKET"),
	};
	int words = 0, r;

	argc--;
	argv++;
	/* Nothing but options: the first command of the table, status. */
	if (!argc || (argv[0][0] == '-' && !is_help(argv[0])))
		c.command = commands;
	else
		c.command = command_find(argc, argv, &words);
	r = c.command ? run(&c, argc - words, argv + words) : no_command(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		perror("ztctl: stdout");
		return r ? r : CODE_BROKEN;
	}
	return r;
}
