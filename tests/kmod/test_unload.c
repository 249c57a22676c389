/* SPDX-License-Identifier: GPL-2.0 */
/* The module goes when nobody uses it, and not before; so do network namespaces with flows in them. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kmod.h"

static int unload(void)
{
	return syscall(SYS_delete_module, "zt_flow", O_NONBLOCK) ? -errno : 0;
}

/* Programs are freed some time after they were closed. */
static int unload_soon(void)
{
	int n, err = unload();

	for (n = 0; n < 400 && err == -EWOULDBLOCK; n++) {
		usleep(20000);
		err = unload();
	}
	return err;
}

static int load(void)
{
	int fd = open(getenv("ZT_KO") ?: "", O_RDONLY | O_CLOEXEC), err;

	err = fd < 0 || syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	if (fd >= 0)
		close(fd);
	return err;
}

static void in_use(struct kmod *k)
{
	struct limits l = LIMITS(1000);
	struct totals t = {};
	struct setup s;
	struct nl ear;

	kmod_table(k, &l);
	s = kmod_setup_of(k, &l);
	s.flows = 100;
	kmod_setup(k, &s);
	kmod_traffic(k, 1000);
	check(unload() == -EWOULDBLOCK, "rmmod while a program is loaded says busy");
	check(!nl_open(&ear) && !nl_join(&ear, ear.group), "who listens joins the group");
	kmod_unload(k);
	check(!unload_soon(), "without programs it goes, with flows and all");
	kmod_listen(&ear, &t, 1000);
	check(t.flows == 100 && t.reason[ZT_ENDED_UNLOAD] == 100, "the flows ended as unload: %llu",
	      (unsigned long long)t.reason[ZT_ENDED_UNLOAD]);
	check(t.packets[0] == 500 && t.packets[1] == 500, "with all their packets");
	nl_close(&ear);
	check(!load() && !kmod_load(k), "and can come again");
}

/* ---- over and over ------------------------------------------------------------------------ */

struct busy {
	struct kmod *k;
	volatile bool stop;
};

static void *keep_busy(void *arg)
{
	struct busy *b = arg;

	while (!b->stop)
		kmod_traffic(b->k, 400);
	return NULL;
}

static bool cycle(struct kmod *k)
{
	struct limits l = LIMITS(1000);
	struct busy b = { .k = k };
	struct totals t = {};
	struct setup s;
	pthread_t thread;
	int n, refused = 0;

	kmod_table(k, &l);
	s = kmod_setup_of(k, &l);
	s.flows = 2000; /* more than there is room for */
	kmod_setup(k, &s);
	pthread_create(&thread, NULL, keep_busy, &b);
	for (n = 0; n < 5; n++) {
		refused += unload() == -EWOULDBLOCK;
		if (kmod_dump(k, &t))
			break;
	}
	b.stop = true;
	pthread_join(thread, NULL);
	kmod_unload(k);
	return n == 5 && refused == 5 && !unload_soon() && !load() && !kmod_load(k);
}

static void cycles(struct kmod *k)
{
	int many = kmod_many("ZT_KMOD_CYCLES", 3), n;

	for (n = 0; n < many; n++)
		if (!cycle(k))
			break;
	check(n == many, "loaded and unloaded %d times, with traffic and dumps between", n);
}

static void namespaces(struct kmod *k)
{
	struct limits l = { 500, 16, 5, {} };
	int many = kmod_many("ZT_KMOD_NETNS", 20), n, i;
	struct setup s;
	struct sums sums;
	struct stats st;

	for (n = 0; n < many; n++) { /* flows that live, and such as end meanwhile */
		for (i = 0; i < ZT_IDLE_MAX; i++)
			l.idle[i] = n & 1 ? 1 : 10000;
		kmod_table(k, &l); /* the namespace before it goes */
		s = kmod_setup_of(k, &l);
		s.flows = 600;
		kmod_setup(k, &s);
		kmod_traffic(k, 1000);
		kmod_sums(k, &sums);
		if (!kmod_settled(k, &st) || (!(n & 1) && !st.live) || st.made != sums.made ||
		    st.unused)
			break;
	}
	check(n == many, "%d network namespaces came and went with flows in them", n);
	kmod_fresh(k);
	check(!kmod_find(k, 1), "a number whose namespace is gone finds nothing");
}

void test_unload(struct kmod *k)
{
	namespaces(k);
	in_use(k);
	cycles(k);
}
