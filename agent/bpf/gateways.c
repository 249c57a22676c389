/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The MACs of gateways, which only the programs learn (zt_gate). They outlive a publish
 * while the policy lists every gateway it listed before; else all go, and those that
 * remain are learned again from their next ARP or ND.
 *
 * What the generation before lists is read from its lines, not remembered: a new agent
 * process over running maps takes the same path.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bpf/state.h"

static int compare_host(const void *key, const void *row)
{
	return memcmp(key, &((const struct zt_image_host *)row)->key, sizeof(struct zt_host_key));
}

/* Is an entry of a host table a gateway that the image does not list. */
static bool is_gone(const struct zt_image *i, enum zt_table table, const __u64 *entry)
{
	uint32_t words = table == ZT_TABLE_HOST4 ? 2 : 4;
	struct zt_host_key key = { .family = table == ZT_TABLE_HOST4 ? 4 : 6 };
	const struct zt_image_host *h;
	struct zt_host_word word;

	memcpy(&word, &entry[words - 1], sizeof(word));
	if (!(word.flags & ZT_HOST_GATEWAY))
		return false;
	if (key.family == 4) {
		key.addr.w[2] = htobe32(0xffff);
		key.addr.w[3] = entry[0];
	} else {
		memcpy(&key.addr, entry, sizeof(key.addr));
		key.scope = entry[2];
	}
	h = i->nr_hosts ? bsearch(&key, i->hosts, i->nr_hosts, sizeof(*i->hosts), compare_host) : NULL;
	return !h || !(h->word.flags & ZT_HOST_GATEWAY);
}

static bool any_gone(const struct zt_image *i, const struct zt_pol *pol, const struct zt_line *lines,
		     enum zt_table table)
{
	const struct zt_line_span *s = &pol->span[table];
	uint32_t words = table == ZT_TABLE_HOST4 ? 2 : 4, n, at;

	for (n = s->first; n < s->first + s->nr; n++) {
		for (at = 0; at < 8; at += words) {
			if (is_gone(i, table, &lines[n].w[at]))
				return true;
		}
	}
	return false;
}

static int open_lines(struct zt_maps *m, uint32_t parity)
{
	uint32_t id;

	if (bpf_map_lookup_elem(m->map[ZT_MAP_LINE], &parity, &id))
		return -errno;
	return bpf_map_get_fd_by_id(id);
}

int zt_gateways_look(struct zt_maps *m, const struct zt_image *i, uint32_t parity, bool *ret_gone)
{
	struct zt_line *lines;
	struct zt_pol pol;
	size_t bytes;
	int fd;

	*ret_gone = false;
	if (bpf_map_lookup_elem(m->map[ZT_MAP_POL], &parity, &pol))
		return -errno;
	if (!(pol.flags & ZT_POL_GATEWAYS))
		return 0;
	fd = open_lines(m, parity);
	if (fd < 0)
		return fd;
	bytes = sizeof(*lines) * (pol.span[ZT_TABLE_MAX - 1].first + pol.span[ZT_TABLE_MAX - 1].nr);
	lines = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (lines == MAP_FAILED)
		return -errno;
	*ret_gone = any_gone(i, &pol, lines, ZT_TABLE_HOST4) ||
		    any_gone(i, &pol, lines, ZT_TABLE_HOST6);
	munmap(lines, bytes);
	return 0;
}

static int compare_mac(const void *key, const void *row)
{
	return memcmp(key, &((const struct zt_image_mac *)row)->key, sizeof(struct zt_mac_key));
}

/* A device or this router has that MAC there: it is no gateway's, nor shall it be again. */
static bool is_listed(const struct zt_image *i, const struct zt_mac_key *key)
{
	return i->nr_macs && bsearch(key, i->macs, i->nr_macs, sizeof(*i->macs), compare_mac);
}

int zt_gateways_forget(struct zt_maps *m, const struct zt_image *i, bool gone)
{
	const struct zt_mac_key *keys;
	struct zt_dump d;
	uint32_t n;
	int rc;

	rc = zt_dump_map(m->map[ZT_MAP_GATE], m->max[ZT_MAP_GATE], sizeof(*keys), sizeof(uint32_t),
			 &d);
	if (rc)
		return rc;
	keys = (const struct zt_mac_key *)d.keys;
	for (n = 0; n < d.nr && !rc; n++) {
		if (gone || is_listed(i, &keys[n]))
			rc = zt_delete_keys(m->map[ZT_MAP_GATE], &keys[n], 1, sizeof(*keys));
	}
	zt_dump_free(&d);
	return rc;
}
