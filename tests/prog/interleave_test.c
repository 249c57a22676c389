/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flow table's protocol, order by order: up to three CPUs, each with one packet or a
 * sweep, run the real code of the stages in every order their steps can take with a bounded
 * number of preemptions. A step is whatever another CPU can see or come between: an atomic
 * operation, a read or write of a shared word. After each order nothing may be left held,
 * taken or counted twice, and every packet is in the counts of one flow.
 *
 * CPUs are contexts of which one runs at a time. Of a schedule only the choices are kept:
 * the next one is the last with its last choice changed, run from the start again. (x86:
 * steps are seen in the order they are made. Plain writes between two steps count as part
 * of the first.)
 *
 *	interleave_test	(ZT_PREEMPTIONS: at most so many, default 2)
 */
#include <ucontext.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif
#include "frame_text.h"
#include "host/engine.h"
#include "world_policy.h"

#define CPUS 3
#define MAPS 16
#define CHOICES 4096
#define START (1u << 24)
#define IDLE 100u /* ticks */
#define LATER (START + IDLE + 1) /* flows of START are over ... */
#define DUE (START + IDLE + 10) /* ... and have rested */

/* ---- one CPU ------------------------------------------------------------------------ */

struct cpu {
	const char *text; /* a frame, NULL: sweep everything */
	uint32_t dir, now;
	bool fast; /* as on a port: the fast path first */
	struct frame frame;
	struct zt_result result;
	struct zt_pkt scratch;
	bool done;
};

#define STACK (256u << 10)

/* A context to switch to; the last one is whoever explores. */
static struct {
	ucontext_t at;
	uint8_t *stack;
	const void *bottom;
	size_t size;
} context[CPUS + 1];
static struct cpu *cpu;
static uint32_t nr_cpus, running = CPUS;
static uint32_t preemptions = 2;

static void switched(void *fake)
{
#ifdef __SANITIZE_ADDRESS__
	const void *bottom;
	size_t size;

	__sanitizer_finish_switch_fiber(fake, &bottom, &size);
	if (!context[CPUS].bottom) { /* where the explorer's stack is, its first switch tells */
		context[CPUS].bottom = bottom;
		context[CPUS].size = size;
	}
#endif
}

/* The record of "this CPU's" packet goes with who runs. */
static void switch_to(uint32_t n)
{
	uint32_t me = running;
	void *fake = NULL;

	running = n;
	if (n < CPUS) {
		zt_scratch.array = (uint8_t *)&cpu[n].scratch;
		host_through = cpu[n].fast;
	}
#ifdef __SANITIZE_ADDRESS__
	__sanitizer_start_switch_fiber(me < CPUS && cpu[me].done ? NULL : &fake, context[n].bottom,
				       context[n].size);
#endif
	swapcontext(&context[me].at, &context[n].at);
	switched(fake);
}

/* ---- which order ---------------------------------------------------------------------- */

static struct {
	uint8_t taken, of; /* the how-manyeth of how many */
} choice[CHOICES];
static uint32_t nr_choices, at_choice, spent;

/* One of `of`; the first when nothing was said of this one yet. */
static uint32_t choose(uint32_t of)
{
	if (at_choice == CHOICES)
		abort();
	if (at_choice == nr_choices) {
		choice[nr_choices].taken = 0;
		choice[nr_choices++].of = of;
	}
	if (choice[at_choice].of != of)
		abort(); /* the same choices led somewhere else */
	return choice[at_choice++].taken;
}

/* The next order, false when all were. */
static bool advance(void)
{
	while (nr_choices && choice[nr_choices - 1].taken + 1 == choice[nr_choices - 1].of)
		nr_choices--;
	if (nr_choices)
		choice[nr_choices - 1].taken++;
	return nr_choices;
}

/* The n-th CPU that is not done, other than `but`. */
static uint32_t other(uint32_t n, uint32_t but)
{
	for (uint32_t i = 0; i < nr_cpus; i++) {
		if (i != but && !cpu[i].done && !n--)
			return i;
	}
	abort();
}

static uint32_t nr_others(uint32_t but)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < nr_cpus; i++)
		n += i != but && !cpu[i].done;
	return n;
}

/* Before a step: go on, or let another CPU go first. */
static void step(void)
{
	uint32_t me = running, others = nr_others(me), next;

	if (!others || spent == preemptions || zt_ring.reserved || zt_ringc.reserved)
		return;
	next = choose(others + 1);
	if (!next)
		return;
	spent++;
	switch_to(other(next - 1, me));
}

