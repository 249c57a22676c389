/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The exact tables of an image, one after the other in one run of lines: which entries
 * each has, and what zt_pol says about them.
 */
#include <errno.h>
#include <string.h>
#include "compile/tables.h"
#include "zt_key.h"

#define SEEDS 64u

static uint64_t hash_word(uint64_t seed, const uint64_t *e)
{
	return zt_line_hash(seed, e[0], 0);
}

static uint32_t nr_rules(const struct zt_image *i)
{
	return i->nr_rules;
}

static bool rule_entry(const struct zt_image *i, uint32_t n, uint64_t *e)
{
	e[0] = zt_rule_pack(&i->rules[n].key);
	memcpy(&e[1], &i->rules[n].value, sizeof(e[1]));
	return true;
}

static uint32_t nr_vlans(const struct zt_image *i)
{
	return i->nr_vlans;
}

static bool vlan_entry(const struct zt_image *i, uint32_t n, uint64_t *e)
{
	e[0] = zt_vlan_word(&i->vlans[n].key);
	e[1] = 1;
	return true;
}

static uint64_t hash_mac(uint64_t seed, const uint64_t *e)
{
	return zt_line_hash(seed, e[0], (uint32_t)e[1]);
}

static uint32_t nr_macs(const struct zt_image *i)
{
	return i->nr_macs;
}

static bool mac_entry(const struct zt_image *i, uint32_t n, uint64_t *e)
{
	const struct zt_image_mac *m = &i->macs[n];

	e[0] = zt_mac_word(m->key.mac, m->key.vlan);
	e[1] = ZT_MAC_VALUE(m->key.where, m->kind, m->bind);
	return true;
}

static uint32_t nr_of_family(const struct zt_image *i, uint32_t family)
{
	uint32_t n, nr = 0;

	for (n = 0; n < i->nr_hosts; n++)
		nr += i->hosts[n].key.family == family;
	return nr;
}

static uint32_t nr_hosts(const struct zt_image *i)
{
	return i->nr_hosts;
}

static uint32_t nr_hosts4(const struct zt_image *i)
{
	return nr_of_family(i, 4);
}

static uint32_t nr_hosts6(const struct zt_image *i)
{
	return nr_of_family(i, 6);
}

static bool host4_entry(const struct zt_image *i, uint32_t n, uint64_t *e)
{
	const struct zt_image_host *h = &i->hosts[n];

	e[0] = h->key.addr.w[3];
	memcpy(&e[1], &h->word, sizeof(e[1]));
	return h->key.family == 4;
}

static uint64_t hash_host6(uint64_t seed, const uint64_t *e)
{
	return zt_host6_hash(seed, e[0], e[1], e[2]);
}

static bool host6_entry(const struct zt_image *i, uint32_t n, uint64_t *e)
{
	const struct zt_image_host *h = &i->hosts[n];

	e[0] = zt_addr_word(&h->key.addr, 0);
	e[1] = zt_addr_word(&h->key.addr, 1);
	e[2] = h->key.scope;
	memcpy(&e[3], &h->word, sizeof(e[3]));
	return h->key.family == 6;
}

/* nr: how many; rows, entry: the image's rows, and one as an entry, unless it is not one. */
static const struct {
	uint32_t words;
	uint64_t (*hash)(uint64_t seed, const uint64_t *e);
	uint32_t (*nr)(const struct zt_image *i);
	uint32_t (*rows)(const struct zt_image *i);
	bool (*entry)(const struct zt_image *i, uint32_t n, uint64_t *e);
} tables[ZT_TABLE_MAX] = {
	[ZT_TABLE_RULE] = { 2, hash_word, nr_rules, nr_rules, rule_entry },
	[ZT_TABLE_VLAN] = { 2, hash_word, nr_vlans, nr_vlans, vlan_entry },
	[ZT_TABLE_MAC] = { 2, hash_mac, nr_macs, nr_macs, mac_entry },
	[ZT_TABLE_HOST4] = { 2, hash_word, nr_hosts4, nr_hosts, host4_entry },
	[ZT_TABLE_HOST6] = { 4, hash_host6, nr_hosts6, nr_hosts, host6_entry },
};

