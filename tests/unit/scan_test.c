/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scanner in front of json-c: what it accepts json-c reads the same way, all
 * else is refused with its line; and what it keeps of a file's shape.
 */
#include <check.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "policy/scan.h"

struct text {
	const char *text;
	size_t len; /* 0: up to the NUL */
	const char *line; /* expected message, NULL: accepted */
};

static const struct text texts[] = {
	{ "{}", 0, NULL },
	{ " \t\r\n{ } \n", 0, NULL },
	{ "// c\n{ /* c */ \"a\" /**/ : // c\n 1 /***/ , \"b\": [ /* ] */ ] } // end", 0, NULL },
	{ "{\"a\": \"// no comment /* */\"}", 0, NULL },
	{ "{\"a\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\ud83d\\ude00\"}", 0, NULL },
	{ "{\"a\": \"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"}", 0, NULL },
	{ "{\"a\": [0, -0, 10, -1.5, 1e3, 1E+3, 1.0e-3, true, false, null]}", 0, NULL },
	{ "{\"a\": 1, \"\\u0062\": 2}", 0, NULL },
	{ "", 0, "f:1: (file): empty; begin with {\"version\": 1" },
	{ "\n// only a comment", 0, "f:2: (file): empty; begin with {\"version\": 1" },
	{ "[]", 0, "f:1: (file): is not an object; begin with {\"version\": 1" },
	{ "\"a\"", 0, "f:1: (file): is not an object; begin with {\"version\": 1" },
	{ "{} {}", 0, "f:1: (file): text after the end of the policy: \"{\"; one object per file" },
	{ "{}\n\n/", 0, "f:3: (file): \"/\" does not start a value; comments are // and /* */" },
	{ "{}\n/* ", 0, "f:2: (file): the file ends inside a comment; close it with */" },
	{ "{", 0, "f:1: (file): the file ends before the closing \"}\"" },
	{ "{\"a\"", 0, "f:1: a: \":\" and a value are missing after the key" },
	{ "{\"a\":\n", 0, "f:2: a: the file ends where a value is needed" },
	{ "{\"a\": [1", 0, "f:1: a: the file ends before the closing \"]\"" },
	{ "{\"a\": \"x", 0, "f:1: a: the file ends inside a text; close it with '\"'" },
	{ "{\"a\": 1 \"b\": 2}", 0, "f:1: (file): \"\\\"\" where \",\" or \"}\" is needed" },
	{ "{\"a\": [1 2]}", 0, "f:1: a: \"2\" where \",\" or \"]\" is needed" },
	{ "{\"a\": [1}", 0, "f:1: a: \"}\" where \",\" or \"]\" is needed" },
	{ "{\"a\": 1,}", 0, "f:1: (file): comma before \"}\"; remove it" },
	{ "{\"a\": {\"b\": 1,\n}}", 0, "f:2: a: comma before \"}\"; remove it" },
	{ "{,}", 0, "f:1: (file): \",\" does not start a key; use double quotes" },
	{ "{a: 1}", 0, "f:1: (file): \"a\" does not start a key; use double quotes" },
	{ "{'a': 1}", 0, "f:1: (file): \"'\" does not start a key; use double quotes" },
	{ "{\"a\": [,1]}", 0, "f:1: a[0]: \",\" does not start a value; use double quotes" },
	{ "{\"a\": 'b'}", 0, "f:1: a: \"'\" does not start a value; use double quotes" },
	{ "{\"a\": b}", 0, "f:1: a: b is not a value of JSON; use double quotes for text" },
	{ "{\"a\": True}", 0, "f:1: a: True is not a value of JSON; use double quotes for text" },
	{ "{\"a\": nullx}", 0, "f:1: a: nullx is not a value of JSON; use double quotes for text" },
	{ "{\"a\": Infinity}", 0, "f:1: a: Infinity is not a value of JSON; write a number" },
	{ "{\"a\": -Infinity}", 0, "f:1: a: -Infinity is not a value of JSON; write a number" },
	{ "{\"a\": 01}", 0, "f:1: a: 01 is not a plain whole number" },
	{ "{\"a\": 0x1bb}", 0, "f:1: a: 0x1bb is not a plain whole number" },
	{ "{\"a\": +1}", 0, "f:1: a: +1 is not a plain whole number" },
	{ "{\"a\": 1.}", 0, "f:1: a: 1. is not a plain whole number" },
	{ "{\"a\": .5}", 0, "f:1: a: .5 is not a plain whole number" },
	{ "{\"a\": 1e}", 0, "f:1: a: 1e is not a plain whole number" },
	{ "{\"a\": -}", 0, "f:1: a: - is not a plain whole number" },
	{ "{\"a\": \"\t\"}", 0, "f:1: a: control character 0x09; use one line, or a comment" },
	{ "{\"a\": \"\0\"}", 9, "f:1: a: control character 0x00; use one line, or a comment" },
	{ "{\0}", 3, "f:1: (file): \"\\u0000\" does not start a key; use double quotes" },
	{ "{\"a\": \"\\u0000\"}", 0, "f:1: a: control character 0x00; use one line, or a comment" },
	{ "{\"a\": \"\\x41\"}", 0,
	  "f:1: a: \"\\\\x\" is not an escape of JSON; write \"\\\\\" for a backslash" },
	{ "{\"a\": \"\\u12g4\"}", 0, "f:1: a: \"\\u\" needs four hexadecimal digits" },
	{ "{\"a\": \"\\u12", 0, "f:1: a: \"\\u\" needs four hexadecimal digits" },
	{ "{\"a\": \"\\udc00\"}", 0, "f:1: a: \"\\udc00\" is half a character; write valid UTF-8" },
	{ "{\"a\": \"\\ud800\\u0041\"}", 0,
	  "f:1: a: \"\\ud800\" is half a character; write valid UTF-8" },
	{ "{\"a\": \"\\ud800\\ud800\"}", 0,
	  "f:1: a: \"\\ud800\" is half a character; write valid UTF-8" },
	{ "{\"a\": \"\xc0\x80\"}", 0, "f:1: a: \"\\xc0\" is half a character; write valid UTF-8" },
	{ "{\"a\": \"\xed\xa0\x80\"}", 0, "f:1: a: \"\\xed\" is half a character; write valid UTF-8" },
	{ "{\"a\": \"\xf4\x90\x80\x80\"}", 0,
	  "f:1: a: \"\\xf4\" is half a character; write valid UTF-8" },
	{ "{\"a\": \"\xe2\x82\"}", 0, "f:1: a: \"\\xe2\" is half a character; write valid UTF-8" },
	{ "{\"a\": 1, \"a\": 2}", 0, "f:1: a: defined twice, first at line 1; rename or remove one" },
	{ "{\"a\": 1,\n \"\\u0061\": 2}", 0,
	  "f:2: a: defined twice, first at line 1; rename or remove one" },
	{ "{\"a\": {\"b\": {\"c\": 1,\n\"c\": 2}}}", 0,
	  "f:2: a.b.c: defined twice, first at line 1; rename or remove one" },
	{ "{\"a\": [{\"k\": 1}, {\"k\": 1}], \"b\": {\"a\": 1}}", 0, NULL },
	{ "\xff\xfe{\0}\0", 6, "f:1: (file): begins with a byte order mark; save as UTF-8 without BOM" },
	{ "{\"x y\": {\"a.b\": [1,]}}", 0, "f:1: \"x y\".a.b: comma before \"]\"; remove it" },
	{ "{\"a\": [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]}", 0, NULL },
	{ "{\"a\": [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}", 0,
	  "f:1: (file): nested deeper than 16; no policy needs that, check the file" },
};

