/* SPDX-License-Identifier: GPL-2.0 */
/* The arena: zeroed and aligned pieces, growing blocks, and the jump when there is no memory. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "policy/arena.h"
#include "policy/policy.h"

static jmp_buf oom;

START_TEST(pieces)
{
	static const char zero[3000];
	struct zt_arena *a = zt_arena_new(&oom);
	char *last = NULL;

	for (size_t size = 1; size < 3000; size++) {
		char *p = zt_arena_alloc(a, size);

		ck_assert_uint_eq((uintptr_t)p % 8, 0);
		ck_assert_mem_eq(p, zero, size);
		memset(p, 0xff, size);
		ck_assert_ptr_ne(p, last);
		last = p;
	}
	/* larger than any chunk */
	memset(zt_arena_alloc(a, 5 << 20), 1, 5 << 20);
	ck_assert_str_eq(zt_arena_text(a, "abcdef", 3), "abc");
	zt_arena_free(a);
	zt_arena_free(NULL);
}
END_TEST

START_TEST(blocks)
{
	struct zt_arena *a = zt_arena_new(&oom);
	char *one = zt_arena_grow(a, NULL, 10), *two = zt_arena_grow(a, NULL, 10),
	     *three = zt_arena_grow(a, NULL, 10);

	memset(one, 1, 10);
	memset(two, 2, 10);
	memset(three, 3, 10);
	two = zt_arena_grow(a, two, 100000);
	ck_assert_int_eq(two[9], 2);
	zt_arena_drop(a, one);
	zt_arena_drop(a, three);
	zt_arena_drop(a, NULL);
	two = zt_arena_grow(a, two, 20);
	ck_assert_int_eq(two[0], 2);
	zt_arena_free(a); /* frees what was not dropped: the leak checker watches */
}
END_TEST

START_TEST(texts)
{
	struct zt_arena *a = zt_arena_new(&oom);
	struct zt_buf b = { .arena = a };

	for (int i = 0; i < 5000; i++)
		zt_buf_text(&b, "0123456789");
	ck_assert_uint_eq(b.nr, 50000);
	for (size_t i = 0; i < b.nr; i += 10)
		ck_assert_mem_eq(b.s + i, "0123456789", 10);
	zt_arena_free(a);
}
END_TEST

/* More than there can be: comes back here, whatever overflowed. */
START_TEST(no_memory)
{
	struct zt_arena *volatile a = zt_arena_new(&oom);
	volatile int jumps = 0;

	if (setjmp(oom))
		jumps++;
	if (jumps == 0)
		zt_arena_alloc(a, SIZE_MAX - 3);
	if (jumps == 1)
		zt_arena_array(a, SIZE_MAX / 4, 8);
	if (jumps == 2)
		zt_arena_array(a, SIZE_MAX / 2, 2);
	ck_assert_int_eq(jumps, 3);
	zt_arena_free(a);
}
END_TEST

START_TEST(no_file)
{
	struct zt_errors errors = {0};
	struct zt_policy *p = NULL;

	ck_assert_int_eq(zt_policy_parse(NULL, 0, &errors, NULL, &p), -EINVAL);
	ck_assert_str_eq(errors.v[0], "(policy): no file was given");
	zt_errors_free(&errors);
	zt_policy_free(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("policy_arena");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_test(c, pieces);
	tcase_add_test(c, blocks);
	tcase_add_test(c, texts);
	tcase_add_test(c, no_memory);
	tcase_add_test(c, no_file);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
