/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whole hash tables in and out: batch system calls, with one call for each key
 * where the kernel has no batch for a map type. Knows keys and values as bytes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/state.h"

#define CHUNK 4096u
#define KERNEL_ENOTSUPP 524 /* what map types without the operation answer */

static bool no_batch(int rc)
{
	return rc == -KERNEL_ENOTSUPP || rc == -EOPNOTSUPP || rc == -EINVAL;
}

void zt_dump_free(struct zt_dump *d)
{
	free(d->keys);
	free(d->values);
	*d = (struct zt_dump){ 0 };
}

static int grow(struct zt_dump *d, uint32_t *room, uint32_t need)
{
	uint32_t more = *room ? *room : CHUNK;
	void *p;

	while (more < need)
		more *= 2;
	if (more == *room)
		return 0;
	p = realloc(d->keys, (size_t)more * d->key_size);
	if (!p)
		return -ENOMEM;
	d->keys = p;
	p = realloc(d->values, (size_t)more * d->value_size);
	if (!p)
		return -ENOMEM;
	d->values = p;
	*room = more;
	return 0;
}

static int one_batch(int fd, void *in, void *out, struct zt_dump *d, uint32_t *count)
{
	void *keys = d->keys + (size_t)d->nr * d->key_size;
	void *values = d->values + (size_t)d->nr * d->value_size;

	return bpf_map_lookup_batch(fd, in, out, keys, values, count, NULL) ? -errno : 0;
}

static int dump_batch(int fd, struct zt_dump *d)
{
	uint32_t room = 0, chunk = CHUNK, count;
	uint64_t token[2][8]; /* hash tables use a bucket number, others a key */
	bool first = true;
	int rc, at = 0;

	for (;;) {
		rc = grow(d, &room, d->nr + chunk);
		if (rc)
			return rc;
		count = chunk;
		rc = one_batch(fd, first ? NULL : token[at], token[!at], d, &count);
		if (rc == -ENOSPC) { /* one bucket holds more than the chunk */
			chunk *= 2;
			continue;
		}
		if (rc && rc != -ENOENT)
			return rc;
		d->nr += count;
		if (rc == -ENOENT)
			return 0;
		first = false;
		at = !at;
	}
}

/* A key that vanishes under way makes the walk begin again; max bounds it. */
static int dump_single(int fd, uint32_t max, struct zt_dump *d)
{
	uint32_t room = 0;
	uint8_t *before = NULL, *key, *value;
	int rc;

	while (d->nr < max) {
		rc = grow(d, &room, d->nr + 1);
		if (rc)
			return rc;
		key = d->keys + (size_t)d->nr * d->key_size;
		value = d->values + (size_t)d->nr * d->value_size;
		if (d->nr)
			before = key - d->key_size;
		if (bpf_map_get_next_key(fd, before, key))
			return errno == ENOENT ? 0 : -errno;
		if (bpf_map_lookup_elem(fd, key, value)) {
			if (errno == ENOENT)
				continue;
			return -errno;
		}
		d->nr++;
	}
	return 0;
}

int zt_dump_map(int fd, uint32_t max, uint32_t key_size, uint32_t value_size,
		struct zt_dump *ret)
{
	struct zt_dump d = { .key_size = key_size, .value_size = value_size };
	int rc = dump_batch(fd, &d);

	if (no_batch(rc) && !d.nr)
		rc = dump_single(fd, max, &d);
	if (rc) {
		zt_dump_free(&d);
		return rc;
	}
	*ret = d;
	return 0;
}

int zt_write_map(int fd, const void *keys, const void *values, uint32_t nr, uint32_t key_size,
		 uint32_t value_size)
{
	uint32_t count = nr, i;

	if (!nr || !bpf_map_update_batch(fd, keys, values, &count, NULL))
		return 0;
	if (!no_batch(-errno))
		return -errno;
	for (i = 0; i < nr; i++) {
		if (bpf_map_update_elem(fd, (const uint8_t *)keys + (size_t)i * key_size,
					(const uint8_t *)values + (size_t)i * value_size, BPF_ANY))
			return -errno;
	}
	return 0;
}

int zt_delete_keys(int fd, const void *keys, uint32_t nr, uint32_t key_size)
{
	uint32_t i;
	int rc = 0;

	for (i = 0; i < nr; i++) {
		if (bpf_map_delete_elem(fd, (const uint8_t *)keys + (size_t)i * key_size) &&
		    errno != ENOENT)
			rc = -errno;
	}
	return rc;
}
