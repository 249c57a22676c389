/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Orders the compiler's stages: policy, environment and numbers in, image out.
 * Pure; nothing the caller holds changes unless all of it succeeds.
 */
#include "compile/compile.h"

static int too_many(struct zt_build *b, uint32_t needed, uint32_t max, const char *what)
{
	if (!max || needed <= max)
		return 0;
	zt_errors_add(
		b->errors,
		"(policy): needs %u %s entries, this router is set up for %u; raise it in the "
		"agent's configuration; nothing was changed",
		needed, what, max);
	return -E2BIG;
}

/* Arrays hold indexes 0 .. max - 1 and 0 is never used; hashes hold max entries. */
static int check_capacity(struct zt_build *b)
{
	const struct zt_image *i = b->image;
	const struct zt_env *env = b->env;
	uint32_t last_dev = i->nr_devs ? i->devs[i->nr_devs - 1].index : 0;
	uint32_t last_bind = i->nr_binds ? i->binds[i->nr_binds - 1].index : 0;
	int err = too_many(b, last_dev + 1, env->max_devices, "device");

	err = too_many(b, last_bind + 1, env->max_binds, "binding") ?: err;
	err = too_many(b, i->nr_macs, env->max_macs, "MAC") ?: err;
	return too_many(b, i->nr_hosts, env->max_hosts, "host") ?: err;
}

static int build(struct zt_build *b, const struct zt_numbers *old)
{
	static int (*const stages[])(struct zt_build *) = {
		zt_build_ports, zt_build_classes,  zt_build_devices,
		zt_build_macs,	zt_build_networks, zt_build_services,
		check_capacity, zt_build_rules,	   zt_image_make_index,
	};
	struct zt_image *i = b->image;
	int err = zt_numbers_next(old, b->p, b->env, &b->numbers);

	for (size_t k = 0; k < sizeof(stages) / sizeof(stages[0]) && !err; k++)
		err = stages[k](b);
	i->pol.flags = (b->p->infra.dhcp_router ? ZT_POL_DHCP_ROUTER : 0) |
		       (b->p->infra.dhcp_uplink ? ZT_POL_DHCP_UPLINK : 0);
	i->pol.nr_rules = b->p->nr_rules;
	return err;
}

static void build_free(struct zt_build *b)
{
	uint32_t i;

	for (i = 0; i < b->nr_dsets; i++)
		free(b->dsets[i].classes.v);
	for (i = 0; b->app_services && i < b->p->nr_apps; i++)
		free(b->app_services[i].classes.v);
	for (i = 0; b->rule_services && i < b->p->nr_rules; i++)
		free(b->rule_services[i].classes.v);
	for (i = 0; b->app_pclasses && i < b->p->nr_apps; i++)
		free(b->app_pclasses[i].v);
	free(b->ports);
	free(b->zones.v);
	free(b->dclass);
	free(b->dsets);
	free(b->side_set);
	free(b->app_services);
	free(b->rule_services);
	free(b->app_pclasses);
	zt_numbers_free(b->numbers);
	zt_image_free(b->image);
}

int zt_compile(const struct zt_policy *p, const struct zt_env *env, struct zt_numbers *numbers,
	       struct zt_errors *errors, struct zt_image **ret_image)
{
	struct zt_build b = { .p = p, .env = env, .errors = errors };
	int err = -ENOMEM;

	b.image = calloc(1, sizeof(*b.image));
	if (b.image)
		err = build(&b, numbers);
	if (!err) {
		zt_numbers_swap(numbers, b.numbers);
		*ret_image = b.image;
		b.image = NULL;
	}
	build_free(&b);
	return err;
}
