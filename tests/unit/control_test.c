/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control socket from both sides: the client library against the server in a
 * thread, and raw clients that behave badly against a server driven step by step with
 * a clock of our own.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <json-c/json.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "control/frame.h"
#include "control/server.h"
#include "policy/policy.h"

static char dir[64], path[96];
static struct zt_server *server;
static struct zt_conn *observer;
static int nr_closed, nr_requests;
static uint64_t clock_ms;

/* ---- the owner of the server ---- */

static int needs(void *arg, const char *cmd)
{
	if (!strcmp(cmd, "version"))
		return ZT_RIGHT_NONE;
	if (!strcmp(cmd, "change"))
		return ZT_RIGHT_CHANGE;
	if (!strcmp(cmd, "unload"))
		return ZT_RIGHT_ROOT;
	return !strcmp(cmd, "echo") || !strcmp(cmd, "big") || !strcmp(cmd, "observe")
		       ? ZT_RIGHT_VIEW
		       : -1;
}

static void request(void *arg, struct zt_conn *c, const char *cmd, struct json_object *rq,
		    const struct zt_source *sources, size_t nr)
{
	struct json_object *o = json_object_new_object(), *list;
	char *big;
	size_t i;

	nr_requests++;
	json_object_object_add(o, "cmd", json_object_new_string(cmd));
	list = json_object_new_array();
	for (i = 0; i < nr; i++)
		json_object_array_add(
			list, json_object_new_string_len(sources[i].text, (int)sources[i].len));
	json_object_object_add(o, "texts", list);
	if (!strcmp(cmd, "big")) {
		big = malloc(20u << 20);
		memset(big, 'x', 20u << 20);
		json_object_object_add(o, "big", json_object_new_string_len(big, 20 << 20));
		free(big);
	}
	zt_conn_ok(c, o);
	if (!strcmp(cmd, "observe")) {
		zt_conn_stream(c);
		observer = c;
	}
}

static void closed(void *arg, struct zt_conn *c)
{
	nr_closed++;
	observer = NULL;
}

static const struct zt_server_ops ops = {needs, request, closed};

