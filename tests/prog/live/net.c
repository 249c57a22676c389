/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two namespaces and a cable for each interface. The program itself moves into the
 * router's; a child that only waits holds the far one, so nothing is left behind
 * whatever happens.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "live/net.h"

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif
#define INJECTOR "inj"
#define MTU "9000"

static pid_t holder;
static int home = -1, router = -1, far = -1; /* namespaces */
static int far_fd = -1, router_fd = -1, tun_fd = -1;
static uint32_t far_index[WORLD_NR(world_interfaces)], far_injector;

static int why_not(char **ret_why, int rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(ret_why, fmt, ap) < 0)
		*ret_why = NULL;
	va_end(ap);
	return rc;
}

const char *live_net_missing(const char *name)
{
	const struct world_interface *w = world_interface(name);

	if (strchr(name, '.'))
		return "a VLAN device is not part of this run";
	return w && w->zone == 22 ? "a bond is not part of this run" : NULL;
}

static int is_bridge(const struct world_interface *w)
{
	return w->upper && !w->vlan;
}

/* ---- namespaces ------------------------------------------------------------- */

static int open_ns(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int hold_far(void)
{
	int ready[2];
	char c;

	if (pipe(ready))
		return -errno;
	holder = fork();
	if (!holder) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWNET) || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) == 1)
		far = open_ns(holder);
	close(ready[0]);
	return far < 0 ? -EPERM : 0;
}

/* A command in a namespace, its standard input given. 0, or -EIO. */
static int run_in(int ns, const char *command, const char *input)
{
	int to[2], status;
	pid_t pid;

	if (pipe(to))
		return -errno;
	pid = fork();
	if (!pid) {
		dup2(to[0], 0);
		close(to[1]);
		if (!setns(ns, CLONE_NEWNET))
			execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	close(to[0]);
	if (input && write(to[1], input, strlen(input)) < 0)
		perror("write");
	close(to[1]);
	return waitpid(pid, &status, 0) == pid && !status ? 0 : -EIO;
}

/* ---- interfaces ------------------------------------------------------------- */

/* As lines of `ip -batch`, for both namespaces. */
static void write_links(char *near, size_t near_len, char *ends, size_t ends_len)
{
	FILE *n = fmemopen(near, near_len, "w"), *e = fmemopen(ends, ends_len, "w");

	fprintf(n, "link set lo up\n");
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++) {
		const struct world_interface *w = &world_interfaces[i];

		if (live_net_missing(w->name) || w->raw)
			continue;
		fprintf(n, "link add %s index %u address 02:00:00:00:00:f1 mtu " MTU, w->name, w->ifindex);
		if (is_bridge(w)) {
			fprintf(n, " type bridge mcast_snooping 0\n");
			continue;
		}
		fprintf(n, " type veth peer name %s mtu " MTU " netns %d\n", w->name, holder);
		fprintf(e, "link set %s arp off up\n", w->name);
	}
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++) {
		const struct world_interface *w = &world_interfaces[i];

		if (live_net_missing(w->name) || w->raw)
			continue;
		if (w->zone != w->ifindex)
			fprintf(n, "link set %s master br%u\n", w->name, w->zone - 20);
	}
	fprintf(n, "link add " INJECTOR " mtu " MTU " type veth peer name " INJECTOR " mtu " MTU
		" netns %d\n", holder);
	fprintf(n, "link set " INJECTOR " arp off up\n");
	fprintf(e, "link set " INJECTOR " arp off up\n");
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++) {
		if (!live_net_missing(world_interfaces[i].name))
			fprintf(n, "link set %s up\n", world_interfaces[i].name);
	}
	fclose(n);
	fclose(e);
}

/* tun0 with the ifindex the world gives it; each packet comes and goes with its type in front. */
static int open_tun(void)
{
	const struct world_interface *w = world_interface("tun0");
	struct ifreq r = { .ifr_flags = IFF_TUN };
	uint32_t index = w->ifindex;
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	strcpy(r.ifr_name, w->name);
	if (fd < 0 || ioctl(fd, TUNSETIFINDEX, &index) || ioctl(fd, TUNSETIFF, &r))
		return -errno;
	return fd;
}

static int packet_socket(uint16_t proto)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(proto)), on = 1;
	int room = 32 << 20;

	if (fd >= 0) {
		setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	}
	return fd;
}

