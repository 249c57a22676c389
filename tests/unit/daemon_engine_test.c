/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The engine against a stand-in for the kernel: maps, ports and clocks of our own. It
 * lives in shared memory, so that a child can be killed at every step of a change and
 * the next agent finds what a real one would.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* The clocks are ours. */
#define clock_ms real_clock_ms
#define clock_us real_clock_us
#define clock_boot_s real_clock_boot_s
#include "daemon/loop.c"
#undef clock_ms
#undef clock_us
#undef clock_boot_s

static int64_t now_s = 1800000000;

uint64_t clock_ms(void)
{
	return (uint64_t)now_s * 1000;
}

uint64_t clock_us(void)
{
	return (uint64_t)now_s * 1000000;
}

int64_t clock_boot_s(void)
{
	return now_s - 1799990000;
}

#include "daemon/apply.c"
#include "daemon/closed.c"
#include "daemon/commit.c"
#include "daemon/engine.c"
#include "daemon/history.c"
#include "daemon/isolate.c"
#include "daemon/learned.c"
#include "daemon/pending.c"
#include "daemon/plan.c"
#include "daemon/ports.c"
#include "daemon/quarantine.c"
#include "daemon/resume.c"
#include "daemon/store.c"
#include "daemon/store_state.c"
#include "daemon/watch.c"

/* ---- the stand-in kernel ---- */

#define PORTS 4

static struct kernel {
	bool pinned;
	bool configured;
	uint32_t gen;
	uint32_t nr_rules; /* of the live image: which policy packets see */
	uint8_t mode; /* of its only device, as packets see it */
	uint32_t publishes;
	struct {
		char name[16];
		bool there, attached, refuses, unplugged;
	} port[PORTS];
	uint32_t ifindex_shift; /* another machine, as the compiler sees it */
	bool refuse_publish, refuse_open, refuse_session;
	bool module, in_module, refuse_move; /* zt_flow.ko: loaded, has the flows */
	uint32_t moves;
	int steps_left; /* dies when it reaches 0; negative: never */
} * kernel;

struct zt_maps {
	struct zt_image *image;
};

/* Something outside of memory is about to happen. */
static void step(void)
{
	if (kernel->steps_left > 0 && --kernel->steps_left == 0)
		_exit(42);
}

int fsync(int fd)
{
	step();
	return 0;
}

int zt_live_open(const char *pin_dir, const struct zt_sizes *sizes, struct zt_maps **ret_maps,
		 bool *ret_adopted, char **ret_error)
{
	step();
	if (kernel->refuse_open) {
		*ret_error = strdup("no bpffs is mounted");
		return -ENODEV;
	}
	*ret_adopted = kernel->pinned;
	kernel->pinned = true;
	*ret_maps = calloc(1, sizeof(**ret_maps));
	return 0;
}

void zt_maps_close(struct zt_maps *m)
{
	zt_image_free(m->image);
	free(m);
}

void zt_maps_capacity(const struct zt_maps *m, struct zt_env *env)
{
	env->max_devices = 1024;
	env->max_binds = 2048;
	env->max_macs = 16384;
	env->max_hosts = 4096;
}

bool zt_live_in_module(const struct zt_maps *m, const char **ret_why)
{
	*ret_why = kernel->in_module ? "" : "zt_flow.ko is not loaded";
	return kernel->in_module;
}

int zt_live_move(struct zt_maps *m, struct zt_moved *ret, char **ret_error)
{
	if (!kernel->module)
		return -ENOENT;
	kernel->moves++;
	if (kernel->refuse_move) {
		*ret_error = strdup("no memory for a table");
		return -ENOMEM;
	}
	kernel->in_module = true;
	*ret = (struct zt_moved){.flows = 7, .lost = 1};
	return 0;
}

int zt_maps_configure(struct zt_maps *m, uint32_t flags)
{
	step();
	kernel->configured = true;
	return 0;
}

int zt_maps_publish(struct zt_maps *m, struct zt_image *image, char **ret_error)
{
	step();
	if (kernel->refuse_publish) {
		*ret_error = strdup("no memory for zt_rule");
		return -ENOMEM;
	}
	if (m->image && zt_image_equal(m->image, image)) {
		zt_image_free(m->image);
		m->image = image;
		return 1;
	}
	zt_image_free(m->image);
	m->image = image;
	kernel->nr_rules = image->pol.nr_rules;
	kernel->mode = image->devs[0].word.mode;
	kernel->gen++;
	kernel->publishes++;
	step();
	return 0;
}

const struct zt_image *zt_maps_image(const struct zt_maps *m)
{
	return m->image;
}

void zt_maps_mode(struct zt_maps *m, uint32_t dev, uint8_t mode)
{
	step();
	zt_image_mode(m->image, dev, mode);
	kernel->mode = mode;
	step();
}

static uint32_t released;

void zt_maps_release_port(struct zt_maps *m, uint32_t ifindex)
{
	released = ifindex;
}

uint32_t zt_maps_gen(const struct zt_maps *m)
{
	return kernel->gen;
}

int zt_maps_clock(struct zt_maps *m, struct zt_clock *ret)
{
	*ret = (struct zt_clock){.tick_shift = 8, .tick_ms = 1024, .hz = 250, .now = 1000};
	return 0;
}

static struct zt_learned_entry learned_now[4];
static uint32_t nr_learned_now;

int zt_maps_learned(struct zt_maps *m, uint32_t now, struct zt_learned_entry **ret,
		    uint32_t *ret_nr)
{
	*ret = calloc(4, sizeof(**ret));
	memcpy(*ret, learned_now, sizeof(learned_now));
	*ret_nr = nr_learned_now;
	return 0;
}

int zt_maps_learn(struct zt_maps *m, const struct zt_learned_entry *e)
{
	learned_now[nr_learned_now++] = *e;
	return 0;
}

