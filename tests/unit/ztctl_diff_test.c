/* SPDX-License-Identifier: GPL-2.0 */
/*
 * policy diff over pairs of small policies: every object change is listed once,
 * and the decisions that change are exactly those that do.
 */
#include <check.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "../../tools/ztctl/diff_classes.c"
#include "../../tools/ztctl/diff_decisions.c"
#include "../../tools/ztctl/diff_objects.c"
#include "../../tools/ztctl/diff_rules.c"
#include "../../tools/ztctl/diff_services.c"
#include "../../tools/ztctl/json.c"
#include "../../tools/ztctl/text.c"
#include "net/net.h"

/* A plant of three devices; the cases fill in applications and rules. */
#define POLICY(apps, rules)                                                                       \
	"{\"version\": 1, \"interfaces\": {\"lan1\": {\"role\": \"device\"},"                     \
	" \"wan0\": {\"role\": \"uplink\"}}, \"segments\": {\"s\": {\"mode\": \"enforce\"}},"     \
	" \"devices\": {\"a\": {\"segment\": \"s\", \"mac\": \"02:00:00:00:00:0a\","              \
	" \"ports\": \"lan1\", \"addresses\": [\"10.0.0.10\"]},"                                  \
	" \"b\": {\"segment\": \"s\", \"mac\": \"02:00:00:00:00:0b\", \"ports\": \"lan1\","       \
	" \"addresses\": [\"10.0.0.11\"]}, \"c\": {\"segment\": \"s\","                           \
	" \"mac\": \"02:00:00:00:00:0c\", \"ports\": \"lan1\", \"addresses\": [\"10.0.0.12\"]}}," \
	" \"applications\": {" apps "}, \"rules\": {" rules "}}"

#define WEB "\"web\": {\"hosts\": [\"192.0.2.80\"], \"services\": [\"tcp/80\", \"tcp/443\"]}"
#define A_WEB "\"r\": {\"from\": \"a\", \"to\": \"web\", \"action\": \"allow\"}"

static const struct {
	const char *what, *old, *new;
	const char *objects;   /* "op path" joined by ", " */
	const char *decisions; /* "from > to services: old => new" joined by "; " */
} cases[] = {
	{"the same", POLICY(WEB, A_WEB), POLICY(WEB, A_WEB), "", ""},
	{"an allow is added", POLICY(WEB, A_WEB),
	 POLICY(WEB, A_WEB ", \"t\": {\"from\": \"b\", \"to\": \"web\", \"services\": [\"tcp/80\"],"
			   " \"action\": \"allow\"}"),
	 "added rules.t", "b > web (192.0.2.80) tcp/80: denied, no rule => allowed by rule \"t\""},
	{"an allow is taken away", POLICY(WEB, A_WEB),
	 POLICY(WEB, "\"r\": {\"from\": \"b\", \"to\": \"web\", \"action\": \"allow\"}"),
	 "changed rules.r.from",
	 "a > web (192.0.2.80) tcp/80,tcp/443: allowed by rule \"r\" => denied, no rule; "
	 "b > web (192.0.2.80) tcp/80,tcp/443: denied, no rule => allowed by rule \"r\""},
	{"a deny is added", POLICY(WEB, A_WEB),
	 POLICY(WEB, A_WEB ", \"no\": {\"from\": \"a\", \"to\": \"web\","
			   " \"services\": [\"tcp/80\"], \"action\": \"deny\"}"),
	 "added rules.no",
	 "a > web (192.0.2.80) tcp/80: allowed by rule \"r\" => denied by rule \"no\""},
	{"an address moves", POLICY(WEB, A_WEB),
	 POLICY("\"web\": {\"hosts\": [\"192.0.2.81\"], \"services\": [\"tcp/80\", \"tcp/443\"]}",
		A_WEB),
	 "changed applications.web.hosts",
	 "a > web (192.0.2.80) tcp/80,tcp/443: allowed by rule \"r\" => denied, no rule; "
	 "a > web (192.0.2.81) tcp/80,tcp/443: denied, no rule => allowed by rule \"r\""},
	{"inbound", POLICY(WEB, A_WEB),
	 POLICY(WEB, A_WEB ", \"in\": {\"from\": \"web\", \"to\": \"c\", \"services\": [\"udp/5\"],"
			   " \"action\": \"allow\"}"),
	 "added rules.in", "web (192.0.2.80) > c udp/5: denied, no rule => allowed by rule \"in\""},
	{"device to device", POLICY(WEB, A_WEB),
	 POLICY(WEB, A_WEB ", \"d\": {\"from\": \"a\", \"to\": \"b\", \"services\": [\"tcp/9\"],"
			   " \"action\": \"allow\"}"),
	 "added rules.d", "a > b tcp/9: denied, no rule => allowed by rule \"d\""},
	{"only a name", POLICY(WEB, A_WEB),
	 POLICY("\"web\": {\"note\": \"x\", \"hosts\": [\"192.0.2.80\"],"
		" \"services\": [\"tcp/80\", \"tcp/443\"]}",
		A_WEB),
	 "added applications.web.note", ""},
	{"a limit", POLICY(WEB "}, \"defaults\": {\"limits\": {\"flows\": 5}", A_WEB),
	 POLICY(WEB "}, \"defaults\": {\"limits\": {\"flows\": 6, \"arp_per_s\": 7}", A_WEB),
	 "added defaults.limits.arp_per_s, changed defaults.limits.flows", ""},
};

