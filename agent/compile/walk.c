/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What running a policy's tests needs once per image: who is in a class, which
 * services a class number stands for, and an address for each peer class.
 */
#include "compile/tests.h"

static int index_members(struct zt_walk *w)
{
	const struct zt_image *i = w->i;
	uint32_t k, class;

	w->member_start = calloc(i->nr_dclasses + 2, sizeof(*w->member_start));
	w->members = calloc(w->p->nr_devices + 1, sizeof(*w->members));
	if (!w->member_start || !w->members)
		return -ENOMEM;
	for (k = 0; k < w->p->nr_devices; k++)
		w->member_start[zt_image_dev(i, i->dev_of[k])->word.dclass + 2]++;
	for (k = 2; k < i->nr_dclasses + 2; k++)
		w->member_start[k] += w->member_start[k - 1];
	for (k = 0; k < w->p->nr_devices; k++) {
		class = zt_image_dev(i, i->dev_of[k])->word.dclass;
		w->members[w->member_start[class + 1]++] = k;
	}
	return 0;
}

/* Port 0 and the protocols that have their own block cannot occur. */
static bool is_real(uint32_t index)
{
	return index != ZT_SVC_TCP && index != ZT_SVC_UDP && index != ZT_SVC_PROTO + ZT_PROTO_TCP &&
	       index != ZT_SVC_PROTO + ZT_PROTO_UDP && index != ZT_SVC_PROTO + ZT_PROTO_ICMP &&
	       index != ZT_SVC_PROTO + ZT_PROTO_ICMPV6;
}

static int index_services(struct zt_walk *w)
{
	const struct zt_image *i = w->i;
	uint32_t k;

	w->index_start = calloc(i->nr_svc_classes + 2, sizeof(*w->index_start));
	w->indexes = calloc(ZT_SVC_MAX, sizeof(*w->indexes));
	w->bits = calloc(ZT_SVC_MAX / 64, sizeof(*w->bits));
	if (!w->index_start || !w->indexes || !w->bits)
		return -ENOMEM;
	for (k = 0; k < ZT_SVC_MAX; k++)
		if (is_real(k))
			w->index_start[i->svc[k] + 2]++;
	for (k = 2; k < i->nr_svc_classes + 2; k++)
		w->index_start[k] += w->index_start[k - 1];
	for (k = 0; k < ZT_SVC_MAX; k++)
		if (is_real(k))
			w->indexes[w->index_start[i->svc[k] + 1]++] = k;
	return 0;
}

/* a = last address of the prefix, plus one; false at the end of the address space. */
static bool step_over(struct zt_addr *a, uint32_t bits)
{
	uint8_t *x = (uint8_t *)a;
	int i;

	for (i = bits; i < 128; i++)
		x[i / 8] |= 0x80 >> (i % 8);
	for (i = 15; i >= 0; i--)
		if (++x[i])
			return true;
	return false;
}

static bool inside(const struct zt_net_key *net, uint8_t family, const struct zt_addr *a)
{
	struct zt_prefix p = { net->addr, family, net->plen - (family == 4 ? 128 : 32) };

	return zt_prefix_holds(&p, family, a);
}

/* First address of the prefix whose class is the prefix's own, past all that lies inside it. */
static bool free_address(const struct zt_image *i, const struct zt_image_net *net,
			 struct zt_addr *ret)
{
	uint8_t family = be32toh(net->key.family);
	const struct zt_image_net *at;
	struct zt_addr a = net->key.addr;
	uint32_t bits;

	while (inside(&net->key, family, &a)) {
		if (zt_image_pclass(i, family, &a) == net->word.id) {
			*ret = a;
			return true;
		}
		at = zt_image_net_at(i, family, &a);
		bits = at == net ? 128 : at->key.plen - 32;
		if (zt_is_group_address(family, &a))
			bits = family == 4 ? 96 + 4 : 8;
		if (!step_over(&a, bits))
			return false;
	}
	return false;
}

static void add_place(struct zt_place *at, uint8_t family, const struct zt_addr *a)
{
	uint8_t bit = family == 4 ? ZT_FAMILY_4 : ZT_FAMILY_6;

	if (!(at->families & bit))
		*(family == 4 ? &at->v4 : &at->v6) = *a;
	at->families |= bit;
}

static int find_places(struct zt_walk *w)
{
	const struct zt_image *i = w->i;
	struct zt_addr a;
	uint32_t k;

	w->places = calloc(i->nr_pclasses + 1, sizeof(*w->places));
	if (!w->places)
		return -ENOMEM;
	for (k = 0; k < i->nr_hosts; k++)
		if (i->hosts[k].word.kind == ZT_KIND_APP &&
		    !zt_is_group_address(i->hosts[k].key.family, &i->hosts[k].key.addr))
			add_place(&w->places[i->hosts[k].word.id - ZT_PCLASS_FIRST],
				  i->hosts[k].key.family, &i->hosts[k].key.addr);
	for (k = 0; k < i->nr_nets; k++) {
		const struct zt_image_net *n = &i->nets[k];
		uint8_t family = be32toh(n->key.family);
		struct zt_place *at = &w->places[n->word.id - ZT_PCLASS_FIRST];

		if (n->word.kind != ZT_KIND_APP ||
		    at->families & (family == 4 ? ZT_FAMILY_4 : ZT_FAMILY_6))
			continue;
		if (free_address(i, n, &a))
			add_place(at, family, &a);
	}
	return 0;
}

int zt_walk_init(struct zt_walk *w, const struct zt_policy *p, const struct zt_image *i,
		 struct zt_errors *errors)
{
	int err;

	*w = (struct zt_walk){ .p = p, .i = i, .errors = errors };
	err = index_members(w);
	if (!err)
		err = index_services(w);
	return err ? err : find_places(w);
}

void zt_walk_free(struct zt_walk *w)
{
	free(w->member_start);
	free(w->members);
	free(w->index_start);
	free(w->indexes);
	free(w->places);
	free(w->bits);
}
