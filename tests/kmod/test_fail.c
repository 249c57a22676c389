/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocations that fail, by the kernel's fault injection, for this process alone. Each request is
 * done or answered with an error, and nothing is lost by it.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "kmod.h"

#define DEBUG "/sys/kernel/debug/"

static bool write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

static bool set(const char *which, const char *what, int v)
{
	char path[96], text[16];

	snprintf(path, sizeof(path), DEBUG "%s/%s", which, what);
	snprintf(text, sizeof(text), "%d", v);
	return write_to(path, text);
}

static bool failing(int percent)
{
	static const char *const which[] = { "failslab", "fail_page_alloc" };
	bool ok = true;
	int i;

	for (i = 0; i < 2; i++)
		ok = set(which[i], "probability", percent) && set(which[i], "interval", 1) &&
		     set(which[i], "times", -1) && set(which[i], "verbose", 0) && set(which[i], "task-filter", 1) && ok;
	return ok && set("failslab", "ignore-gfp-wait", 0) && set("fail_page_alloc", "ignore-gfp-wait", 0) &&
	       set("fail_page_alloc", "min-order", 0);
}

static int make_it_fail; /* of this thread; opening it may fail, writing to it does not */

static void fail(bool on)
{
	if (pwrite(make_it_fail, on ? "1" : "0", 1, 0) != 1) {
		perror("make-it-fail");
		exit(1);
	}
}

static int ask(struct kmod *k, uint8_t cmd, uint16_t flags)
{
	struct zt_flow_key key = kmod_key(1);
	struct nl_msg m;

	nl_begin(&k->nl, &m, cmd, flags);
	if (cmd == ZT_GENL_CMD_GET && !flags)
		nl_put(&m, ZT_GENL_ATTR_KEY, &key, sizeof(key));
	return nl_talk(&k->nl, &m, NULL, NULL);
}

/* A namespace where making the table may fail: asked for until it does not. */
static int make_table(struct kmod *k, const struct limits *l)
{
	struct nl_msg m;
	int err, n;

	for (n = 0; n < 50; n++) {
		nl_begin(&k->nl, &m, ZT_GENL_CMD_TABLE, 0);
		nl_put_u32(&m, ZT_GENL_ATTR_ABI, ZT_ABI_VERSION);
		nl_put_u32(&m, ZT_GENL_ATTR_MAX_FLOWS, l->max_flows);
		nl_put_u32(&m, ZT_GENL_ATTR_DEVICES, l->devices);
		nl_put_u32(&m, ZT_GENL_ATTR_TICK_SHIFT, l->tick_shift);
		nl_put(&m, ZT_GENL_ATTR_IDLE, l->idle, sizeof(l->idle));
		fail(true);
		err = nl_talk(&k->nl, &m, NULL, NULL);
		fail(false);
		if (err != -ENOMEM && err != -ENOBUFS)
			return err;
	}
	return 0;
}

static bool known(int err)
{
	return !err || err == -ENOMEM || err == -ENOBUFS || err == -ENOENT;
}

static bool round_of(struct kmod *k, const struct limits *l)
{
	struct timeval patience = { .tv_sec = 2 };
	struct stats st;
	struct sums sums;
	struct totals t = {};
	struct setup s;
	int n, bad = 0;

	fail(true);
	(void)!unshare(CLONE_NEWNET); /* comes, or does not */
	fail(false);
	kmod_fresh(k);
	bad += !!make_table(k, l);
	if (kmod_stats(k, &st)) /* every single try failed */
		return !bad;
	k->table = st.table;
	s = kmod_setup_of(k, l);
	s.flows = 300;
	kmod_setup(k, &s);
	setsockopt(k->nl.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	fail(true);
	for (n = 0; n < 20; n++) {
		bad += !known(ask(k, ZT_GENL_CMD_STATS, 0));
		bad += !known(ask(k, ZT_GENL_CMD_GET, 0));
	}
	fail(false);
	kmod_traffic(k, 2000);
	kmod_sums(k, &sums);
	kmod_dump(k, &t);
	return !bad && t.packets[0] == sums.packets[0] && t.packets[1] == sums.packets[1];
}

void test_fail(struct kmod *k)
{
	struct limits l = { 1000, 16, 6, { 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000 } };
	static const int percent[] = { 1, 5, 20, 50, 100 };
	unsigned i;
	int n, good;

	make_it_fail = open("/proc/thread-self/make-it-fail", O_WRONLY);
	if (make_it_fail < 0 || !failing(0)) {
		check(false, "fault injection: this kernel has none");
		goto out;
	}
	for (i = 0; i < sizeof(percent) / sizeof(*percent); i++) {
		failing(percent[i]);
		for (n = good = 0; n < 20; n++)
			good += round_of(k, &l);
		failing(0);
		check(good == 20, "%d of 20 rounds went well while %d %% of allocations failed", good, percent[i]);
	}
out:
	if (make_it_fail >= 0)
		close(make_it_fail);
}