static int find(const char *name)
{
	int i;

	for (i = 0; i < PORTS; i++)
		if (!strcmp(kernel->port[i].name, name))
			return i;
	return -1;
}

int zt_live_attach(struct zt_maps *m, const char *ifname, bool allow_generic, char **ret_error)
{
	int i = find(ifname);

	step();
	ck_assert_int_ge(i, 0);
	if (kernel->port[i].refuses) {
		*ret_error = strdup("lan: a foreign XDP program is attached");
		return -EBUSY;
	}
	kernel->port[i].attached = true;
	return 0;
}

int zt_live_detach(struct zt_maps *m, const char *ifname, char **ret_error)
{
	step();
	kernel->port[find(ifname)].attached = false;
	return 0;
}

int zt_live_check(struct zt_maps *m, const char *ifname, bool repair, struct zt_port_state *ret)
{
	int i = find(ifname);

	*ret = (struct zt_port_state){.ifindex = (uint32_t)i + 1, .up = true};
	strcpy(ret->name, ifname);
	if (repair && kernel->port[i].there && !kernel->port[i].refuses)
		kernel->port[i].attached = true;
	ret->ifindex = i + 1;
	ret->up = !kernel->port[i].unplugged;
	ret->enforcing = kernel->port[i].there && kernel->port[i].attached;
	if (!ret->enforcing)
		strcpy(ret->why, "XDP program missing");
	return 0;
}

int zt_live_unload(struct zt_maps *m, char **ret_error)
{
	int i;

	step();
	for (i = 0; i < PORTS; i++)
		kernel->port[i].attached = false;
	kernel->pinned = kernel->configured = false;
	kernel->gen = kernel->nr_rules = 0;
	return 0;
}

int zt_live_events_fd(struct zt_maps *m, zt_event_fn fn, void *arg)
{
	return 1000;
}

/* Interfaces are those of the stand-in; a listed one that is not there is an error. */
unsigned int if_nametoindex(const char *name)
{
	int i = find(name);

	return i >= 0 && kernel->port[i].there ? (unsigned int)i + 1 : 0;
}

int zt_net_env(const struct zt_policy *p, struct zt_env **ret_env, char **ret_error,
	       struct zt_errors *warnings)
{
	struct zt_env *env = zt_env_fake(p);
	uint32_t i, n = 0;

	for (i = 0; i < p->nr_interfaces; i++) {
		if (p->interfaces[i].role == ZT_ROLE_DEVICE &&
		    !if_nametoindex(p->interfaces[i].id)) {
			zt_env_free(env);
			if (asprintf(ret_error, "%s: no such interface", p->interfaces[i].id) < 0)
				*ret_error = NULL;
			return -ENODEV;
		}
	}
	for (i = 0; i < env->nr_ports; i++) {
		if (!if_nametoindex(env->ports[i].name))
			continue;
		env->ports[n] = env->ports[i];
		env->ports[n].ifindex += kernel->ifindex_shift;
		env->ports[n].zone += kernel->ifindex_shift;
		env->ports[n++].l3_ifindex += kernel->ifindex_shift;
	}
	env->nr_ports = n;
	*ret_env = env;
	return 0;
}

int session_check(const struct zt_policy *p, const struct zt_env *env, const struct session *s,
		  const char *learned, char **ret_error)
{
	if (!kernel->refuse_session)
		return 0;
	*ret_error = strdup("add a rule");
	return -EPERM;
}

/* Forwarding in XDP is of daemon_forward_test.c; here it is only never left on. */
static bool forwards = true;

void zt_maps_forward_off(struct zt_maps *m)
{
	forwards = false;
}

void forward_check(struct engine *e)
{
}

void forward_close(struct engine *e)
{
}

void forward_detach_others(struct engine *e, const struct zt_policy *old)
{
}

/* ---- events are only noted ---- */

static char told[8192];

void emit_event(struct emit *e, struct zt_cef *event)
{
	strcat(told, event->signature);
	strcat(told, event->msg ? " (" : "");
	strcat(told, event->msg ? event->msg : "");
	strcat(told, event->msg ? ") " : " ");
}

void emit_text(struct emit *e, enum zt_class class, const char *revision, const char *fmt, ...)
{
	struct zt_cef event = zt_class_event(class);
	char text[900];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	event.msg = text;
	emit_event(e, &event);
}

static bool was_told(const char *what)
{
	bool r = strstr(told, what) != NULL;

	if (!r)
		printf("told: %s\n", told);
	told[0] = 0;
	return r;
}

/* ---- policies and an agent ---- */

#define HEAD                                                                                \
	"{\"version\":1,\"interfaces\":{\"lan1\":{\"role\":\"device\"},\"wan0\":{\"role\":" \
	"\"uplink\"}"
#define TAIL                                                                                \
	"},\"segments\":{\"s\":{\"mode\":\"enforce\",\"subnets\":[\"10.2.0.0/24\"]}},"      \
	"\"devices\":{\"cam\":{\"segment\":\"s\",\"mac\":\"02:00:00:00:00:11\",\"ports\":[" \
	"\"lan1\"],"                                                                        \
	"\"addresses\":[\"10.2.0.11\",\"dynamic4\"]}},"                                     \
	"\"applications\":{\"vms\":{\"hosts\":[\"10.9.0.5\"],\"services\":[\"tcp/443\"]}},"
#define RULE1 "\"r1\":{\"from\":\"cam\",\"to\":\"vms\",\"action\":\"allow\"}"
#define RULE2 ",\"r2\":{\"from\":\"cam\",\"to\":\"router-dns\",\"action\":\"allow\"}"
#define RULE3 ",\"r3\":{\"from\":\"cam\",\"to\":\"router-ntp\",\"action\":\"allow\"}"

