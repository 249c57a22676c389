/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From maps to the kernel module's table, under traffic. In this order:
 *
 *  1. The other object is loaded over the same maps, the table made and emptied.
 *  2. Every live record is copied without its counts, until a round finds hardly any new one.
 *     Nobody reads the copies yet; the maps go on judging and counting.
 *  3. The programs of all ports are replaced through their links, between two more rounds. A
 *     packet meets the old programs and the map, or the new ones and the table: it is judged
 *     once, and counted on one record.
 *  4. A grace period: no old program runs any more, so what maps hold is final.
 *  5. What each record in the maps counted is taken out of it and added to the record of its
 *     key in the table; where that has none (it began since the last round) it is put there.
 *
 * So every packet is in one flow's counts once. A flow that began between the round before the
 * replacing and its port's turn has no record in the table until the round behind it: its
 * opener's next packet makes one, an answer that is faster is not known, dropped and counted
 * (tests/netns/kmod_flows.py prints how many it met).
 *
 * zt_cfg.table is written before step 3, so a process that dies here finds by it that the
 * programs belong to the module, and goes on with step 5 (zt_move_resume).
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bpf/attach.h"

#define ROUNDS 8
#define HARDLY_ANY 8 /* new flows in a round: the next would find as many */
#define MERGE_TRIES 3

/* ---- 1: the other programs over the same maps -------------------------------------- */

static int share_maps(struct zt_maps *m, struct bpf_object *obj)
{
	struct bpf_map *map, *old;
	size_t len;
	int rc = 0;

	bpf_object__for_each_map(map, obj) {
		len = strlen(bpf_map__name(map));
		if (bpf_map__is_internal(map) || (len > 2 && !strcmp(bpf_map__name(map) + len - 2, "_0")))
			continue;
		old = bpf_object__find_map_by_name(m->obj, bpf_map__name(map));
		rc = old ? bpf_map__reuse_fd(map, bpf_map__fd(old)) : 0; /* some are new: zt_path */
		if (rc)
			break;
	}
	return rc;
}

static int load_other(struct zt_maps *m, struct bpf_object **ret_obj, char **ret_error)
{
	const struct zt_sizes sizes = { .flows = m->flows };
	struct bpf_object *obj;
	int rc = zt_object_open_kmod(&obj, ret_error);

	if (rc)
		return rc;
	rc = zt_object_size(obj, &sizes);
	if (!rc)
		rc = zt_object_leave_out(obj, ZT_FOR_TESTS);
	if (!rc)
		rc = share_maps(m, obj);
	if (rc)
		zt_fail(ret_error, rc, "the running maps do not fit the programs for zt_flow.ko: %s",
			strerror(-rc));
	else
		rc = zt_object_load(obj, ret_error);
	if (rc)
		bpf_object__close(obj);
	else
		*ret_obj = obj;
	return rc;
}

/* ---- 2: copies without counts ------------------------------------------------------- */

/* Of records whose word is not the one copied: how many were, or -errno. */
static int copy_round(struct zt_maps *m, uint64_t *copied)
{
	struct zt_kflow_record r;
	struct zt_clock clock;
	uint32_t i;
	int nr = 0, rc = zt_maps_clock(m, &clock);

	if (rc)
		return rc;
	for (i = 0; i < zt_slots(m); i++) {
		uint64_t word = __atomic_load_n(&zt_slot_flow(m, i)->word, __ATOMIC_ACQUIRE);

		if (!ZT_WORD_GEN(word) || word == copied[i] || zt_slot_read(m, i, &r) ||
		    !zt_record_lives(m, &r, clock.now))
			continue;
		memset(r.flow.count, 0, sizeof(r.flow.count));
		memset(r.rest.packets, 0, sizeof(r.rest.packets));
		memset(r.rest.bytes, 0, sizeof(r.rest.bytes));
		rc = zt_kflow_put(m->kflow, &r);
		if (rc == -ENOSPC)
			return nr; /* no room for the rest: step 5 tells */
		if (rc && rc != -EEXIST)
			return rc;
		copied[i] = r.flow.word;
		nr++;
	}
	return nr;
}

/* ret_copied: the word each slot had, for more rounds. */
static int copy_all(struct zt_maps *m, uint64_t **ret_copied)
{
	int nr = HARDLY_ANY + 1, n;

	*ret_copied = calloc(zt_slots(m), sizeof(**ret_copied));
	if (!*ret_copied)
		return -ENOMEM;
	for (n = 0; n < ROUNDS && nr > HARDLY_ANY; n++)
		nr = copy_round(m, *ret_copied);
	return nr < 0 ? nr : 0;
}

/* ---- 3: the programs ------------------------------------------------------------------ */

