/* SPDX-License-Identifier: GPL-2.0 */
/* Which questions tell two compiled policies apart: classes common to both. */
#ifndef ZT_ZTCTL_DIFF_CLASSES_H
#define ZT_ZTCTL_DIFF_CLASSES_H

#include <stdlib.h>
#include "diff.h"

/* Everything that has one class in the old and one in the new image. */
struct diff_class {
	uint32_t class[2]; /* old, new */
	uint32_t nr;	   /* how many there are of it */
	char *name;	   /* for people: the first, and how many more; all runs of a service */
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

void diff_classes_find(const struct diff_side *old, const struct diff_side *new,
		       struct diff_classes *ret_devices, struct diff_classes *ret_peers,
		       struct diff_classes *ret_services);
/* The class of this pair, one more of it: made with this name when it is new. */
struct diff_class *diff_add_class(struct diff_classes *c, uint32_t old, uint32_t new,
				  const char *name);
void diff_find_services(const struct zt_image *old, const struct zt_image *new,
			struct diff_classes *services);
void diff_classes_free(struct diff_classes *c);

#endif
