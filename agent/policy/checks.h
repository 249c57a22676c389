/* SPDX-License-Identifier: GPL-2.0 */
/* Checks that need the whole policy; run on one without other errors. */
#ifndef ZT_POLICY_CHECKS_H
#define ZT_POLICY_CHECKS_H

#include "policy/parse.h"

void zt_check_all(struct zt_parse *ps);

void zt_check_macs(struct zt_parse *ps);
void zt_check_addresses(struct zt_parse *ps);
void zt_check_dead_rules(struct zt_parse *ps);
void zt_check_unused(struct zt_parse *ps);

/* ---- spans.c: which prefix lies in which ----------------------------------- */

enum zt_span_kind {
	ZT_SPAN_DEVICE, /* an address or routed cell of a device */
	ZT_SPAN_SUBNET, /* of a segment */
	ZT_SPAN_HOST, /* of an application */
	ZT_SPAN_DENIED, /* of an application some rule denies */
	ZT_SPAN_KINDS,
};

struct zt_span {
	const struct zt_prefix *prefix;
	uint8_t kind; /* enum zt_span_kind */
	uint32_t owner; /* index of the device, segment or application */
	uint32_t index; /* of the prefix in its owner's list */
};

/* Those around the one at hand, by kind, the narrowest last. */
struct zt_around {
	const struct zt_span **v[ZT_SPAN_KINDS];
	uint32_t nr[ZT_SPAN_KINDS];
};
typedef void (*zt_span_fn)(void *arg, const struct zt_span *s, const struct zt_around *around);

/* Sorts the spans and calls fn for each, wider ones before those inside them. */
void zt_spans_walk(struct zt_parse *ps, struct zt_span *v, uint32_t nr, zt_span_fn fn, void *arg);
bool zt_prefix_contains(const struct zt_prefix *outer, const struct zt_prefix *inner);
/* a stands further down in the files than b (at the same line: a > b). */
bool zt_is_later(const struct zt_entry *a, const struct zt_entry *b);

#endif
