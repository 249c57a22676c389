/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The three examples of the language reference, taken from the document itself.
 * Whole, each is refused and names a key of a later release. Without those keys
 * and what depends on them each is accepted and its own tests pass.
 */
#include <check.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "compile/image.h"
#include "net/net.h"

/* In the order of the document. tests: how many are left when the rest is taken out. */
static const struct {
	const char *name, *later;
	unsigned int tests;
} examples[] = {
	{ "north-building", "applications.acme-cloud.hosts[0]: ", 7 },
	{ "waterworks-7", "quarantine: ", 8 },
	{ "metering-gw-2", "pools: ", 5 },
};

static const char *const later_tops[] = { "pools", "quarantine", "grant_limits", "alerts", NULL };
static const char *const later_keys[] = { "enforce_services", "deny_with", "pool", "idle_s",
					  "private_ok", "multicast", "hours", "until", "always",
					  "resolvers", "at", NULL };
static const char *const shared[] = { "segments", "devices", "groups", "applications", NULL };

static char path[4096];

static char *read_document(void)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	ck_assert_ptr_nonnull(f);
	ck_assert(getdelim(&text, &size, 0, f) > 0);
	fclose(f);
	return text;
}

/* The block of JSON that holds `"name": "NAME"`. */
static char *cut_example(const char *document, const char *name)
{
	char mark[64];
	const char *at, *begin, *next, *end;

	snprintf(mark, sizeof(mark), "\"name\": \"%s\"", name);
	at = strstr(document, mark);
	ck_assert_ptr_nonnull(at);
	for (begin = document; (next = strstr(begin, "```json\n")) && next < at;)
		begin = next + strlen("```json\n");
	end = strstr(at, "```");
	ck_assert_ptr_nonnull(end);
	return strndup(begin, end - begin);
}

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(o, key, &v);
	return v;
}

static bool is_in(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(*words, word))
			return true;
	return false;
}

/* A device of a pool says itself what the pool said for it. */
static void write_out_pool(struct json_object *root, struct json_object *device)
{
	struct json_object *pool, *labels;

	if (!get(device, "pool"))
		return;
	pool = get(get(root, "pools"), json_object_get_string(get(device, "pool")));
	ck_assert_ptr_nonnull(pool);
	json_object_object_add(device, "interface", json_object_get(get(pool, "interface")));
	json_object_object_add(device, "segment", json_object_get(get(pool, "segment")));
	labels = get(device, "labels");
	json_object_object_foreach(get(pool, "labels"), key, value)
		json_object_object_add(labels, key, json_object_get(value));
}

static void remove_later_keys(struct json_object *o)
{
	for (int i = 0; o && later_keys[i]; i++)
		json_object_object_del(o, later_keys[i]);
}

/* Letters and no colon: neither address nor prefix, so a name or an id. */
static bool is_word(const char *s)
{
	return !strchr(s, ':') && strspn(s, "0123456789./") != strlen(s);
}

static bool is_defined(struct json_object *root, const char *word)
{
	static const char *const words[] = { "all-devices", "unknown-devices", "router", "router-dns",
					     "router-ntp", "router-ping", "internet", NULL };

	for (int i = 0; shared[i]; i++)
		if (get(get(root, shared[i]), word))
			return true;
	return is_in(word, words) || !is_word(word);
}

static void remove_names(struct json_object *app)
{
	struct json_object *hosts = get(app, "hosts");

	for (size_t i = json_object_array_length(hosts); i-- > 0;) {
		const char *s = json_object_get_string(json_object_array_get_idx(hosts, i));

		if (is_word(s) && strchr(s, '.'))
			json_object_array_del_idx(hosts, i, 1);
	}
}

/* Takes undefined words out of a side; false when nothing is left. */
static bool keep_side(struct json_object *root, struct json_object *body, const char *key)
{
	struct json_object *side = get(body, key);

	if (json_object_is_type(side, json_type_string))
		return is_defined(root, json_object_get_string(side));
	for (size_t i = json_object_array_length(side); i-- > 0;)
		if (!is_defined(root, json_object_get_string(json_object_array_get_idx(side, i))))
			json_object_array_del_idx(side, i, 1);
	return json_object_array_length(side) > 0;
}

static bool keep_application(struct json_object *root, struct json_object *app)
{
	(void)root;
	remove_names(app);
	return json_object_array_length(get(app, "hosts")) > 0;
}

static bool keep_rule(struct json_object *root, struct json_object *rule)
{
	return keep_side(root, rule, "from") && keep_side(root, rule, "to");
}

static bool keep_test(struct json_object *root, struct json_object *test)
{
	json_object_object_foreach(test, kind, body) {
		(void)kind;
		return keep_rule(root, body);
	}
	return false;
}

static bool keep_device(struct json_object *root, struct json_object *device)
{
	write_out_pool(root, device);
	return true;
}

static void filter(struct json_object *root, const char *section,
		   bool (*keep)(struct json_object *root, struct json_object *o))
{
	struct json_object *objects = get(root, section);
	const char *gone[64];
	int nr = 0;

	if (!objects)
		return;
	json_object_object_foreach(objects, id, o) {
		if (!keep(root, o))
			gone[nr++] = id;
		remove_later_keys(o);
	}
	while (nr)
		json_object_object_del(objects, gone[--nr]);
}

