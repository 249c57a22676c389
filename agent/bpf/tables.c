/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The three tables of an image that are updated in place, and the gateways the
 * programs add to one of them: those must outlive a publish that still names them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/state.h"

struct vlan_row {
	struct zt_vlan_key key;
	uint32_t accepted;
};
struct mac_row {
	struct zt_mac_key key;
	uint32_t kind, bind;
};
struct host_row {
	struct zt_host_key key;
	struct zt_host_word word;
};
_Static_assert(sizeof(struct vlan_row) == 12 && sizeof(struct mac_row) == 20 &&
		       sizeof(struct host_row) == 32, "rows are a key and a word, unpadded");
_Static_assert(sizeof(struct vlan_row) - sizeof(struct zt_vlan_key) == sizeof(struct zt_vlan) / 2 &&
		       sizeof(struct mac_row) - sizeof(struct zt_mac_key) == sizeof(struct zt_mac) / 2 &&
		       sizeof(struct host_row) - sizeof(struct zt_host_key) == sizeof(struct zt_host) / 2,
	       "a value is two words");

static int read_vlans(struct zt_maps *m, const struct zt_image *i, struct zt_words *w,
		      char **ret_error)
{
	struct vlan_row *rows = calloc(i->nr_vlans + 1, sizeof(*rows));
	uint32_t n;
	int rc;

	if (!rows)
		return -ENOMEM;
	for (n = 0; n < i->nr_vlans; n++)
		rows[n] = (struct vlan_row){ i->vlans[n].key, 1 };
	rc = zt_words_read(m, w, rows, n, ret_error);
	free(rows);
	return rc;
}

static int read_macs(struct zt_maps *m, const struct zt_image *i, struct zt_words *w,
		     char **ret_error)
{
	struct mac_row *rows = calloc(i->nr_macs + 1, sizeof(*rows));
	uint32_t n;
	int rc;

	if (!rows)
		return -ENOMEM;
	for (n = 0; n < i->nr_macs; n++)
		rows[n] = (struct mac_row){ i->macs[n].key, i->macs[n].kind, i->macs[n].bind };
	rc = zt_words_read(m, w, rows, n, ret_error);
	free(rows);
	return rc;
}

static int read_hosts(struct zt_maps *m, const struct zt_image *i, struct zt_words *w,
		      char **ret_error)
{
	struct host_row *rows = calloc(i->nr_hosts + 1, sizeof(*rows));
	uint32_t n;
	int rc;

	if (!rows)
		return -ENOMEM;
	for (n = 0; n < i->nr_hosts; n++)
		rows[n] = (struct host_row){ i->hosts[n].key, i->hosts[n].word };
	rc = zt_words_read(m, w, rows, n, ret_error);
	free(rows);
	return rc;
}

static bool is_gateway(const uint8_t *key, const uint8_t *value)
{
	struct zt_mac_key k;
	struct zt_mac v;

	memcpy(&k, key, sizeof(k));
	memcpy(&v, value, sizeof(v));
	return (k.where & ZT_IN_ZONE) &&
	       (v.w[0].kind == ZT_MAC_GATEWAY || v.w[1].kind == ZT_MAC_GATEWAY);
}

/* Does the live generation list a gateway that the new one does not. */
static bool gateway_gone(const struct zt_words *host, uint32_t live)
{
	uint32_t now = 0, wanted = 0;
	struct zt_host_word word;
	struct zt_host value;
	int c;

	while (now < host->now.nr) {
		c = zt_words_compare(host, now, wanted);
		if (c > 0) {
			wanted++;
			continue;
		}
		memcpy(&value, host->now.values + (size_t)now * sizeof(value), sizeof(value));
		word = (struct zt_host_word){ 0 };
		if (!c)
			memcpy(&word, host->words + (size_t)wanted * sizeof(word), sizeof(word));
		if (value.w[live].flags & ~word.flags & ZT_HOST_GATEWAY)
			return true;
		now++;
		wanted += !c;
	}
	return false;
}

/* Those that remain are learned again from their next ARP or ND. */
static int forget_gateways(struct zt_maps *m, const struct zt_words *mac)
{
	struct zt_dump d;
	uint32_t i;
	int rc;

	rc = zt_dump_map(m->map[ZT_MAP_MAC], m->max[ZT_MAP_MAC], mac->key_size,
			 2 * mac->word_size, &d);
	if (rc)
		return rc;
	for (i = 0; !rc && i < d.nr; i++) {
		const uint8_t *key = d.keys + (size_t)i * d.key_size;

		if (is_gateway(key, d.values + (size_t)i * d.value_size) &&
		    !zt_words_want(mac, key))
			rc = zt_delete_keys(m->map[ZT_MAP_MAC], key, 1, d.key_size);
	}
	zt_dump_free(&d);
	return rc;
}

int zt_tables_read(struct zt_maps *m, const struct zt_image *i, uint32_t parity,
		   struct zt_tables *ret, char **ret_error)
{
	struct zt_tables t = {
		.vlan = { .map = ZT_MAP_VLAN, .key_size = sizeof(struct zt_vlan_key),
			  .word_size = sizeof(struct zt_vlan) / 2 },
		.mac = { .map = ZT_MAP_MAC, .key_size = sizeof(struct zt_mac_key),
			 .word_size = sizeof(struct zt_mac) / 2 },
		.host = { .map = ZT_MAP_HOST, .key_size = sizeof(struct zt_host_key),
			  .word_size = sizeof(struct zt_host) / 2 },
	};
	uint32_t n;
	int rc;

	rc = read_vlans(m, i, &t.vlan, ret_error);
	if (!rc)
		rc = read_macs(m, i, &t.mac, ret_error);
	if (!rc)
		rc = read_hosts(m, i, &t.host, ret_error);
	if (rc) {
		zt_tables_free(&t);
		return rc;
	}
	t.gateway_gone = gateway_gone(&t.host, !parity);
	for (n = 0; !t.gateway_gone && n < t.mac.now.nr; n++)
		t.mac.keep[n] = is_gateway(t.mac.now.keys + (size_t)n * t.mac.key_size,
					   t.mac.now.values + (size_t)n * 2 * t.mac.word_size);
	*ret = t;
	return 0;
}

int zt_tables_write(struct zt_maps *m, const struct zt_tables *t, uint32_t parity,
		    char **ret_error)
{
	int rc;

	rc = zt_words_write(m, &t->vlan, parity, ret_error);
	if (!rc)
		rc = zt_words_write(m, &t->mac, parity, ret_error);
	if (!rc)
		rc = zt_words_write(m, &t->host, parity, ret_error);
	return rc;
}

int zt_tables_clean(struct zt_maps *m, const struct zt_tables *t)
{
	int rc[4] = {
		zt_words_clean(m, &t->vlan),
		zt_words_clean(m, &t->mac),
		zt_words_clean(m, &t->host),
		t->gateway_gone ? forget_gateways(m, &t->mac) : 0,
	};
	int i;

	for (i = 0; i < 4; i++) {
		if (rc[i])
			return rc[i];
	}
	return 0;
}

void zt_tables_free(struct zt_tables *t)
{
	zt_words_free(&t->vlan);
	zt_words_free(&t->mac);
	zt_words_free(&t->host);
}
