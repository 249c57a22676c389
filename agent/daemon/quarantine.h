/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which devices are in quarantine: a list on disk, beside the policy and not part of it, so
 * that no policy takes a device out and a restart does not either. Knows files, no maps.
 *
 *   quarantine.json   {"schema": 1, "devices": [{"id", "by", "since"}]}
 */
#ifndef ZTAGENTD_QUARANTINE_H
#define ZTAGENTD_QUARANTINE_H

#include "daemon/store.h"

struct quarantine_row {
	char *id; /* of the policy; it need not be in the one in force */
	char by[96];
	int64_t since_s; /* CLOCK_REALTIME */
};

struct quarantine {
	struct quarantine_row *v; /* in the order they were put there */
	uint32_t nr;
};

/* No file: nobody is. -EINVAL: damaged; *ret_error says so. */
int quarantine_load(struct store *s, struct quarantine *ret, char **ret_error);
void quarantine_free(struct quarantine *q);
const struct quarantine_row *quarantine_find(const struct quarantine *q, const char *id);
/* Written and true, or -errno and nothing changed. add: it is not there; take: it is. */
int quarantine_add(struct quarantine *q, struct store *s, const char *id, const char *by);
int quarantine_take(struct quarantine *q, struct store *s, const char *id);

#endif
