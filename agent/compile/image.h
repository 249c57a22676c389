/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The compiled policy: the contents of every map of one generation, as plain
 * arrays. compile() is pure: the same policy, environment and numbering give the
 * same bytes whatever the order of the input. Knows no kernel, files, clock.
 */
#ifndef ZT_IMAGE_H
#define ZT_IMAGE_H

#include "policy/policy.h"

/* What the compiler must know about the machine. A copy, taken by the caller. */
struct zt_env_port {
	char name[16];
	uint32_t ifindex;
	uint32_t zone; /* ifindex of its bridge, or its own */
	uint32_t l3_ifindex;
	uint8_t mac[6]; /* of the interface that routes for it */
	uint8_t role; /* ZT_ROLE_UPPER for bridges, VLAN and bond interfaces above device
		       * ports, ZT_ROLE_PART for members of a bond that is one, which is
		       * their l3_ifindex; else 0 and the policy's role counts */
	uint16_t vlan; /* ZT_ROLE_UPPER: VLAN it stands for, 0 none */
	bool mixed; /* an uplink or unlisted interface is a member of its bridge too */
	bool raw_ip; /* no Ethernet header */
	bool bond; /* speaks LACP */
	const char *not_fast; /* why XDP cannot forward at it (static); NULL: it can */
};

struct zt_env {
	struct zt_env_port *ports;
	uint32_t nr_ports;
	struct zt_prefix *router; /* this router's own addresses, single addresses */
	uint32_t *router_scope; /* ZT_ZONE word for link-local ones, else 0 */
	uint32_t nr_router;
	uint32_t max_devices, max_binds, max_hosts, max_macs; /* capacity of the maps */
};

/*
 * Numbers that must stay the same from one revision to the next: a device keeps
 * its index, its bindings and serial as long as its id is in the policy. Opaque;
 * saved with the policy.
 */
struct zt_numbers;
struct zt_numbers *zt_numbers_new(void);
struct zt_numbers *zt_numbers_copy(const struct zt_numbers *n);
void zt_numbers_free(struct zt_numbers *n);
/*
 * Text form for the disk, one line each, and back. save: the caller frees; NULL
 * when out of memory. load: -EINVAL when it is not what save wrote.
 */
char *zt_numbers_save(const struct zt_numbers *n);
int zt_numbers_load(const char *text, struct zt_numbers **ret);

struct zt_image_port {
	uint32_t ifindex;
	struct zt_port_word word;
	uint32_t zone, l3_ifindex, unknown_bind;
	uint8_t mac[6]; /* its own, with ZT_PORT_FAST */
	uint16_t pad;
};
struct zt_image_vlan {
	struct zt_vlan_key key;
};
struct zt_image_mac {
	struct zt_mac_key key;
	uint32_t kind, bind;
};
struct zt_image_bind { /* sorted by index */
	uint32_t index;
	uint8_t mac[6];
	uint16_t vlan;
	uint32_t ifindex; /* first port: used when the binding is new */
	uint32_t dev, flags;
};
struct zt_image_dev { /* sorted by index */
	uint32_t index;
	uint32_t serial;
	struct zt_dev_word word;
	uint32_t device; /* index into policy devices; ZT_NONE for a port's unknown devices */
	uint32_t interface; /* for those: index into policy interfaces */
};
struct zt_image_host {
	struct zt_host_key key;
	struct zt_host_word word;
};
struct zt_image_net {
	struct zt_net_key key;
	struct zt_host_word word;
};
struct zt_image_rule {
	struct zt_rule_key key;
	struct zt_rule value;
};

struct zt_image {
	struct zt_pol pol; /* gen is filled at publish */
	struct zt_image_port *ports; /* by ifindex */
	uint32_t nr_ports;
	struct zt_image_vlan *vlans;
	uint32_t nr_vlans;
	struct zt_image_mac *macs; /* sorted by key bytes, as all below */
	uint32_t nr_macs;
	struct zt_image_bind *binds;
	uint32_t nr_binds;
	struct zt_image_dev *devs;
	uint32_t nr_devs;
	struct zt_image_host *hosts;
	uint32_t nr_hosts;
	struct zt_image_net *nets;
	uint32_t nr_nets;
	uint32_t *svc; /* ZT_SVC_MAX entries; 0 = service no rule names */
	uint32_t nr_svc_classes;
	struct zt_image_rule *rules;
	uint32_t nr_rules;
	/* for people: what a class number means */
	struct zt_set *pclass_apps; /* [pclass - ZT_PCLASS_FIRST] = applications */
	uint32_t nr_pclasses;
	uint32_t nr_dclasses; /* 1 .. nr_dclasses - 1 are classes of listed devices */
	/* for look-ups on the host */
	uint32_t *dev_of; /* [policy device] = device index */
	uint32_t net_start[130]; /* [prefix length in zt_addr's 128 bits] = first in nets */
};

