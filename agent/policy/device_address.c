/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device's MACs and addresses: what its frames may carry. Must never compare
 * two devices.
 */
#include <string.h>
#include "policy/device.h"

#define ADDRESSES_MAX 64

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static bool parse_mac(const char *s, uint8_t *ret)
{
	for (int i = 0; i < 6; i++, s += 3) {
		if (hex(s[0]) < 0 || hex(s[1]) < 0 || s[2] != (i < 5 ? ':' : 0))
			return false;
		ret[i] = hex(s[0]) << 4 | hex(s[1]);
	}
	return true;
}

static void read_mac(const struct zt_at *at, struct zt_device *d)
{
	static const uint8_t zero[6];
	const char *s = zt_text(at, ZT_SCAN_TEXT_MAX, NULL);
	uint8_t *mac = d->macs[d->nr_macs];

	if (!s)
		return;
	if (!parse_mac(s, mac))
		zt_complain(at,
			    "%s is not a MAC address; write six pairs like \"02:00:00:00:20:11\"",
			    Q(s));
	else if (mac[0] & 1)
		zt_complain(at, "%s is a multicast address; no device sends from it", Q(s));
	else if (!memcmp(mac, zero, 6))
		zt_complain(at, "%s is no device's address", Q(s));
	else
		d->nr_macs++;
}

void zt_read_macs(const struct zt_at *at, struct zt_device *d)
{
	uint32_t nr = zt_items(at, 4, true);

	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);

		read_mac(&item, d);
		for (uint32_t k = 0; k + 1 < d->nr_macs; k++)
			if (!memcmp(d->macs[k], d->macs[d->nr_macs - 1], 6)) {
				zt_complain(&item, "%s is listed twice; remove one",
					    WRITTEN(&item));
				d->nr_macs--;
			}
	}
}

static bool has_subnets(const struct zt_segment *s, bool v4, bool v6)
{
	for (uint32_t i = 0; i < s->subnets.nr; i++)
		if ((v4 && s->subnets.v[i].family == 4) || (v6 && s->subnets.v[i].family == 6))
			return true;
	return false;
}

/* dynamic, dynamic4, dynamic6 */
static void read_dynamic(const struct zt_at *at, const char *word, struct zt_device *d)
{
	const struct zt_segment *s = &at->ps->p->segments[d->segment];
	bool v4 = word[7] != '6', v6 = word[7] != '4';

	if ((!v4 || d->dynamic4) && (!v6 || d->dynamic6))
		zt_complain(at, "\"%s\" says what the entry before it says; remove one", word);
	else if (d->ports.nr && at->ps->p->interfaces[d->ports.v[0]].identity_ip)
		zt_complain(at, "\"%s\" needs identity \"mac\"; here the address is the identity",
			    word);
	else if (!s->builtin && !s->subnets.nr)
		zt_complain(
			at,
			"\"%s\" needs \"subnets\" in segment \"%s\"; otherwise it could claim any "
			"address",
			word, s->id);
	else if (!s->builtin && !has_subnets(s, v4, v6))
		zt_complain(at,
			    "\"%s\" needs IPv%c \"subnets\" in segment \"%s\"; otherwise it could "
			    "claim any address",
			    word, word[7], s->id);
	d->dynamic4 |= v4;
	d->dynamic6 |= v6;
}

static void read_static(const struct zt_at *at, const char *text, struct zt_device *d)
{
	struct zt_prefix *p = &d->addresses.v[d->addresses.nr];
	unsigned int shortest;

	if (!zt_read_prefix(at, text, ZT_TAKE_ADDRESS | ZT_TAKE_PREFIX, p))
		return;
	shortest = p->family == 4 ? 16 : 48;
	if (p->plen < shortest)
		zt_complain(at, "%s: prefixes behind a device are /%u-/%u", Q(text), shortest,
			p->family == 4 ? 32 : 128);
	else if (zt_is_host(at, text, p))
		d->addresses.nr++;
}

void zt_read_addresses(const struct zt_at *at, struct zt_device *d)
{
	uint32_t nr = zt_items(at, ADDRESSES_MAX, false);

	d->addresses.v = zt_arena_array(at->ps->arena, nr, sizeof(*d->addresses.v));
	for (uint32_t i = 0; i < nr; i++) {
		struct zt_at item = zt_item(at, i);
		const char *s = zt_text(&item, ZT_SCAN_TEXT_MAX, NULL);

		if (!s)
			continue;
		if (!strcmp(s, "dynamic") || !strcmp(s, "dynamic4") || !strcmp(s, "dynamic6"))
			read_dynamic(&item, s, d);
		else
			read_static(&item, s, d);
	}
}
