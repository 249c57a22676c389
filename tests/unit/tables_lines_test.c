/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The exact tables: what was put in is found by the programs' own look-up, nothing else
 * is, whatever the keys; and what does not fit is refused.
 */
#include <check.h>
#include "host/engine.h"

static struct zt_image image;
static struct zt_pol pol;
static const struct zt_exact now = { &pol, &zt_line_0 };

static uint64_t state = 1;
static uint64_t any(void)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return state ^ state >> 29;
}

/* Lay the image out; the seed begins at `seed`. */
static int lay(uint64_t seed)
{
	uint32_t nr;

	ck_assert_int_eq(zt_lines_plan(&image, &pol, &nr), 0);
	pol.seed = seed;
	return zt_lines_fill(&image, &pol, host_fresh(&zt_line_0, nr));
}

static void clear(void)
{
	free(image.rules);
	free(image.macs);
	free(image.hosts);
	free(image.vlans);
	memset(&image, 0, sizeof(image));
}

/* ---- all tables at once, keys close together as a policy's are ---- */

static void fill_image(uint32_t n)
{
	uint32_t k;

	image.rules = calloc(n + 1, sizeof(*image.rules));
	image.macs = calloc(n + 1, sizeof(*image.macs));
	image.hosts = calloc(2 * n + 1, sizeof(*image.hosts));
	image.vlans = calloc(n + 1, sizeof(*image.vlans));
	for (k = 0; k < n; k++) {
		image.rules[k].key = (struct zt_rule_key){ k % 97, 16 + k / 97, k % 3, k & 1 };
		image.rules[k].value.allow = 1 + k % ZT_MAX_RULES;
		image.macs[k] = (struct zt_image_mac){ { { 2, 0, 0, 0, k >> 9, k >> 1 }, k % 5, 1 + k % 2 }, 1, k };
		image.hosts[2 * k] = (struct zt_image_host){ { .family = 4 }, { .kind = 2, .id = k } };
		image.hosts[2 * k].key.addr.w[3] = htobe32(0x0a000000 + k);
		image.hosts[2 * k + 1] = (struct zt_image_host){ { .family = 6, .scope = k % 3 }, { .kind = 3, .id = k } };
		image.hosts[2 * k + 1].key.addr.w[0] = htobe32(0xfe800000);
		image.hosts[2 * k + 1].key.addr.w[3] = htobe32(k / 3);
		image.vlans[k].key = (struct zt_vlan_key){ k / 4096, k % 4096 };
	}
	image.nr_rules = image.nr_macs = image.nr_vlans = n;
	image.nr_hosts = 2 * n;
}

static void check_found(uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		const struct zt_image_mac *mac = &image.macs[k];
		const struct zt_image_host *four = &image.hosts[2 * k], *six = four + 1;
		struct zt_host_word word;
		uint64_t v;

		v = zt_line_find(&now, ZT_TABLE_RULE, zt_rule_pack(&image.rules[k].key));
		ck_assert_uint_eq(v >> 32, image.rules[k].value.allow);
		v = zt_line_find_mac(&now, zt_mac_word(mac->key.mac, mac->key.vlan), mac->key.where);
		ck_assert_uint_eq(v, ZT_MAC_VALUE(mac->key.where, 1, k));
		v = zt_line_find(&now, ZT_TABLE_HOST4, four->key.addr.w[3]);
		memcpy(&word, &v, sizeof(word));
		ck_assert(!memcmp(&word, &four->word, sizeof(word)));
		v = zt_line_find6(&now, &six->key.addr, six->key.scope);
		memcpy(&word, &v, sizeof(word));
		ck_assert(!memcmp(&word, &six->word, sizeof(word)));
		ck_assert_uint_eq(zt_line_find(&now, ZT_TABLE_VLAN, zt_vlan_word(&image.vlans[k].key)), 1);
	}
}

static void check_not_found(uint32_t n)
{
	const struct zt_addr a = { { htobe32(0xfe800000), 0, 0, htobe32(n) } };
	const uint8_t mac[6] = { 2, 0, 0, 1, 0, 0 };
	const struct zt_rule_key absent = { 98, 16, 0, 0 };

	ck_assert_uint_eq(zt_line_find(&now, ZT_TABLE_RULE, zt_rule_pack(&absent)), 0);
	ck_assert_uint_eq(zt_line_find(&now, ZT_TABLE_RULE, 0), 0);
	ck_assert_uint_eq(zt_line_find(&now, ZT_TABLE_HOST4, 0), 0);
	ck_assert_uint_eq(zt_line_find_mac(&now, zt_mac_word(mac, 0), 1), 0);
	ck_assert_uint_eq(zt_line_find_mac(&now, 0, 0), 0);
	ck_assert_uint_eq(zt_line_find6(&now, &a, 0), 0);
	for (uint32_t k = 0; k < n; k++) { /* one part of a key differs */
		const struct zt_image_mac *m = &image.macs[k];
		const struct zt_image_host *six = &image.hosts[2 * k + 1];
		struct zt_addr other = six->key.addr;

		ck_assert_uint_eq(zt_line_find_mac(&now, zt_mac_word(m->key.mac, m->key.vlan), m->key.where + 2), 0);
		ck_assert_uint_eq(zt_line_find_mac(&now, zt_mac_word(m->key.mac, m->key.vlan + 5), m->key.where), 0);
		ck_assert_uint_eq(zt_line_find6(&now, &six->key.addr, 3), 0);
		other.w[2] = 1;
		ck_assert_uint_eq(zt_line_find6(&now, &other, six->key.scope), 0);
	}
}

