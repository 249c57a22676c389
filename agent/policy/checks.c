/* SPDX-License-Identifier: GPL-2.0 */
/* The order of the checks that need the whole policy, nothing else. */
#include "policy/checks.h"

void zt_check_all(struct zt_parse *ps)
{
	(void)ps;
}
