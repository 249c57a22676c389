/* SPDX-License-Identifier: GPL-2.0 */
/* Which questions tell two compiled policies apart: classes common to both. */
#ifndef ZT_ZTCTL_DIFF_CLASSES_H
#define ZT_ZTCTL_DIFF_CLASSES_H

#include <stdlib.h>
#include "diff.h"

/* Everything that has one class in the old and one in the new image. */
struct diff_class {
	uint32_t of[2]; /* old, new */
	uint32_t nr;	/* how many there are of it */
	char *name;	/* for people: the first, and how many more; all runs of a service */
};

static inline void *diff_must(void *p)
{
	if (!p)
		abort();
	return p;
}

struct diff_classes {
	struct diff_class *v;
	uint32_t nr;
};

/* Everything both images are asked about. */
struct diff_questions {
	struct diff_classes devices, peers, services;
	/* Devices as peers come first among the peers, in the order of `devices`. */
	uint32_t nr_device_peers;
	uint32_t *new_of_old; /* devices: index in the new policy, ZT_NONE not there */
	uint32_t *class_of;   /* by device of the new policy: index into devices, or ZT_NONE */
};
void diff_questions_find(const struct diff_side *old, const struct diff_side *new,
			 struct diff_questions *ret);
void diff_questions_free(struct diff_questions *q);
/* The class of this pair, one more of it: made with this name when it is new. */
struct diff_class *diff_add_class(struct diff_classes *c, uint32_t old, uint32_t new,
				  const char *name);
void diff_find_services(const struct zt_image *old, const struct zt_image *new,
			struct diff_classes *services);

/*
 * What a rule can have changed, if it was added, removed or means something else
 * now. Marks by index; a rule that means the same changes nothing.
 */
struct diff_marks {
	bool *devices, *peers;
};
bool diff_rule_same(const struct diff_side *old, const struct zt_policy_rule *a,
		    const struct diff_side *new, const struct zt_policy_rule *b,
		    const struct diff_questions *q);
/* side: 0 the rule is one of the old policy, 1 of the new one. */
void diff_rule_mark(const struct diff_side *s, int side, const struct zt_policy_rule *rule,
		    const struct diff_questions *q, struct diff_marks *marks);

#endif