START_TEST(what_is_in_is_found_and_nothing_else)
{
	static const uint32_t sizes[] = { 0, 1, 4, 5, 17, 100, 1000, 20000 };

	for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fill_image(sizes[i]);
		ck_assert_int_eq(lay(any()), 0);
		check_found(sizes[i]);
		check_not_found(sizes[i]);
		clear();
	}
}
END_TEST

/* Two thirds full: the memory a key costs is known, and one look-up in ten reads a second line. */
START_TEST(lines_are_two_thirds_full)
{
	uint32_t n, more = 0;
	const struct zt_line *l;

	fill_image(20000);
	ck_assert_int_eq(lay(7), 0);
	ck_assert_uint_eq(pol.span[ZT_TABLE_RULE].nr, 1 + 20000 * 3 / 8);
	ck_assert_uint_eq(pol.span[ZT_TABLE_HOST6].nr, 1 + 20000 * 3 / 4);
	l = (const struct zt_line *)host_array(&zt_line_0) + pol.span[ZT_TABLE_RULE].first;
	for (n = 0; n < pol.span[ZT_TABLE_RULE].nr; n++)
		more += !!(l[n].w[1] & ZT_LINE_MORE);
	ck_assert_uint_lt(more, pol.span[ZT_TABLE_RULE].nr / 5);
	clear();
}
END_TEST

/* ---- one table, filled until it gives up ---- */

static uint64_t hash_key(uint64_t seed, const uint64_t *e)
{
	return zt_line_hash(seed, e[0], 0);
}

/* Entries move when they must, and none is lost while an add succeeds. */
START_TEST(a_table_fills_up_far)
{
	static struct zt_line lines[64];
	struct zt_line_table t = { lines, { 0, 64 }, 2, hash_key, 3 };
	static uint64_t keys[256];
	uint32_t n, k;

	memset(lines, 0, sizeof(lines));
	for (n = 0; n < 256; n++) {
		const uint64_t e[2] = { keys[n] = any(), n + 1 };

		if (zt_line_add(&t, e))
			break;
		pol.span[ZT_TABLE_RULE] = t.span;
		pol.seed = t.seed;
		memcpy(host_fresh(&zt_line_0, 64), lines, sizeof(lines));
		for (k = 0; k <= n; k++)
			ck_assert_uint_eq(zt_line_find(&now, ZT_TABLE_RULE, keys[k]), k + 1);
	}
	ck_assert_uint_ge(n, 256 * 9 / 10);
}
END_TEST

static uint64_t hash_alike(uint64_t seed, const uint64_t *e)
{
	return 0x80000000ull << 32; /* home: the middle; other: the first */
}

START_TEST(keys_that_all_collide_are_refused)
{
	static struct zt_line lines[64];
	struct zt_line_table t = { lines, { 0, 64 }, 2, hash_alike, 3 };
	uint64_t e[2] = { 1, 1 };

	memset(lines, 0, sizeof(lines));
	for (uint32_t n = 0; n < 8; n++, e[0]++)
		ck_assert_int_eq(zt_line_add(&t, e), 0);
	ck_assert_int_eq(zt_line_add(&t, e), -ENOSPC);
}
END_TEST

/* Keys that collide under one seed do not under the next: that one is taken. */
START_TEST(hostile_keys_meet_another_seed)
{
	uint32_t n = 0, nr;

	image.rules = calloc(16, sizeof(*image.rules));
	image.nr_rules = 9;
	ck_assert_int_eq(zt_lines_plan(&image, &pol, &nr), 0);
	for (uint32_t k = 0; n < 9; k++) {
		const struct zt_rule_key key = { 1 + k % 1000, 16 + k / 1000, 0, 0 };
		uint64_t h = zt_line_hash(5, zt_rule_pack(&key), 0);

		if (zt_line_home(&pol.span[0], h) == 0 && zt_line_other(&pol.span[0], h) == 1)
			image.rules[n++] = (struct zt_image_rule){ key, { .allow = 1 + n } };
	}
	ck_assert_int_eq(lay(5), 0);
	ck_assert_uint_ne(pol.seed, 5);
	for (n = 0; n < 9; n++)
		ck_assert_uint_eq(zt_line_find(&now, ZT_TABLE_RULE, zt_rule_pack(&image.rules[n].key)) >> 32,
				  image.rules[n].value.allow);
	clear();
}
END_TEST

