/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ztctl policy check: parse, compile, and run the policy's tests over the compiled
 * tables. No root, no agent, no kernel: for editors and pipelines.
 */
#include <json-c/json.h>
#include "cmd.h"
#include "load.h"

static void print_summary(const struct call *c, const char *path, const struct zt_policy *p)
{
	if (c->json) {
		struct json_object *o = object_new();

		add_bool(o, "ok", true);
		add_text(o, "name", p->name);
		add_hash(o, "hash", p->hash);
		add_number(o, "devices", p->nr_devices);
		add_number(o, "rules", p->nr_rules);
		add_number(o, "tests", p->nr_tests);
		output_json(o, true);
		return;
	}
	print_safe(stdout, path);
	printf(": good; %u devices, %u segments, %u groups, %u applications, %u rules; %u tests "
	       "passed\n",
	       p->nr_devices, p->nr_segments, p->nr_groups, p->nr_apps, p->nr_rules, p->nr_tests);
}

int cmd_policy_check(struct call *c)
{
	struct zt_errors errors = {};
	struct zt_image *image;
	struct zt_policy *p;
	int r = load_policy(c, c->args[0], true, &p);

	if (r)
		return r;
	r = compile_policy(c, c->args[0], p, &image);
	if (!r) {
		if (zt_policy_run_tests(p, image, &errors))
			r = refuse_policy(c, c->args[0], &errors);
		else
			print_summary(c, c->args[0], p);
		zt_image_free(image);
	}
	zt_policy_free(p);
	return r;
}