static const char one[] = HEAD TAIL "\"rules\":{" RULE1 "}}";
static const char two[] = HEAD TAIL "\"rules\":{" RULE1 RULE2 "}}";
static const char three[] =
	HEAD ",\"lan2\":{\"role\":\"device\"}" TAIL "\"rules\":{" RULE1 RULE2 RULE3 "}}";
static const char failing[] =
	HEAD TAIL "\"rules\":{" RULE1 "},\"tests\":{\"t\":{\"deny\":{\"from\":"
		  "\"cam\",\"to\":\"vms\"}}}}";

static char dir[64], pin[80];
static struct config cfg;
static struct emit emit;
static struct engine engine;

static void start(void)
{
	char *error = NULL;

	memset(&engine, 0, sizeof(engine));
	engine.cfg = &cfg;
	engine.emit = &emit;
	engine.pin_dir = pin;
	ck_assert_int_eq(store_open(dir, &engine.store, &error), 0);
	ck_assert_int_eq(engine_open(&engine, &error), 0);
}

static void stop(void)
{
	struct store *store = engine.store;

	engine_close(&engine);
	store_close(store);
}

static void setup(void)
{
	static const char *const names[PORTS] = {"lan1", "lan2", "wan0", "wan1"};
	int i;

	kernel = mmap(NULL, sizeof(*kernel), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	for (i = 0; i < PORTS; i++) {
		strcpy(kernel->port[i].name, names[i]);
		kernel->port[i].there = true;
	}
	kernel->steps_left = -1;
	nr_learned_now = 0;
	now_s = 1800000000;
	told[0] = 0;
	strcpy(dir, "/tmp/zt-engine-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(pin, sizeof(pin), "%s/pins", dir);
	start();
}

static void teardown(void)
{
	char cmd[128];

	stop();
	snprintf(cmd, sizeof(cmd), "rm -r %s", dir);
	ck_assert_int_eq(system(cmd), 0);
	munmap(kernel, sizeof(*kernel));
}

/* The machine starts again: nothing pinned, the agent new. */
static void reboot(void)
{
	int i;

	stop();
	kernel->pinned = kernel->configured = false;
	kernel->gen = kernel->nr_rules = 0;
	for (i = 0; i < PORTS; i++)
		kernel->port[i].attached = false;
	nr_learned_now = 0;
	start();
}

static struct outcome out;

static int apply(const char *text, struct apply a)
{
	struct zt_source source = {"policy.json", text, strlen(text)};

	a.sources = &source;
	a.nr_sources = 1;
	a.load = true;
	outcome_free(&out);
	return engine_apply(&engine, &a, &out);
}

static int load(const char *text)
{
	return apply(text, (struct apply){.by = "test"});
}

/* What packets see is what the agent and the disk say: this many rules, in force. */
static void assert_in_force(uint32_t revision, uint32_t nr_rules)
{
	struct store_state s = {0};
	const char *why;
	char *error = NULL;

	ck_assert_msg(engine_is_enforcing(&engine, &why), "%s", why);
	ck_assert_uint_eq(engine.held->revision, revision);
	ck_assert_uint_eq(kernel->nr_rules, nr_rules);
	ck_assert_uint_eq(engine.state.current.revision, revision);
	ck_assert(kernel->port[0].attached);
	ck_assert_int_eq(store_load(engine.store, &s, &error), 0);
	ck_assert_uint_eq(s.current.revision, revision);
	store_state_free(&s);
}

static void assert_nothing(void)
{
	const char *why;

	ck_assert(!engine_is_enforcing(&engine, &why));
	ck_assert_ptr_null(engine.maps);
	ck_assert(!kernel->pinned);
	ck_assert(!kernel->port[0].attached);
	ck_assert_uint_eq(engine.state.current.revision, 0);
}

START_TEST(first_load)
{
	assert_nothing();
	ck_assert_int_eq(load(one), 0);
	ck_assert(out.changed);
	assert_in_force(1, 1);
	ck_assert(was_told("policy-applied"));
	ck_assert_int_eq(load(two), 0);
	assert_in_force(2, 2);
	ck_assert_uint_eq(engine.state.previous.revision, 1);
	ck_assert_uint_eq(kernel->gen, 2);
}
END_TEST

START_TEST(apply_needs_load)
{
	struct zt_source source = {"policy.json", one, strlen(one)};
	struct apply a = {.sources = &source, .nr_sources = 1};

	outcome_free(&out);
	ck_assert_int_ne(engine_apply(&engine, &a, &out), 0);
	ck_assert_str_eq(out.code, "missing");
	assert_nothing();
}
END_TEST

START_TEST(same_again)
{
	ck_assert_int_eq(load(one), 0);
	kernel->port[0].attached = false;
	ck_assert_int_eq(load(one), 0);
	ck_assert(!out.changed);
	assert_in_force(1, 1);
	ck_assert_uint_eq(kernel->gen, 1);
}
END_TEST

START_TEST(refused_policy)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_ne(load("{\"version\":1,\"rule\":{}}"), 0);
	ck_assert_str_eq(out.code, "invalid");
	ck_assert_uint_ge(out.errors.nr, 1);
	ck_assert_int_eq(strncmp(out.errors.v[0], "policy.json:1: ", 15), 0);
	ck_assert(was_told("policy-refused"));
	assert_in_force(1, 1);
	ck_assert_int_ne(load(failing), 0);
	ck_assert_str_eq(out.code, "invalid");
	assert_in_force(1, 1);
}
END_TEST

START_TEST(refused_first)
{
	kernel->refuse_open = true;
	ck_assert_int_ne(load(one), 0);
	ck_assert_str_eq(out.code, "failed");
	ck_assert_ptr_nonnull(strstr(out.error, "no bpffs"));
	assert_nothing();
	kernel->refuse_open = false;
	kernel->refuse_publish = true;
	ck_assert_int_ne(load(one), 0);
	assert_nothing();
	kernel->refuse_publish = false;
	kernel->port[0].refuses = true;
	ck_assert_int_ne(load(one), 0);
	ck_assert_ptr_nonnull(strstr(out.error, "foreign XDP program"));
	assert_nothing();
	reboot();
	assert_nothing();
	kernel->port[0].there = false;
	ck_assert_int_ne(load(one), 0);
	ck_assert_ptr_nonnull(strstr(out.error, "lan1"));
	assert_nothing();
}
END_TEST

START_TEST(refused_second)
{
	ck_assert_int_eq(load(one), 0);
	kernel->refuse_publish = true;
	ck_assert_int_ne(load(two), 0);
	kernel->refuse_publish = false;
	assert_in_force(1, 1);
	/* the second port of this one refuses: everything goes back */
	kernel->port[1].refuses = true;
	ck_assert_int_ne(load(three), 0);
	assert_in_force(1, 1);
	ck_assert(!kernel->port[1].attached);
	kernel->port[1].refuses = false;
	ck_assert_int_eq(load(three), 0);
	ck_assert_uint_eq(kernel->nr_rules, 3);
	ck_assert(kernel->port[1].attached);
	/* and a port the policy lists no more is let go */
	ck_assert_int_eq(load(one), 0);
	ck_assert(!kernel->port[1].attached);
	ck_assert(kernel->port[0].attached);
}
END_TEST

START_TEST(dry_run)
{
	ck_assert_int_eq(apply(one, (struct apply){.dry_run = true}), 0);
	ck_assert_uint_eq(out.revision, 1);
	assert_nothing();
	ck_assert_int_ne(apply("{", (struct apply){.dry_run = true}), 0);
	ck_assert_str_eq(told, "");
}
END_TEST

START_TEST(own_session)
{
	struct session s = {.family = 4};

	kernel->refuse_session = true;
	ck_assert_int_ne(apply(one, (struct apply){.session = &s}), 0);
	ck_assert_str_eq(out.code, "session");
	ck_assert_str_eq(out.error, "add a rule");
	assert_nothing();
	ck_assert_int_eq(apply(one, (struct apply){.session = &s, .force = true}), 0);
	assert_in_force(1, 1);
}
END_TEST

/* ---- confirm ---- */

START_TEST(confirmed)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	assert_in_force(2, 2);
	now_s += 119;
	engine_tick(&engine);
	ck_assert_int_eq(engine_confirm(&engine, &out), 0);
	now_s += 1000;
	engine_tick(&engine);
	assert_in_force(2, 2);
	outcome_free(&out);
	ck_assert_int_ne(engine_confirm(&engine, &out), 0);
	ck_assert_str_eq(out.code, "missing");
}
END_TEST

