/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When forwarding in XDP is on, and what is said of it: forward.c against a machine made
 * up here.
 */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "daemon/forward.c"

/* ---- the machine ---- */

static struct {
	bool on, attached, refuses_xdp;
	uint32_t leases, moved, lease_ms;
	char here[ZT_WHY], port[ZT_WHY], tc[160]; /* what stands in the way; "" nothing */
	int notices; /* ZT_MOVED_*, to be drained */
	int opened; /* how often moves were asked for */
	int open_fails;
} is;
static char told[2048];

struct zt_maps {
	int unused;
};
struct zt_moves {
	int unused;
};

int zt_maps_forward_on(struct zt_maps *m, uint32_t lease_ms)
{
	is.on = true;
	is.lease_ms = lease_ms;
	is.leases++;
	return 0;
}

void zt_maps_forward_off(struct zt_maps *m)
{
	is.on = false;
}

void zt_maps_forward_moved(struct zt_maps *m)
{
	is.moved++;
}

bool zt_live_may_forward(struct zt_maps *m, const char *ifname, bool uplink, char why[160])
{
	if (is.tc[0])
		snprintf(why, 160, "%.15s: %.140s", ifname, is.tc);
	else if (uplink && !is.attached)
		snprintf(why, 160, "%s: no program", ifname);
	return !is.tc[0] && (!uplink || is.attached);
}

int zt_live_uplink_attach(struct zt_maps *m, const char *ifname, char **ret_error)
{
	ck_assert_str_eq(ifname, "wan0");
	if (is.refuses_xdp) {
		*ret_error = strdup("wan0: another XDP program is attached");
		return -EBUSY;
	}
	is.attached = true;
	return 0;
}

int zt_live_uplink_detach(struct zt_maps *m, const char *ifname, char **ret_error)
{
	ck_assert_str_eq(ifname, "wan0");
	is.attached = false;
	return 0;
}

bool zt_obstacle_here(char why[ZT_WHY])
{
	snprintf(why, ZT_WHY, "%s", is.here);
	return *why;
}

bool zt_obstacle_port(const char *ifname, char why[ZT_WHY])
{
	snprintf(why, ZT_WHY, "%s", is.port);
	return *why;
}

int zt_moves_open(struct zt_moves **ret)
{
	static struct zt_moves moves;

	is.opened++;
	if (!is.open_fails)
		*ret = &moves;
	return is.open_fails;
}

int zt_moves_drain(struct zt_moves *w)
{
	int moved = is.notices;

	is.notices = 0;
	return moved;
}

void zt_moves_close(struct zt_moves *w)
{
}

void emit_text(struct emit *e, enum zt_class class, const char *revision, const char *fmt, ...)
{
	struct zt_cef event = zt_class_event(class);
	size_t n = strlen(told);
	va_list ap;

	n += snprintf(told + n, sizeof(told) - n, "[%s] ", event.signature);
	va_start(ap, fmt);
	vsnprintf(told + n, sizeof(told) - n, fmt, ap);
	va_end(ap);
}

/* ---- the agent ---- */

static struct zt_interface ifs[3];
static struct zt_policy policy = { .interfaces = ifs, .nr_interfaces = 3 };
static struct held held = { .policy = &policy, .text = "1-abc" };
static struct zt_env_port ports[3];
static struct zt_env env = { .ports = ports, .nr_ports = 3 };
static struct zt_maps maps;
static struct engine e;

static void setup(void)
{
	static const char *const names[3] = { "lan0", "lan1", "wan0" };
	uint32_t i;

	memset(&is, 0, sizeof(is));
	told[0] = 0;
	e = (struct engine){ .maps = &maps, .held = &held, .env = &env };
	for (i = 0; i < 3; i++) {
		ifs[i] = (struct zt_interface){ .id = names[i], .fast_forward = i != 1,
						.role = i == 2 ? ZT_ROLE_UPLINK : ZT_ROLE_DEVICE };
		ports[i] = (struct zt_env_port){ .ifindex = i + 1 };
		strcpy(ports[i].name, names[i]);
	}
}

/* The event was told, and it alone. */
static void must_tell(const char *signature, const char *says)
{
	ck_assert_msg(strstr(told, signature) && strstr(told, says), "told: %s", told);
	ck_assert_ptr_null(strchr(told + 1, '['));
	told[0] = 0;
}

START_TEST(on_and_told_once)
{
	forward_check(&e);
	ck_assert(is.on && is.attached);
	ck_assert_uint_eq(is.lease_ms, 2000);
	must_tell("[fast-on]", "pass by the kernel");
	forward_check(&e);
	ck_assert_uint_eq(is.leases, 2);
	ck_assert_str_eq(told, "");
	ck_assert_int_eq(is.opened, 1);
}
END_TEST

