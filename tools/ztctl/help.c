/* SPDX-License-Identifier: GPL-2.0 */
/* Help, printed from the tables alone: what is not in a table is not in the help. */
#include <string.h>
#include "ztctl.h"

static void print_command(FILE *to, const struct command *command)
{
	char usage[128];

	snprintf(usage, sizeof(usage), "%s%s%s", command->name, *command->args ? " " : "",
		 command->args);
	fprintf(to, "  %-36s %s\n", usage, command->help);
}

static void print_options(FILE *to, const struct option_row *rows)
{
	int i;

	for (i = 0; rows && rows[i].name; i++) {
		const char *name = rows[i].name;
		char text[64];

		if (name[1] == '|')
			snprintf(text, sizeof(text), "-%c, --%s", name[0], name + 2);
		else
			snprintf(text, sizeof(text), "--%s%s%s", name, rows[i].value ? " " : "",
				 rows[i].value ? rows[i].value : "");
		fprintf(to, "  %-22s %s\n", text, rows[i].help);
	}
}

void help_all(FILE *to)
{
	const struct command *command;

	fputs("usage: ztctl [COMMAND] [ARGUMENTS] [OPTIONS]\n\n"
	      "Without a command: status.\n\n",
	      to);
	for (command = commands; command->name; command++)
		print_command(to, command);
	fputs("\nEvery command takes:\n", to);
	print_options(to, common_options);
	fputs("\nExit codes: 0 done, 1 refused or an expectation failed, 2 usage, 3 agent not\n"
	      "reachable, 4 no privilege, 5 could not be carried out. See ztctl(8).\n",
	      to);
}

void help_group(FILE *to, const char *word)
{
	const struct command *command;
	size_t len = strlen(word);

	fprintf(to, "usage: ztctl %s COMMAND [ARGUMENTS] [OPTIONS]\n\n", word);
	for (command = commands; command->name; command++)
		if (!strncmp(command->name, word, len) && command->name[len] == ' ')
			print_command(to, command);
}

void help_command(FILE *to, const struct command *command)
{
	fprintf(to, "usage: ztctl %s%s%s [OPTIONS]\n\n%s.\n\n", command->name,
		*command->args ? " " : "", command->args, command->help);
	print_options(to, command->options);
	print_options(to, common_options);
	if (command->more)
		fprintf(to, "\n%s\n", command->more);
}