START_TEST(not_confirmed)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	now_s += 119;
	engine_tick(&engine);
	assert_in_force(2, 2);
	now_s += 1;
	engine_tick(&engine);
	assert_in_force(1, 1);
	ck_assert(was_told("policy-reverted"));
	ck_assert_int_eq(load(two), 0);
	assert_in_force(3, 2); /* numbers are not used twice */
}
END_TEST

START_TEST(not_confirmed_first)
{
	ck_assert_int_eq(apply(one, (struct apply){.confirm_s = 10}), 0);
	now_s += 10;
	engine_tick(&engine);
	assert_nothing();
	reboot();
	assert_nothing();
}
END_TEST

START_TEST(deadline_survives)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	stop();
	start();
	assert_in_force(2, 2);
	ck_assert_int_eq(pending_left(&engine.state.pending), 120);
	stop();
	now_s += 121;
	start();
	assert_in_force(1, 1);
}
END_TEST

/* Two unconfirmed in a row: back to the one that was confirmed. */
START_TEST(pending_twice)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	ck_assert_int_eq(apply(three, (struct apply){.confirm_s = 120}), 0);
	ck_assert_uint_eq(engine.state.previous.revision, 1);
	now_s += 120;
	engine_tick(&engine);
	assert_in_force(1, 1);
	ck_assert(!kernel->port[1].attached);
}
END_TEST

/* The pending policy applied again: a new deadline, or without one confirmed for good. */
START_TEST(pending_again)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	now_s += 100;
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	ck_assert_int_eq(pending_left(&engine.state.pending), 120);
	now_s += 100;
	ck_assert_int_eq(apply(two, (struct apply){0}), 0);
	ck_assert(was_told("policy-confirmed"));
	now_s += 1000;
	engine_tick(&engine);
	assert_in_force(2, 2);
}
END_TEST

/* After a reboot the boot clock means nothing; the wall clock gives no more than asked. */
START_TEST(deadline_over_reboot)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	strcpy(engine.state.pending.boot_id, "another boot");
	engine.state.pending.boot_s = 1;
	ck_assert_int_eq(pending_left(&engine.state.pending), 120);
	now_s -= 86400; /* a clock without battery */
	ck_assert_int_eq(pending_left(&engine.state.pending), 120);
	now_s += 86400 + 121;
	ck_assert_int_lt(pending_left(&engine.state.pending), 0);
}
END_TEST

START_TEST(revert_is_tried_again)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 10}), 0);
	kernel->refuse_publish = true;
	now_s += 10;
	engine_tick(&engine);
	ck_assert(was_told("agent-error"));
	kernel->refuse_publish = false;
	now_s += 11;
	engine_tick(&engine);
	assert_in_force(1, 1);
}
END_TEST

/* ---- restarts ---- */

