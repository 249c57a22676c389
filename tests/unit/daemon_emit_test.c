/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events on their way out: real sockets on the loopback interface, receivers that go
 * away and come back, loss counted and told once.
 */
#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <json-c/json.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "daemon/emit.h"

static uint64_t now_ms;

uint64_t clock_ms(void)
{
	return now_ms;
}

uint64_t clock_us(void)
{
	return 1795000000123456ull;
}

#include "daemon/emit.c"

/* ---- observers: a connection that takes so many lines ---- */

static int conn_room;
static char conn_heard[65536];

int zt_conn_line(struct zt_conn *c, const char *text, size_t len)
{
	if (conn_room <= 0)
		return -ENOBUFS;
	conn_room--;
	strncat(conn_heard, text, len);
	strcat(conn_heard, "\n");
	return 0;
}

/* ---- receivers ---- */

static char unix_path[64];

static int receiver(int family, uint16_t *ret_port)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	struct sockaddr_in four = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	socklen_t len;

	if (family == AF_UNIX) {
		snprintf(unix_path, sizeof(unix_path), "/tmp/zt-emit-%d", getpid());
		strcpy(un.sun_path, unix_path);
		unlink(unix_path);
		ck_assert_int_eq(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
		return fd;
	}
	if (family == AF_INET) {
		four.sin_port = htons(*ret_port);
		len = sizeof(four);
		ck_assert_int_eq(bind(fd, (struct sockaddr *)&four, len), 0);
		getsockname(fd, (struct sockaddr *)&four, &len);
		*ret_port = ntohs(four.sin_port);
		return fd;
	}
	len = sizeof(six);
	if (bind(fd, (struct sockaddr *)&six, len)) {
		close(fd);
		return -1;
	}
	getsockname(fd, (struct sockaddr *)&six, &len);
	*ret_port = ntohs(six.sin6_port);
	return fd;
}

static char *hear(int fd)
{
	static char buf[4096];
	ssize_t n = recv(fd, buf, sizeof(buf) - 1, 0);

	buf[n > 0 ? n : 0] = 0;
	return buf;
}

static struct config cfg;
static struct emit emit;

static void add_sink(enum zt_sink_type type, const char *address, uint16_t port)
{
	cfg.sinks[cfg.nr_sinks].type = type;
	strcpy(cfg.sinks[cfg.nr_sinks].address, address);
	cfg.sinks[cfg.nr_sinks++].port = port;
}

static void setup(void)
{
	memset(&cfg, 0, sizeof(cfg));
	cfg.facility = 16;
	strcpy(cfg.hostname, "edge01");
	now_ms = 100000;
	conn_heard[0] = 0;
	conn_room = 0;
	emit_close(&emit);
}

static void say(const char *text)
{
	emit_text(&emit, ZT_CLASS_AGENT_ERROR, NULL, "%s", text);
}

START_TEST(udp_both_families)
{
	uint16_t port4 = 0, port6 = 0;
	int four = receiver(AF_INET, &port4), six = receiver(AF_INET6, &port6);

	add_sink(ZT_SINK_UDP, "127.0.0.1", port4);
	if (six >= 0)
		add_sink(ZT_SINK_UDP, "::1", port6);
	emit_open(&emit, &cfg, false);
	say("hello");
	ck_assert_ptr_nonnull(
		strstr(hear(four), "<132>1 2026-11-18T11:06:40.123456Z edge01 ztagentd "));
	if (six >= 0)
		ck_assert_ptr_nonnull(strstr(hear(six), "msg=hello"));
	else
		printf("daemon_emit_test: udp over IPv6: skipped, no IPv6 loopback\n");
	say("again");
	ck_assert_ptr_nonnull(strstr(hear(four), " externalId=2 "));
	ck_assert_uint_eq(emit.sinks[0].sent, 2);
	close(four);
	close(six);
}
END_TEST

START_TEST(local_socket)
{
	int fd = receiver(AF_UNIX, NULL);
	char *heard;

	add_sink(ZT_SINK_LOCAL, unix_path, 0);
	emit_open(&emit, &cfg, false);
	say("hello");
	heard = hear(fd);
	ck_assert_int_eq(strncmp(heard, "<132>", 5), 0);
	ck_assert_ptr_nonnull(strstr(heard, " ztagentd["));
	ck_assert_ptr_nonnull(strstr(heard, "]: CEF:0|ZT Edge|"));
	/* the log daemon restarts: its new socket is found with the next line */
	close(fd);
	fd = receiver(AF_UNIX, NULL);
	say("after restart");
	ck_assert_ptr_nonnull(strstr(hear(fd), "msg=after restart"));
	ck_assert_uint_eq(emit.sinks[0].failed, 0);
	close(fd);
	unlink(unix_path);
}
END_TEST

