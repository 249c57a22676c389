/* SPDX-License-Identifier: GPL-2.0 */
/* The agent starts again, is killed anywhere, and the machine changes around it. */
#include "engine_stand_in.h"

/* ---- restarts ---- */

START_TEST(restart_adopts)
{
	uint32_t serial, bind;

	ck_assert_int_eq(load(one), 0);
	serial = zt_maps_image(engine.maps)->devs[0].serial;
	bind = zt_maps_image(engine.maps)->binds[0].index;
	kernel->configured = false;
	stop();
	ck_assert(kernel->port[0].attached);
	ck_assert_uint_eq(kernel->nr_rules, 1);
	start();
	assert_in_force(1, 1);
	ck_assert(!kernel->configured); /* ticks and stamps go on */
	ck_assert_uint_eq(zt_maps_image(engine.maps)->devs[0].serial, serial);
	ck_assert_uint_eq(zt_maps_image(engine.maps)->binds[0].index, bind);
}
END_TEST

START_TEST(reboot_restores)
{
	ck_assert_int_eq(load(one), 0);
	learned_now[0] = (struct zt_learned_entry){.key = {.family = 4}};
	learned_now[0].key.addr.w[2] = 0xffff0000;
	learned_now[0].key.addr.w[3] = 0x2a00020a;
	learned_now[0].learned.dev = zt_maps_image(engine.maps)->devs[0].index;
	learned_now[0].learned.serial = zt_maps_image(engine.maps)->devs[0].serial;
	learned_now[0].learned.expires = 1000 + 600;
	learned_now[0].learned.how = ZT_HOW_DHCP;
	learned_now[1] = learned_now[0];
	learned_now[1].learned.serial++; /* of a device that is gone */
	nr_learned_now = 2;
	reboot();
	assert_in_force(1, 1);
	ck_assert(kernel->configured);
	ck_assert_uint_eq(nr_learned_now, 1);
	ck_assert_uint_eq(learned_now[0].key.addr.w[3], 0x2a00020a);
	ck_assert_uint_eq(learned_now[0].learned.how, ZT_HOW_DHCP);
	ck_assert_uint_ge(learned_now[0].learned.expires, 1598);
	ck_assert_uint_le(learned_now[0].learned.expires, 1600);
}
END_TEST

START_TEST(damaged_policy)
{
	char path[128];
	int fd;

	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(load(two), 0);
	snprintf(path, sizeof(path), "%s/policy-2.json", dir);
	fd = open(path, O_WRONLY);
	ck_assert_int_eq(pwrite(fd, " ", 1, 5), 1);
	close(fd);
	reboot();
	assert_in_force(1, 1);
	ck_assert(was_told("policy-reverted"));
}
END_TEST

/* No stored policy can be used: the ports it had are closed, not left open. */
START_TEST(no_usable_policy)
{
	const char *why;
	char path[128];

	ck_assert_int_eq(load(one), 0);
	snprintf(path, sizeof(path), "%s/policy-1.json", dir);
	ck_assert_int_eq(truncate(path, 10), 0);
	reboot();
	ck_assert(!engine_is_enforcing(&engine, &why));
	ck_assert(kernel->port[0].attached);
	ck_assert_uint_eq(kernel->gen, 0);
}
END_TEST

/* The state directory is lost, the pins are not: a failed load must not open the ports. */
START_TEST(lost_state)
{
	char cmd[256];
	const char *why;

	ck_assert_int_eq(load(one), 0);
	stop();
	snprintf(cmd, sizeof(cmd), "rm %s/*.json; mkdir -p %s/maps", dir, pin);
	ck_assert_int_eq(system(cmd), 0);
	start();
	ck_assert(!engine_is_enforcing(&engine, &why));
	ck_assert_ptr_nonnull(strstr(why, "not stored here"));
	kernel->port[1].refuses = true;
	ck_assert_int_ne(load(three), 0);
	ck_assert_ptr_nonnull(strstr(out.error, "in force on the other ports"));
	ck_assert(kernel->port[0].attached);
	ck_assert_uint_eq(kernel->nr_rules, 3);
	ck_assert(!engine_is_enforcing(&engine, &why));
	kernel->port[1].refuses = false;
	engine_tick(&engine);
	assert_in_force(1, 3);
}
END_TEST

START_TEST(start_without_bpffs)
{
	const char *why;

	ck_assert_int_eq(load(one), 0);
	kernel->refuse_open = true;
	reboot();
	ck_assert(!engine_is_enforcing(&engine, &why));
	ck_assert_ptr_nonnull(strstr(why, "no bpffs"));
	kernel->refuse_open = false;
	now_s += 11;
	engine_tick(&engine);
	assert_in_force(1, 1);
}
END_TEST