/* ---- rules: fields, and which forms are asked for ---- */

START_TEST(classes_that_fit_no_field_are_refused)
{
	static const struct zt_rule_key wrong[] = {
		{ ZT_RULE_CLASSES, 16, 0, 0 }, { 1, ZT_RULE_CLASSES, 0, 0 },
		{ 1, ZT_PCLASS_DEVICE | ZT_RULE_CLASSES, 0, 0 }, { 1, 16, ZT_RULE_SERVICES, 0 },
	};
	struct zt_image_rule rule = { wrong[_i], { .allow = 1 } };
	struct zt_image i = { .rules = &rule, .nr_rules = 1 };
	uint32_t nr;

	ck_assert_int_eq(zt_lines_plan(&i, &pol, &nr), -E2BIG);
	rule.key.dclass -= rule.key.dclass == ZT_RULE_CLASSES;
	rule.key.pclass -= (rule.key.pclass & ~ZT_PCLASS_DEVICE) == ZT_RULE_CLASSES;
	rule.key.svc -= rule.key.svc == ZT_RULE_SERVICES;
	ck_assert_int_eq(zt_lines_plan(&i, &pol, &nr), 0);
}
END_TEST

/* No two keys that differ are the same word; wildcards are fields of ones. */
START_TEST(packed_keys_stay_apart)
{
	static const uint32_t device[] = { 0, 1, ZT_RULE_CLASSES - 1, ZT_NONE };
	static const uint32_t peer[] = { 0, 1, 16, ZT_RULE_CLASSES - 1, ZT_PCLASS_DEVICE | 1,
					 ZT_PCLASS_DEVICE | (ZT_RULE_CLASSES - 1), ZT_PCLASS_ANY_DEVICE };
	static const uint32_t svc[] = { 0, 1, ZT_RULE_SERVICES - 1, ZT_NONE };
	uint64_t seen[4 * 7 * 4 * 2];
	uint32_t n = 0, k;

	for (uint32_t i = 0; i < 4 * 7 * 4 * 2; i++) {
		const struct zt_rule_key key = { device[i % 4], peer[i / 4 % 7], svc[i / 28 % 4], i / 112 };

		seen[n] = zt_rule_pack(&key);
		for (k = 0; k < n; k++)
			ck_assert_uint_ne(seen[k], seen[n]);
		if (key.dclass == ZT_NONE)
			ck_assert_uint_eq(seen[n] & ZT_RULE_WILD_DEVICE, ZT_RULE_WILD_DEVICE);
		if (key.pclass == ZT_PCLASS_ANY_DEVICE)
			ck_assert_uint_eq(seen[n] & ZT_RULE_WILD_PEER, ZT_RULE_WILD_PEER);
		if (key.svc == ZT_NONE)
			ck_assert_uint_eq(seen[n] & ZT_RULE_WILD_SERVICE, ZT_RULE_WILD_SERVICE);
		n++;
	}
}
END_TEST

START_TEST(only_forms_in_use_are_asked_for)
{
	struct zt_image_rule rules[] = {
		{ { 1, ZT_PCLASS_ROUTER, 1, 0 }, { .allow = 1 } },
		{ { ZT_NONE, 16, ZT_NONE, 0 }, { .allow = 1 } },
		{ { 1, 17, 1, 0 }, { .allow = 1 } },
		{ { 2, ZT_PCLASS_ANY_DEVICE, 1, 0 }, { .allow = 1 } },
	};
	struct zt_image i = { .rules = rules, .nr_rules = 4 };
	uint32_t nr;

	ck_assert_int_eq(zt_lines_plan(&i, &pol, &nr), 0);
	ck_assert_uint_eq(pol.forms[ZT_PEER_NONE], 0);
	ck_assert_uint_eq(pol.forms[ZT_PEER_GROUP], 0);
	ck_assert_uint_eq(pol.forms[ZT_PEER_ROUTER], 0x8);
	ck_assert_uint_eq(pol.forms[ZT_PEER_APP], 0xd8);
	ck_assert_uint_eq(pol.forms[ZT_PEER_DEVICE], 0xa);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tables: lines");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 120);
	tcase_add_test(c, what_is_in_is_found_and_nothing_else);
	tcase_add_test(c, lines_are_two_thirds_full);
	tcase_add_test(c, a_table_fills_up_far);
	tcase_add_test(c, keys_that_all_collide_are_refused);
	tcase_add_test(c, hostile_keys_meet_another_seed);
	tcase_add_loop_test(c, classes_that_fit_no_field_are_refused, 0, 4);
	tcase_add_test(c, packed_keys_stay_apart);
	tcase_add_test(c, only_forms_in_use_are_asked_for);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
