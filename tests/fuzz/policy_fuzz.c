/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer entry over the policy parser. Byte 0xff, which is in no UTF-8, parts
 * the input into files. Besides not crashing: what is refused says why, and what
 * is accepted has a canonical text that is accepted again and does not change.
 */
#include <stdlib.h>
#include <string.h>
#include "policy/policy.h"

#define FILES_MAX 4

static size_t split(const uint8_t *data, size_t size, struct zt_source *sources)
{
	static const char *const names[FILES_MAX] = { "a.json", "b.json", "dir/c.json", "d.json" };
	const char *text = (const char *)data, *end = text + size, *part;
	size_t nr = 0;

	while (nr < FILES_MAX) {
		part = nr + 1 < FILES_MAX ? memchr(text, 0xff, end - text) : NULL;
		part = part ? part : end;
		sources[nr] = (struct zt_source){ names[nr], text, part - text };
		nr++;
		if (part == end)
			break;
		text = part + 1;
	}
	return nr;
}

static void check_again(const struct zt_policy *p)
{
	struct zt_source source = { "again.json", p->json, strlen(p->json) };
	struct zt_errors errors = {0};
	struct zt_policy *again;

	if (zt_policy_parse(&source, 1, &errors, NULL, &again)) {
		zt_errors_print(&errors, stderr);
		abort();
	}
	if (strcmp(p->json, again->json) || memcmp(p->hash, again->hash, sizeof(p->hash)) ||
	    p->nr_devices != again->nr_devices || p->nr_rules != again->nr_rules)
		abort();
	zt_policy_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zt_source sources[FILES_MAX];
	struct zt_errors errors = {0}, infos = {0};
	struct zt_policy *p = NULL;
	size_t nr = split(data, size, sources);
	int r = zt_policy_parse(sources, nr, &errors, &infos, &p);

	if (!!r != !!errors.total || !!r != !p)
		abort();
	if (p)
		check_again(p);
	zt_policy_free(p);
	zt_errors_free(&errors);
	zt_errors_free(&infos);
	return 0;
}
