/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits while two CPUs take at once (needs root): not a flow too many, not a token too
 * many, and nothing lost or given back twice. The programs run in the kernel, on a private
 * instance; time stands still inside a round.
 *
 *	quota	lgrp may hold 13 flows, 10 of them opened towards it; 80 tuples want one
 *	rate	lseg may open 200 in this second; 400 tuples want to
 *	half	a hundred handshakes of lown, the ACK that ends each seen by two CPUs at once
 */
#include <bpf/bpf.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include "bpf/state.h"
#include "frame_text.h"
#include "prove.h"
#include "side_maps.h"

#define TUPLES 200u
#define FEW 13u /* flows of lgrp: odd, so that a pair of shots meets the last place */
#define MOST 200u /* flows of lown, new flows a second of lseg */
#define LONG_AGO (1u << 20)

struct shot {
	uint8_t data[128];
	uint32_t len, dir;
	bool passed;
};

struct gun {
	uint32_t cpu, nr, errors;
	struct shot shot[TUPLES];
};

static struct zt_maps *m;
static struct zt_policy *policy;
static const struct zt_image *image;
static uint32_t ready;
static uint32_t now = 1u << 24;

static void load(struct shot *s, uint32_t dir, const char *text, uint8_t family)
{
	static struct frame f;

	if (frame_make(&f, text, family, dir, 0) || f.len > sizeof(s->data))
		abort();
	memcpy(s->data, f.data, f.len);
	s->len = f.len;
	s->dir = dir;
}

static int fire(struct shot *s)
{
	bool out = s->dir == ZT_TO_DEVICE;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = s->data, .data_size_in = s->len, .repeat = 1);

	if (bpf_prog_test_run_opts(m->prog[out ? ZT_PROG_TEST_OUT : ZT_PROG_TEST_IN], &opts))
		return -1;
	s->passed = out ? (int)opts.retval == -1 : opts.retval == XDP_PASS;
	return 0;
}

/* Wait until so many shots are about to be fired: each with its counterpart. */
static void meet(uint32_t shots)
{
	__atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
	for (uint32_t spins = 1; __atomic_load_n(&ready, __ATOMIC_SEQ_CST) < shots; spins++)
		if (!(spins % 4096))
			sched_yield();
}

