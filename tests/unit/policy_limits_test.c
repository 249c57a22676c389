/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which limit holds for which device: the device's own, else the smallest of its
 * groups', else its segment's, else the defaults', else the language's; each key on its
 * own. In the texts ' stands for ".
 */
#include "model.h"

#define DEVICE(id, n, rest)                                                                    \
	"'" id "': {'segment': 's', 'mac': '02:00:00:00:00:0" n "', 'ports': 'lan1', "         \
	"'addresses': ['10.0.0." n "']" rest "}"
#define POLICY(defaults, segment, groups, device)                                              \
	"{'version': 1, 'interfaces': {'lan1': {'role': 'device', 'unknown_segment': 's'}}"    \
	defaults ", 'segments': {'s': {'mode': 'enforce'" segment "}, 't': {'mode': 'learn'}}," \
	" 'devices': {" DEVICE("a", "1", device) ", " DEVICE("b", "2", "") "}, 'groups': {"    \
	"'other': {'devices': 'b'}" groups "}}"
#define DEFAULTS ", 'defaults': {'limits': {'flows': 1000, 'arp_per_s': 9, 'addresses6': 5}}"
#define SEGMENT ", 'limits': {'flows': 500, 'new_flows_per_s': 7}"

/* flows, new_flows_per_s, arp_per_s, addresses4, addresses6 */
static const struct {
	const char *what, *text;
	struct zt_limits a, b, unknown;
} rows[] = {
	{ "nothing is written", POLICY("", "", "", ""),
	  { 256, 50, 20, 4, 16 }, { 256, 50, 20, 4, 16 }, { 256, 50, 20, 4, 16 } },
	{ "defaults", POLICY(DEFAULTS, "", "", ""),
	  { 1000, 50, 9, 4, 5 }, { 1000, 50, 9, 4, 5 }, { 1000, 50, 9, 4, 5 } },
	{ "a segment before defaults", POLICY(DEFAULTS, SEGMENT, "", ""),
	  { 500, 7, 9, 4, 5 }, { 500, 7, 9, 4, 5 }, { 500, 7, 9, 4, 5 } },
	{ "a group before its segment, larger or not",
	  POLICY(DEFAULTS, SEGMENT, ", 'g': {'devices': 'a', 'limits': {'flows': 65535, 'addresses4': 1}}", ""),
	  { 65535, 7, 9, 1, 5 }, { 500, 7, 9, 4, 5 }, { 500, 7, 9, 4, 5 } },
	{ "the smallest of several groups, key by key",
	  POLICY(DEFAULTS, SEGMENT, ", 'g': {'devices': 'a', 'limits': {'flows': 30, 'arp_per_s': 3}},"
		 " 'h': {'devices': ['a', 'b'], 'limits': {'flows': 40, 'arp_per_s': 2}},"
		 " 'i': {'groups': 'g', 'limits': {'addresses6': 64}}", ""),
	  { 30, 7, 2, 4, 64 }, { 40, 7, 2, 4, 5 }, { 500, 7, 9, 4, 5 } },
	{ "the device's own before all, key by key",
	  POLICY(DEFAULTS, SEGMENT, ", 'g': {'devices': 'a', 'limits': {'flows': 30, 'new_flows_per_s': 2}}",
		 ", 'limits': {'flows': 9000, 'addresses4': 64}"),
	  { 9000, 2, 9, 64, 5 }, { 500, 7, 9, 4, 5 }, { 500, 7, 9, 4, 5 } },
	{ "the ends of the ranges",
	  POLICY(", 'defaults': {'limits': {'flows': 1, 'new_flows_per_s': 1, 'arp_per_s': 1,"
		 " 'addresses4': 1, 'addresses6': 1}}", "", "",
		 ", 'limits': {'flows': 65535, 'new_flows_per_s': 10000, 'arp_per_s': 1000,"
		 " 'addresses4': 64, 'addresses6': 64, 'note': 'all of it'}"),
	  { 65535, 10000, 1000, 64, 64 }, { 1, 1, 1, 1, 1 }, { 1, 1, 1, 1, 1 } },
};

static void check_limits(const char *what, const char *who, const struct zt_limits *got,
			 const struct zt_limits *want)
{
	ck_assert_msg(!memcmp(got, want, sizeof(*got)), "%s: %s: %u %u %u %u %u", what, who,
		      got->flows, got->new_flows_per_s, got->arp_per_s, got->addresses4,
		      got->addresses6);
}

/* In the model, and in what the programs are given. */
START_TEST(limits)
{
	struct model m = model_parse(rows[_i].text);
	const struct zt_image_dev *unknown = NULL;
	struct zt_limits *all, segment;

	ck_assert_int_eq(zt_policy_limits(m.p, &all), 0);
	check_limits(rows[_i].what, "a", &all[0], &rows[_i].a);
	check_limits(rows[_i].what, "b", &all[1], &rows[_i].b);
	free(all);
	segment = zt_segment_limits(m.p, zt_policy_segment(m.p, "s"));
	check_limits(rows[_i].what, "s", &segment, &rows[_i].unknown);
	ck_assert_int_eq(model_compile(&m), 0);
	for (uint32_t k = 0; k < m.i->nr_devs; k++) {
		const struct zt_image_dev *d = &m.i->devs[k];

		if (d->device == ZT_NONE)
			unknown = d;
		else
			check_limits(rows[_i].what, "image", &d->word.limits,
				     d->device ? &rows[_i].b : &rows[_i].a);
	}
	ck_assert_ptr_nonnull(unknown);
	check_limits(rows[_i].what, "unknown", &unknown->word.limits, &rows[_i].unknown);
	model_free(&m);
}
END_TEST

/* `policy show` keeps what is written, and reads the same again. */
START_TEST(shown)
{
	struct model m = model_parse(rows[_i].text), again;

	ck_assert(!strstr(rows[_i].text, "limits") == !strstr(m.p->json, "limits"));
	again = model_parse(m.p->json);
	ck_assert_str_eq(m.p->json, again.p->json);
	ck_assert(!memcmp(&m.p->defaults, &again.p->defaults, sizeof(m.p->defaults)));
	model_free(&again);
	model_free(&m);
}
END_TEST

/* Another limit is another image: it is published. */
START_TEST(a_changed_limit_is_a_change)
{
	struct model a = model_parse(rows[0].text), b = model_parse(rows[1].text);

	ck_assert_int_eq(model_compile(&a), 0);
	ck_assert_int_eq(model_compile(&b), 0);
	ck_assert(zt_image_equal(a.i, a.i));
	ck_assert(!zt_image_equal(a.i, b.i));
	model_free(&a);
	model_free(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("policy_limits");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_loop_test(c, limits, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_loop_test(c, shown, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(c, a_changed_limit_is_a_change);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
