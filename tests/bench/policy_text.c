// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include "policy_text.h"

static void ip4(FILE *f, uint32_t a)
{
	fprintf(f, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

void policy_mac(uint8_t mac[6], uint32_t d)
{
	mac[0] = 2;
	mac[1] = 0;
	mac[2] = d >> 24;
	mac[3] = d >> 16;
	mac[4] = d >> 8;
	mac[5] = d;
}

static const char *end(uint32_t i, uint32_t nr)
{
	return i + 1 < nr ? ",\n" : "},\n";
}

static void interfaces(FILE *f, const struct shape *s)
{
	const char *fast = s->fast ? ", \"fast_forward\": true" : "";

	fprintf(f, "{\"version\": 1, \"interfaces\": {\n");
	for (uint32_t i = 0; i < s->ports; i++) {
		fprintf(f, " \"lan%u\": {\"role\": \"device\"", i);
		if (s->vlan)
			fprintf(f, ", \"vlans\": [%u]", s->vlan);
		fprintf(f, "%s},\n", fast);
	}
	fprintf(f, " \"wan0\": {\"role\": \"uplink\"%s}},\n"
		   "\"segments\": {\"plant\": {\"mode\": \"enforce\"}},\n"
		   "\"defaults\": {\"limits\": {\"flows\": 65535, \"new_flows_per_s\": 10000}},\n",
		fast);
}

static uint32_t row(const struct shape *s, uint32_t d)
{
	return d & ((1u << s->rows) - 1);
}

static void labels(FILE *f, const struct shape *s, uint32_t d)
{
	if (s->rows)
		fprintf(f, "{\"row\": \"r%u\", \"column\": \"c%u\"}", row(s, d), d >> s->rows);
	else
		fprintf(f, "{\"kind\": \"k%u\"}", d & (s->groups - 1));
}

static void devices(FILE *f, const struct shape *s)
{
	fprintf(f, "\"devices\": {\n");
	for (uint32_t d = 0; d < s->devices; d++) {
		uint8_t m[6];

		policy_mac(m, d);
		fprintf(f, " \"d%u\": {\"segment\": \"plant\", \"mac\": \"%02x:%02x:%02x:%02x:%02x:%02x\", "
			   "\"ports\": \"lan%u\", ", d, m[0], m[1], m[2], m[3], m[4], m[5], d % s->ports);
		if (s->vlan)
			fprintf(f, "\"vlan\": %u, ", s->vlan);
		fprintf(f, "\"addresses\": [\"");
		ip4(f, SHAPE_NET + d);
		fprintf(f, "\", \"fd00:1::%x:%x\"], \"labels\": ", d >> 16, d & 0xffff);
		labels(f, s, d);
		fprintf(f, "}%s", end(d, s->devices));
	}
}

/* Rows and columns that have members, or the kinds. */
static uint32_t nr_sets(const struct shape *s)
{
	if (s->rows)
		return (1u << s->rows) + ((s->devices - 1) >> s->rows) + 1;
	return s->groups < s->devices ? s->groups : s->devices;
}

static void set_name(FILE *f, const struct shape *s, uint32_t i)
{
	if (!s->rows)
		fprintf(f, "\"kind\": \"k%u\"", i);
	else if (i < 1u << s->rows)
		fprintf(f, "\"row\": \"r%u\"", i);
	else
		fprintf(f, "\"column\": \"c%u\"", i - (1u << s->rows));
}

static void groups(FILE *f, const struct shape *s)
{
	fprintf(f, "\"groups\": {\n");
	for (uint32_t i = 0; i < nr_sets(s); i++) {
		fprintf(f, " \"g%u\": {\"match\": {", i);
		set_name(f, s, i);
		fprintf(f, "}}%s", end(i, nr_sets(s)));
	}
}

/* Application i: one address (or network) of each family, one UDP port. */
static void applications(FILE *f, const struct shape *s)
{
	fprintf(f, "\"applications\": {\n");
	for (uint32_t i = 0; i < SHAPE_APPS; i++) {
		fprintf(f, " \"a%u\": {\"hosts\": [\"", i);
		ip4(f, SHAPE_APP_NET - s->prefixes + i * SHAPE_APP_STEP);
		fprintf(f, "%s\"", s->prefixes ? "/28" : "");
		if (!s->only4)
			fprintf(f, ", \"2001:db8::%x\"", i + 1);
		fprintf(f, "], \"services\": [\"udp/%u\"]}%s", shape_app_port(i), end(i, SHAPE_APPS));
	}
}

static void allow(FILE *f, uint32_t *nr, const char *from, uint32_t set, uint32_t app)
{
	fprintf(f, "%s \"r%u\": {\"action\": \"allow\", \"from\": \"%s%u\", \"to\": \"a%u\"}",
		*nr ? ",\n" : "", *nr, from, set, app);
	++*nr;
}

static void rules(FILE *f, const struct shape *s, uint32_t changed)
{
	uint32_t nr = 0, i, k;

	fprintf(f, "\"rules\": {\n");
	for (i = 0; i < nr_sets(s); i++) {
		bool column = s->rows && i >= 1u << s->rows;
		uint32_t d = column ? (i - (1u << s->rows)) << s->rows : i; /* any member */

		for (k = 0; k < SHAPE_EACH; k++) {
			if (!s->rows || column == (k >= SHAPE_HALF))
				allow(f, &nr, "g", i, shape_app(s, d, k));
		}
	}
	if (changed < s->devices)
		allow(f, &nr, "d", changed, (shape_app(s, changed, 0) + SHAPE_APPS / 4) % SHAPE_APPS);
	fprintf(f, "}}\n");
}

char *policy_text(const struct shape *s, uint32_t changed, size_t *ret_len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_len);

	interfaces(f, s);
	devices(f, s);
	groups(f, s);
	applications(f, s);
	rules(f, s, changed);
	fclose(f);
	return text;
}

static void pair(FILE *f, const struct shape *s, enum nft_form form, uint32_t n)
{
	uint32_t d = n % s->devices, app = shape_app(s, d, n / s->devices % SHAPE_EACH);
	uint32_t to = SHAPE_APP_NET - (form == NFT_PREFIX) + app * SHAPE_APP_STEP;

	fprintf(f, form == NFT_LINEAR ? "ip saddr " : "");
	ip4(f, SHAPE_NET + d);
	fprintf(f, form == NFT_LINEAR ? " ip daddr " : " . ");
	ip4(f, to);
	fprintf(f, form == NFT_PREFIX ? "/28" : "");
	fprintf(f, form == NFT_LINEAR ? " udp dport %u accept\n" : " . %u", shape_app_port(app));
}

char *nft_text(const struct shape *s, enum nft_form form, uint32_t entries)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	fprintf(f, "table ip bench {\n");
	if (form != NFT_LINEAR) {
		fprintf(f, "set may {\ntype ipv4_addr . ipv4_addr . inet_service\n%s\nelements = {\n",
			form == NFT_PREFIX ? "flags interval" : "");
		for (uint32_t n = 0; n < entries; n++) {
			pair(f, s, form, n);
			fprintf(f, n + 1 < entries ? ",\n" : "\n");
		}
		fprintf(f, "}\n}\n");
	}
	fprintf(f, "chain forward {\ntype filter hook forward priority 0; policy drop;\n");
	for (uint32_t n = 0; form == NFT_LINEAR && n < entries; n++)
		pair(f, s, form, n);
	if (form != NFT_LINEAR)
		fprintf(f, "ip saddr . ip daddr . udp dport @may accept\n");
	fprintf(f, "}\n}\n");
	fclose(f);
	return text;
}
