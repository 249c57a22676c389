/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flow table under two CPUs (needs root): XDP on one, tc on the other, packets of the
 * same flows in both directions as fast as they are made. Whatever happens, each packet that
 * was forwarded is in the counts of exactly one flow, live or ended, or is told as uncounted;
 * no key has two live records; the device's quota is what it holds.
 *
 *	one	one flow, opposite directions
 *	race	both CPUs open the same new flows
 *	full	eight times as many flows as slots
 *	reuse	flows expire all the time, and slots change hands, a sweep running beside
 *	flip	the generation moves all the time: every record is judged again and again
 *
 *	table_test	(ZT_TABLE_FACTOR: times as many packets, default 1)
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bpf/state.h"
#include "frame_text.h"
#include "table_keys.h"
#include "world_policy.h"

#define OBJECT "build/tests/prog/table.bpf.o"
#define QUOTA 65535u

static const char policy_text[] =
"{'version': 1, 'interfaces': {'lan1': {'role': 'device'}, 'wan0': {'role': 'uplink'}},"
" 'segments': {'enf': {'mode': 'enforce', 'limits': {'flows': 65535, 'new_flows_per_s': 10000}}},"
" 'devices': {'d1': {'segment': 'enf', 'mac': '02:00:00:00:00:11', 'ports': 'lan1',"
"   'addresses': ['10.1.0.11', 'fd01::11']}},"
" 'applications': {'all': {'hosts': ['10.20.0.5', 'fd20::5'], 'services': ['tcp/1-65535']}},"
" 'rules': {'out': {'from': 'd1', 'to': 'all', 'action': 'allow'},"
"   'in': {'from': 'all', 'to': 'd1', 'services': ['tcp/1-65535'], 'action': 'allow'}%s}}";
static const char more_text[] =
", 'more': {'from': 'd1', 'to': 'all', 'services': ['tcp/9'], 'action': 'allow'}";

static struct zt_maps *m;
static struct zt_env *env;
static struct zt_policy *policy[2];
static struct zt_numbers *numbers;
static struct bpf_object *driver;
static struct ring_buffer *ring;
static int keys_fd;
static uint32_t now = 1u << 24, factor = 1, family;
static uint64_t ended; /* packets in flows whose end was told */
static bool stop;

/* ---- what is shot ---------------------------------------------------------------- */

struct gun {
	uint32_t out, packets, errors;
};

static void *fire(void *arg)
{
	struct gun *g = arg;
	LIBBPF_OPTS(bpf_test_run_opts, o, .repeat = (int)g->packets);
	struct frame f = { 0 };
	cpu_set_t set;
	int prog;

	CPU_ZERO(&set);
	CPU_SET(g->out, &set);
	sched_setaffinity(0, sizeof(set), &set);
	if (frame_make(&f, g->out ? "ip vms cam1; tcp 443 40000 A; pay 20" : "ip cam1 vms; tcp 40000 443 A; pay 20",
		       family, g->out ? ZT_TO_DEVICE : ZT_FROM_DEVICE, 0))
		abort();
	o.data_in = f.data;
	o.data_size_in = f.len;
	prog = bpf_program__fd(bpf_object__find_program_by_name(driver, g->out ? "table_out" : "table_in"));
	g->errors = bpf_prog_test_run_opts(prog, &o) != 0;
	return NULL;
}

static void set_keys(uint32_t base, uint32_t nr, bool in_turn)
{
	for (uint32_t out = 0; out < 2; out++) {
		struct table_keys k = { .base = base, .nr = nr, .in_turn = in_turn,
					.state = 0x9e3779b97f4a7c15ull * (out + 1) + now };

		if (bpf_map_update_elem(keys_fd, &out, &k, BPF_ANY))
			abort();
	}
}

static void set_now(void)
{
	struct zt_test t = { .now = now, .ifindex = world_interface("lan1")->ifindex,
			     .in_ifindex = world_interface("wan0")->ifindex, .quiet = 1,
			     .op = ZT_CTL_SWEEP, .steps = 8 }; /* for who sweeps meanwhile */
	uint32_t zero = 0;

	if (bpf_map_update_elem(m->map[ZT_MAP_TEST], &zero, &t, BPF_ANY))
		abort();
}

