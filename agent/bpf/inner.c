/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables that are made anew for each generation: networks, services, and the exact
 * tables in their lines. Filled while no packet can see them, then placed in the slot of
 * their parity.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>
#include "bpf/state.h"
#include "compile/tables.h"

void zt_inner_close(struct zt_inner *in)
{
	int *fd[] = { &in->net, &in->svc, &in->line };
	size_t i;

	for (i = 0; i < 3; i++) {
		if (*fd[i] >= 0)
			close(*fd[i]);
		*fd[i] = -1;
	}
}

/*
 * Made like the template of the object: with its BTF, or Linux 6.1 refuses the map
 * in the slot. Only the number of entries may differ.
 */
static int make(struct zt_maps *m, const char *template, uint32_t max, char **ret_error)
{
	struct bpf_map *t = bpf_object__find_map_by_name(m->obj, template);
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	int fd;

	if (!t)
		return zt_fail(ret_error, -ENOENT, "the BPF object has no map %s", template);
	opts.btf_fd = bpf_object__btf_fd(m->obj);
	opts.btf_key_type_id = bpf_map__btf_key_type_id(t);
	opts.btf_value_type_id = bpf_map__btf_value_type_id(t);
	opts.map_flags = bpf_map__map_flags(t);
	fd = bpf_map_create(bpf_map__type(t), template, bpf_map__key_size(t),
			    bpf_map__value_size(t), max, &opts);
	if (fd < 0)
		return zt_fail(ret_error, fd, "%s with %u entries cannot be made: %s; nothing was "
			       "changed", template, max, strerror(-fd));
	return fd;
}

static int fill(int fd, const char *name, const void *keys, const void *values, uint32_t nr,
		uint32_t key_size, uint32_t value_size, char **ret_error)
{
	int rc = zt_write_map(fd, keys, values, nr, key_size, value_size);

	if (rc)
		zt_fail(ret_error, rc, "%s with %u entries cannot be filled: %s; nothing was changed",
			name, nr, strerror(-rc));
	return rc;
}

/* A fresh array in our memory, so that filling it takes no system call. */
static int map_fresh(int fd, const char *name, size_t bytes, void **ret, char **ret_error)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return zt_fail(ret_error, -errno, "%s cannot be mapped: %s; nothing was changed",
			       name, strerror(errno));
	*ret = p;
	return 0;
}

static int make_net(struct zt_maps *m, const struct zt_image *i, int *ret_fd, char **ret_error)
{
	struct zt_block *blocks = NULL;
	void *p = NULL;
	uint32_t nr;
	int rc;

	rc = zt_blocks_make(i, &blocks, &nr);
	if (rc)
		return zt_fail(ret_error, rc, "%u networks cannot be laid out: %s; nothing was "
			       "changed", i->nr_nets, strerror(-rc));
	rc = *ret_fd = make(m, "zt_net_0", nr, ret_error);
	if (rc >= 0)
		rc = map_fresh(*ret_fd, "zt_net", nr * sizeof(*blocks), &p, ret_error);
	if (rc >= 0) {
		memcpy(p, blocks, nr * sizeof(*blocks));
		munmap(p, nr * sizeof(*blocks));
	}
	free(blocks);
	return rc;
}

/* The seed is a new one for each generation: nobody can learn which keys share a line. */
static int make_line(struct zt_maps *m, const struct zt_image *i, int *ret_fd,
		     struct zt_pol *ret_pol, char **ret_error)
{
	void *p = NULL;
	uint32_t nr;
	int rc;

	rc = zt_lines_plan(i, ret_pol, &nr);
	if (!rc && getrandom(&ret_pol->seed, sizeof(ret_pol->seed), 0) != sizeof(ret_pol->seed))
		rc = -EIO;
	if (rc)
		return zt_fail(ret_error, rc, "%u rule entries cannot be laid out: %s; nothing was "
			       "changed", i->nr_rules, strerror(-rc));
	rc = *ret_fd = make(m, "zt_line_0", nr, ret_error);
	if (rc < 0)
		return rc;
	rc = map_fresh(*ret_fd, "zt_line", nr * sizeof(struct zt_line), &p, ret_error);
	if (rc)
		return rc;
	rc = zt_lines_fill(i, ret_pol, p);
	munmap(p, nr * sizeof(struct zt_line));
	if (rc)
		zt_fail(ret_error, rc, "zt_line with %u lines cannot be filled: %s; nothing was "
			"changed", nr, strerror(-rc));
	return rc;
}

/* A fresh array is all zeros: only services that some rule names are written. */
static int make_svc(struct zt_maps *m, const struct zt_image *i, int *ret_fd, char **ret_error)
{
	uint32_t *keys = calloc(ZT_SVC_MAX, sizeof(*keys));
	uint32_t *classes = calloc(ZT_SVC_MAX, sizeof(*classes));
	uint32_t n, nr = 0;
	int rc = -ENOMEM;

	for (n = 0; keys && classes && n < ZT_SVC_MAX; n++) {
		if (!i->svc[n])
			continue;
		keys[nr] = n;
		classes[nr++] = i->svc[n];
	}
	if (keys && classes)
		rc = *ret_fd = make(m, "zt_svc_0", ZT_SVC_MAX, ret_error);
	if (rc >= 0)
		rc = fill(*ret_fd, "zt_svc", keys, classes, nr, sizeof(*keys), sizeof(*classes),
			  ret_error);
	free(keys);
	free(classes);
	return rc;
}

int zt_inner_make(struct zt_maps *m, const struct zt_image *i, struct zt_inner *ret,
		  struct zt_pol *ret_pol, char **ret_error)
{
	struct zt_inner in = ZT_INNER_NONE;
	int rc;

	rc = make_net(m, i, &in.net, ret_error);
	if (rc >= 0)
		rc = make_svc(m, i, &in.svc, ret_error);
	if (rc >= 0)
		rc = make_line(m, i, &in.line, ret_pol, ret_error);
	if (rc < 0) {
		zt_inner_close(&in);
		return rc;
	}
	*ret = in;
	return 0;
}

static int place(struct zt_maps *m, enum zt_map map, uint32_t parity, int fd, char **ret_error)
{
	if (!bpf_map_update_elem(m->map[map], &parity, &fd, BPF_ANY))
		return 0;
	return zt_fail(ret_error, -errno, "%s[%u] cannot be set: %s", zt_map_name(map), parity,
		       strerror(errno));
}

int zt_inner_place(struct zt_maps *m, uint32_t parity, const struct zt_inner *in,
		   char **ret_error)
{
	int rc;

	rc = place(m, ZT_MAP_NET, parity, in->net, ret_error);
	if (!rc)
		rc = place(m, ZT_MAP_SVC, parity, in->svc, ret_error);
	if (!rc)
		rc = place(m, ZT_MAP_LINE, parity, in->line, ret_error);
	return rc;
}

/*
 * Since 5.0 the kernel ends every update of a map-in-map by waiting for all
 * running programs (maybe_wait_bpf_programs), so writing a slot's own map back is
 * the grace period, also on one CPU, where membarrier does not wait.
 */
int zt_grace(struct zt_maps *m)
{
	uint32_t parity = zt_maps_gen(m) & 1, id;
	int fd, rc = 0;

	if (bpf_map_lookup_elem(m->map[ZT_MAP_SVC], &parity, &id))
		return -errno;
	fd = bpf_map_get_fd_by_id(id);
	if (fd < 0)
		return fd;
	if (bpf_map_update_elem(m->map[ZT_MAP_SVC], &parity, &fd, BPF_ANY))
		rc = -errno;
	close(fd);
	return rc;
}
