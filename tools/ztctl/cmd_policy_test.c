/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ztctl policy test: as check, then the allow and deny tests again as packets
 * through the real programs: the compiler's word is not taken for it.
 */
#include <json-c/json.h>
#include <string.h>
#include "cmd.h"
#include "load.h"
#include "net/net.h"
#include "tests.h"

static int over_tables(const struct call *c, const char *path, const struct zt_policy *p)
{
	struct zt_errors errors = {};
	struct zt_image *image;
	int r = compile_policy(c, path, p, &image);

	if (r)
		return r;
	if (zt_policy_run_tests(p, image, &errors))
		r = refuse_policy(c, path, &errors);
	zt_image_free(image);
	return r;
}

static void print_summary(const struct call *c, const char *path, const struct zt_policy *p,
			  const struct tests_count *count)
{
	if (c->json) {
		struct json_object *o = object_new();

		add_bool(o, "ok", true);
		add_hash(o, "hash", p->hash);
		add_number(o, "tests", p->nr_tests);
		add_number(o, "packets", count->run);
		add_number(o, "skipped", count->skipped);
		output_json(o, true);
		return;
	}
	print_safe(stdout, path);
	printf(": %u tests passed, allow and deny as %u packets through the programs\n",
	       p->nr_tests, count->run);
	if (count->skipped)
		printf("%u of them had no packet to send: no address family in common\n",
		       count->skipped);
}

/* Tests read every mode as enforce. The policy is ours, and used for nothing else. */
static int over_programs(const struct call *c, const char *path, struct zt_policy *p)
{
	struct zt_errors errors = {};
	struct tests_count count;
	struct world w;
	uint32_t i;
	int r;

	for (i = 0; i < p->nr_segments; i++)
		p->segments[i].mode = ZT_MODE_ENFORCE;
	r = world_open(c, p, zt_env_fake(p), WORLD_FOR_QUESTIONS, &w);
	if (r)
		return r;
	r = tests_run(&w, &errors, &count);
	world_close(&w);
	if (r < 0) {
		zt_errors_free(&errors);
		return call_fail(c, CODE_BROKEN, "%s: cannot run the tests: %s", path,
				 strerror(-r));
	}
	if (count.failed)
		return refuse_policy(c, path, &errors);
	print_summary(c, path, p, &count);
	return CODE_OK;
}

int cmd_policy_test(struct call *c)
{
	struct zt_errors infos = {};
	struct zt_policy *p;
	int r = load_policy(c, c->args[0], &infos, &p);

	if (r)
		return r;
	print_errors(&infos);
	zt_errors_free(&infos);
	r = over_tables(c, c->args[0], p);
	if (!r)
		r = over_programs(c, c->args[0], p);
	zt_policy_free(p);
	return r;
}
