/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames on their way between the case table and the packet fuzzer: records of
 * HOW, TIME, LENGTH (two octets, big end first), octets.
 *
 * HOW: bit 0 towards the device, bits 1-3 the port, bits 4-6 where it came in,
 * bit 7 the guard's mark. TIME: what to wait first, in eights of a tick.
 */
#ifndef ZT_PACKET_RECORD_H
#define ZT_PACKET_RECORD_H

#include "bpf/maps.h"
#include "world_names.h"

static const char *const record_ports[8] = { "lan1", "lan2", "lan3", "lan4",
					     "cell0", "tun0", "lan5", "eth9" };
static const char *const record_ins[8] = { "local", "wan0", "lan1", "lan2",
					   "br0", "br1", "wan1", "eth9" };

static inline uint32_t record_ifindex(const char *name)
{
	const struct world_interface *w = world_interface(name);

	return w ? w->ifindex : 0;
}

static inline uint8_t record_index(const char *const *names, uint32_t ifindex)
{
	for (uint8_t i = 0; i < 8; i++) {
		if (record_ifindex(names[i]) == ifindex)
			return i;
	}
	return 7;
}

/* Append one record to a file. */
static inline void record_write(FILE *f, const struct zt_run *run, uint32_t ticks)
{
	uint8_t head[4] = { run->dir | record_index(record_ports, run->ifindex) << 1,
			    ticks / 8 > 255 ? 255 : (ticks + 7) / 8, run->len >> 8, run->len };

	if (run->dir == ZT_TO_DEVICE)
		head[0] |= record_index(record_ins, run->in_ifindex) << 4;
	if (run->mark)
		head[0] |= 0x80;
	fwrite(head, 1, sizeof(head), f);
	fwrite(run->frame, 1, run->len, f);
}

/* The other way: what a record says, without its frame. */
static inline void record_read(const uint8_t head[4], struct zt_run *run, uint32_t *now)
{
	*now += head[1] * 8;
	*run = (struct zt_run){
		.dir = head[0] & 1,
		.now = *now,
		.len = head[2] << 8 | head[3],
		.ifindex = record_ifindex(record_ports[head[0] >> 1 & 7]),
		.in_ifindex = record_ifindex(record_ins[head[0] >> 4 & 7]),
		.mark = head[0] & 0x80 ? ZT_MARK : 0,
	};
}

#endif
