/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of zt_flow.ko taken apart: right ones field by field, and wrong ones refused. The
 * octets are laid out by hand from zt_genl.h, not by the code under test.
 */
#include <check.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include "net/kflow.h"

static union {
	struct nlmsghdr h;
	uint8_t octets[1024];
} m;

static void begin(uint8_t cmd)
{
	struct genlmsghdr g = {.cmd = cmd, .version = ZT_GENL_VERSION};

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = NLMSG_HDRLEN + sizeof(g);
	m.h.nlmsg_type = 32;
	memcpy(m.octets + NLMSG_HDRLEN, &g, sizeof(g));
}

static void put(uint16_t type, const void *what, uint16_t n)
{
	struct nlattr a = {.nla_len = (uint16_t)(NLA_HDRLEN + n), .nla_type = type};

	memcpy(m.octets + m.h.nlmsg_len, &a, sizeof(a));
	memcpy(m.octets + m.h.nlmsg_len + NLA_HDRLEN, what, n);
	m.h.nlmsg_len += NLA_ALIGN(a.nla_len);
}

static void put_u32(uint16_t type, uint32_t v)
{
	put(type, &v, sizeof(v));
}

static void put_u64(uint16_t type, uint64_t v)
{
	put(type, &v, sizeof(v));
}

/* Octets that tell where they belong. */
static void fill(void *to, size_t n, uint8_t from)
{
	uint8_t *p = to;

	while (n--)
		*p++ = from++;
}

static struct zt_kflow_record want(void)
{
	struct zt_kflow_record r = {.reason = ZT_ENDED_FIN, .seq = 1ull << 40};

	fill(&r.key, sizeof(r.key), 1);
	fill(&r.flow, sizeof(r.flow), 101);
	fill(&r.rest, sizeof(r.rest), 201);
	return r;
}