/* So many packets each way at once. */
static void together(uint32_t packets)
{
	struct gun gun[2] = { { 0, packets, 0 }, { 1, packets, 0 } };
	pthread_t thread[2];

	set_now();
	for (int i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, fire, &gun[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	if (gun[0].errors + gun[1].errors)
		abort();
	ring_buffer__consume(ring);
}

/* ---- what came of it ----------------------------------------------------------------- */

struct sums {
	uint64_t forwarded, dropped, flows, lost[ZT_LOST_MAX];
};

static int on_event(void *arg, void *data, size_t size)
{
	const struct zt_event *e = data;

	if (size == sizeof(*e) && e->type == ZT_EVENT_FLOW_END)
		ended += e->packets[0] + e->packets[1];
	return 0;
}

static int by_key(const void *a, const void *b)
{
	return memcmp(&((const struct zt_flow_entry *)a)->key, &((const struct zt_flow_entry *)b)->key,
		      sizeof(struct zt_flow_key));
}

/* Packets in live records; *ret_twins: keys that have two. */
static uint64_t live_packets(uint32_t *ret_nr, uint32_t *ret_twins)
{
	struct zt_flow_entry *v = NULL;
	uint64_t sum = 0;
	uint32_t i;

	*ret_twins = 0;
	if (zt_maps_flows(m, now, &v, ret_nr))
		abort();
	if (*ret_nr)
		qsort(v, *ret_nr, sizeof(*v), by_key);
	for (i = 0; i < *ret_nr; i++) {
		sum += v[i].packets[0] + v[i].packets[1];
		*ret_twins += i && !by_key(&v[i - 1], &v[i]);
	}
	free(v);
	return sum;
}

static void read_sums(struct sums *s)
{
	static struct zt_count c[ZT_COUNT_MAX];

	memset(s, 0, sizeof(*s));
	if (zt_maps_counts(m, c) || zt_maps_lost(m, s->lost))
		abort();
	for (uint32_t i = 0; i < ZT_COUNT_MAX; i++)
		*(i / 2 % ZT_VERDICT_MAX == ZT_DROPPED ? &s->dropped : &s->forwarded) += c[i].packets;
}

/* Slots that are somebody's, live or not: what the quota counts. */
static uint32_t slots_held(void)
{
	uint32_t n = 0, i;

	for (i = 0; i < m->max[ZT_MAP_FLOW4] * ZT_WAYS; i++)
		n += !!ZT_WORD_GEN(m->flow4[i / ZT_WAYS].slot[i % ZT_WAYS].f.word);
	for (i = 0; i < m->max[ZT_MAP_FLOW6] * ZT_WAYS; i++)
		n += !!ZT_WORD_GEN(m->flow6[i / ZT_WAYS].slot[i % ZT_WAYS].f.word);
	return n;
}

/* After `shot` packets since `before`: is everything accounted for. */
static uint32_t settle(const char *what, const struct sums *before, uint64_t shot, uint32_t *ret_live)
{
	uint32_t dev = zt_image_dev_of(zt_maps_image(m), zt_policy_device(policy[0], "d1")), twins;
	uint64_t counted, uncounted, refused;
	struct zt_devst st;
	struct sums s;
	uint32_t failed;

	read_sums(&s);
	counted = live_packets(ret_live, &twins) + ended;
	uncounted = s.lost[ZT_LOST_UNCOUNTED] - before->lost[ZT_LOST_UNCOUNTED];
	refused = s.lost[ZT_LOST_FLOW] - before->lost[ZT_LOST_FLOW];
	if (zt_maps_devst(m, dev, &st))
		abort();
	failed = s.forwarded - before->forwarded + s.dropped - before->dropped != shot ||
		 counted + uncounted != s.forwarded - before->forwarded || twins ||
		 (uint32_t)st.held.flows != slots_held() || s.lost[ZT_LOST_EVENT] != before->lost[ZT_LOST_EVENT];
	printf("%sIPv%u %s: %llu packets, %llu forwarded = %llu in flows (%llu of them ended) + %llu uncounted; "
	       "%llu refused for want of a place; %u live, %u twins, quota %d of %u slots\n",
	       failed ? "FAIL: " : "TOTAL: ", family, what, (unsigned long long)shot,
	       (unsigned long long)(s.forwarded - before->forwarded), (unsigned long long)counted,
	       (unsigned long long)ended, (unsigned long long)uncounted, (unsigned long long)refused, *ret_live,
	       twins, st.held.flows, slots_held());
	return !!failed;
}

/* As many at once as the ring has room to tell. */
static void sweep_all(void)
{
	for (uint32_t left = m->max[ZT_MAP_FLOW4] + m->max[ZT_MAP_FLOW6]; left; left -= left < 512 ? left : 512) {
		if (zt_maps_sweep(m, now, left < 512 ? left : 512) < 0)
			abort();
		ring_buffer__consume(ring);
	}
}

/* An empty table of so many buckets (0: all), whose flows live so many ticks. */
static void begin(uint32_t buckets, uint32_t idle, struct sums *ret)
{
	struct zt_cfg cfg = m->cfg;
	uint32_t zero = 0, i;

	now += 1u << 20; /* the one before is over */
	sweep_all();
	for (i = 0; i < ZT_IDLE_MAX; i++)
		cfg.idle[i] = idle;
	cfg.grace = 2;
	cfg.pickup_until = now + (1u << 20);
	for (i = 0; i < 2 && buckets; i++)
		cfg.buckets[i] = buckets;
	if (bpf_map_update_elem(m->map[ZT_MAP_CFG], &zero, &cfg, BPF_ANY))
		abort();
	memcpy(m->cfg.idle, cfg.idle, sizeof(cfg.idle)); /* which records are alive */
	ended = 0;
	read_sums(ret);
}

/* ---- cases ----------------------------------------------------------------------------- */

static uint32_t test_one(void)
{
	uint32_t n = 400000 * factor, live;
	struct sums before;

	begin(0, 1000, &before);
	set_keys(40000, 1, true);
	together(n);
	return settle("one flow", &before, 2 * n, &live) + (live != 1);
}

static uint32_t test_race(void)
{
	uint32_t rounds = 60 * factor, each = 500, live, r;
	struct sums before;

	begin(0, 1000, &before);
	for (r = 0; r < rounds; r++) {
		set_keys(1024 + r % 60 * each, each, true);
		together(each);
		if (r % 60 == 59) { /* all ports were used */
			now += 2000;
			sweep_all();
		}
	}
	return settle("new flows raced", &before, 2ull * rounds * each, &live);
}

static uint32_t test_full(void)
{
	uint32_t n = 200000 * factor, live;
	struct sums before;

	begin(128, 1000, &before);
	set_keys(10000, 8 * 128 * ZT_WAYS, false);
	together(n);
	return settle("full table", &before, 2 * n, &live) + (live < 120 * ZT_WAYS || live > 128 * ZT_WAYS);
}

/* By what set_now() left: zt_maps_sweep() would leave other settings for the packets. */
static void *sweep_all_the_time(void *arg)
{
	uint8_t frame[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = frame, .data_size_in = sizeof(frame), .repeat = 1);

	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		if (bpf_prog_test_run_opts(m->prog[ZT_PROG_CTL], &o))
			abort();
		usleep(20);
	}
	return NULL;
}

static uint32_t test_reuse(void)
{
	uint32_t rounds = 300 * factor, each = 2000, live, r;
	struct sums before;
	pthread_t thread;

	begin(8, 1, &before);
	set_keys(10000, 256, false);
	stop = false;
	pthread_create(&thread, NULL, sweep_all_the_time, NULL);
	for (r = 0; r < rounds; r++) {
		together(each);
		__atomic_fetch_add(&now, 4, __ATOMIC_ACQ_REL); /* all are over, and have rested */
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	sweep_all();
	return settle("slots reused", &before, 2ull * rounds * each, &live);
}

static void *flip_all_the_time(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		__atomic_fetch_add(&m->gen->gen, 1, __ATOMIC_SEQ_CST);
		usleep(100);
	}
	return NULL;
}

static uint32_t test_flip(void)
{
	uint32_t n = 200000 * factor, live;
	struct sums before;
	pthread_t thread;

	begin(0, 1000, &before);
	set_keys(10000, 4096, false);
	stop = false;
	pthread_create(&thread, NULL, flip_all_the_time, NULL);
	together(n);
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	return settle("generation flips", &before, 2 * n, &live) + (live != 4096);
}

/* ---- ----------------------------------------------------------------------------------- */

static struct zt_policy *parse(const char *more)
{
	char text[sizeof(policy_text) + sizeof(more_text)], *q;

	snprintf(text, sizeof(text), policy_text, more);
	for (q = text; (q = strchr(q, '\''));)
		*q = '"';
	return world_parse(text);
}

static int open_all(char **ret_why)
{
	const struct zt_sizes sizes = { .flows = 65536, .devices = 64, .hosts = 1024, .learned = 64 };
	uint32_t zero = 0;
	int rc = zt_maps_open_private(&sizes, &m, ret_why);

	if (!rc)
		rc = zt_maps_configure(m, 0);
	for (uint32_t i = 0; !rc && i < 2; i++) { /* one for each parity, equal for these packets */
		policy[i] = parse(i ? more_text : "");
		rc = zt_maps_publish(m, world_compile(policy[i], env, numbers), ret_why);
	}
	if (rc)
		return rc;
	ring = ring_buffer__new(m->map[ZT_MAP_RING], on_event, NULL, NULL);
	driver = bpf_object__open_file(OBJECT, NULL);
	if (!ring || !driver || bpf_object__load(driver))
		return -errno;
	keys_fd = bpf_object__find_map_fd_by_name(driver, "table_keys");
	if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(driver, "table_jump"), &zero,
				&m->prog[ZT_PROG_TEST_IN], BPF_ANY) ||
	    bpf_map_update_elem(bpf_object__find_map_fd_by_name(driver, "table_jump_out"), &zero,
				&m->prog[ZT_PROG_TEST_OUT], BPF_ANY))
		return -errno;
	return 0;
}

int main(void)
{
	static uint32_t (*const test[])(void) = { test_one, test_race, test_full, test_reuse, test_flip };
	uint32_t failed = 0, run = 0;
	char *why = NULL;
	int rc;

	factor = getenv("ZT_TABLE_FACTOR") ? (uint32_t)atoi(getenv("ZT_TABLE_FACTOR")) : 1;
	env = world_env();
	numbers = zt_numbers_new();
	rc = open_all(&why);
	if (rc) {
		printf("SKIP: %.300s\n0 passed, 0 failed, 1 skipped\n", why ? why : strerror(-rc));
		return 77;
	}
	for (family = 4; family <= 6; family += 2) {
		for (size_t i = 0; i < sizeof(test) / sizeof(test[0]); i++, run++)
			failed += test[i]() != 0;
	}
	printf("%u passed, %u failed, 0 skipped\n", run - failed, failed);
	ring_buffer__free(ring);
	bpf_object__close(driver);
	zt_maps_close(m);
	return !!failed;
}
