/* SPDX-License-Identifier: GPL-2.0 */
/* One address for each class of peers, one device for each class of devices. */
#ifndef ZT_ZTCTL_CANDIDATES_H
#define ZT_ZTCTL_CANDIDATES_H

#include "question.h"

struct candidates {
	struct side *v;
	uint32_t nr;
};

/* Aborts without memory. */
void candidates_free(struct candidates *c);
void candidates_add(struct candidates *c, const struct side *s);
/* Those of an application: router, or an address per peer class that holds it and family. */
void candidates_of_app(const struct world *w, uint32_t app, struct candidates *c);
/* One of each class among these devices. */
void candidates_of_devices(const struct world *w, const struct zt_set *devices,
			   struct candidates *c);
/* All of one side of a test. */
void candidates_of_side(const struct world *w, const struct zt_side *side, struct candidates *c);

/* Services of a list, one number per class. */
struct service_point {
	uint8_t proto;
	uint16_t what;
	uint16_t hi;	/* last one of its class in a row */
	bool is_other;	/* stands for every port no rule names */
	uint8_t family; /* 0 = both */
};
struct service_points {
	struct service_point *v;
	uint32_t nr;
};
void service_points_add(const struct world *w, const struct zt_services *services,
			struct service_points *p);
void service_points_free(struct service_points *p);
/* The one that is asked, or all it stands for. */
void service_point_format(const struct service_point *p, bool all, char *buf, size_t len);

#endif