static jmp_buf oom;

static int scan(const char *text, size_t len, struct zt_arena *arena, struct zt_errors *errors,
		struct zt_scan *ret)
{
	struct zt_source source = { "f", text, len };

	return zt_scan(&source, arena, errors, ret);
}

/* Blanked, json-c in strict mode must accept what the scanner accepted. */
static void check_json_c(const char *text, size_t len)
{
	struct json_tokener *tok = json_tokener_new_ex(17);
	char *copy = calloc(1, len + 1);
	struct json_object *v;

	ck_assert_ptr_nonnull(tok);
	ck_assert_ptr_nonnull(copy);
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	zt_scan_blank(text, len, copy);
	ck_assert_uint_eq(strlen(copy), len);
	v = json_tokener_parse_ex(tok, copy, len + 1);
	ck_assert_int_eq(json_tokener_get_error(tok), json_tokener_success);
	json_object_put(v);
	json_tokener_free(tok);
	free(copy);
}

START_TEST(every_text)
{
	const struct text *t = &texts[_i];
	size_t len = t->len ? t->len : strlen(t->text);
	struct zt_arena *arena = zt_arena_new(&oom);
	struct zt_errors errors = {0};
	struct zt_scan s;
	char *exact = malloc(len ? len : 1); /* no byte behind it: reading on is seen */
	int r;

	memcpy(exact, t->text, len);
	r = scan(exact, len, arena, &errors, &s);
	if (t->line) {
		ck_assert_int_eq(r, -EINVAL);
		ck_assert_uint_eq(errors.total, 1);
		ck_assert_str_eq(errors.v[0], t->line);
	} else {
		if (r)
			ck_abort_msg("%s", errors.v[0]);
		check_json_c(exact, len);
	}
	free(exact);
	zt_errors_free(&errors);
	zt_arena_free(arena);
}
END_TEST

