/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The man page of the policy language says what the parser does: its examples are
 * accepted and their tests pass, and it names every key the parser takes.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "compile/image.h"
#include "net/net.h"

#define PAGE "tools/man/zt-policy.5" /* tests run from the top of the tree */

/* The page with \- as -; roff has no other escapes inside its examples. */
static char *read_page(void)
{
	FILE *f = fopen(PAGE, "r");
	char *text = NULL, *to;
	size_t size = 0;

	ck_assert_msg(f != NULL, "%s cannot be read", PAGE);
	ck_assert(getdelim(&text, &size, 0, f) > 0);
	fclose(f);
	to = text;
	for (const char *p = text; *p; p++) {
		p += p[0] == '\\' && p[1] == '-';
		*to++ = *p;
	}
	*to = 0;
	return text;
}

static void run_example(const char *text, size_t len)
{
	struct zt_source source = { "example", text, len };
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_errors errors = {0};
	struct zt_image *image = NULL;
	struct zt_policy *p = NULL;
	struct zt_env *env;

	if (zt_policy_parse(&source, 1, &errors, NULL, &p))
		ck_abort_msg("%s", errors.v[0]);
	ck_assert_uint_gt(p->nr_tests, 0);
	env = zt_env_fake(p);
	ck_assert_int_eq(zt_compile(p, env, numbers, &errors, &image), 0);
	if (zt_policy_run_tests(p, image, &errors))
		ck_abort_msg("%s", errors.v[0]);
	zt_image_free(image);
	zt_env_free(env);
	zt_numbers_free(numbers);
	zt_policy_free(p);
}

START_TEST(examples)
{
	static const char mark[] = ".\\\" policy\n.EX\n";
	char *page = read_page(), *at = page, *end;
	int nr = 0;

	for (; (at = strstr(at, mark)); at = end, nr++) {
		at += strlen(mark);
		end = strstr(at, ".EE\n");
		ck_assert_ptr_nonnull(end);
		run_example(at, end - at);
	}
	ck_assert_int_eq(nr, 2);
	free(page);
}
END_TEST

/* Each is refused with the list of keys that may stand there. */
static const char *const places[] = {
	"{\"version\": 1, \"interfaces\": {\"x\": {\"qqqqqqqq\": 1}}}",
	"{\"version\": 1, \"segments\": {\"x\": {\"qqqqqqqq\": 1}}}",
	"{\"version\": 1, \"devices\": {\"x\": {\"qqqqqqqq\": 1}}}",
	"{\"version\": 1, \"devices\": {\"x\": {\"inventory\": {\"qqqqqqqq\": 1}}}}",
	"{\"version\": 1, \"groups\": {\"x\": {\"qqqqqqqq\": 1}}}",
	"{\"version\": 1, \"applications\": {\"x\": {\"qqqqqqqq\": 1}}}",
	"{\"version\": 1, \"rules\": {\"x\": {\"qqqqqqqq\": 1}}}",
	"{\"version\": 1, \"tests\": {\"x\": {\"qqqqqqqq\": 1}}}",
	"{\"version\": 1, \"tests\": {\"x\": {\"deny\": {\"qqqqqqqq\": 1}}}}",
	"{\"version\": 1, \"infrastructure\": {\"qqqqqqqq\": 1}}",
};

static const char *keys_of(const struct zt_errors *errors)
{
	for (uint32_t i = 0; i < errors->nr; i++) {
		const char *at = strstr(errors->v[i], "unknown key; use ");

		if (at)
			return at + strlen("unknown key; use ");
	}
	ck_abort_msg("no list of keys");
	return NULL;
}

START_TEST(every_key)
{
	struct zt_source source = { "p", places[_i], strlen(places[_i]) };
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;
	char *page = read_page(), *keys, *save, *key, line[80];
	int nr = 0;

	ck_assert_int_eq(zt_policy_parse(&source, 1, &errors, NULL, &p), -EINVAL);
	keys = strdup(keys_of(&errors));
	for (key = strtok_r(keys, "\", ", &save); key; key = strtok_r(NULL, "\", ", &save), nr++) {
		/* in bold: alone in its line, or first or later in one of several */
		snprintf(line, sizeof(line), "\n.B %s\n", key);
		if (strstr(page, line))
			continue;
		snprintf(line, sizeof(line), ".BR %s ", key);
		if (strstr(page, line))
			continue;
		snprintf(line, sizeof(line), ", \" %s", key);
		ck_assert_msg(strstr(page, line) != NULL, "%s is not in the page", key);
	}
	ck_assert_int_gt(nr, 1);
	free(keys);
	free(page);
	zt_errors_free(&errors);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("policy_man");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_test(c, examples);
	tcase_add_loop_test(c, every_key, 0, sizeof(places) / sizeof(*places));
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
