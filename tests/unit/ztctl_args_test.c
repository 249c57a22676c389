/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line: every row of the table is found and has help, options are
 * taken anywhere, what is not in the tables is refused with exit code 2.
 */
#include <check.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "../../tools/ztctl/args.c"
#include "../../tools/ztctl/help.c"

/* A small table of the test's own: the real one pulls in every command. */
static int run_none(struct call *c)
{
	return c->nr_args;
}

static const struct option_row options[] = {
	{"f|follow", NULL, "go on"},
	{"for", "TIME", "how long"},
	{},
};

const struct command commands[] = {
	{"status", "", 0, 0, "status", NULL, NULL, run_none},
	{"flows", "", 0, 0, "flows", NULL, options, run_none},
	{"flows dump", "A [B]", 1, 2, "dump", "more", options, run_none},
	{},
};

static char said[512];

int call_fail(const struct call *c, enum exit_code with, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
	return with;
}

#define WORDS_MAX 8

static const struct {
	const char *words[WORDS_MAX];
	const char *command; /* NULL: none */
	int result;
	bool json, help;
	const char *follow, *time;
	int nr_args;
	const char *message;
} lines[] = {
	{{"status"}, "status", 0, false, false, NULL, NULL, 0, NULL},
	{{"status", "--json"}, "status", 0, true, false, NULL, NULL, 0, NULL},
	{{"flows"}, "flows", 0, false, false, NULL, NULL, 0, NULL},
	{{"flows", "-f"}, "flows", 0, false, false, "", NULL, 0, NULL},
	{{"flows", "--for", "5s", "--follow"}, "flows", 0, false, false, "", "5s", 0, NULL},
	{{"flows", "dump", "x", "--for=5s"}, "flows dump", 0, false, false, NULL, "5s", 1, NULL},
	{{"flows", "dump", "--", "--for"}, "flows dump", 0, false, false, NULL, NULL, 1, NULL},
	{{"flows", "dump", "-"}, "flows dump", 0, false, false, NULL, NULL, 1, NULL},
	{{"flows", "dump", "--help"}, "flows dump", 0, false, true, NULL, NULL, 0, NULL},
	{{"flows", "dump", "-h"}, "flows dump", 0, false, true, NULL, NULL, 0, NULL},
	{{"flow"}, NULL, 0, false, false, NULL, NULL, 0, NULL},
	{{"dump"}, NULL, 0, false, false, NULL, NULL, 0, NULL},
	{{"flows", "dump"},
	 "flows dump",
	 2,
	 false,
	 false,
	 NULL,
	 NULL,
	 0,
	 "flows dump: an argument is missing; usage: ztctl flows dump A [B]"},
	{{"flows", "dump", "a", "b", "c"},
	 "flows dump",
	 2,
	 false,
	 false,
	 NULL,
	 NULL,
	 3,
	 "flows dump: \"c\" is one argument too many; usage: ztctl flows dump A [B]"},
	{{"status", "x"},
	 "status",
	 2,
	 false,
	 false,
	 NULL,
	 NULL,
	 1,
	 "status: \"x\" is one argument too many; usage: ztctl status"},
	{{"flows", "--for"},
	 "flows",
	 2,
	 false,
	 false,
	 NULL,
	 NULL,
	 0,
	 "flows: option --for needs a value (TIME)"},
	{{"flows", "--for="},
	 "flows",
	 2,
	 false,
	 false,
	 NULL,
	 NULL,
	 0,
	 "flows: option --for needs a value (TIME)"},
	{{"flows", "--follow=1"},
	 "flows",
	 2,
	 false,
	 false,
	 NULL,
	 NULL,
	 0,
	 "flows: option --follow takes no value"},
	{{"flows", "--fo"},
	 "flows",
	 2,
	 false,
	 false,
	 NULL,
	 NULL,
	 0,
	 "flows: unknown option --fo; see ztctl flows --help"},
	{{"status", "--for", "1"},
	 "status",
	 2,
	 false,
	 false,
	 NULL,
	 NULL,
	 0,
	 "status: unknown option --for; see ztctl status --help"},
};