/* Cut anywhere, a text is refused and nothing behind its end is read. */
START_TEST(every_cut)
{
	static const char text[] =
		"{\"a\": [1, true, \"x\\u00e9\\ud83d\\ude00\"], /* c */ \"b\": {\"c\": -1.5e3}} ";
	struct zt_scan s;

	for (size_t len = 0; len < strlen(text) - 1; len++) {
		struct zt_arena *arena = zt_arena_new(&oom);
		struct zt_errors errors = {0};
		char *exact = malloc(len ? len : 1);

		memcpy(exact, text, len);
		ck_assert_int_eq(scan(exact, len, arena, &errors, &s), -EINVAL);
		free(exact);
		zt_errors_free(&errors);
		zt_arena_free(arena);
	}
}
END_TEST

START_TEST(shape_is_kept)
{
	static const char text[] = "{\"version\": 1,\n\"rules\": {\n\"a\": {\"x\": [\n1,\n2]},\n"
				   "\"b\":\n{}},\n\"groups\": {}}";
	struct zt_arena *arena = zt_arena_new(&oom);
	struct zt_step x = { .key = "x", .key_len = 1 }, one = { .up = &x, .index = 1 };
	struct zt_errors errors = {0};
	struct zt_scan_place place;
	struct zt_scan s;

	ck_assert_int_eq(scan(text, strlen(text), arena, &errors, &s), 0);
	ck_assert_uint_eq(s.nr_sections, 3);
	ck_assert_uint_eq(s.nr_members, 2);
	ck_assert_uint_eq(s.sections[1].first, 0);
	ck_assert_uint_eq(s.sections[1].nr, 2);
	ck_assert_uint_eq(s.sections[2].nr, 0);
	ck_assert_uint_eq(s.members[1].line, 6);
	ck_assert_uint_eq(s.members[1].value_line, 7);
	place = (struct zt_scan_place){ s.text, s.members[0].value, s.members[0].value_len, 3, 3 };
	ck_assert(zt_scan_find(&place, &x));
	ck_assert_uint_eq(place.key_line, 3);
	ck_assert(zt_scan_find(&place, &one));
	ck_assert_uint_eq(place.key_line, 5);
	ck_assert_uint_eq(place.len, 1);
	ck_assert_int_eq(s.text[place.pos], '2');
	one.index = 2;
	ck_assert(!zt_scan_find(&place, &one));
	zt_arena_free(arena);
}
END_TEST

