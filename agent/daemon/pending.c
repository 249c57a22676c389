/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The deadline of a change that must be confirmed. Counted on the boot clock, which
 * nobody sets; after a reboot only the wall clock is left, and it is not trusted to
 * give more time than was asked for.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "daemon/engine.h"
#include "daemon/loop.h"

void pending_boot_id(char buf[40])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, buf, 36) : 0;

	buf[n > 0 ? n : 0] = 0;
	if (fd >= 0)
		close(fd);
}

void pending_set(struct store_pending *p, uint32_t confirm_s)
{
	*p = (struct store_pending){.active = true, .confirm_s = confirm_s};
	p->wall_s = (int64_t)(clock_us() / 1000000) + confirm_s;
	p->boot_s = clock_boot_s() + confirm_s;
	pending_boot_id(p->boot_id);
}

int64_t pending_left(const struct store_pending *p)
{
	char boot_id[40];
	int64_t left;

	pending_boot_id(boot_id);
	if (!strcmp(boot_id, p->boot_id))
		return p->boot_s - clock_boot_s();
	left = p->wall_s - (int64_t)(clock_us() / 1000000);
	return left < p->confirm_s ? left : p->confirm_s;
}
