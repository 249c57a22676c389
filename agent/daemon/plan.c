/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From files to an image ready to publish: parse, look at the machine, compile, run
 * the policy's own tests. Touches no map and no file; a refusal leaves no trace.
 */
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/engine.h"

#define DEFAULT_DEVICES 16384u
#define DEFAULT_HOSTS 262144u

int outcome_fail(struct outcome *o, const char *code, const char *fmt, ...)
{
	va_list ap;

	free(o->error);
	va_start(ap, fmt);
	if (vasprintf(&o->error, fmt, ap) < 0)
		o->error = NULL;
	va_end(ap);
	o->code = code;
	return -1;
}

void outcome_free(struct outcome *o)
{
	free(o->error);
	zt_errors_free(&o->errors);
	zt_errors_free(&o->infos);
	zt_errors_free(&o->warnings);
	*o = (struct outcome){0};
}

void plan_free(struct plan *p)
{
	zt_policy_free(p->policy);
	if (p->env)
		zt_env_free(p->env);
	zt_numbers_free(p->numbers);
	zt_image_free(p->image);
	*p = (struct plan){0};
}

/* What the maps hold; before there are any, what they will be made to hold. */
static void capacities(const struct engine *e, struct zt_env *env)
{
	uint32_t devices = e->cfg->max_devices ? e->cfg->max_devices : DEFAULT_DEVICES;

	if (e->maps) {
		zt_maps_capacity(e->maps, env);
		return;
	}
	env->max_devices = devices;
	env->max_binds = 2 * devices;
	env->max_macs = 16 * devices;
	env->max_hosts = e->cfg->max_hosts ? e->cfg->max_hosts : DEFAULT_HOSTS;
}

/*
 * The environment without device ports that are not there: a policy that is in force
 * stays so on the other ports. The compiler sees what is missing as a port it has no
 * interface for; the netlink code must not insist on it, so its role is set aside.
 */
static int partial_env(const struct zt_policy *p, struct zt_env **ret, char **ret_error,
		       struct zt_errors *warnings)
{
	struct zt_interface *copy = calloc(p->nr_interfaces + 1, sizeof(*copy));
	struct zt_policy shallow = *p;
	uint32_t i;
	int r;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, p->interfaces, p->nr_interfaces * sizeof(*copy));
	for (i = 0; i < p->nr_interfaces; i++) {
		if (copy[i].role != ZT_ROLE_DEVICE || if_nametoindex(copy[i].id))
			continue;
		copy[i].role = ZT_ROLE_IGNORE;
		zt_errors_add(warnings,
			      "interface %s is not there; its devices are cut off until it is",
			      copy[i].id);
	}
	shallow.interfaces = copy;
	r = zt_net_env(&shallow, ret, ret_error, warnings);
	free(copy);
	return r;
}

static int read_env(struct engine *e, const struct zt_policy *p, bool partial, struct outcome *out,
		    struct zt_env **ret)
{
	char *error = NULL;
	int r;

	if (partial)
		r = partial_env(p, ret, &error, &out->warnings);
	else
		r = zt_net_env(p, ret, &error, &out->warnings);
	if (r)
		outcome_fail(out, "failed", "%s", error ? error : strerror(-r));
	else
		capacities(e, *ret);
	free(error);
	return r ? -1 : 0;
}

static int compile(struct engine *e, struct outcome *out, struct plan *plan)
{
	int r;

	plan->numbers = zt_numbers_copy(e->numbers);
	if (!plan->numbers)
		return outcome_fail(out, "failed", "out of memory");
	r = zt_compile(plan->policy, plan->env, plan->numbers, &out->errors, &plan->image);
	if (r)
		return outcome_fail(out, "invalid", "the policy does not fit: %s", strerror(-r));
	return 0;
}

int plan_make(struct engine *e, const struct zt_source *sources, size_t nr, bool partial,
	      struct outcome *out, struct plan *ret)
{
	struct plan p = {0};
	int r;

	r = zt_policy_parse(sources, nr, &out->errors, &out->infos, &p.policy);
	if (r)
		return outcome_fail(out, "invalid", "the policy was refused (%u %s)",
				    out->errors.total, out->errors.total == 1 ? "error" : "errors");
	r = read_env(e, p.policy, partial, out, &p.env);
	if (!r)
		r = compile(e, out, &p);
	if (!r && !partial && zt_policy_run_tests(p.policy, p.image, &out->errors))
		r = outcome_fail(out, "invalid", "tests of the policy fail (%u)",
				 out->errors.total);
	if (r) {
		plan_free(&p);
		return -1;
	}
	quarantine_mark(e, p.policy, p.image, &out->warnings);
	*ret = p;
	return 0;
}

/* The policy in force on the machine as it is now; plan.policy stays NULL. */
int plan_again(struct engine *e, struct outcome *out, struct plan *ret)
{
	struct plan p = {.policy = e->held->policy};
	int r = read_env(e, p.policy, true, out, &p.env);

	if (!r)
		r = compile(e, out, &p);
	if (!r)
		quarantine_mark(e, p.policy, p.image, &out->warnings);
	p.policy = NULL;
	if (r) {
		plan_free(&p);
		return -1;
	}
	*ret = p;
	return 0;
}
