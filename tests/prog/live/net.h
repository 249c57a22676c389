/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine of the test world with real interfaces: a router's network namespace
 * with every interface of world_names.h under its own ifindex, and a namespace that
 * holds the far end of each. Nothing in the far one answers; frames are sent and
 * seen there by packet sockets.
 */
#ifndef ZT_LIVE_NET_H
#define ZT_LIVE_NET_H

#include <stdbool.h>
#include "world_names.h"

#define LIVE_FRAME 66000

/* A frame seen at a far end. */
struct live_seen {
	uint32_t ifindex; /* of the near end; 0: the injector's */
	bool stack; /* not at a far end: it reached the router's own IP stack */
	uint32_t len;
	uint8_t frame[LIVE_FRAME];
};

/* 0, or -errno and why not (malloc'd). The caller is in the router's namespace from then on. */
int live_net_open(char **ret_why);
/* Make it a router (route.c): addresses, routes, neighbours. Before that it only bridges. */
int live_net_route(char **ret_why);
void live_route_text(char *text, size_t len);
void live_net_close(void);
const char *live_net_missing(const char *name); /* why that interface is not here, or NULL */
uint32_t live_net_injector(void); /* ifindex of the port without a row's name */

/* From the far end of an interface; `injector` too. 0 or -errno. */
int live_net_send(const char *name, const void *frame, uint32_t len);
int live_net_inject(const void *frame, uint32_t len);
/* By this router itself, out of an interface. */
int live_net_send_local(const char *name, const void *frame, uint32_t len);
/* The next frame seen at any far end. 1, or 0: none. */
int live_net_see(struct live_seen *ret);

#endif
