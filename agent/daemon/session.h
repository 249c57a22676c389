/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Would a policy cut the session of the person who loads it. Knows policies and the
 * environment, and asks the kernel by which port the client comes in.
 */
#ifndef ZTAGENTD_SESSION_H
#define ZTAGENTD_SESSION_H

#include "compile/image.h"

struct session {
	uint8_t family;
	uint8_t proto; /* 6 or 17 */
	struct zt_addr client, server;
	uint16_t client_port, server_port;
	char scope[16]; /* interface written after "%" of a link-local client */
};

/* "10.0.0.7" or "fe80::1%lan0". -EINVAL */
int session_address(const char *text, struct session *s, struct zt_addr *ret);

/*
 * 0: it stays. -EPERM: it would be cut; *ret_error says why and what to add. learned:
 * the device id holding the client's address now by DHCP, ARP or ND, or NULL.
 */
int session_check(const struct zt_policy *p, const struct zt_env *env, const struct session *s,
		  const char *learned, char **ret_error);

/* origin.c: by which device ports may this address come in, as the kernel says. */
struct origin {
	bool has_mac; /* of the neighbour: the client itself, or the gateway before it */
	uint8_t mac[6];
	uint32_t ports[32]; /* ifindexes of candidates; one when the bridge knows */
	uint32_t nr_ports; /* 0: by no interface of env */
};
int origin_find(const struct zt_env *env, const struct session *s, struct origin *ret);

#endif
