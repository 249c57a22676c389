/* SPDX-License-Identifier: GPL-2.0 */
/* Devices in quarantine, and records that cannot be read. */
#include "engine_stand_in.h"

/* ---- quarantine ---- */

static void rmdir_pins(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/maps", pin);
	rmdir(path);
}

static int quarantine(const char *id)
{
	outcome_free(&out);
	return engine_quarantine(&engine, id, "test", &out);
}

static int release(const char *id)
{
	outcome_free(&out);
	return engine_release(&engine, id, "test", &out);
}

START_TEST(quarantine_lasts)
{
	ck_assert_int_eq(quarantine("cam"), -1); /* there is no policy */
	ck_assert_str_eq(out.code, "missing");
	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(quarantine("nobody"), -1);
	ck_assert_int_eq(release("cam"), -1);
	ck_assert_int_eq(quarantine("cam"), 0);
	ck_assert(out.changed);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	ck_assert(was_told("quarantined (by test)"));
	ck_assert_int_eq(quarantine("cam"), 0);
	ck_assert(!out.changed);
	ck_assert_uint_eq(engine.quarantine.nr, 1);
	stop();
	start();
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	ck_assert_int_eq(load(two), 0);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	reboot();
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	ck_assert_int_eq(apply(one, (struct apply){.confirm_s = 10}), 0);
	now_s += 11;
	engine_tick(&engine); /* not confirmed */
	assert_in_force(2, 2);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	ck_assert_int_eq(release("cam"), 0);
	ck_assert(was_told("released (by test)"));
	ck_assert_uint_eq(kernel->mode, ZT_MODE_ENFORCE);
	reboot();
	ck_assert_uint_eq(kernel->mode, ZT_MODE_ENFORCE);
	ck_assert_uint_eq(engine.quarantine.nr, 0);
}
END_TEST

START_TEST(quarantine_without_device)
{
	char *text = strdup(one), *at;

	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(quarantine("cam"), 0);
	while ((at = strstr(text, "\"cam\"")))
		memcpy(at, "\"maC\"", 5);
	ck_assert_int_eq(load(text), 0);
	ck_assert_uint_eq(out.warnings.nr, 1);
	ck_assert_ptr_nonnull(strstr(out.warnings.v[0], "\"cam\" is in quarantine"));
	ck_assert_uint_eq(kernel->mode, ZT_MODE_ENFORCE);
	ck_assert_int_eq(load(one), 0);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	ck_assert_int_eq(load(text), 0);
	stop();
	told[0] = 0;
	start(); /* nobody reads a warning now */
	ck_assert(was_told("agent-error (device \"cam\" is in quarantine"));
	ck_assert_int_eq(release("cam"), 0);
	ck_assert_int_eq(load(one), 0);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_ENFORCE);
	free(text);
}
END_TEST

/* Killed at every step: the next start has it on the list and cut off, or neither. */
START_TEST(quarantine_killed)
{
	int at, status, listed[2] = {0};
	bool done = false, on;
	pid_t pid;

	ck_assert_int_eq(load(one), 0);
	for (at = 1; !done; at++) {
		on = quarantine_find(&engine.quarantine, "cam") != NULL;
		stop();
		pid = fork();
		if (!pid) {
			start();
			kernel->steps_left = at;
			on ? release("cam") : quarantine("cam");
			_exit(0);
		}
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFEXITED(status));
		done = WEXITSTATUS(status) == 0 && at > 6;
		ck_assert_int_lt(at, 40);
		kernel->steps_left = -1;
		start();
		on = quarantine_find(&engine.quarantine, "cam") != NULL;
		listed[on]++;
		ck_assert_uint_eq(kernel->mode, on ? ZT_MODE_QUARANTINE : ZT_MODE_ENFORCE);
	}
	ck_assert_int_ge(listed[0], 1);
	ck_assert_int_ge(listed[1], 1);
}
END_TEST

START_TEST(quarantine_damaged)
{
	static const char *const texts[] = {
		"", "[]", "{", "{\"schema\":2,\"devices\":[]}", "{\"schema\":1}",
		"{\"schema\":1,\"devices\":[{\"id\":\"a\",\"by\":\"b\"}]}",
		"{\"schema\":1,\"devices\":[{\"id\":1,\"by\":\"b\",\"since\":1}]}",
		"{\"schema\":1,\"devices\":[{\"id\":\"a\",\"by\":\"b\",\"since\":1},"
		"{\"id\":\"a\",\"by\":\"b\",\"since\":1}]}",
		"{\"schema\":1,\"devices\":[null]}",
	};
	struct quarantine q;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *error = NULL;

		ck_assert_int_eq(store_write_file(engine.store, QUARANTINE_FILE, texts[i],
						  strlen(texts[i])), 0);
		ck_assert_int_eq(quarantine_load(engine.store, &q, &error), -EINVAL);
		ck_assert_ptr_nonnull(strstr(error, "quarantine.json: damaged"));
		ck_assert_ptr_null(q.v);
		free(error);
	}
	ck_assert_int_eq(store_write_file(engine.store, QUARANTINE_FILE,
					  "{\"schema\":1,\"devices\":[]}", 26), 0);
}
END_TEST

/* A record that cannot be read, 0 of the policies, 1 of quarantine: over running maps, and after a reboot. */
START_TEST(damaged_record)
{
	static const char *const files[] = {STATE_FILE, QUARANTINE_FILE};
	char *good, *error = NULL;

	ck_assert_int_eq(load(one), 0);
	ck_assert_int_eq(quarantine("cam"), 0);
	ck_assert_int_eq(store_read_file(engine.store, files[_i], 65536, &good), 0);
	ck_assert_int_eq(store_write_file(engine.store, files[_i], "{", 1), 0);
	engine_close(&engine);
	snprintf(told, sizeof(told), "mkdir -p %s/maps", pin);
	ck_assert_int_eq(system(told), 0);
	told[0] = 0;
	ck_assert_int_ne(engine_open(&engine, &error), 0);
	ck_assert_ptr_nonnull(strstr(error, "damaged"));
	free(error);
	error = NULL;
	ck_assert_uint_eq(kernel->nr_rules, 1); /* what runs goes on */
	engine_close(&engine);

	rmdir_pins();
	kernel->pinned = kernel->configured = false;
	kernel->gen = kernel->nr_rules = 0;
	kernel->port[0].attached = false;
	ck_assert_int_ne(engine_open(&engine, &error), 0);
	free(error);
	error = NULL;
	ck_assert(kernel->port[0].attached && !kernel->gen); /* nothing passes */
	engine_close(&engine);

	ck_assert_int_eq(store_write_file(engine.store, files[_i], good, strlen(good)), 0);
	ck_assert_int_eq(engine_open(&engine, &error), 0);
	assert_in_force(1, 1);
	ck_assert_uint_eq(kernel->mode, ZT_MODE_QUARANTINE);
	free(good);
}
END_TEST

static void add(TCase *t)
{
	tcase_add_test(t, quarantine_lasts);
	tcase_add_test(t, quarantine_without_device);
	tcase_add_test(t, quarantine_killed);
	tcase_add_test(t, quarantine_damaged);
	tcase_add_loop_test(t, damaged_record, 0, 2);
}

int main(void)
{
	return run_engine_tests("engine: quarantine", add);
}
