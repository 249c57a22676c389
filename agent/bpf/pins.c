/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Maps and programs in the pin directory: adopted only when each is what this
 * object would have made, else refused by name. Knows no ports.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "bpf/attach.h"

#define UNLOAD_FIRST "unload first (`ztctl unload`)"

/* Templates of inner maps live only inside the object. */
static bool is_template(const char *name)
{
	size_t len = strlen(name);

	return len > 2 && !strcmp(name + len - 2, "_0");
}

static bool is_pinned_map(const struct bpf_map *map)
{
	return !bpf_map__is_internal(map) && !is_template(bpf_map__name(map));
}

static int get_map(const char *path, struct bpf_map_info *ret_info, char **ret_error)
{
	uint32_t len = sizeof(*ret_info);
	const char *kind;
	int fd;

	fd = bpf_obj_get(path);
	if (fd < 0)
		return fd == -ENOENT ? fd : zt_fail(ret_error, fd, "%s cannot be opened: %s", path,
						    strerror(-fd));
	kind = zt_fd_kind(fd);
	memset(ret_info, 0, len);
	if (!kind || strcmp(kind, "map") || bpf_obj_get_info_by_fd(fd, ret_info, &len)) {
		close(fd);
		return zt_fail(ret_error, -EEXIST, "%s is not a map but a %s of someone else; "
			       "nothing was touched", path, kind ? kind : "thing");
	}
	return fd;
}

static int check_kind(const struct bpf_map *want, const struct bpf_map_info *is, const char *path,
		      char **ret_error)
{
	if (is->type != bpf_map__type(want) || is->key_size != bpf_map__key_size(want) ||
	    is->value_size != bpf_map__value_size(want) ||
	    is->map_flags != bpf_map__map_flags(want))
		return zt_fail(ret_error, -EEXIST, "%s is another map than ours (type %u key %u "
			       "value %u flags %#x, expected type %u key %u value %u flags %#x): "
			       "foreign, or of another version; " UNLOAD_FIRST, path, is->type,
			       is->key_size, is->value_size, is->map_flags, bpf_map__type(want),
			       bpf_map__key_size(want), bpf_map__value_size(want),
			       bpf_map__map_flags(want));
	return 0;
}

static int check_size(const struct bpf_map *want, const struct bpf_map_info *is, const char *path,
		      char **ret_error)
{
	if (is->max_entries == bpf_map__max_entries(want))
		return 0;
	return zt_fail(ret_error, -EEXIST, "%s holds %u entries, %u belong to the sizes of the "
		       "others; " UNLOAD_FIRST, path, is->max_entries, bpf_map__max_entries(want));
}

/* zt_cfg of whatever is pinned, if its size is ours. */
static int pinned_cfg(const char *pin_dir, struct zt_cfg *ret)
{
	struct bpf_map_info info;
	char path[ZT_PATH_MAX];
	uint32_t zero = 0;
	int fd, rc;

	zt_pin_path(pin_dir, "maps", zt_map_name(ZT_MAP_CFG), path);
	fd = get_map(path, &info, NULL);
	if (fd < 0)
		return fd;
	rc = info.value_size != sizeof(*ret) ? -EINVAL :
	     bpf_map_lookup_elem(fd, &zero, ret) ? -errno : 0;
	close(fd);
	return rc;
}

enum zt_home zt_pins_home(const char *pin_dir)
{
	struct zt_cfg cfg;

	if (pinned_cfg(pin_dir, &cfg) || cfg.abi != ZT_ABI_VERSION)
		return ZT_HOME_NONE;
	return cfg.table ? ZT_HOME_MODULE : ZT_HOME_MAPS;
}

static int check_abi(const char *pin_dir, char **ret_error)
{
	struct zt_cfg cfg;
	int rc = pinned_cfg(pin_dir, &cfg);

	if (!rc && cfg.abi && cfg.abi != ZT_ABI_VERSION)
		return zt_fail(ret_error, -EEXIST, "%s: the maps are of ABI version %u, this program "
			       "is of %u; " UNLOAD_FIRST, pin_dir, cfg.abi, ZT_ABI_VERSION);
	return rc;
}

struct visit {
	struct bpf_object *obj;
	char **ret_error;
	uint32_t found;
};

/* A map that only the object without the kernel module has: left by a move (move.c). */
static bool is_flow_map(const char *name)
{
	int i;

	for (i = ZT_MAP_FLOWS; i < ZT_MAP_NR; i++)
		if (!strcmp(zt_map_name(i), name))
			return true;
	return false;
}

/*
 * Does a set need this map to be whole. A move that was not finished has not pinned zt_path yet
 * (move.c); it holds nothing that is not asked of the routing table again.
 */
static bool is_needed(const struct bpf_map *map)
{
	return is_pinned_map(map) && strcmp(bpf_map__name(map), "zt_path");
}

/* Every pin must be a map of ours by name and kind. */
static int visit_map(void *arg, const char *name, const char *path)
{
	struct visit *v = arg;
	struct bpf_map *map = bpf_object__find_map_by_name(v->obj, name);
	struct bpf_map_info info;
	int fd, rc;

	if (!map && is_flow_map(name))
		return 0;
	if (!map)
		return zt_fail(v->ret_error, -EEXIST, "%s is not ours: no map of this version has "
			       "that name; remove it, or " UNLOAD_FIRST, path);
	fd = get_map(path, &info, v->ret_error);
	if (fd < 0)
		return fd;
	rc = check_kind(map, &info, path, v->ret_error);
	v->found += is_needed(map);
	close(fd);
	return rc;
}

static uint32_t pinned_entries(const char *pin_dir, const char *name)
{
	struct bpf_map_info info = { 0 };
	char path[ZT_PATH_MAX];
	int fd;

	zt_pin_path(pin_dir, "maps", name, path);
	fd = get_map(path, &info, NULL);
	if (fd >= 0)
		close(fd);
	return info.max_entries;
}

