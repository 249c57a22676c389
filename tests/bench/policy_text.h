/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The policy of Must show 7 as text: N devices, up to 1k groups, 1k applications,
 * 10k rules, among them one any/any deny and one all-devices rule.
 */
#ifndef ZT_BENCH_POLICY_TEXT_H
#define ZT_BENCH_POLICY_TEXT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define BENCH_PORTS 8

static inline void device_mac(uint8_t *mac, uint32_t d)
{
	mac[0] = 2;
	mac[1] = 0;
	mac[2] = d >> 24;
	mac[3] = d >> 16;
	mac[4] = d >> 8;
	mac[5] = d;
}

static inline void sections(FILE *f, uint32_t devices, uint32_t groups)
{
	uint32_t i;

	fprintf(f, "{\"version\": 1, \"interfaces\": {\n");
	for (i = 0; i < BENCH_PORTS; i++)
		fprintf(f, " \"lan%u\": {\"role\": \"device\"},\n", i);
	fprintf(f, " \"wan0\": {\"role\": \"uplink\"}},\n\"segments\": {\"plant\": {\"mode\": \"enforce\"},"
		   " \"lost\": {\"mode\": \"enforce\"}},\n\"defaults\": {\"limits\": {\"flows\": 65535,"
		   " \"new_flows_per_s\": 10000}},\n\"devices\": {\n");
	for (i = 0; i < devices; i++) {
		uint32_t a = 0x0a000000u + 256 + i;
		uint8_t m[6];

		device_mac(m, i);
		fprintf(f, " \"d%u\": {\"segment\": \"plant\", \"mac\": \"%02x:%02x:%02x:%02x:%02x:%02x\", "
			   "\"ports\": \"lan%u\", \"addresses\": [\"%u.%u.%u.%u\", \"fd00:1::%x:%x\"], "
			   "\"labels\": {\"kind\": \"k%u\"}}%s\n",
			i, m[0], m[1], m[2], m[3], m[4], m[5], i % BENCH_PORTS, a >> 24, a >> 16 & 255,
			a >> 8 & 255, a & 255, i >> 16, i & 0xffff, i % groups, i + 1 < devices ? "," : "},");
	}
	fprintf(f, "\"groups\": {\n");
	for (i = 0; i < groups; i++)
		fprintf(f, " \"g%u\": {\"match\": {\"kind\": \"k%u\"}}%s\n", i, i, i + 1 < groups ? "," : "},");
}

/* Application i has one address of each family of its own, and udp/5000+i%7. */
static inline void applications(FILE *f, uint32_t apps)
{
	uint32_t i;

	fprintf(f, "\"applications\": {\n \"nowhere\": {\"hosts\": [\"192.0.2.0/24\"]},\n");
	for (i = 0; i < apps; i++) {
		uint32_t a = 0xcb007100u + 1 + i;

		fprintf(f, " \"a%u\": {\"hosts\": [\"%u.%u.%u.%u\", \"2001:db8::%x\"], \"services\": [\"udp/%u\"]}%s\n", i,
			a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255, i + 1, 5000 + i % 7,
			i + 1 < apps ? "," : "},");
	}
}

/* Every group reaches a0; the rest of 10k rules spread; caller frees. */
static inline char *policy_text(uint32_t devices, size_t *ret_len)
{
	uint32_t groups = devices < 1000 ? devices : 1000, apps = devices < 1000 ? 10 : 1000;
	uint32_t rules = devices < 1000 ? 100 : 10000, i;
	char *text = NULL;
	FILE *f = open_memstream(&text, ret_len);

	sections(f, devices, groups);
	applications(f, apps);
	fprintf(f, "\"rules\": {\n"
		   " \"any\": {\"action\": \"deny\", \"from\": \"all-devices\", \"to\": \"nowhere\", "
		   "\"services\": [\"any\"], \"note\": \"any/any\"},\n"
		   " \"all\": {\"action\": \"allow\", \"from\": \"all-devices\", \"to\": \"router-dns\"},\n");
	for (i = 0; i < rules - 2; i++)
		fprintf(f, " \"r%u\": {\"action\": \"allow\", \"from\": \"g%u\", \"to\": \"a%u\"}%s\n", i,
			i % groups, i < groups ? 0 : (i / groups + i) % apps, i + 3 < rules ? "," : "}}");
	fclose(f);
	return text;
}

#endif
