/* SPDX-License-Identifier: GPL-2.0 */
/* What the module's tests share: a namespace with a table, calls into it, traffic on it. */
#ifndef KMOD_H
#define KMOD_H

#include <stdbool.h>
#include <stdint.h>
#include "calls.h"
#include "nl.h"

struct kmod {
	struct nl nl;
	uint32_t table; /* number; 0: none yet */
	int call_fd, from_fd, to_fd; /* programs */
	int calls_map, setup_map, sums_map;
	uint32_t tick_shift;
	struct bpf_object *object;
};

extern int passed, failed;
void check(bool ok, const char *what, ...) __attribute__((format(printf, 2, 3)));

/* The programs, once for the process. 0 or -errno. */
int kmod_load(struct kmod *k);
void kmod_unload(struct kmod *k);
/* A new network namespace without a table; the former is left. */
void kmod_fresh(struct kmod *k);

struct limits {
	uint32_t max_flows, devices, tick_shift;
	uint32_t idle[ZT_IDLE_MAX];
};
#define LIMITS(flows) { flows, 16, 6, { 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000 } }
/* A new namespace, and a table in it. */
void kmod_table(struct kmod *k, const struct limits *l);

struct stats {
	uint32_t table, max_flows, live;
	uint64_t made, unused, ended[ZT_ENDED_MAX], ended_all, lost, refused_full, refused_quota;
	struct zt_held held; /* of the device asked for */
	uint64_t dev_refused;
};
int kmod_stats(struct kmod *k, struct stats *ret);
int kmod_stats_of(struct kmod *k, uint32_t dev, struct stats *ret);
/* Until nothing that has ended waits to be told. */
bool kmod_settled(struct kmod *k, struct stats *ret);

struct record {
	struct zt_flow_key key;
	struct zt_flow flow;
	struct zt_flow_rest rest;
};

uint32_t kmod_now(struct kmod *k); /* tick */
int kmod_call(struct kmod *k, struct call *c);
struct zt_flow_key kmod_key(uint32_t n);
uint32_t kmod_find(struct kmod *k, uint32_t n);
uint32_t kmod_new(struct kmod *k, uint32_t n);
int kmod_end(struct kmod *k, uint32_t ref, uint64_t word, uint32_t reason);
void kmod_read(struct kmod *k, uint32_t ref, struct zt_flow *ret);
void kmod_write(struct kmod *k, uint32_t ref, const struct zt_flow *f);
void kmod_write_rest(struct kmod *k, uint32_t ref, const struct zt_flow_rest *r);

/* Packets by test run on two processors at once, one in each direction; what they counted. */
struct setup kmod_setup_of(const struct kmod *k, const struct limits *l);
void kmod_setup(struct kmod *k, const struct setup *s);
void kmod_traffic(struct kmod *k, uint32_t packets);
void kmod_sums(struct kmod *k, struct sums *ret);

/* Flows added up: of a dump, or of end records. */
struct totals {
	uint64_t flows, packets[2], bytes[2];
	uint64_t reason[ZT_ENDED_MAX], last_seq;
	uint64_t gaps; /* sequence numbers not seen */
	void (*each)(const struct zt_flow_key *key, void *arg);
	void *arg;
};
void totals_add(const struct nl_attrs *a, uint8_t cmd, void *arg);
int kmod_dump(struct kmod *k, struct totals *ret);
void kmod_listen(struct nl *ear, struct totals *t, int wait_ms);

/* ZT_KMOD_SCALE percent of it: emulated debug kernels are slow. */
uint32_t kmod_scaled(uint32_t normal);
/* What a variable says, for tests that are as good as they are long. */
int kmod_many(const char *variable, int normal);
void kmod_free_cpus(void); /* this thread may run anywhere again */

void test_calls(struct kmod *k);
void test_netlink(struct kmod *k);
void test_traffic(struct kmod *k);
void test_live(struct kmod *k);
void test_unload(struct kmod *k);
void test_fuzz(struct kmod *k);
void test_fail(struct kmod *k);

#endif
