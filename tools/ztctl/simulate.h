/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The simulation: frames of a capture walk through a private instance, each by
 * the programs it would have met had this router stood where it was taken.
 */
#ifndef ZT_ZTCTL_SIMULATE_H
#define ZT_ZTCTL_SIMULATE_H

#include "capture/capture.h"
#include "sim_flows.h"
#include "stations.h"
#include "world.h"

#define SIM_BRIDGE 60000u  /* ifindex of the bridge all device ports are put in */
#define SIM_NOWHERE 60001u /* an interface nobody listed */

/* Why a packet of the file was not run; every one is counted. */
enum skipped {
	SKIPPED_LINKTYPE, /* of an interface that is not Ethernet */
	SKIPPED_TINY,
	SKIPPED_LONG,	   /* longer than a test run takes */
	SKIPPED_CUT,	   /* the capture cut it inside its headers */
	SKIPPED_ELSEWHERE, /* between two hosts beyond the device ports */
	SKIPPED_MAX,
};
const char *skipped_text(enum skipped why);

struct simulation {
	struct world w;
	struct stations stations;
	struct address_list router; /* its own addresses */
	struct sim_flows flows;
	uint64_t packets; /* read from the file */
	uint64_t verdicts[ZT_VERDICT_MAX];
	uint64_t reasons[ZT_REASON_MAX][ZT_VERDICT_MAX];
	uint64_t skipped[SKIPPED_MAX];
	uint64_t padded;      /* cut short, brought to their length with zeros */
	uint64_t readdressed; /* to a host beside the router, run as if to the router */
	uint64_t created;     /* flow records made */
	bool has_begun;
	int64_t first_ns;
	uint32_t base, swept; /* ticks */
	uint8_t *buf;	      /* the frame at hand */
	bool keep_macs;	      /* the router was named: no other MAC is taken for it */
};

/* The environment of a simulation: all device ports in one bridge, the capture's router. */
struct zt_env *sim_env(const struct zt_policy *p, const struct stations *s,
		       const struct address_list *router);
/* One packet. 0, or -errno when the programs cannot be run at all. */
int sim_packet(struct simulation *s, const struct zt_capture_packet *p);

/* How one frame ended. */
struct outcome {
	struct zt_result result; /* of the program that decided */
	uint8_t dir;		 /* of that program */
	bool has_skipped;
	enum skipped skipped;
	int from, to; /* policy devices at its ends, -1 none */
};
/* Run the programs the frame at s->buf would meet. -EMSGSIZE: too long. */
int sim_walk(struct simulation *s, const struct frame *f, uint32_t len, struct outcome *ret);

#endif
