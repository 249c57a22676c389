/* SPDX-License-Identifier: GPL-2.0 */
/* The words for the numbers of the data path. */
#include "world.h"

const char *verdict_name(uint32_t verdict)
{
	static const char *const names[] = {"FORWARDED", "DROPPED", "AUDIT"};

	return verdict < ZT_VERDICT_MAX ? names[verdict] : "?";
}

const char *reason_name(uint32_t reason)
{
	switch (reason) {
#define X(nr, name, word, family, text) \
	case nr:                        \
		return word;
		ZT_REASONS(X)
#undef X
	default:
		return "?";
	}
}

const char *reason_text(uint32_t reason)
{
	switch (reason) {
#define X(nr, name, word, family, text) \
	case nr:                        \
		return text;
		ZT_REASONS(X)
#undef X
	default:
		return "";
	}
}

const char *mode_name(uint32_t mode)
{
	static const char *const names[] = {"enforce", "learn", "audit", "enforce", "quarantine"};

	return mode <= ZT_MODE_QUARANTINE ? names[mode] : "?";
}
