/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policies from disk: one file, or the *.json of a directory. The only part of
 * agent/policy/ that opens anything; must never interpret what it reads.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "policy/policy.h"

struct sources {
	struct zt_source *v;
	size_t nr, size;
	size_t bytes; /* of all */
	struct zt_errors *errors;
};

static void free_sources(struct sources *s)
{
	for (size_t i = 0; i < s->nr; i++) {
		free((char *)s->v[i].name);
		free((char *)s->v[i].text);
	}
	free(s->v);
}

static int fail(struct sources *s, const char *path, const char *what, int error)
{
	zt_errors_add(s->errors, "%s:1: (file): %s: %s", path, what, strerror(error));
	return -error;
}

static int too_large(struct sources *s, const char *path, size_t bytes)
{
	zt_errors_add(s->errors, "%s:1: (file): %zu bytes; the limit is %u for all files together",
		      path, bytes, ZT_POLICY_BYTES_MAX);
	return -EINVAL;
}

/* Until the end, or a byte more than may be; a pipe has no size to begin with. */
static int read_text(int fd, size_t expected, char **ret_text, size_t *ret_len)
{
	size_t size = expected + 1, len = 0;
	char *text = malloc(size), *more;
	ssize_t n = 1;

	while (text && n > 0 && len <= ZT_POLICY_BYTES_MAX) {
		if (len == size) {
			size += size / 2 + 4096;
			more = realloc(text, size);
			if (!more)
				break;
			text = more;
		}
		n = read(fd, text + len, size - len);
		if (n > 0)
			len += n;
		if (n < 0 && errno == EINTR)
			n = 1;
	}
	if (!text || n != 0) {
		int error = !text || n > 0 ? ENOMEM : errno;

		if (text && len > ZT_POLICY_BYTES_MAX)
			error = EFBIG;
		*ret_len = len;
		free(text);
		return -error;
	}
	*ret_text = text;
	*ret_len = len;
	return 0;
}

static int add(struct sources *s, const char *path, char *text, size_t len)
{
	char *name = strdup(path);

	if (s->nr == s->size) {
		size_t size = s->size ? s->size * 2 : 8;
		struct zt_source *v = realloc(s->v, size * sizeof(*v));

		if (v) {
			s->v = v;
			s->size = size;
		}
	}
	if (!name || s->nr == s->size) {
		free(name);
		free(text);
		return fail(s, path, "cannot be read", ENOMEM);
	}
	s->v[s->nr++] = (struct zt_source){ name, text, len };
	s->bytes += len;
	return 0;
}

static int read_fd(struct sources *s, int fd, const char *path)
{
	struct stat st;
	size_t len = 0;
	char *text = NULL;
	int r;

	if (fstat(fd, &st) < 0)
		return fail(s, path, "cannot be read", errno);
	if (S_ISREG(st.st_mode) && (size_t)st.st_size > ZT_POLICY_BYTES_MAX - s->bytes)
		return too_large(s, path, s->bytes + st.st_size);
	r = read_text(fd, S_ISREG(st.st_mode) ? st.st_size : 65536, &text, &len);
	if (r == -EFBIG)
		return too_large(s, path, s->bytes + len);
	if (r)
		return fail(s, path, "cannot be read", -r);
	return add(s, path, text, len);
}

/* A regular file of the directory; links and the rest are passed over. */
static int read_member(struct sources *s, int dir, const char *dir_path, const char *name)
{
	char path[4096];
	struct stat st;
	int fd, r;

	snprintf(path, sizeof(path), "%s/%s", dir_path, name);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(s, path, "cannot be read", errno);
	if (!S_ISREG(st.st_mode))
		return 0;
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return fail(s, path, "cannot be opened", errno);
	r = read_fd(s, fd, path);
	close(fd);
	return r;
}

static int is_policy_file(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return d->d_name[0] != '.' && n > 5 && !strcmp(d->d_name + n - 5, ".json");
}

/* By bytes, so that messages do not depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_directory(struct sources *s, int dir, const char *path)
{
	struct dirent **names;
	int nr = scandirat(dir, ".", &names, is_policy_file, by_name), r = 0;

	if (nr < 0)
		return fail(s, path, "cannot be read", errno);
	for (int i = 0; i < nr; i++) {
		if (!r)
			r = read_member(s, dir, path, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	if (!r && !s->nr) {
		zt_errors_add(s->errors, "%s:1: (file): no *.json in this directory", path);
		r = -ENOENT;
	}
	return r;
}

int zt_policy_load(const char *path, struct zt_errors *errors, struct zt_errors *infos,
		   struct zt_policy **ret_policy)
{
	struct sources s = { .errors = errors };
	struct stat st;
	int fd, r;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(&s, path, "cannot be opened", errno);
	if (fstat(fd, &st) < 0)
		r = fail(&s, path, "cannot be read", errno);
	else
		r = S_ISDIR(st.st_mode) ? read_directory(&s, fd, path) : read_fd(&s, fd, path);
	close(fd);
	if (!r)
		r = zt_policy_parse(s.v, s.nr, errors, infos, ret_policy);
	free_sources(&s);
	return r;
}
