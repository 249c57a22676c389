/* SPDX-License-Identifier: GPL-2.0 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "kmod.h"

#define FRAME 100

int passed, failed;

void check(bool ok, const char *what, ...)
{
	va_list args;

	va_start(args, what);
	printf(ok ? "ok   " : "FAIL ");
	vprintf(what, args);
	printf("\n");
	fflush(stdout);
	va_end(args);
	if (ok)
		passed++;
	else
		failed++;
}

static void die(const char *what, int err)
{
	printf("FAIL %s: %s\n%d passed, %d failed, 0 skipped\n", what, strerror(-err), passed, failed + 1);
	exit(1);
}

int kmod_load(struct kmod *k)
{
	struct bpf_object *o = bpf_object__open_file("build/tests/kmod/kmod.bpf.o", NULL);

	memset(k, 0, sizeof(*k));
	k->nl.fd = -1;
	if (!o || bpf_object__load(o))
		return -errno;
	k->object = o;
	k->call_fd = bpf_program__fd(bpf_object__find_program_by_name(o, "call"));
	k->from_fd = bpf_program__fd(bpf_object__find_program_by_name(o, "from_device"));
	k->to_fd = bpf_program__fd(bpf_object__find_program_by_name(o, "to_device"));
	k->calls_map = bpf_object__find_map_fd_by_name(o, "calls");
	k->setup_map = bpf_object__find_map_fd_by_name(o, "setup");
	k->sums_map = bpf_object__find_map_fd_by_name(o, "sums_map");
	return 0;
}

void kmod_unload(struct kmod *k)
{
	bpf_object__close(k->object);
	k->object = NULL;
	nl_close(&k->nl);
}

void kmod_fresh(struct kmod *k)
{
	int err;

	nl_close(&k->nl);
	k->table = 0;
	if (unshare(CLONE_NEWNET))
		die("a network namespace", -errno);
	err = nl_open(&k->nl);
	if (err)
		die("the netlink family", err);
}

void kmod_table(struct kmod *k, const struct limits *l)
{
	struct nl_msg m;
	struct stats s;
	int err;

	kmod_fresh(k);
	nl_begin(&k->nl, &m, ZT_GENL_CMD_TABLE, 0);
	nl_put_u32(&m, ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
	nl_put_u32(&m, ZT_GENL_ATTR_MAX_FLOWS, l->max_flows);
	nl_put_u32(&m, ZT_GENL_ATTR_DEVICES, l->devices);
	nl_put_u32(&m, ZT_GENL_ATTR_TICK_SHIFT, l->tick_shift);
	nl_put(&m, ZT_GENL_ATTR_IDLE, l->idle, sizeof(l->idle));
	err = nl_talk(&k->nl, &m, NULL, NULL) ?: kmod_stats(k, &s);
	if (err)
		die(k->nl.text[0] ? k->nl.text : "a table", err);
	k->table = s.table;
	k->tick_shift = l->tick_shift;
}

/* ---- statistics ---------------------------------------------------------------------- */

static void take_stats(const struct nl_attrs *a, uint8_t cmd, void *arg)
{
	const uint64_t *ended = nl_data(a, ZT_GENL_ATTR_ENDED, sizeof(uint64_t[ZT_ENDED_MAX]));
	const struct zt_held *held = nl_data(a, ZT_GENL_ATTR_HELD, sizeof(*held));
	struct stats *s = arg;
	int i;

	s->table = nl_u32(a, ZT_GENL_ATTR_TABLE);
	s->max_flows = nl_u32(a, ZT_GENL_ATTR_MAX_FLOWS);
	s->live = nl_u32(a, ZT_GENL_ATTR_LIVE);
	s->made = nl_u64(a, ZT_GENL_ATTR_NEW);
	s->unused = nl_u64(a, ZT_GENL_ATTR_UNUSED);
	s->lost = nl_u64(a, ZT_GENL_ATTR_LOST);
	s->refused_full = nl_u64(a, ZT_GENL_ATTR_REFUSED_FULL);
	s->refused_quota = nl_u64(a, ZT_GENL_ATTR_REFUSED_QUOTA);
	s->dev_refused = nl_u64(a, ZT_GENL_ATTR_DEV_REFUSED);
	s->ended_all = 0;
	if (ended)
		memcpy(s->ended, ended, sizeof(s->ended));
	for (i = 0; i < ZT_ENDED_MAX; i++)
		s->ended_all += s->ended[i];
	if (held)
		s->held = *held;
}

