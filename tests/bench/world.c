// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bench.h"
#include "bpf/attach.h"
#include "net/net.h"
#include "policy_text.h"
#include "world.h"

static const uint8_t router[6] = { 0x02, 0, 0, 0, 0xff, 1 };

static void use_interfaces(struct zt_env *env, const struct world *w)
{
	for (uint32_t i = 0; i < env->nr_ports; i++) {
		for (uint32_t k = 0; k < w->nr_ports; k++) {
			if (!strcmp(env->ports[i].name, w->ports[k].name))
				env->ports[i] = w->ports[k];
		}
		memcpy(env->ports[i].mac, router, 6);
	}
}

static struct zt_env *environment(const struct zt_policy *p, const struct world *w)
{
	struct zt_env *env = zt_env_fake(p);

	use_interfaces(env, w);
	env->max_devices = w->shape.devices + 64;
	env->max_binds = 2 * env->max_devices;
	env->max_hosts = 3 * w->shape.devices + 8192;
	env->max_macs = 4 * w->shape.devices + 1024;
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
	char *text;

	source.text = text = policy_text(&w->shape, ZT_NONE, &source.len);
	if (zt_policy_parse(&source, 1, &errors, &infos, &p)) {
		zt_errors_print(&errors, stderr);
		bench_die("parse", "refused");
	}
	env = environment(p, w);
	if (zt_compile(p, env, numbers, &errors, &image)) {
		zt_errors_print(&errors, stderr);
		bench_die("compile", "refused");
	}
	w->entries = image->nr_rules;
	zt_errors_free(&infos);
	zt_env_free(env);
	zt_numbers_free(numbers);
	zt_policy_free(p);
	free(text);
	return image;
}

/* As zt_maps_open_private(), which leaves out what it never attaches. */
static int open_attachable(const struct zt_sizes *sizes, bool in_module, struct zt_maps **ret, char **why)
{
	struct bpf_object *obj;
	int rc = in_module ? zt_object_open_kmod(&obj, why) : zt_object_open(&obj, why);

	if (!rc)
		rc = zt_object_size(obj, sizes);
	if (!rc)
		rc = zt_object_load(obj, why);
	return rc ? rc : zt_maps_from_object(obj, ret, why);
}

/* zt_maps_configure() asks the module for the table. */
static int open_in_module(const struct zt_sizes *sizes, struct zt_maps **ret, char **why)
{
	struct zt_kflow *kflow = NULL;
	char text[256];
	int rc = zt_kmod_find(&kflow, text);

	if (rc)
		bench_die("zt_flow.ko", text);
	rc = open_attachable(sizes, true, ret, why);
	if (!rc) {
		(*ret)->kflow = kflow;
		(*ret)->flows = sizes->flows;
	}
	return rc;
}

static int open_any(const struct world *w, const struct zt_sizes *sizes, struct zt_maps **ret, char **why)
{
	if (w->in_module)
		return open_in_module(sizes, ret, why);
	return w->attachable ? open_attachable(sizes, false, ret, why) : zt_maps_open_private(sizes, ret, why);
}

void world_open(struct world *w)
{
	struct zt_sizes sizes = { .devices = w->shape.devices + 64,
				  .hosts = 3 * w->shape.devices + 8192,
				  .flows = w->flows };
	struct zt_image *image = compile(w);
	char *why = NULL;

	if (open_any(w, &sizes, &w->maps, &why))
		bench_die("open", why);
	if (zt_maps_configure(w->maps, 0))
		bench_die("configure", NULL);
	if (zt_maps_publish(w->maps, image, &why))
		bench_die("publish", why);
	w->now = 1000;
}

void world_close(struct world *w)
{
	zt_maps_close(w->maps);
}

/* The test entries, which a running agent does not have, on the maps it has pinned. */
void world_adopt(struct world *w, const char *pin_dir)
{
	struct zt_sizes sizes = { 0 };
	struct bpf_object *obj;
	bool complete = false;
	char *why = NULL;

	if (zt_object_open(&obj, &why) || zt_pins_look(pin_dir, obj, &sizes, &complete, &why) || !complete ||
	    zt_object_size(obj, &sizes) || zt_pins_adopt(pin_dir, obj, &why) ||
	    zt_object_leave_out(obj, ZT_FOR_PORTS) || zt_object_load(obj, &why) ||
	    zt_maps_from_object(obj, &w->maps, &why))
		bench_die(pin_dir, why);
	world_real_time(w);
}

