/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Policy files as they are sent to the agent: a file, or every *.json of a
 * directory by name (no dot files, no links, not recursive). Not parsed here.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "agent.h"

void sources_free(struct sources *s)
{
	size_t i;

	for (i = 0; i < s->nr; i++) {
		free((char *)s->v[i].name);
		free((char *)s->v[i].text);
	}
	free(s->v);
	*s = (struct sources){};
}

/* The whole of an open file, at most the protocol's limit. -errno. */
static int read_whole(int fd, char **ret_text, size_t *ret_len)
{
	size_t len = 0, size = 65536;
	char *text = malloc(size);

	while (text) {
		ssize_t n = read(fd, text + len, size - len);
		char *grown;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || len + n > ZT_CONTROL_FILES_MAX) {
			int error = n < 0 ? -errno : -E2BIG;

			free(text);
			return error;
		}
		if (!n) {
			*ret_text = text;
			*ret_len = len;
			return 0;
		}
		len += n;
		if (len < size)
			continue;
		size *= 2;
		grown = realloc(text, size);
		if (!grown)
			free(text);
		text = grown;
	}
	return -ENOMEM;
}

static int add_file(struct sources *s, int dir, const char *path, const char *name, int flags)
{
	struct zt_source *grown, source = {};
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | flags), r;
	char *text = NULL;

	if (fd < 0)
		return -errno;
	r = read_whole(fd, &text, &source.len);
	close(fd);
	if (r < 0)
		return r;
	source.text = text;
	source.name = strdup(name);
	grown = realloc(s->v, (s->nr + 1) * sizeof(*grown));
	if (!source.name || !grown) {
		free((char *)source.name);
		free(text);
		s->v = grown ? grown : s->v;
		return -ENOMEM;
	}
	s->v = grown;
	s->v[s->nr++] = source;
	return 0;
}

static int is_policy_file(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return e->d_name[0] != '.' && len > 5 && !strcmp(e->d_name + len - 5, ".json");
}

static int add_directory(struct sources *s, int dir)
{
	struct dirent **names = NULL;
	int nr = scandirat(dir, ".", &names, is_policy_file, alphasort), i, r = 0;

	if (nr < 0)
		return -errno;
	for (i = 0; i < nr; i++) {
		struct stat st;

		if (!r && !fstatat(dir, names[i]->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
		    S_ISREG(st.st_mode))
			r = add_file(s, dir, names[i]->d_name, names[i]->d_name, O_NOFOLLOW);
		free(names[i]);
	}
	free(names);
	return r < 0 ? r : s->nr ? 0 : -ENODATA;
}

int sources_read(const struct call *c, const char *path, struct sources *ret)
{
	struct sources s = {};
	const char *slash = strrchr(path, '/');
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;

	if (dir >= 0) {
		r = add_directory(&s, dir);
		close(dir);
	} else {
		r = add_file(&s, AT_FDCWD, path, slash && slash[1] ? slash + 1 : path, 0);
	}
	if (r < 0) {
		sources_free(&s);
		if (r == -ENODATA)
			return call_fail(c, CODE_REFUSED, "%s: no *.json file in this directory",
					 path);
		return call_fail(c, r == -EACCES ? CODE_NO_PRIVILEGE : CODE_BROKEN, "%s: %s", path,
				 r == -E2BIG ? "larger than any policy may be" : strerror(-r));
	}
	*ret = s;
	return 0;
}
