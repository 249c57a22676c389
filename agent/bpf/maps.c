/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a loaded BPF object to a struct zt_maps: file descriptors, mappings,
 * sizes. Knows neither pins nor what the maps mean.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bpf/attach.h"
#include "bpf/state.h"

#define DEFAULT_HOSTS 262144u
#define MACS_PER_DEVICE 16u /* entries: of up to four MACs, each on its ports and in their zones */

static const char *const map_names[ZT_MAP_NR] = {
#define X(name, text) [ZT_MAP_##name] = text,
	ZT_MAPS(X)
#undef X
};

static const char *const prog_names[ZT_PROG_NR] = {
#define X(name, text) [ZT_PROG_##name] = text,
	ZT_PROGS(X)
#undef X
};

const char *zt_map_name(enum zt_map map)
{
	return map_names[map];
}

const char *zt_prog_name(enum zt_prog prog)
{
	return prog_names[prog];
}

/* An array's entries lie 8-aligned in its mapping. */
static size_t map_bytes(uint32_t max, size_t value_size)
{
	return (size_t)max * ((value_size + 7) & ~(size_t)7);
}

static int map_array(struct zt_maps *m, enum zt_map map, size_t value_size, void **ret)
{
	void *p = mmap(NULL, map_bytes(m->max[map], value_size), PROT_READ | PROT_WRITE,
		       MAP_SHARED, m->map[map], 0);

	if (p == MAP_FAILED)
		return -errno;
	*ret = p;
	return 0;
}

static void unmap_array(struct zt_maps *m, enum zt_map map, size_t value_size, void *p)
{
	if (p)
		munmap(p, map_bytes(m->max[map], value_size));
}

static int find_parts(struct zt_maps *m, char **ret_error)
{
	struct bpf_program *prog;
	struct bpf_map *map;
	int i;

	for (i = 0; i < ZT_MAP_NR; i++) {
		map = bpf_object__find_map_by_name(m->obj, map_names[i]);
		if (!map && i >= ZT_MAP_FLOWS) {
			m->map[i] = -1;
			m->max[i] = 0;
			continue;
		}
		if (!map)
			return zt_fail(ret_error, -ENOENT, "the BPF object has no map %s",
				       map_names[i]);
		m->map[i] = bpf_map__fd(map);
		m->max[i] = bpf_map__max_entries(map);
	}
	for (i = 0; i < ZT_PROG_NR; i++) {
		prog = bpf_object__find_program_by_name(m->obj, prog_names[i]);
		if (!prog)
			return zt_fail(ret_error, -ENOENT, "the BPF object has no program %s",
				       prog_names[i]);
		m->prog[i] = bpf_program__fd(prog);
	}
	return 0;
}

static int map_all(struct zt_maps *m, char **ret_error)
{
	const struct {
		enum zt_map map;
		size_t value_size;
		void **ret;
	} row[] = {
		{ ZT_MAP_GEN, sizeof(struct zt_gen), (void **)&m->gen },
		{ ZT_MAP_PORT, sizeof(struct zt_port), (void **)&m->port },
		{ ZT_MAP_FWD, sizeof(struct zt_fwd), (void **)&m->fwd },
		{ ZT_MAP_BIND, sizeof(struct zt_bind), (void **)&m->bind },
		{ ZT_MAP_DEV, sizeof(struct zt_dev), (void **)&m->dev },
		{ ZT_MAP_FLOW4, sizeof(struct zt_bucket4), (void **)&m->flow4 },
		{ ZT_MAP_FLOW6, sizeof(struct zt_bucket6), (void **)&m->flow6 },
		{ ZT_MAP_REST4, sizeof(struct zt_flow_rest), (void **)&m->rest4 },
		{ ZT_MAP_REST6, sizeof(struct zt_flow_rest), (void **)&m->rest6 },
		{ ZT_MAP_AGG, sizeof(struct zt_agg_set), (void **)&m->agg },
		{ ZT_MAP_SEEN, sizeof(uint64_t), (void **)&m->seen },
	};
	size_t i;
	int rc;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (m->map[row[i].map] < 0 || *row[i].ret)
			continue;
		rc = map_array(m, row[i].map, row[i].value_size, row[i].ret);
		if (rc)
			return zt_fail(ret_error, rc, "%s cannot be mapped: %s",
				       map_names[row[i].map], strerror(-rc));
	}
	return 0;
}

int zt_maps_parts(struct zt_maps *m, char **ret_error)
{
	int rc = find_parts(m, ret_error);

	return rc ? rc : map_all(m, ret_error);
}

