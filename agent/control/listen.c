/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The listening socket, safe against what someone may have put there before: the
 * directory is ours alone to write, a lock says whether another agent serves, and
 * only a dead socket is replaced, never a file or a link.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "control/conn.h"

static int fail(char **ret_error, int r, const char *path, const char *what)
{
	if (asprintf(ret_error, "%s: %s", path, what) < 0)
		*ret_error = NULL;
	return r;
}

static int open_dir(struct zt_server *s, const char *dir, char **ret_error)
{
	struct stat st;

	if (mkdir(dir, 0755) && errno != EEXIST)
		return fail(ret_error, -errno, dir, strerror(errno));
	s->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (s->dir_fd < 0)
		return fail(ret_error, -errno, dir,
			    errno == ELOOP || errno == ENOTDIR ? "is not a directory"
							       : strerror(errno));
	if (fstat(s->dir_fd, &st))
		return fail(ret_error, -errno, dir, strerror(errno));
	if (st.st_uid != geteuid() || (st.st_mode & 022))
		return fail(ret_error, -EPERM, dir,
			    "others may write here; make it owned by root, mode 0755");
	return 0;
}

static int take_lock(struct zt_server *s, const char *path, char **ret_error)
{
	char name[80];

	snprintf(name, sizeof(name), "%s.lock", s->name);
	s->lock_fd = openat(s->dir_fd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (s->lock_fd < 0)
		return fail(ret_error, -errno, path, "its lock file cannot be opened");
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB))
		return fail(ret_error, -EADDRINUSE, path, "another agent is running");
	return 0;
}

static int clear_place(struct zt_server *s, const char *path, char **ret_error)
{
	struct stat st;

	if (fstatat(s->dir_fd, s->name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : fail(ret_error, -errno, path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return fail(ret_error, -EEXIST, path,
			    "something that is not a socket lies here; remove it");
	if (unlinkat(s->dir_fd, s->name, 0))
		return fail(ret_error, -errno, path, strerror(errno));
	return 0;
}

static int bind_socket(struct zt_server *s, const char *path, char **ret_error)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	mode_t mask;
	int r;

	s->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->listen_fd < 0)
		return fail(ret_error, -errno, path, strerror(errno));
	/* by the open directory: no length limit, no race with a renamed parent */
	snprintf(un.sun_path, sizeof(un.sun_path), "/proc/self/fd/%d/%s", s->dir_fd, s->name);
	mask = umask(0111);
	r = bind(s->listen_fd, (struct sockaddr *)&un, sizeof(un)) ? -errno : 0;
	umask(mask);
	if (!r && listen(s->listen_fd, 64))
		r = -errno;
	return r ? fail(ret_error, r, path, strerror(-r)) : 0;
}

int zt_listen_open(struct zt_server *s, const char *path, char **ret_error)
{
	char dir[4096];
	char *slash;
	int r;

	s->listen_fd = s->dir_fd = s->lock_fd = -1;
	if (snprintf(dir, sizeof(dir), "%s", path) >= (int)sizeof(dir))
		return fail(ret_error, -ENAMETOOLONG, "socket", "path too long");
	slash = strrchr(dir, '/');
	if (!slash || slash == dir || !slash[1] || strlen(slash + 1) >= sizeof(s->name))
		return fail(ret_error, -EINVAL, path, "not a usable socket path");
	memcpy(s->name, slash + 1, strlen(slash + 1) + 1);
	*slash = 0;
	r = open_dir(s, dir, ret_error);
	if (!r)
		r = take_lock(s, path, ret_error);
	if (!r)
		r = clear_place(s, path, ret_error);
	if (!r)
		r = bind_socket(s, path, ret_error);
	return r;
}

void zt_listen_close(struct zt_server *s)
{
	if (s->listen_fd >= 0) {
		unlinkat(s->dir_fd, s->name, 0);
		close(s->listen_fd);
	}
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	if (s->dir_fd >= 0)
		close(s->dir_fd);
}