static void put_record(const struct zt_kflow_record *r, uint16_t without)
{
	begin(ZT_GENL_CMD_ENDED);
	if (without != ZT_GENL_ATTR_ABI)
		put_u32(ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
	if (without != ZT_GENL_ATTR_KEY)
		put(ZT_GENL_ATTR_KEY, &r->key, sizeof(r->key));
	put(ZT_GENL_ATTR_PAD, "", 0); /* as the kernel does before a word of 64 bits */
	if (without != ZT_GENL_ATTR_FLOW)
		put(ZT_GENL_ATTR_FLOW, &r->flow, sizeof(r->flow));
	if (without != ZT_GENL_ATTR_REST)
		put(ZT_GENL_ATTR_REST, &r->rest, sizeof(r->rest));
	put_u32(ZT_GENL_ATTR_REASON, r->reason);
	put_u64(ZT_GENL_ATTR_SEQ, r->seq);
}

START_TEST(a_record)
{
	struct zt_kflow_record r = want(), got;

	put_record(&r, 0);
	ck_assert_int_eq(zt_kflow_parse_record(&m.h, m.h.nlmsg_len, &got), 0);
	ck_assert_mem_eq(&got.key, &r.key, sizeof(r.key));
	ck_assert_mem_eq(&got.flow, &r.flow, sizeof(r.flow));
	ck_assert_mem_eq(&got.rest, &r.rest, sizeof(r.rest));
	ck_assert_uint_eq(got.reason, ZT_ENDED_FIN);
	ck_assert_uint_eq(got.seq, 1ull << 40);
}
END_TEST

static const uint16_t needed[] = {ZT_GENL_ATTR_ABI, ZT_GENL_ATTR_KEY, ZT_GENL_ATTR_FLOW,
				  ZT_GENL_ATTR_REST};

START_TEST(a_record_without)
{
	struct zt_kflow_record r = want(), got = {.seq = 77};

	put_record(&r, needed[_i]);
	ck_assert_int_eq(zt_kflow_parse_record(&m.h, m.h.nlmsg_len, &got), -EPROTO);
	ck_assert_uint_eq(got.seq, 77); /* untouched */
}
END_TEST

START_TEST(of_another_version)
{
	struct zt_kflow_record r = want(), got;
	uint32_t other = ZT_ABI_VERSION + 1;

	put_record(&r, 0);
	memcpy(m.octets + NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN, &other, sizeof(other));
	ck_assert_int_eq(zt_kflow_parse_record(&m.h, m.h.nlmsg_len, &got), -EPROTO);
}
END_TEST

/* Cut anywhere, with its length and without: refused, or the same record. */
START_TEST(cut_short)
{
	struct zt_kflow_record r = want(), got;
	uint32_t whole, n;

	put_record(&r, 0);
	whole = m.h.nlmsg_len;
	for (n = 0; n < whole; n++) {
		uint8_t *copy = malloc(n + 1);

		memcpy(copy, &m, n); /* exactly so long: reading on is seen */
		if (n >= NLMSG_HDRLEN)
			ck_assert_int_eq(zt_kflow_parse_record((struct nlmsghdr *)copy, n, &got), -EPROTO);
		if (n >= sizeof(uint32_t))
			memcpy(copy, &n, sizeof(n)); /* nlmsg_len */
		if (n >= NLMSG_HDRLEN && !zt_kflow_parse_record((struct nlmsghdr *)copy, n, &got))
			ck_assert_mem_eq(&got.rest, &r.rest, sizeof(r.rest));
		free(copy);
	}
}
END_TEST

/* Of another length than its type has. */
START_TEST(wrong_sizes)
{
	struct zt_kflow_record r = want(), got;

	begin(ZT_GENL_CMD_GET);
	put_u32(ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
	put(ZT_GENL_ATTR_KEY, &r.key, sizeof(r.key) - 4);
	put(ZT_GENL_ATTR_FLOW, &r.flow, sizeof(r.flow));
	put(ZT_GENL_ATTR_REST, &r.rest, sizeof(r.rest));
	ck_assert_int_eq(zt_kflow_parse_record(&m.h, m.h.nlmsg_len, &got), -EPROTO);
	begin(ZT_GENL_CMD_GET);
	put_u32(ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
	put(ZT_GENL_ATTR_KEY, &r.key, sizeof(r.key));
	put(ZT_GENL_ATTR_FLOW, &r, sizeof(r.flow) + 8);
	put(ZT_GENL_ATTR_REST, &r.rest, sizeof(r.rest));
	ck_assert_int_eq(zt_kflow_parse_record(&m.h, m.h.nlmsg_len, &got), -EPROTO);
}
END_TEST

START_TEST(stats)
{
	static const uint32_t idle[ZT_IDLE_MAX] = {1, 2, 3, 4, 5, 6, 7, 8};
	static const uint64_t ended[ZT_ENDED_MAX] = {0, 11, 12, 13, 14, 15, 16, 17};
	static const struct zt_held held = {.flows = 5, .flows_in = 4, .half = {3, 2}};
	struct zt_kflow_stats s;

	begin(ZT_GENL_CMD_STATS);
	put_u32(ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
	put_u32(ZT_GENL_ATTR_TABLE, 9);
	put_u32(ZT_GENL_ATTR_MAX_FLOWS, 1000);
	put_u32(ZT_GENL_ATTR_DEVICES, 64);
	put_u32(ZT_GENL_ATTR_TICK_SHIFT, 7);
	put(ZT_GENL_ATTR_IDLE, idle, sizeof(idle));
	put_u32(ZT_GENL_ATTR_LIVE, 42);
	put_u64(ZT_GENL_ATTR_NEW, 1000000);
	put(ZT_GENL_ATTR_ENDED, ended, sizeof(ended));
	put_u64(ZT_GENL_ATTR_LOST, 6);
	put_u64(ZT_GENL_ATTR_REFUSED_FULL, 7);
	put_u64(ZT_GENL_ATTR_REFUSED_QUOTA, 8);
	put(ZT_GENL_ATTR_HELD, &held, sizeof(held));
	ck_assert_int_eq(zt_kflow_parse_stats(&m.h, m.h.nlmsg_len, &s), 0);
	ck_assert(s.table == 9 && s.limits.max_flows == 1000 && s.limits.devices == 64);
	ck_assert(s.limits.tick_shift == 7 && s.live == 42 && s.new == 1000000);
	ck_assert(s.lost == 6 && s.refused_full == 7 && s.refused_quota == 8);
	ck_assert_mem_eq(s.limits.idle, idle, sizeof(idle));
	ck_assert_mem_eq(s.ended, ended, sizeof(ended));
	ck_assert_mem_eq(&s.held, &held, sizeof(held));
	begin(ZT_GENL_CMD_STATS);
	put_u32(ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
	put_u32(ZT_GENL_ATTR_MAX_FLOWS, 1000);
	put_u32(ZT_GENL_ATTR_DEVICES, 64);
	ck_assert_int_eq(zt_kflow_parse_stats(&m.h, m.h.nlmsg_len, &s), -EPROTO); /* of which table? */
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kflow");
	TCase *t = tcase_create("messages");
	SRunner *runner;
	int failed;

	tcase_add_test(t, a_record);
	tcase_add_loop_test(t, a_record_without, 0, sizeof(needed) / sizeof(needed[0]));
	tcase_add_test(t, of_another_version);
	tcase_add_test(t, cut_short);
	tcase_add_test(t, wrong_sizes);
	tcase_add_test(t, stats);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