/* The receiver is gone and comes back: what it missed is counted and told to it once. */
START_TEST(loss_is_told)
{
	int fd = receiver(AF_UNIX, NULL), i, n = 0;
	char *heard;

	add_sink(ZT_SINK_LOCAL, unix_path, 0);
	emit_open(&emit, &cfg, false);
	say("one");
	hear(fd);
	close(fd);
	unlink(unix_path);
	for (i = 0; i < 5; i++) {
		now_ms += 10000;
		say("lost");
		emit_report_lost(&emit);
	}
	ck_assert_uint_ge(emit.sinks[0].failed, 5);
	fd = receiver(AF_UNIX, NULL);
	now_ms += 10000;
	say("back");
	ck_assert_ptr_nonnull(strstr(hear(fd), "msg=back"));
	for (i = 0; i < 5; i++) {
		emit_report_lost(&emit);
		heard = hear(fd);
		n += strstr(heard, "lost-events") != NULL;
		if (strstr(heard, "lost-events"))
			ck_assert_ptr_nonnull(strstr(heard, " cnt=5 "));
	}
	ck_assert_int_eq(n, 1);
	close(fd);
	unlink(unix_path);
}
END_TEST

/* Port closed: the kernel says so at the line after; both are counted right. */
START_TEST(udp_refused)
{
	uint16_t port = 0;
	int fd = receiver(AF_INET, &port);

	close(fd);
	add_sink(ZT_SINK_UDP, "127.0.0.1", port);
	emit_open(&emit, &cfg, false);
	say("nobody there");
	usleep(20000);
	say("nor now");
	usleep(20000);
	ck_assert_uint_eq(emit.sinks[0].failed, 1);
	ck_assert_str_eq(emit.sinks[0].error, "refused by the receiver");
	fd = receiver(AF_INET, &port);
	say("here");
	ck_assert_ptr_nonnull(strstr(hear(fd), "msg=here"));
	ck_assert_uint_eq(emit.sinks[0].sent, 1);
	ck_assert_uint_eq(emit.sinks[0].failed, 2);
	close(fd);
}
END_TEST

START_TEST(reconfigured)
{
	uint16_t a = 0, b = 0;
	int fd_a = receiver(AF_INET, &a), fd_b = receiver(AF_INET, &b);
	struct config other;

	add_sink(ZT_SINK_UDP, "127.0.0.1", a);
	emit_open(&emit, &cfg, false);
	say("one");
	other = cfg;
	other.sinks[1] = other.sinks[0];
	other.sinks[0].port = b;
	other.nr_sinks = 2;
	emit_reconfigure(&emit, &other);
	say("two");
	ck_assert_ptr_nonnull(strstr(hear(fd_b), "msg=two"));
	ck_assert_uint_eq(emit.sinks[1].sent, 2); /* the one that stays keeps its counts */
	ck_assert_uint_eq(emit.sinks[0].sent, 1);
	close(fd_a);
	close(fd_b);
}
END_TEST

START_TEST(observers)
{
	struct observer o = {.conn = (struct zt_conn *)1, .device = "cam-1", .verdict = "DROPPED"};
	struct zt_cef e = zt_class_event(ZT_CLASS_DENY);
	struct json_object *line, *v;
	int i;

	emit_open(&emit, &cfg, false);
	ck_assert_int_eq(emit_observe(&emit, &o), 0);
	conn_room = 100;
	e.device = "cam-2";
	e.act = "DROPPED";
	emit_event(&emit, &e);
	ck_assert_str_eq(conn_heard, "");
	e.device = "cam-1";
	e.app = "vms,cloud";
	e.msg = "bad\xff\x1b[31m";
	e.cnt = 3;
	emit_event(&emit, &e);
	line = json_tokener_parse(conn_heard);
	ck_assert_ptr_nonnull(line);
	ck_assert(json_object_object_get_ex(line, "apps", &v));
	ck_assert_uint_eq(json_object_array_length(v), 2);
	ck_assert(json_object_object_get_ex(line, "count", &v));
	ck_assert_int_eq(json_object_get_int(v), 3);
	ck_assert(json_object_object_get_ex(line, "message", &v));
	ck_assert_str_eq(json_object_get_string(v), "bad\xef\xbf\xbd\xef\xbf\xbd[31m");
	ck_assert(json_object_object_get_ex(line, "sequence", &v));
	ck_assert_int_eq(json_object_get_int(v), 2);
	json_object_put(line);
	/* too slow: counted, and told when it reads again */
	conn_room = 0;
	conn_heard[0] = 0;
	for (i = 0; i < 3; i++)
		emit_event(&emit, &e);
	ck_assert_uint_eq(emit.lost_observe, 3);
	conn_room = 100;
	emit_event(&emit, &e);
	ck_assert_ptr_nonnull(
		strstr(conn_heard, "\"count\":3,\"message\":\"this observer was too slow"));
	emit_unobserve(&emit, o.conn);
	conn_heard[0] = 0;
	emit_event(&emit, &e);
	ck_assert_str_eq(conn_heard, "");
	for (i = 0; i < OBSERVERS_MAX; i++)
		ck_assert_int_eq(emit_observe(&emit, &o), 0);
	ck_assert_int_eq(emit_observe(&emit, &o), -ENOSPC);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("daemon emit");
	TCase *t = tcase_create("emit");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, udp_both_families);
	tcase_add_test(t, local_socket);
	tcase_add_test(t, loss_is_told);
	tcase_add_test(t, udp_refused);
	tcase_add_test(t, reconfigured);
	tcase_add_test(t, observers);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	emit_close(&emit);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