/* Every kind of obstacle, as a word the reason must have. */
static const struct {
	char *where;
	const char *text;
} obstacles[] = {
	{ is.here, "nftables chain inet x y sees forwarded packets" },
	{ is.port, "lan0: its qdisc htb would be passed by" },
	{ is.tc, "it has a tc filter at egress" },
};

START_TEST(an_obstacle_comes_and_goes)
{
	forward_check(&e);
	told[0] = 0;
	strcpy(obstacles[_i].where, obstacles[_i].text);
	is.notices = ZT_MOVED_OBSTACLES;
	forward_notice(&e);
	ck_assert(!is.on);
	ck_assert(strstr(e.forward.why, obstacles[_i].text));
	must_tell("[fast-off]", obstacles[_i].text);
	forward_check(&e);
	ck_assert_str_eq(told, ""); /* said once */
	ck_assert(!is.on);
	obstacles[_i].where[0] = 0;
	forward_check(&e);
	ck_assert(is.on);
	ck_assert_str_eq(e.forward.why, "");
	must_tell("[fast-on]", "");
}
END_TEST

START_TEST(another_reason_is_told)
{
	strcpy(is.here, "one");
	forward_check(&e);
	must_tell("[fast-off]", "one");
	strcpy(is.here, "two");
	forward_check(&e);
	must_tell("[fast-off]", "two");
}
END_TEST

START_TEST(of_the_ports)
{
	ports[2].not_fast = "it is part of a bridge";
	forward_check(&e);
	ck_assert(!is.on && !is.attached);
	must_tell("[fast-off]", "wan0: it is part of a bridge");
	ports[2].not_fast = NULL;
	strcpy(ports[2].name, "gone");
	forward_check(&e);
	must_tell("[fast-off]", "wan0: it is not there");
	strcpy(ports[2].name, "wan0");
	is.refuses_xdp = true;
	forward_check(&e);
	ck_assert(!is.on);
	must_tell("[fast-off]", "another XDP program");
	is.refuses_xdp = false;
	ports[1].not_fast = "whatever"; /* it does not ask for it */
	forward_check(&e);
	ck_assert(is.on);
}
END_TEST

START_TEST(both_sides_are_needed)
{
	ifs[_i ? 2 : 0].fast_forward = false;
	forward_check(&e);
	ck_assert(!is.on);
	must_tell("[fast-off]", _i ? "device ports only" : "uplinks only");
}
END_TEST

START_TEST(routes_move)
{
	forward_check(&e);
	is.notices = ZT_MOVED_ROUTES;
	forward_notice(&e);
	ck_assert_uint_eq(is.moved, 1);
	ck_assert_uint_eq(is.leases, 1); /* nothing else was looked at */
	is.notices = ZT_MOVED_ROUTES; /* before the loop tells of it */
	forward_check(&e);
	ck_assert_uint_eq(is.moved, 2);
	ck_assert(is.on);
}
END_TEST

START_TEST(without_notices_it_is_off)
{
	is.open_fails = -EIO;
	forward_check(&e);
	ck_assert(!is.on);
	must_tell("[fast-off]", "cannot be watched");
}
END_TEST

/* Nothing is looked at, nothing is said, and what another policy had is off. */
START_TEST(not_asked_for)
{
	forward_check(&e);
	told[0] = 0;
	ifs[0].fast_forward = ifs[2].fast_forward = false;
	ck_assert(!forward_wanted(&e));
	forward_check(&e);
	ck_assert(!is.on);
	ck_assert_str_eq(told, "");
	e.held = NULL;
	is.on = true;
	forward_check(&e);
	ck_assert(!is.on);
}
END_TEST

START_TEST(an_uplink_that_is_none_any_more)
{
	struct zt_interface old_ifs[3];
	struct zt_policy old = policy;

	memcpy(old_ifs, ifs, sizeof(ifs));
	old.interfaces = old_ifs;
	forward_check(&e);
	forward_detach_others(&e, &old);
	ck_assert(is.attached);
	if (_i)
		ifs[2].fast_forward = false;
	else
		ifs[2].role = ZT_ROLE_DEVICE;
	forward_detach_others(&e, &old);
	ck_assert(!is.attached);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("daemon: forwarding");
	TCase *t = tcase_create("forward");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, on_and_told_once);
	tcase_add_loop_test(t, an_obstacle_comes_and_goes, 0, sizeof(obstacles) / sizeof(obstacles[0]));
	tcase_add_test(t, another_reason_is_told);
	tcase_add_test(t, of_the_ports);
	tcase_add_loop_test(t, both_sides_are_needed, 0, 2);
	tcase_add_test(t, routes_move);
	tcase_add_test(t, without_notices_it_is_off);
	tcase_add_test(t, not_asked_for);
	tcase_add_loop_test(t, an_uplink_that_is_none_any_more, 0, 2);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