/* Killed at every step of a change: the next start has the old policy or the new one. */
static void killed_at(int at, uint32_t confirm_s, bool *ret_done)
{
	int status;
	pid_t pid;

	stop();
	pid = fork();
	if (!pid) {
		start();
		kernel->steps_left = at;
		apply(three, (struct apply){.confirm_s = confirm_s});
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && (WEXITSTATUS(status) == 42 || WEXITSTATUS(status) == 0));
	*ret_done = WEXITSTATUS(status) == 0;
	kernel->steps_left = -1;
	/* whatever it was at, packets see one whole policy meanwhile */
	ck_assert(kernel->nr_rules == 1 || kernel->nr_rules == 3);
	ck_assert(kernel->port[0].attached);
	start();
}

START_TEST(killed_anywhere)
{
	bool done = false;
	int at, new_ones = 0, old_ones = 0;

	for (at = 1; !done; at++) {
		ck_assert_int_lt(at, 100);
		ck_assert_int_eq(load(one), 0);
		killed_at(at, 0, &done);
		if (kernel->nr_rules == 3) {
			assert_in_force(engine.state.last_revision, 3);
			ck_assert(kernel->port[1].attached);
			new_ones++;
		} else {
			ck_assert_uint_eq(kernel->nr_rules, 1);
			assert_in_force(engine.state.current.revision, 1);
			old_ones++;
		}
		ck_assert_uint_eq(engine.state.numbers != NULL, 1);
	}
	ck_assert_int_ge(old_ones, 2);
	ck_assert_int_ge(new_ones, 2);
}
END_TEST

START_TEST(killed_anywhere_unconfirmed)
{
	bool done = false;
	int at;

	for (at = 1; !done; at++) {
		ck_assert_int_lt(at, 100);
		ck_assert_int_eq(load(one), 0);
		killed_at(at, 60, &done);
		now_s += 61;
		engine_tick(&engine);
		assert_in_force(engine.state.current.revision, 1);
		ck_assert(!kernel->port[1].attached);
	}
	ck_assert_int_ge(at, 5);
}
END_TEST

/* ---- the machine changes ---- */

START_TEST(port_missing_at_start)
{
	const char *why;

	ck_assert_int_eq(load(three), 0);
	kernel->port[1].there = false;
	reboot();
	ck_assert_uint_eq(kernel->nr_rules, 3);
	ck_assert(kernel->port[0].attached);
	ck_assert(!kernel->port[1].attached);
	ck_assert(!engine_is_enforcing(&engine, &why));
	kernel->port[1].there = true;
	engine.env_dirty = true;
	engine_tick(&engine);
	ck_assert(kernel->port[1].attached);
	ck_assert(engine_is_enforcing(&engine, &why));
}
END_TEST

START_TEST(machine_changes)
{
	ck_assert_int_eq(load(one), 0);
	ck_assert_uint_eq(kernel->gen, 1);
	engine.env_dirty = true;
	engine_tick(&engine);
	ck_assert_uint_eq(kernel->gen, 1); /* nothing really did */
	kernel->ifindex_shift = 5;
	engine.env_dirty = true;
	engine_tick(&engine);
	ck_assert_uint_eq(kernel->gen, 2);
	assert_in_force(1, 1);
	ck_assert_ptr_nonnull(history_find(&engine.history, 1));
	ck_assert_str_eq(history_rule(history_find(&engine.history, 1), 0)->id, "r1");
	ck_assert_str_eq(history_find(&engine.history, 2)->held->text,
			 history_find(&engine.history, 1)->held->text);
}
END_TEST

/* A port loses its carrier: its devices are released, once. */
START_TEST(unplugged)
{
	ck_assert_int_eq(load(one), 0);
	engine_tick(&engine);
	released = 0;
	kernel->port[0].unplugged = true;
	engine_tick(&engine);
	ck_assert_uint_eq(released, 1);
	released = 0;
	engine_tick(&engine);
	ck_assert_uint_eq(released, 0);
}
END_TEST

/* The agent was dead while a program vanished: the next start says that it was open. */
START_TEST(open_while_dead)
{
	ck_assert_int_eq(load(one), 0);
	stop();
	kernel->port[0].attached = false;
	told[0] = 0;
	start();
	assert_in_force(1, 1);
	ck_assert_ptr_nonnull(strstr(told, "detached"));
	ck_assert_ptr_nonnull(strstr(told, "reattached"));
}
END_TEST

/* All pins vanished within one boot: said, because counters and flows begin again. */
START_TEST(gone_while_dead)
{
	ck_assert_int_eq(load(one), 0);
	stop();
	kernel->pinned = kernel->configured = false;
	kernel->gen = kernel->nr_rules = 0;
	kernel->port[0].attached = false;
	told[0] = 0;
	start();
	ck_assert_ptr_nonnull(strstr(told, "begin again"));
}
END_TEST