static const char *text_of(const char *s)
{
	return s ? s : "(null)";
}

START_TEST(command_lines)
{
	char *argv[WORDS_MAX + 1] = {};
	struct call c = {};
	bool help = false;
	int argc = 0, words = 0, r;

	for (; argc < WORDS_MAX && lines[_i].words[argc]; argc++)
		argv[argc] = (char *)lines[_i].words[argc];
	c.command = command_find(argc, argv, &words);
	ck_assert_str_eq(text_of(c.command ? c.command->name : NULL), text_of(lines[_i].command));
	if (!c.command)
		return;
	c.args = calloc(WORDS_MAX, sizeof(*c.args));
	*said = 0;
	r = call_parse(&c, argc - words, argv + words, &help);
	ck_assert_int_eq(r, lines[_i].result);
	ck_assert_str_eq(said, lines[_i].message ? lines[_i].message : "");
	ck_assert_int_eq(c.json, lines[_i].json);
	ck_assert_int_eq(help, lines[_i].help);
	ck_assert_int_eq(c.nr_args, lines[_i].nr_args);
	ck_assert_str_eq(text_of(call_option(&c, "follow")), text_of(lines[_i].follow));
	ck_assert_str_eq(text_of(call_option(&c, "for")), text_of(lines[_i].time));
	free(c.args);
}
END_TEST

/* --json counts for the message about a mistake that stands before it. */
START_TEST(json_first)
{
	char *argv[] = {"--nonsense", "--json"};
	struct call c = {.command = commands};
	const char *args[3];
	bool help = false;

	c.args = args;
	ck_assert_int_eq(call_parse(&c, 2, argv, &help), CODE_USAGE);
	ck_assert(c.json);
}
END_TEST

static const struct {
	const char *text;
	int result;
	uint32_t seconds;
} times[] = {
	{"90", 0, 90},
	{"90s", 0, 90},
	{"5m", 0, 300},
	{"2h", 0, 7200},
	{"0", 0, 0},
	{"", -EINVAL, 7},
	{"-1", -EINVAL, 7},
	{"5x", -EINVAL, 7},
	{"1s1", -EINVAL, 7},
	{" 5", -EINVAL, 7},
	{"+5", -EINVAL, 7},
	{"99999999999999999999", -EINVAL, 7},
	{"4294967295h", -EINVAL, 7},
};

START_TEST(time_words)
{
	uint32_t seconds = 7;

	ck_assert_int_eq(parse_seconds(times[_i].text, &seconds), times[_i].result);
	ck_assert_uint_eq(seconds, times[_i].seconds);
}
END_TEST

static char *captured(void (*print)(FILE *))
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	print(f);
	fclose(f);
	return text;
}

static void print_dump(FILE *to)
{
	help_command(to, &commands[2]);
}

/* Help holds what the tables hold: every command, every option, the exit codes. */
START_TEST(help_is_the_table)
{
	char *all = captured(help_all), *one = captured(print_dump);

	ck_assert_ptr_nonnull(strstr(all, "  flows dump A [B] "));
	ck_assert_ptr_nonnull(strstr(all, "--json"));
	ck_assert_ptr_nonnull(strstr(all, "5 could not be carried out"));
	ck_assert_ptr_nonnull(strstr(one, "usage: ztctl flows dump A [B] [OPTIONS]\n"));
	ck_assert_ptr_nonnull(strstr(one, "  -f, --follow "));
	ck_assert_ptr_nonnull(strstr(one, "  --for TIME "));
	ck_assert_ptr_nonnull(strstr(one, "\nmore\n"));
	free(all);
	free(one);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ztctl arguments");
	TCase *t = tcase_create("arguments");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(t, command_lines, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(t, json_first);
	tcase_add_loop_test(t, time_words, 0, sizeof(times) / sizeof(times[0]));
	tcase_add_test(t, help_is_the_table);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
