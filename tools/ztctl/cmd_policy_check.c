/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ztctl policy check: parse, compile, and run the policy's tests over the compiled
 * tables. No root, no agent, no kernel: for editors and pipelines.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include "cmd.h"
#include "load.h"

static void print_summary(const struct call *c, const char *path, const struct zt_policy *p,
			  const struct zt_errors *infos)
{
	char *counts = count_objects(p);

	if (c->json) {
		struct json_object *o = object_new();

		add_bool(o, "ok", true);
		add_text(o, "name", p->name);
		add_hash(o, "hash", p->hash);
		add_number(o, "devices", p->nr_devices);
		add_number(o, "rules", p->nr_rules);
		add_number(o, "tests", p->nr_tests);
		json_object_object_add(o, "infos", errors_array(infos));
		output_json(o, true);
	} else {
		print_errors(infos);
		print_safe(stdout, path);
		printf(": good; %s; %u tests passed\n", counts, p->nr_tests);
	}
	free(counts);
}

static int check(const struct call *c, const struct zt_policy *p, const struct zt_errors *infos)
{
	struct zt_errors errors = {};
	struct zt_image *image;
	int r = compile_policy(c, c->args[0], p, &image);

	if (r)
		return r;
	if (zt_policy_run_tests(p, image, &errors))
		r = refuse_policy(c, c->args[0], &errors);
	else
		print_summary(c, c->args[0], p, infos);
	zt_image_free(image);
	return r;
}

int cmd_policy_check(struct call *c)
{
	struct zt_errors infos = {};
	struct zt_policy *p;
	int r = load_policy(c, c->args[0], &infos, &p);

	if (r)
		return r;
	r = check(c, p, &infos);
	zt_errors_free(&infos);
	zt_policy_free(p);
	return r;
}
