/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The engine and a stand-in for the kernel: maps, ports and clocks of our own. It lives in
 * shared memory, so that a child can be killed at every step of a change and the next agent
 * finds what a real one would. The file that includes this has tests and run_engine_tests().
 */
#ifndef TESTS_UNIT_ENGINE_STAND_IN_H
#define TESTS_UNIT_ENGINE_STAND_IN_H

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

static inline bool was_told(const char *what)
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

static inline void start(void)
{
	char *error = NULL;

	memset(&engine, 0, sizeof(engine));
	engine.cfg = &cfg;
	engine.emit = &emit;
	engine.pin_dir = pin;
	ck_assert_int_eq(store_open(dir, &engine.store, &error), 0);
	ck_assert_int_eq(engine_open(&engine, &error), 0);
}

static inline void stop(void)
{
	struct store *store = engine.store;

	engine_close(&engine);
	store_close(store);
}

static inline void setup(void)
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

static inline void teardown(void)
{
	char cmd[128];

	stop();
	snprintf(cmd, sizeof(cmd), "rm -r %s", dir);
	ck_assert_int_eq(system(cmd), 0);
	munmap(kernel, sizeof(*kernel));
}

/* The machine starts again: nothing pinned, the agent new. */
static inline void reboot(void)
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

static inline int apply(const char *text, struct apply a)
{
	struct zt_source source = {"policy.json", text, strlen(text)};

	a.sources = &source;
	a.nr_sources = 1;
	a.load = true;
	outcome_free(&out);
	return engine_apply(&engine, &a, &out);
}

static inline int load(const char *text)
{
	return apply(text, (struct apply){.by = "test"});
}

/* What packets see is what the agent and the disk say: this many rules, in force. */
static inline void assert_in_force(uint32_t revision, uint32_t nr_rules)
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

static inline void assert_nothing(void)
{
	const char *why;

	ck_assert(!engine_is_enforcing(&engine, &why));
	ck_assert_ptr_null(engine.maps);
	ck_assert(!kernel->pinned);
	ck_assert(!kernel->port[0].attached);
	ck_assert_uint_eq(engine.state.current.revision, 0);
}

static inline int run_engine_tests(const char *name, void (*add)(TCase *))
{
	Suite *suite = suite_create(name);
	TCase *t = tcase_create(name);
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
	add(t);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	outcome_free(&out);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