static int write_cfg(struct zt_maps *m)
{
	uint32_t zero = 0;

	return bpf_map_update_elem(m->map[ZT_MAP_CFG], &zero, &m->cfg, BPF_ANY) ? -errno : 0;
}

/* What has no link: attached by netlink, or a tc filter. */
static int replace_other(struct zt_maps *m, const struct zt_live_port *port, char **ret_error)
{
	struct zt_xdp_now now = { 0 };
	uint32_t ifindex = if_nametoindex(port->name);

	if (!ifindex || zt_xdp_query(ifindex, &now) || !zt_prog_is_ours(m, now.prog_id, ZT_PROG_IN))
		return 0; /* no device port, or not any more */
	return zt_live_attach(m, port->name, port->allow_generic, ret_error);
}

/* One after the other; what fails is found and repaired by the next check of its port. */
static int replace_programs(struct zt_maps *m, char **ret_error)
{
	uint32_t i;
	int rc = 0, h, err;

	for (i = 0; i < m->nr_ports; i++) {
		for (h = 0; h < ZT_HOOK_ALL; h++) {
			if (m->ports[i].link[h] < 0)
				continue;
			err = bpf_link_update(m->ports[i].link[h], m->prog[zt_hook_prog[h]], NULL);
			rc = rc ? rc : err;
		}
	}
	for (i = 0; i < m->nr_ports; i++) {
		err = replace_other(m, &m->ports[i], rc ? NULL : ret_error);
		rc = rc ? rc : err;
	}
	return rc;
}

/* ---- 5: the counts ---------------------------------------------------------------------- */

/* 0; -ENOENT: its key has no record in the table. */
static int merge(struct zt_maps *m, const struct zt_kflow_record *r)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .repeat = 1);
	struct zt_test test = { .op = ZT_CTL_MERGE };
	struct zt_merge frame = {
		.key = r->key,
		.first = r->rest.first,
		.seen = r->flow.seen,
		.state = r->flow.state,
	};
	uint32_t zero = 0;
	int dir;

	for (dir = 0; dir < 2; dir++) {
		frame.packets[dir] = r->rest.packets[dir] + ZT_COUNT_PACKETS(r->flow.count[dir]);
		frame.bytes[dir] = r->rest.bytes[dir] + ZT_COUNT_BYTES(r->flow.count[dir]);
	}
	opts.data_in = &frame;
	opts.data_size_in = sizeof(frame);
	if (bpf_map_update_elem(m->map[ZT_MAP_TEST], &zero, &test, BPF_ANY) ||
	    bpf_prog_test_run_opts(m->prog[ZT_PROG_CTL], &opts))
		return -errno;
	return opts.retval == XDP_PASS ? 0 : opts.retval == XDP_DROP ? -ENOENT : -EIO;
}

/* Into the record of its key, or a new one; a packet may make that at any moment. */
static int settle(struct zt_maps *m, const struct zt_kflow_record *r)
{
	int rc = -EEXIST, n;

	for (n = 0; n < MERGE_TRIES && rc == -EEXIST; n++) {
		rc = merge(m, r);
		if (rc == -ENOENT)
			rc = zt_kflow_put(m->kflow, r);
	}
	return rc;
}

/* Nobody else writes the maps now. Its word goes last: who dies in between begins with it again. */
static void settle_all(struct zt_maps *m, struct zt_moved *ret)
{
	struct zt_kflow_record r;
	uint32_t i;

	for (i = 0; i < zt_slots(m); i++) {
		if (zt_slot_read(m, i, &r))
			continue;
		if (settle(m, &r))
			ret->lost++;
		else
			ret->flows++;
		__atomic_store_n(&zt_slot_flow(m, i)->word, ZT_WORD_FREE, __ATOMIC_RELEASE);
	}
}

static void unpin_flows(struct zt_maps *m)
{
	char path[ZT_PATH_MAX];
	int i;

	for (i = ZT_MAP_FLOWS; i < ZT_MAP_NR; i++) {
		zt_pin_path(m->pin_dir, "maps", zt_map_name(i), path);
		unlink(path);
	}
}

