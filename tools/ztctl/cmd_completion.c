/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ztctl completion bash: the completion script, made from the command table, so
 * that it cannot lag behind it.
 */
#include <string.h>
#include "cmd.h"

/* First words of all commands, each once; the table keeps groups together. */
static void print_first_words(void)
{
	const struct command *command;
	const char *last = "";
	size_t last_len = 0;

	for (command = commands; command->name; command++) {
		size_t len = strcspn(command->name, " ");

		if (len == last_len && !memcmp(last, command->name, len))
			continue;
		printf("%s%.*s", last_len ? " " : "", (int)len, command->name);
		last = command->name;
		last_len = len;
	}
}

static void print_second_words(const char *first, size_t len)
{
	const struct command *command;
	bool any = false;

	printf("\t%.*s) words=\"", (int)len, first);
	for (command = commands; command->name; command++)
		if (!strncmp(command->name, first, len) && command->name[len] == ' ') {
			printf("%s%s", any ? " " : "", command->name + len + 1);
			any = true;
		}
	puts("\" ;;");
}

static void print_groups(void)
{
	const struct command *command;
	const char *last = "";
	size_t last_len = 0;

	for (command = commands; command->name; command++) {
		size_t len = strcspn(command->name, " ");

		if (!command->name[len] || (len == last_len && !memcmp(last, command->name, len)))
			continue;
		print_second_words(command->name, len);
		last = command->name;
		last_len = len;
	}
}

static void print_option_words(const struct option_row *rows)
{
	int i;

	for (i = 0; rows && rows[i].name; i++)
		printf(" --%s", rows[i].name + (rows[i].name[1] == '|' ? 2 : 0));
}

static void print_options(void)
{
	const struct command *command;

	for (command = commands; command->name; command++) {
		printf("\t\"%s\") words=\"", command->name);
		print_option_words(common_options);
		print_option_words(command->options);
		puts("\" ;;");
	}
}

static void print_bash(void)
{
	puts("# bash completion for ztctl; made by: ztctl completion bash\n"
	     "_ztctl()\n"
	     "{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} first=${COMP_WORDS[1]} name words=\n"
	     "\tCOMPREPLY=()\n"
	     "\tif [[ $COMP_CWORD -eq 1 ]]; then");
	printf("\t\tCOMPREPLY=($(compgen -W \"");
	print_first_words();
	puts(" --help\" -- \"$cur\"))\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\tcase $first in");
	print_groups();
	puts("\tesac\n"
	     "\tname=$first\n"
	     "\tif [[ -n $words ]]; then\n"
	     "\t\tif [[ $COMP_CWORD -eq 2 && $cur != -* ]]; then\n"
	     "\t\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	     "\t\t\treturn\n"
	     "\t\tfi\n"
	     "\t\tif [[ \" $words \" == *\" ${COMP_WORDS[2]} \"* ]]; then\n"
	     "\t\t\tname=\"$first ${COMP_WORDS[2]}\"\n"
	     "\t\tfi\n"
	     "\tfi\n"
	     "\twords=\n"
	     "\tif [[ $cur == -* ]]; then\n"
	     "\t\tcase $name in");
	print_options();
	puts("\t\tesac\n"
	     "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	     "\telse\n"
	     "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
	     "\tfi\n"
	     "}\n"
	     "complete -o filenames -F _ztctl ztctl");
}

int cmd_completion(struct call *c)
{
	if (strcmp(c->args[0], "bash"))
		return call_fail(c, CODE_USAGE,
				 "completion: \"%s\" is not supported; write \"bash\"", c->args[0]);
	print_bash();
	return CODE_OK;
}