int kmod_stats_of(struct kmod *k, uint32_t dev, struct stats *ret)
{
	struct nl_msg m;

	memset(ret, 0, sizeof(*ret));
	nl_begin(&k->nl, &m, ZT_GENL_CMD_STATS, 0);
	if (dev)
		nl_put_u32(&m, ZT_GENL_ATTR_DEV, dev);
	return nl_talk(&k->nl, &m, take_stats, ret);
}

int kmod_stats(struct kmod *k, struct stats *ret)
{
	return kmod_stats_of(k, 0, ret);
}

bool kmod_settled(struct kmod *k, struct stats *ret)
{
	int n;

	for (n = 0; n < 600; n++) {
		if (kmod_stats(k, ret))
			return false;
		if (ret->made == ret->live + ret->unused + ret->ended_all)
			return true;
		usleep(50000);
	}
	return false;
}

/* ---- calls ---------------------------------------------------------------------------- */

static int run(int prog, uint32_t repeat)
{
	static const char frame[FRAME];
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = frame, .data_size_in = FRAME, .repeat = repeat);

	return bpf_prog_test_run_opts(prog, &o);
}

int kmod_call(struct kmod *k, struct call *c)
{
	uint32_t zero = 0;
	int err;

	c->table = c->table ? c->table : k->table;
	err = bpf_map_update_elem(k->calls_map, &zero, c, 0) ?: run(k->call_fd, 1) ?:
	      bpf_map_lookup_elem(k->calls_map, &zero, c);
	if (err)
		die("a test run", err);
	return c->ret;
}

uint32_t kmod_now(struct kmod *k)
{
	struct call c = { .op = CALL_AT };

	kmod_call(k, &c);
	return c.jiffies >> k->tick_shift;
}

/* As key_of() in kmod.bpf.c. */
struct zt_flow_key kmod_key(uint32_t n)
{
	struct zt_flow_key key = {
		.family = 6, .proto = n % 3 ? 6 : 17, .dev.w = { 1, 0, 0, n }, .peer.w = { 2 },
		.dev_port = 1, .peer_port = 2, .zone = 1,
	};

	return key;
}

uint32_t kmod_find(struct kmod *k, uint32_t n)
{
	struct call c = { .op = CALL_FIND, .key = kmod_key(n) };

	return kmod_call(k, &c);
}

uint32_t kmod_new(struct kmod *k, uint32_t n)
{
	struct call c = { .op = CALL_NEW, .key = kmod_key(n) };

	return kmod_call(k, &c);
}

int kmod_end(struct kmod *k, uint32_t ref, uint64_t word, uint32_t reason)
{
	struct call c = { .op = CALL_END, .ref = ref, .reason = reason, .words = { word } };

	return kmod_call(k, &c);
}

void kmod_read(struct kmod *k, uint32_t ref, struct zt_flow *ret)
{
	struct call c = { .op = CALL_AT, .ref = ref };

	kmod_call(k, &c);
	memcpy(ret, c.words, sizeof(*ret));
}

void kmod_write(struct kmod *k, uint32_t ref, const struct zt_flow *f)
{
	struct call c = { .op = CALL_AT, .ref = ref, .write = 1 };

	memcpy(c.words, f, sizeof(*f));
	kmod_call(k, &c);
}

void kmod_write_rest(struct kmod *k, uint32_t ref, const struct zt_flow_rest *r)
{
	struct call c = { .op = CALL_REST, .ref = ref, .write = 1 };

	memcpy(c.words, r, sizeof(*r));
	kmod_call(k, &c);
}