static void run_cpu(void)
{
	uint32_t me = running, others;
	struct cpu *c = &cpu[me];
	struct zt_run run = { .dir = (uint8_t)c->dir, .frame = c->frame.data, .len = c->frame.len, .now = c->now,
			      .ifindex = world_interface("lan1")->ifindex,
			      .in_ifindex = c->dir == ZT_TO_DEVICE ? world_interface("wan0")->ifindex : 0 };

	switched(NULL);
	if (c->text)
		host_run(&run, &c->result);
	else
		host_sweep(c->now, zt_config()->buckets[0] + zt_config()->buckets[1]);
	c->done = true;
	others = nr_others(me);
	switch_to(others ? other(choose(others), me) : CPUS);
}

/* ---- the table before and after ---------------------------------------------------------- */

static struct {
	struct host_map *map;
	uint8_t *was;
} saved[MAPS];

static void save(void)
{
	struct host_map *const map[] = { &zt_tag4, &zt_tag6, &zt_flow4, &zt_flow6, &zt_rest4, &zt_rest6,
					 &zt_flow_lock, &zt_devst, &zt_devcnt, &zt_count, &zt_lost, &zt_bind,
					 &zt_agg, &zt_seen };

	for (uint32_t i = 0; i < WORLD_NR(map); i++) {
		size_t size = (size_t)map[i]->entries * map[i]->value_size;

		free(saved[i].was);
		saved[i].map = map[i];
		saved[i].was = malloc(size);
		memcpy(saved[i].was, host_array(map[i]), size);
	}
}

static void restore(void)
{
	for (uint32_t i = 0; i < MAPS && saved[i].map; i++)
		memcpy(saved[i].map->array, saved[i].was,
		       (size_t)saved[i].map->entries * saved[i].map->value_size);
	host_log_nr = 0;
	host_sweep_bucket = 0;
}

struct sums {
	uint64_t packets, half;
	uint32_t slots, twins;
	const char *held;
};

static struct zt_flow_key seen_keys[64];

static uint64_t add_flow(const struct zt_flow_key *k, const struct zt_flow *f, const struct zt_flow_rest *r,
			 uint64_t arg)
{
	struct sums *s = (struct sums *)(uintptr_t)arg;
	const struct zt_pkt at = { .now = DUE };

	for (uint32_t i = 0; i < s->slots; i++) /* alive at the latest time of all */
		s->twins += !memcmp(&seen_keys[i], k, sizeof(*k)) && zt_flow_alive(f, &at.core, zt_config());
	if (s->slots == WORLD_NR(seen_keys))
		abort();
	seen_keys[s->slots++] = *k;
	s->packets += ZT_COUNT_PACKETS(f->count[0]) + ZT_COUNT_PACKETS(f->count[1]) + r->packets[0] +
		      r->packets[1];
	s->half += !!(f->state & ZT_STATE_HALF);
	return 0;
}

static void look(struct sums *s)
{
	*s = (struct sums){ 0 };
	host_flows(add_flow, (uint64_t)(uintptr_t)s);
	for (uint64_t i = 0; i < host_log_nr; i++) {
		struct zt_event e;

		memcpy(&e, host_log[i % HOST_EVENTS].event, sizeof(e));
		if (e.type == ZT_EVENT_FLOW_END)
			s->packets += e.packets[0] + e.packets[1];
	}
	for (uint32_t i = 0; i < ZT_FLOW_LOCKS; i++) {
		if (((uint32_t *)host_array(&zt_flow_lock))[i])
			s->held = "a lock";
	}
	for (uint32_t i = 0; i < zt_flow4.entries * ZT_WAYS; i++) {
		const struct zt_flow4 *slot = &((struct zt_bucket4 *)host_array(&zt_flow4))[i / ZT_WAYS].slot[i % ZT_WAYS];
		uint8_t tag = ((struct zt_tags *)host_array(&zt_tag4))[i / ZT_WAYS].way[i % ZT_WAYS];

		if (!ZT_WORD_GEN(slot->f.word) && slot->f.word & ZT_WORD_BUSY)
			s->held = "a slot";
		if (!tag != !ZT_WORD_GEN(slot->f.word))
			s->held = "a tag that does not fit its slot";
	}
}

static uint64_t forwarded(void)
{
	const struct zt_count *c = (const struct zt_count *)host_array(&zt_count);
	uint64_t n = 0;

	for (uint32_t i = 0; i < ZT_COUNT_MAX; i++)
		n += i / 2 % ZT_VERDICT_MAX == ZT_DROPPED ? 0 : c[i].packets;
	return n;
}