static uint32_t form_of(const struct zt_rule_key *k)
{
	return (k->dclass == ZT_NONE ? ZT_WILD_DEVICE : 0) |
	       (k->pclass == ZT_PCLASS_ANY_DEVICE ? ZT_WILD_PEER : 0) |
	       (k->svc == ZT_NONE ? ZT_WILD_SERVICE : 0);
}

static bool fits(const struct zt_rule_key *k)
{
	return (k->dclass < ZT_RULE_CLASSES || k->dclass == ZT_NONE) &&
	       ((k->pclass & ~ZT_PCLASS_DEVICE) < ZT_RULE_CLASSES ||
		k->pclass == ZT_PCLASS_ANY_DEVICE) &&
	       (k->svc < ZT_RULE_SERVICES || k->svc == ZT_NONE);
}

/* Which forms there are about peers of each kind. */
static int plan_forms(const struct zt_image *i, struct zt_pol *pol)
{
	uint8_t have[ZT_PEER_MAX] = { 0 };
	uint32_t n, kind, form, at;

	for (n = 0; n < i->nr_rules; n++) {
		if (!fits(&i->rules[n].key))
			return -E2BIG;
		have[zt_peer_kind(i->rules[n].key.pclass)] |= 1u << form_of(&i->rules[n].key);
	}
	for (kind = 0; kind < ZT_PEER_MAX; kind++) {
		for (form = 0, at = 0; form < 8; form++) {
			if (have[kind] & 1u << form)
				pol->forms[kind] |= (8 | form) << 4 * at++;
		}
	}
	return 0;
}

static bool has_gateways(const struct zt_image *i)
{
	uint32_t n;

	for (n = 0; n < i->nr_hosts; n++) {
		if (i->hosts[n].word.flags & ZT_HOST_GATEWAY)
			return true;
	}
	return false;
}

int zt_lines_plan(const struct zt_image *i, struct zt_pol *ret_pol, uint32_t *ret_nr)
{
	struct zt_pol pol = i->pol;
	uint32_t t, lines = 0;
	int rc;

	memset(pol.forms, 0, sizeof(pol.forms));
	if (has_gateways(i))
		pol.flags |= ZT_POL_GATEWAYS;
	rc = plan_forms(i, &pol);
	if (rc)
		return rc;
	for (t = 0; t < ZT_TABLE_MAX; t++) {
		pol.span[t] = (struct zt_line_span){ lines, 1 };
		if (tables[t].words)
			pol.span[t].nr = zt_line_need(tables[t].nr(i), tables[t].words);
		lines += pol.span[t].nr;
	}
	*ret_pol = pol;
	*ret_nr = lines;
	return 0;
}

static int fill_table(const struct zt_image *i, const struct zt_pol *pol, uint32_t table,
		      struct zt_line *lines)
{
	struct zt_line_table t = { .lines = lines, .span = pol->span[table], .seed = pol->seed,
				   .words = tables[table].words, .hash = tables[table].hash };
	uint32_t n, nr = t.words ? tables[table].rows(i) : 0;
	uint64_t e[4];
	int rc = 0;

	for (n = 0; n < nr && !rc; n++) {
		if (tables[table].entry(i, n, e))
			rc = zt_line_add(&t, e);
	}
	return rc;
}

int zt_lines_fill(const struct zt_image *i, struct zt_pol *pol, struct zt_line *lines)
{
	const struct zt_line_span *last = &pol->span[ZT_TABLE_MAX - 1];
	uint32_t t, try;
	int rc = 0;

	for (try = 0; try < SEEDS; try++, pol->seed++) {
		for (t = 0, rc = 0; t < ZT_TABLE_MAX && !rc; t++)
			rc = fill_table(i, pol, t, lines);
		if (!rc)
			return 0;
		memset(lines, 0, (size_t)(last->first + last->nr) * sizeof(*lines));
	}
	return rc;
}