static void *fire_all(void *arg)
{
	struct gun *g = arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(g->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (uint32_t k = 0; k < g->nr; k++) {
		meet(2 * (k + 1));
		g->errors += fire(&g->shot[k]) != 0;
	}
	return NULL;
}

/* Both guns at once; how many shots passed, by direction. */
static void together(struct gun *gun, uint32_t passed[2])
{
	pthread_t thread[2];

	ready = 0;
	for (int i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, fire_all, &gun[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	passed[0] = passed[1] = 0;
	for (int i = 0; i < 2; i++) {
		if (gun[i].errors)
			abort();
		for (uint32_t k = 0; k < gun[i].nr; k++)
			passed[gun[i].shot[k].dir] += gun[i].shot[k].passed;
	}
}

static void set_place(const char *port)
{
	struct zt_test t = { .now = now, .ifindex = world_interface(port)->ifindex,
			     .in_ifindex = world_interface("wan0")->ifindex };
	uint32_t zero = 0;

	if (bpf_map_update_elem(m->map[ZT_MAP_TEST], &zero, &t, BPF_ANY))
		abort();
}

static void state(const char *device, struct zt_devst *ret)
{
	if (zt_maps_devst(m, zt_image_dev_of(image, zt_policy_device(policy, device)), ret))
		abort();
}

/* Everything has expired: is every count at zero. */
static uint32_t emptied(const char *what, const char *device)
{
	struct zt_devst st;

	now += LONG_AGO;
	if (zt_maps_sweep(m, now, 4096) < 0)
		abort();
	state(device, &st);
	if (!st.held.flows && !st.held.flows_in && !st.held.half[0] && !st.held.half[1])
		return 0;
	printf("FAIL: %s: left: %d flows, %d opened to it, %d and %d half open\n", what, st.held.flows,
	       st.held.flows_in, st.held.half[0], st.held.half[1]);
	return 1;
}

/* Every other tuple is opened towards the device. */
static void quota_shots(struct gun *gun, uint8_t family)
{
	char text[96];

	for (uint32_t i = 0; i < 2; i++) {
		gun[i] = (struct gun){ .cpu = i, .nr = 40 };
		for (uint32_t k = 0; k < 40; k++) {
			uint32_t n = 1000 + 2 * k + i;

			snprintf(text, sizeof(text), k & 1 ? "ip vms lgrp; udp %u 554" : "ip lgrp vms; udp %u 5000", n);
			load(&gun[i].shot[k], k & 1 ? ZT_TO_DEVICE : ZT_FROM_DEVICE, text, family);
		}
	}
}

static uint32_t quota_round(uint8_t family)
{
	static struct gun gun[2];
	uint32_t passed[2], total, k;
	struct zt_devst st;
	struct shot s;
	char text[96];

	quota_shots(gun, family);
	set_place("lan1");
	together(gun, passed);
	state("lgrp", &st);
	total = passed[0] + passed[1];
	if (total > FEW || passed[1] > ZT_FLOWS_IN(FEW) || st.held.flows != total || st.held.flows_in != passed[1]) {
		printf("FAIL: quota: %u + %u passed, %d and %d counted\n", passed[0], passed[1],
		       st.held.flows, st.held.flows_in);
		return 1;
	}
	for (k = 0; k < FEW + 2; k++) { /* what a race refused can be had now, and no more */
		snprintf(text, sizeof(text), "ip lgrp vms; udp %u 5000", 3000 + k);
		load(&s, ZT_FROM_DEVICE, text, family);
		if (fire(&s))
			abort();
		total += s.passed;
	}
	if (total != FEW)
		printf("FAIL: quota: %u flows in the end\n", total);
	return (total != FEW) + emptied("quota", "lgrp");
}

static uint32_t rate_round(uint8_t family)
{
	static struct gun gun[2];
	uint32_t passed[2], total, k;
	struct shot s;
	char text[96];

	for (uint32_t i = 0; i < 2; i++) {
		gun[i] = (struct gun){ .cpu = i, .nr = TUPLES };
		for (k = 0; k < TUPLES; k++) {
			snprintf(text, sizeof(text), "ip lseg vms; udp %u 5000", 1000 + 2 * k + i);
			load(&gun[i].shot[k], ZT_FROM_DEVICE, text, family);
		}
	}
	set_place("lan1");
	together(gun, passed);
	total = passed[0];
	for (k = 0; k < MOST; k++) {
		snprintf(text, sizeof(text), "ip lseg vms; udp %u 5000", 3000 + k);
		load(&s, ZT_FROM_DEVICE, text, family);
		if (fire(&s))
			abort();
		total += s.passed;
	}
	if (passed[0] > MOST || total != MOST)
		printf("FAIL: rate: %u passed at once, %u in the end\n", passed[0], total);
	return (passed[0] > MOST || total != MOST) + emptied("rate", "lseg");
}

/* Each place is given back once, though both CPUs see the handshake end. */
static uint32_t half_round(uint8_t family)
{
	static struct gun gun[2];
	uint32_t passed[2], k;
	struct zt_devst st;
	struct shot s;
	char text[96];

	gun[0] = (struct gun){ .cpu = 0, .nr = MOST / 2 };
	gun[1] = (struct gun){ .cpu = 1, .nr = MOST / 2 };
	set_place("lan2");
	for (k = 0; k < MOST / 2; k++) {
		snprintf(text, sizeof(text), "ip lown vms; tcp %u 443 S", 1000 + k);
		load(&s, ZT_FROM_DEVICE, text, family);
		if (fire(&s) || !s.passed)
			abort();
		snprintf(text, sizeof(text), "ip vms lown; tcp 443 %u SA", 1000 + k);
		load(&s, ZT_TO_DEVICE, text, family);
		if (fire(&s) || !s.passed)
			abort();
		snprintf(text, sizeof(text), "ip lown vms; tcp %u 443 A", 1000 + k);
		load(&gun[0].shot[k], ZT_FROM_DEVICE, text, family);
		gun[1].shot[k] = gun[0].shot[k];
	}
	together(gun, passed);
	state("lown", &st);
	k = passed[0] != MOST || st.held.flows != MOST / 2;
	if (k || st.held.half[0] || st.held.half[1])
		printf("FAIL: half: %d and %d half open after all handshakes\n", st.held.half[0], st.held.half[1]);
	return (k || st.held.half[0] || st.held.half[1]) + emptied("half", "lown");
}

static void set_limits(struct zt_image *i, const char *device, struct zt_limits limits)
{
	uint32_t dev = zt_image_dev_of(i, zt_policy_device(policy, device));

	for (uint32_t k = 0; k < i->nr_devs; k++)
		if (i->devs[k].index == dev)
			i->devs[k].word.limits = limits;
}

int main(void)
{
	static const struct zt_sizes sizes = { .flows = 700, .devices = 128, .hosts = 1024,
					       .learned = 64 };
	static uint32_t (*const round[])(uint8_t) = { quota_round, rate_round, half_round };
	uint32_t rounds = getenv("ZT_ROUNDS") ? strtoul(getenv("ZT_ROUNDS"), NULL, 10) : 100;
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_env *env = world_env();
	uint32_t failed = 0, bad;
	struct zt_image *compiled;
	struct zt_cfg cfg;
	char *why = NULL;

	if (zt_maps_open_private(&sizes, &m, &why) || zt_maps_configure(m, 0)) {
		printf("SKIP: the BPF programs cannot be run here: %.300s\n", why ? why : "?");
		printf("0 passed, 0 failed, 3 skipped\n");
		return 77;
	}
	cfg = prove_cfg;
	cfg.pickup_until = now - 1;
	side_maps_configure(m, &cfg);
	policy = world_policy("base");
	compiled = world_compile(policy, env, numbers);
	set_limits(compiled, "lgrp", (struct zt_limits){ .flows = FEW, .new_flows_per_s = 10000 });
	set_limits(compiled, "lown", (struct zt_limits){ .flows = MOST, .new_flows_per_s = 10000 });
	set_limits(compiled, "lseg", (struct zt_limits){ .flows = 600, .new_flows_per_s = MOST });
	if (zt_maps_publish(m, compiled, &why))
		abort();
	image = zt_maps_image(m);
	for (size_t r = 0; r < WORLD_NR(round); r++) {
		bad = 0;
		for (uint32_t k = 0; k < rounds && bad < 3; k++)
			bad += round[r](k & 1 ? 6 : 4);
		failed += bad != 0;
	}
	printf("%u rounds of each kind, both families, two CPUs at once\n", rounds);
	printf("%u passed, %u failed, 0 skipped\n", 3 - failed, failed);
	zt_maps_close(m);
	zt_numbers_free(numbers);
	zt_policy_free(policy);
	zt_env_free(env);
	return !!failed;
}
