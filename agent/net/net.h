/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the machine looks like, from route netlink (libnl): interfaces, bridges,
 * VLAN and bond interfaces, own addresses. Only agent/net/ includes <netlink/...>.
 */
#ifndef ZT_NET_H
#define ZT_NET_H

#include "compile/image.h"

/*
 * Read the environment the compiler needs for this policy: every interface the
 * policy lists and every bridge, VLAN or bond interface above a device port, and
 * all own addresses. -ENODEV with a text when a listed device port is missing.
 * Capacities are left 0 for the caller. Free with zt_env_free().
 */
int zt_net_env(const struct zt_policy *p, struct zt_env **ret_env, char **ret_error,
	       struct zt_errors *warnings);
/* The same without a machine: interfaces numbered 1.. in policy order, no bridges. */
struct zt_env *zt_env_fake(const struct zt_policy *p);
void zt_env_free(struct zt_env *e);
bool zt_env_equal(const struct zt_env *a, const struct zt_env *b);

/* Change notices: an fd for epoll; drain returns 1 when something relevant changed. */
struct zt_net_watch;
int zt_net_watch_open(struct zt_net_watch **ret);
int zt_net_watch_fd(const struct zt_net_watch *w);
int zt_net_watch_drain(struct zt_net_watch *w);
void zt_net_watch_close(struct zt_net_watch *w);

#endif
