/* SPDX-License-Identifier: GPL-2.0 */
/*
 * No packet ever sees half of two policies (design §5, "must show" 4). Policies A
 * and B are published in turn, or the generation is stepped between the two that
 * lie prepared, while both CPUs run packets through the programs. Between A and B
 * two rules swap their targets and the devices they are about swap groups:
 *
 *	A: g1 -> x   g2 -> y   d1 in g1, d2 in g2, d3 -> six        (64:ff9b::/96)
 *	B: g1 -> y   g2 -> x   d1 in g2, d2 in g1, d3 -> y4
 *
 *	d1 -> x, d2 -> y, x -> d1, y -> d2, d1 -> d2		both policies allow
 *	d1 -> y, d2 -> x, y -> d1, x -> d2, d2 -> d1		neither does; classes of one
 *								with rules of the other would
 *	d3 -> six with y4 inside				needs both of d3's rules, of
 *								which each policy has one
 *	d3 -> y4						only B: shows that flips arrive
 *
 * ZT_FLIPS publishes (default 500) and ZT_STEPS steps (default 100,000). Needs root.
 */
#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#include "bpf/state.h"
#include "frame_text.h"
#include "world_policy.h"

#define PORT_LAN 11u
#define PORT_WAN 40u
#define TUPLES 32u

static const char policy_text[] =
"{'version': 1, 'interfaces': {'lan1': {'role': 'device'}, 'wan0': {'role': 'uplink'}},"
" 'segments': {'enf': {'mode': 'enforce'}}, 'defaults': {'limits': {'new_flows_per_s': 10000}},"
" 'devices': {"
"  'd1': {'segment': 'enf', 'mac': '02:00:00:00:00:11', 'ports': 'lan1', 'addresses': ['10.1.0.11'], 'labels': {'g': '%s'}},"
"  'd2': {'segment': 'enf', 'mac': '02:00:00:00:00:12', 'ports': 'lan1', 'addresses': ['10.1.0.12'], 'labels': {'g': '%s'}},"
"  'd3': {'segment': 'enf', 'mac': '02:00:00:00:00:13', 'ports': 'lan1', 'addresses': ['10.1.0.13', 'fd01::13']}},"
" 'groups': {'g1': {'match': {'g': 'one'}}, 'g2': {'match': {'g': 'two'}}},"
" 'applications': {'x': {'hosts': ['10.20.0.1'], 'services': ['tcp/1000']}, 'y': {'hosts': ['10.20.0.2'], 'services': ['tcp/1000']},"
"  'six': {'hosts': ['64:ff9b::/96'], 'services': ['tcp/1000']}, 'y4': {'hosts': ['10.20.0.3'], 'services': ['tcp/1000']}},"
" 'rules': {'r1': {'from': 'g1', 'to': '%s', 'action': 'allow'}, 'r2': {'from': 'g2', 'to': '%s', 'action': 'allow'},"
"  'r3': {'from': '%s', 'to': 'g1', 'services': ['tcp/2000'], 'action': 'allow'},"
"  'r4': {'from': '%s', 'to': 'g2', 'services': ['tcp/2000'], 'action': 'allow'},"
"  'r5': {'from': '%s', 'to': '%s', 'services': ['tcp/3000'], 'action': 'allow'},"
"  'r6': {'from': 'd3', 'to': '%s', 'action': 'allow'}}}";

static const char *const words_a[] = { "one", "two", "x", "y", "x", "y", "g1", "g2", "six" };
static const char *const words_b[] = { "two", "one", "y", "x", "y", "x", "g2", "g1", "y4" };

enum expected { ALWAYS, NEVER, SOMETIMES };

