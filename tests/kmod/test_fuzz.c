/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink messages that are nearly right, and some that are not at all, a great many; the seed is
 * printed. A run of them that was refused as a whole has changed nothing.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "kmod.h"

#define RUN 8

static uint64_t state;

static uint32_t rnd(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below ? (state >> 16) % below : 0;
}

/* What a field would be expected to hold, now and then. */
static uint32_t value(void)
{
	static const uint32_t some[] = { 0, 1, 2, 7, 16, 100, 0x7fffffff, 0x80000000, 0xffffffff, ZT_ABI_VERSION,
					 ZT_KFLOWS_MAX, ZT_NO_RULE, ZT_KDEVICES_MAX };

	return rnd(4) ? some[rnd(sizeof(some) / sizeof(*some))] : rnd(~0u);
}

static uint32_t usual_len(uint16_t type)
{
	switch (type) {
	case ZT_GENL_ATTR_KEY:
	case ZT_GENL_ATTR_FLOW:
	case ZT_GENL_ATTR_REST:
		return 48;
	case ZT_GENL_ATTR_PEER:
		return 16;
	case ZT_GENL_ATTR_IDLE:
		return 32;
	default:
		return 4;
	}
}

static void attribute(struct nl_msg *m)
{
	uint16_t type = rnd(10) ? 1 + rnd(ZT_GENL_ATTR_MAX) : rnd(65536);
	uint32_t len = rnd(8) ? usual_len(type) : rnd(80), i;
	uint32_t data[32];

	for (i = 0; i < 32; i++)
		data[i] = value();
	nl_put(m, rnd(30) ? type : type | NLA_F_NESTED, data, len);
	if (!rnd(40)) /* says another length than it has */
		((struct nlattr *)(m->data + m->len - NLA_ALIGN(len) - NLA_HDRLEN))->nla_len = rnd(200);
}

/* What a command needs, so that some get through. */
static void needed(struct nl_msg *m, uint8_t cmd, uint32_t now)
{
	struct zt_flow_key key = kmod_key(rnd(300));
	struct zt_flow f = { .word = ZT_WORD(1 + rnd(3), 1, 1, rnd(4)), .hop = ZT_HOP(key.proto, 0, 0), .seen = now,
			     .state = ZT_STATE(rnd(256), rnd(9), rnd(2), rnd(2), rnd(4)) };
	struct zt_flow_rest rest = { .first = now, .dev = rnd(17), .zone = key.zone };

	if (cmd == ZT_GENL_CMD_TABLE || cmd == ZT_GENL_CMD_PUT)
		nl_put_u32(m, ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
	if (cmd == ZT_GENL_CMD_PUT || (cmd == ZT_GENL_CMD_GET && !(m->hdr.nlmsg_flags & NLM_F_DUMP)))
		nl_put(m, ZT_GENL_ATTR_KEY, &key, sizeof(key));
	if (cmd != ZT_GENL_CMD_PUT)
		return;
	nl_put(m, ZT_GENL_ATTR_FLOW, &f, sizeof(f));
	nl_put(m, ZT_GENL_ATTR_REST, &rest, sizeof(rest));
}

static void message(struct nl *nl, struct nl_msg *m, uint32_t now)
{
	uint8_t cmd = rnd(20) ? 1 + rnd(6) : rnd(256);
	uint32_t i;

	nl_begin(nl, m, cmd, rnd(4) ? 0 : NLM_F_DUMP);
	if (rnd(2))
		needed(m, cmd, now);
	for (i = rnd(4); i > 0; i--)
		attribute(m);
	if (!rnd(20)) /* bits turned, but not so that another family is meant */
		m->data[NLMSG_HDRLEN + rnd(m->len - NLMSG_HDRLEN)] ^= 1 << rnd(8);
	if (!rnd(30)) /* cut off */
		m->len = NLMSG_HDRLEN + rnd(m->len - NLMSG_HDRLEN + 1);
	if (rnd(30))
		m->hdr.nlmsg_len = m->len;
	else
		m->hdr.nlmsg_len = rnd(2 * m->len);
}

/* All answers that are there; how many said that it was done. */
static uint32_t drain(struct nl *nl)
{
	static char buf[65536];
	struct nlmsghdr *h;
	uint32_t done = 0;
	int len, code;

	while ((len = recv(nl->fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
		for (h = (void *)buf; NLMSG_OK(h, (unsigned)len); h = NLMSG_NEXT(h, len)) {
			memcpy(&code, NLMSG_DATA(h), sizeof(code));
			done += (h->nlmsg_type == NLMSG_ERROR && !code) || h->nlmsg_type == nl->family;
		}
	return done;
}

/* Flows may end by their time: what got through has made some idle times short. */
static bool is_same(const struct stats *a, const struct stats *b)
{
	return a->made == b->made && a->live >= b->live && a->max_flows == b->max_flows;
}

/* Of every RUN messages the table is looked at; if none was done it must be as it was. */
void test_fuzz(struct kmod *k)
{
	uint32_t many = kmod_many("ZT_KMOD_FUZZ", 20000), n, now, done = 0, here = 0, quiet = 0, same = 0;
	struct limits l = LIMITS(200);
	struct stats before, after;
	struct nl_msg m;
	struct nl nl;

	kmod_table(k, &l);
	state = kmod_many("ZT_KMOD_SEED", time(NULL)) | 1ull << 40;
	printf("     ZT_KMOD_SEED=%u\n", (uint32_t)state);
	if (nl_open(&nl)) {
		check(false, "a socket");
		return;
	}
	now = kmod_now(k);
	kmod_stats(k, &before);
	for (n = 1; n <= many; n++) {
		message(&nl, &m, now);
		if (send(nl.fd, m.data, m.len, 0) < 0 && errno != EINVAL)
			break;
		here += drain(&nl);
		if (n % RUN)
			continue;
		now = kmod_now(k);
		kmod_stats(k, &after);
		quiet += !here;
		same += !here && is_same(&before, &after);
		before = after;
		done += here;
		here = 0;
	}
	check(n > many, "%u messages were sent, %u did what they said", many, done);
	check(quiet && quiet == same, "after %u runs that were refused as a whole the table was as before", quiet);
	check(!kmod_stats(k, &after) && after.table == k->table, "it answers");
	nl_close(&nl);
}