/* Lines and places hold where comments, escapes and brackets in texts try to mislead. */
START_TEST(found_among_noise)
{
	static const char text[] = "{\"s\": {\"o\": {/* { \" */ \"a\": \"}]\\\"{\", // }\n"
				   "\"b\": [\"]\", {\"c\": \"/*\"}, \"*/\"],\n\"d\": 7}}}";
	struct zt_arena *arena = zt_arena_new(&oom);
	struct zt_step d = { .key = "d", .key_len = 1 };
	struct zt_errors errors = {0};
	struct zt_scan_place place;
	struct zt_scan s;

	ck_assert_int_eq(scan(text, strlen(text), arena, &errors, &s), 0);
	place = (struct zt_scan_place){ s.text, s.members[0].value, s.members[0].value_len, 1, 1 };
	ck_assert(zt_scan_find(&place, &d));
	ck_assert_uint_eq(place.key_line, 3);
	ck_assert_int_eq(s.text[place.pos], '7');
	zt_arena_free(arena);
}
END_TEST

/* A hundred thousand keys, each seen once; then one of them again. */
START_TEST(many_keys)
{
	size_t size = 100000 * 20 + 100, len;
	char *text = malloc(size);
	struct zt_arena *arena = zt_arena_new(&oom);
	struct zt_errors errors = {0};
	struct zt_scan s;

	len = sprintf(text, "{\"s\": {");
	for (int i = 0; i < 100000; i++)
		len += sprintf(text + len, "\"k%d\": 1,\n", i);
	len += sprintf(text + len, "\"k77777\": 1}}");
	ck_assert_int_eq(scan(text, len, arena, &errors, &s), -EINVAL);
	ck_assert_uint_eq(errors.total, 1);
	ck_assert_str_eq(errors.v[0],
			 "f:100001: s.k77777: defined twice, first at line 77778; rename or remove one");
	free(text);
	zt_errors_free(&errors);
	zt_arena_free(arena);
}
END_TEST

/* What one object, one text and one file may hold at most. */
START_TEST(bounds)
{
	static const struct {
		const char *begin, *repeat;
		int nr;
		const char *line;
	} rows[] = {
		{ "{\"a\": [", "1,", 262200, "f:1: a[262143]: more than 262144 values in one object" },
		{ "{\"a\": {\"b\": [", "[],", 262200, "f:1: a.b[262143]: more than 262144 values in one object" },
		{ "{\"a\": \"", "x", 5000, "f:1: a: text of more than 4096 bytes" },
		{ "{\"", "x", 5000, "f:1: (file): text of more than 4096 bytes" },
	};
	size_t n = strlen(rows[_i].repeat), len = strlen(rows[_i].begin);
	char *text = malloc(len + rows[_i].nr * n + 1);
	struct zt_arena *arena = zt_arena_new(&oom);
	struct zt_errors errors = {0};
	struct zt_scan s;

	strcpy(text, rows[_i].begin);
	for (int i = 0; i < rows[_i].nr; i++, len += n)
		memcpy(text + len, rows[_i].repeat, n);
	ck_assert_int_eq(scan(text, len, arena, &errors, &s), -EINVAL);
	ck_assert_str_eq(errors.v[0], rows[_i].line);
	free(text);
	zt_errors_free(&errors);
	zt_arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("scan");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_loop_test(c, every_text, 0, sizeof(texts) / sizeof(*texts));
	tcase_add_test(c, every_cut);
	tcase_add_test(c, shape_is_kept);
	tcase_add_test(c, found_among_noise);
	tcase_add_test(c, many_keys);
	tcase_add_loop_test(c, bounds, 0, 4);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
