/* SPDX-License-Identifier: GPL-2.0 */
/* One flow as JSON, live or over, and whether somebody wants it. Knows no table of flows. */
#ifndef ZTAGENTD_FLOW_JSON_H
#define ZTAGENTD_FLOW_JSON_H

#include "bpf/maps.h"

struct engine;
struct json_object;
struct out;
struct outcome;

struct flow_filter {
	char device[64], app[64], verdict[16]; /* "": any */
	uint8_t family; /* of peer; 0: any */
	struct zt_addr peer;
};
/* -1, and what is wrong in out. */
int flow_filter_read(struct json_object *args, struct flow_filter *ret, struct outcome *out);

/* What ages and names are told by. */
struct flow_now {
	const struct engine *e;
	struct zt_clock clock;
	uint32_t gen;
};

struct flow_names {
	const char *device, *peer_device; /* NULL: none */
	char device_buf[32], peer_buf[32], apps[512];
};
/* Does it meet the filter; its names. */
bool flow_wanted(const struct flow_now *now, const struct flow_filter *x,
		 const struct zt_flow_entry *f, struct flow_names *ret);

/* An element of "flows", and a line of "flows-follow": see control.h. */
void flow_out_live(struct out *o, const struct flow_now *now, const struct zt_flow_entry *f,
		   const struct flow_names *names);
void flow_out_ended(struct out *o, const struct flow_now *now, const struct zt_flow_entry *f,
		    const struct flow_names *names, uint8_t ended);

#endif