/* No sweep goes through them any more. */
static int forget_buckets(struct zt_maps *m)
{
	m->cfg.buckets[0] = m->cfg.buckets[1] = 0;
	return write_cfg(m);
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* Nothing that packets see has changed if this fails. */
static int prepare(struct zt_maps *m, struct bpf_object **ret_obj, uint32_t *ret_table, uint64_t **ret_copied,
		   char **ret_error)
{
	int rc = load_other(m, ret_obj, ret_error);

	if (rc)
		return rc;
	rc = zt_kmod_table(m, &m->cfg, ret_table, ret_error);
	if (!rc) {
		rc = zt_kmod_empty(m);
		if (!rc)
			rc = copy_all(m, ret_copied);
		if (rc)
			zt_fail(ret_error, rc, "the flows cannot be copied to zt_flow.ko: %s",
				strerror(-rc));
	}
	if (rc)
		bpf_object__close(*ret_obj);
	return rc;
}

/*
 * From here on forward only. What the rounds about the replacing do not copy is put there when
 * counts are settled, a grace period later.
 */
static int change_over(struct zt_maps *m, struct bpf_object *obj, uint32_t table, uint64_t *copied,
		       struct zt_moved *ret, char **ret_error)
{
	struct bpf_object *old = m->obj;
	uint32_t max[ZT_MAP_NR];
	int rc, err;

	m->cfg.table = table;
	rc = write_cfg(m);
	if (rc) {
		m->cfg.table = 0;
		bpf_object__close(obj);
		return rc;
	}
	memcpy(max, m->max, sizeof(max));
	m->obj = obj;
	rc = zt_maps_parts(m, ret_error);
	memcpy(m->max, max, sizeof(max)); /* the flow maps are still mapped */
	if (!rc) {
		copy_round(m, copied);
		rc = replace_programs(m, ret_error);
		copy_round(m, copied);
	}
	if (!rc)
		rc = zt_pins_write(m, true, ret_error);
	if (!rc)
		rc = zt_arm_sweep(m);
	err = zt_grace(m); /* also after a failure: some ports have the new programs by then */
	rc = rc ? rc : err;
	settle_all(m, ret);
	zt_maps_unmap_flows(m);
	unpin_flows(m);
	bpf_object__close(old);
	m->why_map[0] = 0;
	return rc ? rc : forget_buckets(m);
}

/* A pinned flow map, mapped as it was in the process before. */
static int map_pinned(struct zt_maps *m, enum zt_map map, size_t value_size, void **ret)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);
	char path[ZT_PATH_MAX];
	int fd, rc = 0;

	zt_pin_path(m->pin_dir, "maps", zt_map_name(map), path);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return fd;
	if (bpf_obj_get_info_by_fd(fd, &info, &len) || info.value_size != value_size)
		rc = -EINVAL;
	if (!rc) {
		m->max[map] = info.max_entries;
		*ret = mmap(NULL, (size_t)info.max_entries * value_size, PROT_READ | PROT_WRITE,
			    MAP_SHARED, fd, 0);
		if (*ret == MAP_FAILED) {
			*ret = NULL;
			rc = -errno;
		}
	}
	close(fd);
	return rc;
}

int zt_move_resume(struct zt_maps *m, char **ret_error)
{
	struct zt_moved moved = { 0 };
	int rc;

	rc = map_pinned(m, ZT_MAP_FLOW4, sizeof(*m->flow4), (void **)&m->flow4);
	if (rc == -ENOENT)
		return 0;
	if (!rc)
		rc = map_pinned(m, ZT_MAP_FLOW6, sizeof(*m->flow6), (void **)&m->flow6);
	if (!rc)
		rc = map_pinned(m, ZT_MAP_REST4, sizeof(*m->rest4), (void **)&m->rest4);
	if (!rc)
		rc = map_pinned(m, ZT_MAP_REST6, sizeof(*m->rest6), (void **)&m->rest6);
	if (!rc)
		rc = zt_grace(m);
	if (!rc)
		settle_all(m, &moved);
	zt_maps_unmap_flows(m);
	if (!rc) {
		unpin_flows(m);
		rc = forget_buckets(m);
	}
	return rc ? zt_fail(ret_error, rc, "the move of the flows to zt_flow.ko cannot be finished: %s",
			    strerror(-rc)) : 0;
}

int zt_live_move(struct zt_maps *m, struct zt_moved *ret, char **ret_error)
{
	struct bpf_object *obj = NULL;
	uint64_t *copied = NULL;
	char *error = NULL;
	uint32_t table;
	int rc;

	*ret = (struct zt_moved){ 0 };
	rc = zt_kmod_find(&m->kflow, m->why_map);
	if (rc)
		return rc;
	rc = prepare(m, &obj, &table, &copied, &error);
	if (rc) {
		snprintf(m->why_map, sizeof(m->why_map), "%s", error ? error : strerror(-rc));
		zt_kflow_close(m->kflow);
		m->kflow = NULL;
		if (rc == -ENOENT)
			rc = -EIO;
	} else {
		rc = change_over(m, obj, table, copied, ret, &error);
	}
	free(copied);
	if (rc && !error)
		zt_fail(&error, rc, "%s", strerror(-rc));
	if (rc && ret_error)
		*ret_error = error;
	else
		free(error);
	return rc;
}
