/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine's interfaces and addresses as plain arrays: read once by machine.c,
 * judged by kinds.c and env.c, which know no netlink and can be tested without it.
 */
#ifndef ZT_NET_MACHINE_H
#define ZT_NET_MACHINE_H

#include "net/net.h"

struct zt_link {
	char name[16];
	char kind[16]; /* "veth", "bridge", "vlan"...; "" for hardware */
	uint32_t ifindex;
	uint32_t master; /* ifindex of bridge, bond, vrf...; 0 none */
	uint32_t lower; /* what a VLAN interface lies on, when it is in this namespace; 0 none */
	uint16_t vlan; /* of a VLAN interface */
	uint16_t arptype; /* ARPHRD_* */
	uint8_t mac[6];
	bool up;
	bool wifi;
	bool isolated; /* bridge port with isolation on */
};

struct zt_own_addr {
	struct zt_prefix addr; /* single address */
	uint32_t ifindex;
};

struct zt_machine {
	struct zt_link *links; /* sorted by ifindex */
	uint32_t nr_links;
	struct zt_own_addr *addrs;
	uint32_t nr_addrs;
};

int zt_machine_read(struct zt_machine *ret, char **ret_error);
void zt_machine_free(struct zt_machine *m);
const struct zt_link *zt_link_by_index(const struct zt_machine *m, uint32_t ifindex);
const struct zt_link *zt_link_by_name(const struct zt_machine *m, const char *name);

/* ---- kinds.c ---- */
enum zt_support {
	ZT_SUPPORTED,
	ZT_SUPPORTED_NOTE, /* with something the operator should know */
	ZT_REFUSED,
};
/* Can this interface be a device port; *ret_text (static) says why not, or the note. */
enum zt_support zt_port_support(const struct zt_machine *m, const struct zt_link *link,
				bool identity_ip, const char **ret_text);
/* Why XDP cannot forward between it and another port by itself (static text); NULL: it can. */
const char *zt_fast_hindrance(const struct zt_link *link);
bool zt_link_is_raw(const struct zt_link *link); /* no Ethernet header */

/* ---- roles.c: what each link is to the policy ---- */
struct zt_roles {
	const struct zt_policy *p;
	const struct zt_machine *m;
	uint8_t *role; /* [nr_links] enum zt_role; UPPER: above a device port */
};
/* -ENODEV, -EOPNOTSUPP with a text naming the interface. */
int zt_roles_find(struct zt_roles *r, char **ret_error, struct zt_errors *warnings);
uint8_t zt_role_of(const struct zt_roles *r, const struct zt_link *l);
/* The layer 2 a link belongs to: its bridge, or what it lies on, or itself. */
const struct zt_link *zt_zone_of(const struct zt_roles *r, const struct zt_link *l);
/*
 * Upper: what comes in by it may come from something that is no device port.
 * Device port: there is such an upper above it, so its frames must be marked.
 */
bool zt_is_mixed(const struct zt_roles *r, const struct zt_link *l);
bool zt_is_inside(uint8_t role); /* device port or upper */
const struct zt_link *zt_bridge_of(const struct zt_machine *m, const struct zt_link *l);

/* ---- env.c ---- */
int zt_env_from_machine(const struct zt_policy *p, const struct zt_machine *m,
			struct zt_env **ret_env, char **ret_error, struct zt_errors *warnings);

#endif
