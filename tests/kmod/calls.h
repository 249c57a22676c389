/* SPDX-License-Identifier: GPL-2.0 */
/* What tests and their BPF programs tell each other. */
#ifndef KMOD_CALLS_H
#define KMOD_CALLS_H

#include "zt_abi.h"

enum call_op {
	CALL_FIND,
	CALL_NEW,
	CALL_END, /* words[0]: the word */
	CALL_AT,
	CALL_REST,
	CALL_HELD,
	CALL_REFUSED,
	CALL_WRONG,
};

struct call {
	struct zt_flow_key key;
	__u32 op;
	__u32 table;
	__u32 ref;
	__u32 dev;
	__u32 reason;
	__u32 write;
	__s32 ret;
	__u32 pad;
	__u64 words[6];
	__u64 jiffies;
};

struct setup {
	__u32 table;
	__u32 gen;
	__u32 tick_shift;
	__u32 devices; /* flow n is of device 1 + n % devices */
	__u32 idle[ZT_IDLE_MAX];
	__u32 from; /* flows are numbered from here */
	__u32 flows; /* so many */
	__u32 in_turn; /* each its turn; else at random */
	__u32 churn; /* flows from this number on are over at once; 0: none */
	__u64 turn;
};

struct sums {
	__u64 packets[2];
	__u64 bytes[2];
	__u64 made;
	__u64 refused; /* packets that found no room */
	__u64 over; /* flows found over, and ended */
};

#endif