START_TEST(restart_adopts)
{
	uint32_t serial, bind;

	ck_assert_int_eq(load(one), 0);
	serial = zt_maps_image(engine.maps)->devs[0].serial;
	bind = zt_maps_image(engine.maps)->binds[0].index;
	kernel->configured = false;
	stop();
	ck_assert(kernel->port[0].attached);
	ck_assert_uint_eq(kernel->nr_rules, 1);
	start();
	assert_in_force(1, 1);
	ck_assert(!kernel->configured); /* ticks and stamps go on */
	ck_assert_uint_eq(zt_maps_image(engine.maps)->devs[0].serial, serial);
	ck_assert_uint_eq(zt_maps_image(engine.maps)->binds[0].index, bind);
}
END_TEST

START_TEST(reboot_restores)
{
	ck_assert_int_eq(load(one), 0);
	learned_now[0] = (struct zt_learned_entry){.key = {.family = 4}};
	learned_now[0].key.addr.w[2] = 0xffff0000;
	learned_now[0].key.addr.w[3] = 0x2a00020a;
	learned_now[0].learned.dev = zt_maps_image(engine.maps)->devs[0].index;
	learned_now[0].learned.serial = zt_maps_image(engine.maps)->devs[0].serial;
	learned_now[0].learned.expires = 1000 + 600;
	learned_now[0].learned.how = ZT_HOW_DHCP;
	learned_now[1] = learned_now[0];
	learned_now[1].learned.serial++; /* of a device that is gone */
	nr_learned_now = 2;
	reboot();
	assert_in_force(1, 1);
	ck_assert(kernel->configured);
	ck_assert_uint_eq(nr_learned_now, 1);
	ck_assert_uint_eq(learned_now[0].key.addr.w[3], 0x2a00020a);
	ck_assert_uint_eq(learned_now[0].learned.how, ZT_HOW_DHCP);
	ck_assert_uint_ge(learned_now[0].learned.expires, 1598);
	ck_assert_uint_le(learned_now[0].learned.expires, 1600);
}
END_TEST

START_TEST(damaged_policy)
{
	char path[128];
	int fd;

	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(load(two), 0);
	snprintf(path, sizeof(path), "%s/policy-2.json", dir);
	fd = open(path, O_WRONLY);
	ck_assert_int_eq(pwrite(fd, " ", 1, 5), 1);
	close(fd);
	reboot();
	assert_in_force(1, 1);
	ck_assert(was_told("policy-reverted"));
}
END_TEST

/* No stored policy can be used: the ports it had are closed, not left open. */
START_TEST(no_usable_policy)
{
	const char *why;
	char path[128];

	ck_assert_int_eq(load(one), 0);
	snprintf(path, sizeof(path), "%s/policy-1.json", dir);
	ck_assert_int_eq(truncate(path, 10), 0);
	reboot();
	ck_assert(!engine_is_enforcing(&engine, &why));
	ck_assert(kernel->port[0].attached);
	ck_assert_uint_eq(kernel->gen, 0);
}
END_TEST

/* The state directory is lost, the pins are not: a failed load must not open the ports. */
START_TEST(lost_state)
{
	char cmd[256];
	const char *why;

	ck_assert_int_eq(load(one), 0);
	stop();
	snprintf(cmd, sizeof(cmd), "rm %s/*.json; mkdir -p %s/maps", dir, pin);
	ck_assert_int_eq(system(cmd), 0);
	start();
	ck_assert(!engine_is_enforcing(&engine, &why));
	ck_assert_ptr_nonnull(strstr(why, "not stored here"));
	kernel->port[1].refuses = true;
	ck_assert_int_ne(load(three), 0);
	ck_assert_ptr_nonnull(strstr(out.error, "in force on the other ports"));
	ck_assert(kernel->port[0].attached);
	ck_assert_uint_eq(kernel->nr_rules, 3);
	ck_assert(!engine_is_enforcing(&engine, &why));
	kernel->port[1].refuses = false;
	engine_tick(&engine);
	assert_in_force(1, 3);
}
END_TEST

START_TEST(start_without_bpffs)
{
	const char *why;

	ck_assert_int_eq(load(one), 0);
	kernel->refuse_open = true;
	reboot();
	ck_assert(!engine_is_enforcing(&engine, &why));
	ck_assert_ptr_nonnull(strstr(why, "no bpffs"));
	kernel->refuse_open = false;
	now_s += 11;
	engine_tick(&engine);
	assert_in_force(1, 1);
}
END_TEST

/* Killed at every step of a change: the next start has the old policy or the new one. */
static void killed_at(int at, uint32_t confirm_s, bool *ret_done)
{
	int status;
	pid_t pid;

	stop();
	pid = fork();
	if (!pid) {
		start();
		kernel->steps_left = at;
		apply(three, (struct apply){.confirm_s = confirm_s});
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && (WEXITSTATUS(status) == 42 || WEXITSTATUS(status) == 0));
	*ret_done = WEXITSTATUS(status) == 0;
	kernel->steps_left = -1;
	/* whatever it was at, packets see one whole policy meanwhile */
	ck_assert(kernel->nr_rules == 1 || kernel->nr_rules == 3);
	ck_assert(kernel->port[0].attached);
	start();
}

START_TEST(killed_anywhere)
{
	bool done = false;
	int at, new_ones = 0, old_ones = 0;

	for (at = 1; !done; at++) {
		ck_assert_int_lt(at, 100);
		ck_assert_int_eq(load(one), 0);
		killed_at(at, 0, &done);
		if (kernel->nr_rules == 3) {
			assert_in_force(engine.state.last_revision, 3);
			ck_assert(kernel->port[1].attached);
			new_ones++;
		} else {
			ck_assert_uint_eq(kernel->nr_rules, 1);
			assert_in_force(engine.state.current.revision, 1);
			old_ones++;
		}
		ck_assert_uint_eq(engine.state.numbers != NULL, 1);
	}
	ck_assert_int_ge(old_ones, 2);
	ck_assert_int_ge(new_ones, 2);
}
END_TEST

