/* SPDX-License-Identifier: GPL-2.0 */
/* Opening a private instance and keeping its time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "net/net.h"
#include "world.h"

#define SWEEP_STEPS 1024u
#define SPARE 64 /* unknown devices of ports, and index 0 */

static int cannot_open(const struct call *c, int error, char *text)
{
	int r;

	if (error == -EPERM || error == -EACCES)
		r = call_fail(
			c, CODE_NO_PRIVILEGE,
			"cannot load the programs: %s; this command runs packets through them, "
			"which needs root",
			text ? text : strerror(-error));
	else
		r = call_fail(c, CODE_BROKEN, "cannot load the programs: %s",
			      text ? text : strerror(-error));
	free(text);
	return r;
}

static int compile(const struct call *c, struct world *w, struct zt_image **ret_image)
{
	struct zt_errors errors = {};
	uint32_t i;
	int r = zt_compile(w->policy, w->env, w->numbers, &errors, ret_image);

	for (i = 0; r < 0 && i < errors.nr; i++) {
		print_safe(stderr, errors.v[i]);
		fputc('\n', stderr);
	}
	zt_errors_free(&errors);
	return r < 0 ? call_fail(c, CODE_REFUSED, "cannot compile the policy: %s", strerror(-r))
		     : 0;
}

/* Whoever asks what the rules say asks more in a tick than any device may open. */
static void lift_limits(struct zt_image *image)
{
	for (uint32_t i = 0; i < image->nr_devs; i++)
		image->devs[i].word.limits = (struct zt_limits){
			.flows = 65535, .new_flows_per_s = 65535, .arp_per_s = 65535,
			.addresses4 = 255, .addresses6 = 255,
		};
}

/* Configuration, clock and policy into fresh maps. */
static int fill(const struct call *c, struct world *w, enum world_for what)
{
	struct zt_image *image;
	char *text = NULL;
	int r = zt_maps_configure(w->maps, 0);

	if (!r)
		r = zt_maps_clock(w->maps, &w->clock);
	if (r < 0)
		return cannot_open(c, r, NULL);
	w->now = w->clock.now;
	r = compile(c, w, &image);
	if (r)
		return r;
	if (what == WORLD_FOR_QUESTIONS)
		lift_limits(image);
	r = zt_maps_publish(w->maps, image, &text);
	if (r < 0) {
		zt_image_free(image);
		return cannot_open(c, r, text);
	}
	w->image = zt_maps_image(w->maps);
	return 0;
}

int world_open(const struct call *c, const struct zt_policy *p, struct zt_env *env,
	       enum world_for what, struct world *ret)
{
	struct zt_sizes sizes = {.flows = 65536};
	struct world w = {.policy = p, .env = env, .port = 20000};
	char *text = NULL;
	int r;

	if (p->nr_devices + p->nr_interfaces + SPARE > 16384)
		sizes.devices = p->nr_devices + p->nr_interfaces + SPARE;
	w.numbers = zt_numbers_new();
	if (!env || !w.numbers) {
		world_close(&w);
		return call_fail(c, CODE_BROKEN, "out of memory");
	}
	r = zt_maps_open_private(&sizes, &w.maps, &text);
	r = r < 0 ? cannot_open(c, r, text) : fill(c, &w, what);
	if (r) {
		world_close(&w);
		return r;
	}
	*ret = w;
	return 0;
}

void world_close(struct world *w)
{
	if (w->maps)
		zt_maps_close(w->maps);
	zt_numbers_free(w->numbers);
	zt_env_free(w->env);
	*w = (struct world){};
}

/* The queue goes round: more steps than records look at some of them again. */
int world_sweep(struct world *w, uint32_t steps)
{
	int r = zt_maps_sweep(w->maps, w->now, steps);

	return r < 0 ? r : 0;
}

int world_pass(struct world *w, uint32_t seconds)
{
	w->now += (uint64_t)seconds * 1000 / w->clock.tick_ms;
	return world_sweep(w, SWEEP_STEPS);
}

const struct zt_env_port *world_port(const struct world *w, uint32_t interface)
{
	const char *name = w->policy->interfaces[interface].id;
	uint32_t i;

	for (i = 0; i < w->env->nr_ports; i++)
		if (!strcmp(w->env->ports[i].name, name))
			return &w->env->ports[i];
	return NULL;
}

const struct zt_env_port *world_role(const struct world *w, uint8_t role)
{
	uint32_t i;

	for (i = 0; i < w->policy->nr_interfaces; i++)
		if (w->policy->interfaces[i].role == role)
			return world_port(w, i);
	return NULL;
}

static int learned_device(const struct world *w, uint8_t family, const struct zt_addr *a)
{
	struct zt_learned_entry *v = NULL;
	uint32_t nr = 0, i;
	int device = -1;

	if (zt_maps_learned(w->maps, w->now, &v, &nr) < 0)
		return -1;
	for (i = 0; i < nr && device < 0; i++)
		if (v[i].key.family == family && !memcmp(&v[i].key.addr, a, sizeof(*a)))
			device = zt_image_device_of(w->image, v[i].learned.dev);
	free(v);
	return device;
}

int world_device_of(const struct world *w, uint8_t family, const struct zt_addr *a)
{
	struct zt_host_word word = zt_image_lookup(w->image, family, a);

	if (word.kind == ZT_KIND_DEVICE)
		return zt_image_device_of(w->image, word.id);
	/* Only link-local addresses and those inside a segment's subnets can be learned. */
	if (word.segment || (family == 6 && ((const uint8_t *)a)[0] == 0xfe))
		return learned_device(w, family, a);
	return -1;
}
