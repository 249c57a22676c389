/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing a learned address as the programs would (bpf/learn.h): the entry, its
 * place in the ageing queue, and the device's count of addresses.
 */
#include <errno.h>
#include "bpf/state.h"

/*
 * Not atomic against a program that learns for the same device in this instant:
 * the count may then be one too low until the entry expires. Meant for restoring,
 * before traffic, and for captures.
 */
static int charge(struct zt_maps *m, uint32_t dev, uint32_t family, int by)
{
	struct zt_devst st;

	if (bpf_map_lookup_elem(m->map[ZT_MAP_DEVST], &dev, &st))
		return -errno;
	if (family == 4)
		st.addresses4 += by;
	else
		st.addresses6 += by;
	return bpf_map_update_elem(m->map[ZT_MAP_DEVST], &dev, &st, BPF_ANY) ? -errno : 0;
}

static int learn_new(struct zt_maps *m, const struct zt_learned_entry *e)
{
	int rc;

	if (bpf_map_update_elem(m->map[ZT_MAP_LEARN], &e->key, &e->learned, BPF_NOEXIST))
		return -errno;
	rc = charge(m, e->learned.dev, e->key.family, 1);
	if (!rc && bpf_map_update_elem(m->map[ZT_MAP_LEARNQ], NULL, &e->key, BPF_ANY)) {
		rc = -errno;
		charge(m, e->learned.dev, e->key.family, -1);
	}
	if (rc)
		bpf_map_delete_elem(m->map[ZT_MAP_LEARN], &e->key);
	return rc;
}

int zt_maps_learn(struct zt_maps *m, const struct zt_learned_entry *e)
{
	struct zt_learned old;
	int rc;

	if (bpf_map_lookup_elem(m->map[ZT_MAP_LEARN], &e->key, &old))
		return errno == ENOENT ? learn_new(m, e) : -errno;
	rc = charge(m, e->learned.dev, e->key.family, 1);
	if (!rc)
		rc = charge(m, old.dev, e->key.family, -1);
	if (!rc && bpf_map_update_elem(m->map[ZT_MAP_LEARN], &e->key, &e->learned, BPF_EXIST))
		rc = -errno;
	return rc;
}
