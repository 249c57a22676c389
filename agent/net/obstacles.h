/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a packet that XDP forwards would miss on this machine, and what says that routes or
 * neighbours have changed: the two things to know before and while XDP forwards.
 */
#ifndef ZT_NET_OBSTACLES_H
#define ZT_NET_OBSTACLES_H

#include <stdbool.h>
#include <stdint.h>

#define ZT_WHY 200

/*
 * Does something here see, change or drop forwarded packets: nftables or iptables, IPsec.
 * true: why says what, or what could not be found out.
 */
bool zt_obstacle_here(char why[ZT_WHY]);
/* On this port: shaping, a driver that does not send for XDP, forwarding switched off. */
bool zt_obstacle_port(const char *ifname, char why[ZT_WHY]);

/* Notices; each descriptor is for epoll. */
struct zt_moves;
#define ZT_MOVES_FDS 3
#define ZT_MOVED_ROUTES 1 /* routes, rules, neighbours, addresses, interfaces */
#define ZT_MOVED_OBSTACLES 2 /* rules of filters, policies of IPsec, qdiscs */
int zt_moves_open(struct zt_moves **ret);
int zt_moves_fd(const struct zt_moves *w, int i); /* -1: the kernel has no such thing */
int zt_moves_drain(struct zt_moves *w); /* ZT_MOVED_*; notices that were lost are all of them */
void zt_moves_close(struct zt_moves *w);

#endif