static const struct shot {
	const char *frame; /* %u: a source port */
	uint8_t dir, family;
	enum expected expected;
} shots[] = {
	{ "ip4 cam1 10.20.0.1; tcp %u 1000 S", ZT_FROM_DEVICE, 4, ALWAYS },
	{ "ip4 cam2 10.20.0.2; tcp %u 1000 S", ZT_FROM_DEVICE, 4, ALWAYS },
	{ "ip4 10.20.0.1 cam1; tcp %u 2000 S", ZT_TO_DEVICE, 4, ALWAYS },
	{ "ip4 10.20.0.2 cam2; tcp %u 2000 S", ZT_TO_DEVICE, 4, ALWAYS },
	{ "eth cam1 cam2; ip4 cam1 cam2; tcp %u 3000 S", ZT_FROM_DEVICE, 4, ALWAYS },
	{ "ip4 cam1 10.20.0.2; tcp %u 1000 S", ZT_FROM_DEVICE, 4, NEVER },
	{ "ip4 cam2 10.20.0.1; tcp %u 1000 S", ZT_FROM_DEVICE, 4, NEVER },
	{ "ip4 10.20.0.2 cam1; tcp %u 2000 S", ZT_TO_DEVICE, 4, NEVER },
	{ "ip4 10.20.0.1 cam2; tcp %u 2000 S", ZT_TO_DEVICE, 4, NEVER },
	{ "eth cam2 cam1; ip4 cam2 cam1; tcp %u 3000 S", ZT_FROM_DEVICE, 4, NEVER },
	{ "ip6 cam3 64:ff9b::a14:3; tcp %u 1000 S", ZT_FROM_DEVICE, 6, NEVER },
	{ "ip4 cam3 10.20.0.3; tcp %u 1000 S", ZT_FROM_DEVICE, 4, SOMETIMES },
};
#define NR_SHOTS WORLD_NR(shots)

struct made {
	uint8_t data[128];
	uint32_t len;
};
static struct made made[NR_SHOTS][TUPLES];

static struct zt_maps *m;
static volatile bool stop;

struct tally {
	uint32_t cpu;
	uint64_t run[NR_SHOTS], passed[NR_SHOTS], errors;
};

static void make_shots(void)
{
	static struct frame f;
	char text[128];

	for (uint32_t s = 0; s < NR_SHOTS; s++) {
		for (uint32_t k = 0; k < TUPLES; k++) {
			snprintf(text, sizeof(text), shots[s].frame, 10000 + k);
			if (frame_make(&f, text, shots[s].family, shots[s].dir, 0))
				abort();
			memcpy(made[s][k].data, f.data, f.len);
			made[s][k].len = f.len;
		}
	}
}

/* Did the packet pass. */
static int shoot(uint32_t s, uint32_t k, bool *ret_passed)
{
	bool out = shots[s].dir == ZT_TO_DEVICE;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = made[s][k].data,
		    .data_size_in = made[s][k].len, .repeat = 1);

	if (bpf_prog_test_run_opts(m->prog[out ? ZT_PROG_TEST_OUT : ZT_PROG_TEST_IN], &opts))
		return -1;
	*ret_passed = out ? (int)opts.retval == -1 : opts.retval == XDP_PASS;
	return 0;
}

static void *shooter(void *arg)
{
	struct tally *t = arg;
	cpu_set_t set;
	bool passed;

	CPU_ZERO(&set);
	CPU_SET(t->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (uint32_t k = 0; !stop; k++) {
		for (uint32_t s = 0; s < NR_SHOTS; s++) {
			if (shoot(s, k % TUPLES, &passed)) {
				t->errors++;
				continue;
			}
			t->run[s]++;
			t->passed[s] += passed;
		}
	}
	return NULL;
}

static struct zt_image *compile(const char *const *w, const struct zt_env *env,
				struct zt_numbers *numbers)
{
	char text[sizeof(policy_text) + 64], *q;
	struct zt_policy *p;
	struct zt_image *i;

	snprintf(text, sizeof(text), policy_text, w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7],
		 w[8]);
	for (q = text; (q = strchr(q, '\''));)
		*q = '"';
	p = world_parse(text);
	i = world_compile(p, env, numbers);
	zt_policy_free(p);
	return i;
}

