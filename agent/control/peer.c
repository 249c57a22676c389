/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is at the other end of a unix socket, as the kernel says: nothing the peer
 * sends counts. Supplementary groups come from the socket too, so a process that
 * ended meanwhile, or a reused pid, changes nothing.
 */
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "control/conn.h"

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

gid_t zt_peer_group(const char *name)
{
	struct group *g = getgrnam(name);

	return g ? g->gr_gid : (gid_t)-1;
}

static enum zt_right by_group(gid_t gid, gid_t change_gid, gid_t view_gid)
{
	if (gid == (gid_t)-1)
		return ZT_RIGHT_NONE;
	if (gid == change_gid)
		return ZT_RIGHT_CHANGE;
	return gid == view_gid ? ZT_RIGHT_VIEW : ZT_RIGHT_NONE;
}

static enum zt_right best_group(int fd, gid_t change_gid, gid_t view_gid)
{
	enum zt_right best = ZT_RIGHT_NONE, r;
	socklen_t len = 0, i;
	gid_t *groups;

	/* asked with no room, the kernel says how much it needs */
	if (!getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &len) || errno != ERANGE)
		return best;
	groups = malloc(len);
	if (!groups)
		return best;
	if (!getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len)) {
		for (i = 0; i < len / sizeof(*groups); i++) {
			r = by_group(groups[i], change_gid, view_gid);
			best = r > best ? r : best;
		}
	}
	free(groups);
	return best;
}

int zt_peer_read(int fd, gid_t change_gid, gid_t view_gid, struct zt_peer *ret)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);
	enum zt_right own, more;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len))
		return -errno;
	*ret = (struct zt_peer){.uid = cred.uid, .gid = cred.gid, .pid = cred.pid};
	if (cred.uid == 0) {
		ret->right = ZT_RIGHT_ROOT;
		return 0;
	}
	own = by_group(cred.gid, change_gid, view_gid);
	more = best_group(fd, change_gid, view_gid);
	ret->right = own > more ? own : more;
	return 0;
}
