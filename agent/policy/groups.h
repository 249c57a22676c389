/* SPDX-License-Identifier: GPL-2.0 */
/* What a group says before its members are known. */
#ifndef ZT_POLICY_GROUPS_H
#define ZT_POLICY_GROUPS_H

#include "policy/parse.h"

/* One key of `match`: any of these values. Texts are interned. */
struct zt_match {
	const char *key;
	const char **values;
	uint32_t nr_values;
};

/* A group named by a group, with its place in the list it was written in. */
struct zt_group_def {
	struct zt_match *match;
	uint32_t nr_match;
	struct zt_set segments, devices;
	struct zt_set groups; /* as written: element i is groups[i] of the file */
	struct zt_set except_devices, except_groups;
	bool may_be_empty;
	bool selects; /* match, segment, devices or groups is written */
};

/* Once, when all groups are read. */
void zt_index_labels(struct zt_parse *ps);
/* Devices with key = value, for pairs that some `match` names, in order; the empty set when none.
 */
struct zt_set zt_labelled(const struct zt_parse *ps, const char *key, const char *value);

/* Sets from many parts; a bit for each device. */
struct zt_bits {
	uint64_t *v;
	uint32_t nr; /* devices */
};
struct zt_bits zt_bits_new(struct zt_parse *ps);
void zt_bits_add(struct zt_bits *b, const struct zt_set *set);
void zt_bits_remove(struct zt_bits *b, const struct zt_set *set);
bool zt_bits_has(const struct zt_bits *b, uint32_t i);
/* Sorted; refuses (message at `at`) when all sets together grow too large. */
struct zt_set zt_bits_take(struct zt_bits *b, const struct zt_at *at);

#endif
