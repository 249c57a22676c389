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
static int far_fd = -1, router_fd = -1, tun_fd = -1, stack_fd[3] = { -1, -1, -1 };
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

static bool has_vlans;

const char *live_net_missing(const char *name)
{
	const struct world_interface *w = world_interface(name);

	if (strchr(name, '.') && !has_vlans)
		return "this kernel has no 802.1Q devices";
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

		if (w->vlan || w->raw || live_net_missing(w->name))
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

		if (w->vlan || w->raw || live_net_missing(w->name))
			continue;
		if (w->zone != w->ifindex)
			fprintf(n, "link set %s master br%u\n", w->name, w->zone - 20);
	}
	fprintf(n, "link add " INJECTOR " mtu " MTU " type veth peer name " INJECTOR " mtu " MTU
		" netns %d\n", holder);
	fprintf(n, "link set " INJECTOR " arp off up\n");
	fprintf(e, "link set " INJECTOR " arp off up\n");
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++) {
		if (!world_interfaces[i].vlan && !live_net_missing(world_interfaces[i].name))
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

	if (fd < 0) { /* a module, and nobody has asked for it yet */
		run_in(router, "$(cat /proc/sys/kernel/modprobe) tun", NULL);
		fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	}
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
		setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on));
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

/* Where the kernel has them. */
static void add_vlans(void)
{
	static const char add[] = "link add link lan4 name lan4.30 index 34 type vlan id 30\n"
				  "link add link lan4 name lan4.31 index 35 type vlan id 31\n"
				  "link set lan4.30 up\nlink set lan4.31 up\n";

	has_vlans = !run_in(router, "ip -batch - 2>/dev/null", add);
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
	add_vlans();
	router_fd = packet_socket(0);
	if (setns(far, CLONE_NEWNET))
		return why_not(ret_why, -errno, "setns: %s", strerror(errno));
	far_fd = packet_socket(ETH_P_ALL);
	look_up_far();
	if (setns(router, CLONE_NEWNET) || far_fd < 0 || router_fd < 0)
		return why_not(ret_why, -EIO, "no packet sockets: %s", strerror(errno));
	return 0;
}

int live_net_route(char **ret_why)
{
	static const uint16_t protos[] = { ETH_P_IP, ETH_P_IPV6, ETH_P_ARP };
	static char text[16384];

	live_route_text(text, sizeof(text));
	if (run_in(router, "sh", text))
		return why_not(ret_why, -EIO, "the router cannot be set up");
	for (int i = 0; i < 3; i++)
		stack_fd[i] = packet_socket(protos[i]);
	return 0;
}

void live_net_close(void)
{
	int *fds[] = { &far_fd, &router_fd, &tun_fd, &far, &router, &home, &stack_fd[0],
		       &stack_fd[1], &stack_fd[2] };

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

/* One frame, with the tag the kernel has taken off put back. Its length, or -1. */
static ssize_t receive(int fd, uint8_t *frame, uint32_t *ret_ifindex)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct sockaddr_ll from;
	struct iovec iov = { frame, LIVE_FRAME - 4 };
	struct msghdr h = { .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov,
			    .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &h, 0);
	struct tpacket_auxdata aux;

	if (n < 0)
		return -1;
	*ret_ifindex = from.sll_ifindex;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&h); c; c = CMSG_NXTHDR(&h, c)) {
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		if (c->cmsg_type != PACKET_AUXDATA || !(aux.tp_status & TP_STATUS_VLAN_VALID))
			continue;
		memmove(frame + 16, frame + 12, n - 12);
		memcpy(frame + 12, (uint8_t[]){ 0x81, 0, aux.tp_vlan_tci >> 8, aux.tp_vlan_tci }, 4);
		if (aux.tp_status & TP_STATUS_VLAN_TPID_VALID)
			memcpy(frame + 12, (uint8_t[]){ aux.tp_vlan_tpid >> 8, aux.tp_vlan_tpid }, 2);
		n += 4;
	}
	return n;
}

/* What a packet socket for one protocol gets has passed XDP and tc ingress, and no bridge took it. */
static int see_stack(struct live_seen *ret)
{
	for (int i = 0; i < 3; i++) {
		ssize_t n = stack_fd[i] < 0 ? -1 : receive(stack_fd[i], ret->frame, &ret->ifindex);

		if (n < 0)
			continue;
		ret->len = n;
		ret->stack = true;
		return 1;
	}
	return 0;
}

int live_net_see(struct live_seen *ret)
{
	uint32_t ifindex;
	ssize_t n = receive(far_fd, ret->frame, &ifindex);

	ret->stack = false;
	if (n < 0)
		return see_tun(ret) || see_stack(ret);
	ret->len = n;
	ret->ifindex = 0;
	for (size_t i = 0; i < WORLD_NR(world_interfaces); i++) {
		if (far_index[i] == ifindex)
			ret->ifindex = world_interfaces[i].ifindex;
	}
	return 1;
}
