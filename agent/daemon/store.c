/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of the state directory, each whole or not at all: write a new one, sync it,
 * rename it over the old one, sync the directory. Knows nothing of what is in them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "daemon/store_file.h"
#include "policy/policy.h"

int store_fail(char **ret_error, int r, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	*ret_error = text;
	return r;
}

int store_open(const char *dir, struct store **ret, char **ret_error)
{
	struct store *s = calloc(1, sizeof(*s));
	struct stat st;
	int r = 0;

	if (!s)
		return -ENOMEM;
	s->fd = -1;
	snprintf(s->dir, sizeof(s->dir), "%s", dir);
	if (mkdir(dir, 0700) && errno != EEXIST)
		r = store_fail(ret_error, -errno, "%s: %s", dir, strerror(errno));
	if (!r) {
		s->fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (s->fd < 0 || fstat(s->fd, &st))
			r = store_fail(ret_error, -errno, "%s: %s", dir, strerror(errno));
		else if (st.st_uid != geteuid() || (st.st_mode & 022))
			r = store_fail(
				ret_error, -EPERM,
				"%s: others may write here; make it owned by root, mode 0700", dir);
	}
	if (r) {
		store_close(s);
		return r;
	}
	*ret = s;
	return 0;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, text, len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

int store_write_file(struct store *s, const char *name, const char *text, size_t len)
{
	char tmp[80];
	int fd, r;

	snprintf(tmp, sizeof(tmp), ".%s.new", name);
	/* left behind by a crash; a link someone placed is removed, not followed */
	unlinkat(s->fd, tmp, 0);
	fd = openat(s->fd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = write_all(fd, text, len);
	if (!r && fsync(fd))
		r = -errno;
	if (close(fd) && !r)
		r = -errno;
	if (!r && renameat(s->fd, tmp, s->fd, name))
		r = -errno;
	if (!r && fsync(s->fd))
		r = -errno;
	if (r)
		unlinkat(s->fd, tmp, 0);
	return r;
}

int store_read_file(struct store *s, const char *name, size_t max, char **ret_text)
{
	int fd = openat(s->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	size_t have = 0;
	struct stat st;
	ssize_t n = 0;
	int r = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		r = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || (size_t)st.st_size > max)
		r = -EINVAL;
	else
		text = malloc((size_t)st.st_size + 1);
	if (!r && !text)
		r = -ENOMEM;
	while (!r && have < (size_t)st.st_size) {
		n = read(fd, text + have, (size_t)st.st_size - have);
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			r = -errno;
		have += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	if (r) {
		free(text);
		return r;
	}
	text[have] = 0;
	*ret_text = text;
	return 0;
}

static void policy_name(uint32_t revision, char name[40])
{
	snprintf(name, 40, "policy-%u.json", revision);
}

int store_write_policy(struct store *s, uint32_t revision, const char *text, char **ret_error)
{
	char name[40];
	int r;

	policy_name(revision, name);
	r = store_write_file(s, name, text, strlen(text));
	return r ? store_fail(ret_error, r, "%s/%s: %s", s->dir, name, strerror(-r)) : 0;
}

static void hash_text(const char *text, char hex[65])
{
	unsigned char sum[SHA256_DIGEST_LENGTH];
	int i;

	SHA256((const unsigned char *)text, strlen(text), sum);
	for (i = 0; i < SHA256_DIGEST_LENGTH; i++)
		sprintf(hex + 2 * i, "%02x", sum[i]);
}

int store_read_policy(struct store *s, const struct store_rev *rev, char **ret_text,
		      char **ret_error)
{
	char name[40], hex[65], *text;
	int r;

	policy_name(rev->revision, name);
	r = store_read_file(s, name, ZT_POLICY_BYTES_MAX, &text);
	if (r)
		return store_fail(ret_error, r, "%s/%s: %s", s->dir, name, strerror(-r));
	hash_text(text, hex);
	if (strcmp(hex, rev->hash)) {
		free(text);
		return store_fail(ret_error, -EINVAL, "%s/%s: damaged, its hash is not %.16s",
				  s->dir, name, rev->hash);
	}
	*ret_text = text;
	return 0;
}

void store_prune(struct store *s, uint32_t keep, uint32_t keep_too)
{
	int fd = openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *d;
	unsigned int n;
	char name[40];

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((d = readdir(dir))) {
		if (sscanf(d->d_name, "policy-%u.json", &n) != 1 || n == keep || n == keep_too)
			continue;
		policy_name(n, name);
		if (!strcmp(name, d->d_name))
			unlinkat(s->fd, name, 0);
	}
	closedir(dir);
}