static int publish(bool b, const struct zt_env *env, struct zt_numbers *numbers)
{
	char *error = NULL;
	int rc = zt_maps_publish(m, compile(b ? words_b : words_a, env, numbers), &error);

	if (rc)
		printf("FAIL: publish: %s\n", error ? error : "not published");
	free(error);
	return rc;
}

/* Both shooters while `flip` works; counts what no policy gives. */
static uint32_t under_fire(const char *what, int (*flip)(void *), void *arg)
{
	struct tally t[2] = { { .cpu = 0 }, { .cpu = 1 } };
	uint64_t sum = 0, wrong = 0, passed, run;
	uint32_t failed = 0;
	pthread_t thread[2];

	stop = false;
	for (int i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, shooter, &t[i]);
	if (flip(arg))
		failed++;
	stop = true;
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	for (uint32_t s = 0; s < NR_SHOTS; s++) {
		run = t[0].run[s] + t[1].run[s];
		passed = t[0].passed[s] + t[1].passed[s];
		sum += run;
		if (shots[s].expected == ALWAYS ? passed != run :
		    shots[s].expected == NEVER ? passed != 0 : !passed || passed == run) {
			printf("FAIL: %s: %llu of %llu passed: %s\n", what,
			       (unsigned long long)passed, (unsigned long long)run, shots[s].frame);
			wrong++;
		}
	}
	if (t[0].errors + t[1].errors)
		printf("FAIL: %s: %llu packets could not be run\n", what,
		       (unsigned long long)(t[0].errors + t[1].errors));
	printf("%s, %llu packets on two CPUs meanwhile, %llu kinds of packet judged wrongly\n", what,
	       (unsigned long long)sum, (unsigned long long)wrong);
	return failed + (wrong || t[0].errors + t[1].errors);
}

struct work {
	const struct zt_env *env;
	struct zt_numbers *numbers;
	uint32_t times;
};

static int many_publishes(void *arg)
{
	struct work *w = arg;

	for (uint32_t i = 0; i < w->times; i++) {
		if (publish(!(i & 1), w->env, w->numbers))
			return -1;
	}
	return 0;
}

static int many_steps(void *arg)
{
	struct work *w = arg;

	for (uint32_t i = 0; i < w->times; i++) {
		__atomic_fetch_add(&m->gen->gen, 1, __ATOMIC_SEQ_CST);
		if (i % 4 == 0)
			usleep(1); /* let the packets have their CPUs */
	}
	return 0;
}

static uint32_t setting(const char *name, uint32_t value)
{
	const char *s = getenv(name);

	return s && *s ? (uint32_t)strtoul(s, NULL, 0) : value;
}

int main(void)
{
	struct zt_sizes sizes = { .flows = 4096, .devices = 64, .hosts = 1024, .learned = 64 };
	struct zt_test test = { .now = 1000000, .ifindex = PORT_LAN, .in_ifindex = PORT_WAN };
	struct work w = { world_env(), zt_numbers_new(), setting("ZT_FLIPS", 500) };
	uint32_t zero = 0, failed;
	char *why = NULL;

	if (zt_maps_open_private(&sizes, &m, &why) || zt_maps_configure(m, 0)) {
		printf("SKIP: the BPF programs cannot be run here: %.300s\n", why ? why : "?");
		printf("0 passed, 0 failed, 2 skipped\n");
		return 77;
	}
	make_shots();
	bpf_map_update_elem(m->map[ZT_MAP_TEST], &zero, &test, BPF_ANY);
	failed = publish(false, w.env, w.numbers) != 0;
	failed += under_fire("publishes of A and B in turn", many_publishes, &w);
	w.times = setting("ZT_STEPS", 100000);
	failed += under_fire("steps between A and B", many_steps, &w);
	printf("%u passed, %u failed, 0 skipped\n", failed > 2 ? 0 : 2 - failed, failed);
	zt_maps_close(m);
	zt_numbers_free(w.numbers);
	zt_env_free((struct zt_env *)w.env);
	return !!failed;
}