/* Whatever changes what packets see: that XDP may forward past it has to be found anew. */
START_TEST(forwarding_ends)
{
	forwards = true;
	ck_assert_int_eq(load(one), 0);
	ck_assert(!forwards); /* maps of an earlier agent */
	forwards = true;
	ck_assert_int_eq(load(two), 0);
	ck_assert(!forwards);
	forwards = true;
	kernel->ifindex_shift = 7;
	engine_environment(&engine);
	ck_assert(!forwards);
}
END_TEST

START_TEST(port_is_watched)
{
	const char *why;

	ck_assert_int_eq(load(one), 0);
	told[0] = 0;
	kernel->port[0].attached = false;
	engine_tick(&engine);
	ck_assert(strstr(told, "detached") && strstr(told, "reattached"));
	told[0] = 0;
	assert_in_force(1, 1);
	kernel->port[0].attached = false;
	kernel->port[0].refuses = true;
	engine_tick(&engine);
	engine_tick(&engine);
	ck_assert_ptr_nonnull(strstr(told, "detached"));
	ck_assert_ptr_null(strstr(strstr(told, "detached") + 1, "detached")); /* said once */
	ck_assert(!engine_is_enforcing(&engine, &why));
	ck_assert_str_eq(why, "XDP program missing");
	kernel->port[0].refuses = false;
	engine_tick(&engine);
	ck_assert(was_told("reattached"));
	assert_in_force(1, 1);
}
END_TEST

START_TEST(flows_move)
{
	ck_assert_int_eq(load(one), 0);
	told[0] = 0;
	engine_tick(&engine);
	ck_assert_str_eq(told, ""); /* no module: nothing is tried, nothing said */
	kernel->module = kernel->refuse_move = true;
	engine_tick(&engine);
	engine_tick(&engine);
	ck_assert_uint_eq(kernel->moves, 1); /* not at every tick */
	ck_assert(was_told("agent-error (the flows were not moved to zt_flow.ko: no memory for a table)"));
	kernel->refuse_move = false;
	now_s += 61;
	engine_tick(&engine);
	ck_assert(was_told("flows-moved (7 flows; 1 found no place there)"));
	now_s += 61;
	engine_tick(&engine);
	ck_assert_uint_eq(kernel->moves, 2); /* never again */
	assert_in_force(1, 1);
}
END_TEST

START_TEST(unload)
{
	outcome_free(&out);
	ck_assert_int_ne(engine_unload(&engine, "me", &out), 0);
	ck_assert_str_eq(out.code, "missing");
	ck_assert_int_eq(load(one), 0);
	outcome_free(&out);
	ck_assert_int_eq(engine_unload(&engine, "me", &out), 0);
	assert_nothing();
	ck_assert(was_told("unloaded"));
	reboot();
	assert_nothing();
	ck_assert_int_eq(load(one), 0);
	assert_in_force(2, 1);
}
END_TEST

/* What unload leaves behind must not bind the next policy: not its numbers, not its sizes. */
START_TEST(unload_forgets)
{
	uint32_t serial;

	ck_assert_int_eq(load(three), 0);
	serial = zt_maps_image(engine.maps)->devs[0].serial;
	learned_now[0].key.family = 4;
	learned_now[0].learned.dev = zt_maps_image(engine.maps)->devs[0].index;
	learned_now[0].learned.serial = serial;
	learned_now[0].learned.expires = 1600;
	nr_learned_now = 1;
	learned_save(&engine);
	outcome_free(&out);
	ck_assert_int_eq(engine_unload(&engine, "me", &out), 0);
	nr_learned_now = 0;
	ck_assert_int_eq(load(one), 0);
	learned_restore(&engine);
	ck_assert_uint_eq(nr_learned_now, 0);
}
END_TEST

static void add(TCase *t)
{
	tcase_add_test(t, restart_adopts);
	tcase_add_test(t, reboot_restores);
	tcase_add_test(t, damaged_policy);
	tcase_add_test(t, no_usable_policy);
	tcase_add_test(t, lost_state);
	tcase_add_test(t, start_without_bpffs);
	tcase_add_test(t, killed_anywhere);
	tcase_add_test(t, killed_anywhere_unconfirmed);
	tcase_add_test(t, port_missing_at_start);
	tcase_add_test(t, machine_changes);
	tcase_add_test(t, unplugged);
	tcase_add_test(t, open_while_dead);
	tcase_add_test(t, gone_while_dead);
	tcase_add_test(t, forwarding_ends);
	tcase_add_test(t, port_is_watched);
	tcase_add_test(t, flows_move);
	tcase_add_test(t, unload);
	tcase_add_test(t, unload_forgets);
}

int main(void)
{
	return run_engine_tests("engine: restarts", add);
}
