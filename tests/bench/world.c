// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"
#include "net/net.h"
#include "policy_text.h"
#include "world.h"

static const uint8_t router[6] = { 0x02, 0, 0, 0, 0xff, 1 };

static struct zt_env *environment(const struct zt_policy *p, uint32_t devices)
{
	struct zt_env *env = zt_env_fake(p);
	uint32_t i;

	for (i = 0; i < env->nr_ports; i++)
		memcpy(env->ports[i].mac, router, 6);
	env->max_devices = devices + 64;
	env->max_binds = 2 * env->max_devices;
	env->max_hosts = 8 * devices + 65536;
	env->max_macs = 4 * devices + 1024;
	return env;
}

static struct zt_image *compile(struct world *w)
{
	struct zt_errors errors = {}, infos = {};
	struct zt_source source = { .name = "bench" };
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_image *image = NULL;
	struct zt_policy *p = NULL;
	struct zt_env *env;
	double t0, t1;
	char *text;

	source.text = text = policy_text(w->devices, &source.len);
	t0 = bench_now();
	if (zt_policy_parse(&source, 1, &errors, &infos, &p)) {
		zt_errors_print(&errors, stderr);
		bench_die("parse", "refused");
	}
	t1 = bench_now();
	env = environment(p, w->devices);
	if (zt_compile(p, env, numbers, &errors, &image)) {
		zt_errors_print(&errors, stderr);
		bench_die("compile", "refused");
	}
	w->compile_s = bench_now() - t1;
	w->parse_s = t1 - t0;
	w->text_mib = source.len / 1048576.0;
	w->rules = p->nr_rules;
	w->entries = image->nr_rules;
	zt_env_free(env);
	zt_numbers_free(numbers);
	zt_policy_free(p);
	free(text);
	return image;
}

void world_open(struct world *w)
{
	struct zt_sizes sizes = { .devices = w->devices + 64, .hosts = 8 * w->devices + 65536,
				  .flows = w->flows };
	struct zt_image *image = compile(w);
	char *why = NULL;
	double t;

	if (zt_maps_open_private(&sizes, &w->maps, &why))
		bench_die("open", why);
	if (zt_maps_configure(w->maps, 0))
		bench_die("configure", NULL);
	t = bench_now();
	if (zt_maps_publish(w->maps, image, &why))
		bench_die("publish", why);
	w->publish_s = bench_now() - t;
	w->now = 1000;
}

void world_close(struct world *w)
{
	zt_maps_close(w->maps);
}

void world_age(struct world *w)
{
	w->now += 1 << 20;
	while (zt_maps_sweep(w->maps, w->now, 1 << 16) > 0)
		;
}

uint32_t world_frame(uint8_t f[64], uint8_t family, uint32_t d, uint16_t sport, uint16_t dport)
{
	uint16_t ports[2] = { htons(sport), htons(dport) }, ulen = htons(8);
	uint32_t low = htonl(d), src = htonl(0x0a000100u + d), dst = htonl(0xcb007101u);
	uint8_t *l4 = f + (family == 4 ? 34 : 54);

	memset(f, 0, 64);
	memcpy(f, router, 6);
	device_mac(f + 6, d);
	if (family == 4) {
		memcpy(f + 12, "\x08\x00\x45\x00\x00\x1c", 6);
		memcpy(f + 22, "\x40\x11", 2);
		memcpy(f + 26, &src, 4);
		memcpy(f + 30, &dst, 4);
	} else {
		memcpy(f + 12, "\x86\xdd\x60\x00\x00\x00\x00\x08\x11\x40", 10);
		memcpy(f + 22, "\xfd\x00\x00\x01", 4);
		memcpy(f + 34, &low, 4);
		memcpy(f + 38, "\x20\x01\x0d\xb8", 4);
		f[53] = 1;
	}
	memcpy(l4, ports, 4);
	memcpy(l4 + 4, &ulen, 2);
	return 62;
}
