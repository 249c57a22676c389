/* SPDX-License-Identifier: GPL-2.0 */
/* Policies come, are confirmed or not, and what the store keeps of them. */
#include "engine_stand_in.h"

START_TEST(first_load)
{
	assert_nothing();
	ck_assert_int_eq(load(one), 0);
	ck_assert(out.changed);
	assert_in_force(1, 1);
	ck_assert(was_told("policy-applied"));
	ck_assert_int_eq(load(two), 0);
	assert_in_force(2, 2);
	ck_assert_uint_eq(engine.state.previous.revision, 1);
	ck_assert_uint_eq(kernel->gen, 2);
}
END_TEST

START_TEST(apply_needs_load)
{
	struct zt_source source = {"policy.json", one, strlen(one)};
	struct apply a = {.sources = &source, .nr_sources = 1};

	outcome_free(&out);
	ck_assert_int_ne(engine_apply(&engine, &a, &out), 0);
	ck_assert_str_eq(out.code, "missing");
	assert_nothing();
}
END_TEST

START_TEST(same_again)
{
	ck_assert_int_eq(load(one), 0);
	kernel->port[0].attached = false;
	ck_assert_int_eq(load(one), 0);
	ck_assert(!out.changed);
	assert_in_force(1, 1);
	ck_assert_uint_eq(kernel->gen, 1);
}
END_TEST

START_TEST(refused_policy)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_ne(load("{\"version\":1,\"rule\":{}}"), 0);
	ck_assert_str_eq(out.code, "invalid");
	ck_assert_uint_ge(out.errors.nr, 1);
	ck_assert_int_eq(strncmp(out.errors.v[0], "policy.json:1: ", 15), 0);
	ck_assert(was_told("policy-refused"));
	assert_in_force(1, 1);
	ck_assert_int_ne(load(failing), 0);
	ck_assert_str_eq(out.code, "invalid");
	assert_in_force(1, 1);
}
END_TEST

START_TEST(refused_first)
{
	kernel->refuse_open = true;
	ck_assert_int_ne(load(one), 0);
	ck_assert_str_eq(out.code, "failed");
	ck_assert_ptr_nonnull(strstr(out.error, "no bpffs"));
	assert_nothing();
	kernel->refuse_open = false;
	kernel->refuse_publish = true;
	ck_assert_int_ne(load(one), 0);
	assert_nothing();
	kernel->refuse_publish = false;
	kernel->port[0].refuses = true;
	ck_assert_int_ne(load(one), 0);
	ck_assert_ptr_nonnull(strstr(out.error, "foreign XDP program"));
	assert_nothing();
	reboot();
	assert_nothing();
	kernel->port[0].there = false;
	ck_assert_int_ne(load(one), 0);
	ck_assert_ptr_nonnull(strstr(out.error, "lan1"));
	assert_nothing();
}
END_TEST

START_TEST(refused_second)
{
	ck_assert_int_eq(load(one), 0);
	kernel->refuse_publish = true;
	ck_assert_int_ne(load(two), 0);
	kernel->refuse_publish = false;
	assert_in_force(1, 1);
	/* the second port of this one refuses: everything goes back */
	kernel->port[1].refuses = true;
	ck_assert_int_ne(load(three), 0);
	assert_in_force(1, 1);
	ck_assert(!kernel->port[1].attached);
	kernel->port[1].refuses = false;
	ck_assert_int_eq(load(three), 0);
	ck_assert_uint_eq(kernel->nr_rules, 3);
	ck_assert(kernel->port[1].attached);
	/* and a port the policy lists no more is let go */
	ck_assert_int_eq(load(one), 0);
	ck_assert(!kernel->port[1].attached);
	ck_assert(kernel->port[0].attached);
}
END_TEST

START_TEST(dry_run)
{
	ck_assert_int_eq(apply(one, (struct apply){.dry_run = true}), 0);
	ck_assert_uint_eq(out.revision, 1);
	assert_nothing();
	ck_assert_int_ne(apply("{", (struct apply){.dry_run = true}), 0);
	ck_assert_str_eq(told, "");
}
END_TEST

START_TEST(own_session)
{
	struct session s = {.family = 4};

	kernel->refuse_session = true;
	ck_assert_int_ne(apply(one, (struct apply){.session = &s}), 0);
	ck_assert_str_eq(out.code, "session");
	ck_assert_str_eq(out.error, "add a rule");
	assert_nothing();
	ck_assert_int_eq(apply(one, (struct apply){.session = &s, .force = true}), 0);
	assert_in_force(1, 1);
}
END_TEST

/* ---- confirm ---- */

START_TEST(confirmed)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	assert_in_force(2, 2);
	now_s += 119;
	engine_tick(&engine);
	ck_assert_int_eq(engine_confirm(&engine, &out), 0);
	now_s += 1000;
	engine_tick(&engine);
	assert_in_force(2, 2);
	outcome_free(&out);
	ck_assert_int_ne(engine_confirm(&engine, &out), 0);
	ck_assert_str_eq(out.code, "missing");
}
END_TEST

