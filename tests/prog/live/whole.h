/* SPDX-License-Identifier: GPL-2.0 */
/* What became of the frames of all rows on their whole way, without the programs and with them. */
#ifndef ZT_LIVE_WHOLE_H
#define ZT_LIVE_WHOLE_H

#include <stdint.h>

#define WHOLE_FRAMES 200000u

/* One frame step, by its place in the table. The control run fills it, the enforced one compares. */
struct whole_note {
	uint32_t far; /* bit by place in world_interfaces: seen at that far end */
	uint8_t stack; /* seen by the router's IP stack */
	uint8_t stray; /* frames seen that are not this one */
	uint8_t exact; /* towards a device: came there octet by octet as the row has it */
};

struct whole_totals {
	uint32_t to_drop; /* frames a row says are dropped, this router's own not counted */
	uint32_t control_forwarded; /* of these, forwarded by the kernel without us */
	uint32_t slipped; /* dropped frames seen behind the programs all the same */
	uint32_t lost; /* passed frames not seen where the kernel took them without us */
	uint32_t handed; /* towards a device, by a way the kernel does not take: handed to the port */
	uint32_t wrong; /* verdict or reason other than the row's */
};

/* Memory both runs share. */
extern struct whole_note *whole_notes;
extern struct whole_totals *whole_totals;

#endif