START_TEST(killed_anywhere_unconfirmed)
{
	bool done = false;
	int at;

	for (at = 1; !done; at++) {
		ck_assert_int_lt(at, 100);
		ck_assert_int_eq(load(one), 0);
		killed_at(at, 60, &done);
		now_s += 61;
		engine_tick(&engine);
		assert_in_force(engine.state.current.revision, 1);
		ck_assert(!kernel->port[1].attached);
	}
	ck_assert_int_ge(at, 5);
}
END_TEST

/* ---- quarantine ---- */

static void rmdir_pins(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/maps", pin);
	rmdir(path);
}

static int quarantine(const char *id)
{
	outcome_free(&out);
	return engine_quarantine(&engine, id, "test", &out);
}

static int release(const char *id)
{
	outcome_free(&out);
	return engine_release(&engine, id, "test", &out);
}

START_TEST(quarantine_lasts)
{
	ck_assert_int_eq(quarantine("cam"), -1); /* there is no policy */
	ck_assert_str_eq(out.code, "missing");
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(quarantine("nobody"), -1);
	ck_assert_int_eq(release("cam"), -1);
	ck_assert_int_eq(quarantine("cam"), 0);
	ck_assert(out.changed);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	ck_assert(was_told("quarantined (by test)"));
	ck_assert_int_eq(quarantine("cam"), 0);
	ck_assert(!out.changed);
	ck_assert_uint_eq(engine.quarantine.nr, 1);
	stop();
	start();
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	ck_assert_int_eq(load(two), 0);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	reboot();
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	ck_assert_int_eq(apply(one, (struct apply){.confirm_s = 10}), 0);
	now_s += 11;
	engine_tick(&engine); /* not confirmed */
	assert_in_force(2, 2);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	ck_assert_int_eq(release("cam"), 0);
	ck_assert(was_told("released (by test)"));
	ck_assert_uint_eq(kernel->mode, ZT_MODE_ENFORCE);
	reboot();
	ck_assert_uint_eq(kernel->mode, ZT_MODE_ENFORCE);
	ck_assert_uint_eq(engine.quarantine.nr, 0);
}
END_TEST

START_TEST(quarantine_without_device)
{
	char *text = strdup(one), *at;

	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(quarantine("cam"), 0);
	while ((at = strstr(text, "\"cam\"")))
		memcpy(at, "\"maC\"", 5);
	ck_assert_int_eq(load(text), 0);
	ck_assert_uint_eq(out.warnings.nr, 1);
	ck_assert_ptr_nonnull(strstr(out.warnings.v[0], "\"cam\" is in quarantine"));
	ck_assert_uint_eq(kernel->mode, ZT_MODE_ENFORCE);
	ck_assert_int_eq(load(one), 0);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	ck_assert_int_eq(load(text), 0);
	stop();
	told[0] = 0;
	start(); /* nobody reads a warning now */
	ck_assert(was_told("agent-error (device \"cam\" is in quarantine"));
	ck_assert_int_eq(release("cam"), 0);
	ck_assert_int_eq(load(one), 0);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_ENFORCE);
	free(text);
}
END_TEST

/* Killed at every step: the next start has it on the list and cut off, or neither. */
START_TEST(quarantine_killed)
{
	int at, status, listed[2] = {0};
	bool done = false, on;
	pid_t pid;

	ck_assert_int_eq(load(one), 0);
	for (at = 1; !done; at++) {
		on = quarantine_find(&engine.quarantine, "cam") != NULL;
		stop();
		pid = fork();
		if (!pid) {
			start();
			kernel->steps_left = at;
			on ? release("cam") : quarantine("cam");
			_exit(0);
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFEXITED(status));
		done = WEXITSTATUS(status) == 0 && at > 6;
		ck_assert_int_lt(at, 40);
		kernel->steps_left = -1;
		start();
		on = quarantine_find(&engine.quarantine, "cam") != NULL;
		listed[on]++;
		ck_assert_uint_eq(kernel->mode, on ? ZT_MODE_QUARANTINE : ZT_MODE_ENFORCE);
	}
	ck_assert_int_ge(listed[0], 1);
	ck_assert_int_ge(listed[1], 1);
}
END_TEST

START_TEST(quarantine_damaged)
{
	static const char *const texts[] = {
		"", "[]", "{", "{\"schema\":2,\"devices\":[]}", "{\"schema\":1}",
		"{\"schema\":1,\"devices\":[{\"id\":\"a\",\"by\":\"b\"}]}",
		"{\"schema\":1,\"devices\":[{\"id\":1,\"by\":\"b\",\"since\":1}]}",
		"{\"schema\":1,\"devices\":[{\"id\":\"a\",\"by\":\"b\",\"since\":1},"
		"{\"id\":\"a\",\"by\":\"b\",\"since\":1}]}",
		"{\"schema\":1,\"devices\":[null]}",
	};
	struct quarantine q;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *error = NULL;

		ck_assert_int_eq(store_write_file(engine.store, QUARANTINE_FILE, texts[i],
						  strlen(texts[i])), 0);
		ck_assert_int_eq(quarantine_load(engine.store, &q, &error), -EINVAL);
		ck_assert_ptr_nonnull(strstr(error, "quarantine.json: damaged"));
		ck_assert_ptr_null(q.v);
		free(error);
	}
	ck_assert_int_eq(store_write_file(engine.store, QUARANTINE_FILE,
					  "{\"schema\":1,\"devices\":[]}", 26), 0);
}
END_TEST

