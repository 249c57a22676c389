/* SPDX-License-Identifier: GPL-2.0 */
/*
 * See wire.h. A tap is opened with IFF_NAPI_FRAGS: then the first piece of a writev is
 * the linear part and the others are fragments, as drivers with small buffers do it.
 */
#include <assert.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "bpf/attach.h"
#include "bpf/state.h"
#include "wire.h"

#define WIRE_OBJECT "build/tests/prog/wire.bpf.o"
#define PIECE 4096u /* the tap takes no greater fragment */
#define PIECES 17u
#define LINKS 8
#define MTU 65521 /* the most a tap has */

static struct bpf_object *obj;
static bool on_tap;
static int in = -1, out = -1, xdp = -1, links[LINKS], nr_links;

static int set(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return -errno;
	rc = write(fd, value, strlen(value)) < 0 ? -errno : 0;
	close(fd);
	return rc;
}

/* An attached tap: its file is the far end of the cable. */
static int tap(const char *name, uint32_t ifindex, int flags)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | flags };
	struct ethtool_value gro = { .cmd = ETHTOOL_SGRO };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), s, rc = 0;

	if (fd < 0)
		return -errno;
	strcpy(r.ifr_name, name);
	s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0 || (ifindex && ioctl(fd, TUNSETIFINDEX, &ifindex)) || ioctl(fd, TUNSETIFF, &r))
		rc = -errno;
	r.ifr_data = (void *)&gro; /* off: it would pull the headers it looks at together */
	if (!rc && ioctl(s, SIOCETHTOOL, &r))
		rc = -errno;
	r.ifr_mtu = MTU;
	if (!rc && ioctl(s, SIOCSIFMTU, &r))
		rc = -errno;
	r.ifr_flags = IFF_UP;
	if (!rc && ioctl(s, SIOCSIFFLAGS, &r))
		rc = -errno;
	close(s);
	if (!rc)
		return fd;
	close(fd);
	return rc;
}

int wire_prog(const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(obj, name));
}

static int map_fd(const char *name)
{
	return bpf_object__find_map_fd_by_name(obj, name);
}

static int attach(int prog, const char *dev, enum zt_hook hook)
{
	int fd = zt_tcx_first_link(prog, if_nametoindex(dev), hook);

	if (fd < 0)
		return fd;
	links[nr_links++] = fd;
	return 0;
}

int wire_attach_far(int prog)
{
	return nr_links == LINKS ? -E2BIG : attach(prog, "zfar", ZT_HOOK_OUT);
}

int wire_attach_in(int prog)
{
	return nr_links == LINKS ? -E2BIG : attach(prog, "zin", ZT_HOOK_GUARD);
}

int wire_attach_out(int prog)
{
	return nr_links == LINKS ? -E2BIG : attach(prog, "zout", ZT_HOOK_OUT);
}

int wire_attach_xdp(int prog, bool generic)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts,
		    .flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);

	if (xdp >= 0)
		close(xdp);
	xdp = bpf_link_create(prog, if_nametoindex("zin"), BPF_XDP, &opts);
	return xdp < 0 ? -errno : 0;
}

void wire_plan(const struct wire_plan *plan)
{
	struct wire_plan mine = *plan;
	uint32_t zero = 0;

	mine.to = if_nametoindex("zout");
	assert(!bpf_map_update_elem(map_fd("wire_plan"), &zero, &mine, BPF_ANY));
}

/* A socket on the far end of a veth pair. */
static int veth(uint32_t ifindex)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET };
	char cmd[128];
	int fd;

	snprintf(cmd, sizeof(cmd), "ip link add zin index %u type veth peer name zfar && "
		 "ip link set zin up && ip link set zfar up", ifindex);
	if (system(cmd))
		return -ENODEV;
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	at.sll_ifindex = if_nametoindex("zfar");
	if (fd >= 0 && !bind(fd, (void *)&at, sizeof(at)))
		return fd;
	close(fd);
	return -errno;
}

static int devices(const struct wire_setup *setup, char **ret_why)
{
	if (unshare(CLONE_NEWNET))
		return zt_fail(ret_why, -errno, "no network namespace: %s", strerror(errno));
	set("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1"); /* a kernel without has none */
	on_tap = !setup->veth;
	in = on_tap ? tap("zin", setup->ifindex, IFF_NAPI | IFF_NAPI_FRAGS) : veth(setup->ifindex);
	out = in < 0 ? in : tap("zout", 0, 0);
	if (out < 0)
		return zt_fail(ret_why, out, "no devices: %s", strerror(-out));
	if (!zt_tcx_supported(if_nametoindex("zout")))
		return zt_fail(ret_why, -EOPNOTSUPP, "tcx needs Linux 6.6");
	return 0;
}

int wire_open(const struct wire_setup *setup, char **ret_why)
{
	static const struct wire_plan plan;
	int rc = devices(setup, ret_why);

	if (rc)
		return rc;
	obj = bpf_object__open_file(WIRE_OBJECT, NULL);
	if (libbpf_get_error(obj) || bpf_object__load(obj))
		return zt_fail(ret_why, -ENOENT, "%s: %s", WIRE_OBJECT, strerror(errno));
	wire_plan(&plan);
	rc = wire_attach_in(wire_prog("wire_on"));
	return rc ? zt_fail(ret_why, rc, "cannot attach: %s", strerror(-rc)) : 0;
}

void wire_close(void)
{
	while (nr_links)
		close(links[--nr_links]);
	if (xdp >= 0)
		close(xdp);
	xdp = -1;
	close(in);
	close(out);
	bpf_object__close(obj);
}

int wire_send(const void *frame, uint32_t len, uint32_t linear, const struct virtio_net_hdr *head)
{
	static const struct virtio_net_hdr plain;
	struct iovec v[PIECES + 1] = { { (void *)(head ? head : &plain), sizeof(*head) } };
	const uint8_t *at = frame;
	uint32_t nr = 1, n;

	if (!on_tap)
		return send(in, frame, len, 0) < 0 ? -errno : 0;
	for (; len && nr <= PIECES; nr++, at += n, len -= n) {
		n = nr == 1 && linear ? linear : PIECE;
		n = n < len ? n : len;
		v[nr] = (struct iovec){ (void *)at, n };
	}
	return writev(in, v, nr) < 0 ? -errno : 0;
}

void wire_head_tcp(struct virtio_net_hdr *head, const uint8_t *frame, uint32_t len)
{
	bool v6 = frame[14] >> 4 == 6;

	head->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	head->gso_type = v6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
	head->csum_start = v6 ? 54 : 34;
	head->csum_offset = 16;
	head->hdr_len = head->csum_start + 20;
}

void wire_seen(struct wire_seen *ret)
{
	static const struct wire_seen nothing;
	uint32_t zero = 0;

	memset(ret, 0, sizeof(*ret));
	bpf_map_lookup_elem(map_fd("wire_seen"), &zero, ret);
	bpf_map_update_elem(map_fd("wire_seen"), &zero, &nothing, BPF_ANY);
}

uint32_t wire_arrived(void *frame, uint32_t max)
{
	struct virtio_net_hdr head;
	struct iovec v[2] = { { &head, sizeof(head) }, { frame, max } };
	ssize_t n = readv(out, v, 2);

	return n < (ssize_t)sizeof(head) ? 0 : (uint32_t)(n - sizeof(head));
}