static void look_up_far(void)
{
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++)
		far_index[i] = if_nametoindex(world_interfaces[i].name);
	far_injector = if_nametoindex(INJECTOR);
}

static const char quiet[] =
	"for f in default all; do echo 1 >/proc/sys/net/ipv6/conf/$f/disable_ipv6; done";

int live_net_open(char **ret_why)
{
	static char near[8192], ends[4096];
	int rc;

	home = open_ns(getpid());
	rc = hold_far();
	if (!rc && unshare(CLONE_NEWNET))
		rc = -errno;
	router = open_ns(getpid());
	if (rc || router < 0)
		return why_not(ret_why, -EPERM, "no network namespaces (not root?)");
	run_in(router, quiet, NULL);
	run_in(far, quiet, NULL);
	tun_fd = open_tun();
	if (tun_fd < 0)
		return why_not(ret_why, tun_fd, "no tun device: %s", strerror(-tun_fd));
	write_links(near, sizeof(near), ends, sizeof(ends));
	if (run_in(router, "ip -batch -", near) || run_in(far, "ip -batch -", ends))
		return why_not(ret_why, -EIO, "the interfaces cannot be made");
	router_fd = packet_socket(0);
	if (setns(far, CLONE_NEWNET))
		return why_not(ret_why, -errno, "setns: %s", strerror(errno));
	far_fd = packet_socket(ETH_P_ALL);
	look_up_far();
	if (setns(router, CLONE_NEWNET) || far_fd < 0 || router_fd < 0)
		return why_not(ret_why, -EIO, "no packet sockets: %s", strerror(errno));
	return 0;
}

void live_net_close(void)
{
	int *fds[] = { &far_fd, &router_fd, &tun_fd, &far, &router, &home };

	if (home >= 0 && setns(home, CLONE_NEWNET))
		perror("setns");
	for (size_t i = 0; i < WORLD_NR(fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
	if (holder > 0) {
		kill(holder, SIGKILL);
		waitpid(holder, NULL, 0);
	}
	holder = 0;
}

uint32_t live_net_injector(void)
{
	return if_nametoindex(INJECTOR);
}

/* ---- frames ----------------------------------------------------------------- */

static int send_on(int fd, uint32_t ifindex, const void *frame, uint32_t len)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)ifindex };

	return sendto(fd, frame, len, 0, (void *)&to, sizeof(to)) == (ssize_t)len ? 0 : -errno;
}

static int send_tun(const void *frame, uint32_t len)
{
	static uint8_t out[LIVE_FRAME];
	struct tun_pi pi = { .proto = htons((*(const uint8_t *)frame & 0xf0) == 0x60 ? ETH_P_IPV6 : ETH_P_IP) };

	memcpy(out, &pi, sizeof(pi));
	memcpy(out + sizeof(pi), frame, len);
	return write(tun_fd, out, len + sizeof(pi)) == (ssize_t)(len + sizeof(pi)) ? 0 : -errno;
}

int live_net_send(const char *name, const void *frame, uint32_t len)
{
	const struct world_interface *w = world_interface(name);

	return w->raw ? send_tun(frame, len) :
			send_on(far_fd, far_index[w - world_interfaces], frame, len);
}

int live_net_inject(const void *frame, uint32_t len)
{
	return send_on(far_fd, far_injector, frame, len);
}

int live_net_send_local(const char *name, const void *frame, uint32_t len)
{
	int rc = send_on(router_fd, world_interface(name)->ifindex, frame, len);

	return rc == -ENOBUFS ? 0 : rc; /* what a program at tc egress drops */
}

static int see_tun(struct live_seen *ret)
{
	static uint8_t in[LIVE_FRAME];
	ssize_t n = read(tun_fd, in, sizeof(in));

	if (n < (ssize_t)sizeof(struct tun_pi))
		return 0;
	ret->ifindex = world_interface("tun0")->ifindex;
	ret->len = n - sizeof(struct tun_pi);
	memcpy(ret->frame, in + sizeof(struct tun_pi), ret->len);
	return 1;
}

int live_net_see(struct live_seen *ret)
{
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(far_fd, ret->frame, sizeof(ret->frame), 0, (void *)&from, &len);

	if (n < 0)
		return see_tun(ret);
	ret->len = n;
	ret->ifindex = 0;
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++) {
		if (far_index[i] == (uint32_t)from.sll_ifindex)
			ret->ifindex = world_interfaces[i].ifindex;
	}
	return 1;
}
