/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tcx links by raw system calls: Debian 12's libbpf and kernel headers are older
 * than tcx (Linux 6.6). Layouts from include/uapi/linux/bpf.h of 6.6.
 */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "bpf/attach.h"

#define TCX_INGRESS 46u
#define TCX_EGRESS 47u
#define BEFORE (1u << 3) /* BPF_F_BEFORE, of nobody: before all */

struct link_create {
	uint32_t prog_fd, ifindex, attach_type, flags;
	uint32_t relative_fd, pad;
	uint64_t expected_revision;
};

struct prog_query {
	uint32_t ifindex, attach_type, query_flags, attach_flags;
	uint64_t prog_ids;
	uint32_t count, pad;
	uint64_t prog_attach_flags, link_ids, link_attach_flags, revision;
};

static uint32_t attach_type(enum zt_hook hook)
{
	return hook == ZT_HOOK_OUT ? TCX_EGRESS : TCX_INGRESS;
}

int zt_tcx_programs(uint32_t ifindex, enum zt_hook hook, uint32_t *ids, uint32_t max)
{
	struct prog_query q = {
		.ifindex = ifindex,
		.attach_type = attach_type(hook),
		.prog_ids = (uintptr_t)ids,
		.count = max,
	};

	if (!syscall(__NR_bpf, BPF_PROG_QUERY, &q, sizeof(q)))
		return (int)q.count;
	if (errno == ENOENT)
		return 0;
	return errno == ENOSPC ? (int)max : -errno;
}

/* Kernels before 6.6 do not know the attach type. */
bool zt_tcx_supported(uint32_t ifindex)
{
	uint32_t ids[1];

	return zt_tcx_programs(ifindex, ZT_HOOK_OUT, ids, 1) >= 0;
}

int zt_tcx_first_link(int prog_fd, uint32_t ifindex, enum zt_hook hook)
{
	struct link_create c = {
		.prog_fd = prog_fd,
		.ifindex = ifindex,
		.attach_type = attach_type(hook),
		.flags = BEFORE,
	};
	int fd = syscall(__NR_bpf, BPF_LINK_CREATE, &c, sizeof(c));

	return fd < 0 ? -errno : fd;
}