int zt_maps_from_object(struct bpf_object *obj, struct zt_maps **ret_maps, char **ret_error)
{
	struct zt_maps *m = calloc(1, sizeof(*m));
	uint32_t zero = 0;
	int rc;

	if (!m) {
		bpf_object__close(obj);
		return -ENOMEM;
	}
	m->obj = obj;
	m->max_hosts = DEFAULT_HOSTS;
	m->ring_fd[0] = m->ring_fd[1] = -1;
	rc = zt_maps_parts(m, ret_error);
	if (!rc && bpf_map_lookup_elem(m->map[ZT_MAP_CFG], &zero, &m->cfg))
		rc = zt_fail(ret_error, -errno, "zt_cfg cannot be read: %s", strerror(errno));
	if (rc) {
		zt_maps_close(m);
		return rc;
	}
	m->max_macs = MACS_PER_DEVICE * m->max[ZT_MAP_DEV];
	*ret_maps = m;
	return 0;
}

int zt_maps_open_private(const struct zt_sizes *sizes, struct zt_maps **ret_maps,
			 char **ret_error)
{
	struct bpf_object *obj;
	int rc;

	rc = zt_object_open(&obj, ret_error);
	if (rc)
		return rc;
	rc = zt_object_size(obj, sizes);
	if (!rc)
		rc = zt_object_leave_out(obj, ZT_FOR_PORTS);
	if (rc)
		zt_fail(ret_error, rc, "the object cannot be prepared: %s", strerror(-rc));
	else
		rc = zt_object_load(obj, ret_error);
	if (rc) {
		bpf_object__close(obj);
		return rc;
	}
	rc = zt_maps_from_object(obj, ret_maps, ret_error);
	if (!rc && sizes->hosts)
		(*ret_maps)->max_hosts = sizes->hosts;
	return rc;
}

void zt_maps_unmap_flows(struct zt_maps *m)
{
	int i;

	unmap_array(m, ZT_MAP_FLOW4, sizeof(*m->flow4), m->flow4);
	unmap_array(m, ZT_MAP_FLOW6, sizeof(*m->flow6), m->flow6);
	unmap_array(m, ZT_MAP_REST4, sizeof(*m->rest4), m->rest4);
	unmap_array(m, ZT_MAP_REST6, sizeof(*m->rest6), m->rest6);
	m->flow4 = NULL;
	m->flow6 = NULL;
	m->rest4 = m->rest6 = NULL;
	for (i = ZT_MAP_FLOWS; i < ZT_MAP_NR; i++)
		m->max[i] = 0;
}

void zt_maps_close(struct zt_maps *m)
{
	int i;

	if (!m)
		return;
	zt_live_forget(m);
	ring_buffer__free(m->ring);
	free(m->ring_fn);
	for (i = 0; i < 2; i++)
		if (m->ring_fd[i] >= 0)
			close(m->ring_fd[i]);
	zt_kflow_close(m->ended);
	zt_kflow_close(m->kflow);
	unmap_array(m, ZT_MAP_GEN, sizeof(*m->gen), m->gen);
	unmap_array(m, ZT_MAP_PORT, sizeof(*m->port), m->port);
	unmap_array(m, ZT_MAP_FWD, sizeof(*m->fwd), m->fwd);
	unmap_array(m, ZT_MAP_BIND, sizeof(*m->bind), m->bind);
	unmap_array(m, ZT_MAP_DEV, sizeof(*m->dev), m->dev);
	zt_maps_unmap_flows(m);
	unmap_array(m, ZT_MAP_AGG, sizeof(*m->agg), m->agg);
	unmap_array(m, ZT_MAP_SEEN, sizeof(*m->seen), m->seen);
	bpf_object__close(m->obj);
	zt_image_free(m->image);
	free(m->pin_dir);
	free(m);
}

void zt_maps_capacity(const struct zt_maps *m, struct zt_env *env)
{
	env->max_devices = m->max[ZT_MAP_DEV];
	env->max_binds = m->max[ZT_MAP_BIND];
	env->max_hosts = m->max_hosts;
	env->max_macs = m->max_macs;
}

const struct zt_image *zt_maps_image(const struct zt_maps *m)
{
	return m->image;
}

uint32_t zt_maps_gen(const struct zt_maps *m)
{
	return __atomic_load_n(&m->gen->gen, __ATOMIC_ACQUIRE);
}

void zt_maps_no_policy(struct zt_maps *m)
{
	__atomic_store_n(&m->gen->gen, 0, __ATOMIC_RELEASE);
	zt_image_free(m->image);
	m->image = NULL;
}
