/* SPDX-License-Identifier: GPL-2.0 */
/* What changes from one policy to another: objects, and decisions. Pure. */
#ifndef ZT_ZTCTL_DIFF_H
#define ZT_ZTCTL_DIFF_H

#include "compile/image.h"
#include "output.h"

struct diff_side {
	const struct zt_policy *policy;
	const struct zt_image *image;
};

/*
 * Array of {"op": added|removed|changed, "path", ["old"], ["new"]}, by section and
 * id; of a changed object one entry per key that differs.
 */
struct json_object *diff_objects(const struct zt_policy *old, const struct zt_policy *new);
/*
 * Array of {"from", "to", "services", "old", "new"}: what devices that are in both
 * policies may open, or be opened from, and comes out differently. One entry per
 * class of devices and peers. *ret_cut: more were found than are listed.
 */
struct json_object *diff_decisions(const struct diff_side *old, const struct diff_side *new,
				   bool *ret_cut);

#endif
