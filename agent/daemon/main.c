/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ztagentd: puts the parts in order and runs the loop. The agent may stop or die at
 * any moment; the data path goes on without it.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "daemon/agent.h"
#include "daemon/notify.h"

#define TICK_MS 500
#define LOST_TICKS 20 /* 10 s */

static int complain(const char *what, char *error, int r)
{
	fprintf(stderr, "ztagentd: %s%s%s\n", what, *what ? ": " : "",
		error ? error : strerror(-r));
	free(error);
	return EXIT_FAILURE;
}

static void on_ring(void *arg)
{
	struct agent *a = arg;

	if (a->engine.maps)
		zt_live_events_consume(a->engine.maps);
}

static void on_moves(void *arg)
{
	forward_notice(&((struct agent *)arg)->engine);
}

static void sync_moves(struct agent *a)
{
	int i, fd, r = 0;

	if (a->moves_watched || !a->engine.forward.moves)
		return;
	a->moves_watched = true;
	for (i = 0; i < ZT_MOVES_FDS; i++) {
		fd = zt_moves_fd(a->engine.forward.moves, i);
		if (fd >= 0 && !r)
			r = loop_add(a->loop, fd, on_moves, a);
	}
	if (r)
		emit_text(&a->emit, ZT_CLASS_AGENT_ERROR, NULL,
			  "changes of routes cannot be waited for; they are looked at twice a second");
}

static void on_ended(void *arg)
{
	packets_ended(arg);
}

static void sync_ended(struct agent *a)
{
	int fd = a->engine.maps ? zt_live_ended_fd(a->engine.maps) : -1;

	if (fd < 0)
		fd = -1;
	if (fd == a->ended_fd)
		return;
	if (a->ended_fd >= 0)
		loop_remove(a->loop, a->ended_fd);
	a->ended_fd = fd;
	if (fd >= 0 && loop_add(a->loop, fd, on_ended, a))
		emit_text(&a->emit, ZT_CLASS_AGENT_ERROR, NULL, "ends of flows cannot be watched");
}

void agent_sync(struct agent *a)
{
	sync_moves(a);
	sync_ended(a);
	if (a->events_fd == a->engine.events_fd)
		return;
	loop_remove(a->loop, a->events_fd);
	a->events_fd = a->engine.events_fd;
	memset(a->lost, 0, sizeof(a->lost));
	if (a->engine.maps)
		zt_maps_lost(a->engine.maps, a->lost);
	if (a->events_fd >= 0 && loop_add(a->loop, a->events_fd, on_ring, a))
		emit_text(&a->emit, ZT_CLASS_AGENT_ERROR, NULL,
			  "the ring buffers cannot be watched; events come once a second");
}

static void on_tick(void *arg)
{
	struct agent *a = arg;
	uint64_t expired;

	if (read(a->timer_fd, &expired, sizeof(expired)) < 0)
		return;
	a->ticks++;
	engine_tick(&a->engine);
	agent_sync(a);
	if (a->ticks % 2 == 0) {
		packets_drain(a, false);
		zt_server_tick(a->server, clock_ms());
	}
	if (a->ticks % LOST_TICKS == 0) {
		packets_report_lost(a);
		emit_report_lost(&a->emit);
	}
}

static void on_netlink(void *arg)
{
	struct agent *a = arg;

	if (zt_net_watch_drain(a->watch) <= 0)
		return;
	/* ports at once; the policy at the next tick, so that a storm costs two a second */
	a->engine.env_dirty = true;
	ports_check(&a->engine, true);
}

static void on_control(void *arg)
{
	struct agent *a = arg;

	zt_server_run(a->server, clock_ms());
}

static void reload(struct agent *a)
{
	struct zt_errors errors = {0};
	struct config cfg;

	zt_server_groups(a->server);
	if (config_load(a->opt.config, !a->opt.config_given, &errors, &cfg)) {
		emit_text(&a->emit, ZT_CLASS_AGENT_ERROR, NULL,
			  "the configuration was not read again, the old one stays: %s",
			  errors.nr ? errors.v[0] : "unknown error");
	} else {
		a->cfg = cfg;
		emit_reconfigure(&a->emit, &a->cfg);
	}
	zt_errors_free(&errors);
}

