/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The policy model: what a policy file says, checked and resolved, and nothing
 * else. Built by zt_policy_parse(), immutable afterwards, read by the compiler, the
 * evaluator and the commands. It knows no kernel, no files, no clock, no maps.
 *
 * All objects of a section lie in one array, sorted by id (strcmp order), and
 * name each other by index into those arrays. Strings belong to the policy.
 */
#ifndef ZT_POLICY_H
#define ZT_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "zt_abi.h"

#define ZT_POLICY_BYTES_MAX 67108864u
#define ZT_POLICY_DEPTH_MAX 16
#define ZT_ERRORS_SHOWN 20

/* Where an object was defined: for messages. */
struct zt_where {
	uint32_t file; /* index into zt_policy.files */
	uint32_t line; /* from 1 */
};

/* An address range of one family. plen is within the family: 0-32 or 0-128. */
struct zt_prefix {
	struct zt_addr addr; /* network order, IPv4 mapped as in zt_abi.h, host bits zero */
	uint8_t family; /* 4 or 6 */
	uint8_t plen;
};

enum zt_service_kind {
	ZT_SERVICE_TCP,
	ZT_SERVICE_UDP,
	ZT_SERVICE_ICMP_ECHO, /* both families */
	ZT_SERVICE_ICMP4, /* lo = hi = type */
	ZT_SERVICE_ICMP6,
	ZT_SERVICE_PROTO, /* lo = hi = IP protocol */
	ZT_SERVICE_ANY,
};

struct zt_service {
	uint8_t kind; /* enum zt_service_kind */
	uint16_t lo, hi; /* ports, host order, inclusive */
};

struct zt_services {
	struct zt_service *v;
	uint32_t nr; /* 0 = not written */
};

struct zt_prefixes {
	struct zt_prefix *v;
	uint32_t nr;
};

/* A sorted set of indexes. */
struct zt_set {
	uint32_t *v;
	uint32_t nr;
};

struct zt_interface {
	const char *id; /* kernel name */
	const char *note;
	struct zt_where where;
	uint8_t role; /* enum zt_role: DEVICE, UPLINK, IGNORE */
	bool identity_ip;
	bool untagged;
	bool fast_forward; /* device ports and uplinks */
	uint8_t l2; /* ZT_L2_* */
	uint16_t *vlans; /* sorted */
	uint32_t nr_vlans;
	uint32_t unknown_segment; /* index; the built-in segment "unknown" when not written */
};

/* What `limits` may say. */
enum zt_limit {
	ZT_LIMIT_FLOWS,
	ZT_LIMIT_NEW_FLOWS,
	ZT_LIMIT_ARP,
	ZT_LIMIT_ADDRESSES4,
	ZT_LIMIT_ADDRESSES6,
	ZT_LIMIT_MAX,
};
struct zt_limit_set {
	uint16_t v[ZT_LIMIT_MAX]; /* 0: not written here */
};

/*
 * The built-in segment "unknown" (mode enforce) is always present, as the last
 * entry, with `builtin` set.
 */
struct zt_segment {
	const char *id, *note;
	struct zt_where where;
	bool builtin;
	uint8_t mode; /* enum zt_mode */
	struct zt_prefixes subnets;
	struct zt_limit_set limits;
};

struct zt_label {
	const char *key, *value;
};

struct zt_device {
	const char *id, *name, *note;
	struct zt_where where;
	uint32_t segment;
	uint8_t macs[4][6];
	uint32_t nr_macs; /* 0 with identity ip */
	struct zt_set ports; /* interfaces; identity ip: the one `interface` */
	uint16_t vlan; /* 0 untagged */
	struct zt_prefixes addresses; /* static: hosts and routed cells */
	bool dynamic4, dynamic6;
	struct zt_limit_set limits;
	struct zt_label *labels; /* sorted by key */
	uint32_t nr_labels;
	struct zt_label *inventory; /* in the order of the language reference */
	uint32_t nr_inventory;
};

struct zt_group {
	const char *id, *note;
	struct zt_where where;
	struct zt_set members; /* devices, fully resolved */
	bool is_limited; /* limits says something */
	struct zt_limit_set limits;
};

#define ZT_APP_CLEARTEXT 1u
#define ZT_APP_CRITICAL 2u
#define ZT_APP_REMOTE_ACCESS 4u

/*
 * The built-in applications "router", "internet" (both without services),
 * "router-dns", "router-ntp" and "router-ping" are entries like others, with
 * `builtin` set, present whether used or not.
 */
struct zt_app {
	const char *id, *note;
	struct zt_where where;
	bool builtin;
	bool is_router; /* hosts holds the word "router" */
	bool is_internet; /* hosts holds the word "internet" */
	struct zt_prefixes hosts; /* the rest of hosts */
	struct zt_prefixes except;
	struct zt_services services;
	uint8_t flags; /* ZT_APP_* */
};

/* One side of a rule or test. */
struct zt_side {
	bool is_apps; /* else a device set */
	bool all_devices; /* the word all-devices: every listed device */
	bool unknown; /* holds the word unknown-devices */
	struct zt_set devices; /* resolved; every device when all_devices */
	struct zt_set apps;
	struct zt_prefixes literals; /* tests only: literal addresses */
	char **words; /* as written, for messages and policy show */
	uint32_t nr_words;
};

