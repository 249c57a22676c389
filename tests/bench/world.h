/* SPDX-License-Identifier: GPL-2.0 */
/* A data path of its own maps under the policy of a shape, ready for test runs. */
#ifndef ZT_BENCH_WORLD_H
#define ZT_BENCH_WORLD_H

#include "bpf/state.h"
#include "shape.h"

struct world {
	struct shape shape;
	uint32_t flows; /* capacity of the flow table */
	bool in_module; /* flow records in zt_flow.ko, which is loaded */
	bool attachable; /* load the programs for ports too, not only the test entries */
	const struct zt_env_port *ports; /* real interfaces, told by name; NULL: made up */
	uint32_t nr_ports;
	uint32_t now; /* tick the test entries are told */
	struct zt_maps *maps;
	uint32_t entries; /* of the compiled rule table */
};

/* Ends the program when anything fails. */
void world_open(struct world *w);
void world_close(struct world *w);
/* The maps a running agent has pinned there, and test entries of our own; closed with the process. */
void world_adopt(struct world *w, const char *pin_dir);
/* So much time passes that every record expires, and is swept away. */
void world_age(struct world *w);
/* The machine's time, which the entries that are attached to ports go by. */
void world_real_time(struct world *w);

/* Packets judged so far. */
struct world_judged {
	uint64_t forwarded, dropped;
};
struct world_judged world_judged(struct world *w);
/* Live flow records charged to the devices of the policy. */
uint32_t world_live_flows(struct world *w);
/* Bytes the kernel accounts to every map of it: one sample each, "map-WHAT/NAME". */
void world_memory(struct world *w, const char *what, double x);

/* A UDP frame of device 0 to the first application, or back from it. Its length. */
uint32_t world_frame(uint8_t frame[80], const struct shape *s, uint8_t family, bool out);
uint32_t world_l3(const struct shape *s); /* where its IP header begins */

#endif