void world_age(struct world *w)
{
	if (w->in_module && zt_kmod_empty(w->maps))
		bench_die("the module's table", "cannot be emptied");
	w->now += 1 << 20;
	while (zt_maps_sweep(w->maps, w->now, 1 << 16) > 0)
		;
}

void world_real_time(struct world *w)
{
	struct zt_clock clock;

	if (zt_maps_clock(w->maps, &clock))
		bench_die("clock", NULL);
	w->now = clock.now;
}

struct world_judged world_judged(struct world *w)
{
	static struct zt_count counts[ZT_COUNT_MAX];
	struct world_judged sum = {};

	if (zt_maps_counts(w->maps, counts))
		bench_die("counters", NULL);
	for (uint32_t i = 0; i < ZT_COUNT_MAX; i++) {
		if (i / 2 % ZT_VERDICT_MAX == ZT_DROPPED)
			sum.dropped += counts[i].packets;
		else
			sum.forwarded += counts[i].packets;
	}
	return sum;
}

uint32_t world_live_flows(struct world *w)
{
	uint32_t flows = 0;

	for (uint32_t dev = 1; dev < w->shape.devices + 64; dev++) {
		struct zt_devst st;

		if (zt_maps_devst(w->maps, dev, &st))
			bench_die("device counters", NULL);
		flows += st.held.flows;
	}
	return flows;
}

/* ---- memory --------------------------------------------------------------------- */

/* What the kernel says a map takes; for a hash that is not preallocated an estimate of its. */
static double memlock(int fd)
{
	char path[64], line[128];
	unsigned long long bytes = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "memlock: %llu", &bytes) == 1)
			break;
	}
	if (f)
		fclose(f);
	return bytes;
}

/* The tables a map of maps holds now. */
static double inner_memlock(int outer, uint32_t nr)
{
	double sum = 0;

	for (uint32_t i = 0; i < nr; i++) {
		uint32_t id;
		int fd = bpf_map_lookup_elem(outer, &i, &id) ? -1 : bpf_map_get_fd_by_id(id);

		if (fd >= 0) {
			sum += memlock(fd);
			close(fd);
		}
	}
	return sum;
}

void world_memory(struct world *w, const char *what, double x)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, w->maps->obj) {
		struct bench_cell c = { .unit = "B", .x = x };
		double bytes = memlock(bpf_map__fd(map));
		char name[64];

		if (bpf_map__type(map) == BPF_MAP_TYPE_ARRAY_OF_MAPS)
			bytes += inner_memlock(bpf_map__fd(map), bpf_map__max_entries(map));
		snprintf(name, sizeof(name), "map-%s/%s", what, bpf_map__name(map));
		c.name = name;
		bench_sample(&c, 0, bytes);
	}
}

/* ---- frames ----------------------------------------------------------------------- */

uint32_t world_l3(const struct shape *s)
{
	return s->vlan ? 18 : 14;
}

static void put_ip4(uint8_t *ip, bool out)
{
	static const uint8_t head[20] = { 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17 };
	uint32_t device = htonl(SHAPE_NET), peer = htonl(SHAPE_APP_NET);

	memcpy(ip, head, sizeof(head));
	memcpy(ip + 12, out ? &peer : &device, 4);
	memcpy(ip + 16, out ? &device : &peer, 4);
}

static void put_ip6(uint8_t *ip, bool out)
{
	static const uint8_t head[8] = { 0x60, 0, 0, 0, 0, 8, 17, 64 };
	static const uint8_t device[16] = { 0xfd, 0, 0, 1 };
	static const uint8_t peer[16] = { 0x20, 1, 0x0d, 0xb8, [15] = 1 };

	memcpy(ip, head, sizeof(head));
	memcpy(ip + 8, out ? peer : device, 16);
	memcpy(ip + 24, out ? device : peer, 16);
}

uint32_t world_frame(uint8_t f[80], const struct shape *s, uint8_t family, bool out)
{
	uint16_t tag[2] = { htons(0x8100), htons(s->vlan) }, ulen = htons(8);
	uint8_t *ip = f + world_l3(s), *l4 = ip + (family == 4 ? 20 : 40);

	memset(f, 0, 80);
	policy_mac(out ? f : f + 6, 0);
	memcpy(out ? f + 6 : f, router, 6);
	if (s->vlan)
		memcpy(f + 12, tag, 4);
	memcpy(ip - 2, family == 4 ? "\x08\x00" : "\x86\xdd", 2);
	if (family == 4)
		put_ip4(ip, out);
	else
		put_ip6(ip, out);
	memcpy(l4 + 4, &ulen, 2);
	return world_l3(s) + 48;
}