/* A record that cannot be read, 0 of the policies, 1 of quarantine: over running maps, and after a reboot. */
START_TEST(damaged_record)
{
	static const char *const files[] = {STATE_FILE, QUARANTINE_FILE};
	char *good, *error = NULL;

	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(quarantine("cam"), 0);
	ck_assert_int_eq(store_read_file(engine.store, files[_i], 65536, &good), 0);
	ck_assert_int_eq(store_write_file(engine.store, files[_i], "{", 1), 0);
	engine_close(&engine);
	snprintf(told, sizeof(told), "mkdir -p %s/maps", pin);
	ck_assert_int_eq(system(told), 0);
	told[0] = 0;
	ck_assert_int_ne(engine_open(&engine, &error), 0);
	ck_assert_ptr_nonnull(strstr(error, "damaged"));
	free(error);
	error = NULL;
	ck_assert_uint_eq(kernel->nr_rules, 1); /* what runs goes on */
	engine_close(&engine);

	rmdir_pins();
	kernel->pinned = kernel->configured = false;
	kernel->gen = kernel->nr_rules = 0;
	kernel->port[0].attached = false;
	ck_assert_int_ne(engine_open(&engine, &error), 0);
	free(error);
	error = NULL;
	ck_assert(kernel->port[0].attached && !kernel->gen); /* nothing passes */
	engine_close(&engine);

	ck_assert_int_eq(store_write_file(engine.store, files[_i], good, strlen(good)), 0);
	ck_assert_int_eq(engine_open(&engine, &error), 0);
	assert_in_force(1, 1);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	free(good);
}
END_TEST

/* ---- the machine changes ---- */

START_TEST(port_missing_at_start)
{
	const char *why;

	ck_assert_int_eq(load(three), 0);
	kernel->port[1].there = false;
	reboot();
	ck_assert_uint_eq(kernel->nr_rules, 3);
	ck_assert(kernel->port[0].attached);
	ck_assert(!kernel->port[1].attached);
	ck_assert(!engine_is_enforcing(&engine, &why));
	kernel->port[1].there = true;
	engine.env_dirty = true;
	engine_tick(&engine);
	ck_assert(kernel->port[1].attached);
	ck_assert(engine_is_enforcing(&engine, &why));
}
END_TEST

START_TEST(machine_changes)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_uint_eq(kernel->gen, 1);
	engine.env_dirty = true;
	engine_tick(&engine);
	ck_assert_uint_eq(kernel->gen, 1); /* nothing really did */
	kernel->ifindex_shift = 5;
	engine.env_dirty = true;
	engine_tick(&engine);
	ck_assert_uint_eq(kernel->gen, 2);
	assert_in_force(1, 1);
	ck_assert_ptr_nonnull(history_find(&engine.history, 1));
	ck_assert_str_eq(history_rule(history_find(&engine.history, 1), 0)->id, "r1");
	ck_assert_str_eq(history_find(&engine.history, 2)->held->text,
			 history_find(&engine.history, 1)->held->text);
}
END_TEST

/* A port loses its carrier: its devices are released, once. */
START_TEST(unplugged)
{
	ck_assert_int_eq(load(one), 0);
	engine_tick(&engine);
	released = 0;
	kernel->port[0].unplugged = true;
	engine_tick(&engine);
	ck_assert_uint_eq(released, 1);
	released = 0;
	engine_tick(&engine);
	ck_assert_uint_eq(released, 0);
}
END_TEST

/* The agent was dead while a program vanished: the next start says that it was open. */
START_TEST(open_while_dead)
{
	ck_assert_int_eq(load(one), 0);
	stop();
	kernel->port[0].attached = false;
	told[0] = 0;
	start();
	assert_in_force(1, 1);
	ck_assert_ptr_nonnull(strstr(told, "detached"));
	ck_assert_ptr_nonnull(strstr(told, "reattached"));
}
END_TEST

/* All pins vanished within one boot: said, because counters and flows begin again. */
START_TEST(gone_while_dead)
{
	ck_assert_int_eq(load(one), 0);
	stop();
	kernel->pinned = kernel->configured = false;
	kernel->gen = kernel->nr_rules = 0;
	kernel->port[0].attached = false;
	told[0] = 0;
	start();
	ck_assert_ptr_nonnull(strstr(told, "begin again"));
}
END_TEST

/* Whatever changes what packets see: that XDP may forward past it has to be found anew. */
START_TEST(forwarding_ends)
{
	forwards = true;
	ck_assert_int_eq(load(one), 0);
	ck_assert(!forwards); /* maps of an earlier agent */
	forwards = true;
	ck_assert_int_eq(load(two), 0);
	ck_assert(!forwards);
	forwards = true;
	kernel->ifindex_shift = 7;
	engine_environment(&engine);
	ck_assert(!forwards);
}
END_TEST

START_TEST(port_is_watched)
{
	const char *why;

	ck_assert_int_eq(load(one), 0);
	told[0] = 0;
	kernel->port[0].attached = false;
	engine_tick(&engine);
	ck_assert(strstr(told, "detached") && strstr(told, "reattached"));
	told[0] = 0;
	assert_in_force(1, 1);
	kernel->port[0].attached = false;
	kernel->port[0].refuses = true;
	engine_tick(&engine);
	engine_tick(&engine);
	ck_assert_ptr_nonnull(strstr(told, "detached"));
	ck_assert_ptr_null(strstr(strstr(told, "detached") + 1, "detached")); /* said once */
	ck_assert(!engine_is_enforcing(&engine, &why));
	ck_assert_str_eq(why, "XDP program missing");
	kernel->port[0].refuses = false;
	engine_tick(&engine);
	ck_assert(was_told("reattached"));
	assert_in_force(1, 1);
}
END_TEST