/* A size nobody asked for is what the running maps have; another one is refused. */
static int sizes_of_pins(const char *pin_dir, bool in_module, struct zt_sizes *s, char **ret_error)
{
	const struct {
		const char *name, *word;
		uint32_t *size;
	} row[] = {
		{ "zt_flow4", "flows", &s->flows },
		{ "zt_dev", "devices", &s->devices },
		{ "zt_learn", "learned", &s->learned },
	};
	uint32_t have;
	size_t i;

	if (s->flows) /* as many as there is room for in buckets */
		s->flows = ZT_FLOWS(ZT_BUCKETS(s->flows));
	for (i = in_module; i < sizeof(row) / sizeof(row[0]); i++) {
		have = pinned_entries(pin_dir, row[i].name);
		if (row[i].size == &s->flows)
			have = ZT_FLOWS(have);
		if (*row[i].size && *row[i].size != have)
			return zt_fail(ret_error, -EEXIST, "the running maps hold %u %s, \"%s\" "
				       "is configured as %u; set that back, or " UNLOAD_FIRST " to "
				       "load with another size", have, row[i].word, row[i].word,
				       *row[i].size);
		*row[i].size = have;
	}
	return 0;
}

static int adopt_map(const char *pin_dir, struct bpf_map *map, char **ret_error)
{
	struct bpf_map_info info;
	char path[ZT_PATH_MAX];
	int fd, rc;

	zt_pin_path(pin_dir, "maps", bpf_map__name(map), path);
	if (!is_needed(map) && access(path, F_OK))
		return 0;
	fd = get_map(path, &info, ret_error);
	if (fd < 0)
		return fd;
	rc = check_kind(map, &info, path, ret_error);
	if (!rc)
		rc = check_size(map, &info, path, ret_error);
	if (!rc)
		rc = bpf_map__reuse_fd(map, fd);
	close(fd);
	return rc;
}

int zt_pins_look(const char *pin_dir, struct bpf_object *obj, struct zt_sizes *sizes,
		 bool *ret_complete, char **ret_error)
{
	struct visit v = { .obj = obj, .ret_error = ret_error };
	struct bpf_map *map;
	uint32_t want = 0;
	int rc;

	*ret_complete = false;
	bpf_object__for_each_map(map, obj)
		want += is_needed(map);
	rc = zt_pins_each(pin_dir, "maps", visit_map, &v);
	if (rc || v.found < want) /* a set that was never finished is begun anew */
		return rc;
	rc = check_abi(pin_dir, ret_error);
	if (!rc)
		rc = sizes_of_pins(pin_dir, !bpf_object__find_map_by_name(obj, "zt_flow4"), sizes,
				   ret_error);
	*ret_complete = !rc;
	return rc;
}

int zt_pins_adopt(const char *pin_dir, struct bpf_object *obj, char **ret_error)
{
	struct bpf_map *map;
	int rc = 0;

	bpf_object__for_each_map(map, obj) {
		if (!rc && is_pinned_map(map))
			rc = adopt_map(pin_dir, map, ret_error);
	}
	return rc;
}

/* Put fd at path in one step, also when something is there. */
int zt_pin_replace(int fd, const char *path)
{
	char next[ZT_PATH_MAX + 8];
	struct stat st;

	if (lstat(path, &st))
		return bpf_obj_pin(fd, path) ? -errno : 0;
	snprintf(next, sizeof(next), "%s_new", path);
	unlink(next);
	if (bpf_obj_pin(fd, next))
		return -errno;
	if (!rename(next, path))
		return 0;
	unlink(next);
	return -errno;
}

static int pin(int fd, const char *path, bool replace, char **ret_error)
{
	int have = bpf_obj_get(path), rc = 0;
	bool same = have >= 0 && zt_fd_id(have) == zt_fd_id(fd);

	if (have >= 0)
		close(have);
	if (!same && (replace || have == -ENOENT))
		rc = zt_pin_replace(fd, path);
	if (rc)
		zt_fail(ret_error, rc, "%s cannot be pinned: %s", path, strerror(-rc));
	return rc;
}

/* zt_gen comes last: a set without it was never finished. */
int zt_pins_write(struct zt_maps *m, bool replace, char **ret_error)
{
	char path[ZT_PATH_MAX];
	struct bpf_map *map;
	int i, rc = 0;

	bpf_object__for_each_map(map, m->obj) {
		if (rc || !is_pinned_map(map) || bpf_map__fd(map) == m->map[ZT_MAP_GEN])
			continue;
		zt_pin_path(m->pin_dir, "maps", bpf_map__name(map), path);
		rc = pin(bpf_map__fd(map), path, replace, ret_error);
	}
	for (i = 0; !rc && i < ZT_PROG_NR; i++) {
		zt_pin_path(m->pin_dir, "progs", zt_prog_name(i), path);
		if (m->prog[i] >= 0)
			rc = pin(m->prog[i], path, replace, ret_error);
		else
			unlink(path); /* left by bpftool, or by an agent that loaded them */
	}
	if (rc)
		return rc;
	zt_pin_path(m->pin_dir, "maps", zt_map_name(ZT_MAP_GEN), path);
	return pin(m->map[ZT_MAP_GEN], path, replace, ret_error);
}

bool zt_pins_present(const struct zt_maps *m)
{
	char path[ZT_PATH_MAX];
	int fd;
	bool same;

	zt_pin_path(m->pin_dir, "maps", zt_map_name(ZT_MAP_GEN), path);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return false;
	same = zt_fd_id(fd) == zt_fd_id(m->map[ZT_MAP_GEN]);
	close(fd);
	return same;
}
