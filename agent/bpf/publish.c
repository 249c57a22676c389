/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Publishing an image as the next generation (design §5). Everything that can
 * fail happens before the one store that moves the generation; what is written
 * until then lies in words and slots no packet looks at.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include "bpf/state.h"

/* The generation after a spell of none goes on from the last one: records name it. */
static int next_gen(struct zt_maps *m, uint32_t *ret_gen, char **ret_error)
{
	uint32_t gen = zt_maps_gen(m), parity;
	struct zt_pol pol;

	for (parity = 0; !gen && parity < 2; parity++) {
		if (bpf_map_lookup_elem(m->map[ZT_MAP_POL], &parity, &pol))
			return zt_fail(ret_error, -errno, "zt_pol cannot be read: %s",
				       strerror(errno));
		if (pol.gen > *ret_gen)
			*ret_gen = pol.gen;
	}
	if (gen)
		*ret_gen = gen;
	if (++*ret_gen == 0)
		return zt_fail(ret_error, -EOVERFLOW, "the generation number has been used up: "
			       "unload and load again; nothing was changed");
	return 0;
}

static int write_pol(struct zt_maps *m, struct zt_pol pol, uint32_t gen, char **ret_error)
{
	uint32_t parity = gen & 1;

	pol.gen = gen;
	if (bpf_map_update_elem(m->map[ZT_MAP_POL], &parity, &pol, BPF_ANY))
		return zt_fail(ret_error, -errno, "zt_pol cannot be written: %s; the old policy "
			       "stays in force", strerror(errno));
	return 0;
}

/* The guard's stamp of this generation. All else in zt_cfg is written back as it is. */
static int write_nonce(struct zt_maps *m, uint32_t parity, char **ret_error)
{
	struct zt_cfg cfg = m->cfg;
	uint32_t zero = 0;

	do {
		if (getrandom(&cfg.nonce[parity], sizeof(cfg.nonce[parity]), 0) !=
		    sizeof(cfg.nonce[parity]))
			return zt_fail(ret_error, -EIO, "no random numbers");
	} while (!cfg.nonce[parity]);
	if (bpf_map_update_elem(m->map[ZT_MAP_CFG], &zero, &cfg, BPF_ANY))
		return zt_fail(ret_error, -errno, "zt_cfg cannot be written: %s; the old policy "
			       "stays in force", strerror(errno));
	m->cfg = cfg;
	return 0;
}

static int prepare(struct zt_maps *m, const struct zt_image *i, uint32_t gen,
		   struct zt_inner *in, bool *ret_gone, char **ret_error)
{
	uint32_t parity = gen & 1;
	struct zt_pol pol;
	int rc;

	rc = zt_arrays_check(m, i, ret_error);
	if (!rc)
		rc = zt_inner_make(m, i, in, &pol, ret_error);
	if (!rc) {
		rc = zt_gateways_look(m, i, !parity, ret_gone);
		if (rc)
			zt_fail(ret_error, rc, "the gateways of the policy before cannot be read: "
				"%s; nothing was changed", strerror(-rc));
	}
	if (!rc)
		rc = write_pol(m, pol, gen, ret_error);
	if (!rc)
		rc = write_nonce(m, parity, ret_error);
	if (!rc)
		rc = zt_inner_place(m, parity, in, ret_error);
	return rc;
}

int zt_maps_publish(struct zt_maps *m, struct zt_image *image, char **ret_error)
{
	struct zt_inner in = ZT_INNER_NONE;
	uint32_t gen = 0;
	bool gone;
	int rc;

	if (m->image && zt_image_equal(m->image, image)) {
		zt_image_free(m->image);
		m->image = image;
		return 1;
	}
	if (m->cfg.abi != ZT_ABI_VERSION)
		return zt_fail(ret_error, -EINVAL, "the maps are not configured yet");
	rc = next_gen(m, &gen, ret_error);
	if (!rc && m->slots_unsure)
		rc = zt_grace(m);
	if (!rc)
		rc = prepare(m, image, gen, &in, &gone, ret_error);
	if (!rc) {
		zt_arrays_prepare(m, image, gen & 1);
		zt_arrays_switch(m, image);
		__atomic_store_n(&m->gen->gen, gen, __ATOMIC_SEQ_CST);
		zt_image_free(m->image);
		m->image = image;
		/* should this fail, what is stale is named by no one, and the next publish tries again */
		m->slots_unsure = zt_grace(m) != 0;
		if (!m->slots_unsure) {
			zt_gateways_forget(m, image, gone);
			zt_arrays_clean(m, image);
		}
	}
	zt_inner_close(&in);
	return rc;
}
