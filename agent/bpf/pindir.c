/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pin directory: is it where only root can change it, and how things in it are
 * called. Knows nothing of what is pinned.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "bpf/attach.h"

static const char *const kinds[] = { "maps", "progs", "links" };
static const char *const suffix[ZT_HOOK_ALL] = { "-xdp", "-guard", "-out", "-up" };

/* Someone else may write above us only where the sticky bit keeps what is ours. */
static int check_above(int fd, const char *dir, char **ret_error)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_uid != 0 || ((st.st_mode & 022) && !(st.st_mode & S_ISVTX)))
		return zt_fail(ret_error, -EPERM, "pin directory %s: a directory above it can be "
			       "changed by others than root; pins there would not be safe", dir);
	return 0;
}

static int check_own(int fd, const char *what, char **ret_error)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_uid == 0 && !(st.st_mode & 077))
		return 0;
	return zt_fail(ret_error, -EPERM, "%s is owned by uid %u with mode %03o; it must be root's "
		       "with mode 700 (was it made by someone else? then remove it)", what,
		       st.st_uid, st.st_mode & 07777);
}

static int check_bpffs(int fd, const char *dir, char **ret_error)
{
	struct statfs fs;

	if (!fstatfs(fd, &fs) && fs.f_type == BPF_FS_MAGIC)
		return 0;
	return zt_fail(ret_error, -ENODEV, "%s is not on a BPF file system; mount one with "
		       "`mount -t bpf bpf /sys/fs/bpf`", dir);
}

/* The next folder of a path, without following links. The fd given is closed. */
static int step(int at, const char *name)
{
	int fd = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int rc = fd < 0 ? -errno : fd;

	close(at);
	return rc;
}

/* Open what lies above the last component of dir, checking each step. */
static int open_above(const char *dir, char **ret_last, char **ret_error)
{
	char *copy = strdup(dir), *name, *next, *save = NULL;
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), rc;

	if (!copy || fd < 0 || dir[0] != '/') {
		rc = zt_fail(ret_error, -EINVAL, "pin directory %s: must be an absolute path", dir);
		goto out;
	}
	rc = check_above(fd, dir, ret_error);
	name = strtok_r(copy, "/", &save);
	while (!rc && name && (next = strtok_r(NULL, "/", &save))) {
		fd = step(fd, name);
		if (fd < 0)
			rc = zt_fail(ret_error, fd, "pin directory %s: %s: %s", dir, name,
				     strerror(-fd));
		else
			rc = check_above(fd, dir, ret_error);
		name = next;
	}
	if (!rc) {
		*ret_last = name ? strdup(name) : NULL;
		rc = *ret_last ? 0 : zt_fail(ret_error, -EINVAL, "pin directory %s: no name", dir);
	}
out:
	free(copy);
	if (rc && fd >= 0)
		close(fd);
	return rc ? rc : fd;
}

/* Make (when missing) and check one of our own folders; its fd. */
static int own_folder(int at, const char *name, const char *what, char **ret_error)
{
	int fd, rc;

	if (mkdirat(at, name, 0700) && errno != EEXIST)
		return zt_fail(ret_error, -errno, "%s cannot be made: %s%s", what, strerror(errno),
			       errno == EACCES || errno == EPERM ? " (needs root)" : "");
	fd = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return zt_fail(ret_error, -errno, "%s is not a directory", what);
	rc = check_own(fd, what, ret_error);
	if (rc) {
		close(fd);
		return rc;
	}
	return fd;
}

int zt_pindir_open(const char *pin_dir, char **ret_error)
{
	int above, fd, sub, rc;
	char what[ZT_PATH_MAX];
	char *last = NULL;
	size_t i;

	above = open_above(pin_dir, &last, ret_error);
	if (above < 0)
		return above;
	rc = check_bpffs(above, pin_dir, ret_error);
	fd = rc ? rc : own_folder(above, last, pin_dir, ret_error);
	close(above);
	free(last);
	if (fd < 0)
		return fd;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		zt_pin_path(pin_dir, kinds[i], "", what);
		sub = own_folder(fd, kinds[i], what, ret_error);
		if (sub < 0) {
			close(fd);
			return sub;
		}
		close(sub);
	}
	close(fd);
	return 0;
}

void zt_pindir_remove(const char *pin_dir)
{
	char path[ZT_PATH_MAX];
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		zt_pin_path(pin_dir, kinds[i], "", path);
		rmdir(path);
	}
	rmdir(pin_dir);
}

void zt_pin_path(const char *pin_dir, const char *kind, const char *name, char ret[ZT_PATH_MAX])
{
	snprintf(ret, ZT_PATH_MAX, "%s/%s%s%s", pin_dir, kind, *name ? "/" : "", name);
}

/* bpffs refuses dots; '%' is the escape and escapes itself. */
void zt_link_name(const char *ifname, enum zt_hook hook, char ret[64])
{
	size_t n = 0;

	for (; *ifname && n < 48; ifname++) {
		if (*ifname == '.' || *ifname == '%')
			n += sprintf(ret + n, "%%%02x", (unsigned char)*ifname);
		else
			ret[n++] = *ifname;
	}
	strcpy(ret + n, suffix[hook]);
}

bool zt_link_name_parse(const char *name, char ret_ifname[16], enum zt_hook *ret_hook)
{
	size_t len = strlen(name), n = 0, i, h;
	char hex[3] = { 0 };

	for (h = 0; h < ZT_HOOK_ALL; h++) {
		if (len > strlen(suffix[h]) && !strcmp(name + len - strlen(suffix[h]), suffix[h]))
			break;
	}
	if (h == ZT_HOOK_ALL)
		return false;
	len -= strlen(suffix[h]);
	for (i = 0; i < len; i++) {
		if (n >= 15)
			return false;
		if (name[i] != '%') {
			ret_ifname[n++] = name[i];
			continue;
		}
		if (i + 2 >= len || !isxdigit(name[i + 1]) || !isxdigit(name[i + 2]))
			return false;
		memcpy(hex, name + i + 1, 2);
		ret_ifname[n++] = (char)strtol(hex, NULL, 16);
		i += 2;
	}
	ret_ifname[n] = '\0';
	*ret_hook = h;
	return true;
}

int zt_pins_each(const char *pin_dir, const char *kind, zt_pin_fn fn, void *arg)
{
	char path[ZT_PATH_MAX];
	struct dirent *e;
	int rc = 0;
	DIR *d;

	zt_pin_path(pin_dir, kind, "", path);
	d = opendir(path);
	if (!d)
		return errno == ENOENT ? 0 : -errno;
	while (!rc && (e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		zt_pin_path(pin_dir, kind, e->d_name, path);
		rc = fn(arg, e->d_name, path);
	}
	closedir(d);
	return rc;
}

const char *zt_fd_kind(int fd)
{
	static const struct {
		const char *link, *kind;
	} row[] = {
		{ "anon_inode:bpf-map", "map" },
		{ "anon_inode:bpf-prog", "prog" },
		{ "anon_inode:bpf_link", "link" }, /* as made */
		{ "anon_inode:bpf-link", "link" }, /* as opened from a pin */
	};
	char path[64], text[64];
	ssize_t n;
	size_t i;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, text, sizeof(text) - 1);
	text[n < 0 ? 0 : n] = '\0';
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (!strcmp(text, row[i].link))
			return row[i].kind;
	}
	return NULL;
}

/* The id is the second word of what the kernel tells of maps, programs and links alike. */
uint32_t zt_fd_id(int fd)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &len) ? 0 : info.id;
}