struct side_under_test {
	struct zt_policy *policy;
	struct zt_image *image;
};

static struct side_under_test build(const char *text)
{
	struct zt_source source = {.name = "case.json", .text = text, .len = strlen(text)};
	struct zt_errors errors = {}, infos = {};
	struct zt_numbers *numbers = zt_numbers_new();
	struct side_under_test s = {};
	struct zt_env *env;
	int r = zt_policy_parse(&source, 1, &errors, &infos, &s.policy);

	ck_assert_msg(!r, "%s", errors.nr ? errors.v[0] : "parse");
	env = zt_env_fake(s.policy);
	r = zt_compile(s.policy, env, numbers, &errors, &s.image);
	ck_assert_msg(!r, "%s", errors.nr ? errors.v[0] : "compile");
	zt_env_free(env);
	zt_numbers_free(numbers);
	zt_errors_free(&errors);
	zt_errors_free(&infos);
	return s;
}

static void destroy(struct side_under_test *s)
{
	zt_image_free(s->image);
	zt_policy_free(s->policy);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The order among decisions is no promise: sorted, joined. */
static char *join(char **v, size_t nr, const char *between)
{
	char *text = NULL;
	size_t len, i;
	FILE *f = open_memstream(&text, &len);

	qsort(v, nr, sizeof(*v), by_name);
	for (i = 0; i < nr; i++) {
		fprintf(f, "%s%s", i ? between : "", v[i]);
		free(v[i]);
	}
	fclose(f);
	return text;
}

static char *objects_text(struct json_object *list)
{
	char *v[32];
	size_t i, nr = json_object_array_length(list);

	ck_assert_uint_le(nr, 32);
	for (i = 0; i < nr; i++) {
		struct json_object *o = json_object_array_get_idx(list, i);

		ck_assert_int_ge(asprintf(&v[i], "%s %s", get_text(o, "op"), get_text(o, "path")),
				 0);
	}
	return join(v, nr, ", ");
}

static char *decisions_text(struct json_object *list)
{
	char *v[32];
	size_t i, nr = json_object_array_length(list);

	ck_assert_uint_le(nr, 32);
	for (i = 0; i < nr; i++) {
		struct json_object *o = json_object_array_get_idx(list, i);
		char *services = get_joined(o, "services"), *space;

		while ((space = strchr(services, ' ')))
			memmove(space, space + 1, strlen(space));
		ck_assert_int_ge(asprintf(&v[i], "%s > %s %s: %s => %s", get_text(o, "from"),
					  get_text(o, "to"), services, get_text(o, "old"),
					  get_text(o, "new")),
				 0);
		free(services);
	}
	return join(v, nr, "; ");
}

START_TEST(pairs)
{
	struct side_under_test old = build(cases[_i].old), new = build(cases[_i].new);
	struct json_object *objects = diff_objects(old.policy, new.policy), *decisions;
	bool cut;
	char *text;

	decisions = diff_decisions(&(struct diff_side){old.policy, old.image},
				   &(struct diff_side){new.policy, new.image}, &cut);
	text = objects_text(objects);
	ck_assert_str_eq(text, cases[_i].objects);
	free(text);
	text = decisions_text(decisions);
	ck_assert_str_eq(text, cases[_i].decisions);
	free(text);
	ck_assert(!cut);
	json_object_put(objects);
	json_object_put(decisions);
	destroy(&old);
	destroy(&new);
}
END_TEST

/* The address after a prefix, over the borders of words and of all there is. */
START_TEST(next_address)
{
	static const struct {
		const char *prefix;
		uint8_t plen;
		const char *next;
	} rows[] = {
		{"10.0.0.0", 24, "10.0.1.0"},
		{"10.0.0.255", 32, "10.0.1.0"},
		{"10.255.0.0", 16, "11.0.0.0"},
		{"fd00::", 64, "fd00:0:0:1::"},
		{"fd00::ffff:ffff", 128, "fd00::1:0:0"},
		{"fd00:ffff::", 32, "fd01::"},
	};
	struct zt_prefix p = {.plen = rows[_i].plen};
	struct zt_addr next;
	char text[64];

	ck_assert_int_eq(zt_addr_parse(rows[_i].prefix, &p.family, &p.addr), 0);
	next = after(&p);
	ck_assert_str_eq(zt_addr_format(p.family, &next, text, sizeof(text)), rows[_i].next);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ztctl diff");
	TCase *t = tcase_create("diff");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(t, pairs, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(t, next_address, 0, 6);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