/* ---- the world ---------------------------------------------------------------------------------- */

static void world_begin(void)
{
	static const struct zt_sizes sizes = { .flows = ZT_WAYS / 2, .learned = 16 }; /* one bucket */
	struct zt_cfg cfg = { .abi = ZT_ABI_VERSION, .tick_shift = 8, .tick_ms = 256, .grace = 4,
			      .events_per_s = 50, .learn_ticks = 1u << 20, .move_ticks = 118,
			      .pickup_until = START - 1, .seed = { 7, 9 } };
	struct zt_numbers *numbers = zt_numbers_new();
	struct zt_policy *policy = world_policy("base");
	struct zt_env *env = world_env();
	struct zt_image *image = world_compile(policy, env, numbers);

	for (uint32_t i = 0; i < ZT_IDLE_MAX; i++)
		cfg.idle[i] = IDLE;
	zt_bind.entries = zt_dev.entries = zt_devst.entries = zt_devcnt.entries = 128;
	zt_frag.entries = 64;
	zt_agg.entries = 16;
	zt_seen.entries = 16;
	host_reset(&sizes);
	host_configure(&cfg);
	host_publish(NULL, image, 1);
	zt_image_free(image);
	zt_policy_free(policy);
	zt_numbers_free(numbers);
	zt_env_free(env);
}

/* ---- all orders of a scene ------------------------------------------------------------------ */

struct scene {
	const char *name;
	const char *first[10]; /* packets before, one after the other, at START */
	struct cpu cpu[CPUS];
	bool move_generation; /* after the first packets */
	uint32_t live; /* flows there at the end, or refused and counted, whatever the order */
};

static void shoot(const char *text, uint32_t now)
{
	uint32_t dir = strchr(text, '<') ? ZT_TO_DEVICE : ZT_FROM_DEVICE;
	struct zt_run run = { .dir = (uint8_t)dir, .now = now, .ifindex = world_interface("lan1")->ifindex,
			      .in_ifindex = dir == ZT_TO_DEVICE ? world_interface("wan0")->ifindex : 0 };
	static struct frame f;
	struct zt_result r;

	if (frame_make(&f, text + 2, 4, dir, 0))
		abort();
	run.frame = f.data;
	run.len = f.len;
	host_run(&run, &r);
	if (r.verdict != ZT_FORWARDED)
		abort();
}

static uint64_t refused, lost_before; /* orders in which a flow was; flows before */

static void prepare(uint32_t n)
{
	cpu[n].done = false;
	getcontext(&context[n].at);
	context[n].at.uc_stack.ss_sp = context[n].stack;
	context[n].at.uc_stack.ss_size = STACK;
	makecontext(&context[n].at, run_cpu, 0);
}

static void run_once(void)
{
	spent = at_choice = 0;
	for (uint32_t i = 0; i < nr_cpus; i++)
		prepare(i);
	host_hook = step;
	switch_to(choose(nr_cpus));
	host_hook = NULL;
}

/* What is wrong after an order, NULL for nothing. */
static const char *wrong(const struct scene *s, uint64_t packets, uint64_t before)
{
	uint32_t dev = cpu[0].result.dev ? cpu[0].result.dev : cpu[1].result.dev;
	const struct zt_devst *st = host_lookup(&zt_devst, &dev);
	const uint64_t *lost = (const uint64_t *)host_array(&zt_lost);
	struct sums now;

	look(&now);
	if (now.held)
		return now.held;
	if (now.twins)
		return "two records of one key";
	if (now.packets - packets + lost[ZT_LOST_UNCOUNTED] != forwarded() - before)
		return "a packet that no flow counted, or two";
	if (st->held.flows != now.slots || st->held.half[0] + st->held.half[1] != now.half)
		return "a quota that is not what is held";
	if (s->live != now.slots + lost[ZT_LOST_FLOW] - lost_before)
		return "a flow that neither is there nor was counted as refused";
	refused += lost[ZT_LOST_FLOW] != lost_before;
	return NULL;
}

