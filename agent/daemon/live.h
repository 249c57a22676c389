/* SPDX-License-Identifier: GPL-2.0 */
/* What a list of devices needs from the maps, read once for all of them. */
#ifndef ZTAGENTD_LIVE_H
#define ZTAGENTD_LIVE_H

#include <net/if.h>
#include "daemon/agent.h"

struct live {
	const struct engine *e;
	const struct history_entry *now;
	const struct zt_image *image;
	struct zt_clock clock;
	struct zt_learned_entry *learned; /* sorted by device */
	uint32_t nr_learned;
	const struct zt_image_bind **binds; /* image->nr_binds of them, sorted by device */
	uint32_t *flows;		    /* by device index */
	uint32_t nr_flows;
	uint32_t ifindex; /* the last one looked up: most devices share a few ports */
	char ifname[IF_NAMESIZE];
};

bool live_read(struct agent *a, struct live *l); /* false: nothing loaded; free all the same */
void live_free(struct live *l);
uint64_t live_ago(const struct live *l, uint32_t tick); /* seconds */
const char *live_port(struct live *l, uint32_t ifindex); /* "" when gone */

#endif