static void setup(void)
{
	char *error = NULL;

	strcpy(dir, "/tmp/zt-control-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chmod(dir, 0755), 0);
	snprintf(path, sizeof(path), "%s/s.sock", dir);
	ck_assert_int_eq(zt_server_open(path, &ops, NULL, &server, &error), 0);
	clock_ms = 1000;
	nr_closed = nr_requests = 0;
	observer = NULL;
}

static void teardown(void)
{
	char lock[128];

	zt_server_close(server);
	server = NULL;
	ck_assert_int_ne(access(path, F_OK), 0);
	snprintf(lock, sizeof(lock), "%s.lock", path);
	unlink(lock);
	ck_assert_int_eq(rmdir(dir), 0);
}

static void run(void)
{
	int i;

	for (i = 0; i < 20; i++)
		zt_server_run(server, clock_ms);
}

static int dial(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(un.sun_path, path);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* What the server has sent so far; "" when nothing; NULL when it closed first. */
static char *hear(int fd)
{
	static char buf[65536];
	ssize_t n = recv(fd, buf, sizeof(buf) - 1, MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return NULL;
	buf[n < 0 ? 0 : n] = 0;
	return buf;
}

#define ECHO "{\"schema\":1,\"cmd\":\"echo\"}\n"

/* ---- the client library ---- */

static atomic_bool stop;

static void *serve(void *arg)
{
	struct pollfd p = {.fd = zt_server_fd(server), .events = POLLIN};

	while (!stop) {
		poll(&p, 1, 20);
		zt_server_run(server, clock_ms);
		if (observer && zt_conn_line(observer, "{\"class\":\"deny\"}", 16))
			break;
	}
	return NULL;
}

static pthread_t begin(void)
{
	pthread_t t;

	stop = false;
	ck_assert_int_eq(pthread_create(&t, NULL, serve, NULL), 0);
	return t;
}

static void finish(pthread_t t)
{
	stop = true;
	pthread_join(t, NULL);
}

START_TEST(call_with_files)
{
	char *big = malloc(3u << 20);
	struct zt_source src[] = {
		{"a.json", "{}", 2}, {"b.json", "", 0}, {"c.json", big, 3u << 20}};
	struct zt_control_request q = {
		.socket = path, .cmd = "echo", .sources = src, .nr_sources = 3};
	struct zt_control_reply reply;
	struct json_object *texts;
	pthread_t t = begin();

	memset(big, 'q', 3u << 20);
	ck_assert_int_eq(zt_control_call(&q, &reply), 0);
	finish(t);
	ck_assert(reply.ok);
	ck_assert(json_object_object_get_ex(reply.result, "texts", &texts));
	ck_assert_uint_eq(json_object_array_length(texts), 3);
	ck_assert_str_eq(json_object_get_string(json_object_array_get_idx(texts, 0)), "{}");
	ck_assert_int_eq(json_object_get_string_len(json_object_array_get_idx(texts, 2)), 3 << 20);
	zt_control_reply_free(&reply);
	free(big);
}
END_TEST

START_TEST(call_big_reply)
{
	struct zt_control_request q = {.socket = path, .cmd = "big"};
	struct zt_control_reply reply;
	struct json_object *big;
	pthread_t t = begin();

	ck_assert_int_eq(zt_control_call(&q, &reply), 0);
	finish(t);
	ck_assert(json_object_object_get_ex(reply.result, "big", &big));
	ck_assert_int_eq(json_object_get_string_len(big), 20 << 20);
	zt_control_reply_free(&reply);
}
END_TEST

/* A refusal is heard although the files have not been sent. */
START_TEST(call_refused_early)
{
	char *big = calloc(1, 8u << 20);
	struct zt_source src = {"a.json", big, 8u << 20};
	struct zt_control_request q = {
		.socket = path, .cmd = "nonsense", .sources = &src, .nr_sources = 1};
	struct zt_control_reply reply;
	pthread_t t = begin();

	ck_assert_int_eq(zt_control_call(&q, &reply), 0);
	finish(t);
	ck_assert(!reply.ok);
	ck_assert_str_eq(reply.code, "request");
	ck_assert_str_eq(reply.error, "unknown command \"nonsense\"");
	zt_control_reply_free(&reply);
	free(big);
}
END_TEST

START_TEST(call_times_out)
{
	struct zt_control_request q = {.socket = path, .cmd = "echo", .timeout_ms = 50};
	struct zt_control_reply reply;

	ck_assert_int_eq(zt_control_call(&q, &reply), -ETIMEDOUT);
	q.socket = "/nonexistent/zt.sock";
	ck_assert_int_eq(zt_control_call(&q, &reply), -ENOENT);
}
END_TEST

START_TEST(call_too_big)
{
	static char text[1];
	struct zt_source src = {"a.json", text, ZT_CONTROL_FILES_MAX + 1};
	struct zt_control_request q = {
		.socket = path, .cmd = "echo", .sources = &src, .nr_sources = 1};
	struct zt_control_reply reply;

	ck_assert_int_eq(zt_control_call(&q, &reply), -E2BIG);
}
END_TEST

static int count_three(void *arg, struct json_object *line, const char *text)
{
	int *n = arg;

	ck_assert_str_eq(text, "{\"class\":\"deny\"}");
	return ++*n == 3 ? 77 : 0;
}

START_TEST(stream)
{
	struct zt_control_request q = {.socket = path, .cmd = "observe"};
	struct zt_control_reply reply;
	pthread_t t = begin();
	int n = 0, i;

	ck_assert_int_eq(zt_control_stream(&q, count_three, &n, &reply), 77);
	for (i = 0; i < 200 && observer; i++)
		usleep(10000);
	finish(t);
	ck_assert_int_eq(n, 3);
	ck_assert_int_eq(nr_closed, 1);
	zt_control_reply_free(&reply);
}
END_TEST

/* ---- clients that behave badly ---- */

START_TEST(one_octet_at_a_time)
{
	const char *text =
		"{\"schema\":1,\"cmd\":\"echo\",\"sources\":[{\"name\":\"x\",\"bytes\":5}]}\nhello";
	int fd = dial();

	for (; *text; text++) {
		ck_assert_int_eq(send(fd, text, 1, 0), 1);
		run();
		ck_assert_str_eq(text[1] ? hear(fd) : "", "");
	}
	ck_assert_str_eq(hear(fd), "{\"schema\":1,\"ok\":true,\"result\":"
				   "{\"cmd\":\"echo\",\"texts\":[\"hello\"]}}\n");
	close(fd);
}
END_TEST

START_TEST(pipelined_and_half_closed)
{
	int fd = dial(), n = 0;
	char *at;

	say(fd, ECHO ECHO ECHO);
	shutdown(fd, SHUT_WR);
	run();
	for (at = hear(fd); (at = strstr(at, "\"ok\":true")); at++)
		n++;
	ck_assert_int_eq(n, 3);
	ck_assert_ptr_null(hear(fd));
	ck_assert_uint_eq(zt_server_connections(server), 0);
	close(fd);
}
END_TEST

/* Half-closed with a reply that does not fit the socket: no spinning, all arrives. */
START_TEST(half_closed_big)
{
	struct pollfd p = {.fd = zt_server_fd(server), .events = POLLIN};
	size_t got = 0;
	char buf[65536];
	int fd = dial();
	ssize_t n;

	say(fd, "{\"schema\":1,\"cmd\":\"big\"}\n");
	shutdown(fd, SHUT_WR);
	run();
	ck_assert_int_eq(poll(&p, 1, 0), 0);
	for (;;) {
		n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n == 0)
			break;
		got += n > 0 ? (size_t)n : 0;
		zt_server_run(server, clock_ms);
	}
	ck_assert_uint_gt(got, 20u << 20);
	close(fd);
}
END_TEST

static const struct {
	const char *send, *error;
} bad[] = {
	{"\n", "is not one JSON object"},
	{"[]\n", "is not one JSON object"},
	{"{\"schema\":1,\"cmd\":\"echo\"} {}\n", "is not one JSON object"},
	{"{\"schema\":1,\"cmd\":'echo'}\n", "is not one JSON object"},
	{"{\"schema\":1,\"cmd\":\"\xff\"}\n", "is not one JSON object"},
	{"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}\n",
	 "is not one JSON object"},
	{"{\"cmd\":\"echo\"}\n", "schema"},
	{"{\"schema\":2,\"cmd\":\"echo\"}\n", "speaks schema 1"},
	{"{\"schema\":1}\n", "cmd: missing"},
	{"{\"schema\":1,\"cmd\":7}\n", "cmd: missing"},
	{"{\"schema\":1,\"cmd\":\"rm\"}\n", "unknown command \\\"rm\\\""},
	{"{\"schema\":1,\"cmd\":\"echo\",\"sources\":{}}\n", "expected a list"},
	{"{\"schema\":1,\"cmd\":\"echo\",\"sources\":[{\"name\":\"x\"}]}\n", "sources[0]"},
	{"{\"schema\":1,\"cmd\":\"echo\",\"sources\":[{\"name\":\"x\",\"bytes\":-1}]}\n",
	 "sources[0]"},
	{"{\"schema\":1,\"cmd\":\"echo\",\"sources\":[{\"name\":\"x\",\"bytes\":\"9\"}]}\n",
	 "sources[0]"},
	{"{\"schema\":1,\"cmd\":\"echo\",\"sources\":[{\"name\":\"\",\"bytes\":1}]}\n",
	 "sources[0]"},
	{"{\"schema\":1,\"cmd\":\"echo\",\"sources\":[{\"name\":\"x\",\"bytes\":67108864},{"
	 "\"name\":\"y\",\"bytes\":1}]}\n",
	 "more than 67108864"},
	{"{\"schema\":1,\"cmd\":\"echo\",\"sources\":[{\"name\":\"x\",\"bytes\":"
	 "9223372036854775807}]}\n",
	 "more than 67108864"},
};

START_TEST(bad_requests)
{
	int fd = dial();
	char *heard;

	say(fd, bad[_i].send);
	run();
	heard = hear(fd);
	ck_assert_ptr_nonnull(heard);
	ck_assert_msg(strstr(heard, "\"code\":\"request\"") && strstr(heard, bad[_i].error),
		      "%s -> %s", bad[_i].send, heard);
	ck_assert_ptr_null(hear(fd));
	ck_assert_int_eq(nr_requests, 0);
	close(fd);
}
END_TEST

START_TEST(nul_in_line)
{
	int fd = dial();

	ck_assert_int_eq(send(fd, "{\"schema\":1,\0\"cmd\":\"echo\"}\n", 26, 0), 26);
	run();
	say(fd, "\n");
	run();
	ck_assert_ptr_nonnull(strstr(hear(fd), "not one JSON object"));
	close(fd);
}
END_TEST

START_TEST(endless_line)
{
	static char chunk[65536];
	size_t sent = 0;
	int fd = dial(), i;
	ssize_t n;

	memset(chunk, '[', sizeof(chunk));
	for (i = 0; i < 256; i++) {
		n = send(fd, chunk, sizeof(chunk), MSG_DONTWAIT | MSG_NOSIGNAL);
		sent += n > 0 ? (size_t)n : 0;
		run();
	}
	ck_assert_uint_lt(sent, 4u << 20); /* of 16 MB */
	ck_assert_ptr_nonnull(strstr(hear(fd), "longer than 65536"));
	ck_assert_uint_eq(zt_server_connections(server), 0);
	close(fd);
}
END_TEST

START_TEST(idle_is_dropped)
{
	int fd = dial(), half = dial();

	say(half, "{\"schema\":1,");
	run();
	clock_ms += 59000;
	zt_server_tick(server, clock_ms);
	ck_assert_uint_eq(zt_server_connections(server), 2);
	clock_ms += 2000;
	zt_server_tick(server, clock_ms);
	ck_assert_uint_eq(zt_server_connections(server), 0);
	ck_assert_ptr_null(hear(fd));
	close(fd);
	close(half);
}
END_TEST

START_TEST(never_reads_is_dropped)
{
	struct pollfd p = {.fd = zt_server_fd(server), .events = POLLIN};
	int fd = dial();

	say(fd, "{\"schema\":1,\"cmd\":\"big\"}\n" ECHO);
	run();
	ck_assert_int_eq(poll(&p, 1, 0), 0); /* waits, does not spin */
	ck_assert_int_eq(nr_requests, 1);
	clock_ms += 31000;
	zt_server_tick(server, clock_ms);
	ck_assert_uint_eq(zt_server_connections(server), 0);
	close(fd);
}
END_TEST

START_TEST(slow_observer)
{
	static char line[4096];
	int fd = dial(), i, r = 0;

	memset(line, 'o', sizeof(line));
	say(fd, "{\"schema\":1,\"cmd\":\"observe\"}\n");
	run();
	ck_assert_ptr_nonnull(observer);
	for (i = 0; i < 4096 && !r; i++) {
		r = zt_conn_line(observer, line, sizeof(line));
		zt_server_run(server, clock_ms);
	}
	ck_assert_int_eq(r, -ENOBUFS);
	ck_assert_int_lt(i, 1024);
	clock_ms += 31000;
	zt_server_tick(server, clock_ms);
	ck_assert_int_eq(nr_closed, 1);
	close(fd);
}
END_TEST

/* The agent was busy for longer than anybody may wait: nobody is late for that. */
START_TEST(busy_agent)
{
	int fd = dial(), asks;

	say(fd, "{\"schema\":1,\"cmd\":\"observe\"}\n");
	run();
	hear(fd);
	asks = dial();
	run();
	say(asks, ECHO); /* while nobody looks */
	ck_assert_int_eq(zt_conn_line(observer, "{}", 2), 0);
	clock_ms += 61000;
	zt_server_tick(server, clock_ms);
	ck_assert_uint_eq(zt_server_connections(server), 2);
	ck_assert_str_eq(hear(fd), "{}\n");
	ck_assert_ptr_nonnull(strstr(hear(asks), "\"ok\":true"));
	close(fd);
	close(asks);
}
END_TEST

/* An observer that keeps up gets every line, however many: the buffer does not fill. */
START_TEST(steady_observer)
{
	char line[1000], buf[65536];
	size_t got = 0;
	int fd = dial(), i;
	ssize_t n;

	memset(line, 'o', sizeof(line));
	say(fd, "{\"schema\":1,\"cmd\":\"observe\"}\n");
	run();
	hear(fd);
	for (i = 0; i < 5000; i++) {
		ck_assert_int_eq(zt_conn_line(observer, line, sizeof(line)), 0);
		zt_server_run(server, clock_ms);
		while ((n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
			got += (size_t)n;
	}
	run();
	while ((n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
		got += (size_t)n;
	ck_assert_uint_eq(got, 5000u * 1001);
	close(fd);
}
END_TEST

START_TEST(observer_that_talks_ends)
{
	int fd = dial();

	say(fd, "{\"schema\":1,\"cmd\":\"observe\"}\n");
	run();
	say(fd, "x");
	run();
	ck_assert_int_eq(nr_closed, 1);
	close(fd);
}
END_TEST

START_TEST(too_many)
{
	int fd[80], i, busy = 0;
	char *heard;

	for (i = 0; i < 80; i++) {
		fd[i] = dial();
		run();
	}
	for (i = 0; i < 80; i++) {
		heard = hear(fd[i]);
		busy += heard && strstr(heard, "\"busy\"");
		close(fd[i]);
	}
	run();
	ck_assert_int_ge(busy, 8);
	ck_assert_uint_eq(zt_server_connections(server), 0);
}
END_TEST

/* ---- what lies at the path ---- */

START_TEST(second_agent)
{
	struct zt_server *other;
	char *error = NULL;

	ck_assert_int_eq(zt_server_open(path, &ops, NULL, &other, &error), -EADDRINUSE);
	ck_assert_ptr_nonnull(strstr(error, "another agent is running"));
	free(error);
	ck_assert_int_eq(access(path, F_OK), 0); /* the first one's is untouched */
}
END_TEST

static void reopen(int expect, const char *text)
{
	char *error = NULL;
	int r = zt_server_open(path, &ops, NULL, &server, &error);

	ck_assert_int_eq(r, expect);
	if (text)
		ck_assert_msg(error && strstr(error, text), "%s", error ? error : "no text");
	free(error);
}

START_TEST(things_in_the_way)
{
	char target[128];
	struct stat st;
	int fd;

	zt_server_close(server);
	server = NULL;
	snprintf(target, sizeof(target), "%s/target", dir);
	fd = open(target, O_CREAT | O_WRONLY, 0600);
	close(fd);
	ck_assert_int_eq(symlink(target, path), 0);
	reopen(-EEXIST, "not a socket");
	unlink(path);
	ck_assert_int_eq(rename(target, path), 0);
	reopen(-EEXIST, "not a socket");
	unlink(path);
	/* a dead agent's socket is replaced */
	{
		struct sockaddr_un un = {.sun_family = AF_UNIX};

		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		strcpy(un.sun_path, path);
		ck_assert_int_eq(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
		close(fd);
	}
	ck_assert_int_eq(chmod(dir, 0777), 0);
	reopen(-EPERM, "others may write here");
	ck_assert_int_eq(chmod(dir, 0755), 0);
	reopen(0, NULL);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0666);
	fd = dial();
	say(fd, ECHO);
	run();
	ck_assert_ptr_nonnull(strstr(hear(fd), "\"ok\":true"));
	close(fd);
}
END_TEST

/* ---- who may ---- */

/* Another user asks; what the child heard comes back through its exit code. */
static int ask_as(uid_t uid, const char *text, const char *expect)
{
	pid_t pid = fork();
	int status = 0, i, fd;
	char buf[4096];
	ssize_t n;

	ck_assert_int_ge(pid, 0);
	if (!pid) {
		if (setgroups(0, NULL) || setgid(uid) || setuid(uid))
			_exit(3);
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		struct sockaddr_un un = {.sun_family = AF_UNIX};
		strcpy(un.sun_path, path);
		if (connect(fd, (struct sockaddr *)&un, sizeof(un)))
			_exit(4);
		if (send(fd, text, strlen(text), 0) < 0)
			_exit(5);
		n = recv(fd, buf, sizeof(buf) - 1, 0);
		buf[n > 0 ? n : 0] = 0;
		_exit(strstr(buf, expect) ? 0 : 1);
	}
	for (i = 0; i < 500 && waitpid(pid, &status, WNOHANG) == 0; i++) {
		usleep(10000);
		run();
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

START_TEST(strangers)
{
	if (geteuid()) {
		printf("control_test: strangers: skipped, needs root to become another user\n");
		return;
	}
	ck_assert_int_eq(ask_as(65534, "{\"schema\":1,\"cmd\":\"version\"}\n", "\"ok\":true"), 0);
	ck_assert_int_eq(ask_as(65534, ECHO, "\"denied\""), 0);
	ck_assert_int_eq(ask_as(65534, "{\"schema\":1,\"cmd\":\"change\"}\n", "group zt;"), 0);
	ck_assert_int_eq(ask_as(65534, "{\"schema\":1,\"cmd\":\"unload\"}\n", "needs root"), 0);
	ck_assert_int_eq(nr_requests, 1);
}
END_TEST

/* ---- the frame alone ---- */

START_TEST(any_split_is_the_same)
{
	const char *text = "{\"schema\":1,\"cmd\":\"x\",\"sources\":[{\"name\":\"a\",\"bytes\":2},"
			   "{\"name\":\"b\",\"bytes\":0},{\"name\":\"c\",\"bytes\":3}]}\r\nabcde";
	size_t len = strlen(text), split, at;
	struct zt_frame f;

	for (split = 0; split <= len; split++) {
		f = (struct zt_frame){0};
		for (at = 0; at < len && f.state != ZT_FRAME_READY;) {
			size_t end = at < split ? split : len;

			at += zt_frame_feed(&f, text + at, end - at);
			if (f.state == ZT_FRAME_ADMIT)
				ck_assert_int_eq(zt_frame_admit(&f), 0);
			ck_assert_int_ne(f.state, ZT_FRAME_BAD);
		}
		ck_assert_int_eq(f.state, ZT_FRAME_READY);
		ck_assert_uint_eq(f.nr_sources, 3);
		ck_assert_mem_eq(f.sources[0].text, "ab", 2);
		ck_assert_mem_eq(f.sources[2].text, "cde", 3);
		ck_assert_str_eq(f.sources[2].name, "c");
		zt_frame_free(&f);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("control");
	TCase *t = tcase_create("socket");
	SRunner *runner;
	int failed;

	signal(SIGPIPE, SIG_IGN);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, call_with_files);
	tcase_add_test(t, call_big_reply);
	tcase_add_test(t, call_refused_early);
	tcase_add_test(t, call_times_out);
	tcase_add_test(t, call_too_big);
	tcase_add_test(t, stream);
	tcase_add_test(t, one_octet_at_a_time);
	tcase_add_test(t, pipelined_and_half_closed);
	tcase_add_test(t, half_closed_big);
	tcase_add_loop_test(t, bad_requests, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(t, nul_in_line);
	tcase_add_test(t, endless_line);
	tcase_add_test(t, idle_is_dropped);
	tcase_add_test(t, never_reads_is_dropped);
	tcase_add_test(t, slow_observer);
	tcase_add_test(t, busy_agent);
	tcase_add_test(t, steady_observer);
	tcase_add_test(t, observer_that_talks_ends);
	tcase_add_test(t, too_many);
	tcase_add_test(t, second_agent);
	tcase_add_test(t, things_in_the_way);
	tcase_add_test(t, strangers);
	tcase_add_test(t, any_split_is_the_same);
	suite_add_tcase(suite, t);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
