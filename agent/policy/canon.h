/* SPDX-License-Identifier: GPL-2.0 */
/* Canonical JSON: the one text of a policy that its hash is taken of. */
#ifndef ZT_POLICY_CANON_H
#define ZT_POLICY_CANON_H

#include <json-c/json.h>
#include "policy/arena.h"

void zt_canon_text(struct zt_buf *b, const char *s, size_t len);
void zt_canon_value(struct zt_buf *b, struct json_object *v);

#endif
