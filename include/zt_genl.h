/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic netlink family "zt_flow" of zt_flow.ko. Every command speaks of the flow table of the
 * network namespace its socket is in, and needs CAP_NET_ADMIN in the first user namespace: only
 * who may load programs can use a table, and flows say who talks to whom.
 *
 *  TABLE  create the table, or change what is given of an existing one
 *     ABI          u32  ZT_ABI_VERSION
 *     MAX_FLOWS    u32  1 - ZT_KFLOWS_MAX; later: 1 - what it was created with
 *     DEVICES      u32  1 - ZT_KDEVICES_MAX: device indices are below it; at creation only
 *     TICK_SHIFT   u32  1 - ZT_KTICK_SHIFT_MAX
 *     IDLE         u32[ZT_IDLE_MAX]  ticks, 1 - ZT_KIDLE_TICKS_MAX each
 *   all five at creation, later ABI and those that change. Answer: as STATS
 *
 *  GET    do: KEY. Answer: a flow, or -ENOENT
 *         dump: filters. Answer: a message for each flow that has not ended
 *     A flow that is there from begin to end is in a dump exactly once. NLM_F_DUMP_INTR says
 *     that a record could not be read for a program was writing it, or that a flush ran.
 *
 *  FLUSH  filters, and GEN u32: only records of another generation. Answer: FLUSHED u32,
 *         and BUSY u32: how many were just being written, and were left
 *
 *  PUT    ABI, KEY, FLOW, REST: insert a flow that lived elsewhere, charged to its device
 *
 *  STATS  [DEV u32]. Answer:
 *     ABI, TABLE u32, MAX_FLOWS, DEVICES, TICK_SHIFT, IDLE
 *     LIVE u32           records in use
 *     NEW u64            records ever taken = LIVE + UNUSED + the sum of ENDED + those on their way
 *     UNUSED u64         of these, given back without ever having been a flow's
 *     ENDED u64[ZT_ENDED_MAX]  end records by reason, told
 *     LOST u64           of these, that no listener was handed
 *     REFUSED_FULL u64, REFUSED_QUOTA u64
 *     with DEV: DEV, HELD struct zt_held, DEV_REFUSED u64
 *
 *  ENDED  to the multicast group "ended": a flow, REASON u32, SEQ u64: which one since the
 *         table was made, from 1. A listener that wants LOST to count what its own buffer had
 *         no room for sets NETLINK_BROADCAST_ERROR.
 *
 * A flow: ABI u32, KEY struct zt_flow_key, FLOW struct zt_flow, REST struct zt_flow_rest. Its
 * totals are those in REST and those in FLOW's counts together.
 * Filters, all of which a flow must meet: DEV u32 (zt_flow_rest.dev), PEER struct zt_addr,
 * RULE u32, SINCE u32: a packet at or after this tick.
 */
#ifndef ZT_GENL_H
#define ZT_GENL_H

#define ZT_GENL_NAME "zt_flow"
#define ZT_GENL_VERSION 1
#define ZT_GENL_GROUP_ENDED "ended"

#define ZT_KFLOWS_MAX 4194304u
/* Records a table has for so many flows: those that have ended rest a moment. */
#define ZT_KRECORDS(flows) ((flows) * 9 / 8 + 64)
#define ZT_KDEVICES_MAX 1048576u
#define ZT_KTICK_SHIFT_MAX 16u
#define ZT_KIDLE_TICKS_MAX 0x40000000u

enum zt_genl_cmd {
	ZT_GENL_CMD_TABLE = 1,
	ZT_GENL_CMD_GET = 2,
	ZT_GENL_CMD_FLUSH = 3,
	ZT_GENL_CMD_PUT = 4,
	ZT_GENL_CMD_STATS = 5,
	ZT_GENL_CMD_ENDED = 6,
};

enum zt_genl_attr {
	ZT_GENL_ATTR_PAD = 1, /* before a u64, where it needs one */
	ZT_GENL_ATTR_ABI = 2,
	ZT_GENL_ATTR_TABLE = 3,
	ZT_GENL_ATTR_MAX_FLOWS = 4,
	ZT_GENL_ATTR_DEVICES = 5,
	ZT_GENL_ATTR_TICK_SHIFT = 6,
	ZT_GENL_ATTR_IDLE = 7,
	ZT_GENL_ATTR_KEY = 8,
	ZT_GENL_ATTR_FLOW = 9,
	ZT_GENL_ATTR_REST = 10,
	ZT_GENL_ATTR_REASON = 11,
	ZT_GENL_ATTR_SEQ = 12,
	ZT_GENL_ATTR_DEV = 13,
	ZT_GENL_ATTR_PEER = 14,
	ZT_GENL_ATTR_RULE = 15,
	ZT_GENL_ATTR_SINCE = 16,
	ZT_GENL_ATTR_GEN = 17,
	ZT_GENL_ATTR_FLUSHED = 18,
	ZT_GENL_ATTR_BUSY = 19,
	ZT_GENL_ATTR_LIVE = 20,
	ZT_GENL_ATTR_NEW = 21,
	ZT_GENL_ATTR_UNUSED = 22,
	ZT_GENL_ATTR_ENDED = 23,
	ZT_GENL_ATTR_LOST = 24,
	ZT_GENL_ATTR_REFUSED_FULL = 25,
	ZT_GENL_ATTR_REFUSED_QUOTA = 26,
	ZT_GENL_ATTR_HELD = 27,
	ZT_GENL_ATTR_DEV_REFUSED = 28,
	ZT_GENL_ATTR_MAX = 28,
};

#endif