/* ---- traffic --------------------------------------------------------------------------- */

uint32_t kmod_scaled(uint32_t normal)
{
	return (uint64_t)normal * kmod_many("ZT_KMOD_SCALE", 100) / 100;
}

int kmod_many(const char *variable, int normal)
{
	const char *v = getenv(variable);

	return v ? atoi(v) : normal;
}

struct setup kmod_setup_of(const struct kmod *k, const struct limits *l)
{
	struct setup s = { .table = k->table, .gen = 7, .tick_shift = l->tick_shift, .devices = 15 };

	memcpy(s.idle, l->idle, sizeof(s.idle));
	return s;
}

void kmod_setup(struct kmod *k, const struct setup *s)
{
	struct sums none[64] = {};
	uint32_t zero = 0;

	bpf_map_update_elem(k->setup_map, &zero, s, 0);
	bpf_map_update_elem(k->sums_map, &zero, none, 0);
}

struct lane {
	int prog, cpu;
	uint32_t packets;
};

static void *drive(void *arg)
{
	struct lane *l = arg;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(l->cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	if (run(l->prog, l->packets))
		die("a test run of traffic", -errno);
	return NULL;
}

void kmod_traffic(struct kmod *k, uint32_t packets)
{
	struct lane from = { k->from_fd, 0, packets / 2 }, to = { k->to_fd, 1, packets / 2 };
	pthread_t other;

	pthread_create(&other, NULL, drive, &to);
	drive(&from);
	pthread_join(other, NULL);
	kmod_free_cpus();
}

void kmod_free_cpus(void)
{
	cpu_set_t cpus;

	memset(&cpus, 0xff, sizeof(cpus));
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

void kmod_sums(struct kmod *k, struct sums *ret)
{
	int cpus = libbpf_num_possible_cpus(), i;
	struct sums each[64] = {};
	uint32_t zero = 0;

	memset(ret, 0, sizeof(*ret));
	bpf_map_lookup_elem(k->sums_map, &zero, each);
	for (i = 0; i < cpus; i++) {
		ret->packets[0] += each[i].packets[0];
		ret->packets[1] += each[i].packets[1];
		ret->bytes[0] += each[i].bytes[0];
		ret->bytes[1] += each[i].bytes[1];
		ret->made += each[i].made;
		ret->refused += each[i].refused;
		ret->over += each[i].over;
	}
}

void totals_add(const struct nl_attrs *a, uint8_t cmd, void *arg)
{
	const struct zt_flow_rest *r = nl_data(a, ZT_GENL_ATTR_REST, sizeof(*r));
	const struct zt_flow *f = nl_data(a, ZT_GENL_ATTR_FLOW, sizeof(*f));
	const struct zt_flow_key *key = nl_data(a, ZT_GENL_ATTR_KEY, sizeof(*key));
	struct totals *t = arg;
	uint64_t seq;
	int i;

	if (!r || !f || !key)
		return;
	t->flows++;
	for (i = 0; i < 2; i++) {
		t->packets[i] += r->packets[i] + ZT_COUNT_PACKETS(f->count[i]);
		t->bytes[i] += r->bytes[i] + ZT_COUNT_BYTES(f->count[i]);
	}
	if (t->each)
		t->each(key, t->arg);
	if (cmd != ZT_GENL_CMD_ENDED)
		return;
	t->reason[nl_u32(a, ZT_GENL_ATTR_REASON) % ZT_ENDED_MAX]++;
	seq = nl_u64(a, ZT_GENL_ATTR_SEQ);
	t->gaps += seq - t->last_seq - 1;
	t->last_seq = seq;
}

int kmod_dump(struct kmod *k, struct totals *ret)
{
	struct nl_msg m;

	nl_begin(&k->nl, &m, ZT_GENL_CMD_GET, NLM_F_DUMP);
	return nl_talk(&k->nl, &m, totals_add, ret);
}

void kmod_listen(struct nl *ear, struct totals *t, int wait_ms)
{
	while (nl_listen(ear, wait_ms, totals_add, t) > 0)
		;
}
