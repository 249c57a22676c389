/* SPDX-License-Identifier: GPL-2.0 */
/* The allow and deny tests of a policy, as packets through a private instance. */
#ifndef ZT_ZTCTL_TESTS_H
#define ZT_ZTCTL_TESTS_H

#include "question.h"

struct tests_count {
	uint32_t run; /* packets asked about */
	uint32_t failed;
	uint32_t skipped; /* tests of which no packet could be made: no common family */
};

/*
 * One packet per class of device, peer and service. Failures are added to errors
 * with the message of the language reference. 0 or -errno.
 */
int tests_run(struct world *w, struct zt_errors *errors, struct tests_count *ret);

#endif