/*
 * Compile. numbers is updated in place (on success only). On failure -E2BIG with
 * the numbers in errors (needed, available), nothing changed.
 */
int zt_compile(const struct zt_policy *p, const struct zt_env *env, struct zt_numbers *numbers,
	       struct zt_errors *errors, struct zt_image **ret_image);
void zt_image_free(struct zt_image *i);

/* Device index of a policy device, policy device (or -1) of a device index. */
uint32_t zt_image_dev_of(const struct zt_image *i, uint32_t device);
int zt_image_device_of(const struct zt_image *i, uint32_t dev);
/* The entry of a device index, or NULL. */
const struct zt_image_dev *zt_image_dev(const struct zt_image *i, uint32_t dev);
/* Another enum zt_mode for one device, by its index, than its segment's. */
void zt_image_mode(struct zt_image *i, uint32_t dev, uint8_t mode);

/*
 * Equality of what the data path would see. The delta of the tables that are
 * updated in place; the inner tables are always written whole.
 */
bool zt_image_equal(const struct zt_image *a, const struct zt_image *b);

/*
 * The decision on classes, as the programs make it from the compiled tables: the
 * host twin of bpf/policy.h, used by `never` and `only` and by the property tests.
 */
struct zt_decision {
	bool allowed;
	uint8_t reason; /* ALLOWED, DENIED, NO_RULE, UNKNOWN_DEVICE */
	uint32_t rule; /* ZT_NO_RULE none */
};
struct zt_decision zt_image_decide(const struct zt_image *i, uint32_t dclass, uint32_t pclass,
				   uint32_t svc, uint32_t dir);
/* Word of an address as the tables have it (embedded IPv4 not followed). */
struct zt_host_word zt_image_lookup(const struct zt_image *i, uint8_t family,
				    const struct zt_addr *a);
/* Its peer class as rule keys name it, groups included. */
uint32_t zt_image_pclass(const struct zt_image *i, uint8_t family, const struct zt_addr *a);
/*
 * The decision about a peer's address. Unless it is the router's or a device's, an
 * IPv4 address embedded in it is judged as well (NAT64, 6to4, mapped); the
 * stricter of the two counts, the outer one when they are equally strict. A device that opens to this one (dir TO_DEVICE) is
 * judged as the sender, as its own port does.
 */
struct zt_decision zt_image_decide_addr(const struct zt_image *i, uint32_t dclass, uint8_t family,
					const struct zt_addr *addr, uint32_t svc, uint32_t dir);

/*
 * The oracle (policy_eval.c): the language reference read literally over the
 * model, one rule after the other, no tables, no classes. Shares no code with
 * zt_compile(). who: index of a listed device or -1 for an unknown one.
 */
struct zt_question {
	int device; /* the device side */
	uint8_t dir; /* ZT_FROM_DEVICE: it opens; ZT_TO_DEVICE: the peer opens to it */
	int peer_device; /* >= 0: the other side is this device; then dir is FROM_DEVICE */
	bool peer_router; /* the other side is this router */
	uint8_t family;
	struct zt_addr peer; /* else its address */
	uint8_t proto;
	uint16_t what; /* destination port or ICMP type */
	const struct zt_env *env; /* for this router's addresses; NULL: none known */
	bool outer_only; /* whoever asks looks into embedded addresses himself */
};
struct zt_decision zt_policy_eval(const struct zt_policy *p, const struct zt_question *q);

/*
 * Run the tests of a policy over the compiled tables: allow and deny one per
 * equivalence class, never and only over all classes. Decided by class, so only a
 * literal address is looked into for an embedded one. Messages 62, 63: one per
 * failed test. Returns the number that failed, or -errno.
 */
int zt_policy_run_tests(const struct zt_policy *p, const struct zt_image *i,
			struct zt_errors *errors);

#endif
