/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What goes to a terminal: no octet a device may have chosen steers it, in text,
 * in tables or in JSON; tables align; JSON of any shape is read without a crash.
 */
#include <check.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../../tools/ztctl/json.c"
#include "../../tools/ztctl/table.c"
#include "../../tools/ztctl/text.c"

static const struct {
	const char *in, *out;
} texts[] = {
	{"cam-1", "cam-1"},
	{"Küche 厨房", "Küche 厨房"},
	{"\033[2Jgone", "\\x1b[2Jgone"},
	{"a\tb\nc\r", "a\\x09b\\x0ac\\x0d"},
	{"\x7f", "\\x7f"},
	{"\xc2\x9b"
	 "31m",
	 "\\u009b31m"}, /* C1: CSI */
	{"\xe2\x80\xae"
	 "gpj.exe",
	 "\\u202egpj.exe"},	     /* right to left override */
	{"\xe2\x80\x8b", "\\u200b"}, /* zero width space */
	{"\xff\xfe", "\\xff\\xfe"},
	{"\xc0\xaf", "\\xc0\\xaf"},		      /* overlong */
	{"\xed\xa0\x80", "\\xed\\xa0\\x80"},	      /* surrogate */
	{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* beyond Unicode */
	{"\xe2\x82", "\\xe2\\x82"},		      /* cut */
	{"\xf3\xa0\x81\x81", "\\U000e0041"},	      /* tag characters */
};

START_TEST(hostile_text)
{
	char *out = safe_text(texts[_i].in);

	ck_assert_str_eq(out, texts[_i].out);
	free(out);
}
END_TEST

START_TEST(width_in_characters)
{
	ck_assert_uint_eq(text_width("Küche"), 5);
	ck_assert_uint_eq(text_width(""), 0);
}
END_TEST

/* Run print with stdout in a file, and read that. */
static char *captured(void (*print)(void))
{
	char *text = calloc(1, 4096);
	int keep = dup(1);
	FILE *f = tmpfile();

	fflush(stdout);
	dup2(fileno(f), 1);
	print();
	fflush(stdout);
	dup2(keep, 1);
	close(keep);
	rewind(f);
	ck_assert_uint_gt(fread(text, 1, 4095, f), 0);
	fclose(f);
	return text;
}

static bool coloured;

static void print_table(void)
{
	static const char *const headers[] = {"NAME", "VERDICT", "N", NULL};
	struct table *t = table_new(headers);

	table_cell(t, "%s", "Küche");
	table_cell(t, "%s", "DROPPED");
	table_cell(t, "%d", 7);
	table_cell(t, "%s", "a\nb");
	table_cell(t, "%s", "AUDIT");
	table_cell(t, "%s", "");
	ck_assert_uint_eq(table_rows(t), 2);
	table_print(t, coloured);
	table_free(t);
}

START_TEST(tables)
{
	char *text;

	coloured = false;
	text = captured(print_table);
	ck_assert_str_eq(text, "NAME    VERDICT  N\n"
			       "Küche   DROPPED  7\n"
			       "a\\x0ab  AUDIT    -\n");
	free(text);
	coloured = true;
	text = captured(print_table);
	ck_assert_ptr_nonnull(strstr(text, "\033[31mDROPPED\033[0m  7\n"));
	free(text);
}
END_TEST

static void print_object(void)
{
	struct json_object *o = object_new();

	add_text(o, "name", "\033]0;x\a \xc2\x9b \xff \xe2\x80\xae \xf3\xa0\x81\x81 é/");
	add_text(o, "none", NULL);
	add_number(o, "n", 1ll << 40);
	output_json(o, false);
}

/* The same octets, still the same JSON text when read back. */
START_TEST(hostile_json)
{
	char *text = captured(print_object);

	ck_assert_str_eq(text,
			 "{\"schema\":1,\"name\":\"\\u001b]0;x\\u0007 \\u009b \\ufffd \\u202e "
			 "\\udb40\\udc41 é/\",\"n\":1099511627776}\n");
	free(text);
}
END_TEST

/* An agent of another version, or not an agent at all. */
START_TEST(unexpected_json)
{
	struct json_object *o = json_tokener_parse("{\"a\": [1, \"x\"], \"n\": \"7\", \"t\": 5}");
	char *joined = get_joined(o, "a");

	ck_assert_str_eq(joined, "1, x");
	free(joined);
	joined = get_joined(o, "missing");
	ck_assert_str_eq(joined, "");
	free(joined);
	ck_assert_str_eq(get_text(o, "t"), "");
	ck_assert_int_eq(get_number(o, "n"), 0);
	ck_assert(!get_bool(o, "n"));
	ck_assert_uint_eq(get_length(o, "n"), 0);
	ck_assert_ptr_null(get_item(o, "a", 2));
	ck_assert_ptr_null(get_item(o, "n", 0));
	ck_assert_ptr_null(get_member(NULL, "x"));
	ck_assert_str_eq(get_text(get_member(o, "a"), "x"), "");
	json_object_put(o);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ztctl output");
	TCase *t = tcase_create("output");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(t, hostile_text, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(t, width_in_characters);
	tcase_add_test(t, tables);
	tcase_add_test(t, hostile_json);
	tcase_add_test(t, unexpected_json);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