static uint32_t explore(struct scene *s)
{
	uint64_t orders = 0, packets, before;
	const char *what = NULL;
	struct sums sums;

	world_begin();
	cpu = s->cpu;
	for (nr_cpus = 0; nr_cpus < CPUS && (cpu[nr_cpus].text || cpu[nr_cpus].now); nr_cpus++) {
		struct cpu *c = &cpu[nr_cpus];

		c->dir = c->text && strchr(c->text, '<') ? ZT_TO_DEVICE : ZT_FROM_DEVICE;
		if (c->text && frame_make(&c->frame, c->text + 2, 4, c->dir, 0))
			abort();
	}
	zt_scratch.array = NULL;
	host_through = 0;
	for (uint32_t i = 0; i < WORLD_NR(s->first) && s->first[i]; i++)
		shoot(s->first[i], START);
	free(zt_scratch.array);
	host_gen()->gen += s->move_generation ? 2 : 0;
	save();
	restore();
	look(&sums);
	packets = sums.packets;
	before = forwarded();
	lost_before = ((uint64_t *)host_array(&zt_lost))[ZT_LOST_FLOW];
	refused = nr_choices = 0;
	do {
		restore();
		run_once();
		orders++;
		what = wrong(s, packets, before);
	} while (!what && advance());
	zt_scratch.array = NULL;
	printf("%s%s: %llu orders with at most %u preemptions, in %llu a flow was refused%s%s\n",
	       what ? "FAIL: " : "TOTAL: ", s->name, (unsigned long long)orders, preemptions,
	       (unsigned long long)refused, what ? "; left: " : "", what ? what : "");
	return what != NULL;
}

#define OUT "> ip cam1 vms; udp 4000 5000"
#define BACK "< ip vms cam1; udp 5000 4000"
#define OTHER(port) "> ip cam1 vms; udp " #port " 5000"
#define SEVEN OTHER(1), OTHER(2), OTHER(3), OTHER(4), OTHER(5), OTHER(6), OTHER(7)

static struct scene scenes[] = {
	{ "two packets of a new flow", { NULL },
	  { { OUT, .now = START, .fast = true }, { OUT, .now = START, .fast = true } }, .live = 1 },
	{ "a new flow and its answer", { NULL },
	  { { OUT, .now = START, .fast = true }, { BACK, .now = START, .fast = true },
	    { OUT, .now = START, .fast = true } }, .live = 1 },
	{ "an open flow, both directions", { OUT },
	  { { OUT, .now = START, .fast = true }, { BACK, .now = START, .fast = true },
	    { BACK, .now = START } }, .live = 1 },
	{ "an expired flow opened again by two, a sweep", { OUT },
	  { { OUT, .now = DUE, .fast = true }, { OUT, .now = DUE, .fast = true }, { NULL, .now = DUE } }, .live = 1 },
	{ "one that has not rested yet, a sweep", { OUT },
	  { { OUT, .now = LATER, .fast = true }, { BACK, .now = LATER, .fast = true }, { NULL, .now = LATER } },
	  .live = 1 },
	{ "its last tick, a sweep by a clock a little ahead", { OUT },
	  { { OUT, .now = START + IDLE, .fast = true }, { BACK, .now = START + IDLE, .fast = true },
	    { NULL, .now = START + IDLE + 4 } }, .live = 1 },
	{ "the last free place wanted by two flows", { SEVEN },
	  { { OTHER(8), .now = START }, { OTHER(9), .now = START } }, .live = 9 },
	{ "a bucket of expired flows, two new ones, a sweep", { SEVEN, OTHER(8) },
	  { { OTHER(9), .now = DUE }, { OTHER(10), .now = DUE }, { NULL, .now = DUE } }, .live = 2 },
	{ "a new generation: judged again by both directions, a third in a hurry", { OUT, BACK },
	  { { OUT, .now = START }, { BACK, .now = START }, { OUT, .now = START, .fast = true } },
	  .move_generation = true, .live = 1 },
	{ "the end of a handshake seen by two", { "> ip cam1 vms; tcp 40000 443 S", "< ip vms cam1; tcp 443 40000 SA" },
	  { { "> ip cam1 vms; tcp 40000 443 A", .now = START, .fast = true },
	    { "> ip cam1 vms; tcp 40000 443 A", .now = START }, { NULL, .now = START } }, .live = 1 },
	{ "two sweeps of one that is over", { OUT }, { { NULL, .now = DUE }, { NULL, .now = DUE } }, .live = 0 },
};

int main(void)
{
	uint32_t failed = 0, run = 0;

	if (getenv("ZT_PREEMPTIONS"))
		preemptions = (uint32_t)atoi(getenv("ZT_PREEMPTIONS"));
	for (uint32_t i = 0; i < CPUS; i++) {
		context[i].stack = malloc(STACK);
		context[i].bottom = context[i].stack;
		context[i].size = STACK;
	}
	for (; run < WORLD_NR(scenes); run++)
		failed += explore(&scenes[run]) != 0;
	printf("%u passed, %u failed, 0 skipped\n", run - failed, failed);
	return !!failed;
}