START_TEST(flows_move)
{
	ck_assert_int_eq(load(one), 0);
	told[0] = 0;
	engine_tick(&engine);
	ck_assert_str_eq(told, ""); /* no module: nothing is tried, nothing said */
	kernel->module = kernel->refuse_move = true;
	engine_tick(&engine);
	engine_tick(&engine);
	ck_assert_uint_eq(kernel->moves, 1); /* not at every tick */
	ck_assert(was_told("agent-error (the flows were not moved to zt_flow.ko: no memory for a table)"));
	kernel->refuse_move = false;
	now_s += 61;
	engine_tick(&engine);
	ck_assert(was_told("flows-moved (7 flows; 1 found no place there)"));
	now_s += 61;
	engine_tick(&engine);
	ck_assert_uint_eq(kernel->moves, 2); /* never again */
	assert_in_force(1, 1);
}
END_TEST

START_TEST(unload)
{
	outcome_free(&out);
	ck_assert_int_ne(engine_unload(&engine, "me", &out), 0);
	ck_assert_str_eq(out.code, "missing");
	ck_assert_int_eq(load(one), 0);
	outcome_free(&out);
	ck_assert_int_eq(engine_unload(&engine, "me", &out), 0);
	assert_nothing();
	ck_assert(was_told("unloaded"));
	reboot();
	assert_nothing();
	ck_assert_int_eq(load(one), 0);
	assert_in_force(2, 1);
}
END_TEST

/* What unload leaves behind must not bind the next policy: not its numbers, not its sizes. */
START_TEST(unload_forgets)
{
	uint32_t serial;

	ck_assert_int_eq(load(three), 0);
	serial = zt_maps_image(engine.maps)->devs[0].serial;
	learned_now[0].key.family = 4;
	learned_now[0].learned.dev = zt_maps_image(engine.maps)->devs[0].index;
	learned_now[0].learned.serial = serial;
	learned_now[0].learned.expires = 1600;
	nr_learned_now = 1;
	learned_save(&engine);
	outcome_free(&out);
	ck_assert_int_eq(engine_unload(&engine, "me", &out), 0);
	nr_learned_now = 0;
	ck_assert_int_eq(load(one), 0);
	learned_restore(&engine);
	ck_assert_uint_eq(nr_learned_now, 0);
}
END_TEST

/* ---- the store ---- */

START_TEST(hostile_store)
{
	struct store *s;
	char path[128], other[128], *text, *error = NULL;
	struct stat st;

	ck_assert_int_eq(load(one), 0);
	snprintf(path, sizeof(path), "%s/state.json", dir);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	/* a link someone placed is replaced, not followed */
	snprintf(path, sizeof(path), "%s/.state.json.new", dir);
	snprintf(other, sizeof(other), "%s/victim", dir);
	close(open(other, O_CREAT | O_WRONLY, 0600));
	ck_assert_int_eq(symlink(other, path), 0);
	ck_assert_int_eq(load(two), 0);
	ck_assert_int_eq(stat(other, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
	ck_assert_int_eq(symlink(other, strcat(strcpy(path, dir), "/link")), 0);
	ck_assert_int_eq(store_read_file(engine.store, "link", 100, &text), -ELOOP);
	ck_assert_int_eq(chmod(dir, 0777), 0);
	ck_assert_int_eq(store_open(dir, &s, &error), -EPERM);
	ck_assert_ptr_nonnull(strstr(error, "others may write"));
	free(error);
	ck_assert_int_eq(chmod(dir, 0700), 0);
}
END_TEST

START_TEST(old_policies_go)
{
	char path[128];

	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(load(two), 0);
	ck_assert_int_eq(load(three), 0);
	snprintf(path, sizeof(path), "%s/policy-1.json", dir);
	ck_assert_int_ne(access(path, F_OK), 0);
	snprintf(path, sizeof(path), "%s/policy-2.json", dir);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("daemon engine");
	TCase *t = tcase_create("engine");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, first_load);
	tcase_add_test(t, apply_needs_load);
	tcase_add_test(t, same_again);
	tcase_add_test(t, refused_policy);
	tcase_add_test(t, refused_first);
	tcase_add_test(t, refused_second);
	tcase_add_test(t, dry_run);
	tcase_add_test(t, own_session);
	tcase_add_test(t, confirmed);
	tcase_add_test(t, not_confirmed);
	tcase_add_test(t, not_confirmed_first);
	tcase_add_test(t, deadline_survives);
	tcase_add_test(t, pending_twice);
	tcase_add_test(t, pending_again);
	tcase_add_test(t, deadline_over_reboot);
	tcase_add_test(t, revert_is_tried_again);
	tcase_add_test(t, restart_adopts);
	tcase_add_test(t, reboot_restores);
	tcase_add_test(t, damaged_policy);
	tcase_add_test(t, no_usable_policy);
	tcase_add_test(t, lost_state);
	tcase_add_test(t, start_without_bpffs);
	tcase_add_test(t, killed_anywhere);
	tcase_add_test(t, killed_anywhere_unconfirmed);
	tcase_add_test(t, quarantine_lasts);
	tcase_add_test(t, quarantine_without_device);
	tcase_add_test(t, quarantine_killed);
	tcase_add_test(t, quarantine_damaged);
	tcase_add_loop_test(t, damaged_record, 0, 2);
	tcase_add_test(t, port_missing_at_start);
	tcase_add_test(t, machine_changes);
	tcase_add_test(t, unplugged);
	tcase_add_test(t, open_while_dead);
	tcase_add_test(t, gone_while_dead);
	tcase_add_test(t, forwarding_ends);
	tcase_add_test(t, port_is_watched);
	tcase_add_test(t, flows_move);
	tcase_add_test(t, unload);
	tcase_add_test(t, unload_forgets);
	tcase_add_test(t, hostile_store);
	tcase_add_test(t, old_policies_go);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	outcome_free(&out);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
