/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Aggregates under fire: both CPUs deny packets of the same tuples at once, a few that
 * come again and again and many that come once, while the agent drains. Every packet is
 * in exactly one drained aggregate or counted as lost, and within one drain a key stands
 * once. ZT_DRAINS drains (default 200). Needs root.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>
#include "bpf/state.h"
#include "frame_text.h"
#include "world_policy.h"

static struct zt_maps *m;
static volatile bool stop;
static struct frame frame;
static uint32_t port_at; /* of the destination port, in the frame */

struct tally {
	uint32_t cpu;
	uint64_t run, errors;
};

static bool shoot(uint16_t port)
{
	uint8_t data[128];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = frame.len, .repeat = 1);
	uint16_t wire = htobe16(port);

	memcpy(data, frame.data, frame.len);
	memcpy(data + port_at, &wire, 2);
	return !bpf_prog_test_run_opts(m->prog[ZT_PROG_TEST_IN], &opts) && opts.retval == XDP_DROP;
}

/* Every other tuple is one of eight; both CPUs go through the same ones at about the same time. */
static void *shooter(void *arg)
{
	struct tally *t = arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(t->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (uint32_t k = 0; !stop; k++) {
		if (shoot(k & 1 ? 1000 + k / 2 % 8 : 2000 + k % 50000))
			t->run++;
		else
			t->errors++;
	}
	return NULL;
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct zt_agg_key));
}

/* Take everything out: its packets, and how many keys stood twice. */
static uint64_t drain(uint32_t *twice, uint32_t *entries)
{
	struct zt_agg_entry *v = NULL;
	uint64_t packets = 0;
	uint32_t nr, i;

	if (zt_maps_drain(m, &v, &nr))
		abort();
	qsort(v, nr, sizeof(*v), by_key);
	for (i = 0; i < nr; i++) {
		packets += v[i].agg.packets;
		*twice += i && !by_key(&v[i - 1], &v[i]);
	}
	*entries += nr;
	free(v);
	return packets;
}

static void find_port(void)
{
	struct frame other;

	if (frame_make(&frame, "ip4 cam1 host; udp 4000 5000", 4, ZT_FROM_DEVICE, 0) ||
	    frame_make(&other, "ip4 cam1 host; udp 4000 5001", 4, ZT_FROM_DEVICE, 0))
		abort();
	for (port_at = 0; frame.data[port_at + 1] == other.data[port_at + 1]; port_at++)
		;
}

static uint32_t run(uint32_t drains)
{
	struct tally t[2] = { { .cpu = 0 }, { .cpu = 1 } };
	uint64_t sent, found = 0, before[ZT_LOST_MAX], after[ZT_LOST_MAX];
	uint32_t twice = 0, entries = 0, failed;
	pthread_t thread[2];

	zt_maps_lost(m, before);
	for (int i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, shooter, &t[i]);
	while (drains--) {
		found += drain(&twice, &entries);
		usleep(2000);
	}
	stop = true;
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	found += drain(&twice, &entries);
	found += drain(&twice, &entries); /* the other side */
	zt_maps_lost(m, after);
	found += after[ZT_LOST_AGGREGATE] - before[ZT_LOST_AGGREGATE];
	sent = t[0].run + t[1].run;
	failed = t[0].errors || t[1].errors || !sent || found != sent || twice > entries / 1000;
	printf("%s%llu packets on two CPUs, %llu in %u aggregates or lost (%llu), %u keys twice\n",
	       failed ? "FAIL: " : "", (unsigned long long)sent, (unsigned long long)found, entries,
	       (unsigned long long)(after[ZT_LOST_AGGREGATE] - before[ZT_LOST_AGGREGATE]), twice);
	return failed;
}

int main(void)
{
	struct zt_sizes sizes = { .flows = 4096, .devices = 128, .hosts = 1024, .learned = 64 };
	struct zt_test test = { .now = 1000000, .ifindex = 11 /* lan1 */ };
	const char *drains = getenv("ZT_DRAINS");
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_env *env = world_env();
	struct zt_policy *p = world_policy("base");
	uint32_t zero = 0, failed;
	char *why = NULL;

	if (zt_maps_open_private(&sizes, &m, &why) || zt_maps_configure(m, 0)) {
		printf("SKIP: the BPF programs cannot be run here: %.300s\n", why ? why : "?");
		printf("0 passed, 0 failed, 1 skipped\n");
		return 77;
	}
	m->cfg.events_per_s = 1u << 30; /* every tuple opens an aggregate of its own */
	bpf_map_update_elem(m->map[ZT_MAP_CFG], &zero, &m->cfg, BPF_ANY);
	bpf_map_update_elem(m->map[ZT_MAP_TEST], &zero, &test, BPF_ANY);
	find_port();
	failed = zt_maps_publish(m, world_compile(p, env, numbers), &why) != 0;
	failed += failed ? 0 : run(drains && *drains ? strtoul(drains, NULL, 0) : 200);
	printf("%u passed, %u failed, 0 skipped\n", !failed, failed);
	zt_maps_close(m);
	zt_policy_free(p);
	zt_numbers_free(numbers);
	zt_env_free(env);
	return !!failed;
}