static void on_signal(void *arg)
{
	struct signalfd_siginfo info;
	struct agent *a = arg;

	if (read(a->signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		reload(a);
	else
		loop_stop(a->loop);
}

static int open_descriptors(struct agent *a)
{
	struct itimerspec every = {.it_interval = {0, TICK_MS * 1000000},
				   .it_value = {0, TICK_MS * 1000000}};
	sigset_t set;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	a->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	a->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (a->signal_fd < 0 || a->timer_fd < 0 || timerfd_settime(a->timer_fd, 0, &every, NULL))
		return -errno;
	r = zt_net_watch_open(&a->watch);
	if (!r)
		r = loop_add(a->loop, a->signal_fd, on_signal, a);
	if (!r)
		r = loop_add(a->loop, a->timer_fd, on_tick, a);
	if (!r)
		r = loop_add(a->loop, zt_net_watch_fd(a->watch), on_netlink, a);
	if (!r)
		r = loop_add(a->loop, zt_server_fd(a->server), on_control, a);
	return r;
}

static int start_parts(struct agent *a)
{
	char *error = NULL, path[4200];
	int r;

	a->ledger = zt_ledger_new();
	if (!a->ledger)
		return complain("", NULL, -ENOMEM);
	r = loop_new(&a->loop);
	if (r)
		return complain("epoll", NULL, r);
	/* the lock beside the socket comes first: two agents would fight over the pins */
	snprintf(path, sizeof(path), "%s/ztagentd.sock", a->opt.run);
	r = zt_server_open(path, &commands_ops, a, &a->server, &error);
	if (r)
		return complain("", error, r);
	r = store_open(a->opt.state, &a->engine.store, &error);
	if (r)
		return complain("", error, r);
	r = open_descriptors(a);
	if (r)
		return complain("cannot watch", NULL, r);
	emit_open(&a->emit, &a->cfg, a->opt.foreground);
	emit_text(&a->emit, ZT_CLASS_AGENT_START, NULL,
		  "version " ZT_VERSION "; event numbers begin again at 1");
	r = engine_open(&a->engine, &error);
	return r ? complain("", error, r) : 0;
}

static void stop_parts(struct agent *a)
{
	if (a->ledger && a->engine.store)
		packets_drain(a, true);
	if (a->emit.cfg)
		emit_text(&a->emit, ZT_CLASS_AGENT_STOP,
			  a->engine.held ? a->engine.held->text : NULL,
			  a->engine.held ? "the policy stays in force" : "no policy is in force");
	if (a->engine.store)
		engine_close(&a->engine);
	zt_server_close(a->server);
	if (a->watch)
		zt_net_watch_close(a->watch);
	emit_close(&a->emit);
	store_close(a->engine.store);
	zt_ledger_free(a->ledger);
	loop_free(a->loop);
	close(a->signal_fd);
	close(a->timer_fd);
}

static int run(struct agent *a)
{
	int r = start_parts(a);

	if (r)
		return r;
	agent_sync(a);
	r = caps_drop();
	if (r)
		return complain("cannot give up privileges", NULL, r);
	notify_ready();
	r = loop_run(a->loop);
	return r ? complain("epoll", NULL, r) : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static struct agent a = {.signal_fd = -1, .timer_fd = -1, .events_fd = -1, .ended_fd = -1};
	struct zt_errors errors = {0};
	int r = options_parse(argc, argv, &a.opt);

	if (r >= 0)
		return r;
	umask(0077);
	r = config_load(a.opt.config, !a.opt.config_given, &errors, &a.cfg);
	if (r) {
		zt_errors_print(&errors, stderr);
		zt_errors_free(&errors);
		return EXIT_USAGE;
	}
	a.started_s = clock_boot_s();
	a.engine.cfg = &a.cfg;
	a.engine.emit = &a.emit;
	a.engine.pin_dir = a.opt.pin;
	a.engine.on_event = packets_ring;
	a.engine.on_event_arg = &a;
	a.engine.events_fd = -1;
	r = run(&a);
	stop_parts(&a);
	return r;
}
