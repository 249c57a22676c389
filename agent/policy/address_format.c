/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses for people: dotted quads and RFC 5952. Must never read text.
 */
#include <arpa/inet.h>
#include <string.h>
#include "policy/policy.h"

/* The longest run of zero groups, the first of equals; at least two (RFC 5952 §4.2). */
static int longest_run(const uint16_t *g, int *ret_len)
{
	int best = -1, best_len = 1;

	for (int i = 0; i < 8; i++) {
		int n = 0;

		while (i + n < 8 && !g[i + n])
			n++;
		if (n > best_len) {
			best = i;
			best_len = n;
		}
		i += n;
	}
	*ret_len = best_len;
	return best;
}

static void format6(const struct zt_addr *a, char *buf)
{
	uint16_t g[8];
	int run, len;

	memcpy(g, a, sizeof(g));
	run = longest_run(g, &len);
	for (int i = 0; i < 8; i++) {
		if (i == run) {
			buf += sprintf(buf, "::");
			i += len - 1;
		} else {
			buf += sprintf(buf, "%s%x", i && i != run + len ? ":" : "", ntohs(g[i]));
		}
	}
}

char *zt_addr_format(uint8_t family, const struct zt_addr *a, char *buf, size_t len)
{
	uint8_t b[4];
	char text[48];

	memcpy(b, &a->w[3], 4);
	if (family == 6)
		format6(a, text);
	else
		snprintf(text, sizeof(text), "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
	snprintf(buf, len, "%s", text);
	return buf;
}

char *zt_prefix_format(const struct zt_prefix *p, char *buf, size_t len)
{
	char addr[48];

	zt_addr_format(p->family, &p->addr, addr, sizeof(addr));
	if (p->plen == (p->family == 4 ? 32 : 128))
		snprintf(buf, len, "%s", addr);
	else
		snprintf(buf, len, "%s/%u", addr, p->plen);
	return buf;
}
