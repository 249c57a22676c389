/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Least privilege: of all root may do, the agent keeps what its system calls ask for.
 *   CAP_BPF        programs, maps, test runs
 *   CAP_PERFMON    the verifier's checks for programs that read packet pointers
 *   CAP_NET_ADMIN  XDP and tc attachment, netlink, switching VLAN offload off
 *   CAP_SYS_ADMIN  BPF_*_GET_FD_BY_ID: seeing what really is on a port
 * It stays uid 0, so that its files and pins are its own without CAP_DAC_OVERRIDE.
 */
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "daemon/agent.h"

static const uint8_t kept[] = {CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF};

static bool is_kept(int cap)
{
	size_t i;

	for (i = 0; i < sizeof(kept); i++)
		if (kept[i] == cap)
			return true;
	return false;
}

int caps_drop(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct have[2], want[2] = {{0}};
	int cap;

	if (syscall(SYS_capget, &head, have))
		return -errno;
	for (cap = 0; cap <= CAP_LAST_CAP; cap++) {
		if (is_kept(cap)) {
			/* only what there is: a container may have given less */
			uint32_t bit = have[cap / 32].permitted & (1u << (cap % 32));

			want[cap / 32].permitted |= bit;
			want[cap / 32].effective |= bit;
		} else {
			/* EINVAL: a capability this kernel does not know */
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
		}
	}
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) && errno != EINVAL)
		return -errno;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return syscall(SYS_capset, &head, want) ? -errno : 0;
}