static bool keep_any(struct json_object *root, struct json_object *o)
{
	(void)root;
	(void)o;
	return true;
}

static char *reduce(const char *text)
{
	struct json_object *root = json_tokener_parse(text);
	char *reduced;

	ck_assert_ptr_nonnull(root);
	filter(root, "devices", keep_device);
	filter(root, "segments", keep_any);
	filter(root, "applications", keep_application);
	for (int i = 0; later_tops[i]; i++)
		json_object_object_del(root, later_tops[i]);
	remove_later_keys(get(root, "infrastructure"));
	filter(root, "rules", keep_rule);
	filter(root, "tests", keep_test);
	reduced = strdup(json_object_to_json_string(root));
	json_object_put(root);
	return reduced;
}

START_TEST(whole)
{
	char *document = read_document(), *text;
	struct zt_source source = { .name = "p" };
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;

	source.text = text = cut_example(document, examples[_i].name);
	source.len = strlen(text);
	ck_assert_int_eq(zt_policy_parse(&source, 1, &errors, NULL, &p), -EINVAL);
	for (uint32_t i = 0; i < errors.nr; i++)
		if (!strstr(errors.v[i], "known, but not in this release; remove it or upgrade"))
			ck_abort_msg("%s", errors.v[i]);
	ck_assert_ptr_nonnull(strstr(errors.v[0], examples[_i].later));
	zt_errors_free(&errors);
	free(text);
	free(document);
}
END_TEST

static void run_tests(const struct zt_policy *p)
{
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_env *env = zt_env_fake(p);
	struct zt_errors errors = {0};
	struct zt_image *image = NULL;

	ck_assert_ptr_nonnull(env);
	if (zt_compile(p, env, numbers, &errors, &image))
		ck_abort_msg("%s", errors.nr ? errors.v[0] : "does not compile");
	if (zt_policy_run_tests(p, image, &errors))
		ck_abort_msg("%s", errors.nr ? errors.v[0] : "a test failed without a message");
	zt_image_free(image);
	zt_env_free(env);
	zt_numbers_free(numbers);
	zt_errors_free(&errors);
}

START_TEST(reduced)
{
	char *document = read_document(), *text, *less;
	struct zt_source source = { .name = "p" };
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;

	text = cut_example(document, examples[_i].name);
	source.text = less = reduce(text);
	source.len = strlen(less);
	if (zt_policy_parse(&source, 1, &errors, NULL, &p))
		ck_abort_msg("%s", errors.v[0]);
	ck_assert_uint_eq(p->nr_tests, examples[_i].tests);
	run_tests(p);
	zt_policy_free(p);
	free(less);
	free(text);
	free(document);
}
END_TEST

/* The runner does run: the same example with one assertion turned round fails. */
START_TEST(turned_round)
{
	char *document = read_document(), *text, *less, *at;
	struct zt_source source = { .name = "p" };
	struct zt_errors errors = {0};
	struct zt_numbers *numbers;
	struct zt_image *image = NULL;
	struct zt_policy *p = NULL;
	struct zt_env *env;

	numbers = zt_numbers_new();
	text = cut_example(document, "waterworks-7");
	less = reduce(text);
	at = strstr(less, "\"deny\": {"); /* of the test no-back */
	ck_assert_ptr_nonnull(at);
	free(document);
	document = NULL;
	ck_assert(asprintf(&document, "%.*s\"allow\": {%s", (int)(at - less), less,
			   at + strlen("\"deny\": {")) > 0);
	at = strstr(document, ", \"reason\": \"no-rule\"");
	ck_assert_ptr_nonnull(at);
	memset(at, ' ', strlen(", \"reason\": \"no-rule\""));
	source.text = document;
	source.len = strlen(document);
	if (zt_policy_parse(&source, 1, &errors, NULL, &p))
		ck_abort_msg("%s", errors.v[0]);
	env = zt_env_fake(p);
	ck_assert_int_eq(zt_compile(p, env, numbers, &errors, &image), 0);
	ck_assert_int_eq(zt_policy_run_tests(p, image, &errors), 1);
	ck_assert_str_eq(errors.v[0],
			 "p:1: tests.no-back: plc-intake > scada (10.50.0.10) tcp/502 expected allow, "
			 "got deny (no-rule)");
	zt_errors_free(&errors);
	zt_image_free(image);
	zt_env_free(env);
	zt_numbers_free(numbers);
	zt_policy_free(p);
	free(less);
	free(text);
	free(document);
}
END_TEST

int main(void)
{
	SRunner *r;
	int failed;
	Suite *s;
	TCase *c;

	snprintf(path, sizeof(path), "%s/docs/policy-language.md", getenv("ZT_SHARED") ?: "../shared");
	if (access(path, R_OK)) {
		printf("%s is not here (set ZT_SHARED)\n", path);
		return 77;
	}
	s = suite_create("policy_examples");
	c = tcase_create("all");
	tcase_add_loop_test(c, whole, 0, 3);
	tcase_add_loop_test(c, reduced, 0, 3);
	tcase_add_test(c, turned_round);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