struct zt_policy_rule {
	const char *id, *note;
	struct zt_where where;
	bool deny;
	bool log; /* default: false for allow, true for deny */
	struct zt_side from; /* who opens */
	struct zt_side to;
	struct zt_services services; /* as written; nr 0: those of each application in `to` */
};

enum zt_test_kind { ZT_TEST_ALLOW, ZT_TEST_DENY, ZT_TEST_NEVER, ZT_TEST_ONLY };

struct zt_policy_test {
	const char *id, *note;
	struct zt_where where;
	uint8_t kind; /* enum zt_test_kind */
	struct zt_side from, to;
	struct zt_services services;
	const char *rule; /* deny: rule id that must stop it, or NULL */
	uint8_t reason; /* deny: enum zt_reason that must stop it, or 0 */
};

struct zt_infrastructure {
	bool dhcp_router, dhcp_uplink;
	struct zt_set dhcp_devices;
	struct zt_prefixes gateways; /* single addresses */
};

struct zt_policy {
	const char *name, *note;
	const char **files;
	uint32_t nr_files;
	struct zt_interface *interfaces;
	uint32_t nr_interfaces;
	struct zt_segment *segments;
	uint32_t nr_segments;
	struct zt_device *devices;
	uint32_t nr_devices;
	struct zt_group *groups;
	uint32_t nr_groups;
	struct zt_app *apps;
	uint32_t nr_apps;
	struct zt_policy_rule *rules; /* index = rule number in the data path */
	uint32_t nr_rules;
	struct zt_policy_test *tests;
	uint32_t nr_tests;
	struct zt_infrastructure infra;
	struct zt_limit_set defaults;
	char *json; /* the merged policy as canonical JSON: `policy show`, and what is stored */
	uint8_t hash[32]; /* SHA-256 of json: the revision's hash */
	struct zt_arena *arena; /* owns everything above */
};

/*
 * Collected messages, "FILE:LINE: PATH: MESSAGE" each without newline. Every
 * error is counted, the first ZT_ERRORS_SHOWN are kept.
 */
struct zt_errors {
	char *v[ZT_ERRORS_SHOWN];
	uint32_t nr; /* kept */
	uint32_t total; /* found */
};
void zt_errors_add(struct zt_errors *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void zt_errors_print(const struct zt_errors *e, FILE *to); /* and "N more errors" */
void zt_errors_free(struct zt_errors *e);

/* One input file already in memory. `name` is what messages call it. */
struct zt_source {
	const char *name;
	const char *text;
	size_t len;
};

/*
 * Parse, merge, resolve and check. 0 and *ret_policy, or -EINVAL with messages in
 * errors; informational lines (overlaps, unused objects, expired...) go to infos.
 * Pure: no file, no clock. The tests of the policy are not run here.
 */
int zt_policy_parse(const struct zt_source *sources, size_t nr, struct zt_errors *errors,
		    struct zt_errors *infos, struct zt_policy **ret_policy);
/* Read PATH (file or directory, policy-language §1.1) and parse it. */
int zt_policy_load(const char *path, struct zt_errors *errors, struct zt_errors *infos,
		   struct zt_policy **ret_policy);
void zt_policy_free(struct zt_policy *p);

/* Look-ups by id; return the index or -1. */
int zt_policy_device(const struct zt_policy *p, const char *id);
int zt_policy_rule(const struct zt_policy *p, const char *id);
int zt_policy_app(const struct zt_policy *p, const char *id);
int zt_policy_segment(const struct zt_policy *p, const char *id);
int zt_policy_group(const struct zt_policy *p, const char *id);
int zt_policy_interface(const struct zt_policy *p, const char *id);

/*
 * The limits that hold: of every device, an array by index that the caller frees (-1: no
 * memory); of who is only in a segment, as unknown devices are.
 */
int zt_policy_limits(const struct zt_policy *p, struct zt_limits **ret);
struct zt_limits zt_segment_limits(const struct zt_policy *p, uint32_t segment);
const char *zt_limit_key(enum zt_limit which);

/* Does the prefix hold the address. */
bool zt_prefix_holds(const struct zt_prefix *p, uint8_t family, const struct zt_addr *a);
/* Texts; the buffer form writes at most len bytes and returns buf. */
int zt_addr_parse(const char *text, uint8_t *ret_family, struct zt_addr *ret_addr);
char *zt_addr_format(uint8_t family, const struct zt_addr *a, char *buf, size_t len);
char *zt_prefix_format(const struct zt_prefix *p, char *buf, size_t len);
char *zt_service_format(const struct zt_service *s, char *buf, size_t len);
int zt_service_parse(const char *text, struct zt_service *ret); /* -EINVAL */
/* Services that are all inside those of the other list. */
bool zt_services_inside(const struct zt_services *inner, const struct zt_services *outer);
bool zt_service_holds(const struct zt_service *s, uint8_t family, uint8_t proto, uint16_t what);

#endif
