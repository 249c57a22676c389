/* SPDX-License-Identifier: GPL-2.0 */
/* Checks that need the whole policy; run on one without other errors. */
#ifndef ZT_POLICY_CHECKS_H
#define ZT_POLICY_CHECKS_H

#include "policy/parse.h"

void zt_check_all(struct zt_parse *ps);

#endif