START_TEST(not_confirmed)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	now_s += 119;
	engine_tick(&engine);
	assert_in_force(2, 2);
	now_s += 1;
	engine_tick(&engine);
	assert_in_force(1, 1);
	ck_assert(was_told("policy-reverted"));
	ck_assert_int_eq(load(two), 0);
	assert_in_force(3, 2); /* numbers are not used twice */
}
END_TEST

START_TEST(not_confirmed_first)
{
	ck_assert_int_eq(apply(one, (struct apply){.confirm_s = 10}), 0);
	now_s += 10;
	engine_tick(&engine);
	assert_nothing();
	reboot();
	assert_nothing();
}
END_TEST

START_TEST(deadline_survives)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	stop();
	start();
	assert_in_force(2, 2);
	ck_assert_int_eq(pending_left(&engine.state.pending), 120);
	stop();
	now_s += 121;
	start();
	assert_in_force(1, 1);
}
END_TEST

/* Two unconfirmed in a row: back to the one that was confirmed. */
START_TEST(pending_twice)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	ck_assert_int_eq(apply(three, (struct apply){.confirm_s = 120}), 0);
	ck_assert_uint_eq(engine.state.previous.revision, 1);
	now_s += 120;
	engine_tick(&engine);
	assert_in_force(1, 1);
	ck_assert(!kernel->port[1].attached);
}
END_TEST

/* The pending policy applied again: a new deadline, or without one confirmed for good. */
START_TEST(pending_again)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	now_s += 100;
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	ck_assert_int_eq(pending_left(&engine.state.pending), 120);
	now_s += 100;
	ck_assert_int_eq(apply(two, (struct apply){0}), 0);
	ck_assert(was_told("policy-confirmed"));
	now_s += 1000;
	engine_tick(&engine);
	assert_in_force(2, 2);
}
END_TEST

/* After a reboot the boot clock means nothing; the wall clock gives no more than asked. */
START_TEST(deadline_over_reboot)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 120}), 0);
	strcpy(engine.state.pending.boot_id, "another boot");
	engine.state.pending.boot_s = 1;
	ck_assert_int_eq(pending_left(&engine.state.pending), 120);
	now_s -= 86400; /* a clock without battery */
	ck_assert_int_eq(pending_left(&engine.state.pending), 120);
	now_s += 86400 + 121;
	ck_assert_int_lt(pending_left(&engine.state.pending), 0);
}
END_TEST

START_TEST(revert_is_tried_again)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(apply(two, (struct apply){.confirm_s = 10}), 0);
	kernel->refuse_publish = true;
	now_s += 10;
	engine_tick(&engine);
	ck_assert(was_told("agent-error"));
	kernel->refuse_publish = false;
	now_s += 11;
	engine_tick(&engine);
	assert_in_force(1, 1);
}
END_TEST

/* ---- the store ---- */

START_TEST(hostile_store)
{
	struct store *s;
	char path[128], other[128], *text, *error = NULL;
	struct stat st;

	ck_assert_int_eq(load(one), 0);
	snprintf(path, sizeof(path), "%s/state.json", dir);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	/* a link someone placed is replaced, not followed */
	snprintf(path, sizeof(path), "%s/.state.json.new", dir);
	snprintf(other, sizeof(other), "%s/victim", dir);
	close(open(other, O_CREAT | O_WRONLY, 0600));
	ck_assert_int_eq(symlink(other, path), 0);
	ck_assert_int_eq(load(two), 0);
	ck_assert_int_eq(stat(other, &st), 0);
	ck_assert_int_eq(st.st_size, 0);
	ck_assert_int_eq(symlink(other, strcat(strcpy(path, dir), "/link")), 0);
	ck_assert_int_eq(store_read_file(engine.store, "link", 100, &text), -ELOOP);
	ck_assert_int_eq(chmod(dir, 0777), 0);
	ck_assert_int_eq(store_open(dir, &s, &error), -EPERM);
	ck_assert_ptr_nonnull(strstr(error, "others may write"));
	free(error);
	ck_assert_int_eq(chmod(dir, 0700), 0);
}
END_TEST

START_TEST(old_policies_go)
{
	char path[128];

	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(load(two), 0);
	ck_assert_int_eq(load(three), 0);
	snprintf(path, sizeof(path), "%s/policy-1.json", dir);
	ck_assert_int_ne(access(path, F_OK), 0);
	snprintf(path, sizeof(path), "%s/policy-2.json", dir);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

static void add(TCase *t)
{
	tcase_add_test(t, first_load);
	tcase_add_test(t, apply_needs_load);
	tcase_add_test(t, same_again);
	tcase_add_test(t, refused_policy);
	tcase_add_test(t, refused_first);
	tcase_add_test(t, refused_second);
	tcase_add_test(t, dry_run);
	tcase_add_test(t, own_session);
	tcase_add_test(t, confirmed);
	tcase_add_test(t, not_confirmed);
	tcase_add_test(t, not_confirmed_first);
	tcase_add_test(t, deadline_survives);
	tcase_add_test(t, pending_twice);
	tcase_add_test(t, pending_again);
	tcase_add_test(t, deadline_over_reboot);
	tcase_add_test(t, revert_is_tried_again);
	tcase_add_test(t, hostile_store);
	tcase_add_test(t, old_policies_go);
}

int main(void)
{
	return run_engine_tests("engine", add);
}
