/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of the family zt_flow, taken apart: see kflow.h. Trusts no length. */
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <string.h>
#include "net/kflow.h"

static struct nla_policy exactly(size_t n)
{
	return (struct nla_policy){ .minlen = (uint16_t)n, .maxlen = (uint16_t)n };
}

/* The attributes of a message that is whole and of our version. */
static int parse(const struct nlmsghdr *h, uint32_t len, struct nlattr *a[ZT_GENL_ATTR_MAX + 1])
{
	const struct nla_policy u32 = exactly(4), u64 = exactly(8);
	struct nla_policy policy[ZT_GENL_ATTR_MAX + 1] = {
		[ZT_GENL_ATTR_ABI] = u32,
		[ZT_GENL_ATTR_TABLE] = u32,
		[ZT_GENL_ATTR_MAX_FLOWS] = u32,
		[ZT_GENL_ATTR_DEVICES] = u32,
		[ZT_GENL_ATTR_TICK_SHIFT] = u32,
		[ZT_GENL_ATTR_IDLE] = exactly(ZT_IDLE_MAX * sizeof(uint32_t)),
		[ZT_GENL_ATTR_KEY] = exactly(sizeof(struct zt_flow_key)),
		[ZT_GENL_ATTR_FLOW] = exactly(sizeof(struct zt_flow)),
		[ZT_GENL_ATTR_REST] = exactly(sizeof(struct zt_flow_rest)),
		[ZT_GENL_ATTR_REASON] = u32,
		[ZT_GENL_ATTR_SEQ] = u64,
		[ZT_GENL_ATTR_LIVE] = u32,
		[ZT_GENL_ATTR_NEW] = u64,
		[ZT_GENL_ATTR_ENDED] = exactly(ZT_ENDED_MAX * sizeof(uint64_t)),
		[ZT_GENL_ATTR_LOST] = u64,
		[ZT_GENL_ATTR_REFUSED_FULL] = u64,
		[ZT_GENL_ATTR_REFUSED_QUOTA] = u64,
		[ZT_GENL_ATTR_HELD] = exactly(sizeof(struct zt_held)),
	};
	struct nlmsghdr *m = (struct nlmsghdr *)h; /* libnl reads it only */

	if (len < NLMSG_HDRLEN || h->nlmsg_len > len || !genlmsg_valid_hdr(m, 0) ||
	    genlmsg_parse(m, 0, a, ZT_GENL_ATTR_MAX, policy))
		return -EPROTO;
	return a[ZT_GENL_ATTR_ABI] && nla_get_u32(a[ZT_GENL_ATTR_ABI]) == ZT_ABI_VERSION ? 0 : -EPROTO;
}

static void copy(void *to, const struct nlattr *a, size_t n)
{
	if (a)
		memcpy(to, nla_data(a), n);
}

int zt_kflow_parse_record(const struct nlmsghdr *h, uint32_t len, struct zt_kflow_record *ret)
{
	struct nlattr *a[ZT_GENL_ATTR_MAX + 1];
	struct zt_kflow_record r = { 0 };
	int rc = parse(h, len, a);

	if (rc || !a[ZT_GENL_ATTR_KEY] || !a[ZT_GENL_ATTR_FLOW] || !a[ZT_GENL_ATTR_REST])
		return -EPROTO;
	copy(&r.key, a[ZT_GENL_ATTR_KEY], sizeof(r.key));
	copy(&r.flow, a[ZT_GENL_ATTR_FLOW], sizeof(r.flow));
	copy(&r.rest, a[ZT_GENL_ATTR_REST], sizeof(r.rest));
	copy(&r.reason, a[ZT_GENL_ATTR_REASON], sizeof(r.reason));
	copy(&r.seq, a[ZT_GENL_ATTR_SEQ], sizeof(r.seq));
	*ret = r;
	return 0;
}

int zt_kflow_parse_stats(const struct nlmsghdr *h, uint32_t len, struct zt_kflow_stats *ret)
{
	struct nlattr *a[ZT_GENL_ATTR_MAX + 1];
	struct zt_kflow_stats s = { 0 };
	int rc = parse(h, len, a);

	if (rc || !a[ZT_GENL_ATTR_TABLE] || !a[ZT_GENL_ATTR_MAX_FLOWS] || !a[ZT_GENL_ATTR_DEVICES])
		return -EPROTO;
	copy(&s.table, a[ZT_GENL_ATTR_TABLE], sizeof(s.table));
	copy(&s.limits.max_flows, a[ZT_GENL_ATTR_MAX_FLOWS], sizeof(s.limits.max_flows));
	copy(&s.limits.devices, a[ZT_GENL_ATTR_DEVICES], sizeof(s.limits.devices));
	copy(&s.limits.tick_shift, a[ZT_GENL_ATTR_TICK_SHIFT], sizeof(s.limits.tick_shift));
	copy(s.limits.idle, a[ZT_GENL_ATTR_IDLE], sizeof(s.limits.idle));
	copy(&s.live, a[ZT_GENL_ATTR_LIVE], sizeof(s.live));
	copy(&s.new, a[ZT_GENL_ATTR_NEW], sizeof(s.new));
	copy(s.ended, a[ZT_GENL_ATTR_ENDED], sizeof(s.ended));
	copy(&s.lost, a[ZT_GENL_ATTR_LOST], sizeof(s.lost));
	copy(&s.refused_full, a[ZT_GENL_ATTR_REFUSED_FULL], sizeof(s.refused_full));
	copy(&s.refused_quota, a[ZT_GENL_ATTR_REFUSED_QUOTA], sizeof(s.refused_quota));
	copy(&s.held, a[ZT_GENL_ATTR_HELD], sizeof(s.held));
	*ret = s;
	return 0;
}
