/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames on an interface, both ways at once: XDP on the one processor, tc on the other.
 *
 *   out [v0] ── [v1] from_device, to_device
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "kmod.h"

#define BATCH 64
#define FRAME 100

struct sender {
	const char *ifname;
	int cpu;
	uint32_t frames;
	uint32_t sent;
};

static void *send_all(void *arg)
{
	static const char frame[FRAME] = { [12] = 0x08 };
	struct sender *s = arg;
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(s->ifname), .sll_halen = 6 };
	struct iovec iov = { (void *)frame, FRAME };
	struct mmsghdr m[BATCH] = {};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), i, n;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(s->cpu, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	for (i = 0; i < BATCH; i++)
		m[i].msg_hdr = (struct msghdr){ .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &iov, .msg_iovlen = 1 };
	while (s->sent < s->frames) {
		n = sendmmsg(fd, m, s->frames - s->sent < BATCH ? s->frames - s->sent : BATCH, 0);
		if (n < 0)
			continue; /* the queue is full */
		s->sent += n;
	}
	close(fd);
	return NULL;
}

struct listener {
	struct nl ear;
	struct totals t;
	volatile bool stop;
};

/* Meanwhile, or its buffer would be full. */
static void *listen_all(void *arg)
{
	struct listener *l = arg;

	while (!l->stop)
		kmod_listen(&l->ear, &l->t, 100);
	return NULL;
}

static int attach(struct kmod *k)
{
	int ifindex = if_nametoindex("v1");
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = k->to_fd);

	return bpf_xdp_attach(ifindex, k->from_fd, XDP_FLAGS_DRV_MODE, NULL) ?: bpf_tc_hook_create(&hook) ?:
	       bpf_tc_attach(&hook, &opts);
}

static void detach(void)
{
	int ifindex = if_nametoindex("v1");
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);

	bpf_xdp_detach(ifindex, 0, NULL);
	bpf_tc_hook_destroy(&hook);
}

void test_live(struct kmod *k)
{
	struct limits l = { 2000, 16, 5, { 3, 3, 3, 3, 3, 3, 3, 3 } };
	uint32_t n = kmod_scaled(500000);
	struct sender from = { "v0", 0, n, 0 }, to = { "v1", 1, n, 0 };
	struct listener who = {};
	struct totals *t = &who.t;
	struct setup s;
	struct stats st;
	struct sums sums;
	pthread_t other, listener;

	kmod_table(k, &l);
	check(!nl_open(&who.ear) && !nl_join(&who.ear, who.ear.group), "who listens joins the group");
	s = kmod_setup_of(k, &l);
	s.flows = 1000;
	kmod_setup(k, &s);
	if (system("ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up") || attach(k)) {
		check(false, "programs on an interface");
		return;
	}
	pthread_create(&listener, NULL, listen_all, &who);
	pthread_create(&other, NULL, send_all, &to);
	send_all(&from);
	pthread_join(other, NULL);
	kmod_free_cpus();
	detach(); /* the kernel itself sends now and then */
	do {
		usleep(100000);
		kmod_settled(k, &st);
	} while (st.live);
	who.stop = true;
	pthread_join(listener, NULL);
	kmod_listen(&who.ear, t, 500);
	kmod_sums(k, &sums);
	check(from.sent == n && to.sent == n && sums.packets[0] > n / 2 && sums.packets[1] + sums.refused >= n,
	      "of %u frames each way %llu and %llu were counted", n, (unsigned long long)sums.packets[0],
	      (unsigned long long)sums.packets[1]);
	check(t->packets[0] == sums.packets[0] && t->packets[1] == sums.packets[1] && t->bytes[0] == sums.bytes[0] &&
	      t->bytes[1] == sums.bytes[1], "and are in the end records of %llu flows, to the last octet",
	      (unsigned long long)t->flows);
	check(t->flows == st.made && st.ended_all == st.made && !t->gaps && !st.lost, "none of which was lost");
	nl_close(&who.ear);
	kmod_fresh(k);
}
