/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One event as CEF. Pure: names and numbers in, octets out; it knows no socket, clock
 * or policy. The profile is what every consumer we tried reads the same way: a space
 * after the last header pipe, no pipe in the header, no empty value, no "\|".
 *
 * What does not fit is left out whole, in the order of the rank column below, the
 * greatest first. Rank 0 is never left out; those values are bounded so that they
 * always fit.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "event/cef.h"
#include "event/text.h"
#include "policy/policy.h"

#define VALUE_MAX 1024
#define FIELDS_MAX 24
#define ARENA_MAX 4096

struct field {
	const char *key, *label;
	const char *value; /* escaped */
	uint16_t len;
	uint8_t rank;
};

struct fields {
	struct field v[FIELDS_MAX];
	size_t nr;
	char arena[ARENA_MAX];
	size_t used;
};

static void add_text(struct fields *f, const char *key, const char *label, const char *value,
		     size_t cap, uint8_t rank)
{
	char *at = f->arena + f->used;
	size_t len;

	if (f->nr == FIELDS_MAX || f->used + cap > ARENA_MAX)
		return;
	len = zt_text_value(value, at, cap);
	if (!len)
		return;
	f->used += len;
	f->v[f->nr++] = (struct field){key, label, at, (uint16_t)len, rank};
}

static void add_number(struct fields *f, const char *key, uint64_t value)
{
	char text[24];

	if (!value)
		return;
	snprintf(text, sizeof(text), "%" PRIu64, value);
	add_text(f, key, NULL, text, sizeof(text), 0);
}

static void add_address(struct fields *f, const char *key, uint8_t family, const struct zt_addr *a)
{
	static const struct zt_addr unset;
	char text[64];

	if ((family == 4 || family == 6) && memcmp(a, &unset, sizeof(unset)))
		add_text(f, key, NULL, zt_addr_format(family, a, text, sizeof(text)), sizeof(text),
			 0);
}

static void collect(const struct zt_cef *e, struct fields *f)
{
	add_number(f, "rt", e->rt_ms);
	add_number(f, "externalId", e->sequence);
	add_text(f, "act", NULL, e->act, 16, 0);
	add_address(f, "src", e->family, &e->src);
	add_number(f, "spt", e->spt);
	add_address(f, "dst", e->family, &e->dst);
	add_number(f, "dpt", e->dpt);
	add_text(f, "proto", NULL, e->proto, 16, 0);
	add_text(f, "app", NULL, e->app, 256, 4);
	add_text(f, "deviceDirection", NULL, e->direction, 4, 0);
	add_number(f, "cnt", e->cnt);
	add_text(f, "deviceExternalId", NULL, e->device, 160, 0);
	add_text(f, "deviceInboundInterface", NULL, e->interface, 64, 3);
	add_text(f, "smac", NULL, e->smac, 32, 6);
	add_text(f, "dmac", NULL, e->dmac, 32, 7);
	add_text(f, "cs1", "ruleId", e->rule, 160, 1);
	add_text(f, "cs2", "policyRev", e->revision, 64, 2);
	add_text(f, "cs3", "segment", e->segment, 160, 2);
	add_text(f, "cs4", "reason", e->reason, 64, 1);
	add_text(f, "msg", NULL, e->msg, VALUE_MAX, 5);
}

/* Length of " key=value" or " csNLabel=label csN=value", one separator included. */
static size_t field_len(const struct field *f)
{
	size_t key = strlen(f->key);

	return 1 + key + 1 + f->len + (f->label ? key + 7 + strlen(f->label) : 0);
}

static bool drop_until_fits(struct fields *f, size_t room)
{
	size_t total = 0, i;
	uint8_t rank;

	for (i = 0; i < f->nr; i++)
		total += field_len(&f->v[i]);
	for (rank = 7; rank && total > room; rank--) {
		for (i = 0; i < f->nr; i++) {
			if (f->v[i].rank != rank || !f->v[i].len)
				continue;
			total -= field_len(&f->v[i]);
			f->v[i].len = 0;
		}
	}
	return total <= room;
}

static size_t put_fields(const struct fields *f, char *buf)
{
	size_t used = 0, i;

	for (i = 0; i < f->nr; i++) {
		const struct field *x = &f->v[i];

		if (!x->len)
			continue;
		if (x->label)
			used += (size_t)sprintf(buf + used, " %sLabel=%s", x->key, x->label);
		used += (size_t)sprintf(buf + used, " %s=", x->key);
		memcpy(buf + used, x->value, x->len);
		used += x->len;
	}
	return used;
}

size_t zt_cef_format(const struct zt_cef *e, char *buf, size_t len)
{
	char version[32], signature[32], name[128];
	struct fields f = {0};
	size_t used;
	int n;

	version[zt_text_header(ZT_VERSION, version, sizeof(version) - 1)] = 0;
	signature[zt_text_header(e->signature, signature, sizeof(signature) - 1)] = 0;
	name[zt_text_header(e->name, name, sizeof(name) - 1)] = 0;
	n = snprintf(buf, len, "CEF:0|ZT Edge|ztagentd|%s|%s|%s|%u|", version, signature, name,
		     e->severity > 10 ? 10 : e->severity);
	if (n < 0 || (size_t)n >= len)
		return 0;
	used = (size_t)n;
	collect(e, &f);
	if (!drop_until_fits(&f, len - used - 1))
		return 0;
	used += put_fields(&f, buf + used);
	buf[used] = 0;
	return used;
}
