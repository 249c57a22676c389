/* SPDX-License-Identifier: GPL-2.0 */
/* Parsing and compiling a policy file with its messages; no agent, no kernel. */
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include "load.h"
#include "net/net.h"

struct json_object *errors_array(const struct zt_errors *errors)
{
	struct json_object *array = json_object_new_array();
	uint32_t i;

	for (i = 0; i < errors->nr; i++)
		json_object_array_add(array, json_object_new_string(errors->v[i]));
	return array;
}

/* Messages quote the file, which may hold anything. */
void print_errors(const struct zt_errors *errors)
{
	uint32_t i;

	for (i = 0; i < errors->nr; i++) {
		print_safe(stderr, errors->v[i]);
		fputc('\n', stderr);
	}
	if (errors->total > errors->nr)
		fprintf(stderr, "and %u more\n", errors->total - errors->nr);
}

int refuse_policy(const struct call *c, const char *path, struct zt_errors *errors)
{
	uint32_t total = errors->total;

	print_errors(errors);
	if (c->json) {
		struct json_object *o = object_new();

		add_bool(o, "ok", false);
		add_number(o, "exit", CODE_REFUSED);
		json_object_object_add(o, "errors", errors_array(errors));
		add_number(o, "more", total - errors->nr);
		output_json(o, true);
	}
	zt_errors_free(errors);
	fprintf(stderr, "ztctl: ");
	print_safe(stderr, path);
	fprintf(stderr, ": refused, %u error%s\n", total, total == 1 ? "" : "s");
	return CODE_REFUSED;
}

int load_policy(const struct call *c, const char *path, struct zt_errors *ret_infos,
		struct zt_policy **ret_policy)
{
	struct zt_errors errors = {}, infos = {};
	int r = zt_policy_load(path, &errors, &infos, ret_policy);

	if (!r && ret_infos)
		*ret_infos = infos;
	else
		zt_errors_free(&infos);
	if (r == -EINVAL || r == -E2BIG || r == -EFBIG)
		return refuse_policy(c, path, &errors);
	zt_errors_free(&errors); /* of a file that cannot be read: the same, longer */
	if (r < 0)
		return call_fail(c, r == -EACCES ? CODE_NO_PRIVILEGE : CODE_BROKEN, "%s: %s", path,
				 strerror(-r));
	return 0;
}

int compile_policy(const struct call *c, const char *path, const struct zt_policy *p,
		   struct zt_image **ret_image)
{
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_env *env = zt_env_fake(p);
	struct zt_errors errors = {};
	int r = -ENOMEM;

	if (numbers && env)
		r = zt_compile(p, env, numbers, &errors, ret_image);
	zt_numbers_free(numbers);
	zt_env_free(env);
	if (r < 0 && errors.total)
		return refuse_policy(c, path, &errors);
	zt_errors_free(&errors);
	if (r < 0)
		return call_fail(c, CODE_BROKEN, "%s: cannot compile: %s", path, strerror(-r));
	return 0;
}

void add_hash(struct json_object *o, const char *key, const uint8_t hash[32])
{
	char text[65];
	int i;

	for (i = 0; i < 32; i++)
		snprintf(text + 2 * i, 3, "%02x", hash[i]);
	add_text(o, key, text);
}

char *count_objects(const struct zt_policy *p)
{
	uint32_t segments = 0, apps = 0, i;
	char *text;

	for (i = 0; i < p->nr_segments; i++)
		segments += !p->segments[i].builtin;
	for (i = 0; i < p->nr_apps; i++)
		apps += !p->apps[i].builtin;
	if (asprintf(&text, "%u devices, %u segments, %u groups, %u applications, %u rules",
		     p->nr_devices, segments, p->nr_groups, apps, p->nr_rules) < 0)
		abort();
	return text;
}
