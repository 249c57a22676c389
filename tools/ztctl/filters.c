/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of --verdict and --reason. One that nothing can ever match would look
 * like "nothing happens", so it is refused.
 */
#include <string.h>
#include "flows.h"
#include "zt_reason.h"

static const char *const verdicts[] = {"FORWARDED", "DROPPED", "AUDIT"};

static const char *const reasons[] = {
#define X(nr, name, word, family, text) word,
	ZT_REASONS(X)
#undef X
};

static bool is_one_of(const char *word, const char *const *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

int check_filters(const struct call *c)
{
	const char *verdict = call_option(c, "verdict"), *reason = call_option(c, "reason");

	if (verdict && !is_one_of(verdict, verdicts, sizeof(verdicts) / sizeof(verdicts[0])))
		return call_fail(c, CODE_USAGE,
				 "--verdict \"%s\": write FORWARDED, DROPPED or AUDIT", verdict);
	if (reason && !is_one_of(reason, reasons, sizeof(reasons) / sizeof(reasons[0])))
		return call_fail(c, CODE_USAGE,
				 "--reason \"%s\": no such reason; \"ztctl status\" shows those "
				 "counted, ztctl(8) all of them",
				 reason);
	return 0;
}
